"""Real DHCP clients, as people run them, get addresses."""

import pytest

from lab import clients
from lab.boot import CONFIG
from lab.namespaces import SERVER_ADDRESS

DHCP_CLIENTS = [clients.udhcpc, clients.dhclient, clients.dhcpcd]
EIGHT_HOURS_S = 8 * 3600


def named(function):
    return function.__name__


@pytest.mark.parametrize("run", DHCP_CLIENTS, ids=named)
def test_dhcp_client_gets_a_whole_lease(start_server, tree, client, run):
    start_server()
    learnt = run(client)
    assert learnt.ok, learnt.output
    assert 50 <= int(learnt.address.rpartition(".")[2]) <= 150
    assert learnt.mask == "255.255.255.0"
    assert learnt.router == SERVER_ADDRESS
    assert learnt.server == SERVER_ADDRESS
    assert learnt.lease_s == EIGHT_HOURS_S
    assert learnt.boot_file == "pxelinux.0"


def test_dhcp_clients_on_one_card_keep_its_address(start_server, tree,
                                                   client):
    start_server()
    found = {run(client).address for run in (clients.udhcpc,) * 3}
    assert len(found) == 1


def test_two_cards_get_two_addresses(start_server, tree, network):
    start_server()
    first, second = network.client(), network.client()
    assert clients.udhcpc(first).address != clients.udhcpc(second).address


def test_reservation_by_mac_is_kept(start_server, tree, network):
    mac = "02:00:00:00:0a:01"
    start_server(CONFIG + f"dhcp-host={mac},192.168.1.60,printer,infinite\n")
    learnt = clients.udhcpc(network.client(mac))
    assert learnt.address == "192.168.1.60", learnt.output
    assert learnt.lease_s == 0xffffffff
    assert learnt.hostname == "printer"
