"""The pid file: other files stay, and ours goes when the daemon ends."""

import pytest

from lab.boot import CONFIG

PATH = "/run/lab-pid/pid"
NAMED = CONFIG + f"pid-file={PATH}\n"


@pytest.fixture
def pid_file(network):
    network.server.shadow("/run/lab-pid")
    return network.server.path(PATH)


def test_written_for_its_life_and_removed(start_server, boot_files, pid_file):
    """After the start the parent may no longer write where it likes."""
    pid_file.write_text("2147483647\n")     # left by one that was killed
    server = start_server(NAMED)
    assert pid_file.read_text() == f"{server.pid}\n"
    server.reload()
    server.wait_line("ready, configuration 2")
    assert pid_file.read_text() == f"{server.pid}\n"
    assert server.stop() == 0
    assert not pid_file.exists()
    assert "pid-file" not in server.log()


def test_file_of_others_ends_the_start_before_any_role(start_fails,
                                                       boot_files, pid_file):
    pid_file.write_text("not a number\n")
    log = start_fails(NAMED)
    assert f":9: pid-file {PATH}: not written by pxeguard; use another " \
        "file, or remove this one" in log
    assert "dhcpd" not in log and "tftpd" not in log
    assert pid_file.read_text() == "not a number\n"


def test_file_of_a_server_that_runs(start_server, start_fails, boot_files,
                                    pid_file):
    first = start_server(NAMED)
    text = pid_file.read_text()
    log = start_fails("interface=none0\nenable-tftp=none0\n"
                      f"tftp-root=/srv/tftpboot\npid-file={PATH}\n",
                      config_path="/run/lab-second/conf")
    assert f":4: pid-file {PATH}: in use by process {first.pid} " \
        "(pxeguard); stop that pxeguard, reload it with 'pxeguard --reload=" \
        f"{first.pid}', or use another file\n" in log
    assert pid_file.read_text() == text


def test_no_link_is_followed(start_fails, boot_files, pid_file):
    target = pid_file.with_name("target")
    target.write_text("")
    pid_file.symlink_to("target")
    assert f"pid-file {PATH}: a symbolic link" in start_fails(NAMED)
    assert target.read_text() == ""


def test_missing_directory(start_fails, boot_files):
    log = start_fails(CONFIG + "pid-file=/run/no-such-directory/pid\n")
    assert "pid-file /run/no-such-directory/pid: No such file" in log


def test_a_start_that_fails_later_leaves_none(start_fails, boot_files,
                                              pid_file):
    boot_files.chmod(0o700)
    start_fails(NAMED)
    assert not pid_file.exists()


def test_change_needs_a_restart(start_server, boot_files, pid_file):
    server = start_server(NAMED)
    other = pid_file.with_name("other")
    mark = server.reload(CONFIG + "pid-file=/run/lab-pid/other\n")
    server.wait_line("ready, configuration 2", since=mark)
    server.wait_line("warning: .*:9: pid-file: a change requires a restart; "
                     f"still using {PATH}", since=mark)
    assert pid_file.read_text() == f"{server.pid}\n"
    assert not other.exists()
    assert server.stop() == 0
    assert not pid_file.exists()


def test_file_that_others_have_replaced_stays(start_server, boot_files,
                                              pid_file):
    server = start_server(NAMED)
    pid_file.write_text("4711\n")
    assert server.stop() == 0
    assert pid_file.read_text() == "4711\n"
    assert f"pid-file {PATH}: no longer ours; not removed" in server.log()
