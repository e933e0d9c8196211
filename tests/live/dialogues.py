"""Configurations, and what clients say to a server that runs them.

A dialogue is a function that plays clients and yields (label, reply) for
each exchange; the reply is None for silence.  It may be held with any server.
"""

import dataclasses
import typing

from lab import packets
from lab.dhcp_client import mac_number
from lab.packets import ip_bytes

RANGE = "interface=br0\ndhcp-range=192.168.1.50,192.168.1.150,8h\n"
POOLS = [("192.168.1.50", "192.168.1.150"), ("10.5.0.10", "10.5.0.99")]
RELAY = "10.5.0.1"
FAR_RELAY = "10.77.0.1"
ARCH, USER_CLASS, PARAMETERS = 93, 77, packets.OPT_PARAMETERS


@dataclasses.dataclass
class Dialogue:
    """One configuration with what is said to it."""

    name: str
    config: str
    talk: typing.Callable


def _list(*codes):
    return {PARAMETERS: bytes(codes)}


def _lease(player):
    """Offers and leases, by what the client asks for."""
    for number, (label, options) in enumerate({
            "usual list": {},
            "no list": {PARAMETERS: None},
            "empty list": _list(),
            "mask alone": _list(1),
            "no boot options": _list(1, 3, 6, 15, 28),
            "file as option": _list(1, 67),
            "list twice": _list(1, 1, 3, 3),
            "ten minutes": {51: (600).to_bytes(4, "big")},
            "one second": {51: (1).to_bytes(4, "big")},
            "a year": {51: (31536000).to_bytes(4, "big")},
            "for ever": {51: b"\xff\xff\xff\xff"},
            "client id": {61: b"\x00a client"},
            "host name": {12: b"walter"},
            "whole name": {12: b"walter.example.org"},
            "bad name": {12: b"wal ter\x1b"},
            "small messages": {57: (576).to_bytes(2, "big")},
            "big messages": {57: (1500).to_bytes(2, "big")},
            "tiny messages": {57: (64).to_bytes(2, "big")},
            "wants .77": {50: ip_bytes("192.168.1.77")},
            "wants .200": {50: ip_bytes("192.168.1.200")},
            "wants .1": {50: ip_bytes("192.168.1.1")},
    }.items()):
        offer = player.discover(mac_number(number), options)
        yield f"OFFER, {label}", offer
        without = {k: v for k, v in options.items() if k != 50}
        yield f"ACK, {label}", offer and player.select(offer, without)


def _header(player):
    """Fields of the header, and how replies travel."""
    for number, fields in enumerate((
            {"flags": 0}, {"flags": 0x8000}, {"flags": 0xffff},
            {"flags": 1}, {"secs": 7}, {"hops": 3}, {"sname": b"someone"},
            {"file": b"something"}, {"siaddr": "1.2.3.4"},
            {"yiaddr": "192.168.1.60"})):
        mac = mac_number(100 + number)
        offer = player.discover(mac, **fields)
        yield f"OFFER, {fields}", offer
        yield f"ACK, {fields}", offer and player.select(offer, **fields)
    mac = mac_number(120)
    yield "DISCOVER with ciaddr", player.discover(
        mac, ciaddr="192.168.1.222")


NAMES = """\
domain=example.org
dhcp-host=52:54:00:00:01:00,known
dhcp-host=52:54:00:00:01:01,KNOWN-Upper
dhcp-host=by-name,192.168.1.60
"""


