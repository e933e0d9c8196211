"""A bad network for TFTP: a relay that loses, doubles, delays and reorders.

It stands in a namespace of its own.  To its clients it is the server, with a
port for each transfer; to the server it is a client.  What it does to whom is
decided by a function, so that a test can hit one packet, or by `Chaos`, which
throws dice of a known seed.
"""

import collections
import contextlib
import dataclasses
import heapq
import itertools
import random
import select
import socket
import struct
import threading
import time

from . import packets
from .packets import TFTP_PORT

SO_RCVBUFFORCE = 33


@dataclasses.dataclass
class Passed:
    """One packet that came to the relay."""

    at: float
    up: bool                # from a client to the server
    opcode: int
    number: int             # of the block, or the error's code
    length: int
    seen: int               # how often this one came before
    client: tuple           # whose transfer it belongs to


def honest(_passed):
    """Everything goes on at once; the delays of what is to be sent."""
    return (0.0,)


class Chaos:
    """Dice for every packet but requests, of which one must arrive.

    Chances from 0 to 1: `lose`, `double`, `late` (by up to `delay_s`), and
    `swap`, which is late by so little that the next one overtakes it.
    """

    def __init__(self, seed, lose=0.0, double=0.0, late=0.0, delay_s=1.5,
                 swap=0.0):
        self._dice = random.Random(seed)
        self._lose, self._double = lose, double
        self._late, self._delay_s, self._swap = late, delay_s, swap

    def __call__(self, passed):
        dice = self._dice.random
        if passed.opcode == packets.RRQ:
            return (0.0,)
        if dice() < self._lose:
            return ()
        delay = 0.0
        if dice() < self._late:
            delay = self._delay_s * dice()
        elif dice() < self._swap:
            delay = 0.003
        if dice() < self._double:
            return (delay, delay + 0.05 * dice())
        return (delay,)


class _Leg:
    """One client's transfer: a socket on each side."""

    def __init__(self, namespace, client, server):
        self.client, self.server = client, server
        self.down, self.up = namespace.udp_socket(), namespace.udp_socket()


class Relay:
    """Relays between clients and the server from the namespace's address.

    `plan(passed)` returns after how many seconds each copy goes on: nothing
    for a packet that gets lost, two for one that is doubled.  `passed` has
    all that came, in order.
    """

    def __init__(self, namespace, server, plan=honest):
        self.passed = []
        self._namespace, self._server = namespace, (server, TFTP_PORT)
        self._plan = plan
        self._seen = collections.Counter()
        self._legs = {}             # by the client's address
        self._sockets = {}          # by descriptor: (socket, its leg)
        self._late, self._count = [], itertools.count()
        self._poll = select.poll()
        self._door = namespace.udp_socket(port=TFTP_PORT)
        self._add(self._door, None)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(5)
        for sock, _ in self._sockets.values():
            sock.close()

    def data(self):
        """The DATA packets that the server sent."""
        return [p for p in self.passed if p.opcode == packets.DATA]

    def acks(self):
        """The ACK packets that the clients sent."""
        return [p for p in self.passed if p.opcode == packets.ACK]

    def _add(self, sock, leg):
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self._sockets[sock.fileno()] = (sock, leg)
        self._poll.register(sock, select.POLLIN)

    def _run(self):
        while not self._over.is_set():
            wait = 0.05
            if self._late:
                wait = max(0, min(wait, self._late[0][0] - time.monotonic()))
            for handle, _ in self._poll.poll(wait * 1000):
                self._drain(*self._sockets[handle])
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, out, packet, target = heapq.heappop(self._late)
                _send(out, packet, target)

    def _drain(self, sock, leg):
        for _ in range(64):
            try:
                packet, sender = sock.recvfrom(65535)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            if len(packet) >= 4:
                self._take(sock, leg, packet, sender)

    def _take(self, sock, leg, packet, sender):
        """Find out where a packet goes to, and when."""
        if sock is self._door:
            leg = self._legs.get(sender) or self._new_leg(sender)
            up, out, target = True, leg.up, self._server
        elif sock is leg.down:
            up, out, target = True, leg.up, leg.server
        else:
            leg.server = sender
            up, out, target = False, leg.down, leg.client
        opcode, number = struct.unpack_from("!HH", packet)
        key = (leg.client, up, opcode, number)
        passed = Passed(time.monotonic(), up, opcode, number, len(packet),
                        self._seen[key], leg.client)
        self._seen[key] += 1
        self.passed.append(passed)
        for delay in self._plan(passed):
            if delay <= 0:
                _send(out, packet, target)
            else:
                heapq.heappush(self._late, (
                    passed.at + delay, next(self._count), out, packet,
                    target))

    def _new_leg(self, client):
        leg = self._legs[client] = _Leg(self._namespace, client,
                                        self._server)
        self._add(leg.down, leg)
        self._add(leg.up, leg)
        return leg


def _send(sock, packet, target):
    with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
        sock.sendto(packet, target)
