"""A layer that is unavailable stops the start, unless it was disabled."""

import pytest

from lab import clients, proc, programs
from lab.boot import CONFIG
from lab.daemon import default_command
from lab.namespaces import SERVER_ADDRESS

pytestmark = pytest.mark.xdist_group("missing_layers")

# By the call that the kernel seems to lack: who complains of what.
LACKING = [
    ("unshare", "namespaces unavailable: unshare", "sandbox-disable=namespaces"),
    ("pivot_root", "root unavailable: pivot_root", "Linux"),
    ("mount_setattr", "root unavailable: make the folders of the root", "Linux"),
    ("setresuid", "user unavailable: change the user",
     "start pxeguard as root"),
    ("capset", "capabilities unavailable: empty the capability sets",
     "start pxeguard as root"),
    ("prlimit64", "rlimits unavailable: setrlimit", "raise the limits"),
    ("landlock_create_ruleset",
     "landlock unavailable: landlock_create_ruleset",
     "sandbox-disable=landlock"),
    ("seccomp", "seccomp unavailable: seccomp_rule_add",
     "sandbox-disable=seccomp"),
]


@pytest.fixture(scope="module")
def deny(tmp_path_factory):
    """A function: the server's command line on a kernel without a call."""
    program = programs.build(tmp_path_factory.mktemp("deny"), "deny")
    return lambda call, *options: " ".join(
        [str(program), call, default_command(), *options])


@pytest.mark.parametrize("call, layer, hint", LACKING,
                         ids=[row[0] for row in LACKING])
def test_start_fails_and_names_the_layer(start_fails, boot_files, deny,
                                         call, layer, hint):
    if call == "prlimit64" and programs.sanitized():
        pytest.skip("AddressSanitizer needs this call before main()")
    log = start_fails(command=deny(call))
    assert f"sandbox: {layer}: Function not implemented; " in log
    assert hint in log
    assert "ready" not in log


# What Docker grants by default.
CONTAINER = ",+".join(
    ["-all", "chown", "dac_override", "fowner", "fsetid", "kill", "setgid",
     "setuid", "setpcap", "net_bind_service", "net_raw", "sys_chroot", "mknod",
     "audit_write", "setfcap"])


def test_missing_capabilities_are_named_at_once(start_fails, boot_files):
    log = start_fails(command=f"setpriv --bounding-set {CONTAINER} "
                      + default_command())
    assert "error: capabilities missing: net_admin, dac_read_search, " \
        "sys_admin; grant them" in log
    assert len(log.splitlines()) == 1


def test_layers_that_need_sys_admin_may_be_disabled(start_server, boot_files,
                                                    network):
    start_server(command="setpriv --bounding-set -sys_admin "
                 + default_command()
                 + " --sandbox-disable=namespaces,seccomp")
    assert serves(network)


def test_start_fails_without_openat2(start_fails, boot_files, deny):
    """Without it, names could lead out of the tree."""
    assert "openat2" in start_fails(command=deny("openat2"))


def serves(network):
    client = network.client()
    learnt = clients.udhcpc(client)
    client.address("192.168.1.200/24")
    reply = clients.tftp_fetch(client, SERVER_ADDRESS, "file")
    return learnt.ok and reply.data is not None


def test_namespaces_may_be_disabled(start_server, boot_files, network, deny):
    server = start_server(
        command=deny("unshare", "--sandbox-disable=namespaces"))
    assert serves(network)
    for role in ["confd", *server.role_pids()]:
        assert f" {role}: warning: sandbox: namespaces disabled by " \
            "sandbox-disable" in server.log()
    for pid in server.role_pids().values():
        assert proc.capabilities(pid, "CapBnd") == set()
        assert proc.status(pid)["Seccomp"] == "2"
        assert proc.namespace(pid, "net") == \
            proc.namespace(server.pid, "net")


def test_landlock_may_be_disabled(start_server, boot_files, network, deny):
    server = start_server(command=deny("landlock_create_ruleset",
                                       "--sandbox-disable=landlock"))
    assert serves(network)
    for role in ["confd", *server.role_pids()]:
        assert f" {role}: warning: sandbox: landlock disabled by " \
            "sandbox-disable" in server.log()


def test_layers_disabled_in_the_file_count_for_all_but_confd(
        start_server, boot_files, network):
    server = start_server(CONFIG + "sandbox-disable=seccomp,landlock\n")
    assert serves(network)
    log = server.log()
    assert " confd: sandbox: seccomp, first stage" in log
    assert " pxeguard: warning: sandbox: seccomp disabled by sandbox-disable" \
        in log
    for role, pid in server.role_pids().items():
        assert proc.status(pid)["Seccomp"] == "0", role
        for layer in ("seccomp", "landlock"):
            assert f" {role}: warning: sandbox: {layer} disabled by " \
                "sandbox-disable" in log
            assert f" {role}: sandbox: {layer}\n" not in log
            assert f" {role}: sandbox: {layer}, " not in log
    server.reload()
    server.wait_line("ready, configuration 2")


@pytest.mark.parametrize("layers", ["namespaces", "landlock,seccomp"])
def test_a_reload_disables_no_layer(start_server, boot_files, network, layers):
    """Later processes need what the parent gave up at its start."""
    server = start_server()
    mark = server.reload(CONFIG + f"sandbox-disable={layers}\n")
    server.wait_line("sandbox-disable cannot change at a reload", since=mark)
    server.wait_line("ready, configuration 2", since=mark)
    # Interfaces lead to another configuration, which warns of nothing.
    mark = server.process.mark()
    network.server.ip("address", "add", "192.168.9.1/24", "dev", "br0")
    server.wait_line("ready, configuration 3", since=mark)
    for role in ("imaged", "leased"):
        killed = server.kill_role(role)
        server.wait_line(f"{role} restarted", since=mark)
        pid = server.wait_role(role, other_than=killed)
        assert proc.status(pid)["Seccomp"] == "2"
        assert proc.namespace(pid, "net") != \
            proc.namespace(server.pid, "net")
    assert serves(network)
    log = "\n".join(server.process.tail(None)[mark:])
    assert "sandbox-disable" not in log
