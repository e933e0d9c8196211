"""The recipes of docs/recipes.md: their commands and lines, as they stand."""

import re

import pytest

from lab import packets
from lab.daemon import PXEGUARD, REPOSITORY
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_client import tftp_fetch

PAGE = (REPOSITORY / "docs/recipes.md").read_text()
MAC = "52:54:00:12:34:56"
X64 = {packets.OPT_CLASS: b"PXEClient:Arch:00007:UNDI:003016",
       packets.OPT_ARCH: b"\0\x07"}
HTTP = {packets.OPT_CLASS: b"HTTPClient:Arch:00016:UNDI:003016",
        packets.OPT_ARCH: b"\0\x10"}
BIOS = {packets.OPT_CLASS: b"PXEClient:Arch:00000:UNDI:002001",
        packets.OPT_ARCH: b"\0\0"}
PI = {**BIOS, packets.OPT_PARAMETERS: bytes([1, 3, 43, 60, 66, 67])}
IPXE = {**X64, 175: b"\x13\x01\x01"}
WEB = f"http://{SERVER_ADDRESS}"
# title: the words for --explain, and what clients get with their options
RECIPES = {
    "BIOS": ("arch=bios", [(BIOS, "pxelinux.0")], ["ldlinux.c32"]),
    "UEFI": ("arch=x64-uefi", [(X64, "bootnetx64.efi")], ["grubx64.efi"]),
    "UEFI HTTP Boot": ("arch=x64-http", [
        (HTTP, f"{WEB}/snponly.efi"), (IPXE, f"{WEB}/boot.ipxe")], []),
    "iPXE": ("arch=x64-uefi", [
        (BIOS, "undionly.kpxe"), (X64, "snponly.efi"),
        (IPXE, f"{WEB}/boot.ipxe")], ["undionly.kpxe"]),
    "Raspberry Pi": ("arch=rpi", [(PI, "")], ["config.txt", "start4.elf"]),
}


def blocks(text):
    return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in
            re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)]


def section(title):
    """The commands and the lines of a recipe."""
    text = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE,
                     re.DOTALL | re.MULTILINE)[1]
    return blocks(text)[:2]


def common():
    """The lines that all recipes begin with."""
    return blocks(PAGE)[0]


@pytest.fixture
def host(network):
    """A server with no file in its tree yet."""
    network.server.shadow("/srv/tftpboot")
    # As unpacked from Debian's package, which this machine need not have.
    network.server.shadow("/tmp/raspi")
    folder = network.server.path("/tmp/raspi/usr/lib/raspi-firmware")
    folder.mkdir(parents=True)
    for name in ("bootcode.bin", "start.elf", "start4.elf", "fixup4.dat"):
        (folder / name).write_text(name)
    network.server.shadow("/run/lab-recipe")
    return network.server


def check(host, text):
    """--test finds nothing, and --explain that the file is there and fits."""
    host.path("/run/lab-recipe/conf").write_text(text)
    done = host.run(PXEGUARD, "--test=strict", "-C", "/run/lab-recipe/conf",
                    check=False)
    assert done.stderr == "the configuration is correct (0 warnings)\n"
    assert done.returncode == 0


def follow(host, *titles):
    """Run the commands of recipes; the configuration of these."""
    for title in titles:
        host.run("sh", "-e", "-c", section(title)[0])
    text = common() + "".join(section(title)[1] for title in titles)
    check(host, text)
    return text


def ask(network, dhcp, boots, names):
    """What clients are told, and that they can have it."""
    machine = network.clients[0]
    for options, file in boots:
        ack = dhcp.lease(MAC, options)
        told = ack.options.get(packets.OPT_BOOTFILE) or ack.file
        assert told.rstrip(b"\0").decode() == file
        machine.address(f"{ack.yiaddr}/24")
        if file.startswith("http:"):
            assert machine.run("curl", "-sfI", file).stdout.startswith(
                "HTTP/1.1 200 ")
        elif file:
            names = [file, *names]
    for name in names:
        assert tftp_fetch(machine, SERVER_ADDRESS, name,
                          {"blksize": 1024}).data, name


def test_two_recipes_in_a_tree_of_all(host, start_server, network, dhcp):
    for title in RECIPES:
        host.run("sh", "-e", "-c", section(title)[0])
    server = start_server(follow(host, "iPXE", "Raspberry Pi"))
    done = host.run(PXEGUARD, "--explain", "-C", server.config_path)
    assert "missing" not in done.stdout and "not readable" not in done.stdout
    ask(network, dhcp, RECIPES["iPXE"][1],
        ["pxelinux.0", "grubx64.efi", "start4.elf"])


def test_recipes_of_a_proxy(host):
    """A page of its own is not needed: one line differs."""
    line = re.search(r"`(dhcp-range=\S+,proxy)` in place of the second", PAGE)[1]
    text = follow(host, "BIOS", "UEFI HTTP Boot", "UEFI")
    text = text.replace(text.splitlines()[1], line)
    check(host, text)
    done = host.run(PXEGUARD, "--explain", "-C", "/run/lab-recipe/conf")
    for kind, file in (("BIOS", "pxelinux.0"), ("UEFI x64", "bootnetx64.efi"),
                       ("UEFI HTTP x64", f"{WEB}/"), ("iPXE on UEFI", WEB)):
        assert re.search(f"^  {kind} +proxy +{file}", done.stdout, re.MULTILINE)


@pytest.mark.long
@pytest.mark.parametrize("title", RECIPES)
def test_recipe_alone(host, start_server, network, dhcp, title):
    words, boots, names = RECIPES[title]
    server = start_server(follow(host, title))
    done = host.run(PXEGUARD, "--explain", words, "-C", server.config_path)
    assert boots[0][1].rpartition("/")[2] in done.stdout
    ask(network, dhcp, boots, names)


def test_each_is_tested():
    assert set(re.findall("^## (.*)", PAGE, re.MULTILINE)) == set(RECIPES)
