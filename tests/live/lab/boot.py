"""One machine's boot over the network, from power on to the installer.

The demonstration shows it, the tests judge it; both run this.
"""

import dataclasses
import os
import pwd
import queue
import re
import time

from .closing import Closing
from .daemon import READY, Daemon
from .errors import LabError
from .namespaces import Network
from .qemu import Machine
from .signing import KEYS, trust
from .tree import lay_installer, lay_ipxe
from .wire import DhcpSeen, FileSeen, Observer

CONFIG = """\
interface=br0

dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-host=9e:42:87:f7:29:92,192.168.1.1,pc,infinite

dhcp-boot=pxelinux.0
enable-tftp
tftp-root=/srv/tftpboot
"""
UEFI_CONFIG = CONFIG + """\
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-boot=tag:efi64,bootnetx64.efi
"""
# HTTP alone, and nothing that is not signed.
HTTP_CONFIG = f"""\
interface=br0

dhcp-range=192.168.1.50,192.168.1.150,8h

dhcp-match=set:http64,option:client-arch,16
dhcp-match=set:ipxe,175
dhcp-boot=tag:http64,snponly.efi
dhcp-boot=tag:ipxe,boot.ipxe
boot-prefer=http
enable-http
tftp-root=/srv/tftpboot
verify-images=require
verify-key={KEYS}
"""
# For thousands of clients, in a network with a prefix of 20.
WIDE_CONFIG = """\
interface=br0
dhcp-range=192.168.2.1,192.168.15.250,8h
dhcp-lease-max=3500
dhcp-boot=file
enable-tftp
tftp-root=/srv/tftpboot
"""
CONFIGS = {"bios": CONFIG, "uefi": UEFI_CONFIG, "uefi-http": HTTP_CONFIG}
STATE_FOLDER = "/var/lib/pxeguard"
DNSMASQ_FOLDER = "/var/lib/misc"
STORE_USER = "pxeguard-leased"

WHOLE_S = 360           # a boot under KVM that takes longer has failed
EMULATED_S = 1200       # the same in emulation, on a busy machine
EMULATED_QUIET_S = 180  # emulation sends a packet or a line by then
KVM_FIRST_FRAME_S = 20  # a firmware that runs asks for an address by then
KVM_QUIET_S = 25        # KVM that runs is never without a sign for so long
FIRST_BYTE_S = 120      # from power on, in emulation on a busy machine
AFTER_KERNEL_S = 180    # from the kernel's first line to the installer

KERNEL = re.compile(r"Linux version \d")
INSTALLER_UP = re.compile(
    r"Starting system log daemon|Select a language|Choose the language")
PANIC = re.compile(r"Kernel panic - not syncing.*")
# What a firmware says when no way to boot is left.
DEAD_END = re.compile(r"No bootable device|EFI Internal Shell")


@dataclasses.dataclass
class Note:
    """Something that the reader should know, in words."""

    text: str


@dataclasses.dataclass
class ConsoleLine:
    """A line of the machine's serial console."""

    text: str


@dataclasses.dataclass
class Times:
    """When the milestones were reached (seconds since the epoch)."""

    power_on: float = None
    discover: float = None
    offer: float = None
    request: float = None
    ack: float = None
    asked: float = None         # for the first file of which a byte came
    first_byte: float = None
    kernel: float = None
    installer: float = None


def lay_state_folder(namespace, size="50%"):
    """A private, empty folder for the lease store, owned as installed."""
    try:
        pwd.getpwnam(STORE_USER)
        owner = STORE_USER
    except KeyError:
        owner = None
    namespace.shadow(STATE_FOLDER, mode=0o700, owner=owner, size=size)
    # The first start imports a lease file of the host's dnsmasq.
    namespace.shadow(DNSMASQ_FOLDER)


