"""pxeguard --explain: what it says is what a client gets."""

import json
import os
import re
import struct

import pytest

from lab import sign_keys
from lab.daemon import PXEGUARD
from lab.dhcp_client import mac_number

CONFIG_PATH = "/run/lab/p.conf"
CONFIG = """\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
dhcp-range=set:far,10.9.0.50,10.9.0.60,255.255.255.0,1h
dhcp-host=02:01:00:00:00:09,192.168.1.9,pc-9,set:own
dhcp-host=02:01:00:00:00:08,ignore
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:http,option:client-arch,16
dhcp-match=set:ipxe,175
tag-if=set:ready,tag:ipxe,tag:efi64
dhcp-option=tag:http,60,HTTPClient
dhcp-option=3,192.168.1.254
dhcp-option=tag:own,42,192.168.1.5
dhcp-option=option:domain-search,a.example
dhcp-option-force=tag:!efi64,209,menu.cfg
dhcp-option=tag:far,3,10.9.0.1
dhcp-boot=file
dhcp-boot=tag:efi64,missing.efi
dhcp-boot=tag:ipxe,http://boot.example/boot.ipxe
dhcp-boot=tag:http,http://192.168.1.1/a.efi
dhcp-boot=tag:own,secret
enable-tftp
tftp-root=/srv/tftpboot
"""
PROXY = """\
interface=br0
dhcp-range=192.168.1.0,proxy
pxe-service=x86PC,"Install",file.0
pxe-service=x86PC,"Local",0
pxe-service=x86-64_EFI,"Boot",boot.efi
dhcp-option-pxe=option:ntp-server,192.168.1.5
enable-tftp
tftp-root=/srv/tftpboot
"""
LIST = bytes([1, 3, 6, 12, 15, 28, 42, 43, 51, 54, 60, 66, 67, 97, 119])
WORD_LIST = "options=" + ",".join(map(str, LIST))


def line(text, config=CONFIG):
    """Where a line of the configuration is."""
    number = config.splitlines().index(text) + 1
    return f"{CONFIG_PATH}:{number}"


def row_line(text):
    """The same, as the table of clients has it."""
    return line(text).rpartition("/")[2]


@pytest.fixture
def configured(network, boot_files):
    """A function that writes a configuration and the files."""
    def write(text=CONFIG):
        if not network.server.path(CONFIG_PATH).parent.is_dir():
            network.server.shadow(os.path.dirname(CONFIG_PATH))
        network.server.path(CONFIG_PATH).write_text(text)
        (boot_files / "secret").write_bytes(b"x")
        (boot_files / "secret").chmod(0o600)

    return write


@pytest.fixture
def explain(network):
    """A function that runs --explain with words; what it prints."""
    def run(*words, status=0):
        done = network.server.run(PXEGUARD, "-C", CONFIG_PATH, "--explain",
                                  *words, check=False)
        assert done.returncode == status, done.stderr
        if "--json" not in words:
            assert max(map(len, done.stdout.splitlines()), default=0) <= 100
        return done.stdout if status == 0 else done.stderr

    return run


def sections(text):
    """{heading: lines}, of the first of each heading."""
    found, heading = {}, ""
    for row in filter(None, text.splitlines()):
        if not row.startswith(" "):
            heading = row
            found.setdefault(heading, [])
        else:
            found[heading].append(row.strip())
    return found


def columns(rows):
    """{first column: the others}"""
    split = [re.split(r"  +", row) for row in rows]
    return {row[0]: row[1:] for row in split}


def codes(said):
    return {int(found[1]) for row in said["OPTIONS"]
            if (found := re.match(r"(\d+) ", row))}


def firmware(arch, **more):
    return {60: f"PXEClient:Arch:{arch:05}:UNDI:003016".encode(),
            93: arch.to_bytes(2, "big"), 94: b"\x01\x03\x10", 55: LIST,
            57: b"\x05\xc0", 97: bytes(17),
            **{int(code[1:]): value for code, value in more.items()}}


KINDS = {
    "BIOS": (["arch=bios"], firmware(0)),
    "UEFI x64": (["arch=x64-uefi"], firmware(7)),
    "UEFI ia32": (["arch=ia32-uefi"], firmware(6)),
    "UEFI arm64": (["arch=arm64-uefi"], firmware(11)),
    "UEFI HTTP": (["arch=x64-http"], firmware(
        16, o60=b"HTTPClient:Arch:00016:UNDI:003016")),
    "iPXE on BIOS": (["arch=bios", "ipxe"], firmware(
        0, o77=b"iPXE", o175=b"\xb1\x01\x01")),
    "iPXE on UEFI": (["ipxe", "arch=x64-uefi"], firmware(
        7, o77=b"iPXE", o175=b"\xb1\x01\x01")),
    "U-Boot": (["arch=arm64-uboot"], firmware(22, o60=b"U-Boot.armv8")),
    "plain": (["name=pc-1"], {55: LIST, 57: b"\x05\xc0", 12: b"pc-1"}),
    "plain, few options": (["options=1,3,51"],
                           {55: bytes([1, 3, 51]), 57: b"\x05\xc0"}),
}


