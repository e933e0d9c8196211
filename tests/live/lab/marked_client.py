"""A DHCP client that knows quickly that there is no answer.

After a message it sends those of another client, the marker, which every
configuration answers: what the server has not answered by then, it will not
answer.  No time is waited for.
"""

import time

from . import packets
from .dhcp_client import DhcpClient
from .errors import LabError
from .patience import LONG_S

MARKER_MAC = "02:0f:00:00:00:01"
MARKER_RELAY = "10.99.0.1"
# What a configuration needs.  The marker is behind a relay agent, in a network
# of its own, so that nothing is different for others.
MARKER_CONFIG = f"""\
dhcp-range=10.99.0.10,10.99.0.20,255.255.0.0,1h
dhcp-host={MARKER_MAC},10.99.0.9
"""
GRACE_S = 0.02          # most answers come before the marker is needed
MARKER_TRY_S = 2.0


class MarkedClient(DhcpClient):
    """Sends each message once; None is an answer that will not come.

    The server needs MARKER_CONFIG, and a route to MARKER_RELAY.  `asked` is
    the last message, and `asked_port` where it went.  An answer to a DISCOVER
    is waited for `discover_s` before the marker: longer, if OFFERs are delayed.
    """

    def __init__(self, namespace, **options):
        super().__init__(namespace, **options)
        self.asked = self.asked_port = None
        self.discover_s = GRACE_S
        self._lease = None      # of the marker
        self.own(MARKER_RELAY, "02:00:00:00:00:98")
        self._mark(None, None)

    def exchange(self, message, tries=None, timeout=None, kinds=None,
                 **where):
        self.send(message, **where)
        return self._answer(message.xid, kinds)

    def send(self, message, src=None, dst="255.255.255.255",
             sport=packets.CLIENT_PORT, dport=packets.SERVER_PORT):
        self.asked, self.asked_port = message, dport
        super().send(message, src, dst, sport, dport)

    def relayed(self, message, giaddr, relay_mac="02:00:00:00:00:99"):
        self.own(giaddr, relay_mac)
        message.giaddr, message.hops = giaddr, message.hops + 1
        self.asked, self.asked_port = message, packets.SERVER_PORT
        self._send_relayed(message, relay_mac)
        return self._answer(message.xid, None)

    def settle(self):
        """Return when all that was sent has been taken in."""
        self._mark(None, None)

    def linger(self, seconds):
        """Keep replies that come within this time, for `add_late`."""
        self.strays += self.replies(seconds)

    def stray(self, xid):
        """The reply with this xid that nobody waited for, or None."""
        return next((reply for reply in self.strays if reply.xid == xid),
                    None)

    def add_late(self, rows):
        """Put replies that came after one to the marker where they belong.

        A row ends with the message, its port and the reply.
        """
        late = {reply.xid: reply for reply in self.strays}
        for row in rows:
            reply = late.get(row[-3].xid)
            if row[-1] is None and reply is not None and \
                    (row[-3].type == "DISCOVER") == (reply.type == "OFFER"):
                row[-1] = reply

    def _send_relayed(self, message, relay_mac):
        self.send_bytes(message.build(), relay_mac, message.giaddr,
                        self.server, sport=packets.SERVER_PORT)

    def _answer(self, xid, kinds):
        grace_s = self.discover_s if self.asked.type == "DISCOVER" \
            else GRACE_S
        return self.wait(xid, grace_s, kinds) or self._mark(xid, kinds)

    def _mark(self, xid, kinds):
        """Let the marker get its lease; the reply with `xid` meanwhile.

        These are two rounds, for the server may read its sockets in turn, and
        an ACK, which like every ACK waits until its lease is stored.
        """
        deadline = time.monotonic() + LONG_S
        asked = {}
        for kind in ("DISCOVER", "REQUEST"):
            options = {} if kind == "DISCOVER" else {
                packets.OPT_REQUESTED: packets.ip_bytes(self._lease.yiaddr),
                packets.OPT_SERVER: self._lease.options[packets.OPT_SERVER]}
            marker = self.message(kind, MARKER_MAC, options, flags=0,
                                  giaddr=MARKER_RELAY, hops=1)
            while marker.xid not in asked:
                if time.monotonic() > deadline:
                    raise LabError("the server does not answer the marker")
                self._send_relayed(marker, "02:00:00:00:00:98")
                reply = self._either(xid, kinds, marker.xid)
                if reply is not None and reply.xid == xid:
                    return reply
                if reply is not None:
                    asked[marker.xid] = self._lease = reply
        return None

    def _either(self, xid, kinds, other):
        """The reply with `xid`, of one of the kinds, or with `other`."""
        deadline = time.monotonic() + MARKER_TRY_S
        while (frame := self._receive(deadline)) is not None:
            message = self._look(frame)
            if message is None:
                continue
            if message.xid == other or (message.xid == xid and (
                    kinds is None or message.type in kinds)):
                return message
            self.strays.append(message)
        return None
