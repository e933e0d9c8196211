"""--migrate-dnsmasq: what it finds, and its commands, as they are printed."""

import contextlib
import re
import shutil
import time

import pytest

from lab.boot import DNSMASQ_FOLDER
from lab.daemon import PXEGUARD
from lab.dhcp_client import mac_number
from lab.patience import wait_until
from lab.process import need

LAB = "/run/lab-dnsmasq"
CONF = f"{LAB}/dnsmasq.conf"
LEASES = f"{DNSMASQ_FOLDER}/dnsmasq.leases"
CONFIG = """\
# the office
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-boot=file
enable-tftp
tftp-root=/srv/tftpboot
no-resolv
no-hosts
"""
# Instead of those of a host: they do what these do there.
SERVICE = """\
#!/bin/sh
[ "$2" = start ] || { kill "$(cat /run/dnsmasq.pid)"; sleep 0.2; }
[ "$2" = stop ] || exec dnsmasq -C /run/lab-dnsmasq/dnsmasq.conf \\
    -x /run/dnsmasq.pid -u root
"""


@pytest.fixture
def host(network, boot_files):
    """A host on which /etc and /run are private, with dnsmasq's files."""
    server = network.server
    # The folder of the host's services stays in reach, as /etc is copied.
    server.shadow("/run")
    server.path(LAB).mkdir()
    server.run("cp", "-a", "/etc", f"{LAB}/etc")
    shutil.rmtree(server.path(f"{LAB}/etc/pxeguard"), ignore_errors=True)
    for name in ("pxeguard.conf", "dnsmasq.conf", "default/dnsmasq",
                 "init.d/dnsmasq"):
        server.path(f"{LAB}/etc/{name}").unlink(missing_ok=True)
    server.bind(f"{LAB}/etc", "/etc")
    server.path(f"{LAB}/bin").mkdir()
    server.path(f"{LAB}/bin/pxeguard").symlink_to(PXEGUARD)
    server.path(CONF).write_text(CONFIG)
    yield server
    # What the commands have started is not the lab's.
    for name in ("pxeguard", "dnsmasq"):
        server.run("sh", "-c", f"kill $(cat /run/{name}.pid) 2>/dev/null",
                   check=False)


def shell(host, line):
    """Run a line as root would, who pastes it; detached from us."""
    return host.run("sh", "-c",
                    f"PATH={LAB}/bin:$PATH; export PATH; "
                    f"{{ {line.rstrip('& ')}\n}} >{LAB}/out 2>&1 </dev/null",
                    check=True)


def start_dnsmasq(host, *options):
    host.run(need("dnsmasq", "dnsmasq-base"), "-C", CONF, "-x",
             "/run/dnsmasq.pid", "-u", "root", *options)
    return int(host.path("/run/dnsmasq.pid").read_text())


@contextlib.contextmanager
def service(host, pid, name):
    """The process is of a service of systemd, as its cgroup says."""
    host.shadow("/run/lab-cgroup")
    host.run("mount", "-t", "cgroup2", "cgroup2", "/run/lab-cgroup")
    # Beside those of other tests.
    folder = host.path(f"/run/lab-cgroup/lab-{pid}/{name}")
    folder.mkdir(parents=True)
    (folder / "cgroup.procs").write_text(str(pid))
    try:
        yield
    finally:
        host.run("kill", str(pid), check=False)
        wait_until(lambda: not (folder / "cgroup.procs").read_text(),
                   "the end of dnsmasq")
        folder.rmdir()
        folder.parent.rmdir()


def migrate(host, *options, status=0, what=""):
    done = host.run(PXEGUARD, f"--migrate-dnsmasq{what}", *options,
                    check=False)
    assert done.returncode == status, done.stderr
    return done


def commands(done, over=3, back=3):
    """Those that switch over, and those that switch back."""
    parts = done.stdout.partition("Switch over:")[2].split("Switch back:")
    lists = [[line.strip() for line in part.splitlines()
              if line.startswith("    ")] for part in parts]
    assert [len(part) for part in lists] == [over, back], done.stdout
    return lists


