"""Roles that somebody has taken over: what each can do, and what follows.

Every role is a program that is honest until a test gives it a deed; see
bad_role.c.  It starts as it should, and does the deed when it serves, or at
the point of its start that the deed names.
"""

import contextlib
import dataclasses
import itertools
import os
import re
import shlex
import shutil
import signal
import stat

import pytest

from lab import proc, programs
from lab.all_roles import ALL, Clients
from lab.boot import CONFIG
from lab.daemon import ALL_SERVERS, SERVERS
from lab.dhcp_client import mac_number
from lab.programs import BUILD
from lab.process import run

DHCP = ("dhcpd", "leased")
FILES = ("tftpd", "imaged", "hashd")    # TFTP needs them
MORE = tuple(role for role in ALL_SERVERS if role not in SERVERS)
DEEDS = "/run/bad-role"
BOOT_FILE, OTHER_FILE = "pxelinux.0", "other.0"
OTHER = CONFIG.replace(BOOT_FILE, OTHER_FILE)
KEPT_CONF = "keeping the running configuration"
BROKE = "channel error: "
# Deaths of a role are logged in this way.
KILLED = r"{role} \(process {pid}\) was killed"
GROWTH_KB = 16384       # of another process, while it is flooded
_turn = itertools.count()


@dataclasses.dataclass
class Deed:
    """What one or more roles do, and what follows.

    `line` is in the log afterwards; {role} and {pid} stand for the bad one.
    `site` says that all roles must be there, not only those of CONFIG.
    """

    name: str
    line: str = None
    roles: tuple = ALL_SERVERS
    site: bool = False
    marks: tuple = ()

    def params(self):
        """A row for each role.

        What any role can do, one role does in the short run, another one for
        each deed.
        """
        short = self.roles[next(_turn) % len(self.roles)]
        for role in self.roles:
            marks = self.marks
            if self.roles == ALL_SERVERS and role != short:
                marks = (*marks, pytest.mark.long)
            yield pytest.param(role, self, id=f"{role}-{self.name}",
                               marks=marks)


def table(*deeds):
    """The parameters of a test, a row for each role of each deed."""
    return pytest.mark.parametrize(
        "role, deed", [row for deed in deeds for row in deed.params()])


def one_of_all():
    """Rows of a test for each role; one is in the short run."""
    for param in Deed("").params():
        yield pytest.param(param.values[0], marks=param.marks)


@pytest.fixture(scope="session")
def bad_program(tmp_path_factory):
    """A program that is any role, and can go wrong."""
    return programs.build_bad_role(tmp_path_factory.mktemp("bad-role"))


class BadServer(Clients):
    """A server whose roles can be turned bad, with clients of all kinds."""

    def __init__(self, start, config, network, honest, root, secrets):
        super().__init__(network, root, secrets)
        self.server = start(config)
        self._config, self._network, self._honest = config, network, honest

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

    def wait_deed(self, role, deed, pid, since):
        """It has done the deed, or was killed for it."""
        self.server.wait_line(
            rf"{role}: warning: did {re.escape(deed)}$|"
            rf"{role} \(process {pid}\) was killed", since=since)

    def check_others(self, role):
        """What does not need that role works."""
        if role not in DHCP:
            assert self.lease().type == "ACK"
        if role not in FILES:
            assert self.fetch().data == self.want

    def reload(self, config=None):
        mark = self.server.reload(
            config or self._config.replace(BOOT_FILE, OTHER_FILE))
        self.server.wait_line(r"ready, configuration \d", since=mark)


def write_deed(network, honest, role, deed):
    path = network.server.path(f"{DEEDS}/{role}")
    path.with_suffix(".new").write_text(f"{deed}\n{honest / role}\n")
    path.with_suffix(".new").rename(path)


