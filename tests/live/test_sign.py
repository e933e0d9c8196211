"""pxeguard-sign: keys, manifests, signatures and what verify says of them."""

import os
import pty
import re
import select
import shutil
import subprocess
import threading
import time

import pytest

from lab.patience import LONG_S
from lab.signing import PXEGUARD_SIGN, Signer, verdicts

TREE = {"pxelinux.0": b"loader", "pxelinux.cfg/default": b"menu",
        "debian/linux": b"k" * 3_000_000, "a b": b"", "back\\slash": b"x"}


@pytest.fixture
def signer(tmp_path):
    return Signer(tmp_path)


@pytest.fixture
def tree(tmp_path):
    """A boot tree, not yet signed."""
    for name, content in TREE.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "tree"


@pytest.fixture
def signed(signer, tree):
    signer.keygen()
    signer.good("sign", "tree")
    return tree


def listed(tree):
    lines = (tree / "SHA256SUMS").read_text().splitlines()
    return sorted(line.split("  ", 1)[1] for line in lines)


def leftovers(folder):
    return list(folder.rglob(".pxeguard-sign-*"))


# --- keys ------------------------------------------------------------------

def test_keygen_writes_two_files_and_overwrites_none(signer, tmp_path):
    out = signer.keygen()
    secret = tmp_path / ".pxeguard/sign.key"
    assert (secret.stat().st_mode & 0o777) == 0o600
    assert str(secret) in out
    before = secret.read_bytes()
    assert "is there already" in signer.bad("keygen", "-W")
    assert secret.read_bytes() == before
    # Neither by a link: the file that it leads to is not made.
    (tmp_path / "a.key").symlink_to(tmp_path / "elsewhere")
    assert "cannot make the key file" in signer.bad(
        "keygen", "-W", "-p", "a.pub", "-s", "a.key")
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "a.pub").exists()


def test_keygen_leaves_no_secret_key_alone(signer, tmp_path):
    (tmp_path / "no").mkdir()
    (tmp_path / "no").rmdir()
    signer.bad("keygen", "-W", "-p", "no/a.pub", "-s", "a.key")
    assert not (tmp_path / "a.key").exists()


