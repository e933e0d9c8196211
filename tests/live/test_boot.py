"""A real machine's firmware boots Debian's installer from the server.

On the way, four TFTP clients fetch files: iPXE in the BIOS machine's network
card and then pxelinux, EDK2 in the UEFI machine's firmware and then GRUB.
"""

import re

import pytest

from lab.boot import Boot
from lab.errors import LabError
from lab.stalls import Stalls
from lab.tree import cut_initrd

pytestmark = pytest.mark.xdist_group("long")

OFFER_WITHIN_S = 0.050  # where nobody has to wait for a processor
HOPS = 5                # processes that wait for one in turn, with ours
CHAINS = {
    "bios": ["pxelinux.0", "ldlinux.c32", "pxelinux.cfg/default",
             "debian-installer/amd64/linux",
             "debian-installer/amd64/initrd.gz"],
    "uefi": ["bootnetx64.efi", "grubx64.efi",
             "/debian-installer/amd64/grub/grub.cfg",
             "/debian-installer/amd64/linux",
             "/debian-installer/amd64/initrd.gz"],
}


@pytest.fixture(scope="module", autouse=True)
def meanwhile(request):
    """Begins what else takes minutes, if that is to be tested too."""
    if any(item.path.name == "test_tftp_long.py"
           for item in request.session.items):
        request.getfixturevalue("long_events")


@pytest.fixture(scope="module", params=["bios", "uefi"])
def boot(request):
    """A finished boot, by firmware."""
    with Boot(request.param, request.config.getoption("--server"),
              prepare=cut_initrd) as machine:
        try:
            with Stalls() as machine.stalls:
                for _ in machine.run():
                    pass
        except LabError as error:
            pytest.fail(f"{error}\n--- server\n{machine.daemon.log()}\n"
                        "--- console\n" + "\n".join(machine.console[-20:]),
                        pytrace=False)
        yield machine


def sent(boot):
    return {file.name: file for file in boot.files if file.state == "done"}


@pytest.mark.boot
def test_machine_reaches_the_installer(boot):
    assert boot.times.installer > boot.times.kernel


@pytest.mark.boot
def test_every_file_of_the_chain_is_sent_whole(boot):
    files = sent(boot)
    root = boot.network.server.path("/srv/tftpboot")
    for name in CHAINS[boot.firmware]:
        assert name in files
        size = (root / name.lstrip("/")).stat().st_size
        assert files[name].size == files[name].moved == size


@pytest.mark.boot
def test_big_files_travel_in_big_blocks_of_known_number(boot):
    initrd = sent(boot)[CHAINS[boot.firmware][-1]]
    assert initrd.blksize >= 1024
    assert initrd.options.keys() >= {"blksize", "tsize"}


@pytest.mark.boot
def test_first_offer_leaves_at_once(boot):
    limit_s = OFFER_WITHIN_S + HOPS * boot.stalls.worst_s
    assert boot.times.offer - boot.times.discover < limit_s


@pytest.mark.boot
def test_missing_files_are_told_by_code_and_without_paths(boot):
    missing = [file for file in boot.files if file.state == "refused"]
    assert missing
    for file in missing:
        assert file.error_code == 1, file
        assert "/srv" not in file.error, file


def transfers(boot):
    """The log's lines on the machine's transfers: [(how, name, line)]."""
    pattern = re.compile(rf'tftpd: (?:warning: )?(\w+) "([^"]*)".* for '
                         rf'192\.168\.1\.\d+:\d+ \({boot.machine.mac}')
    found = [(pattern.search(row), row)
             for row in boot.daemon.log().splitlines()]
    return [(*match.groups(), row) for match, row in found if match]


@pytest.mark.boot
def test_the_log_tells_of_each_file(boot, server_command):
    if server_command:
        pytest.skip("another server's log")
    told = transfers(boot)
    for name in CHAINS[boot.firmware]:
        line = next((row for how, file, row in told
                     if (how, file) == ("sent", name.lstrip("/"))), None)
        assert line is not None, name
        size = sent(boot)[name].size
        assert re.search(rf": {size} bytes in \d+ ms", line), line


@pytest.mark.boot
def test_nothing_that_is_normal_counts_as_a_failure(boot, server_command):
    """EDK2 asks for the size of a file before it loads it."""
    if server_command:
        pytest.skip("another server's log")
    told = transfers(boot)
    assert [row for how, _, row in told if how == "failed"] == []
    assert "warning" not in "".join(row for _, _, row in told)
    if boot.firmware == "uefi":
        assert ("query", "bootnetx64.efi") in [row[:2] for row in told]


@pytest.mark.boot
def test_server_is_in_good_health_afterwards(boot):
    assert boot.daemon.process.status is None
