"""DHCP as clients see it on the wire, beyond what dnsmasq can be asked.

What both servers do alike is in test_like_dnsmasq.py.
"""

import os
import signal
import statistics
import time

import pytest

from dialogues import RANGE
from lab import packets
from lab.clients import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.packets import BROADCAST_MAC, ip_bytes
from lab.patience import LONG_S

MAC, OTHER = mac_number(1), mac_number(2)
OFFER_S = 0.5       # with much room for a busy machine; it takes about 1 ms


@pytest.fixture
def player(client):
    with DhcpClient(client, timeout=0.6) as one:
        yield one


@pytest.fixture
def server(start_server):
    return start_server(RANGE)


def neighbour(network, address):
    """What the server's namespace knows of an address (ip neigh)."""
    return network.server.ip("neigh", "show", address, "dev", "br0")


def pool_of(start, end):
    return (f"interface=br0\ndhcp-range=192.168.1.{start},192.168.1.{end},"
            "8h\n")


@pytest.mark.timing
def test_an_offer_comes_at_once(server, player):
    took = []
    for number in range(20):
        start = time.monotonic()
        assert player.discover(mac_number(number)).type == "OFFER"
        took.append(time.monotonic() - start)
    print(f"DISCOVER to OFFER: median {statistics.median(took) * 1000:.2f} "
          f"ms, worst {max(took) * 1000:.2f} ms")
    assert statistics.median(took) < OFFER_S


# --- dhcp-reply-delay --------------------------------------------------------

def test_a_delay_counts_from_the_arrival_of_each_request(start_server,
                                                         player):
    """None is early, a burst does not add up, and nobody else waits."""
    start_server(RANGE + "dhcp-vendorclass=set:pxe,PXEClient\n"
                 "dhcp-reply-delay=tag:pxe,2\n")
    sent = {}
    for number in range(60):
        message = player.message("DISCOVER", mac_number(100 + number),
                                 {60: b"PXEClient"})
        sent[message.xid] = time.monotonic()
        player.send(message)
        if number % 3 == 0:
            player.send(message)        # a retransmission
    assert player.lease(OTHER).type == "ACK"
    # One after the other, the delays would take two minutes.
    took, deadline = {}, time.monotonic() + LONG_S
    while len(took) < len(sent) and time.monotonic() < deadline:
        for reply in player.replies(deadline - time.monotonic(), count=1):
            assert reply.type == "OFFER" and reply.xid not in took
            took[reply.xid] = time.monotonic() - sent[reply.xid]
    print(f"OFFERs after {min(took.values()):.4f} to "
          f"{max(took.values()):.4f} s")
    # None came during the lease, where nobody waited for it.
    assert took.keys() == sent.keys()
    assert min(took.values()) >= 2


@pytest.mark.timing
def test_a_delay_is_over_when_dhcpd_reads_late(start_server, player):
    """The time in the socket's queue counts as well."""
    server = start_server(RANGE + "dhcp-reply-delay=2\n")
    dhcpd = server.wait_role("dhcpd")
    message = player.message("DISCOVER", MAC)
    start = time.monotonic()
    os.kill(dhcpd, signal.SIGSTOP)
    try:
        player.send(message)
        assert player.wait(message.xid, 2.1) is None
    finally:
        os.kill(dhcpd, signal.SIGCONT)
    assert player.wait(message.xid, LONG_S).type == "OFFER"
    took = time.monotonic() - start
    print(f"OFFER after {took:.3f} s")
    assert took < 3.5


# --- how replies travel ----------------------------------------------------

def test_replies_by_broadcast_need_no_neighbour(server, network, player):
    offer = player.discover(MAC, flags=0x8000)
    reply = player.select(offer, flags=0x8000)
    for message in (offer, reply):
        assert message.datagram.dst == "255.255.255.255"
        assert message.datagram.dst_mac == BROADCAST_MAC
        assert message.flags == 0x8000
    assert MAC not in neighbour(network, offer.yiaddr)


def test_replies_by_unicast_reach_who_has_no_address(server, network,
                                                     player):
    """The client answers no ARP: the server must know where it is."""
    offer = player.discover(MAC, flags=0)
    assert MAC in neighbour(network, offer.yiaddr)
    reply = player.select(offer, flags=0)
    for message in (offer, reply):
        assert message.datagram.dst == offer.yiaddr
        assert message.datagram.dport == 68
        assert message.datagram.dst_mac == MAC
        assert message.flags == 0
    assert reply.type == "ACK"


def test_a_changed_client_is_found_at_its_address(start_server, network,
                                                  player):
    """A neighbour entry of the last holder must not mislead the reply."""
    start_server(pool_of(50, 50))
    first = player.lease(MAC, flags=0)
    assert MAC in neighbour(network, first.yiaddr)
    player.release(MAC, first.yiaddr)
    player.replies(0.2)
    second = player.lease(OTHER, flags=0)
    assert second.yiaddr == first.yiaddr
    assert second.datagram.dst_mac == OTHER


