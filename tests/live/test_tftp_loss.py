"""Packets that get lost, or come twice, late or in the wrong order.

Between client and server stands a relay that does it; see lab/relay.py.  What
the server sent is counted there, not believed from its log.
"""

import collections
import concurrent.futures
import os
import time

import pytest

from lab import clients, packets
from lab.relay import Chaos
from lab.tftp_client import QUESTIONS_MOST, Misbehaviour
from lab.tftp_site import content

pytestmark = pytest.mark.timing

RELAY = "192.168.1.250"
SIZE = 200_000
SEED = int(os.environ.get("SEED", time.time_ns() % 1_000_000))
RETRY_S = 1.0           # the server's first repetition, if not negotiated
WINDOWS = [None, {"windowsize": 4}, {"windowsize": 16, "blksize": 1024},
           {"windowsize": 64}]


@pytest.fixture
def site(start_site):
    return start_site(sizes=(SIZE, 100_000, 1024))


def blocks(size, options):
    return size // (options or {}).get("blksize", 512) + 1


# --- any mixture -----------------------------------------------------------

# Both sides are quick to repeat themselves: a test is not to wait.
QUICK = {"utimeout": 100_000}
HASTY = {"timeout": 0.07, "tries": 60}


@pytest.mark.parametrize("options", WINDOWS, ids=str)
@pytest.mark.parametrize("chances", [
    {"lose": 0.05}, {"double": 0.2}, {"swap": 0.2},
    {"late": 0.05, "delay_s": 0.5},
    {"lose": 0.02, "double": 0.05, "swap": 0.05, "late": 0.01}], ids=str)
def test_no_wrong_byte_on_a_bad_network(site, options, chances):
    print(f"SEED={SEED}")
    size = SIZE if options else 100_000
    with site.relay(Chaos(SEED, **chances)) as relay:
        reply = site.fetch(f"size{size}", {**(options or {}), **QUICK},
                           RELAY, **HASTY)
    assert reply.data == content(size), (reply.error, reply.waits)
    sent = collections.Counter(p.number for p in relay.data())
    print(f"{reply.seconds:.1f} s, {sum(sent.values())} packets for "
          f"{blocks(size, options)} blocks")


@pytest.mark.parametrize("run", [clients.curl, clients.tftp_hpa,
                                 clients.atftp, clients.busybox_tftp],
                         ids=lambda run: run.__name__)
def test_real_clients_on_a_bad_network(site, run):
    """Those repeat themselves after seconds only: a little loss will do.

    curl begins to count again at an OACK that comes late, and never ends:
    OACKs pass untouched.
    """
    print(f"SEED={SEED}")
    chaos = Chaos(SEED, double=0.02, swap=0.02)

    def plan(passed):
        if passed.opcode == packets.OACK:
            return (0.0,)
        lost = (passed.opcode, passed.number, passed.seen) == (
            packets.DATA, 20, 0)
        return () if lost else chaos(passed)

    with site.relay(plan):
        done, data = run(site.reader, RELAY, "size100000")
    assert data == content(100_000), done.stderr


# --- the Sorcerer's Apprentice ---------------------------------------------

@pytest.mark.parametrize("options", WINDOWS, ids=str)
def test_doubled_packets_breed_no_data(site, options):
    """Every packet comes twice, both ways; each block is sent once.

    Or twice, where this machine was so busy that the server asked again.
    """
    with site.relay(lambda passed: (0.0, 0.0)) as relay:
        reply = site.fetch(f"size{SIZE}", options, RELAY)
    assert reply.data == content(SIZE)
    sent = collections.Counter(p.number for p in relay.data())
    assert len(sent) == blocks(SIZE, options)
    if options is None:
        assert sum(sent.values()) <= len(sent) + 5
    else:
        # A doubled block looks like a gap to a client with a window, which
        # then asks for the rest of it.
        assert sum(sent.values()) < 2.2 * len(sent)


