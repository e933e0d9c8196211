"""A virtual machine that runs what is handed to it, with its own systemd.

It has two processors, no network, and two disks: the image, of which changes
are thrown away, and an archive of what to run.  The kernel writes to the first
serial port, the tests to the second.
"""

import os
import pathlib
import time

from lab.closing import Stopping
from lab.errors import LabError
from lab.process import Process, need

MEMORY_MIB = 1024
ALIVE = b"Linux version"
ALIVE_S = 30
LSM = {
    "selinux": "security=selinux selinux=1 enforcing=1",
    "permissive": "security=selinux selinux=1 enforcing=0",
    "apparmor": "security=apparmor apparmor=1",
}


class Machine(Stopping):
    """One machine, from power on; `console` is the kernel's output."""

    def __init__(self, image, archive, lsm, folder, accel=None):
        self.image, self.archive, self.lsm = image, archive, lsm
        self.console = pathlib.Path(folder) / "console"
        self.process = None
        for self.accel in [accel] if accel else self._accelerators():
            if self._start():
                return
        said = "" if self.process is None else self.process.text()
        self.stop()
        raise LabError(f"the machine does not start: {said}")

    @staticmethod
    def _accelerators():
        """KVM may be there and fail, in a virtual machine for instance."""
        return ["kvm", "tcg"] if os.access("/dev/kvm", os.W_OK) else ["tcg"]

    def _start(self):
        """Power on; whether a kernel starts."""
        self.stop()
        self.console.write_bytes(b"")
        self.process = Process(self._command(), "QEMU")
        deadline = time.monotonic() + ALIVE_S
        while ALIVE not in self.console.read_bytes():
            if self.process.status is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def _command(self):
        kvm = self.accel == "kvm"
        return [
            need("qemu-system-x86_64", "qemu-system-x86"),
            "-nodefaults", "-no-user-config", "-no-reboot",
            "-machine", "q35,graphics=off",
            "-accel", "kvm" if kvm else "tcg,thread=multi",
            # What can do less has fewer drivers to load.
            "-cpu", "host" if kvm else "qemu64,-svm,+ssse3",
            "-smp", "2", "-m", str(MEMORY_MIB), "-display", "none",
            "-kernel", str(self.image / "vmlinuz"),
            "-initrd", str(self.image / "initrd"),
            "-append", "root=/dev/vda rw console=ttyS0 panic=-1 "
                       "systemd.show_status=no mitigations=off "
                       + LSM[self.lsm],
            "-serial", f"file:{self.console}",
            "-chardev", "stdio,id=out,signal=off", "-serial", "chardev:out",
            "-drive", "if=virtio,format=raw,snapshot=on,"
                      f"file={self.image / 'root.img'}",
            "-drive", "if=virtio,format=raw,readonly=on,"
                      f"file={self.archive}",
            "-device", "virtio-rng-pci"]

    def stop(self):
        if self.process is not None:
            self.process.stop(grace=2)

    def run(self, limit_s, silence_s):
        """Print what the tests say; their last line."""
        deadline = time.monotonic() + limit_s
        at, heard = 0, time.monotonic()
        while True:
            ended = self.process.status is not None
            lines = self.process.tail(None)[at:]
            for line in lines:
                print(line, flush=True)
            at += len(lines)
            now = time.monotonic()
            if lines:
                heard = now
            if ended and not lines:
                return self.process.text().strip().rpartition("\n")[2]
            if now > deadline or now - heard > silence_s:
                raise LabError(
                    f"the machine said nothing for {now - heard:.0f} s, of "
                    f"{limit_s} s that it has; the console ends with:\n"
                    + self.console_tail())
            time.sleep(0.2)

    def console_tail(self, lines=30):
        text = self.console.read_text(errors="replace")
        return "\n".join("    " + line[:200]
                         for line in text.splitlines()[-lines:])
