"""Boot files by HTTP: what firmware and loaders need."""

import os
import re
import socket
import time

import pytest

from lab.daemon import Daemon
from lab.http_client import HTTP_CONFIG, HttpConnection, http_get
from lab.namespaces import SERVER_ADDRESS
from lab.process import run
from lab.tftp_site import ROOT, SERVER6, TFTP_CONFIG, content

MTIME = 1_700_000_000
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"


def lay_dated(site):
    path = site.root / "file"
    path.write_bytes(content(1000))
    os.utime(path, (MTIME, MTIME))


def site_of(start_site, *lines, **options):
    return start_site(HTTP_CONFIG + "".join(line + "\n" for line in lines),
                      **options)


# --- whole files -----------------------------------------------------------

@pytest.mark.parametrize("size", [0, 1, 4095, 40960, 3 << 20])
def test_get(start_site, size):
    site = site_of(start_site, sizes=[size])
    answer = http_get(site.reader, f"/size{size}")
    assert answer.status == 200
    assert answer.content == content(size)
    assert answer.headers["content-length"] == str(size)
    assert "transfer-encoding" not in answer.headers
    site.said(rf'sent "size{size}" for 192\.168\.1\.200:\d+: {size} bytes in '
              r"\d+ ms, [\d.]+ MB/s, \d resent")


def test_head_then_get_on_one_connection(start_site):
    """As UEFI HTTP Boot does; the connection stays open."""
    site = site_of(start_site, sizes=[5000])
    with HttpConnection(site.reader) as connection:
        head = connection.get("/size5000", "HEAD")
        assert head.status == 200
        assert head.headers["content-length"] == "5000"
        assert "connection" not in head.headers
        answer = connection.get("/size5000")
        assert answer.content == content(5000)
        assert {**head.headers, "date": ""} == {**answer.headers, "date": ""}
        assert connection.get("/size5000").content == content(5000)
    site.said(r'query "size5000" for [\d.:]+: HEAD, 5000 bytes')


def test_requests_one_behind_the_other(start_site):
    """Requests that come together are answered in their order."""
    site = site_of(start_site, sizes=[10, 20, 30])
    with HttpConnection(site.reader) as connection:
        connection.send(b"".join(
            b"GET /size%d HTTP/1.1\r\nHost: s\r\n\r\n" % size
            for size in (10, 20, 30)))
        for size in (10, 20, 30):
            assert connection.answer().content == content(size)


def test_old_clients(start_site):
    """HTTP/1.0: the connection is closed, unless the client keeps it."""
    site = site_of(start_site, sizes=[100])
    with HttpConnection(site.reader) as connection:
        connection.send(b"GET /size100 HTTP/1.0\r\n\r\n")
        answer = connection.answer()
        assert answer.content == content(100)
        assert answer.headers["connection"] == "close"
        assert connection.ended() == b""
    with HttpConnection(site.reader) as connection:
        for _ in range(2):
            answer = connection.get(
                "/size100", version="1.0",
                headers=[("Connection", "keep-alive")])
            assert answer.content == content(100)


@pytest.mark.parametrize("argv", [
    ["curl", "-sS", "--fail", "-o"], ["curl", "-sS", "--http1.0", "-o"],
    ["wget", "-q", "-O"]], ids=" ".join)
def test_programs(start_site, tmp_path, argv):
    site = site_of(start_site, sizes=[300_000])
    run(site.reader.command([*argv, str(tmp_path / "got"),
                             f"http://{SERVER_ADDRESS}/size300000"]))
    assert (tmp_path / "got").read_bytes() == content(300_000)


# --- names -----------------------------------------------------------------

def lay_names(site):
    (site.root / "a b").mkdir()
    (site.root / "a b" / "c%d").write_bytes(b"found")


@pytest.mark.parametrize("path", [
    "/a%20b/c%25d", "//a%20b//c%25d", "/./a%20b/./c%25d", "/a%20b%2Fc%25d",
    "/a%20b%5cc%25d", "/a%20b/c%25d?x=/../y", "/%61%20b/c%25d#part",
    "http://other.example/a%20b/c%25d", "HTTP://h:80//a%20b/c%25d",
    f"{ROOT}/a%20b/c%25d"])
def test_names(start_site, path):
    site = site_of(start_site, lay=lay_names)
    answer = http_get(site.reader, path)
    assert (answer.status, answer.content) == (200, b"found")
    site.said('sent "a b/c%d" for')


