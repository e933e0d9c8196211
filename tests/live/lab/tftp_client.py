"""TFTP clients in pure Python, which misbehave on demand.

`tftp_fetch` reads a whole file, by RFC 1350 and its extensions; `TftpRead`
is a read that a test takes one packet at a time.
"""

import dataclasses
import socket
import struct
import time

from . import packets
from .patience import LONG_S

# Without a negotiated timeout the server asks a client that is slow, by its
# last block once more; so often that may be, as on a busy machine.
QUESTIONS_MOST = 3


@dataclasses.dataclass
class TftpReply:
    """What came of a request: `data`, or `error` as (code, text)."""

    data: bytes = None
    error: tuple = None
    options: dict = dataclasses.field(default_factory=dict)
    blocks: int = 0             # DATA packets received, repeats included
    repeats: int = 0            # DATA packets that were not the next one
    ports: set = dataclasses.field(default_factory=set)
    addresses: set = dataclasses.field(default_factory=set)
    longest: int = 0            # bytes of the largest UDP payload
    timed_out: bool = False
    waits: int = 0              # silences after which it repeated itself
    seconds: float = 0.0


@dataclasses.dataclass
class Misbehaviour:
    """How a client breaks the rules (all off by default)."""

    drop_acks: frozenset = frozenset()      # blocks whose first ACK is lost
    drop_data: frozenset = frozenset()      # blocks that come in vain once
    abort_after_oack: bool = False          # ERROR, as for the size alone
    abort_code: int = 8                     # of that
    abort_at_block: int = None              # ERROR 0 in the middle
    vanish_at_block: int = None             # say nothing more
    ack_from_other_port: int = None         # this block's ACK, first
    double_acks: bool = False               # each ACK twice (Sorcerer's)
    pause: float = 0.0                      # seconds before each ACK


def tftp_fetch(namespace, server, name, options=None, mode="octet",
               timeout=2.0, tries=5, misbehave=None, address=None, port=0):
    """Read a file; see TftpReply and Misbehaviour."""
    with _socket_for(namespace, server, address, port, timeout) as sock:
        transfer = _Transfer(namespace, sock,
                             tftp_address(namespace, server), tries,
                             misbehave or Misbehaviour())
        start = time.monotonic()
        reply = transfer.run(packets.tftp_request(name, mode, options))
        reply.seconds = time.monotonic() - start
        return reply


def tftp_send(namespace, server, payload, seconds=1.0, port=69,
              source_port=0):
    """Send any bytes and return the datagrams that come back in a time."""
    with _socket_for(namespace, server, None, source_port, 2.0) as sock:
        sock.sendto(payload, tftp_address(namespace, server, port))
        return _gather(sock, seconds)


def tftp_address(namespace, server, port=packets.TFTP_PORT):
    """What a socket of the namespace sends to; "fe80::1%eth0" has a link."""
    host, _, link = server.partition("%")
    if ":" not in host:
        return (host, port)
    scope = namespace.call(socket.if_nametoindex, link) if link else 0
    return (host, port, 0, scope)


def _socket_for(namespace, server, address, port, timeout):
    """A socket of the family that the server's address has."""
    if address is None:
        address = "::" if ":" in server else "0.0.0.0"
    return namespace.udp_socket(address, port, timeout)


def _gather(sock, seconds):
    deadline = time.monotonic() + seconds
    found = []
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            found.append(sock.recv(65535))
        except (TimeoutError, ConnectionRefusedError):
            break
    return found


class TftpRead:
    """A read that is taken one packet at a time."""

    def __init__(self, namespace, server, name, options=None, mode="octet",
                 port=0):
        self.socket = _socket_for(namespace, server, None, port, 2.0)
        self.request = packets.tftp_request(name, mode, options)
        self.peer = tftp_address(namespace, server)
        self._server = self.peer

    def __enter__(self):
        self.ask()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self):
        """Send the request (again), to the server's own port."""
        self.socket.sendto(self.request, self._server)

    def send(self, packet):
        self.socket.sendto(packet, self.peer)

    def next(self, timeout=LONG_S):
        """(opcode, number, rest) of the next packet, or None."""
        self.socket.settimeout(timeout)
        try:
            packet, self.peer = self.socket.recvfrom(65535)
        except TimeoutError:
            return None
        return packet[1], int.from_bytes(packet[2:4], "big"), packet[4:]

    def options(self, timeout=LONG_S):
        """The options of the OACK that must come next."""
        self.socket.settimeout(timeout)
        packet, self.peer = self.socket.recvfrom(65535)
        assert packet[:2] == bytes([0, packets.OACK]), packet[:40]
        return packets.tftp_options(packets.tftp_strings(packet[2:]))

    def window(self, least=0, silence=0.3):
        """The numbers of DATA packets: of so many, and then until a silence."""
        found = []
        while (packet := self.next(LONG_S if len(found) < least
                                   else silence)) is not None:
            assert packet[0] == packets.DATA, packet
            found.append(packet[1])
        return found

    def finish(self, number):
        """Acknowledge this block, and then all others to the end."""
        self.ack(number)
        while True:
            opcode, number, payload = self.next()
            assert opcode == packets.DATA
            self.ack(number)
            if len(payload) < 512:
                return

    def ack(self, number):
        self.send(struct.pack("!HH", packets.ACK, number))

    def abort(self, code=0, text="enough"):
        self.send(struct.pack("!HH", packets.ERROR, code)
                  + text.encode() + b"\0")


