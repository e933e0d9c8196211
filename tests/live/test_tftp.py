"""What TFTP sends: files of any size, in both modes, and as they change."""

import os
import random

import pytest

from lab import packets
from lab.tftp_client import QUESTIONS_MOST, Misbehaviour
from lab.tftp_site import TFTP_CONFIG, TftpSite, content

pytestmark = pytest.mark.xdist_group("tftp")

SIZES = (0, 1, 511, 512, 513, 1024, 1468, 2936, 100_000, 512 * 64,
         512 * 128 - 1)
BIG = 40 << 20


@pytest.fixture(scope="module")
def site(request):
    with TftpSite(sizes=SIZES,
                  command=request.config.getoption("--server")) as site:
        yield site


@pytest.mark.timing
@pytest.mark.parametrize("options", [
    None, {"blksize": 1468, "tsize": 0}, {"windowsize": 16},
    {"blksize": 512, "windowsize": 64, "tsize": 0},
    {"blksize": 8, "windowsize": 64}], ids=str)
def test_every_size_arrives_whole(site, options):
    for size in SIZES:
        reply = site.fetch(f"size{size}", options)
        assert reply.data == content(size), (size, reply.error)
        assert reply.waits == 0 and reply.repeats <= QUESTIONS_MOST, size
        if options and "tsize" in options:
            assert reply.options["tsize"] == str(size)


@pytest.mark.parametrize("windowsize", [1, 64])
def test_forty_megabytes(site, windowsize):
    data = os.urandom(BIG)
    (site.root / "big").write_bytes(data)
    reply = site.fetch("big", {"blksize": 1468, "tsize": 0,
                               "windowsize": windowsize})
    print(f"40 MB in {reply.seconds:.1f} s")
    assert reply.options["tsize"] == str(BIG)
    assert reply.data == data


# --- block numbers that turn over ------------------------------------------

MANY = 8 * 2 * 65_600 + 3       # two turns in blocks of 8


@pytest.fixture(scope="module")
def many(site):
    """A file of more blocks of 8 bytes than two turns of the numbers."""
    data = random.Random(MANY).randbytes(MANY)
    (site.root / "many").write_bytes(data)
    return data


@pytest.mark.parametrize("rollover", [None, 0, 1, 20000])
def test_block_numbers_turn_over_twice(site, many, rollover):
    options = {"blksize": 8, "windowsize": 64}
    if rollover is not None:
        options["rollover"] = rollover
    reply = site.fetch("many", options, tries=2)
    assert reply.options.get("rollover") == \
        (None if rollover is None else str(rollover))
    assert reply.data == many, reply
    assert reply.blocks >= MANY // 8 + 1


@pytest.mark.parametrize("configured", [0, 1])
def test_numbers_turn_to_what_is_configured(start_site, configured):
    site = start_site(TFTP_CONFIG + f"tftp-rollover={configured}\n")
    data = random.Random(1).randbytes(8 * 65_600)
    (site.root / "many").write_bytes(data)
    options = {"blksize": 8, "windowsize": 64, "timeout": 3}
    with site.read("many", options) as read:
        assert read.options()["windowsize"] == "64"
        seen, block, got = [], 0, bytearray()
        while len(got) < len(data):
            read.ack(seen[-1] if seen else 0)
            for _ in range(64):
                opcode, number, payload = read.next()
                assert opcode == packets.DATA
                seen.append(number)
                got += payload
                block += 1
                if len(payload) < 8:
                    break
    assert bytes(got) == data
    assert seen[:65_535] == list(range(1, 65_536))
    assert seen[65_535:65_540] == [configured + n for n in range(5)]


@pytest.mark.timing
def test_numbers_turn_in_windows_of_one(site):
    data = random.Random(2).randbytes(8 * 65_540 + 5)
    (site.root / "turn").write_bytes(data)
    reply = site.fetch("turn", {"blksize": 8}, tries=2)
    assert reply.data == data
    assert reply.blocks == 65_541


# --- netascii --------------------------------------------------------------

def netascii(text):
    """The same as it travels (RFC 1350, which refers to RFC 764)."""
    pairs = {ord("\n"): b"\r\n", ord("\r"): b"\r\0"}
    return b"".join(pairs.get(byte, bytes([byte])) for byte in text)


