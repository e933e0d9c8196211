"""A role that hangs or cannot be started is noticed, logged and replaced."""

import os
import resource
import signal
import time

import pytest

from lab import clients
from lab.boot import CONFIG
from lab.daemon import SERVERS
from lab.dhcp_client import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.patience import wait_until

DHCP = ("dhcpd", "leased")
KEPT = "keeping the running configuration"
# Silence of 10 s is a hang; the rest is for the new process.
OUTAGE_S = 15


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0, tries=3) as client:
        yield client


def serves_dhcp(dhcp, number):
    reply = dhcp.lease(mac_number(number))
    return reply is not None and reply.type == "ACK"


def serves_tftp(reader):
    return clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data is not None


@pytest.mark.parametrize("role", SERVERS)
def test_role_that_hangs_is_replaced(start_server, boot_files, dhcp, reader,
                                     role):
    """It alone is without service, and for a bounded time."""
    server = start_server()
    before = server.role_pids()
    begin = time.monotonic()
    os.kill(before[role], signal.SIGSTOP)
    number = 1
    while server.role_pids().get(role) == before[role]:
        # A file that was open stays open without imaged.
        if role in DHCP:
            assert serves_tftp(reader)
        else:
            assert serves_dhcp(dhcp, number)
        number += 1
        assert time.monotonic() < begin + 2 * OUTAGE_S
        time.sleep(0.2)
    server.wait_line(rf"{role} \(process {before[role]}\) was killed: no "
                     "answer for 10 s")
    server.wait_line(f"{role} restarted as process")
    outage_s = time.monotonic() - begin
    print(f"{role} was away for {outage_s:.1f} s")
    assert outage_s < OUTAGE_S
    after = server.role_pids()
    assert {x for x in SERVERS if after[x] != before[x]} == {role}
    assert serves_dhcp(dhcp, 1000) and serves_tftp(reader)


@pytest.mark.parametrize("role", ["dhcpd", "imaged"])
def test_reload_waits_for_a_role_that_hangs(start_server, boot_files, dhcp,
                                            reader, role):
    """Both reloads take effect, and the log says what the second waits for."""
    server = start_server()
    before = server.role_pids()
    os.kill(before[role], signal.SIGSTOP)
    mark = server.reload(CONFIG.replace("pxelinux.0", "first"))
    # Signals of one kind do not queue.
    server.wait_line("confd: sandbox: seccomp, first stage", since=mark)
    server.reload(CONFIG.replace("pxelinux.0", "second"))
    server.wait_line(f"reload delayed for 5 s: waiting for {role}", since=mark)
    server.wait_line(f"{role} .* was killed: no answer for 10 s", timeout=20, since=mark)
    server.wait_line("ready, configuration 2$", since=mark)
    server.wait_line("ready, configuration 3$", since=mark)
    assert dhcp.lease(mac_number(1)).boot_file == "second"
    assert serves_tftp(reader)
    after = server.role_pids()
    assert {x for x in SERVERS if after[x] != before[x]} == {role}


def unlink(path):
    path.unlink()


def folder(path):
    path.unlink()
    path.mkdir()


def fifo(path):
    path.unlink()
    os.mkfifo(path)


def unreadable(path):
    path.unlink()
    path.symlink_to("/proc/self/mem")


@pytest.mark.parametrize("spoil", [unlink, folder, fifo, unreadable])
def test_reload_without_a_configuration_file(start_server, boot_files,
                                             network, dhcp, reader, spoil):
    """Service goes on, and a later reload takes effect."""
    server = start_server()
    pids = server.role_pids()
    path = network.server.path(server.config_path)
    spoil(path)
    mark = server.reload()
    server.wait_line(KEPT, since=mark)
    assert server.process.status is None
    assert serves_dhcp(dhcp, 1) and serves_tftp(reader)
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    mark = server.reload(CONFIG.replace("pxelinux.0", "other"))
    server.wait_line(r"ready, configuration \d", since=mark)
    assert dhcp.lease(mac_number(2)).boot_file == "other"
    assert server.role_pids() == pids


@pytest.fixture
def no_descriptors():
    """A function that leaves a process no descriptor to open, and back."""
    changed = {}

    def starve(pid):
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        changed[pid] = hard
        used = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used // 2, hard))

    def feed(pid):
        hard = changed.pop(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))

    return starve, feed


@pytest.mark.parametrize("role", ["tftpd", "leased"])
def test_role_that_cannot_be_started_is_tried_again(
        start_server, boot_files, dhcp, reader, no_descriptors, role):
    starve, feed = no_descriptors
    server = start_server()
    starve(server.pid)
    server.kill_role(role)
    server.wait_line(f"cannot start {role}: Too many open files")
    server.wait_line(rf"{role} could not be started; retrying in \d+ ms")
    feed(server.pid)
    server.wait_line(f"{role} restarted as process")
    assert serves_dhcp(dhcp, 1) and serves_tftp(reader)


def test_reload_when_confd_cannot_be_started(start_server, boot_files, dhcp,
                                             reader, no_descriptors):
    starve, feed = no_descriptors
    server = start_server()
    starve(server.pid)
    mark = server.reload(CONFIG.replace("pxelinux.0", "other"))
    server.wait_line(KEPT, since=mark)
    assert server.process.status is None
    assert serves_dhcp(dhcp, 1)
    feed(server.pid)
    assert serves_tftp(reader)
    mark = server.reload()
    server.wait_line(r"ready, configuration \d", since=mark)
    assert dhcp.lease(mac_number(2)).boot_file == "other"


def test_parent_that_was_stopped_blames_nobody(start_server, boot_files,
                                               dhcp):
    """Nobody answers a parent that does not ask."""
    server = start_server()
    pids = server.role_pids()
    os.kill(server.pid, signal.SIGSTOP)
    time.sleep(12)      # longer than the silence that it takes for a hang
    mark = server.process.mark()
    os.kill(server.pid, signal.SIGCONT)
    server.wait_line("the parent process did not run for", since=mark)
    mark = server.reload()
    server.wait_line("ready, configuration 2$", since=mark)
    assert server.role_pids() == pids
    assert serves_dhcp(dhcp, 1)


def test_many_reloads(start_server, boot_files, dhcp):
    """They are done one after the other, and one line says that one waits."""
    server = start_server()
    pids = server.role_pids()
    for _ in range(1000):
        server.process.signal(signal.SIGHUP)
        time.sleep(0.001)
    mark = server.reload(CONFIG.replace("pxelinux.0", "last"))
    server.wait_line("reloading the configuration|ready, configuration",
                     since=mark)
    wait_until(lambda: dhcp.lease(mac_number(1)).boot_file == "last",
               "the last configuration")
    log = server.log()
    begun = log.count("reloading the configuration")
    # A file may be read while it is written.
    ended = log.count("ready, configuration") + log.count(KEPT)
    assert begun <= ended + 2
    assert {k: v for k, v in server.role_pids().items()
            if k != "confd"} == pids
