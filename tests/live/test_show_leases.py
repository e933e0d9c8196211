"""pxeguard --leases: the leases are read while the daemon runs or is down."""

import csv
import io
import json
import os
import signal
import time

import pytest

from lab import programs
from lab.boot import CONFIG, DNSMASQ_FOLDER, STATE_FOLDER
from lab.daemon import PXEGUARD, children, role_name
from lab.dhcp_client import mac_number
from lab.lease_file import lease_row, make_database, number, page_of
from lab.leases import read_store
from lab.load import Load
from lab.patience import wait_until
from lab.process import need

CONFIG_PATH = "/run/pxeguard-lab/pxeguard.conf"
DATABASE = f"{STATE_FOLDER}/leases.db"
CROWD = """\
interface=br0
dhcp-range=192.168.0.10,192.168.3.250,8h
dhcp-lease-max=1000
"""
MANY = CONFIG + "dhcp-lease-max=30000\n"
FIRST = number("192.168.1.50")
FORMATS = ("text", "json", "csv", "dnsmasq")


@pytest.fixture
def configured(network):
    """A configuration, for tests in which no daemon writes one."""
    network.server.shadow(os.path.dirname(CONFIG_PATH))
    network.server.path(CONFIG_PATH).write_text(CONFIG)


@pytest.fixture
def show(network):
    """A function that runs pxeguard --leases, which must succeed."""
    def run(output="json", status=0):
        done = network.server.run(PXEGUARD, "-C", CONFIG_PATH,
                                  f"--leases={output}", check=False)
        assert done.returncode == status, done.stderr
        return done

    return run


def bound(done):
    """{mac: address} of the leases in JSON that are bound."""
    return {lease["mac"]: lease["address"] for lease in json.loads(done.stdout)
            if lease["state"] == "bound"}


def contents(folder):
    """All files of a folder, with what is in them."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.prefix(22)
def test_while_clients_get_leases(start_server, folder, dhcp, show):
    """Whoever had an ACK before is in the list; no lease waits for it."""
    server = start_server(CROWD)
    files = set(contents(folder))
    reads = 0
    with Load(dhcp, pause=0.02) as load:
        load.wait(held=6)
        while len(load.held) < 300 or reads < 10:
            held = dict(load.held)
            done = show()
            shown = bound(done)
            assert done.stderr == ""
            assert held == {mac: shown.get(mac) for mac in held}
            assert load.errors == []
            reads += 1
    assert set(contents(folder)) == files
    assert "warning: leased" not in server.log()
    assert "locked" not in server.log()
    held = dict(load.held)
    assert server.stop() == 0
    shown = bound(show())
    assert held == {mac: shown.get(mac) for mac in held}
    assert {address: (mac, 0) for mac, address in shown.items()} == \
        read_store(folder / "leases.db")


def test_states(start_server, boot_files, network, dhcp, show):
    start_server(CONFIG)
    kept = dhcp.lease(mac_number(1)).yiaddr
    released = dhcp.lease(mac_number(2)).yiaddr
    declined = dhcp.lease(mac_number(3)).yiaddr
    dhcp.release(mac_number(2), released)
    dhcp.decline(mac_number(3), declined)
    want = {kept: "bound", released: "released", declined: "declined"}
    wait_until(lambda: want == {
        lease["address"]: lease["state"]
        for lease in json.loads(show().stdout)}, "the three states")
    assert show("dnsmasq").stdout.split()[1:3] == [mac_number(1), kept]


def test_twenty_thousand(start_server, boot_files, network, configured,
                         folder, lay, dhcp, show):
    """Each format can be parsed; dnsmasq's is imported again."""
    rows = [lease_row(number("192.168.0.1") + n, n) for n in range(20000)]
    lay(make_database(rows))
    before = contents(folder)
    want = {mac_number(n): str(address) for n, address in enumerate(
        ".".join(map(str, row[0].to_bytes(4, "big"))) for row in rows)}
    shown = {output: show(output) for output in FORMATS}
    assert {done.stderr for done in shown.values()} == {""}
    assert contents(folder) == before
    assert bound(shown["json"]) == want
    lines = list(csv.DictReader(io.StringIO(shown["csv"].stdout)))
    assert {row["mac"]: row["address"] for row in lines} == want
    assert {row["state"] for row in lines} == {"bound"}
    head, *lines = shown["text"].stdout.splitlines()
    assert head.split() == ["ADDRESS", "CLIENT", "STATE", "EXPIRES", "NAME"]
    assert {line.split()[1]: line.split()[0] for line in lines} == want
    # In the order of the addresses.
    assert [line.split()[0] for line in lines] == list(want.values())
    network.server.path(f"{DNSMASQ_FOLDER}/dnsmasq.leases").write_text(
        shown["dnsmasq"].stdout)
    (folder / "leases.db").unlink()
    server = start_server(MANY)
    server.wait_line("dnsmasq.leases: imported 20000 leases, 0 of them "
                     "expired; ignored 0 invalid lines")
    again = show("dnsmasq")
    assert again.stdout == shown["dnsmasq"].stdout
    # 192.168.1.50 is the 306th.
    ack = dhcp.init_reboot(mac_number(305), "192.168.1.50")
    assert ack is not None and ack.type == "ACK"


