"""The database of an older version is converted at the start."""

import shutil
import sqlite3

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import lease_row, make_database, number
from lab.leases import check_renewals, read_store

DATABASE = f"{STATE_FOLDER}/leases.db"
FIRST = number("192.168.1.50")


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0, tries=3) as client:
        yield client


def test_database_of_0_1_0(start_server, boot_files, folder, lay, dhcp):
    lay(make_database((lease_row(FIRST + n, n) for n in range(20)), schema=1))
    server = start_server()
    server.wait_line(rf"leased: {DATABASE}: converted from the format of "
                     "pxeguard 0.1.0; 20 leases, 0 invalid rows removed")
    server.wait_line("20 leases read from the store")
    held = {mac_number(n): f"192.168.1.{50 + n}" for n in range(20)}
    check_renewals(dhcp, held)
    held[mac_number(99)] = dhcp.lease(mac_number(99)).yiaddr
    assert server.stop() == 0
    assert {address: mac for mac, address in held.items()} == {
        address: row[0]
        for address, row in read_store(folder / "leases.db").items()}
    again = start_server()
    again.wait_line("21 leases read from the store")
    assert "converted" not in again.log()


def test_disk_without_room_for_it(start_server, start_fails, boot_files,
                                  network):
    """Nothing is lost; the start that finds room converts it."""
    network.server.shadow(STATE_FOLDER, mode=0o700, owner=STORE_USER,
                          size="500k")
    folder = network.server.path(STATE_FOLDER)
    data = make_database((lease_row(number("10.0.0.1") + n, n)
                          for n in range(6000)), schema=1)
    (folder / "leases.db").write_bytes(data)
    network.server.run("chown", f"{STORE_USER}:", DATABASE)
    log = start_fails()
    assert f"lease file {DATABASE}: " in log and "free some space" in log
    assert (folder / "leases.db").read_bytes() == data
    network.server.run("mount", "-o", "remount,size=8m", STATE_FOLDER)
    server = start_server()
    server.wait_line("converted from .* 6000 leases, 0 invalid rows")


def test_a_hundred_thousand_leases(start_server, boot_files, folder, lay,
                                   tmp_path):
    lay(make_database((lease_row(number("10.0.0.1") + n, n)
                       for n in range(100000)), schema=1))
    server = start_server(CONFIG + "dhcp-lease-max=200000\n")
    server.wait_line("converted from .* 100000 leases, 0 invalid rows",
                     timeout=30)
    server.wait_line("100000 leases read from the store", timeout=30)
    assert server.stop() == 0
    # Not in place: the library would resolve the path, out of here.
    shutil.copy(folder / "leases.db", tmp_path)
    with sqlite3.connect(tmp_path / "leases.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == \
            [("ok",)]
    database.close()
