"""The sizes of large sites, under the real sandbox.

Every process is given what a large site gives it, and then everything is done
that makes it read all of that again: a reload, and the death of each role.  A
system call that only a large configuration leads to ends a process here.
"""

import contextlib

import pytest

from lab import clients, packets
from lab.boot import STATE_FOLDER, STORE_USER
from lab.dhcp_client import DhcpClient, mac_number
from lab.lease_file import lease_row, make_database, number
from lab.namespaces import SERVER_ADDRESS, Client
from lab.scale import Trial, host_address, reserved

HEAD = """\
interface=br0
dhcp-range=10.0.0.0,static,255.0.0.0
dhcp-lease-max=200000
dhcp-boot=file
enable-tftp
tftp-root=/srv/tftpboot
"""
HOSTS = 20000
TAGS = 2000
LINES = 2000
FILES = 500
INTERFACES = 64
LEASES = 100000
FOLDER = 10000
CLIENTS = 1000


@pytest.fixture
def site(network):
    """The server's network has the reserved addresses as well."""
    network.server.ip("address", "add", "10.0.0.1/8", "brd", "+",
                      "dev", "br0")
    return network


@pytest.fixture
def content(boot_files):
    """What the file of all tests holds, by name."""
    return {"file": (boot_files / "file").read_bytes()}


