"""Programs for tests: built when needed, in a folder of the test."""

import pathlib
import shutil

from .daemon import PXEGUARD, REPOSITORY
from .process import need, run

BUILD = PXEGUARD.parent
SOURCES = pathlib.Path(__file__).resolve().parents[1]
MODULES = ("libevent_core", "libseccomp", "libcap-ng")


def sanitized():
    """Whether the server was built with sanitizers."""
    return b"__asan_init" in (BUILD / "lib/daemon.a").read_bytes()


def build(folder, source, *options, also=()):
    """Compile tests/live/SOURCE.c into `folder`; return the program.

    `also` names further sources of it.  It is linked with what all roles
    share, and with their sanitizers.
    """
    program = pathlib.Path(folder) / source
    archives = [BUILD / "lib/sandbox.a", BUILD / "lib/daemon.a"]
    words = run([need("pkg-config", "pkg-config"), "--cflags", "--libs",
                 *MODULES]).stdout.split()
    if sanitized():
        words += ["-fsanitize=address,undefined", "-DPXEGUARD_SANITIZE"]
    run([need("cc", "gcc"), "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-Wall",
         "-Wextra", "-Werror", f"-I{REPOSITORY}", *options, "-o", program,
         *(SOURCES / f"{name}.c" for name in (source, *also)), *archives, *words], timeout=60)
    return program


def copy_server(folder):
    """Copy the server and its roles; return the copy's main program.

    The folder is made passable, for a copy that must run as other users.
    """
    copy = pathlib.Path(folder) / "server"
    copy.mkdir()
    shutil.copy2(PXEGUARD, copy)
    shutil.copytree(BUILD / "libexec", copy / "libexec")
    return copy / "pxeguard"


def build_bad_role(folder):
    """The program that is any role, and does what a test tells it."""
    return build(folder, "bad_role", also=("bad_say", "bad_dhcp", "bad_files"))
