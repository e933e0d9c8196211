"""Packets of any content and length, to every port that is open.

Whatever comes, the same processes go on, idle when it is over, serve the
next honest client, and have filled neither disk nor terminal.
"""

import os
import random
import threading
import time

import pytest

from lab import packets
from lab.clients import DhcpClient, mac_number, tftp_fetch
from lab.namespaces import SERVER_ADDRESS
from lab.patience import wait_until

SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
EVIL = "02:66:66:66:66:66"
TICKS_S = os.sysconf("SC_CLK_TCK")
# A flood of one kind may log this many lines a second; see the limits in
# the roles' sources.  Most lines are one DHCP message each.
LINES_A_SECOND = 2500
HEAD = packets.Dhcp(mac=EVIL, options={}).build()[:240]


@pytest.fixture
def chance():
    """Random numbers that can be had again with SEED=."""
    print(f"SEED={SEED}")
    return random.Random(SEED)


@pytest.fixture
def attack(network, start_server):
    """A running server, and a client that says anything.

    At the end the server must be as it was.
    """
    network.server.shadow("/srv/tftpboot")
    (network.server.path("/srv/tftpboot") / "file").write_bytes(b"x" * 999)
    server = start_server()
    before, started = server.role_pids(), time.monotonic()
    with DhcpClient(network.client()) as evil:
        evil.server_mac()
        yield evil
        evil.replies(0.5)
    assert server.process.status is None
    check_service(network)
    check_idle(server)
    assert server.role_pids() == before, "a role died"
    check_log(server, time.monotonic() - started)


def check_service(network):
    """An honest client gets an address and a file."""
    client = network.client()
    with DhcpClient(client) as honest:
        reply = honest.lease(mac_number(1))
        assert reply is not None and reply.type == "ACK"
    client.address(f"{reply.yiaddr}/24")
    assert tftp_fetch(client, SERVER_ADDRESS, "file").data == b"x" * 999


