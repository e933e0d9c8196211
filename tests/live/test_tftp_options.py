"""Which options are granted, and what they then do."""

import itertools
import time

import pytest

from lab import packets
from lab.tftp_site import TftpSite, content

pytestmark = [pytest.mark.xdist_group("tftp_options"), pytest.mark.timing]

SIZE = {"tsize": "1024"}


@pytest.fixture(scope="module")
def site(request):
    with TftpSite(sizes=(1024, 100_000),
                  command=request.config.getoption("--server")) as site:
        yield site


@pytest.mark.parametrize("options, granted", [
    # RFC 2347: any case, any order, unknown ones left out
    ({"blksize": 1024, "tsize": 0, "timeout": 3},
     {"blksize": "1024", "tsize": "1024", "timeout": "3"}),
    ({"TIMEOUT": 3, "Tsize": 0, "bLkSiZe": 1024, "WindowSize": 4},
     {"blksize": "1024", "tsize": "1024", "timeout": "3",
      "windowsize": "4"}),
    ({"colour": "red"}, {}),
    ({"colour": "red", "blksize": 512, "x" * 100: "y" * 100, "y": ""},
     {"blksize": "512"}),
    ({"multicast": "", "saveFile": 1, "tsize": 0}, SIZE),
    # RFC 2348: 8 to 65464, and what the path carries
    ({"blksize": 8}, {"blksize": "8"}),
    ({"blksize": 1468}, {"blksize": "1468"}),
    ({"blksize": 1469}, {"blksize": "1468"}),
    ({"blksize": 65464}, {"blksize": "1468"}),
    ({"blksize": 65465}, {"blksize": "1468"}),
    ({"blksize": 7}, {}),
    ({"blksize": 0}, {}),
    ({"blksize": "-1"}, {}),
    ({"blksize": "0x400"}, {}),
    ({"blksize": " 1024"}, {}),
    ({"blksize": "1024 "}, {}),
    ({"blksize": ""}, {}),
    ({"blksize": "99999999999999999999999"}, {}),
    # RFC 2349: 1 to 255 seconds; the size
    ({"timeout": 0}, {}),
    ({"timeout": 1}, {"timeout": "1"}),
    ({"timeout": 255}, {"timeout": "255"}),
    ({"timeout": 256}, {}),
    ({"timeout": "1.5"}, {}),
    ({"tsize": 12345}, SIZE),
    # RFC 7440: 1 to 65535, and what this server is willing to send
    ({"windowsize": 0}, {}),
    ({"windowsize": 1}, {"windowsize": "1"}),
    ({"windowsize": 64}, {"windowsize": "64"}),
    ({"windowsize": 65}, {"windowsize": "64"}),
    ({"windowsize": 65535}, {"windowsize": "64"}),
    ({"windowsize": 65536}, {}),
    ({"windowsize": "a"}, {}),
    # of tftp-hpa: microseconds, and the number after 65535
    ({"utimeout": 9999, "tsize": 0}, SIZE),
    ({"utimeout": 10000}, {"utimeout": "10000"}),
    ({"utimeout": 255000000}, {"utimeout": "255000000"}),
    ({"utimeout": 255000001}, {}),
    ({"rollover": 0}, {"rollover": "0"}),
    ({"rollover": 1}, {"rollover": "1"}),
    ({"rollover": 2}, {"rollover": "2"}),
    ({"rollover": 32768}, {}),
    ({"rollover": "x"}, {}),
    # once each: the first counts
    ([("blksize", 600), ("blksize", 700)], {"blksize": "600"}),
    ([("blksize", 600), ("BLKSIZE", 700), ("tsize", 0), ("tsize", 1)],
     {"blksize": "600", "tsize": "1024"}),
    ([("windowsize", 2), ("windowsize", 3)], {"windowsize": "2"}),
], ids=str)
def test_options_as_the_rfcs_have_them(site, options, granted):
    reply = site.fetch("size1024", options)
    assert reply.options == granted
    assert reply.data == content(1024)


ALL = {"blksize": 600, "timeout": 2, "tsize": 0, "windowsize": 3,
       "rollover": 0}


def test_any_order_of_options(site):
    for order in itertools.permutations(ALL):
        reply = site.fetch("size1024", {name: ALL[name] for name in order})
        assert reply.options == {name: str(value)
                                 for name, value in ALL.items()} | SIZE
        assert reply.data == content(1024)


def test_no_oack_where_nothing_is_granted(site):
    with site.read("size1024", {"blksize": 7, "colour": "red"}) as read:
        assert read.next()[:2] == (packets.DATA, 1)


@pytest.mark.parametrize("asked", [1, 2, 16, 64])
def test_a_window_is_sent_at_once_and_no_more(site, asked):
    options = {"windowsize": asked, "timeout": 2}
    with site.read("size100000", options) as read:
        assert read.options()["windowsize"] == str(asked)
        read.ack(0)
        assert read.window(asked) == list(range(1, asked + 1))
        read.ack(asked)
        assert read.window(asked) == list(range(asked + 1,
                                                2 * asked + 1))


@pytest.mark.parametrize("options, least, most", [
    ({"timeout": 1}, 0.9, 1.3), ({"timeout": 3}, 2.9, 3.3),
    ({"utimeout": 200_000}, 0.19, 0.4),
    ({"timeout": 2, "utimeout": 50_000}, 1.9, 2.3)], ids=str)
@pytest.mark.parametrize("windowsize", [1, 8])
def test_the_timeout_is_kept(site, options, least, most, windowsize):
    """From the last block of a window until something comes again."""
    options = {**options, "windowsize": windowsize}
    with site.read("size100000", options) as read:
        read.options()
        read.ack(0)
        for _ in range(windowsize):
            assert read.next()[0] == packets.DATA
        start = time.monotonic()
        assert read.next(most + 1)[0] == packets.DATA
        assert least <= time.monotonic() - start <= most


def test_a_request_of_the_greatest_length(site):
    """As long as a frame, mostly options that nobody knows."""
    filler = {f"option{n}": "v" * 80 for n in range(14)}
    reply = site.fetch("size1024", {**filler, "blksize": 600, "tsize": 0})
    assert reply.data == content(1024)
    assert reply.options == {"blksize": "600"} | SIZE
