"""Configurations, each of which every kind of client meets."""

import dataclasses

import configurations_dhcp as more
from lab.marked_client import MARKER_CONFIG

FULL = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h
"""
PROXY = """\
interface=br0
dhcp-range=192.168.1.0,proxy
dhcp-range=10.5.0.0,proxy,255.255.0.0
"""
POOLS = [("192.168.1.50", "192.168.1.150"), ("10.5.0.10", "10.5.0.99"),
         ("192.168.1.160", "192.168.1.180"), ("10.5.0.100", "10.5.0.110"),
         ("10.6.0.10", "10.6.0.99"), ("192.168.2.50", "192.168.2.150")]


@dataclasses.dataclass
class Configuration:
    """Lines for a server; `proxy` if another one gives the addresses.

    An OFFER may come `delay_s` after its DISCOVER.
    """

    name: str
    text: str
    files: dict = dataclasses.field(default_factory=dict)
    delay_s: float = 0.0
    address: str = None     # a second one of the interface

    @property
    def proxy(self):
        return ",proxy" in self.text


ARCHS = """\
dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:efi32,option:client-arch,6
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-match=set:arm64,option:client-arch,11
dhcp-match=set:ipxe,175
"""
ARCH_BOOT = ARCHS + """\
dhcp-boot=tag:bios,undionly.kpxe
dhcp-boot=tag:efi32,ipxe32.efi
dhcp-boot=tag:efi64,snponly.efi
dhcp-boot=tag:arm64,arm64/snponly.efi,,192.168.1.9
dhcp-boot=tag:ipxe,http://192.168.1.1/boot.ipxe
"""
CLASSES = """\
dhcp-vendorclass=set:bios,PXEClient:Arch:00000
dhcp-vendorclass=set:uefi,PXEClient:Arch:00007
dhcp-vendorclass=set:uefi,PXEClient:Arch:00009
dhcp-vendorclass=set:http,HTTPClient
dhcp-userclass=set:ipxe,iPXE
dhcp-boot=tag:bios,tag:!ipxe,bios.0
dhcp-boot=tag:uefi,tag:!ipxe,uefi.efi
dhcp-boot=tag:ipxe,menu.ipxe
dhcp-boot=tag:http,http://192.168.1.1/uefi.efi
dhcp-option=tag:http,60,HTTPClient
"""
ONE = """\
pxe-service=x86PC,"Boot BIOS",undionly.kpxe
pxe-service=x86-64_EFI,"Boot EFI",snponly.efi
"""
SEVERAL = """\
pxe-service=x86PC,"Install",pxelinux
pxe-service=x86PC,"Local disk",0
pxe-service=x86-64_EFI,"Install",grubx64.efi
pxe-service=x86-64_EFI,"Rescue",rescue.efi,192.168.1.8
pxe-service=BC_EFI,"Install",grubx64.efi
"""
EVERY_ARCH = """\
pxe-service=x86PC,"BIOS",bios
pxe-service=IA32_EFI,"ia32",ia32.efi
pxe-service=x86-64_EFI,"x64",x64.efi
pxe-service=BC_EFI,"x64",x64.efi
pxe-service=ARM64_EFI,"arm64",arm64.efi
"""
PROMPT = 'pxe-prompt="Press F8 for the menu.",5\n'
BOOT = "dhcp-boot=pxelinux.0\n"
IPXE_TAG = "dhcp-match=set:ipxe,175\n"
IPXE_BOOT = IPXE_TAG + "dhcp-boot=tag:ipxe,boot.ipxe\n"
PI = """\
dhcp-mac=set:pi,b8:27:eb:*:*:*
dhcp-mac=set:pi,dc:a6:32:*:*:*
"""

# What boots, for both kinds of server.
BOTH = {
    "boot": BOOT,
    "boot, server": "dhcp-boot=pxelinux.0,bootserver,192.168.1.9\n",
    "boot by architecture": ARCH_BOOT,
    "boot by class": CLASSES,
    "one service": ONE,
    "one service and boot": ONE + BOOT,
    "one service, iPXE": ONE + IPXE_BOOT,
    "one service for each": EVERY_ARCH,
    "one service, server": 'pxe-service=x86PC,"Boot",a.0,192.168.1.8\n'
    'pxe-service=x86-64_EFI,"Boot",a.efi,192.168.1.8\n',
    "several services": SEVERAL,
    "several services, prompt": PROMPT + SEVERAL,
    "several services, iPXE": PROMPT + SEVERAL + IPXE_BOOT,
    "several services and boot by architecture": SEVERAL + ARCH_BOOT,
    "service by tag": ARCHS +
    'pxe-service=tag:!ipxe,x86PC,"Loader",undionly.kpxe\n'
    'pxe-service=tag:ipxe,x86PC,"Script",http://192.168.1.1/a.ipxe\n'
    'pxe-service=tag:!ipxe,x86-64_EFI,"Loader",snponly.efi\n'
    'pxe-service=tag:ipxe,x86-64_EFI,"Script",http://192.168.1.1/a.ipxe\n',
    "prompt by tag": PI + 'pxe-prompt="Wait"\npxe-prompt=tag:pi,"Pi",0\n'
    + SEVERAL,
    "prompt alone": 'pxe-prompt="Nothing here",3\n',
    "boot server type": 'pxe-service=x86PC,"By broadcast",9\n'
    'pxe-service=x86PC,"There",7,192.168.1.8\n'
    'pxe-service=x86-64_EFI,"There",7,192.168.1.8\n',
    "Raspberry Pi": PI + 'pxe-service=tag:pi,0,"Raspberry Pi Boot   "\n'
    'pxe-service=tag:!pi,x86PC,"PC",pxelinux\n',
    "Raspberry Pi alone": 'pxe-service=0,"Raspberry Pi Boot"\n',
    "vendor lines": ONE + "dhcp-option=vendor:PXEClient,6,2b\n"
    "dhcp-option=vendor:PXEClient,100,text\n",
    "encapsulated": SEVERAL + "dhcp-option=encap:175,176,1b\n"
    "dhcp-option-force=encap:175,189,1b\ndhcp-option=encap:224,5,text\n",
    "ignored by tag": PI + ARCHS + "dhcp-ignore=tag:pi\n"
    "dhcp-ignore=tag:efi32\n" + ONE,
    "no override": "dhcp-no-override\n" + ONE + BOOT,
    "local disk alone": 'pxe-service=x86PC,"Local disk"\n'
    'pxe-service=x86-64_EFI,"Local disk",0\n',
    "service by HTTP": 'pxe-service=x86-64_EFI,"HTTP",'
    "http://192.168.1.1/a.efi\n"
    'pxe-service=x86PC,"Folder",dir/sub/pxelinux\n',
    "service and boot by tag": PI + "dhcp-boot=tag:pi,bootcode.bin\n" + ONE,
    "menu too large": "".join(
        f'pxe-service=x86PC,"{"Entry":-<60}{n}",file{n}\n' for n in range(6)),
    "service and 43 by hand": ONE + "dhcp-option=43,01:01:01\n"
    'dhcp-option-force=60,"PXEClient"\n',
}

LONG_NAME = "http://192.168.1.1/".ljust(119, "x") + "boot.efi"  # 127 bytes
OTHERS = "".join(f"dhcp-option={code},{text}\n" for code, text in (
    (2, "3600i"), (13, "100"), (17, "192.168.1.4:/root"), (26, "1492"),
    (31, "1b"), (44, "192.168.1.5"), (46, "8"), (72, "192.168.1.6"),
    (114, '"http://192.168.1.1/onie"'), (119, "example.org,b.example.org"),
    (121, "10.0.0.0/8,192.168.1.2"), (150, "192.168.1.7"),
    (252, '"http://wpad/"')))

# Those of a server that gives addresses.
ADDRESSES = {
    "plain": "",
    "domain": "domain=example.org\n",
    "no DNS": "port=0\n" + BOOT,
    "authoritative": "dhcp-authoritative\n" + BOOT,
    "sequential": "dhcp-sequential-ip\n",
    "no override, server": "dhcp-no-override\n"
    "dhcp-boot=pxelinux.0,bootserver,192.168.1.9\n",
    "boot, address alone": "dhcp-boot=pxelinux.0,,192.168.1.9\n",
    "boot, long name": f"dhcp-boot={LONG_NAME}\n",
    "boot, twice": "dhcp-boot=first.0\ndhcp-boot=second.0\n",
    "boot by tag-if": ARCHS + "tag-if=set:loader,tag:!ipxe,tag:efi64\n"
    "tag-if=set:loader,tag:!ipxe,tag:bios\n"
    "dhcp-boot=tag:loader,loader\ndhcp-boot=tag:!loader,other\n",
    "boot by MAC": PI + "dhcp-mac=set:pc,52:54:00:*:*:*\n"
    "dhcp-boot=tag:pi,bootcode.bin\ndhcp-boot=tag:pc,pc.0\n",
    "HTTP": "dhcp-match=set:http,option:client-arch,16\n"
    "dhcp-option=tag:http,option:vendor-class,HTTPClient\n"
    "dhcp-option-force=tag:http,60,HTTPClient\n"
    "dhcp-boot=tag:http,http://192.168.1.1/bootx64.efi\n" + BOOT,
    "66 and 67": "dhcp-option=66,192.168.1.9\ndhcp-option=67,pxelinux.0\n",
    "66 and 67 by name": "dhcp-option=option:tftp-server,192.168.1.9\n"
    "dhcp-option=option:bootfile-name,pxelinux.0\n",

    "next server by option": PI
    + "dhcp-option=option:server-ip-address,192.168.1.9\n"
    "dhcp-option=tag:pi,option:server-ip-address,0.0.0.0\n"
    "dhcp-option=67,pxelinux.0\n",
    "next server by option and boot": BOOT
    + "dhcp-option=option:server-ip-address,192.168.1.9\n",
    "66 beside boot": 'dhcp-option=66,"192.168.1.9"\n' + BOOT,
    "66, 67 and 150 forced": 'dhcp-option-force=66,"192.168.1.9"\n'
    'dhcp-option-force=67,"pxelinux.0"\ndhcp-option-force=150,192.168.1.9\n',
    "67 forced beside boot": "dhcp-option-force=67,forced.0\n" + BOOT,
    "defaults suppressed": "dhcp-option=1\ndhcp-option=3\ndhcp-option=6\n"
    "dhcp-option=12\ndhcp-option=15\ndhcp-option=28\ndomain=example.org\n",
    "defaults replaced": "dhcp-option=3,192.168.1.254\ndhcp-option=6,9.9.9.9,"
    "0.0.0.0\ndhcp-option=1,255.255.0.0\ndhcp-option=28,192.168.255.255\n"
    "dhcp-option=15,other.example\ndhcp-option=12,name\n",
    "router forced": "dhcp-option-force=3,192.168.1.254\n"
    "dhcp-option-force=option:dns-server,0.0.0.0\n",
    "many options": OTHERS,
    "forced options": OTHERS.replace("dhcp-option=", "dhcp-option-force="),
    "pxelinux options": "dhcp-option-force=208,f1:00:74:7e\n"
    "dhcp-option-force=209,configs/common\n"
    "dhcp-option-force=210,/tftpboot/\ndhcp-option-force=211,30i\n" + BOOT,
    "43 by hand": "dhcp-option=43,06:01:03:0a:04:00:50:58:45:09:14:00:00:11:"
    "52:61:73:70:62:65:72:72:79:20:50:69:20:42:6f:6f:74:ff\n" + BOOT,
    "43 as text": 'dhcp-option=43,"Raspberry Pi Boot"\n'
    "dhcp-option=60,PXEClient\n",
    "vendor class of a server": "dhcp-option-force=60,PXEClient\n" + BOOT,
    "vendor lines, no service": "dhcp-option=vendor:PXEClient,1,0.0.0.0\n"
    "dhcp-option=vendor:MSFT,2,1i\ndhcp-option=vendor:onie,1,text\n" + BOOT,
    "iPXE options": "dhcp-option=encap:175,176,1b\n"
    "dhcp-option-force=encap:175,8,1b\n"
    "dhcp-option-force=encap:175,189,1b\n" + IPXE_BOOT,
    "enterprise": 'dhcp-option=vi-encap:42623,1,"http://192.168.1.1/onie"\n'
    "dhcp-option-force=vi-encap:9,2,1:2:3\n",
    "options by tag": ARCHS + PI + "dhcp-option=42,192.168.1.4\n"
    "dhcp-option=tag:efi64,42,192.168.1.5\n"
    "dhcp-option=tag:bios,tag:!pi,26,1400\n"
    "dhcp-option=tag:pi,66,192.168.1.3\n"
    "dhcp-option-force=tag:ipxe,175,1:1:1\ndhcp-option=tag:known,26,1300\n",
    "options by interface and range": "dhcp-option=tag:br0,26,1400\n"
    "dhcp-range=set:far,10.5.0.100,10.5.0.110,255.255.0.0\n"
    "dhcp-option=tag:far,3,10.5.0.254\n",
    "range by tag": PI + "dhcp-range=tag:pi,set:pis,192.168.1.160,"
    "192.168.1.180,1h\ndhcp-option=tag:pis,66,192.168.1.3\n",
    "infinite": "dhcp-range=192.168.1.160,192.168.1.180,infinite\n"
    "dhcp-host=52:54:00:00:00:01,infinite\n",
    "hosts": "dhcp-host=52:54:00:00:00:01,192.168.1.60,bios,45m\n"
    "dhcp-host=52:54:00:00:00:03,set:one,uefi\n"
    "dhcp-host=52:54:00:00:00:04,192.168.1.200\n"
    "dhcp-host=52:54:00:00:00:05,ignore\n"
    "dhcp-host=walter,192.168.1.61\n"
    "dhcp-host=id:01:52:54:00:00:00:0c,192.168.1.62,window\n"
    "dhcp-host=52:54:00:00:00:0f,192.168.1.63,oldie\n"
    "dhcp-host=52:54:00:00:00:10,10.5.0.200,relayed\n"
    "dhcp-host=b8:27:eb:*:*:*,set:pi,192.168.1.64\n"
    "dhcp-boot=tag:one,one.efi\ndhcp-boot=tag:known,known.0\n"
    "dhcp-boot=unknown.0\ndhcp-boot=tag:pi,pi.bin\n",
    "known alone": "dhcp-host=52:54:00:00:00:01\ndhcp-host=52:54:00:00:00:03,"
    "set:x\ndhcp-host=52:54:00:00:00:0f,192.168.1.63\n"
    "dhcp-ignore=tag:!known\n" + BOOT,
    "client id ignored": "dhcp-ignore-clid\n"
    "dhcp-host=52:54:00:00:00:0c,192.168.1.62\n" + BOOT,
    "broadcast": "dhcp-broadcast\n" + BOOT,
    "broadcast by tag": "dhcp-vendorclass=set:pxe,PXEClient\n"
    "dhcp-broadcast=tag:pxe\n" + BOOT,
    "agents": 'dhcp-circuitid=set:port,"Gi1/0/7"\n'
    "dhcp-remoteid=set:remote,00:01:02:03:04:05\n"
    "dhcp-boot=tag:port,port.0\ndhcp-option=tag:remote,26,1400\n" + BOOT,
    "names": "dhcp-name-match=set:w,wal*\ndhcp-name-match=set:d,desktop\n"
    "dhcp-option=tag:w,26,1400\ndhcp-option=tag:d,26,1300\n"
    "domain=example.org\n",
    "matches": "dhcp-match=set:undi3,94,1:3:*\ndhcp-match=set:uuid,97\n"
    "dhcp-match=set:pi,97,0:52:50:69:34\ndhcp-match=set:list,55,\n"
    "dhcp-match=set:onie,option:vendor-class,onie_vendor\n"
    "dhcp-boot=tag:undi3,undi3.0\ndhcp-boot=tag:pi,pi.bin\n"
    "dhcp-option=tag:uuid,26,1400\n"
    "dhcp-option-force=tag:onie,114,\"http://192.168.1.1/onie\"\n",
    "lease time": "dhcp-option=58,600\ndhcp-option=59,1200\n"
    "dhcp-option=option:ntp-server,0.0.0.0\n",
    "hosts by tag": PI + "dhcp-host=tag:pi,dc:a6:32:00:00:01,192.168.1.66\n"
    "dhcp-host=52:54:00:00:00:01,52:54:00:00:00:ff,192.168.1.67,two,20m\n"
    "dhcp-host=52:54:00:00:00:0c,id:*,set:windows,192.168.1.68\n"
    "dhcp-host=52:54:00:*:*:*,set:virtual\n"
    "dhcp-option=tag:windows,26,1400\ndhcp-option=tag:virtual,26,1300\n"
    "dhcp-boot=tag:virtual,virtual.0\n",
    "every tag": "dhcp-boot=tag:br0,interface.0\n"
    "dhcp-option=tag:known,26,1400\ndhcp-option=tag:!known,26,1300\n"
    "dhcp-option=tag:bootp,17,/bootp\ndhcp-option=tag:!bootp,17,/dhcp\n",
    "old spelling": "dhcp-vendorclass=pxe,PXEClient\n"
    "dhcp-boot=net:pxe,pxe.0\ndhcp-option=net:#pxe,26,1400\n"
    "dhcp-boot=net:#pxe,other.0\n",
}


HOST_LINES = ADDRESSES["hosts"].replace("dhcp-host=", "")
FILES = {
    "/run/pxeguard-lab/hosts": "".join(
        line + "\n" for line in HOST_LINES.splitlines()
        if not line.startswith("dhcp-")),
    "/run/pxeguard-lab/options": "option:ntp-server,192.168.1.4\n"
    "tag:one,26,1400\n6,9.9.9.9\n",
}


def configurations():
    """All, in an order that spreads those that take long."""
    found = []
    for name, lines in (BOTH | more.PXE).items():
        found.append(Configuration(f"proxy: {name}", PROXY + lines))
        found.append(Configuration(f"addresses: {name}", FULL + lines))
    for name, lines in (ADDRESSES | more.DHCP).items():
        found.append(Configuration(f"addresses: {name}", FULL + lines))
    found.append(Configuration(
        "addresses: hosts and options in files", FULL
        + "dhcp-hostsfile=/run/pxeguard-lab/hosts\n"
        "dhcp-optsfile=/run/pxeguard-lab/options\n"
        "dhcp-boot=tag:one,one.efi\ndhcp-boot=tag:known,known.0\n", FILES))
    found.append(Configuration(
        "addresses: mask, broadcast and minutes", FULL.replace(
            "192.168.1.150,8h",
            "192.168.1.150,255.255.255.0,192.168.1.254,30m") + BOOT))
    found.append(Configuration(
        "static", "interface=br0\ndhcp-range=192.168.1.0,static\n"
        "dhcp-range=10.5.0.0,static,255.255.0.0\n"
        + ADDRESSES["hosts"]))
    found.append(Configuration(
        "proxy beside addresses", FULL.replace(
            "dhcp-range=192.168.1.50,192.168.1.150,8h",
            "dhcp-range=tag:pi,192.168.1.0,proxy\n"
            "dhcp-range=tag:!pi,192.168.1.50,192.168.1.150,8h")
        + PI + ONE))
    for name, text in more.SHARED.items():
        found.append(Configuration(name, text))
    for name, text in more.TWO.items():
        found.append(Configuration(name, text, address=more.SECOND))
    for name, (lines, files) in more.WITH_FILES.items():
        found.append(Configuration(f"addresses: {name}", FULL + lines, files))
    found.append(Configuration("addresses: delayed", FULL + more.DELAYED,
                               delay_s=more.DELAY_S))
    for configuration in found:
        configuration.text += MARKER_CONFIG
    return found
