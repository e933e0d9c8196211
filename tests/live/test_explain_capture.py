"""pxeguard --explain=FILE: the requests of a capture file."""

import json
import os
import re
import struct

import pytest

from lab.daemon import PXEGUARD
from lab.dhcp_client import mac_number
from lab.packets import Dhcp, Udp, ip_bytes

CONFIG_PATH = "/run/lab/p.conf"
FILE = "/run/lab/boot.pcap"
CONFIG = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-match=set:efi64,option:client-arch,7
dhcp-boot=file.0
dhcp-boot=tag:efi64,file.efi
"""
ETHERNET, RAW, SLL, SLL2 = 1, 101, 113, 276
FIRMWARE = {93: b"\0\7", 60: b"PXEClient:Arch:00007:UNDI:003016",
            55: bytes([1, 3, 51, 67])}


@pytest.fixture(autouse=True)
def configured(network):
    network.server.shadow(os.path.dirname(CONFIG_PATH))
    network.server.path(CONFIG_PATH).write_text(CONFIG)


@pytest.fixture
def explain(network):
    """A function that explains the content of a file; what is printed."""
    def run(content, *words, status=0, path=FILE):
        if content is not None:
            network.server.path(FILE).write_bytes(content)
            network.server.path(FILE).chmod(0o600)
        done = network.server.run(PXEGUARD, "-C", CONFIG_PATH,
                                  f"--explain={path}", *words, check=False)
        assert done.returncode == status, done.stderr
        return done

    return run


def pcap(frames, link=ETHERNET, order="<"):
    """A file of classic libpcap."""
    parts = [struct.pack(order + "IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144,
                         link)]
    for frame in frames:
        parts.append(struct.pack(order + "IIII", 1, 0, len(frame),
                                 len(frame)) + frame)
    return b"".join(parts)


def pcapng(frames, link=ETHERNET):
    """A section, an interface, and a packet block for each frame."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", 12 + len(body))
        return struct.pack("<I", kind) + size + body + size

    return block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)) + \
        block(1, struct.pack("<HHI", link, 0, 0)) + b"".join(
            block(6, struct.pack("<IIIII", 0, 0, 0, len(frame), len(frame))
                  + frame) for frame in frames)


def ethernet(kind, number, options=None, **fields):
    """A frame with a message of a client."""
    to = fields.pop("to", "255.255.255.255")
    port = fields.pop("port", 67)
    message = Dhcp(mac=mac_number(number), xid=number,
                   options={53: bytes([kind]), **(options or {})}, **fields)
    return Udp(message.ciaddr, 68, to, port, message.build(),
               message.mac, "ff:ff:ff:ff:ff:ff").frame()


DISCOVER = ethernet(1, 1, FIRMWARE)


def vlan(frame, *tags):
    return frame[:12] + b"".join(tags) + frame[12:]