def ports(host):
    """{port: program} of the UDP sockets."""
    text = host.run("ss", "-Hlunp").stdout
    return {int(found[1]): found[2] for found in re.finditer(
        r":(\d+) .*users:\(\(\"([\w-]+)", text)}


def check_switch(host, dhcp, over, back, dns_after):
    """A client keeps its address over there and back."""
    address = dhcp.lease(mac_number(1)).yiaddr
    for line in over:
        shell(host, line)
        assert "error: " not in host.path(f"{LAB}/out").read_text()
    held = ports(host)
    assert "pxeguard" in held[67] or "dhcpd" in held[67]
    assert held.get(53) == dns_after
    renewed = dhcp.lease(mac_number(1))
    assert renewed.yiaddr == address and renewed.file.rstrip(b"\0") == b"file"
    # One that only pxeguard has seen.
    other = dhcp.lease(mac_number(2)).yiaddr
    for line in back:
        shell(host, line)
    wait_until(lambda: ports(host).get(67) == "dnsmasq", "dnsmasq")
    for number, kept in ((1, address), (2, other)):
        assert dhcp.lease(mac_number(number)).yiaddr == kept


def test_switch_of_a_process(host, dhcp):
    """It was started by hand, with a range on its command line."""
    conf = CONFIG.replace("dhcp-range=192.168.1.50,192.168.1.150,8h\n", "")
    host.path(CONF).write_text(conf)
    pid = start_dnsmasq(host, "--port=0",
                        "--dhcp-range=192.168.1.50,192.168.1.150,8h",
                        "--dhcp-option=128,it's $(id)")
    done = migrate(host)
    assert f"{CONF}: note: dnsmasq runs as process {pid}" in done.stderr
    assert "the configuration is correct (0 warnings)" in done.stderr
    assert f"dnsmasq:   process {pid}; reads {CONF}; 3 directives" \
        in done.stdout
    assert "ports:     67, 69: held by this dnsmasq" in done.stdout
    assert "DNS:       not served" in done.stdout
    over, back = commands(done)
    assert over[1] == f"kill {pid} && timeout 20 tail --pid={pid} -f /dev/null"
    check_switch(host, dhcp, over, back, None)


def test_switch_that_keeps_dns(host, dhcp):
    """It is a service, and goes on serving DNS."""
    host.path("/etc/init.d").mkdir(exist_ok=True)
    host.path("/etc/init.d/dnsmasq").write_text("")
    service = host.path(f"{LAB}/bin/service")
    service.write_text(SERVICE)
    service.chmod(0o755)
    host.path("/etc/pxeguard").mkdir()
    host.path("/etc/pxeguard/pxeguard.conf").write_text("# mine\n")
    start_dnsmasq(host)
    done = migrate(host)
    assert "DNS:       this dnsmasq has port 53 and keeps it" in done.stdout
    over, back = commands(done, back=4)
    assert over[1].endswith(f" {CONF} && service dnsmasq restart")
    check_switch(host, dhcp, over, back, "dnsmasq")
    assert host.path(CONF).read_text() == CONFIG
    # Both configurations of pxeguard: that of before, and that of the switch.
    folder = host.path("/etc/pxeguard")
    assert (folder / "pxeguard.conf").read_text() == "# mine\n"
    assert "dhcp-range=" in (folder / "pxeguard.conf.~1~").read_text()
    assert not (folder / "pxeguard.conf.before").exists()


def test_service_of_systemd(host):
    host.path("/run/systemd/system").mkdir(parents=True)
    with service(host, start_dnsmasq(host, "--port=0"), "dnsmasq.service"):
        done = migrate(host)
    assert ", dnsmasq.service; reads" in done.stdout
    over, back = commands(done)
    assert over[1:] == ["systemctl disable --now dnsmasq.service",
                        "systemctl enable --now pxeguard"]
    assert back[2] == "systemctl enable --now dnsmasq.service"


