"""Roles that somebody has taken over: what each can do, and what follows.

Every role is a program that is honest until a test gives it a deed; see
bad_role.c.  It starts as it should, and does the deed when it serves, or at
the point of its start that the deed names.
"""

import dataclasses
import shlex
import shutil
import signal

import pytest

from lab import proc, programs
from lab.boot import CONFIG
from lab.clients import tftp_fetch
from lab.daemon import SERVERS
from lab.dhcp_client import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.patience import wait_until

DHCP = ("dhcpd", "leased")
ALL = (*SERVERS, "confd")
DEEDS = "/run/bad-role"
OTHER = CONFIG.replace("pxelinux.0", "other.0")
KEPT_CONF = "keeping the running configuration"
BROKE = "channel error: "
# Deaths of a role are logged in this way.
KILLED = r"{role} \(process {pid}\) was killed"


@dataclasses.dataclass
class Deed:
    """What one or more roles do, and what follows.

    `line` is in the log afterwards; {role} and {pid} stand for the bad one.
    `ends` says whether the process is gone then.
    """

    name: str
    line: str = None
    roles: tuple = SERVERS
    ends: bool = True
    marks: tuple = ()

    def params(self):
        for role in self.roles:
            yield pytest.param(role, self, id=f"{role}-{self.name}",
                               marks=self.marks)


def table(*deeds):
    """The parameters of a test, a row for each role of each deed."""
    return pytest.mark.parametrize(
        "role, deed", [row for deed in deeds for row in deed.params()])


@pytest.fixture(scope="session")
def bad_program(tmp_path_factory):
    """A program that is any role, and can go wrong."""
    return programs.build_bad_role(tmp_path_factory.mktemp("bad-role"))


class BadServer:
    """A server whose roles can be turned bad, with clients of both kinds."""

    def __init__(self, server, network, honest):
        self.server, self._network, self._honest = server, network, honest
        self._number = 0
        self._reader = network.client()
        self._reader.address("192.168.1.200/24")
        self.dhcp = DhcpClient(network.client())

    def set(self, role, deed):
        write_deed(self._network, self._honest, role, deed)

    def turn(self, role, deed):
        """Replace a role by one that will do a deed; returns its pid.

        The one after that is honest again.
        """
        self.set(role, deed)
        mark = self.server.process.mark()
        self.server.kill_role(role)
        found = self.server.wait_line(rf"{role} restarted as process (\d+)",
                                      since=mark)
        self.set(role, "none")
        return int(found[1])

    def lease(self):
        self._number += 1
        return self.dhcp.lease(mac_number(self._number))

    def fetch(self, **how):
        return tftp_fetch(self._reader, SERVER_ADDRESS, "file", **how)

    def check_others(self, role):
        """What does not need that role works."""
        if role in DHCP:
            assert self.fetch().data
        else:
            assert self.lease().type == "ACK"

    def check_all(self):
        """Everything works, soon."""
        assert self.lease().type == "ACK"
        wait_until(lambda: self.fetch(timeout=1.0).data, "a file")

    def reload(self, config=OTHER):
        mark = self.server.reload(config)
        self.server.wait_line(r"ready, configuration \d", since=mark)


def write_deed(network, honest, role, deed):
    path = network.server.path(f"{DEEDS}/{role}")
    path.with_suffix(".new").write_text(f"{deed}\n{honest / role}\n")
    path.with_suffix(".new").rename(path)


@pytest.fixture
def bad_server(tmp_path, start_server, network, boot_files, bad_program):
    """A BadServer that serves, with nothing but honest roles."""
    server = programs.copy_server(tmp_path)
    honest = tmp_path / "honest"
    shutil.copytree(server.parent / "libexec", honest)
    network.server.shadow(DEEDS)
    for role in ALL:
        shutil.copy2(bad_program, server.parent / "libexec" / role)
        write_deed(network, honest, role, "none")
    running = start_server(
        command=shlex.quote(str(server)) + " -k -C {config}")
    bad = BadServer(running, network, honest)
    with bad.dhcp:
        yield bad


def pids_but(server, role):
    """The processes of all other roles, also while confd reads."""
    return {name: pid for name, pid in server.role_pids().items()
            if name not in (role, "confd")}


