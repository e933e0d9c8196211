"""Real firmware learns its boot file from a DHCP proxy, and from menus.

A machine has booted as far as this is about when the loader that it was told
of asks for its next file.
"""

import contextlib
import pathlib
import re

import pytest

from lab.boot import lay_state_folder
from lab.daemon import Daemon
from lab.errors import LabError
from lab.namespaces import Network
from lab.process import need
from lab.qemu import Machine
from lab.tree import lay_installer

OTHER_SERVER = "192.168.1.2"
LOADER = {"bios": "pxelinux.0", "uefi": "bootnetx64.efi"}
NEXT = {"bios": "ldlinux.c32", "uefi": "grubx64.efi"}
BOOT_S = 300    # of an emulated machine beside others

TFTP = """\
interface=br0
enable-tftp
tftp-root=/srv/tftpboot
log-dhcp
"""
PROXY = TFTP + "dhcp-range=192.168.1.0,proxy\n"
FULL = TFTP + "dhcp-range=192.168.1.50,192.168.1.150,8h\n"
BOOT = {"bios": "dhcp-boot=pxelinux.0\n", "uefi": "dhcp-boot=bootnetx64.efi\n"}
ONE = {"bios": 'pxe-service=x86PC,"Boot",pxelinux\n',
       "uefi": 'pxe-service=x86-64_EFI,"Boot",bootnetx64.efi\n'}
MENU = {firmware: f'pxe-prompt="Boot",1\n{line}{line.replace("Boot", "Two")}'
        for firmware, line in ONE.items()}

# (name, configuration, by firmware; whether another server gives addresses)
CASES = {
    "proxy-one": (PROXY, ONE, True),
    "proxy-boot": (PROXY, BOOT, True),
    "proxy-menu": (PROXY, MENU, True),
    "proxy-bypass": (PROXY + "pxe-style=bypass\n", ONE, True),
    "full-one": (FULL, ONE, False),
    "full-menu": (FULL, MENU, False),
}
IPXE = pathlib.Path("/usr/lib/ipxe/snponly.efi")
SCRIPT = """\
#!ipxe
imgfetch done.txt
sleep 600
"""
# The firmware gets the loader, and iPXE its script, by either condition.
IPXE_TAG = "dhcp-match=set:ipxe,175\n"
IPXE_CLASS = "dhcp-userclass=set:ipxe,iPXE\n"
IPXE_ONE = 'pxe-service=x86-64_EFI,"iPXE",snponly.efi\n'
IPXE_MENU = 'pxe-prompt="Boot",1\n' + IPXE_ONE + \
    'pxe-service=x86-64_EFI,"Local disk",0\n'
IPXE_BOOT = "dhcp-boot=tag:ipxe,boot.ipxe\n"
IPXE_CASES = {
    "proxy-one": (PROXY + IPXE_TAG + IPXE_ONE + IPXE_BOOT, True),
    "proxy-menu": (PROXY + IPXE_CLASS + IPXE_MENU + IPXE_BOOT, True),
    "proxy-boot": (PROXY + IPXE_TAG + "dhcp-boot=snponly.efi\n" + IPXE_BOOT,
                   True),
    "full-one": (FULL + IPXE_TAG + IPXE_ONE + IPXE_BOOT, False),
    "full-menu": (FULL + IPXE_CLASS + IPXE_MENU + IPXE_BOOT, False),
    "full-boot": (FULL + IPXE_TAG + "dhcp-boot=tag:!ipxe,snponly.efi\n"
                  + IPXE_BOOT, False),
}
# test_boot.py boots both kinds without a proxy.
USUAL = {("bios", "proxy-menu"), ("uefi", "proxy-one")}


@contextlib.contextmanager
def dhcp_server(network):
    """dnsmasq on another host, which gives addresses and knows no boot."""
    host = network.client()
    host.address(f"{OTHER_SERVER}/24")
    words = [need("dnsmasq", "dnsmasq-base"), "--keep-in-foreground",
             "--conf-file=/dev/null", "--port=0", "--log-facility=-",
             "--pid-file=", "--user=root", "--interface=eth0", "--log-dhcp",
             "--dhcp-leasefile=/dev/null", "--leasefile-ro",
             "--dhcp-range=192.168.1.50,192.168.1.150,1h"]
    process = host.start(words, "dnsmasq")
    try:
        process.wait_line("started, version")
        yield process
    finally:
        process.stop()


def cases():
    for name in CASES:
        for firmware in ("bios", "uefi"):
            usual = (firmware, name) in USUAL
            yield pytest.param(
                firmware, name, id=f"{firmware}-{name}",
                marks=[] if usual else [pytest.mark.long])


@pytest.mark.boot
@pytest.mark.parametrize("firmware, name", cases())
def test_firmware_boots(firmware, name, server_command):
    config, lines, proxy = CASES[name]
    with Network() as network, contextlib.ExitStack() as stack:
        lay_installer(network.server)
        lay_state_folder(network.server)
        other = stack.enter_context(dhcp_server(network)) if proxy else None
        server = stack.enter_context(
            Daemon(network, config + lines[firmware], server_command))
        machine = stack.enter_context(Machine(network, firmware))
        try:
            server.wait_line(re.escape(f'"{NEXT[firmware]}"'), BOOT_S)
        finally:
            print(server.log())
            print(other.text() if other else "")
            print(machine.read_console()[-2000:])
        log = server.log()
        assert f'sent "{LOADER[firmware]}"' in log
        if proxy:
            assert f"DHCPOFFER(br0) {machine.mac} proxy, " in log
            assert "DHCPACK(eth0) " in other.text()


@pytest.mark.boot
@pytest.mark.long
@pytest.mark.parametrize("name", IPXE_CASES)
def test_ipxe_gets_its_script_and_not_itself(name, server_command):
    """UEFI loads iPXE, which asks again: the usual loop must not begin."""
    config, proxy = IPXE_CASES[name]
    if not IPXE.exists():
        raise LabError(f"iPXE for UEFI is missing: {IPXE}",
                       "install Debian's package ipxe")
    with Network() as network, contextlib.ExitStack() as stack:
        network.server.shadow("/srv/tftpboot")
        root = network.server.path("/srv/tftpboot")
        (root / "snponly.efi").write_bytes(IPXE.read_bytes())
        (root / "boot.ipxe").write_text(SCRIPT)
        (root / "done.txt").write_text("The script was run.\n")
        lay_state_folder(network.server)
        other = stack.enter_context(dhcp_server(network)) if proxy else None
        server = stack.enter_context(Daemon(network, config, server_command))
        machine = stack.enter_context(Machine(network, "uefi"))
        try:
            server.wait_line(r'sent "done\.txt"', BOOT_S)
        finally:
            print(server.log())
            print(other.text() if other else "")
            print(machine.read_console()[-2000:])
        log = server.log()
        assert log.count('sent "snponly.efi"') == 1
        assert log.count('sent "boot.ipxe"') == 1
        if proxy:
            assert other.text().count("DHCPACK(eth0) ") >= 2