@pytest.mark.parametrize("late", ["ack", "data"])
def test_a_late_packet_doubles_nothing(site, late):
    """One comes after it was sent again; from there on all stays single."""
    def plan(passed):
        wanted = packets.ACK if late == "ack" else packets.DATA
        if (passed.opcode, passed.number, passed.seen) == (wanted, 10, 0):
            return (RETRY_S * 1.3,)
        return (0.0,)

    with site.relay(plan) as relay:
        # A client that is patient: the server is the first to repeat.
        reply = site.fetch("size100000", None, RELAY, timeout=5.0)
    assert reply.data == content(100_000)
    sent = collections.Counter(p.number for p in relay.data())
    assert sum(sent.values()) <= len(sent) + 2, sent.most_common(5)


def test_doubled_acks_breed_no_data(site):
    reply = site.fetch("size100000",
                       misbehave=Misbehaviour(double_acks=True))
    assert reply.data == content(100_000)
    assert reply.blocks == 100_000 // 512 + 1 + reply.repeats
    assert reply.repeats <= QUESTIONS_MOST


# --- a gap costs what was lost ---------------------------------------------

@pytest.mark.parametrize("windowsize", [4, 16, 64])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_a_gap_in_a_window_is_filled_at_once(site, windowsize, place):
    """No time-out; the blocks after the gap alone may come again."""
    block = {"first": windowsize * 2 + 1, "last": windowsize * 3,
             "middle": windowsize * 2 + windowsize // 2}[place]

    def plan(passed):
        lost = (passed.opcode, passed.number, passed.seen) == (
            packets.DATA, block, 0)
        return () if lost else (0.0,)

    options = {"windowsize": windowsize}
    with site.relay(plan) as relay:
        reply = site.fetch(f"size{SIZE}", options, RELAY, timeout=0.3)
    assert reply.data == content(SIZE)
    # Of a lost last block only a silence can tell, the client's or ours.
    assert reply.waits <= (place == "last")
    assert reply.seconds < 0.25 + 0.5 * (place == "last")
    sent = collections.Counter(p.number for p in relay.data())
    # RFC 7440: the client tells at which block the next window begins.
    gap = range(block, block + (1 if place == "last" else windowsize))
    assert sent[block] >= 2
    spare = +collections.Counter({n: times - 1 - (n in gap)
                                  for n, times in sent.items()})
    # A client that is slow to answer, as on a busy machine, is asked by the
    # last block of its window once more: the gap does not cost that.
    begin = gap.start if place != "last" else windowsize * 2 + 1
    ends = {windowsize, windowsize * 2, windowsize * 3, SIZE // 512 + 1,
            *range(begin - 1 + windowsize, SIZE // 512 + 1, windowsize)}
    assert set(spare) <= ends, spare
    assert spare.total() <= QUESTIONS_MOST, spare


def test_a_lost_ack_costs_no_window(site):
    """The next one is as good."""
    lost = []

    def plan(passed):
        if passed.opcode == packets.ACK and passed.number == 32 and not lost:
            lost.append(passed)
            return ()
        return (0.0,)

    with site.relay(plan) as relay:
        reply = site.fetch(f"size{SIZE}", {"windowsize": 16,
                                           "timeout": 1}, RELAY)
    assert lost and reply.data == content(SIZE)
    assert len(relay.data()) <= blocks(SIZE, None) + 16


# --- numbers that count for nothing ----------------------------------------

def test_lost_acks_are_survived(site):
    reply = site.fetch("size100000", misbehave=Misbehaviour(
        drop_acks=frozenset({1, 77, 196})))
    assert reply.data == content(100_000)
    assert reply.repeats >= 2


# Without this the server asks again after a moment.
PATIENT = {"timeout": 3}


def test_an_ack_from_another_port_counts_for_nothing(site):
    with site.read("size100000", PATIENT) as read:
        read.options()
        read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        with site.reader.udp_socket() as stranger:
            stranger.sendto(b"\0\x04\0\x01", read.peer)
        assert read.next(0.5) is None
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)


def test_old_and_future_acks_count_for_nothing(site):
    with site.read("size100000", PATIENT) as read:
        read.options()
        read.ack(0)
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)
        for number in (0, 1, 3, 4, 65535):
            read.ack(number)
        assert read.next(0.5) is None
        read.ack(2)
        assert read.next()[:2] == (packets.DATA, 3)


def test_future_acks_count_for_nothing_with_a_window(site):
    with site.read("size100000", {"windowsize": 8, **PATIENT}) as read:
        read.options()
        read.ack(0)
        assert read.window(8) == list(range(1, 9))
        for number in (9, 10, 100, 32768, 65535):
            read.ack(number)
        assert read.window() == []
        read.ack(8)
        assert read.window(8) == list(range(9, 17))


# --- requests again --------------------------------------------------------

@pytest.mark.parametrize("options, first", [
    (None, (packets.DATA, 1)), ({"tsize": 0}, (packets.OACK, None))],
    ids=str)
def test_a_repeated_request_meets_its_transfer(site, options, first):
    with site.read("size1024", options) as read:
        read.next()
        peer = read.peer
        read.ask()
        opcode, number, _ = read.next()
        assert (opcode, read.peer) == (first[0], peer)
        assert first[1] in (None, number)


def test_many_repeated_requests_are_one_transfer(site):
    """All at once, before anything was answered."""
    with site.read("size100000") as read:
        for _ in range(20):
            read.ask()
        peers, numbers = set(), collections.Counter()
        while (packet := read.next(0.4)) is not None:
            peers.add(read.peer)
            numbers[packet[1]] += 1
            assert packet[0] == packets.DATA
        assert len(peers) == 1 and set(numbers) == {1}
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)


