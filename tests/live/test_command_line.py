"""The command line of dnsmasq, and a configuration that is no file."""

import re

import pytest

from lab.boot import CONFIG
from lab.daemon import PXEGUARD, REPOSITORY
from lab.dhcp_client import DhcpClient, mac_number
from lab.process import run

OWN_LETTERS = {"C": "conf-file", "d": "no-daemon", "k": "keep-in-foreground",
               "v": "version", "w": "help"}


def dnsmasq_options():
    """(letter or "", name, "" or "=" or "[=") of each option of dnsmasq."""
    found = re.findall(r"^(?:-(\w), |    )--([A-Za-z0-9-]+)(\[?=)?",
                       run(["dnsmasq", "--help"]).stdout, re.MULTILINE)
    assert len(found) > 150
    return found


def check(network, *options, text=None, conf="/dev/null"):
    command = [PXEGUARD, "--test", "-C", conf, *options]
    if text is not None:
        network.server.shadow("/run/lab-line")
        network.server.path("/run/lab-line/conf").write_text(text)
        command = ["/run/lab-line/conf" if word == "CONF" else word
                   for word in command]
    return network.server.run(*command, check=False)


def test_letters_are_those_of_dnsmasq():
    rows = dict(re.findall(r"\{ '(\w)', \"([\w-]+)\", \w+ \}",
                           (REPOSITORY / "priv/options.c").read_text()))
    theirs = {letter: name for letter, name, _ in dnsmasq_options() if letter}
    assert len(theirs) > 55
    assert {**rows, **OWN_LETTERS} == theirs


def test_every_long_option_is_known(network):
    """Known: done, ignored with a reason, about DNS or IPv6, or missing."""
    options = dnsmasq_options()
    own = {"conf-file", "no-daemon", "keep-in-foreground", "version", "help",
           "test"}
    done = check(network, "--unsupported=warn", *[
        f"--{name}=1" if takes == "=" else f"--{name}"
        for _, name, takes in options if name not in own])
    for words in ("unknown", "takes no value"):
        assert words not in done.stderr, done.stderr
    dns = re.search(r"DNS is not served; ignored: (.*)", done.stderr)[1]
    assert {"server", "cache-size", "no-resolv", "address"} <= \
        set(dns.split(", "))
    assert done.stderr.count("DNS is not served") == 1
    # So that a name that is not known would be seen.
    assert 'unknown directive "no-such"' in \
        check(network, "--no-such").stderr


def test_every_letter_is_taken(network):
    done = check(network, *[
        f"-{letter}1" if takes == "=" or letter == "3" else f"-{letter}"
        for letter, name, takes in dnsmasq_options()
        if letter and name not in ("conf-file", "version", "help")])
    for words in ("pxeguard --help", "unknown"):
        assert words not in done.stderr


@pytest.mark.parametrize("words, line", [
    (["--tset"], "--tset: unknown option; did you mean --test?"),
    (["-"], "-: not an option"),
    (["-%"], "-%: unknown option"),
    (["-C"], "-C: a file must follow"),
    (["--leases=xml"], "--leases: the format is text, json, csv or dnsmasq"),
    (["--json"], "--json: write it with --test, --explain or --confinement")])
