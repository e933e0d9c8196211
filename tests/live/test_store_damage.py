"""A damaged lease database: moved aside, read as far as possible, served."""

import os
import re
import sqlite3

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import (PAGE, change_key, lease_row, make_database,
                            number, page_of)
from lab.leases import read_store

DATABASE = f"{STATE_FOLDER}/leases.db"
ROWS = 6000
# The last of the rows are in the range of the configuration.
FIRST = number("192.168.1.100") + 1 - ROWS
KEPT = ["192.168.1.51", "192.168.1.99"]
LARGE = CONFIG + "dhcp-lease-max=10000\n"
DAMAGED = re.compile(r"leases\.db\.damaged-\d{8}-\d{6}(\.\d+)?")


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0, tries=3) as client:
        yield client


def rows(count=ROWS):
    return [lease_row(FIRST + n, n) for n in range(count)]


def damaged_files(folder):
    return sorted(path.name for path in folder.iterdir()
                  if DAMAGED.fullmatch(path.name))


def check_moved(folder, data):
    """The damaged file is there under its new name, as it was."""
    names = damaged_files(folder)
    assert len(names) == 1
    assert (folder / names[0]).read_bytes() == data
    assert not (folder / "leases.db.recovering").exists()


def check_served(dhcp, known):
    """Who has one of these addresses keeps it; a new client gets one."""
    for address in known:
        client = number(address) - FIRST
        ack = dhcp.init_reboot(mac_number(client), address)
        assert ack is not None and ack.type == "ACK", client
        dhcp.disown(address)
    assert dhcp.lease(mac_number(9999)).type == "ACK"


