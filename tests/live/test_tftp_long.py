"""What takes minutes, all at the same time.

A file of 5 GiB travels in blocks of 512, one at a time; meanwhile others who
read stop or vanish, and requests come in the name of hosts that never answer.
"""

import collections
import concurrent.futures
import contextlib
import os
import random
import time

import pytest

from lab import packets
from lab.clients import DhcpClient
from lab.namespaces import SERVER_ADDRESS
from lab.programs import sanitized
from lab.tftp_house import ROOT, TFTP_CONFIG, TftpHouse, content
from lab.tftp_load import tftp_load

GIB = 1 << 30
HUGE = 5 * GIB + 7
TURN = 512 * 65536      # bytes of one turn of the block numbers
# Five sends, one second after the first and then twice as long each time,
# eight at most; then an error.
UNPROVEN_S = 1 + 2 + 4 + 8 + 8
SILENCE_S = 60          # of a client that had answered before
BIGGEST = {"blksize": 65464, "windowsize": 64, "tsize": 0}
EVIL = "02:66:66:66:66:66"
HEADERS = 28            # of IP and UDP
# A request, how many packets may come for it, and how many times its bytes:
# what docs/security.md promises.
KINDS = {
    "plain": (packets.tftp_request("size3000000"), 6, 60),
    "with options": (packets.tftp_request("size3000000", "octet", BIGGEST),
                     6, 6),
    "one option": (packets.tftp_request("size3000000", "octet",
                                        {"timeout": 1}), 6, 6),
    "fast": (packets.tftp_request("size3000000", "octet",
                                  {"utimeout": 10000}), 6, 6),
    "netascii": (packets.tftp_request("size3000000", "netascii",
                                      BIGGEST), 6, 20),
    "missing": (packets.tftp_request("x"), 1, 2),
    "outside": (packets.tftp_request("../x"), 1, 2),
    "write": (packets.tftp_request("x", opcode=packets.WRQ), 1, 2),
    "mail": (packets.tftp_request("x", "mail"), 1, 2),
    "malformed": (b"\0\1x", 1, 2),
    "empty": (b"\0\1", 1, 2),
    "no opcode": (b"", 0, 0),
    "acknowledgement": (b"\0\4\0\1", 0, 0),
    "data": (b"\0\3\0\1" + b"x" * 512, 0, 0),
    "error": (b"\0\5\0\1\0", 0, 0),
}


def lay_huge(folder):
    """A sparse file of 5 GiB, with bytes where something could go wrong."""
    dice = random.Random(5)
    with open(folder / "huge", "wb") as file:
        for where in (0, TURN - 600, 2 * TURN - 600, 2 * GIB - 600,
                      4 * GIB - 600, HUGE - 1200):
            file.seek(where)
            file.write(dice.randbytes(1200))
    assert os.path.getsize(folder / "huge") == HUGE


def open_folders(folder):
    """Let everybody look into a folder that pytest made for root alone."""
    while folder.stat().st_mode & 0o077 == 0:
        folder.chmod(0o755)
        folder = folder.parent


@pytest.fixture(scope="module")
def events(request, tmp_path_factory):
    """Starts everything; what comes of each part, as a future by name."""
    command = request.config.getoption("--server")
    folder = tmp_path_factory.mktemp("tree")
    open_folders(folder)
    lay_huge(folder)
    with contextlib.ExitStack() as stack:
        stack.callback((folder / "huge").unlink)
        house = stack.enter_context(TftpHouse(
            TFTP_CONFIG + "tftp-max=80\n", command=command,
            lay=lambda house: house.namespace.bind(folder, ROOT)))
        house.folder = folder
        house.lay(1024, 100_000, 3_000_000)
        small = stack.enter_context(TftpHouse(
            TFTP_CONFIG + "tftp-max=2\n", (1, 1024), command=command))
        evil = stack.enter_context(DhcpClient(house.network.client()))
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor())
        calls = {"stopped": (stop_reading, house),
                 "vanished": (vanish, small), "forged": (forge, evil)}
        if not sanitized():
            other = house.client("192.168.1.201")
            calls |= {"huge, 1": (read_huge, house, house.reader, 1),
                      "huge, 64": (read_huge, house, other, 64)}
        yield {name: pool.submit(*call) for name, call in calls.items()} | {
            "house": house}