# --- who gets which address ------------------------------------------------

def test_a_client_keeps_its_address(server, player):
    first = player.lease(MAC)
    assert player.lease(MAC).yiaddr == first.yiaddr
    player.release(MAC, first.yiaddr)
    player.replies(0.2)
    assert player.lease(MAC).yiaddr == first.yiaddr


def test_a_released_address_may_go_to_another(start_server, player):
    start_server(pool_of(50, 50))
    first = player.lease(MAC)
    assert player.exchange(player.message("DISCOVER", OTHER), tries=1,
                           timeout=0.5) is None
    player.release(MAC, first.yiaddr)
    player.replies(0.2)
    assert player.lease(OTHER).yiaddr == first.yiaddr
    assert player.unanswered(player.init_reboot, MAC, first.yiaddr)


@pytest.mark.parametrize("wrong", [
    {"mac": OTHER}, {"address": "192.168.1.51"},
    {"options": {54: ip_bytes("192.168.1.9")}},
    {"options": {54: None}}], ids=str)
def test_only_its_client_releases_a_lease(start_server, player, wrong):
    start_server(pool_of(50, 50))
    first = player.lease(MAC)
    player.release(**{"mac": MAC, "address": first.yiaddr, **wrong})
    player.replies(0.2)
    assert player.exchange(player.message("DISCOVER", OTHER), tries=1,
                           timeout=0.5) is None
    assert player.renew(MAC, first.yiaddr).type == "ACK"


def test_a_declined_address_rests(start_server, player):
    server = start_server(pool_of(50, 51))
    first = player.lease(MAC)
    player.decline(MAC, first.yiaddr)
    server.wait_line(f"{first.yiaddr}: declined by ")
    second = player.lease(MAC)
    assert second.yiaddr not in (first.yiaddr, None)
    player.release(MAC, second.yiaddr)
    player.replies(0.2)
    assert player.lease(OTHER).yiaddr == second.yiaddr
    assert player.exchange(player.message("DISCOVER", mac_number(3)),
                           tries=1, timeout=0.5) is None
    assert player.unanswered(player.init_reboot, mac_number(3),
                             first.yiaddr)


def test_nobody_declines_what_is_not_theirs(start_server, player):
    start_server(pool_of(50, 50))
    first = player.lease(MAC)
    player.decline(OTHER, first.yiaddr)
    player.replies(0.2)
    assert player.renew(MAC, first.yiaddr).type == "ACK"


def test_offers_at_the_same_time_differ(server, player):
    """All ask before the first has answered; the pool is full then."""
    asked = {}
    for number in range(101):
        message = player.message("DISCOVER", mac_number(number))
        asked[message.xid] = message
        player.send(message)
    offers = {reply.xid: reply for reply in player.replies(1.5)}
    for xid in asked.keys() - offers.keys():
        offers[xid] = player.exchange(asked[xid])
    addresses = [offer.yiaddr for offer in offers.values()]
    assert len(addresses) == len(set(addresses)) == 101


def test_one_client_asking_twice_is_offered_one_address(server, player):
    for _ in range(2):
        player.send(player.message("DISCOVER", MAC))
    replies = player.replies(LONG_S, count=2)
    assert len({reply.yiaddr for reply in replies}) == 1


def test_an_offer_taken_elsewhere_is_free_again(start_server, player):
    start_server(pool_of(50, 50))
    offer = player.discover(MAC)
    player.send(player.message("REQUEST", MAC, {
        50: ip_bytes(offer.yiaddr), 54: ip_bytes("192.168.1.9")}))
    player.replies(0.2)
    assert player.lease(OTHER).yiaddr == offer.yiaddr


def test_doubled_requests_get_one_address(server, player):
    offer = player.discover(MAC)
    message = player.message("REQUEST", MAC, {
        50: ip_bytes(offer.yiaddr), 54: ip_bytes(SERVER_ADDRESS)},
        xid=offer.xid)
    for _ in range(5):
        player.send(message)
    replies = player.replies(LONG_S, count=1) + player.replies(0.5)
    assert {(r.type, r.yiaddr) for r in replies} == {("ACK", offer.yiaddr)}


def test_the_servers_own_address_is_never_given(start_server, player):
    server = start_server(
        RANGE + f"dhcp-host={MAC},{SERVER_ADDRESS},pc,infinite\n")
    server.wait_line("is an address of this host")
    reply = player.lease(MAC)
    assert 50 <= int(reply.yiaddr.rpartition(".")[2]) <= 150
    assert reply.lease_s == 0xffffffff
    assert reply.options[12] == b"pc"
    assert player.init_reboot(MAC, SERVER_ADDRESS).type == "NAK"


