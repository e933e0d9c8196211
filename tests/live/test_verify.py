"""Signed boot files: what is served under verify-images, and what is not."""

import contextlib
import os
import pwd
import random
import re
import signal

import pytest

from lab import packets, proc, sign_keys
from lab.daemon import PXEGUARD
from lab.patience import wait_until
from lab.tftp_site import TFTP_CONFIG

KEYS = "/run/verify-keys"
CONFIG = TFTP_CONFIG + f"verify-images=require\nverify-key={KEYS}\n"
EACCES = 2
FILES = {"kernel": 1_500_000, "initrd": 300_000, "boot/menu": 700,
         "boot/deep/er/file": 65536, "empty": 0}


def content(name):
    return random.Random(name).randbytes(FILES[name])


class Keys:
    """A key of each kind, and one that is not listed."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder
        self.minisign = sign_keys.Minisign(folder)
        self.signify = sign_keys.Signify(folder)
        self.other = sign_keys.Minisign(folder, "other")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys") / "keys")


def lay_files(site):
    for name in FILES:
        path = site.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(name))


@pytest.fixture
def start(start_site, keys):
    """A function that starts a site whose tree `sign(site.root)` has signed."""
    def begin(sign=None, config=CONFIG, listed=("minisign", "signify")):
        def lay(site):
            lay_files(site)
            if sign:
                sign(site.root)
            site.namespace.shadow(KEYS)
            site.keys = site.namespace.path(KEYS)
            for name in listed:
                public = getattr(keys, name).public
                (site.keys / public.name).write_bytes(public.read_bytes())

        return start_site(config, lay=lay)

    return begin


@pytest.fixture
def site(start, keys):
    """Everything is signed by one manifest."""
    return start(lambda root: sign_keys.sign_tree(keys.minisign, root))


def served(site, name, data=None):
    reply = site.fetch(name, {"blksize": 1468, "windowsize": 16})
    assert reply.error is None, reply.error
    assert reply.data == (content(name) if data is None else data)


def refused(site, name, *words):
    """The error that the client gets, and the line for the administrator."""
    mark = site.server.process.mark()
    reply = site.fetch(name)
    assert reply.error and reply.error[0] == EACCES, reply.error
    line = site.said(r'refused "' + re.escape(name) + '" in.*',
                     since=mark).string
    for word in words:
        assert word in line, (word, line)
    return line


def soon_refused(site, name, *words):
    """As refused(); a signature that was changed counts after a moment."""
    wait_until(lambda: site.fetch(name).error, f"{name} is refused")
    return refused(site, name, *words)


# --- what is served --------------------------------------------------------

def test_all_of_a_signed_tree(site):
    for name in FILES:
        served(site, name)
        served(site, name)
    log = site.server.log()
    assert "accepting signatures by key" in log
    assert "sandbox: seccomp, second stage" in log


@pytest.mark.parametrize("how", ["minisign", "legacy", "signify"])
def test_each_kind_of_signature(start, keys, how):
    def sign(root):
        for name in FILES:
            if how == "signify":
                keys.signify.sign(root / name)
            else:
                keys.minisign.sign(root / name, legacy=how == "legacy")

    site = start(sign)
    for name in FILES:
        served(site, name)
        served(site, name)


def test_a_manifest_by_signify(start, keys):
    site = start(lambda root: sign_keys.sign_tree(keys.signify, root))
    for name in FILES:
        served(site, name)


def test_a_manifest_in_bsd_format(start, keys):
    def sign(root):
        lines = (line.split("  ") for line in
                 sign_keys.manifest(root).splitlines())
        sign_keys.sign_tree(keys.minisign, root, "".join(
            f"SHA256 (./{name}) = {digest}\n" for digest, name in lines))

    site = start(sign)
    for name in FILES:
        served(site, name)


def test_exempt_files_are_served_and_listed_at_the_start(start):
    site = start(config=CONFIG + "verify-exempt=boot/*\n")
    site.said(r'verify-exempt: not checking "boot/\*"')
    served(site, "boot/menu")
    refused(site, "boot/deep/er/file", "no signature covers it")
    refused(site, "kernel", "no signature covers it")


def test_warn_serves_and_says_what_would_be_refused(start, keys):
    site = start(config=CONFIG.replace("require", "warn"))
    served(site, "kernel")
    site.said('"kernel" in .* would be refused by verify-images=require: '
              'no signature covers it; sign the tree')
    mark = site.server.process.mark()
    sign_keys.sign_tree(keys.minisign, site.root)
    served(site, "kernel")
    (site.root / "initrd").write_bytes(b"changed")
    served(site, "initrd", b"changed")
    line = site.said("would be refused", since=mark).string
    assert '"initrd"' in line and "lists another checksum" in line


def test_off_checks_nothing(start):
    site = start(config=TFTP_CONFIG)
    served(site, "kernel")
    assert "hashd" not in site.server.role_pids()


# --- what is refused -------------------------------------------------------

def flip(path, at=-1):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_without_any_signature(start):
    site = start()
    refused(site, "kernel", "no signature covers it", "pxeguard-sign")
    assert "hashd" in site.server.role_pids()


def test_one_bit_changed_in_a_file(site):
    served(site, "kernel")
    flip(site.root / "kernel", 700_000)
    refused(site, "kernel", '"SHA256SUMS" (key ', "lists another checksum",
            "restore it")
    flip(site.root / "kernel", 700_000)
    served(site, "kernel")
    served(site, "initrd")


def test_one_bit_changed_in_a_manifest(site):
    flip(site.root / "SHA256SUMS", 3)
    for name in FILES:
        refused(site, name, '"SHA256SUMS.minisig"',
                "the signature does not match the content")


@pytest.mark.parametrize("line", [1, 2, 3])
def test_one_bit_changed_in_a_signature(site, line):
    path = site.root / "SHA256SUMS.minisig"
    lines = path.read_text().split("\n")
    lines[line] = lines[line][:30] + \
        chr(ord(lines[line][30]) ^ 1) + lines[line][31:]
    path.write_text("\n".join(lines))
    refused(site, "kernel", '"SHA256SUMS.minisig"')


@pytest.mark.parametrize("sign", ["detached", "manifest"])
def test_an_unknown_key(start, keys, sign):
    def by_other(root):
        if sign == "detached":
            keys.other.sign(root / "kernel")
        else:
            sign_keys.sign_tree(keys.other, root)

    site = start(by_other)
    refused(site, "kernel", "made by an unknown key", "add that key")


def test_a_key_removed_by_a_reload(site):
    served(site, "kernel")
    (site.keys / "minisign.pub").unlink()
    mark = site.server.reload()
    site.said("ready, configuration 2", since=mark)
    refused(site, "kernel", "made by an unknown key")


def test_two_files_exchanged(site):
    kernel, initrd = site.root / "kernel", site.root / "initrd"
    kernel.rename(site.root / "x")
    initrd.rename(kernel)
    (site.root / "x").rename(initrd)
    refused(site, "kernel", "lists another checksum")
    refused(site, "initrd", "lists another checksum")


def test_two_files_exchanged_with_their_signatures(start, keys):
    def sign(root):
        for name in ("kernel", "initrd"):
            keys.minisign.sign(root / name)
        for ending in ("", ".minisig"):
            (root / f"kernel{ending}").rename(root / "x")
            (root / f"initrd{ending}").rename(root / f"kernel{ending}")
            (root / "x").rename(root / f"initrd{ending}")

    site = start(sign)
    refused(site, "kernel", "made for a file of another name")
    refused(site, "initrd", "made for a file of another name")


def test_a_trusted_comment_removed(start, keys):
    """Without it, the signature of minisign is one of signify."""
    def sign(root):
        path = keys.minisign.sign(root / "kernel", legacy=True)
        lines = path.read_text().split("\n")
        path.unlink()
        (root / "kernel.sig").write_text("\n".join(lines[:2]) + "\n")

    refused(start(sign), "kernel", "no trusted comment")


def test_a_detached_signature_decides_over_the_manifest(site, keys):
    served(site, "kernel")
    keys.other.sign(site.root / "kernel")
    soon_refused(site, "kernel", '"kernel.minisig"', "unknown key")
    (site.root / "kernel.minisig").unlink()
    served(site, "kernel")


def test_the_nearest_manifest_decides(site, keys):
    served(site, "boot/menu")
    sign_keys.sign_tree(keys.minisign, site.root / "boot", "# nothing\n")
    soon_refused(site, "boot/menu", '"boot/SHA256SUMS"', "does not list it")
    refused(site, "boot/deep/er/file", '"boot/SHA256SUMS"')
    served(site, "kernel")


@pytest.mark.parametrize("change", ["removed", "damaged", "other key"])
def test_a_manifest_that_is_bad_later(site, keys, change):
    """It counts after a moment, whatever is asked for meanwhile."""
    for name in FILES:
        served(site, name)
    if change == "removed":
        (site.root / "SHA256SUMS.minisig").unlink()
    elif change == "damaged":
        flip(site.root / "SHA256SUMS", 3)
    else:
        keys.other.sign(site.root / "SHA256SUMS")
    for name in FILES:
        soon_refused(site, name)
    sign_keys.sign_tree(keys.minisign, site.root)
    for name in FILES:
        served(site, name)


HASH = "00" * 32


@pytest.mark.parametrize("lines, words", [
    (f"{HASH}  a\n{HASH}  ./a\n", "a name that an earlier line has"),
    (f"{HASH}  ../a\n", 'a name that contains ".."'),
    (f"{HASH}  a\r\n", "carriage return"),
    (f"{HASH}  {'a' * (1 << 20)}\n", "line too long"),
    (f"{HASH}  /etc/passwd\n", "begins with a slash"),
    (f"{HASH[1:]}x  a\n", "checksum"),
    ("hello\n", "sha256sum"),
], ids=["duplicate", "parent", "crlf", "long", "absolute", "hex", "syntax"])
def test_a_manifest_that_is_not_accepted(start, keys, lines, words):
    """It is bad as a whole, also for the files that it lists well."""
    site = start(lambda root: sign_keys.sign_tree(
        keys.minisign, root, sign_keys.manifest(root) + lines))
    refused(site, "kernel", '"SHA256SUMS"', words,
            "line 7" if "earlier" in words else "line 6")


def test_a_manifest_without_a_final_newline(start, keys):
    site = start(lambda root: sign_keys.sign_tree(
        keys.minisign, root, sign_keys.manifest(root).rstrip("\n")))
    for name in FILES:
        served(site, name)


def test_a_manifest_of_100000_lines(start, keys):
    more = "".join(f"{n:064x}  other/{n}\n" for n in range(100_000))
    site = start(lambda root: sign_keys.sign_tree(
        keys.minisign, root, more + sign_keys.manifest(root)))
    for name in FILES:
        served(site, name)


def test_a_link_counts_by_its_own_path(site, keys):
    (site.root / "link").symlink_to("kernel")
    refused(site, "link", "does not list it")
    sign_keys.sign_tree(keys.minisign, site.root)
    served(site, "link", content("kernel"))


def test_a_link_out_of_the_tree(site, keys):
    (site.root / "out").symlink_to("/etc/passwd")
    sign_keys.sign_tree(keys.minisign, site.root)
    reply = site.fetch("out")
    assert reply.data is None and reply.error[0] == 1


def test_a_fifo(site):
    os.mkfifo(site.root / "fifo")
    reply = site.fetch("fifo")
    assert reply.data is None and reply.error[0] == EACCES


def test_a_fifo_in_place_of_a_signature(site):
    os.mkfifo(site.root / "kernel.minisig")
    refused(site, "kernel", '"kernel.minisig"', "not a regular file")
    served(site, "initrd")


# --- what changes ----------------------------------------------------------

def test_a_file_changed_during_a_transfer(site):
    """The transfer ends with the bytes that were checked."""
    found = b""
    with site.read("kernel", {"blksize": 1024}) as read:
        assert read.options()["blksize"] == "1024"
        read.ack(0)
        while True:
            opcode, number, data = read.next()
            assert opcode == packets.DATA
            if number == 3:
                (site.root / "kernel").write_bytes(b"x" * FILES["kernel"])
            found += data
            read.ack(number)
            if len(data) < 1024:
                break
    assert found == content("kernel")
    refused(site, "kernel", "lists another checksum")


def test_a_file_replaced_between_two_requests(site, keys):
    served(site, "kernel")
    (site.root / "new").write_bytes(b"new kernel")
    (site.root / "new").rename(site.root / "kernel")
    refused(site, "kernel", "lists another checksum")
    sign_keys.sign_tree(keys.minisign, site.root)
    served(site, "kernel", b"new kernel")


def test_all_files_are_checked_ahead(start, keys):
    def sign(root):
        sign_keys.sign_tree(keys.minisign, root)
        (root / "boot/new").write_bytes(b"not listed")
        (root / "link").symlink_to("kernel")

    site = start(sign, config=CONFIG + "verify-preload\n")
    site.said(f"verify-preload: done: {len(FILES) + 2} files checked, "
              "2 of them not accepted")
    site.said('refused "boot/new" .*does not list it')
    before = hashed(site)
    for name in FILES:
        served(site, name)
    assert hashed(site) == before


def test_checking_ahead_ends_when_the_cache_is_full(start, keys):
    site = start(lambda root: sign_keys.sign_tree(keys.minisign, root),
                 config=CONFIG + "verify-preload\nverify-cache=1M\n")
    for n in range(4):
        (site.root / f"more{n}").write_bytes(bytes([n]) * 400_000)
    sign_keys.sign_tree(keys.minisign, site.root)
    mark = site.server.reload()
    site.said("verify-preload: verify-cache is full: ", since=mark)
    served(site, "kernel")


# --- files larger than the cache -------------------------------------------

SMALL = CONFIG + "verify-cache=1M\n"
LARGE = 5_000_001


def lay_large(keys, root):
    data = random.Random(2).randbytes(LARGE)
    (root / "large").write_bytes(data)
    sign_keys.sign_tree(keys.minisign, root)
    return data


@pytest.mark.parametrize("how", ["manifest", "detached"])
@pytest.mark.parametrize("mode", ["octet", "netascii"])
def test_a_file_larger_than_the_cache(start, keys, how, mode):
    site = start(config=SMALL)
    data = lay_large(keys, site.root)
    if how == "detached":
        keys.minisign.sign(site.root / "large")
    if mode == "netascii":
        text = b"line\r\nnext\n" * 150_000
        (site.root / "large").write_bytes(text)
        sign_keys.sign_tree(keys.minisign, site.root)
        if how == "detached":
            keys.minisign.sign(site.root / "large")
        reply = site.fetch("large", {"blksize": 1468}, mode="netascii")
        assert reply.error is None, reply.error
        assert reply.data == text.replace(b"\r", b"\r\0").replace(
            b"\n", b"\r\n")
        return
    served(site, "large", data)
    served(site, "large", data)
    served(site, "initrd")
    flip(site.root / "large", 4_000_000)
    refused(site, "large")


def test_a_pure_signature_needs_the_file_in_memory(start, keys):
    site = start(config=SMALL)
    lay_large(keys, site.root)
    keys.signify.sign(site.root / "large")
    refused(site, "large", '"large.sig"', "raise verify-cache")
    keys.signify.sign(site.root / "initrd")
    served(site, "initrd")


@pytest.mark.parametrize("change", ["bytes", "length"])
def test_a_large_file_changed_during_a_transfer(start, keys, change):
    """No byte leaves that was not checked; the transfer ends."""
    site = start(config=SMALL)
    data = lay_large(keys, site.root)
    mark = site.server.process.mark()
    found = b""
    with site.read("large", {"blksize": 1024}) as read:
        assert read.options()["blksize"] == "1024"
        read.ack(0)
        while True:
            opcode, number, payload = read.next()
            if opcode == packets.ERROR:
                break
            assert opcode == packets.DATA
            found += payload
            if number == 100 and change == "bytes":
                with open(site.root / "large", "r+b") as file:
                    file.seek(1_000_000)
                    file.write(b"x")
            elif number == 100:
                os.truncate(site.root / "large", 1_000_000)
            read.ack(number)
    assert 100_000 < len(found) <= 1_000_000
    assert data.startswith(found)
    site.said('"large".*' + ("file was changed after its check"
                             if change == "bytes" else "file was truncated"),
              since=mark)


# --- hashd -----------------------------------------------------------------

def test_hashd_is_replaced(site):
    served(site, "kernel")
    pid = site.server.kill_role("hashd")
    served(site, "kernel")
    served(site, "initrd")
    site.server.wait_role("hashd", other_than=pid)


def hashed(site):
    """Bytes that hashd has read."""
    return sign_keys.read_by(site.server.wait_role("hashd"))


def test_a_check_that_never_ends(site, keys):
    """Each hashd dies while it reads the file: the client may try again."""
    sign_keys.sign_endless(keys.minisign, site.root)
    pid = None
    with site.read("endless", {"blksize": 1024}) as read:
        for _ in range(3):
            pid = site.server.wait_role("hashd", other_than=pid)
            wait_until(lambda: sign_keys.read_by(pid) > 8 << 20,
                       "the file is being read")
            os.kill(pid, signal.SIGKILL)
        assert read.next() == (packets.ERROR, 0, b"server is busy\0")
    site.said('refused "endless" in .*: it could not be checked, as hashd '
              "ended")
    served(site, "kernel")


def test_a_hundred_clients_cause_one_check(site, keys):
    """They ask while hashd stands still, and are answered when it goes on."""
    data = random.Random(1).randbytes(3_000_000)
    (site.root / "large").write_bytes(data)
    sign_keys.sign_tree(keys.minisign, site.root)
    served(site, "empty")      # the manifest is known
    crowd = [site.client(f"192.168.1.{n}") for n in range(100, 110)]
    before = hashed(site)
    hashd = site.server.wait_role("hashd")
    with contextlib.ExitStack() as stack:
        os.kill(hashd, signal.SIGSTOP)
        stack.callback(os.kill, hashd, signal.SIGCONT)
        reads = []
        for n in range(100):
            # One address may have few transfers that it has not answered.
            reads.append(site.read("large", {"blksize": 1024},
                                   client=crowd[n % len(crowd)]))
            stack.callback(reads[-1].socket.close)
            reads[-1].ask()
        # Nobody else waits.
        served(site, "empty")
        os.kill(hashd, signal.SIGCONT)
        for read in reads:
            assert read.options()["blksize"] == "1024"
            read.abort()
    assert hashed(site) - before < 2 * len(data)
    served(site, "large", data)


# --- the configuration -----------------------------------------------------

def check(site, config):
    """The status of --test, and what it says."""
    site.namespace.path("/run/check.conf").write_text(config)
    done = site.namespace.run(PXEGUARD, "--test", "-C", "/run/check.conf",
                              check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_check_of_a_configuration_looks_at_keys(start):
    site = start(config=TFTP_CONFIG)
    status, said = check(site, CONFIG)
    assert status == 0
    assert re.fullmatch(
        r"\S+: note: signatures are not checked here; [^\n]*\n"
        r"the configuration is correct \(0 warnings\)\n", said)
    key = site.keys / "minisign.pub"
    text = key.read_bytes()

    def wrong(words, config=CONFIG):
        status, said = check(site, config)
        assert status == 1 and words in said, said

    wrong("no key is given to check signatures with",
          TFTP_CONFIG + "verify-images=require\n")
    wrong("/run/nowhere: No such file or directory; write the path",
          CONFIG.replace(KEYS, "/run/nowhere"))
    os.chmod(key, 0o664)
    wrong("minisign.pub: mode 0664 lets others than root write; chmod go-w")
    os.chmod(key, 0o644)
    os.chown(key, 1, 0)
    wrong("minisign.pub: belongs to user 1, who could replace it; chown root")
    os.chown(key, 0, 0)
    os.chmod(site.keys, 0o777)
    wrong("verify-key /run/verify-keys: mode 0777 lets others")
    os.chmod(site.keys, 0o755)
    key.write_bytes(b"nonsense\n")
    wrong("minisign.pub: ")
    key.write_bytes(text)
    assert check(site, CONFIG)[0] == 0
    for path in site.keys.glob("*.pub"):
        path.unlink()
    wrong("no key in this folder")


def test_a_reload_with_a_bad_key_changes_nothing(site):
    (site.keys / "bad.pub").write_text("nonsense\n")
    mark = site.server.reload()
    site.said("bad.pub", since=mark)
    site.said("keeping the running configuration", since=mark)
    served(site, "kernel")


def test_it_is_turned_on_and_off_by_a_reload(start):
    site = start(config=TFTP_CONFIG)
    served(site, "kernel")
    mark = site.server.reload(CONFIG)
    site.said("ready, configuration 2", since=mark)
    refused(site, "kernel", "no signature covers it")
    mark = site.server.reload(TFTP_CONFIG)
    site.said("ready, configuration 3", since=mark)
    served(site, "kernel")
    wait_until(lambda: "hashd" not in site.server.role_pids(), "hashd ends")


# --- the sandbox -----------------------------------------------------------

def test_hashd_is_confined(site):
    served(site, "kernel")
    pid = site.server.wait_role("hashd")
    assert os.listdir(f"/proc/{pid}/root/") == []
    fields = proc.status(pid)
    assert fields["Seccomp"] == "2" and fields["NoNewPrivs"] == "1"
    assert fields["Groups"] == ""
    assert fields["Uid"].split() == \
        [str(pwd.getpwnam("pxeguard-hashd").pw_uid)] * 4
    for which in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert proc.capabilities(pid, which) == set()
    # Channels to the parent and imaged; no file is left of what it hashed.
    links = proc.descriptors(pid)
    assert not any(target.startswith(("/srv", "/memfd"))
                   for target, _ in links.values()), links
