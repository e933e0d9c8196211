"""What README and manual say, tried as a reader would."""

import os
import re

import pytest

from lab.boot import CONFIG
from lab.clients import tftp_fetch
from lab.daemon import PXEGUARD, REPOSITORY
from lab.dhcp_client import DhcpClient
from lab.http_client import HttpConnection
from lab.namespaces import SERVER_ADDRESS
from lab.process import need, run

README = (REPOSITORY / "README.md").read_text()
TROUBLESHOOTING = (REPOSITORY / "docs/troubleshooting.md").read_text()
MIGRATION = (REPOSITORY / "docs/migration.md").read_text()
DEPLOYMENT = (REPOSITORY / "docs/deployment.md").read_text()
RULES = "/run/packet-filter"


def blocks(text):
    """The indented blocks of a document, without their indentation."""
    found = re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", text, re.M)
    return [re.sub(r"^ {4}", "", block, flags=re.M).strip() + "\n"
            for block in found]


def block_with(text, words):
    return next(block for block in blocks(text) if words in block)


# --- log lines -------------------------------------------------------------

def source_text():
    """All string literals of the sources, and what errno stands for."""
    texts = [os.strerror(number) for number in range(1, 134)]
    for path in sorted(REPOSITORY.glob("*/*.c")):
        code = path.read_text()
        code = re.sub(r'"\s*(?:PRI[a-z0-9A-Z]+|[A-Z][A-Z_]+)?\s*"', "", code)
        texts += re.findall(r'"((?:[^"\\\n]|\\.)*)"', code)
    text = "\0".join(texts).replace('\\"', '"')
    text = re.sub(r"%[-0-9.*]*(?:l|ll|z)?[a-z]", "\0", text)
    return re.sub(r"[;:,]+", "", text)


SOURCE = source_text()


def in_one_message(words):
    """Whether words stand in a row in a text, or what it has for a name."""
    pattern = " ".join(rf"(?:{re.escape(word)}|\0)" for word in words)
    return any(match[0].count("\0") < len(words) / 2
               for match in re.finditer(pattern, SOURCE))


def shown_by_program(line):
    """Whether the words of a line stand in the sources, in their order.

    Numbers, names of files and the like are left aside; of the other words
    most must have their neighbours in the text of one message.
    """
    words = [word for word in re.split(r"[\s;:,]+|\.\.\.", line)
             if word and not re.search(r'[0-9"/-]', word)]
    covered, at = 0, 0
    while at < len(words):
        n = len(words) - at
        while n > 1 and not in_one_message(words[at:at + n]):
            n -= 1
        covered += n if n > 1 else 0
        at += n
    return covered >= 0.65 * len(words)


def lines_of_table():
    rows = re.findall(r"^\| `([^`]+)` +\|", TROUBLESHOOTING, re.M)
    return [row for row in rows if not row.startswith("DHCP")]


def test_the_table_has_log_lines():
    assert len(lines_of_table()) > 12
    assert not shown_by_program("the machine drinks coffee with its friends")
    assert not shown_by_program("no lease can ever be found by anyone")
    assert not shown_by_program("range 192.168.1.50 has been exhausted")


@pytest.mark.parametrize("line", lines_of_table())
def test_log_lines_of_the_table_exist(line):
    assert shown_by_program(line), line


def warnings_of_examples():
    """The warnings of the logs that the document shows."""
    return re.findall(r"^ {4}\w+: warning: (.*)", TROUBLESHOOTING, re.M)


def test_the_examples_have_warnings():
    assert len(warnings_of_examples()) > 6


@pytest.mark.parametrize("line", warnings_of_examples())
def test_warnings_of_the_examples_exist(line):
    assert shown_by_program(line), line


# --- commands and configurations -------------------------------------------

def test_the_readme_configuration_is_correct(network):
    network.server.shadow("/run/lab-readme")
    network.server.shadow("/srv/tftpboot")
    text = block_with(README, "interface=br0\n")
    for name in re.findall(r"^dhcp-boot=(?:tag:\w+,)*(\S+)$", text, re.M):
        network.server.path(f"/srv/tftpboot/{name}").write_bytes(b"")
    network.server.path("/run/lab-readme/conf").write_text(text)
    done = network.server.run(PXEGUARD, "--test", "-C",
                              "/run/lab-readme/conf", check=False)
    assert done.returncode == 0
    assert "the configuration is correct (0 warnings)" in done.stderr