@pytest.fixture
def bad_server(request, tmp_path, start_server, network, boot_files,
               bad_program):
    """A BadServer that serves, with nothing but honest roles.

    It has those roles that the test needs.
    """
    params = getattr(request.node, "callspec", None)
    params = params.params if params else {}
    whole = params.get("role") in MORE or \
        getattr(params.get("deed"), "site", False)
    secrets = request.getfixturevalue("secrets") if whole else None
    server = programs.copy_server(tmp_path)
    honest = tmp_path / "honest"
    shutil.copytree(server.parent / "libexec", honest)
    network.server.shadow(DEEDS)
    for role in (*ALL_SERVERS, "confd"):
        shutil.copy2(bad_program, server.parent / "libexec" / role)
        write_deed(network, honest, role, "none")
    if whole:
        secrets.lay(network.server, boot_files)

    def start(config):
        return start_server(
            config, command=shlex.quote(str(server)) + " -k -C {config}")

    with BadServer(start, ALL if whole else CONFIG, network, honest,
                   boot_files, secrets) as bad:
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
    Deed("peer", "reported by tftpd: ", ("imaged",)),
    Deed("peer", "reported by (imaged|keyd): ", ("httpd",)),
    Deed("peer", "reported by imaged: ", ("hashd",)),
    Deed("peer", "reported by httpd: ", ("keyd",)),
    Deed("unread-files", "reported by imaged: messages are not read",
         ("tftpd",), site=True),
    Deed("unread-sockets", BROKE + "messages are not read", ("tftpd",),
         marks=(pytest.mark.long,)),
    Deed("unread-neigh", BROKE + "messages are not read", ("dhcpd",),
         marks=(pytest.mark.long,)),
    Deed("unread-puts", "reported by leased: messages are not read",
         ("dhcpd",), marks=(pytest.mark.long,)),
    Deed("message-LEASE_PUT-ones", "reported by leased: malformed LEASE_PUT",
         ("dhcpd",)),
    Deed("message-FILE_ASK-ones", "reported by imaged: malformed FILE_ASK",
         ("tftpd", "httpd")),
    Deed("message-HASH_JOB-ones", "reported by hashd: malformed HASH_JOB",
         ("imaged",), site=True),
    Deed("message-SIGN_ASK-ones", "reported by keyd: malformed SIGN_ASK",
         ("httpd",)),
    Deed("message-SIGN_GIVE-ones", "reported by httpd: malformed SIGN_GIVE",
         ("keyd",)),
    Deed("message-HASH_DONE-ones", "reported by imaged: malformed HASH_DONE",
         ("hashd",)))
def test_it_is_replaced(bad_server, role, deed):
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, deed.name)
    bad_server.check_others(role)
    server.wait_line(deed.line.format(role=role, pid=pid))
    server.wait_role(role, other_than=pid)
    bad_server.check()
    assert pids_but(server, role) == others
    bad_server.reload()
    assert bad_server.lease().boot_file == OTHER_FILE
    assert pids_but(server, role) == others


@table(
    Deed("done-channel", "reported by imaged: ", ("hashd",)),
    Deed("done-short", "reported by imaged: ", ("hashd",)),
    Deed("done-unsealed", "reported by imaged: ", ("hashd",)))
def test_a_wrong_answer_ends_it(bad_server, role, deed):
    """One that is asked; the question is asked again."""
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, deed.name)
    reply = bad_server.fetch()
    assert reply.data in (None, bad_server.want)
    server.wait_line(rf"hashd \(process {pid}\) was killed: .*" + deed.line)
    bad_server.check()
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
    bad_server.reload()     # on a slow machine it has failed too often
    bad_server.check()
    assert pids_but(server, role) == others


@table(Deed("exit"), Deed("boot-exit"), Deed("reject"),
       Deed("layers-missing"))
def test_one_that_never_serves_keeps_nobody(bad_server, role, deed):
    """It is started less and less often; others go on, and can be changed."""
    server = bad_server.server
    others = pids_but(server, role)
    bad_server.set(role, deed.name)
    server.kill_role(role)
    server.wait_line(rf"{role} failed 6 times within 10 s; retrying in 60 s")
    bad_server.check_others(role)
    assert pids_but(server, role) == others
    bad_server.set(role, "none")
    bad_server.reload()
    bad_server.check()
    assert bad_server.lease().boot_file == OTHER_FILE
    assert pids_but(server, role) == others


# --- what the others bear ---------------------------------------------------

@table(
    Deed("flood-log", "similar messages suppressed"),
    Deed("flood-ready"),
    Deed("flood-pong"),
    Deed("ready-all"),
    Deed("reject-all"),
    Deed("accuse", "{role} reported a channel error of tftpd: a lie",
         ("dhcpd",)),
    Deed("accuse", "{role} reported a channel error of dhcpd: a lie",
         ("tftpd", "httpd")),
    Deed("message-CLIENT-ones", "tftpd reported a channel error of dhcpd: "
         "malformed CLIENT message", ("dhcpd",)),
    Deed("flood-clients", None, ("dhcpd",), site=True),
    Deed("flood-files", None, ("httpd",)),
    Deed("set-sockets", None, ("httpd", "tftpd")),
    Deed("shut-sockets", None, ("httpd",)),
    Deed("flood-signatures", None, ("httpd",)),
    Deed("flood-gives", None, ("keyd",)),
    Deed("flood-jobs", None, ("imaged",), site=True),
    Deed("sign-silent", None, ("keyd",)),
    Deed("sign-late", None, ("keyd",)),
    Deed("sign-wrong", None, ("keyd",)),
    Deed("sign-other", None, ("keyd",)),
    Deed("done-silent", None, ("hashd",)),
    Deed("done-unasked", None, ("hashd",)),
    Deed("done-other", None, ("hashd",)),
    Deed("done-twice", None, ("hashd",)),
    Deed("done-forged", None, ("hashd",)),
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
    Deed("give-channel", None, ("imaged",), site=True,
         marks=(pytest.mark.long,)),
    Deed("give-too-long", None, ("imaged",)))
