"""The server under test (or another one, to compare) in a namespace."""

import os
import pathlib
import re
import shlex
import shutil
import signal
import time

from .closing import Stopping
from .errors import LabError
from .patience import LONG_S
from .proc import alive

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
# BUILD names another folder of programs, such as those with sanitizers.
PXEGUARD = REPOSITORY / os.environ.get("BUILD", "build") / "pxeguard"
# What a server logs when it serves, ours or (to compare) dnsmasq.
READY = r"ready, configuration \d|started, version"
# The roles that serve with lab.boot.CONFIG; for others see servers().
SERVERS = ("dhcpd", "leased", "tftpd", "imaged")
# Those of lab.all_roles.ALL.
ALL_SERVERS = (*SERVERS, "hashd", "httpd", "keyd")
ROLES = (*ALL_SERVERS, "confd")


def servers(config):
    """The roles that serve with a configuration."""
    words = {line.partition("=")[0].strip() for line in config.splitlines()}
    wanted = (("dhcpd", {"dhcp-range"}), ("leased", {"dhcp-range"}),
              ("tftpd", {"enable-tftp"}), ("httpd", {"enable-http"}),
              ("imaged", {"enable-tftp", "enable-http"}),
              ("hashd", {"verify-images"}), ("keyd", {"https-cert"}))
    return tuple(role for role, any_of in wanted if words & any_of)


def default_command():
    """The server as `make` builds it: in the foreground, logging to us."""
    if not PXEGUARD.exists():
        raise LabError(f"the server is not built: no {PXEGUARD}",
                       "run: make")
    return f"{shlex.quote(str(PXEGUARD))} -k -C {{config}}"


class Daemon(Stopping):
    """A running server.

    `command` is a command line in which {config} stands for the path of the
    configuration file.  The file lies in the namespace's memory.
    """

    def __init__(self, network, config, command=None, ready=READY,
                 config_path="/run/pxeguard-lab/pxeguard.conf", wait=True):
        self.namespace = network.server
        self.config_path = config_path
        self.command = command or default_command()
        folder = os.path.dirname(config_path)
        if not self.namespace.path(folder).is_dir():
            self.namespace.shadow(folder)
        self.configure(config)
        argv = [word.replace("{config}", config_path)
                for word in shlex.split(self.command)]
        if shutil.which(argv[0]) is None:
            raise LabError(f"the server {argv[0]} is missing",
                           "build it with make, or name another with "
                           "--server")
        self.process = self.namespace.start(argv, os.path.basename(argv[0]))
        if wait:
            self._wait_ready(ready)

    def _wait_ready(self, ready):
        try:
            self.process.wait_line(ready)
            return
        except LabError:
            status = self.process.status
            self.process.stop()
        why = f"is not ready after {LONG_S} s" if status is None else \
            f"ended while it started, status {status}"
        log = "\n".join("    " + line for line in self.process.tail(30))
        raise LabError(f"the server {why}; it logged:\n"
                       + (log or "    (nothing)"),
                       "mend what its log complains of")

    @property
    def pid(self):
        """The parent's process id."""
        return self.process.pid

    def configure(self, config):
        """Write the configuration file (anew; send SIGHUP to reload)."""
        self.namespace.path(self.config_path).write_text(config)

    def wait_line(self, pattern, timeout=LONG_S, since=0):
        return self.process.wait_line(pattern, timeout, since)

    def log(self):
        """All that it logged so far, as text."""
        return self.process.text()

    def role_pids(self):
        """The process id of each role that runs now, by role name."""
        found = {}
        for pid in children(self.pid):
            name = role_name(pid)
            if name and alive(pid):
                found[name] = pid
        return found

    def wait_role(self, role, other_than=None, timeout=LONG_S):
        """Wait until `role` runs with another pid than `other_than`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            pid = self.role_pids().get(role)
            if pid is not None and pid != other_than:
                return pid
            time.sleep(0.01)
        raise LabError(f"the role {role} is not there after {timeout} s\n"
                       + "\n".join(self.process.tail()))

    def kill_role(self, role):
        """Kill a role at once (SIGKILL); return the pid that it had."""
        pid = self.wait_role(role)
        os.kill(pid, signal.SIGKILL)
        return pid

    def reload(self, config=None):
        """Send SIGHUP, after writing a new configuration if given.

        Returns a mark: what the log says from there on is the answer.
        """
        mark = self.process.mark()
        if config is not None:
            self.configure(config)
        self.process.signal(signal.SIGHUP)
        return mark

    def stop(self):
        """End it; return its exit status."""
        return self.process.stop()


def children(pid):
    """The direct children of a process."""
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            pass  # the thread ended meanwhile
    return found or _children_slowly(pid)


def _children_slowly(pid):
    """The same for kernels without /proc/PID/task/TID/children."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == pid:
            found.append(int(stat.parent.name))
    return found


def role_name(pid):
    """Which role a process is, by its program or its own name, or None."""
    process = pathlib.Path(f"/proc/{pid}")
    for look in (lambda: os.readlink(process / "exe"),
                 lambda: (process / "comm").read_text()):
        try:
            word = os.path.basename(look().strip())
        except OSError:
            continue
        plain = re.sub(r"^pxeguard[-: ]+", "", word)
        if plain in ROLES:
            return plain
    return None