def _names(player):
    """Host names in options 12 and 81, with and without a dhcp-host line."""
    def plain(name):
        return {12: name}

    def fqdn(flags, name):
        return {81: bytes([flags, 0, 0]) + name}

    wire = b"\x04walt\x07foreign\x03org\x00"
    spoken = {
        "none": {}, "plain": plain(b"walter"), "upper": plain(b"WALTER"),
        "dotted": plain(b"walter.foreign.org"), "dot": plain(b"walter."),
        "NUL": plain(b"walter\x00"), "two NULs": plain(b"walter\x00\x00"),
        "digits": plain(b"007"), "underscore": plain(b"wal_ter"),
        "first underscore": plain(b"_walter"), "minus": plain(b"-walter"),
        "blank": plain(b"wal ter"), "UTF-8": plain(b"w\xc3\xa4lter"),
        "63 bytes": plain(b"a" * 63), "64 bytes": plain(b"a" * 64),
        "dot alone": plain(b"."), "like the line": plain(b"known"),
        "name of a line": plain(b"by-name"),
        "fqdn text": fqdn(0, b"walt"), "fqdn text, S": fqdn(1, b"walt"),
        "fqdn text, NUL": fqdn(1, b"walt\x00"),
        "fqdn text, dotted": fqdn(0, b"walt.foreign.org"),
        "fqdn wire": fqdn(4, wire), "fqdn wire, S": fqdn(5, wire),
        "fqdn wire, N": fqdn(12, wire), "fqdn partial": fqdn(4, b"\x04walt"),
        "fqdn empty": fqdn(0, b""), "fqdn blank": fqdn(0, b"wal t"),
        "fqdn of a line": fqdn(0, b"by-name"),
        "fqdn and plain": {**fqdn(0, b"long"), **plain(b"short")}}
    for number, (label, options) in enumerate(spoken.items()):
        for host in ("", "known", "upper"):
            mac = {"": mac_number(number), "known": "52:54:00:00:01:00",
                   "upper": "52:54:00:00:01:01"}[host]
            for wanted in ({}, _list(1, 12, 15, 81)):
                label2 = f"{label}, {host or 'unknown'}, {len(wanted)}"
                offer = player.discover(mac, {**options, **wanted})
                yield f"OFFER {label2}", offer
                yield f"ACK {label2}", player.select(
                    offer, {**options, **wanted})


def _states(player):
    """REQUEST in the four states of RFC 2131 4.3.2, right and wrong."""
    mac, other, new = map(mac_number, (200, 201, 202))
    mine = player.lease(mac)
    yield "lease", mine
    theirs = player.lease(other)
    yield "lease of another", theirs
    yield "same OFFER", player.discover(mac)
    yield "renew", player.renew(mac, mine.yiaddr)
    yield "rebind", player.rebind(mac, mine.yiaddr)
    yield "reboot", player.init_reboot(mac, mine.yiaddr)
    yield "reboot, free address", player.init_reboot(mac, "192.168.1.149")
    yield "reboot, address of another", \
        player.init_reboot(mac, theirs.yiaddr)
    yield "reboot, other network", player.init_reboot(mac, "10.9.9.9")
    yield "renew, address of another", player.renew(mac, theirs.yiaddr)
    yield "unknown reboots", player.init_reboot(new, "192.168.1.140")
    yield "unknown reboots, other network", \
        player.init_reboot(mac_number(203), "10.9.9.9")
    yield "unknown reboots to another's", \
        player.init_reboot(mac_number(204), theirs.yiaddr)
    yield "unknown renews", player.renew(mac_number(205), "192.168.1.141")
    yield "unknown rebinds", player.rebind(mac_number(206), "192.168.1.142")
    yield "unknown renews far off", player.rebind(mac_number(207),
                                                  "192.168.1.240")
    yield "empty REQUEST", player.exchange(
        player.message("REQUEST", mac_number(208)))