# --- what ends a role, and nothing but that role ----------------------------

@table(
    Deed("call", r"seccomp: forbidden system call ptrace \(\d+\)"),
    Deed("argument", r"seccomp: forbidden arguments of system call mmap \(\d+\)"),
    Deed("unknown", BROKE + "unknown message type"),
    Deed("sender", BROKE + "message type not allowed for the sender"),
    Deed("length", BROKE + "wrong message length"),
    Deed("fields", BROKE + "malformed LOG message"),
    Deed("phase", BROKE + "message type not allowed in this phase"),
    Deed("exit", r"{role} \(process {pid}\) exited with status 7"),
    Deed("close",
         KILLED + r" by signal 9 \(Killed\): it closed its channel"),
    # It did not die of a system call.
    Deed("dying-lie", r"{role} \(process {pid}\) exited with status 7"),
    Deed("hang", KILLED + ": no answer for 10 s"),
    Deed("peer", "reported by leased: ", ("dhcpd",)),
    Deed("peer", "reported by dhcpd: ", ("leased",)),
    Deed("peer", "reported by imaged: ", ("tftpd",)),
    Deed("peer", "reported by tftpd: ", ("imaged",)))
def test_it_is_replaced(bad_server, role, deed):
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, deed.name)
    bad_server.check_others(role)
    server.wait_line(deed.line.format(role=role, pid=pid))
    server.wait_role(role, other_than=pid)
    bad_server.check_all()
    assert pids_but(server, role) == others
    bad_server.reload()
    assert bad_server.lease().boot_file == "other.0"
    assert pids_but(server, role) == others


@table(
    Deed("boot-exit", r"{role} \(process {pid}\) exited with status 7"),
    Deed("boot-hang", KILLED + ": no answer for 10 s"),
    Deed("conf-hang", KILLED + ": no answer for 10 s"),
    Deed("layers-missing", KILLED + ": sandbox layers are missing"),
    Deed("reject", KILLED + ": rejected its configuration"))
def test_it_is_replaced_while_it_starts(bad_server, role, deed):
    server = bad_server.server
    others = pids_but(server, role)
    bad_server.set(role, deed.name)
    server.kill_role(role)
    bad_server.check_others(role)
    server.wait_line(deed.line.format(role=role, pid=r"\d+"))
    bad_server.set(role, "none")
    bad_server.check_all()
    assert pids_but(server, role) == others


@pytest.mark.parametrize("deed", ["exit", "boot-exit", "reject",
                                  "layers-missing"])
@pytest.mark.parametrize("role", SERVERS)
def test_one_that_never_serves_keeps_nobody(bad_server, role, deed):
    """It is started less and less often; others go on, and can be changed."""
    server = bad_server.server
    others = pids_but(server, role)
    bad_server.set(role, deed)
    server.kill_role(role)
    server.wait_line(rf"{role} failed 6 times within 10 s; retrying in 60 s")
    bad_server.check_others(role)
    assert pids_but(server, role) == others
    bad_server.set(role, "none")
    bad_server.reload()
    bad_server.check_all()
    assert bad_server.lease().boot_file == "other.0"
    assert pids_but(server, role) == others


# --- what the others bear ---------------------------------------------------

@table(
    Deed("flood-log", "similar messages suppressed"),
    Deed("flood-ready"),
    Deed("flood-pong"),
    Deed("accuse", "{role} reported a channel error of tftpd: a lie",
         ("dhcpd",)),
    Deed("accuse", "{role} reported a channel error of dhcpd: a lie",
         ("tftpd",)),
    Deed("policy", r"no socket for tftpd from 192\.168\.1\.1:0 to "
         r"192\.168\.1\.255:2000: Permission denied", ("tftpd",)),
    Deed("flood-ask", "it does not read the replies|no socket for tftpd",
         ("tftpd",)),
    Deed("neigh-foreign", r"no neighbour entry for 10\.9\.9\.9: address is "
         "neither in a range nor reserved", ("dhcpd",)),
    Deed("neigh-outside", r"no neighbour entry for 192\.168\.1\.200: address "
         "is neither in a range nor reserved", ("dhcpd",)),
    Deed("flood-neigh", None, ("dhcpd",)),
    Deed("flood-rows", None, ("leased",)),
    Deed("flood-durable", None, ("leased",)),
    Deed("serial-garbage", "leased reported a channel error of imaged: "
         "malformed SERIAL_PUT message", ("imaged",)),
    Deed("serial-garbage", "imaged reported a channel error of leased: "
         "malformed SERIAL_ROW message", ("leased",)),
    Deed("flood-serials", None, ("imaged", "leased")),
    Deed("flood-give", None, ("imaged",)),
    Deed("give-folder", None, ("imaged",)),
    Deed("give-too-long", None, ("imaged",)))
