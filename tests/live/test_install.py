"""What make install lays down works below any prefix, and goes again."""

import os
import pathlib
import re
import subprocess

import pytest

from lab.daemon import PXEGUARD, REPOSITORY

pytestmark = pytest.mark.xdist_group("install")
PREFIX = "opt/pxeguard"


# Named as make all names it, or what depends on headers is compiled again.
BUILD = os.path.relpath(PXEGUARD.parent, REPOSITORY)


def make(target, folder, build=BUILD):
    done = subprocess.run(
        ["make", "-C", REPOSITORY, f"BUILD={build}",
         f"DESTDIR={folder}", f"PREFIX=/{PREFIX}", target],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    # All was built before: nothing is compiled for another prefix.
    assert "CC" not in done.stdout


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")
            if not path.is_dir()}


def packaged(names, *packages):
    """Each file is in one of these packages, which name no others."""
    rows = [row.removeprefix("usr/") for package in packages
            for row in (REPOSITORY / "debian" / f"{package}.install")
            .read_text().split()]
    matches = {row: {name for name in names
                     if name == row or name.startswith(row + "/")}
               for row in rows}
    assert [row for row, found in matches.items() if not found] == []
    assert sorted(name for found in matches.values() for name in found) == \
        sorted(names)
    return True


def test_the_packages_have_the_version_of_the_makefile():
    """As debian/package compares them."""
    version = re.search(r"^VERSION = (\S+)$",
                        (REPOSITORY / "Makefile").read_text(), re.M)[1]
    entry = (REPOSITORY / "debian/changelog").read_text().split()[1]
    assert entry == f"({version.replace('-', '~')})"


def test_install_and_uninstall(start_server, boot_files, tmp_path):
    make("install", tmp_path)
    there = files(tmp_path)
    assert packaged({name.removeprefix(PREFIX + "/") for name in there},
                    "pxeguard", "pxeguard-http")
    for name in ("sbin/pxeguard", "bin/pxeguard-sign",
                 "share/man/man1/pxeguard-sign.1", "libexec/pxeguard/dhcpd",
                 "share/man/man5/pxeguard.conf.5", "share/man/man8/pxeguard.8",
                 "share/doc/pxeguard/examples/pxeguard.conf",
                 "share/doc/pxeguard/examples/simple.conf",
                 "lib/systemd/system/pxeguard.service"):
        assert f"{PREFIX}/{name}" in there
    unit = tmp_path / PREFIX / "lib/systemd/system/pxeguard.service"
    assert f"ExecStart=/{PREFIX}/sbin/pxeguard -k\n" in unit.read_text()
    program = tmp_path / PREFIX / "sbin/pxeguard"
    server = start_server(command=f"{program} -k -C {{config}}")
    for role, pid in server.role_pids().items():
        assert pathlib.Path(os.readlink(f"/proc/{pid}/exe")) == \
            tmp_path / PREFIX / "libexec/pxeguard" / role
    assert server.stop() == 0
    assert (tmp_path / "etc/pxeguard").is_dir()
    make("uninstall", tmp_path)
    assert files(tmp_path) == set()


def test_install_the_selinux_module(tmp_path):
    """As make selinux built it; what it needs may not be here."""
    module = tmp_path / "build/selinux/pxeguard.pp"
    module.parent.mkdir(parents=True)
    module.write_text("a module\n")
    folder = tmp_path / "system"
    make("install-selinux", folder, module.parents[1])
    assert packaged({name.removeprefix(PREFIX + "/")
                     for name in files(folder)}, "pxeguard-selinux")
    there = folder / PREFIX / "share/selinux"
    assert (there / "packages/pxeguard.pp").read_text() == "a module\n"
    assert (there / "devel/include/services/pxeguard.if").read_text() == \
        (REPOSITORY / "selinux/pxeguard.if").read_text()
    make("uninstall", folder)
    assert files(folder) == set()


def test_install_the_apparmor_profile(tmp_path):
    """It is for the programs of the prefix; what was added to it stays."""
    make("install-apparmor", tmp_path)
    there = files(tmp_path)
    # debian/pxeguard-apparmor.install has the folder.
    assert packaged(there, "pxeguard-apparmor")
    own = {str(path.relative_to(REPOSITORY / "apparmor"))
           for path in (REPOSITORY / "apparmor").rglob("*")
           if path.is_file()}
    etc = tmp_path / "etc/apparmor.d"
    assert files(etc) == own
    profile = (etc / "pxeguard").read_text()
    assert f"  /{PREFIX}/sbin/pxeguard mr,\n" in profile
    assert f"  /{PREFIX}/libexec/pxeguard/tftpd Cx -> tftpd,\n" in profile
    assert "/usr/sbin" not in profile and "/usr/libexec" not in profile
    local = etc / "tunables/pxeguard.d/local"
    local.write_text("@{pxeguard_roots}+=/data/boot\n")
    make("install-apparmor", tmp_path)
    make("uninstall", tmp_path)
    assert files(etc) == {"tunables/pxeguard.d/local"}
    assert local.read_text() == "@{pxeguard_roots}+=/data/boot\n"


def completed(folder, *words):
    """What bash proposes for the last of these words."""
    program = words[0]
    script = (f"source {folder}/{program}; COMP_WORDS=(\"$@\"); "
              f"COMP_CWORD={len(words) - 1}; _{program.replace('-', '_')}; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script, "bash", *words], text=True,
                          capture_output=True, timeout=60)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def completion(tmp_path_factory):
    """The folder of the installed completions."""
    folder = tmp_path_factory.mktemp("install")
    make("install", folder)
    return folder / PREFIX / "share/bash-completion/completions"


