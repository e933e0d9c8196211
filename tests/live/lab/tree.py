"""Debian's network installer as a tree to boot from.

The chain of files is Debian's own.  In our copy, the two menus are changed,
so that the machine boots unattended and speaks on its serial port, and the
UEFI loaders have links at the root like those that the BIOS ones come with:
the second asks for the third beside itself, or at the root.
"""

import functools
import gzip
import pathlib

from .errors import LabError

PACKAGE = "debian-installer-12-netboot-amd64"
SOURCE = pathlib.Path("/usr/lib/debian-installer/images/12/amd64/text")
INSTALLER = "debian-installer/amd64"

# The firmware takes its own and the loaders' words to the serial port; the
# kernel and the installer must be told.  The installer then stops at its
# first question, for it has no answers.
KERNEL_WORDS = "console=ttyS0,115200n8 TERM=vt102 --- "

SYSLINUX = f"""\
path {INSTALLER}/boot-screens/
prompt 0
timeout 10
default install
label install
    kernel {INSTALLER}/linux
    append initrd={INSTALLER}/initrd.gz {KERNEL_WORDS}
"""

GRUB = f"""\
terminal_output console
set timeout=1
set default=0
menuentry 'Install' {{
    linux /{INSTALLER}/linux {KERNEL_WORDS}
    initrd /{INSTALLER}/initrd.gz
}}
"""


IPXE = pathlib.Path("/usr/lib/ipxe/snponly.efi")
SCRIPT = f"""\
#!ipxe
kernel {INSTALLER}/linux initrd=initrd.gz {KERNEL_WORDS}
initrd {INSTALLER}/initrd.gz
boot
"""


def lay_ipxe(namespace, root="/srv/tftpboot"):
    """iPXE for UEFI at `root`, and its script that starts the installer.

    GRUB of this package finds no network after an HTTP boot.
    """
    if not IPXE.exists():
        raise LabError(f"iPXE for UEFI is missing: {IPXE}",
                       "install Debian's package ipxe")
    (namespace.path(root) / IPXE.name).write_bytes(IPXE.read_bytes())
    (namespace.path(root) / "boot.ipxe").write_text(SCRIPT)


def lay_installer(namespace, root="/srv/tftpboot"):
    """Put a private copy of the installer's tree at `root`."""
    if not (SOURCE / "pxelinux.0").exists():
        raise LabError(f"Debian's installer is missing: no {SOURCE}",
                       f"install Debian's package {PACKAGE}")
    namespace.shadow(root)
    namespace.run("cp", "-a", f"{SOURCE}/.", root)
    base = namespace.path(root) / INSTALLER
    _replace(base / "pxelinux.cfg/default", SYSLINUX)
    _replace(base / "grub/grub.cfg", GRUB)
    for loader in ("bootnetx64.efi", "grubx64.efi"):
        (namespace.path(root) / loader).symlink_to(f"{INSTALLER}/{loader}")


def cut_initrd(namespace, root="/srv/tftpboot"):
    """Take the kernel's modules out of the installer's initial RAM disk.

    A third of it is left, which an emulated machine loads in a third of the
    time.  The installer starts without them.
    """
    path = namespace.path(root) / INSTALLER / "initrd.gz"
    path.write_bytes(_small_initrd())
    return ""


@functools.cache
def _small_initrd():
    """The archive (cpio, "newc") without what is below lib/modules."""
    raw = gzip.decompress((SOURCE / INSTALLER / "initrd.gz").read_bytes())
    kept, at, name = [], 0, b""
    while name != b"TRAILER!!!":
        size, name_size = (int(raw[at + field:at + field + 8], 16)
                           for field in (54, 94))
        name = raw[at + 110:at + 110 + name_size - 1]
        content = (at + 110 + name_size + 3) // 4 * 4
        end = (content + size + 3) // 4 * 4
        if not name.startswith(b"lib/modules/"):
            kept.append(raw[at:end])
        at = end
    return gzip.compress(b"".join(kept), 1)


def _replace(path, text):
    """Write a file anew, not through a symbolic link that stands there."""
    path.unlink()
    path.write_text(text)
    path.chmod(0o644)