@pytest.mark.parametrize("schema", [1, 2])
def test_older_schema_is_not_converted(configured, folder, lay, show, schema):
    lay(make_database((lease_row(FIRST + n, n) for n in range(20)),
                      schema=schema))
    before = contents(folder)
    assert bound(show()) == {mac_number(n): f"192.168.1.{50 + n}"
                             for n in range(20)}
    assert contents(folder) == before


def start_reader(network):
    """A reader whose leased is stopped, and the pid of that leased.

    The database must be so large that reading takes a while.
    """
    reader = network.server.start([PXEGUARD, "-C", CONFIG_PATH,
                                   "--leases=text"])
    found = []

    def stopped():
        assert reader.status is None, reader.text()
        found[:] = [pid for pid in children(reader.pid)
                    if role_name(pid) == "leased"]
        if not found:
            return False
        os.kill(found[0], signal.SIGSTOP)
        # Only one that is past its start: it has both filters.
        if status_of(found[0])["Seccomp_filters"] == "2":
            return True
        os.kill(found[0], signal.SIGCONT)
        return False

    wait_until(stopped, "a leased that reads", pause=0.002)
    return reader, found[0]


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file)


def check_confined(pid):
    """No file but those that it was given, for reading; no privilege."""
    status = status_of(pid)
    assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1")
    assert {int(status[name], 16)
            for name in ("CapEff", "CapPrm", "CapInh", "CapBnd")} == {0}
    assert os.listdir(f"/proc/{pid}/root") == []
    assert os.readlink(f"/proc/{pid}/ns/net") != \
        os.readlink(f"/proc/{os.getpid()}/ns/net")
    regular = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        target = os.readlink(f"/proc/{pid}/fd/{fd}")
        if not target.startswith("/") or target == "/dev/null":
            continue
        regular.append(target)
        with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
            info = dict(line.split(":", 1) for line in file)
        assert int(info["flags"], 8) & os.O_ACCMODE == os.O_RDONLY
    assert any(target.endswith("leases.db") for target in regular)
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        limits = file.read()
    # The reports of sanitizers may go to a file.
    assert programs.sanitized() or "Max file size             0 " in limits


def test_start_while_a_reader_is_stopped(start_server, boot_files, network,
                                         configured, lay, dhcp):
    """It holds no lock: the daemon starts and serves."""
    lay(make_database(lease_row(number("10.0.0.1") + n, n)
                      for n in range(100000)))
    reader, pid = start_reader(network)
    check_confined(pid)
    start_server(CONFIG + "dhcp-lease-max=200000\n")
    assert dhcp.lease(mac_number(999999)).type == "ACK"
    os.kill(pid, signal.SIGCONT)
    assert reader.wait_end() == 0, reader.tail()
    # Before or after that lease.
    assert len(reader.tail(None)) in (100001, 100002)


def test_signal_ends_a_reader(network, configured, lay):
    """As from the terminal; the process that it started ends, too."""
    lay(make_database(lease_row(number("10.0.0.1") + n, n)
                      for n in range(100000)))
    reader, pid = start_reader(network)
    reader.signal(signal.SIGINT)
    assert reader.wait_end() == -signal.SIGINT
    wait_until(lambda: role_name(pid) is None, "the end of its leased")


