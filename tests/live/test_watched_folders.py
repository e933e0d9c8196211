"""Folders of dhcp-hostsdir and dhcp-optsdir: changes are in force at once."""

import errno
import os
import signal
import threading
import time

import pytest

from lab import programs
from lab.daemon import default_command
from lab.dhcp_client import mac_number
from lab.hung_folder import HungFolder
from lab.patience import LONG_S

TOP = "/run/pxeguard-hosts"
CONFIG = f"""\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-hostsdir={TOP}/hosts
dhcp-optsdir={TOP}/options
"""
CHANGED = r"reloading the configuration: {}/{} changed"
MAC, OTHER = mac_number(1), mac_number(2)
IN_FORCE_S = 1.0     # what a change may take


@pytest.fixture
def folder(network):
    network.server.shadow(TOP)
    path = network.server.path(TOP)
    (path / "hosts").mkdir()
    (path / "options").mkdir()
    return path


class Watched:
    """A server, and what follows a change of its folders."""

    def __init__(self, server):
        self.server, self.ready = server, 1

    def after(self, change, what="hosts"):
        """Make a change, and wait until it is in force; how long it took.

        It may take several reloads, if the change has several parts.
        """
        mark = self.server.process.mark()
        start = time.monotonic()
        change()
        self.server.wait_line(CHANGED.format(TOP, what), since=mark)
        self.server.wait_line(r"ready, configuration \d+$", since=mark)
        return time.monotonic() - start

    def since(self, mark):
        return "\n".join(self.server.process.tail(None)[mark:])


@pytest.fixture
def watched(start_server, folder):
    return Watched(start_server(CONFIG))


def offered(dhcp, mac=MAC):
    return dhcp.discover(mac).yiaddr


def test_changes_are_in_force_without_a_signal(watched, folder, dhcp):
    hosts = folder / "hosts"
    one = hosts / "one"
    assert offered(dhcp) != "192.168.1.160"
    watched.after(lambda: one.write_text(f"{MAC},192.168.1.160\n"))
    assert offered(dhcp) == "192.168.1.160"

    def rename():
        (folder / "new").write_text(f"{MAC},192.168.1.161\n")
        (folder / "new").rename(one)

    watched.after(rename)
    assert offered(dhcp) == "192.168.1.161"
    watched.after(lambda: one.rename(folder / "away"))
    assert offered(dhcp) not in ("192.168.1.160", "192.168.1.161")
    watched.after(lambda: (folder / "away").rename(one))
    assert offered(dhcp) == "192.168.1.161"
    # No file is closed by truncate(2).
    watched.after(lambda: os.truncate(one, 0))
    assert offered(dhcp) != "192.168.1.161"
    watched.after(lambda: one.write_text(f"{MAC},192.168.1.162\n"))
    assert offered(dhcp) == "192.168.1.162"
    watched.after(one.unlink)
    assert offered(dhcp) != "192.168.1.162"
    watched.after(lambda: (folder / "options" / "router").write_text(
        "option:router,192.168.1.254\n"), "options")
    assert dhcp.discover(OTHER).address(3) == "192.168.1.254"


def test_a_link_does_not_show_what_only_root_can_read(watched, folder):
    """The owner of the folder is a user; so are its links."""
    secret = folder / "secret"
    secret.write_text("root:$6$hash:19000:0:99999:7:::\n")
    secret.chmod(0o600)

    def link():
        for what in ("hosts", "options"):
            (folder / what / "link").symlink_to("../secret")
            os.chown(folder / what / "link", 65534, 65534,
                     follow_symlinks=False)

    mark = watched.server.process.mark()
    link()
    for what in ("hosts", "options"):
        watched.server.wait_line(
            f"cannot read {TOP}/{what}/link: a symbolic link to a file of "
            "another user; have root own the link", since=mark)
    assert "hash" not in watched.since(mark)


@pytest.mark.timing
def test_a_change_takes_less_than_a_second(watched, folder):
    took = [watched.after(lambda: (folder / "hosts" / "one").write_text(
        f"{MAC},192.168.1.{160 + number}\n")) for number in range(5)]
    print("in force after " + ", ".join(f"{each:.3f}" for each in took))
    assert max(took) < IN_FORCE_S


def test_a_role_that_stood_still_delays_no_change(watched, folder):
    """The pause after a reload is that of the files, not of the wait."""
    dhcpd = watched.server.wait_role("dhcpd")
    os.kill(dhcpd, signal.SIGSTOP)
    mark = watched.server.reload()
    # So long is its answer awaited; a pause of twice that would follow.
    time.sleep(2)
    os.kill(dhcpd, signal.SIGCONT)
    watched.server.wait_line(r"ready, configuration \d+$", since=mark)
    assert watched.after(lambda: (folder / "hosts" / "one").write_text(
        f"{MAC},192.168.1.160\n")) < 3


