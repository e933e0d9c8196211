"""The examples: --test accepts them without a warning, and clients boot by them."""

import contextlib
import itertools
import re

import pytest

from lab import packets
from lab.daemon import PXEGUARD, REPOSITORY
from lab.namespaces import SERVER_ADDRESS
from lab.qemu import Machine
from lab.signing import SIGNER, Signer
from lab.tftp_client import tftp_fetch
from lab.tree import IPXE as LOADER, lay_installer
from test_pxe_boot import BOOT_S, dhcp_server

EXAMPLES = REPOSITORY / "docs/examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.conf"))
ROOT, KEYS = "/srv/tftpboot", "/etc/pxeguard/keys"
MAC, PI = "52:54:00:12:34:56", "dc:a6:32:01:02:03"
RELAYED = "for relayed clients only"
NOTES = {"relay": [RELAYED, RELAYED],
         "signed": ["signatures are not checked here; 'pxeguard-sign verify"]}
BOOT_FILES = ("pxelinux.0", "undionly.kpxe", "snponly.efi", "bootnetx64.efi",
              "snponly-arm64.efi", "boot.ipxe",
              "lab/pxelinux.0", "bootcode.bin", "dc-a6-32-01-02-03/config.txt")


def client(arch, kind="PXE", **options):
    """The options that firmware of this architecture sends."""
    words = {packets.OPT_CLASS:
             f"{kind}Client:Arch:{arch:05d}:UNDI:003000".encode(),
             packets.OPT_ARCH: arch.to_bytes(2, "big")}
    return {**words, **{int(name[1:]): value
                        for name, value in options.items()}}


BIOS, X64, ARM64 = client(0), client(7), client(11)
IPXE = client(7, _175=b"\x13\x01\x01")
# name: options, and the boot file that the client is told
BOOTS = {
    "simple": [({}, "pxelinux.0"), (BIOS, "pxelinux.0")],
    "firmware": [(BIOS, "undionly.kpxe"), (X64, "snponly.efi"),
                 (client(9), "snponly.efi"), (ARM64, "snponly-arm64.efi"),
                 (IPXE, "boot.ipxe")],
    "http-boot": [
        (client(16, "HTTP"), f"http://{SERVER_ADDRESS}/snponly.efi"),
        (client(19, "HTTP"), f"http://{SERVER_ADDRESS}/snponly-arm64.efi"),
        (IPXE, f"http://{SERVER_ADDRESS}/boot.ipxe")],
    "signed": [(BIOS, "pxelinux.0"), (X64, "bootnetx64.efi")],
}


@pytest.fixture
def host(network):
    """The boot files of all examples, and keys with which they are signed."""
    network.server.shadow(ROOT)
    root = network.server.path(ROOT)
    for name in BOOT_FILES:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(name.encode())
    return network.server


@pytest.fixture
def signed(network):
    """The tree is signed, as the example says."""
    host = network.server
    host.shadow(SIGNER, mode=0o700)
    signer = Signer(host.path(SIGNER))
    signer.keygen()
    signer.good("sign", "--serial=next", host.path(ROOT))
    host.shadow("/etc/pxeguard")
    host.path(KEYS).mkdir()
    for key in host.path(SIGNER).rglob("sign.pub"):
        host.path(f"{KEYS}/sign.pub").write_bytes(key.read_bytes())


@pytest.fixture
def start(start_server):
    """A function that starts a server with an example."""
    return lambda name: start_server((EXAMPLES / f"{name}.conf").read_text())


def test_each_is_accepted(host, signed):
    """Without a finding; some have notes of what --test does not look at."""
    host.shadow("/run/lab-example")
    for name in NAMES:
        text = (EXAMPLES / f"{name}.conf").read_text()
        host.path("/run/lab-example/conf").write_text(text)
        done = host.run(PXEGUARD, "--test=strict", "-C",
                        "/run/lab-example/conf", check=False)
        *notes, last = done.stderr.splitlines()
        assert last == "the configuration is correct (0 warnings)"
        assert done.returncode == 0
        for note, says in itertools.zip_longest(notes, NOTES.get(name, [])):
            assert note and says and says in note


def fetch(network, address, *names):
    """What a client with this address gets by TFTP."""
    machine = network.clients[0]
    machine.address(f"{address}/24")
    return [tftp_fetch(machine, SERVER_ADDRESS, name) for name in names]


