"""Reads by TFTP, by clients that keep the rules and ones that do not."""

import concurrent.futures
import os
import random
import time

import pytest

from lab import packets
from lab.boot import CONFIG, lay_state_folder
from lab.clients import Misbehaviour, tftp_fetch
from lab.daemon import Daemon
from lab.namespaces import SERVER_ADDRESS, Network

ROOT = "/srv/tftpboot"
ENOTFOUND, EACCESS, EILLEGAL = 1, 2, 4
SECOND_ADDRESS = "192.168.1.2"
BIG = 40 << 20
SIZES = (0, 1, 511, 512, 513, 1024, 1468, 2936, 100_000)
# Five sends, one second after the first and then twice as long each time.
UNPROVEN_S = 1 + 2 + 4 + 8 + 8


def content(size):
    """The bytes of the file of that size."""
    return random.Random(size).randbytes(size)


@pytest.fixture
def root(network):
    """A tree to serve, with a file of each of SIZES."""
    network.server.shadow(ROOT)
    folder = network.server.path(ROOT)
    for size in SIZES:
        (folder / f"size{size}").write_bytes(content(size))
    return folder


@pytest.fixture
def server(network, root, start_server):
    return start_server()


@pytest.fixture
def reader(client):
    """A client with an address."""
    client.address("192.168.1.200/24")
    return client


def fetch(reader, name, options=None, **how):
    return tftp_fetch(reader, SERVER_ADDRESS, name, options, **how)


class Slow:
    """A read that is taken one packet at a time."""

    def __init__(self, reader, name, options=None, server=SERVER_ADDRESS):
        self.socket = reader.udp_socket(timeout=2.0)
        self.request = packets.tftp_request(name, "octet", options)
        self.peer = (server, packets.TFTP_PORT)

    def __enter__(self):
        self.send(self.request)
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, packet):
        self.socket.sendto(packet, self.peer)

    def next(self, timeout=2.0):
        """(opcode, number, rest) of the next packet, or None."""
        self.socket.settimeout(timeout)
        try:
            packet, self.peer = self.socket.recvfrom(65535)
        except TimeoutError:
            return None
        return packet[1], int.from_bytes(packet[2:4], "big"), packet[4:]

    def ack(self, number):
        self.send(bytes([0, packets.ACK]) + number.to_bytes(2, "big"))


# --- what is sent ----------------------------------------------------------

def test_every_size_arrives_whole(server, reader):
    for size in SIZES:
        for options in (None, {"blksize": 1468, "tsize": 0}):
            reply = fetch(reader, f"size{size}", options)
            assert reply.data == content(size), (size, options, reply.error)
            assert reply.repeats == 0
            if options:
                assert reply.options["tsize"] == str(size)


@pytest.mark.parametrize("options, agreed", [
    ({"blksize": 1024, "tsize": 0, "timeout": 3},
     {"blksize": "1024", "tsize": "1024", "timeout": "3"}),
    ({"TIMEOUT": 3, "Tsize": 0, "bLkSiZe": 1024},
     {"blksize": "1024", "tsize": "1024", "timeout": "3"}),
    ({"tsize": 12345}, {"tsize": "1024"}),
    ({"blksize": 8}, {"blksize": "8"}),
    ({"blksize": 65464}, {"blksize": "1468"}),
    ({"blksize": 65465}, {"blksize": "1468"}),
    ({"blksize": 7}, {}),
    ({"blksize": 0}, {}),
    ({"blksize": "-1"}, {}),
    ({"blksize": "0x400"}, {}),
    ({"blksize": ""}, {}),
    ({"blksize": "99999999999999999999999"}, {}),
    ({"timeout": 0}, {}),
    ({"timeout": 1}, {"timeout": "1"}),
    ({"timeout": 255}, {"timeout": "255"}),
    ({"timeout": 256}, {}),
    ({"colour": "red"}, {}),
    ({"colour": "red", "blksize": 512}, {"blksize": "512"}),
    ({"utimeout": "2000", "tsize": 0}, {"tsize": "1024"}),
], ids=str)
def test_options_as_the_rfcs_have_them(server_of_module, options, agreed):
    reply = fetch(server_of_module, "size1024", options)
    assert reply.options == agreed
    assert reply.data == content(1024)


