"""What roles must not do, done in them; with files that no mode protects."""

import os
import pathlib
import shutil
import stat

from boot_site import ROLES, ROOT, STATE, inject

AT_FDCWD = 2 ** 64 - 100
KEY = "/etc/pxeguard/private/key.pem"
LEASES = f"{STATE}/leases.db"
BOOT_FILE = f"{ROOT}/pxelinux.0"
OPEN_BOOT_FILE = "open a boot file"
# Two roles have a folder for their root: there they get the same files.
MIRRORED = ("/etc/shadow", "/etc/passwd", "/bin/sh", KEY, LEASES, BOOT_FILE)


# Which files get which rights for everybody.
OPENED = {STATE: 0o555, "/etc/pxeguard/private": 0o555, "/etc/shadow": 0o666,
          KEY: 0o666, BOOT_FILE: 0o666, LEASES: 0o666}
before = {}


def open_modes():
    """Let the modes of these files forbid nothing."""
    for path, rights in OPENED.items():
        before[path] = stat.S_IMODE(os.stat(path).st_mode)
        os.chmod(path, before[path] | rights)


def restore():
    """Undo open_modes() and mirror(): pxeguard refuses such files."""
    for path, mode in before.items():
        os.chmod(path, mode)
    for base in (ROOT, STATE):
        for path in MIRRORED:
            top = pathlib.Path(base) / pathlib.Path(path).parts[1]
            shutil.rmtree(top, ignore_errors=True)


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