# --- a huge file -----------------------------------------------------------

def read_huge(house, client, windowsize):
    return tftp_load(client, house.folder, ["huge"], limit_s=400, options=(
        "-b", 512, "-w", windowsize, "-g"))


@pytest.mark.parametrize("windowsize", [64, 1])
def test_five_gibibytes_in_blocks_of_512(events, windowsize):
    if sanitized():
        pytest.skip("with sanitizers it takes too long")
    found = events[f"huge, {windowsize}"].result()
    print(found)
    assert (found["done"], found["failed"]) == (1, 0)
    assert found["bytes"] == HUGE
    events["house"].said(rf'huge".*\b{HUGE} bytes.*windowsize {windowsize}\b')


def test_the_size_of_a_huge_file_has_64_bits(events):
    with events["house"].read("huge", {"tsize": 0, "blksize": 1400}) as read:
        assert read.options() == {"tsize": str(HUGE), "blksize": "1400"}
        read.abort(8)


# --- who stops, who vanishes -----------------------------------------------

def stop_reading(house):
    """Acknowledge five blocks and then nothing more; what comes after."""
    with house.read("size100000", {"timeout": 1}) as read:
        read.options()
        read.ack(0)
        for number in range(1, 6):
            assert read.next()[:2] == (packets.DATA, number)
            read.ack(number)
        seen, start = [], time.monotonic()
        while (packet := read.next(SILENCE_S)) is not None:
            seen.append((time.monotonic() - start, packet))
            if packet[0] == packets.ERROR:
                break
        return seen


def test_a_client_that_stops_is_given_up(events):
    seen = events["stopped"].result()
    assert {packet[:2] for _, packet in seen[:-1]} == {(packets.DATA, 6)}
    assert seen[-1][1][0] == packets.ERROR
    assert 0.7 * SILENCE_S < seen[-1][0] < 1.3 * SILENCE_S
    assert 5 < len(seen) < 80
    events["house"].said(r'"size100000".*(silent|stopped|no answer)')


def vanish(house):
    """Both places are taken by clients that never answer."""
    with house.read("size1024") as silent, house.read("size1024") as other:
        started = time.monotonic()
        seen = []
        assert other.next()
        while (packet := silent.next(UNPROVEN_S)) is not None:
            seen.append(packet)
            if packet[0] == packets.ERROR:
                break
        took = time.monotonic() - started
        house.said("no answer from client")
        return seen, took, house.fetch("size1").data


def test_who_vanishes_gives_up_a_place(events):
    seen, took, data = events["vanished"].result()
    assert seen and seen[-1][0] == packets.ERROR
    assert [packet[:2] for packet in seen[:-1]] == [(packets.DATA, 1)] * 5
    assert UNPROVEN_S / 2 < took < UNPROVEN_S + 3
    assert data == content(1)


# --- who never asked -------------------------------------------------------

VICTIMS = {f"192.168.1.{number}": kind
           for number, kind in enumerate(KINDS, 100)}


def forge(evil):
    """Each kind of request in another host's name; the answers' sizes."""
    evil.server_mac()
    for address, kind in VICTIMS.items():
        evil.own(address, EVIL)
        evil.send_bytes(KINDS[kind][0], EVIL, address, SERVER_ADDRESS, 2000,
                        packets.TFTP_PORT)
    found = collections.defaultdict(list)
    for datagram in evil.datagrams(UNPROVEN_S + 5):
        if datagram.src == SERVER_ADDRESS and datagram.dst in VICTIMS:
            found[VICTIMS[datagram.dst]].append(
                HEADERS + len(datagram.payload))
    return found


def test_who_never_answers_gets_little(events):
    found = events["forged"].result()
    wrong = {}
    for kind, (request, most, factor) in KINDS.items():
        sizes = found[kind]
        grown = sum(sizes) / (HEADERS + len(request))
        print(f"{kind}: {len(sizes)} packets, {sum(sizes)} bytes, "
              f"{grown:.1f} times the request")
        if len(sizes) > most or grown > factor:
            wrong[kind] = (sizes, grown)
    assert wrong == {}
    assert len(found["plain"]) >= 2, "nothing was heard at all"