@pytest.mark.long
def test_reader_that_hangs(network, configured, lay):
    lay(make_database(lease_row(number("10.0.0.1") + n, n)
                      for n in range(300000)))
    reader, _ = start_reader(network)
    assert reader.wait_end(timeout=120) == 1
    assert reader.tail(None) == [
        f"error: {DATABASE} cannot be read: the process that reads it was "
        "killed: no end after 60 s"]


def test_names_of_clients_are_escaped(configured, folder, lay, show):
    names = ["plain", "two words", "a\"b\\c,d;e", "\x1b[31mred\x07",
             "umlaut-\u00e4", "=cmd|' /C calc'!A0", "-", "x" * 255]
    rows = [lease_row(FIRST + n, n)[:5] + (name,) +
            lease_row(FIRST + n, n)[6:] for n, name in enumerate(names)]
    lay(make_database(rows))
    shown = {output: show(output).stdout for output in FORMATS}
    for text in shown.values():
        assert text.isascii()
        assert text.replace("\n", "").isprintable()
    assert [lease["name"] for lease in json.loads(shown["json"])] == [
        "plain", "two\\x20words", "a\\x22b\\x5cc,d;e",
        "\\x1b[31mred\\x07", "umlaut-\\xc3\\xa4",
        "=cmd|'\\x20/C\\x20calc'!A0", "-", "x" * 255]
    rows = list(csv.DictReader(io.StringIO(shown["csv"])))
    assert rows[2]["name"] == "a\\x22b\\x5cc,d;e"
    assert rows[5]["name"] == "\\x3dcmd|'\\x20/C\\x20calc'!A0"
    words = [line.split() for line in shown["dnsmasq"].splitlines()]
    assert [line[3] for line in words] == \
        ["plain", *["*"] * 6, "x" * 255]
    assert {len(line) for line in words} == {5}


def test_damaged_database(configured, folder, lay, show):
    data = make_database([lease_row(FIRST + n, n) for n in range(5000)])
    page = page_of(data, number("192.168.8.0"))
    data[page:page + 8] = b"\xa5" * 8
    lay(data)
    done = show(status=1)
    shown = bound(done)
    assert 4800 < len(shown) < 5000
    assert done.stderr.startswith(f"warning: {DATABASE}: damaged (")
    assert f"; {len(shown)} leases could be read; unreadable: " in done.stderr
    assert contents(folder) == {"leases.db": bytes(data)}


def test_database_that_is_being_recovered(configured, lay, show):
    """A start was killed after it had moved the damaged file aside."""
    lay(make_database([lease_row(FIRST, 0)]), "leases.db.recovering")
    lay(b"")
    done = show()
    assert bound(done) == {mac_number(0): "192.168.1.50"}
    assert "a damaged database is being recovered" in done.stderr


def test_no_database(network, configured, folder, show):
    for output, head in zip(FORMATS, ("ADDRESS", "[]", "address,", "")):
        done = show(output)
        assert done.stdout.startswith(head)
        assert done.stdout.count("\n") == (output != "dnsmasq")
        assert done.stderr.startswith(
            f"no leases: there is no database {DATABASE} yet; the first ")
    old = f"{DNSMASQ_FOLDER}/dnsmasq.leases"
    network.server.path(old).write_text(
        f"{int(time.time()) + 3600} {mac_number(1)} 192.168.1.77 pc *\n")
    assert show().stderr == (
        "no leases: there is no database yet; the first start of pxeguard "
        f"imports the lease file {old}\n")
    assert contents(folder) == {}


def test_lease_file_of_dnsmasq_in_the_same_folder(network, configured, folder,
                                                  lay, show):
    """NAME is dnsmasq's file, NAME.db the database, if there is one."""
    lay(f"0 {mac_number(1)} 192.168.1.77 pc *\n".encode(), "old.leases")
    network.server.path(CONFIG_PATH).write_text(
        CONFIG + f"dhcp-leasefile={STATE_FOLDER}/old.leases\n")
    done = show()
    assert json.loads(done.stdout) == []
    assert f"imports the lease file {STATE_FOLDER}/old.leases" in done.stderr
    lay(make_database([lease_row(FIRST, 0)]), "old.leases.db")
    assert bound(show()) == {mac_number(0): "192.168.1.50"}