class _Transfer:
    """One read, from the request to the last ACK."""

    def __init__(self, namespace, sock, server, tries, misbehave):
        self._namespace, self._socket = namespace, sock
        self._server, self._tries = server, tries
        self._wrong = misbehave
        self._dropped, self._missed = set(), set()
        self._peer = None
        self._last = b""
        self._blksize, self._windowsize, self._rollover = 512, 1, 0
        self._expected, self._unacked = 1, 0
        self._gap_told = None   # the block that was asked for again
        self._data = bytearray()
        self.reply = TftpReply()

    def run(self, request):
        self._send(request)
        while True:
            packet = self._receive()
            if packet is None:
                self.reply.timed_out = True
                return self.reply
            opcode, number = struct.unpack_from("!HH", packet)
            if opcode == packets.ERROR:
                text = packet[4:].rstrip(b"\0").decode("latin-1")
                self.reply.error = (number, text)
                return self.reply
            if opcode == packets.OACK and self._expected == 1:
                if self._take_options(packet):
                    return self.reply
            elif opcode == packets.DATA:
                if self._take_data(number, packet[4:]):
                    return self.reply

    def _take_options(self, packet):
        """True when that is the end."""
        options = packets.tftp_options(packets.tftp_strings(packet[2:]))
        self.reply.options = options
        self._blksize = int(options.get("blksize", 512))
        self._windowsize = int(options.get("windowsize", 1))
        self._rollover = int(options.get("rollover", 0))
        if self._wrong.abort_after_oack:
            self._abort(self._wrong.abort_code, "only the size was wanted")
            return True
        self._ack(0)
        return False

    def number(self, block):
        """Under which number a block travels."""
        if block <= 0xffff:
            return block
        return (block - 0x10000) % (0x10000 - self._rollover) + \
            self._rollover

    def _take_data(self, number, payload):
        """True when that is the end."""
        self.reply.blocks += 1
        block = self._expected
        if number != self.number(block):
            self.reply.repeats += 1
            # RFC 7440: tell once where the next must start.
            if self._windowsize == 1:
                self._ack(number)
            elif self._gap_told != block:
                self._gap_told = block
                self._ack(block - 1)
            return False
        if block in self._wrong.drop_data and block not in self._missed:
            self._missed.add(block)
            return False
        if self._leave_at(block):
            return True
        self._data += payload
        self._expected += 1
        self._unacked += 1
        if len(payload) < self._blksize:
            self._ack(block)
            self.reply.data = bytes(self._data)
            return True
        if self._unacked == self._windowsize:
            self._ack(block)
        return False

    def _leave_at(self, block):
        if block == self._wrong.vanish_at_block:
            return True
        if block == self._wrong.abort_at_block:
            self._abort(0, "the client changed its mind")
            return True
        return False

    def _abort(self, code, text):
        self._send(struct.pack("!HH", packets.ERROR, code)
                   + text.encode() + b"\0")

    def _send(self, packet):
        self._last = packet
        self._socket.sendto(packet, self._peer or self._server)

    def _ack(self, block):
        packet = struct.pack("!HH", packets.ACK, self.number(block))
        self._unacked = 0
        if self._wrong.pause:
            time.sleep(self._wrong.pause)
        if block in self._wrong.drop_acks and block not in self._dropped:
            self._dropped.add(block)
            self._last = packet
            return
        if block == self._wrong.ack_from_other_port:
            self._ack_elsewhere(packet)
        self._send(packet)
        if self._wrong.double_acks:
            self._send(packet)

    def _ack_elsewhere(self, packet):
        """An ACK from a port that has no transfer, before the true one."""
        with self._namespace.udp_socket() as stranger:
            stranger.sendto(packet, self._peer)

    def _receive(self):
        """The next packet of the server; after a silence, ask again."""
        for _ in range(self._tries):
            try:
                packet, sender = self._socket.recvfrom(65535)
            except TimeoutError:
                self.reply.waits += 1
                self._repeat()
                continue
            except ConnectionRefusedError:
                continue
            self.reply.ports.add(sender[1])
            self.reply.addresses.add(sender[0])
            if self._peer is None:
                self._peer = sender
            if sender == self._peer and len(packet) >= 4:
                self.reply.longest = max(self.reply.longest, len(packet))
                return packet
        return None

    def _repeat(self):
        """After a silence: what came last and in order is acknowledged."""
        if self._windowsize > 1 and self._expected > 1:
            self._last = struct.pack("!HH", packets.ACK,
                                     self.number(self._expected - 1))
            self._unacked = 0
        self._socket.sendto(self._last, self._peer or self._server)
