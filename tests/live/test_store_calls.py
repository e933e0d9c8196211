"""Circumstances in which SQLite makes calls that it does not make otherwise.

The daemon's filters kill a process for a call that nobody foresaw; whatever
state the lease database is found in, leased must serve or say why not.
"""

import os
import shlex
import shutil
import signal
import sqlite3

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.daemon import default_command
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import insert, lease_row, make_database, number
from lab.leases import check_renewals, read_store

DATABASE = f"{STATE_FOLDER}/leases.db"
FIRST = number("192.168.1.50")


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0, tries=3) as client:
        yield client


def rows(count=20):
    return [lease_row(FIRST + n, n) for n in range(count)]


def own(network, *names):
    network.server.run("chown", f"{STORE_USER}:",
                       *(f"{STATE_FOLDER}/{name}" for name in names))


@pytest.fixture
def lay(network, folder):
    def put(data, mode=0o600):
        (folder / "leases.db").write_bytes(data)
        own(network, "leases.db")
        os.chmod(folder / "leases.db", mode)

    return put


def check_serves(server, dhcp):
    server.wait_line("20 leases read from the store")
    check_renewals(dhcp, {mac_number(n): f"192.168.1.{50 + n}"
                          for n in (0, 19)})
    assert dhcp.lease(mac_number(99)).type == "ACK"


def shell(umask):
    """A command that starts the server with that umask."""
    return f"sh -c {shlex.quote(f'umask {umask}; exec {default_command()}')}"


@pytest.mark.parametrize("umask", ["022", "077", "000"])
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660, 0o666],
                         ids=lambda mode: f"{mode:o}")
def test_modes_and_umasks(start_server, boot_files, lay, folder, dhcp, mode,
                          umask):
    """The log gets the mode of the database, which may take a chmod."""
    lay(make_database(rows()), mode)
    server = start_server(command=shell(umask))
    check_serves(server, dhcp)
    assert (folder / "leases.db-wal").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o640, 0o666], ids=["640", "666"])
def test_mode_changed_between_two_starts(start_server, boot_files, folder,
                                         lay, dhcp, mode):
    """The empty log of a clean stop has the old mode."""
    lay(make_database(rows()))
    assert start_server().stop() == 0
    assert (folder / "leases.db-wal").stat().st_size == 0
    os.chmod(folder / "leases.db", mode)
    check_serves(start_server(), dhcp)
    assert (folder / "leases.db-wal").stat().st_mode & 0o777 == mode


def test_log_left_by_a_killed_daemon(start_server, boot_files, network,
                                     folder, lay, dhcp):
    lay(make_database(rows()))
    server = start_server()
    held = {mac_number(n): dhcp.lease(mac_number(n)).yiaddr
            for n in range(100, 130)}
    roles = server.role_pids()
    os.kill(roles["leased"], signal.SIGKILL)
    server.process.signal(signal.SIGKILL)
    server.process.wait_end(10)
    assert (folder / "leases.db-wal").stat().st_size > 0
    again = start_server()
    again.wait_line("50 leases read from the store")
    check_renewals(dhcp, held)
    assert set(held.values()) <= set(read_store(folder / "leases.db"))


def test_journal_left_by_a_crash(start_server, boot_files, network, folder,
                                 dhcp, tmp_path):
    """A half-written transaction of the time before the log is undone."""
    data = tmp_path / "leases.db"
    data.write_bytes(make_database(rows()))
    database = sqlite3.connect(data, isolation_level=None)
    database.execute("PRAGMA journal_mode = DELETE")
    database.execute("PRAGMA cache_size = 1")
    database.execute("BEGIN")
    insert(database, (lease_row(FIRST + 1000 + n, n) for n in range(2000)))
    for name in ("leases.db", "leases.db-journal"):
        shutil.copy(tmp_path / name, folder / name)
    own(network, "leases.db", "leases.db-journal")
    assert (folder / "leases.db-journal").stat().st_size > 512
    database.close()
    check_serves(start_server(), dhcp)
    assert not (folder / "leases.db-journal").exists()


def test_shared_memory_left_by_another_program(start_server, boot_files,
                                               network, folder, lay, dhcp):
    lay(make_database(rows()))
    (folder / "leases.db-shm").write_bytes(bytes(32768))
    own(network, "leases.db-shm")
    check_serves(start_server(), dhcp)


def test_database_of_more_than_two_gigabytes(start_server, boot_files,
                                             folder, lay, dhcp):
    lay(make_database(rows()))
    os.truncate(folder / "leases.db", 3 << 30)
    check_serves(start_server(), dhcp)


def test_folder_where_no_log_can_be_made(start_fails, boot_files, network,
                                         lay):
    lay(make_database(rows()))
    network.server.run("chown", "root:", STATE_FOLDER)
    network.server.run("chmod", "755", STATE_FOLDER)
    log = start_fails()
    assert f"lease file {DATABASE}: " in log
    assert ("the file, its -wal file and their folder must be writable by "
            "pxeguard-leased; check also for a read-only mount") in log


def test_database_that_cannot_be_written(start_fails, boot_files, lay):
    lay(make_database(rows()), 0o400)
    assert f"{DATABASE} cannot be written by user" in start_fails()


def test_log_that_cannot_be_written(start_fails, boot_files, network, folder,
                                    lay):
    lay(make_database(rows()))
    (folder / "leases.db-wal").write_bytes(b"")
    os.chmod(folder / "leases.db-wal", 0o400)
    assert f"lease file {DATABASE}: " in start_fails()


LOCKER = """\
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    database.execute(statement).fetchall()
print("locked", flush=True)
while True:
    import time
    time.sleep(60)
"""


@pytest.fixture
def lock(network):
    """A function that starts a program with the database open, in there:
    a path from here would lead the library to the machine's own."""
    started = []

    def start(*statements):
        program = network.server.start(
            ["/usr/bin/python3", "-c", LOCKER, DATABASE, *statements])
        started.append(program)
        program.wait_line("locked")
        return program

    yield start
    for program in started:
        program.stop()


@pytest.mark.parametrize("statements", [
    ("BEGIN", "SELECT count(*) FROM lease"), ("BEGIN IMMEDIATE",),
    ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE")],
    ids=["reads", "writes", "locks"])
def test_another_program_has_it_open(start_fails, boot_files, lay, lock,
                                     statements):
    lay(make_database(rows()))
    lock(*statements)
    log = start_fails()
    assert f"{DATABASE}: locked by another process; waiting up to 5 s" in log
    assert "another process has it open; stop that process" in log


def test_another_program_ends_meanwhile(start_server, boot_files, lay, lock,
                                        dhcp):
    """leased waits a little, and says so."""
    lay(make_database(rows()))
    program = lock("BEGIN IMMEDIATE")
    server = start_server(wait=False)
    server.wait_line(rf"leased: warning: {DATABASE}: locked by another "
                     "process; waiting")
    program.stop()
    check_serves(server, dhcp)


def test_a_hundred_thousand_damaged_rows(start_server, boot_files, lay):
    """More than the page cache holds are written in one transaction."""
    data = make_database((lease_row(number("10.0.0.1") + n, n)
                          for n in range(100000)), schema=1)
    data[4096:8192] = bytes(4096)
    lay(data)
    server = start_server(CONFIG)
    server.wait_line("recovered 100000 leases", timeout=30)
    server.wait_line("100000 leases read from the store", timeout=30)