@pytest.fixture(scope="module")
def server_of_module():
    """A reader of a server that serves for all who ask for no other."""
    with Network() as network:
        lay_state_folder(network.server)
        network.server.shadow(ROOT)
        folder = network.server.path(ROOT)
        (folder / "size1024").write_bytes(content(1024))
        lay_traps(network.server, folder)
        reader = network.client()
        reader.address("192.168.1.200/24")
        with Daemon(network, CONFIG):
            yield reader


def test_forty_megabytes(server, root, reader):
    data = os.urandom(BIG)
    (root / "big").write_bytes(data)
    start = time.monotonic()
    reply = fetch(reader, "big", {"blksize": 1468, "tsize": 0})
    print(f"40 MB in {time.monotonic() - start:.1f} s")
    assert reply.options["tsize"] == str(BIG)
    assert reply.data == data


def test_block_numbers_turn_over(server, root, reader):
    data = os.urandom(8 * 65_600 + 3)
    (root / "many").write_bytes(data)
    reply = fetch(reader, "many", {"blksize": 8})
    assert reply.data == data, reply.error
    assert reply.blocks >= 65_601


# --- packets that get lost, or come too often ------------------------------

def test_lost_acks_are_survived(server, reader):
    reply = fetch(reader, "size100000", misbehave=Misbehaviour(
        drop_acks=frozenset({1, 77, 196})))
    assert reply.data == content(100_000)
    assert reply.repeats >= 2


def test_doubled_acks_breed_no_data(server, reader):
    reply = fetch(reader, "size100000",
                  misbehave=Misbehaviour(double_acks=True))
    assert reply.data == content(100_000)
    assert reply.blocks == 100_000 // 512 + 1
    assert reply.repeats == 0


def test_an_ack_from_another_port_counts_for_nothing(server, reader):
    with Slow(reader, "size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        with reader.udp_socket() as stranger:
            stranger.sendto(b"\0\x04\0\x01", read.peer)
        assert read.next(0.5) is None
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)


def test_old_and_future_acks_count_for_nothing(server, reader):
    with Slow(reader, "size100000") as read:
        assert read.next()[:2] == (packets.DATA, 1)
        read.ack(1)
        assert read.next()[:2] == (packets.DATA, 2)
        for number in (0, 1, 3, 4, 65535):
            read.ack(number)
        assert read.next(0.5) is None
        read.ack(2)
        assert read.next()[:2] == (packets.DATA, 3)


def test_a_repeated_request_is_one_transfer(server, reader):
    with Slow(reader, "size1024") as read:
        read.next()
        peer = read.peer
        read.peer = (SERVER_ADDRESS, packets.TFTP_PORT)
        read.send(read.request)
        opcode, number, _ = read.next()
        assert (opcode, number, read.peer) == (packets.DATA, 1, peer)


# --- ends ------------------------------------------------------------------

def test_a_size_probe_is_no_failure(server, reader):
    fetch(reader, "size1024", {"tsize": 0, "blksize": 1468},
          misbehave=Misbehaviour(abort_after_oack=True))
    server.wait_line(r'probe "size1024" for 192\.168\.1\.200')
    assert "failed" not in server.log()


def test_an_abort_ends_the_transfer(server, reader):
    fetch(reader, "size100000", misbehave=Misbehaviour(abort_at_block=5))
    server.wait_line(r'failed "size100000".*changed its mind')


def test_a_full_server_is_silent_until_a_place_is_free(start_server, root,
                                                       reader):
    server = start_server(CONFIG + "tftp-max=2\n")
    with Slow(reader, "size1024") as one, Slow(reader, "size1024") as two:
        assert one.next() and two.next()
        with Slow(reader, "size1") as three:
            assert three.next(0.7) is None
            server.wait_line("tftp-max")
            for number in (1, 2, 3):
                one.ack(number)
            three.send(three.request)
            assert three.next() == (packets.DATA, 1, content(1))