class Boot(Closing):
    """Sets everything up, then `run()` yields events until the end.

    After a successful run `times` is full and `files` has what was sent.
    `prepare(namespace)`, if given, is called when the tree is there, and
    returns further lines of the configuration.
    """

    kvm_failed = False      # for an earlier machine: it is not tried again

    def __init__(self, firmware="bios", server=None, accel=None,
                 ready=READY, prepare=None):
        self.firmware = firmware
        self.accel = accel or ("kvm" if _kvm_there() and
                               not Boot.kvm_failed else "tcg")
        self._fallback = accel is None
        self.times = Times()
        self.files = []
        self.console = []
        self.last_words = ""    # the installer's first
        self.machine = self.daemon = self.observer = None
        self._events = queue.SimpleQueue()
        self._partial = ""
        self._recent = ""
        self.network = Network()
        try:
            lay_installer(self.network.server)
            lay_state_folder(self.network.server)
            config = CONFIGS[firmware]
            if firmware == "uefi-http":
                lay_ipxe(self.network.server)
                trust(self.network.server)
            if prepare:
                config += prepare(self.network.server)
            self.daemon = Daemon(self.network, config, server, ready)
            self.observer = Observer(self.network.server, self._events.put)
        except BaseException:
            self.close()
            raise

    def close(self):
        for part in (self.machine, self.daemon):
            if part:
                part.stop()
        if self.observer:
            self.observer.close()
        self.network.close()

    # --- the run -----------------------------------------------------------

    def run(self):
        """Power on and yield events; return when the installer is up."""
        yield from self._power_on()
        while self.times.installer is None:
            yield from self._gather()
            self._check()
            if self.accel == "kvm" and self._stands_still():
                if not self._fallback:
                    raise LabError("the machine stands still under KVM",
                                   "try emulation: --accel tcg")
                yield Note("KVM " + self._why_kvm_failed()
                           + "; starting again in emulation")
                self.machine.stop()
                Boot.kvm_failed = True
                self.accel = "tcg"
                yield from self._power_on()

    def _power_on(self):
        self.times = Times(power_on=time.time())
        self.files, self.console = [], []
        self._partial = self._recent = ""
        self._panic = None
        while not self._events.empty():
            self._events.get()
        self.machine = Machine(self.network, self.firmware,
                               accel=self.accel)
        self._progress, self._progress_at = None, time.monotonic()
        yield Note(f"power on: {self.firmware.upper()} firmware, "
                   + ("KVM" if self.accel == "kvm" else "emulated CPU"))

    def _gather(self):
        """What happened since the last call, and a short wait for it."""
        try:
            event = self._events.get(timeout=0.1)
            while True:
                self._note_time(event)
                yield event
                event = self._events.get_nowait()
        except queue.Empty:
            pass
        yield from self._read_console()

    def _read_console(self):
        text = self.machine.read_console()
        if not text:
            return
        # A screen has no line ends: look at the stream, not at lines.
        self._recent = (self._recent + text)[-20000:]
        now = time.time()
        if self.times.kernel is None and KERNEL.search(self._recent):
            self.times.kernel = now
        *whole, self._partial = (self._partial + text).split("\n")
        for line in whole:
            if line.strip():
                self.console.append(line.rstrip())
                yield ConsoleLine(line.rstrip())
        panic = PANIC.search(self._recent)
        self._panic = panic and panic[0]
        sign = INSTALLER_UP.search(self._recent)
        if self.times.kernel and sign:
            self.times.installer = now
            self.last_words = sign[0]

    def _note_time(self, event):
        times = self.times
        if isinstance(event, DhcpSeen):
            if event.message.mac != self.machine.mac:
                return
            name = event.message.type.lower()
            # The first of each kind that is a milestone at all.
            if getattr(times, name, event) is None:
                setattr(times, name, event.at)
        elif isinstance(event, FileSeen):
            if times.first_byte is None and event.first_byte_at:
                times.asked = event.asked_at
                times.first_byte = event.first_byte_at
            if event.ended:
                self.files.append(event)

    # --- what can go wrong -------------------------------------------------

    def _check(self):
        if self.daemon.process.status is not None:
            raise LabError(f"the server ended by itself, status "
                           f"{self.daemon.process.status}")
        if self.accel == "kvm" and self._fallback and self._died():
            return      # emulation is still to be tried
        if self._died():
            raise LabError(f"the machine is gone: {self._died()}")
        late = self._too_late()
        if late:
            raise LabError(f"{late}; the last thing seen: {self.reached()}",
                           self._advice())

    def _advice(self):
        advice = ("look for this machine, " + self.machine.mac
                  + ", in the server's log")
        if self.accel == "tcg" and self.times.first_byte:
            advice += (", or try again when the processor has less to do: "
                       "emulation is slow")
        return advice

    def _too_late(self):
        """Why there is nothing more to wait for, or None."""
        now, times = time.time(), self.times
        if times.kernel is None and DEAD_END.search(self._recent):
            return "the firmware found nothing to boot"
        if times.first_byte is None and now - times.power_on > FIRST_BYTE_S:
            return f"no file was sent within {FIRST_BYTE_S} s"
        quiet = self._quiet_s()
        if self.accel == "tcg":
            if quiet > EMULATED_QUIET_S:
                return f"the machine did nothing for {EMULATED_QUIET_S} s"
            whole = EMULATED_S
        elif times.kernel and now - times.kernel > AFTER_KERNEL_S:
            return f"no installer came within {AFTER_KERNEL_S} s"
        else:
            whole = WHOLE_S
        if now - times.power_on > whole:
            return f"no installer came within {whole} s"
        return None

    def _quiet_s(self):
        """For how long the machine has shown no sign of life."""
        now, progress = time.monotonic(), self.machine.progress
        if progress != self._progress:
            self._progress, self._progress_at = progress, now
        return now - self._progress_at

    def _died(self):
        """Why the machine is no more, or None."""
        if self.machine.process.status is None:
            return self._panic
        tail = self.machine.process.tail(3)
        return "\n".join(tail) or "it reset by itself"

    def _stands_still(self):
        """Whether a machine under KVM died or shows no sign of life."""
        if self._died():
            return True
        started = time.time() - self.times.power_on
        return self._quiet_s() > KVM_QUIET_S or (
            self.machine.frames_sent == 0 and started > KVM_FIRST_FRAME_S)

    def _why_kvm_failed(self):
        if self._died():
            return f"does not run this machine ({self._died()})"
        return f"stands still ({self.reached()})"

    def reached(self):
        """The last milestone, in words."""
        words = (("installer", "the installer"), ("kernel", "the kernel"),
                 ("first_byte", "the first file"),
                 ("ack", "an address, but no file asked for"),
                 ("offer", "an OFFER, but no ACK"),
                 ("discover", "a DISCOVER, but no OFFER"))
        for name, text in words:
            if getattr(self.times, name) is not None:
                return text
        return "nothing from the machine"


def _kvm_there():
    return os.access("/dev/kvm", os.R_OK | os.W_OK)