@pytest.mark.parametrize("path, status, why", [
    ("/missing", 404, "file not found"),
    ("/", 403, "not a regular file"),
    ("/a%20b", 403, "not a regular file"),
    ("/a%20b/", 403, "not a regular file"),
    ("/../etc/passwd", 403, '".." in file name'),
    ("/%2e%2e/etc/passwd", 403, '".." in file name'),
    ("/x%2f..%5cy", 403, '".." in file name'),
    ("/secret", 403, "access denied"),
    ("/a%00b", 400, "control character in file name"),
    ("/a%0d%0aX:1", 400, "control character in file name"),
    ("/a%2", 400, "invalid percent-encoding"),
    ("/a%zz", 400, "invalid percent-encoding"),
    ("*", 400, "not a path"),
    ("/" + "n" * 1025, 404, "file name too long"),
    ("/" + "n" * 3000, 404, "file name too long")])
def test_refusals(start_site, path, status, why):
    """The reason is in the body, and in the log."""
    def lay(site):
        lay_names(site)
        (site.root / "secret").write_bytes(b"s")
        (site.root / "secret").chmod(0o600)

    site = site_of(start_site, lay=lay)
    with HttpConnection(site.reader) as connection:
        for method in ("HEAD", "GET"):
            answer = connection.get(path, method)
            assert answer.status == status
            assert answer.headers["content-type"] == "text/plain"
        assert answer.content == why.encode() + b"\n"
    site.said(re.escape(why) if status != 404 or "long" in why
              else 'not found "missing" for')


def test_other_methods(start_site):
    site = site_of(start_site, sizes=[10])
    with HttpConnection(site.reader) as connection:
        for method in ("DELETE", "OPTIONS", "PROPFIND", "get"):
            answer = connection.get("/size10", method)
            assert answer.status == 405
            assert answer.headers["allow"] == "GET, HEAD"
    site.said('rejected "/size10" for .*: only GET and HEAD are served')


@pytest.mark.parametrize("request_text, status", [
    (b"POST /size10 HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\n\r\nabcde",
     413),
    (b"GET /size10 HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\n\r\nabcde", 413),
    (b"GET /size10 HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n",
     413),
    (b"GET /size10\r\n\r\n", 400),
    (b"GET /size10 HTTP/1.1\r\n\r\n", 400),
    (b"GET /size10 HTTP/2.0\r\nHost: s\r\n\r\n", 505),
    (b"GET /" + b"n" * 8000 + b" HTTP/1.1\r\nHost: s\r\n\r\n", 414),
    (b"GET /size10 HTTP/1.1\r\nHost: s\r\nX: " + b"n" * 8000 + b"\r\n\r\n",
     431)], ids=lambda value: str(value)[:30])
def test_malformed(start_site, request_text, status):
    site = site_of(start_site, sizes=[10])
    with HttpConnection(site.reader) as connection:
        connection.send(request_text)
        assert f"HTTP/1.1 {status} ".encode() in connection.head()
    assert http_get(site.reader, "/size10").content == content(10)
    site.said("rejected ")


@pytest.mark.parametrize("name, kind", [
    ("x.efi", "application/efi"), ("X.EFI", "application/efi"),
    ("x.iso", "application/vnd.efi-iso"), ("x.img", "application/vnd.efi-img"),
    ("boot.ipxe", "text/plain"), ("vmlinuz", "application/octet-stream"),
    (".efi", "application/octet-stream")])
def test_types(start_site, name, kind):
    site = site_of(start_site, lay=lambda site:
                   (site.root / name).write_bytes(b"x"))
    assert http_get(site.reader, f"/{name}").headers["content-type"] == kind


# --- parts, and copies that clients have -----------------------------------

@pytest.mark.parametrize("value, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=0-99", 0, 99), ("bytes=990-", 990, 999),
    ("bytes=-10", 990, 999), ("bytes=-5000", 0, 999),
    ("bytes=500-99999999999999999999", 500, 999), ("BYTES= 1-2 ", 1, 2)])
def test_ranges(start_site, value, first, last):
    site = site_of(start_site, lay=lay_dated)
    with HttpConnection(site.reader) as connection:
        answer = connection.get("/file", headers=[("Range", value)])
        assert answer.status == 206
        assert answer.headers["content-range"] == f"bytes {first}-{last}/1000"
        assert answer.content == content(1000)[first:last + 1]
        assert connection.get("/file").status == 200
    site.said(rf'sent "file" .*, range {first}-{last} of 1000')