def same(said, reply):
    """Whether the text tells of the reply, option by option."""
    boot = columns(said["BOOT"])
    assert boot["file"][0] == (reply.boot_file or "none")
    assert boot["server"][0] == reply.siaddr
    assert codes(said) == set(reply.options) - {53}
    values = {row.split()[0]: row for row in said["OPTIONS"]}
    for code in {3, 6, 28, 42, 54} & set(reply.options):
        assert reply.address(code) in values[str(code)]
    if 51 in reply.options:
        assert f" {reply.lease_s} " in values["51"]


def test_as_a_client_gets_it(start_server, configured, dhcp, explain):
    """Ten kinds of clients, beside the daemon that serves them."""
    configured()
    start_server(CONFIG, config_path=CONFIG_PATH)
    for number, (words, options) in enumerate(KINDS.values()):
        mac = mac_number(100 + number)
        offer = dhcp.discover(mac, options)
        more = [] if words[0].startswith("options=") else [WORD_LIST]
        said = sections(explain(f"mac={mac}", *words, *more))
        same(said, offer)
        assert re.match(r"192\.168\.1\.\d+$",
                        columns(said["ADDRESS"])["address"][0])


def test_proxy_as_a_client_gets_it(start_server, configured, dhcp, explain):
    """A menu, its entries, and port 4011."""
    configured(PROXY)
    start_server(PROXY, config_path=CONFIG_PATH)
    mac = mac_number(200)
    offer = dhcp.discover(mac, firmware(0))
    said = sections(explain(f"mac={mac}", "arch=bios", WORD_LIST))
    assert codes(said) == set(offer.options) - {53} == {42, 43, 54, 60, 97}
    item = b"\x47\x04\x80\x00\x00\x00\xff"
    ack = dhcp.ask_port(mac, "192.168.1.77", firmware(0, o43=item))
    entry = columns(said['MENU ENTRY "Install"'])
    assert entry["file"] == [ack.boot_file, "pxe-service "
                             + line('pxe-service=x86PC,"Install",file.0',
                                    PROXY)]
    assert entry["it is"] == ["missing"]
    assert said['MENU ENTRY "Local"'] == ["the client boots from its disk"]
    mac = mac_number(201)
    offer = dhcp.discover(mac, firmware(7))
    ack = dhcp.ask_port(mac, "192.168.1.77", firmware(7))
    said = sections(explain(f"mac={mac}", "arch=x64-uefi", WORD_LIST))
    assert columns(said["BOOT"])["file"][0] == (offer.boot_file or "none")
    port = columns(said["THEN FROM PORT 4011"])
    assert port["file"][0] == ack.boot_file == "boot.efi"
    said = sections(explain(f"mac={mac}", "arch=x64-uefi", WORD_LIST,
                            "4011", "requested=192.168.1.77"))
    same(said, ack)


def test_relayed_as_a_client_gets_it(start_server, configured, network, dhcp,
                                     explain):
    configured()
    start_server(CONFIG, config_path=CONFIG_PATH)
    network.server.run("ip", "route", "add", "10.9.0.0/24", "dev", "br0")
    mac = mac_number(300)
    offer = dhcp.relayed(dhcp.message("DISCOVER", mac, firmware(7), flags=0),
                         "10.9.0.1")
    said = sections(explain(f"mac={mac}", "arch=x64-uefi", WORD_LIST,
                            "via=10.9.0.1"))
    same(said, offer)
    assert columns(said["TAGS"])["far"] == [
        "dhcp-range " + line(CONFIG.splitlines()[2])]
    assert columns(said["ADDRESS"])["range"][0] == "10.9.0.50-10.9.0.60"
    router = columns(said["OPTIONS"])["3 router"]
    assert router == ["10.9.0.1", "dhcp-option "
                      + line("dhcp-option=tag:far,3,10.9.0.1")]


