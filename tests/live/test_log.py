"""The log under attack, and with readers that do not read."""

import os
import re
import shlex
import time
from pathlib import Path

import pytest

from lab import programs
from lab.boot import CONFIG
from lab.daemon import PXEGUARD
from lab.dhcp_client import DhcpClient, mac_number
from lab.patience import LONG_S, wait_until


def test_a_flood_of_messages_about_the_configuration(tmp_path, start_fails):
    """A confd that was taken over fills no disk and moves no cursor."""
    bad = programs.build(tmp_path, "bad_confd")
    server = programs.copy_server(tmp_path)
    bad.replace(server.parent / "libexec/confd")
    log = start_fails(command=shlex.quote(str(server)) + " -k -C {config}")
    shown = re.findall(r"^\S+ conf: error: flood:\d+: (.*)$", log, re.M)
    told = re.search(r"warning: (\d+) similar messages suppressed", log)
    assert 2000 <= len(shown) <= 3000
    assert len(shown) + int(told[1]) == 20000
    assert set(shown) == {r"\xc2\x9b2J \xe2\x80\xae message"}


class Unread:
    """A FIFO with a reader that reads only when it is told to."""

    def __init__(self, path):
        os.mkfifo(path)
        self.file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._all = b""

    def text(self):
        while True:
            try:
                data = os.read(self.file, 65536)
            except BlockingIOError:
                data = b""
            if not data:
                return self._all.decode()
            self._all += data

    def wait(self, pattern, seconds=15):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.search(pattern, self.text())
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {pattern!r} in\n{self.text()[-2000:]}")


@pytest.fixture
def unread(network):
    network.server.shadow("/run/lab-fifo")
    fifo = Unread(network.server.path("/run/lab-fifo/fifo"))
    yield fifo
    os.close(fifo.file)


def wait_idle(pid):
    """Until a process has used no processor time for a second."""
    def used():
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        return fields.rpartition(")")[2].split()[11:13]

    deadline = time.monotonic() + LONG_S
    seen, since = used(), time.monotonic()
    while time.monotonic() - since < 1 and time.monotonic() < deadline:
        time.sleep(0.1)
        if used() != seen:
            seen, since = used(), time.monotonic()


def test_standard_error_that_nobody_reads(start_server, network, boot_files,
                                          unread):
    """The service goes on, and the log tells how many lines were lost."""
    command = f"exec {shlex.quote(str(PXEGUARD))} -d -C \"$1\" " \
        "2>/run/lab-fifo/fifo"
    server = start_server(CONFIG + "log-dhcp\n", wait=False, command=(
        f"sh -c {shlex.quote(command)} sh {{config}}"))
    unread.wait("ready, configuration 1")
    with DhcpClient(network.client()) as crowd:
        for _ in range(20):
            acks = crowd.lease_many([mac_number(n) for n in range(90)])
            assert len(acks) == 90
            # The log comes after the ACKs: it has to fill the pipe first.
            wait_idle(server.pid)
            # Somebody reads again: with one of the next lines comes the count.
            before = len(unread.text())
            crowd.lease(mac_number(1))
            wait_until(lambda: len(unread.text()) > before, "a line")
            if "log lines lost: " in unread.text():
                break
    assert re.search(r"pxeguard: warning: \d+ log lines lost: ",
                     unread.text())
    assert len(server.role_pids()) == 4


def test_a_terminal_or_pipe_keeps_its_mode(start_server, network, boot_files,
                                           unread):
    """O_NONBLOCK would be that of all who share the pipe."""
    command = f"{shlex.quote(str(PXEGUARD))} -k -C \"$1\" " \
        "2>/run/lab-fifo/fifo"
    server = start_server(wait=False, command=(
        f"sh -c {shlex.quote('exec ' + command)} sh {{config}}"))
    unread.wait("ready, configuration 1")
    with open(f"/proc/{server.pid}/fdinfo/2", encoding="ascii") as info:
        flags = int(re.search(r"flags:\s+(\d+)", info.read())[1], 8)
    assert flags & os.O_NONBLOCK == 0