@pytest.mark.parametrize("value", [
    "bytes=5-1", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=1-2,4-5",
    "bytes=1-2x"])
def test_ranges_that_are_ignored(start_site, value):
    site = site_of(start_site, lay=lay_dated)
    answer = http_get(site.reader, "/file", headers=[("Range", value)])
    assert (answer.status, len(answer.content)) == (200, 1000)


@pytest.mark.parametrize("value", ["bytes=1000-", "bytes=5000-6000",
                                   "bytes=-0"])
def test_ranges_beyond_the_end(start_site, value):
    site = site_of(start_site, lay=lay_dated)
    answer = http_get(site.reader, "/file", headers=[("Range", value)])
    assert answer.status == 416
    assert answer.headers["content-range"] == "bytes */1000"


def test_conditions(start_site):
    site = site_of(start_site, lay=lay_dated)
    with HttpConnection(site.reader) as connection:
        first = connection.get("/file")
        etag = first.headers["etag"]
        assert first.headers["last-modified"] == DATE
        assert first.headers["accept-ranges"] == "bytes"
        assert re.fullmatch(r'"[0-9a-f]+-3e8"', etag)
        for name, value, status in (
                ("If-None-Match", etag, 304),
                ("If-None-Match", f'"other", W/{etag}', 304),
                ("If-None-Match", "*", 304),
                ("If-None-Match", '"other"', 200),
                ("If-Modified-Since", DATE, 304),
                ("If-Modified-Since", BEFORE, 200),
                ("If-Modified-Since", "Tuesday, 14-Nov-23 22:13:20 GMT", 304),
                ("If-Modified-Since", "Tue Nov 14 22:13:20 2023", 304),
                ("If-Modified-Since", "yesterday", 200),
                ("If-Match", etag, 200), ("If-Match", '"other"', 412),
                ("If-Unmodified-Since", DATE, 200),
                ("If-Unmodified-Since", BEFORE, 412)):
            for method in ("HEAD", "GET"):
                answer = connection.get("/file", method, [(name, value)])
                assert answer.status == status, (name, value)
                if status != 412:
                    assert answer.headers["etag"] == etag
        for value, status in ((etag, 206), (DATE, 206), ('"other"', 200),
                              (BEFORE, 200), (f"W/{etag}", 200)):
            answer = connection.get("/file", headers=[
                ("Range", "bytes=0-9"), ("If-Range", value)])
            assert answer.status == status, value
    site.said('not modified "file" for')


def test_not_modified_has_no_length_of_nothing(start_site):
    site = site_of(start_site, lay=lay_dated)
    answer = http_get(site.reader, "/file",
                      headers=[("If-None-Match", "*")])
    assert answer.headers.get("content-length") in (None, "1000")


# --- where it is served ----------------------------------------------------

def test_ipv6(start_site):
    def lay(site):
        site.local = site.ipv6()

    site = site_of(start_site, sizes=[10], lay=lay)
    assert http_get(site.reader, "/size10", SERVER6).content == content(10)
    index = int(site.reader.path("/sys/class/net/eth0/ifindex").read_text())
    assert http_get(site.reader, "/size10", site.local,
                    scope=index).content == content(10)
    site.said(r"sent \"size10\" for \[fd00:1::200\]:\d+")


def test_port(start_site):
    site = site_of(start_site, "http-port=8080", sizes=[10])
    assert http_get(site.reader, "/size10", port=8080).status == 200
    with pytest.raises(ConnectionRefusedError):
        http_get(site.reader, "/size10")
    site.said(r"HTTP on br0, at 192\.168\.1\.1:8080, from /srv/tftpboot")


def test_interfaces_and_roots(start_site):
    def lay(site):
        site.other = site.other_net()
        site.namespace.shadow("/srv/lan")
        (site.root / "file").write_bytes(b"main")
        (site.namespace.path("/srv/lan") / "file").write_bytes(b"lan")

    site = start_site("interface=br0,lan1\nenable-tftp=br0\nenable-http=lan1\n"
                      f"tftp-root={ROOT}\ntftp-root=/srv/lan,lan1\n", lay=lay)
    assert http_get(site.other, "/file", "192.168.2.1").content == b"lan"
    with pytest.raises(ConnectionRefusedError):
        http_get(site.reader, "/file")
    assert site.fetch("file").data == b"main"