def test_reservation(configured, explain):
    """The lines that decide about a client with a dhcp-host line."""
    configured()
    said = sections(explain("arch=bios", "mac=" + mac_number(9), WORD_LIST))
    host = "dhcp-host " + line(CONFIG.splitlines()[3])
    tags = columns(said["TAGS"])
    assert tags["own"] == tags["known"] == [host]
    assert tags["br0"] == ["the interface"]
    address = columns(said["ADDRESS"])
    assert address["address"] == ["192.168.1.9", "reserved by dhcp-host"]
    assert address["host"] == ["192.168.1.9", host]
    boot = columns(said["BOOT"])
    assert boot["file"] == ["secret", "dhcp-boot "
                            + line("dhcp-boot=tag:own,secret")]
    assert boot["it is"] == ["not readable"]
    ntp = [row for row in said["OPTIONS"] if row.startswith("42 ")]
    assert line("dhcp-option=tag:own,42,192.168.1.5") in ntp[0]


def passed(said):
    """{line: why} of what was passed over; a reason may be continued."""
    found, at = {}, None
    for row in said["PASSED OVER"]:
        first, *rest = re.split(r"  +", row)
        if first.startswith(CONFIG_PATH):
            at = first
            found[at] = rest[-1]
        else:
            found[at] += " " + row.split("  ")[-1].strip()
    return found


def test_passed_over(configured, explain):
    configured()
    said = sections(explain("arch=x64-uefi", "options=1,3,51,67"))
    why = passed(said)
    assert why[line("dhcp-match=set:ipxe,175")] == "the client does not match"
    assert why[line("tag-if=set:ready,tag:ipxe,tag:efi64")] == \
        "tag:ipxe is not set"
    assert "not on the client's network" in why[line(CONFIG.splitlines()[2])]
    assert "has precedence" in why[line("dhcp-boot=file")]
    assert why[line("dhcp-boot=tag:ipxe,http://boot.example/boot.ipxe")] \
        .startswith("tag:ipxe is not set")
    assert "does not ask for it in option 55" in \
        why[line("dhcp-option=option:domain-search,a.example")]
    assert why[line("dhcp-option-force=tag:!efi64,209,menu.cfg")] \
        .startswith("tag:efi64 is set")
    assert line("dhcp-boot=tag:efi64,missing.efi") not in why
    assert line("dhcp-option=3,192.168.1.254") not in why


def test_a_large_site(configured, explain, network):
    """20,000 hosts, 500 tags, 2,000 options: under the filters of the roles."""
    hosts = [f"dhcp-host=02:02:00:00:{n >> 8:02x}:{n & 255:02x},set:t{n % 500},"
             f"10.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250},h{n}"
             for n in range(20_000)]
    options = [f'dhcp-option=tag:t{n % 500},{224 + n // 500},"v{n}"'
               for n in range(2_000)]
    text = CONFIG + "\n".join(
        ["dhcp-range=10.0.0.0,static,255.0.0.0", *hosts, *options, ""])
    configured(text)
    said = sections(explain("arch=bios", "mac=02:02:00:00:01:02",
                            "via=10.0.0.1", "options=224,227"))
    assert columns(said["ADDRESS"])["address"][0] == "10.1.1.9"
    tag = columns(said["TAGS"])["t258"]
    assert tag == [f"dhcp-host {line(hosts[258], text)}"]
    sent = "\n".join(said["OPTIONS"])
    assert line(options[258], text) in sent
    assert line(options[1758], text) in sent
    done = network.server.run(PXEGUARD, "--test", "-C", CONFIG_PATH,
                              check=False)
    assert "the configuration is correct" in done.stderr
    done = network.server.run(PXEGUARD, "--print-config", "-C", CONFIG_PATH)
    assert len(done.stdout.splitlines()) > 22_000


def test_ignored(configured, explain):
    configured()
    said = explain("mac=" + mac_number(8))
    assert f"no answer: ignored by {line(CONFIG.splitlines()[4])}\n" in said
    assert "PASSED OVER" in said


def test_table(configured, explain):
    """Golden: the kinds of clients on both networks."""
    configured()
    said = sections(explain())
    assert list(said) == ["On br0", "Through a relay, as via=10.9.0.1 on br0"]
    file, missing = (row_line(f"dhcp-boot={text}")
                     for text in ("file", "tag:efi64,missing.efi"))
    ipxe, http = (row_line(f"dhcp-boot={text}")
                  for text in ("tag:ipxe,http://boot.example/boot.ipxe",
                               "tag:http,http://192.168.1.1/a.efi"))
    here = "192.168.1.1"
    # A name that does not fit its column is continued in the next line.
    want = """\
BIOS              range    file          {here}  {file}  readable
UEFI x64          range    missing.efi   {here}  {missing}  missing
UEFI ia32         range    file          {here}  {file}  readable
UEFI arm64        range    file          {here}  {file}  readable
UEFI HTTP x64     range    {web}  {here}  {http}  not checked
iPXE on BIOS      range    {boot}  {here}  {ipxe}  not checked
iPXE on UEFI      range    {boot}  {here}  {ipxe}  not checked
Raspberry Pi 3/4  range    file          {here}  {file}  readable
U-Boot            range    file          {here}  {file}  readable
plain DHCP        range    -
""".format(here=here, file=file, missing=missing, ipxe=ipxe, http=http,
           web="http://192.168.1.1/a.efi",
           boot="http://boot.example/boot.ipxe")
    for rows in said.values():
        assert joined(rows[rows_from(rows):]) == \
            [row.split() for row in want.splitlines()]


