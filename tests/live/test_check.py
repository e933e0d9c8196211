"""--test and --print-config: what they say, and that the start agrees."""

import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
import termios

import pytest

from lab.boot import CONFIG, DNSMASQ_FOLDER, STATE_FOLDER
from lab.daemon import PXEGUARD, default_command
from lab.dhcp_client import mac_number
from lab.lease_file import lease_row, make_database, number
from lab.patience import wait_until
from lab.process import need, tied


# Nothing to warn of: the boot file is one that boot_files has, and the
# reservation has an address of its own.
SERVED = CONFIG.replace("boot=pxelinux.0", "boot=file").replace(
    "192.168.1.1,pc", "192.168.1.9,pc")
CONFIG_PATH = "/run/pxeguard-lab/pxeguard.conf"
VERDICT = re.compile(r"the configuration is correct \((\d+) warnings?\)"
                     "(; on this host the daemon would not start)?")


def check(network, text, *options, how="--test"):
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(text)
    return network.server.run(PXEGUARD, how, "-C",
                              "/run/lab-check/conf", *options, check=False)


def told(log):
    """The errors and warnings of a log: "error: FILE:LINE: text"."""
    return {found[1] for found in
            re.finditer(r"^[\d:.]+ \S+: ((?:error|warning): .*)$", log,
                        re.MULTILINE)
            if ": the configuration has " not in found[0]}


def found(output):
    """The errors and warnings of --test, in the form of told().

    What is about no line is about the file, which a log does not name.
    """
    return {f"{severity}: " + (f"{path}{line}: " if line else "") + text
            for path, line, severity, text in re.findall(
                r"^(\S.*?)(:\d+)?: (error|warning): (.*)$", output,
                re.MULTILINE)}


@pytest.fixture
def agree(network, start_server):
    """A function: what --test says, after comparing it with a start.

    The start may end at the first error.
    """
    def run_both(text, *options, before=""):
        done = network.server.run(
            "sh", "-c", 'exec "$@"', "sh", *before.split(), PXEGUARD,
            "--test", "-C", conf_file(network, text), *options, check=False)
        verdict = VERDICT.search(done.stderr)
        server = start_server(text, wait=False, command=" ".join(
            [before, default_command(), *options]))
        if done.returncode == 0:
            server.wait_line("ready, configuration 1")
            server.wait_line("lease time|boot files come")
            for text in found(done.stderr):
                server.wait_line(re.escape(text))
            assert server.stop() == 0
        else:
            assert server.process.wait_end() == 1, server.log()
        assert (verdict is None or verdict[2] is not None) == \
            (done.returncode == 1)
        said, shown = found(done.stderr), told(server.log())
        assert shown <= said, done.stderr + server.log()
        if done.returncode == 0:
            assert said == shown, done.stderr + server.log()
        if verdict is not None:
            assert int(verdict[1]) == done.stderr.count("warning: ")
        return done.stderr

    return run_both


def conf_file(network, text):
    path = network.server.path(CONFIG_PATH)
    if not path.parent.is_dir():
        network.server.shadow(os.path.dirname(CONFIG_PATH))
    path.write_text(text)
    return CONFIG_PATH


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
    assert "conf:9: error: cannot be printed: control characters" in done.stderr


def test_print_config_of_many_lines(network):
    """More than the channel and a pipe hold at a time."""
    text = CONFIG + "".join(
        f"dhcp-host=52:54:00:00:{n >> 8:02x}:{n & 255:02x},h{n}\n"
        for n in range(20000))
    done = check(network, text, how="--print-config")
    assert done.returncode == 0
    assert done.stdout.count("\ndhcp-host=52:54:00:00:") == 20000


@pytest.mark.parametrize("how", ["--print-config", "--test --json",
                                 "--migrate-dnsmasq=/run/lab-check/conf"])
def test_output_on_a_full_disk(network, how):
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(CONFIG)
    named = "" if "migrate" in how else "-C /run/lab-check/conf"
    done = network.server.run(
        "sh", "-c", f"{PXEGUARD} {how} {named} >/dev/full", check=False)
    assert done.returncode == 1
    assert "error: standard output: No space left on device\n" in done.stderr


