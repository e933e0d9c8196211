"""What each layer of the sandbox stops when the others are not there.

The table in docs/security.md says it; a process of each role is made to do
each deed (see inject.c), and the error number is compared with the table.
"""

import ctypes
import errno
import pathlib
import platform
import re
import struct

import pytest

from lab import proc
from lab.all_roles import ALL
from lab.daemon import ALL_SERVERS
from lab.namespaces import SERVER_ADDRESS

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64",
                                reason="inject.c knows one processor")

SECURITY = pathlib.Path(__file__).resolve().parents[2] / "docs/security.md"
HEADING = "### What each layer stops alone"
# The columns of the table, by what sandbox-disable takes away.
COLUMNS = {"user": ("namespaces", "landlock", "seccomp"),
           "namespaces": ("landlock", "seccomp"),
           "landlock": ("namespaces", "seccomp"),
           "seccomp": ("namespaces", "landlock")}
AT_FDCWD = 2 ** 64 - 100
O_WRONLY_CREAT = 0o101
AF_INET, SOCK_STREAM, SOCK_DGRAM = 2, 1, 2
PTRACE_SEIZE = 0x4206
SIGCHLD = 17
PROT_READ_EXEC, PRIVATE_ANONYMOUS = 5, 0x22
LANDLOCK_CREATE_RULESET, TCP_VERSION = 444, 4


def data(content):
    """An argument of inject: the address of these bytes."""
    return "@" + content.hex()


def path(name):
    return data(name.encode() + b"\0")


def inet(port):
    return data(struct.pack("=H", AF_INET) + struct.pack(">H", port)
                + bytes(map(int, SERVER_ADDRESS.split("."))) + bytes(8))


def connect(kind, port):
    """A deed of two calls."""
    def deed(call, _pids):
        fd = call("socket", AF_INET, kind, 0)
        return fd if fd is None or fd < 0 else \
            call("connect", fd, inet(port), 16)
    return deed


def one(name, *arguments):
    return lambda call, _pids: call(name, *arguments)


# The others than the role itself are in `pids`, with the parent.
DEEDS = {
    "read /etc/shadow": one("openat", AT_FDCWD, path("/etc/shadow"), 0),
    "read /etc/passwd": one("openat", AT_FDCWD, path("/etc/passwd"), 0),
    "create /file": one("openat", AT_FDCWD, path("/file"), O_WRONLY_CREAT,
                        0o600),
    "execute /bin/true": one("execve", path("/bin/true"), 0, 0),
    "connect by TCP": connect(SOCK_STREAM, 80),
    "connect by UDP": connect(SOCK_DGRAM, 69),
    "signal the parent": lambda call, pids: call("kill", pids["parent"], 0),
    "signal another role": lambda call, pids: call("kill", pids["other"], 0),
    "trace another role": lambda call, pids: call(
        "ptrace", PTRACE_SEIZE, pids["other"], 0, 0),
    "mount": one("mount", path("none"), path("/"), path("tmpfs"), 0, 0),
    "become root": one("setresuid", 0, 0, 0),
    "start a process": one("clone", SIGCHLD, 0, 0, 0, 0),
    "map memory to execute": one("mmap", 0, 4096, PROT_READ_EXEC,
                                 PRIVATE_ANONYMOUS, 2 ** 64 - 1, 0),
}


def table():
    """{(deed, role): {column: result}} of the document."""
    text = SECURITY.read_text().partition(HEADING)[2].partition("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text.splitlines() if line.startswith("|")]
    assert rows[0] == ["Deed", "Role", *COLUMNS], rows[0]
    found = {}
    for deed, roles, *results in rows[2:]:
        for role in ALL_SERVERS if roles == "any" else roles.split():
            assert (deed, role) not in found, (deed, role)
            found[deed, role] = dict(zip(COLUMNS, results, strict=True))
    return found


def test_the_table_is_complete():
    assert set(table()) == {(deed, role) for deed in DEEDS
                            for role in ALL_SERVERS}
    shadow = [row for (deed, _), row in table().items()
              if deed == "read /etc/shadow"]
    assert all(result != "-" for row in shadow for result in row.values())


@pytest.fixture
def start(start_server, network, boot_files, secrets):
    """A function: a server with all roles, and some layers disabled."""
    def run(layers):
        secrets.lay(network.server, boot_files)
        return start_server(
            ALL + "".join(f"sandbox-disable={x}\n" for x in layers))

    return run


def result(server, inject, role, deed):
    """What comes of it, as in the table."""
    other = next(name for name in ALL_SERVERS if name != role)
    pid = server.wait_role(role)
    value = DEEDS[deed](lambda *words: inject(pid, *words),
                        {"parent": server.pid,
                         "other": server.wait_role(other)})
    if value is None:
        server.wait_line(rf"{role} \(process {pid}\) was killed by seccomp: ")
        server.wait_role(role, other_than=pid)
        return "killed"
    if deed == "execute /bin/true" and value == 0:
        server.wait_role(role, other_than=pid)  # it is another program now
    return "-" if value >= 0 else errno.errorcode[-value]


def landlock_version():
    """That of this kernel."""
    return ctypes.CDLL(None).syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)


def check_absent(server, column):
    """The other layers are not there."""
    for role, pid in server.role_pids().items():
        filtered = proc.status(pid)["Seccomp"] != "0"
        apart = proc.namespace(pid, "net") != proc.namespace(server.pid, "net")
        assert filtered == (column == "seccomp"), role
        assert apart == (column == "namespaces"), role


@pytest.mark.parametrize("column", [
    "user", "namespaces", "landlock",
    # Each call ends a process; test_taken_over.py has more of them.
    pytest.param("seccomp", marks=pytest.mark.long)])
def test_a_layer_alone(start, inject, column):
    server = start(COLUMNS[column])
    check_absent(server, column)
    want = {key: row[column] for key, row in table().items()}
    if column == "landlock" and landlock_version() < TCP_VERSION:
        want |= {key: "-" for key in want if key[0] == "connect by TCP"}
    found = {}
    for deed in DEEDS:
        if column == "seccomp":
            server.reload()     # which ends the pause of a role that died
        for role in ALL_SERVERS:
            found[deed, role] = result(server, inject, role, deed)
    assert found == want


@pytest.mark.long
@pytest.mark.parametrize("layer", ["namespaces", "landlock", "seccomp"])
def test_a_layer_that_is_absent(start, inject, layer):
    """The others stop what it stops: the first of them that can."""
    server = start([layer])
    want = table()
    for deed in DEEDS:
        for role in ALL_SERVERS:
            row = want[deed, role]
            got = result(server, inject, role, deed)
            if layer == "seccomp":
                assert got == row["namespaces"] or "-" != got == \
                    row["landlock"], (role, deed, got)
            else:
                assert got == "killed", (role, deed, got)
        server.reload()     # which ends the pause of a role that died


def test_the_loss_of_layers_is_told(start, network):
    """By each process, and once for the file."""
    server = start(("landlock",))
    log = server.log()
    assert re.search(r"pxeguard\.conf:\d+: sandbox layer landlock is "
                     "disabled: ", log)
    for role in ALL_SERVERS:
        assert f" {role}: warning: sandbox: landlock disabled by " \
            "sandbox-disable" in log
