"""A wall that cannot stand stops the start, unless it was given up."""

import pytest

from lab import clients, proc, programs
from lab.boot import CONFIG
from lab.daemon import default_command
from lab.namespaces import SERVER_ADDRESS

pytestmark = pytest.mark.xdist_group("missing_walls")

# By the call that the kernel seems to lack: who complains of what.
LACKING = [
    ("unshare", "namespaces: unshare", "without-wall=namespaces"),
    ("pivot_root", "root: pivot_root", "Linux"),
    ("mount_setattr", "root: furnish the root", "Linux"),
    ("setresuid", "user: change the user", "start pxeguard as root"),
    ("capset", "capabilities: empty the capability sets",
     "start pxeguard as root"),
    ("prlimit64", "rlimits: setrlimit", "raise the limits"),
    ("landlock_create_ruleset", "landlock: landlock_create_ruleset",
     "without-wall=landlock"),
    ("seccomp", "seccomp: seccomp_rule_add", "without-wall=seccomp"),
]


@pytest.fixture(scope="module")
def deny(tmp_path_factory):
    """A function: the server's command line on a kernel without a call."""
    program = programs.build(tmp_path_factory.mktemp("deny"), "deny")
    return lambda call, *options: " ".join(
        [str(program), call, default_command(), *options])


@pytest.mark.parametrize("call, wall, hint", LACKING,
                         ids=[row[0] for row in LACKING])
def test_start_fails_and_names_the_wall(start_fails, boot_files, deny, call,
                                        wall, hint):
    log = start_fails(command=deny(call))
    assert f"wall missing: {wall}: Function not implemented; " in log
    assert hint in log
    assert "ready" not in log


def test_start_fails_without_the_right_to_make_namespaces(start_fails,
                                                          boot_files):
    log = start_fails(command="setpriv --bounding-set -sys_admin "
                      + default_command())
    assert "wall missing: namespaces: unshare: Operation not permitted" in log


def test_start_fails_without_openat2(start_fails, boot_files, deny):
    """Without it, names could lead out of the tree."""
    assert "openat2" in start_fails(command=deny("openat2"))


def serves(network):
    client = network.client()
    learnt = clients.udhcpc(client)
    client.address("192.168.1.200/24")
    reply = clients.tftp_fetch(client, SERVER_ADDRESS, "file")
    return learnt.ok and reply.data is not None


def test_namespaces_may_be_given_up(start_server, boot_files, network, deny):
    server = start_server(
        command=deny("unshare", "--without-wall=namespaces"))
    assert serves(network)
    for role in ["confd", *server.role_pids()]:
        assert f" {role}: warning: wall given up by without-wall: " \
            "namespaces" in server.log()
    for pid in server.role_pids().values():
        assert proc.capabilities(pid, "CapBnd") == set()
        assert proc.status(pid)["Seccomp"] == "2"
        assert proc.namespace(pid, "net") == \
            proc.namespace(server.pid, "net")


def test_landlock_may_be_given_up(start_server, boot_files, network, deny):
    server = start_server(command=deny("landlock_create_ruleset",
                                       "--without-wall=landlock"))
    assert serves(network)
    for role in ["confd", *server.role_pids()]:
        assert f" {role}: warning: wall given up by without-wall: " \
            "landlock" in server.log()


def test_walls_given_up_in_the_file_count_for_all_but_confd(
        start_server, boot_files, network):
    server = start_server(CONFIG + "without-wall=seccomp,landlock\n")
    assert serves(network)
    log = server.log()
    assert " confd: wall: seccomp, first stage" in log
    assert " pxeguard: warning: wall given up by without-wall: seccomp" in log
    for role, pid in server.role_pids().items():
        assert proc.status(pid)["Seccomp"] == "0", role
        for wall in ("seccomp", "landlock"):
            assert f" {role}: warning: wall given up by without-wall: " \
                f"{wall}" in log
            assert f" {role}: wall: {wall}" not in log
    server.reload()
    server.wait_line("ready, configuration 2")
