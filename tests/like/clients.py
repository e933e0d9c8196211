"""Clients of the field, and what each says to a server.

Parameter lists and classes are those that the firmware sends.
"""

import dataclasses

from lab import packets
from lab.packets import ip_bytes

RELAY = "10.5.0.1"
FAR_RELAY = "10.77.0.1"             # in no network of a configuration
LATE_ROUNDS = 3
ITEMS = (0x8000, 0x8001, 0x9000)    # types of boot servers that are asked for

# Intel's and Realtek's boot ROMs.
ROM_LIST = bytes([1, 2, 3, 5, 6, 11, 12, 13, 15, 16, 17, 18, 43, 54, 60, 67,
                  128, 129, 130, 131, 132, 133, 134, 135])
EDK2_LIST = bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41,
                   42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130,
                   131, 132, 133, 134, 135])
EDK2_HTTP_LIST = bytes([1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40,
                        41, 42, 43, 50, 51, 54, 58, 59, 60, 67, 97, 235])
IPXE_LIST = bytes([1, 3, 6, 7, 12, 15, 17, 26, 43, 60, 66, 67, 119, 128, 129,
                   130, 131, 132, 133, 134, 135, 175, 203])
IPXE_FEATURES = bytes.fromhex("b10505018086100eeb03010000170101220101130101"
                              "110101270101190101100102210101150101180101")
PI_LIST = bytes([1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134,
                 135])
UBOOT_LIST = bytes([1, 3, 6, 12, 17, 66, 67])
DHCLIENT_LIST = bytes([1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42])
NETWORKD_LIST = bytes([1, 3, 6, 12, 15, 26, 33, 42, 119, 120, 121])
UDHCPC_LIST = bytes([1, 3, 6, 12, 15, 17, 28, 42, 43, 66, 67, 121])
WINDOWS_LIST = bytes([1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252])
ONIE_LIST = bytes([1, 3, 6, 7, 12, 15, 42, 43, 54, 66, 67, 72, 114, 125])


PXE_CLASSES = (b"PXEClient", b"HTTPClient", b"U-Boot")


@dataclasses.dataclass
class Client:
    """A kind of client: what it sends, and from where."""

    name: str
    mac: str
    options: dict
    flags: int = 0
    relay: str = None
    bootp: bool = False
    sport: int = packets.CLIENT_PORT    # to port 4011
    hardware: tuple = (1, 6)            # type and length of its address
    wishes: dict = dataclasses.field(default_factory=dict)  # in a DISCOVER

    @property
    def fields(self):
        """The hardware address in the header."""
        return dict(zip(("htype", "hlen"), self.hardware))

    def message(self, player, kind, extra=None, **fields):
        fields.setdefault("flags", self.flags)
        fields.update(self.fields)
        wishes = self.wishes if kind == "DISCOVER" else {}
        return player.message(kind, self.mac, {
            **self.options, **wishes, **(extra or {})}, **fields)


def _pxe(arch, wanted, label="PXEClient", **more):
    options = {
        packets.OPT_PARAMETERS: wanted,
        packets.OPT_MAXSIZE: (1472).to_bytes(2, "big"),
        packets.OPT_CLASS: f"{label}:Arch:{arch:05}:UNDI:003016".encode(),
        packets.OPT_ARCH: arch.to_bytes(2, "big"), 94: b"\x01\x03\x10",
        97: b"\0" + bytes(range(16))}
    options.update({int(code[1:]): value for code, value in more.items()})
    return {code: value for code, value in options.items()
            if value is not None}


def _ipxe(arch):
    return _pxe(arch, IPXE_LIST, o77=b"iPXE", o175=IPXE_FEATURES)


def _plain(wanted, **more):
    return {packets.OPT_PARAMETERS: wanted,
            **{int(code[1:]): value for code, value in more.items()}}