def test_port_in_use(start_site):
    taken = []

    def lay(site):
        sock = site.namespace.call(socket.socket)
        sock.bind(("", 80))
        sock.listen()
        taken.append(sock)

    site = start_site(HTTP_CONFIG, lay=lay, start=False)
    server = Daemon(site.network, HTTP_CONFIG, wait=False)
    assert server.process.wait_end() == 1
    assert re.search(r"HTTP port 80 on \w+: in use by process \d+ \(python3\)",
                     server.log())


# --- names and folders as by TFTP ------------------------------------------

def test_own_folder(start_site):
    def lay(site):
        (site.root / "192.168.1.200").mkdir()
        (site.root / "192.168.1.200" / "file").write_bytes(b"own")
        (site.root / "file").write_bytes(b"all")
        site.other = site.client("192.168.1.201")

    site = site_of(start_site, "tftp-unique-root", lay=lay)
    assert http_get(site.reader, "/file").content == b"own"
    assert http_get(site.reader, "/192.168.1.200/file").content == b"own"
    assert http_get(site.other, "/file").content == b"all"
    site.said('sent "file" from its own folder for')


def test_sibling_of_the_last_program(start_site):
    def lay(site):
        (site.root / "debian").mkdir()
        for name in ("shimx64.efi", "grubx64.efi", "autoexec.ipxe"):
            (site.root / "debian" / name).write_bytes(name.encode())

    site = site_of(start_site, lay=lay)
    assert http_get(site.reader, "/grubx64.efi").status == 404
    assert http_get(site.reader, "/debian/shimx64.efi").status == 200
    site.said('sent "debian/shimx64.efi"')
    assert http_get(site.reader, "/grubx64.efi").content == b"grubx64.efi"
    site.said('sent "debian/grubx64.efi"')
    assert http_get(site.reader, "/autoexec.ipxe").content == b"autoexec.ipxe"


@pytest.mark.parametrize("folder", ["EFI/BOOT", "/efi%5Cboot", "EFI",
                                    "httpboot"])
def test_a_folder_of_a_disk_may_be_left_out(start_site, folder):
    site = site_of(start_site, sizes=[10])
    assert http_get(site.reader, f"/{folder}/size10").content == content(10)
    site.said('sent "size10"')
    assert http_get(site.reader, f"/{folder}/missing").status == 404
    site.said('not found ".*/missing"')


def test_lower_case(start_site):
    site = site_of(start_site, "tftp-lowercase", sizes=[10])
    assert http_get(site.reader, "/SIZE10").content == content(10)


def test_offered_file_is_missing(start_site):
    site = start_site(HTTP_CONFIG + "dhcp-range=192.168.1.50,192.168.1.90\n"
                      "dhcp-boot=http://192.168.1.1/boot.efi\n")
    assert http_get(site.reader, "/boot.efi").status == 404
    site.said('not found "boot.efi" .*the configuration offers this file')


def test_both_services(start_site):
    site = start_site(TFTP_CONFIG + "enable-http\nquiet-http\n", sizes=[700])
    assert site.fetch("size700").data == content(700)
    assert http_get(site.reader, "/size700").content == content(700)
    assert "httpd: sent" not in site.server.log()


# --- rates -----------------------------------------------------------------

@pytest.mark.timing
def test_rate(start_site):
    """1 MB/s: 600 kB take half a second or more, with a burst before."""
    site = site_of(start_site, "boot-max-rate=1M", sizes=[600_000, 10])
    begin = time.monotonic()
    assert http_get(site.reader, "/size600000").content == content(600_000)
    assert 0.35 < time.monotonic() - begin < 1.5
    site.said('sent "size600000"')
    head = http_get(site.reader, "/size600000", method="HEAD")
    assert head.headers["content-length"] == "600000"


@pytest.mark.timing
def test_rate_of_all(start_site):
    def lay(site):
        site.other = site.client("192.168.1.201")

    site = site_of(start_site, "boot-max-rate=0,2M", sizes=[800_000], lay=lay)
    begin = time.monotonic()
    with HttpConnection(site.reader) as one, HttpConnection(site.other) as two:
        one.ask("/size800000")
        two.ask("/size800000")
        assert one.answer().content == content(800_000)
        assert two.answer().content == content(800_000)
    assert 0.5 < time.monotonic() - begin < 2.5


def test_rate_is_of_http_alone(start_site):
    site = start_site(TFTP_CONFIG + "enable-http\nboot-max-rate=20k\n"
                      "tftp-max-rate=0\n", sizes=[1_000_000])
    assert site.fetch("size1000000", {"blksize": 1400}).data == \
        content(1_000_000)
