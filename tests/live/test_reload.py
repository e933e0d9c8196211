"""SIGHUP: a new configuration takes effect as a whole, or not at all."""

import os
import queue
import signal
import threading
import time

import pytest

from lab import clients, proc
from lab.boot import CONFIG, STATE_FOLDER, WIDE_CONFIG
from lab.daemon import default_command
from lab.dhcp_client import mac_number
from lab.leases import check_renewals, check_single
from lab.load import Load
from lab.namespaces import SERVER_ADDRESS
from lab.patience import LONG_S, wait_until

OTHER = CONFIG.replace("192.168.1.50,192.168.1.150",
                       "192.168.1.160,192.168.1.190") \
    .replace("dhcp-boot=pxelinux.0", "dhcp-boot=grub.efi")
KEPT = "keeping the running configuration"


def last(address):
    return int(address.rpartition(".")[2])


def reloaded(server, config, generation):
    mark = server.reload(config)
    server.wait_line(f"ready, configuration {generation}$", since=mark)


def test_new_range_and_boot_file(start_server, boot_files, dhcp):
    server = start_server()
    pids = server.role_pids()
    first = dhcp.lease(mac_number(1))
    assert 50 <= last(first.yiaddr) <= 150
    assert first.boot_file == "pxelinux.0"
    reloaded(server, OTHER, 2)
    second = dhcp.lease(mac_number(2))
    assert 160 <= last(second.yiaddr) <= 190
    assert second.boot_file == "grub.efi"
    assert server.role_pids() == pids


def test_no_lease_is_lost_by_a_wider_range(start_server, boot_files, dhcp):
    server = start_server()
    held = {mac: ack.yiaddr for mac, ack in
            dhcp.lease_many(map(mac_number, range(50))).items()}
    reloaded(server, CONFIG.replace(".150,", ".190,"), 2)
    check_renewals(dhcp, held)
    later = dhcp.lease_many(map(mac_number, range(100, 150)))
    held.update({mac: ack.yiaddr for mac, ack in later.items()})
    assert len(held) == 100
    check_single(held)


def slow_fetch(namespace, got):
    """Fetch a file a block at a time, some milliseconds apart."""
    reply = clients.tftp_fetch(_Slow(namespace), SERVER_ADDRESS, "file",
                               timeout=1.0)
    got.put(reply)


class _Slow:
    """A namespace whose sockets take their time with each packet."""

    def __init__(self, namespace):
        self._namespace = namespace

    def udp_socket(self, *args, **kwargs):
        return _SlowSocket(self._namespace.udp_socket(*args, **kwargs))


class _SlowSocket:
    def __init__(self, sock):
        self._sock = sock

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._sock.close()

    def sendto(self, packet, to):
        time.sleep(0.015)
        return self._sock.sendto(packet, to)

    def recvfrom(self, size):
        return self._sock.recvfrom(size)


@pytest.fixture
def running_fetch(reader):
    """A function that starts a fetch of some 1.5 s; ask it for the reply."""
    got = queue.Queue()
    thread = threading.Thread(target=slow_fetch, args=(reader, got))

    def start():
        thread.start()
        time.sleep(0.3)
        assert thread.is_alive()
        return lambda: got.get(timeout=LONG_S)

    yield start
    if thread.ident is not None:
        thread.join(30)


@pytest.mark.timing
@pytest.mark.parametrize("change", [
    ("pxelinux.0", "grub.efi"), ("/srv/tftpboot", "/srv/other")])
def test_running_transfer_is_finished(start_server, boot_files, network,
                                      running_fetch, change):
    """Under the old configuration, also when the tree is another one."""
    network.server.shadow("/srv/other")
    server = start_server()
    want = (boot_files / "file").read_bytes()
    fetched = running_fetch()
    reloaded(server, CONFIG.replace(*change), 2)
    reply = fetched()
    assert reply.data == want and reply.repeats == 0


def test_new_tree(start_server, boot_files, network, reader):
    network.server.shadow("/srv/other")
    (network.server.path("/srv/other") / "new").write_bytes(b"new")
    server = start_server()
    before = server.role_pids()
    reloaded(server, CONFIG.replace("/srv/tftpboot", "/srv/other"), 2)
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "new").data == b"new"
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").error[0] == 1
    proc.wait_gone([before["imaged"]])
    after = server.role_pids()
    assert {x for x in after if after[x] != before[x]} == {"imaged"}
    reloaded(server, CONFIG, 3)
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data


@pytest.mark.parametrize("config, says", [
    (OTHER + "dhcp-rnage=1\ntftp-rot=/x\n", [":9: ", ":10: ",
                                             "has 2 errors"]),
    (OTHER.replace("/srv/tftpboot", "/srv/nothing"),
     ["tftp-root /srv/nothing: No such file"]),
    (OTHER + "dhcp-leasefile=/var/lib/pxeguard/other.db\n",
     ["dhcp-leasefile cannot change from /var/lib/pxeguard/leases.db to"])])
def test_error_changes_nothing(start_server, boot_files, dhcp, reader,
                               config, says):
    server = start_server()
    pids = server.role_pids()
    mark = server.reload(config)
    server.wait_line(KEPT, since=mark)
    told = "\n".join(server.process.tail(None)[mark:])
    assert [word for word in says if word not in told] == []
    ack = dhcp.lease(mac_number(1))
    assert 50 <= last(ack.yiaddr) <= 150
    assert ack.boot_file == "pxelinux.0"
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data
    assert server.role_pids() == pids
    reloaded(server, OTHER, 3)
    assert 160 <= last(dhcp.lease(mac_number(2)).yiaddr) <= 190