def test_a_bad_file_drops_no_other(watched, folder, dhcp):
    hosts = folder / "hosts"
    watched.after(lambda: (hosts / "good").write_text(
        f"{MAC},192.168.1.160\n"))
    mark = watched.server.process.mark()
    watched.after(lambda: (hosts / "bad").write_text(
        f"no:host,1\n{OTHER},192.168.1.161\n"))
    watched.server.wait_line("hosts/bad:1: .*the line is ignored",
                             since=mark)
    assert offered(dhcp) == "192.168.1.160"
    assert offered(dhcp, OTHER) == "192.168.1.161"
    mark = watched.server.process.mark()
    watched.after(lambda: (hosts / "bad").write_bytes(b"\0" * 100))
    assert offered(dhcp) == "192.168.1.160"
    assert "keeping the running configuration" not in watched.since(mark)


def test_a_thousand_files_at_once_are_a_few_reloads(watched, folder, dhcp):
    mark = watched.server.process.mark()

    def write():
        for number in range(1000):
            item = f"192.168.1.{200 + number}" if number < 50 else "ignore"
            (folder / "hosts" / f"{number:04}").write_text(
                f"{mac_number(number + 10)},{item}\n")

    print(f"in force after {watched.after(write):.2f} s")
    deadline = time.monotonic() + LONG_S
    while not dhcp.unanswered(dhcp.discover, mac_number(1009)):
        assert time.monotonic() < deadline
    for number in (0, 49):
        assert offered(dhcp, mac_number(number + 10)) == \
            f"192.168.1.{200 + number}"
    reloads = watched.since(mark).count("reloading the configuration")
    print(f"{reloads} reloads")
    assert reloads <= 10


def test_folders_come_and_go(watched, folder, dhcp):
    """Also with those above them, and by a link that leads elsewhere."""
    hosts = folder / "hosts"
    watched.after(lambda: (hosts / "one").write_text(
        f"{MAC},192.168.1.160\n"))
    mark = watched.server.process.mark()
    watched.after(lambda: hosts.rename(folder / "old"))
    watched.server.wait_line("cannot read the directory .*hosts", since=mark)
    assert offered(dhcp) != "192.168.1.160"
    # It is made again, empty; a file follows when it is watched.
    watched.after(hosts.mkdir)
    watched.after(lambda: (hosts / "one").write_text(
        f"{MAC},192.168.1.161\n"))
    assert offered(dhcp) == "192.168.1.161"

    def replace():
        (hosts / "one").unlink()
        hosts.rmdir()
        hosts.symlink_to("old")

    watched.after(replace)
    deadline = time.monotonic() + LONG_S
    while offered(dhcp) != "192.168.1.160":
        assert time.monotonic() < deadline
    watched.after(lambda: (folder / "old" / "one").write_text(
        f"{MAC},192.168.1.162\n"))
    assert offered(dhcp) == "192.168.1.162"


def test_a_file_that_changes_all_the_time(watched, folder, dhcp):
    """Reloads have pauses, and what else changes is in force, too."""
    hosts, done = folder / "hosts", threading.Event()

    def write():
        number = 0
        # Several times within the shortest wait for the end of changes.
        while not done.wait(0.01):
            number += 1
            (hosts / "busy").write_text(
                f"{OTHER},192.168.1.{160 + number % 20}\n")

    thread = threading.Thread(target=write)
    start, mark = time.monotonic(), watched.server.process.mark()
    thread.start()
    try:
        for number in range(3):
            (hosts / "one").write_text(f"{MAC},192.168.1.{190 + number}\n")
            deadline = time.monotonic() + LONG_S
            while offered(dhcp) != f"192.168.1.{190 + number}":
                assert time.monotonic() < deadline
    finally:
        done.set()
        thread.join()
    reloads = watched.since(mark).count("reloading the configuration")
    took = time.monotonic() - start
    print(f"{reloads} reloads in {took:.2f} s")
    assert reloads <= took / 0.5 + 1


