"""The recipes of docs/containers.md, with the rights that engines give.

No engine runs here (the document says what was tried with them): container.c
applies the system call filter that an engine has, and setpriv(1) leaves the
capabilities of the recipe.
"""

import contextlib
import itertools
import json
import pathlib
import re
import shlex

import pytest

from lab import proc, programs
from lab.all_roles import ALL, Clients
from lab.boot import lay_state_folder
from lab.daemon import ALL_SERVERS, PXEGUARD, Daemon, default_command
from lab.namespaces import Network
from lab.process import run
from lab.tftp_site import ROOT

CONTAINERS = pathlib.Path(__file__).resolve().parents[2] / "docs/containers.md"
# What Docker grants by default.
DOCKER = ("chown", "dac_override", "fowner", "fsetid", "kill", "setgid",
          "setuid", "setpcap", "net_bind_service", "net_raw", "sys_chroot",
          "mknod", "audit_write", "setfcap")
CONF = "/run/pxeguard-lab/pxeguard.conf"


def section(heading):
    text = CONTAINERS.read_text()
    return re.split(r"^## ", text.partition(f"\n## {heading}\n")[2],
                    maxsplit=1, flags=re.M)[0]


def recipe_words(heading):
    """The command line of a recipe of the document."""
    return shlex.split(re.search(r"^    (?:docker|podman) run .*?[^\\]$",
                                 section(heading), re.M | re.S)[0]
                       .replace("\\\n", " "))


def recipe(heading):
    """(capabilities, options of pxeguard) of a recipe of the document."""
    words = recipe_words(heading)
    assert "--cap-drop=ALL" in words or "--cap-drop=all" in words
    added = [word.partition("=")[2].lower() for word in words
             if word.startswith("--cap-add=")]
    image = len(words) - 1 - [word.rpartition("/")[2]
                              for word in reversed(words)].index("pxeguard")
    return added, words[image + 1:]


FEW = recipe("Few rights")
WHOLE = recipe("All layers")


@pytest.fixture(scope="session")
def container(tmp_path_factory):
    """A function: the command line of a server in a container."""
    program = programs.build(tmp_path_factory.mktemp("container"),
                             "container")

    def command(engine, capabilities, *options, server=None):
        kept = ",".join(["-all", *(f"+{name}" for name in capabilities)])
        return " ".join([str(program), engine, "setpriv", "--bounding-set",
                         kept, server or default_command(), *options])
    return command


@pytest.fixture
def site(network, boot_files, secrets):
    """Clients of all services; what the server needs is there."""
    secrets.lay(network.server, boot_files)
    with Clients(network, boot_files, secrets) as found:
        yield found


def losses(log):
    """The warnings of lost layers: {process: layers}."""
    found = {}
    for process, layer in re.findall(
            r" (\w+): warning: sandbox: ([\w-]+) disabled by sandbox-disable",
            log):
        found.setdefault(process, set()).add(layer)
    return found


def differences(network):
    """What --confinement finds: {role: items}."""
    out = run(network.server.command(
        [PXEGUARD, "--confinement", "--json", "-C", CONF]), check=False)
    found = {}
    for process in json.loads(out.stdout)["processes"]:
        found[process["role"]] = {item["item"] for item in process["items"]
                                  if item["verdict"] == "differs"}
    return found


def test_by_default_it_does_not_start(start_fails, boot_files, container):
    """Capabilities are missing, and named in one line."""
    log = start_fails(command=container("docker", DOCKER))
    assert "error: capabilities missing: net_admin, dac_read_search, " \
        "sys_admin; grant them (in a container: --cap-add); sys_admin is " \
        "only for" in log
    assert len(log.splitlines()) == 1


def test_few_rights(start_server, network, site, container):
    """Roles lose their namespaces and roots, and the parent its filter."""
    capabilities, options = FEW
    server = start_server(ALL, command=container("docker", capabilities,
                                                 *options))
    site.check()
    want = {role: {"namespaces"} for role in ("confd", *ALL_SERVERS)}
    assert losses(server.log()) == {**want, "pxeguard": {"parent-seccomp"}}
    assert proc.capabilities(server.pid, "CapBnd") == set(capabilities)
    assert differences(network) == {
        **{role: {"namespaces", "root"} for role in ALL_SERVERS},
        "parent": {"seccomp"}}
    server.kill_role("tftpd")
    site.check()


def test_all_layers(start_server, network, site, container):
    capabilities, options = WHOLE
    server = start_server(ALL, command=container(
        "docker-admin,pivot_root", capabilities, *options))
    site.check()
    assert losses(server.log()) == {}
    assert proc.capabilities(server.pid, "CapBnd") == set(capabilities)
    assert set().union(*differences(network).values()) == set()
    server.kill_role("imaged")
    site.check()


