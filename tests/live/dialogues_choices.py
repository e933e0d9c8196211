"""Clients that are treated in a way of their own: names, BOOTP, classes."""

from dialogues import Dialogue, FAR_RELAY, RANGE, RELAY, RELAYED
from dialogues_pxe import PROXY, firmware
from lab.dhcp_client import mac_number
from lab.packets import OPT_PARAMETERS, ip_bytes

ASKED = {OPT_PARAMETERS: bytes([1, 3, 6, 12, 15, 81])}


def _rapid(player):
    """DISCOVER with option 80 (RFC 4039)."""
    asks = {80: b""}
    mac = mac_number(30000)
    yield "ACK", player.discover(mac, asks)
    yield "ACK again", player.discover(mac, asks)
    yield "renew", player.exchange(player.message(
        "REQUEST", mac, {50: None}, ciaddr="192.168.1.60"))
    yield "ACK, name and file", player.discover(
        mac_number(30001), {**asks, 12: b"walter", 81: b"\0\0\0walt",
                            OPT_PARAMETERS: bytes([1, 3, 12, 67, 80, 81])})
    yield "ACK, no list", player.discover(
        mac_number(30002), {**asks, OPT_PARAMETERS: None})
    yield "ACK, wish", player.discover(
        mac_number(30003), {**asks, 51: (600).to_bytes(4, "big")},
        flags=0x8000)
    yield "ACK, reserved", player.discover("02:01:00:00:02:01", asks)
    yield "OFFER, without option 80", player.discover(mac_number(30004))
    yield "ACK, option 80 in REQUEST", player.lease(
        mac_number(30005), {OPT_PARAMETERS: bytes([1, 3, 80])})
    yield "ignored", player.discover("02:01:00:00:02:02", asks)


def _not_rapid(player):
    mac = mac_number(30100)
    offer = player.discover(mac, {80: b""})
    yield "OFFER", offer
    yield "ACK", player.select(offer, {80: b""})


def _bootp(player):
    """BOOTP clients with and without a reservation."""
    yield "dynamic", player.bootp(mac_number(30200))
    yield "dynamic, again", player.bootp(mac_number(30200))
    yield "dynamic, broadcast", player.bootp(
        mac_number(30201), flags=0x8000)
    yield "reserved", player.bootp("02:01:00:00:02:01")
    yield "tagged", player.bootp("02:01:00:00:04:01")
    yield "ignored", player.bootp("02:01:00:00:02:02")


def _names(player):
    """Names that clients send, or not."""
    number = 30300
    for label, options in {
            "none": {}, "plain": {12: b"walter"},
            "dotted": {12: b"walter.example.org"},
            "fqdn": {81: b"\1\0\0walt"}, "fqdn empty": {81: b"\0\0\0"},
            "like the line": {12: b"byname"}}.items():
        for mac in (mac_number(number), "02:01:00:00:02:01",
                    f"02:01:00:00:04:{number % 100:02}"):
            offer = player.discover(mac, {**options, **ASKED})
            yield f"OFFER, {label}, {mac}", offer
            yield f"ACK, {label}, {mac}", offer and player.select(
                offer, {**options, **ASKED})
        number += 1
    yield "BOOTP", player.bootp(mac_number(number))


def _update(player):
    """Option 81 with every flag."""
    for flags in range(16):
        name = b"\x04walt\x07example\x03org\x00" if flags & 4 else b"walt"
        options = {81: bytes([flags, 0, 0]) + name, **ASKED}
        offer = player.discover(mac_number(30400 + flags), options)
        yield f"OFFER {flags}", offer
        yield f"ACK {flags}", player.select(offer, options)


def _through_relay(player):
    """The server identifier behind relays, and messages that name it."""
    for label, relay in (("near", RELAY), ("own net", "192.168.1.33")):
        mac = mac_number(30600 + len(label))
        offer = player.relayed(
            player.message("DISCOVER", mac, flags=0), relay)
        yield f"OFFER, {label}", offer
        ack = player.relayed(player.message("REQUEST", mac, {
            50: ip_bytes(offer.yiaddr), 54: offer.options[54]}, flags=0),
            relay)
        yield f"ACK, {label}", ack
        yield f"renewed, {label}", player.relayed(player.message(
            "REQUEST", mac, ciaddr=ack.yiaddr, flags=0), relay)
        yield f"other server, {label}", player.relayed(player.message(
            "REQUEST", mac, {50: ip_bytes(offer.yiaddr),
                             54: ip_bytes("10.99.0.9")}, flags=0), relay)
    yield "OFFER, no relay", player.discover(mac_number(30700))


