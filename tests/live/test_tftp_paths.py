"""From where to where TFTP goes: addresses, families, sizes, ports."""

import concurrent.futures
import socket

import pytest

from lab import clients, packets
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import (READER, SERVER6, TFTP_CONFIG, TftpSite,
                           content)

pytestmark = pytest.mark.timing

SECOND_ADDRESS = "192.168.1.2"
SIZES = (1024, 30_000, 300_000)
SECOND6 = "fd00:1::2"
ASKED = {"blksize": 65464, "tsize": 0}


# --- addresses -------------------------------------------------------------

@pytest.mark.parametrize("single", ["", "tftp-single-port\n"])
@pytest.mark.parametrize("address", [SERVER_ADDRESS, SECOND_ADDRESS])
def test_answers_come_from_the_address_asked(start_site, address, single):
    site = start_site(
        TFTP_CONFIG + single, SIZES, lay=lambda site: site.namespace.ip(
            "address", "add", f"{SECOND_ADDRESS}/24", "dev", "br0"))
    for name, opcode in (("size1024", packets.DATA),
                         ("missing", packets.ERROR),
                         ("../x", packets.ERROR)):
        with site.read(name, server=address) as read:
            assert read.next()[0] == opcode
            assert read.peer[0] == address
    reply = site.fetch("size300000", {"windowsize": 16}, address)
    assert reply.data == content(300_000)
    assert reply.addresses == {address}


def lay_ipv6(site):
    """Two addresses of the server's, one of the reader's."""
    site.link_local = site.ipv6((SERVER6, SECOND6))


@pytest.fixture(params=["", "tftp-single-port\n"],
                ids=["many-ports", "one-port"])
def site6(request, start_site):
    return start_site(TFTP_CONFIG + request.param, SIZES, lay=lay_ipv6)


def test_ipv6_with_every_kind_of_address(site6):
    for server in (SERVER6, SECOND6, f"{site6.link_local}%eth0"):
        for options in (None, ASKED, {**ASKED, "windowsize": 16}):
            reply = site6.fetch("size300000", options, server)
            assert reply.data == content(300_000), (server, options)
            assert reply.addresses == {server.partition("%")[0]}
            # 1500 less 40 of IPv6, 8 of UDP and 4 of TFTP.
            if options:
                assert reply.options["blksize"] == "1448"
                assert reply.longest == 1452
        for name in ("missing", "../x"):
            reply = site6.fetch(name, None, server)
            assert reply.error and \
                reply.addresses == {server.partition("%")[0]}
    assert site6.fetch("size1024").data == content(1024)


@pytest.mark.parametrize("run", [clients.curl, clients.tftp_hpa,
                                 clients.atftp], ids=lambda f: f.__name__)
def test_clients_over_ipv6(site6, run):
    servers = [SERVER6]
    if run is not clients.atftp:        # which knows no link in an address
        servers.append(f"{site6.link_local}%eth0")
    for server in servers:
        done, data = run(site6.reader, server, "size30000")
        assert data == content(30_000), (server, done.stderr)


# --- the largest block -----------------------------------------------------

@pytest.mark.parametrize("config, mtu, blksize", [
    ("", 1500, 1468), ("tftp-mtu=1500\n", 1500, 1468),
    ("tftp-mtu=1280\n", 1500, 1248), ("tftp-mtu=576\n", 1500, 544),
    ("tftp-mtu=9000\n", 1500, 1468), ("", 1400, 1368),
    ("", 9000, 8968), ("tftp-mtu=1400\n", 9000, 1368)])
@pytest.mark.parametrize("family", [4, 6])
def test_no_block_above_what_the_link_carries(start_site, config, mtu,
                                              blksize, family):
    def lay(site):
        lay_ipv6(site)
        site.reader.ip("link", "set", "eth0", "mtu", str(mtu))
        site.namespace.ip("link", "set", "port0", "mtu", str(mtu))
        site.namespace.ip("link", "set", "br0", "mtu", str(mtu))

    if family == 6 and mtu < 1280:
        pytest.skip("no link of IPv6 is so narrow")
    site = start_site(TFTP_CONFIG + config, SIZES, lay=lay)
    if family == 6:
        blksize -= 20
    for options in (ASKED, {**ASKED, "windowsize": 8}):
        reply = site.fetch("size300000", options,
                           SERVER_ADDRESS if family == 4 else SERVER6)
        assert reply.options["blksize"] == str(blksize)
        assert reply.data == content(300_000)
        assert reply.longest == 4 + blksize
    assert fragments(site) == 0


def fragments(site):
    """How many fragments of IP the reader had to join."""
    rows = site.reader.run("cat", "/proc/net/snmp").stdout.splitlines()
    names, values = (row.split()[1:] for row in rows
                     if row.startswith("Ip:"))
    return int(dict(zip(names, values))["ReasmReqds"])


def test_no_block_above_what_the_path_carries(start_site):
    """A route knows that somewhere on the way less fits."""
    site = start_site(sizes=SIZES, lay=lambda site: site.namespace.ip(
        "route", "add", f"{READER}/32", "dev", "br0", "mtu", "1300"))
    reply = site.fetch("size300000", {**ASKED, "windowsize": 8})
    assert reply.options["blksize"] == "1268"
    assert reply.data == content(300_000)
    assert fragments(site) == 0


def test_no_blocksize(start_site):
    site = start_site(TFTP_CONFIG + "tftp-no-blocksize\n", SIZES)
    reply = site.fetch("size30000", {**ASKED, "windowsize": 2})
    assert reply.options == {"tsize": "30000", "windowsize": "2"}
    assert reply.data == content(30_000)


