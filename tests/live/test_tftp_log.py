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
from lab.tftp_house import READER, TFTP_CONFIG, content

pytestmark = pytest.mark.timing

SIZES = (0, 1024, 100_000, 3_000_000)
MAC = mac_number(42)


def line(house, name, since=0):
    """The line on the transfer of a file."""
    found = house.said(f'.*"{re.escape(name)}".*', since=since).string
    print(found)
    return found


def mark(house):
    return house.server.process.mark()


@pytest.fixture
def house(start_house):
    return start_house(sizes=SIZES)


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


def test_a_line_has_all_that_one_asks_for(house):
    reply = house.fetch("size100000", {"blksize": 1024, "windowsize": 4})
    text = line(house, "size100000")
    assert "warning" not in text and READER in text
    said = facts(text)
    assert said["bytes"] == 100_000
    assert said["blksize"] == 1024 and said["windowsize"] == 4
    assert said["resent"] == 0
    assert said["ms"] <= reply.seconds * 1000 + 50
    assert said["MB/s"] > 0.1


def test_the_duration_and_speed_are_true(house):
    start = time.monotonic()
    reply = house.fetch("size1024", misbehave=Misbehaviour(pause=0.2))
    took = (time.monotonic() - start) * 1000
    said = facts(line(house, "size1024"))
    assert reply.data == content(1024)
    assert 400 <= said["ms"] <= took + 50


def test_the_names_that_dhcp_knows(start_house):
    house = start_house(CONFIG, SIZES, lay=lambda house: setattr(
        house, "owner", house.network.client(MAC)))
    with DhcpClient(house.owner) as machine:
        ack = machine.lease(MAC, {12: b"node-7"})
    house.owner.address(f"{ack.yiaddr}/24")
    house.fetch("size1024", client=house.owner)
    text = line(house, "size1024")
    assert ack.yiaddr in text and MAC in text and "node-7" in text
    since = mark(house)
    house.fetch("size1024")
    text = line(house, "size1024", since)
    assert MAC not in text and "node-7" not in text


def test_a_host_name_cannot_forge_a_line(start_house):
    house = start_house(CONFIG, SIZES, lay=lambda house: setattr(
        house, "owner", house.network.client(MAC)))
    with DhcpClient(house.owner) as machine:
        ack = machine.lease(MAC, {12: b"a\nb\x1b[31m\" sent \"x"})
    house.owner.address(f"{ack.yiaddr}/24")
    house.fetch("size1024", client=house.owner)
    line(house, "size1024")
    assert all(row.isprintable() for row in house.server.log().splitlines())


def test_retransmissions_are_counted(house):
    lost = {5, 50, 100}

    def plan(passed):
        unlucky = not passed.up and passed.opcode == 3 and \
            passed.number in lost and not passed.seen
        return () if unlucky else (0.0,)

    with Relay(house.client("192.168.1.250"), SERVER_ADDRESS,
               plan) as relay:
        reply = house.fetch("size100000", {"utimeout": 50_000},
                            "192.168.1.250", timeout=5)
        assert reply.data == content(100_000)
        told = facts(line(house, "size100000"))["resent"]

        def again():
            return sum(passed.seen > 0 for passed in relay.data())

        # What the server sent last may still be on its way.
        wait_until(lambda: again() == told, f"{told} packets again")
    assert told >= len(lost)


@pytest.mark.parametrize("misbehave, words", [
    (Misbehaviour(abort_after_oack=True), "probe"),
    (Misbehaviour(abort_at_block=3), "failed.*changed its mind"),
    (Misbehaviour(), "sent")], ids=["probe", "abort", "whole"])
def test_how_it_ended(house, misbehave, words):
    house.fetch("size100000", {"tsize": 0}, misbehave=misbehave)
    text = line(house, "size100000")
    assert re.search(words, text) and READER in text
    assert facts(text).keys() == {"bytes", "blksize", "windowsize", "resent",
                                  "ms", "MB/s"}


def test_a_missing_file_is_told(house):
    house.fetch("no-such-file")
    text = line(house, "no-such-file")
    assert "not found" in text and READER in text


# --- why it was slow -------------------------------------------------------

def test_small_blocks_are_told_as_the_cause(house):
    """Half a megabyte and more, one small block for each round trip."""
    house.fetch("size3000000", misbehave=Misbehaviour(pause=0.0004))
    assert re.search(r"512", line(house, "size3000000").partition(
        "windowsize")[2])


@pytest.mark.parametrize("lines, says", [
    ("tftp-no-blocksize\n", "512-byte blocks, by tftp-no-blocksize"),
    (f"tftp-client={READER},blksize=400\n",
     "400-byte blocks, by tftp-client"),
    ("tftp-mtu=532\n", "500-byte blocks, by tftp-mtu"),
    (f"tftp-client={READER},windowsize=no\n",
     r"waits for its ACK \(windowsize 1, by tftp-client\)")], ids=str)
def test_the_client_is_not_blamed_for_what_it_is_denied(start_house, lines,
                                                        says):
    house = start_house(TFTP_CONFIG + lines, (1_100_000,))
    reply = house.fetch("size1100000", {"blksize": 1400, "windowsize": 2},
                        misbehave=Misbehaviour(pause=0.0004))
    assert reply.data == content(1_100_000)
    why = line(house, "size1100000").partition("; slow: ")[2]
    assert re.search(says, why) and "client asked" not in why


def test_retransmissions_are_told_as_the_cause(house):
    def plan(passed):
        unlucky = not passed.up and passed.opcode == 3 and \
            passed.number % 10 == 0 and not passed.seen
        return () if unlucky else (0.0,)

    with Relay(house.client("192.168.1.250"), SERVER_ADDRESS, plan):
        reply = house.fetch("size3000000", {
            "blksize": 1400, "windowsize": 4, "utimeout": 20_000},
            "192.168.1.250", timeout=0.05, tries=50,
            misbehave=Misbehaviour(pause=0.0005))
    assert reply.data == content(3_000_000)
    assert re.search(r"\d+(\.\d+)? ?%", line(house, "size3000000"))


def test_a_fast_transfer_needs_no_excuse(house):
    house.fetch("size1024", {"blksize": 1400})
    assert not re.search(r"slow|%", line(house, "size1024"))


def test_guesses_below_a_link_do_not_hide_one_that_dangles(start_house):
    """A loader's guesses in a linked folder are no reason for silence."""
    def lay(house):
        (house.root / "cfg").mkdir()
        (house.root / "pxelinux.cfg").symlink_to("cfg")
        (house.root / "kernel").symlink_to("vmlinuz")

    house = start_house(lay=lay, sizes=(1024,))
    for number in range(30):
        assert house.fetch(f"pxelinux.cfg/{number:08X}").error[0] == 1
    assert house.fetch("kernel").error[0] == 1
    house.said(r'"kernel" is not found in .* is a symbolic link that leads '
               r'nowhere')
