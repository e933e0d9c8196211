"""What the log says of each transfer."""

import re
import time

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.relay import Relay
from lab.namespaces import SERVER_ADDRESS
from lab.patience import wait_until
from lab.tftp_client import Misbehaviour
from lab.tftp_site import READER, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SIZES = (0, 1024, 100_000, 3_000_000)
MAC = mac_number(42)


def line(site, name, since=0):
    """The line on the transfer of a file."""
    found = site.said(f'.*"{re.escape(name)}".*', since=since).string
    print(found)
    return found


def mark(site):
    return site.server.process.mark()


@pytest.fixture
def site(start_site):
    return start_site(sizes=SIZES)


def facts(text):
    """The numbers of a line by their words."""
    found = {}
    for word, pattern in {
            "bytes": r"(\d+) bytes", "blksize": r"blksize (\d+)",
            "windowsize": r"windowsize (\d+)", "resent": r"(\d+) resent",
            "ms": r"in (\d+) ms", "MB/s": r"([\d.]+) MB/s"}.items():
        match = re.search(pattern, text)
        if match:
            found[word] = float(match[1])
    return found


def test_a_line_has_all_that_one_asks_for(site):
    reply = site.fetch("size100000", {"blksize": 1024, "windowsize": 4})
    text = line(site, "size100000")
    assert "warning" not in text and READER in text
    said = facts(text)
    assert said["bytes"] == 100_000
    assert said["blksize"] == 1024 and said["windowsize"] == 4
    assert said["resent"] == 0
    assert said["ms"] <= reply.seconds * 1000 + 50
    assert said["MB/s"] > 0.1


def test_the_duration_and_speed_are_true(site):
    start = time.monotonic()
    reply = site.fetch("size1024", misbehave=Misbehaviour(pause=0.2))
    took = (time.monotonic() - start) * 1000
    said = facts(line(site, "size1024"))
    assert reply.data == content(1024)
    assert 400 <= said["ms"] <= took + 50


def test_the_names_that_dhcp_knows(start_site):
    site = start_site(CONFIG, SIZES, lay=lambda site: setattr(
        site, "owner", site.network.client(MAC)))
    with DhcpClient(site.owner) as machine:
        ack = machine.lease(MAC, {12: b"node-7"})
    site.owner.address(f"{ack.yiaddr}/24")
    site.fetch("size1024", client=site.owner)
    text = line(site, "size1024")
    assert ack.yiaddr in text and MAC in text and "node-7" in text
    since = mark(site)
    site.fetch("size1024")
    text = line(site, "size1024", since)
    assert MAC not in text and "node-7" not in text


def test_a_host_name_cannot_forge_a_line(start_site):
    site = start_site(CONFIG, SIZES, lay=lambda site: setattr(
        site, "owner", site.network.client(MAC)))
    with DhcpClient(site.owner) as machine:
        ack = machine.lease(MAC, {12: b"a\nb\x1b[31m\" sent \"x"})
    site.owner.address(f"{ack.yiaddr}/24")
    site.fetch("size1024", client=site.owner)
    line(site, "size1024")
    assert all(row.isprintable() for row in site.server.log().splitlines())


def test_retransmissions_are_counted(site):
    lost = {5, 50, 100}

    def plan(passed):
        unlucky = not passed.up and passed.opcode == 3 and \
            passed.number in lost and not passed.seen
        return () if unlucky else (0.0,)

    with Relay(site.client("192.168.1.250"), SERVER_ADDRESS,
               plan) as relay:
        reply = site.fetch("size100000", {"utimeout": 50_000},
                           "192.168.1.250", timeout=5)
        assert reply.data == content(100_000)
        told = facts(line(site, "size100000"))["resent"]

        def again():
            return sum(passed.seen > 0 for passed in relay.data())

        # What the server sent last may still be on its way.
        wait_until(lambda: again() == told, f"{told} packets again")
    assert told >= len(lost)


@pytest.mark.parametrize("misbehave, words", [
    (Misbehaviour(abort_after_oack=True), "query"),
    (Misbehaviour(abort_at_block=3), "failed.*changed its mind"),
    (Misbehaviour(), "sent")], ids=["query", "abort", "whole"])
def test_how_it_ended(site, misbehave, words):
    site.fetch("size100000", {"tsize": 0}, misbehave=misbehave)
    text = line(site, "size100000")
    assert re.search(words, text) and READER in text
    assert facts(text).keys() == {"bytes", "blksize", "windowsize", "resent",
                                  "ms", "MB/s"}


