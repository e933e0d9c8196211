"""Programs that a package of their own brings, and that is not installed."""

import shutil

import pytest

from lab.boot import CONFIG
from lab.daemon import PXEGUARD
from lab.process import run

HTTP = CONFIG + "enable-http\n"
PACKAGE = ("httpd", "keyd")


@pytest.fixture
def programs(tmp_path):
    """pxeguard without what pxeguard-http brings."""
    shutil.copy(PXEGUARD, tmp_path / "pxeguard")
    (tmp_path / "libexec").mkdir()
    for program in (PXEGUARD.parent / "libexec").iterdir():
        if program.name not in PACKAGE:
            shutil.copy(program, tmp_path / "libexec")
    return tmp_path


def missing(programs):
    return (f"enable-http needs the program {programs}/libexec/httpd: No "
            "such file or directory; install the package pxeguard-http\n")


def test_start_and_test_name_the_package(start_fails, network, boot_files,
                                         programs):
    """In one line, though HTTPS needs two programs."""
    text = HTTP + "https-cert=/cert.pem\nhttps-key=/key.pem\n"
    command = f"{programs}/pxeguard -k -C {{config}}"
    log = start_fails(text, command=command)
    assert "error: " + missing(programs) in log
    assert log.count("error: ") == 1
    conf = network.server.path("/run/pxeguard-lab/pxeguard.conf")
    conf.write_text(HTTP)
    done = network.server.run(f"{programs}/pxeguard", "--test", "-C",
                              "/run/pxeguard-lab/pxeguard.conf", check=False)
    assert done.returncode == 1
    assert "error: " + missing(programs) in done.stderr
    assert done.stderr.count("error: ") == 1
    assert "on this host the daemon would not start" in done.stderr


def test_a_reload_serves_once_it_is_installed(start_server, boot_files,
                                              programs):
    server = start_server(command=f"{programs}/pxeguard -k -C {{config}}")
    mark = server.reload(HTTP)
    server.wait_line("error: " + missing(programs).strip(), since=mark)
    server.wait_line("keeping the running configuration", since=mark)
    for name in PACKAGE:
        shutil.copy(PXEGUARD.parent / "libexec" / name,
                    programs / "libexec" / name)
    mark = server.reload()
    server.wait_line("ready, configuration", since=mark)
    assert "httpd" in server.role_pids()


def test_any_other_program_is_part_of_pxeguard(start_fails, boot_files,
                                               programs):
    (programs / "libexec" / "hashd").unlink()
    log = start_fails(command=f"{programs}/pxeguard -k -C {{config}}")
    assert f"{programs}/libexec/hashd: No such file or directory; build or " \
        "install pxeguard completely" in log


def test_version_names_what_is_missing(programs):
    done = run([programs / "pxeguard", "--version"])
    assert "\nnot installed: HTTP, HTTPS\n" in done.stdout
    assert "gnutls" not in done.stdout and "sqlite" in done.stdout
    # One that is no program of pxeguard's.
    (programs / "libexec/leased").write_text("#!/bin/sh\nprintf '\\033[2J'\n")
    done = run([programs / "pxeguard", "--version"], check=False)
    assert done.returncode == 1 and "\033" not in done.stdout
    assert "leased does not tell its libraries" in done.stderr
    assert "libpcap" in done.stdout
    # One that says that it has ended, and has not.
    (programs / "libexec/leased").write_text(
        "#!/bin/sh\nexec sleep 1000 >&-\n")
    done = run([programs / "pxeguard", "--version"], check=False)
    assert done.returncode == 1
    assert "leased does not tell its libraries" in done.stderr


def test_version_onto_a_full_disk(network):
    done = network.server.run("sh", "-c", f"{PXEGUARD} --version >/dev/full",
                              check=False)
    assert done.returncode == 1
    assert done.stderr == \
        "pxeguard: standard output: No space left on device\n"
