"""Configurations that choose how clients are treated, and what they get.

Each is for a server that gives addresses, unless its name says otherwise.
"""

BOOT = "dhcp-boot=pxelinux.0\n"
ONE = """\
pxe-service=x86PC,"Boot BIOS",undionly.kpxe
pxe-service=x86-64_EFI,"Boot EFI",snponly.efi
"""
TAGS = """\
dhcp-mac=set:pi,b8:27:eb:*:*:*
dhcp-mac=set:pi,dc:a6:32:*:*:*
dhcp-mac=set:old,52:54:00:00:00:0f
dhcp-vendorclass=set:pxe,PXEClient
dhcp-vendorclass=set:http,HTTPClient
"""


def name_of(length):
    """The name of a boot file with so many bytes."""
    return "http://192.168.1.1/".ljust(length - 8, "x") + "boot.efi"


def _parts(kind, count, length, force=""):
    """Parts of an option, which have more than 255 bytes together."""
    return "".join(
        f'dhcp-option{force}={kind},{number},"{number:x>{length}}"\n'
        for number in range(101, count + 101))


# Boot files and PXE, for a proxy and with addresses.
PXE = {
    "boot, 128 bytes": f"dhcp-boot={name_of(128)}\n",
    "boot, 254 bytes": f"dhcp-boot={name_of(254)}\n",
    "boot, 200 bytes, with menu": f"dhcp-boot={name_of(200)}\n"
    'pxe-service=x86PC,"Install",pxelinux\n'
    'pxe-service=x86PC,"Local disk",0\n',
    "boot, 200 bytes, no override": "dhcp-no-override\n"
    f"dhcp-boot={name_of(200)}\n",
    "boot, long server name": f"dhcp-boot=pxelinux.0,{'server' * 10},"
    "192.168.1.9\n",
    "next server by option, tags": TAGS + BOOT
    + "dhcp-option=tag:pxe,option:server-ip-address,192.168.1.9\n",
    "PXE classes": "dhcp-pxe-vendor=PXEClient,HTTPClient\n" + ONE + BOOT,
    "PXE class of U-Boot": "dhcp-pxe-vendor=U-Boot\n" + ONE + BOOT
    + 'pxe-service=22,"U-Boot",boot.scr\n',
    "broadcast by class": TAGS + "dhcp-broadcast=tag:pxe\n" + ONE,
    "ignored by class": TAGS + "dhcp-ignore=tag:pxe,tag:!pi\n" + ONE + BOOT,
    "ignored by tag-if": TAGS + "tag-if=set:no,tag:http\n"
    "tag-if=set:no,tag:p*,tag:!pxe\ndhcp-ignore=tag:no\n" + ONE + BOOT,
    "vendor lines above 255 bytes": ONE
    + _parts("vendor:PXEClient", 9, 40),
    "client id ignored, service": "dhcp-ignore-clid\n" + ONE,
}

NAMES = "domain=example.org\n" \
    "dhcp-host=52:54:00:00:00:01,bios\ndhcp-host=walter,20m\n"
SMALL = "interface=br0\n" \
    "dhcp-range=192.168.1.50,192.168.1.55,8h\n" \
    "dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h\n"

