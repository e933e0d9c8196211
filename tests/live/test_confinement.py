"""pxeguard --confinement: what the kernel says of each process, compared."""

import json
import os
import pathlib
import re
import shlex
import shutil

import pytest

from lab import programs
from lab.all_roles import KEYS
from lab.boot import CONFIG
from lab.daemon import PXEGUARD, REPOSITORY, default_command
from lab.dhcp_client import mac_number
from lab.https_site import HTTPS_CONFIG
from lab.process import run

PID_FILE = "/run/pxeguard-lab/pid"
# All roles that stay.
ALL = HTTPS_CONFIG + f"""\
enable-tftp
dhcp-range=192.168.1.50,192.168.1.150,8h
verify-images=require
verify-key={KEYS}
pid-file={PID_FILE}
"""
ROLES = ["dhcpd", "hashd", "httpd", "imaged", "keyd", "leased", "tftpd"]
ITEMS = ["program", "user", "root", "namespaces", "capabilities", "seccomp",
         "no-new-privs", "landlock", "limits", "descriptors", "threads"]
CONF = "/run/pxeguard-lab/pxeguard.conf"
BAD = "/run/bad-role"


@pytest.fixture
def start_all(start_site, secrets):
    """A function that starts a server with all roles."""
    def start(config=ALL, command=None):
        return start_site(config, sizes=(5000,),
                          lay=lambda site: secrets.lay(site.namespace,
                                                       site.root),
                          **({"command": command} if command else {}))

    return start


def confinement(namespace, *options, program=PXEGUARD, conf=CONF, before=()):
    """Run the command; (status, standard output, standard error)."""
    done = run(namespace.command(
        [*before, str(program), "--confinement", "-C", conf, *options]),
        check=False)
    return done.returncode, done.stdout, done.stderr


def seen(namespace, *options, **how):
    """The object of --json, with its status, and nothing beside it."""
    status, out, err = confinement(namespace, "--json", *options, **how)
    assert err == "", err
    found = json.loads(out)
    assert status == (1 if found["differences"] else 0)
    return found


def differences(found):
    """(role, item) -> what was found, of all that differ."""
    return {(process["role"], item["item"]): item["found"]
            for process in found["processes"] for item in process["items"]
            if item["verdict"] == "differs"}


def items(process):
    return {item["item"]: item for item in process["items"]}


# --- a server as it should be ----------------------------------------------

def test_all_roles(start_all):
    site = start_all()
    assert site.fetch("size5000").data
    found = seen(site.namespace)
    assert differences(found) == {}
    assert found["missing"] == [] and found["sandbox_disable"] == []
    roles = {process["role"]: process for process in found["processes"]}
    assert list(roles)[0] == "parent"
    assert sorted(set(roles) - {"parent"}) == ROLES
    assert len(roles) == len(found["processes"])
    assert {name: process["pid"] for name, process in roles.items()} == \
        {"parent": site.server.pid, **site.server.role_pids()}
    for name, process in roles.items():
        assert [item["item"] for item in process["items"]] == ITEMS
        for item in process["items"]:
            assert item["verdict"] in ("ok", "hidden", "not compared")
            if name != "parent":
                hidden = item["item"] == "landlock"
                assert (item["verdict"] == "hidden") == hidden
                assert hidden or item["verdict"] == "ok"
    check_values(roles)
    check_documents(roles)
    status, out, err = confinement(site.namespace)
    assert (status, err) == (0, "")
    check_text(out)


def check_values(roles):
    tftpd, leased = items(roles["tftpd"]), items(roles["leased"])
    assert tftpd["root"]["found"] == "empty: ro nosuid nodev noexec"
    assert leased["root"]["found"] == \
        "/var/lib/pxeguard: rw nosuid nodev noexec nosymfollow"
    assert items(roles["imaged"])["root"]["found"] == \
        "/0 is /srv/tftpboot: ro nosuid nodev noexec"
    assert tftpd["namespaces"]["found"] == "own net, mnt, ipc, uts"
    assert tftpd["capabilities"]["found"] == "none; bounding set none"
    assert tftpd["no-new-privs"]["found"] == "set; not dumpable"
    assert tftpd["seccomp"]["found"] == "3 filters"
    assert "2 file" in leased["descriptors"]["found"]
    assert re.search(r"\d+ udp", tftpd["descriptors"]["found"])
    assert re.search(r"\d+ tcp", items(roles["httpd"])["descriptors"]["found"])
    assert "/proc does not show it" in tftpd["landlock"]["found"]


def check_text(out):
    lines = out.splitlines()
    assert max(map(len, lines)) <= 100
    assert "DIFFERS" not in out
    assert lines[-1] == "8 processes, no difference"
    assert len(re.findall(r"^\w+ \(process \d+\)$", out, re.M)) == 8
    assert re.search(r"^  seccomp       ok       3 filters$", out, re.M)


