"""Processes are killed while machines boot; nothing promised is lost."""

import os
import signal
import time

import pytest

from lab import clients, proc
from lab.all_roles import ALL, MORE, Clients
from lab.boot import CONFIG, STATE_FOLDER, WIDE_CONFIG
from lab.daemon import ALL_SERVERS, SERVERS
from lab.dhcp_client import mac_number
from lab.leases import (check_held, check_renewals, check_single,
                        read_store)
from lab.load import Load
from lab.namespaces import SERVER_ADDRESS

# Each role dies every fourth time; more than 5 deaths within 10 s would
# keep it down.  The pause counts from the restart: a test that stalls must
# not catch up with kills in quick succession.
PAUSE_S = 0.55
STOP_WITHIN_S = 3


def store_of(network):
    return read_store(network.server.path(STATE_FOLDER) / "leases.db")


def kill_in_turn(server, load, roles, kills):
    """Kill a role so many times; each time it alone is replaced."""
    for number in range(kills):
        role = roles[number % len(roles)]
        before = server.role_pids()
        os.kill(before[role], signal.SIGKILL)
        after_pid = server.wait_role(role, other_than=before[role])
        server.wait_line(rf"{role} restarted as process {after_pid}\b")
        after = server.role_pids()
        assert {x: after[x] for x in roles if x != role} == \
            {x: before[x] for x in roles if x != role}, role
        assert load.errors == []
        time.sleep(PAUSE_S)


@pytest.mark.prefix(20)
@pytest.mark.parametrize("kills", [
    16, pytest.param(50, marks=pytest.mark.long)])
def test_roles_are_killed_while_machines_boot(start_server, boot_files,
                                              network, dhcp, reader, kills):
    server = start_server(WIDE_CONFIG)
    want = (boot_files / "file").read_bytes()
    with Load(dhcp, reader, SERVER_ADDRESS, "file", want) as load:
        kill_in_turn(server, load, SERVERS, kills)
        load.wait(held=kills + 1, fetched=kills + 1)
    assert load.errors == [] and load.broken == []
    check_single(load.held)
    check_renewals(dhcp, load.held)
    later = dhcp.lease_many([mac_number(1 << 20 | n) for n in range(20)])
    assert len(later) == 20
    load.held.update({mac: ack.yiaddr for mac, ack in later.items()})
    check_single(load.held)
    reply = clients.tftp_fetch(reader, SERVER_ADDRESS, "file")
    assert reply.data == want
    assert server.stop() == 0
    check_held(store_of(network), load.held)


@pytest.mark.prefix(20)
def test_any_role_is_killed_while_machines_boot(start_server, boot_files,
                                                network, secrets, dhcp,
                                                reader):
    """The same with HTTPS and signed files: seven roles."""
    secrets.lay(network.server, boot_files)
    server = start_server(WIDE_CONFIG + MORE)
    want = (boot_files / "file").read_bytes()
    with Load(dhcp, reader, SERVER_ADDRESS, "file", want) as load:
        kill_in_turn(server, load, ALL_SERVERS, 2 * len(ALL_SERVERS))
    assert load.errors == [] and load.broken == []
    check_single(load.held)
    with Clients(network, boot_files, secrets) as everybody:
        everybody.check()


@pytest.mark.timing     # six deaths within 10 s
@pytest.mark.parametrize("role", ["tftpd", "dhcpd"])
def test_role_that_dies_too_often_stays_down(start_server, boot_files,
                                             dhcp, reader, role):
    server = start_server()
    held = {mac: ack.yiaddr for mac, ack in
            dhcp.lease_many(map(mac_number, range(5))).items()}
    pid = None
    for _ in range(6):
        pid = server.wait_role(role, other_than=pid)
        os.kill(pid, signal.SIGKILL)
    server.wait_line(rf"error: {role} failed 6 times within 10 s; retrying "
                     "in 60 s; .*SIGHUP")
    time.sleep(1.5)     # longer than the longest wait for a restart
    assert role not in server.role_pids()
    if role == "tftpd":
        assert dhcp.lease(mac_number(77)).type == "ACK"
    else:
        assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data
    mark = server.reload()
    server.wait_line("ready, configuration 2", since=mark)
    server.wait_role(role)
    check_renewals(dhcp, held)
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data


@pytest.mark.prefix(20)
def test_parent_is_killed(start_server, boot_files, network, dhcp):
    server = start_server(WIDE_CONFIG)
    with Load(dhcp, pause=0.02, patience=1) as load:
        load.wait(held=21)
        pids = server.role_pids()
        assert sorted(pids) == sorted(SERVERS)
        os.kill(server.pid, signal.SIGKILL)
        proc.wait_gone([server.pid, *pids.values()])
    check_single(load.held)
    check_held(store_of(network), load.held)
    start_server(WIDE_CONFIG)
    check_renewals(dhcp, load.held)


@pytest.mark.timing
@pytest.mark.parametrize("stopped", [None, *ALL_SERVERS])
def test_stop_is_clean_and_quick(start_server, network, boot_files, secrets,
                                 dhcp, stopped):
    """Also when a role cannot answer."""
    whole = stopped not in (None, *SERVERS)
    if whole:
        secrets.lay(network.server, boot_files)
    server = start_server(ALL if whole else CONFIG)
    assert dhcp.lease(mac_number(1)).type == "ACK"
    pids = server.role_pids()
    if stopped:
        os.kill(pids[stopped], signal.SIGSTOP)
    os.kill(server.pid, signal.SIGTERM)
    assert server.process.wait_end(STOP_WITHIN_S) == 0
    proc.wait_gone(pids.values())
    assert "stopped" in server.process.tail(1)[0]


@pytest.mark.timing
def test_terminal_keys_stop_it_as_well(start_server, boot_files):
    """Ctrl-C reaches all processes of the terminal, not the parent alone."""
    server = start_server()
    pids = server.role_pids()
    for pid in [*pids.values(), server.pid]:
        os.kill(pid, signal.SIGINT)
    assert server.process.wait_end(STOP_WITHIN_S) == 0
    proc.wait_gone(pids.values())
    assert "killed" not in server.log()


def test_store_is_whole_after_a_stop(start_server, boot_files, network,
                                     dhcp):
    server = start_server(CONFIG)
    held = {mac: ack.yiaddr for mac, ack in
            dhcp.lease_many(map(mac_number, range(40))).items()}
    assert len(held) == 40
    server.stop()
    check_held(store_of(network), held)