def terminal(folder, argv, answers, stderr=None):
    """Runs a program on a terminal of its own; returns status and output."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ["HOME"] = str(folder)
        os.execv(argv[0], argv)
    seen, end = b"", time.monotonic() + LONG_S
    answers = list(answers)
    try:
        while time.monotonic() < end:
            if not select.select([master], [], [], 1)[0]:
                continue
            try:
                piece = os.read(master, 65536)
            except OSError:     # the program has ended
                break
            if not piece:
                break
            seen += piece
            if answers and answers[0][0] in seen:
                os.write(master, answers.pop(0)[1])
    finally:
        os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


# scrypt takes 1 GiB of memory, and 3 s: one test at a time, and one key.
@pytest.mark.xdist_group("scrypt")
def test_passwords(signer, tree, tmp_path):
    """From a terminal, without an echo, from a file and from a pipe."""
    argv = [str(PXEGUARD_SIGN), "keygen", "-p", "a.pub", "-s", "a.key"]
    status, seen = terminal(tmp_path, argv, [
        (b"new key: ", b"geheim\n"), (b"again: ", b"Geheim\n")])
    assert status == 2 and "the two passwords differ" in seen
    assert not (tmp_path / "a.key").exists()
    status, seen = terminal(tmp_path, argv, [
        (b"new key: ", b"geheim\n"), (b"again: ", b"geheim\n")])
    assert status == 0, seen
    assert "geheim" not in seen
    assert "encrypted" in (tmp_path / "a.key").read_text()
    status, seen = terminal(tmp_path, argv[:1] + [
        "sign", "-s", "a.key", str(PXEGUARD_SIGN)], [(b"sword: ", b"\x03\n")])
    assert status == 2 and "Interrupted" in seen
    (tmp_path / "password").write_text("geheim\nmore\n")
    signer.good("sign", "-s", "a.key", "--password-file=password", "tree")
    assert "wrong password" in signer.bad(
        "sign", "-s", "a.key", "--password-file=-", "tree", stdin="Geheim")
    assert "no terminal" in signer.bad("sign", "-s", "a.key", "tree")


def test_passwords_that_are_none(signer, tmp_path):
    assert "password is empty" in signer.bad(
        "keygen", "-p", "b.pub", "-s", "b.key", "--password-file=-")
    assert "too long" in signer.bad(
        "keygen", "-p", "b.pub", "-s", "b.key", "--password-file=-",
        stdin="x" * 2000)
    assert not (tmp_path / "b.key").exists()


@pytest.mark.parametrize("text, why", [
    ("", "wrong number of lines"),
    ("rubbish\n", "does not begin with"),
    ("untrusted comment: x\nAAAA\n", "invalid base64"),
    ("x" * 20000, "File too large"),
])
def test_public_keys_that_are_none(signer, signed, tmp_path, text, why):
    (tmp_path / "bad.pub").write_text(text)
    said = signer.bad("verify", "-p", "bad.pub", "tree")
    assert "bad.pub" in said and why in said


def test_secret_keys_that_are_none(signer, tree, tmp_path):
    assert "keygen" in signer.bad("sign", "tree")   # the next step
    signer.keygen()
    said = signer.bad("sign", "-s", ".pxeguard/sign.pub", "tree")
    assert "not a secret key of minisign" in said
    secret = tmp_path / ".pxeguard/sign.key"
    secret.chmod(0o644)
    done = signer.pxeguard_sign("sign", "tree")
    assert done.returncode == 0 and "others may read" in done.stderr


# --- trees -----------------------------------------------------------------

def test_a_signed_tree_verifies(signer, signed):
    assert listed(signed) == sorted(
        name.replace("\\", "\\\\") for name in TREE)
    found = verdicts(signer.good("verify", "tree"))
    assert found == dict.fromkeys([*TREE, "SHA256SUMS"], "signed")
    assert signer.good("verify", "-q", "tree") == \
        "tree: 6 signed, 0 changed, 0 missing, 0 unlisted\n"
    for name in ("SHA256SUMS", "SHA256SUMS.minisig"):
        assert (signed / name).stat().st_mode & 0o777 == 0o644
    assert leftovers(signed) == []


def test_verify_names_what_is_wrong(signer, signed):
    (signed / "debian/linux").write_bytes(b"k" * 2_999_999 + b"K")
    (signed / "pxelinux.0").unlink()
    (signed / "new").write_bytes(b"")
    found = verdicts(signer.bad("verify", "tree", status=1))
    assert found["debian/linux"] == "changed"
    assert found["pxelinux.0"] == "missing"
    assert found["new"] == "unlisted"
    assert found["pxelinux.cfg/default"] == "signed"
    assert verdicts(signer.bad("verify", "-q", "tree", status=1)).keys() == \
        {"debian/linux", "pxelinux.0", "new"}


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.minisig"])
def test_one_bit_of_manifest_or_signature(signer, signed, name):
    content = bytearray((signed / name).read_bytes())
    content[-30] ^= 1
    (signed / name).write_bytes(content)
    done = signer.pxeguard_sign("verify", "tree")
    assert done.returncode == 1 and "SHA256SUMS" in done.stderr
    found = verdicts(done.stdout)
    assert found.pop("SHA256SUMS") != "signed"
    assert found == dict.fromkeys(TREE, "bad manifest")


def test_another_key(signer, signed):
    signer.good("keygen", "-W", "-p", "b.pub", "-s", "b.key")
    done = signer.pxeguard_sign("verify", "-p", "b.pub", "tree")
    assert done.returncode == 1 and "made by an unknown key" in done.stderr
    # With both it is good, also from a folder.
    signer.good("verify", "-p", "b.pub", "-p", ".pxeguard/sign.pub", "tree")
    (signed.parent / "keys").mkdir()
    (signed.parent / "keys/.hidden").write_text("rubbish")
    assert "holds no keys" in signer.bad("verify", "-p", "keys", "tree")
    shutil.copy(signed.parent / ".pxeguard/sign.pub", signed.parent / "keys")
    signer.good("verify", "-p", "keys", "tree")


def test_two_keys_of_one_id(signer, signed, tmp_path):
    key = tmp_path / ".pxeguard/sign.pub"
    comment, text = key.read_text().splitlines()
    other = "B" if text[-1] != "B" else "C"
    (tmp_path / "b.pub").write_text(f"{comment}\n{text[:-1]}{other}\n")
    assert "another key has the same id" in signer.bad(
        "verify", "-p", key, "-p", "b.pub", "tree")


def test_a_folder_that_begins_like_another(signer, signed):
    (signed / "debian-12").mkdir()
    (signed / "debian-12/linux").write_bytes(b"")
    signer.good("verify", "tree/debian")


def test_an_unsigned_tree(signer, tree):
    signer.keygen()
    found = verdicts(signer.bad("verify", "tree", status=1))
    assert found == dict.fromkeys(TREE, "unsigned")


def test_links(signer, tree, tmp_path):
    """As the server: absolute links begin at the root of the tree."""
    (tmp_path / "outside").write_bytes(b"secret")
    (tree / "link").symlink_to("pxelinux.0")
    (tree / "absolute").symlink_to("/pxelinux.0")
    (tree / "cfg").symlink_to("pxelinux.cfg")
    (tree / "debian/up").symlink_to("..")
    (tree / "self").symlink_to("self")
    (tree / "out").symlink_to("../outside")
    (tree / "out-absolute").symlink_to(tmp_path / "outside")
    os.mkfifo(tree / "fifo")
    signer.keygen()
    done = signer.pxeguard_sign("sign", "tree")
    assert done.returncode == 0
    want = {name.replace("\\", "\\\\") for name in TREE}
    assert set(listed(tree)) == \
        want | {"link", "absolute", "cfg/default"}
    for name in ("self", "out", "out-absolute"):
        assert f"{name}: leads to nothing inside the tree" in done.stderr
    assert "debian/up: a link to a folder above it" in done.stderr
    assert "fifo: not a regular file" in done.stderr
    done = signer.pxeguard_sign("verify", "tree")
    assert done.returncode == 0
    assert verdicts(done.stdout)["cfg/default"] == "signed"
    # A part of it, by the manifest above.
    done = signer.pxeguard_sign("verify", "tree/debian")
    assert verdicts(done.stdout) == {"debian/linux": "signed"}
    assert done.returncode == 0 and "debian/up: a link" in done.stderr


def test_linked_folders_that_multiply(signer, tmp_path):
    """Each of 12 folders has links to all others: the walk ends."""
    for i in range(12):
        (tmp_path / f"tree/{i}").mkdir(parents=True)
        for j in range(12):
            (tmp_path / f"tree/{i}/{j}").symlink_to(f"../{j}")
    signer.keygen()
    done = signer.pxeguard_sign("sign", "tree")
    assert done.returncode == 2
    assert "do links multiply them?" in done.stderr


def test_many_folders_below_a_link(signer, tmp_path):
    """All of them count, not the linked one alone."""
    for i in range(10_001):
        (tmp_path / f"tree/real/{i}").mkdir(parents=True)
    signer.keygen()
    signer.good("sign", "tree")
    (tmp_path / "tree/link").symlink_to("real")
    assert "more than 10000 folders below links" in signer.bad("sign", "tree")


def test_writing_follows_no_link(signer, tree, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    for name in ("SHA256SUMS", "SHA256SUMS.minisig", "pxelinux.0.minisig"):
        (tree / name).symlink_to("../victim")
    signer.keygen()
    done = signer.pxeguard_sign("sign", "tree")
    assert done.returncode == 0, done.stderr
    signer.good("sign", "tree/pxelinux.0")
    assert victim.read_bytes() == b"mine"
    for name in ("SHA256SUMS", "SHA256SUMS.minisig", "pxelinux.0.minisig"):
        assert not (tree / name).is_symlink()
    signer.good("verify", "tree")


def test_a_folder_with_its_own_manifest(signer, signed):
    signer.good("keygen", "-W", "-p", "b.pub", "-s", "b.key")
    signer.good("sign", "-s", "b.key", "tree/debian")
    # The nearest manifest decides, and its key is unknown.
    done = signer.pxeguard_sign("verify", "tree")
    found = verdicts(done.stdout)
    assert done.returncode == 1 and "debian/SHA256SUMS" in done.stderr
    assert found["debian/linux"] == "bad manifest"
    assert found["pxelinux.0"] == "signed"
    signer.good("verify", "-p", "b.pub", "-p", ".pxeguard/sign.pub", "tree")
    done = signer.pxeguard_sign("sign", "tree")
    assert done.returncode == 0
    assert "debian/linux" not in listed(signed)
    assert "debian: has a signed manifest of its own" in done.stderr
    # Without its signature it is a file as any other.
    (signed / "debian/SHA256SUMS.minisig").unlink()
    signer.good("sign", "tree")
    assert {"debian/linux", "debian/SHA256SUMS"} <= set(listed(signed))


def test_names_are_escaped(signer, tree):
    (tree / "line\nfeed").write_bytes(b"1")
    (tree / "escape\x1b[2J").write_bytes(b"2")
    signer.keygen()
    signer.good("sign", "tree")
    out = signer.good("verify", "tree")
    assert "line\\x0afeed: signed" in out and "\x1b" not in out
    assert "control characters" in signer.bad("sign", "tree/line\nfeed")


def test_a_tree_that_cannot_be_read(signer, signed):
    before = (signed / "SHA256SUMS").read_bytes()
    done = signer.call("prlimit", "--nofile=6", PXEGUARD_SIGN, "sign", "tree")
    assert done.returncode == 2 and "Too many open files" in done.stderr
    assert (signed / "SHA256SUMS").read_bytes() == before
    assert leftovers(signed) == []


def test_no_room(signer, signed):
    """Nothing is half written if the disk is full."""
    before = (signed / "SHA256SUMS").read_bytes()
    done = signer.call("prlimit", "--fsize=100", "sh", "-c",
                       f"trap '' XFSZ; exec {PXEGUARD_SIGN} sign tree")
    assert done.returncode == 2 and "cannot write SHA256SUMS" in done.stderr
    assert (signed / "SHA256SUMS").read_bytes() == before
    assert leftovers(signed) == []
    signer.good("verify", "tree")


def test_output_that_nobody_reads(signer, signed):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PXEGUARD_SIGN, "verify", "-p",
                               signed.parent / ".pxeguard/sign.pub", signed],
                              stdout=full, stderr=subprocess.PIPE,
                              timeout=LONG_S, check=False)
    assert done.returncode == 2 and b"standard output" in done.stderr


def test_a_progress_bar_on_a_terminal_only(signer, tree, tmp_path):
    (tree / "large").write_bytes(bytes(300_000_000))
    signer.keygen()
    assert "[" not in signer.pxeguard_sign("sign", "tree").stderr
    status, seen = terminal(
        tmp_path, [str(PXEGUARD_SIGN), "sign", "tree"], [])
    assert status == 0 and re.search(r"\[#+\.*\] \d+ of 288 MiB\r", seen)
    assert "[" not in seen.rpartition("\r")[2].removeprefix("\x1b[K")


def test_a_file_that_changes_meanwhile(signer, tree):
    """Somebody appends to it until the program has ended."""
    signer.keygen()
    (tree / "large").write_bytes(bytes(100_000_000))
    ended = threading.Event()

    def append():
        with (tree / "large").open("ab", buffering=0) as file:
            while not ended.wait(0.005):
                file.write(b"x")

    writer = threading.Thread(target=append)
    writer.start()
    try:
        said = signer.bad("sign", "tree")
    finally:
        ended.set()
        writer.join()
    assert "large: changed while it was read" in said
    assert not (tree / "SHA256SUMS").exists()


def test_a_name_that_begins_like_a_missing_one(signer, tree):
    (tree / "pxelinux.0.bak").write_bytes(b"old")
    (tree / "pxe").write_bytes(b"")
    signer.keygen()
    signer.good("sign", "tree")
    (tree / "pxelinux.0").unlink()
    found = verdicts(signer.bad("verify", "-q", "tree", status=1))
    assert found == {"pxelinux.0": "missing"}


# --- serials ---------------------------------------------------------------

def serial(tree):
    text = (tree / "SHA256SUMS.minisig").read_text()
    found = re.findall(r"\tserial:(\d+)$", text, re.M)
    return int(found[0]) if found else None


def test_serials(signer, signed):
    assert serial(signed) is None
    signer.good("sign", "--serial=next", "tree")
    assert serial(signed) == 1
    signer.good("sign", "--serial=next", "tree")
    assert serial(signed) == 2
    signer.good("sign", "--serial=2026113001", "tree")
    assert serial(signed) == 2026113001
    assert "--serial=next" in signer.bad("sign", "tree")
    assert serial(signed) == 2026113001
    signer.good("sign", "--serial=2026113001", "tree")
    done = signer.pxeguard_sign("sign", "--serial=7", "tree")
    assert done.returncode == 0 and "lower than 2026113001" in done.stderr
    assert serial(signed) == 7
    signer.good("sign", "--serial=none", "tree")
    assert serial(signed) is None
    signer.good("sign", "--serial=9223372036854775807", "tree")
    assert "highest" in signer.bad("sign", "--serial=next", "tree")


def test_the_next_serial_is_not_taken_from_a_stranger(signer, signed):
    signer.good("sign", "--serial=3", "tree")
    signature = signed / "SHA256SUMS.minisig"
    signature.write_text(signature.read_text().replace(
        "serial:3", "serial:9223372036854775806"))
    said = signer.bad("sign", "--serial=next", "tree")
    assert "the trusted comment was changed" in said and "--serial=N" in said
    signer.good("sign", "--serial=4", "tree")
    assert serial(signed) == 4


@pytest.mark.parametrize("word", [
    "", "-1", "1x", "0x1", "9223372036854775808", "99999999999999999999"])
def test_bad_serials(signer, signed, word):
    assert "not next, none or a number" in signer.bad(
        "sign", f"--serial={word}", "tree")


# --- single files ----------------------------------------------------------

def test_a_detached_signature(signer, tree):
    signer.keygen()
    signer.good("sign", "tree/pxelinux.0")
    assert signer.good("verify", "tree/pxelinux.0").startswith(
        "tree/pxelinux.0: signed\n")
    found = verdicts(signer.bad("verify", "tree", status=1))
    assert found["pxelinux.0"] == "signed" and found["a b"] == "unsigned"
    assert "pxelinux.0.minisig" not in found
    (tree / "pxelinux.0").write_bytes(b"Loader")
    assert "tree/pxelinux.0: changed" in signer.bad(
        "verify", "tree/pxelinux.0", status=1)


def test_it_decides_over_the_manifest(signer, signed):
    (signed / "pxelinux.0").write_bytes(b"new")
    signer.good("sign", "tree/pxelinux.0")
    assert verdicts(signer.good("verify", "tree"))["pxelinux.0"] == "signed"
    (signed / "pxelinux.0").write_bytes(TREE["pxelinux.0"])
    signer.bad("verify", "tree", status=1)
    # A bad one is not passed over for the manifest.
    (signed / "pxelinux.0.minisig").write_text("rubbish")
    found = verdicts(signer.bad("verify", "tree", status=1))
    assert found["pxelinux.0"].startswith("bad signature: ")
    signer.bad("verify", "tree/pxelinux.0", status=1)


def test_a_signature_of_no_file_is_a_file(signer, tree):
    (tree / "lone.sig").write_bytes(b"1")
    (tree / "lone.minisig").write_bytes(b"2")
    signer.keygen()
    signer.good("sign", "tree")
    assert {"lone.sig", "lone.minisig"} <= set(listed(tree))
    assert verdicts(signer.good("verify", "tree"))["lone.sig"] == "signed"


def test_of_two_signatures_that_of_minisign_decides(signer, tree):
    """As that of iPXE's imgverify, which pxeguard cannot read."""
    signer.keygen()
    (tree / "pxelinux.0.sig").write_bytes(b"CMS")
    said = signer.bad("verify", "tree/pxelinux.0", status=1)
    assert "bad signature: " in said
    signer.good("sign", "tree/pxelinux.0")
    signer.good("verify", "tree/pxelinux.0")