def test_a_lost_first_packet_is_sent_again(site):
    lost = []

    def plan(passed):
        if not passed.up and not lost:
            lost.append(passed)
            return ()
        return (0.0,)

    with site.relay(plan):
        reply = site.fetch("size1024", {"tsize": 0}, RELAY)
    assert lost and reply.data == content(1024)


# --- a client that takes its time ------------------------------------------

@pytest.mark.parametrize("pause", [0.05, 0.3])
@pytest.mark.parametrize("windowsize", [1, 8])
def test_a_slow_client_is_learnt(site, windowsize, pause):
    """It is quick with the OACK and slow with every window of data."""
    repeats = last = 0
    with site.read("size100000", {"windowsize": windowsize}) as read:
        read.options()
        for _ in range(12):
            read.ack(last)
            for _ in range(windowsize):
                while read.next()[1] != last + 1:
                    repeats += 1
                last += 1
            time.sleep(pause)
    assert repeats <= 6, f"of {last} blocks"


# --- many on a lossy link --------------------------------------------------

def test_a_large_window_is_no_slower_than_a_small_one_under_loss(site):
    """2 % of the packets get lost in the kernel, both ways."""
    site.lay(2_000_000)
    site.reader.lose(2)
    site.namespace.lose(2)
    took = {}
    for windowsize in (4, 16, 64):
        reply = site.fetch("size2000000", {
            "windowsize": windowsize, "blksize": 1428, **QUICK}, **HASTY)
        assert reply.data == content(2_000_000)
        took[windowsize] = reply.seconds
    print(took)
    assert took[64] < took[4] * 1.5 + 1


def test_twenty_readers_on_a_lossy_link(site):
    """5 % of the packets get lost in the kernel, both ways."""
    site.reader.lose(5)
    site.namespace.lose(5)

    def fetch(number):
        return site.fetch(f"size{SIZE}", {
            "windowsize": (1, 4, 16, 64)[number % 4], **QUICK}, **HASTY)

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(fetch, range(20)))
    assert [r.error for r in replies if r.data != content(SIZE)] == []