@pytest.mark.long
def test_the_filter_of_nspawn(start_server, start_fails, network, site,
                              container):
    """It needs the calls that the recipe adds.

    They are named one by one: systemd 252 ignores the group @sandbox.
    """
    log = start_fails(ALL, command=container("nspawn", WHOLE[0]))
    assert "sandbox: landlock unavailable: landlock_create_ruleset: " in log
    calls = ",".join(re.search(r"^    SystemCallFilter=(.*)$",
                               section("systemd-nspawn"), re.M)[1].split())
    assert "@" not in calls
    server = start_server(ALL, command=container(f"nspawn,{calls}",
                                                 WHOLE[0]))
    site.check()
    assert losses(server.log()) == {}


# (filter, capabilities beyond those of the recipe, options, what it says)
LACKING = {
    "few rights, and not said": (
        "docker", FEW[0], (), "capabilities missing: sys_admin; .*"
        "--sandbox-disable=namespaces,parent-seccomp"),
    "all rights, but Docker's filter": (
        "docker-admin", WHOLE[0], (),
        "sandbox: root unavailable: pivot_root: Operation not permitted; .*"
        "in a container a system call filter that permits"),
    "the filter without CAP_SYS_ADMIN": (
        "docker", WHOLE[0], (), "sandbox: namespaces unavailable: unshare: "
        "Operation not permitted"),
}


@pytest.mark.long
@pytest.mark.parametrize("case", LACKING)
def test_what_is_missing_is_said(start_fails, boot_files, container, case):
    engine, capabilities, options, line = LACKING[case]
    log = start_fails(command=container(engine, capabilities, *options))
    assert re.search(line, log), log
    assert "ready" not in log


@pytest.mark.long
@pytest.mark.parametrize("heading", ["Few rights", "All layers"])
def test_no_capability_is_granted_in_vain(start_fails, boot_files, container,
                                          heading):
    """Without any of them the start fails, and names it."""
    capabilities, options = recipe(heading)
    assert len(capabilities) == 8
    for name in capabilities:
        log = start_fails(command=container(
            "docker-admin,pivot_root",
            [other for other in capabilities if other != name], *options))
        assert f"error: capabilities missing: {name}; " in log


def test_the_recipes_agree():
    """Of the user namespace, and of the quadlet, with "All layers"."""
    assert recipe("A user namespace") == WHOLE
    text = section("All layers")
    quadlet = re.findall(r"AddCapability=(.*)", text)
    assert sorted(" ".join(quadlet).lower().replace("cap_", "").split()) == \
        sorted(WHOLE[0])


@pytest.mark.parametrize("heading", ["All layers", "A user namespace"])
def test_apparmor_is_off_where_roles_mount(heading):
    """The profiles of Docker and of Podman refuse mounts."""
    assert ("--security-opt", "apparmor=unconfined") in \
        itertools.pairwise(recipe_words(heading))


def test_the_quadlet_has_the_options_of_all_layers():
    """LimitNOFILE= would limit podman(1), not the container."""
    options = re.search(r"^    PodmanArgs=(.*)$", section("All layers"),
                        re.M)[1].split()
    assert "--security-opt=apparmor=unconfined" in options
    assert "--ulimit=nofile=16384" in options
    assert ("--ulimit", "nofile=16384") in \
        itertools.pairwise(recipe_words("All layers"))


def test_user_ids_are_the_same_at_each_start():
    """Leases belong to them; Podman's "auto" takes those that are free."""
    words = recipe_words("A user namespace")
    assert not [word for word in words if word.startswith("--userns")]
    assert words[words.index("--uidmap") + 1] == \
        words[words.index("--gidmap") + 1] == "0:1000000:65536"
    assert "leases:/var/lib/pxeguard" in words


def test_nspawn_ends_the_program_as_engines_do():
    """Without these, it starts an init system, or kills at a stop."""
    lines = section("systemd-nspawn").splitlines()
    for line in ("Boot=no", "KillSignal=SIGTERM",
                 "Parameters=/usr/sbin/pxeguard -k"):
        assert f"    {line}" in lines
    assert not [line for line in lines if "ProcessTwo" in line]


@pytest.mark.long
def test_a_user_namespace(container, secrets, tmp_path):
    """Root and all rights of the container count in it alone."""
    program = programs.build(tmp_path, "user_namespace")
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(Network(within=[program]))
        lay_state_folder(network.server)
        network.server.shadow(ROOT)
        root = network.server.path(ROOT)
        (root / "file").write_bytes(b"content")
        secrets.lay(network.server, root)
        user = f"nsenter --target {network.server.pid} --user " \
            "--preserve-credentials "
        server = stack.enter_context(Daemon(network, ALL, user + container(
            "docker-admin,pivot_root", WHOLE[0])))
        stack.enter_context(Clients(network, root, secrets)).check()
        assert losses(server.log()) == {}
        for pid in (server.pid, *server.role_pids().values()):
            assert proc.namespace(pid, "user") == \
                proc.namespace(network.server.pid, "user")
            assert proc.namespace(pid, "user") != proc.namespace("self", "user")
