"""Thousands of transfers: all at once, and one after another."""

import concurrent.futures
import contextlib
import os
import time

import pytest

from lab import packets
from lab.proc import status
from lab.tftp_site import TFTP_CONFIG, content
from lab.tftp_load import tftp_load

pytestmark = pytest.mark.timing

CROWD = 2000
# One address may have a quarter of these.
CROWD_CONFIG = TFTP_CONFIG + "tftp-max=8000\n"


def test_a_crowd_at_once_and_prompt_service_beside(start_site):
    """2000 transfers that all run, with slow and dead ones in between."""
    site = start_site(CROWD_CONFIG, (1024, 40_000))
    slow_ones = site.client("192.168.1.201")
    with contextlib.ExitStack() as stack:
        for number in range(200):
            read = stack.enter_context(site.read("size40000", {
                "windowsize": 4}, client=slow_ones))
            read.options(timeout=5)
            if number % 2:
                read.ack(0)
                assert read.next()[0] == packets.DATA
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(1))
        crowd = pool.submit(
            tftp_load, site.reader, site.root, ["size40000"], CROWD, CROWD,
            60, options=("-b", 1024, "-w", 2, "-H", 150))
        took = []
        other = site.client("192.168.1.202")
        while not crowd.done():
            reply = site.fetch("size1024", {"blksize": 600}, client=other,
                               timeout=1)
            assert reply.data == content(1024)
            took.append(reply.seconds)
            time.sleep(0.02)
        found = crowd.result()
    took.sort()
    print(found, f"beside: {len(took)} fetches, median "
          f"{took[len(took) // 2] * 1000:.1f} ms, slowest "
          f"{took[-1] * 1000:.0f} ms")
    assert (found["done"], found["failed"]) == (CROWD, 0)
    assert found["slowest"] < 2.5 * found["median"]
    assert took[len(took) // 2] < 0.1 and took[-1] < 1.5


def test_a_thousand_full_speed_transfers(start_site):
    site = start_site(CROWD_CONFIG, (1 << 20,))
    found = tftp_load(site.reader, site.root, [f"size{1 << 20}"], 1000,
                      1000, 120, options=("-b", 1428, "-w", 4))
    print(found)
    assert (found["done"], found["failed"]) == (1000, 0)
    assert found["bytes"] == 1000 << 20


def resident_kib(site):
    pid = site.server.wait_role("tftpd")
    return int(status(pid)["VmRSS"].split()[0])


def test_memory_and_descriptors_stay_flat(start_site):
    """Twenty thousand small transfers, fifty at a time, in four parts."""
    site = start_site(TFTP_CONFIG + "tftp-max=200\n", (5000, 1024))
    sizes, handles = [], []
    for _ in range(4):
        found = tftp_load(site.reader, site.root, ["size5000", "size1024"],
                          5000, 50, 60, options=("-b", 1024))
        assert (found["done"], found["failed"]) == (5000, 0)
        sizes.append(resident_kib(site))
        time.sleep(0.3)
        handles.append([len(os.listdir(f"/proc/{pid}/fd")) for pid in
                        site.server.role_pids().values()])
    print(sizes, handles)
    assert sizes[-1] - sizes[0] < 1024
    assert [max(n) - min(n) < 40 for n in zip(*handles)] == \
        [True] * len(handles[0])
