"""DHCP, TFTP and the layers below, as bytes and back.

This is the tests' own reading of the RFCs and shares nothing with the
server, so that one mistake is not made twice.
"""

import dataclasses
import ipaddress
import random
import struct

BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"
COOKIE = b"\x63\x82\x53\x63"
SERVER_PORT, CLIENT_PORT, TFTP_PORT, PXE_PORT = 67, 68, 69, 4011
BROADCAST_FLAG = 0x8000

MESSAGE_TYPES = {1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE",
                 5: "ACK", 6: "NAK", 7: "RELEASE", 8: "INFORM"}
TYPE_NUMBERS = {name: number for number, name in MESSAGE_TYPES.items()}

OPT_ROUTER, OPT_HOSTNAME, OPT_REQUESTED, OPT_LEASE = 3, 12, 50, 51
OPT_OVERLOAD, OPT_TYPE, OPT_SERVER, OPT_PARAMETERS = 52, 53, 54, 55
OPT_MAXSIZE, OPT_CLASS, OPT_BOOTFILE, OPT_ARCH = 57, 60, 67, 93

_BOOTP = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")


def ip_bytes(address):
    """'192.168.1.1' as four bytes."""
    return ipaddress.IPv4Address(address).packed


def ip_text(raw):
    """Four bytes as '192.168.1.1'."""
    return str(ipaddress.IPv4Address(bytes(raw)))


def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mac_text(raw):
    return bytes(raw).hex(":")