# --- ports -----------------------------------------------------------------

@pytest.mark.parametrize("line", ["tftp-port-range=40000,40003",
                                  "tftp-port-range=40003,40000"])
def test_transfers_use_the_ports_of_the_range(start_site, line):
    site = start_site(TFTP_CONFIG + line + "\n", SIZES)
    ports = set()
    for _ in range(8):
        reply = site.fetch("size30000", {"windowsize": 4})
        assert reply.data == content(30_000)
        ports |= reply.ports
    assert ports <= set(range(40000, 40004))


def test_a_range_of_ports_is_no_more_than_that_many(start_site):
    """Who finds no port waits, and is served when one is free."""
    site = start_site(TFTP_CONFIG + "tftp-port-range=40000,40001\n", SIZES)
    with site.read("size1024") as one, site.read("size1024") as two:
        # Clients that do not answer would soon give up their places.
        for read in (one, two):
            assert read.next()[:2] == (packets.DATA, 1)
            read.ack(1)
            assert read.next()[:2] == (packets.DATA, 2)
        assert {one.peer[1], two.peer[1]} == {40000, 40001}
        with site.read("size1024") as three:
            late = three.next(0.5)
            assert late is None or late[0] == packets.ERROR
        one.finish(2)
        reply = site.fetch("size1024", timeout=0.3, tries=20)
        assert reply.data == content(1024)


@pytest.mark.parametrize("line, port, says", [
    ("tftp-port-range=40000,40000", 40000,
     "no free port of tftp-port-range was found; widen it"),
    ("tftp-single-port", 69,
     "another server uses port 69: find it with 'ss -lunp' and stop it")])
def test_the_log_says_why_there_is_no_port(start_site, line, port, says):
    """Another server may have it on a link that is not served."""
    site = start_site(TFTP_CONFIG + line + "\n", SIZES,
                      lay=TftpSite.other_net)
    with site.namespace.call(socket.socket, socket.AF_INET,
                             socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lan1")
        other.bind(("", port))
        site.fetch("size1024", timeout=0.2, tries=2)
        site.said(r"no socket for tftpd from 192\.168\.1\.1:0 to "
                  r"192\.168\.1\.200:\d+: Address already in use; " + says)


def test_a_single_port_serves_all(start_site):
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES)
    others = [site.client(f"192.168.1.{n}") for n in (201, 202)]

    def fetch(number):
        return site.fetch(
            "size300000", {"windowsize": (1, 8)[number % 2]},
            client=[site.reader, *others][number % 3], tries=10)

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(fetch, range(12)))
    for reply in replies:
        assert reply.data == content(300_000), reply.error
        assert reply.ports == {packets.TFTP_PORT}


def test_a_new_request_on_a_single_port_is_a_new_transfer(start_site):
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES)
    with site.read("size300000") as read:
        for number in range(1, 5):
            assert read.next()[:2] == (packets.DATA, number)
            read.ack(number)
        assert read.next()[:2] == (packets.DATA, 5)
        read.request = packets.tftp_request("size1024")
        read.ask()
        assert read.next() == (packets.DATA, 1, content(1024)[:512])
        read.ack(1)
        assert read.next() == (packets.DATA, 2, content(1024)[512:])


def test_a_repeated_request_on_a_single_port_meets_its_transfer(start_site):
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES)
    with site.read("size300000", {"tsize": 0, "timeout": 3}) as read:
        granted = read.options()
        read.ask()
        assert read.options() == granted
        read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        read.ask()
        assert read.next(0.5) is None
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)


def test_a_single_port_that_is_given_up_hears_of_new_requests(start_site):
    """Who has a transfer there asks anew from the same port."""
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES)
    with site.read("size300000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        mark = site.server.reload(TFTP_CONFIG)
        site.said(r"ready, configuration 2", since=mark)
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)
        read.request = packets.tftp_request("size1024")
        read.ask()
        assert read.next() == (packets.DATA, 1, content(1024)[:512])
        assert read.peer[1] != packets.TFTP_PORT


def test_a_single_port_knows_the_interface_of_a_request(start_site):
    """One that is not served brings none, not even in a client's name."""
    def lay(site):
        site.stranger = site.other_net()
        for link in ("all", "lan1"):
            site.namespace.write(
                f"/proc/sys/net/ipv4/conf/{link}/rp_filter", "0")
        site.stranger.ip("address", "add", f"{READER}/32", "dev", "eth0")
        site.stranger.ip("route", "add", f"{SERVER_ADDRESS}/32", "via",
                         "192.168.2.1")

    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES, lay=lay)
    with site.read("size300000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)
        port = read.socket.getsockname()[1]
        with site.stranger.udp_socket(READER, port) as stranger:
            stranger.sendto(packets.tftp_request("size1024"),
                            (SERVER_ADDRESS, packets.TFTP_PORT))
            read.ack(2)
            assert read.next()[:2] == (packets.DATA, 3)
            stranger.settimeout(0.2)
            with pytest.raises(TimeoutError):
                stranger.recv(2000)


def test_a_single_port_tells_of_strangers(start_site):
    """An ACK of nobody's transfer disturbs no other's."""
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", SIZES)
    with site.read("size30000") as read, site.read("size30000") as other:
        assert read.next()[:2] == (packets.DATA, 1)
        assert other.next()[:2] == (packets.DATA, 1)
        with site.reader.udp_socket() as stranger:
            stranger.sendto(b"\0\4\0\1", read.peer)
        assert read.next(0.4) is None
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)
