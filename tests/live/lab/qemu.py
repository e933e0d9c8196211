"""A virtual machine that starts from the network."""

import os
import pathlib
import re

from .closing import Stopping
from .errors import LabError
from .process import need

MEMORY_MIB = 1024
DISK_BYTES = 2 << 30
OVMF_CODE = pathlib.Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
OVMF_VARS = pathlib.Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
BIOS_ROM = pathlib.Path("/usr/lib/ipxe/qemu/pxe-virtio.rom")
WORK = "/run/pxeguard-machine"

_ESCAPES = re.compile(r"\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>78cDEHM])"
                      r"|[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Machine(Stopping):
    """One machine: power on, watch the console, power off.

    `firmware` is "bios", "uefi" or "uefi-http", which boots by HTTP alone.
    `authorities` is a file: the certificates that UEFI trusts for HTTPS.
    Its disk, its firmware's variables and its console lie in the memory of
    the server's namespace and vanish with it.
    """

    def __init__(self, network, firmware="bios", mac="52:54:00:12:34:56",
                 accel="tcg", authorities=None):
        self.firmware, self.mac, self.accel = firmware, mac, accel
        self.authorities = authorities
        self._namespace = network.server
        self._tap = network.tap()
        self._console_at = 0
        self._prepare()
        self._base = self._frames()
        self.process = self._namespace.start(self._command(), "QEMU")

    def stop(self):
        self.process.stop(grace=2)

    def _prepare(self):
        self._namespace.shadow(WORK, mode=0o700)
        folder = self._namespace.path(WORK)
        (folder / "console").touch()
        (folder / "disk").touch()
        os.truncate(folder / "disk", DISK_BYTES)
        if self.firmware != "bios":
            if not OVMF_CODE.exists():
                raise LabError(f"the UEFI firmware is missing: {OVMF_CODE}",
                               "install Debian's package ovmf")
            (folder / "vars").write_bytes(OVMF_VARS.read_bytes())
        elif not BIOS_ROM.exists():
            raise LabError(f"the network card's ROM is missing: {BIOS_ROM}",
                           "install Debian's package ipxe-qemu")

    def _command(self):
        qemu = need("qemu-system-x86_64", "qemu-system-x86")
        card = (f"virtio-net-pci,netdev=net0,mac={self.mac},bootindex=1")
        firmware = []
        if self.firmware != "bios":
            card += ",romfile="     # the firmware has a driver of its own
            firmware = [
                "-drive", f"if=pflash,format=raw,readonly=on,file={OVMF_CODE}",
                "-drive", f"if=pflash,format=raw,file={WORK}/vars"]
        if self.firmware == "uefi-http":
            for version in (4, 6):
                firmware += ["-fw_cfg", "name=opt/org.tianocore/"
                             f"IPv{version}PXESupport,string=no"]
        if self.authorities:
            firmware += ["-fw_cfg", "name=etc/edk2/https/cacerts,"
                         f"file={self.authorities}"]
        cpu = "host" if self.accel == "kvm" else "max"
        accel = "kvm" if self.accel == "kvm" else "tcg,thread=multi"
        return [
            qemu, "-nodefaults", "-no-user-config", "-no-reboot",
            "-machine", "q35,graphics=off", "-accel", accel, "-cpu", cpu,
            "-smp", "1", "-m", str(MEMORY_MIB), *firmware,
            "-display", "none", "-vga", "none",
            "-chardev", f"file,id=console,path={WORK}/console",
            "-serial", "chardev:console",
            "-netdev", f"tap,id=net0,ifname={self._tap},"
                       "script=no,downscript=no",
            "-device", card,
            "-drive", f"if=none,id=disk0,format=raw,file={WORK}/disk",
            "-device", "virtio-blk-pci,drive=disk0,bootindex=2",
            "-object", "rng-random,id=rng0,filename=/dev/urandom",
            "-device", "virtio-rng-pci,rng=rng0"]

    def _frames(self):
        return self._namespace.counters(self._tap)["rx_packets"]

    @property
    def frames_sent(self):
        """How many frames the machine sent since power on."""
        return self._frames() - self._base

    @property
    def progress(self):
        """A value that changes whenever the machine is seen to do a thing."""
        console = self._namespace.path(WORK) / "console"
        return (self._frames(), console.stat().st_size)

    def read_console(self):
        """What came on the serial port since the last call, as text."""
        with open(self._namespace.path(WORK) / "console", "rb") as console:
            console.seek(self._console_at)
            raw = console.read()
        self._console_at += len(raw)
        return plain(raw.decode("utf-8", errors="replace"))


def plain(text):
    """Console output without the sequences that move cursors about."""
    return _ESCAPES.sub("", text).replace("\r", "")
