"""What roles must not do, done in them; with files that no mode protects."""

import os
import pathlib

from boot_site import ROLES, ROOT, STATE, inject
from steps import run

AT_FDCWD = 2 ** 64 - 100
KEY = "/etc/pxeguard/private/key.pem"
LEASES = f"{STATE}/leases.db"
BOOT_FILE = f"{ROOT}/pxelinux.0"
OPEN_BOOT_FILE = "open a boot file"
# Two roles have a folder for their root: there they get the same files.
MIRRORED = ("/etc/shadow", "/etc/passwd", "/bin/sh", KEY, LEASES, BOOT_FILE)


def open_modes():
    """Let the modes of these files forbid nothing."""
    run("chmod", "a+rx", STATE, "/etc/pxeguard/private")
    run("chmod", "a+rw", "/etc/shadow", KEY, BOOT_FILE, LEASES)


def mirror():
    for base in (ROOT, STATE):
        for path in MIRRORED:
            there = pathlib.Path(f"{base}{path}")
            there.parent.mkdir(parents=True, exist_ok=True)
            if not there.exists():
                os.link(os.path.realpath(path), there)


def words(path):
    return "@" + path.encode().hex() + "00"


def open_(path, flags=0):
    return ("openat", AT_FDCWD, words(path), flags)


def of_role(role):
    """What a role must not do, each with the call that it makes."""
    yield "read /etc/shadow", open_("/etc/shadow")
    yield "read /etc/passwd", open_("/etc/passwd")
    yield "run a shell", ("execve", words("/bin/sh"), 0, 0)
    yield "make a packet socket", ("socket", 17, 3, 0)
    yield "read the TLS key", open_(KEY)
    if role != "leased":
        yield "read the leases", open_(LEASES)
    if role != "imaged":
        yield OPEN_BOOT_FILE, open_(BOOT_FILE)
    yield "write a boot file", open_(BOOT_FILE, 1)


def try_all(pids, refused, without=()):
    """Try everything; (how many, a line for each that was not refused)."""
    count, lines = 0, []
    for role in ROLES:
        for what, call in of_role(role):
            if (role, what) in without or what in without:
                continue
            count += 1
            got = inject(pids[role], *call)
            if -got not in refused:
                lines.append(f"{role} could {what}: {got}")
    return count, lines


def shadow(pid):
    """What a process gets that opens /etc/shadow."""
    return inject(pid, *open_("/etc/shadow"))
