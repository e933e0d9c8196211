"""The commands of docs/audit.md print what it says."""

import os
import platform
import re
import shutil
import subprocess

import pytest

from lab.boot import lay_state_folder
from lab.daemon import PXEGUARD, REPOSITORY
from lab.namespaces import Namespace
from lab.patience import LONG_S
from lab.process import tied
from lab.programs import sanitized
from test_taken_over import CALLS

pytestmark = pytest.mark.xdist_group("audit")

AUDIT = (REPOSITORY / "docs/audit.md").read_text()
MAKEFILE = (REPOSITORY / "Makefile").read_text()
SECTIONS = re.split(r"^## ", AUDIT, flags=re.M)[1:]
# The test is run by such commands, and the programs are there.
ELSEWHERE = re.compile(r"^(make|BUILD=|export PATH|for t in)")


def commands(section):
    """The commands of a section, but for tests and what builds."""
    lines, skipped = [], False
    for line in re.findall(r"^ {4}(.*)$", section, re.M):
        skipped = bool(ELSEWHERE.match(line)) or \
            (skipped and line.startswith("    "))
        if not skipped:
            lines.append(line)
    return "\n".join(lines)


def script():
    """All sections, each one's output after a line with its number."""
    parts = [f"cd {REPOSITORY}", f"export PATH={PXEGUARD.parent}:$PATH",
             "set -m"]    # %strace, as in the shell of a terminal
    for section in SECTIONS:
        parts += [f"echo; echo '## {section[:1]}'", commands(section)]
    # Root's own folder may have the sources.
    text = "\n".join(parts).replace("/root/audit", "/run/audit")
    return text.replace(" build/", f" {PXEGUARD.parent}/") + "\n"


