"""What firmware says to a DHCP proxy, to port 4011, and of boot menus."""

from dialogues import Dialogue, RELAY, RANGE
from lab import packets
from lab.dhcp_client import mac_number
from lab.packets import ip_bytes
from lab.patience import LONG_S

PROXY = "interface=br0\ndhcp-range=192.168.1.0,proxy\n"
ADDRESS = "192.168.1.77"
UUID = {97: b"\0" + bytes(range(16))}
ARCHS = {"BIOS": 0, "EFI ia32": 6, "EFI x64": 7, "EFI BC": 9,
         "EFI ARM64": 11}

# What UEFI firmware asks for.
FIRMWARE_LIST = bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40,
                       41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128,
                       129, 130, 131, 132, 133, 134, 135])


def firmware(arch, **more):
    """The options of a PXE client of an architecture."""
    options = {60: f"PXEClient:Arch:{arch:05}:UNDI:003016".encode(),
               93: arch.to_bytes(2, "big"), 94: b"\x01\x03\x10",
               packets.OPT_PARAMETERS: FIRMWARE_LIST, **UUID}
    options.update({int(code[1:]): value for code, value in more.items()})
    return options


def item(kind, layer=0):
    """Option 43 that asks for an entry of the menu."""
    return (b"\x47\x04" + kind.to_bytes(2, "big") + layer.to_bytes(2, "big")
            + b"\xff")


def _offers(player):
    """The OFFER to each architecture, and the ACK of port 4011."""
    for number, (name, arch) in enumerate(ARCHS.items()):
        mac = mac_number(20000 + number)
        yield f"OFFER, {name}", player.discover(mac, firmware(arch))
        yield f"ACK, {name}", player.ask_port(mac, ADDRESS, firmware(arch))


def _proxy(player):
    """A proxy: offers, port 4011, entries, clients that it is not for."""
    yield from _offers(player)
    for label, options in {
            "no UUID": firmware(0, o97=None),
            "short class": firmware(0, o60=b"PXEClient"),
            "small messages": firmware(0, o57=b"\x02\x40"),
            "no list": firmware(0, o55=None),
            "two architectures": firmware(7, o93=b"\x00\x07\x00\x10"),
            "HTTPClient": firmware(16, o60=b"HTTPClient:Arch:00016"),
            "no PXE": firmware(0, o60=b"MSFT 5.0"),
            "no class": firmware(0, o60=None)}.items():
        yield f"OFFER, {label}", player.discover(
            mac_number(20100 + len(label)), options)
    for label, kind, layer in (
            ("first", 0x8000, 0), ("second", 0x8001, 0), ("third", 0x8002, 0),
            ("layer", 0x8001, 3), ("secure", 0x8000, 0x8000),
            ("unknown", 0x9000, 0), ("other server", 7, 0)):
        yield f"ACK, item {label}", player.ask_port(
            mac_number(20200), ADDRESS,
            firmware(0, o43=item(kind, layer)))
    yield "ACK, from port 68", player.ask_port(
        mac_number(20201), ADDRESS, firmware(7), sport=68)
    other = {54: ip_bytes("192.168.1.9")}
    yield "REQUEST to another server", player.exchange(player.message(
        "REQUEST", mac_number(20202),
        {**firmware(0), **other, 50: ip_bytes(ADDRESS)}))


def _search(player):
    """A boot server that the client looks for."""
    mac = mac_number(20640)
    yield "OFFER, BIOS", player.discover(mac, firmware(0))
    yield "ACK, port 4011", player.ask_port(mac, ADDRESS, firmware(0))


def _offers_with_address(player):
    for number, (name, arch) in enumerate(ARCHS.items()):
        yield f"OFFER, {name}", player.discover(
            mac_number(20650 + number), firmware(arch))


