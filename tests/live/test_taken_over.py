"""Each role that serves is made to do what it must not; see inject.c.

The role dies, the log names it and what it did, it is replaced, and the others
and their clients notice nothing.
"""

import platform
import re

import pytest

from lab.all_roles import ALL, Clients
from lab.daemon import ALL_SERVERS
from lab.process import run
from lab.programs import BUILD

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64",
                                reason="inject.c knows one processor")

AT_FDCWD = 2 ** 64 - 100
PASSWD = "@" + b"/etc/passwd\0".hex()
SIGCHLD = 17
# Calls, and the roles that may make them with other arguments.
CALLS = {
    "open": (PASSWD,),
    "openat": (AT_FDCWD, PASSWD),
    "creat": (PASSWD, 0o600),
    "socket": (2, 2),
    "connect": (3, "@" + bytes(16).hex(), 16),
    "bind": (3, "@" + bytes(16).hex(), 16),
    "execve": (PASSWD,),
    "fork": (),
    "clone": (SIGCHLD,),
    "kill": (1, 9),
    "ptrace": (16, 1),
    "mount": (PASSWD, PASSWD, PASSWD),
    "setuid": (0,),
    "mmap": (0, 4096, 7, 0x22),
    "mprotect": (0, 4096, 5),
    "io_uring_setup": (1,),
    "bpf": (0,),
    "userfaultfd": (0,),
    "sendto": (3, PASSWD, 4, 0x4000, "@" + bytes(16).hex(), 16),
    "ioctl": (3, 0x5401),
    "unlink": (PASSWD,),
}
SHORT = {"openat", "execve", "sendto"}
MAY_OTHERWISE = {"mmap", "sendto"}


class Site(Clients):
    """A server with all roles, and its clients."""

    def __init__(self, start_server, network, boot_files, secrets):
        super().__init__(network, boot_files, secrets)
        secrets.lay(network.server, boot_files)
        self.server = start_server(ALL)

    def ends(self, role, act, why):
        """A role that acts so is killed for that, and replaced."""
        before = self.server.role_pids()
        mark = self.server.process.mark()
        act(before[role])
        self.server.wait_line(
            rf"{role} \(process {before[role]}\) was killed{why}",
            since=mark, timeout=60)
        pid = self.server.wait_role(role, other_than=before[role])
        self.server.wait_line(rf"{role} restarted as process {pid}\b",
                              since=mark)
        after = self.server.role_pids()
        assert set(after) == set(ALL_SERVERS)
        assert {name for name in ALL_SERVERS if before[name] != after[name]} == \
            {role}


@pytest.fixture
def site(start_server, network, boot_files, secrets):
    with Site(start_server, network, boot_files, secrets) as found:
        yield found


def rows():
    """The others run in make check-long; test_sandbox_bpf.c has all, too."""
    for call in CALLS:
        yield pytest.param(call, marks=() if call in SHORT else
                           pytest.mark.long)


@pytest.mark.parametrize("call", rows())
def test_a_forbidden_call(site, inject, call):
    kind = "forbidden system call"
    if call in MAY_OTHERWISE:
        kind = rf"({kind}|forbidden arguments of system call)"
    for role in ALL_SERVERS:
        site.ends(role, lambda pid: inject(pid, call, *CALLS[call]),
                  rf" by seccomp: {kind} {call} \(\d+\)")
    site.check()


def message(name, body, flags=0):
    """A message of a name that the code has, as a program would send it."""
    out = run([BUILD / "tests/sandbox_print"]).stdout
    number = int(re.search(rf"^message {name} (\d+)$", out, re.M)[1])
    return (number.to_bytes(2, "big") + flags.to_bytes(2, "big")
            + bytes(4) + body).hex()


MESSAGES = {
    "sender": ("BOOT", bytes(40), "message type not allowed for the sender"),
    "phase": ("LAYERS", bytes(4), "message type not allowed in this phase"),
    "length": ("PONG", bytes(5), "wrong message length"),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_a_message_that_no_role_may_send(site, inject, case):
    name, body, why = MESSAGES[case]
    text = message(name, body)
    for role in ALL_SERVERS:
        site.ends(role, lambda pid: inject(
            pid, "sendto", 3, "@" + text, len(text) // 2, 0x4000, 0, 0),
            rf": channel error: .*{why}")
    site.check()


def test_a_descriptor_where_none_belongs(site, inject):
    """Who may call sendmsg(2) can attach one."""
    text = message("PONG", bytes(4))
    for role in ("dhcpd", "imaged", "hashd", "httpd"):
        site.ends(role, lambda pid: inject(
            pid, "sendmsg", 3, "+" + text, 0x4000),
            ": channel error: .*wrong number of descriptors")
    site.check()


def test_a_call_that_is_allowed(site, inject):
    """The role goes on: what ends it in the other tests is the call."""
    before = site.server.role_pids()
    text = message("PONG", bytes(4))
    for role in ALL_SERVERS:
        inject(before[role], "sendto", 3, "@" + text, len(text) // 2, 0x4000,
               0, 0)
    site.check()
    assert site.server.role_pids() == before
