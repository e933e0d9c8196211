"""Interfaces and addresses that come and go while the server runs."""

import contextlib
import os
import signal
import time

import pytest

from lab import clients
from lab.boot import CONFIG
from lab.dhcp_client import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS

TFTP = "enable-tftp\ntftp-root=/srv/tftpboot\n"
# The kernel tells of an address each time that its life time changes, as a
# router's advertisement does.
REFRESH = ("while sleep 0.1; do n=$((n + 1)); ip address change "
           "192.168.9.1/24 dev br0 valid_lft $((n + 1000)) "
           "preferred_lft $((n + 1000)); done")
MANY_LINKS = """
i=$(($1 - 1))
while [ $((i += 1)) -le $2 ]; do
    echo link add d$i group 7 type bridge
    echo address add 10.$((i / 200)).$((i % 200)).1/24 dev d$i
    echo link set d$i up
done | ip -batch -
"""
QUIET_S = 1.5       # more than the server takes to look


def since(server, mark):
    return "\n".join(server.process.tail(None)[mark:])


@contextlib.contextmanager
def change_under_way(server, network, mark):
    """A change of interfaces that waits for tftpd; it ends with the block."""
    tftpd = server.role_pids()["tftpd"]
    os.kill(tftpd, signal.SIGSTOP)
    try:
        network.server.ip("address", "add", "192.168.8.1/24", "dev", "br0")
        server.wait_line("interfaces changed", since=mark)
        yield
        time.sleep(QUIET_S)
    finally:
        os.kill(tftpd, signal.SIGCONT)


@pytest.fixture
def refreshed(network):
    """An address of br0 is refreshed ten times a second."""
    network.server.ip("address", "add", "192.168.9.1/24", "dev", "br0",
                      "valid_lft", "1000", "preferred_lft", "1000")

    started = []

    def start():
        started.append(network.server.start(
            ["timeout", "60", "sh", "-c", REFRESH], "refresh"))

    yield start
    for process in started:
        process.stop()


def add_bridge(network, name, address):
    network.server.ip("link", "add", name, "type", "bridge")
    network.server.ip("address", "add", address, "dev", name)
    network.server.ip("link", "set", name, "up")


def test_a_stream_of_events_hides_no_interface(start_server, boot_files,
                                               network, refreshed):
    server = start_server(TFTP)
    refreshed()
    time.sleep(QUIET_S)
    add_bridge(network, "br1", "192.168.2.1/24")
    server.wait_line(r"TFTP on br1, at 192\.168\.2\.1")


def test_a_refreshed_address_is_no_news(start_server, boot_files, network,
                                        refreshed):
    for number in range(70):
        network.server.ip("address", "add", f"10.0.0.{number + 1}/24", "dev",
                          "br0")
    server = start_server("interface=br0,br1\nlisten-address=10.9.9.9\n"
                          + TFTP)
    log = server.log()
    assert log.count("br1 does not exist") == 1
    assert log.count("10.9.9.9: not assigned to any interface") == 1
    # Once, and with what can be done.
    assert log.count("br0 has more than 64 IPv4 addresses") == 1
    mark = server.process.mark()
    for number in range(3):
        network.server.ip("address", "change", "192.168.9.1/24", "dev", "br0",
                          "valid_lft", str(2000 + number), "preferred_lft",
                          "900")
        time.sleep(QUIET_S)
    assert "pxeguard:" not in since(server, mark)


def test_only_what_differs_is_told(start_server, boot_files, network):
    add_bridge(network, "br1", "192.168.2.1/24")
    server = start_server("listen-address=10.9.9.9\ninterface=br0,br1,br2\n"
                          + TFTP)
    mark = server.process.mark()
    network.server.ip("address", "add", "192.168.3.1/24", "dev", "br1")
    server.wait_line("ready, configuration 2", since=mark)
    told = since(server, mark)
    assert "TFTP on br1, at 192.168.3.1" in told
    for old in ("192.168.2.1", SERVER_ADDRESS, "does not exist", "10.9.9.9"):
        assert old not in told
    mark = server.process.mark()
    network.server.ip("address", "del", "192.168.2.1/24", "dev", "br1")
    server.wait_line("ready, configuration 3", since=mark)
    assert "br1: address 192.168.2.1 removed" in since(server, mark)
    mark = server.process.mark()
    network.server.ip("link", "del", "br1")
    server.wait_line("ready, configuration 4", since=mark)
    told = since(server, mark)
    assert "br1 is no longer served" in told
    assert "br1 does not exist" in told and "br2" not in told
    # Who reloads is told all.
    mark = server.reload()
    server.wait_line("ready, configuration 5", since=mark)
    told = since(server, mark)
    for line in (f"TFTP on br0, at {SERVER_ADDRESS}", "br2 does not exist",
                 "10.9.9.9: not assigned to any interface"):
        assert line in told