def test_the_readme_configuration_serves(start_server, boot_files, network):
    start_server(block_with(README, "interface=br0\n"))
    with DhcpClient(network.client()) as client:
        ack = client.lease("52:54:00:12:34:56")
        assert ack.yiaddr == "192.168.1.20" and ack.boot_file == "pxelinux.0"


def test_the_packet_filter_lets_clients_boot(start_server, boot_files,
                                             network):
    """That of docs/deployment.md, and it drops the rest."""
    network.server.shadow(RULES)
    (network.server.path(RULES) / "nft").write_text(
        block_with(DEPLOYMENT, "table inet"))
    start_server(CONFIG + "enable-http\n")
    network.server.run("nft", "-f", f"{RULES}/nft")
    machine = network.client()
    with DhcpClient(machine) as client:
        assert client.lease("52:54:00:12:34:56").type == "ACK"
    machine.address("192.168.1.200/24")
    want = (boot_files / "file").read_bytes()
    assert tftp_fetch(machine, SERVER_ADDRESS, "file",
                      options={"blksize": 1428}).data == want
    with HttpConnection(machine) as connection:
        assert connection.get("/file").content == want
    with pytest.raises(TimeoutError):
        HttpConnection(machine, port=8080, timeout=1.0)


def test_targets_of_make_exist():
    makefile = (REPOSITORY / "Makefile").read_text()
    documents = README + (REPOSITORY / "CONTRIBUTING.md").read_text()
    targets = set(re.findall(r"(?:`| {4}|&& )make ([a-z][-a-z]*)", documents))
    assert {"demo", "check", "setup", "install"} <= targets
    for target in targets:
        assert re.search(rf"^([-\w]+ )*{target}( [-\w]+)*:", makefile,
                         re.M), target


def test_links_of_the_documents_lead_somewhere():
    for path in [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md",
                 *(REPOSITORY / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)",
                               path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


# --- coming from dnsmasq ---------------------------------------------------

OLD_MAC, OLD_ADDRESS = "52:54:00:00:00:aa", "192.168.1.123"
OLD_LEASE = f"2000000000 {OLD_MAC} {OLD_ADDRESS} old-name *\n"


@pytest.fixture
def old_leases(network):
    """dnsmasq's usual file, in its usual folder."""
    network.server.shadow("/var/lib")
    folder = network.server.path("/var/lib/misc")
    folder.mkdir()
    (folder / "dnsmasq.leases").write_text(OLD_LEASE)


@pytest.mark.parametrize("named", [False, True])
def test_leases_of_dnsmasq_are_where_the_document_says(
        start_server, boot_files, network, old_leases, named):
    default, database = re.findall(
        r"default, (/var/lib/\S+?)\.\s.*?Without `dhcp-leasefile` it is "
        r"(\S+)\.\s", MIGRATION, re.S)[0]
    start_server(CONFIG + (f"dhcp-leasefile={default}\n" if named else ""))
    with DhcpClient(network.client()) as client:
        assert client.lease(OLD_MAC).yiaddr == OLD_ADDRESS
    assert network.server.path(database).exists()
    assert network.server.path(default).read_text() == OLD_LEASE


# --- the manual ------------------------------------------------------------

@pytest.mark.parametrize("page", ["pxeguard.8", "pxeguard.conf.5"])
def test_no_blank_tears_a_word_of_the_manual(page):
    text = run([need("mandoc", "mandoc"), "-Tutf8", "-Owidth=500",
                REPOSITORY / "docs" / page]).stdout
    text = re.sub(".\b", "", text)
    assert "tag:!tag" in text or page == "pxeguard.8"
    assert not re.findall(r"\b(?:tag|set|net|option) [:!]", text)


def test_letters_of_the_manual_are_those_of_the_program(network):
    """Each one-letter option is known, and does what its directive does."""
    page = (REPOSITORY / "docs/pxeguard.8").read_text()
    pairs = re.findall(r"Fl (\w) Ta Cm ([a-z-]+)", page)
    options = (REPOSITORY / "priv/options.c").read_text()
    table = (REPOSITORY / "confd/directive.c").read_text()
    dns = re.findall(r'\bDNS\("([a-z0-9-]+)"', table)
    known = re.findall(r"\{ '(.)', \"([a-z0-9-]+)\"", options)
    ignored = re.search(r"are about DNS.*?\n((?:\.Fl .*\n|and\n)+)",
                        page).group(1)
    assert sorted(pairs) == [pair for pair in sorted(known)
                             if pair[1] not in dns]
    assert re.findall(r"Fl (\w)", ignored) == [
        letter for letter, name in sorted(known) if name in dns]
