"""A role that was taken over is stopped at the walls, and replaced."""

import shlex

import pytest

from lab import clients, programs
from lab.boot import CONFIG
from lab.dhcp_client import DhcpClient, mac_number
from lab.process import run

WRONGS = {
    "CALL": r"SIGSYS\): it called socket \(41\), which it never needs",
    "ARGUMENT": r"SIGSYS\): it called mmap \(9\) with arguments that it "
                r"never needs",
    "SENDER": "it broke the message table: .*not for this sender to send",
    "LENGTH": "it broke the message table: .*wrong length",
    "FIELDS": "it broke the message table: ",
    "PEER": "it broke the message table towards imaged: ",
}


@pytest.fixture
def bad_server(tmp_path, start_server, network, boot_files):
    """A function that starts a server whose tftpd goes wrong."""
    def command(wrong):
        index = run(network.server.command(
            ["cat", "/sys/class/net/br0/ifindex"])).stdout.strip()
        bad = programs.build(tmp_path, "bad_role", f"-DWRONG={wrong}",
                             f"-DIFINDEX={index}")
        server = programs.copy_server(tmp_path)
        bad.replace(server.parent / "libexec/tftpd")
        return shlex.quote(str(server)) + " -k -C {config}"

    def start(wrong, **options):
        return start_server(CONFIG, command=command(wrong), **options)

    return start


@pytest.mark.parametrize("wrong", WRONGS)
def test_role_is_killed_and_restarted(bad_server, network, wrong):
    server = bad_server(wrong)
    before = server.role_pids()
    server.wait_line(rf"tftpd \(process {before['tftpd']}\) was killed.*"
                     + WRONGS[wrong])
    server.wait_line("tftpd is back as process")
    after = server.role_pids()
    for role in ("dhcpd", "leased", "imaged"):
        assert after[role] == before[role], role
    with DhcpClient(network.client()) as client:
        assert client.lease(mac_number(1)).type == "ACK"


def test_parent_gives_no_socket_that_policy_forbids(bad_server):
    server = bad_server("POLICY")
    server.wait_line(r"no socket for tftpd from 192\.168\.1\.1:0 to "
                     r"192\.168\.1\.255:2000: Permission denied")
    assert "tftpd" in server.role_pids()


def test_parent_gives_no_socket_to_a_service_of_the_host(bad_server,
                                                         network):
    """Not at the address of an interface that is not served either."""
    network.server.ip("link", "add", "inner", "type", "veth",
                      "peer", "name", "outer")
    network.server.ip("address", "add", "10.9.9.9/24", "dev", "inner")
    network.server.ip("link", "set", "inner", "up")
    server = bad_server("INSIDE")
    server.wait_line(r"no socket for tftpd from 192\.168\.1\.1:0 to "
                     r"10\.9\.9\.9:161: Permission denied")


def test_word_of_tftpd_does_not_end_dhcpd(bad_server, network):
    server = bad_server("ACCUSE")
    before = server.role_pids()
    server.wait_line("warning: tftpd says that dhcpd broke the message table: "
                     "a lie; ")
    assert server.role_pids() == before
    with DhcpClient(network.client()) as client:
        assert client.lease(mac_number(1)).type == "ACK"


def test_role_without_all_walls_is_not_used(bad_server):
    server = bad_server("WALLS", wait=False)
    assert server.process.wait_end() == 1
    assert "tftpd was killed: not all of its walls stand" in server.log()


def test_copy_of_the_server_serves(tmp_path, start_server, network,
                                   boot_files):
    """What the other tests here show is not due to the copying."""
    server = programs.copy_server(tmp_path)
    start_server(command=shlex.quote(str(server)) + " -k -C {config}")
    client = network.client()
    client.address("192.168.1.200/24")
    assert clients.tftp_fetch(client, "192.168.1.1", "file").data
