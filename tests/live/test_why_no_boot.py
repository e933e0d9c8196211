"""Why a machine does not boot: the log alone names the cause and what to do.

docs/troubleshooting.md shows these lines.
"""

import re

import pytest

from dialogues import RANGE
from lab import packets
from lab.clients import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.packets import ip_bytes
from lab.tftp_client import tftp_fetch

MAC, OTHER = mac_number(1), mac_number(2)
TFTP = "enable-tftp\ntftp-root=/srv/tftpboot\n"
UEFI = {93: b"\0\7"}


@pytest.fixture
def player(client):
    with DhcpClient(client, timeout=0.6) as one:
        yield one


def test_no_range_on_the_network(start_server, player):
    server = start_server("interface=br0\n"
                          "dhcp-range=10.1.0.50,10.1.0.150,8h\n")
    assert player.unanswered(player.discover, MAC)
    server.wait_line(
        f"no address range available for a DHCPDISCOVER from {MAC} via br0: "
        r"no dhcp-range is on its network, 192\.168\.1\.0/24; add one, as in "
        r"dhcp-range=192\.168\.1\.50,192\.168\.1\.150$")


def test_a_boot_file_that_is_missing(start_server, boot_files, client,
                                     player):
    server = start_server(RANGE + TFTP + "dhcp-boot=pxelinux.0\n"
                          "quiet-tftp\n")
    address = player.lease(MAC).yiaddr
    client.address(f"{address}/24")
    tftp_fetch(client, SERVER_ADDRESS, "pxelinux.cfg/default")
    tftp_fetch(client, SERVER_ADDRESS, "pxelinux.0")
    server.wait_line(
        rf'tftpd: warning: not found "pxelinux.0" for {address}:\d+ '
        rf"\({MAC}\): the configuration offers this file, but it is not in "
        "/srv/tftpboot, so the machine does not boot; put it there or "
        "correct dhcp-boot or pxe-service$")
    assert "pxelinux.cfg" not in server.log()
    # A reload with the file's name mended.
    mark = server.reload(RANGE + TFTP + "dhcp-boot=file\n")
    server.wait_line("ready, configuration 2$", since=mark)
    tftp_fetch(client, SERVER_ADDRESS, "pxelinux.0")
    line = server.wait_line('not found "pxelinux.0"', since=mark).string
    assert "warning" not in line


@pytest.mark.parametrize("boot, says", [
    ("dhcp-boot=pxelinux.0\n",
     rf'boot file "pxelinux.0" is for BIOS, but {MAC} is UEFI x64 and will '
     "not boot from it; add dhcp-match=set:TAG,option:client-arch,7 and "
     "dhcp-boot=tag:TAG,FILE$"),
    ("dhcp-match=set:bios,option:client-arch,0\n"
     "dhcp-boot=tag:bios,pxelinux.0\n",
     "UEFI x64, no boot file: no dhcp-boot or pxe-service line has one for architecture 7$")])
def test_a_file_for_another_architecture(start_server, player, boot, says):
    server = start_server(RANGE + boot)
    assert player.discover(MAC, UEFI).type == "OFFER"
    server.wait_line(says)


def test_another_server_on_the_network(start_server, player):
    server = start_server(RANGE)
    offer = player.discover(MAC)
    player.send(player.message("REQUEST", MAC, {
        50: ip_bytes("192.168.1.208"), 54: ip_bytes("192.168.1.2")},
        xid=offer.xid))
    server.wait_line(
        rf"{MAC} chose 192\.168\.1\.208 from another DHCP server, "
        r"192\.168\.1\.2, via br0; ")


def test_all_are_ignored(start_server, player):
    server = start_server(RANGE + "dhcp-ignore=tag:!known\n")
    server.wait_line("this line ignores every client: only a dhcp-host line")
    assert player.unanswered(player.discover, MAC)
    server.wait_line(rf"DHCPDISCOVER\(br0\) {MAC} ignored by ")


def test_a_reserved_address_that_another_has(start_server, player):
    server = start_server(RANGE)
    address = player.lease(OTHER, {packets.OPT_HOSTNAME: b"printer"}).yiaddr
    mark = server.reload(RANGE + f"dhcp-host={MAC},{address}\n")
    server.wait_line("ready, configuration 2$", since=mark)
    assert player.discover(MAC).yiaddr != address
    server.wait_line(
        rf"not using configured address {re.escape(address)} for {MAC}: it "
        rf"is leased to {OTHER} \(printer\) for (8h 0m|7h \d+m); it becomes free when "
        "that machine renews or releases its lease$")


def test_a_filter_of_this_host_drops_replies(start_server, network, player):
    server = start_server(RANGE)
    network.server.run(
        "nft", "add table ip lab; add chain ip lab output { type filter hook "
        "output priority 0; }; add rule ip lab output udp sport 67 drop")
    assert player.unanswered(player.discover, MAC)
    server.wait_line(
        r"cannot send a reply to [\d.]+ \(dropped by the packet filter of "
        "this host; permit UDP from port 67\\): Operation not permitted$")


@pytest.mark.long
def test_a_filter_of_this_host_drops_requests(start_server, network,
                                              boot_files, player):
    """Known only by what does not come, within a minute."""
    server = start_server(RANGE + TFTP + "dhcp-boot=file\n")
    network.server.run(
        "nft", "add table ip lab; add chain ip lab input { type filter hook "
        "input priority 0; }; add rule ip lab input udp dport 69 drop")
    address = player.lease(MAC, UEFI).yiaddr
    server.wait_line(
        rf"tftpd: warning: no request from {address} \({MAC}\) in 60 s after "
        "DHCP gave it a boot file; ", timeout=90)
