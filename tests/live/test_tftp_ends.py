"""How transfers end: probes, aborts, clients that vanish, a full server."""

import os
import signal
import socket
import struct
import time

import pytest

from lab import packets
from lab.namespaces import SERVER_ADDRESS
from lab.patience import wait_until
from lab.tftp_client import Misbehaviour, tftp_address
from lab.tftp_house import READER, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SIZES = (1, 1024, 100_000)


@pytest.fixture
def house(start_house):
    return start_house(sizes=SIZES)


def line_of(house, name, since):
    """The log line on a file's transfer, and all that came from there."""
    line = house.said(f".*{name}.*", since=since).string
    return line, "\n".join(house.server.process.tail(None)[since:])


# --- the client has had enough ---------------------------------------------

@pytest.mark.parametrize("code", [8, 0])
def test_a_size_probe_is_no_failure(house, code):
    mark = house.server.process.mark()
    reply = house.fetch("size1024", {"tsize": 0, "blksize": 1468},
                        misbehave=Misbehaviour(abort_after_oack=True,
                                               abort_code=code))
    assert reply.options["tsize"] == "1024"
    line, log = line_of(house, "size1024", mark)
    assert "probe" in line and READER in line
    assert "warning" not in log and "failed" not in log


@pytest.mark.parametrize("code", [1, 3, 5])
def test_another_error_after_the_oack_is_a_failure(house, code):
    mark = house.server.process.mark()
    house.fetch("size1024", {"tsize": 0}, misbehave=Misbehaviour(
        abort_after_oack=True, abort_code=code))
    line, _ = line_of(house, "size1024", mark)
    assert "failed" in line and "only the size was wanted" in line


def test_an_abort_in_the_middle_is_a_failure(house):
    mark = house.server.process.mark()
    house.fetch("size100000", misbehave=Misbehaviour(abort_at_block=5))
    line, _ = line_of(house, "size100000", mark)
    assert "failed" in line and "changed its mind" in line


def test_nothing_is_sent_after_an_abort(house):
    with house.read("size100000", {"windowsize": 4,
                                   "utimeout": 50_000}) as read:
        read.options()
        read.ack(0)
        assert read.window(4, 0.02)[:4] == [1, 2, 3, 4]
        read.abort(0)
        while read.next(0.04) is not None:
            pass
        assert read.next(0.5) is None


# --- the client is gone ----------------------------------------------------

def last_word(house, port, peer, packet):
    """Send from a port that is closed, so that the answer meets nobody."""
    head = struct.pack("!HHHH", port, peer[1], 8 + len(packet), 0)
    raw = house.reader.call(socket.socket, socket.AF_INET, socket.SOCK_RAW,
                            socket.IPPROTO_UDP)
    with raw:
        raw.sendto(head + packet, (peer[0], 0))


@pytest.mark.parametrize("options", [None, {"windowsize": 16}], ids=str)
def test_an_unreachable_client_ends_its_transfer_at_once(house, options):
    with house.read("size100000", options) as read:
        if options:
            read.options()
            read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        port = read.socket.getsockname()[1]
    start = time.monotonic()
    last_word(house, port, read.peer, b"\0\4\0\1")
    house.said(r'"size100000".*unreachable')
    assert time.monotonic() - start < 0.5
    wait_until(lambda: not sockets(house), "the end of the socket")


def test_readers_that_never_listened_cost_a_moment_only(house):
    # A kernel tells one peer once a second only that nobody listens.
    house.reader.write("/proc/sys/net/ipv4/icmp_ratelimit", "0")
    for port in range(30_000, 30_020):
        last_word(house, port, (SERVER_ADDRESS, packets.TFTP_PORT),
                  packets.tftp_request("size100000"))
    house.said("unreachable")
    # Without ICMP it would be 23 s.
    wait_until(lambda: not sockets(house), "the end of the sockets", 10)


def sockets(house):
    """The UDP sockets of the server's namespace that have a peer."""
    rows = house.namespace.run("cat", "/proc/net/udp").stdout.splitlines()
    return [row for row in rows[1:] if not row.split()[2].endswith(":0000")]


# --- a full server ---------------------------------------------------------

def test_a_full_server_is_silent_until_a_place_is_free(start_house):
    house = start_house(TFTP_CONFIG + "tftp-max=2\n", sizes=SIZES)
    with house.read("size1024") as one, house.read("size1024") as two:
        for read in one, two:
            assert read.next()[1] == 1
            read.ack(1)
            assert read.next()[1] == 2
        with house.read("size1") as three:
            assert three.next(0.7) is None
            house.said("tftp-max")
            one.finish(2)
            three.ask()
            assert three.next() == (packets.DATA, 1, content(1))


def test_the_server_s_end_is_told_to_its_clients(house):
    with house.read("size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        read.next()
        house.server.stop()
        assert read.next()[0] == packets.ERROR


def test_a_parent_that_stands_still_ends_no_transfer(house):
    """More refusals than it can hold, some answered very late."""
    tftpd = house.server.wait_role("tftpd")
    with house.read("size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        os.kill(house.server.pid, signal.SIGSTOP)
        try:
            for number in range(70):
                with house.reader.udp_socket() as sock:
                    sock.sendto(b"\0\2new\0octet\0", tftp_address(
                        house.reader, SERVER_ADDRESS))
                time.sleep(0.025 if number else 10.1)
        finally:
            os.kill(house.server.pid, signal.SIGCONT)
        assert house.fetch("size1024").data == content(1024)
        read.ack(2)
        while (packet := read.next())[1] < 3:
            assert packet[0] == packets.DATA
    assert house.server.wait_role("tftpd") == tftpd


# --- one port for all ------------------------------------------------------

def test_an_answer_to_the_server_s_port_is_no_request(house):
    with house.reader.udp_socket() as sock:
        for packet in (b"\0\4\0\1", b"\0\5\0\0no\0", b"\0\3\0\1abc",
                       b"\0\6blksize\0" b"512\0"):
            sock.sendto(packet, tftp_address(house.reader, SERVER_ADDRESS))
            sock.settimeout(0.2)
            with pytest.raises(TimeoutError):
                sock.recv(2000)