SHARED = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.52,8h
dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h
dhcp-host=02:01:00:00:09:01,10.5.0.200,faraway
"""


def _shared(player):
    """The pool of the subnet, and then that of the one that shares it."""
    for number in range(5):
        mac = mac_number(30800 + number)
        offer = player.discover(mac)
        yield f"OFFER {number}", offer
        ack = offer and player.select(offer)
        yield f"ACK {number}", ack
    for label, relay in (("far", FAR_RELAY), ("own net", "192.168.1.33")):
        offer = player.relayed(player.message(
            "DISCOVER", mac_number(30900 + len(label)), flags=0), relay)
        yield f"OFFER, {label}", offer
    yield "reserved", player.discover("02:01:00:00:09:01")


CLASSES = {"PXEClient": b"PXEClient:Arch:00000:UNDI:002001",
           "HTTPClient": b"HTTPClient:Arch:00016:UNDI:003001",
           "AAPL": b"AAPLBSDPC/i386", "shorter": b"HTTP", "none": None}


def _classes(player):
    """Option 60 of PXE clients."""
    for number, (label, text) in enumerate(CLASSES.items()):
        mac = mac_number(30500 + number)
        yield f"OFFER, BIOS, {label}", player.discover(
            mac, firmware(0, o60=text))
        yield f"ACK, BIOS, {label}", player.ask_port(
            mac, "192.168.1.77", firmware(0, o60=text))


HOSTS = """\
dhcp-host=02:01:00:00:02:01,192.168.1.60,printer
dhcp-host=02:01:00:00:02:02,ignore
dhcp-host=byname,2h
dhcp-mac=set:lab,02:01:00:00:04:*
domain=example.org
"""
SERVICES = """\
pxe-service=x86PC,"Boot",undionly.kpxe
dhcp-boot=other.0
"""

CHOICES = [
    Dialogue("rapid-commit", RANGE + HOSTS + "dhcp-rapid-commit\n"
             "dhcp-boot=pxelinux.0\n", _rapid),
    Dialogue("rapid-commit-off", RANGE, _not_rapid),
    Dialogue("bootp-dynamic", RANGE + HOSTS + "bootp-dynamic\n"
             "dhcp-boot=pxelinux.0\n", _bootp),
    Dialogue("bootp-dynamic-tag", RANGE + HOSTS +
             "bootp-dynamic=tag:lab,tag:!known\n", _bootp),
    Dialogue("bootp-dynamic-range", "interface=br0\n"
             "dhcp-range=set:low,192.168.1.50,192.168.1.150,8h\n"
             "bootp-dynamic=low\n" + HOSTS, _bootp),
    Dialogue("generate-names", RANGE + HOSTS + "dhcp-generate-names\n",
             _names),
    Dialogue("generate-names-tag", RANGE + HOSTS +
             "dhcp-generate-names=tag:lab\n", _names),
    Dialogue("ignore-names", RANGE + HOSTS + "dhcp-ignore-names\n", _names),
    Dialogue("ignore-names-tag", RANGE + HOSTS +
             "dhcp-ignore-names=tag:!lab\ndhcp-generate-names=lab\n", _names),
    Dialogue("ignore-and-generate", RANGE + HOSTS +
             "dhcp-ignore-names\ndhcp-generate-names\n", _names),
    Dialogue("client-update", RANGE + "dhcp-client-update\n"
             "domain=example.org\n", _update),
    Dialogue("relay-is-server", RANGE + RELAYED + "dhcp-proxy\n",
             _through_relay),
    Dialogue("relay-is-server-listed", RANGE + RELAYED +
             f"dhcp-proxy=10.5.0.2,{RELAY}\n", _through_relay),
    Dialogue("relay-is-server-other", RANGE + RELAYED +
             "dhcp-proxy=10.5.0.2\n", _through_relay),
    Dialogue("shared-interface", SHARED + "shared-network=br0,10.5.0.0\n",
             _shared),
    Dialogue("shared-address", SHARED +
             "shared-network=192.168.1.1,10.5.0.1\n", _shared),
    Dialogue("shared-relay", SHARED +
             f"shared-network={FAR_RELAY},10.5.0.1\n", _shared),
    Dialogue("proxy-pxe-class", PROXY + SERVICES +
             "dhcp-pxe-vendor=PXEClient,HTTPClient\n", _classes),
    Dialogue("proxy-other-class", PROXY + SERVICES +
             "dhcp-pxe-vendor=AAPLBSDPC\n", _classes),
]