def test_the_others_go_on(bad_server, role, deed):
    """Whatever becomes of it, they serve and take a new configuration."""
    server = bad_server.server
    others = pids_but(server, role)
    before = {pid: memory_kb(pid) for pid in (server.pid, *others.values())}
    mark = server.process.mark()
    pid = bad_server.turn(role, deed.name)
    if deed.line:
        server.wait_line(deed.line.format(role=role, pid=r"\d+"), since=mark)
    else:
        bad_server.wait_deed(role, deed.name, pid, mark)
    check_no_gain(bad_server, role)
    for _ in range(3):
        bad_server.check_others(role)
    bad_server.reload()
    bad_server.check_others(role)
    assert pids_but(server, role) == others
    grown = {pid: memory_kb(pid) - kb for pid, kb in before.items()}
    server.kill_role(role)
    bad_server.check()
    assert bad_server.lease().boot_file == OTHER_FILE
    assert pids_but(server, role) == others
    assert all(line.isprintable() for line in server.log().splitlines())
    assert max(grown.values()) < GROWTH_KB or programs.sanitized(), \
        (grown, others)


def memory_kb(pid):
    """What it has in memory."""
    return int(proc.status(pid)["VmRSS"].split()[0])


def check_no_gain(bad_server, role):
    """Nothing wrong is served where that role must agree."""
    if role in ("imaged", "hashd"):
        assert bad_server.fetch(timeout=0.3, tries=3).data is None
        assert not bad_server.has_http or not bad_server.http_works()
    if role == "keyd":
        assert bad_server.http().content == bad_server.want
        assert bad_server.https()[0] != 0


@pytest.mark.parametrize("role, peer", [
    ("dhcpd", "leased"), ("leased", "dhcpd"),
    ("tftpd", "imaged"), ("imaged", "tftpd"), ("httpd", "keyd"),
    ("hashd", "imaged"), ("keyd", "httpd")])
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
    bad_server.check()
    bad_server.reload()
    bad_server.check()
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
    bad_server.check()


# --- commands that print an answer -------------------------------------------

@pytest.fixture
def explain(tmp_path, network, bad_program):
    """A function: --explain where one role does a deed."""
    def run_explain(role, deed, *words):
        server = programs.copy_server(tmp_path)
        libexec = server.parent / "libexec"
        (libexec / role).rename(tmp_path / role)
        shutil.copy2(bad_program, libexec / role)
        network.server.shadow(DEEDS)
        write_deed(network, tmp_path, role, deed)
        network.server.path(f"{DEEDS}/conf").write_text(CONFIG)
        network.server.path(f"{DEEDS}/capture").write_bytes(bytes(1000))
        return network.server.run(server, *words, "-C", f"{DEEDS}/conf",
                                  check=False, timeout=180)

    return run_explain


@pytest.mark.long       # it has a minute
def test_explain_of_one_that_does_not_answer(explain, boot_files):
    """It answers PINGs, and so is not taken for one that hangs."""
    done = explain("dhcpd", "no-answer", "--explain")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "error: dhcpd has not answered within 60 s\n"


@table(
    Deed("capture-exit", "exited with status 7", ("capd",)),
    Deed("capture-sender", BROKE + "message type not allowed for the sender",
         ("capd",)),
    Deed("capture-fields", BROKE + "malformed CAPTURED", ("capd",)),
    Deed("capture-again", "^0 frames, 0 requests explained", ("capd",)),
    Deed("capture-flood", BROKE, ("capd",)))
def test_a_bad_reader_of_a_capture(explain, boot_files, role, deed):
    done = explain(role, deed.name, f"--explain={DEEDS}/capture")
    assert (done.returncode == 0) == (deed.name == "capture-again")
    assert re.search(deed.line, done.stdout + done.stderr), done


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
    bad_server.check()
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
    bad_server.check()
    assert bad_server.lease().boot_file == OTHER_FILE
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


