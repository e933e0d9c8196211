"""The commands of docs/operations.md, taken from the page and run."""

import re
import signal

import pytest

from lab.boot import CONFIG, STATE_FOLDER, STORE_USER
from lab.daemon import PXEGUARD, REPOSITORY
from lab.dhcp_client import mac_number
from lab.lease_file import lease_row, make_database, number
from lab.leases import check_renewals
from lab.load import Load
from lab.patience import wait_until

PAGE = (REPOSITORY / "docs/operations.md").read_text()
BACKUPS = "/var/backups/pxeguard"
CONF, LOG = "/run/lab-host/pxeguard.conf", "/run/lab-host/log"
DATABASE = f"{STATE_FOLDER}/leases.db"
# In place of systemd's.
SYSTEMCTL = f"""\
#!/bin/sh
case $1 in
stop) [ -e /run/lab-host/pid ] || exit 0
      kill "$(cat /run/lab-host/pid)"
      while [ -e /run/lab-host/pid ]; do sleep 0.05; done ;;
start) {PXEGUARD} -k -C {CONF} -x /run/lab-host/pid </dev/null \\
           >>/dev/null 2>>{LOG} &
       until tail -n +"$(cat /run/lab-host/mark)" {LOG} |
           grep -q 'ready, configuration'; do sleep 0.05; done ;;
restart) "$0" stop && "$0" start ;;
esac
"""


def section(title):
    """The blocks of commands in a section of the page."""
    text = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE,
                     re.DOTALL | re.MULTILINE)[1]
    return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in
            re.findall(r"(?:^    .*\n)(?:(?:    .*)?\n)*", text,
                       re.MULTILINE)]


@pytest.fixture
def host(network, boot_files):
    """A host whose services are started by systemctl; see above."""
    server = network.server
    server.shadow("/run/lab-host")
    server.path(CONF).write_text(CONFIG + "dhcp-lease-max=5000\n")
    server.path(LOG).write_text("")
    for name, text in (("systemctl", SYSTEMCTL),
                       ("pxeguard", f'#!/bin/sh\nexec {PXEGUARD} '
                        f'-C {CONF} "$@"\n')):
        server.path(f"/run/lab-host/{name}").write_text(text)
        server.path(f"/run/lab-host/{name}").chmod(0o755)
    server.shadow("/var/backups")
    start(server)
    yield server
    pid = server.path("/run/lab-host/pid")
    if pid.exists():
        server.run("kill", pid.read_text().strip())


def shell(host, commands):
    """Run commands as root would who pastes them; what they print."""
    lines = host.path(LOG).read_text().count("\n")
    host.path("/run/lab-host/mark").write_text(str(lines + 1))
    return host.run("sh", "-e", "-c",
                    "PATH=/run/lab-host:$PATH\n" + commands).stdout


def start(host):
    shell(host, "systemctl start pxeguard")


def log(host):
    return host.path(LOG).read_text()


def test_backup_while_it_runs_damage_and_restore(host, dhcp):
    backup, = section("Backup of the leases")
    restore, = section("Restore")
    with Load(dhcp) as load:
        load.wait(12)
        held = dict(load.held)
        # Others get leases meanwhile.
        assert shell(host, backup) == "ok\n"
    assert {path.name for path in host.path(BACKUPS).iterdir()} == \
        {"leases.db", "start"}
    shell(host, "systemctl stop pxeguard")
    host.path(DATABASE).write_bytes(b"no database " * 4096)
    assert host.run(PXEGUARD, "--test", "-C", CONF, check=False) \
        .returncode == 1
    shell(host, restore)
    wait_until(lambda: re.search(r"\b[1-9]\d* leases? read from the store",
                                 log(host)), "the leases")
    check_renewals(dhcp, held)


def test_downgrade(host, dhcp):
    message, commands = section("Downgrade")
    address = dhcp.lease(mac_number(1)).yiaddr
    shell(host, commands)
    # One that a newer version has made.
    host.path(DATABASE).write_bytes(
        make_database([lease_row(number(address), 1)], version=4))
    host.run("chown", f"{STORE_USER}:", DATABASE)
    done = host.run(PXEGUARD, "--test", "-C", CONF, check=False)
    assert done.returncode == 1 and message.strip() in done.stderr
    host.path(DATABASE).unlink()
    start(host)
    wait_until(lambda: "imported 1 lease, 0 of them expired" in log(host),
               "the import")
    check_renewals(dhcp, {mac_number(1): address})


def test_upgrade(host, dhcp):
    """The database of an older version, under its schema's number."""
    shell(host, "systemctl stop pxeguard")
    host.path(DATABASE).write_bytes(
        make_database([lease_row(number("192.168.1.77"), 1)], schema=2))
    host.run("chown", f"{STORE_USER}:", DATABASE)
    start(host)
    shell(host, "".join(section("Upgrade")))
    check_renewals(dhcp, {mac_number(1): "192.168.1.77"})
    shell(host, "systemctl stop pxeguard")
    schema = host.run("sqlite3", DATABASE, "PRAGMA user_version").stdout.strip()
    assert f"and {schema} (this one)" in PAGE


def test_log_file_that_is_truncated(host, dhcp):
    """As logrotate does with copytruncate; the file has no hole then."""
    assert "pxeguard -k 2>>/var/log/pxeguard.log\n" in section("Logs")[2]
    assert "copytruncate" in section("Logs")[3]
    pid = int(host.path("/run/lab-host/pid").read_text())
    dhcp.lease(mac_number(1))
    wait_until(lambda: "DHCPACK" in log(host), "a line of the lease")
    host.path(LOG).write_text("")
    for number_ in (signal.SIGUSR1, signal.SIGUSR2):
        host.run("kill", f"-{number_}", str(pid))
    dhcp.lease(mac_number(2))
    wait_until(lambda: "DHCPACK" in log(host), "a line of the next lease")
    assert "\0" not in log(host)
    assert mac_number(1) not in log(host)
