"""Neighbour entries: which ones the server makes, and which it leaves."""

import re
import socket

import pytest

from lab import packets
from lab.boot import CONFIG
from lab.dhcp_client import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS

MAC, OTHER = "52:54:00:00:77:01", "52:54:00:00:77:02"
BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"
RESERVED = "192.168.1.20"


@pytest.fixture
def player(network):
    with DhcpClient(network.client(), timeout=2.0) as dhcp:
        yield dhcp


def neighbours(network):
    """Of br0: {address: (hardware address, state)}."""
    rows = re.findall(r"^(\S+) lladdr (\S+) .*?(\w+)\s*$",
                      network.server.ip("neigh", "show", "dev", "br0"), re.M)
    return {address: (mac, state) for address, mac, state in rows}


def test_a_permanent_entry_stays(start_server, boot_files, network, player):
    """The client's reply is broadcast; the administrator's word counts."""
    server = start_server(CONFIG + f"dhcp-host={MAC},{RESERVED}\n")
    network.server.ip("neigh", "add", RESERVED, "lladdr", OTHER, "dev", "br0",
                      "nud", "permanent")
    ack = player.lease(MAC, flags=0)
    assert ack.type == "ACK" and ack.yiaddr == RESERVED
    assert ack.datagram.dst_mac == BROADCAST_MAC
    assert neighbours(network)[RESERVED] == (OTHER, "PERMANENT")
    server.wait_line(f"warning: no neighbour entry for {RESERVED}: a "
                     "permanent entry has another hardware address; "
                     "broadcasting")


def test_a_permanent_entry_of_the_client_itself(start_server, boot_files,
                                                network, player):
    server = start_server(CONFIG + f"dhcp-host={MAC},{RESERVED}\n")
    network.server.ip("neigh", "add", RESERVED, "lladdr", MAC, "dev", "br0",
                      "nud", "permanent")
    ack = player.lease(MAC, flags=0)
    assert ack.datagram.dst_mac == MAC
    assert neighbours(network)[RESERVED] == (MAC, "PERMANENT")
    assert "no neighbour entry" not in server.log()


def test_a_reservation_outside_the_range_is_reached(start_server, boot_files,
                                                    network, player):
    """Also after a reload, and one that came with it."""
    server = start_server(CONFIG + f"dhcp-host={MAC},{RESERVED}\n")
    assert player.lease(MAC, flags=0).datagram.dst_mac == MAC
    mark = server.reload(CONFIG + f"dhcp-host={MAC},{RESERVED}\n"
                         f"dhcp-host={OTHER},192.168.1.21\n")
    server.wait_line("ready, configuration 2", since=mark)
    assert player.lease(OTHER, flags=0).datagram.dst_mac == OTHER
    assert neighbours(network)["192.168.1.21"][0] == OTHER
    assert "no neighbour entry" not in server.log()


@pytest.mark.prefix(20)
def test_a_crowd_leaves_room_in_the_table(start_server, boot_files, network):
    """Beyond a quarter of the kernel's table, replies are broadcast."""
    server = start_server(CONFIG.replace("192.168.1.150", "192.168.9.150"))
    with DhcpClient(network.client(), broadcast=False) as crowd:
        acks = crowd.lease_many([mac_number(n) for n in range(700)])
    assert len(acks) == 700
    reached = sum(a.datagram.dst_mac == mac for mac, a in acks.items())
    size = network.server.run("ip", "ntable", "show", "name", "arp_cache")
    limit = int(re.search(r"thresh3 (\d+)", size.stdout)[1]) // 4
    assert reached >= min(limit, 700)
    if "net.ipv4.neigh.default.gc_thresh3" not in server.log():
        # A machine so slow that no 5 s saw so many, or a larger table.
        assert reached == 700


@pytest.mark.parametrize("code, why", [(1, "No route to host"), (3, None)],
                         ids=["host", "port"])
def test_reply_that_nobody_takes(start_server, boot_files, network, player,
                                 code, why):
    """An ICMP error is of one reply; a closed port is none.

    Clients that read packets themselves have no socket at port 68.
    """
    server = start_server()
    router = network.client()
    router.address("192.168.1.200/24")
    message = packets.icmp_unreachable(code, SERVER_ADDRESS, 67,
                                       "192.168.1.222", 68)
    with router.call(socket.socket, socket.AF_INET, socket.SOCK_RAW,
                     socket.IPPROTO_ICMP) as raw:
        raw.sendto(message, (SERVER_ADDRESS, 0))
    if why:
        server.wait_line("warning: reply to 192.168.1.222 was not delivered: "
                         rf"{why} \(reported by ICMP\)")
    assert player.lease(OTHER).type == "ACK"
    assert why or "not delivered" not in server.log()
