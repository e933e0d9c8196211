"""--test and --print-config: what they say, and that the start agrees."""

import os

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.daemon import PXEGUARD
from lab.dhcp_client import DhcpClient, mac_number


@pytest.fixture
def dhcp(network):
    with DhcpClient(network.client(), timeout=1.0) as client:
        yield client


# The boot file is one that boot_files has.
SERVED = CONFIG.replace("boot=pxelinux.0", "boot=file")


def check(network, text, *options, how="--test"):
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(text)
    return network.server.run(PXEGUARD, how, "-C",
                              "/run/lab-check/conf", *options, check=False)


def test_print_config(network):
    """What is printed is the same configuration, and prints as itself."""
    done = check(network, CONFIG + "# a comment\ndhcp-option=15 , \"lab\"\n",
                 "--dhcp-authoritative", how="--print-config")
    assert done.returncode == 0
    assert "the configuration is correct" in done.stderr
    lines = done.stdout.splitlines()
    assert 'dhcp-option=15,"lab"' in lines
    assert "dhcp-authoritative" in lines
    assert not [line for line in lines if "#" in line]
    again = check(network, done.stdout, how="--print-config")
    assert again.returncode == 0 and again.stdout == done.stdout


def test_print_config_prints_nothing_of_a_bad_one(network):
    done = check(network, CONFIG + "dhcp-range=2\n", how="--print-config")
    assert done.returncode == 1 and done.stdout == ""
    assert "conf:9:" in done.stderr and "1 error" in done.stderr
    done = check(network, CONFIG + 'dhcp-vendorclass=set:x,"\x01"\n',
                 how="--print-config")
    assert done.returncode == 1 and done.stdout == ""
    assert "conf:9: cannot be printed: control characters" in done.stderr


def test_print_config_of_many_lines(network):
    """More than the channel and a pipe hold at a time."""
    text = CONFIG + "".join(
        f"dhcp-host=52:54:00:00:{n >> 8:02x}:{n & 255:02x},h{n}\n"
        for n in range(20000))
    done = check(network, text, how="--print-config")
    assert done.returncode == 0
    assert done.stdout.count("\ndhcp-host=52:54:00:00:") == 20000


def test_print_config_onto_a_full_disk(network):
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(CONFIG)
    done = network.server.run(
        "sh", "-c", f"{PXEGUARD} --print-config -C /run/lab-check/conf"
        " >/dev/full", check=False)
    assert done.returncode == 1
    assert "standard output: cannot write the configuration: " in done.stderr


def test_check_of_a_good_configuration(network, boot_files):
    """It needs neither the ports nor the interface."""
    done = check(network, SERVED)
    assert done.returncode == 0
    assert "the configuration is correct (0 warnings)\n" in done.stderr
    done = check(network, SERVED.replace("br0", "br77"))
    assert done.returncode == 0
    assert "interface br77 does not exist" in done.stderr
    assert "DHCP is served on no interface" in done.stderr
    assert "the configuration is correct (2 warnings)\n" in done.stderr


def test_check_compares_ranges_with_interfaces(network, boot_files):
    """br0 has 192.168.1.1/24; none of this keeps the daemon from serving."""
    done = check(network, SERVED + "dhcp-host=52:54:00:00:00:01,10.9.0.1\n"
                 "dhcp-range=10.8.0.2,10.8.0.9,255.255.255.0\n")
    assert done.returncode == 0
    assert "warning: dhcp-host with 10.9.0.1: the address is in no network" \
        in done.stderr
    assert "dhcp-range 10.8.0.2: no interface is on its subnet; for " \
        "relayed clients only" in done.stderr
    assert "correct (1 warning)" in done.stderr
    done = check(network, SERVED + "dhcp-range=192.168.1.200,192.168.2.20\n")
    assert done.returncode == 0
    assert "warning: dhcp-range 192.168.1.200-192.168.2.20 does not fit into" \
        " the network of br0 (192.168.1.1/24)" in done.stderr


