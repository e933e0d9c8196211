"""A machine boots Debian's installer from a tree that pxeguard-sign signed."""

import re

import pytest

from lab.boot import Boot
from lab.errors import LabError
from lab.signing import trust
from lab.tree import INSTALLER

pytestmark = [pytest.mark.xdist_group("long"), pytest.mark.long]


def boot(firmware, **how):
    """A machine that has booted, and the server's log."""
    with Boot(firmware, **how) as machine:
        try:
            for _ in machine.run():
                pass
        except LabError as error:
            pytest.fail(f"{error}\n{machine.daemon.log()}\n"
                        + "\n".join(machine.console[-20:]), pytrace=False)
        return machine, machine.daemon.log()


@pytest.mark.boot
@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_a_machine_boots_under_require(firmware):
    machine, log = boot(firmware, prepare=trust)
    assert "verify-images=require: accepting signatures by key" in log
    assert machine.times.installer
    # Loaders try names that are not there; none that is there was refused.
    assert "refused" not in log


@pytest.mark.boot
def test_the_firmware_boots_by_http_under_require():
    """UEFI HTTP Boot, then iPXE: no file comes by TFTP."""
    machine, log = boot("uefi-http")
    assert "verify-images=require: accepting signatures by key" in log
    assert "tftpd" not in log and "refused" not in log
    done = {file.name: file for file in machine.files if file.state == "done"}
    for name in ("snponly.efi", "boot.ipxe", f"{INSTALLER}/linux",
                 f"{INSTALLER}/initrd.gz"):
        assert done[name].protocol == "HTTP"
        assert done[name].moved == done[name].size > 0
        assert re.search(rf'httpd: sent "{re.escape(name)}" for '
                         rf"192\.168\.1\.\d+:\d+ \({machine.machine.mac}"
                         rf".*: {done[name].size} bytes", log), name
    assert machine.times.installer
