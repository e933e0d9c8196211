"""Starts: good ones, and bad ones that say what is wrong and leave nothing."""

import os
import re
import signal
import socket

import pytest

from lab import clients, proc
from lab.boot import CONFIG
from lab.background import in_background, outer_pid
from lab.daemon import PXEGUARD, REPOSITORY, default_command
from lab.dhcp_client import DhcpClient, mac_number
from lab.namespaces import SERVER_ADDRESS
from lab.process import run

CONFIG_PATH = "/run/pxeguard-lab/pxeguard.conf"


def test_main_configuration_is_accepted_with_its_warning(
        start_server, boot_files):
    server = start_server(CONFIG)
    server.wait_line(r"warning: .*conf:\d+: dhcp-host 9e:42:87:f7:29:92 pc: "
                     r"192\.168\.1\.1 is an address of this host")
    server.wait_line(r"DHCP on br0, as 192\.168\.1\.1")
    server.wait_line(r"TFTP on br0, at 192\.168\.1\.1, from /srv/tftpboot")
    server.wait_line("192.168.1.50 -- 192.168.1.150, lease time 8h")
    assert "error" not in server.log()


def test_owner_of_the_reserved_own_address_gets_another(start_server,
                                                        boot_files, dhcp):
    start_server(CONFIG)
    ack = dhcp.lease("9e:42:87:f7:29:92")
    assert ack.type == "ACK" and ack.yiaddr != SERVER_ADDRESS


def test_missing_tree(start_fails):
    log = start_fails(CONFIG.replace("/srv/tftpboot", "/srv/nothing"))
    assert ": tftp-root /srv/nothing: No such file or directory; " in log
    assert "tftp-no-fail" in log


def test_tree_that_is_a_file(start_fails, boot_files):
    log = start_fails(CONFIG.replace("/srv/tftpboot", "/srv/tftpboot/file"))
    assert ": tftp-root /srv/tftpboot/file: Not a directory" in log


def test_tree_that_nobody_may_search(start_fails, boot_files):
    boot_files.chmod(0o700)
    log = start_fails()
    assert "tftp-root /srv/tftpboot (mode 0700" in log and "chmod" in log


def test_missing_tree_may_be_given_up(start_server, dhcp):
    server = start_server(CONFIG.replace("/srv/tftpboot", "/srv/nothing")
                          + "tftp-no-fail\n")
    server.wait_line("/srv/nothing: .*TFTP is not served")
    assert dhcp.lease(mac_number(1)).type == "ACK"
    assert server.role_pids().keys() == {"dhcpd", "leased"}


@pytest.mark.parametrize("port, name", [(67, "DHCP"), (69, "TFTP")])
def test_port_in_use(start_fails, boot_files, network, port, name):
    with network.server.udp_socket(port=port):
        log = start_fails()
    assert re.search(f"error: {name} port {port} on (br0|lo): in use by "
                     rf"process {os.getpid()} \([^)]+\); stop it\n", log)


def test_port_in_use_by_a_process_that_cannot_be_found(
        start_fails, boot_files, network):
    """As in a container: /proc shows other processes."""
    with network.server.udp_socket(port=67):
        log = start_fails(
            command=f"unshare --pid --fork --kill-child {default_command()}")
    assert "error: DHCP port 67 on br0: in use by another server; find it " \
        "with 'ss -lunp' and stop it\n" in log


def test_port_in_use_at_a_reload(start_server, boot_files, network):
    """The parent may not look at the descriptors of others by then."""
    server = start_server()
    network.server.ip("link", "add", "br7", "type", "bridge")
    network.server.ip("link", "set", "br7", "up")
    network.server.ip("address", "add", "192.168.7.1/24", "dev", "br7")
    with network.server.call(socket.socket, socket.AF_INET,
                             socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"br7")
        other.bind(("", 67))
        mark = server.reload(CONFIG + "interface=br7\n")
        server.wait_line("error: DHCP port 67 on br7: in use by another "
                         "server; find it with 'ss -lunp'", since=mark)
        server.wait_line("reload failed; keeping the running", since=mark)
    mark = server.reload()
    server.wait_line("ready, configuration", since=mark)


@pytest.mark.parametrize("role", ["confd", "imaged"])
def test_missing_user(start_fails, boot_files, network, role):
    network.server.shadow("/run/lab-passwd")
    private = network.server.path("/run/lab-passwd/passwd")
    with open("/etc/passwd", encoding="utf-8") as users:
        private.write_text("".join(
            row for row in users if not row.startswith(f"pxeguard-{role}:")))
    network.server.bind("/run/lab-passwd/passwd", "/etc/passwd")
    log = start_fails()
    assert f"user pxeguard-{role} is missing" in log
    assert "make setup" in log and "useradd" in log


