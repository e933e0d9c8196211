"""A passive observer of a boot: what DHCP, TFTP and HTTP do, and when.

It trusts no log: it reads frames, with the kernel's time stamps.
"""

import dataclasses
import socket
import struct
import threading
import time

from . import packets
from .closing import Closing
from .packets import Dhcp
from .wire_http import HttpWatch

ETH_P_ALL = 3
SOL_PACKET, PACKET_STATISTICS = 263, 6
SO_TIMESTAMPNS = 35
SNAP = 2048         # enough for any DHCP message; of DATA only the head counts
PROGRESS_EVERY_S = 0.2


@dataclasses.dataclass
class DhcpSeen:
    """One DHCP message on the wire."""

    at: float
    message: Dhcp
    src: str
    dst: str


@dataclasses.dataclass
class FileSeen:
    """A file asked for by TFTP or HTTP, as it stood at `seen_at`.

    `options` are those that the server acknowledged.
    `state` goes from "asked" over "moving" to "done", "refused" (an error
    from the server) or "stopped" (one from the client, as after asking for
    the size alone).
    """

    name: str
    client: str
    port: int
    asked_at: float
    seen_at: float = 0.0
    protocol: str = "TFTP"
    state: str = "asked"
    error: str = ""
    error_code: int = -1
    options: dict = dataclasses.field(default_factory=dict)
    blksize: int = 512
    size: int = None
    moved: int = 0
    first_byte_at: float = None
    acked: int = 0
    last_block: int = None

    @property
    def ended(self):
        return self.state in ("done", "refused", "stopped")

    @property
    def key(self):
        """The same for all reports on one request."""
        return (self.client, self.port, self.asked_at)

    @property
    def seconds(self):
        """From the first byte to the last acknowledgement so far."""
        if self.first_byte_at is None:
            return 0.0
        return max(self.seen_at - self.first_byte_at, 1e-6)

    @property
    def speed(self):
        """Bytes a second."""
        return self.moved / self.seconds if self.moved else 0.0


class Observer(Closing):
    """Watches one interface and calls `report(event)` from its thread.

    Events are DhcpSeen, and FileSeen whenever its state changes or, while
    it moves, a few times a second.
    """

    def __init__(self, namespace, report, interface="br0"):
        self.dropped = 0
        self._report = report
        self._files = {}
        self._http = HttpWatch(FileSeen, self._tell)
        self._leave = threading.Event()
        self._socket = namespace.call(
            socket.socket, socket.AF_PACKET, socket.SOCK_RAW,
            socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # RCVBUFFORCE
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind((interface, ETH_P_ALL))
        self._socket.settimeout(0.2)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self):
        self._leave.set()
        self._thread.join(5)
        numbers = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        self.dropped = struct.unpack("II", numbers)[1]
        self._socket.close()

    def _watch(self):
        while not self._leave.is_set():
            try:
                frame, control, _, _ = self._socket.recvmsg(SNAP, 64)
            except TimeoutError:
                continue
            at = time.time()
            for level, kind, data in control:
                if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack("qq", data[:16])
                    at = seconds + nanoseconds / 1e9
            self._see(at, frame)

    def _see(self, at, frame):
        datagram = packets.Udp.parse(frame)
        if datagram is None:
            self._http.see(at, frame)
            return
        if packets.SERVER_PORT in (datagram.sport, datagram.dport):
            message = Dhcp.parse(datagram.payload)
            if message:
                self._report(DhcpSeen(at, message, datagram.src,
                                      datagram.dst))
        elif datagram.dport == packets.TFTP_PORT:
            self._see_request(at, datagram)
        else:
            self._see_transfer(at, datagram)

    def _see_request(self, at, datagram):
        if datagram.payload[:2] != b"\0\1":
            return
        strings = packets.tftp_strings(datagram.payload[2:])
        if len(strings) < 2:
            return
        key = (datagram.src, datagram.sport)
        known = self._files.get(key)
        if known and not known.ended and known.name == strings[0]:
            return  # the client repeats itself
        self._files[key] = FileSeen(strings[0], *key, asked_at=at)
        self._tell(self._files[key], at)

    def _see_transfer(self, at, datagram):
        to_client = self._files.get((datagram.dst, datagram.dport))
        to_server = self._files.get((datagram.src, datagram.sport))
        file = to_client or to_server
        if file is None or file.ended or len(datagram.payload) < 4:
            return
        opcode, number = struct.unpack_from("!HH", datagram.payload)
        if opcode == packets.ERROR:
            strings = packets.tftp_strings(datagram.payload[4:] + b"\0")
            file.error, file.error_code = strings[0], number
            self._end(file, at, "refused" if to_client else "stopped")
        elif to_client and opcode == packets.OACK:
            self._take_options(file, datagram.payload[2:])
        elif to_client and opcode == packets.DATA:
            self._take_data(file, at, number, len(datagram.payload) - 4)
        elif to_server and opcode == packets.ACK:
            self._take_ack(file, at, number)

    def _take_options(self, file, raw):
        options = packets.tftp_options(packets.tftp_strings(raw))
        file.options = options
        try:
            file.blksize = int(options.get("blksize", file.blksize))
            if "tsize" in options:
                file.size = int(options["tsize"])
                file.last_block = file.size // file.blksize + 1
        except ValueError:
            pass  # an observer does not judge

    def _take_data(self, file, at, number, length):
        if file.first_byte_at is None:
            file.first_byte_at = at
            file.state = "moving"
            self._tell(file, at)
        # A short block is the last.  Where the sender's kernel cuts big
        # pieces into packets (UDP_SEGMENT), one frame here is many blocks,
        # and the size is known from the options instead.
        if file.last_block is None and length < file.blksize:
            file.last_block = file.acked + _forward(number, file.acked)
            file.size = (file.last_block - 1) * file.blksize + length

    def _take_ack(self, file, at, number):
        file.acked += _forward(number, file.acked)
        file.moved = file.acked * file.blksize
        if file.last_block is not None and file.acked >= file.last_block:
            file.moved = file.size
            self._end(file, at, "done")
        elif file.first_byte_at is not None:
            if at - file.seen_at >= PROGRESS_EVERY_S:
                self._tell(file, at)

    def _tell(self, file, at):
        file.seen_at = at
        self._report(dataclasses.replace(file))

    def _end(self, file, at, state):
        file.state = state
        self._tell(file, at)


def _forward(number, acked):
    """How far a 16-bit block number lies ahead of what is acknowledged."""
    step = (number - acked) & 0xffff
    return step if step < 0x8000 else 0
