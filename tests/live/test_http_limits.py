"""Limits of HTTP: connections, slow clients, restarts in the middle."""

import contextlib
import os
import pathlib
import re
import resource
import socket
import threading
import time

import pytest

from lab.daemon import Daemon
from lab.errors import LabError
from lab.http_client import HTTP_CONFIG, HttpConnection, http_get
from lab.patience import LONG_S
from lab.tftp_site import TFTP_CONFIG, content

BIG = 16 << 20


def site_of(start_site, *lines, **options):
    return start_site(HTTP_CONFIG + "".join(line + "\n" for line in lines),
                      **options)


def lay_big(site):
    """A file that no socket buffer holds."""
    with open(site.root / "big", "wb") as file:
        for _ in range(BIG >> 20):
            file.write(content(1 << 20))


def is_big(data):
    return len(data) == BIG and data == content(1 << 20) * (BIG >> 20)


def rest(connection, head):
    """The whole answer, after its head was read: now the client hurries."""
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    connection.buffer = head + b"\r\n\r\n" + connection.buffer
    return connection.answer().content


def is_closed(connection):
    """Whether the server has closed a connection; nothing was asked."""
    connection.sock.setblocking(False)
    try:
        return connection.more() == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def memory_kib(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text).group(1))


# --- places ----------------------------------------------------------------

def test_idle_connections_give_way(start_site):
    """With all places in use, the oldest idle one is closed for a new one."""
    site = site_of(start_site, "http-max=4", sizes=[10])
    with contextlib.ExitStack() as stack:
        kept = [stack.enter_context(HttpConnection(site.reader))
                for _ in range(4)]
        for connection in kept:
            assert connection.get("/size10").status == 200
        new = stack.enter_context(HttpConnection(site.reader))
        assert new.get("/size10").content == content(10)
        assert kept[0].ended() == b""
        assert kept[3].get("/size10").status == 200


def test_full(start_site):
    """With all places busy, a client is told to come back."""
    def lay(site):
        lay_big(site)
        site.others = [site.client(f"192.168.1.{n}") for n in (201, 202)]

    site = site_of(start_site, "http-max=2", sizes=[10], lay=lay)
    with contextlib.ExitStack() as stack:
        busy = [stack.enter_context(HttpConnection(client, receive=65536))
                for client in site.others]
        for connection in busy:
            connection.ask("/big")
            connection.head()
        answer = http_get(site.reader, "/size10")
        assert answer.status == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.headers["connection"] == "close"
        site.said(r"all 2 connections are in use \(http-max\); telling "
                  r"192\.168\.1\.200:\d+ to come back")
        busy[0].close()
        deadline = time.monotonic() + LONG_S
        while http_get(site.reader, "/size10").status != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_share_of_one_address(start_site):
    def lay(site):
        lay_big(site)
        site.other = site.client("192.168.1.201")

    site = site_of(start_site, "http-max=40", sizes=[10], lay=lay)
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            busy = stack.enter_context(
                HttpConnection(site.reader, receive=65536))
            busy.ask("/big")
            busy.head()
        assert http_get(site.reader, "/size10").status == 503
        assert http_get(site.other, "/size10").status == 200
        site.said(r"192\.168\.1\.200 has 16 connections, the limit for one")


def test_one_address_keeps_nobody_out(start_site):
    """However many connections one address opens and leaves idle."""
    def lay(site):
        site.other = site.client("192.168.1.201")

    site = site_of(start_site, "http-max=40", sizes=[10], lay=lay)
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(HttpConnection(site.other))
                for _ in range(300)]
        begin = time.monotonic()
        assert http_get(site.reader, "/size10").status == 200
        # Five seconds for each queue of spare ones would make it 20.
        assert time.monotonic() - begin < 10
        # 16 have a place, and 16 are spare.
        assert sum(is_closed(connection) for connection in held) >= 268
    site.said(r"connection of 192\.168\.1\.201:\d+ closed: too many "
              "connections of one address")


def test_more_connections_than_spare_ones(start_site):
    """Further clients wait in the socket's queue, and are served in time."""
    def lay(site):
        lay_big(site)
        site.other = site.client("192.168.1.201")
        site.others = [site.client(f"192.168.1.{n}") for n in range(202, 206)]

    site = site_of(start_site, "http-max=1", sizes=[10], lay=lay)
    with contextlib.ExitStack() as stack:
        busy = stack.enter_context(HttpConnection(site.reader, receive=65536))
        busy.ask("/big")
        busy.head()
        spare = [stack.enter_context(HttpConnection(client))
                 for _ in range(15) for client in site.others]
        busy.close()
        # Spare ones that send nothing are closed after five seconds.
        assert spare[0].ended() == b""
        deadline = time.monotonic() + LONG_S
        while http_get(site.other, "/size10").status != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)


