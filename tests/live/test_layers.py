"""The sandbox of every process, as the kernel reports it."""

import os
import pathlib
import pwd
import stat
import time

import pytest

from lab import clients, proc, programs
from lab.boot import CONFIG, STATE_FOLDER
from lab.daemon import SERVERS
from lab.namespaces import SERVER_ADDRESS

ROOTS = {"confd": "empty", "dhcpd": "empty", "tftpd": "empty",
         "leased": f"{STATE_FOLDER}: nodev nosuid noexec",
         "imaged": "/srv/tftpboot: read-only nodev nosuid noexec"}
PARENT = {"net_bind_service", "net_admin", "kill", "dac_read_search"}
# What a role needs to enter its sandbox, and the parent never has in force.
SETUP = {"sys_admin", "setuid", "setgid", "setpcap"}
SETS = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]


@pytest.fixture
def server(start_server, boot_files, network):
    """A server that has served DHCP and TFTP to somebody."""
    running = start_server()
    client = network.client()
    assert clients.udhcpc(client).ok
    client.address("192.168.1.200/24")
    reply = clients.tftp_fetch(client, SERVER_ADDRESS, "file")
    assert reply.data == (boot_files / "file").read_bytes()
    # The last ACK ends the transfer, and with it its descriptors.
    running.wait_line('sent "file"')
    return running


def role_users():
    return {role: pwd.getpwnam(f"pxeguard-{role}").pw_uid for role in SERVERS}


def test_each_role_has_a_user_of_its_own(server):
    uids = {}
    for role, pid in server.role_pids().items():
        fields = proc.status(pid)
        assert len(set(fields["Uid"].split())) == 1, role
        assert len(set(fields["Gid"].split())) == 1, role
        assert fields["Gid"].split()[0] != "0", role
        assert fields["Groups"] == "", role
        uids[role] = int(fields["Uid"].split()[0])
    assert uids == role_users()
    assert len(set(uids.values()) | {0}) == len(SERVERS) + 1


def test_each_role_names_pxeguard(server):
    """ps(1) and ss(8) tell its dhcpd from another one."""
    for role, pid in server.role_pids().items():
        folder = pathlib.Path(f"/proc/{pid}")
        assert (folder / "comm").read_text() == f"pxeguard: {role}"[:15] + "\n"
        assert (folder / "cmdline").read_text() == f"pxeguard: {role}\0"


def test_no_role_has_a_capability(server):
    for role, pid in server.role_pids().items():
        for which in SETS:
            assert proc.capabilities(pid, which) == set(), (role, which)


def test_each_role_has_its_filter_and_gets_no_privileges(server):
    for role, pid in server.role_pids().items():
        fields = proc.status(pid)
        assert fields["Seccomp"] == "2", role
        assert fields["NoNewPrivs"] == "1", role


def test_parent_has_what_it_needs_and_no_more(server):
    assert proc.capabilities(server.pid, "CapPrm") == PARENT
    assert proc.capabilities(server.pid, "CapEff") == PARENT
    assert proc.capabilities(server.pid, "CapInh") == set()
    assert proc.capabilities(server.pid, "CapAmb") == set()
    assert proc.capabilities(server.pid, "CapBnd") == PARENT | SETUP
    assert proc.status(server.pid)["Seccomp"] == "2"


def test_documents_name_each_capability_of_the_parent():
    docs = pathlib.Path(__file__).resolve().parents[2] / "docs"
    text = (docs / "architecture.md").read_text().lower()
    assert [name for name in PARENT | SETUP if name not in text] == []


@pytest.mark.parametrize("role", ["dhcpd", "tftpd"])
def test_root_is_empty_and_read_only(server, role):
    pid = server.wait_role(role)
    assert os.listdir(f"/proc/{pid}/root/") == []
    assert proc.mounts(pid).keys() == {"/"}
    assert proc.mounts(pid)["/"] >= {"ro", "nodev", "nosuid", "noexec"}


def test_root_of_imaged_is_the_tree_read_only(server, boot_files):
    pid = server.wait_role("imaged")
    # A folder for each tftp-root, and nothing beside them.
    assert os.listdir(f"/proc/{pid}/root/") == ["0"]
    assert os.path.samefile(f"/proc/{pid}/root/0", boot_files)
    assert proc.mounts(pid).keys() == {"/", "/0"}
    for mount in ("/", "/0"):
        assert proc.mounts(pid)[mount] >= {"ro", "nodev", "nosuid", "noexec"}


