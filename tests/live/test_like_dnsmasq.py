"""The same configurations and messages, with dnsmasq and with this server.

Every field of every reply is compared; a difference is a defect, unless
wanted_differences.py declares it.  `make check-like-dnsmasq` compares many
more configurations.
"""

import concurrent.futures
import contextlib
import re
import shutil

import pytest

from dialogues import DIALOGUES, POOLS, FAR_RELAY, RELAY
from dialogues_choices import CHOICES
from dialogues_files import FILES
from dialogues_pxe import PXE_DIALOGUES
from lab.boot import lay_state_folder
from lab.compare import dnsmasq_command, facts
from lab.daemon import REPOSITORY, Daemon
from lab.marked_client import MARKER_CONFIG, MARKER_RELAY, MarkedClient
from lab.namespaces import Network
from wanted_differences import WANTED, Exchange, judge

pytestmark = pytest.mark.skipif(shutil.which("dnsmasq") is None,
                                reason="dnsmasq is not installed")


@contextlib.contextmanager
def laboratory(config, command):
    """A server with a configuration, and a player."""
    with Network() as network:
        lay_state_folder(network.server)
        for relay in (RELAY, FAR_RELAY, MARKER_RELAY):
            network.server.ip("route", "add", f"{relay}/32", "dev", "br0")
        with Daemon(network, config + MARKER_CONFIG, command) as server, \
                MarkedClient(network.client()) as player:
            yield server, player


def hold(dialogue, player):
    """The dialogue with one server: [(label, message, port, reply)]."""
    seen = [[label, player.asked, player.asked_port, reply]
            for label, reply in dialogue.talk(player)]
    player.settle()
    player.add_late(seen)
    return seen


def hold_both(dialogue, ours, theirs):
    """The dialogue with both servers at once."""
    with laboratory(dialogue.config, ours) as (server, one), \
            laboratory(dialogue.config, theirs) as (_, other), \
            concurrent.futures.ThreadPoolExecutor() as pool:
        both = [pool.submit(hold, dialogue, player)
                for player in (one, other)]
        try:
            return [future.result() for future in both]
        finally:
            print(server.log())


@pytest.mark.timing     # of delayed replies
@pytest.mark.parametrize("dialogue", DIALOGUES + PXE_DIALOGUES + CHOICES +
                         FILES,
                         ids=lambda d: d.name)
def test_replies_are_those_of_dnsmasq(dialogue, server_command):
    ours, theirs = hold_both(dialogue, server_command, dnsmasq_command())
    assert [row[0] for row in ours] == [row[0] for row in theirs]
    wrong = []
    for (label, asked, port, mine), (_, _, _, other) in zip(ours, theirs):
        exchange = Exchange(dialogue.config, asked, port,
                            facts(mine, POOLS), facts(other, POOLS))
        for field, name in judge(exchange).items():
            if name is None:
                here, there = exchange.both(field)
                wrong.append(f"{label}: {field}: {here!r}, "
                             f"dnsmasq: {there!r}")
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def test_every_difference_is_in_the_guide():
    """docs/migration.md has each with its reason, and no other."""
    guide = (REPOSITORY / "docs/migration.md").read_text()
    section = guide.partition("\n## Replies that differ\n")[2]
    section = section.partition("\n## ")[0]
    listed = dict(re.findall(r"^- \*\*([^*]*)\*\*: (.*?)(?=^- |^$|\Z)",
                             section, re.M | re.S))
    assert {name: " ".join(text.split()) for name, text in listed.items()} \
        == {d.name: " ".join(d.reason.split()) for d in WANTED}