@pytest.fixture(scope="module")
def printed():
    """What each section prints, by its number."""
    if platform.machine() != "x86_64":
        pytest.skip("inject.c knows one processor")
    with Namespace("audit-doc") as place:
        place.write("/proc/sys/net/ipv6/conf/all/disable_ipv6", "0")
        place.write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0")
        place.shadow("/run")
        place.shadow("/srv")
        lay_state_folder(place)
        done = subprocess.run(
            tied(place.command(["unshare", "--pid", "--fork", "--kill-child",
                                "--mount-proc", "bash"])),
            input=script(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONG_S,
            check=False)
        left = place.run("sh", "-c", "ip netns; ls -d /srv/audit /run/audit* "
                         "/var/lib/pxeguard/audit.*", check=False)
    parts = re.split(r"^## (\w)$", done.stdout, flags=re.M)
    found = dict(zip(parts[1::2], parts[2::2]))
    found["left"] = left.stdout
    return found


def test_a_client_is_served(printed):
    out = printed["1"]
    assert re.search(r"lease of 192\.168\.1\.\d+ ", out), out
    assert out.count("hello\n") == 3, out


def test_confinement_is_seen(printed):
    out = printed["2"]
    assert "\n8 processes, no difference\nstatus 0\n" in out, out
    assert not re.search(r"^Uid:\s+0\b", out, re.M), out
    assert re.search(r"^Groups:\s*$", out, re.M), out
    for line in (r"CapEff:\t0+", r"CapBnd:\t0+", r"NoNewPrivs:\t1",
                 r"Seccomp_filters:\t3", r"CapEff:\t0+1424"):
        assert re.search(rf"^{line}$", out, re.M), (line, out)
    networks = re.findall(r"^net:\[(\d+)\]$", out, re.M)
    assert len(set(networks)) == len(networks) == 2, out
    assert re.findall(r"^(\w+) +(?:UP|DOWN) ", out, re.M) == ["lo"], out
    open_files = {re.sub(r"\d+", "N", name)
                  for name in re.findall(r"^l\S{9} .* -> (.*)$", out, re.M)}
    assert open_files == {"/dev/null", "pipe:[N]",
                          "anon_inode:[eventpoll]"}, out
    mount = re.search(r" /0 (\S+) .*\n0\n", out)
    assert {"ro", "nosuid", "nodev", "noexec"} <= set(mount[1].split(",")), out


def test_the_parent_reads_no_packets(printed):
    kinds = {}
    for line in printed["2"].rpartition("lease of ")[2].splitlines():
        if re.fullmatch(r"pxeguard(: dhcpd)?", line):
            kinds[line] = kinds[None] = set()
        elif re.fullmatch(r"  [A-Z]+", line):
            kinds[None].add(line.strip())
    assert kinds.get("pxeguard") == {"NETLINK", "UNIX"}, printed["2"]
    assert kinds.get("pxeguard: dhcpd") == {"UDP", "UNIX"}, printed["2"]


def test_forbidden_calls_are_seen(printed):
    out = printed["3"]
    if not sanitized():     # which needs more calls
        assert re.search(r"^32\n0\n", out, re.M), out
    for role, call in (("tftpd", "openat"), ("httpd", "socket"),
                       ("imaged", "execve")):
        assert re.search(rf"{role} \(process \d+\) was killed by seccomp: "
                         rf"forbidden system call {call} ", out), out
        assert re.search(rf"{role} restarted as process \d+", out), out
    assert out.rstrip().endswith("\nhello"), out
    assert f"each of {len(CALLS)} calls" in " ".join(SECTIONS[2].split())


def test_a_role_that_is_taken_over(printed):
    out = printed["4"]
    assert re.match(r"\n0\n.*error: cannot read /proc/version: "
                    "part of the proc file system", out), out
    assert "audit/hosts changed" in out, out
    assert "/hosts/link: a symbolic link to a file of another user" in out, out
    assert "status 0\n" in out, out
    assert re.search(r"dhcpd .*was killed: no answer", out), out
    assert len(set(re.findall(r"^\d{2,}$", out, re.M))) == 2, out


def test_a_damaged_database(printed):
    assert "recovered 2 of 2 leases" in printed["6"], printed["6"]
    assert len(re.findall(r"^192\.168\.1\.\d+ .* bound ", printed["6"],
                          re.M)) == 2, printed["6"]


def test_files_that_are_not_signed(printed):
    out = printed["5"]
    assert re.findall(r"^(?:403|200|jello)$", out, re.M) == \
        ["403", "403", "jello", "403"], out
    for why in ("lists another checksum", "does not list it",
                "this is an older tree"):
        assert why in out, out


def test_the_order_of_a_lease(printed):
    calls = re.findall(r" (fdatasync|sendmsg)\(", printed["6"])
    assert calls == ["sendmsg", "fdatasync", "sendmsg"], printed["6"]


def test_the_libraries_of_each_program(printed):
    programs = dict(re.findall(r"^(\w+): (lib.*)$", printed["9"], re.M))
    assert "capd" in programs and "pxeguard" in programs, printed["9"]
    for library, users in (("libpcap", {"capd"}), ("libsqlite3", {"leased"}),
                           ("libgnutls", {"httpd", "keyd"})):
        assert {name for name, row in programs.items() if library in row} \
            == users, printed["9"]


def test_nothing_is_left(printed):
    assert printed["left"] == ""


def test_no_folder_of_make_hides_a_program():
    """Whoever has build/ first in PATH can run make: it finds folders, too."""
    folders = re.findall(r"\b(?:BUILD|FUZZERS_OUT)=(?:build|\$\(BUILD\))/(\S+)",
                         MAKEFILE)
    assert "san" in folders
    compilers = re.findall(r"^\w*CC \?= (\S+)$", MAKEFILE, re.M)
    assert compilers
    assert [name for name in folders
            if name in compilers or shutil.which(name)] == []


def test_deps_takes_no_input(tmp_path):
    """Lines that were pasted after "make deps" are for the shell.

    bash reads no further than to the end of a command.
    """
    for name, text in (("apt-get", "cat"), ("dpkg-query", "false"),
                       ("id", "echo 0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    done = subprocess.run(
        ["bash"], input=f"{REPOSITORY}/tests/deps some-package\necho next\n",
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        text=True, capture_output=True, timeout=60, check=False)
    assert done.stdout == "installing: some-package\nnext\n", done.stderr