def test_a_wrong_option_is_one_line(network, words, line):
    done = network.server.run(PXEGUARD, *words, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == \
        f"pxeguard: {line}; pxeguard --help lists the options\n"


def test_help_is_printed_if_asked_for(network):
    for words in (["--help"], ["-h"], ["-w"]):
        done = network.server.run(PXEGUARD, *words)
        assert done.stdout.startswith("usage: pxeguard ")
        assert done.stderr == ""


def test_ipv6_on_the_command_line(network):
    done = check(network, "--enable-ra", "--dhcp-duid=1,2", "--ra-param=x,off",
                 "-F", "fd00::10,fd00::20,64", "-F", "192.168.1.2,192.168.1.9")
    assert done.stderr.count("IPv6 is not served yet") == 1
    assert "command line:1: warning: DHCP for IPv6 is not served yet; lines " \
        "about it that are ignored: 4" in done.stderr


def test_unsupported_on_the_command_line(network):
    line = ["-F", "192.168.1.2,192.168.1.9", "-6", "/bin/x"]
    done = check(network, *line)
    assert done.returncode == 1
    assert "command line:2: error: dhcp-script is a directive" in done.stderr
    done = check(network, *line, "--unsupported=warn")
    assert done.returncode == 0
    assert "command line:2: warning: dhcp-script is not supported yet; " \
        "ignored" in done.stderr


@pytest.mark.parametrize("options", [
    ["-C", "-"], ["--conf-file=-"], ["--conf-file", "-"]])
def test_standard_input(network, options):
    done = network.server.run(
        "sh", "-c", "printf 'interface=br0\\nport=x\\n' | exec \"$@\"", "sh",
        PXEGUARD, "--test", *options, check=False)
    assert done.returncode == 1
    assert re.match("standard input:2: error: ", done.stderr)


def test_standard_input_by_a_line(network):
    done = network.server.run(
        "sh", "-c", "printf 'port=x\\nconf-file=-\\n' | exec \"$@\"", "sh",
        PXEGUARD, "--test", "-C", "/dev/null", "--conf-file=-", "--port=0",
        check=False)
    assert "standard input:1: error: " in done.stderr
    assert "standard input:2: note: duplicate include of standard input" \
        in done.stderr
    network.server.shadow("/run/lab-line")
    network.server.path("/run/lab-line/conf").write_text(
        "port=0\nconf-file=-\nconf-file=/dev/null\n")
    done = network.server.run(
        "sh", "-c", "printf 'dhcp-rnage=x\\n' | exec \"$@\"", "sh",
        PXEGUARD, "--test", "-C", "/run/lab-line/conf", check=False)
    assert "standard input:1: error: unknown directive" in done.stderr
    assert done.stderr.count("error: ") == 1


def test_standard_input_serves_and_is_kept_for_a_reload(
        start_server, boot_files, network):
    network.server.shadow("/run/lab-line")
    network.server.path("/run/lab-line/in").write_text(CONFIG)
    server = start_server(
        command=f"sh -c 'exec {PXEGUARD} -d -C - </run/lab-line/in'")
    network.server.path("/run/lab-line/in").write_text("")
    mark = server.reload()
    server.wait_line("configuration: no change", since=mark)
    server.wait_line("ready, configuration 2", since=mark)
    with DhcpClient(network.client()) as dhcp:
        assert dhcp.lease(mac_number(1)).type == "ACK"


@pytest.mark.parametrize("options", [
    ["-C", "/dev/null"], ["--conf-file="], ["--conf-file=/dev/null"]])
def test_no_file(network, options):
    done = network.server.run(PXEGUARD, "--test", *options, "-i", "br0",
                              "-F", "192.168.1.2,192.168.1.9", check=False)
    assert done.returncode == 0, done.stderr
    assert "the configuration is correct" in done.stderr


def test_several_files(network):
    """As dnsmasq reads them."""
    network.server.shadow("/run/lab-line")
    for name, text in [("a", "port=0\n"), ("b", "dhcp-rnage=1\n")]:
        network.server.path(f"/run/lab-line/{name}").write_text(text)
    done = network.server.run(PXEGUARD, "--test", "-C", "/run/lab-line/a",
                              "-C", "/run/lab-line/b", check=False)
    assert "/run/lab-line/b:1: error: unknown directive" in done.stderr


def test_long_lines(network, boot_files):
    """dnsmasq reads what is behind 1,024 bytes as another directive."""
    names = ",".join(f"if{n:05d}" for n in range(600))
    done = check(network, conf="CONF", text=CONFIG + f"interface={names}\n")
    assert done.returncode == 0
    assert "conf:9: warning: interface if00599 does not exist" in done.stderr
    done = check(network, conf="CONF",
                 text=CONFIG + "interface=" + "x" * 16384 + "\nport=x\n")
    assert done.returncode == 1
    assert "conf:9: error: line is longer than 16384 bytes; shorten it" \
        in done.stderr
    assert "conf:10: error: " in done.stderr


def test_default_file_of_0_1(network):
    """It is read where the present default is missing."""
    server = network.server
    server.shadow("/run/lab-etc")
    for name in ("upper", "work"):
        server.path(f"/run/lab-etc/{name}").mkdir()
    server.run("mount", "-t", "overlay", "lab", "-o",
               "lowerdir=/etc,upperdir=/run/lab-etc/upper,"
               "workdir=/run/lab-etc/work", "/etc")
    none = server.run(PXEGUARD, "--test", check=False)
    assert none.returncode == 1
    assert none.stderr.startswith(
        "/etc/pxeguard/pxeguard.conf: error: No such file or directory; "
        "write it, as shown in pxeguard.conf(5), or specify")
    server.path("/etc/pxeguard.conf").write_text("interface=br1\n")
    old = server.run(PXEGUARD, "--print-config", check=False)
    assert old.stdout == "interface=br1\n"
    assert "reading /etc/pxeguard.conf, the default of 0.1; move it to " \
        "/etc/pxeguard/pxeguard.conf" in old.stderr
    server.path("/etc/pxeguard").mkdir(exist_ok=True)
    server.path("/etc/pxeguard/pxeguard.conf").write_text("interface=br0\n")
    new = server.run(PXEGUARD, "--print-config", check=False)
    assert new.stdout == "interface=br0\n" and "0.1" not in new.stderr