@pytest.mark.parametrize("reload", [False, True])
def test_a_change_of_interfaces_reads_no_file(start_server, boot_files,
                                              network, reload):
    """Also where it comes during another change; a reload is a reload."""
    server = start_server(CONFIG)
    server.configure(CONFIG + "half-edited\n")
    mark = server.process.mark()
    with change_under_way(server, network, mark):
        network.server.ip("address", "add", "192.168.9.1/24", "dev", "br0")
        if reload:
            server.process.signal(signal.SIGHUP)
    server.wait_line(r"TFTP on br0, at 192\.168\.9\.1", since=mark)
    server.wait_line("ready, configuration [34]", since=mark)
    assert ("half-edited" in since(server, mark)) == reload
    client = network.client()
    client.address("192.168.9.7/24")
    assert clients.tftp_fetch(client, "192.168.9.1", "file").data


def test_what_comes_back_during_a_change(start_server, boot_files, network):
    """The state after the change counts, not that before it."""
    server = start_server(TFTP)
    mark = server.process.mark()
    with change_under_way(server, network, mark):
        network.server.ip("address", "del", "192.168.8.1/24", "dev", "br0")
    server.wait_line("br0: address 192.168.8.1 removed", since=mark)


@pytest.mark.parametrize("label", ["br0:1", "br0:boot:2"])
def test_an_address_with_a_label_counts(start_server, boot_files, network,
                                        label):
    """As ifupdown's aliases have them."""
    network.server.ip("address", "add", "192.168.9.1/24", "dev", "br0",
                      "label", label)
    server = start_server("interface=br0\n" + TFTP)
    assert "TFTP on br0, at 192.168.9.1" in server.log()
    client = network.client()
    client.address("192.168.9.7/24")
    assert clients.tftp_fetch(client, "192.168.9.1", "file").data


def test_tftp_max_survives_more_interfaces(start_server, boot_files, network):
    server = start_server(TFTP + "tftp-max=1000\n")
    mark = server.process.mark()
    for number in range(2, 6):
        add_bridge(network, f"br{number}", f"192.168.{number}.1/24")
    server.wait_line("TFTP on br5", since=mark)
    assert "tftp-max" not in server.log()


def test_more_interfaces_than_tftp_has_sockets(start_server, boot_files,
                                               network):
    """The change is refused; tftpd serves on, and takes the next change."""
    server = start_server(TFTP)
    tftpd = server.wait_role("tftpd")
    mark = server.process.mark()
    network.server.run("sh", "-c", MANY_LINKS, "sh", 1, 170)
    server.wait_line("TFTP is enabled on more than 160 sockets", since=mark)
    server.wait_line("keeping the running configuration", since=mark)
    client = network.client()
    client.address("192.168.1.200/24")
    assert clients.tftp_fetch(client, SERVER_ADDRESS, "file").data
    network.server.ip("link", "del", "group", "7")
    network.server.ip("address", "add", "192.168.8.1/24", "dev", "br0")
    server.wait_line(r"TFTP on br0, at 192\.168\.8\.1", since=mark)
    assert server.wait_role("tftpd") == tftpd
    assert clients.tftp_fetch(client, SERVER_ADDRESS, "file").data


def test_many_more_interfaces_for_dhcpd(start_server, boot_files, network):
    """It has descriptors for some, and is replaced if there are more."""
    server = start_server("dhcp-range=192.168.1.50,192.168.1.150,8h\n")
    dhcpd = server.wait_role("dhcpd")
    with DhcpClient(network.client()) as client:
        for first, last in ((1, 200), (201, 250), (251, 300)):
            mark = server.process.mark()
            network.server.run("sh", "-c", MANY_LINKS, "sh", first, last)
            server.wait_line(f"DHCP on d{last}", since=mark)
            # The next configuration comes in addition to that one.
            address = f"192.168.{last // 10}.1"
            network.server.ip("address", "add", f"{address}/24", "dev", "br0")
            server.wait_line(f"DHCP on br0, as {address}", since=mark)
            assert client.lease(mac_number(first)).type == "ACK"
            assert (server.wait_role("dhcpd") == dhcpd) == (last <= 250)
    assert "exited" not in server.log()


@pytest.mark.parametrize("pattern", ["", "interface=b*\n"])
def test_an_interface_gets_another_name(start_server, boot_files, network,
                                        pattern):
    """While it is up and served (Linux 6.2): its clients notice nothing."""
    server = start_server(CONFIG.replace("interface=br0\n", pattern))
    client = network.client()
    with DhcpClient(client) as dhcp:
        for number, name in enumerate(("boot0", "br0"), 2):
            old = "br0" if name != "br0" else "boot0"
            mark = server.process.mark()
            network.server.ip("link", "set", old, "name", name)
            server.wait_line(f"ready, configuration {number}$", since=mark)
            told = since(server, mark)
            assert f"DHCP on {name}, as {SERVER_ADDRESS}" in told
            assert f"{old} is no longer served" in told
            assert dhcp.lease(mac_number(number)).type == "ACK"
            client.address("192.168.1.200/24")
            assert clients.tftp_fetch(client, SERVER_ADDRESS, "file").data
            client.flush()