def test_the_others_go_on(bad_server, role, deed):
    """Whatever becomes of it, they serve and take a new configuration."""
    server = bad_server.server
    others = pids_but(server, role)
    mark = server.process.mark()
    bad_server.turn(role, deed.name)
    if deed.line:
        server.wait_line(deed.line.format(role=role, pid=r"\d+"), since=mark)
    if role == "imaged":
        assert bad_server.fetch(timeout=0.3, tries=3).data is None
    for _ in range(3):
        bad_server.check_others(role)
    bad_server.reload()
    bad_server.check_others(role)
    assert pids_but(server, role) == others
    server.kill_role(role)
    bad_server.check_all()
    assert bad_server.lease().boot_file == "other.0"
    assert pids_but(server, role) == others
    assert all(line.isprintable() for line in server.log().splitlines())


@pytest.mark.parametrize("role, peer", [
    ("dhcpd", "leased"), ("leased", "dhcpd"),
    ("tftpd", "imaged"), ("imaged", "tftpd")])
def test_one_that_accuses_without_end(bad_server, role, peer):
    """Who accuses one process after the other is replaced itself.

    It names each process that there may be, so that the one which the parent
    asks for its answer to a configuration is among them.
    """
    server = bad_server.server
    others = pids_but(server, role)
    others.pop(peer)
    pid = bad_server.turn(role, "flood-accuse")
    bad_server.check_others(role)
    server.wait_line(rf"{role} \(process {pid}\) was killed: reported too many "
                     f"{peer} processes")
    bad_server.check_all()
    bad_server.reload()
    bad_server.check_all()
    after = pids_but(server, role)
    assert after.pop(peer) and after == others
    deaths = [line for line in server.log().splitlines()
              if f"was killed: reported by {role}: a lie" in line]
    assert len(deaths) == 3


def test_log_lines_are_no_sign_of_life(bad_server):
    """One that does nothing but log is replaced like one that is silent."""
    pid = bad_server.turn("dhcpd", "mutter")
    bad_server.server.wait_line(
        rf"dhcpd \(process {pid}\) was killed: no answer for 10 s")
    bad_server.check_all()


def test_explain_of_one_that_does_not_answer(
        tmp_path, network, boot_files, bad_program):
    """It answers PINGs, and so is not taken for one that hangs."""
    server = programs.copy_server(tmp_path)
    libexec = server.parent / "libexec"
    (libexec / "dhcpd").rename(tmp_path / "dhcpd")
    shutil.copy2(bad_program, libexec / "dhcpd")
    network.server.shadow(DEEDS)
    write_deed(network, tmp_path, "dhcpd", "no-answer")
    network.server.path(f"{DEEDS}/conf").write_text(CONFIG)
    done = network.server.run(server, "--explain", "-C", f"{DEEDS}/conf",
                              check=False, timeout=180)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "error: dhcpd has not answered within 60 s\n"


@pytest.mark.long       # it has two minutes
@pytest.mark.parametrize("hosts", [0, 100000])
def test_one_that_claims_to_be_busy(bad_server, hosts):
    """It cannot keep the others from a change, however long that is."""
    server = bad_server.server
    others = pids_but(server, "dhcpd")
    pid = bad_server.turn("dhcpd", "busy")
    mark = server.reload(OTHER + "".join(
        f"dhcp-host={mac_number(n)},host{n}\n" for n in range(hosts)))
    server.wait_line(rf"dhcpd \(process {pid}\) was killed: ", since=mark,
                     timeout=200)
    server.wait_line(r"ready, configuration \d", since=mark)
    bad_server.check_all()
    assert pids_but(server, "dhcpd") == others


