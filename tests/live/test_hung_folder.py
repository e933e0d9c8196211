"""A file server that does not answer holds up nobody else.

It has a tftp-root, or files of the configuration.
"""

import pytest

from lab import clients
from lab.boot import CONFIG, STATE_FOLDER
from lab.daemon import PXEGUARD
from lab.dhcp_client import mac_number
from lab.hung_folder import HungFolder
from lab.namespaces import SERVER_ADDRESS
from lab.slow_disk import SlowFiles

ROOT = "/srv/tftpboot"
OTHER = CONFIG.replace("pxelinux.0", "other.0")


def test_the_parent_goes_on(start_server, boot_files, network, dhcp):
    """It supervises, takes interfaces, and says why it does not reload."""
    server = start_server()
    with HungFolder(network.server, ROOT):
        mark = server.process.mark()
        network.server.ip("address", "add", "192.168.1.9/24", "dev", "br0")
        server.wait_line("ready, configuration 2$", since=mark)
        for _ in range(3):
            mark = server.reload(OTHER)
            server.wait_line(f"tftp-root {ROOT}: no answer",
                             since=mark)
            server.wait_line("keeping the running configuration", since=mark)
            server.kill_role("dhcpd")
            server.wait_line("dhcpd restarted", since=mark)
            assert dhcp.lease(mac_number(1)).boot_file == "pxelinux.0"
    mark = server.reload()
    server.wait_line(r"ready, configuration \d", since=mark)
    assert dhcp.lease(mac_number(2)).boot_file == "other.0"
    reader = network.client(address="192.168.1.200/24")
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


def test_the_other_roots_go_on(start_server, boot_files, network):
    """With tftp-no-fail, and when the one that hangs is removed."""
    network.server.shadow("/srv/other")
    (network.server.path("/srv/other") / "file").write_bytes(b"other")
    both = CONFIG + "tftp-root=/srv/other,br0\ntftp-no-fail\n"
    server = start_server(both)
    reader = network.client(address="192.168.1.200/24")
    with HungFolder(network.server, ROOT, unkillable=True):
        for number in (2, 3):
            mark = server.reload(both)
            server.wait_line(f"ready, configuration {number}$", since=mark)
            log = "\n".join(server.process.tail(None)[mark:])
            assert f"tftp-root {ROOT}: no answer" in log
            assert "tftp-root /srv/other: " not in log
            assert clients.tftp_fetch(reader, SERVER_ADDRESS,
                                      "file").data == b"other"
        mark = server.reload(CONFIG.replace(ROOT, "/srv/other"))
        server.wait_line("ready, configuration 4$", since=mark)
        assert clients.tftp_fetch(reader, SERVER_ADDRESS,
                                  "file").data == b"other"


@pytest.mark.parametrize("unkillable", [False, True])
def test_files_of_the_configuration_are_away(start_server, boot_files,
                                             network, dhcp, unkillable):
    """The reload fails with a reason; without those files it succeeds."""
    network.server.shadow("/srv/conf.d")
    (network.server.path("/srv/conf.d") / "a").write_text("domain=example\n")
    with_folder = CONFIG + "conf-dir=/srv/conf.d\n"
    server = start_server(with_folder)
    with HungFolder(network.server, "/srv/conf.d", unkillable):
        for number in range(2):
            mark = server.reload(with_folder + "conf-file=/etc/hostname\n")
            server.wait_line("cannot read the directory /srv/conf.d: no answer",
                             since=mark)
            server.wait_line("cannot read /etc/hostname: not opened because "
                             "another file does not answer", since=mark)
            server.wait_line("keeping the running configuration", since=mark)
            assert dhcp.lease(mac_number(number)).boot_file == "pxelinux.0"
        mark = server.reload(OTHER)
        server.wait_line(r"ready, configuration \d", since=mark)
        assert dhcp.lease(mac_number(3)).boot_file == "other.0"
    mark = server.reload(with_folder)
    server.wait_line(r"ready, configuration \d", since=mark)
    assert dhcp.lease(mac_number(4)).boot_file == "pxelinux.0"


def test_a_file_of_the_configuration_is_not_read(start_server, boot_files,
                                                 network, dhcp):
    """It can be opened, but its content does not come."""
    network.server.shadow("/srv/conf.d")
    server = start_server()
    with SlowFiles(network.server, "/srv/conf.d",
                   {"a": b"domain=x\n"}) as files:
        files.stalled = True
        mark = server.reload(CONFIG + "conf-file=/srv/conf.d/a\n")
        server.wait_line(r"confd \(process \d+\) is still running 5 s after",
                         since=mark)
        server.wait_line("keeping the running configuration", since=mark)
        assert dhcp.lease(mac_number(1)).boot_file == "pxelinux.0"
        mark = server.reload(OTHER)
        server.wait_line(r"ready, configuration \d", since=mark)
        assert dhcp.lease(mac_number(2)).boot_file == "other.0"


@pytest.mark.parametrize("unkillable", [False, True])
@pytest.mark.parametrize("folder", [STATE_FOLDER, "/srv/leases"])
def test_the_database_is_away(network, folder, unkillable):
    """--leases ends with a reason."""
    network.server.shadow("/srv/leases")
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(
        CONFIG + f"dhcp-leasefile={folder}/leases.db\n")
    with HungFolder(network.server, folder, unkillable):
        done = network.server.run(PXEGUARD, "-C", "/run/lab-check/conf",
                                  "--leases", check=False)
    assert done.returncode == 1
    assert done.stderr.count("error: ") == 1
    assert f"{folder}" in done.stderr and "no answer" in done.stderr