def test_dnsmasq_of_libvirt(host):
    """Its configuration has a script, and is not ours to change."""
    pid = start_dnsmasq(host, "--dhcp-script=/bin/true")
    with service(host, pid, "libvirtd.service"):
        done = migrate(host, status=1)
        assert "warning: libvirtd.service starts this dnsmasq for itself; " \
            "end DHCP" in done.stderr
        assert "virsh net-edit" in done.stderr
        assert "dhcp-script is a directive of dnsmasq" in done.stderr
        done = migrate(host, "--unsupported=warn")
        assert "Switch over" not in done.stdout
        # One of the system is taken before it.
        host.path(f"{LAB}/other").write_text("interface=lo\n"
                                             "dhcp-range=127.0.0.2,127.0.0.9\n")
        host.run("dnsmasq", "-C", f"{LAB}/other", "-x", "/run/other.pid",
                 "-u", "root", "--port=0", "--dhcp-alternate-port=1067")
        own = int(host.path("/run/other.pid").read_text())
        assert f"process {own};" in migrate(host).stdout
        host.run("kill", str(own))


def test_findings_and_leases(host):
    now = int(time.time())
    host.path(CONF).write_text(CONFIG + "dhcp-boot=tag:x,other\ncache-size=1\n"
                               "log-facility=/run/x\n")
    start_dnsmasq(host)     # it keeps no others when it starts
    host.path(LEASES).write_text(
        f"{now + 900} 52:54:00:00:00:01 192.168.1.77 pc1 *\n"
        f"{now - 900} 52:54:00:00:00:02 192.168.1.78 pc2 *\nnonsense\n")
    done = migrate(host)
    for line in ("note: DNS is not served; ignored: no-resolv, no-hosts, "
                 "cache-size", "note: log-facility is ignored",
                 f"note: {LEASES}: the first start imports 2 leases, 1 of "
                 "them expired, and ignores 1 invalid line and",
                 f"warning: {LEASES}:3: not five fields"):
        assert line in done.stderr
    # Nothing was changed.
    assert not host.path("/etc/pxeguard/pxeguard.conf").exists()


def test_command_line_that_cannot_be_read(host):
    """A path that depends on a folder, and bytes that a terminal obeys."""
    for options, says in (
            (["-C", "dnsmasq.conf"], "was started with -C dnsmasq.conf, which "
             "depends on a folder; name the file: --migrate-dnsmasq=/PATH/"),
            (["-C", CONF, "--dhcp-option=128,\033[2J"],
             "is too long, or not printable; name its configuration")):
        host.run("sh", "-c", f'cd {LAB} && exec "$@"', "sh", "dnsmasq", "-x",
                 "/run/dnsmasq.pid", "-u", "root", "--port=0", *options)
        done = migrate(host, status=1)
        assert says in done.stderr
        assert done.stdout == "" and "\033" not in done.stderr
        pid = host.path("/run/dnsmasq.pid").read_text().strip()
        host.run("kill", pid)
        wait_until(lambda: not host.path("/run/dnsmasq.pid").exists(),
                   "the end of dnsmasq")


def test_no_commands_beside_an_error(host):
    host.path(CONF).write_text(CONFIG + "dhcp-script=/bin/true\n")
    start_dnsmasq(host)
    done = migrate(host, status=1)
    assert "dhcp-script is a directive of dnsmasq" in done.stderr
    assert done.stdout == ""
    done = migrate(host, "--unsupported=warn")
    assert "unsupported=warn" in commands(done)[0][0]
    # It is correct, but would not start.
    host.path(CONF).write_text(CONFIG.replace("/srv/tftpboot", "/srv/none"))
    done = migrate(host, status=1)
    assert "no commands are printed: mend the errors above" in done.stdout
    assert "Switch over" not in done.stdout


def test_files_need_another_owner(host):
    host.path(CONF).write_text(CONFIG + "tftp-secure\n")
    done = migrate(host, what=f"={CONF}")
    assert "run 'chown -R pxeguard-imaged' on tftp-root" in done.stderr
    host.path(CONF).write_text(CONFIG)
    done = migrate(host, what=f"={CONF}")
    assert "chown" not in done.stderr


def test_port_of_another_program(host):
    """Only what the dnsmasq to be replaced has is free after the switch."""
    start_dnsmasq(host, "--port=0")
    other = host.udp_socket(port=4011)
    host.path(CONF).write_text(CONFIG + "pxe-service=x86PC,Boot,file\n")
    done = migrate(host, status=1)
    other.close()
    assert re.search(r"error: .*port 4011 on br0: in use by process \d+",
                     done.stderr)
    assert "port 67" not in done.stderr
    assert "Switch over" not in done.stdout