AGENT = {82: b"\x01\x07Gi1/0/7\x02\x06\0\1\2\3\4\5"}
SUBSCRIBER = {82: b"\x01\x07Gi1/0/8\x02\x06remote\x06\x08customer"}
LINK = {82: b"\x01\x07Gi1/0/9\x05\x04" + ip_bytes("10.5.0.0")}
OTHER_LINK = {82: b"\x05\x04" + ip_bytes("10.6.0.0")}
OVERRIDE = {82: b"\x0b\x04" + ip_bytes(RELAY)}
BROADCAST = packets.BROADCAST_FLAG
EFI = {"sport": packets.PXE_PORT}

CLIENTS = [
    Client("BIOS ROM", "52:54:00:00:00:01",
           _pxe(0, ROM_LIST, o57=(1260).to_bytes(2, "big")), BROADCAST),
    Client("BIOS ROM without UUID", "52:54:00:00:00:02",
           _pxe(0, ROM_LIST, o97=None), BROADCAST),
    Client("UEFI x64", "52:54:00:00:00:03", _pxe(7, EDK2_LIST), **EFI),
    Client("UEFI x64, class 9", "52:54:00:00:00:04", _pxe(9, EDK2_LIST),
           BROADCAST, **EFI),
    Client("UEFI ia32", "52:54:00:00:00:05", _pxe(6, EDK2_LIST), **EFI),
    Client("UEFI arm64", "52:54:00:00:00:06", _pxe(11, EDK2_LIST), **EFI),
    Client("UEFI HTTP x64", "52:54:00:00:00:07",
           _pxe(16, EDK2_HTTP_LIST, "HTTPClient")),
    Client("iPXE on BIOS", "52:54:00:00:00:08", _ipxe(0), **EFI),
    Client("iPXE on UEFI", "52:54:00:00:00:09", _ipxe(7), **EFI),
    Client("Raspberry Pi 3", "b8:27:eb:00:00:01",
           _pxe(0, PI_LIST, o57=None)),
    Client("Raspberry Pi 4", "dc:a6:32:00:00:01",
           _pxe(0, PI_LIST, o94=b"\x01\x02\x01",
                o97=b"\0\x52\x50\x69\x34" + bytes(12))),
    Client("U-Boot arm64", "52:54:00:00:00:0a",
           _pxe(22, UBOOT_LIST, "U-Boot", o57=(576).to_bytes(2, "big"),
                o60=b"U-Boot.armv8")),
    Client("U-Boot arm64, as PXE client", "52:54:00:00:00:13",
           _pxe(22, UBOOT_LIST, o57=(576).to_bytes(2, "big")), BROADCAST),
    Client("BIOS ROM without option 93", "52:54:00:00:00:14",
           _pxe(0, ROM_LIST, o93=None), BROADCAST),
    Client("UEFI x64 without option 93", "52:54:00:00:00:15",
           _pxe(7, EDK2_LIST, o93=None), BROADCAST, **EFI),
    Client("UEFI HTTP arm64", "52:54:00:00:00:16",
           _pxe(19, EDK2_HTTP_LIST, "HTTPClient"), BROADCAST),
    Client("dhclient", "52:54:00:00:00:0b",
           _plain(DHCLIENT_LIST, o12=b"walter")),
    Client("dhclient, subnet selection", "52:54:00:00:00:17",
           _plain(DHCLIENT_LIST, o118=ip_bytes("10.5.0.0"))),
    Client("Windows", "52:54:00:00:00:0c",
           _plain(WINDOWS_LIST, o12=b"DESKTOP", o60=b"MSFT 5.0",
                  o61=b"\x01\x52\x54\0\0\0\x0c",
                  o81=b"\0\0\0DESKTOP.example.org")),
    Client("ONIE", "52:54:00:00:00:0d",
           _plain(ONIE_LIST, o60=b"onie_vendor:x86_64-kvm_x86_64-r0")),
    Client("no parameter list", "52:54:00:00:00:0e", _plain(None)),
    Client("BOOTP", "52:54:00:00:00:0f", {}, BROADCAST, bootp=True),
    Client("BIOS ROM, relayed", "52:54:00:00:00:10",
           {**_pxe(0, ROM_LIST), **AGENT}, relay=RELAY),
    Client("UEFI x64, relayed", "52:54:00:00:00:11",
           {**_pxe(7, EDK2_LIST), **AGENT}, BROADCAST, relay=RELAY),
    Client("iPXE on UEFI, relayed", "52:54:00:00:00:12", _ipxe(7),
           relay=RELAY),
    Client("systemd-networkd", "52:54:00:00:00:18",
           _plain(NETWORKD_LIST, o12=b"networkd", o61=b"\xff\x52\x54\0\x18",
                  o57=(1472).to_bytes(2, "big"), o80=b"")),
    Client("udhcpc", "52:54:00:00:00:19",
           _plain(UDHCPC_LIST, o12=b"board", o60=b"udhcp 1.35.0",
                  o61=b"\x01\x52\x54\0\0\0\x19",
                  o57=(576).to_bytes(2, "big")), BROADCAST),
    Client("UEFI arm32", "52:54:00:00:00:1a", _pxe(10, EDK2_LIST), **EFI),
    Client("UEFI HTTP x64, broadcast", "52:54:00:00:00:1b",
           _pxe(16, EDK2_HTTP_LIST, "HTTPClient"), BROADCAST),
    Client("iPXE on arm64", "52:54:00:00:00:1c", _ipxe(11), **EFI),
    Client("U-Boot arm32", "52:54:00:00:00:1d",
           _pxe(21, UBOOT_LIST, "U-Boot", o57=(576).to_bytes(2, "big"),
                o60=b"U-Boot.armv7")),
    Client("BIOS ROM, rapid", "52:54:00:00:00:1e",
           _pxe(0, ROM_LIST, o80=b""), BROADCAST),
    Client("BOOTP, relayed", "52:54:00:00:00:1f", {}, bootp=True,
           relay=RELAY),
    Client("UEFI HTTP x64, relayed", "52:54:00:00:00:20",
           {**_pxe(16, EDK2_HTTP_LIST, "HTTPClient"), **AGENT}, relay=RELAY),
    Client("UEFI x64, relayed for a subscriber", "52:54:00:00:00:21",
           {**_pxe(7, EDK2_LIST), **SUBSCRIBER}, relay=RELAY),
    Client("BIOS ROM, relayed, link selected", "52:54:00:00:00:22",
           {**_pxe(0, ROM_LIST), **LINK}, relay=FAR_RELAY),
    Client("dhclient, relayed, other link", "52:54:00:00:00:23",
           {**_plain(DHCLIENT_LIST, o12=b"walter"), **OTHER_LINK},
           relay=RELAY),
    Client("dhclient, relayed, server identifier", "52:54:00:00:00:24",
           {**_plain(DHCLIENT_LIST, o12=b"adele"), **OVERRIDE},
           relay=RELAY),
    # Option 61 stands for the hardware address (RFC 4390).
    Client("FlexBoot on InfiniBand", "52:54:00:00:00:25",
           _pxe(0, IPXE_LIST, o61=b"\xff\0\0\0\0\0\2\0\0\2\xc9\0"
                b"\0\2\xc9\3\0\1\2\3"), BROADCAST, hardware=(32, 0)),
    Client("UEFI HTTP ia32", "52:54:00:00:00:26",
           _pxe(15, EDK2_HTTP_LIST, "HTTPClient"), BROADCAST),
    Client("UEFI riscv64", "52:54:00:00:00:27", _pxe(27, EDK2_LIST), **EFI),
    Client("BIOS ROM, address and list of old", "52:54:00:00:00:28",
           _pxe(0, ROM_LIST, o57=None),
           wishes={50: ip_bytes("192.168.1.240"),
                   51: (600).to_bytes(4, "big")}),
    Client("Raspberry Pi 4, relayed", "dc:a6:32:00:00:02",
           {**_pxe(0, PI_LIST, o94=b"\x01\x02\x01",
                   o97=b"\0\x52\x50\x69\x34" + bytes(12)), **AGENT},
           relay=RELAY),
]