DHCP = {
    "rapid commit": "dhcp-rapid-commit\n" + BOOT,
    "rapid commit, reserved": "dhcp-rapid-commit\ndhcp-authoritative\n"
    "dhcp-host=52:54:00:00:00:18,192.168.1.60,rapid,30m\n",
    "BOOTP, dynamic": "bootp-dynamic\n" + BOOT,
    "BOOTP, dynamic by tag": TAGS + "bootp-dynamic=tag:old\n" + BOOT,
    "BOOTP, dynamic by other tag": TAGS + "bootp-dynamic=tag:pi\n",
    "BOOTP, options": "bootp-dynamic\ndomain=example.org\n"
    "dhcp-option=17,/srv/root\ndhcp-option-force=42,192.168.1.4\n"
    f"dhcp-boot={name_of(120)},bootserver,192.168.1.9\n",
    "generated names": NAMES + "dhcp-generate-names\n",
    "generated names, by tag": TAGS + NAMES
    + "dhcp-generate-names=tag:pxe\n",
    "ignored names": NAMES + "dhcp-ignore-names\n",
    "ignored names, by tag": TAGS + NAMES + "dhcp-ignore-names=tag:!pxe\n",
    "ignored and generated names": NAMES
    + "dhcp-ignore-names\ndhcp-generate-names\n",
    "names by host name": "dhcp-name-match=set:w,WAL*\n"
    "dhcp-name-match=set:b,board\ndhcp-name-match=set:other,walt\n"
    "dhcp-option=tag:w,26,1400\ndhcp-option=tag:other,26,1200\n"
    "dhcp-option=tag:b,17,/board\n",
    "relay is server": "dhcp-proxy\n" + BOOT,
    "relay is server, by address": "dhcp-proxy=10.5.0.1\n" + ONE,
    "relay is server, others": "dhcp-proxy=10.5.0.2,192.168.1.33\n",
    "agents, subscriber": "dhcp-subscrid=set:sub,customer\n"
    'dhcp-circuitid=set:port,"Gi1/0/8"\n'
    "dhcp-circuitid=set:hex,47:69:31:2f:30:2f:39\n"
    "dhcp-remoteid=set:text,remote\n"
    "dhcp-boot=tag:sub,sub.0\ndhcp-option=tag:port,26,1400\n"
    "dhcp-option=tag:hex,26,1300\ndhcp-option=tag:text,17,/text\n",
    "agents, range and host": "dhcp-circuitid=set:port,\"Gi1/0/7\"\n"
    "dhcp-range=tag:port,10.5.0.100,10.5.0.110,255.255.0.0,10m\n"
    "dhcp-host=tag:port,52:54:00:00:00:10,10.5.0.60,atport\n"
    "dhcp-ignore=tag:port,tag:!known\n",
    "parts above 255 bytes": _parts("encap:175", 9, 40) + BOOT,
    "parts above 255 bytes, forced": _parts("encap:175", 9, 40, "-force"),
    "parts of 240 bytes": _parts("encap:175", 2, 240),
    "enterprise above 255 bytes": _parts("vi-encap:42623", 3, 100)
    + _parts("vi-encap:9", 2, 100),
    "enterprises by tag": TAGS
    + 'dhcp-option=tag:pxe,vi-encap:42623,1,"pxe"\n'
    'dhcp-option-force=tag:pi,vi-encap:42623,2,"pi"\n'
    'dhcp-option=vi-encap:343,3,"all"\n',
    "vendor lines above 255 bytes, no service":
        _parts("vendor:PXEClient", 9, 40) + _parts("vendor:MSFT", 2, 200),
    "vendor lines for all": "dhcp-option=vendor:,1,10.0.0.1\n"
    "dhcp-option-force=vendor:PXEClient,2,text\n"
    "dhcp-option=vendor:HTTPClient,3,1i\n",
    "option of 255 bytes": f'dhcp-option=17,"{"/":x<255}"\n'
    f'dhcp-option-force=224,"{"long":y<255}"\n',
    "options of 700 bytes": "".join(
        f'dhcp-option-force={code},"{code:z<140}"\n'
        for code in range(224, 229)),
    "options of 700 bytes, no override": "dhcp-no-override\n" + "".join(
        f'dhcp-option={code},"{code:z<140}"\n' for code in (17, 40, 114, 209))
    + BOOT,
    "tag-if in steps": TAGS + "tag-if=set:one,tag:pxe,tag:!pi\n"
    "tag-if=set:two,set:three,tag:one\ntag-if=set:four,tag:t*\n"
    "tag-if=set:always\ntag-if=set:never,tag:later\n"
    "tag-if=set:later,tag:always\n"
    "dhcp-boot=tag:four,four.0\ndhcp-option=tag:never,26,1200\n"
    "dhcp-option=tag:later,tag:!one,26,1300\ndhcp-option=tag:three,17,/3\n",
    "tag-if by range": "dhcp-range=set:wide,192.168.1.160,192.168.1.180\n"
    "tag-if=set:both,tag:wide,tag:br0\ntag-if=set:none,tag:!wide\n"
    "dhcp-option=tag:both,26,1400\ndhcp-option=tag:none,26,1300\n"
    "dhcp-boot=tag:both,both.0\ndhcp-boot=tag:none,none.0\n",
    "hosts with several addresses":
        "dhcp-host=52:54:00:00:00:01,52:54:00:00:00:03,52:54:00:00:00:04,"
        "192.168.1.60,three\n"
        "dhcp-host=1-52:54:00:00:00:06,192.168.1.61\n"
        "dhcp-host=6-52:54:00:00:00:07,192.168.1.62\n"
        "dhcp-host=52:54:00:00:00:08,id:none,192.168.1.63\n",
    "hosts, wildcards": "dhcp-host=52:54:*:*:*:*,set:wide,wide\n"
    "dhcp-host=52:54:00:00:00:*,set:narrow,25m\n"
    "dhcp-host=52:54:00:00:00:0b,set:exact\n"
    "dhcp-host=b8:*:*:*:*:*,dc:a6:32:*:*:*,set:pi,set:board,ignore\n"
    "dhcp-option=tag:wide,26,1200\ndhcp-option=tag:narrow,26,1300\n"
    "dhcp-option=tag:exact,26,1400\n",
    "hosts by identifier": "dhcp-host=id:ff:52:54:00:18,192.168.1.60,dtwo\n"
    "dhcp-host=id:01:52:54:00:00:00:0c,set:win,45m\n"
    "dhcp-host=52:54:00:00:00:19,id:*,192.168.1.61\n"
    "dhcp-host=id:udhcp,ignore\ndhcp-option=tag:win,26,1400\n",
    "hosts on InfiniBand": "dhcp-host=id:ff:00:00:00:00:00:02:00:00:02:c9:00:"
    "00:02:c9:03:00:01:02:03,192.168.1.60,ib,25m\n"
    "dhcp-host=32-52:54:00:00:00:01,192.168.1.61\n"
    "dhcp-mac=set:ib,20-*:*:*:*:*:*\ndhcp-option=tag:ib,26,2044\n",
    "few leases": "dhcp-lease-max=20\n" + BOOT,
    "hosts by name": "dhcp-host=walter,192.168.1.60,15m\n"
    "dhcp-host=DESKTOP,192.168.1.61\n"
    "dhcp-host=networkd,set:nd,infinite\ndhcp-host=board,ignore\n"
    "dhcp-option=tag:nd,26,1400\ndhcp-option=tag:known,17,/known\n",
    "hosts, ignored": "dhcp-host=52:54:00:*:*:*,ignore\n"
    "dhcp-host=52:54:00:00:00:03\ndhcp-host=52:54:00:00:00:11,10.5.0.210\n"
    "dhcp-host=b8:27:eb:00:00:01,infinite,pione\n" + ONE,
    "hosts, networks": "dhcp-host=52:54:00:00:00:01,10.5.0.220\n"
    "dhcp-host=52:54:00:00:00:10,192.168.1.70\n"
    "dhcp-host=52:54:00:00:00:03,172.16.0.9,far\n"
    "dhcp-option=tag:known-othernet,26,1400\n"
    "dhcp-option=tag:known,26,1300\n",
    "hosts by tag of the range": "dhcp-range=set:wide,192.168.1.160,"
    "192.168.1.180\ndhcp-host=52:54:00:00:00:01,set:a,set:b,192.168.1.165\n"
    "dhcp-host=tag:wide,52:54:00:00:00:03,192.168.1.166\n"
    "dhcp-option=tag:wide,tag:a,tag:b,26,1400\n",
    "authoritative, known alone": "dhcp-authoritative\n"
    "dhcp-host=52:54:00:00:00:01\ndhcp-ignore=tag:!known\n",
    "sequential, small ranges": "dhcp-sequential-ip\n"
    "dhcp-range=192.168.1.160,192.168.1.163,20m\n",
    "subnet by agent": "dhcp-range=10.6.0.10,10.6.0.99,255.255.0.0,40m\n"
    "dhcp-option=121,10.0.0.0/8,10.5.0.1\n" + BOOT,
    "times": "dhcp-option=51,600\ndhcp-option-force=58,100\n"
    "dhcp-option=59,200\n",
    "options of the protocol": "dhcp-option=54,192.168.1.9\n"
    "dhcp-option=50,192.168.1.9\ndhcp-option=97,1:2\n"
    "dhcp-option=93,7\ndhcp-option=61,1:2:3\n",
    "options without values": "dhcp-option=66\ndhcp-option=67\n"
    "dhcp-option=43\ndhcp-option=60\ndhcp-option-force=19\n"
    "dhcp-option=116\n" + BOOT,
}

