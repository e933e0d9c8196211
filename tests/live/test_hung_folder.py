"""A tftp-root on a file server that does not answer holds up nobody else."""

import pytest

from lab import clients
from lab.boot import CONFIG
from lab.dhcp_client import DhcpClient, mac_number
from lab.hung_folder import HungFolder
from lab.namespaces import SERVER_ADDRESS

ROOT = "/srv/tftpboot"
OTHER = CONFIG.replace("pxelinux.0", "other.0")


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client()) as client:
        yield client


def test_the_parent_goes_on(start_server, boot_files, network, dhcp):
    """It supervises, takes interfaces, and says why it does not reload."""
    server = start_server()
    with HungFolder(network.server, ROOT):
        mark = server.process.mark()
        network.server.ip("address", "add", "192.168.1.9/24", "dev", "br0")
        server.wait_line("ready, configuration 2$", since=mark)
        for _ in range(3):
            mark = server.reload(OTHER)
            server.wait_line(f"tftp-root {ROOT}: it does not answer",
                             since=mark)
            server.wait_line("the configuration was not changed", since=mark)
            server.kill_role("dhcpd")
            server.wait_line("dhcpd is back", since=mark)
            assert dhcp.lease(mac_number(1)).boot_file == "pxelinux.0"
    mark = server.reload()
    server.wait_line(r"ready, configuration \d", since=mark)
    assert dhcp.lease(mac_number(2)).boot_file == "other.0"
    reader = network.client()
    reader.address("192.168.1.200/24")
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data


def test_interfaces_change_while_a_root_is_away(start_server, boot_files,
                                                network, dhcp):
    """A folder that is not there has no say in that."""
    root = boot_files / "root"
    root.mkdir()
    server = start_server(CONFIG.replace(ROOT, f"{ROOT}/root"))
    root.rename(boot_files / "away")
    mark = server.process.mark()
    network.server.ip("address", "add", "192.168.1.9/24", "dev", "br0")
    server.wait_line("ready, configuration 2$", since=mark)
    assert dhcp.lease(mac_number(1)).type == "ACK"