def test_root_of_leased_is_the_state_folder(server, network):
    pid = server.wait_role("leased")
    assert os.path.samefile(f"/proc/{pid}/root/",
                            network.server.path(STATE_FOLDER))
    assert proc.mounts(pid).keys() == {"/"}
    assert proc.mounts(pid)["/"] >= {"nodev", "nosuid", "noexec",
                                     "nosymfollow"}


def test_each_role_has_a_network_with_a_loopback_alone(server):
    pids = server.role_pids()
    for role, pid in pids.items():
        assert proc.links(pid) == ["lo"], role
        for kind in ("net", "mnt", "ipc", "uts"):
            others = [server.pid, *(pids[x] for x in pids if x != role)]
            assert proc.namespace(pid, kind) not in \
                [proc.namespace(other, kind) for other in others], role


def opened(pid):
    """The files and folders that a process has open, by name."""
    files, folders, other = set(), set(), set()
    for number, (target, info) in proc.descriptors(pid).items():
        if stat.S_ISREG(info.st_mode) and not target.startswith("anon"):
            files.add(target)
        elif stat.S_ISDIR(info.st_mode):
            folders.add(target)
        elif stat.S_ISCHR(info.st_mode) or stat.S_ISBLK(info.st_mode):
            assert target == "/dev/null" and number <= 2
        else:
            other.add(target.partition(":")[0])
    return files, folders, other


def test_roles_hold_no_other_descriptors_than_they_need(server):
    time.sleep(0.3)  # imaged keeps a file that was asked for so long
    want = {"dhcpd": (set(), set()), "tftpd": (set(), set()),
            "imaged": (set(), {"/0"}),
            "leased": ({"/leases.db", "/leases.db-wal"}, set())}
    for role, pid in server.role_pids().items():
        files, folders, other = opened(pid)
        assert (files, folders) == want[role], role
        assert other <= {"socket", "pipe", "anon_inode"}, role


def test_limits(server):
    for role, pid in server.role_pids().items():
        limits = proc.limits(pid)
        assert limits["Max processes"] == "0", role
        assert limits["Max core file size"] == "0", role
        assert limits["Max locked memory"] == "0", role
        # For 256 transfers, and 1024 that are not answered yet.
        most = 3136 if role in ("tftpd", "imaged") else 1024
        assert int(limits["Max open files"]) <= most, role
        # Sanitizers may have to write their reports.
        # imaged writes copies of files into memory.
        if role not in ("leased", "imaged") and not programs.sanitized():
            assert limits["Max file size"] == "0", role


def test_each_layer_is_logged(server):
    log = server.log()
    layers = ["namespaces: network, mount, ipc, uts",
              "capabilities: none, bounding set empty",
              "no new privileges, not dumpable", "landlock",
              "seccomp, first stage"]
    for role in ["confd", *SERVERS]:
        uid = pwd.getpwnam(f"pxeguard-{role}").pw_uid
        for layer in [*layers, f"root: {ROOTS[role]}",
                      f"user: uid {uid}, gid", "rlimits: "]:
            assert f" {role}: sandbox: {layer}" in log, (role, layer)
        # confd is gone when the others begin to serve.
        if role != "confd":
            assert f" {role}: sandbox: seccomp, second stage" in log
    assert " pxeguard: sandbox: seccomp" in log
    assert " pxeguard: sandbox: capabilities: net_bind_service, net_admin, " \
        "kill, dac_read_search" in log


def test_layers_are_entered_in_order(server):
    for role in SERVERS:
        rows = [row.partition("sandbox: ")[2].split(":")[0].split(",")[0]
                for row in server.log().splitlines()
                if f" {role}: sandbox: " in row]
        assert rows == ["namespaces", "root", "user", "capabilities",
                        "rlimits", "no new privileges", "landlock",
                        "seccomp", "seccomp"], role


def test_configuration_gives_no_role_the_file(start_server, boot_files,
                                              network):
    """The tree is all that imaged sees, even by a link out of it."""
    (boot_files / "out").symlink_to("/../../../etc/passwd")
    (boot_files / "far").symlink_to("/proc/1/root/etc/passwd")
    start_server(CONFIG)
    client = network.client()
    client.address("192.168.1.200/24")
    for name in ("out", "far"):
        reply = clients.tftp_fetch(client, SERVER_ADDRESS, name)
        assert reply.data is None and reply.error[0] in (1, 2), name
