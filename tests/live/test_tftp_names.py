"""Which names are served, whatever they look like, and which are not."""

import os
import time

import pytest

from lab.tftp_site import ROOT, TFTP_CONFIG, TftpSite, content

pytestmark = pytest.mark.xdist_group("tftp_names")

ENOTFOUND, EACCESS, EILLEGAL = 1, 2, 4


def lay_traps(site):
    """Names that must not be served, beside ones that look like them."""
    folder = site.root
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
    site.namespace.run("mknod", "-m", "644", f"{ROOT}/null", "c", "1", "3")
    for name, target in {
            "link": "sub/file", "up-and-in": "sub/../sub/file",
            "absolute": "/sub/file", "escape": "../../etc/passwd",
            "outside": "/etc/passwd", "magic": "/proc/self/root/etc/passwd",
            "loop": "loop", "loop1": "loop2", "loop2": "loop1",
            "to-fifo": "fifo", "to-secret": "secret",
            "dangling": "nothing"}.items():
        (folder / name).symlink_to(target)


@pytest.fixture(scope="module")
def site(request):
    with TftpSite(sizes=(1024,), lay=lay_traps,
                  command=request.config.getoption("--server")) as site:
        yield site


@pytest.mark.parametrize("name", [
    "sub/file", "/sub/file", "//sub//file", "sub\\file", "\\sub\\file",
    "\\\\sub\\\\file", "sub\\\\file", "/sub\\file", "sub///file",
    "./sub/./file", "/srv/tftpboot/sub/file", "//srv/tftpboot//sub/file",
    "\\srv\\tftpboot\\sub\\file", "/srv//tftpboot\\\\sub/file",
    "link", "up-and-in", "absolute", b"sub/file\xff"], ids=repr)
def test_a_name_that_is_inside(site, name):
    assert site.fetch(name).data == b"inside"


@pytest.mark.timing
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
def test_a_name_that_is_refused(site, name, codes):
    start = time.monotonic()
    reply = site.fetch(name)
    assert reply.data is None and reply.error is not None
    code, text = reply.error
    assert code in codes, text
    assert text.isprintable() and text
    for word in ("srv", "tftpboot", "etc", "passwd"):
        assert word not in text
    assert time.monotonic() - start < 1.5, "it stalled"


def test_names_in_the_log_are_escaped(site):
    mark = site.server.process.mark()
    site.fetch(b"a\x1b[31mb\xffc\nd\"e")
    site.said(r"rejected.*31mb", since=mark)
    assert all(line.isprintable() for line in site.server.log().splitlines())


def test_lowercase(start_site):
    def lay(site):
        (site.root / "boot").mkdir()
        (site.root / "boot/file").write_bytes(b"small letters")
        (site.root / "Boot").mkdir()
        (site.root / "Boot/FILE").write_bytes(b"capitals")

    site = start_site(TFTP_CONFIG + "tftp-lowercase\n", lay=lay)
    for name in ("BOOT/FILE", "Boot\\File", "/SRV/TFTPBOOT/boot/file",
                 "boot/file"):
        assert site.fetch(name).data == b"small letters", name


def test_case_counts_without_lowercase(start_site):
    site = start_site(sizes=(10,))
    assert site.fetch("SIZE10").error[0] == ENOTFOUND
    assert site.fetch("size10").data == content(10)


def test_secure_serves_only_what_belongs_to_imaged(start_site):
    def lay(site):
        for name, owner in (("ours", "pxeguard-imaged"), ("roots", "root"),
                            ("ours-closed", "pxeguard-imaged")):
            (site.root / name).write_bytes(b"mine")
            site.namespace.run("chown", owner, f"{ROOT}/{name}")
        (site.root / "ours-closed").chmod(0o600)

    site = start_site(TFTP_CONFIG + "tftp-secure\n", lay=lay)
    assert site.fetch("ours").data == b"mine"
    # Its own files are readable to it though nobody else may read them.
    assert site.fetch("ours-closed").data == b"mine"
    assert site.fetch("roots").error[0] == EACCESS
    (site.root / "link").symlink_to("roots")
    assert site.fetch("link").error[0] == EACCESS