def _selecting(player):
    """REQUEST in SELECTING that is wrong somehow."""
    offer = player.discover(mac_number(300))
    yield "other server", player.select(
        offer, {54: ip_bytes("192.168.1.9")})
    offer = player.discover(mac_number(301))
    yield "other address", player.select(
        offer, {50: ip_bytes("192.168.1.148")})
    offer = player.discover(mac_number(302))
    yield "no such address", player.select(
        offer, {50: ip_bytes("192.168.1.240")})
    offer = player.discover(mac_number(303))
    yield "other network", player.select(offer, {50: ip_bytes("10.1.1.1")})
    offer = player.discover(mac_number(304))
    yield "server's own address", player.select(
        offer, {50: ip_bytes("192.168.1.1")})
    offer = player.discover(mac_number(305))
    yield "no address", player.select(offer, {50: None})
    offer = player.discover(mac_number(306))
    yield "address in ciaddr", player.select(
        offer, {50: None}, ciaddr=offer.yiaddr)
    message = player.message("REQUEST", mac_number(307), {
        50: ip_bytes("192.168.1.147"), 54: ip_bytes(player.server)})
    yield "never offered", player.exchange(message)
    first = player.lease(mac_number(308))
    message = player.message("REQUEST", mac_number(309), {
        50: ip_bytes(first.yiaddr), 54: ip_bytes(player.server)})
    yield "leased to another", player.exchange(message)


def _ends(player):
    """RELEASE, DECLINE and INFORM."""
    mac = mac_number(400)
    first = player.lease(mac)
    yield "lease", first
    player.release(mac, first.yiaddr)
    yield "INFORM, after RELEASE", player.inform(mac, "192.168.1.201")
    yield "reboot after RELEASE", player.init_reboot(mac, first.yiaddr)
    again = player.lease(mac)
    yield "lease after RELEASE", again
    player.decline(mac, again.yiaddr)
    yield "INFORM, usual list", player.inform(mac, "192.168.1.202")
    after = player.discover(mac)
    assert after.yiaddr != again.yiaddr, "given out after a DECLINE"
    yield "OFFER after DECLINE", after
    yield "INFORM, no list", player.inform(
        mac, "192.168.1.203", {PARAMETERS: None})
    yield "INFORM, few", player.inform(
        mac, "192.168.1.204", _list(1, 3, 67))
    yield "INFORM, broadcast", player.inform(
        mac, "192.168.1.205", flags=0x8000)
    yield "INFORM, without address", player.exchange(
        player.message("INFORM", mac))
    yield "INFORM, host name", player.inform(
        mac, "192.168.1.206", {12: b"someone"})
    yield "server's message", player.exchange(player.message("ACK", mac))


HOSTS = """\
dhcp-host=02:01:00:00:02:01,192.168.1.60,printer,infinite
dhcp-host=02:01:00:00:02:02,192.168.1.200,outside
dhcp-host=02:01:00:00:02:03,onlyname
dhcp-host=02:01:00:00:02:04,ignore
dhcp-host=id:some-client,192.168.1.61,byid,20m
dhcp-host=id:01:02:03:04,192.168.1.62
dhcp-host=laptop,192.168.1.63,45m
dhcp-host=02:01:00:00:02:05,192.168.1.1,server
dhcp-host=02:01:00:00:02:06,02:01:00:00:02:07,192.168.1.64,docked
dhcp-host=02:01:00:00:03:*,set:wild,192.168.1.65
dhcp-host=02:01:00:00:02:08,id:*,192.168.1.66
dhcp-host=02:01:00:00:02:09,10.20.30.40,elsewhere
dhcp-host=02:01:00:00:02:0a,set:gold,2h
dhcp-option=tag:gold,15,gold.example
dhcp-option=tag:wild,15,wild.example
dhcp-option=tag:known,26,1400
dhcp-option=tag:!known,26,1300
"""