SHARED_BOOT = BOOT + "dhcp-option=tag:!pi,3,10.5.0.1\n" \
    + TAGS
# Several networks on one cable.
SHARED = {
    "shared, by interface": SMALL + "shared-network=br0,10.5.0.0\n",
    "shared, by address": SMALL + "shared-network=192.168.1.1,10.5.0.1\n"
    + SHARED_BOOT,
    "shared, by relay": SMALL + "shared-network=10.5.0.1,192.168.1.0\n",
    "shared, by tag": "interface=br0\n" + TAGS
    + "dhcp-range=tag:pi,192.168.1.50,192.168.1.150,8h\n"
    "dhcp-range=tag:!pi,10.5.0.10,10.5.0.99,255.255.0.0,2h\n"
    "shared-network=br0,10.5.0.0\n",
    "shared, hosts": SMALL + "shared-network=br0,10.5.0.0\n"
    "dhcp-host=52:54:00:00:00:01,10.5.0.200,far\n"
    "dhcp-host=52:54:00:00:00:03,192.168.1.60,near\n"
    "dhcp-host=52:54:00:00:00:0f,10.5.0.201\n",
    "shared, authoritative": SMALL + "dhcp-authoritative\nbootp-dynamic\n"
    "shared-network=br0,10.5.0.0\n" + ONE,
    "shared, without a netmask": SMALL.replace(",255.255.0.0", "")
    + "shared-network=br0,10.5.0.0\n",
}

