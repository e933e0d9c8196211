"""Real firmware and loaders boot by HTTP, without any TFTP server.

A machine has booted as far as this is about when the loader that it was told
of asks for its next file.
"""

import contextlib
import re
import subprocess

import pytest

from lab import sign_keys
from lab.boot import lay_state_folder
from lab.daemon import Daemon
from lab.errors import LabError
from lab.https_site import CERT, KEY, Authority, lay_pair
from lab.namespaces import SERVER_ADDRESS, Network
from lab.process import need
from lab.qemu import Machine
from lab.tree import INSTALLER, SOURCE
from test_pxe_boot import BOOT_S, IPXE

pytestmark = [pytest.mark.boot, pytest.mark.xdist_group("long")]

ROOT = "/srv/tftpboot"
KEYS = "/run/verify-keys"
CONFIG = f"""\
interface=br0
dhcp-range=192.168.1.50,192.168.1.150,8h
tftp-root={ROOT}
enable-http
boot-prefer=http
log-dhcp
"""
SCRIPT = """\
#!ipxe
imgfetch files/done.txt || imgfetch failed.txt
sleep 600
"""
# A name of the scripts has what URLs must escape.
HTTP_TAG = "dhcp-match=set:http64,option:client-arch,16\n"
IPXE_TAG = "dhcp-match=set:ipxe,175\n"
CASES = {
    "bios": "dhcp-boot=the menu/boot.ipxe\n",
    "uefi-http": HTTP_TAG + IPXE_TAG +
    "dhcp-boot=tag:http64,efi/snponly.efi\n"
    "dhcp-boot=tag:ipxe,the menu/boot.ipxe\n",
}


def lay_files(root):
    (root / "efi").mkdir()
    (root / "efi/snponly.efi").write_bytes(IPXE.read_bytes())
    (root / "the menu/files").mkdir(parents=True)
    (root / "the menu/boot.ipxe").write_text(SCRIPT)
    (root / "the menu/files/done.txt").write_text("The script was run.\n")


@contextlib.contextmanager
def booting(firmware, config, lay=lay_files, key=None, authority=None,
            pair=None):
    """A server, and a machine that was just switched on.

    `lay(root)` makes the boot files; `key` is trusted, if there is one.
    The machine trusts `authority`, and the server has the `pair` of HTTPS.
    """
    if not IPXE.exists():
        raise LabError(f"iPXE for UEFI is missing: {IPXE}",
                       "install Debian's package ipxe")
    with Network() as network, contextlib.ExitStack() as stack:
        network.server.shadow(ROOT)
        root = network.server.path(ROOT)
        lay(root)
        lay_state_folder(network.server)
        if key:
            network.server.shadow(KEYS)
            (network.server.path(KEYS) / "key.pub").write_bytes(
                key.public.read_bytes())
        if pair:
            lay_pair(network.server, *pair)
        server = stack.enter_context(Daemon(network, config))
        machine = stack.enter_context(Machine(
            network, firmware,
            authorities=authority and authority.uefi_list()))
        try:
            yield server, machine
        finally:
            print(server.log())
            print(machine.read_console()[-2000:])


def sent(name):
    return (rf'sent "{re.escape(name)}" for 192\.168\.1\.\d+:\d+ '
            r"\([0-9a-f:]{17}[^)]*\): \d+ bytes")


@pytest.mark.long
@pytest.mark.parametrize("firmware", CASES)
def test_firmware_boots_by_http(firmware):
    with booting(firmware, CONFIG + CASES[firmware]) as (server, _):
        server.wait_line(sent("the menu/files/done.txt"), BOOT_S)
        log = server.log()
    if firmware == "uefi-http":
        assert re.search(r'query "efi/snponly\.efi" .*: HEAD, '
                         rf"{IPXE.stat().st_size} bytes", log)
        assert len(re.findall(sent("efi/snponly.efi"), log)) == 1
    assert len(re.findall(sent("the menu/boot.ipxe"), log)) == 1
    assert "tftpd" not in log and "failed" not in log


