"""A daemon's log lines go to syslog, with the role that wrote each."""

import os
import re
import signal
import socket
import time

import pytest

from lab import clients
from lab.background import in_background, outer_pid
from lab.boot import CONFIG
from lab.dhcp_client import DhcpClient, mac_number
from lab.patience import LONG_S

# A /dev of the namespace's own: syslog's socket must not be the machine's.
PRIVATE_DEV = """
mount -t tmpfs -o mode=755 tmpfs /dev
mknod -m 666 /dev/null c 1 3
mknod -m 666 /dev/urandom c 1 9
"""


@pytest.fixture
def syslog(network):
    """What a syslog daemon would hear, as a bound datagram socket."""
    network.server.run("sh", "-ec", PRIVATE_DEV)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(network.server.path("/dev/log")))
        sock.settimeout(0.2)
        yield sock


@pytest.fixture
def daemon(network, boot_files, syslog):
    """The server in the background; its process id here."""
    config = CONFIG + "pid-file=/run/lab-daemon/pid\n"
    with in_background(network, config) as shell:
        assert shell.wait_line(r"status (\d+)")[1] == "0"
        inner = network.server.path("/run/lab-daemon/pid").read_text()
        yield outer_pid(shell, inner.strip())


def drain(syslog):
    """All lines that are there, and those that follow soon."""
    lines = []
    while True:
        try:
            lines.append(syslog.recv(8192).decode("ascii"))
        except TimeoutError:
            return lines


def heard(syslog, pattern, seconds=LONG_S):
    """Wait for a line that matches; return it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            line = syslog.recv(8192).decode("ascii")
        except TimeoutError:
            continue
        if re.search(pattern, line):
            return line
    raise AssertionError(f"syslog did not hear {pattern!r}")


def test_lines_of_roles_come_with_priority_and_name(daemon, network, syslog):
    assert clients.udhcpc(network.client()).ok
    line = heard(syslog, "DHCPACK")
    # facility daemon (3) * 8 + priority info (6)
    assert re.match(r"<30>.* pxeguard\[\d+\]: dhcpd: DHCPACK\(br0\) ", line)


def test_the_lack_of_a_syslog_daemon_is_said(network, boot_files):
    network.server.run("sh", "-ec", PRIVATE_DEV)
    with in_background(network, CONFIG) as shell:
        shell.wait_line("warning: no log daemon has /dev/log: ")
        assert shell.wait_line(r"status (\d+)")[1] == "0"


def test_a_syslog_daemon_that_restarts_is_found_again(daemon, network,
                                                      syslog):
    path = network.server.path("/dev/log")
    path.unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as again:
        again.bind(str(path))
        again.settimeout(0.2)
        syslog.close()
        os.kill(daemon, signal.SIGHUP)
        heard(again, "reloading the configuration")


def test_a_syslog_daemon_that_hangs_stops_nobody(daemon, network, syslog):
    """Its queue is full; the lines that it missed are counted."""
    lost = []
    with DhcpClient(network.client()) as crowd:
        for _ in range(10):
            acks = crowd.lease_many([mac_number(n) for n in range(90)])
            assert len(acks) == 90
            time.sleep(1)       # far longer than a line is waited for
            # It reads again: with one of the next lines comes the count.
            lines = drain(syslog)
            assert crowd.lease(mac_number(1)).type == "ACK"
            lines += drain(syslog)
            lost += [line for line in lines if "log lines lost" in line]
            if lost:
                break
    assert re.match(r"<28>.* pxeguard\[\d+\]: pxeguard: warning: \d+ log "
                    "lines lost: they were not read in time", lost[0])


@pytest.fixture
def syslog_stream(network):
    """A log daemon that takes connections, as old ones do."""
    network.server.run("sh", "-ec", PRIVATE_DEV)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.bind(str(network.server.path("/dev/log")))
        sock.listen()
        sock.settimeout(10)
        yield sock


def test_a_syslog_daemon_with_connections(network, boot_files,
                                          syslog_stream):
    with in_background(network, CONFIG) as shell:
        assert shell.wait_line(r"status (\d+)")[1] == "0"
        peer, _ = syslog_stream.accept()
        with peer, DhcpClient(network.client()) as client:
            peer.settimeout(10)
            assert client.lease(mac_number(1)).type == "ACK"
            text = b""
            while not re.search(rb"dhcpd: DHCPACK\(br0\) [^\0]*\0", text):
                text += peer.recv(8192)
    assert re.search(rb"(^|\0)<30>[^\0<]* pxeguard\[\d+\]: dhcpd: DHCPACK",
                     text)
