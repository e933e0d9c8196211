"""The disk of the lease store breaks, or its files cannot be opened again."""

import os

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import lease_row, make_database, number
from lab.leases import check_renewals
from lab.slow_disk import disks_there

DATABASE = f"{STATE_FOLDER}/leases.db"
BELOW = "/srv/disk"


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=0.5, tries=2) as client:
        yield client


@pytest.fixture
def disk(network):
    """The state folder on a disk that has errors when `ballast` is full."""
    if not disks_there():
        pytest.skip("there are no loop devices")
    network.server.shadow(BELOW, size="4m")
    image = f"{BELOW}/image"
    network.server.run("truncate", "-s", "64M", image)
    network.server.run("mkfs.ext4", "-q", "-F", "-O", "^has_journal",
                       "-E", "lazy_itable_init=1", image)
    network.server.run("mount", "-t", "ext4", "-o",
                       "loop,errors=continue", image, STATE_FOLDER)
    network.server.run("chown", f"{STORE_USER}:", STATE_FOLDER)
    network.server.run("chmod", "700", STATE_FOLDER)
    yield network.server.path(BELOW)
    network.server.run("umount", "-l", STATE_FOLDER)


def break_disk(disk):
    with open(disk / "ballast", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_disk_with_errors(start_server, boot_files, disk, dhcp):
    server = start_server()
    held = {mac_number(1): dhcp.lease(mac_number(1)).yiaddr}
    pids = server.role_pids()
    break_disk(disk)
    refused = []
    for mac in map(mac_number, range(2, 100)):
        reply = dhcp.lease(mac)
        if reply is None:
            refused.append(mac)
            break
        held[mac] = reply.yiaddr
    assert refused, "every lease was stored on a broken disk"
    server.wait_line(rf"leased: error: {DATABASE}: disk I/O error.*; no new "
                     "leases until this is fixed")
    os.unlink(disk / "ballast")
    dhcp.tries = 6
    for mac in refused:
        assert dhcp.lease(mac).type == "ACK"
    server.wait_line(rf"{DATABASE}: writable again|cannot be used any more")
    check_renewals(dhcp, held)
    assert set(server.role_pids()) == set(pids)


def test_database_that_cannot_be_opened_again(start_server, boot_files,
                                              network, dhcp):
    """The log says why leased stays down; a reload starts it again."""
    server = start_server()
    held = {mac_number(1): dhcp.lease(mac_number(1)).yiaddr}
    network.server.run("chmod", "000", STATE_FOLDER)
    server.kill_role("leased")
    server.wait_line(rf"leased rejected .*{DATABASE} cannot be read by user")
    server.wait_line("error: leased failed 6 times within 10 s; retrying in "
                     "60 s; .*reload", timeout=30)
    assert dhcp.init_reboot(mac_number(1), held[mac_number(1)]) is None
    network.server.run("chmod", "700", STATE_FOLDER)
    server.reload()
    server.wait_role("leased")
    dhcp.tries = 20
    check_renewals(dhcp, held)


def test_load_is_interrupted(start_server, boot_files, network, dhcp):
    """dhcpd dies in the middle of its leases, again and again."""
    (network.server.path(STATE_FOLDER) / "leases.db").write_bytes(
        make_database(lease_row(number("10.0.0.1") + n, n)
                      for n in range(50000)))
    network.server.run("chown", f"{STORE_USER}:", DATABASE)
    server = start_server(CONFIG + "dhcp-lease-max=100000\n")
    leased = server.wait_role("leased")
    before = None
    for _ in range(3):
        before = server.wait_role("dhcpd", other_than=before)
        server.kill_role("dhcpd")
    server.wait_role("dhcpd", other_than=before)
    server.wait_line("50000 leases read from the store", timeout=30)
    dhcp.tries = 20
    assert dhcp.lease(mac_number(70000)).type == "ACK"
    assert server.wait_role("leased") == leased