def nft(site, hook, match):
    """Drop packets on their way into or out of the server."""
    site.namespace.run("nft", "add", "table", "inet", "lab")
    site.namespace.run(
        "nft", "add", "chain", "inet", "lab", hook,
        f"{{ type filter hook {hook} priority 0 ; }}")
    site.namespace.run("nft", "add", "rule", "inet", "lab", hook,
                       *match.split(), "drop")


def test_size_is_asked_for_again_and_again(site):
    """Once is usual; the third time without a transfer is a warning."""
    def query():
        mark = site.server.process.mark()
        site.fetch("size100000", {"tsize": 0},
                   misbehave=Misbehaviour(abort_after_oack=True))
        site.said('query "size100000"', since=mark)

    query()
    query()
    site.fetch("size100000")
    site.said('sent "size100000"')
    query()
    query()
    assert "in a row" not in site.server.log()
    query()
    site.said('warning: query "size100000" .*: 3 times in a row')


def test_packets_are_dropped_by_a_filter_here(site):
    """An output rule of this host: the reason that the kernel gives."""
    nft(site, "output", "udp sport != 69 ip daddr " + READER)
    site.fetch("size100000", timeout=0.3, tries=1)
    site.said('"size100000" for .*: packets dropped by the packet filter of '
              "this host")


def test_answers_are_dropped_by_a_filter_here(site):
    """An input rule: it is said soon, and does not blame the client."""
    nft(site, "input", "udp dport != 69 ip saddr " + READER)
    with site.read("size100000"):
        site.said('"size100000" for .*: no answer after 2 retransmissions; '
                  ".*packet filter")


def test_a_missing_file_is_told(site):
    site.fetch("no-such-file")
    text = line(site, "no-such-file")
    assert "not found" in text and READER in text


# --- why it was slow -------------------------------------------------------

def test_small_blocks_are_told_as_the_cause(site):
    """Half a megabyte and more, one small block for each round trip."""
    site.fetch("size3000000", misbehave=Misbehaviour(pause=0.0004))
    assert re.search(r"512", line(site, "size3000000").partition(
        "windowsize")[2])


@pytest.mark.parametrize("lines, says", [
    ("tftp-no-blocksize\n", "512-byte blocks, limited by tftp-no-blocksize"),
    (f"tftp-client={READER},blksize=400\n",
     "400-byte blocks, limited by tftp-client"),
    ("tftp-mtu=532\n", "500-byte blocks, limited by tftp-mtu"),
    (f"tftp-client={READER},windowsize=no\n",
     r"waits for its ACK \(windowsize 1, limited by tftp-client\)")], ids=str)
def test_the_client_is_not_blamed_for_what_it_is_denied(start_site, lines,
                                                        says):
    site = start_site(TFTP_CONFIG + lines, (1_100_000,))
    reply = site.fetch("size1100000", {"blksize": 1400, "windowsize": 2},
                       misbehave=Misbehaviour(pause=0.0004))
    assert reply.data == content(1_100_000)
    why = line(site, "size1100000").partition("; slow: ")[2]
    assert re.search(says, why) and "client requested" not in why


def test_retransmissions_are_told_as_the_cause(site):
    def plan(passed):
        unlucky = not passed.up and passed.opcode == 3 and \
            passed.number % 10 == 0 and not passed.seen
        return () if unlucky else (0.0,)

    with Relay(site.client("192.168.1.250"), SERVER_ADDRESS, plan):
        reply = site.fetch("size3000000", {
            "blksize": 1400, "windowsize": 4, "utimeout": 20_000},
            "192.168.1.250", timeout=0.05, tries=50,
            misbehave=Misbehaviour(pause=0.0005))
    assert reply.data == content(3_000_000)
    assert re.search(r"\d+(\.\d+)? ?%", line(site, "size3000000"))


def test_a_fast_transfer_needs_no_excuse(site):
    site.fetch("size1024", {"blksize": 1400})
    assert not re.search(r"slow|%", line(site, "size1024"))


def test_guesses_below_a_link_do_not_hide_one_that_dangles(start_site):
    """A loader's guesses in a linked folder are no reason for silence."""
    def lay(site):
        (site.root / "cfg").mkdir()
        (site.root / "pxelinux.cfg").symlink_to("cfg")
        (site.root / "kernel").symlink_to("vmlinuz")

    site = start_site(lay=lay, sizes=(1024,))
    for number in range(30):
        assert site.fetch(f"pxelinux.cfg/{number:08X}").error[0] == 1
    assert site.fetch("kernel").error[0] == 1
    site.said(r'"kernel" not found in .* is a symbolic link whose '
              r'target does not exist')