def test_two_roles_with_one_uid(start_fails, boot_files, network):
    network.server.shadow("/run/lab-passwd")
    private = network.server.path("/run/lab-passwd/passwd")
    with open("/etc/passwd", encoding="utf-8") as users:
        rows = [row.split(":") for row in users]
    uid = next(row[2] for row in rows if row[0] == "pxeguard-imaged")
    for row in rows:
        if row[0] == "pxeguard-tftpd":
            row[2] = uid
    private.write_text("".join(":".join(row) for row in rows))
    network.server.bind("/run/lab-passwd/passwd", "/etc/passwd")
    log = start_fails()
    assert (f"users pxeguard-tftpd and pxeguard-imaged share uid {uid}; "
            "change one") in log


def test_start_by_another_user_than_root(start_fails, boot_files, tmp_path):
    log = start_fails(command="setpriv --reuid=65534 --clear-groups "
                      + default_command())
    assert "must be started as root" in log


def test_all_errors_are_told_at_once(start_fails, boot_files):
    log = start_fails("interface=br0\n"
                      "dhcp-rnage=192.168.1.50,192.168.1.150\n"
                      "dhcp-range=192.168.1.50,192.168.1.400\n"
                      "tftp-root\n")
    assert f"error: {CONFIG_PATH}:2: " in log and "dhcp-range" in log
    assert f"error: {CONFIG_PATH}:3: " in log and "192.168.1.400" in log
    assert f"error: {CONFIG_PATH}:4: " in log
    assert "the configuration has 3 errors" in log


def test_unknown_directive_is_told_with_a_suggestion(start_fails):
    log = start_fails("dhcp-rnage=192.168.1.50,192.168.1.150\n")
    row = next(x for x in log.splitlines() if f"{CONFIG_PATH}:1:" in x)
    assert "dhcp-rnage" in row and "dhcp-range" in row


def test_missing_configuration(start_fails):
    log = start_fails(command=f"{PXEGUARD} -k -C /run/no-such.conf")
    assert "/run/no-such.conf: No such file or directory" in log
    assert "-C" in log


@pytest.mark.parametrize("path, what", [
    ("/run", "a directory, not a regular file"),
    ("/dev/zero", "a device, not a regular file"),
    ("/run/lab-files/fifo", "a FIFO, not a regular file"),
    ("/proc/self/environ", "part of the proc file system"),
    ("/sys/kernel/uevent_seqnum", "part of the sysfs file system")])
def test_configuration_that_is_no_stored_file(start_fails, network, path,
                                              what):
    network.server.shadow("/run/lab-files")
    os.mkfifo(network.server.path("/run/lab-files/fifo"))
    log = start_fails(command=f"{PXEGUARD} -k -C {path}")
    assert f"error: {path}: {what}; specify a configuration file" in log
    log = start_fails(f"conf-file={path}\n" + CONFIG)
    assert f"cannot read {path}: {what}" in log


def test_directories_of_the_kernel_hold_no_configuration(start_fails):
    log = start_fails("conf-dir=/proc/sys/kernel\n" + CONFIG)
    assert "cannot read the directory /proc/sys/kernel: " \
        "part of the proc file system" in log


def test_a_conf_dir_skips_what_is_no_regular_file(start_server, network,
                                                  boot_files):
    network.server.shadow("/run/lab-files")
    folder = network.server.path("/run/lab-files")
    os.mkfifo(folder / "a-fifo")
    (folder / "b-device").symlink_to("/dev/zero")
    (folder / "c-file").write_text("dhcp-option=3,192.168.1.9\n")
    server = start_server("conf-dir=/run/lab-files\n" + CONFIG)
    with DhcpClient(network.client(), timeout=1.0) as dhcp:
        ack = dhcp.lease(mac_number(1))
        assert ack.addresses(3) == ["192.168.1.9"]
    assert "error" not in server.log()


@pytest.mark.parametrize("words, says", [
    (["--nonsense"], "nonsense"), (["-Y"], "-Y"), (["word"], "word"),
    (["-C"], "-C"), (["-k", "--dhcp-rnage=1"], "dhcp-range"),
    (["--tets"], "pxeguard: --tets: unknown option; did you mean --test?; ")])
def test_bad_command_line(network, words, says):
    done = network.server.run(PXEGUARD, *words, check=False)
    assert done.returncode == 1 and says in done.stderr


def test_no_directive_resembles_an_option():
    """Or it would be refused on the command line."""
    rows = (REPOSITORY / "confd/directive.c").read_text()
    names = re.findall(r'^\t[A-Z_]+\("([a-z0-9-]+)"', rows, re.MULTILINE)
    assert len(names) > 50
    # Options that have values of their own, or none.
    for name in ("test", "keep-in-foreground", "no-daemon", "help", "version"):
        names.remove(name)
    for name in names:
        done = run([PXEGUARD, f"--{name}=1", "--help"], check=False)
        assert done.returncode == 0, name + done.stderr