def _selecting(offer):
    return {packets.OPT_REQUESTED: ip_bytes(offer.yiaddr),
            packets.OPT_SERVER: offer.options[packets.OPT_SERVER]}


def _item(kind):
    """Option 43 that asks for a boot server of this type."""
    return {43: b"\x47\x04" + kind.to_bytes(2, "big") + b"\0\0\xff"}


def _bootp(client, player, _):
    yield "BOOTP", player.bootp(client.mac, flags=client.flags)
    yield "BOOTP, unicast", player.bootp(client.mac)


def _relayed_bootp(client, player, _):
    yield "BOOTP", player.relayed(
        packets.Dhcp(mac=client.mac, options={}), client.relay)


def _relayed(client, player, _):
    """Through a relay agent, but for the renewal."""
    def ask(kind, options=None, **fields):
        return player.relayed(client.message(player, kind, options, **fields),
                              client.relay)

    offer = ask("DISCOVER")
    yield "DISCOVER", offer
    if not offer or offer.yiaddr == "0.0.0.0":
        return
    yield "REQUEST, selecting", ask("REQUEST", _selecting(offer))
    yield "REQUEST, another address", ask(
        "REQUEST", {50: ip_bytes("192.168.1.70")})
    yield "REQUEST, init-reboot", ask(
        "REQUEST", {50: ip_bytes(offer.yiaddr)})
    # One that takes the relay for its server renews through it.
    if offer.options[packets.OPT_SERVER] == ip_bytes(player.server):
        yield "REQUEST, renewing", player.renew(
            client.mac, offer.yiaddr, {**client.options, 82: None})
    yield "REQUEST, rebinding", ask("REQUEST", ciaddr=offer.yiaddr)
    yield "INFORM", ask("INFORM", ciaddr=offer.yiaddr)


