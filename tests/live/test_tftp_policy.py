"""What is granted to which client: tftp-client, tftp-max-rate."""

import concurrent.futures

import pytest

from lab.boot import CONFIG
from lab.clients import DhcpClient, mac_number
from lab.tftp_site import READER, SERVER6, TFTP_CONFIG, content

ALL = {"blksize": 1400, "windowsize": 16, "tsize": 0, "timeout": 2}
GRANTED = {"blksize": "1400", "windowsize": "16", "tsize": "30000",
           "timeout": "2"}
SIZES = (1024, 30_000)


def granted(**but):
    """What is granted, with changes; None takes an option away."""
    return {name: value for name, value in {**GRANTED, **but}.items()
            if value is not None}


@pytest.mark.parametrize("rules, expected", [
    ([], granted()),
    ([f"{READER},blksize=600"], granted(blksize="600")),
    ([f"{READER},blksize=65464"], granted()),
    ([f"{READER},windowsize=4"], granted(windowsize="4")),
    ([f"{READER},windowsize=no"], granted(windowsize=None)),
    ([f"{READER},blksize=no"], granted(blksize=None)),
    ([f"{READER},tsize=no"], granted(tsize=None)),
    ([f"{READER},timeout=no"], granted(timeout=None)),
    ([f"{READER},blksize=no,windowsize=no,tsize=no,timeout=no"], {}),
    ([f"{READER},blksize=512,windowsize=2,tsize=no"],
     granted(blksize="512", windowsize="2", tsize=None)),
    (["192.168.1.0/24,windowsize=no"], granted(windowsize=None)),
    (["192.168.1.192/28,windowsize=no"], granted(windowsize=None)),
    (["192.168.1.0/25,windowsize=no"], granted()),
    (["192.168.1.201,windowsize=no"], granted()),
    (["0.0.0.0/0,tsize=no"], granted(tsize=None)),
    (["fd00::/8,tsize=no"], granted()),
    ([mac_number(5) + ",tsize=no"], granted()),
    (["192.168.1.0/24,blksize=1000", f"{READER},blksize=800",
      "192.168.0.0/16,windowsize=no"],
     granted(blksize="800", windowsize=None)),
], ids=str)
def test_rules_by_address(start_site, rules, expected):
    site = start_site(TFTP_CONFIG + "".join(
        f"tftp-client={rule}\n" for rule in rules), SIZES)
    reply = site.fetch("size30000", ALL)
    assert reply.options == expected
    assert reply.data == content(30_000)


def test_a_rule_by_network_of_ipv6(start_site):
    def lay(site):
        site.ipv6(reader=("fd00:1::5", "fd00:1::6"))

    site = start_site(TFTP_CONFIG + "tftp-client=fd00:1::5,tsize=no\n"
                      "tftp-client=fd00:1::/64,windowsize=3\n", SIZES,
                      lay=lay)
    for address, tsize in (("fd00:1::5", None), ("fd00:1::6", "30000")):
        reply = site.fetch("size30000", ALL, SERVER6, address=address)
        assert reply.options == granted(tsize=tsize, windowsize="3")
        assert reply.data == content(30_000)


@pytest.mark.parametrize("rule", ["{mac}", "{wild}"])
def test_a_rule_by_mac_of_a_lease(start_site, rule):
    mac = mac_number(77)
    rule = rule.format(mac=mac, wild=mac[:8] + ":*:*:*")
    site = start_site(
        CONFIG + f"tftp-client={rule},windowsize=no,blksize=1024\n", SIZES,
        lay=lambda site: setattr(site, "owner", site.network.client(mac)))
    with DhcpClient(site.owner) as machine:
        ack = machine.lease(mac)
    site.owner.address(f"{ack.yiaddr}/24")
    reply = site.fetch("size30000", ALL, client=site.owner)
    assert reply.options == granted(windowsize=None, blksize="1024")
    assert reply.data == content(30_000)
    assert site.fetch("size30000", ALL).options == granted()


@pytest.mark.timing
@pytest.mark.parametrize("rule, asked, number", [
    ("rollover=1", {}, 1), ("rollover=1", {"rollover": 0}, 0),
    ("rollover=0", {}, 0), ("rollover=0", {"rollover": 1}, 1)], ids=str)