def table(text, head):
    """The rows of a table of Markdown, by their first cell."""
    rows = text.partition(f"| {head} |")[2].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")]
             for row in rows]
    return {row[0]: row[1:] for row in cells}


def check_documents(roles):
    """docs/security.md has what the command expects of each role."""
    text = (REPOSITORY / "docs/security.md").read_text()
    alike = table(text, "Layer | parent | every role")
    parent = items(roles["parent"])
    own = ("user", "root", "limits", "descriptors")
    rows = table(text, "Role | user | root | limits | descriptors")
    assert sorted(rows) == ROLES
    for role in ROLES:
        found = items(roles[role])
        assert rows[role] == [found[item]["expected"] for item in own], role
        for item in ITEMS:
            if item not in own:
                assert alike[item][1] == found[item]["expected"], (role, item)
    assert sorted(alike) == sorted(set(ITEMS) - set(own))
    for item, cells in alike.items():
        assert cells[0] == (parent[item]["expected"] or
                            parent[item]["found"]), item


def test_without_a_pid_file(start_server, boot_files, network):
    """It is found by what it keeps of its start."""
    server = start_server(CONFIG)
    found = seen(network.server)
    assert found["processes"][0]["pid"] == server.pid
    assert differences(found) == {}
    assert len(found["processes"]) == 5


def test_after_a_reload(start_all):
    site = start_all()
    mark = site.server.reload(ALL + "dhcp-boot=other.0\ntftp-max=60\n")
    site.server.wait_line("ready, configuration 2", since=mark)
    found = seen(site.namespace)
    assert differences(found) == {} and len(found["processes"]) == 8


def test_several_roots_and_links(start_server, boot_files, network):
    """A tftp-root by a symbolic link, and one of an interface alone."""
    other = boot_files / "other"
    other.mkdir()
    (boot_files / "link").symlink_to("other")
    start_server(CONFIG + "tftp-root=/srv/tftpboot/link,br0\n")
    found = seen(network.server)
    assert differences(found) == {}
    imaged = next(process for process in found["processes"]
                  if process["role"] == "imaged")
    assert items(imaged)["root"]["found"] == \
        "/0 is /srv/tftpboot: ro nosuid nodev noexec; " \
        "/1 is /srv/tftpboot/other: ro nosuid nodev noexec"


# --- differences -----------------------------------------------------------

@pytest.mark.parametrize("layer, wanted", [
    ("seccomp", {"seccomp"}),
    ("landlock", {"landlock"}),
    ("namespaces", {"namespaces", "root"}),
])
def test_a_disabled_layer(start_all, layer, wanted):
    site = start_all(ALL + f"sandbox-disable={layer}\n")
    found = seen(site.namespace)
    assert found["sandbox_disable"] == [layer]
    apart = differences(found)
    assert {role for role, _ in apart} - {"parent"} == set(ROLES)
    assert {item for _, item in apart} == wanted
    for what in apart.values():
        assert what.endswith(" (disabled by sandbox-disable)")
    status, out, _ = confinement(site.namespace)
    assert status == 1
    assert re.search(rf"^  {layer} +DIFFERS ", out, re.M)


def test_disabled_on_its_command_line(start_all):
    """The file does not say so, but the daemon has kept it."""
    site = start_all(
        command=default_command() + " --sandbox-disable=landlock")
    assert {item for _, item in differences(seen(site.namespace))} == \
        {"landlock"}


@pytest.fixture(scope="session")
def bad_tftpd(tmp_path_factory):
    return programs.build_bad_role(tmp_path_factory.mktemp("bad-tftpd"))


@pytest.fixture
def bad_server(tmp_path, start_server, network, boot_files, bad_tftpd):
    """A server whose tftpd does what a test writes to a file."""
    program = programs.copy_server(tmp_path)
    honest = tmp_path / "honest"
    shutil.copytree(program.parent / "libexec", honest)
    shutil.copy2(bad_tftpd, program.parent / "libexec" / "tftpd")
    network.server.shadow(BAD)

    def start(deed):
        shutil.copy2(bad_tftpd, network.server.path(f"{BAD}/child"))
        network.server.path(f"{BAD}/tftpd").write_text(
            f"{deed}\n{honest / 'tftpd'}\n")
        server = start_server(
            command=shlex.quote(str(program)) + " -k -C {config}")
        return server, program

    return start


