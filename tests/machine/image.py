"""The image that the machine starts from: Debian, made once and kept.

It lies in a folder whose name is a hash of all that went into it, so that a
change of this file makes another image.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

SUITE = "bookworm"
IMAGE_MIB = 3072
MAKE_S = 1800
KEPT = 2

PACKAGES = (
    "linux-image-cloud-amd64", "initramfs-tools", "zstd", "systemd-sysv",
    "dbus", "udev", "kmod", "python3", "procps", "adduser",
    # Both security modules, and what their administrators use.
    "selinux-policy-default", "policycoreutils",
    "policycoreutils-python-utils", "netbase", "auditd", "apparmor",
    "strace",
    # Clients, and the network that they are in.
    "iproute2", "udhcpc", "curl", "busybox",
    # What pxeguard is linked with.
    "libevent-core-2.1-7", "libseccomp2", "libcap-ng0", "libsqlite3-0",
    "libpcap0.8", "libsodium23", "libnettle8", "libmicrohttpd12",
    "libgnutls30",
)

# The disk's driver is all that the initial file system has to load.
INITRAMFS = "MODULES=list\nCOMPRESS=zstd\n"
MODULES = "virtio_pci\nvirtio_blk\next4\n"

# It runs what is on the second disk, unconfined as an administrator is.
UNIT = """\
[Unit]
Description=Test of the second disk
After=multi-user.target auditd.service

[Service]
Type=exec
SELinuxContext=-system_u:system_r:unconfined_t:s0
RuntimeDirectory=machine
WorkingDirectory=/run/machine
ExecStartPre=/bin/tar -xf /dev/vdb -C /run/machine
ExecStart=/usr/bin/python3 -u /run/machine/inside/main.py
StandardInput=null
StandardOutput=file:/dev/ttyS1
StandardError=inherit
ExecStopPost=/bin/systemctl --no-block --force poweroff

[Install]
WantedBy=multi-user.target
"""
FILES = {
    "etc/initramfs-tools/conf.d/machine": INITRAMFS,
    "etc/initramfs-tools/modules": MODULES,
    "etc/systemd/system/machine.service": UNIT,
    "etc/fstab": "/dev/vda / ext4 defaults 0 1\n",
    "etc/hostname": "machine\n",
    "etc/hosts": "127.0.0.1 localhost machine\n",
    "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
    "etc/selinux/config": "SELINUX=enforcing\nSELINUXTYPE=default\n",
}
CONTEXTS = "/etc/selinux/default/contexts/files/file_contexts"
# Nothing here needs them, and emulated processors are slow.
MASKED = ("apt-daily.timer", "apt-daily-upgrade.timer", "fstrim.timer",
          "e2scrub_all.timer", "e2scrub_reap.service", "dpkg-db-backup.timer",
          "systemd-networkd-wait-online.service", "getty@tty1.service",
          "serial-getty@ttyS0.service", "systemd-timesyncd.service")


def key():
    """What names the image."""
    parts = (SUITE, str(IMAGE_MIB), *PACKAGES, *MASKED,
             pathlib.Path(__file__).read_text(encoding="utf-8"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def need_image(cache):
    """The folder with root.img, vmlinuz and initrd; made if it is missing."""
    folder = cache / key()
    if not (folder / "root.img").exists():
        cache.mkdir(parents=True, exist_ok=True)
        forget_old(cache)
        make(folder)
    os.utime(folder)
    return folder


def forget_old(cache):
    """Of images that earlier versions made, only the latest stays."""
    folders = sorted((path for path in cache.iterdir() if path.is_dir()),
                     key=lambda path: path.stat().st_mtime)
    for path in folders[:max(0, len(folders) - KEPT + 1)]:
        shutil.rmtree(path)


def command(argv):
    """Run a command that says nothing unless it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=MAKE_S, check=False)
    if done.returncode != 0:
        sys.exit(f"{argv[0]}: status {done.returncode}\n"
                 + "\n".join(done.stdout.splitlines()[-20:]))


def write_files(root):
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def make(folder):
    """Debian's packages, labelled for SELinux, as one ext4 file system."""
    print("making the image of the machine: some minutes, once", flush=True)
    work = folder.with_suffix(".work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    root = work / "root"
    write_files(work / "files")
    masks = "".join(f'ln -sf /dev/null "$1/etc/systemd/system/{unit}";'
                    for unit in MASKED)
    # It may leave a mount behind, if a process keeps that busy.
    command([
        "unshare", "--mount", "mmdebstrap", "--mode=root",
        "--variant=minbase", "--format=directory",
        "--aptopt=APT::Install-Recommends false",
        f"--include={','.join(PACKAGES)}",
        # Before packages: the initial file system is made as they come.
        f"--essential-hook=copy-in {work}/files/etc /",
        f"--customize-hook={masks}",
        SUITE, str(root)])
    write_files(root)
    command(["chroot", str(root), "systemctl", "enable", "machine.service"])
    # Labels are attributes of files; a kernel without SELinux keeps them.
    command(["unshare", "--mount", "sh", "-c",
             'mount --bind /proc "$0/proc" && '
             f'chroot "$0" setfiles -F -e /proc {CONTEXTS} /', str(root)])
    pack(work, root)
    work.rename(folder)


def pack(work, root):
    (work / "vmlinuz").write_bytes((root / "vmlinuz").read_bytes())
    (work / "initrd").write_bytes((root / "initrd.img").read_bytes())
    image = work / "root.img"
    image.touch()
    os.truncate(image, IMAGE_MIB << 20)
    command(["mke2fs", "-q", "-t", "ext4", "-L", "machine", "-d", str(root),
             str(image)])
    shutil.rmtree(root)
