"""Two servers' replies to the same messages, field by field."""

import ipaddress
import shlex

from . import packets
from .process import need

TIMES = {58: "T1", 59: "T2"}


def dnsmasq_command():
    """dnsmasq in the foreground, with nothing of the host in its answers."""
    words = [need("dnsmasq", "dnsmasq-base"), "--keep-in-foreground",
             "--conf-file={config}", "--log-facility=-", "--pid-file=",
             "--dhcp-leasefile=/run/pxeguard-lab/leases", "--user=root",
             "--no-ping", "--no-resolv", "--no-hosts"]
    return shlex.join(words)


def _hide(address, pools):
    """The address, or what stands for any address of a pool."""
    number = ipaddress.IPv4Address(address)
    for start, end in pools:
        if ipaddress.IPv4Address(start) <= number <= \
                ipaddress.IPv4Address(end):
            return "pool"
    return address


def _destination(reply, pools):
    """Where the reply went: address, port, and whose hardware address."""
    datagram = reply.datagram
    mac = {packets.BROADCAST_MAC: "all", reply.mac: "client"}.get(
        datagram.dst_mac, "other")
    return (_hide(datagram.dst, pools), datagram.dport, mac)


def _times(reply):
    """T1 and T2 in seconds, with the lease."""
    return {name: (reply.number(code), reply.lease_s)
            for code, name in TIMES.items() if code in reply.options}


def _same_time(ours, theirs):
    """dnsmasq makes T1 and T2 of an ACK shorter by up to 1/16 of a lease."""
    return ours[1] == theirs[1] and \
        0 <= ours[0] - theirs[0] <= -(-(ours[1] or 0) // 16)


def _sub_options(value):
    """The sub-options of option 43, whose order means nothing; or as it is."""
    found, rest = [], value
    while rest and rest[0] != 255:
        if len(rest) < 2 or len(rest) < 2 + rest[1]:
            return value
        found.append(rest[:2 + rest[1]])
        rest = rest[2 + rest[1]:]
    return sorted(found) if rest == b"\xff" else value


def facts(reply, pools=()):
    """All that a client can tell of a reply, by name; None for silence.

    Of addresses from a pool it counts only that they are from the pool, for
    which one is given is not part of the protocol.
    """
    if reply is None:
        return {"reply": "silence"}
    found = {
        "reply": reply.type, "flags": reply.flags, "hops": reply.hops,
        "secs": reply.secs, "mac": reply.mac,
        "hardware": (reply.htype, reply.hlen), "giaddr": reply.giaddr,
        "siaddr": reply.siaddr, "sname": reply.sname.rstrip(b"\0"),
        "file": reply.file.rstrip(b"\0"), "cookie": reply.cookie,
        "ciaddr": _hide(reply.ciaddr, pools),
        "yiaddr": _hide(reply.yiaddr, pools),
        "from": (reply.datagram.src, reply.datagram.sport),
        "to": _destination(reply, pools), **_times(reply)}
    for code, value in reply.options.items():
        if code not in TIMES:
            found[f"option {code}"] = \
                _sub_options(value) if code == 43 else value
    return found


def differences(ours, theirs):
    """{field: (ours, theirs)} where two facts() differ.

    Where the replies are of different kinds, nothing else counts.
    """
    if ours["reply"] != theirs["reply"]:
        return {"reply": (ours["reply"], theirs["reply"])}
    return {name: (ours.get(name), theirs.get(name))
            for name in sorted(ours.keys() | theirs.keys())
            if not _same(name, ours.get(name), theirs.get(name))}


def _same(name, here, there):
    if here is not None and there is not None and name in TIMES.values():
        return _same_time(here, there)
    return here == there
