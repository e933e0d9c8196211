"""pxeguard-sign beside minisign, signify-openbsd and sha256sum."""

import shutil

import pytest

from lab.process import need
from lab.signing import Signer, verdicts

INSTALLER = "/usr/lib/debian-installer/images/12/amd64/text"


@pytest.fixture
def signer(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/kernel").write_bytes(b"kernel" * 100_000)
    (tmp_path / "tree/initrd").write_bytes(b"initrd" * 100_000)
    return Signer(tmp_path)


@pytest.fixture
def installer(tmp_path):
    """Debian's installer, as its package lays it down."""
    shutil.copytree(INSTALLER, tmp_path / "installer", symlinks=True)
    return tmp_path / "installer"


def worked(done):
    assert done.returncode == 0, done.stdout + done.stderr
    return done


# --- ours, checked by others -----------------------------------------------

def test_minisign_takes_our_keys_and_signatures(signer, tmp_path):
    signer.keygen()
    signer.good("sign", "--serial=3", "tree")
    signer.good("sign", "tree/kernel")
    for name in ("SHA256SUMS", "kernel"):
        worked(signer.minisign("-V", "-p", ".pxeguard/sign.pub", "-m",
                               f"tree/{name}"))
    (tmp_path / "tree/kernel").write_bytes(b"Kernel")
    assert signer.minisign("-V", "-p", ".pxeguard/sign.pub", "-m",
                           "tree/kernel").returncode != 0
    # minisign signs with our secret key, and we take that.
    worked(signer.minisign("-S", "-s", ".pxeguard/sign.key", "-m",
                           "tree/kernel"))
    signer.good("verify", "tree/kernel")


# scrypt takes 1 GiB of memory: one test at a time.
@pytest.mark.xdist_group("scrypt")
def test_minisign_takes_our_password(signer):
    signer.good("keygen", "-p", "a.pub", "-s", "a.key", "--password-file=-",
                stdin="geheim\n")
    worked(signer.minisign("-S", "-s", "a.key", "-m", "tree/kernel",
                           stdin="geheim\n"))
    signer.good("verify", "-p", "a.pub", "tree/kernel")


def test_sha256sum_takes_our_manifest(signer, tmp_path):
    (tmp_path / "tree/a b").write_bytes(b"1")
    (tmp_path / "tree/back\\slash").write_bytes(b"2")
    (tmp_path / "tree/line\nfeed").write_bytes(b"3")
    (tmp_path / "tree/return\r").write_bytes(b"4")
    (tmp_path / "tree/link").symlink_to("kernel")
    signer.keygen()
    signer.good("sign", "tree")
    done = worked(signer.call("env", "-C", "tree", "sha256sum", "--strict",
                              "-c", "SHA256SUMS"))
    assert done.stdout.count(": OK\n") == 7


# --- theirs, checked by us -------------------------------------------------

@pytest.mark.xdist_group("scrypt")
@pytest.mark.parametrize("password", ["", "geheim\n"])
def test_we_take_keys_of_minisign(signer, password):
    worked(signer.minisign("-G", "-p", "m.pub", "-s", "m.key",
                           *([] if password else ["-W"]),
                           stdin=password * 2))
    words = ["--password-file=-"] if password else []
    signer.good("sign", "-s", "m.key", *words, "tree", stdin=password)
    signer.good("verify", "-p", "m.pub", "tree")
    worked(signer.minisign("-V", "-p", "m.pub", "-m", "tree/SHA256SUMS"))


@pytest.mark.parametrize("legacy", [False, True])
def test_we_take_signatures_of_minisign(signer, tmp_path, legacy):
    worked(signer.minisign("-G", "-W", "-p", "m.pub", "-s", "m.key"))
    worked(signer.minisign("-S", *(["-l"] if legacy else []), "-s", "m.key",
                           "-m", "tree/kernel", "tree/initrd"))
    signer.good("verify", "-p", "m.pub", "tree")
    for name in ("kernel", "initrd"):
        worked(signer.minisign("-V", *(["-l"] if legacy else []), "-p",
                               "m.pub", "-m", f"tree/{name}"))
    # Swapped with their signatures: minisign's comment has the names.
    for ending in ("", ".minisig"):
        (tmp_path / f"tree/kernel{ending}").rename(tmp_path / "x")
        (tmp_path / f"tree/initrd{ending}").rename(
            tmp_path / f"tree/kernel{ending}")
        (tmp_path / "x").rename(tmp_path / f"tree/initrd{ending}")
    worked(signer.minisign("-V", "-p", "m.pub", "-m", "tree/kernel"))
    found = verdicts(signer.bad("verify", "-p", "m.pub", "tree", status=1))
    assert set(found.values()) == {
        "bad signature: made for a file of another name"}


def test_a_serial_of_minisign(signer, tmp_path):
    worked(signer.minisign("-G", "-W", "-p", "m.pub", "-s", "m.key"))
    worked(signer.call("sh", "-c",
                       "cd tree && sha256sum kernel initrd >SHA256SUMS"))
    worked(signer.minisign("-S", "-s", "m.key", "-m", "tree/SHA256SUMS",
                           "-t", "serial:41"))
    signer.good("verify", "-p", "m.pub", "tree")
    signer.good("sign", "-s", "m.key", "--serial=next", "tree")
    assert "\tserial:42\n" in (
        tmp_path / "tree/SHA256SUMS.minisig").read_text()


def test_we_take_keys_and_signatures_of_signify(signer, tmp_path):
    worked(signer.signify("-G", "-n", "-p", "s.pub", "-s", "s.sec"))
    worked(signer.call("sh", "-c",
                       "cd tree && sha256sum --tag kernel >SHA256SUMS"))
    for name in ("SHA256SUMS", "initrd"):
        worked(signer.signify("-S", "-s", "s.sec", "-m", f"tree/{name}",
                              "-x", f"tree/{name}.sig"))
    signer.good("verify", "-p", "s.pub", "tree")
    (tmp_path / "tree/initrd").write_bytes(b"Initrd")
    found = verdicts(signer.bad("verify", "-p", "s.pub", "tree", status=1))
    assert found == {"SHA256SUMS": "signed", "kernel": "signed",
                     "initrd": "changed"}
    # A secret key of signify is not one of minisign.
    assert "not a secret key of minisign" in signer.bad(
        "sign", "-s", "s.sec", "tree")


def test_a_comment_cannot_be_removed(signer, tmp_path):
    """What is left looks like a signature of signify, which takes it."""
    worked(signer.minisign("-G", "-W", "-p", "m.pub", "-s", "m.key"))
    worked(signer.minisign("-S", "-l", "-s", "m.key", "-m", "tree/kernel",
                           "-x", "x"))
    lines = (tmp_path / "x").read_text().splitlines(True)
    (tmp_path / "tree/kernel.sig").write_text("".join(lines[:2]))
    worked(signer.signify("-V", "-p", "m.pub", "-m", "tree/kernel", "-x",
                          "tree/kernel.sig"))
    assert "no trusted comment" in signer.bad(
        "verify", "-p", "m.pub", "tree/kernel", status=1)


@pytest.mark.parametrize("words", [(), ("--tag",), ("--binary",)])
def test_we_take_manifests_of_sha256sum(signer, tmp_path, words):
    (tmp_path / "tree/back\\slash").write_bytes(b"2")
    (tmp_path / "tree/line\nfeed").write_bytes(b"3")
    (tmp_path / "tree/) = ").write_bytes(b"4")
    worked(signer.call("sh", "-c", "cd tree && find . -type f -exec "
                       f"sha256sum {' '.join(words)} '{{}}' + >../sums && "
                       "mv ../sums SHA256SUMS"))
    worked(signer.minisign("-G", "-W", "-p", "m.pub", "-s", "m.key"))
    worked(signer.minisign("-S", "-s", "m.key", "-m", "tree/SHA256SUMS"))
    assert "6 signed, 0 changed, 0 missing, 0 unlisted" in \
        signer.good("verify", "-p", "m.pub", "tree")


# --- Debian's installer ----------------------------------------------------

def test_debians_installer(signer, installer):
    need("sha256sum", "coreutils")
    signer.keygen()
    done = signer.pxeguard_sign("sign", "--serial=next", "installer")
    assert done.returncode == 0, done.stderr
    count = int(done.stdout.split()[1])
    assert count > 100
    assert f"{count + 1} signed, 0 changed, 0 missing, 0 unlisted" in \
        signer.pxeguard_sign("verify", "-q", "installer").stdout
    worked(signer.minisign("-V", "-p", ".pxeguard/sign.pub", "-m",
                           "installer/SHA256SUMS"))
    checked = worked(signer.call("env", "-C", "installer", "sha256sum",
                                 "--strict", "-c", "SHA256SUMS"))
    assert checked.stdout.count(": OK\n") == count
    # pxelinux.0 is a link there.
    assert "  pxelinux.0\n" in (installer / "SHA256SUMS").read_text()
    kernel = installer / "debian-installer/amd64/linux"
    content = bytearray(kernel.read_bytes())
    content[len(content) // 2] ^= 0x10
    kernel.write_bytes(content)
    done = signer.pxeguard_sign("verify", "-q", "installer")
    assert done.returncode == 1
    assert "debian-installer/amd64/linux: changed\n" in done.stdout