def some(count):
    """A few of so many: the ends, and between."""
    return (0, count // 3, count - 1)


def host(number, more=""):
    return (f"dhcp-host={mac_number(number)},{host_address(number)}"
            f",host{number}{more}")


def judges(count):
    return {mac_number(n): reserved(host_address(n)) for n in some(count)}


def router_is(address, router, file="file"):
    """A judge: this address, with this router and boot file."""
    def judge(ack):
        assert ack.yiaddr == address
        assert ack.options[packets.OPT_ROUTER] == packets.ip_bytes(router)
        assert ack.boot_file == file
    return judge


def test_hosts(start_server, site, content):
    config = HEAD + "\n".join(map(host, range(HOSTS)))
    server = start_server(config)
    Trial(server, site, judges(HOSTS), content).run()


def test_tags(start_server, site, content):
    """Each machine has a tag of its own, with an option and a boot file."""
    config = HEAD + "\n".join(
        host(n, f",set:t{n}") + f"\ndhcp-option=tag:t{n},3,10.9.{n >> 8}."
        f"{n & 255}\ndhcp-boot=tag:t{n},file{n}\n"
        f"tag-if=set:all,tag:t{n}" for n in range(TAGS))
    server = start_server(config)
    expect = {mac_number(n): router_is(host_address(n),
                                     f"10.9.{n >> 8}.{n & 255}", f"file{n}")
              for n in some(TAGS)}
    Trial(server, site, expect, content).run()


def test_options(start_server, site, content):
    """The last of many lines without tags is the one that counts."""
    config = HEAD + host(0) + "\n" + "\n".join(
        f"dhcp-option=3,10.9.{n >> 8}.{n & 255}" for n in range(LINES))
    last = LINES - 1
    server = start_server(config)
    expect = {mac_number(0): router_is(host_address(0),
                                     f"10.9.{last >> 8}.{last & 255}")}
    Trial(server, site, expect, content).run()


def test_files_of_a_folder(start_server, site, content):
    folder = "/run/pxeguard-lab"
    site.server.shadow(folder)
    (site.server.path(folder) / "d").mkdir()
    for n in range(FILES):
        (site.server.path(folder) / f"d/{n}.conf").write_text(host(n) + "\n")
        # Those that are not read are listed as well.
        (site.server.path(folder) / f"d/{n}.conf~").write_text("wrong\n")
    server = start_server(HEAD + f"conf-dir={folder}/d,*.conf\n")
    Trial(server, site, judges(FILES), content).run()


@contextlib.contextmanager
def client_of(network, bridge, address):
    """A client that is plugged into another bridge than br0."""
    client = Client(f"client of {bridge}")
    try:
        network.server.ip("link", "add", f"p{bridge}", "type", "veth",
                          "peer", "name", "eth0", "netns", str(client.pid))
        network.server.ip("link", "set", f"p{bridge}", "master", bridge,
                          "up")
        client.ip("link", "set", "eth0", "up")
        client.address(address)
        yield client
    finally:
        client.close()


def test_interfaces(start_server, site, content):
    """The last of many serves as the first does."""
    lines = []
    for n in range(1, INTERFACES):
        lines += [f"link add br{n} type bridge forward_delay 0",
                  f"address add 172.16.{n}.1/24 brd + dev br{n}",
                  f"address add fd00:{n}::1/64 nodad dev br{n}",
                  f"link set br{n} up"]
    site.server.write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0")
    batch = site.server.path("/run/batch")
    batch.write_text("\n".join(lines))
    site.server.ip("-batch", "/run/batch")
    batch.unlink()
    config = HEAD.replace("interface=br0", "interface=br*") + host(0) + "\n"
    config += "\n".join(f"dhcp-range=172.16.{n}.50,172.16.{n}.150"
                        for n in range(1, INTERFACES))
    server = start_server(config)
    last = INTERFACES - 1

    with client_of(site, f"br{last}", f"172.16.{last}.9/24") as other:
        def fetch(reader, name, want):
            for who, address in ((reader, SERVER_ADDRESS),
                                 (other, f"172.16.{last}.1")):
                reply = clients.tftp_fetch(who, address, name, tries=30)
                assert reply.data == want, (name, address, reply.error)
            with DhcpClient(other, f"172.16.{last}.1", timeout=1.0,
                            tries=30) as dhcp:
                offer = dhcp.discover(mac_number(77))
                assert offer.yiaddr.startswith(f"172.16.{last}.")

        Trial(server, site, judges(1), content, fetch).run()


def test_leases(start_server, site, content):
    """Half of them have expired; each client gets its address still."""
    rows = [lease_row(number(host_address(n)), n,
                      expires_in=-600 - n % 1000 if n % 2 else 86400)
            for n in range(LEASES)]
    store = site.server.path(STATE_FOLDER) / "leases.db"
    store.write_bytes(make_database(rows))
    site.server.run("chown", f"{STORE_USER}:", f"{STATE_FOLDER}/leases.db")
    server = start_server(
        HEAD.replace("10.0.0.0,static", "10.1.0.0,10.9.255.255"))
    server.wait_line(f"{LEASES} leases read from the store")
    numbers = (0, 1, LEASES // 2, LEASES // 2 + 1, LEASES - 1)
    expect = {mac_number(n): reserved(host_address(n)) for n in numbers}
    Trial(server, site, expect, content).run()


def test_files_of_a_root(start_server, site, boot_files, content):
    for n in range(FOLDER):
        (boot_files / f"file{n}").write_bytes(b"%d" % n)
    wanted = {**content, **{f"file{n}": b"%d" % n for n in some(FOLDER)}}
    server = start_server(HEAD + host(0))

    def fetch(reader, name, want):
        reply = clients.tftp_fetch(reader, SERVER_ADDRESS, name, tries=30)
        assert reply.data == want, (name, reply.error)
        missing = clients.tftp_fetch(reader, SERVER_ADDRESS, name.upper(),
                                     tries=30)
        assert missing.error[0] == 1

    Trial(server, site, judges(1), wanted, fetch).run()


def test_tftp_clients(start_server, site, content):
    """The last of many lines is that of the client."""
    lines = [f"tftp-client={mac_number(n)},blksize=512"
             for n in range(CLIENTS // 2)]
    lines += [f"tftp-client=10.1.{n >> 8}.{n & 255},windowsize=no"
              for n in range(CLIENTS // 2 - 1)]
    lines.append("tftp-client=192.168.1.200,blksize=600")
    server = start_server(HEAD + host(0) + "\n" + "\n".join(lines))

    def fetch(reader, name, want):
        reply = clients.tftp_fetch(reader, SERVER_ADDRESS, name,
                                   options={"blksize": 1400}, tries=30)
        assert reply.data == want, (name, reply.error)
        assert reply.options["blksize"] == "600"

    Trial(server, site, judges(1), content, fetch).run()
