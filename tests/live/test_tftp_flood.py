"""Honest clients while a flood of forged requests arrives."""

import re
import time

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.programs import build, sanitized
from lab.tftp_client import tftp_fetch
from lab.tftp_house import READER, TFTP_CONFIG, content

SOURCES = 250
RATE = 2000             # requests a second, of all of them
FLOOD_S = 60            # at most; it ends with the test
SIZE = 30_000
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

    def start(house, skip, sources=SOURCES, rate=RATE):
        sender = house.client(SENDER)
        process = sender.start([
            program, SERVER_ADDRESS, "192.168.1.2", sources, rate, FLOOD_S,
            *skip, SENDER])
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


def measure(house, client, process, options=OPTIONS):
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
    assert number / seconds > 0.75 * RATE
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
def test_a_static_client_is_served(start_house, flood, more, options):
    """The server knows nothing of it before it asks."""
    house = start_house(TFTP_CONFIG + more, (SIZE,))
    process = flood(house, [READER])
    measure(house, house.reader, process, options)


def test_a_client_with_a_lease_is_served(start_house, flood):
    house = start_house(CONFIG, (SIZE,))
    client = house.network.client()
    with DhcpClient(client) as dhcp:
        address = dhcp.lease(mac_number(7)).yiaddr
    client.address(f"{address}/24")
    process = flood(house, [READER, address])
    measure(house, client, process)
