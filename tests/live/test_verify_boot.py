"""A machine boots Debian's installer from a tree that pxeguard-sign signed."""

import pytest

from lab.boot import Boot
from lab.errors import LabError
from lab.signing import Signer
from lab.tftp_site import ROOT

KEYS = "/run/verify-keys"

pytestmark = [pytest.mark.xdist_group("long"), pytest.mark.long]


@pytest.mark.boot
@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_a_machine_boots_under_require(tmp_path, firmware):
    signer = Signer(tmp_path)
    signer.keygen()

    def prepare(namespace):
        signer.good("sign", namespace.path(ROOT))
        namespace.shadow(KEYS)
        for key in tmp_path.rglob("*.pub"):
            (namespace.path(KEYS) / key.name).write_bytes(key.read_bytes())
        return f"verify-images=require\nverify-key={KEYS}\n"

    with Boot(firmware, prepare=prepare) as machine:
        try:
            for _ in machine.run():
                pass
        except LabError as error:
            pytest.fail(f"{error}\n{machine.daemon.log()}", pytrace=False)
        log = machine.daemon.log()
    assert "verify-images=require: accepting signatures by key" in log
    assert machine.times.installer
    # Loaders try names that are not there; none that is there was refused.
    assert "refused" not in log
