"""The servers, each as its own manual says that it serves best."""

import os
import resource
import shlex
import time

import bench_site
from lab.daemon import PXEGUARD, Daemon, default_command
from lab.errors import LabError
from lab.process import need, run

TFTP_PORT = 69
START_S = 15
MANY = 4000     # transfers at once that each server is told to allow
UNPACKED = PXEGUARD.parent / "bench" / "servers"
YARDSTICK = "bare TFTP"     # no server, so no goal is set by it
CONFIG = f"""\
interface=eth0
enable-tftp
tftp-root={bench_site.ROOT}
tftp-max={MANY}
quiet-tftp
tftp-cache=1024
"""


class Contender:
    """A server that can be started again and again.

    `command` is its command line, quiet and in the foreground.
    """

    def __init__(self, name, version, command, port=TFTP_PORT,
                 protocol="udp"):
        self.name, self.version = name, version
        self._command, self._port = command, (port, protocol)

    def start(self, where):
        """Start it in a site; it answers when this returns.

        Returns what has stop().
        """
        # As many files as it may have: each transfer takes one or two.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        process = where.server.start(
            [*where.server_place(), "prlimit", f"--nofile={most}:",
             *self._command], self.name)
        wait_port(where, process, self._port)
        return process


class Ours(Contender):
    """pxeguard, whose start is watched in its log."""

    def __init__(self, config=CONFIG, port=TFTP_PORT, protocol="udp"):
        text = run([PXEGUARD, "--version"]).stdout.split()
        super().__init__("pxeguard", text[-1], None, port, protocol)
        self._config = config

    def start(self, where):
        words = [*map(shlex.quote, where.server_place()), default_command()]
        daemon = Daemon(where, self._config, " ".join(words))
        wait_port(where, daemon.process, self._port)
        return daemon


def wait_port(where, process, port):
    """Wait until somebody listens at (number, protocol), or `process` ended.
    """
    deadline = time.monotonic() + START_S
    while not where.has_port(*port):
        if process.status is not None or time.monotonic() > deadline:
            process.stop()
            raise LabError(f"{process.name} does not listen; it said:\n"
                           + process.text())
        time.sleep(0.01)


def dnsmasq():
    """Debian's dnsmasq, with TFTP alone."""
    program = need("dnsmasq", "dnsmasq-base")
    version = run([program, "--version"]).stdout.split()[2]
    return Contender("dnsmasq", version, [
        program, "--keep-in-foreground", "--conf-file=/dev/null",
        "--log-facility=/dev/null", "--pid-file=", "--user=root", "--port=0",
        "--enable-tftp", f"--tftp-root={bench_site.ROOT}",
        f"--tftp-max={MANY}", "--quiet-tftp"])


def unpacked(package, program):
    """A program of an unpacked package, and the package's version."""
    path = UNPACKED / package / "usr/sbin" / program
    if not path.exists():
        raise LabError(f"the server {package} is missing: no {path}",
                       f"run: tests/bench/fetch_servers {UNPACKED}")
    version = (UNPACKED / package / "version").read_text().strip()
    return os.fspath(path), version


def tftpd_hpa():
    """tftpd-hpa, listening by itself instead of below inetd."""
    program, version = unpacked("tftpd-hpa", "in.tftpd")
    return Contender("tftpd-hpa", version, [
        program, "--foreground", "--ipv4", "--address", f"0.0.0.0:{TFTP_PORT}",
        "--user", "root", "--secure", bench_site.ROOT])


def atftpd():
    """atftpd with as many threads as transfers, patient for one second."""
    program, version = unpacked("atftpd", "atftpd")
    return Contender("atftpd", version, [
        program, "--daemon", "--no-fork", "--user", "root.root",
        "--logfile", "/dev/null", "--verbose=0", "--maxthread", str(MANY),
        "--retry-timeout", "1", "--no-multicast", bench_site.ROOT])


def bare_tftp():
    """The yardstick: what any server could reach here."""
    return Contender(YARDSTICK, "", [UNPACKED.parent / "bare_tftp",
                                     bench_site.ROOT])


# By the name on the command line, in the table's order.
ALL = {"ours": Ours, "dnsmasq": dnsmasq, "tftpd-hpa": tftpd_hpa,
       "atftpd": atftpd, "bare": bare_tftp}