def test_print_config_to_a_reader_that_has_seen_enough(network):
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(
        CONFIG + "dhcp-option=15,lab\n" * 20000)
    done = network.server.run(
        need("bash", "bash"), "-o", "pipefail", "-c",
        f"{PXEGUARD} --print-config -C /run/lab-check/conf | head -1",
        check=False)
    assert done.returncode == 0 and "standard output" not in done.stderr


def test_check_of_a_good_configuration(network, boot_files):
    """It needs neither the ports nor the interface."""
    done = check(network, SERVED)
    assert done.returncode == 0
    assert "the configuration is correct (0 warnings)\n" in done.stderr
    done = check(network, SERVED.replace("br0", "br77"))
    assert done.returncode == 0
    assert "interface br77 does not exist; waiting for it; DHCP is served " \
        "on no interface until then; interfaces here: br0" in done.stderr
    assert "the configuration is correct (1 warning)\n" in done.stderr


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
    done = check(network, SERVED.replace("boot=file", "boot=/gone")
                 + "dhcp-boot=tag:bootp,/srv/tftpboot/file\n"
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


def test_check_tells_of_the_lease_folder(network, boot_files, agree):
    missing = SERVED + "dhcp-leasefile=/srv/nothing/leases.db\n"
    said = agree(missing)
    assert "error: dhcp-leasefile /srv/nothing/leases.db: folder " \
        "/srv/nothing: No such file or directory; create it with: " in said
    # A folder that is not for the leases alone.
    said = agree(SERVED + "dhcp-leasefile=/nothing/leases.db\n")
    assert "conf:9: error: dhcp-leasefile /nothing/leases.db: folder " \
        "/nothing: No such file or directory; name a file in a folder of " \
        "its own, or remove dhcp-leasefile: the leases are then in " \
        "/var/lib/pxeguard/leases.db" in said and "0700" not in said
    network.server.shadow("/srv/nothing")
    assert f"user pxeguard-leased may not write to its folder; leases are " \
        f"stored in {STATE_FOLDER}" in agree(missing)
    network.server.run("chown", "-R", "root:", STATE_FOLDER)
    said = agree(SERVED)
    assert "chown -R pxeguard-leased: /var/lib/pxeguard" in said
    assert "install -d" not in said


def test_check_makes_no_folder(network, boot_files, agree):
    """The start makes it, if it is the default one, and if it can."""
    network.server.run("umount", STATE_FOLDER)
    network.server.shadow(os.path.dirname(STATE_FOLDER))
    done = check(network, SERVED)
    assert done.returncode == 0 and "correct (0 warnings)" in done.stderr
    assert not network.server.path(STATE_FOLDER).exists()
    network.server.run("mount", "-o", "remount,ro",
                       os.path.dirname(STATE_FOLDER))
    assert "error: cannot create /var/lib/pxeguard for the leases: " \
        "Read-only file system; " in agree(SERVED)


def test_check_of_the_database(network, boot_files, agree):
    store = network.server.path(STATE_FOLDER) / "leases.db"
    assert "(0 warnings)" in agree(SERVED)
    network.server.run("chown", "root:", f"{STATE_FOLDER}/leases.db")
    said = agree(SERVED)
    assert f"error: leased rejected the configuration: {STATE_FOLDER}/" \
        "leases.db cannot be read by user pxeguard-leased" in said
    # Nothing was changed by the check.
    store.unlink()
    assert check(network, SERVED).returncode == 0
    assert not store.exists()
    network.server.run("mount", "-o", "remount,ro", STATE_FOLDER)
    assert "Read-only file system; mount it for writing" in agree(SERVED)


def test_check_of_what_would_be_imported(network, boot_files, agree):
    store = network.server.path(STATE_FOLDER) / "leases.db"
    store.write_text("garbage\n")
    said = agree(SERVED)
    assert f"{STATE_FOLDER}/leases.db is neither an SQLite database nor a " \
        "lease file; move it away\n" in said and "warning: " not in said
    store.unlink()
    old = network.server.path(DNSMASQ_FOLDER) / "dnsmasq.leases"
    old.write_text("garbage\n")
    assert f"{DNSMASQ_FOLDER}/dnsmasq.leases is neither" in agree(SERVED)
    old.write_text("garbage\n2000000000 52:54:00:00:00:01 192.168.1.77 pc *\n")
    assert "dnsmasq.leases:1: not five fields; line ignored" in agree(SERVED)


def test_check_of_an_import_into_a_database(network, boot_files, agree):
    """A database without leases is filled; --test reads it as it is."""
    old = network.server.path(DNSMASQ_FOLDER) / "dnsmasq.leases"
    line = "garbage\n2000000000 52:54:00:00:00:01 192.168.1.77 pc *\n"
    agree(SERVED)  # makes the database
    old.write_text(line)
    refused = "dnsmasq.leases is not imported"
    said = agree(SERVED)
    assert "dnsmasq.leases:1: not five fields" in said and refused not in said
    said = agree(SERVED)
    assert "dnsmasq.leases:1: " not in said and refused not in said
    # A database with leases that were not imported.
    store = network.server.path(STATE_FOLDER) / "leases.db"
    store.write_bytes(make_database([lease_row(number("192.168.1.60"), 1)]))
    assert f"{refused}: there are leases in the database" in agree(SERVED)


def test_check_of_a_change_that_needs_a_restart(network, boot_files,
                                                start_server):
    """What a reload of the daemon that runs would not do."""
    server = start_server(SERVED)
    process = r"\(process \d+\)"

    def checked(text, *options):
        network.server.path(CONFIG_PATH).write_text(text)
        done = network.server.run(PXEGUARD, "--test", "-C", CONFIG_PATH,
                                  *options, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    assert "reload" not in checked(SERVED)
    changed = SERVED + "dhcp-leasefile=/var/lib/pxeguard/other.db\n" \
        "sandbox-disable=seccomp\npid-file=/run/pxeguard-lab/new.pid\n"
    said = checked(changed)
    for note in (rf"conf:9: note: dhcp-leasefile: the pxeguard that runs {process} has its "
                 rf"leases in {STATE_FOLDER}/leases.db, and a reload cannot",
                 rf"conf: note: sandbox-disable: the pxeguard that runs {process} has",
                 rf"conf:11: note: pid-file: the pxeguard that runs {process} has none"):
        assert re.search(note, said, re.MULTILINE), said
    mark = server.reload(changed)
    server.wait_line("dhcp-leasefile cannot change from", since=mark)
    assert re.search(f"conf: note: pxeguard runs {process} with other directives",
                     checked(SERVED, "--log-dhcp"), re.MULTILINE)
    assert server.stop() == 0
    assert "reload" not in checked(changed)


PRETENDER = """
import os, sys
os.seteuid(int(sys.argv[3]))
fd = os.memfd_create("pxeguard-started")
os.write(fd, sys.argv[2].encode())
os.seteuid(0)
with open("/proc/self/comm", "w") as comm:
    comm.write("pxeguard")
os.setuid(int(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


def test_check_believes_only_processes_of_root(network, boot_files):
    """Any user can name a process pxeguard and give it such a file.

    A set-user-ID program becomes root, and keeps the files that it was given.
    """
    text = f"conf-file {CONFIG_PATH}\noptions 0\ndhcp-leasefile \n" \
        "sandbox-disable 0\npid-file /run/believed.pid\n"
    network.server.shadow("/run/pxeguard-lab")
    network.server.path(CONFIG_PATH).write_text(SERVED)
    for user, maker, believed in ((0, 0, True), (65534, 0, False),
                                  (0, 65534, False)):
        with subprocess.Popen(
                network.server.command([sys.executable, "-c", PRETENDER,
                                        user, text, maker]),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            done = network.server.run(PXEGUARD, "--test", "-C", CONFIG_PATH,
                                      check=False)
            assert done.returncode == 0, done.stderr
            assert ("has /run/believed.pid" in done.stderr) == believed
            if not believed:
                done = network.server.run(PXEGUARD, "--reload", "-C",
                                          CONFIG_PATH, check=False)
                assert "error: pxeguard is not running: " in done.stderr


def test_print_config_of_a_long_line(network, boot_files):
    """It may be longer than the record that it stands for."""
    line = "dhcp-option=" + "".join(f"tag:{letter * 60}," for letter in
                                    "abcdefghijklmnop") + "224," + \
        ":".join(["ff"] * 1184)
    done = check(network, SERVED + line + "\n", how="--print-config")
    assert done.returncode == 0, done.stderr
    assert line in done.stdout.splitlines()


def test_check_of_a_database_in_use(network, boot_files, start_server, dhcp):
    """Neither disturbs the other."""
    server = start_server(SERVED)
    assert dhcp.lease(mac_number(1)).type == "ACK"
    done = check(network, SERVED)
    assert done.returncode == 0 and "correct (0 warnings)" in done.stderr
    assert dhcp.lease(mac_number(2)).type == "ACK"
    assert "error" not in server.log() and "warning" not in server.log()


def test_check_of_a_tree_that_imaged_cannot_search(boot_files, agree):
    boot_files.chmod(0o700)
    said = agree(SERVED)
    assert re.search(r"conf:\d+: error: imaged rejected", said)
    assert "error: imaged rejected the configuration: tftp-root " \
        "/srv/tftpboot (mode 0700, owner 0:0) may not be searched by user " \
        "pxeguard-imaged; chmod a+x it\n" in said


def test_check_reports_all_that_would_fail(network, boot_files):
    """The start ends at the first of them."""
    boot_files.chmod(0o700)
    (network.server.path(STATE_FOLDER) / "leases.db").write_text("garbage\n")
    done = check(network, SERVED + "tftp-root=/srv/nothing,br9\n"
                 "tftp-root=/srv/nothing2,br8\n")
    for text in ("tftp-root /srv/nothing: No such file",
                 "tftp-root /srv/nothing2: No such file",
                 "leases.db is neither"):
        assert f"{text}" in done.stderr
    assert done.returncode == 1


def test_check_names_the_lines(network, boot_files):
    """Also of what other processes find; and the file where there is none."""
    network.client()
    text = SERVED.replace("boot=file", "boot=gone") \
        + "dhcp-range=10.8.0.2,10.8.0.9\ndhcp-range=10.9.0.0,proxy\n" \
        "dhcp-host=52:54:00:00:00:01,172.16.0.1\n" \
        "dhcp-host=52:54:00:00:00:02,192.168.1.1\n" \
        "interface=br7\nlisten-address=192.168.1.77\n" \
        "pid-file=/srv/nothing/pid\n" \
        "dhcp-leasefile=/srv/nothing/leases\n" \
        "dhcp-range=10.6.0.2,10.6.0.9,255.255.255.0\nuser=nobody\n" \
        "sandbox-disable=landlock\n"
    number = {line: n + 1 for n, line in enumerate(text.splitlines())}
    done = check(network, text)
    assert done.returncode == 1
    path = "/run/lab-check/conf"
    assert f"{path}:9: error: tftp-root /srv/nothing: No such file" in \
        check(network, SERVED + "tftp-root=/srv/nothing,br8\n").stderr
    for line, says in [
            ("dhcp-boot=gone", "warning: dhcp-boot gone: no such file in"),
            ("dhcp-range=10.8.0.2,10.8.0.9", "warning: dhcp-range 10.8.0.2: "),
            ("dhcp-range=10.9.0.0,proxy", "warning: dhcp-range 10.9.0.0,proxy"),
            ("dhcp-host=52:54:00:00:00:01,172.16.0.1",
             "warning: dhcp-host with 172.16.0.1: "),
            ("dhcp-host=52:54:00:00:00:02,192.168.1.1",
             "warning: dhcp-host 52:54:00:00:00:02: 192.168.1.1 is an"),
            ("interface=br7", "warning: interface br7 does not exist"),
            ("listen-address=192.168.1.77", "warning: listen-address 192."),
            ("pid-file=/srv/nothing/pid", "error: pid-file /srv/nothing/pid"),
            ("dhcp-leasefile=/srv/nothing/leases",
             "error: dhcp-leasefile /srv/nothing/leases: folder "),
            ("dhcp-range=10.6.0.2,10.6.0.9,255.255.255.0",
             "note: dhcp-range 10.6.0.2: no interface is on its subnet"),
            ("user=nobody", "note: user is ignored: ")]:
        assert f"{path}:{number[line]}: {says}" in done.stderr, done.stderr
    assert f"{path}: warning: sandbox: landlock disabled by " in done.stderr
    # The last line is the result; each other one has a severity.
    lines = done.stderr.splitlines()
    assert "on this host the daemon would not start" in lines[-1]
    assert all(re.match(rf"{path}(:\d+)?: (error|warning|note): ", line)
               for line in lines[:-1])


def test_check_counts_what_repeats(network, boot_files):
    done = check(network, SERVED + "".join(
        f"dhcp-option=tag:t{n},3,10.0.0.1\n" for n in range(1, 31)))
    assert re.search(r"conf:13: warning: tag \"t5\" .*"
                     r" \(and 25 more like it: lines 14-38\)\n", done.stderr)
    assert done.returncode == 0


def test_strict_check(network, boot_files):
    done = check(network, SERVED, "--test=strict", how="--json")
    assert done.returncode == 0
    warned = SERVED + "interface=br7\n"
    assert check(network, warned).returncode == 0
    done = check(network, warned, how="--test=strict")
    assert done.returncode == 1
    assert "correct (1 warning); --test=strict accepts none\n" in done.stderr
    assert check(network, warned, "--json", how="--test=strict") \
        .returncode == 1
    # What is only said is no warning.
    assert check(network, SERVED + "user=nobody\n", how="--test=strict") \
        .returncode == 0
    done = check(network, SERVED, how="--test=strikt")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "pxeguard: --test: write --test, or " \
        "--test=strict; pxeguard --help lists the options\n"


def test_check_as_json(network, boot_files):
    done = check(network, SERVED + "interface=br7\nuser=nobody\n", "--json")
    assert done.returncode == 0 and done.stderr == ""
    said = json.loads(done.stdout)
    assert (said["errors"], said["warnings"], said["notes"]) == (0, 1, 1)
    assert said["correct"] and said["starts"]
    assert said["findings"] == [
        {"file": "/run/lab-check/conf", "line": 10, "severity": "note",
         "text": said["findings"][0]["text"], "fix": None, "count": 1,
         "more_lines": []},
        {"file": "/run/lab-check/conf", "line": 9, "severity": "warning",
         "text": "interface br7 does not exist; waiting for it", "fix": None,
         "count": 1, "more_lines": []}]
    # An error of the configuration, with bytes that are no text.
    network.server.path("/run/lab-check/conf").write_bytes(
        SERVED.encode() + b"dhcp-rnage=1\n\xff\"\xe2\x82=\\\"\n")
    done = network.server.run(PXEGUARD, "--test", "--json", "-C",
                              "/run/lab-check/conf", check=False)
    assert done.returncode == 1 and done.stderr == ""
    said = json.loads(done.stdout)
    assert not said["correct"] and not said["starts"]
    assert [(f["line"], f["severity"]) for f in said["findings"]] == \
        [(9, "error"), (10, "error")]
    assert said["findings"][0]["fix"] == 'did you mean "dhcp-range"?'
    # One of this host.
    done = check(network, SERVED.replace("/srv/tftpboot", "/srv/nothing"),
                 "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["correct"] and not said["starts"] and said["errors"] == 1
    # The configuration file itself.
    done = network.server.run(PXEGUARD, "--test", "--json", "-C",
                              "/run/lab-check/n\udcffn", check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["findings"][0]["file"] == \
        "/run/lab-check/n\\xffn"


def test_check_of_capabilities(network, boot_files, agree):
    said = agree(SERVED, before="setpriv --bounding-set -net_admin")
    assert "error: capabilities missing: net_admin; grant them" in said
    assert said.count("error: ") == 1 and VERDICT.search(said)
    said = agree(SERVED, before="setpriv --bounding-set -net_bind_service")
    assert said.count("error: ") == 1 and VERDICT.search(said)
    # All that is needed is named at once.
    said = agree(SERVED, before="setpriv --bounding-set -sys_admin,-net_admin")
    assert "missing: net_admin, sys_admin; " in said
    assert "--sandbox-disable=namespaces,parent-seccomp" in said
    assert len(said.splitlines()) == 1
    said = agree(SERVED, "--sandbox-disable=namespaces,parent-seccomp",
                 before="setpriv --bounding-set -sys_admin")
    assert said.count("seccomp disabled by sandbox-disable") == 1


@pytest.mark.parametrize("port, name", [(67, "DHCP"), (69, "TFTP")])
def test_check_of_a_port_in_use(network, boot_files, agree, port, name):
    with network.server.udp_socket(port=port):
        said = agree(SERVED)
        assert f"error: {name} port {port} on br0: in use by process " \
            f"{os.getpid()} (" in said
        # What is printed is no worse for that.
        done = check(network, SERVED, how="--print-config")
        assert done.returncode == 0 and "error" not in done.stderr
    # On another device it is free here.
    network.server.ip("link", "add", "br7", "type", "bridge")
    with network.server.udp_socket(port=port) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"br7")
        agree(SERVED)


LISTENER = """
import os, socket, sys
with open("/proc/self/comm", "w") as comm:
    comm.write("pxeguard")
os.setuid(65534)
server = socket.create_server(("", 8080))
print("ready", flush=True)
sys.stdin.read()
"""


def test_check_of_a_port_of_a_user(network, boot_files, agree):
    """Who names a process pxeguard, so that --test finds nothing wrong."""
    with subprocess.Popen(
            network.server.command([sys.executable, "-c", LISTENER]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        said = agree(SERVED + "enable-http\nhttp-port=8080\n")
    assert re.search(r"error: HTTP port 8080 on br0: in use by process \d+ "
                     r"\(pxeguard\); stop it\n", said)


def test_check_of_the_pid_file(network, boot_files, agree, start_server):
    text = SERVED + "pid-file=/run/lab-pid/pid\n"
    assert "error: pid-file /run/lab-pid/pid: No such file or directory; " \
        "create its directory" in agree(text)
    network.server.shadow("/run/lab-pid")
    agree(text)
    path = network.server.path("/run/lab-pid/pid")
    assert not path.exists()
    path.write_text("text\n")
    assert "not written by pxeguard" in agree(text)
    path.unlink()
    server = start_server(text)
    assert "correct (0 warnings)\n" in check(network, text).stderr
    assert path.read_text() == f"{server.pid}\n"


def test_boot_files_are_looked_for_at_each_start_and_reload(
        start_server, boot_files):
    text = SERVED + "dhcp-boot=tag:a,gone\ndhcp-boot=tag:b,closed/file\n" \
        "dhcp-boot=tag:c,private\n"
    (boot_files / "closed").mkdir(mode=0o700)
    (boot_files / "closed" / "file").write_bytes(b"")
    (boot_files / "private").write_bytes(b"")
    (boot_files / "private").chmod(0o600)
    server = start_server(text)
    says = ["warning: .*conf:9: dhcp-boot gone: no such file in /srv/tftpboot; clients "
            "that are offered it will not boot",
            "warning: .*conf:10: dhcp-boot closed/file: the file in /srv/tftpboot may "
            "not be served",
            "warning: .*conf:11: dhcp-boot private: the file in /srv/tftpboot may not be"]
    for line in says:
        server.wait_line(line)
    mark = server.reload()
    for line in says:
        server.wait_line(line, since=mark)
    mark = server.reload(SERVED)
    server.wait_line("ready, configuration 3", since=mark)
    assert server.stop() == 0
    log = "\n".join(server.process.tail(None)[mark:])
    assert not re.search(": dhcp-boot (gone|closed|private)", log)


@pytest.mark.parametrize("lines", [
    "dhcp-boot=tag:a,gone\n",
    "dhcp-range=192.168.1.200,192.168.2.20\n",
    "dhcp-range=10.8.0.2,10.8.0.9\n",
    "dhcp-range=10.8.0.2,10.8.0.9,255.255.255.0\n",
    "dhcp-host=52:54:00:00:00:01,10.9.0.1\n",
    "dhcp-host=52:54:00:00:00:01,192.168.1.1\n",
    "interface=br7\n",
    "interface=port0\n",
    "listen-address=192.168.1.77\n",
    "sandbox-disable=landlock\n",
    "tftp-max=65535\n"])
def test_check_and_start_warn_of_the_same(network, boot_files, agree, lines):
    network.client()
    agree(SERVED + lines)


def test_check_of_an_interface_that_is_missing(network, boot_files, agree):
    agree(SERVED.replace("br0", "br77"))
    network.server.ip("address", "flush", "dev", "br0")
    assert "warning: br0 has no IPv4 address; " in agree(SERVED)


def test_check_of_a_bad_configuration(network):
    done = check(network, CONFIG + "dhcp-rnage=1\ndhcp-range=2\n")
    assert done.returncode == 1
    assert "conf:9:" in done.stderr and "conf:10:" in done.stderr
    assert "2 errors" in done.stderr


def test_check_tells_of_a_tree_that_is_not_there(network):
    text = CONFIG.replace("/srv/tftpboot", "/srv/nothing")
    done = check(network, text)
    assert done.returncode == 1
    assert "error: tftp-root /srv/nothing: No such file or directory; " \
        "create the folder, correct tftp-root, or set tftp-no-fail\n" \
        in done.stderr
    assert "on this host the daemon would not start\n" in done.stderr
    done = check(network, text + "tftp-no-fail\n")
    assert "warning: tftp-root /srv/nothing: No such file or directory; " \
        "TFTP is not served (tftp-no-fail)\n" in done.stderr


def test_check_tells_of_trees_that_need_namespaces(network):
    network.server.shadow("/srv/one")
    network.server.shadow("/srv/two")
    network.server.path("/srv/two/file").write_bytes(b"")
    text = SERVED.replace("/srv/tftpboot", "/srv/one") \
        + "tftp-root=/srv/two,br0\n"
    done = check(network, text + "tftp-no-fail\n")
    assert "correct (0 warnings)" in done.stderr
    done = check(network, text, "--sandbox-disable=namespaces")
    assert done.returncode == 1
    assert "error: only one tftp-root can be served without namespaces " \
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


def test_json_in_a_full_pipe_that_does_not_block(network, boot_files):
    """Nothing is read until the pipe is full; then all of it comes."""
    network.server.shadow("/run/lab-check")
    network.server.path("/run/lab-check/conf").write_text(
        SERVED + "".join(f"no-such-{n}=1\n" for n in range(900)))
    read, write = os.pipe()
    size = fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(write, False)
    running = subprocess.Popen(
        tied(network.server.command([PXEGUARD, "--test", "--json", "-C",
                                     "/run/lab-check/conf"])),
        stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.PIPE)
    os.close(write)

    def full():
        waiting = struct.unpack("i", fcntl.ioctl(
            read, termios.FIONREAD, b"\0\0\0\0"))[0]
        return waiting > size // 2 or running.poll() is not None

    wait_until(full, "a pipe that is full")
    with open(read, "rb") as pipe, running:
        text = pipe.read()
        assert running.stderr.read() == b""
    assert running.returncode == 1 and len(text) > 4 * size
    assert len(json.loads(text)["findings"]) > 1
