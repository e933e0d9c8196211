"""A lease file of dnsmasq in a folder that leased may not write to."""

import time

import pytest

from lab.boot import CONFIG, STATE_FOLDER
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import make_database
from lab.leases import read_store

OLD = "/var/lib/misc/dnsmasq.leases"
CONF = CONFIG + f"dhcp-leasefile={OLD}\n"


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0) as client:
        yield client


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
    server.wait_line(f"{OLD}: imported 1 leases, 0 of them expired")
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
    server.wait_line(f"{OLD} is not imported: the database "
                     f"{STATE_FOLDER}/leases.db exists; to import it, stop")
    assert ": imported" not in server.log()
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"


def test_default_file_is_imported(start_server, boot_files, old_leases, dhcp):
    """Without dhcp-leasefile dnsmasq has its leases there, too."""
    server = start_server(CONFIG)
    server.wait_line(f"{OLD}: imported 1 leases")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
    assert server.stop() == 0
    server = start_server(CONFIG)
    server.wait_line(f"{OLD} is not imported: the database "
                     f"{STATE_FOLDER}/leases.db exists; to import it, stop")
    assert ": imported" not in server.log()


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
    assert ("error: dhcp-leasefile /srv/nothing/leases.db: folder "
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
    start_server(CONFIG).wait_line(f"{OLD}: imported 1 leases")
    assert dhcp.lease(mac_number(1)).yiaddr == "192.168.1.77"
