"""dhcp-hostsfile, dhcp-hostsdir and dhcp-optsfile, read again by SIGHUP."""

import pytest

from lab.dhcp_client import mac_number

CONFIG = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-hostsfile=/run/pxeguard-hosts/file
dhcp-hostsdir=/run/pxeguard-hosts/folder
dhcp-optsfile=/run/pxeguard-hosts/options
"""
FOLDER = "/run/pxeguard-hosts"


@pytest.fixture
def folder(network):
    network.server.shadow(FOLDER)
    path = network.server.path(FOLDER)
    (path / "folder").mkdir()
    (path / "file").write_text(f"{mac_number(1)},192.168.1.160\n")
    (path / "options").write_text("option:router,192.168.1.254\n")
    return path


def reloaded(server, generation):
    mark = server.reload()
    server.wait_line(f"ready, configuration {generation}$", since=mark)
    return mark


def test_changes_take_effect_by_sighup(start_server, folder, dhcp):
    server = start_server(CONFIG)
    offer = dhcp.discover(mac_number(1))
    assert offer.yiaddr == "192.168.1.160"
    assert offer.address(3) == "192.168.1.254"

    # Changed in place, renamed into place, and truncated.
    (folder / "file").write_text(f"{mac_number(1)},192.168.1.161\n"
                                 "this is no host: at all\n")
    (folder / "new").write_text(f"{mac_number(2)},192.168.1.162\n")
    (folder / "new").rename(folder / "folder" / "two")
    (folder / "options").write_text("")
    mark = reloaded(server, 2)
    server.wait_line("file:2: .*the line is ignored", since=mark)
    offer = dhcp.discover(mac_number(1))
    assert offer.yiaddr == "192.168.1.161"
    assert offer.address(3) == "192.168.1.1"
    assert dhcp.discover(mac_number(2)).yiaddr == "192.168.1.162"

    (folder / "folder" / "two").unlink()
    reloaded(server, 3)
    assert dhcp.discover(mac_number(2)).yiaddr != "192.168.1.162"


def test_a_thousand_files_in_a_folder(start_server, folder, dhcp):
    for number in range(1000):
        item = f"192.168.1.{200 + number}" if number < 50 else "ignore"
        (folder / "folder" / f"{number:04}").write_text(
            f"{mac_number(number + 10)},{item}\n")
    start_server(CONFIG)
    for number in (0, 49):
        assert dhcp.discover(mac_number(number + 10)).yiaddr == \
            f"192.168.1.{200 + number}"
    assert dhcp.unanswered(dhcp.discover, mac_number(1009))
