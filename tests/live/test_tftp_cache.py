"""Copies that imaged keeps of files that are asked for again: tftp-cache."""

import os
import platform
import random
import time

import pytest

from lab import packets, proc
from lab.daemon import default_command
from lab.patience import wait_until
from lab.tftp_client import Misbehaviour
from lab.tftp_house import TFTP_CONFIG

OPTIONS = {"blksize": 1468, "windowsize": 32}
MIB = 1 << 20
SETTLED_S = 3.2     # a file changed since is not copied
LOOKED_S = 11       # within this they are looked through


def copies(house):
    """How many copies imaged holds that are complete, and so sealed."""
    links = proc.descriptors(house.server.wait_role("imaged"))
    return sum(target.startswith("/memfd:") for target, _ in links.values())


def wait_copies(house, number):
    wait_until(lambda: copies(house) == number, f"{number} copies")


def mapped(house):
    """What tftpd has mapped: copies, and packets made of them."""
    names = proc.mapped(house.server.wait_role("tftpd"))
    return sorted(name.split(":")[1].split()[0] for name in names
                  if name.startswith("/memfd:"))


def wait_unmapped(house):
    wait_until(lambda: not mapped(house), "no mapping", pause=0.5)


def fetch_until_mapped(house, name, data, wanted):
    """Fetch a file until it is sent from its copy, which is sealed late."""
    def sent_so():
        fetch(house, name, data)
        return mapped(house) == wanted

    wait_until(sent_so, f"{wanted} mapped")


def packets_can_lie_ready():
    """Whether UDP takes pages as they are (Linux 6.5)."""
    version = platform.release().split(".")[:2]
    return tuple(int(number) for number in version) >= (6, 5)


# What a file that was copied is sent from.
WANTED = ["copy", "packets"] if packets_can_lie_ready() else ["copy"]


def lay(house, name, size, seed):
    data = random.Random(seed).randbytes(size)
    (house.root / name).write_bytes(data)
    return data


def fetch(house, name, data, times=1):
    for _ in range(times):
        reply = house.fetch(name, OPTIONS)
        assert reply.data == data, reply.error


@pytest.fixture
def house(start_house):
    return start_house(TFTP_CONFIG + "tftp-cache=16\n")


@pytest.fixture
def hot(house):
    """The bytes of the file `hot`, of which there is a copy."""
    data = lay(house, "hot", 3 * MIB + 5, 1)
    time.sleep(SETTLED_S)
    fetch(house, "hot", data)
    assert copies(house) == 0
    fetch(house, "hot", data)
    wait_copies(house, 1)
    fetch_until_mapped(house, "hot", data, WANTED)
    assert copies(house) == 1
    return data


def test_the_second_request_makes_a_copy(house, hot):
    fetch(house, "hot", hot, 3)
    assert copies(house) == 1


@pytest.mark.long       # it waits for two mappings to be let go
def test_tftpd_maps_a_copy_and_lets_it_go(house, hot):
    """Also one that is mapped late, when its client has taken the OACK."""
    fetch(house, "hot", hot, 2)
    assert mapped(house) == WANTED
    wait_unmapped(house)
    with house.read("hot", OPTIONS) as read:
        read.options()
        time.sleep(LOOKED_S)
        assert mapped(house) == []
        read.ack(0)
        while read.next()[0] == packets.OACK:       # it was sent again
            pass
        assert mapped(house) == WANTED
        read.abort()
    wait_unmapped(house)
    tftpd = proc.descriptors(house.server.wait_role("tftpd"))
    assert not [target for target, _ in tftpd.values() if "memfd" in target]
    fetch(house, "hot", hot)
    assert mapped(house) == WANTED


def test_packets_lie_ready_for_each_blksize(house, hot):
    """Also when some of them get lost, and others ask for other ones."""
    for blksize in (512, 1468, 1024, 512):
        reply = house.fetch("hot", {"blksize": blksize, "windowsize": 64},
                            misbehave=Misbehaviour(
                                drop_data=frozenset({3, 70, 71, 200})))
        assert reply.data == hot, reply.error
    if packets_can_lie_ready():
        assert mapped(house).count("packets") >= 3


def test_a_file_that_replaces_it_is_sent_at_once(house, hot):
    new = lay(house, "next", len(hot), 2)
    os.rename(house.root / "next", house.root / "hot")
    fetch(house, "hot", new, 2)
    time.sleep(SETTLED_S)
    fetch(house, "hot", new)
    wait_copies(house, 2)
    fetch(house, "hot", new)


def test_what_is_written_in_place_is_sent_at_once(house, hot):
    new = random.Random(3).randbytes(len(hot))
    with open(house.root / "hot", "r+b") as file:
        file.write(new)
    fetch(house, "hot", new, 3)
    # Even if whoever writes sets the time of modification back.
    info = os.stat(house.root / "hot")
    with open(house.root / "hot", "r+b") as file:
        file.write(hot)
    os.utime(house.root / "hot", ns=(info.st_atime_ns, info.st_mtime_ns))
    fetch(house, "hot", hot, 2)


def test_who_may_not_read_gets_no_copy(house, hot):
    (house.root / "hot").chmod(0o600)
    assert house.fetch("hot", OPTIONS).error[0] == 2
    (house.root / "hot").unlink()
    assert house.fetch("hot", OPTIONS).error[0] == 1


def test_too_large_fresh_or_empty_files_are_not_copied(house):
    large = lay(house, "large", 16 * MIB + 1, 4)
    empty = lay(house, "empty", 0, 5)
    time.sleep(SETTLED_S)
    fresh = lay(house, "fresh", 1000, 6)
    fetch(house, "large", large, 3)
    fetch(house, "empty", empty, 3)
    fetch(house, "fresh", fresh, 3)
    time.sleep(0.5)
    assert copies(house) == 0


def test_a_reload_without_copies_drops_them(house, hot):
    house.server.reload(TFTP_CONFIG + "tftp-cache=0\n")
    wait_copies(house, 0)
    fetch(house, "hot", hot, 3)
    assert copies(house) == 0


def test_no_copy_without_memory_for_it(start_house):
    house = start_house(TFTP_CONFIG + "tftp-cache=0\n")
    data = lay(house, "hot", MIB, 7)
    time.sleep(SETTLED_S)
    fetch(house, "hot", data, 4)
    time.sleep(0.5)
    assert copies(house) == 0


def test_a_limit_of_file_size_ends_no_role(start_house):
    """A copy fits, its packets do not; a larger file has no copy either."""
    limit = 3 * MIB + 1000
    house = start_house(
        TFTP_CONFIG + "tftp-cache=16\n",
        command=f"prlimit --fsize={limit} {default_command()}")
    fits, larger = (lay(house, name, size, 8) for name, size in (
        ("fits", 3 * MIB), ("larger", limit + 1)))
    time.sleep(SETTLED_S)
    roles = house.server.role_pids()
    fetch(house, "larger", larger, 2)
    fetch(house, "fits", fits, 2)
    wait_copies(house, 1)
    fetch_until_mapped(house, "fits", fits, ["copy"])
    fetch(house, "larger", larger)
    assert mapped(house) == ["copy"]
    assert house.server.role_pids() == roles