# --- slow clients ----------------------------------------------------------

def test_slow_clients_hold_up_nobody(start_site):
    """Readers that stop, and writers that send a byte at a time."""
    site = site_of(start_site, sizes=[40_000], lay=lay_big)
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            reader = stack.enter_context(
                HttpConnection(site.reader, receive=65536))
            reader.ask("/big")
            writer = stack.enter_context(HttpConnection(site.reader))
            writer.send(b"GET /siz")
        begin = time.monotonic()
        with HttpConnection(site.reader) as quick:
            for _ in range(50):
                assert quick.get("/size40000").content == content(40_000)
        assert time.monotonic() - begin < 20


@pytest.mark.long
def test_slow_header(start_site):
    """A header must be whole within a minute, however it trickles in."""
    site = site_of(start_site, sizes=[10])
    with HttpConnection(site.reader, timeout=2) as connection:
        begin = time.monotonic()
        connection.send(b"GET /size10 HTTP/1.1\r\n")
        with pytest.raises((ConnectionError, LabError)):
            while time.monotonic() - begin < 90:
                connection.send(b"X: y\r\n")
                with contextlib.suppress(TimeoutError):
                    if connection.more() == b"":
                        raise LabError("closed")
        assert 50 < time.monotonic() - begin < 75


@pytest.mark.long
def test_client_that_receives_nothing(start_site):
    site = site_of(start_site, lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        connection.head()
        site.said(r'failed "big" for .*: client has received nothing for a '
                  r"minute: \d+ bytes in", timeout=120)


def test_client_that_leaves(start_site):
    """The log says how much it had, near enough."""
    site = site_of(start_site, lay=lay_big)
    with HttpConnection(site.reader) as connection:
        connection.ask("/big")
        while len(connection.buffer) < 1 << 20:
            connection.more()
    had = site.said(r'failed "big" for .*: (\d+) bytes in \d+ ms').group(1)
    assert 1 << 20 <= int(had) < BIG


# --- many ------------------------------------------------------------------

@pytest.mark.parametrize("count", [
    2000, pytest.param(10_000, marks=pytest.mark.long)])
def test_many_idle_connections(start_site, count):
    """10,000 connections that have each had an answer: below 100 MiB.

    Fewer, and in proportion less, where the limit of descriptors is low.
    """
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count, addresses = min(count, (hard - 1000) * 2 // 5), 5

    def lay(site):
        for n in range(addresses):
            site.reader.ip("address", "add", f"192.168.1.{100 + n}/24", "dev",
                           "eth0")

    site = site_of(start_site, f"http-max={count + 100}", "quiet-http",
                   sizes=[10], lay=lay)
    pid = site.server.wait_role("httpd")
    with contextlib.ExitStack() as stack:
        for n in range(count):
            connection = stack.enter_context(HttpConnection(
                site.reader, source=f"192.168.1.{100 + n % addresses}"))
            connection.ask("/size10")
            assert connection.answer().content == content(10)
        used = memory_kib(pid)
        print(f"{count} idle connections: {used / 1024:.1f} MiB")
        assert used < (100 << 10) * count // 10_000
        begin = time.monotonic()
        assert http_get(site.reader, "/size10").status == 200
        assert time.monotonic() - begin < 5


def test_many_at_once(start_site):
    """100 clients, each with its own connection, each byte right."""
    sizes = [1, 4096, 40_000, 1_000_000]
    site = site_of(start_site, "http-max=500", sizes=sizes)
    wrong = []

    def client(number):
        try:
            with HttpConnection(site.reader) as connection:
                for turn in range(8):
                    size = sizes[(number + turn) % len(sizes)]
                    if connection.get(f"/size{size}").content != \
                            content(size):
                        wrong.append((number, size))
        except Exception as error:  # told below
            wrong.append((number, error))

    threads = [threading.Thread(target=client, args=(n,)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# --- restarts and reloads --------------------------------------------------

def test_reload_in_the_middle(start_site):
    """A transfer goes on; the connection gets the new configuration."""
    site = site_of(start_site, sizes=[10], lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        head = connection.head()
        mark = site.server.reload(HTTP_CONFIG + "tftp-lowercase\n")
        site.said("ready, configuration 2", since=mark)
        assert is_big(rest(connection, head))
        assert connection.get("/SIZE10").content == content(10)
    assert http_get(site.reader, "/SIZE10").content == content(10)


def test_reload_to_another_port(start_site):
    site = site_of(start_site, sizes=[10])
    with HttpConnection(site.reader) as connection:
        assert connection.get("/size10").status == 200
        mark = site.server.reload(HTTP_CONFIG + "http-port=8080\n")
        site.said("ready, configuration 2", since=mark)
        assert http_get(site.reader, "/size10", port=8080).status == 200
        with pytest.raises(ConnectionRefusedError):
            http_get(site.reader, "/size10")
        assert connection.get("/size10").status == 200


def test_reload_that_ends_http(start_site):
    site = start_site(TFTP_CONFIG + "enable-http\n", sizes=[10])
    pid = site.server.wait_role("httpd")
    mark = site.server.reload(TFTP_CONFIG)
    site.said("ready, configuration 2", since=mark)
    deadline = time.monotonic() + LONG_S
    while os.path.exists(f"/proc/{pid}"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with pytest.raises(ConnectionRefusedError):
        http_get(site.reader, "/size10")
    mark = site.server.reload(TFTP_CONFIG + "enable-http\n")
    site.said("ready, configuration 3", since=mark)
    assert http_get(site.reader, "/size10").content == content(10)


def test_httpd_is_killed(start_site):
    """Clients wait for the new process in the queue of the socket."""
    site = site_of(start_site, sizes=[10], lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        connection.head()
        site.server.kill_role("httpd")
        with pytest.raises((ConnectionError, LabError)):
            connection.answer()
    assert http_get(site.reader, "/size10").content == content(10)


def test_imaged_is_killed(start_site):
    """A transfer goes on, and requests wait for the new process."""
    site = site_of(start_site, sizes=[10], lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        head = connection.head()
        site.server.kill_role("imaged")
        assert http_get(site.reader, "/size10").content == content(10)
        assert is_big(rest(connection, head))


def test_imaged_hangs(start_site):
    """Requests wait while it is replaced; nobody else is held up."""
    site = site_of(start_site, sizes=[10])
    pid = site.server.wait_role("imaged")
    with HttpConnection(site.reader) as connection:
        os.kill(pid, 19)    # SIGSTOP
        connection.ask("/size10")
        site.said("no answer from imaged for 4000 ms")
        answer = connection.answer()
        assert answer.status == 200 and answer.content == content(10) or \
            answer.status == 503


def test_the_server_stops(start_site):
    """A transfer is ended, and the server does not wait for its client."""
    site = site_of(start_site, lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection, \
            HttpConnection(site.reader):
        connection.ask("/big")
        connection.head()
        begin = time.monotonic()
        assert site.server.stop() == 0
        assert time.monotonic() - begin < 5
        assert 'failed "big" for' in site.server.log()


# --- what changes meanwhile ------------------------------------------------

@pytest.mark.parametrize("rate", ["", "boot-max-rate=30M"])
def test_file_is_replaced(start_site, rate):
    """rename(2) over a file: a transfer keeps what it began with."""
    site = site_of(start_site, rate, lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        head = connection.head()
        (site.root / "new").write_bytes(b"new")
        os.rename(site.root / "new", site.root / "big")
        assert is_big(rest(connection, head))
        answer = connection.get("/big")
        assert answer.content == b"new"


@pytest.mark.parametrize("rate", ["", "boot-max-rate=20M"])
def test_file_becomes_shorter(start_site, rate):
    """The connection ends, also if the file grows again; the log says why."""
    site = site_of(start_site, rate, lay=lay_big)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/big")
        connection.head()
        os.truncate(site.root / "big", 1 << 20)
        begin = time.monotonic()
        with contextlib.suppress(TimeoutError):
            connection.sock.settimeout(1)
            while connection.more():
                pass
        os.truncate(site.root / "big", BIG)
        connection.sock.settimeout(30)
        connection.ended()
        assert time.monotonic() - begin < 30
        site.said(r'failed "big" for .*: the file has become shorter')


def test_ports_are_free_again(start_site):
    """Connections of a daemon that was killed do not keep the port."""
    site = site_of(start_site, sizes=[10], lay=lay_big)
    connection = HttpConnection(site.reader, receive=65536)
    connection.ask("/big")
    connection.head()
    site.server.stop()
    site.server = Daemon(site.network, HTTP_CONFIG)
    assert http_get(site.reader, "/size10").content == content(10)
    connection.close()
