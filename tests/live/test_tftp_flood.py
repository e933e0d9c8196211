"""Honest clients while a flood of forged requests arrives."""

import re
import time

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.programs import build, sanitized
from lab.tftp_client import tftp_fetch
from lab.tftp_site import READER, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SOURCES = 250
RATE = 2000             # requests a second, of all of them
FLOOD_S = 60            # at most; it ends with the test
SIZE = 30_000
MORE = 5000             # than unknown addresses may begin
OPTIONS = {"blksize": 1400, "windowsize": 4, "tsize": 0}
FETCHES = 40
SENDER = "192.168.1.253"


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    return build(tmp_path_factory.mktemp("flood"), "tftp_flood")


@pytest.fixture
def flood(program):
    """Start the flood; it is stopped with the test."""
    running = []

    def start(site, skip, first="192.168.1.2", sources=SOURCES, rate=RATE):
        sender = site.client(SENDER)
        process = sender.start([
            program, SERVER_ADDRESS, first, sources, rate, FLOOD_S, *skip,
            SENDER])
        running.append(process)
        process.wait_line("flooding")
        return process

    yield start
    for process in running:
        process.stop()


def sent(process):
    """Requests and seconds, as the flood has told last."""
    found = [re.fullmatch(r"sent (\d+) in (\d+) s", line)
             for line in process.tail(None)]
    last = [match for match in found if match][-1]
    return int(last[1]), int(last[2])


def measure(client, process, options=OPTIONS, rate=RATE):
    """Fetch again and again, each time from a fresh port."""
    replies = []
    for _ in range(FETCHES):
        replies.append(tftp_fetch(client, SERVER_ADDRESS, f"size{SIZE}",
                                  options, timeout=1, tries=3))
        if replies[-1].data != content(SIZE):
            break
        time.sleep(0.1)
    process.wait_line(r"sent \d+ in 4 s", 20)
    assert process.status is None, "the flood has ended too soon"
    number, seconds = sent(process)
    took = sorted(reply.seconds for reply in replies)
    again = sum(reply.waits > 0 for reply in replies)
    print(f"{number / seconds:.0f} forged requests a second; median "
          f"{took[len(took) // 2] * 1000:.1f} ms, slowest "
          f"{took[-1] * 1000:.0f} ms, {again} of {len(took)} asked again")
    assert number / seconds > 0.75 * rate
    assert [reply.error for reply in replies
            if reply.data != content(SIZE)] == []
    assert [reply.waits for reply in replies if reply.waits > 1] == []
    if not sanitized():
        assert took[len(took) // 2] < 0.1


@pytest.mark.parametrize("more, options", [
    ("", OPTIONS), ("", None), ("tftp-max=1\n", OPTIONS),
    ("tftp-single-port\n", OPTIONS),
    ("tftp-port-range=40000,40199\n", OPTIONS),
], ids=["options", "plain", "tftp-max=1", "single port", "few ports"])
def test_a_static_client_is_served(start_site, flood, more, options):
    """The server knows nothing of it before it asks."""
    site = start_site(TFTP_CONFIG + more, (SIZE,))
    process = flood(site, [READER])
    measure(site.reader, process, options)


def test_a_client_with_a_lease_is_served(start_site, flood):
    site = start_site(CONFIG, (SIZE,))
    client = site.network.client()
    with DhcpClient(client) as dhcp:
        address = dhcp.lease(mac_number(7)).yiaddr
    client.address(f"{address}/24")
    process = flood(site, [READER, address])
    measure(client, process)


def routed(site):
    """Answers to 10.0.0.0/8 go to the sender, which drops them."""
    site.namespace.ip("route", "add", "10.0.0.0/8", "via", SENDER)


def test_a_static_client_is_served_beside_any_number_of_addresses(
        start_site, flood):
    """No limit for one address helps here."""
    site = start_site(TFTP_CONFIG, (SIZE,), lay=routed)
    process = flood(site, [], "10.0.0.1", 60_000)
    measure(site.reader, process)


def test_a_client_that_has_answered_is_served_beside_more_than_that(
        start_site, flood):
    """More than unknown addresses may begin; they are dropped first."""
    if sanitized():
        pytest.skip("with sanitizers these alone are too many")
    site = start_site(TFTP_CONFIG, (SIZE,), lay=routed)
    assert site.fetch(f"size{SIZE}").data == content(SIZE)
    process = flood(site, [], "10.0.0.1", 60_000, MORE)
    measure(site.reader, process, rate=MORE)
    site.said("from addresses without a lease")
