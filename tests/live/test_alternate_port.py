"""dhcp-alternate-port: DHCP on other ports than 67 and 68."""

import pytest

from dialogues import RANGE
from lab.compare import dnsmasq_command
from lab.dhcp_client import DhcpClient, mac_number
from lab.packets import PXE_PORT

MAC, OTHER = mac_number(1), mac_number(2)
MENU = ("dhcp-boot=pxelinux.0\n"
        "pxe-service=X86PC,\"one\",one.0\npxe-service=X86PC,\"two\",two.0\n")


@pytest.fixture
def player(client):
    """A function that makes a client of a server port and its own."""
    opened = []

    def make(*ports):
        opened.append(DhcpClient(client, timeout=0.6, ports=ports))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def check_lease(one, mac, flags):
    """A lease, its renewal and its rebinding; both ports of every reply."""
    offer = one.discover(mac, flags=flags)
    ack = one.select(offer, flags=flags)
    renewed = one.renew(mac, ack.yiaddr)
    rebound = one.rebind(mac, ack.yiaddr)
    for reply in (offer, ack, renewed, rebound):
        assert reply.datagram.sport == one.server_port
        assert reply.datagram.dport == one.client_port
    assert ack.type == renewed.type == rebound.type == "ACK"


@pytest.mark.parametrize("flags", [0, 0x8000])
@pytest.mark.parametrize("line, ports", [
    ("dhcp-alternate-port", (1067, 1068)),
    ("dhcp-alternate-port=5067", (5067, 5068)),
    ("dhcp-alternate-port=2000,3000", (2000, 3000))])
@pytest.mark.parametrize("server", ["pxeguard", "dnsmasq"])
def test_clients_of_other_ports_get_a_lease(start_server, server_command,
                                            player, server, line, ports,
                                            flags):
    """dnsmasq uses the same ports."""
    start_server(RANGE + line + "\n",
                 command=server_command if server == "pxeguard"
                 else dnsmasq_command())
    check_lease(player(*ports), MAC, flags)
    usual = player(67, 68)
    assert usual.unanswered(usual.discover, OTHER)


@pytest.mark.parametrize("server", ["pxeguard", "dnsmasq"])
def test_a_relay_is_answered_at_the_port_of_the_server(
        start_server, server_command, network, player, server):
    network.server.ip("route", "add", "192.168.1.9/32", "dev", "br0")
    start_server(RANGE + "dhcp-alternate-port=2000,3000\n",
                 command=server_command if server == "pxeguard"
                 else dnsmasq_command())
    one = player(2000, 3000)
    reply = one.relayed(one.message("DISCOVER", MAC), "192.168.1.9")
    assert reply.type == "OFFER" and reply.datagram.dst == "192.168.1.9"
    assert (reply.datagram.sport, reply.datagram.dport) == (2000, 2000)


def test_the_port_of_pxe_stays(start_server, player):
    start_server(RANGE + MENU + "dhcp-alternate-port\n")
    one = player(1067, 1068)
    pxe = {60: b"PXEClient:Arch:00000:UNDI:002001", 93: b"\0\0"}
    ack = one.lease(MAC, pxe)
    for sport in (PXE_PORT, 1068):
        reply = one.ask_port(MAC, ack.yiaddr, pxe, sport=sport)
        assert reply.type == "ACK"
        assert (reply.datagram.sport, reply.datagram.dport) == (PXE_PORT,
                                                                sport)


def test_a_reload_changes_the_port(start_server, player):
    server = start_server(RANGE)
    pids = server.role_pids()
    usual, other = player(67, 68), player(1067, 1068)
    generation = 1
    for config, served, silent in (
            (RANGE + "dhcp-alternate-port\n", other, usual),
            (RANGE, usual, other)):
        generation += 1
        mark = server.reload(config)
        server.wait_line(f"ready, configuration {generation}$", since=mark)
        check_lease(served, MAC, 0)
        assert silent.unanswered(silent.discover, OTHER)
    assert server.role_pids() == pids