def checksum(data):
    """The internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


@dataclasses.dataclass
class Dhcp:
    """One DHCP or BOOTP message.  Option values are raw bytes."""

    op: int = 1
    mac: str = "02:00:00:00:00:01"
    xid: int = dataclasses.field(
        default_factory=lambda: random.getrandbits(32))
    flags: int = 0
    hops: int = 0
    secs: int = 0
    ciaddr: str = "0.0.0.0"
    yiaddr: str = "0.0.0.0"
    siaddr: str = "0.0.0.0"
    giaddr: str = "0.0.0.0"
    sname: bytes = b""
    file: bytes = b""
    options: dict = dataclasses.field(default_factory=dict)
    cookie: bool = True
    htype: int = 1      # Ethernet
    hlen: int = 6       # 0: `mac` is the sender's, and not in the message

    @property
    def type(self):
        """'OFFER' and so on, or 'BOOTP' where option 53 is absent."""
        raw = self.options.get(OPT_TYPE, b"")
        if len(raw) != 1:
            return "BOOTP"
        return MESSAGE_TYPES.get(raw[0], f"type {raw[0]}")

    @property
    def boot_file(self):
        """The boot file, from option 67 or the header field."""
        raw = self.options.get(OPT_BOOTFILE) or self.file
        return raw.rstrip(b"\0").decode("latin-1")

    def address(self, option):
        """An option that is one address, as text, or None."""
        raw = self.options.get(option)
        return ip_text(raw) if raw and len(raw) == 4 else None

    def addresses(self, option):
        """An option that is a list of addresses."""
        raw = self.options.get(option, b"")
        return [ip_text(raw[i:i + 4]) for i in range(0, len(raw) - 3, 4)]

    def number(self, option):
        """An option that is a number of any width, or None."""
        raw = self.options.get(option)
        return int.from_bytes(raw, "big") if raw else None

    @property
    def lease_s(self):
        return self.number(OPT_LEASE)

    def build(self):
        """The message as bytes, padded to the 300 that BOOTP demands."""
        head = _BOOTP.pack(
            self.op, self.htype, self.hlen, self.hops, self.xid, self.secs,
            self.flags, ip_bytes(self.ciaddr), ip_bytes(self.yiaddr),
            ip_bytes(self.siaddr), ip_bytes(self.giaddr),
            mac_bytes(self.mac)[:self.hlen], self.sname, self.file)
        if not self.cookie:
            return head.ljust(300, b"\0")
        body = bytearray(COOKIE)
        for code, value in self.options.items():
            # RFC 3396: a long value goes out in several pieces.
            for start in range(0, max(len(value), 1), 255):
                piece = value[start:start + 255]
                body += bytes([code, len(piece)]) + piece
        return (head + bytes(body) + b"\xff").ljust(300, b"\0")

    @classmethod
    def parse(cls, raw):
        """The message in `raw`, or None if it is none."""
        if len(raw) < _BOOTP.size:
            return None
        (op, htype, hlen, hops, xid, secs, flags, ciaddr, yiaddr, siaddr,
         giaddr, chaddr, sname, file) = _BOOTP.unpack_from(raw)
        message = cls(op=op, htype=htype, hlen=hlen,
                      mac=mac_text(chaddr[:min(hlen, 16) or 6]),
                      xid=xid, flags=flags, hops=hops, secs=secs,
                      ciaddr=ip_text(ciaddr), yiaddr=ip_text(yiaddr),
                      siaddr=ip_text(siaddr), giaddr=ip_text(giaddr),
                      sname=sname, file=file)
        rest = raw[_BOOTP.size:]
        message.cookie = rest[:4] == COOKIE
        if message.cookie:
            _read_options(rest[4:], message.options)
            overload = message.options.get(OPT_OVERLOAD, b"\0")[0]
            if overload & 1:
                _read_options(file, message.options)
                message.file = b""
            if overload & 2:
                _read_options(sname, message.options)
                message.sname = b""
        return message


def _read_options(raw, into):
    """Collect options; pieces of one option are joined (RFC 3396)."""
    position = 0
    while position < len(raw) and raw[position] != 255:
        code = raw[position]
        if code == 0:
            position += 1
            continue
        if position + 2 > len(raw):
            return
        length = raw[position + 1]
        value = raw[position + 2:position + 2 + length]
        into[code] = into.get(code, b"") + bytes(value)
        position += 2 + length


# --- frames ----------------------------------------------------------------

@dataclasses.dataclass
class Udp:
    """A UDP datagram with the addresses that it travels under."""

    src: str
    sport: int
    dst: str
    dport: int
    payload: bytes
    src_mac: str = BROADCAST_MAC
    dst_mac: str = BROADCAST_MAC

    def frame(self):
        """The whole Ethernet frame."""
        length = 8 + len(self.payload)
        pseudo = ip_bytes(self.src) + ip_bytes(self.dst) + struct.pack(
            "!BBH", 0, 17, length)
        bare = struct.pack("!HHHH", self.sport, self.dport, length, 0)
        total = checksum(pseudo + bare + self.payload) or 0xffff
        datagram = bare[:6] + struct.pack("!H", total) + self.payload
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + length, 0, 0, 64,
                           17, 0, ip_bytes(self.src), ip_bytes(self.dst))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        return (mac_bytes(self.dst_mac) + mac_bytes(self.src_mac)
                + b"\x08\x00" + head + datagram)

    @classmethod
    def parse(cls, frame):
        """The datagram in an Ethernet frame, or None if it is another."""
        if len(frame) < 42 or frame[12:14] != b"\x08\x00" \
                or frame[23] != 17:
            return None
        start = 14 + (frame[14] & 15) * 4
        if len(frame) < start + 8:
            return None
        sport, dport = struct.unpack_from("!HH", frame, start)
        return cls(src=ip_text(frame[26:30]), sport=sport,
                   dst=ip_text(frame[30:34]), dport=dport,
                   payload=bytes(frame[start + 8:]),
                   src_mac=mac_text(frame[6:12]),
                   dst_mac=mac_text(frame[:6]))


def icmp_unreachable(code, src, sport, dst, dport):
    """An ICMP message that a UDP packet could not be delivered (RFC 792)."""
    udp = struct.pack("!HHHH", sport, dport, 524, 0)
    packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 544, 1, 0, 64, 17, 0,
                         ip_bytes(src), ip_bytes(dst)) + udp
    total = checksum(struct.pack("!BBHI", 3, code, 0, 0) + packet)
    return struct.pack("!BBHI", 3, code, total, 0) + packet


def arp(operation, src_mac, src, dst_mac, dst):
    """An ARP frame: operation 1 asks, 2 answers."""
    to = BROADCAST_MAC if operation == 1 else dst_mac
    return (mac_bytes(to) + mac_bytes(src_mac) + b"\x08\x06"
            + struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation)
            + mac_bytes(src_mac) + ip_bytes(src)
            + (b"\0" * 6 if operation == 1 else mac_bytes(dst_mac))
            + ip_bytes(dst))


def parse_arp(frame):
    """(operation, src_mac, src, dst_mac, dst) of an ARP frame, or None."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x06":
        return None
    operation = int.from_bytes(frame[20:22], "big")
    return (operation, mac_text(frame[22:28]), ip_text(frame[28:32]),
            mac_text(frame[32:38]), ip_text(frame[38:42]))


# --- TFTP ------------------------------------------------------------------

RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6


def tftp_request(name, mode="octet", options=None, opcode=RRQ):
    """A read (or write) request; `name` may be text or any bytes.

    Options are a dictionary, or pairs where one comes more than once.
    """
    raw = name if isinstance(name, bytes) else name.encode()
    fields = [raw, mode.encode()]
    pairs = options.items() if isinstance(options, dict) else options
    for key, value in pairs or ():
        fields += [str(key).encode(), str(value).encode()]
    return struct.pack("!H", opcode) + b"".join(f + b"\0" for f in fields)


def tftp_strings(raw):
    """The zero-terminated strings of a request or an OACK."""
    return [part.decode("latin-1") for part in raw.split(b"\0")[:-1]]


def tftp_options(strings):
    """Pairs of strings as options, names in lower case."""
    return {strings[i].lower(): strings[i + 1]
            for i in range(0, len(strings) - 1, 2)}