def check_quiet(server, role):
    """The role waits; it does not burn a core."""
    def ticks():
        with open(f"/proc/{server.role_pids()[role]}/stat",
                  encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    server.namespace.run("sleep", "1")
    assert ticks() - before < os.sysconf("SC_CLK_TCK") // 2


@pytest.mark.parametrize("schema", [1, 2, 3])
@pytest.mark.parametrize("row", [256, 4096])
def test_rows_out_of_order(start_server, boot_files, folder, lay, dhcp, row,
                           schema):
    data = make_database(rows(), schema)
    change_key(data, FIRST + row, FIRST - 1)
    lay(data)
    server = start_server(LARGE)
    server.wait_line(rf"leased: warning: {DATABASE}: damaged \(.*\); moved to "
                     rf"{DATABASE}\.damaged-[0-9-]+, recovered 5999 of 6000 "
                     "leases")
    server.wait_line("5999 leases read from the store")
    check_moved(folder, data)
    check_served(dhcp, KEPT)
    check_quiet(server, "leased")
    check_quiet(server, "dhcpd")
    assert server.stop() == 0
    assert len(read_store(folder / "leases.db")) == 6000
    # The next start finds nothing to complain of.
    again = start_server(LARGE)
    again.wait_line("6000 leases read from the store")
    assert "damaged" not in again.log()


def test_lost_lease_is_named(start_server, boot_files, lay):
    data = make_database(rows())
    lost = number("192.168.1.60")
    change_key(data, lost, FIRST - 1)
    lay(data)
    start_server(LARGE).wait_line(
        "leases between 192.168.1.59 and 192.168.1.61 may be lost")


def overwrite_leaf(data):
    page = page_of(data, FIRST + 500)
    data[page:page + PAGE] = os.urandom(PAGE)


def overwrite_root(data):
    data[PAGE:2 * PAGE] = bytes(PAGE)


def overwrite_first_page(data):
    data[:PAGE] = bytes(PAGE)


def overwrite_cells(data):
    page = page_of(data, FIRST + 500)
    data[page + 3000:page + PAGE] = os.urandom(PAGE - 3000)


def cut_short(data):
    del data[len(data) // 2 + 1000:]


@pytest.mark.parametrize("damage, least", [
    (overwrite_leaf, 5800), (overwrite_root, 5800),
    (overwrite_first_page, 6000), (overwrite_cells, 5800),
    (cut_short, 2800)], ids=lambda value: getattr(value, "__name__", None))
@pytest.mark.parametrize("schema", [1, 2, 3])
def test_damaged_pages(start_server, boot_files, folder, lay, dhcp, damage,
                       least, schema):
    data = make_database(rows(), schema)
    damage(data)
    lay(data)
    server = start_server(LARGE)
    line = server.wait_line(rf"{DATABASE}: damaged \(.*recovered (\d+)")
    assert int(line.group(1)) >= least
    check_moved(folder, data)
    check_served(dhcp, KEPT if least > 5000 else [])


@pytest.mark.parametrize("data", [
    bytes(20000), b"\x00\x01\x02 no database" * 100,
    b"SQLite format 3\0" + b"\xff" * 8192,
    bytes(make_database([])[:100]), bytes(make_database(rows(200))[:5000])],
    ids=["zeros", "noise", "bad header", "100 bytes", "5000 bytes"])
def test_file_without_leases(start_server, boot_files, folder, lay, dhcp,
                             data):
    lay(data)
    server = start_server(LARGE)
    server.wait_line(rf"{DATABASE}: damaged \(.*recovered 0 ")
    check_moved(folder, data)
    assert dhcp.lease(mac_number(1)).type == "ACK"


def test_file_of_no_bytes(start_server, boot_files, lay, dhcp):
    lay(b"")
    server = start_server(LARGE)
    assert dhcp.lease(mac_number(1)).type == "ACK"
    server.wait_line("0 leases in")


def test_damaged_files_are_never_overwritten(start_server, boot_files,
                                             folder, lay):
    kept = set()
    for round_number in range(3):
        data = bytes([round_number]) * 9000
        lay(data)
        start_server(LARGE).stop()
        kept.add(data)
    found = {(folder / name).read_bytes() for name in damaged_files(folder)}
    assert found == kept


def test_newer_schema_is_refused_and_not_moved(start_fails, boot_files,
                                               folder, lay):
    data = make_database(rows(10), version=99)
    lay(data)
    assert "made by a newer pxeguard (schema 99" in start_fails()
    assert (folder / "leases.db").read_bytes() == data
    assert damaged_files(folder) == []


def test_other_application_is_refused_and_not_moved(start_fails, boot_files,
                                                    folder, lay):
    data = make_database(rows(10), application=7)
    lay(data)
    assert "the database of another program" in start_fails()
    assert (folder / "leases.db").read_bytes() == data
    assert damaged_files(folder) == []


def _directory(path):
    path.mkdir()


def _link(path):
    path.symlink_to("other")


@pytest.mark.parametrize("make, said", [
    (b"garbage\n", "is neither an SQLite database nor a lease file; move it"),
    (b"# no lease\n1 2 3\n", "is neither an SQLite .*; move it away"),
    (bytes(make_database([], version=99)),
     "made by a newer pxeguard .*; upgrade pxeguard, or set dhcp-leasefile"),
    (bytes(make_database([], application=7)),
     "the database of another program; set dhcp-leasefile"),
    (_directory, "not a regular file; set dhcp-leasefile to another file"),
    (_link, "symbolic link; set dhcp-leasefile to the file that it points")],
    ids=["text", "lines", "newer", "other", "folder", "link"])
def test_what_is_no_damage_stops_the_start(start_fails, boot_files, folder,
                                           lay, make, said):
    """It may be of use to somebody; the line says what to do."""
    path = folder / "leases.db"
    if callable(make):
        make(path)
    else:
        lay(make)
    refusals = [line for line in start_fails().splitlines()
                if "error: " in line]
    assert len(refusals) == 1
    assert re.search(f"leased rejected the configuration: (lease file )?"
                     f"{DATABASE}:? {said}", refusals[0]), refusals
    assert damaged_files(folder) == []


def test_tables_that_cannot_be_parsed_are_not_moved(start_fails, boot_files,
                                                    folder, lay, tmp_path):
    """More columns than leased lets SQLite parse."""
    database = sqlite3.connect(tmp_path / "wide")
    database.execute("CREATE TABLE wide ("
                     + ", ".join(f"c{n}" for n in range(100)) + ")")
    database.close()
    data = (tmp_path / "wide").read_bytes()
    lay(data)
    assert "the database of another program" in start_fails()
    assert (folder / "leases.db").read_bytes() == data
    assert damaged_files(folder) == []


def test_damage_that_comes_while_it_runs(start_server, boot_files, folder,
                                         lay, dhcp):
    """leased ends, and the one after it recovers what can be read."""
    lay(make_database(rows()))
    server = start_server(LARGE)
    before = server.wait_role("leased")
    with open(folder / "leases.db", "r+b", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        for page in range(1, size // PAGE):
            if page != 20:
                os.pwrite(file.fileno(), os.urandom(PAGE), page * PAGE)
    # Pages that leased has in memory hide the damage from a while on; the
    # next process sees it.
    server.kill_role("leased")
    server.wait_role("leased", other_than=before)
    server.wait_line(rf"{DATABASE}: damaged \(.*recovered [1-9]\d+ leases; ")
    dhcp.tries = 6
    assert dhcp.lease(mac_number(9999)).type == "ACK"


def test_full_disk_while_it_recovers(start_server, start_fails, boot_files,
                                     network):
    """Nothing is lost; the start that finds room goes on."""
    network.server.shadow(STATE_FOLDER, mode=0o700, owner=STORE_USER,
                          size="320k")
    folder = network.server.path(STATE_FOLDER)
    data = make_database(rows())
    change_key(data, FIRST + 256, FIRST - 1)
    (folder / "leases.db").write_bytes(data)
    network.server.run("chown", f"{STORE_USER}:", DATABASE)
    log = start_fails(LARGE)
    assert f"lease file {DATABASE}: " in log and "free some space" in log
    assert (folder / "leases.db.recovering").read_bytes() == data
    network.server.run("mount", "-o", "remount,size=8m", STATE_FOLDER)
    server = start_server(LARGE)
    server.wait_line("recovered 5999 of 6000 leases")
    check_moved(folder, data)


def test_folder_where_nothing_can_be_renamed(start_fails, boot_files, network,
                                             folder, lay):
    data = make_database(rows())
    change_key(data, FIRST + 256, FIRST - 1)
    lay(data)
    network.server.run("chown", "root:", STATE_FOLDER)
    network.server.run("chmod", "755", STATE_FOLDER)
    log = start_fails(LARGE)
    assert f"{DATABASE}" in log and "folder" in log
    assert (folder / "leases.db").read_bytes() == data
