"""Real TFTP clients, as people run them, get files."""

import re

import pytest

from lab import clients
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import TFTP_CONFIG, TftpSite, content

pytestmark = pytest.mark.xdist_group("tftp_clients")

CLIENTS = [clients.curl, clients.tftp_hpa, clients.atftp,
           clients.busybox_tftp]
SIZES = (0, 1, 511, 512, 1024, 1_000_000)
BIG = 40 << 20          # in blocks of 512 the numbers turn over
TEXT = b"".join(b"line %d of a text\n" % n for n in range(3000))


@pytest.fixture(scope="module")
def site(request):
    def lay(site):
        (site.root / "boot").mkdir()
        (site.root / "boot/text").write_bytes(TEXT)

    with TftpSite(sizes=(*SIZES, BIG), lay=lay,
                  command=request.config.getoption("--server")) as site:
        yield site


def named(function):
    return function.__name__


@pytest.mark.parametrize("run", CLIENTS, ids=named)
def test_a_client_reads_files(site, run):
    for size in SIZES:
        done, data = run(site.reader, SERVER_ADDRESS, f"size{size}")
        # Some write no file where there are no bytes.
        assert (data or b"") == content(size), (size, done.stderr)


@pytest.mark.parametrize("run", CLIENTS, ids=named)
def test_a_client_reads_a_big_file(site, run):
    done, data = run(site.reader, SERVER_ADDRESS, f"size{BIG}")
    assert data == content(BIG), done.stderr


@pytest.mark.parametrize("run, options, agreed", [
    (clients.curl, ["--tftp-blksize", "1400"], "blksize 1400"),
    (clients.curl, ["--tftp-blksize", "60000"], "blksize 1468"),
    (clients.curl, ["--tftp-no-options"], "blksize 512, windowsize 1"),
    (clients.atftp, ["--option", "blksize 1400", "--option", "timeout 3"],
     "blksize 1400, windowsize 1"),
    (clients.atftp, ["--option", "windowsize 16"],
     "blksize 512, windowsize 16"),
    (clients.atftp, ["--option", "windowsize 64", "--option",
                     "blksize 1468"], "blksize 1468, windowsize 64"),
    (clients.atftp, ["--option", "windowsize 1000", "--option",
                     "blksize 8"], "blksize 8, windowsize 64"),
    (clients.atftp, ["--option", "tsize 0"], "blksize 512"),
    (clients.busybox_tftp, ["-b", "1400"], "blksize 1400"),
    (clients.busybox_tftp, ["-b", "65464"], "blksize 1468"),
], ids=lambda value: named(value) if callable(value) else str(value))
def test_a_client_with_options(site, run, options, agreed):
    mark = site.server.process.mark()
    done, data = run(site.reader, SERVER_ADDRESS, "size1000000", *options)
    assert data == content(1_000_000), done.stderr
    line = site.said(r'sent "size1000000".*', since=mark).string
    assert re.search(agreed + r"\b", line)


def test_tftp_hpa_converts_text(site):
    done, data = clients.tftp_hpa(site.reader, SERVER_ADDRESS, "boot/text",
                                  "-m", "ascii")
    assert data == TEXT, done.stderr


def test_curl_takes_text_as_it_travels(site):
    done, data = clients.curl(site.reader, SERVER_ADDRESS,
                              "boot/text;mode=netascii")
    assert data == TEXT.replace(b"\n", b"\r\n"), done.stderr


@pytest.mark.parametrize("run", CLIENTS, ids=named)
@pytest.mark.parametrize("name", ["no-such-file", "boot", "../etc/passwd"])
def test_a_client_is_told_why_not(site, run, name):
    done, data = run(site.reader, SERVER_ADDRESS, name, timeout=20)
    assert not data
    assert done.stdout + done.stderr != ""


@pytest.mark.parametrize("argv", [
    ["curl", "-sS", "--max-time", "10", "-T", "/etc/hostname",
     f"tftp://{SERVER_ADDRESS}/written"],
    ["tftp", "-4", "-m", "binary", SERVER_ADDRESS, "-c", "put",
     "/etc/hostname", "written"],
    ["atftp", "--put", "-l", "/etc/hostname", "-r", "written",
     SERVER_ADDRESS],
    ["busybox", "tftp", "-p", "-l", "/etc/hostname", "-r", "written",
     SERVER_ADDRESS]], ids=lambda argv: argv[0])
def test_a_client_cannot_write(site, argv):
    done = site.reader.run(*argv, check=False, timeout=20)
    assert done.stdout + done.stderr != ""
    assert not (site.root / "written").exists()


@pytest.mark.parametrize("run", CLIENTS, ids=named)
def test_clients_and_one_port(start_site, run):
    site = start_site(TFTP_CONFIG + "tftp-single-port\n", (1_000_000,))
    done, data = run(site.reader, SERVER_ADDRESS, "size1000000")
    assert data == content(1_000_000), done.stderr