def test_one_that_refuses_what_it_has_not_read(bad_server):
    """The parent sends no more of it, and asks a new process."""
    server = bad_server.server
    others = pids_but(server, "dhcpd")
    bad_server.turn("dhcpd", "refuse-unread")
    # More than a channel holds while nobody reads it.
    bad_server.reload(OTHER + "".join(
        f"dhcp-host={mac_number(n)},host{n}\n"
        for n in range(100000)))
    server.wait_line("dhcpd rejected the configuration: no$")
    server.wait_line("dhcpd rejected the new configuration; starting another process")
    bad_server.check_all()
    assert bad_server.lease().boot_file == "other.0"
    assert pids_but(server, "dhcpd") == others


def test_no_socket_to_a_service_of_the_host(bad_server, network):
    """Not at the address of an interface that is not served either."""
    network.server.ip("link", "add", "inner", "type", "veth",
                      "peer", "name", "outer")
    network.server.ip("address", "add", "10.9.9.9/24", "dev", "inner")
    network.server.ip("link", "set", "inner", "up")
    bad_server.turn("tftpd", "inside")
    bad_server.server.wait_line(r"no socket for tftpd from 192\.168\.1\.1:0 "
                                r"to 10\.9\.9\.9:161: Permission denied")


@pytest.mark.parametrize("role", SERVERS)
def test_one_that_refuses_a_change_does_not_stop_it(bad_server, role):
    """A new process of that role is asked, and what that one says counts."""
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, "reject-later")
    bad_server.check_others(role)
    bad_server.reload()
    server.wait_line(rf"{role} rejected the configuration: a reason of its own")
    bad_server.check_all()
    assert bad_server.lease().boot_file == "other.0"
    assert server.wait_role(role) != pid
    assert pids_but(server, role) == others


@pytest.mark.parametrize("role", SERVERS)
def test_one_that_does_not_stop_is_killed(bad_server, role):
    server = bad_server.server
    pid = bad_server.turn(role, "stop-hang")
    server.process.signal(signal.SIGTERM)
    assert server.process.wait_end() == 0
    proc.wait_gone([pid])


# --- confd ------------------------------------------------------------------

@table(
    Deed("parse-exit", r"confd.*exited with status 7", ("confd",)),
    Deed("boot-exit", r"confd.*exited with status 7", ("confd",)),
    Deed("boot-hang", r"confd.*was killed: no answer for 10 s", ("confd",)),
    Deed("parse-hang", r"confd.*was killed: no answer for 10 s", ("confd",)),
    Deed("layers-missing", "confd.*was killed: sandbox layers are missing",
         ("confd",)),
    Deed("parse-nonsense", "confd.*was killed: " + BROKE, ("confd",)),
    Deed("parse-sender", "confd.*was killed: " + BROKE
         + "message type not allowed for the sender", ("confd",)),
    Deed("parse-fields", "confd.*was killed: " + BROKE, ("confd",)),
    Deed("parse-flood-include", "confd.*was killed: ", ("confd",),
         marks=(pytest.mark.long,)),
    Deed("parse-flood-diag", "confd.*was killed: ", ("confd",),
         marks=(pytest.mark.long,)))
def test_a_bad_reader_changes_nothing(bad_server, role, deed):
    """It says what it reads, but does not keep a better one from reading."""
    server = bad_server.server
    before = pids_but(server, role)
    bad_server.set(role, deed.name)
    mark = server.reload(OTHER)
    server.wait_line("reloading the configuration", since=mark)
    bad_server.check_all()
    server.wait_line(deed.line, since=mark, timeout=150)
    server.wait_line(KEPT_CONF, since=mark)
    assert bad_server.lease().boot_file == "pxelinux.0"
    bad_server.check_all()
    bad_server.set(role, "none")
    bad_server.reload()
    assert bad_server.lease().boot_file == "other.0"
    assert pids_but(server, role) == before


def test_programs_that_can_go_bad_serve(bad_server):
    """What the other tests here show is not due to these programs."""
    bad_server.check_all()
    bad_server.reload()
    bad_server.check_all()
    for role in SERVERS:
        bad_server.server.kill_role(role)
        bad_server.check_all()
    assert "warning: tftpd" in bad_server.server.log()
