"""How transfers end: size queries, aborts, vanished clients, a full server."""

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
from lab.tftp_site import READER, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SIZES = (1, 1024, 100_000)


@pytest.fixture
def site(start_site):
    return start_site(sizes=SIZES)


def line_of(site, name, since):
    """The log line on a file's transfer, and all that came from there."""
    line = site.said(f".*{name}.*", since=since).string
    return line, "\n".join(site.server.process.tail(None)[since:])


# --- the client has had enough ---------------------------------------------

@pytest.mark.parametrize("code", [8, 0])
def test_a_size_query_is_no_failure(site, code):
    mark = site.server.process.mark()
    reply = site.fetch("size1024", {"tsize": 0, "blksize": 1468},
                       misbehave=Misbehaviour(abort_after_oack=True,
                                              abort_code=code))
    assert reply.options["tsize"] == "1024"
    line, log = line_of(site, "size1024", mark)
    assert "query" in line and READER in line
    assert "warning" not in log and "failed" not in log


@pytest.mark.parametrize("code", [1, 3, 5])
def test_another_error_after_the_oack_is_a_failure(site, code):
    mark = site.server.process.mark()
    site.fetch("size1024", {"tsize": 0}, misbehave=Misbehaviour(
        abort_after_oack=True, abort_code=code))
    line, _ = line_of(site, "size1024", mark)
    assert "failed" in line and "only the size was wanted" in line


def test_an_abort_in_the_middle_is_a_failure(site):
    mark = site.server.process.mark()
    site.fetch("size100000", misbehave=Misbehaviour(abort_at_block=5))
    line, _ = line_of(site, "size100000", mark)
    assert "failed" in line and "changed its mind" in line


def test_nothing_is_sent_after_an_abort(site):
    with site.read("size100000", {"windowsize": 4,
                                  "utimeout": 50_000}) as read:
        read.options()
        read.ack(0)
        assert read.window(4, 0.02)[:4] == [1, 2, 3, 4]
        read.abort(0)
        while read.next(0.04) is not None:
            pass
        assert read.next(0.5) is None


# --- the client is gone ----------------------------------------------------

def last_word(site, port, peer, packet):
    """Send from a port that is closed, so that the answer meets nobody."""
    head = struct.pack("!HHHH", port, peer[1], 8 + len(packet), 0)
    raw = site.reader.call(socket.socket, socket.AF_INET, socket.SOCK_RAW,
                           socket.IPPROTO_UDP)
    with raw:
        raw.sendto(head + packet, (peer[0], 0))


@pytest.mark.parametrize("options", [None, {"windowsize": 16}], ids=str)
def test_an_unreachable_client_ends_its_transfer_at_once(site, options):
    with site.read("size100000", options) as read:
        if options:
            read.options()
            read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        port = read.socket.getsockname()[1]
    start = time.monotonic()
    last_word(site, port, read.peer, b"\0\4\0\1")
    site.said(r'"size100000".*unreachable')
    assert time.monotonic() - start < 0.5
    wait_until(lambda: not sockets(site), "the end of the socket")


def test_readers_that_never_listened_cost_a_moment_only(site):
    # A kernel tells one peer once a second only that nobody listens.
    site.reader.write("/proc/sys/net/ipv4/icmp_ratelimit", "0")
    for port in range(30_000, 30_020):
        last_word(site, port, (SERVER_ADDRESS, packets.TFTP_PORT),
                  packets.tftp_request("size100000"))
    site.said("unreachable")
    # Without ICMP it would be 23 s.
    wait_until(lambda: not sockets(site), "the end of the sockets", 10)


def sockets(site):
    """The UDP sockets of the server's namespace that have a peer."""
    rows = site.namespace.run("cat", "/proc/net/udp").stdout.splitlines()
    return [row for row in rows[1:] if not row.split()[2].endswith(":0000")]


# --- a full server ---------------------------------------------------------

def test_a_full_server_is_silent_until_a_place_is_free(start_site):
    site = start_site(TFTP_CONFIG + "tftp-max=2\n", sizes=SIZES)
    with site.read("size1024") as one, site.read("size1024") as two:
        for read in one, two:
            assert read.next()[1] == 1
            read.ack(1)
            assert read.next()[1] == 2
        with site.read("size1") as three:
            assert three.next(0.7) is None
            site.said("tftp-max")
            one.finish(2)
            three.ask()
            assert three.next() == (packets.DATA, 1, content(1))


def test_the_server_s_end_is_told_to_its_clients(site):
    with site.read("size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        read.next()
        site.server.stop()
        assert read.next()[0] == packets.ERROR


def test_a_parent_that_stands_still_ends_no_transfer(site):
    """More refusals than it can hold, some answered very late."""
    tftpd = site.server.wait_role("tftpd")
    with site.read("size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        os.kill(site.server.pid, signal.SIGSTOP)
        try:
            for number in range(70):
                with site.reader.udp_socket() as sock:
                    sock.sendto(b"\0\2new\0octet\0", tftp_address(
                        site.reader, SERVER_ADDRESS))
                time.sleep(0.025 if number else 10.1)
        finally:
            os.kill(site.server.pid, signal.SIGCONT)
        assert site.fetch("size1024").data == content(1024)
        read.ack(2)
        while (packet := read.next())[1] < 3:
            assert packet[0] == packets.DATA
    assert site.server.wait_role("tftpd") == tftpd


def test_old_requests_do_not_count(site):
    """After tftpd stood still, its client is served at once."""
    tftpd = site.server.wait_role("tftpd")
    os.kill(tftpd, signal.SIGSTOP)
    try:
        for _ in range(60):
            with site.reader.udp_socket() as sock:
                sock.sendto(packets.tftp_request("size1024", "octet", {
                    "tsize": 0}), tftp_address(site.reader, SERVER_ADDRESS))
        time.sleep(5.5)     # so long they may have waited, and more
    finally:
        os.kill(tftpd, signal.SIGCONT)
    assert site.fetch("size1024", timeout=1, tries=3).data == content(1024)


# --- one port for all ------------------------------------------------------

def test_an_answer_to_the_server_s_port_is_no_request(site):
    with site.reader.udp_socket() as sock:
        for packet in (b"\0\4\0\1", b"\0\5\0\0no\0", b"\0\3\0\1abc",
                       b"\0\6blksize\0" b"512\0"):
            sock.sendto(packet, tftp_address(site.reader, SERVER_ADDRESS))
            sock.settimeout(0.2)
            with pytest.raises(TimeoutError):
                sock.recv(2000)