FORMS = {
    "Ethernet": pcap([DISCOVER]),
    "big endian": pcap([DISCOVER], order=">"),
    "pcapng": pcapng([DISCOVER]),
    "VLAN": pcap([vlan(DISCOVER, b"\x81\0\0\5")]),
    "two VLANs": pcap([vlan(DISCOVER, b"\x88\xa8\0\5", b"\x81\0\0\6")]),
    "raw IP": pcap([DISCOVER[14:]], RAW),
    "Linux cooked": pcap([bytes(14) + DISCOVER[12:]], SLL),
    "Linux cooked 2": pcap([DISCOVER[12:14] + bytes(18) + DISCOVER[14:]],
                           SLL2),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(explain, form):
    said = explain(FORMS[form]).stdout
    assert said.startswith(f"Frame 1: DHCPDISCOVER of {mac_number(1)}\n"
                           "  answer: DHCPOFFER\n")
    assert f"  efi64  dhcp-match {CONFIG_PATH}:3\n" in said
    assert re.search(rf"^  file    file\.efi +dhcp-boot {CONFIG_PATH}:5$",
                     said, re.MULTILINE)
    assert said.endswith("\n1 frame, 1 request explained; skipped: "
                         "0 fragments, 0 incomplete frames\n")


def test_requests_to_the_port_of_dhcp_count(explain, network):
    """With dhcp-alternate-port, those to port 67 are for another server."""
    both = pcap([DISCOVER, ethernet(1, 2, FIRMWARE, port=1067)])
    said = explain(both).stdout
    assert "Frame 1: " in said and "Frame 2: " not in said
    network.server.path(CONFIG_PATH).write_text(
        CONFIG + "dhcp-alternate-port\n")
    said = explain(both).stdout
    assert "Frame 1: " not in said and "Frame 2: DHCPDISCOVER" in said
    assert "\n2 frames, 1 request explained; " in said


def test_a_boot(explain):
    """DISCOVER, REQUEST of the offer, and what is not ours."""
    said = explain(pcap([DISCOVER])).stdout
    address = re.search(r"  address +(\S+)", said)[1]
    ours = {50: ip_bytes(address), 54: ip_bytes("192.168.1.1"), **FIRMWARE}
    other = {50: ip_bytes("192.168.1.9"), 54: ip_bytes("192.168.1.2")}
    fragment = bytearray(DISCOVER)
    fragment[14 + 6] = 0x20
    reply = ethernet(2, 1, op=2)
    said = explain(pcap([
        DISCOVER, b"\0" * 60, ethernet(3, 1, ours), bytes(fragment), reply,
        ethernet(3, 2, other), DISCOVER[:200], ethernet(1, 3)])).stdout
    parts = dict(re.findall(r"^Frame (\d+): .* of \S+\n  (.*)$", said,
                            re.MULTILINE))
    assert parts == {"1": "answer: DHCPOFFER", "3": "answer: DHCPACK",
                     "6": "no answer: for another server",
                     "8": "answer: DHCPOFFER"}
    assert re.findall(rf"^  address +{address} +(.*)$", said,
                      re.MULTILINE) == ["a free one of the range",
                                        "the client requests it"]
    assert said.endswith("\n8 frames, 4 requests explained; skipped: "
                         "1 fragment, 1 incomplete frame\n")


def test_one_client(explain):
    frames = [ethernet(1, n) for n in range(1, 6)]
    said = explain(pcap(frames), f"mac={mac_number(4)}", "iface=br0").stdout
    assert re.findall(r"^Frame (\d+)", said, re.MULTILINE) == ["4"]
    assert "5 frames, 1 request explained" in said


def test_many(explain):
    """No more than 1,000 requests are explained."""
    frames = [ethernet(1, n) for n in range(1, 1003)]
    said = explain(pcap(frames)).stdout
    assert len(re.findall(r"^Frame ", said, re.MULTILINE)) == 1000
    assert said.endswith("1002 frames, 1000 requests explained; skipped: "
                         "0 fragments, 0 incomplete frames\n"
                         "Only the first 1000 requests were looked at.\n")


@pytest.mark.parametrize("content, want", [
    (b"", "truncated"),
    (b"no capture at all, but text\n" * 9, "unknown file format"),
    (pcap([DISCOVER], 105), "link type 105 is not read"),
])
def test_not_a_capture(explain, content, want):
    done = explain(content, status=1)
    assert want in done.stderr and done.stdout == ""
    assert FILE in done.stderr


def test_cut_off(explain):
    """What can be read is explained; the status tells that it is not all."""
    done = explain(pcap([DISCOVER, DISCOVER])[:-40], status=1)
    assert "truncated" in done.stderr
    assert done.stdout.startswith("Frame 1: ")


def test_no_file(explain):
    assert "/run/lab/none: " in explain(None, path="/run/lab/none",
                                        status=1).stderr
    assert "/run/lab: " in explain(None, path="/run/lab", status=1).stderr


def test_other_words(explain):
    done = explain(pcap([DISCOVER]), "arch=bios", status=1)
    assert "words are iface=NAME and mac=ADDRESS only" in done.stderr


def test_as_json(explain):
    broken = Udp("0.0.0.0", 68, "255.255.255.255", 67, b"\1" * 50,
                 mac_number(1), "ff:ff:ff:ff:ff:ff").frame()
    done = explain(pcap([DISCOVER, broken, ethernet(1, 2, FIRMWARE)]),
                   "--json")
    said = json.loads(done.stdout)
    assert list(said) == ["mode", "interface", "requests", "frames",
                          "requests_found", "requests_explained", "fragments",
                          "incomplete_frames"]
    assert (said["mode"], said["interface"], said["frames"]) == \
        ("capture", "br0", 3)
    one, two, three = said["requests"]
    assert (one["frame"], one["type"], one["answer"]) == \
        (1, "DHCPDISCOVER", "DHCPOFFER")
    assert one["client"] == mac_number(1) and one["relay"] is None
    assert one["boot"]["file"] == "file.efi"
    assert list(two) == ["frame", "invalid"] and two["invalid"]
    assert three["frame"] == 3 and three["invalid"] is None
    assert said["requests_explained"] == 3
    said = json.loads(explain(pcap([DISCOVER]), "mac=" + mac_number(7),
                              "--json").stdout)
    assert said["requests"] == [] and said["frames"] == 1