GRUB_CFG = """\
net_bootp
cat (http,192.168.1.1)/files/done.txt
sleep 600
"""


def make_grub(folder):
    """An image of GRUB that runs GRUB_CFG."""
    (folder / "grub.cfg").write_text(GRUB_CFG)
    image = folder / "grub.efi"
    subprocess.run(
        [need("grub-mkimage", "grub-common"), "-O", "x86_64-efi", "-p", "/",
         "-c", folder / "grub.cfg", "-o", image,
         "efinet", "http", "cat", "sleep"], check=True)
    return image.read_bytes()


@pytest.mark.long
def test_shim_and_grub_boot_by_http(tmp_path):
    """Shim asks for GRUB in its own folder, and GRUB for a file."""
    def lay(root):
        folder = root / INSTALLER
        folder.mkdir(parents=True)
        (folder / "shim.efi").write_bytes(
            (SOURCE / INSTALLER / "bootnetx64.efi").read_bytes())
        (folder / "grubx64.efi").write_bytes(make_grub(tmp_path))
        (root / "files").mkdir()
        (root / "files/done.txt").write_text("GRUB is here.\n")

    config = CONFIG + HTTP_TAG + \
        f"dhcp-boot=tag:http64,{INSTALLER}/shim.efi\n"
    with booting("uefi-http", config, lay) as (server, _):
        server.wait_line(sent("files/done.txt"), BOOT_S)
        log = server.log()
    assert re.search(sent(f"{INSTALLER}/shim.efi"), log)
    assert re.search(sent(f"{INSTALLER}/grubx64.efi"), log)


@pytest.mark.long
def test_firmware_boots_by_http_from_a_signed_tree(tmp_path):
    """Under verify-images=require, and no file that is not signed."""
    key = sign_keys.Minisign(tmp_path)

    def lay(root):
        lay_files(root)
        sign_keys.sign_tree(key, root)
        (root / "the menu/boot.ipxe").write_text(
            SCRIPT.replace("done", "changed"))

    config = CONFIG + CASES["uefi-http"] + \
        f"verify-images=require\nverify-key={KEYS}\n"
    with booting("uefi-http", config, lay, key) as (server, _):
        server.wait_line('refused "the menu/boot.ipxe" .*lists another '
                         "checksum", BOOT_S)
        log = server.log()
    assert re.search(sent("efi/snponly.efi"), log)
    assert "changed.txt" not in log


HTTPS = f"""\
https-cert={CERT}
https-key={KEY}
{HTTP_TAG}{IPXE_TAG}\
dhcp-boot=tag:http64,https://{SERVER_ADDRESS}/efi/snponly.efi
dhcp-boot=tag:ipxe,the menu/boot.ipxe
"""


@pytest.mark.long
def test_firmware_boots_by_https(tmp_path):
    """It trusts the authority; iPXE, which knows none, goes on by HTTP."""
    authority = Authority(tmp_path)
    with booting("uefi-http", CONFIG + HTTPS, authority=authority,
                 pair=authority.issue("rsa")) as (server, _):
        server.wait_line(sent("the menu/files/done.txt"), BOOT_S)
        log = server.log()
    assert len(re.findall(sent("efi/snponly.efi"), log)) == 1
    assert "TLS handshake failed" not in log


@pytest.mark.long
def test_firmware_refuses_another_authority(tmp_path):
    """The certificate is checked: nothing is loaded from this server."""
    trusted, other = tmp_path / "trusted", tmp_path / "other"
    trusted.mkdir()
    other.mkdir()
    with booting("uefi-http", CONFIG + HTTPS, authority=Authority(trusted),
                 pair=Authority(other).issue("rsa")) as (server, _):
        server.wait_line("the TLS handshake failed", BOOT_S)
        log = server.log()
    assert not re.search('(sent|query) "efi/', log)
