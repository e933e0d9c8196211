"""What a service manager is told, and pxeguard --reload."""

import os
import signal
import subprocess
import sys
import time

import pytest

from lab.boot import CONFIG
from lab.daemon import PXEGUARD, SERVERS, default_command
from lab.notify import Manager

CONF = "/run/pxeguard-lab/pxeguard.conf"
STATE = "DHCP on br0; TFTP on "
BAD = CONFIG + "no-such-directive\n"


@pytest.fixture
def manager(network):
    with Manager(network.server) as end:
        yield end


@pytest.fixture
def start(manager, start_server, boot_files):
    """A function that starts the server below the manager, until READY."""
    def run(config=CONFIG, **variables):
        server = start_server(
            config, command=manager.command(default_command(), **variables))
        return server, manager.wait("READY")

    return run


def reload_by_program(network, *options):
    return network.server.run(PXEGUARD, "--reload", *options, check=False)


def test_ready_when_all_serve(start, manager):
    """The first message, from the parent itself."""
    server, ready = start()
    assert manager.seen[0]["READY"] == "1"
    assert ready["pid"] == server.pid
    assert ready["STATUS"].startswith(STATE)
    assert server.role_pids().keys() == set(SERVERS)
    assert "ready, configuration 1" in server.log()


def test_variables_and_socket_are_not_passed_on(start):
    server, _ = start(WATCHDOG_USEC="60000000")
    # Sockets that are neither bound nor connected, by the parent's list.
    inodes = {f"socket:[{row.split()[6]}]"
              for row in open(f"/proc/{server.pid}/net/unix").readlines()
              if len(row.split()) == 7 and row.split()[4] == "0002"}
    own = {os.readlink(f"/proc/{server.pid}/fd/{fd}")
           for fd in os.listdir(f"/proc/{server.pid}/fd")}
    inodes &= own
    for pid in server.role_pids().values():
        with open(f"/proc/{pid}/environ", "rb") as file:
            assert file.read() == b""
        fds = [os.readlink(f"/proc/{pid}/fd/{fd}")
               for fd in os.listdir(f"/proc/{pid}/fd")]
        assert inodes and not inodes & set(fds)


def test_a_bad_start_is_never_ready(manager, start_fails, boot_files):
    start_fails(BAD, command=manager.command(default_command()))
    with pytest.raises(BlockingIOError):
        manager.next(0)


def test_reload(start, manager, network):
    server, _ = start()
    before = time.monotonic()
    server.reload(CONFIG + "dhcp-range=192.168.1.160,192.168.1.170\n")
    begun = manager.wait("RELOADING")
    assert before <= int(begun["MONOTONIC_USEC"]) / 1e6 <= time.monotonic()
    ended = manager.wait("READY")
    assert ended["STATUS"].startswith(STATE)
    # A second one in a row; the configuration is the same.
    done = reload_by_program(network, f"--reload={server.pid}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert manager.wait("RELOADING") and manager.wait("READY")
    assert "ready, configuration 3" in server.log()


def test_failed_reload_is_told(start, manager, network):
    server, _ = start()
    why = f"{CONF}:9: unknown directive \"no-such-directive\"; " \
        "see pxeguard.conf(5)"
    server.configure(BAD)
    done = reload_by_program(network, "-C", CONF)
    assert done.returncode == 1
    assert done.stderr == f"{why}\n" + \
        "the configuration has 1 error\n" \
        "error: reload failed; keeping the running configuration\n"
    ended = manager.wait("READY")
    assert ended["STATUS"].startswith(
        f"reload failed ({why}); keeping the running configuration: {STATE}")
    # The next one that succeeds ends that.
    server.configure(CONFIG)
    assert reload_by_program(network, "-C", CONF).returncode == 0
    assert manager.wait("READY")["STATUS"].startswith(STATE)


def test_reload_with_the_capabilities_of_the_unit(start, network):
    """ExecReload= runs with fewer than root has."""
    server, _ = start()
    done = network.server.run(
        "setpriv", "--bounding-set",
        "-all,+net_bind_service,+net_admin,+kill,+dac_read_search",
        PXEGUARD, f"--reload={server.pid}", check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_reload_of_none(network):
    done = reload_by_program(network)
    assert done.returncode == 1
    assert "error: pxeguard is not running: no process of it has the " \
        "configuration /etc/pxeguard" in done.stderr
    done = reload_by_program(network, f"--reload={os.getpid()}")
    assert done.returncode == 1
    assert done.stderr == \
        f"error: process {os.getpid()} is no running pxeguard\n"


LIAR = """
import os, signal, sys, time
fd = os.memfd_create("pxeguard-started")
head = sys.argv[1].encode()
os.write(fd, head + b"reload 0 0 0\\n")
def tell(*_):
    os.pwrite(fd, b"reload 1 1 1\\n\\33[31mred\\nplain\\n", len(head))
signal.signal(signal.SIGHUP, tell)
with open("/proc/self/comm", "w") as comm:
    comm.write("pxeguard")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("contained", [False, True])
def test_reload_of_one_that_lies(network, contained):
    """A terminal gets nothing of it; one of a container is not asked."""
    text = "conf-file /run/lies.conf\noptions 0\ndhcp-leasefile \n" \
        "sandbox-disable 0\npid-file \n"
    unshare = ["unshare", "--pid", "--fork"] if contained else []
    with subprocess.Popen(
            network.server.command([*unshare, sys.executable, "-c", LIAR,
                                    text]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        done = reload_by_program(network, "-C", "/run/lies.conf")
    assert done.returncode == 1
    if contained:
        assert "error: pxeguard is not running: " in done.stderr
    else:
        assert done.stderr == "\\x1b[31mred\nplain\nerror: reload failed; " \
            "keeping the running configuration\n"


def test_watchdog_and_role_that_is_down(start, manager):
    server, _ = start(WATCHDOG_USEC="600000")
    assert manager.wait("WATCHDOG")["WATCHDOG"] == "1"
    server.kill_role("tftpd")
    assert manager.wait("STATUS")["STATUS"].startswith("down: tftpd; ")
    status = manager.wait("STATUS")["STATUS"]
    assert status.startswith(STATE) and "down" not in status
    assert manager.wait("WATCHDOG")


def test_stop(start, manager):
    server, _ = start()
    os.kill(server.pid, signal.SIGTERM)
    assert manager.wait("STOPPING")["STATUS"] == "stopping"
    assert server.stop() == 0


def test_confinement_is_that_of_a_start_by_hand(start, network):
    start(WATCHDOG_USEC="60000000")
    done = network.server.run(PXEGUARD, "--confinement", "-C", CONF,
                              check=False)
    assert done.returncode == 0, done.stdout + done.stderr