def _hosts(player):
    """Reservations of every kind."""
    mac = "02:01:00:00:02:"
    asked = _list(1, 3, 6, 12, 15, 26, 28)
    for label, last, options in (
            ("infinite", "01", {}), ("out of the pool", "02", {}),
            ("name alone", "03", {}), ("ignored", "04", {}),
            ("by id", "a1", {61: b"\x00some-client"}),
            ("by id without zero", "a2", {61: b"some-client"}),
            ("by hex id", "a3", {61: b"\x01\x02\x03\x04"}),
            ("by name", "a4", {12: b"laptop"}),
            ("by name, capitals", "a5", {12: b"LAPTOP"}),
            ("by whole name", "a6", {12: b"laptop.example.org"}),
            ("server's own", "05", {}), ("two cards", "06", {}),
            ("second card", "07", {}), ("id ignored", "08", {61: b"\x00x"}),
            ("other net", "09", {}), ("tag and time", "0a", {}),
            ("name of a MAC line", "a7", {12: b"printer"}),
            ("unknown", "a8", {12: b"nobody"})):
        offer = player.discover(mac + last, {**asked, **options})
        yield f"OFFER, {label}", offer
        reply = offer and player.select(offer, {**asked, **options})
        yield f"ACK, {label}", reply
        if reply and reply.yiaddr == "192.168.1.63":
            player.release(mac + last, reply.yiaddr, options)
            player.settle()
    yield "OFFER, wildcard", player.discover("02:01:00:00:03:44", asked)
    for label, last in (("reserved", "02"), ("infinite", "01"),
                        ("not reserved", "b1"), ("ignored", "04")):
        yield f"BOOTP, {label}", player.bootp(mac + last)
        yield f"BOOTP, {label}, broadcast", player.bootp(
            mac + last, flags=0x8000)
    yield "BOOTP, no cookie", player.bootp(mac + "02", cookie=False)
    yield "reserved for another", player.init_reboot(
        mac_number(900), "192.168.1.60")
    yield "OFFER, wants reserved", player.discover(
        mac_number(5000), {50: ip_bytes("192.168.1.64")})


BOOT = """\
dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-userclass=set:ipxe,iPXE
dhcp-match=set:gpxe,175
dhcp-vendorclass=set:http,HTTPClient
dhcp-boot=tag:bios,bios.0
dhcp-boot=tag:efi64,efi64.efi,boothost,192.168.1.9
dhcp-boot=tag:ipxe,http://192.168.1.1/boot.ipxe
dhcp-boot=tag:gpxe,tag:!ipxe,gpxe.ipxe
dhcp-boot=fallback.0,plainhost
dhcp-option=tag:http,60,HTTPClient
"""


def _boot(player):
    """The boot file by what the client says of itself."""
    arch = {name: {ARCH: number.to_bytes(2, "big")}
            for name, number in (("0", 0), ("7", 7), ("9", 9), ("11", 11))}
    cases = {
        "no arch": {}, "arch 0": arch["0"], "arch 7": arch["7"],
        "arch 9": arch["9"], "arch 11": arch["11"],
        "two archs": {ARCH: b"\x00\x10\x00\x07"},
        "odd arch": {ARCH: b"\x00\x07\x00"}, "short arch": {ARCH: b"\x07"},
        "iPXE, plain": {**arch["0"], USER_CLASS: b"iPXE"},
        "iPXE, counted": {**arch["7"], USER_CLASS: b"\x04iPXE"},
        "iPXE, two": {USER_CLASS: b"\x03abc\x04iPXE"},
        "iPXE, bad count": {USER_CLASS: b"\x40iPXE"},
        "other class": {USER_CLASS: b"\x03foo"},
        "gPXE": {175: b"\x01\x01\x00"}, "gPXE, empty": {175: b""},
        "gPXE and iPXE": {175: b"\x01", USER_CLASS: b"iPXE"},
        "HTTP": {60: b"HTTPClient:Arch:00016:UNDI:003001"},
        "PXE": {**arch["7"], 60: b"PXEClient:Arch:00007:UNDI:003001",
                97: b"\x00" + bytes(range(16)), 94: b"\x01\x03\x10"},
    }
    lists = {"options": _list(1, 3, 43, 60, 66, 67), "header": _list(1, 3),
             "none": {PARAMETERS: None}, "66": _list(1, 66)}
    number = 0
    for label, options in cases.items():
        for how, wanted in lists.items():
            number += 1
            yield f"{label}, {how}", player.discover(
                mac_number(5000 + number), {**options, **wanted})
    yield "BOOTP", player.bootp(mac_number(5999))