def rows_from(rows):
    """The first row of the table."""
    return next(i for i, row in enumerate(rows)
                if row.startswith("CLIENT")) + 1


def joined(rows):
    """The words of each row, with what continues its boot file or state."""
    found = []
    for row in rows:
        words = row.split()
        if words[0] in ("BIOS", "UEFI", "iPXE", "Raspberry", "U-Boot",
                        "plain"):
            found.append(words)
            continue
        files = [i for i, word in enumerate(found[-1]) if "://" in word]
        if files and words[0] != "checked":
            found[-1][files[0]] += words.pop(0)
        found[-1] += words
    return found


def test_nothing_is_changed(start_server, configured, network, dhcp, explain):
    """No lease, no port, no file, no process that stays."""
    configured()
    server = start_server(CONFIG, config_path=CONFIG_PATH)
    before = network.server.run("ls", "-lR", "/var/lib/pxeguard",
                                "/run/lab").stdout
    ports = network.server.run("ss", "-lunp").stdout
    explain()
    explain("arch=bios")
    assert network.server.run("ss", "-lunp").stdout == ports
    assert network.server.run("ls", "-lR", "/var/lib/pxeguard",
                              "/run/lab").stdout == before
    assert dhcp.lease(mac_number(400)).type == "ACK"
    assert server.stop() == 0


@pytest.mark.parametrize("words, want", [
    (["arch=x64-efi"], "did you mean x64-uefi?"),
    (["ipxe", "mac=52:54"], "mac=52:54: not a MAC address"),
    (["iface=br7"], "iface=br7: DHCP is not served there; it is served on "
                    "br0"),
    (["\x1b[2J"], r"\x1b[2J: unknown word"),
])
def test_wrong_words(configured, explain, words, want):
    configured()
    assert want in explain(*words, status=1)


def test_no_configuration_to_explain(configured, explain):
    configured("enable-tftp\ntftp-root=/srv/tftpboot\n")
    assert "the configuration has no dhcp-range" in explain(status=1)
    configured("interface=br9\ndhcp-range=10.1.0.2,10.1.0.9\n")
    assert "has an IPv4 address; pxeguard --test names those of this host" \
        in explain(status=1)
    configured("dhcp-rnage=1\n")
    assert "unknown directive" in explain(status=1)


