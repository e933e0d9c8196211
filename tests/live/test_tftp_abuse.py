"""Requests in somebody else's name, many of them; see also test_tftp_long."""

import collections
import concurrent.futures
import random
import time

import pytest

from lab import packets
from lab.clients import DhcpClient
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import TFTP_CONFIG, content

pytestmark = pytest.mark.timing

EVIL = "02:66:66:66:66:66"
SIZES = (1, 1024, 3_000_000)
BIGGEST = {"blksize": 65464, "windowsize": 64, "tsize": 0}


@pytest.fixture
def evil(start_site):
    """A site, and who sends in other people's names, and hears them."""
    site = start_site(TFTP_CONFIG + "tftp-max=80\n", SIZES)
    client = site.network.client()
    with DhcpClient(client) as evil:
        evil.server_mac()
        evil.site = site
        yield evil


def forge(evil, payload, src, sport):
    evil.own(src, EVIL)
    evil.send_bytes(payload, EVIL, src, SERVER_ADDRESS, sport,
                    packets.TFTP_PORT)


def hear(evil, seconds):
    """What comes for the addresses that were used."""
    return [datagram for datagram in evil.datagrams(seconds)
            if datagram.src == SERVER_ADDRESS]


def test_repeated_requests_draw_no_more(evil):
    """The same one a hundred times: no more than one of them would."""
    heard = []
    for name, options in (("192.168.1.100", None),
                          ("192.168.1.101", BIGGEST)):
        request = packets.tftp_request("size3000000", "octet", options)
        for _ in range(100):
            forge(evil, request, name, 2000)
            heard += hear(evil, 0.005)
    heard += hear(evil, 3)
    answers = collections.Counter(datagram.dst for datagram in heard)
    print(answers)
    assert 1 <= max(answers.values()) <= 6, answers


def test_requests_that_replace_each_other_draw_no_more(evil):
    """A new one from the same port each time: a quarter of all, at most."""
    heard = []
    for number in range(600):
        request = packets.tftp_request("size3000000", "octet",
                                       {"tsize": 0, f"x{number}": 1})
        forge(evil, request, "192.168.1.100", 2000)
        heard += hear(evil, 0.002)
    heard += hear(evil, 0.5)
    print(len(heard))
    assert 1 <= len(heard) <= 20 + 6, len(heard)
    assert evil.site.fetch("size1024").data == content(1024)


def test_a_source_has_a_limit_of_half_open_transfers(evil):
    """A quarter of tftp-max; others are served meanwhile."""
    request = packets.tftp_request("size3000000")
    for number in range(200):
        forge(evil, request, "192.168.1.100", 2000 + number)
    ports = {d.dport for d in hear(evil, 0.8)}
    assert 1 <= len(ports) <= 20, len(ports)
    start = time.monotonic()
    assert evil.site.fetch("size1024").data == content(1024)
    assert time.monotonic() - start < 0.5
    evil.site.said(r"192\.168\.1\.100 has too many unanswered transfers")


def test_a_room_behind_one_address(start_site):
    """A quarter of tftp-max at once, and all of them in turn."""
    site = start_site(TFTP_CONFIG + "tftp-max=80\n", SIZES)
    with concurrent.futures.ThreadPoolExecutor(60) as pool:
        replies = list(pool.map(
            lambda n: site.fetch("size3000000", {"blksize": 1400,
                                                 "windowsize": 4},
                                 timeout=0.5, tries=20), range(60)))
    assert [r.error for r in replies if r.data != content(3_000_000)] == []


def test_many_forged_sources_do_not_stop_an_honest_one(evil):
    """All places are taken by addresses that never answer."""
    request = packets.tftp_request("size3000000", "octet", {"tsize": 0})
    dice = random.Random(1)
    stop = time.monotonic() + 6
    served = []
    while time.monotonic() < stop:
        for _ in range(20):
            forge(evil, request, f"192.168.1.{dice.randrange(100, 190)}",
                  dice.randrange(1024, 65536))
        evil.replies(0.02)
        if not served and time.monotonic() > stop - 3:
            reply = evil.site.fetch("size1024", timeout=0.25, tries=12)
            served.append(reply)
    assert served and served[0].data == content(1024)


def test_the_log_of_a_flood_is_short(evil):
    mark = evil.site.server.process.mark()
    for number in range(3000):
        forge(evil, packets.tftp_request("size1"),
              f"192.168.1.{100 + number % 90}", 1024 + number)
        if number % 64 == 0:
            evil.replies(0.004)
    evil.replies(0.5)
    lines = evil.site.server.process.tail(None)[mark:]
    assert len(lines) < 1000
