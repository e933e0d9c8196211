"""The same configurations and messages, with dnsmasq and with this server.

Every field of every reply is compared; a difference is a defect, unless it
stands below with its reason.
"""

import concurrent.futures
import contextlib
import fnmatch
import shutil

import pytest

from dialogues import DIALOGUES, POOLS, FAR_RELAY, RELAY
from dialogues_pxe import PXE_DIALOGUES
from lab.boot import lay_state_folder
from lab.compare import differences, dnsmasq_command, facts
from lab.daemon import Daemon
from lab.dhcp_client import DhcpClient
from lab.namespaces import Network

# (dialogue, start of the label, field): why it differs on purpose.
ON_PURPOSE = {
    ("*", "", "hops"): "RFC 2131 table 3: a server sets it to 0",
    ("*", "", "secs"): "RFC 2131 table 3: a server sets it to 0",
    ("states-authoritative", "empty REQUEST", "reply"):
        "a REQUEST that asks for no address cannot be refused one",
    ("selecting-authoritative", "no address", "reply"):
        "a REQUEST that asks for no address cannot be refused one",
    ("selecting-authoritative", "address in ciaddr", "reply"):
        "the client need not answer ARP: a neighbour entry is made first",
    ("names", "OFFER dot alone", "option 12"):
        "a dot is no name that an OFFER could contradict",
    ("hosts", "BOOTP, no cookie", ""):
        "options that follow no cookie are none for the client",
    ("ends", "reboot after RELEASE", "reply"):
        "the store remembers who had the address, and it is free",
    ("overload", "usual list", "option 52"):
        "all that fits in one field goes there; the options are the same",
    ("few", "OFFER 2", "reply"):
        "beyond dhcp-lease-max nothing is offered that would be refused",
    ("few", "ACK 2", "reply"): "it was offered nothing",
    ("proxy-[obp]*", "ACK, BIOS", ""):
        "one service needs no menu, whatever the architecture",
    ("proxy-[bt]*", "OFFER, EFI ARM64", "option 43"):
        "firmware of ARM takes the file from the OFFER, if told so",
    ("proxy-[opr]*", "OFFER, EFI ia32", "reply"):
        "nothing is configured for it, and another proxy may know more",
    ("proxy-[opr]*", "OFFER, EFI ARM64", "reply"): "the same",
    ("proxy-[op]*", "ACK, EFI ia32", "reply"): "the same",
    ("proxy-[op]*", "ACK, EFI ARM64", "reply"): "the same",
    ("proxy-several", "OFFER, EFI ia32", "reply"): "the same",
    ("proxy-several", "ACK, EFI ia32", "reply"): "the same",
    ("proxy-several", "OFFER, EFI BC", "reply"): "the same",
    ("proxy-several", "ACK, EFI BC", "reply"): "the same",
    ("proxy-several", "OFFER, EFI ARM64", "reply"): "the same",
    ("proxy-several", "ACK, EFI ARM64", "reply"): "the same",
    ("proxy-several", "ACK, item", "option 43"):
        "the client has chosen, and needs no prompt",
    ("full-several", "ACK, item", "option 43"):
        "the client has chosen, and needs no prompt",
    ("full-*", "OFFER, not asked for 43", "option 43"):
        "option 60 without option 43 would mean to ask port 4011",
    ("full-*", "OFFER, asked for neither", "option 43"):
        "option 60 without option 43 would mean to ask port 4011",
    ("full-one", "OFFER, EFI", "option 67"):
        "the file is that of the service, which port 4011 tells",
    ("full-one", "ACK, EFI", "option 67"):
        "the file is that of the service, which port 4011 tells",
}

# A name that is sent as an option is in the header as well; dnsmasq leaves
# that empty, and loaders such as shim then look in the wrong folder.
HEADER = {"file": "option 67", "sname": "option 66"}

pytestmark = pytest.mark.skipif(shutil.which("dnsmasq") is None,
                                reason="dnsmasq is not installed")


@contextlib.contextmanager
def laboratory(dialogue, command):
    """A server with the configuration of a dialogue, and a player."""
    with Network() as network:
        lay_state_folder(network.server)
        for relay in (RELAY, FAR_RELAY):
            network.server.ip("route", "add", f"{relay}/32", "dev", "br0")
        with Daemon(network, dialogue.config, command) as server, \
                DhcpClient(network.client(), timeout=0.5, tries=3) as player:
            yield server, player


def hold(dialogue, player):
    """The dialogue with one server: [(label, facts)]."""
    return [(label, facts(reply, POOLS))
            for label, reply in dialogue.talk(player)]


def hold_both(dialogue, ours, theirs):
    """The dialogue with both servers at once, for it is mostly waiting."""
    with laboratory(dialogue, ours) as (server, one), \
            laboratory(dialogue, theirs) as (_, other), \
            concurrent.futures.ThreadPoolExecutor() as pool:
        both = [pool.submit(hold, dialogue, player)
                for player in (one, other)]
        try:
            return [future.result() for future in both]
        finally:
            print(server.log())


def excused(dialogue, label, field):
    """The key in ON_PURPOSE that excuses a difference, or None."""
    for key in ON_PURPOSE:
        if fnmatch.fnmatch(dialogue, key[0]) and \
                label.startswith(key[1]) and \
                key[2] in (field, ""):
            return key
    return None


@pytest.mark.timing     # silence is an answer as well
@pytest.mark.parametrize("dialogue", DIALOGUES + PXE_DIALOGUES,
                         ids=lambda d: d.name)
def test_replies_are_those_of_dnsmasq(dialogue, server_command):
    ours, theirs = hold_both(dialogue, server_command, dnsmasq_command())
    assert [label for label, _ in ours] == [label for label, _ in theirs]
    wrong, used = [], set()
    for (label, mine), (_, other) in zip(ours, theirs):
        for field, (here, there) in differences(mine, other).items():
            if field in HEADER and there == b"" and \
                    mine.get(HEADER[field], b"").rstrip(b"\0") == here:
                continue
            # No DNS record is updated here, and the flags say so (RFC 4702).
            if field == "option 81" and here and there and \
                    here[1:] == there[1:]:
                continue
            # A proxy names itself, as firmware expects of a server's reply.
            if field == "siaddr" and there == "0.0.0.0" and \
                    here == "192.168.1.1" and "proxy" in dialogue.name:
                continue
            key = excused(dialogue.name, label, field)
            used.add(key)
            if key is None:
                wrong.append(f"{label}: {field}: {here!r}, "
                             f"dnsmasq: {there!r}")

    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
    stale = {key for key in ON_PURPOSE if key[0] == dialogue.name} - used
    assert not stale, "no longer different"
