"""A lease file of dnsmasq in a folder that leased may not write to."""

import sqlite3
import time

import pytest

from lab.boot import CONFIG, STATE_FOLDER
from lab.dhcp_client import mac_number
from lab.lease_file import make_database
from lab.leases import read_store

OLD = "/var/lib/misc/dnsmasq.leases"
CONF = CONFIG + f"dhcp-leasefile={OLD}\n"


@pytest.fixture
def old_leases(network):
    """The folder belongs to root, as dnsmasq leaves it."""
    path = network.server.path(OLD)
    path.write_text(f"{int(time.time()) + 3600} {mac_number(1)} 192.168.1.77 "
                    "laptop *\n")
    return path


def test_leases_are_imported_and_stored_elsewhere(start_server, boot_files,
                                                  network, old_leases, dhcp):
    before = old_leases.read_bytes()
    server = start_server(CONF)
    server.wait_line(f"dhcp-leasefile {OLD}: .*leases are stored in "
                     f"{STATE_FOLDER}/leases.db")
    server.wait_line(f"{OLD}: imported 1 lease, 0 of them expired")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
    assert dhcp.lease(mac_number(2)).type == "ACK"
    # A reload does not import again, and changes nothing.
    mark = server.reload()
    server.wait_line("ready, configuration 2", since=mark)
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
    assert server.stop() == 0
    assert old_leases.read_bytes() == before
    store = read_store(network.server.path(STATE_FOLDER) / "leases.db")
    assert {"192.168.1.77"} < set(store)
    # Nor does the next start.
    server = start_server(CONF)
    server.wait_line(f"{OLD} is not imported again: the database {STATE_FOLDER}"
                     f"/leases.db was filled from {OLD} at 2.*Z, with 1 lease;")
    assert ": imported" not in server.log()
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"


def test_default_file_is_imported(start_server, boot_files, old_leases, dhcp):
    """Without dhcp-leasefile dnsmasq has its leases there, too."""
    server = start_server(CONFIG)
    server.wait_line(f"{OLD}: imported 1 lease")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
    assert server.stop() == 0
    server = start_server(CONFIG)
    server.wait_line(f"{OLD} is not imported again: the database {STATE_FOLDER}"
                     f"/leases.db was filled from {OLD} at 2.*Z, with 1 lease;")
    assert ": imported" not in server.log()


@pytest.mark.parametrize("database", [make_database([]), b""],
                         ids=["no-row", "no-byte"])
@pytest.mark.parametrize("config", [CONFIG, CONF], ids=["default", "named"])
def test_import_into_an_empty_database(start_server, boot_files, network,
                                       old_leases, dhcp, tmp_path, config,
                                       database):
    """Leases do not come back once they are gone from the database."""
    store = network.server.path(STATE_FOLDER) / "leases.db"
    store.write_bytes(database)
    network.server.run("chown", "pxeguard-leased:", f"{STATE_FOLDER}/leases.db")
    server = start_server(config)
    server.wait_line(f"{OLD}: imported 1 lease")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
    assert server.stop() == 0
    copy = tmp_path / "copy"
    copy.write_bytes(store.read_bytes())
    with sqlite3.connect(copy) as editor:
        assert editor.execute("DELETE FROM lease").rowcount == 1
    editor.close()
    store.write_bytes(copy.read_bytes())
    server = start_server(config)
    server.wait_line(f"{OLD} is not imported again: ")
    assert ": imported" not in server.log()
    assert dhcp.lease(mac_number(2)).type == "ACK"
    assert server.stop() == 0
    assert "192.168.1.77" not in read_store(store)


def test_leases_of_the_server_are_not_mixed_with_others(
        start_server, boot_files, network, old_leases, dhcp):
    old_leases.rename(old_leases.with_name("later"))
    server = start_server(CONFIG)
    assert dhcp.lease(mac_number(2)).type == "ACK"
    assert server.stop() == 0
    old_leases.with_name("later").rename(old_leases)
    server = start_server(CONFIG)
    server.wait_line(
        f"{OLD} is not imported: there are leases in the database "
        f"{STATE_FOLDER}/leases.db; to import it, stop pxeguard and remove")
    assert server.stop() == 0
    assert "192.168.1.77" not in read_store(
        network.server.path(STATE_FOLDER) / "leases.db")


def test_a_reload_that_enables_dhcp_imports(start_server, boot_files,
                                            old_leases, dhcp):
    tftp = "".join(line for line in CONFIG.splitlines(True)
                   if not line.startswith("dhcp"))
    server = start_server(tftp)
    mark = server.reload(CONFIG)
    server.wait_line(f"{OLD}: imported 1 lease", since=mark)
    server.wait_line("ready, configuration 2", since=mark)
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"


def test_database_of_before_is_used(start_server, boot_files, network,
                                    old_leases):
    """An access control list lets leased write to a folder of root's."""
    old_leases.with_name("dnsmasq.leases.db").write_bytes(make_database([]))
    server = start_server(CONF, wait=False)
    server.wait_line("leased rejected the configuration: .*"
                     "dnsmasq.leases.db cannot be written by user")
    assert "leases are stored in" not in server.log()


def test_folder_is_missing(start_fails, boot_files):
    log = start_fails(CONFIG + "dhcp-leasefile=/srv/nothing/leases.db\n")
    assert (":9: dhcp-leasefile /srv/nothing/leases.db: folder "
            "/srv/nothing: No such file or directory; create it with: "
            "install -d -o pxeguard-leased") in log
    assert "Linux 5" not in log


def test_file_is_missing(start_server, boot_files, network, dhcp):
    server = start_server(CONF)
    assert dhcp.lease(mac_number(1)).type == "ACK"
    assert "imported" not in server.log()
    # leased is replaced, with the same file.
    server.kill_role("leased")
    server.wait_line("leased restarted")
    assert dhcp.lease(mac_number(1)).type == "ACK"


def test_file_is_no_lease_file(start_fails, boot_files, old_leases):
    old_leases.write_text("not a lease file at all\n")
    assert f"{OLD} is neither an SQLite database nor a lease file; move it " \
        "away\n" in start_fails(CONF)


@pytest.mark.parametrize("directive", [
    "", "dhcp-leasefile=/var/lib/pxeguard/leases.db\n"])
def test_file_with_the_name_of_the_database_is_garbage(
        start_fails, boot_files, network, directive):
    """No other database is made in its place."""
    folder = network.server.path(STATE_FOLDER)
    (folder / "leases.db").write_text("garbage\n")
    log = start_fails(CONFIG + directive)
    assert (f"{STATE_FOLDER}/leases.db is neither an SQLite database nor a "
            "lease file; move it away\n") in log
    assert [path.name for path in folder.iterdir()] == ["leases.db"]
    assert (folder / "leases.db").read_text() == "garbage\n"


def test_an_import_that_failed_is_tried_again(start_fails, start_server,
                                              boot_files, old_leases, dhcp):
    """Without dhcp-leasefile; nothing may hide that leases were lost."""
    good = old_leases.read_text()
    old_leases.write_text("not a lease file at all\n")
    for _ in range(2):
        assert "nor a lease file" in start_fails(CONFIG)
    old_leases.write_text(good)
    start_server(CONFIG).wait_line(f"{OLD}: imported 1 lease")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