def program(machine):
    """The header of a PE program."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + \
        struct.pack("<H", machine) + bytes(64)


def test_signatures_are_not_checked(configured, network, explain, tmp_path):
    """A file that imaged may refuse is not just called readable."""
    key = sign_keys.Minisign(tmp_path).public.read_text()
    for mode, state in (("require", "readable (signature not checked)"),
                        ("warn", "readable")):
        configured(CONFIG + f"verify-images={mode}\n"
                   f"verify-key={CONFIG_PATH}.pub\n")
        network.server.path(f"{CONFIG_PATH}.pub").write_text(key)
        said = sections(explain("arch=bios"))
        assert columns(said["BOOT"])["it is"] == [state]


def test_files_that_fit(configured, boot_files, explain):
    """By the headers of the files, in text and in JSON."""
    configured(CONFIG.replace("boot=file", "boot=vmlinux"))
    (boot_files / "missing.efi").write_bytes(program(0x8664))
    (boot_files / "vmlinux").write_bytes(b"\x7fELF" + bytes(64))
    for word, state, fits, kind in (
            ("x64-uefi", "readable, fits", True, "UEFI x64"),
            ("arm64-uefi", "readable, but for an operating system (ELF)", False,
             "an operating system (ELF)"),
            ("arm64-uboot", "readable", None, "an operating system (ELF)")):
        said = sections(explain(f"arch={word}"))
        assert columns(said["BOOT"])["it is"] == [state]
        boot = json.loads(explain(f"arch={word}", "--json"))["boot"]
        assert (boot["state"], boot["fits"], boot["program_for"]) == \
            ("readable", fits, kind)
    assert re.search(r"UEFI x64 .* readable, fits\n", explain())
    (boot_files / "missing.efi").write_bytes(program(0xaa64))
    boot = json.loads(explain("arch=x64-uefi", "--json"))["boot"]
    assert boot["fits"] is False and boot["program_for"] == "UEFI ARM64"


def at(text, config=CONFIG):
    """A line of the configuration, as JSON has it."""
    return {"directive": re.match(r"[a-z-]+", text)[0], "file": CONFIG_PATH,
            "line": config.splitlines().index(text) + 1}


BOOT_KEYS = ["file", "server", "server_name", "set_by", "state", "fits",
             "program_for"]
ANSWER_KEYS = ["answer", "why", "delay_s", "tags", "address", "boot",
               "options", "passed_over"]


def test_table_as_json(configured, explain):
    configured()
    said = json.loads(explain("--json"))
    assert list(said) == ["mode", "networks", "omitted_networks"]
    assert said["mode"] == "table" and said["omitted_networks"] == 0
    near, far = said["networks"]
    assert (near["interface"], near["relay"]) == ("br0", None)
    assert far["relay"] == "10.9.0.1"
    assert near["ranges"] == [
        {"range": "192.168.1.50-192.168.1.150",
         "set_by": at(CONFIG.splitlines()[1])}]
    for client in near["clients"]:
        assert list(client) == ["client", "address_from", "asks_port_4011",
                                "answer", "why", "boot", "menu"]
    kinds = {client["client"]: client for client in near["clients"]}
    assert len(kinds) == 10
    assert kinds["plain DHCP"]["boot"] is None
    assert list(kinds["UEFI x64"]["boot"]) == BOOT_KEYS
    assert kinds["UEFI x64"]["boot"] == {
        "file": "missing.efi", "server": "192.168.1.1", "server_name": None,
        "set_by": at("dhcp-boot=tag:efi64,missing.efi"), "state": "missing",
        "fits": None, "program_for": "UEFI"}


def test_client_as_json(configured, explain):
    configured()
    said = json.loads(explain("arch=x64-uefi", "mac=" + mac_number(9),
                              WORD_LIST, "--json"))
    assert list(said) == ["mode", "client", "mac", "interface", "relay",
                          "to_port_4011", *ANSWER_KEYS, "port_4011", "menu"]
    assert (said["mode"], said["answer"], said["why"]) == \
        ("client", "DHCPOFFER", None)
    host = at(CONFIG.splitlines()[3])
    tags = {tag["tag"]: tag["set_by"] for tag in said["tags"]}
    assert tags["own"] == host and tags["br0"] is None
    assert said["address"]["address"] == "192.168.1.9"
    assert said["address"]["host"] == host
    assert said["boot"]["state"] == "not readable"
    router = [option for option in said["options"] if option["code"] == 3]
    assert router == [{"code": 3, "name": "router", "value": "192.168.1.254",
                       "set_by": at("dhcp-option=3,192.168.1.254")}]
    passed_over = {line["place"]["line"]: line["reason"]
                   for line in said["passed_over"]}
    assert passed_over[at("dhcp-match=set:ipxe,175")["line"]] == \
        "the client does not match"
    # Without an answer, all members are there.
    none = json.loads(explain("mac=" + mac_number(8), "--json"))
    assert list(none) == list(said)
    assert none["answer"] is None and "ignored by" in none["why"]
    assert none["address"] is None and none["options"] == []


def test_menu_as_json(configured, explain):
    configured(PROXY)
    said = json.loads(explain("arch=bios", "--json"))
    one, two = said["menu"]
    assert (one["text"], one["local"], one["answer"]) == \
        ("Install", False, True)
    assert one["boot"]["file"] == "file.0"
    assert two == {"text": "Local", "local": True, "answer": None,
                   "why": None, "boot": None}
    said = json.loads(explain("arch=x64-uefi", "--json"))
    assert said["port_4011"]["boot"]["file"] == "boot.efi"
    table = json.loads(explain("--json"))["networks"][0]["clients"]
    assert [entry["text"] for entry in table[0]["menu"]] == \
        ["Install", "Local"]
    assert table[0]["boot"] is None and table[1]["asks_port_4011"]


def test_json_escapes(configured, explain):
    configured(CONFIG.replace("dhcp-boot=file\n",
                              'dhcp-boot="a\\\\b\\"c\xe9"\n'))
    boot = json.loads(explain("arch=bios", "--json"))["boot"]
    assert boot["file"] == r'a\x5cb\x22c\xc3\xa9'
    assert "arch=no: unknown architecture" in explain("arch=no", "--json",
                                                      status=1)