@pytest.mark.parametrize("link", ["a-link", "z-link"])
def test_one_file_by_a_manifest_and_a_signature(signer, tree, link):
    """It is read once, for two kinds of checksums."""
    (tree / link).symlink_to("pxelinux.0")
    signer.keygen()
    signer.good("sign", "tree")
    signer.good("sign", f"tree/{link}")
    signer.good("verify", "tree")
    (tree / f"{link}.minisig").unlink()
    signer.good("sign", "tree/pxelinux.0")
    signer.good("verify", "tree")


def test_two_files_swapped_with_their_signatures(signer, tree):
    signer.keygen()
    for name in ("pxelinux.0", "a b"):
        signer.good("sign", f"tree/{name}")
    for ending in ("", ".minisig"):
        (tree / f"pxelinux.0{ending}").rename(tree / "x")
        (tree / f"a b{ending}").rename(tree / f"pxelinux.0{ending}")
        (tree / "x").rename(tree / f"a b{ending}")
    said = signer.bad("verify", "tree/pxelinux.0", status=1)
    assert "made for a file of another name" in said


def test_one_file_by_the_manifest_above(signer, signed):
    signer.good("verify", "tree/pxelinux.cfg/default")
    (signed / "pxelinux.cfg/new").write_bytes(b"")
    assert "new: unlisted" in signer.bad(
        "verify", "tree/pxelinux.cfg/new", status=1)
    signer.good("verify", "tree/SHA256SUMS")
    # Half of a signed manifest does not end the search.
    for name in "SHA256SUMS", "SHA256SUMS.minisig":
        half = signed / "pxelinux.cfg" / name
        half.write_bytes(b"")
        signer.good("verify", "tree/pxelinux.cfg/default")
        half.unlink()