def processor_s(pid):
    """The processor time that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="latin-1") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


def check_idle(server, seconds=1.0):
    """No process computes while nothing comes in, when all is dealt with."""
    pids = {**server.role_pids(), "parent": server.pid}

    def idle():
        before = {name: processor_s(pid) for name, pid in pids.items()}
        time.sleep(seconds)
        busy = {name: processor_s(pid) - before[name]
                for name, pid in pids.items()}
        return max(busy.values()) < 0.2 * seconds

    wait_until(idle, "no process computes")


def check_log(server, seconds):
    """No control characters, and no more lines than the limits allow."""
    lines = server.log().splitlines()
    print(f"{len(lines)} lines in {seconds:.1f} s")
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) < 1000
    assert len(lines) < 200 + LINES_A_SECOND * (seconds + 1)


def to_dhcp(evil, payload, **where):
    evil.send_bytes(payload, EVIL, **where)


def to_tftp(evil, payload, sport=7777, src="192.168.1.240"):
    evil.send_bytes(payload, EVIL, src, SERVER_ADDRESS, sport, 69)


def pace(evil, number):
    """Let the server follow, so that most of it really arrives."""
    if number % 64 == 0:
        evil.replies(0.004)


def sent_to(evil, seconds):
    """The addresses that the server sends UDP to, within a time."""
    deadline, found = time.monotonic() + seconds, set()
    while (frame := evil._receive(deadline)) is not None:
        datagram = packets.Udp.parse(frame)
        if datagram and datagram.src == SERVER_ADDRESS:
            found.add(datagram.dst)
        evil._look(frame)
    return found


# --- addresses of others ---------------------------------------------------

def test_no_replies_to_other_networks(attack, network):
    """INFORM, and renewals, in the name of hosts that are not served."""
    network.server.ip("route", "add", "default", "via", "192.168.1.77")
    attack.own("192.168.1.77", EVIL)
    others = ["198.51.100.9", "255.255.255.255", "224.0.0.1", "127.0.0.1"]
    for kind, ciaddr, giaddr in [
            *(("INFORM", ciaddr, "0.0.0.0") for ciaddr in others),
            *(("INFORM", ciaddr, "198.51.100.1") for ciaddr in others),
            *(("REQUEST", ciaddr, "0.0.0.0") for ciaddr in others),
            ("INFORM", "192.168.1.255", "0.0.0.0")]:
        attack.send(attack.message(kind, EVIL, {}, ciaddr=ciaddr,
                                   giaddr=giaddr),
                    src="192.168.1.240", dst=SERVER_ADDRESS)
    # The last one is honest, so all were dealt with when it is answered.
    attack.own("192.168.1.240", EVIL)
    attack.send(attack.message("INFORM", EVIL, {}, ciaddr="192.168.1.240"),
                src="192.168.1.240", dst=SERVER_ADDRESS)
    found = set()
    wait_until(lambda: found.update(sent_to(attack, 0.2)) or found,
               "the honest one is answered")
    assert found == {"192.168.1.240"}


# --- any bytes -------------------------------------------------------------

def test_random_bytes(attack, chance):
    for number in range(3000):
        size = chance.choice((chance.randrange(64), chance.randrange(1472)))
        to_dhcp(attack, chance.randbytes(size))
        to_dhcp(attack, HEAD + chance.randbytes(size // 2))
        to_tftp(attack, chance.randbytes(size))
        to_tftp(attack, b"\0" + bytes([chance.randrange(8)])
                + chance.randbytes(size % 1400), chance.randrange(65536))
        pace(attack, number)


def test_every_length(attack, chance):
    whole = attack.message("DISCOVER", EVIL, {
        12: b"h" * 200, 61: b"i" * 200}).build()
    name = b"\0\1" + b"n" * 600
    options = packets.tftp_request("file", "octet", {
        f"option{n}": n for n in range(40)})
    for size in range(601):
        to_dhcp(attack, bytes(size))
        to_dhcp(attack, b"\xff" * size)
        to_dhcp(attack, whole[:size])
        to_tftp(attack, name[:size])
        to_tftp(attack, options[:size], 8000 + size)
        pace(attack, size)


def messages(evil, chance):
    """Honest messages of every kind, as starting points."""
    for kind in packets.TYPE_NUMBERS:
        yield evil.message(kind, mac_number(chance.randrange(500)), {
            12: b"a-name", 43: b"\x06\x01\x08\xff", 50: b"\xc0\xa8\x01\x40",
            54: b"\xc0\xa8\x01\x01", 57: b"\x02\x40", 60: b"PXEClient",
            61: b"\x00an id", 77: b"\x04iPXE", 82: b"\x01\x02ab",
            93: b"\x00\x07", 97: b"\0" * 17}).build()
    yield packets.Dhcp(mac=EVIL, options={}).build()


def mutate(raw, chance):
    """The same with some bytes changed, cut out or put in."""
    raw = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(raw) + 1)
        how = chance.randrange(4)
        if how == 0:
            raw[at:at + 1] = chance.randbytes(1)
        elif how == 1:
            raw[at:at + 1] = chance.choice((b"\0", b"\xff", b"\x7f"))
        elif how == 2:
            del raw[at:at + chance.randrange(8)]
        else:
            raw[at:at] = chance.randbytes(chance.randrange(8))
    return bytes(raw)


def test_mutated_messages(attack, chance):
    reads = [packets.tftp_request(b"file", "octet", {
        "blksize": 1468, "tsize": 0, "timeout": 1})]
    for number in range(700):
        for raw in messages(attack, chance):
            to_dhcp(attack, mutate(raw, chance),
                    dst=chance.choice(("255.255.255.255", SERVER_ADDRESS)))
        for raw in reads:
            to_tftp(attack, mutate(raw, chance), chance.randrange(1, 65536))
        pace(attack, number * 8)


# --- well-aimed bytes ------------------------------------------------------

def test_option_fields_that_overrun(attack):
    type_option = b"\x35\x01\x01"
    for field in (
            b"", b"\x35", b"\x35\x01", b"\x35\x00", b"\x35\x02\x01\x01",
            type_option, type_option + b"\x3d", type_option + b"\x3d\xff",
            type_option + b"\x3d\xff" + b"i" * 254,
            type_option + b"\x0c\x00", type_option + b"\x37\x00",
            type_option + b"\x32\x03abc", type_option + b"\x36\x05abcde",
            type_option + b"\x39\x01\xff", type_option + b"\x34\x01\x03",
            type_option + b"\x34\x01\x07", type_option + b"\x34\x00",
            type_option + b"\x34\x01\x03\x34\x01\x03",
            type_option + (b"\x3d\xff" + b"i" * 255) * 4 + b"\xff",
            type_option + (b"\x3d\x01i") * 300 + b"\xff",
            type_option + b"\x52\xff" + b"r" * 255 + b"\xff",
            type_option + b"\0" * 1000 + b"\xff", b"\x35\x01\x01" * 200,
            b"\x35\x01\xff\xff", b"\x35\x01\x00\xff", b"\xff" * 100):
        for name_fields in (b"\0" * 192, b"\xff" * 192, b"\x34\x01\x03" * 64,
                            b"\x3d\xff" * 96):
            to_dhcp(attack, HEAD[:44] + name_fields + HEAD[236:] + field)


def test_headers_that_lie(attack, chance):
    discover = attack.message("DISCOVER", EVIL).build()
    for field, values in {
            0: (0, 2, 3, 255), 1: (0, 6, 32, 255),
            2: (0, 1, 5, 7, 15, 16, 17, 128, 255),
            3: (1, 16, 17, 255)}.items():
        for value in values:
            raw = bytearray(discover)
            raw[field] = value
            for bit in (0, 0x80):
                raw[10] = bit
                to_dhcp(attack, bytes(raw))


BAD_RELAYS = ("255.255.255.255", "192.168.1.255", "192.168.1.0",
              SERVER_ADDRESS, "127.0.0.1", "224.0.0.1", "239.1.2.3",
              "240.0.0.1", "0.0.0.1")


@pytest.mark.parametrize("relay", BAD_RELAYS)
def test_relays_that_cannot_be(attack, relay):
    """No reply goes to a relay's address that is no machine's."""
    for kind in ("DISCOVER", "REQUEST", "INFORM"):
        message = attack.message(kind, EVIL, {
            50: b"\xc0\xa8\x01\x40", 54: b"\xc0\xa8\x01\x01"},
            giaddr=relay, ciaddr="192.168.1.240" if kind == "INFORM"
            else "0.0.0.0")
        for source in ("0.0.0.0", "192.168.1.240"):
            attack.send(message, src=source, sport=67)
    assert [r.datagram.dst for r in attack.replies(0.3)] == []


SPOOFED = (SERVER_ADDRESS, "255.255.255.255", "192.168.1.255", "127.0.0.1",
           "0.0.0.0", "224.0.0.1", "240.0.0.1", "10.99.99.99")


def test_sources_that_lie(attack, network):
    # The kernel would drop most of these before any server saw them.
    for name in ("all", "br0"):
        for switch, value in (("rp_filter", 0), ("accept_local", 1),
                              ("route_localnet", 1)):
            network.server.write(
                f"/proc/sys/net/ipv4/conf/{name}/{switch}", str(value))
    read = packets.tftp_request("file", "octet", {"tsize": 0})
    for source in SPOOFED:
        for port in (0, 7, 67, 68, 69, 1024, 65535):
            for raw in messages(attack, random.Random(1)):
                to_dhcp(attack, raw, src=source, sport=port)
                to_dhcp(attack, raw, src=source, sport=port,
                        dst=SERVER_ADDRESS)
            for raw in (read, b"\0\1../x\0octet\0", b"\0\2x\0octet\0",
                        b"\0\5\0\0oops\0", b"\0\4\0\1"):
                to_tftp(attack, raw, port, source)
        attack.replies(0.02)


def test_a_flood_of_discovers(attack):
    """More clients than there are addresses, all at once."""
    for number in range(4000):
        attack.send(attack.message("DISCOVER", mac_number(70_000 + number)))
        pace(attack, number)
    # Offers that nobody takes lapse after a minute; one client keeps on.
    known = attack.lease(mac_number(70_000))
    assert known is not None and known.type == "ACK"
    attack.release(mac_number(70_000), known.yiaddr)
    attack.replies(0.2)


def test_replies_that_wait_for_arp(attack, network):
    """They do not fill the buffer of the socket: others are answered.

    Nobody has these addresses.  The kernel keeps each reply for the three
    seconds in which it asks for the hardware address.
    """
    frames = [packets.Udp(
        address, 68, "255.255.255.255", 67,
        attack.message("INFORM", EVIL, {12: b"n" * 60},
                       ciaddr=address).build(),
        EVIL, packets.BROADCAST_MAC).frame()
        for address in (f"192.168.1.{160 + n}" for n in range(90))]
    stop = threading.Event()

    def flood():
        for number in range(40_000):
            attack.send_frame(frames[number % len(frames)])
            if number % 64 == 0 and stop.wait(0.004):
                break

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        with DhcpClient(network.client(), tries=2) as honest:
            deadline = time.monotonic() + 2
            number = 0
            while time.monotonic() < deadline:
                number += 1
                assert honest.lease(mac_number(number % 50)), number
    finally:
        stop.set()
        thread.join()
    print(f"{number} leases")


def test_a_flood_of_reads(attack):
    """Forged reads take every place, but not for long."""
    for number in range(2000):
        to_tftp(attack, packets.tftp_request("file"), 10_000 + number,
                f"192.168.1.{160 + number % 80}")
        pace(attack, number)
