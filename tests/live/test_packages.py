"""The Makefile names every Debian package that its targets need."""

import functools
import os
import shutil
import subprocess

import pytest

from lab.daemon import REPOSITORY

# What the recipes, the laboratory and the tests call, by the list that must
# bring it along.
PROGRAMS = {
    "PKGS_BUILD": ("cc", "ar", "pkg-config"),
    "PKGS_DEMO": (
        "python3", "unshare", "nsenter", "setpriv", "mount", "ip", "useradd",
        "getent", "install", "cp", "chown", "mkdir", "cat", "sh",
        "qemu-system-x86_64"),
    "PKGS_CHECK": (
        "bash", "find", "xargs", "pgrep", "strace", "openssl", "wget",
        "sort", "sed", "grep", "timeout", "diff",
        "clang-format", "mandoc", "umount", "losetup", "mkfs.ext4", "mknod",
        "prlimit", "nft", "sleep", "udhcpc", "dhclient", "dhcpcd",
        "curl", "tftp", "atftp", "busybox", "dnsmasq", "sqlite3", "minisign",
        "signify-openbsd", "sha256sum", "env", "grub-mkimage",
        "systemd-analyze"),
    "PKGS_FUZZ": ("clang",),
    "PKGS_DEB": ("dpkg-buildpackage", "dpkg-parsechangelog", "dh", "lintian",
                 "tar", "diff", "sha256sum"),
    "PKGS_BENCH": ("python3", "unshare", "nsenter", "setpriv", "mount", "ip",
                   "useradd", "nft", "dnsmasq"),
}
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
FILES = {
    "PKGS_DEMO": ("/usr/lib/ipxe/qemu/pxe-virtio.rom",
                  "/usr/share/OVMF/OVMF_CODE_4M.fd",
                  "/usr/lib/debian-installer/images/12/amd64/text/pxelinux.0"),
    "PKGS_CHECK": ("/usr/lib/python3/dist-packages/xdist/__init__.py",
                   "/usr/lib/python3/dist-packages/_pytest/__init__.py",
                   "/usr/include/check.h",
                   "/usr/lib/grub/x86_64-efi/http.mod"),
}

pytestmark = pytest.mark.skipif(shutil.which("dpkg-query") is None,
                                reason="not a Debian system")


def query(*words):
    return subprocess.run(["dpkg-query", *words], text=True,
                          capture_output=True).stdout


@functools.cache
def essential():
    """Packages that every Debian system has, by what dpkg says."""
    rows = query("-W", "-f", "${Package} ${Essential}\n").splitlines()
    return {row.split()[0] for row in rows if row.endswith(" yes")}


@functools.cache
def packages(variable):
    """A list of the Makefile."""
    made = subprocess.run(
        ["make", "-s", "-C", REPOSITORY, "--no-print-directory",
         f"--eval=names: ; @echo $({variable})", "names"], text=True,
        capture_output=True, check=True)
    return set(made.stdout.split())


def owners(path):
    """The packages that have a file, also by its name before /usr merged."""
    real = os.path.realpath(path)
    names = {path, real, real.removeprefix("/usr"),
             path.removeprefix("/usr")}
    rows = query("-S", *names).splitlines()
    return {owner.split(":")[0].strip() for row in rows
            for owner in row.rpartition(": ")[0].split(",")}


@functools.cache
def brought(variable):
    """What the list names, what is essential, and what these depend on.

    Two steps are enough: gcc brings gcc-12, and that binutils.
    """
    found = packages(variable) | essential()
    for _ in range(2):
        for row in query("-W", "-f", "${Pre-Depends}, ${Depends}\n",
                         *found).splitlines():
            found |= {word.split()[0].split(":")[0] for word in
                      row.replace("|", ",").split(",") if word.strip()}
    return found


@functools.cache
def installed(names):
    rows = query("-W", "-f", "${Package} ${Status}\n", *names).splitlines()
    return {row.split()[0] for row in rows if row.endswith(" installed")}


def need_list(variable):
    """What a list brings can be looked at where the list is installed."""
    missing = packages(variable) - installed(tuple(packages(variable)))
    # This test runs by a target that installs these.
    if missing and variable not in ("PKGS_BUILD", "PKGS_DEMO", "PKGS_CHECK"):
        pytest.skip(f"not installed: {' '.join(sorted(missing))}")
    assert missing == set()


@pytest.mark.parametrize("variable", PROGRAMS)
def test_every_program_comes_with_a_package_of_the_list(variable):
    need_list(variable)
    have = brought(variable)
    missing = {}
    for program in PROGRAMS[variable]:
        path = shutil.which(program, path=PATH)
        if path is None or not owners(path) & have:
            missing[program] = path and owners(path)
    assert missing == {}


@pytest.mark.parametrize("variable", FILES)
def test_every_file_comes_with_a_package_of_the_list(variable):
    have = brought(variable)
    assert [path for path in FILES[variable]
            if not owners(path) & have] == []