def _relayed_proxy(player):
    """Behind a relay agent."""
    for name, arch in ARCHS.items():
        yield f"OFFER, {name}", player.relayed(
            player.message("DISCOVER", mac_number(20300 + arch),
                           firmware(arch), flags=0), RELAY)


def _full(player):
    """Addresses and menus from one server."""
    for number, (name, arch) in enumerate(ARCHS.items()):
        mac = mac_number(20400 + number)
        offer = player.discover(mac, firmware(arch))
        yield f"OFFER, {name}", offer
        yield f"ACK, {name}", offer and player.select(offer, firmware(arch))
    for label, options in {
            "not asked for 43": firmware(0, o55=b"\x01\x03\x3c\x42\x43"),
            "not asked for 60": firmware(0, o55=b"\x01\x03\x2b\x42\x43"),
            "asked for neither": firmware(0, o55=b"\x01\x03\x42\x43"),
            "no list": firmware(0, o55=None),
            "no PXE": firmware(0, o60=b"MSFT 5.0")}.items():
        yield f"OFFER, {label}", player.discover(
            mac_number(20500 + len(label)), options)
    yield "ACK, item", player.ask_port(
        mac_number(20600), ADDRESS, firmware(0, o43=item(0x8000)))


ONE = """\
pxe-service=x86PC,"Boot BIOS",undionly.kpxe
pxe-service=x86-64_EFI,"Boot EFI",snponly.efi
pxe-service=BC_EFI,"Boot BC",bc.efi,192.168.1.8
"""
SEVERAL = """\
pxe-prompt="Press F8 for the menu.",5
pxe-service=x86PC,"Install",pxelinux
pxe-service=x86PC,"Local"
pxe-service=x86PC,"Other server",7,192.168.1.8
pxe-service=x86-64_EFI,"Install",grubx64.efi
pxe-service=x86-64_EFI,"Rescue",rescue.efi,192.168.1.8
pxe-service=x86PC,"Last",dir/file.bin,192.168.1.8
"""
SEARCH = """\
pxe-service=x86PC,"By broadcast",9
pxe-service=x86PC,"Install",pxelinux.0
"""
BOOT = "dhcp-boot=other.0\ndhcp-boot=tag:far,far.0,name,192.168.1.8\n"

PARTS = """\
dhcp-option=encap:175,176,1b
dhcp-option=encap:175,189,1b
dhcp-option=tag:efi,encap:175,190,"efi"
dhcp-option=vendor:PXEClient,71,10.0.0.1
dhcp-option=vendor:MSFT,2,1i
dhcp-option=vi-encap:42623,1,"http://x/i"
dhcp-option-force=vi-encap:42623,2,"forced"
dhcp-option=vi-encap:9,3,1:2:3
dhcp-option=encap:224,5,text
dhcp-match=set:efi,93,7
"""


def _parts(player):
    """Options within options."""
    wanted = bytes([1, 3, 43, 60, 125, 175, 224])
    for number, (label, options) in enumerate({
            "PXE": {60: b"PXEClient:Arch:00000:UNDI:002001"},
            "EFI": {60: b"PXEClient:Arch:00007:UNDI:003016",
                    93: b"\x00\x07"},
            "Windows": {60: b"MSFT 5.0"}, "no class": {},
            "other class": {60: b"udhcp"}}.items()):
        yield f"OFFER, {label}", player.discover(
            mac_number(20700 + number),
            {packets.OPT_PARAMETERS: wanted, **options})
        yield f"OFFER, {label}, nothing asked", player.discover(
            mac_number(20720 + number),
            {packets.OPT_PARAMETERS: b"\x01\x03", **options})


BROADCAST = """\
dhcp-ignore-clid
dhcp-match=set:pxe,60,PXEClient
dhcp-broadcast=tag:pxe
dhcp-name-match=set:lab,lab*
dhcp-name-match=set:box,BOX
dhcp-circuitid=set:port,"Gi1/0/7"
dhcp-remoteid=set:hex,01:02:ff
dhcp-subscrid=set:sub,customer
dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h
dhcp-option=tag:lab,15,lab.example
dhcp-option=tag:box,15,box.example
dhcp-option=tag:port,15,port.example
dhcp-option=tag:hex,15,hex.example
dhcp-option=tag:sub,15,sub.example
"""