OPTIONS = """\
dhcp-option=3
dhcp-option=6,192.168.1.1,0.0.0.0,9.9.9.9
dhcp-option=option:ntp-server,192.168.1.4,192.168.1.5
dhcp-option=42,192.168.1.6
dhcp-option-force=208,f1:00:74:7e
dhcp-option-force=option:bootfile-name,forced.0
dhcp-option=66,"192.168.1.7"
dhcp-option=19,1
dhcp-option=26,1492
dhcp-option=58,1000
dhcp-option=59,2000
dhcp-option=15
dhcp-option=119,example.org,a.example.org
dhcp-option=121,10.0.0.0/8,192.168.1.2,0.0.0.0/0,192.168.1.1
dhcp-option=252,"\\n"
dhcp-option=200,text
dhcp-option=202,1234
dhcp-option=203,aa:bb:cc
dhcp-option=204,10.1.2.3
"""


def _options(player):
    """dhcp-option in many forms, asked for in many ways."""
    every = _list(*range(1, 255))
    for number, (label, options) in enumerate({
            "all": every, "no list": {PARAMETERS: None},
            "few": _list(1, 3, 6, 42), "none": _list(),
            "all, big": {**every, 57: (1400).to_bytes(2, "big")},
            "reversed": _list(*range(254, 0, -1)),
            "timers": _list(58, 59), "files": _list(66, 67),
    }.items()):
        options = dict(options)
        # PXE's own option 43 is not part of this version.
        if options.get(PARAMETERS):
            options[PARAMETERS] = options[PARAMETERS].replace(b"\x2b", b"")
        mac = mac_number(6000 + number)
        offer = player.discover(mac, options)
        yield f"OFFER, {label}", offer
        yield f"ACK, {label}", offer and player.select(offer, options)
    yield "INFORM", player.inform(mac_number(6100), "192.168.1.202", every)
    yield "BOOTP", player.bootp(mac_number(6101))


OVERLOAD = "".join(
    f"dhcp-option-force={code},{chr(97 + code % 26) * length}\n"
    for code, length in ((224, 200), (225, 90), (226, 60), (227, 120),
                         (228, 40), (229, 20)))


def _overload(player):
    """More options than a message of the usual size has room for."""
    for number, (label, options) in enumerate({
            "usual list": {}, "no list": {PARAMETERS: None},
            "roomy": {57: (1400).to_bytes(2, "big")}}.items()):
        yield label, player.discover(mac_number(6200 + number), options)


TAGS = """\
dhcp-range=set:low,192.168.1.160,192.168.1.170,1h
dhcp-mac=set:card,02:01:00:00:1b:*
dhcp-match=set:red,option:hostname,red
dhcp-match=set:blue,12,blue
tag-if=set:purple,tag:red,tag:blue
tag-if=set:plain,tag:!red,tag:!blue
tag-if=set:sure
dhcp-option=tag:purple,15,purple.example
dhcp-option=tag:plain,15,plain.example
dhcp-option=tag:red,15,red.example
dhcp-option=tag:br0,26,1400
dhcp-option=tag:low,26,1300
dhcp-option=tag:card,26,1200
dhcp-option=tag:sure,19,1
dhcp-ignore=tag:blue,tag:!red
enable-tftp
tftp-root=/tmp
dhcp-boot=tag:red,red.0
dhcp-boot=tag:red,later.0
dhcp-boot=tag:card,tag:red,card.0
"""


def _tags(player):
    """Tags: tests, negations, tag-if, order."""
    asked = _list(1, 15, 19, 26)
    for number, name in enumerate((b"red", b"blue", b"redblue", b"green")):
        yield f"{name}", player.discover(
            mac_number(7000 + number), {**asked, 12: name})
        yield f"{name}, card", player.discover(
            f"02:01:00:00:1b:{number:02x}", {**asked, 12: name})


RELAYED = """\
dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h
dhcp-host=02:01:00:00:09:01,10.5.0.200,faraway
dhcp-boot=pxelinux.0
"""