def test_who_vanishes_gives_up_a_place(start_server, root, reader):
    server = start_server(CONFIG + "tftp-max=2\n")
    with Slow(reader, "size1024") as closed:
        assert closed.next()
    server.wait_line("client unreachable")
    with Slow(reader, "size1024") as silent, \
            Slow(reader, "size1024") as other:
        started = time.monotonic()
        assert silent.next() and other.next()
        server.wait_line("no answer from client", UNPROVEN_S + 5)
        took = time.monotonic() - started
        assert took > UNPROVEN_S / 2, "gave up too early"
        last = None
        while (packet := silent.next(0.5)) is not None:
            last = packet
        assert last and last[0] == packets.ERROR
        assert fetch(reader, "size1").data == content(1)


# --- many, and where from --------------------------------------------------

def test_forty_readers_at_once(server, root, reader):
    data = os.urandom(300_000)
    (root / "shared").write_bytes(data)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(
            lambda n: fetch(reader, "shared", {"blksize": 1400}, tries=10),
            range(40)))
    assert [reply.error for reply in replies if reply.data != data] == []
    assert len({port for reply in replies for port in reply.ports}) == 40


@pytest.mark.parametrize("address", [SERVER_ADDRESS, SECOND_ADDRESS])
@pytest.mark.parametrize("name, opcode", [
    ("size1024", packets.DATA), ("missing", packets.ERROR),
    ("../x", packets.ERROR)])
def test_answers_come_from_the_address_asked(network, root, start_server,
                                             reader, address, name, opcode):
    network.server.ip("address", "add", f"{SECOND_ADDRESS}/24", "dev", "br0")
    start_server()
    with Slow(reader, name, server=address) as read:
        assert read.next()[0] == opcode
        assert read.peer[0] == address


# --- what is refused -------------------------------------------------------

def lay_traps(namespace, folder):
    """Names that must not be served, beside ones that look like them."""
    (folder / "sub").mkdir()
    (folder / "sub/file").write_bytes(b"inside")
    (folder / "secret").write_bytes(b"secret")
    (folder / "secret").chmod(0o600)
    (folder / "group").write_bytes(b"secret")
    (folder / "group").chmod(0o640)
    (folder / "out").mkdir()
    (folder / "out").chmod(0o700)
    (folder / "out/file").write_bytes(b"secret")
    os.mkfifo(folder / "fifo", 0o644)
    namespace.run("mknod", "-m", "644", f"{ROOT}/null", "c", "1", "3")
    for name, target in {
            "link": "sub/file", "up-and-in": "sub/../sub/file",
            "absolute": "/sub/file", "escape": "../../etc/passwd",
            "outside": "/etc/passwd", "magic": "/proc/self/root/etc/passwd",
            "loop": "loop", "loop1": "loop2", "loop2": "loop1",
            "to-fifo": "fifo", "to-secret": "secret",
            "dangling": "nothing"}.items():
        (folder / name).symlink_to(target)


@pytest.mark.parametrize("name", [
    "sub/file", "/sub/file", "//sub//file", "sub\\file", "\\sub\\file",
    "./sub/./file", "/srv/tftpboot/sub/file", "//srv/tftpboot//sub/file",
    "link", "up-and-in", "absolute", b"sub/file\xff"], ids=repr)
def test_a_name_that_is_inside(server_of_module, name):
    assert fetch(server_of_module, name).data == b"inside"