def test_empty_file_does_not_end_the_service(start_server, boot_files, dhcp):
    """An editor on a full disk leaves such a file."""
    server = start_server()
    mark = server.reload("# nothing\n")
    server.wait_line("error: .* would end all service", since=mark)
    server.wait_line(KEPT, since=mark)
    assert dhcp.lease(mac_number(1)).type == "ACK"
    reloaded(server, OTHER, 3)


def test_empty_file_is_allowed(start_server, boot_files):
    server = start_server(command=default_command() + " --allow-empty")
    before = server.role_pids()
    reloaded(server, "", 2)
    proc.wait_gone(before.values())
    reloaded(server, CONFIG, 3)


def test_service_is_switched_off_and_on(start_server, boot_files, dhcp,
                                        reader):
    server = start_server()
    before = server.role_pids()
    dhcp_alone = CONFIG.replace("enable-tftp\n", "")
    reloaded(server, dhcp_alone, 2)
    proc.wait_gone([before["tftpd"], before["imaged"]])
    assert server.role_pids().keys() == {"dhcpd", "leased"}
    assert dhcp.lease(mac_number(1)).type == "ACK"
    reply = clients.tftp_fetch(reader, SERVER_ADDRESS, "file", timeout=0.2,
                               tries=2)
    assert reply.data is None
    reloaded(server, CONFIG, 3)
    assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data


def test_dhcp_is_enabled_without_a_state_folder(start_server, boot_files,
                                                network, dhcp):
    """The folder of leases is made while the parent may still do that."""
    network.server.run("umount", STATE_FOLDER)
    network.server.shadow(os.path.dirname(STATE_FOLDER))
    server = start_server("interface=br0\nenable-tftp\n"
                          "tftp-root=/srv/tftpboot\n")
    reloaded(server, CONFIG, 2)
    assert dhcp.lease(mac_number(1)).type == "ACK"


def test_reload_logs_what_changed(start_server, boot_files):
    server = start_server()
    for config, said in ((CONFIG, "no change"),
                         (CONFIG + "dhcp-host=52:54:00:00:00:01,ignore\n",
                          "dhcp-host: 1 added"),
                         (CONFIG, "dhcp-host: 1 removed")):
        mark = server.reload(config)
        server.wait_line(f"pxeguard: configuration: {said}$", since=mark)


def test_reload_during_a_reload(start_server, boot_files, dhcp):
    """The last one asked for is in force in the end."""
    server = start_server()
    pids = server.role_pids()
    mark = server.process.mark()
    for config in (OTHER, CONFIG, OTHER):
        server.reload(config)
    server.wait_line(r"ready, configuration \d", since=mark)
    deadline = time.monotonic() + LONG_S
    number = 1
    while last(dhcp.lease(mac_number(number)).yiaddr) < 160:
        assert time.monotonic() < deadline
        number += 1
    now = server.role_pids()
    now.pop("confd", None)      # it may be reading once more
    assert now == pids


def test_role_that_dies_during_a_reload(start_server, boot_files, dhcp,
                                        reader):
    """The change is made anew or not at all; all roles serve after it."""
    server = start_server()
    for number, role in enumerate(("tftpd", "dhcpd", "leased", "imaged")):
        mark = server.process.mark()
        server.process.signal(signal.SIGHUP)
        pid = server.kill_role(role)
        server.wait_role(role, other_than=pid)
        server.wait_line(f"ready, configuration|{KEPT}", since=mark)
        assert dhcp.lease(mac_number(number)).type == "ACK", role
        assert clients.tftp_fetch(reader, SERVER_ADDRESS, "file").data, role


@pytest.mark.prefix(20)
def test_twenty_reloads_under_load(start_server, boot_files, dhcp, reader):
    server = start_server(WIDE_CONFIG)
    pids = server.role_pids()
    want = (boot_files / "file").read_bytes()
    with Load(dhcp, reader, SERVER_ADDRESS, "file", want,
              pause=0.05) as load:
        for number in range(20):
            reloaded(server, WIDE_CONFIG + f"dhcp-boot=file{number}\n", number + 2)
            time.sleep(0.05)
        load.wait(held=21, fetched=6)
    assert load.errors == [] and load.broken == []
    assert server.role_pids() == pids
    check_single(load.held)
    check_renewals(dhcp, load.held)


def test_reload_leaks_no_descriptor(start_server, boot_files):
    server = start_server()
    reloaded(server, OTHER, 2)
    time.sleep(1)       # roles act on a commit a moment later
    pids = [server.pid, *server.role_pids().values()]

    def counts():
        return [len(proc.descriptors(pid)) for pid in pids]

    before = counts()
    for number in range(5):
        reloaded(server, CONFIG if number % 2 else OTHER, number + 3)
    wait_until(lambda: counts() == before, f"{before} descriptors")


def test_a_file_that_is_gone(start_server, boot_files, network, dhcp):
    server = start_server()
    network.server.path(server.config_path).unlink()
    mark = server.reload()
    server.wait_line(f"error: {server.config_path}: No such file or "
                     "directory; restore the file, and send SIGHUP again$",
                     since=mark)
    server.wait_line(KEPT, since=mark)
    assert dhcp.lease(mac_number(1)).type == "ACK"


def test_the_reason_of_a_rejection_is_logged_once(start_server, boot_files):
    """Each new process of imaged finds the same."""
    server = start_server(CONFIG)
    boot_files.chmod(0o700)
    mark = server.reload(OTHER)
    server.wait_line("imaged rejected the configuration: tftp-root "
                     r"/srv/tftpboot \(mode 0700.*may not be searched",
                     since=mark)
    server.wait_line("error: imaged rejected the configuration for the same "
                     "reason$", since=mark)
    server.wait_line("ready, configuration 2", since=mark)
    log = "\n".join(server.process.tail(None)[mark:])
    assert log.count("may not be searched") == 1
