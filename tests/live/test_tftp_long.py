"""What takes minutes; see lab/tftp_long.py.

It is begun before the machines of test_boot start, so that nobody waits.
"""

import pytest

from lab import packets
from lab.daemon import REPOSITORY
from lab.programs import sanitized
from lab.tftp_site import content
from lab.tftp_long import (FACTOR, HEADERS, HUGE, KINDS, SILENCE_S,
                           UNPROVEN_S)

pytestmark = pytest.mark.xdist_group("long")


@pytest.fixture
def events(long_events):
    return long_events


def test_who_vanishes_gives_up_a_place(events):
    seen, took, data = events["vanished"].result()
    assert seen and seen[-1][0] == packets.ERROR
    assert [packet[:2] for packet in seen[:-1]] == [(packets.DATA, 1)] * 5
    assert UNPROVEN_S / 2 < took < UNPROVEN_S + 3
    assert data == content(1)


def test_who_never_answers_gets_little(events):
    found = events["forged"].result()
    wrong, worst = {}, 0
    for kind, (request, (count, most)) in KINDS.items():
        sizes = found[kind]
        grown = sum(sizes) / (HEADERS + len(request))
        worst = max(worst, grown)
        print(f"{kind}: {len(sizes)} packets, {sum(sizes)} bytes, "
              f"{grown:.1f} times the request")
        if len(sizes) > count or sum(sizes) > most:
            wrong[kind] = sizes
    assert wrong == {}
    assert 20 < worst <= FACTOR


def test_the_factor_is_the_one_that_is_promised():
    text = " ".join((REPOSITORY / "docs/security.md").read_text().split())
    assert f"the factor is {FACTOR}." in text


def test_a_client_that_stops_is_given_up(events):
    seen = events["stopped"].result()
    assert {packet[:2] for _, packet in seen[:-1]} == {(packets.DATA, 6)}
    assert seen[-1][1][0] == packets.ERROR
    assert 0.7 * SILENCE_S < seen[-1][0] < 1.3 * SILENCE_S
    assert 5 < len(seen) < 80
    events["site"].said(r'"size100000".*(silent|stopped|no answer)')


def test_the_size_of_a_huge_file_has_64_bits(events):
    with events["site"].read("huge", {"tsize": 0, "blksize": 1400}) as read:
        assert read.options() == {"tsize": str(HUGE), "blksize": "1400"}
        read.abort(8)


# Ten million round trips take minutes.
@pytest.mark.parametrize("windowsize", [
    64, pytest.param(1, marks=pytest.mark.long)])
def test_five_gibibytes_in_blocks_of_512(events, windowsize):
    if sanitized():
        pytest.skip("with sanitizers it takes too long")
    found = events[f"huge, {windowsize}"].result()
    print(found)
    assert (found["done"], found["failed"]) == (1, 0)
    assert found["bytes"] == HUGE
    events["site"].said(rf'huge".*\b{HUGE} bytes.*windowsize {windowsize}\b')