def test_the_number_after_65535(start_site, rule, asked, number):
    other = 1 - int(rule[-1])
    site = start_site(TFTP_CONFIG + f"tftp-rollover={other}\n"
                      f"tftp-client={READER},{rule}\n")
    size = 8 * 65_600
    (site.root / "many").write_bytes(content(size))
    with site.read("many", {"blksize": 8, "windowsize": 64, "timeout": 3,
                            **asked}) as read:
        read.options()
        last = 0
        for _ in range(1025):
            read.ack(last)
            for _ in range(64):
                before, last = last, read.next()[1]
                if before == 65_535:
                    break
            else:
                continue
            break
        assert (before, last) == (65_535, number)


@pytest.mark.timing
def test_a_reload_changes_the_rules(start_site):
    site = start_site(sizes=SIZES)
    with site.read("size30000", {"windowsize": 2, "timeout": 3}) as read:
        assert read.options() == {"windowsize": "2", "timeout": "3"}
        mark = site.server.reload(
            TFTP_CONFIG + f"tftp-client={READER},windowsize=no\n")
        site.said(r"configuration 2", since=mark)
        assert site.fetch("size30000", ALL).options == \
            granted(windowsize=None)
        # What runs goes on as it was agreed.
        read.ack(0)
        assert read.window(2) == [1, 2]


# --- limits of speed -------------------------------------------------------

SECOND = 1_000_000      # bytes in a second under the limit
SECONDS = 3


def speeds(site, readers, options, size):
    """Bytes a second of each, which fetch at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(readers)) as pool:
        replies = list(pool.map(
            lambda client: site.fetch(f"size{size}", options,
                                      client=client, tries=20), readers))
    assert [r.error for r in replies if r.data != content(size)] == []
    return [size / reply.seconds for reply in replies]


OPTIONS = [None, {"blksize": 1400, "windowsize": 16},
           {"blksize": 1400, "windowsize": 64}]


@pytest.mark.timing
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_rate_of_one_client(start_site, options):
    size = SECOND * SECONDS
    site = start_site(TFTP_CONFIG + f"tftp-max-rate={SECOND}\n",
                      (size,))
    others = [site.client(f"192.168.1.{n}") for n in (201, 202)]
    found = speeds(site, [site.reader, *others], options, size)
    print([f"{speed:,.0f}" for speed in found])
    for speed in found:
        assert 0.8 * SECOND < speed < 1.2 * SECOND


@pytest.mark.timing
def test_two_transfers_of_one_client_share_its_rate(start_site):
    size = SECOND * SECONDS // 2
    site = start_site(TFTP_CONFIG + f"tftp-max-rate={SECOND}\n",
                      (size,))
    found = speeds(site, [site.reader] * 2, OPTIONS[1], size)
    assert 0.8 * SECOND < 2 * min(found) < 1.2 * SECOND


@pytest.mark.timing
def test_the_rate_of_all(start_site):
    size = SECOND * SECONDS // 3
    site = start_site(TFTP_CONFIG + f"tftp-max-rate=0,{SECOND}\n",
                      (size,))
    others = [site.client(f"192.168.1.{n}") for n in (201, 202)]
    found = speeds(site, [site.reader, *others], OPTIONS[1], size)
    print([f"{speed:,.0f}" for speed in found])
    # The last of them had to wait for all bytes.
    assert 0.8 * SECOND < 3 * min(found) < 1.2 * SECOND


@pytest.mark.timing
def test_a_small_file_is_not_held_up_by_a_rate(start_site):
    """A big transfer uses up the rate of its own client alone."""
    site = start_site(TFTP_CONFIG + f"tftp-max-rate={SECOND}\n",
                      (1024, SECOND * 2))
    other = site.client("192.168.1.201")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        big = pool.submit(site.fetch, f"size{SECOND * 2}", OPTIONS[2])
        slowest = max(site.fetch("size1024", client=other).seconds
                      for _ in range(20))
        assert big.result().data == content(SECOND * 2)
    assert slowest < 0.3


# --- quiet -----------------------------------------------------------------

def test_quiet_leaves_routine_out(start_site):
    site = start_site(TFTP_CONFIG + "quiet-tftp\n", SIZES)
    mark = site.server.process.mark()
    site.fetch("size1024")
    site.fetch("no-such-file")
    with site.read("size1024", {"tsize": 0}) as query:
        query.options()
        query.abort(8)
    with site.read("size30000") as read:
        read.next()
        read.abort(3, "disk full")
    site.said("disk full", since=mark)
    log = "\n".join(site.server.process.tail(None)[mark:])
    assert "size1024" not in log and "no-such-file" not in log
