"""What takes minutes with TFTP, all at the same time.

A file of 5 GiB travels in blocks of 512, also one at a time; meanwhile others
who read stop or vanish, and requests come in the name of hosts that never
answer.
"""

import collections
import concurrent.futures
import contextlib
import os
import random
import time

from . import packets
from .dhcp_client import DhcpClient
from .namespaces import SERVER_ADDRESS
from .programs import sanitized
from .tftp_site import ROOT, TFTP_CONFIG, TftpSite
from .tftp_load import tftp_load

GIB = 1 << 30
HUGE = 5 * GIB + 7
TURN = 512 * 65536      # bytes of one turn of the block numbers
# Five sends, one second after the first and then twice as long each time,
# eight at most; then an error.
UNPROVEN_S = 1 + 2 + 4 + 8 + 8
HUGE_S = 900            # beside all else that a busy machine does
SILENCE_S = 60          # of a client that had answered before
BIGGEST = {"blksize": 65464, "windowsize": 64, "tsize": 0}
EVIL = "02:66:66:66:66:66"
HEADERS = 28            # of IP and UDP
FACTOR = 73             # the most that a request may grow to
# A request, and how many packets and bytes it may draw, headers counted:
# what docs/security.md promises.
BLOCKS, OACKS, REFUSAL, SILENCE = (6, 2770), (6, 800), (1, 160), (0, 0)
KINDS = {
    "plain": (packets.tftp_request("size3000000"), BLOCKS),
    "shortest": (packets.tftp_request("s"), BLOCKS),
    "with options": (packets.tftp_request("size3000000", "octet", BIGGEST),
                     OACKS),
    "all options": (packets.tftp_request("s", "octet", {
        **BIGGEST, "timeout": 255, "rollover": 1}), OACKS),
    "one option": (packets.tftp_request("s", "octet", {"timeout": 1}),
                   OACKS),
    "fast": (packets.tftp_request("s", "octet", {"utimeout": 10000}), OACKS),
    "netascii": (packets.tftp_request("s", "netascii"), BLOCKS),
    "netascii, options": (packets.tftp_request("s", "netascii", BIGGEST),
                          OACKS),
    "missing": (packets.tftp_request("x"), REFUSAL),
    "outside": (packets.tftp_request("../x"), REFUSAL),
    "write": (packets.tftp_request("x", opcode=packets.WRQ), REFUSAL),
    "mail": (packets.tftp_request("x", "mail"), REFUSAL),
    "malformed": (b"\0\1x", REFUSAL),
    "empty": (b"\0\1", REFUSAL),
    "no opcode": (b"", SILENCE),
    "acknowledgement": (b"\0\4\0\1", SILENCE),
    "data": (b"\0\3\0\1" + b"x" * 512, SILENCE),
    "error": (b"\0\5\0\1\0", SILENCE),
}


@contextlib.contextmanager
def long_events(folder, command=None, windowsizes=(64,)):
    """Start everything; yields what comes of each part, by name: futures.

    `folder` is on a disk, for the file is mapped.  "site" is where the huge
    file is, which is read once for each of `windowsizes`.  With sanitizers
    nobody reads that one: it would take too long.
    """
    open_folders(folder)
    lay_huge(folder)
    with contextlib.ExitStack() as stack:
        stack.callback((folder / "huge").unlink)
        site = stack.enter_context(TftpSite(
            TFTP_CONFIG + "tftp-max=80\n", command=command,
            lay=lambda site: site.namespace.bind(folder, ROOT)))
        site.folder = folder
        site.lay(1024, 100_000, 3_000_000)
        (folder / "s").symlink_to("size3000000")
        small = stack.enter_context(TftpSite(
            TFTP_CONFIG + "tftp-max=2\n", (1, 1024), command=command))
        evil = stack.enter_context(DhcpClient(site.network.client()))
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor())
        calls = {"stopped": (stop_reading, site),
                 "vanished": (vanish, small), "forged": (forge, evil)}
        if not sanitized():
            for number, size in enumerate(windowsizes):
                reader = site.client(f"192.168.1.{201 + number}")
                calls[f"huge, {size}"] = (read_huge, site, reader, size)
        yield {name: pool.submit(*call) for name, call in calls.items()} | {
            "site": site}


def open_folders(folder):
    """Let everybody look into a folder that pytest made for root alone."""
    while folder.stat().st_mode & 0o077 == 0:
        folder.chmod(0o755)
        folder = folder.parent


def lay_huge(folder):
    """A sparse file of 5 GiB, with bytes where something could go wrong."""
    dice = random.Random(5)
    with open(folder / "huge", "wb") as file:
        for where in (0, TURN - 600, 2 * TURN - 600, 2 * GIB - 600,
                      4 * GIB - 600, HUGE - 1200):
            file.seek(where)
            file.write(dice.randbytes(1200))
    assert os.path.getsize(folder / "huge") == HUGE


def read_huge(site, client, windowsize):
    return tftp_load(client, site.folder, ["huge"], limit_s=HUGE_S, options=(
        "-b", 512, "-w", windowsize, "-g"))


def stop_reading(site):
    """Acknowledge five blocks and then nothing more; what comes after."""
    with site.read("size100000", {"timeout": 1}) as read:
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


def vanish(site):
    """Both places are taken by clients that never answer."""
    with site.read("size1024") as silent, site.read("size1024") as other:
        started = time.monotonic()
        seen = []
        assert other.next()
        while (packet := silent.next(UNPROVEN_S)) is not None:
            seen.append(packet)
            if packet[0] == packets.ERROR:
                break
        took = time.monotonic() - started
        site.said("no answer from client")
        return seen, took, site.fetch("size1").data


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