@pytest.mark.long
@pytest.mark.parametrize("name", BOOTS)
def test_clients_are_told_their_file(start, host, signed, network, dhcp, name):
    start(name)
    for options, file in BOOTS[name]:
        ack = dhcp.lease(MAC, options)
        assert ack.type == "ACK"
        told = ack.options.get(packets.OPT_BOOTFILE) or ack.file
        assert told.rstrip(b"\0").decode() == file
    if file.startswith("http:"):
        machine = network.clients[0]
        machine.address(f"{ack.yiaddr}/24")
        got = machine.run("curl", "-s", file).stdout
    else:
        got = fetch(network, ack.yiaddr, file)[0].data.decode()
    assert got == file.rpartition("/")[2]


@pytest.mark.long
def test_proxy(start, host, network, dhcp):
    """Another server gives addresses; ours names the file."""
    start("proxy")
    for options, file in ((BIOS, b"pxelinux.0"), (X64, b"bootnetx64.efi")):
        offer = dhcp.discover(MAC, options)
        assert (offer.type, offer.yiaddr) == ("OFFER", "0.0.0.0")
        assert offer.options[packets.OPT_CLASS].startswith(b"PXEClient")
        ack = dhcp.ask_port(MAC, "192.168.1.30", options)
        assert ack.file.rstrip(b"\0") == file
    assert dhcp.unanswered(dhcp.discover, MAC)
    assert fetch(network, "192.168.1.30", "bootnetx64.efi")[0].data


def test_raspberry_pi(start, host, network, dhcp):
    start("raspberry-pi")
    ack = dhcp.lease(PI, client(0, _55=bytes([1, 3, 43, 60, 66, 67])))
    assert b"Raspberry Pi Boot" in ack.options[43]
    assert ack.siaddr == SERVER_ADDRESS
    machine = network.clients[0]
    machine.ip("link", "set", "eth0", "address", PI)
    own, other = fetch(network, ack.yiaddr, "config.txt", "bootcode.bin")
    assert own.data == b"dc-a6-32-01-02-03/config.txt"
    # It is not in the folder of this machine.
    assert other.error is not None


@pytest.mark.long
def test_relay(start, host, network, dhcp):
    start("relay")
    for relay, file in (("10.1.0.1", b"lab/pxelinux.0"),
                        ("10.2.0.1", b"pxelinux.0")):
        network.server.ip("route", "add", f"{relay}/32", "dev", "br0")
        offer = dhcp.relayed(dhcp.message("DISCOVER", MAC), relay)
        assert offer.yiaddr.startswith(relay[:5])
        assert offer.address(packets.OPT_ROUTER) == relay
        assert offer.file.rstrip(b"\0") == file
    assert dhcp.lease(MAC).yiaddr.startswith("192.168.1.")


# Which example boots which firmware, and what its loader asks for next.
MACHINES = {"simple": ("bios", "ldlinux.c32"), "firmware": ("uefi", "done"),
            "http-boot": ("uefi-http", "done"),
            "proxy": ("bios", "ldlinux.c32"),
            "signed": ("uefi", "bootnetx64.efi")}


@pytest.mark.boot
@pytest.mark.long
@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_boots(start, network, request, name):
    """With a real loader in the place of each file."""
    firmware, asked = MACHINES[name]
    lay_installer(network.server)
    root = network.server.path(ROOT)
    for loader in ("snponly.efi", "bootnetx64.efi"):
        (root / loader).write_bytes(LOADER.read_bytes())
    for script in ("boot.ipxe", "autoexec.ipxe"):
        (root / script).write_text("#!ipxe\nimgfetch done\nsleep 600\n")
    (root / "done").write_text("done")
    for other in BOOT_FILES:
        (root / other).parent.mkdir(exist_ok=True)
        if not (root / other).exists():
            (root / other).write_text(other)
    if name == "signed":
        request.getfixturevalue("signed")
    server = start(name)
    with contextlib.ExitStack() as stack:
        if name == "proxy":
            stack.enter_context(dhcp_server(network))
        stack.enter_context(Machine(network, firmware))
        server.wait_line(f'sent "{asked}"', BOOT_S)


def test_each_is_tested_and_listed():
    """By commands of recipes.md the files are there."""
    assert set(NAMES) == {*BOOTS, "proxy", "raspberry-pi", "relay"}
    recipes = (REPOSITORY / "docs/recipes.md").read_text()
    for name in NAMES:
        text = (EXAMPLES / f"{name}.conf").read_text()
        assert text.startswith("# ") and len(text.splitlines()) < 50
        assert not re.search(r"[^\n -~]", text)
        for file in re.findall(r"^(?:dhcp-boot|pxe-service)=(?:.*,)?"
                               r"([^,\n]*\.[^,\n]*)$", text, re.M):
            assert file in recipes or "arm64" in file or "/" in file
        assert f"({name}.conf)" in (EXAMPLES / "README.md").read_text()
