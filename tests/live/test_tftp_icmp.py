"""What hosts and routers tell by ICMP: nobody is there, too large a packet."""

import socket
import struct
import time

import pytest

from lab import packets
from lab.namespaces import SERVER_ADDRESS, Client
from lab.tftp_site import (READER, READER6, SERVER6, TFTP_CONFIG, TftpSite,
                           content)

pytestmark = [pytest.mark.xdist_group("tftp_icmp"), pytest.mark.timing]

SIZES = (1024, 300_000)
BEHIND, NARROW = "192.168.3.2", 1300
ASKED = {"blksize": 65464, "tsize": 0}
UNREACHABLE6 = 1


@pytest.fixture(scope="module", params=["", "tftp-single-port\n"],
                ids=["many-ports", "one-port"])
def site(request):
    with TftpSite(TFTP_CONFIG + request.param, SIZES, TftpSite.ipv6,
                  request.config.getoption("--server")) as site:
        yield site


# --- nobody is there -------------------------------------------------------

def unreachable(site, family, code, read):
    """Tell the server so of the packet that has come; as a router would."""
    port = read.socket.getsockname()[1]
    if family == 4:
        message = packets.icmp_unreachable(code, SERVER_ADDRESS, read.peer[1],
                                           READER, port)
        kind = (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    else:
        # The kernel puts the checksum into this one.
        message = struct.pack("!BBHI", UNREACHABLE6, code, 0, 0) + struct.pack(
            "!IHBB16s16s", 6 << 28, 524, socket.IPPROTO_UDP, 64,
            socket.inet_pton(socket.AF_INET6, SERVER6),
            socket.inet_pton(socket.AF_INET6, READER6)) + struct.pack(
                "!HHHH", read.peer[1], port, 524, 0)
        kind = (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    with site.reader.call(socket.socket, *kind) as raw:
        raw.sendto(message, (read.peer[0], 0))


@pytest.mark.parametrize("options", [None, {"windowsize": 16}], ids=str)
@pytest.mark.parametrize("family, code", [
    # Of a protocol, a port; a network, a host or all that is prohibited.
    (4, 2), (4, 3), (4, 9), (4, 10), (4, 13),
    # Prohibited; a port; by a rule for sources; a route that rejects.
    (6, 1), (6, 4), (6, 5), (6, 6)])
def test_unreachable_ends_a_transfer_at_once(site, family, code, options):
    mark = site.server.process.mark()
    server = SERVER_ADDRESS if family == 4 else SERVER6
    with site.read("size300000", options, server) as read:
        if options:
            read.options()
            read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        start = time.monotonic()
        unreachable(site, family, code, read)
        site.said(r'failed "size300000".*unreachable', since=mark)
        assert time.monotonic() - start < 0.5


# --- a router takes less than the link -------------------------------------

@pytest.fixture
def narrow(start_site):
    """A site whose reader is a router, to a client behind a narrow link."""
    def lay(site):
        client = Client("client behind a router")
        site.network.clients.append(client)
        site.behind = client
        site.reader.ip("link", "add", "far", "mtu", NARROW, "type", "veth",
                       "peer", "name", "eth0", "mtu", NARROW, "netns",
                       str(client.pid))
        site.reader.ip("address", "add", "192.168.3.1/24", "dev", "far")
        site.reader.ip("link", "set", "far", "up")
        site.reader.write("/proc/sys/net/ipv4/ip_forward", "1")
        client.ip("link", "set", "eth0", "up")
        client.address(f"{BEHIND}/24")
        client.ip("route", "add", "default", "via", "192.168.3.1")
        site.namespace.ip("route", "add", "192.168.3.0/24", "via", READER)

    return start_site(TFTP_CONFIG, SIZES, lay=lay)


@pytest.mark.parametrize("windowsize", [1, 16])
def test_a_router_takes_less_than_was_agreed(narrow, windowsize):
    """What does not pass leaves in fragments; nobody waits for long."""
    reply = narrow.fetch("size300000", {**ASKED, "windowsize": windowsize},
                         client=narrow.behind)
    assert reply.options["blksize"] == "1468"
    assert reply.data == content(300_000)
    assert reply.seconds < 3


@pytest.mark.parametrize("windowsize", [1, 16])
def test_what_a_router_takes_is_known_the_next_time(narrow, windowsize):
    for blksize in (1468, NARROW - 32):
        reply = narrow.fetch("size300000", {**ASKED, "windowsize": windowsize},
                             client=narrow.behind)
        assert reply.options["blksize"] == str(blksize)
        assert reply.data == content(300_000)
        assert reply.longest == blksize + 4


def test_a_narrow_route_of_ipv6(start_site):
    """One that is known beforehand: no block is cut."""
    def lay(site):
        site.ipv6()
        site.namespace.ip("-6", "route", "add", f"{READER6}/128", "dev",
                          "br0", "mtu", "1400")

    site = start_site(sizes=SIZES, lay=lay)
    reply = site.fetch("size300000", {**ASKED, "windowsize": 8}, SERVER6,
                       address=READER6)
    assert reply.options["blksize"] == "1348"
    assert reply.data == content(300_000)
    rows = site.reader.run("cat", "/proc/net/snmp6").stdout.splitlines()
    assert dict(row.split() for row in rows)["Ip6ReasmReqds"] == "0"
