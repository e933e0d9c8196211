"""A DHCP client in pure Python that can play any number of machines.

It works below IP, on one link set to receive everything, so that it can be
many hardware addresses at once, speak before it has an address, and send
what no honest client sends.
"""

import socket
import time

from . import packets
from .closing import Closing
from .patience import LONG_S
from .packets import (BROADCAST_FLAG, BROADCAST_MAC, CLIENT_PORT,
                      PXE_PORT, SERVER_PORT, Dhcp, Udp)

ETH_P_ALL = 3
SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 263, 1, 1
SO_RCVBUFFORCE = 33
PACKET_OUTGOING = 4
ARP_AGAIN_S = 0.5
PARAMETERS = bytes([1, 3, 6, 12, 15, 28, 51, 54, 66, 67])


def mac_number(number):
    """A private hardware address for the n-th of many machines."""
    return "02:01:" + number.to_bytes(4, "big").hex(":")


class DhcpClient(Closing):
    """Plays DHCP clients on one link of a namespace.

    `send...` only sends.  `exchange` sends and waits for the reply with the
    same xid, repeating itself.  The named exchanges below it (`discover`,
    `select`, ...) follow RFC 2131 and return the reply or None; where none
    is expected, ask by `unanswered`, which does not wait for long.
    """

    def __init__(self, namespace, server="192.168.1.1", server_mac=None,
                 interface="eth0", broadcast=True, timeout=1.0, tries=30,
                 ports=(SERVER_PORT, CLIENT_PORT)):
        self.server_port, self.client_port = ports
        self.server, self._server_mac = server, server_mac
        self.broadcast, self.timeout, self.tries = broadcast, timeout, tries
        self._owned = {}        # addresses that we answer ARP for
        self.strays = []        # replies that nobody waited for
        self._socket = namespace.call(
            socket.socket, socket.AF_PACKET, socket.SOCK_RAW,
            socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self._socket.bind((interface, ETH_P_ALL))
        index = namespace.call(socket.if_nametoindex, interface)
        membership = index.to_bytes(4, "little") + \
            PACKET_MR_PROMISC.to_bytes(2, "little") + bytes(10)
        self._socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                                membership)

    def close(self):
        self._socket.close()

    # --- frames ------------------------------------------------------------

    def own(self, address, mac):
        """Answer ARP requests for an address from now on."""
        self._owned[address] = mac

    def disown(self, address):
        self._owned.pop(address, None)

    def send_frame(self, frame):
        """Send any bytes as an Ethernet frame."""
        self._socket.send(frame)

    def send_bytes(self, payload, mac="02:00:00:00:00:01", src="0.0.0.0",
                   dst="255.255.255.255", sport=None, dport=None):
        """Send any bytes to the server's port, from any address."""
        sport, dport = sport or self.client_port, dport or self.server_port
        to = BROADCAST_MAC if dst == "255.255.255.255" else self.server_mac()
        self.send_frame(Udp(src, sport, dst, dport, payload, mac,
                            to).frame())

    def send(self, message, src=None, dst="255.255.255.255",
             sport=None, dport=None):
        """Send a message, by default as RFC 2131 would broadcast it."""
        self.send_bytes(message.build(), message.mac,
                        src or message.ciaddr, dst, sport, dport)

    def server_mac(self):
        """The server's hardware address, asked for by ARP once it is there."""
        mac = "02:00:00:00:00:fe"
        deadline = time.monotonic() + LONG_S
        while self._server_mac is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"no ARP answer from {self.server}")
            # A port of a bridge loses frames until it is up.
            self.send_frame(packets.arp(1, mac, "0.0.0.0", BROADCAST_MAC,
                                        self.server))
            again = time.monotonic() + ARP_AGAIN_S
            while self._server_mac is None and \
                    (frame := self._receive(again)) is not None:
                self._look(frame)
        return self._server_mac

    def _receive(self, deadline):
        """The next frame from others, or None when the time is over."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._socket.settimeout(left)
            try:
                frame, where = self._socket.recvfrom(65535)
            except TimeoutError:
                return None
            if where[2] != PACKET_OUTGOING:
                return frame

    def _look(self, frame):
        """The DHCP reply in a frame, or None; ARP is dealt with."""
        request = packets.parse_arp(frame)
        if request:
            operation, mac, address, _, wanted = request
            if operation == 2 and address == self.server:
                self._server_mac = mac
            elif operation == 1 and wanted in self._owned:
                self.send_frame(packets.arp(2, self._owned[wanted], wanted,
                                            mac, address))
            return None
        datagram = Udp.parse(frame)
        if datagram is None or \
                datagram.sport not in (self.server_port, PXE_PORT):
            return None
        message = Dhcp.parse(datagram.payload)
        if message is None or message.op != 2:
            return None
        message.datagram = datagram     # to judge where it was sent
        return message

    def replies(self, seconds, count=None):
        """Every reply that comes within a time, or the first `count`."""
        deadline = time.monotonic() + seconds
        found = []
        while len(found) != count and \
                (frame := self._receive(deadline)) is not None:
            message = self._look(frame)
            if message:
                found.append(message)
        return found

    def datagrams(self, seconds):
        """Every UDP datagram from others within a time; ARP is answered."""
        deadline = time.monotonic() + seconds
        found = []
        while (frame := self._receive(deadline)) is not None:
            self._look(frame)
            datagram = Udp.parse(frame)
            if datagram is not None:
                found.append(datagram)
        return found

    def wait(self, xid, timeout=None, kinds=None):
        """The reply with this xid, of one of the kinds if given, or None."""
        deadline = time.monotonic() + (timeout or self.timeout)
        while (frame := self._receive(deadline)) is not None:
            message = self._look(frame)
            if message and message.xid == xid and \
                    (kinds is None or message.type in kinds):
                return message
            if message:
                self.strays.append(message)
        return None

    def unanswered(self, ask, *args, **fields):
        """Whether an exchange, such as `discover`, gets no reply."""
        tries, self.tries = self.tries, 1
        try:
            return ask(*args, **fields) is None
        finally:
            self.tries = tries

    def exchange(self, message, tries=None, timeout=None, kinds=None,
                 **where):
        """Send, and wait for the reply; repeat a few times."""
        for _ in range(tries or self.tries):
            self.send(message, **where)
            reply = self.wait(message.xid, timeout, kinds)
            if reply:
                return reply
        return None

    # --- messages ----------------------------------------------------------

    def message(self, kind, mac, options=None, **fields):
        """A message of a kind ('DISCOVER', ...), with usual options.

        An option given as None is left out.
        """
        fields.setdefault("flags", BROADCAST_FLAG if self.broadcast else 0)
        all_options = {
            packets.OPT_TYPE: bytes([packets.TYPE_NUMBERS[kind]]),
            packets.OPT_PARAMETERS: PARAMETERS}
        all_options.update(options or {})
        kept = {k: v for k, v in all_options.items() if v is not None}
        return Dhcp(mac=mac, options=kept, **fields)

    def discover(self, mac, options=None, **fields):
        """DISCOVER; returns the OFFER."""
        return self.exchange(self.message("DISCOVER", mac, options,
                                          **fields))

    def select(self, offer, options=None, **fields):
        """REQUEST in SELECTING: take an offer; returns ACK or NAK."""
        wanted = {packets.OPT_REQUESTED: packets.ip_bytes(offer.yiaddr),
                  packets.OPT_SERVER: offer.options[packets.OPT_SERVER]}
        wanted.update(options or {})
        fields.setdefault("xid", offer.xid)
        # A DISCOVER that was repeated may draw another OFFER meanwhile.
        return self.exchange(self.message("REQUEST", offer.mac, wanted,
                                          **fields), kinds=("ACK", "NAK"))

    def init_reboot(self, mac, address, options=None, **fields):
        """REQUEST in INIT-REBOOT: ask for an address of old."""
        wanted = {packets.OPT_REQUESTED: packets.ip_bytes(address)}
        wanted.update(options or {})
        return self.exchange(self.message("REQUEST", mac, wanted, **fields))

    def renew(self, mac, address, options=None, **fields):
        """REQUEST in RENEWING: unicast, from the address held."""
        self.own(address, mac)
        fields.setdefault("flags", 0)
        return self.exchange(
            self.message("REQUEST", mac, options, ciaddr=address, **fields),
            src=address, dst=self.server)

    def rebind(self, mac, address, options=None, **fields):
        """REQUEST in REBINDING: broadcast, from the address held."""
        self.own(address, mac)
        fields.setdefault("flags", 0)
        return self.exchange(self.message("REQUEST", mac, options,
                                          ciaddr=address, **fields))

    def lease(self, mac, options=None, **fields):
        """The whole exchange; returns the ACK (or NAK), or None."""
        offer = self.discover(mac, options, **fields)
        return self.select(offer, options, **fields) if offer else None

    def release(self, mac, address, options=None):
        """RELEASE; there is no reply."""
        wanted = {packets.OPT_SERVER: packets.ip_bytes(self.server),
                  packets.OPT_PARAMETERS: None}
        wanted.update(options or {})
        self.send(self.message("RELEASE", mac, wanted, ciaddr=address,
                               flags=0), src=address, dst=self.server)
        self.disown(address)

    def decline(self, mac, address, options=None):
        """DECLINE: say that the address is in use; there is no reply."""
        wanted = {packets.OPT_REQUESTED: packets.ip_bytes(address),
                  packets.OPT_SERVER: packets.ip_bytes(self.server),
                  packets.OPT_PARAMETERS: None}
        wanted.update(options or {})
        self.send(self.message("DECLINE", mac, wanted, flags=0))

    def inform(self, mac, address, options=None, **fields):
        """INFORM: ask for parameters alone."""
        self.own(address, mac)
        fields.setdefault("flags", 0)
        return self.exchange(
            self.message("INFORM", mac, options, ciaddr=address, **fields),
            src=address)

    def ask_port(self, mac, address, options=None, sport=PXE_PORT, **fields):
        """A REQUEST to port 4011 (PXE 2.1), as firmware sends it."""
        self.own(address, mac)
        fields.setdefault("flags", 0)
        fields.setdefault("ciaddr", address)
        return self.exchange(self.message("REQUEST", mac, options, **fields),
                             src=address, dst=self.server, sport=sport,
                             dport=PXE_PORT)

    def bootp(self, mac, **fields):
        """A BOOTP request (RFC 951), without option 53."""
        return self.exchange(Dhcp(mac=mac, options={}, **fields))

    def relayed(self, message, giaddr, relay_mac="02:00:00:00:00:99"):
        """Send as a relay agent would, from `giaddr`; returns the reply.

        The server needs a route to giaddr on this link.
        """
        self.own(giaddr, relay_mac)
        message.giaddr, message.hops = giaddr, message.hops + 1
        raw = message.build()
        for _ in range(self.tries):
            self.send_bytes(raw, relay_mac, giaddr, self.server,
                            sport=self.server_port)
            reply = self.wait(message.xid)
            if reply:
                return reply
        return None

    # --- crowds ------------------------------------------------------------

    def lease_many(self, macs, window=50, timeout=LONG_S, resend=1.0):
        """Lease for many machines, `window` of them at the same time.

        Returns {mac: ACK}; who got a NAK or nothing is not in it.
        """
        return self._many((self.message("DISCOVER", mac) for mac in macs),
                          window, timeout, resend)

    def reboot_many(self, held, window=50, timeout=LONG_S, resend=1.0):
        """INIT-REBOOT of many machines, by {mac: address}; as lease_many."""
        return self._many((self.message("REQUEST", mac, {
            packets.OPT_REQUESTED: packets.ip_bytes(address)})
            for mac, address in held.items()), window, timeout, resend)

    def _many(self, messages, window, timeout, resend):
        crowd = _Crowd(self, messages, window, resend)
        deadline = time.monotonic() + timeout
        while crowd.busy and time.monotonic() < deadline:
            crowd.fill()
            frame = self._receive(min(deadline, time.monotonic() + 0.1))
            message = self._look(frame) if frame else None
            if message:
                crowd.take(message)
            crowd.repeat()
        return crowd.acks


class _Crowd:
    """Who of many clients waits for what."""

    def __init__(self, client, messages, window, resend):
        self.acks = {}
        self._client, self._resend, self._window = client, resend, window
        self._left = list(messages)[::-1]   # the first of each machine
        self._waiting = {}      # xid -> [message last sent, when]

    @property
    def busy(self):
        return bool(self._left or self._waiting)

    def _send(self, message):
        self._waiting[message.xid] = [message, time.monotonic()]
        self._client.send(message)

    def fill(self):
        while self._left and len(self._waiting) < self._window:
            self._send(self._left.pop())

    def take(self, reply):
        waits = self._waiting.get(reply.xid)
        if waits is None or waits[0].mac != reply.mac:
            return
        asked = waits[0].type
        if reply.type == "OFFER" and asked == "DISCOVER":
            self._send(self._client.message(
                "REQUEST", reply.mac, xid=reply.xid, options={
                    packets.OPT_REQUESTED: packets.ip_bytes(reply.yiaddr),
                    packets.OPT_SERVER: reply.options[packets.OPT_SERVER]}))
        elif reply.type in ("ACK", "NAK") and asked == "REQUEST":
            del self._waiting[reply.xid]
            if reply.type == "ACK":
                self.acks[reply.mac] = reply

    def repeat(self):
        now = time.monotonic()
        for waits in self._waiting.values():
            if now - waits[1] > self._resend:
                waits[1] = now
                self._client.send(waits[0])
