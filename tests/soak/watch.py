"""Looking at the server while it runs: memory, descriptors, its log."""

import collections
import os
import re
import threading

from lab import proc

KIB_MORE = 6 * 1024     # that a process may have beyond its first quarter
HANDLES_MORE = 4        # that the parent may have when nothing happens

# Lines with a priority above "info" that are no surprise here.
EXPECTED = re.compile("|".join((
    r"\w+ \(process \d+\) was killed",
    r"\w+ \(process \d+\) exited with status",
    r"failed \d+ times within",
    r"reload delayed for",
    r"duplicate tftp-root|tftp-root /nowhere: No such file",
    r"keeping the running configuration",
    r"the configuration .*has \d+ error|:\d+: .*(nonsense|unknown)",
    r"rejected (the )?(new )?configuration|is not ready; committing",
    r"the parent process did not run for",
    r"tftpd: warning: (failed|no answer|.* has too many unanswered) ?",
    r"tftpd: warning: .*(imaged|parent).*(answer|away|gone)",
    r"tftpd: warning: .*(no answer after \d+ retransm|times in a row)",
    r"httpd: warning: (failed|no answer|.* has \d+ connections)",
    r"httpd: warning: .*(imaged|parent).*(answer|away|gone)",
    r"imaged: warning: .*could not be checked|hashd",
    r"imaged: warning: cannot pass a file to tftpd or httpd",
    r"leased: .*(dhcpd|gone|away)",
    r"lines? .*(left out|suppressed)|similar messages",
    r"is not available|reported a channel error",
    r"dhcp-host .* is an address of this host",
    r"no lease was stored|undecided|sends? again",
    r"leased has not answered for",
    r"no socket for tftpd .*(Too many references|Connection refused)",
    r"more than \d+ new neighbour entries in",
    r"neighbour table",
    r"this line has no effect: line \d+ is for the same clients",
    r"dhcp-boot other: no such file",
    r"stopping")))
LOUD = re.compile(r": (warning|error|critical): ")


class Problems:
    """What went wrong, each kind told at once and counted."""

    def __init__(self, tell):
        self.found = collections.Counter()
        self._tell, self._lock = tell, threading.Lock()

    def add(self, text):
        with self._lock:
            self.found[text] += 1
            if self.found[text] == 1:
                self._tell(f"PROBLEM: {text}")


class Watch:
    """Samples of all processes, by role; "parent" is one."""

    def __init__(self, server, problems):
        self._server, self._problems = server, problems
        self.kib = collections.defaultdict(list)
        self._line = 0

    def sample(self):
        for role, pid in {**self._server.role_pids(),
                          "parent": self._server.pid}.items():
            try:
                kib = int(proc.status(pid)["VmRSS"].split()[0])
            except (OSError, KeyError):
                continue        # it ended meanwhile
            self.kib[role].append(kib)

    def handles(self):
        """Open descriptors of the parent."""
        return len(os.listdir(f"/proc/{self._server.pid}/fd"))

    def check_memory(self):
        """No more in the end than when all had been there once."""
        for role, kib in self.kib.items():
            quarter = len(kib) // 4
            if quarter == 0:
                continue
            early, late = max(kib[:quarter * 2]), max(kib[-quarter:])
            if late > early + KIB_MORE:
                self._problems.add(f"{role} grew from {early} to {late} KiB")

    def check_log(self):
        """New lines since the last call."""
        lines = self._server.process.tail(None)
        for line in lines[self._line:]:
            if LOUD.search(line) and not EXPECTED.search(line):
                self._problems.add("unexpected line: "
                                   + re.sub(r"^[\d:.]+ ", "", line))
        self._line = len(lines)