def test_database_elsewhere(start_server, boot_files, network, folder, dhcp,
                            show):
    """dhcp-leasefile names dnsmasq's; leased has its own in its folder."""
    old = network.server.path(f"{DNSMASQ_FOLDER}/dnsmasq.leases")
    old.write_text(f"{int(time.time()) + 3600} {mac_number(1)} 192.168.1.77 "
                   "pc *\n")
    config = CONFIG + f"dhcp-leasefile={DNSMASQ_FOLDER}/dnsmasq.leases\n"
    start_server(config)
    held = {mac_number(1): "192.168.1.77",
            mac_number(2): dhcp.lease(mac_number(2)).yiaddr}
    done = show()
    assert (bound(done), done.stderr) == (held, "")


def test_no_leases(configured, lay, show):
    lay(make_database([]))
    assert show("text").stderr == f"no leases in {DATABASE}\n"
    assert show("json").stdout == "[]\n"


def test_no_regular_file(network, configured, folder, lay, show):
    os.mkfifo(folder / "leases.db")
    assert show(status=1).stderr == (
        f"error: {DATABASE}: not a regular file; set dhcp-leasefile to the "
        "lease database\n")
    (folder / "leases.db").unlink()
    lay(make_database([]), "real.db")
    (folder / "leases.db").symlink_to("real.db")
    assert show(status=1).stderr == (
        f"error: {DATABASE}: symbolic link; set dhcp-leasefile to the file "
        "that it points to\n")


def test_other_user(network, configured, lay):
    lay(make_database([]))
    done = network.server.run("setpriv", "--reuid=65534", "--regid=65534",
                              "--clear-groups", PXEGUARD, "-C", CONFIG_PATH,
                              "--leases", check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == (
        f"error: the lease database (dhcp-leasefile, by default {DATABASE}) "
        "may be read only by its user and root; run: sudo pxeguard "
        "--leases\n")


def test_configuration_with_an_error(network, configured, show):
    network.server.path(CONFIG_PATH).write_text("dhcp-rang=1\n")
    done = show(status=1)
    assert done.stdout == ""
    assert done.stderr.startswith(
        f"error: {CONFIG_PATH}:1: unknown directive")


def test_pipe_that_is_closed(network, configured, lay):
    lay(make_database(lease_row(FIRST + n, n) for n in range(5000)))
    done = network.server.run(
        need("bash", "bash"), "-o", "pipefail", "-c",
        f"{PXEGUARD} -C {CONFIG_PATH} --leases | head -1")
    assert done.stdout.startswith("ADDRESS ") and done.stderr == ""


@pytest.mark.parametrize("deed, line", [
    ("ESCAPES", "was killed: it sent characters other than printable ASCII"),
    ("EXIT", "exited with status 7"),
    ("FILE", "was killed by seccomp: forbidden system call link"),
    ("OUTCOME", "was killed: channel error: malformed SHOWN message"),
    ("READY", "was killed: channel error: malformed READY message"),
    ("CLOSE", "was killed by signal 9")])
def test_reader_that_was_taken_over(tmp_path, network, configured, lay, deed,
                                    line):
    """It has no effect but a list that is missing."""
    bad = programs.build(tmp_path, "bad_reader", f"-DDEED=DEED_{deed}")
    server = programs.copy_server(tmp_path)
    bad.replace(server.parent / "libexec/leased")
    lay(make_database([lease_row(FIRST, 0)]))
    done = network.server.run(server, "-C", CONFIG_PATH, "--leases",
                              check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"error: {DATABASE} cannot be read: the process that reads it {line}")
    assert done.stderr.count("\n") == 1


def test_without_layers(network, configured, lay):
    """As in a container that lacks them."""
    lay(make_database([lease_row(FIRST, 0)]))
    done = network.server.run(
        PXEGUARD, "-C", CONFIG_PATH, "--leases=json",
        "--sandbox-disable=namespaces,landlock,seccomp")
    assert bound(done) == {mac_number(0): "192.168.1.50"}
    assert done.stderr == ""