def test_version_and_help(network):
    for word in ("--version", "-v"):
        done = run([PXEGUARD, word])
        first, features, *libraries = done.stdout.splitlines()
        assert re.fullmatch(r"pxeguard \d+\.\d+\.\d+\S*", first)
        assert features == "features: DHCP, TFTP, HTTP, HTTPS, " \
            "verify-images, capture files"
        assert [line.split()[0] for line in libraries] == [
            "libevent", "libseccomp", "libcap-ng", "sqlite", "libsodium",
            "nettle", "libmicrohttpd", "gnutls", "libpcap"]
        for line in libraries:
            assert re.fullmatch(r"[a-z-]+( \d\S*)? "
                                r"\(compiled with \d+\.\d\S*\)", line)
        assert not done.stderr
    for word in ("--help", "-h"):
        done = run([PXEGUARD, word])
        assert "--test" in done.stdout and "-C" in done.stdout


def test_directives_on_the_command_line(start_server, boot_files, dhcp):
    """With no file at all, in the forms that dnsmasq takes."""
    server = start_server(command=(
        f"{PXEGUARD} -d --interface br0 --dhcp-boot=file "
        "--dhcp-range=192.168.1.50,192.168.1.60,1h --enable-tftp "
        "--tftp-root /srv/tftpboot"))
    ack = dhcp.lease(mac_number(1))
    assert ack.type == "ACK"
    assert 50 <= int(ack.yiaddr.rpartition(".")[2]) <= 60
    server.wait_line("started as process")  # a message for debugging


def test_command_line_and_file_are_added(start_server, boot_files, dhcp):
    mac = mac_number(7)
    start_server(command=default_command()
                 + f" -G {mac},192.168.1.99 --dhcp-boot=other")
    assert dhcp.lease(mac).yiaddr == "192.168.1.99"


def test_no_debugging_messages_without_d(start_server, boot_files):
    assert "started as process" not in start_server().log()


def test_interface_that_appears_later_is_served(start_server, boot_files,
                                                network):
    server = start_server(CONFIG.replace("br0", "br1").replace("168.1.",
                                                               "168.2."))
    server.wait_line("warning: .*conf:1: interface br1 does not exist")
    pids = server.role_pids()
    client = network.client()
    network.server.ip("link", "add", "br1", "type", "bridge",
                      "forward_delay", "0")
    network.server.ip("link", "set", "port0", "master", "br1")
    network.server.ip("link", "set", "br1", "up")
    network.server.ip("address", "add", "192.168.2.1/24", "dev", "br1")
    server.wait_line(r"DHCP on br1, as 192\.168\.2\.1")
    with DhcpClient(client, server="192.168.2.1") as dhcp:
        assert dhcp.lease(mac_number(1)).type == "ACK"
        mark = server.process.mark()
        network.server.ip("link", "del", "br1")
        server.wait_line("interface br1 does not exist", since=mark)
        server.wait_line("ready, configuration 3", since=mark)
    assert server.role_pids() == pids


def test_caller_of_the_daemon_returns_when_it_serves(network, boot_files,
                                                     dhcp):
    config = CONFIG + "pid-file=/run/lab-daemon/pid\n"
    with in_background(network, config) as shell:
        assert shell.wait_line(r"status (\d+)")[1] == "0"
        assert dhcp.lease(mac_number(1)).type == "ACK"
        pid_file = network.server.path("/run/lab-daemon/pid")
        pid = outer_pid(shell, pid_file.read_text().strip())
        assert os.readlink(f"/proc/{pid}/exe") == str(PXEGUARD)
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        for number in range(3):
            assert os.readlink(f"/proc/{pid}/fd/{number}") == "/dev/null"
        roles = proc.descendants(pid)
        assert len(roles) == 4
        os.kill(pid, signal.SIGTERM)
        proc.wait_gone([pid, *roles])
        assert not pid_file.exists()


def test_caller_of_the_daemon_is_told_of_a_failure(network, boot_files):
    with in_background(network, CONFIG + "dhcp-rnage=1\n") as shell:
        assert shell.wait_line(r"status (\d+)")[1] == "1"
        assert "dhcp-rnage" in shell.text()
        assert len(proc.descendants(shell.pid)) <= 2    # the shell itself


def test_a_second_server_does_not_start(start_server, start_fails,
                                        boot_files, network):
    """Nor does it harm the first."""
    first = start_server()
    assert f": in use by process {first.pid} (pxeguard); stop that pxeguard," \
        f" or reload it with 'pxeguard --reload={first.pid}'\n" in start_fails()
    assert clients.udhcpc(network.client()).ok
    assert len(first.role_pids()) == 4


def test_folder_of_leases_that_cannot_be_made(start_fails, boot_files,
                                              network):
    """The reason stands in the log, not only what it leads to."""
    network.server.shadow("/var/lib")
    network.server.run("mount", "-o", "remount,ro", "/var/lib")
    assert "cannot create /var/lib/pxeguard for the leases: Read-only file " \
        "system" in start_fails()
