"""Nobody waits for another: slow, stopped and dead clients, slow disks."""

import concurrent.futures
import contextlib
import os
import signal
import threading
import time

import pytest

from lab import packets
from lab.patience import wait_until
from lab.slow_disk import SlowDisk, SlowFiles, disks_there
from lab.tftp_client import Misbehaviour
from lab.tftp_site import ROOT, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SIZES = (1024, 100_000, 300_000)
PROMPT_S = 0.25         # for a small file, on a busy machine
WINDOW = {"blksize": 1400, "windowsize": 16}


def slowest(site, seconds=1.5, name="size1024"):
    """The longest time that a small file takes, of many in a row."""
    stop = time.monotonic() + seconds
    worst = 0.0
    while time.monotonic() < stop:
        reply = site.fetch(name, {"tsize": 0}, tries=2)
        assert reply.data == content(int(name[4:])), reply
        worst = max(worst, reply.seconds)
        time.sleep(0.005)
    return worst


@contextlib.contextmanager
def beside(function, *args, **kwargs):
    """Runs a function in a thread; yields its future."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        yield pool.submit(function, *args, **kwargs)


# --- clients ---------------------------------------------------------------

def test_forty_readers_at_once(start_site):
    site = start_site(TFTP_CONFIG + "tftp-max=160\n", SIZES)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(
            lambda n: site.fetch("size300000", {
                "blksize": 1400, "windowsize": 1 + n % 4}, tries=10),
            range(40)))
    assert [r.error for r in replies if r.data != content(300_000)] == []
    assert len({port for reply in replies for port in reply.ports}) == 40


def test_slow_stopped_and_dead_clients_delay_nobody(start_site):
    site = start_site(TFTP_CONFIG + "tftp-max=200\n", SIZES)
    with contextlib.ExitStack() as reads:
        dead = [reads.enter_context(site.read("size300000", WINDOW))
                for _ in range(15)]
        for read in dead:
            read.options()
        stopped = [reads.enter_context(site.read("size300000", WINDOW))
                   for _ in range(30)]
        for read in stopped:
            read.options()
            read.ack(0)
            assert read.next()[:2] == (packets.DATA, 1)
        with beside(site.fetch, "size100000", {"blksize": 1400},
                    misbehave=Misbehaviour(pause=0.03)) as slow:
            worst = slowest(site, 2)
            assert slow.result().data == content(100_000)
    print(f"{worst * 1000:.0f} ms")
    assert worst < PROMPT_S


# --- disks -----------------------------------------------------------------

BIG = 2_000_000

@pytest.fixture
def disk(start_site):
    """A site with a slow disk at slow/, with a big file on it."""
    if not disks_there():
        pytest.skip("no /dev/fuse or no /dev/loop-control")

    def lay(site):
        (site.root / "slow").mkdir()
        site.disk = SlowDisk(site.namespace, f"{ROOT}/slow", {
            "big": content(BIG), "small": content(1024)})

    site = start_site(TFTP_CONFIG + "tftp-max=160\n", SIZES, lay=lay)
    with site.disk:
        yield site


@pytest.mark.parametrize("options", [None, WINDOW], ids=str)
def test_a_slow_disk_is_waited_for_by_its_readers_alone(disk, options):
    disk.disk.delay, before = 0.4, disk.disk.reads
    with beside(disk.fetch, "slow/big", options, timeout=5) as slow:
        wait_until(lambda: disk.disk.reads > before, "a read")
        worst = slowest(disk, 1.2)
        assert not slow.done(), "the disk was not slow"
        assert disk.disk.reads > before + 2
        disk.disk.delay = 0.0
        assert slow.result().data == content(BIG)
    print(f"{worst * 1000:.0f} ms")
    assert worst < 0.1


def test_a_running_transfer_is_not_slowed_by_another_disk(disk):
    disk.lay(BIG)
    alone = disk.fetch(f"size{BIG}", WINDOW).seconds
    disk.disk.delay, before = 0.4, disk.disk.reads
    with beside(disk.fetch, "slow/big", WINDOW, timeout=5) as slow:
        wait_until(lambda: disk.disk.reads > before, "a read")
        reply = disk.fetch(f"size{BIG}", WINDOW)
        assert reply.data == content(BIG)
        assert not slow.done()
        disk.disk.delay = 0.0
        assert slow.result().data == content(BIG)
    print(f"{alone:.2f} s alone, {reply.seconds:.2f} s beside")
    assert reply.seconds < alone * 3 + 0.2


def test_a_stalled_disk_stops_nobody_else(disk):
    """Not even when many wait for it; and it goes on when it recovers."""
    disk.disk.stalled = True
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(disk.fetch, "slow/big", WINDOW, timeout=1,
                               tries=30) for _ in range(20)]
        time.sleep(0.3)
        worst = slowest(disk, 2)
        assert not any(reply.done() for reply in waiting)
        disk.disk.stalled = False
        for reply in waiting:
            assert reply.result().data == content(BIG), reply.result().error
    print(f"{worst * 1000:.0f} ms")
    assert worst < PROMPT_S


def test_a_file_is_read_ahead_before_it_is_asked_for(disk):
    """While the client still thinks about the options."""
    before = disk.disk.reads
    with disk.read("slow/big", {"blksize": 1400, "timeout": 3}) as read:
        read.options()
        wait_until(lambda: disk.disk.reads >= before + 4, "four reads")


def test_the_server_stops_while_a_disk_is_stalled(disk):
    disk.disk.stalled = True
    with disk.read("slow/big", {"blksize": 1400}) as read:
        read.options()
        read.ack(0)
        time.sleep(0.3)
        start = time.monotonic()
        disk.server.stop()
        assert time.monotonic() - start < 5


def test_a_disk_that_breaks_ends_its_transfers(disk):
    disk.disk.stall_at = last = disk.disk.reads + 4
    with beside(disk.fetch, "slow/big", WINDOW, timeout=1, tries=60) as slow:
        wait_until(lambda: disk.disk.reads >= last, f"read {last}")
        assert not slow.done()
        disk.disk.broken = True
        reply = slow.result()
    assert reply.data is None and reply.error is not None
    line = disk.said('.*"slow/big".*').string
    assert "failed" in line
    assert disk.fetch("size1024").data == content(1024)


@pytest.mark.parametrize("options", [None, WINDOW], ids=str)
def test_files_of_another_kind_of_file_system(start_site, options):
    """One that reads only when it is waited for, as those of networks."""
    if not disks_there():
        pytest.skip("no /dev/fuse or no /dev/loop-control")

    def lay(site):
        (site.root / "net").mkdir()
        site.net = SlowFiles(site.namespace, f"{ROOT}/net", {
            "big": content(BIG), "empty": b""}, delay=0.01)

    site = start_site(sizes=SIZES, lay=lay)
    with site.net:
        assert site.fetch("net/big", options).data == content(BIG)
        assert site.net.reads > 2
        assert site.fetch("net/empty", options).data == b""
        assert site.fetch("net/missing").error[0] == 1


def test_transfers_go_on_while_files_cannot_be_opened(start_site):
    """imaged stands still, as in an open on a dead network file system."""
    site = start_site(sizes=(1024, BIG))
    with site.read(f"size{BIG}", WINDOW) as read:
        read.options()
        imaged = site.server.wait_role("imaged")
        os.kill(imaged, signal.SIGSTOP)
        try:
            with beside(site.fetch, "size1024", timeout=0.5,
                        tries=20) as waits:
                time.sleep(0.3)
                assert not waits.done()
                last = 0
                for _ in range(20):
                    read.ack(last)
                    for _ in range(16):
                        opcode, number, _ = read.next()
                        assert (opcode, number) == (packets.DATA, last + 1)
                        last = number
                os.kill(imaged, signal.SIGCONT)
                assert waits.result().data == content(1024)
        finally:
            os.kill(imaged, signal.SIGCONT)


def test_the_log_tells_that_files_cannot_be_opened(start_site):
    """Within seconds, and again when it is over; nobody has to ask twice."""
    site = start_site(sizes=(1024,))
    imaged = site.server.wait_role("imaged")
    os.kill(imaged, signal.SIGSTOP)
    try:
        start = time.monotonic()
        with beside(site.fetch, "size1024", timeout=30, tries=1) as waits:
            site.said("no answer from imaged for .* wait for their file", 30)
            took = time.monotonic() - start
            wake(imaged)
            site.said("imaged is answering again", 20)
            assert waits.result().data == content(1024)
    finally:
        wake(imaged)
    assert took >= 3.9


def wake(pid):
    """It may have been killed for that it stood still."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


# --- files that many want --------------------------------------------------

def test_a_hot_file_that_changes_is_sent_as_it_is(start_site):
    """A cached descriptor must not outlive the file's name."""
    site = start_site(sizes=SIZES)
    stop, gone = threading.Event(), threading.Event()
    seen, wrong = set(), []

    def read():
        while not stop.is_set():
            data = site.fetch("hot", WINDOW, timeout=0.5, tries=10).data
            if data is None and gone.is_set():
                continue
            if data is None or len(set(data)) != 1:
                wrong.append(data and set(data))
            else:
                seen.add(data[0])

    def replace(number):
        (site.root / "next").write_bytes(bytes([number]) * 50_000)
        (site.root / "next").rename(site.root / "hot")

    replace(0)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for number in range(1, 50):
                replace(number)
                time.sleep(0.03)
            assert site.fetch("hot").data == bytes([49]) * 50_000
            gone.set()
            (site.root / "hot").unlink()
            assert site.fetch("hot").error[0] == 1
            replace(99)
            assert site.fetch("hot").data == bytes([99]) * 50_000
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    assert len(seen) > 10
    assert wrong == []