def test_a_role_without_its_sandbox(bad_server, network):
    """It claims to have entered it, and serves."""
    server, program = bad_server("layers-lie")
    found = seen(network.server, program=program)
    apart = differences(found)
    assert {role for role, _ in apart} == {"tftpd"}
    assert {item for _, item in apart} == {
        "user", "root", "namespaces", "capabilities", "seccomp",
        "no-new-privs", "limits"}
    assert apart["tftpd", "user"].startswith("uid 0, gid 0, ")
    assert apart["tftpd", "root"] == "/ in the host's tree"
    assert apart["tftpd", "seccomp"] == "1 filter"
    assert "net the host's" in apart["tftpd", "namespaces"]
    assert "sys_admin" in apart["tftpd", "capabilities"]
    assert apart["tftpd", "no-new-privs"] == "not set"


def test_a_role_of_another_program(bad_server, network):
    """By its user it is tftpd; the program is not the one that is there."""
    _, program = bad_server("none")
    apart = differences(seen(network.server, program=program))
    assert list(apart) == [("tftpd", "program")]
    assert apart["tftpd", "program"].endswith("/honest/tftpd")


def test_a_process_that_does_not_belong(bad_server, network):
    """A child of a role is shown, and compared with nothing."""
    server, program = bad_server("child")
    found = seen(network.server, program=program)
    apart = differences(found)
    assert ("unknown", "program") in apart
    assert apart["unknown", "program"].endswith("/bad-role/child")


def test_a_descriptor_that_does_not_belong(bad_server, network):
    _, program = bad_server("descriptor")
    apart = differences(seen(network.server, program=program))
    assert re.search(r"; not of this role: \d+ /etc/passwd "
                     r"\(in the host's tree\)",
                     apart["tftpd", "descriptors"])


def test_a_role_that_is_missing(start_all):
    """It cannot start again, so it stays away."""
    site = start_all()
    path = site.namespace.path(CONF)
    path.write_text(ALL.replace("enable-tftp\n", ""))
    mark = site.server.process.mark()
    site.server.reload()
    site.server.wait_line("ready, configuration 2", since=mark)
    path.write_text(ALL)
    found = seen(site.namespace)
    assert found["missing"] == ["tftpd"] and found["differences"] == 1
    status, out, _ = confinement(site.namespace)
    assert status == 1
    assert "\ntftpd does not run, although the configuration needs it\n" in out
    assert out.endswith("7 processes, 1 difference\n")


# --- errors ----------------------------------------------------------------

def test_not_running(start_all):
    site = start_all()
    site.server.stop()
    for options, why in (
            ((), f"pid-file {PID_FILE}: there is no such file; start it"),
            (("--pid-file=/etc/hostname",), "not written by pxeguard"),
            (("--pid-file=",), "no process of it has the configuration")):
        status, out, err = confinement(site.namespace, *options)
        assert (status, out) == (2, "")
        assert "error: pxeguard is not running: " in err and why in err
        assert len(err.splitlines()) == 1


def test_pid_file_of_another_program(start_all):
    site = start_all()
    path = site.namespace.path("/run/pxeguard-lab/other")
    path.write_text(f"{os.getpid()}\n")
    status, _, err = confinement(
        site.namespace, "--pid-file=/run/pxeguard-lab/other")
    assert status == 2
    assert f"names process {os.getpid()} (" in err


def test_another_configuration(start_all):
    site = start_all()
    other = site.namespace.path("/run/pxeguard-lab/other.conf")
    other.write_text(ALL)
    status, _, err = confinement(
        site.namespace, conf="/run/pxeguard-lab/other.conf")
    assert status == 2
    assert f'was started with the configuration "{CONF}"' in err


def test_errors_of_the_command(start_all):
    site = start_all()
    for before, options, why in (
            (("setpriv", "--reuid=65534", "--clear-groups"), (),
             "run: sudo pxeguard --confinement"),
            (("setpriv", "--bounding-set=-sys_ptrace"), (),
             "run it with the capability sys_ptrace"),
            ((), ("--test",), "not two of them"),
            ((), ("--dhcp-range=nonsense",), "error")):
        status, out, err = confinement(site.namespace, *options,
                                       before=before)
        assert (status, out) == (2, ""), err
        assert why in err


def test_while_roles_die(start_all):
    """Whatever ends meanwhile, there is a result."""
    site = start_all()
    for role in ("tftpd", "httpd", "leased"):
        site.server.kill_role(role)
        status, out, err = confinement(site.namespace)
        assert err == "" and status in (0, 1), err
        assert "parent (process " in out
    for role in ROLES:
        site.server.wait_role(role)
    assert pathlib.Path(f"/proc/{site.server.pid}").exists()


@pytest.mark.long
def test_many_hosts(start_all):
    """A large configuration changes nothing of the answer."""
    hosts = "".join(f"dhcp-host={mac_number(n)},host{n}\n"
                    for n in range(50000))
    site = start_all(ALL + hosts)
    before = seen(site.namespace)
    assert differences(before) == {} and before["missing"] == []
    assert sorted(process["role"] for process in before["processes"]) == \
        sorted(["parent", *ROLES])