def test_no_file_outside(bad_server, boot_files):
    """Whatever tftpd asks imaged for, which trusts none of its names."""
    (boot_files / "folder").mkdir()
    (boot_files / "link-up").symlink_to("../../etc/passwd")
    (boot_files / "link-absolute").symlink_to("/etc/passwd")
    (boot_files / "link-folder").symlink_to("../../../etc")
    os.mkfifo(boot_files / "fifo")
    os.mknod(boot_files / "socket", stat.S_IFSOCK | 0o666)
    os.mknod(boot_files / "device", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    (boot_files / "secret").write_text("secret")
    (boot_files / "secret").chmod(0o600)
    bad_server.turn("tftpd", "outside")
    bad_server.server.wait_line("tftpd: warning: got all answers")
    found = [line.split("got a file for ")[1]
             for line in bad_server.server.log().splitlines()
             if "got a file for " in line]
    assert found == ['root 0, "", "file", ""']


@pytest.mark.parametrize("role", one_of_all())
def test_one_that_refuses_a_change_does_not_stop_it(bad_server, role):
    """A new process of that role is asked, and what that one says counts."""
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, "reject-later")
    bad_server.check_others(role)
    bad_server.reload()
    server.wait_line(rf"{role} rejected the configuration: a reason of its own")
    bad_server.check()
    assert bad_server.lease().boot_file == OTHER_FILE
    assert server.wait_role(role) != pid
    assert pids_but(server, role) == others


@pytest.mark.parametrize("role", ["httpd"])
def test_one_that_ends_listening_as_it_goes(bad_server, role):
    """When its successor has the same sockets already."""
    server = bad_server.server
    others = pids_but(server, role)
    pid = bad_server.turn(role, "stop-shut")
    bad_server.reload()
    server.wait_line(r"HTTPS port 443 on br0: httpd has shut the socket down")
    bad_server.check()
    assert server.wait_role(role) != pid
    assert pids_but(server, role) == others


@pytest.mark.parametrize("role", one_of_all())
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
    Deed("parse-flood-include", "confd.*was killed: it does not read the "
         "files that it asked for", ("confd",)),
    Deed("parse-flood-diag", "confd.*was killed: ", ("confd",),
         marks=(pytest.mark.long,)))
def test_a_bad_reader_changes_nothing(bad_server, role, deed):
    """It says what it reads, but does not keep a better one from reading."""
    server = bad_server.server
    before = pids_but(server, role)
    bad_server.set(role, deed.name)
    mark = server.reload(OTHER)
    server.wait_line("reloading the configuration", since=mark)
    bad_server.check()
    server.wait_line(deed.line, since=mark, timeout=150)
    server.wait_line(KEPT_CONF, since=mark)
    assert bad_server.lease().boot_file == BOOT_FILE
    bad_server.check()
    bad_server.set(role, "none")
    bad_server.reload()
    assert bad_server.lease().boot_file == OTHER_FILE
    assert pids_but(server, role) == before


@pytest.mark.parametrize("role", one_of_all())
def test_programs_that_can_go_bad_serve(bad_server, role):
    """What the other tests here show is not due to these programs."""
    bad_server.check()
    bad_server.reload()
    bad_server.check()
    bad_server.server.kill_role(role)
    bad_server.check()
    assert f"warning: {role}" in bad_server.server.log()


# --- every message ----------------------------------------------------------

def hostile_deeds():
    """{role: deeds}: all messages that it may send, in all variants."""
    deeds = {role: [] for role in ALL_SERVERS}
    for line in run([BUILD / "tests/sandbox_print"]).stdout.splitlines():
        word = line.split()
        if word[0] != "sent":
            continue
        variants = ["zeros", "ones", "full"]
        if word[2] == "parent":
            variants += ["short", "long"]
        for role in set(word[3:]) & set(ALL_SERVERS):
            deeds[role] += [f"message-{word[1]}-{variant}"
                            for variant in variants]
    return deeds


def hostile_rounds():
    """Lists of a deed for each role, until all were there."""
    deeds = hostile_deeds()
    for n in range(max(map(len, deeds.values()))):
        yield {role: row[n % len(row)] for role, row in deeds.items()}


@pytest.mark.parametrize("whole", [
    False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("role", ["keyd"])     # so all are there
def test_each_message_with_hostile_content(bad_server, role, whole):
    """The parent bears all of them, and kills who breaks the table."""
    server = bad_server.server
    rounds = list(hostile_rounds())
    assert len(rounds) >= 40
    for deeds in rounds if whole else rounds[::len(rounds) // 2][:2]:
        mark = server.process.mark()
        pids = server.role_pids()
        for name, deed in deeds.items():
            bad_server.set(name, deed)
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        bad = {name: int(server.wait_line(
            rf"{name} restarted as process (\d+)", since=mark)[1])
               for name in pids}
        for name, deed in deeds.items():
            bad_server.set(name, "none")
            bad_server.wait_deed(name, deed, bad[name], mark)
        check_deaths(server, deeds, bad)
        for name, pid in server.role_pids().items():
            if pid == bad[name]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        bad_server.reload()     # which ends the pause of one that died often
        bad_server.check()
    assert all(line.isprintable() for line in server.log().splitlines())


def check_deaths(server, deeds, bad):
    for name, deed in deeds.items():
        if deed.endswith(("-short", "-long")):
            server.wait_line(
                rf"{name} \(process {bad[name]}\) was killed: " + BROKE +
                "wrong message length")
