"""How long a boot may take before it counts as failed."""

import time
import types

import pytest

from lab.boot import (AFTER_KERNEL_S, EMULATED_QUIET_S, EMULATED_S, WHOLE_S,
                      Boot, Times)
from lab.errors import LabError


def boot_since(accel, power_on, kernel=None, quiet=0):
    """A boot without a machine that was powered on so many seconds ago."""
    now = time.time()
    boot = Boot.__new__(Boot)
    boot.accel, boot._fallback, boot._recent = accel, False, ""
    boot._panic = None
    boot.times = Times(power_on=now - power_on, first_byte=now - power_on,
                       kernel=kernel and now - kernel)
    boot._progress, boot._progress_at = (7, 0), time.monotonic() - quiet
    running = types.SimpleNamespace(status=None)
    boot.machine = types.SimpleNamespace(
        progress=(7, 0), mac="52:54:00:12:34:56", process=running)
    boot.daemon = types.SimpleNamespace(process=running)
    return boot


def test_emulation_may_be_slow():
    """While files move, or the kernel talks, it is waited for."""
    boot_since("tcg", WHOLE_S + 10)._check()
    boot_since("tcg", WHOLE_S + 10, AFTER_KERNEL_S + 10)._check()
    boot_since("tcg", EMULATED_S - 10, quiet=EMULATED_QUIET_S - 10)._check()


@pytest.mark.parametrize("boot, why", [
    (("tcg", 300, None, EMULATED_QUIET_S + 1), "did nothing for 180 s"),
    (("tcg", EMULATED_S + 1), "no installer came within 1200 s"),
    (("kvm", WHOLE_S + 1), "no installer came within 360 s"),
    (("kvm", 300, AFTER_KERNEL_S + 1), "no installer came within 180 s"),
])
def test_limits(boot, why):
    with pytest.raises(LabError) as failed:
        boot_since(*boot)._check()
    assert why in failed.value.what
    assert "52:54:00:12:34:56" in failed.value.hint
    assert ("emulation is slow" in failed.value.hint) == (boot[0] == "tcg")


def test_progress_counts():
    boot = boot_since("tcg", 300, None, EMULATED_QUIET_S + 1)
    boot.machine.progress = (8, 0)
    boot._check()
    assert boot._quiet_s() < EMULATED_QUIET_S