def _relayed(player):
    """Clients behind a relay agent."""
    agent = {82: b"\x01\x04port\x02\x03rem"}
    for number, (label, options, fields) in enumerate((
            ("plain", {}, {}), ("broadcast", {}, {"flags": 0x8000}),
            ("agent", agent, {}), ("no list", {PARAMETERS: None}, {}),
            ("many hops", {}, {"hops": 15}))):
        fields.setdefault("flags", 0)
        mac = mac_number(8000 + number)
        offer = player.relayed(
            player.message("DISCOVER", mac, options, **fields), RELAY)
        yield f"OFFER, {label}", offer
        wanted = {**options, 50: ip_bytes(offer.yiaddr),
                  54: offer.options[54]} if offer else options
        yield f"ACK, {label}", offer and player.relayed(
            player.message("REQUEST", mac, wanted, **fields), RELAY)
        wanted = {**wanted, 50: ip_bytes("192.168.1.70")}
        yield f"NAK, {label}", player.relayed(
            player.message("REQUEST", mac, wanted, **fields), RELAY)
    yield "reserved", player.relayed(
        player.message("DISCOVER", "02:01:00:00:09:01", flags=0), RELAY)
    yield "no range", player.relayed(
        player.message("DISCOVER", mac_number(8100)), FAR_RELAY)
    yield "own net", player.relayed(
        player.message("DISCOVER", mac_number(8101), flags=0),
        "192.168.1.33")
    yield "BOOTP", player.relayed(
        packets.Dhcp(mac="02:01:00:00:09:01"), RELAY)


def _few(player):
    """Two clients of three get an address."""
    for number in range(3):
        mac = mac_number(9000 + number)
        offer = player.discover(mac)
        yield f"OFFER {number}", offer
        yield f"ACK {number}", offer and player.select(offer)


def _static(player):
    """A range without a pool: reservations alone."""
    for label, last in (("infinite", "01"), ("outside", "02"),
                        ("name alone", "03"), ("unknown", "c1")):
        mac = "02:01:00:00:02:" + last
        offer = player.discover(mac)
        yield f"OFFER, {label}", offer
        yield f"ACK, {label}", offer and player.select(offer)
    yield "BOOTP", player.bootp("02:01:00:00:02:02")
    yield "unknown reboots", player.init_reboot(
        mac_number(5001), "192.168.1.77")


DIALOGUES = [
    Dialogue("lease", RANGE + "dhcp-boot=pxelinux.0\n", _lease),
    Dialogue("header", RANGE + "dhcp-boot=pxelinux.0\n", _header),
    Dialogue("no-boot", RANGE + "domain=example.org\n", _lease),
    Dialogue("no-dns", RANGE + "port=0\ndhcp-no-override\n"
             "dhcp-boot=pxelinux.0,,192.168.1.8\n", _lease),
    Dialogue("names", RANGE + NAMES, _names),
    Dialogue("states", RANGE, _states),
    Dialogue("states-authoritative", RANGE + "dhcp-authoritative\n",
             _states),
    Dialogue("selecting", RANGE, _selecting),
    Dialogue("selecting-authoritative", RANGE + "dhcp-authoritative\n",
             _selecting),
    Dialogue("ends", RANGE + "dhcp-boot=pxelinux.0\n", _ends),
    Dialogue("hosts", RANGE + HOSTS, _hosts),
    Dialogue("boot", RANGE + BOOT, _boot),
    Dialogue("options", RANGE + OPTIONS, _options),
    Dialogue("overload", RANGE + OVERLOAD, _overload),
    Dialogue("tags", RANGE + TAGS, _tags),
    Dialogue("relayed", RANGE + RELAYED, _relayed),
    # The marker has the third lease.
    Dialogue("few", RANGE + "dhcp-lease-max=3\n", _few),
    Dialogue("infinite", "interface=br0\n"
             "dhcp-range=192.168.1.50,192.168.1.150,infinite\n", _few),
    Dialogue("static", "interface=br0\n"
             "dhcp-range=192.168.1.0,static,255.255.255.0,192.168.1.255\n"
             + HOSTS, _static),
]
