"""Boot files by header and option, default options, and forms of values."""

from dialogues import Dialogue, RANGE
from dialogues_pxe import PROXY, firmware
from lab.dhcp_client import mac_number
from lab.packets import OPT_PARAMETERS

LISTS = {"none": None, "67": bytes([1, 3, 67]), "66": bytes([1, 66]),
         "both": bytes([66, 67, 1]), "neither": bytes([1, 3, 6, 12, 15]),
         "empty": b""}


def _files(player):
    """The file by what the client asks for."""
    for number, (label, wanted) in enumerate(LISTS.items()):
        mac = mac_number(31000 + number)
        options = {OPT_PARAMETERS: wanted}
        offer = player.discover(mac, options)
        yield f"OFFER, {label}", offer
        yield f"ACK, {label}", player.select(offer, options)
        yield f"OFFER, {label}, tag", player.discover(
            f"02:01:00:00:04:{number:02}", options)
    yield "INFORM", player.inform(mac_number(31050), "192.168.1.201")
    yield "BOOTP", player.bootp("02:01:00:00:02:01")


def _dns(player):
    """Whether the server calls itself a DNS server."""
    mac = mac_number(31100)
    offer = player.discover(mac)
    yield "OFFER", offer
    yield "ACK", player.select(offer)
    yield "ACK, no list", player.lease(
        mac_number(31101), {OPT_PARAMETERS: None})


def _values(player):
    """Every option that is set."""
    every = {OPT_PARAMETERS: bytes(range(1, 255)),
             57: (1400).to_bytes(2, "big")}
    yield "OFFER", player.discover(mac_number(31200), every)
    yield "OFFER, no list", player.discover(
        mac_number(31201), {**every, OPT_PARAMETERS: None})


def _names(player):
    """Names of dhcp-host lines with a domain."""
    number = 0
    for label, options in {
            "none": {}, "other": {12: b"walter"},
            "same": {12: b"machine"}, "whole": {12: b"machine.example.net"},
            "capitals": {12: b"MACHINE"},
            "fqdn": {81: b"\0\0\0other"}}.items():
        for mac in ("02:01:00:00:05:01", "02:01:00:00:05:02"):
            asked = {**options, OPT_PARAMETERS: bytes([1, 12, 15, 81])}
            offer = player.discover(mac, asked)
            yield f"OFFER, {label}, {mac}", offer
            yield f"ACK, {label}, {mac}", player.select(offer, asked)
        number += 1


def _proxy(player):
    for label, wanted in LISTS.items():
        mac = mac_number(31300 + len(label))
        yield f"OFFER, BIOS, {label}", player.discover(
            mac, firmware(0, o55=wanted))


LONG = "http://boot.example.org/" + "long/" * 20 + "name.efi?" + 5 * "query"
HOST = "dhcp-host=02:01:00:00:02:01,192.168.1.60,printer\n" \
    "dhcp-mac=set:lab,02:01:00:00:04:*\n"
FORCED = """\
dhcp-option-force=67,forced.0
dhcp-option-force=66,forcedhost
"""
PLAIN = """\
dhcp-option=67,option.0
dhcp-option=66,optionhost
"""
BOOT = "dhcp-boot=pxelinux.0,boothost,192.168.1.8\n"
VALUES = """\
dhcp-option=224,-1
dhcp-option=225,-128
dhcp-option=226,-129
dhcp-option=227,-40000
dhcp-option=228,-1b
dhcp-option=229,-1s
dhcp-option=230,-1i
dhcp-option=231,255
dhcp-option=232,256
dhcp-option=233,65535
dhcp-option=234,65536
dhcp-option=235,4294967295
dhcp-option=236,0
dhcp-option=237,1i
dhcp-option=239,1:2:3
dhcp-option=240,a
dhcp-option=241,aa:b
dhcp-option=242,10.0.0.1,10.0.0.2
dhcp-option=243,10.0.0.0/8,10.0.0.2
dhcp-option=244,"10.0.0.1"
dhcp-option=246,-
dhcp-option=247,-a
dhcp-option=2,-3600
dhcp-option=23,64
dhcp-option=24,1h
dhcp-option=33,10.0.0.1,10.0.0.2
dhcp-option=encap:176,1,-1
"""

FILES = [
    Dialogue("file-forced", RANGE + HOST + BOOT + FORCED, _files),
    Dialogue("file-forced-alone", RANGE + HOST + FORCED, _files),
    Dialogue("file-option", RANGE + HOST + BOOT + PLAIN, _files),
    Dialogue("file-option-alone", RANGE + HOST + PLAIN, _files),
    Dialogue("file-forced-no-override", RANGE + HOST + BOOT + FORCED +
             "dhcp-no-override\n", _files),
    Dialogue("file-option-no-override", RANGE + HOST + BOOT + PLAIN +
             "dhcp-no-override\n", _files),
    Dialogue("file-long", RANGE + HOST + f"dhcp-boot={LONG}\n", _files),
    Dialogue("proxy-p-long", PROXY + f"dhcp-boot={LONG}\n"
             'pxe-prompt="x",0\n', _proxy),
    Dialogue("dns-port", RANGE + "port=5353\n", _dns),
    Dialogue("dns-default", RANGE, _dns),
    Dialogue("values", RANGE + VALUES, _values),
    Dialogue("host-domain", RANGE + "domain=example.net\n"
             "dhcp-host=02:01:00:00:05:01,Machine.Example.net\n"
             "dhcp-host=02:01:00:00:05:02,192.168.1.61,machine2.example.net\n",
             _names),
]