def test_more_changes_than_the_kernel_keeps(watched, folder, dhcp):
    """The parent does not run for a while, and then reads everything."""
    hosts = folder / "hosts"
    watched.after(lambda: (hosts / "one").write_text(
        f"{MAC},192.168.1.160\n"))
    limit = int(open("/proc/sys/fs/inotify/max_queued_events",
                     encoding="ascii").read())
    mark = watched.server.process.mark()
    watched.server.process.signal(signal.SIGSTOP)
    try:
        for _ in range(limit // 4 + 1):
            (hosts / "one").rename(hosts / "two")
            (hosts / "two").rename(hosts / "one")
        (hosts / "one").write_text(f"{MAC},192.168.1.161\n")
    finally:
        watched.server.process.signal(signal.SIGCONT)
    watched.server.wait_line("too many changes in watched folders",
                             since=mark)
    watched.server.wait_line("ready, configuration", since=mark)
    assert offered(dhcp) == "192.168.1.161"


def test_sighup_and_changes_meet(watched, folder, dhcp):
    """Whichever comes first, the last state is in force in the end."""
    for number in range(10):
        (folder / "hosts" / "one").write_text(
            f"{MAC},192.168.1.{160 + number}\n")
        watched.server.reload()
        (folder / "hosts" / "two").write_text(
            f"{OTHER},192.168.1.{180 + number}\n")
    deadline = time.monotonic() + LONG_S
    while (offered(dhcp), offered(dhcp, OTHER)) != \
            ("192.168.1.169", "192.168.1.189"):
        assert time.monotonic() < deadline


def test_what_is_not_read_causes_no_reload(watched, folder):
    mark = watched.server.process.mark()
    (folder / "other").write_text("x\n")
    (folder / "hosts" / ".hidden").write_text("x\n")
    (folder / "hosts" / "below").mkdir()
    (folder / "hosts" / "below" / "file").write_text("x\n")
    # The events come in their order, so this one is the first that counts.
    watched.after(lambda: (folder / "options" / "one").write_text("3\n"),
                  "options")
    assert "hosts changed" not in watched.since(mark)
    assert "other folders" not in watched.since(mark)


def test_folders_that_change_with_the_configuration(watched, folder, dhcp):
    """A reload watches what it names, and nothing else any more."""
    (folder / "more").mkdir()
    mark = watched.server.reload(
        CONFIG.replace(f"hostsdir={TOP}/hosts", f"hostsfile={TOP}/more"))
    watched.server.wait_line("ready, configuration 2$", since=mark)
    mark = watched.server.process.mark()
    (folder / "hosts" / "one").write_text(f"{MAC},192.168.1.160\n")
    watched.after(lambda: (folder / "more" / "one").write_text(
        f"{MAC},192.168.1.161\n"), "more")
    assert offered(dhcp) == "192.168.1.161"
    assert "hosts changed" not in watched.since(mark)
    # A configuration that is rejected changes nothing.
    mark = watched.server.reload("nonsense=1\n")
    watched.server.wait_line("keeping the running configuration", since=mark)
    watched.server.configure(CONFIG)
    watched.after(lambda: (folder / "more" / "one").unlink(), "more")


@pytest.mark.parametrize("call, error, advice", [
    ("inotify_init1", errno.EMFILE, "fs.inotify.max_user_instances"),
    ("inotify_add_watch", errno.ENOSPC, "fs.inotify.max_user_watches"),
    ("inotify_add_watch", errno.EACCES, "Permission denied"),
])
def test_folders_that_cannot_be_watched(call, error, advice, start_server,
                                        folder, dhcp, tmp_path):
    """The log says why and what to do, once; SIGHUP reads them."""
    deny = programs.build(tmp_path, "deny")
    server = start_server(
        CONFIG, command=f"{deny} {call}={error} {default_command()}")
    server.wait_line(f"is not watched: .*{advice}.*by SIGHUP")
    for number in (2, 3):
        (folder / "hosts" / "one").write_text(
            f"{MAC},192.168.1.{160 + number}\n")
        mark = server.reload()
        server.wait_line(f"ready, configuration {number}$", since=mark)
        assert offered(dhcp) == f"192.168.1.{160 + number}"
    assert server.log().count("is not watched") == 1


def test_a_file_server_that_is_away(start_server, folder, network, dhcp):
    """A change is not in force, nobody waits, and a later one is."""
    watched = Watched(start_server(CONFIG))
    hosts = folder / "hosts"
    with HungFolder(network.server, f"{TOP}/options"):
        mark = watched.server.process.mark()
        (hosts / "one").write_text(f"{MAC},192.168.1.160\n")
        watched.server.wait_line("hosts changed", since=mark)
        assert dhcp.lease(OTHER).type == "ACK"
        watched.server.wait_line("keeping the running configuration|ready",
                                 since=mark)
        assert dhcp.lease(OTHER).type == "ACK"
    mark = watched.server.process.mark()
    (hosts / "one").write_text(f"{MAC},192.168.1.161\n")
    deadline = time.monotonic() + LONG_S
    while offered(dhcp) != "192.168.1.161":
        assert time.monotonic() < deadline