# The interface has this address too.
SECOND = "192.168.2.1/24"
TWO = {
    "two addresses, two ranges": "interface=br0\n"
    "dhcp-range=192.168.1.50,192.168.1.53,8h\n"
    "dhcp-range=192.168.2.50,192.168.2.150,2h\n" + BOOT,
    "two addresses, second range": "interface=br0\n"
    "dhcp-range=192.168.2.50,192.168.2.150,2h\n" + ONE,
    "two addresses, ranges by tag": "interface=br0\n" + TAGS
    + "dhcp-range=tag:pi,192.168.1.50,192.168.1.150,8h\n"
    "dhcp-range=tag:!pi,set:second,192.168.2.50,192.168.2.150,2h\n"
    "dhcp-host=52:54:00:00:00:01,192.168.1.60\n"
    "dhcp-host=52:54:00:00:00:03,192.168.2.60\n"
    "dhcp-boot=tag:second,second.0\ndhcp-boot=first.0,,192.168.1.9\n",
}

OPTIONS_FILE = "/run/pxeguard-lab/options"
ETHERS = "/etc/ethers"
# Of which some lines are in files: (lines, {path: text}).
WITH_FILES = {
    "ethers": ("read-ethers\n" + BOOT, {
        ETHERS: "# hosts\n\n52:54:00:00:00:01 192.168.1.60\n"
        "52:54:00:00:00:0c window\n52:54:00:00:00:3\t192.168.1.61\n"
        "52:54:00:00:00:0f 192.168.1.63\n52:54:00:00:00:10 10.5.0.200\n"}),
    "hosts in a folder": (
        "dhcp-hostsdir=/run/pxeguard-lab\ndhcp-ignore=tag:!known\n" + BOOT, {
            "/run/pxeguard-lab/a": "52:54:00:00:00:01,192.168.1.60\n",
            "/run/pxeguard-lab/b": "52:54:00:00:00:03,set:x,uefi\n"
            "id:01:52:54:00:00:00:0c,20m\n"}),
    "options in a file": (
        TAGS + f"dhcp-optsfile={OPTIONS_FILE}\n" + BOOT, {
            OPTIONS_FILE: "tag:pxe,17,/pxe\n# comment\n"
            "vendor:PXEClient,6,2b\nencap:175,8,1b\n"
            "option:router,192.168.1.254\nvi-encap:9,1,text\n"
            "tag:pi,option:ntp-server,0.0.0.0\n"}),
}

# The Raspberry Pi's OFFERs come late.  dnsmasq's clock counts whole seconds.
DELAY_S = 4.0
DELAYED = TAGS + "dhcp-reply-delay=tag:pi,1\n" + ONE + BOOT
