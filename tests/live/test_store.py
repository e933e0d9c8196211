"""A store that cannot store: no promise is made, and the log says why."""

import os
import shutil
import signal
import sqlite3

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.dhcp_client import mac_number
from lab.leases import check_renewals, read_store

DATABASE = f"{STATE_FOLDER}/leases.db"
SMALL = "256k"


def replace_folder(network, **options):
    """Another state folder, with other properties, over the first."""
    network.server.shadow(STATE_FOLDER, **options)


def own(network, path):
    network.server.run("chown", f"{STORE_USER}:", path)


def fill_up(path):
    """Write until the disk is full."""
    with open(path, "wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass


def test_full_disk_stops_acks_until_there_is_room(start_server, boot_files,
                                                  network, dhcp):
    replace_folder(network, mode=0o700, owner=STORE_USER, size=SMALL)
    folder = network.server.path(STATE_FOLDER)
    server = start_server()
    pids = server.role_pids()
    held = {mac_number(1): dhcp.lease(mac_number(1)).yiaddr}
    fill_up(folder / "ballast")
    refused = []
    # The write-ahead log may have room left, for a while.
    for number in range(2, 60):
        offer = dhcp.discover(mac_number(number))
        dhcp.tries = 2
        reply = dhcp.select(offer)
        dhcp.tries = 30
        if reply is None:
            refused.append(mac_number(number))
            break
        held[mac_number(number)] = reply.yiaddr
    assert refused, "leases fit on a full disk"
    server.wait_line(rf"leased: error: {DATABASE}: .*full.*; no new leases until "
                     "this is fixed")
    os.unlink(folder / "ballast")
    for mac in refused:
        reply = dhcp.lease(mac)
        assert reply.type == "ACK"
        held[mac] = reply.yiaddr
    server.wait_line(rf"{DATABASE}: writable again")
    assert server.role_pids() == pids
    check_renewals(dhcp, held)
    assert server.stop() == 0
    store = read_store(folder / "leases.db")
    assert {mac: store[address][0] for mac, address in held.items()} == \
        {mac: mac for mac in held}


def test_full_disk_at_the_start_serves_what_is_there(start_server,
                                                     boot_files, network,
                                                     dhcp):
    replace_folder(network, mode=0o700, owner=STORE_USER, size=SMALL)
    folder = network.server.path(STATE_FOLDER)
    first = start_server()
    assert dhcp.lease(mac_number(1)).type == "ACK"
    first.stop()
    fill_up(folder / "ballast")
    second = start_server()
    second.wait_line("1 lease read from the store")
    second.wait_line(rf"{DATABASE}: disk full; no new leases until space is "
                     "freed")
    offer = dhcp.discover(mac_number(2))
    assert dhcp.unanswered(dhcp.select, offer)
    os.unlink(folder / "ballast")
    assert dhcp.lease(mac_number(2)).type == "ACK"


def test_full_disk_at_the_first_start(start_fails, boot_files, network):
    replace_folder(network, mode=0o700, owner=STORE_USER, size=SMALL)
    fill_up(network.server.path(STATE_FOLDER) / "ballast")
    log = start_fails()
    assert f"lease file {DATABASE}: " in log
    assert "free some space there" in log


def test_folder_that_cannot_be_written(start_fails, boot_files, network):
    replace_folder(network, mode=0o755, owner="root")
    log = start_fails()
    assert f"{DATABASE} cannot be written by user {STORE_USER}" in log
    assert f"run: chown -R {STORE_USER}: {STATE_FOLDER}\n" in log


def test_folder_that_is_read_only(start_fails, boot_files, network):
    network.server.run("mount", "-o", "remount,ro", STATE_FOLDER)
    log = start_fails()
    assert f"{DATABASE} cannot be written: Read-only file system" in log
    assert "mount it for writing" in log


def test_folder_that_is_missing(start_fails, boot_files):
    log = start_fails(CONFIG + "dhcp-leasefile=/srv/none/leases.db\n")
    assert "/srv/none" in log and "No such file" in log
    assert "ready" not in log


def test_damaged_pages_of_a_database_in_use(start_server, boot_files,
                                            network, folder, dhcp):
    """Made by the daemon itself; more in test_store_damage.py."""
    server = start_server()
    dhcp.lease_many(map(mac_number, range(90)))
    server.stop()
    path = folder / "leases.db"
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    again = start_server()
    again.wait_line(rf"{DATABASE}: damaged \(.*moved to {DATABASE}\.damaged-")
    moved, = folder.glob("leases.db.damaged-*[0-9]")
    assert moved.read_bytes() == data
    assert dhcp.lease(mac_number(1)).type == "ACK"


def test_database_of_another_program(start_fails, boot_files, network,
                                     folder, tmp_path):
    # Not in place: the library would resolve the path, out of here.
    with sqlite3.connect(tmp_path / "recipes") as database:
        database.execute("CREATE TABLE recipes (cake TEXT)")
    database.close()
    shutil.copy(tmp_path / "recipes", folder / "leases.db")
    own(network, DATABASE)
    assert "the database of another program" in start_fails()
    assert (folder / "leases.db").read_bytes() == \
        (tmp_path / "recipes").read_bytes()


def test_database_that_is_removed_meanwhile(start_server, boot_files,
                                            folder, dhcp):
    """What went to a file without a name would be lost at the restart."""
    server = start_server()
    first = dhcp.lease(mac_number(1)).yiaddr
    before = server.role_pids()
    for path in folder.glob("leases.db*"):
        path.unlink()
    dhcp.tries = 6
    reply = dhcp.lease(mac_number(2))
    assert reply is not None and reply.type == "ACK"
    server.wait_line("cannot be used any more: removed or replaced while in use")
    assert server.wait_role("leased") != before["leased"]
    assert reply.yiaddr != first
    server.stop()
    assert reply.yiaddr in read_store(folder / "leases.db")


def test_leased_that_does_not_answer(start_server, boot_files, dhcp):
    """The log says so, nothing is confirmed, and nothing is lost."""
    server = start_server()
    address = dhcp.lease(mac_number(1)).yiaddr
    leased = server.wait_role("leased")
    dhcp.tries = 1
    os.kill(leased, signal.SIGSTOP)
    try:
        assert dhcp.init_reboot(mac_number(1), address) is None
        server.wait_line("dhcpd: warning: leased has not answered for 5 s; "
                         "1 lease pending", timeout=20)
    finally:
        os.kill(leased, signal.SIGCONT)
    server.wait_line(r"dhcpd: leased answers again after \d+ s")
    dhcp.tries = 6
    assert dhcp.init_reboot(mac_number(1), address).type == "ACK"