def _states(client, player, offer):
    """REQUEST in each state, INFORM and the port 4011 of a lease."""
    yield "REQUEST, selecting", player.exchange(
        client.message(player, "REQUEST", _selecting(offer), xid=offer.xid),
        kinds=("ACK", "NAK"))
    yield "REQUEST, init-reboot", player.exchange(client.message(
        player, "REQUEST", {50: ip_bytes(offer.yiaddr)}))
    yield "REQUEST, another network", player.exchange(client.message(
        player, "REQUEST", {50: ip_bytes("10.1.1.1")}))
    yield "REQUEST, renewing", player.renew(
        client.mac, offer.yiaddr, client.options, **client.fields)
    yield "REQUEST, rebinding", player.rebind(
        client.mac, offer.yiaddr, client.options, **client.fields)
    yield "INFORM", player.inform(
        client.mac, offer.yiaddr, client.options, **client.fields)


def _port(client, player, address):
    """REQUEST to port 4011."""
    yield "4011", player.ask_port(client.mac, address, client.options,
                                  sport=client.sport)
    for kind in ITEMS:
        yield f"4011, item {kind:x}", player.ask_port(
            client.mac, address, {**client.options, **_item(kind)},
            sport=client.sport)


def _discover(client, player):
    """The OFFER, also one that comes after the answers to the marker.

    It may wait for a neighbour entry, which those do not need.
    """
    message = client.message(player, "DISCOVER")
    offer = player.exchange(message)
    for _ in range(LATE_ROUNDS):
        if offer is not None:
            break
        player.settle()
        offer = player.stray(message.xid)
    return offer


def _usual(client, player, proxy):
    offer = _discover(client, player)
    yield "DISCOVER", offer
    # In the network of a proxy another server gives it.
    address = f"192.168.1.{200 + CLIENTS.index(client)}"
    if offer and offer.yiaddr != "0.0.0.0":
        address = offer.yiaddr
        yield from _states(client, player, offer)
    elif proxy:
        yield "INFORM", player.inform(client.mac, address, client.options)
        yield "REQUEST to another server", player.exchange(client.message(
            player, "REQUEST", {50: ip_bytes(address),
                                54: ip_bytes("192.168.1.2")}))
    if client.options.get(packets.OPT_CLASS, b"").startswith(PXE_CLASSES):
        yield from _port(client, player, address)


def talk(client, player, proxy):
    """All that a client says: (label, reply) for each message."""
    if client.bootp and client.relay:
        return _relayed_bootp(client, player, proxy)
    if client.bootp:
        return _bootp(client, player, proxy)
    if client.relay:
        return _relayed(client, player, proxy)
    return _usual(client, player, proxy)
