"""A TFTP client in pure Python, which misbehaves on demand."""

import dataclasses
import struct
import time

from . import packets


@dataclasses.dataclass
class TftpReply:
    """What came of a request: `data`, or `error` as (code, text)."""

    data: bytes = None
    error: tuple = None
    options: dict = dataclasses.field(default_factory=dict)
    blocks: int = 0             # DATA packets received, repeats included
    repeats: int = 0            # DATA packets that came again
    ports: set = dataclasses.field(default_factory=set)
    timed_out: bool = False


@dataclasses.dataclass
class Misbehaviour:
    """How a client breaks the rules (all off by default)."""

    drop_acks: frozenset = frozenset()      # blocks whose first ACK is lost
    abort_after_oack: bool = False          # ERROR 8, as for the size alone
    abort_at_block: int = None              # ERROR 0 in the middle
    vanish_at_block: int = None             # say nothing more
    ack_from_other_port: int = None         # this block's ACK, first
    double_acks: bool = False               # each ACK twice (Sorcerer's)


def tftp_fetch(namespace, server, name, options=None, mode="octet",
               timeout=2.0, tries=5, misbehave=None, address="0.0.0.0"):
    """Read a file; see TftpReply and Misbehaviour."""
    with namespace.udp_socket(address, timeout=timeout) as sock:
        transfer = _Transfer(namespace, sock, server, timeout, tries,
                             misbehave or Misbehaviour())
        return transfer.run(packets.tftp_request(name, mode, options))


def tftp_send(namespace, server, payload, seconds=1.0, port=69,
              source_port=0):
    """Send any bytes and return the datagrams that come back in a time."""
    with namespace.udp_socket(port=source_port) as sock:
        sock.sendto(payload, (server, port))
        return _gather(sock, seconds)


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


class _Transfer:
    """One read, from the request to the last ACK."""

    def __init__(self, namespace, sock, server, timeout, tries, misbehave):
        self._namespace, self._socket = namespace, sock
        self._server = (server, packets.TFTP_PORT)
        self._timeout, self._tries = timeout, tries
        self._wrong = misbehave
        self._dropped = set()
        self._peer = None
        self._last = b""
        self.reply = TftpReply()

    def run(self, request):
        self._send(request)
        data, expected, blksize = bytearray(), 1, 512
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
            if opcode == packets.OACK and expected == 1:
                self.reply.options = packets.tftp_options(
                    packets.tftp_strings(packet[2:]))
                blksize = int(self.reply.options.get("blksize", 512))
                if self._wrong.abort_after_oack:
                    return self._abort(8, "only the size was wanted")
                self._ack(0)
            elif opcode == packets.DATA:
                self.reply.blocks += 1
                if number != expected & 0xffff:
                    self.reply.repeats += 1
                    self._ack(number)
                    continue
                if self._leave_at(expected):
                    return self.reply
                data += packet[4:]
                self._ack(number)
                expected += 1
                if len(packet) - 4 < blksize:
                    self.reply.data = bytes(data)
                    return self.reply

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
        return self.reply

    def _send(self, packet):
        self._last = packet
        self._socket.sendto(packet, self._peer or self._server)

    def _ack(self, number):
        packet = struct.pack("!HH", packets.ACK, number)
        if number in self._wrong.drop_acks and \
                number not in self._dropped:
            self._dropped.add(number)
            self._last = packet
            return
        if number == self._wrong.ack_from_other_port:
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
                self._send(self._last)
                continue
            except ConnectionRefusedError:
                continue
            self.reply.ports.add(sender[1])
            if self._peer is None:
                self._peer = sender
            if sender == self._peer and len(packet) >= 4:
                return packet
        return None
