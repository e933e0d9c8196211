"""Signed boot files by HTTP: what is served under verify-images."""

import contextlib
import os
import random
import re
import signal
import threading

import pytest

from lab import sign_keys
from lab.http_client import HTTP_CONFIG, HttpConnection, http_get
from lab.patience import wait_until
from lab.tftp_site import content

KEYS = "/run/verify-keys"
CONFIG = HTTP_CONFIG + f"verify-images=require\nverify-key={KEYS}\n"
SMALL = CONFIG + "verify-cache=1M\n"
NEUTRAL = b"access denied\n"
SIZES = (0, 700, 300_000)
LARGE = 24_000_001


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return sign_keys.Minisign(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def start(start_site, key):
    """A function that starts a site with SIZES, signed by one manifest."""
    def begin(config=CONFIG, lay=None):
        def prepare(site):
            if lay:
                lay(site)
            sign_keys.sign_tree(key, site.root)
            site.namespace.shadow(KEYS)
            (site.namespace.path(KEYS) / "key.pub").write_bytes(
                key.public.read_bytes())

        return start_site(config, sizes=SIZES, lay=prepare)

    return begin


def lay_large(site):
    (site.root / "large").write_bytes(large())


def large():
    return random.Random(2).randbytes(LARGE)


def refused(site, path, *words):
    """The neutral answer, and the line for the administrator."""
    mark = site.server.process.mark()
    with HttpConnection(site.reader) as connection:
        for method in ("HEAD", "GET"):
            answer = connection.get(path, method)
            assert answer.status == 403
            assert answer.headers["content-type"] == "text/plain"
        assert answer.content == NEUTRAL
    name = re.escape(path.lstrip("/"))
    line = site.said(rf'refused "{name}" in .*', since=mark).string
    for word in words:
        assert word in line, (word, line)
    site.said(rf'failed "{name}" for 192\.168\.1\.200:\d+: not started: '
              "access denied", since=mark)


# --- whole files -----------------------------------------------------------

def test_a_signed_tree(start):
    site = start()
    with HttpConnection(site.reader) as connection:
        for size in SIZES * 2:
            head = connection.get(f"/size{size}", "HEAD")
            answer = connection.get(f"/size{size}")
            assert (answer.status, answer.content) == (200, content(size))
            assert head.headers["etag"] == answer.headers["etag"]
            assert head.headers["content-length"] == str(size)
    assert "refused" not in site.server.log()


def test_parts_of_a_signed_file(start):
    site = start()
    with HttpConnection(site.reader) as connection:
        whole = connection.get("/size300000")
        etag = whole.headers["etag"]
        part = connection.get("/size300000", headers=[
            ("Range", "bytes=1000-1999"), ("If-Range", etag)])
        assert part.status == 206
        assert part.content == content(300_000)[1000:2000]
        assert connection.get("/size300000", headers=[
            ("If-None-Match", etag)]).status == 304


def test_a_file_that_nobody_signed(start):
    site = start()
    (site.root / "new").write_bytes(b"new")
    refused(site, "/new", '"SHA256SUMS"', "does not list it")
    assert http_get(site.reader, "/missing").status == 404
    assert http_get(site.reader, "/size700").content == content(700)


def test_a_file_that_was_changed(start):
    """What a client knows of the signed file does not get it the other."""
    site = start()
    etag = http_get(site.reader, "/size700").headers["etag"]
    (site.root / "size700").write_bytes(bytes(700))
    refused(site, "/size700", "lists another checksum")
    for name, value in (("Range", "bytes=0-9"), ("If-None-Match", "*"),
                        ("If-None-Match", etag), ("If-Match", etag)):
        answer = http_get(site.reader, "/size700", headers=[(name, value)])
        assert (answer.status, answer.content) == (403, NEUTRAL)


def test_warn_serves_and_says_what_would_be_refused(start):
    site = start(CONFIG.replace("require", "warn"))
    (site.root / "new").write_bytes(b"new")
    assert http_get(site.reader, "/new").content == b"new"
    site.said('"new" in .* would be refused by verify-images=require: ')
    mark = site.server.process.mark()
    assert http_get(site.reader, "/size700").content == content(700)
    site.said('sent "size700" for', since=mark)
    assert "size700\" in" not in site.server.log()


def test_it_is_turned_on_by_a_reload(start):
    """Also for a connection that is already there."""
    site = start(HTTP_CONFIG)
    (site.root / "new").write_bytes(b"new")
    with HttpConnection(site.reader) as connection:
        assert connection.get("/new").content == b"new"
        mark = site.server.reload(CONFIG)
        site.said("ready, configuration 2", since=mark)
        assert connection.get("/new").status == 403
        assert connection.get("/size700").content == content(700)


def test_a_file_rewritten_during_a_transfer(start):
    """The transfer ends with the bytes that were checked."""
    site = start(lay=lay_large)
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/large")
        head = connection.head()
        with open(site.root / "large", "r+b") as file:
            file.write(b"x" * LARGE)
        connection.buffer = head + b"\r\n\r\n" + connection.buffer
        assert connection.answer().content == large()
    refused(site, "/large", "lists another checksum")


# --- files larger than the cache -------------------------------------------

def test_a_file_larger_than_the_cache(start):
    site = start(SMALL, lay=lay_large)
    data = large()
    with HttpConnection(site.reader) as connection:
        for _ in range(2):
            head = connection.get("/large", "HEAD")
            assert head.headers["content-length"] == str(LARGE)
            answer = connection.get("/large")
            assert answer.status == 200 and answer.content == data
            assert "transfer-encoding" not in answer.headers
        assert connection.get("/size700").content == content(700)


@pytest.mark.parametrize("first, last", [
    (0, 0), (65535, 65536), (65536, 131071), (100, 5_000_000),
    (LARGE - 1, LARGE - 1), (LARGE - 70_000, LARGE - 1)])
def test_parts_of_a_large_file(start, first, last):
    """Ranges need not begin or end where the blocks do."""
    site = start(SMALL, lay=lay_large)
    answer = http_get(site.reader, "/large",
                      headers=[("Range", f"bytes={first}-{last}")])
    assert answer.status == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{LARGE}"
    assert answer.content == large()[first:last + 1]


@pytest.mark.parametrize("change", ["bytes", "length"])
def test_a_large_file_changed_during_a_transfer(start, change):
    """No byte leaves that was not checked; the connection is closed."""
    site = start(SMALL, lay=lay_large)
    at = LARGE - 500_000
    with HttpConnection(site.reader, receive=65536) as connection:
        connection.ask("/large")
        connection.head()
        if change == "bytes":
            with open(site.root / "large", "r+b") as file:
                file.seek(at)
                file.write(b"xyz")
        else:
            os.truncate(site.root / "large", at)
        found = connection.ended()
    assert 65536 <= len(found) <= at
    assert large().startswith(found)
    site.said('failed "large" for .*: the file '
              + ("was changed after it was checked" if change == "bytes"
                 else "has become shorter"))
    refused(site, "/large", "lists another checksum")


# --- hashd -----------------------------------------------------------------

def is_hashing(pid):
    return sign_keys.read_by(pid) > 8 << 20


@contextlib.contextmanager
def slow(pid):
    """Let a process run for a tenth of the time only."""
    ended = threading.Event()

    def pause():
        while not ended.wait(0.1):
            os.kill(pid, signal.SIGSTOP)
            ended.wait(0.9)
            os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=pause)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_check_that_takes_long(start, key):
    """The client is told to come back; nobody else waits."""
    site = start()
    sign_keys.sign_endless(key, site.root)
    with HttpConnection(site.reader, timeout=60) as connection:
        connection.ask("/endless")
        pid = site.server.wait_role("hashd")
        wait_until(lambda: is_hashing(pid), "the file is being read")
        assert http_get(site.reader, "/size700").content == content(700)
        assert connection.buffer == b""
        with slow(pid):
            answer = connection.answer()
        assert answer.status == 503
        assert answer.headers["retry-after"] == "5"
        assert connection.get("/size300000").content == content(300_000)


def test_a_check_that_never_ends(start, key):
    """Each hashd dies while it reads the file: the client may try again."""
    site = start()
    sign_keys.sign_endless(key, site.root)
    pid = None
    with HttpConnection(site.reader, timeout=60) as connection:
        connection.ask("/endless")
        for _ in range(3):
            pid = site.server.wait_role("hashd", other_than=pid)
            wait_until(lambda: is_hashing(pid), "the file is being read")
            os.kill(pid, signal.SIGKILL)
        answer = connection.answer()
        assert answer.status == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.content == b"try again later\n"
        site.said('refused "endless" in .*: it could not be checked, as hashd '
                  "ended")
        assert connection.get("/size700").content == content(700)