NETASCII = {
    "plain": b"one\ntwo\n", "returns": b"a\rb\r\nc\n\r", "empty": b"",
    "only-lines": b"\n" * 1023, "split": b"x" * 511 + b"\n" + b"y" * 600,
    "grows-to-512": b"\n" * 256, "zeroes": bytes(1000),
    "long": random.Random(3).randbytes(70_000).replace(b"a", b"\n")
    .replace(b"b", b"\r"),
}


@pytest.mark.parametrize("name", NETASCII)
@pytest.mark.parametrize("options", [None, {"blksize": 1000}], ids=str)
def test_netascii_converts_line_ends(site, name, options):
    (site.root / name).write_bytes(NETASCII[name])
    reply = site.fetch(name, options, mode="NetAscii")
    assert reply.data == netascii(NETASCII[name]), reply


def test_netascii_is_the_same_when_packets_get_lost(site):
    (site.root / "long").write_bytes(NETASCII["long"])
    reply = site.fetch("long", mode="netascii", timeout=0.3, tries=20,
                       misbehave=Misbehaviour(
                            drop_data=frozenset({1, 2, 70, 137}),
                            drop_acks=frozenset({5, 100})))
    assert reply.data == netascii(NETASCII["long"])


def test_netascii_knows_no_size_and_no_window(site):
    reply = site.fetch("size1024", {
        "tsize": 0, "windowsize": 8, "blksize": 600, "timeout": 2},
        mode="netascii")
    assert reply.options == {"blksize": "600", "timeout": "2"}
    assert reply.data == netascii(content(1024))


@pytest.mark.parametrize("mode", ["mail", "MAIL", "octets", ""])
def test_other_modes_are_refused(site, mode):
    code, text = site.fetch("size1024", mode=mode).error
    assert code in (0, 4) and text


def test_modes_have_no_case(site):
    assert site.fetch("size1024", mode="OcTeT").data == content(1024)


# --- writes ----------------------------------------------------------------

@pytest.mark.parametrize("mode", ["octet", "netascii", "mail"])
@pytest.mark.parametrize("name", ["new", "size1024", "/srv/tftpboot/new"])
def test_writes_are_refused(site, mode, name):
    write = site.read(name)
    write.request = packets.tftp_request(name, mode, {"tsize": 5},
                                         opcode=packets.WRQ)
    with write:
        opcode, code, text = write.next()
        assert opcode == packets.ERROR and code in (2, 4) and text
        assert write.next(0.1) is None
    assert not (site.root / "new").exists()
    assert (site.root / "size1024").read_bytes() == content(1024)


# --- files that change -----------------------------------------------------

@pytest.mark.timing
def test_a_replaced_file_is_sent_as_it_was(site):
    site.lay(200_000)
    old, new = content(200_000), b"new" * 50_000
    with site.read("size200000", {"blksize": 1024}) as read:
        read.options()
        read.ack(0)
        got = read.next()[2]
        (site.root / "next").write_bytes(new)
        (site.root / "next").rename(site.root / "size200000")
        number = 1
        while len(got) % 1024 == 0:
            read.ack(number)
            number += 1
            got += read.next()[2]
    assert got == old
    assert site.fetch("size200000").data == new


@pytest.mark.timing
@pytest.mark.parametrize("windowsize", [1, 16])
def test_a_file_cut_short_ends_with_an_error(site, windowsize):
    site.lay(300_000)
    mark = site.server.process.mark()
    with site.read("size300000", {"blksize": 1024,
                                  "windowsize": windowsize}) as read:
        read.options()
        read.ack(0)
        assert read.next()[0] == packets.DATA
        os.truncate(site.root / "size300000", 50_000)
        number, last, ends = 1, 1, None
        while ends is None:
            if number % windowsize == 0:
                read.ack(number)
            opcode, last, _ = read.next()
            if opcode == packets.ERROR:
                ends = last
            else:
                number += 1
        assert ends == 0
        assert number < 50 + windowsize
    site.said(r"size300000.*truncated", since=mark)
    assert site.fetch("size1024").data == content(1024)