@pytest.mark.parametrize("name, codes", [
    ("missing", {ENOTFOUND}), ("sub/missing", {ENOTFOUND}),
    ("link/below", {ENOTFOUND}), ("", {ENOTFOUND}),
    ("../etc/passwd", {EACCESS}), ("sub/../../etc/passwd", {EACCESS}),
    ("sub/../sub/file", {EACCESS}), ("..\\..\\etc\\passwd", {EACCESS}),
    ("/srv/tftpboot/../../etc/passwd", {EACCESS}), ("..", {EACCESS}),
    ("/etc/passwd", {ENOTFOUND}), ("/srv/tftpboot-other", {ENOTFOUND}),
    ("/proc/self/maps", {ENOTFOUND}),
    (b"size1024\0hidden\0octet", {EILLEGAL}),
    (b"sub\nfile", {ENOTFOUND}), (b"\x1b[2J", {ENOTFOUND}),
    ("n" * 300, {ENOTFOUND}), ("d/" * 130 + "x", {ENOTFOUND}),
    ("sub", {EACCESS}), ("sub/", {EACCESS}), ("/", {EACCESS}),
    (".", {EACCESS}), ("/srv/tftpboot", {EACCESS}), ("null", {EACCESS}),
    ("fifo", {EACCESS}), ("to-fifo", {EACCESS}), ("secret", {EACCESS}),
    ("to-secret", {EACCESS}), ("group", {EACCESS}), ("out/file", {EACCESS}),
    ("escape", {ENOTFOUND, EACCESS}), ("outside", {ENOTFOUND, EACCESS}),
    ("magic", {ENOTFOUND, EACCESS}), ("loop", {ENOTFOUND, EACCESS}),
    ("loop1", {ENOTFOUND, EACCESS}), ("dangling", {ENOTFOUND})], ids=repr)
def test_a_name_that_is_refused(server_of_module, name, codes):
    start = time.monotonic()
    reply = fetch(server_of_module, name)
    assert reply.data is None and reply.error is not None
    code, text = reply.error
    assert code in codes, text
    assert text.isprintable() and text
    for word in ("srv", "tftpboot", "etc", "passwd"):
        assert word not in text
    assert time.monotonic() - start < 1.5, "it stalled"


def test_writes_are_refused(server, root, reader):
    for mode in ("octet", "netascii"):
        for name in ("new", "size1024", "/srv/tftpboot/new"):
            write = Slow(reader, name)
            write.request = packets.tftp_request(name, mode,
                                                 opcode=packets.WRQ)
            with write:
                assert write.next()[:2] == (packets.ERROR, EACCESS)
                assert write.next(0.1) is None
    assert not (root / "new").exists()
    assert (root / "size1024").read_bytes() == content(1024)


def test_other_modes_are_refused(server, reader):
    for mode in ("netascii", "mail", "octets", ""):
        assert fetch(reader, "size1024", mode=mode).error, mode
    assert fetch(reader, "size1024", mode="OcTeT").data == content(1024)


# --- files that change -----------------------------------------------------

def test_a_replaced_file_is_sent_as_it_was(server, root, reader):
    old, new = content(100_000), b"new" * 50_000
    with Slow(reader, "size100000", {"blksize": 1024}) as read:
        assert read.next()[0] == packets.OACK
        read.ack(0)
        got = read.next()[2]
        (root / "next").write_bytes(new)
        (root / "next").rename(root / "size100000")
        number = 1
        while len(got) % 1024 == 0:
            read.ack(number)
            number += 1
            got += read.next()[2]
    assert got == old
    assert fetch(reader, "size100000").data == new


def test_a_file_cut_short_ends_with_an_error(server, root, reader):
    with Slow(reader, "size100000", {"blksize": 1024}) as read:
        assert read.next()[0] == packets.OACK
        read.ack(0)
        assert read.next()[0] == packets.DATA
        with open(root / "size100000", "r+b") as file:
            file.truncate(10_000)
        number, opcode = 1, packets.DATA
        while opcode == packets.DATA:
            read.ack(number)
            number += 1
            opcode, code, _ = read.next()
        assert (opcode, code) == (packets.ERROR, 0)
        assert number <= 12
    server.wait_line("file was truncated")
    assert fetch(reader, "size1024").data == content(1024)


def test_names_in_the_log_are_escaped(server, reader):
    fetch(reader, b"a\x1b[31mb\xffc\nd\"e")
    server.wait_line("refused")
    assert all(line.isprintable() for line in server.log().splitlines())