def test_what_is_no_file(signer, signed, tmp_path):
    os.mkfifo(signed / "fifo")
    assert "not a regular file" in signer.bad("verify", "tree/fifo")
    assert "not a regular file" in signer.bad("sign", "tree/fifo")
    assert "No such file" in signer.bad("verify", "tree/none")
    assert "omit --serial" in signer.bad(
        "sign", "--serial=1", "tree/pxelinux.0")


# --- the command line ------------------------------------------------------

@pytest.mark.parametrize("argv, words", [
    ((), "no command"),
    (("frob",), "not keygen, sign or verify"),
    (("sign",), "takes one tree or file"),
    (("sign", "a", "b"), "takes one tree or file"),
    (("keygen", "a"), "takes no argument"),
    (("keygen", "-W", "-p", "a"), "both of -p and -s"),
    (("keygen", "-W", "--password-file=a"), "exclude each other"),
    (("verify", "-W", "a"), "does not take this option"),
    (("sign", "-q", "a"), "does not take this option"),
    (("verify", "--frob", "a"), "--frob"),
])
def test_usage_errors(signer, argv, words):
    assert words in signer.bad(*argv)


def test_help_and_version(signer):
    assert signer.good("--help") == signer.good("sign", "--help")
    assert signer.good("--version").startswith("pxeguard-sign ")
