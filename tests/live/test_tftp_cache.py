"""Copies that imaged keeps of files that are asked for again: tftp-cache."""

import os
import random
import time

import pytest

from lab import packets, proc
from lab.daemon import default_command
from lab.patience import wait_until
from lab.tftp_client import Misbehaviour
from lab.tftp_site import TFTP_CONFIG

OPTIONS = {"blksize": 1468, "windowsize": 32}
MIB = 1 << 20
SETTLED_S = 3.2     # a file changed since is not copied
LOOKED_S = 11       # within this they are looked through


def copies(site):
    """How many copies imaged holds that are complete, and so sealed."""
    links = proc.descriptors(site.server.wait_role("imaged"))
    return sum(target.startswith("/memfd:") for target, _ in links.values())


def wait_copies(site, number):
    wait_until(lambda: copies(site) == number, f"{number} copies")


def mapped(site):
    """The copies that tftpd has mapped."""
    names = proc.mapped(site.server.wait_role("tftpd"))
    return sorted(name.split(":")[1].split()[0] for name in names
                  if name.startswith("/memfd:"))


def wait_unmapped(site):
    wait_until(lambda: not mapped(site), "no mapping", pause=0.5)


def fetch_until_mapped(site, name, data):
    """Fetch a file until it is sent from its copy, which is sealed late."""
    def sent_so():
        fetch(site, name, data)
        return mapped(site) == ["copy"]

    wait_until(sent_so, "a copy mapped")


def lay(site, name, size, seed):
    data = random.Random(seed).randbytes(size)
    (site.root / name).write_bytes(data)
    return data


def fetch(site, name, data, times=1):
    for _ in range(times):
        reply = site.fetch(name, OPTIONS)
        assert reply.data == data, reply.error


@pytest.fixture
def site(start_site):
    return start_site(TFTP_CONFIG + "tftp-cache=16\n")


@pytest.fixture
def hot(site):
    """The bytes of the file `hot`, of which there is a copy."""
    data = lay(site, "hot", 3 * MIB + 5, 1)
    time.sleep(SETTLED_S)
    fetch(site, "hot", data)
    assert copies(site) == 0
    fetch(site, "hot", data)
    wait_copies(site, 1)
    fetch_until_mapped(site, "hot", data)
    assert copies(site) == 1
    return data


def test_the_second_request_makes_a_copy(site, hot):
    fetch(site, "hot", hot, 3)
    assert copies(site) == 1


@pytest.mark.long       # it waits for two mappings to be let go
def test_tftpd_maps_a_copy_and_lets_it_go(site, hot):
    """Also one that is mapped late, when its client has taken the OACK."""
    fetch(site, "hot", hot, 2)
    assert mapped(site) == ["copy"]
    wait_unmapped(site)
    with site.read("hot", OPTIONS) as read:
        read.options()
        time.sleep(LOOKED_S)
        assert mapped(site) == []
        read.ack(0)
        while read.next()[0] == packets.OACK:       # it was sent again
            pass
        assert mapped(site) == ["copy"]
        read.abort()
    wait_unmapped(site)
    tftpd = proc.descriptors(site.server.wait_role("tftpd"))
    assert not [target for target, _ in tftpd.values() if "memfd" in target]
    fetch(site, "hot", hot)
    assert mapped(site) == ["copy"]


def test_a_copy_is_sent_with_each_blksize(site, hot):
    """Also when some of it gets lost."""
    for blksize in (512, 1468, 1024, 512):
        reply = site.fetch("hot", {"blksize": blksize, "windowsize": 64},
                           misbehave=Misbehaviour(
                                drop_data=frozenset({3, 70, 71, 200})))
        assert reply.data == hot, reply.error


def test_a_file_that_replaces_it_is_sent_at_once(site, hot):
    new = lay(site, "next", len(hot), 2)
    os.rename(site.root / "next", site.root / "hot")
    fetch(site, "hot", new, 2)
    time.sleep(SETTLED_S)
    fetch(site, "hot", new)
    wait_copies(site, 2)
    fetch(site, "hot", new)


def test_what_is_written_in_place_is_sent_at_once(site, hot):
    new = random.Random(3).randbytes(len(hot))
    with open(site.root / "hot", "r+b") as file:
        file.write(new)
    fetch(site, "hot", new, 3)
    # Even if whoever writes sets the time of modification back.
    info = os.stat(site.root / "hot")
    with open(site.root / "hot", "r+b") as file:
        file.write(hot)
    os.utime(site.root / "hot", ns=(info.st_atime_ns, info.st_mtime_ns))
    fetch(site, "hot", hot, 2)


def test_who_may_not_read_gets_no_copy(site, hot):
    (site.root / "hot").chmod(0o600)
    assert site.fetch("hot", OPTIONS).error[0] == 2
    (site.root / "hot").unlink()
    assert site.fetch("hot", OPTIONS).error[0] == 1


def test_too_large_fresh_or_empty_files_are_not_copied(site):
    large = lay(site, "large", 16 * MIB + 1, 4)
    empty = lay(site, "empty", 0, 5)
    time.sleep(SETTLED_S)
    fetch(site, "large", large, 3)
    fetch(site, "empty", empty, 3)
    fresh = lay(site, "fresh", 1000, 6)
    fetch(site, "fresh", fresh, 3)
    time.sleep(0.5)
    assert copies(site) == 0


def test_a_reload_without_copies_drops_them(site, hot):
    site.server.reload(TFTP_CONFIG + "tftp-cache=0\n")
    wait_copies(site, 0)
    fetch(site, "hot", hot, 3)
    assert copies(site) == 0


def test_no_copy_without_memory_for_it(start_site):
    site = start_site(TFTP_CONFIG + "tftp-cache=0\n")
    data = lay(site, "hot", MIB, 7)
    time.sleep(SETTLED_S)
    fetch(site, "hot", data, 4)
    time.sleep(0.5)
    assert copies(site) == 0


def test_a_limit_of_file_size_ends_no_role(start_site):
    """A file that fits is copied, a larger one is not."""
    limit = 3 * MIB + 1000
    site = start_site(
        TFTP_CONFIG + "tftp-cache=16\n",
        command=f"prlimit --fsize={limit} {default_command()}")
    fits, larger = (lay(site, name, size, 8) for name, size in (
        ("fits", 3 * MIB), ("larger", limit + 1)))
    time.sleep(SETTLED_S)
    roles = site.server.role_pids()
    fetch(site, "larger", larger, 2)
    fetch(site, "fits", fits, 2)
    wait_copies(site, 1)
    fetch_until_mapped(site, "fits", fits)
    fetch(site, "larger", larger)
    assert mapped(site) == ["copy"]
    assert site.server.role_pids() == roles