def test_completion_has_every_option_and_directive(completion):
    entries = re.findall(r"^\.It Ic ([a-z0-9-]+)( Ns [^O])?", (
        REPOSITORY / "docs/pxeguard.conf.5").read_text(), re.M)
    usage = subprocess.run([PXEGUARD, "--help"], capture_output=True,
                           text=True, check=True).stdout
    options = re.findall(r"^  (?:    |-\w, )(--[a-z-]+=?)", usage, re.M)
    assert len(entries) > 80 and len(options) > 10
    names = {"--" + name for name, _ in entries} | \
        {name.removesuffix("=") for name in options}
    offered = completed(completion, "pxeguard", "-")
    assert {name.removesuffix("=") for name in offered} == \
        names - {"--read-ethers"}
    assert "--dhcp-range=" in offered and "--log-dhcp" in offered
    assert set(options) <= offered


@pytest.mark.parametrize("words, offered", [
    (["--dhcp-r"], {"--dhcp-range=", "--dhcp-reply-delay=", "--dhcp-remoteid=",
                    "--dhcp-rapid-commit"}),
    (["--leases", "=", "j"], {"json"}),
    (["--leases", "="], {"text", "json", "csv", "dnsmasq"}),
    (["--json", "--te"], {"--test"}),
    (["--verify-images", "=", "re"], {"require"}),
    (["--print-policy", "=", "le"], {"leased"}),
    (["-i", "l"], {"lo"}),
    (["--interface", "=", "l"], {"lo"}),
    (["-C", "/etc/passw"], {"/etc/passwd"}),
    (["--conf-file", "=", "/etc/passw"], {"/etc/passwd"}),
])
def test_completion(completion, words, offered):
    found = completed(completion, "pxeguard", *words)
    assert offered <= found if words[-1] == "l" else offered <= found and \
        len(found) <= len(offered) + 1


def test_completion_of_pxeguard_sign(completion):
    """The options of each command, as its usage has them."""
    assert completed(completion, "pxeguard-sign", "") == \
        {"keygen", "sign", "verify", "--help", "--version"}
    table = (REPOSITORY / "ctl/args.c").read_text()
    names = {letter: name for name, letter in re.findall(
        r'\{ "([a-z-]+)", \w+, NULL, \'(\w)\' \}', table)}
    names.update({"P": "password-file", "N": "serial"})
    rows = re.findall(r'\{ "(\w+)", "(\w+)" \}', table)
    assert len(rows) == 3 and len(names) == 6
    for command, letters in rows:
        assert {name.removesuffix("=") for name in completed(
            completion, "pxeguard-sign", command, "--")} == \
            {"--" + names[letter] for letter in letters}
    assert completed(completion, "pxeguard-sign", "sign", "--serial", "=",
                     "n") == {"next", "none"}
    assert completed(completion, "pxeguard-sign", "verify", "/etc/passw") >= \
        {"/etc/passwd"}


def test_help_names_the_targets():
    done = subprocess.run(["make", "-s", "-C", REPOSITORY, "help"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=True)
    for target in ("demo", "check", "install", "uninstall"):
        assert f"make {target}" in done.stdout


# What the unit is rated: as documented, and no worse.
EXPOSURE = 3.7


def test_exposure_of_the_unit():
    done = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=yes",
         f"--threshold={round(EXPOSURE * 10)}",
         REPOSITORY / "docs/pxeguard.service"],
        capture_output=True, text=True, timeout=60)
    rated = re.search(r"exposure level .*: ([\d.]+)", done.stdout)
    assert rated, done.stderr
    assert float(rated[1]) == EXPOSURE
    # Lines that systemd does not understand are ignored, with a message.
    assert done.stderr == ""
    page = (REPOSITORY / "docs/pxeguard.8").read_text()
    assert f"\nrates it {EXPOSURE}.\n" in page


def test_the_unit_allows_every_system_call_of_the_policy():
    """systemd's filter comes first; its groups change with its version."""
    groups, name = {}, None
    for line in subprocess.run(
            ["systemd-analyze", "--no-pager", "syscall-filter"],
            capture_output=True, text=True, check=True).stdout.splitlines():
        if line.startswith("@"):
            name = line.strip()
            groups[name] = set()
        elif name and line.strip() and not line.strip().startswith("#"):
            groups[name].add(line.strip())

    def calls(word):
        if not word.startswith("@"):
            return {word}
        return set().union(*(calls(inner) for inner in groups[word]))

    allowed = set()
    unit = (REPOSITORY / "docs/pxeguard.service").read_text()
    for words in re.findall(r"^SystemCallFilter=(.*)", unit, re.M):
        for word in words.removeprefix("~").split():
            if words.startswith("~"):
                allowed -= calls(word)
            else:
                allowed |= calls(word)
    policy = subprocess.run([PXEGUARD, "--print-policy"], check=True,
                            capture_output=True, text=True).stdout
    assert {line.split()[2] for line in policy.splitlines()} - allowed == set()


def test_a_purge_removes_the_users_of_all_roles():
    """And of nobody else, whatever his name begins with."""
    text = (REPOSITORY / "debian/pxeguard.postrm").read_text()
    named = re.search(r"for role in (.*); do", text)[1].split()
    assert named == sorted(path.parent.name for path in
                           REPOSITORY.glob("*/main.c")
                           if path.parent.name != "priv")