def test_a_second_card_takes_the_address_over(start_server, player):
    start_server(RANGE + f"dhcp-host={MAC},{OTHER},192.168.1.60\n")
    for mac in (MAC, OTHER, MAC):
        reply = player.lease(mac)
        assert (reply.type, reply.yiaddr) == ("ACK", "192.168.1.60")


# --- two servers on one network --------------------------------------------

def test_a_lease_of_another_server_is_left_alone(server, player):
    """Its holder rebinds and reboots by broadcast: not ours to refuse."""
    for ask in (player.rebind, player.init_reboot):
        assert player.unanswered(ask, MAC, "192.168.1.99")
    assert player.renew(MAC, "192.168.1.99").type == "NAK"


def test_authority_answers_for_all(start_server, player):
    start_server(RANGE + "dhcp-authoritative\n")
    assert player.rebind(MAC, "192.168.1.99").type == "ACK"
    assert player.init_reboot(OTHER, "192.168.1.99").type == "NAK"
    assert player.init_reboot(mac_number(3), "10.0.0.1").type == "NAK"


# --- across a restart ------------------------------------------------------

def test_leases_outlive_the_server(start_server, player):
    server = start_server(RANGE)
    leases = {mac: player.lease(mac).yiaddr
              for mac in map(mac_number, range(10))}
    assert server.stop() == 0
    start_server(RANGE)
    for mac, address in leases.items():
        assert player.rebind(mac, address).type == "ACK"
        assert player.discover(mac).yiaddr == address


def test_relayed_replies_go_to_the_relay(start_server, network, player):
    start_server(RANGE + "dhcp-range=10.5.0.10,10.5.0.99,255.255.0.0,2h\n")
    network.server.ip("route", "add", "10.5.0.1/32", "dev", "br0")
    network.server.ip("route", "add", "10.6.0.1/32", "dev", "br0")
    for flags in (0, 0x8000):
        offer = player.relayed(
            player.message("DISCOVER", MAC, flags=flags), "10.5.0.1")
        assert (offer.datagram.dst, offer.datagram.dport) == ("10.5.0.1", 67)
        assert offer.yiaddr.startswith("10.5.0.")
        assert offer.address(packets.OPT_ROUTER) == "10.5.0.1"
    assert player.unanswered(player.relayed, player.message("DISCOVER", MAC),
                             "10.6.0.1")


def test_ignored_by_which_line(start_server, player):
    """Also when lines have moved by a reload."""
    def config(empty):
        return RANGE + "\n" * empty + \
            f"dhcp-host={MAC},ignore\ndhcp-ignore=tag:!known\n"

    server = start_server(config(0))
    first = config(0).count("\n") - 1
    for empty in (0, 3):
        for mac, line in ((MAC, first), (mac_number(99), first + 1)):
            mark = server.process.mark()
            assert player.unanswered(player.discover, mac)
            server.wait_line(
                rf"DHCPDISCOVER\(br0\) {mac} .*ignored by "
                rf"{server.config_path}:{line + empty}$", since=mark)
        if empty == 0:
            mark = server.reload(config(3))
            server.wait_line("configuration: lines moved$", since=mark)
            server.wait_line("ready, configuration 2$", since=mark)


# --- options of more than 255 bytes (RFC 3396) --------------------------------

LONG = bytes(i % 251 for i in range(1100))
PARTS = [bytes([number]) * 200 for number in (1, 2, 3)]


def pieces(raw, code):
    """Where pieces of an option stand in a packet, and their lengths."""
    found, at = [], 240
    while raw[at] != 255:
        if raw[at] == code:
            found.append((at, raw[at + 1]))
        at += 2 + raw[at + 1]
    return found


def test_long_options_come_in_pieces(start_server, player):
    """Behind one another if there is room; else the log names them."""
    server = start_server(
        RANGE + "dhcp-option=224," + ":".join(f"{b:02x}" for b in LONG) + "\n"
        + "".join(f'dhcp-option=vendor:,{n},{":".join([f"{n:02x}"] * 200)}\n'
                  for n in (1, 2, 3)))
    reply = player.discover(MAC, {55: bytes([1, 224]),
                                  57: (1500).to_bytes(2, "big")})
    assert reply.options[224] == LONG
    found = pieces(reply.datagram.payload, 224)
    assert [length for _, length in found] == [255, 255, 255, 255, 80]
    assert [at for at, _ in found] == [found[0][0] + 257 * i for i in range(5)]

    reply = player.discover(OTHER, {55: bytes([1, 43]), 60: b"other",
                                    57: (1500).to_bytes(2, "big")})
    assert reply.options[43] == b"".join(
        bytes([part[0], len(part)]) + part for part in PARTS[::-1]) + b"\xff"
    assert reply.options[60] == b"other"

    reply = player.discover(mac_number(3), {55: bytes([1, 224])})
    assert reply.type == "OFFER" and 224 not in reply.options
    server.wait_line("1 options omitted: no room in the message for "
                         "option 224")
