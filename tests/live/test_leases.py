"""Many clients, and leases that outlive the server and its predecessor."""

import time

import pytest

from lab.boot import STATE_FOLDER
from lab.dhcp_client import mac_number
from lab.leases import (check_held, check_renewals, check_single,
                        read_store)

CLIENTS = 1000
CROWD = f"""\
interface=br0
dhcp-range=192.168.0.10,192.168.3.250,8h
dhcp-lease-max={CLIENTS}
"""
IMPORT = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-leasefile=/srv/old/dnsmasq.leases
"""
ODD_LINE = "this is no lease\n"


def addresses(acks):
    return {mac: ack.yiaddr for mac, ack in acks.items()}


@pytest.mark.prefix(22)
def test_a_thousand_clients(start_server, network, dhcp):
    """Each gets an address of its own, and keeps it over a restart."""
    macs = [mac_number(n) for n in range(CLIENTS)]
    server = start_server(CROWD)
    first = addresses(dhcp.lease_many(macs))
    assert len(first) == CLIENTS
    check_single(first)
    assert server.stop() == 0
    store = network.server.path(STATE_FOLDER) / "leases.db"
    check_held(read_store(store), first)
    start_server(CROWD)
    check_renewals(dhcp, first)
    assert addresses(dhcp.lease_many(macs)) == first


@pytest.mark.prefix(22)
def test_one_client_after_the_other(start_server, dhcp):
    start_server(CROWD)
    found = {}
    for number in range(100):
        mac = mac_number(number)
        found[mac] = dhcp.lease(mac).yiaddr
    check_single(found)


@pytest.mark.prefix(22)
def test_limit_of_leases_holds_for_new_clients_alone(start_server, dhcp):
    start_server(CROWD.replace(f"max={CLIENTS}", "max=20"))
    first = addresses(dhcp.lease_many(map(mac_number, range(20))))
    assert len(first) == 20
    assert dhcp.unanswered(dhcp.discover, mac_number(999))
    check_renewals(dhcp, first)
    assert addresses(dhcp.lease_many(first)) == first


@pytest.fixture
def old_leases(network):
    """A lease file of dnsmasq; its path as seen from here."""
    network.server.shadow("/srv/old", mode=0o700, owner="pxeguard-leased")
    path = network.server.path("/srv/old/dnsmasq.leases")
    later = int(time.time()) + 3600
    path.write_text(
        f"{later} {mac_number(1)} 192.168.1.77 laptop *\n"
        f"{later} {mac_number(2)} 192.168.1.78 * 01:{mac_number(2)}\n"
        f"0 {mac_number(3)} 192.168.1.79 printer *\n" + ODD_LINE
        + f"{later - 7200} {mac_number(4)} 192.168.1.80 gone *\n")
    network.server.run("chown", "pxeguard-leased:",
                       "/srv/old/dnsmasq.leases")
    return path


HELD = {mac_number(1): "192.168.1.77", mac_number(2): "192.168.1.78",
        mac_number(3): "192.168.1.79"}


def test_leases_of_dnsmasq_are_imported(start_server, old_leases, dhcp):
    before = old_leases.read_bytes(), old_leases.stat().st_mtime_ns
    server = start_server(IMPORT)
    server.wait_line(r"/srv/old/dnsmasq\.leases: imported 4 leases, 1 of them expired;")
    assert dhcp.renew(mac_number(1), HELD[mac_number(1)]).type == "ACK"
    options = {61: b"\x01" + bytes.fromhex(mac_number(2).replace(":", ""))}
    assert dhcp.init_reboot(mac_number(2), HELD[mac_number(2)],
                            options).type == "ACK"
    assert dhcp.lease(mac_number(3)).yiaddr == HELD[mac_number(3)]
    others = addresses(dhcp.lease_many(map(mac_number, range(10, 60))))
    check_single(others | HELD)
    assert server.stop() == 0
    assert (old_leases.read_bytes(), old_leases.stat().st_mtime_ns) == before
    check_held(read_store(old_leases.with_name("dnsmasq.leases.db")), HELD)


def test_leases_of_dnsmasq_are_imported_once(start_server, old_leases, dhcp):
    server = start_server(IMPORT)
    dhcp.release(mac_number(1), HELD[mac_number(1)])
    server.wait_line("DHCPRELEASE")
    assert server.stop() == 0
    with open(old_leases, "a", encoding="ascii") as file:
        later = int(time.time()) + 3600
        file.write(f"{later} {mac_number(5)} 192.168.1.81 late *\n")
    second = start_server(IMPORT)
    second.wait_line(r"dnsmasq\.leases is not imported again: the database ")
    assert ": imported" not in second.log()
    assert dhcp.lease(mac_number(3)).yiaddr == HELD[mac_number(3)]
    second.stop()
    store = read_store(old_leases.with_name("dnsmasq.leases.db"))
    assert "192.168.1.81" not in store


def test_odd_lines_are_told_and_left_out(start_server, old_leases, dhcp):
    server = start_server(IMPORT)
    server.wait_line(r"warning: /srv/old/dnsmasq\.leases:4: .*; line ignored")