def test_dnsmasq_that_does_not_run(host):
    """Debian's files, or the one that is named."""
    done = migrate(host, status=1)
    assert "/etc/dnsmasq.conf: error: No such file or directory; name the " \
        "configuration of dnsmasq: --migrate-dnsmasq=FILE" in done.stderr
    host.path("/etc/dnsmasq.conf").write_text("port=0\n")
    host.path("/etc/dnsmasq.d").mkdir(exist_ok=True)
    host.path("/etc/dnsmasq.d/a").write_text(CONFIG)
    host.path("/etc/dnsmasq.d/b.dpkg-old").write_text("nonsense\n")
    host.path("/etc/default/dnsmasq").write_text(
        "CONFIG_DIR=/etc/dnsmasq.d,.dpkg-dist,.dpkg-old\n"
        "DNSMASQ_OPTS='--dhcp-lease-max=77'")
    done = migrate(host)
    assert "dnsmasq:   does not run; reads /etc/dnsmasq.conf" in done.stdout
    assert commands(done, over=2)[0][0].startswith(
        "mkdir -p /etc/pxeguard && printf '%s\\n' conf-dir=/etc/dnsmasq.d,.dpkg-dist,.dpkg-old "
        "dhcp-lease-max=77 conf-file=/etc/dnsmasq.conf ")
    host.path("/etc/default/dnsmasq").write_text("CONFIG_DIR=$ELSEWHERE\n")
    assert "warning: /etc/default/dnsmasq: the value of CONFIG_DIR depends " \
        "on a shell" in migrate(host).stderr
    host.path("/etc/default/dnsmasq").write_text(
        "DNSMASQ_OPTS='--dhcp-lease-max=7\x01'\n")
    assert "DNSMASQ_OPTS is not read, because" in migrate(host).stderr
    host.path("/etc/default/dnsmasq").unlink()
    host.path("/etc/default/dnsmasq").symlink_to("elsewhere")
    assert "warning: /etc/default/dnsmasq: cannot be read" in \
        migrate(host).stderr
    done = migrate(host, what=f"={CONF}")
    assert f"dnsmasq -C {CONF}" in commands(done, over=2)[1][2]


def test_several_and_false_ones(host):
    """Programs of that name that no administrator has started."""
    fake = host.path(f"{LAB}/dnsmasq")
    shutil.copy("/bin/sleep", fake)
    for user in ("nobody", "root"):
        host.start(["setpriv", f"--reuid={user}", "--clear-groups",
                    "--bounding-set=-all" if user == "root" else "--no-new"
                    "-privs", f"{LAB}/dnsmasq", "600"])
    first = start_dnsmasq(host, "--port=0")
    assert f"dnsmasq:   process {first};" in migrate(host).stdout
    host.path(f"{LAB}/other").write_text(
        "interface=lo\ndhcp-range=127.0.0.2,127.0.0.9\n")
    host.run("dnsmasq", "-C", f"{LAB}/other", "-x", "/run/other.pid", "-u",
             "root", "--port=0", "--bind-interfaces", "--except-interface="
             "br0", "--dhcp-alternate-port=1067")
    second = int(host.path("/run/other.pid").read_text())
    done = migrate(host, status=1)
    assert re.search(r"2 processes of dnsmasq run: \d+, \d+; name the one to "
                     "replace: --migrate-dnsmasq=PROCESS", done.stderr)
    assert f"process {first};" in migrate(host, what=f"={first}").stdout
    done = migrate(host, status=1, what="=1")
    assert "process 1 is no dnsmasq that serves DHCP" in done.stderr
    host.run("kill", str(second))


@pytest.mark.parametrize("options", [["--json"], ["--print-config"],
                                     ["-C", "/x"], ["--leases"],
                                     ["--test=strict"]])
def test_options_that_do_not_fit(network, options):
    done = network.server.run(PXEGUARD, "--migrate-dnsmasq", *options,
                              check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "pxeguard --help lists the options" in done.stderr