def _broadcast(player):
    """dhcp-broadcast, ignored identifiers, names, and relay agents."""
    for number, (label, options) in enumerate({
            "PXE": {60: b"PXEClient"}, "plain": {},
            "lab": {12: b"lab7"}, "Lab": {12: b"LAB"}, "la": {12: b"la"},
            "box": {12: b"box"}, "box7": {12: b"box7"}}.items()):
        mac = mac_number(20800 + number)
        offer = player.discover(mac, options, flags=0)
        yield f"OFFER, {label}", offer
        yield f"ACK, {label}", offer and player.select(
            offer, options, flags=0)
    for number, identifier in enumerate((b"\0one", b"\0two")):
        offer = player.discover(mac_number(20820), {61: identifier})
        yield f"OFFER, identifier {number}", offer
        yield f"ACK, identifier {number}", offer and player.select(
            offer, {61: identifier})
    for number, agent in enumerate((
            b"\x01\x07Gi1/0/7", b"\x01\x08Gi1/0/77", b"\x02\x03\x01\x02\xff",
            b"\x06\x08customer", b"\x02\x02x!\x06\x08customer", b"\x01\x00")):
        yield f"OFFER, agent {agent}", player.relayed(
            player.message("DISCOVER", mac_number(20840 + number),
                           {82: agent}, flags=0), RELAY)


def _delayed(player):
    """dhcp-reply-delay: what comes early, and what comes in the end."""
    for number, (label, options) in enumerate({
            "PXE": firmware(0), "plain": {}, "EFI x64": firmware(7)}.items()):
        message = player.message("DISCOVER", mac_number(20900 + number),
                                 options)
        player.send(message)
        # The clock of dnsmasq counts whole seconds.
        early = player.wait(message.xid, 0.6)
        yield f"OFFER, early, {label}", early
        yield f"OFFER, {label}", early or player.wait(message.xid, LONG_S)


DELAY = """\
dhcp-vendorclass=set:pxe,PXEClient
dhcp-match=set:efi,option:client-arch,7
dhcp-reply-delay=tag:pxe,tag:!efi,2
"""

PXE_DIALOGUES = [
    Dialogue("delayed", RANGE + DELAY, _delayed),
    Dialogue("broadcast", RANGE + BROADCAST, _broadcast),
    Dialogue("parts", RANGE + PARTS
             + "dhcp-option=vendor:PXEClient,6,2b\n", _parts),
    Dialogue("proxy-parts", PROXY + ONE + PARTS, _offers),
    Dialogue("full-parts", RANGE + SEVERAL + PARTS, _offers_with_address),
    Dialogue("proxy-one", PROXY + ONE, _proxy),
    Dialogue("proxy-several", PROXY + SEVERAL, _proxy),
    Dialogue("proxy-search", PROXY + SEARCH, _search),
    Dialogue("proxy-boot", PROXY + ONE + BOOT, _offers),
    Dialogue("proxy-tags", PROXY + "dhcp-match=set:far,93,7\n" + SEVERAL
             + BOOT + 'pxe-service=tag:far,x86PC,"no",a\n'
             'pxe-service=tag:!far,x86PC,"yes",b\n', _offers),
    Dialogue("proxy-relayed", PROXY + ONE
             + "dhcp-range=10.5.0.0,proxy,255.255.0.0\n", _relayed_proxy),
    Dialogue("full-one", RANGE + ONE + BOOT, _full),
    Dialogue("full-several", RANGE + SEVERAL + BOOT, _full),
    Dialogue("full-prompt", RANGE + "pxe-prompt=Wait\n" + BOOT, _full),
]