def test_check_looks_for_the_boot_files(network, boot_files):
    """As the user of imaged sees them, from its root."""
    done = check(network, CONFIG.replace("boot=pxelinux.0", "boot=/gone")
                 + "dhcp-boot=/srv/tftpboot/file\n"
                 "dhcp-boot=tag:!known,gone,server,192.168.1.99\n")
    assert done.returncode == 0
    assert "warning: dhcp-boot /gone: no such file in /srv/tftpboot; " \
        "clients that are offered it will not boot\n" in done.stderr
    assert "correct (1 warning)" in done.stderr
    (boot_files / "file").chmod(0o600)
    done = check(network, SERVED)
    assert "warning: dhcp-boot file: the file in /srv/tftpboot may not be " \
        "served; all users must be able to read it" in done.stderr
    (boot_files / "file").chmod(0o644)
    # Only the root of the role counts, not the folders above it.
    network.server.shadow("/srv/closed", mode=0o700)
    root = network.server.path("/srv/closed/root")
    root.mkdir(mode=0o755)
    (root / "file").write_bytes(b"")
    done = check(network, SERVED.replace("/srv/tftpboot", "/srv/closed/root"))
    assert "correct (0 warnings)" in done.stderr


def test_check_tells_of_the_lease_folder(network, boot_files):
    """The folder is made by the start if it is the default one."""
    missing = CONFIG + "dhcp-leasefile=/srv/nothing/leases.db\n"
    done = check(network, missing)
    assert done.returncode == 1
    assert "dhcp-leasefile /srv/nothing/leases.db: No such file" in done.stderr
    assert "on this host the daemon would not start\n" in done.stderr
    network.server.shadow("/srv/nothing")
    done = check(network, missing)
    assert done.returncode == 0
    assert f"leases would be stored in {STATE_FOLDER}" in done.stderr
    network.server.run("chown", "root:", STATE_FOLDER)
    done = check(network, CONFIG)
    assert done.returncode == 1
    assert f"install -d -o {STORE_USER}" in done.stderr
    network.server.run("umount", STATE_FOLDER)
    network.server.shadow(os.path.dirname(STATE_FOLDER))
    assert check(network, CONFIG).returncode == 0


def test_check_of_a_bad_configuration(network):
    done = check(network, CONFIG + "dhcp-rnage=1\ndhcp-range=2\n")
    assert done.returncode == 1
    assert "conf:9:" in done.stderr and "conf:10:" in done.stderr
    assert "2 errors" in done.stderr


def test_check_tells_of_a_tree_that_is_not_there(network):
    text = CONFIG.replace("/srv/tftpboot", "/srv/nothing")
    done = check(network, text)
    assert done.returncode == 1
    assert "warning: tftp-root /srv/nothing: No such file or directory; " \
        "create the folder or correct tftp-root; " \
        "on this host the daemon would not start\n" in done.stderr
    done = check(network, text + "tftp-no-fail\n")
    assert "on this host the daemon would not serve TFTP\n" in done.stderr


def test_check_tells_of_trees_that_need_namespaces(network):
    network.server.shadow("/srv/one")
    network.server.shadow("/srv/two")
    network.server.path("/srv/two/pxelinux.0").write_bytes(b"")
    text = CONFIG.replace("/srv/tftpboot", "/srv/one") \
        + "tftp-root=/srv/two,br0\n"
    done = check(network, text + "tftp-no-fail\n")
    assert "correct (0 warnings)" in done.stderr
    done = check(network, text, "--sandbox-disable=namespaces")
    assert done.returncode == 1
    assert "warning: only one tftp-root can be served without namespaces " \
        in done.stderr and "the daemon would not start\n" in done.stderr
    # One that is not here is there where the daemon starts, or is left out.
    text = text.replace("/srv/two", "/srv/nothing")
    done = check(network, text, "--sandbox-disable=namespaces")
    assert "only one tftp-root" in done.stderr
    done = check(network, text + "tftp-no-fail\n",
                 "--sandbox-disable=namespaces")
    assert "only one tftp-root" not in done.stderr


def test_check_of_a_running_server_leaves_it_alone(start_server, boot_files,
                                                   network, dhcp):
    server = start_server()
    pids = server.role_pids()
    assert check(network, CONFIG).returncode == 0
    assert server.role_pids() == pids
    assert dhcp.lease(mac_number(1)).type == "ACK"
