"""A site in the machine: pxeguard by systemd, and a client's namespace.

The server's interface is lan0; the client has the other end of a veth pair, in
a network namespace of its own.
"""

import hashlib
import os
import pathlib
import re
import shutil

from steps import COMMAND_S, Failed, check, note, output, passed, run, wait

HERE = pathlib.Path("/run/machine")
SERVER = "192.168.1.1"
ETC = pathlib.Path("/etc/pxeguard")
ROOT = pathlib.Path("/srv/tftp")
STATE = pathlib.Path("/var/lib/pxeguard")
ROLES = ("dhcpd", "leased", "tftpd", "imaged", "hashd", "httpd", "keyd")
UDHCPC = pathlib.Path("/usr/local/sbin/lab-udhcpc")
INJECT = pathlib.Path("/usr/local/sbin/inject")
PACKAGES = ("pxeguard", "pxeguard-http")
DROP_IN = pathlib.Path("/etc/systemd/system/pxeguard.service.d/lab.conf")
LINES = 60
FILES = {"pxelinux.0": 42_000, "boot/vmlinuz": 3_000_000}
CONFIG = f"""\
interface=lan0
dhcp-range=192.168.1.50,192.168.1.150,1h
dhcp-boot=pxelinux.0
enable-tftp
tftp-root={ROOT}
enable-http
https-cert={ETC}/cert.pem
https-key={ETC}/private/key.pem
verify-images=require
verify-key={ETC}/keys
"""
# Removes the restrictions of the unit, so that only a security module restricts.
BARE = """\
[Service]
CapabilityBoundingSet=CAP_SYS_CHROOT
RestrictAddressFamilies=
SystemCallFilter=
ProtectSystem=no
ProtectHome=no
"""
UNSIGNED = CONFIG.partition("verify-images")[0]
UDHCPC_SCRIPT = """\
#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add "$ip/24" dev "$interface"
echo "bound $ip boot $boot_file"
"""


class Site:
    """Everything that serves, and one client."""

    def __init__(self):
        self.contents = {}
        self.units = 0

    def lay(self):
        """The interfaces, the boot files, the configuration."""
        self._network()
        for name, size in FILES.items():
            path = ROOT / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(size))
            self.contents[name] = hashlib.sha256(path.read_bytes()).digest()
        (ETC / "keys").mkdir(parents=True, exist_ok=True)
        (ETC / "private").mkdir(mode=0o700, exist_ok=True)
        (ETC / "cert.pem").write_bytes((HERE / "cert.pem").read_bytes())
        key = ETC / "private/key.pem"
        key.touch(mode=0o600)
        key.write_bytes((HERE / "key.pem").read_bytes())
        run("pxeguard-sign", "keygen", "-W", "-p", ETC / "keys/sign.pub",
            "-s", HERE / "sign.key")
        run("pxeguard-sign", "sign", "-s", HERE / "sign.key",
            "--serial=next", ROOT)
        self.configure(CONFIG)

    def _network(self):
        run("ip", "netns", "add", "client")
        run("ip", "link", "add", "lan0", "type", "veth", "peer", "name",
            "eth0", "netns", "client")
        run("ip", "address", "add", f"{SERVER}/24", "dev", "lan0")
        run("ip", "link", "set", "lan0", "up")
        self.client("ip", "link", "set", "eth0", "up")
        # Nothing is run from /run.
        UDHCPC.write_text(UDHCPC_SCRIPT)
        UDHCPC.chmod(0o755)
        shutil.copy(HERE / "inject", INJECT)

    def configure(self, text):
        (ETC / "pxeguard.conf").write_text(text)

    @staticmethod
    def client(*argv, **how):
        return run("ip", "netns", "exec", "client", *argv, **how)

    def lease(self):
        """The address that the client gets, with what it is to boot."""
        self.client("ip", "address", "flush", "dev", "eth0")
        said = self.client("busybox", "udhcpc", "-i", "eth0", "-n", "-q",
                           "-f", "-t", "20", "-T", "2", "-s",
                           UDHCPC)[1]
        match = re.search(r"^bound (\S+) boot (\S*)", said, re.M)
        if not match:
            raise Failed(f"no lease:\n{said}")
        return match.groups()

    def fetch(self, name, scheme, port=""):
        """Fetch a file; whether it is right."""
        out = HERE / "fetched"
        out.unlink(missing_ok=True)
        self.client("curl", "-sS", "--max-time", COMMAND_S // 2, "--retry",
                    "3", "--cacert", HERE / "ca.pem", "-o", out,
                    f"{scheme}://{SERVER}{port}/{name}")
        return hashlib.sha256(out.read_bytes()).digest() == \
            self.contents[name]

    def check_served(self, when):
        """The client gets a lease, and files by each protocol."""
        address, boot = self.lease()
        check(boot == "pxelinux.0", f"{when}: lease of {address}, boot {boot}")
        for scheme in ("tftp", "http", "https"):
            for name in FILES:
                if not self.fetch(name, scheme):
                    raise Failed(f"{scheme}: {name} is not what it was")
        passed(f"{when}: {len(FILES)} files by TFTP, HTTP and HTTPS")

    def check_other_starts(self):
        """It serves unsigned files as well, and after a restart."""
        self.configure(UNSIGNED)
        self.reload("ready, configuration")
        self.check_served("unsigned files")
        self.configure(CONFIG)
        run("systemctl", "restart", "pxeguard")
        self.wait_roles()
        self.check_served("after a restart")

    # ---------------------------------------------------------- the service

    @staticmethod
    def parent():
        pid = int(output("systemctl", "show", "-P", "MainPID", "pxeguard"))
        if pid == 0:
            raise Failed("pxeguard does not run:\n" + journal())
        return pid

    def roles(self):
        """The process id of each role."""
        children = output("pgrep", "-P", str(self.parent()), check=False)
        pids = {}
        for pid in children.split():
            try:
                program = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if "/libexec/pxeguard/" in program:
                pids[os.path.basename(program)] = int(pid)
        return pids

    def start(self):
        run("systemctl", "start", "pxeguard")
        self.wait_roles()

    def wait_roles(self):
        try:
            wait(lambda: set(self.roles()) == set(ROLES), "all roles run")
        except Failed as late:
            raise Failed(f"{late}\n{journal()}") from late

    def wait_log(self, pattern, since):
        """Wait for a line in the journal after a cursor."""
        try:
            return wait(lambda: re.search(pattern, journal(since)),
                        f"a line like /{pattern}/")
        except Failed as late:
            raise Failed(f"{late}\n{journal(since)}") from late

    def reload(self, pattern):
        """Reload; what the log says of it; the status of systemctl."""
        since = cursor()
        status = run("systemctl", "reload", "pxeguard", check=False)[0]
        self.wait_log(pattern, since)
        return status

    def kill_role(self, role):
        """A role that is killed is replaced; the others stay."""
        since, before = cursor(), self.roles()
        os.kill(before[role], 9)
        self.wait_log(rf"{role} restarted as process", since)
        wait(lambda: set(self.roles()) == set(ROLES), "all roles run")
        after = self.roles()
        check({name for name in ROLES if before[name] != after[name]}
              == {role}, f"{role} was killed and alone replaced")


def cursor():
    """A position in the journal."""
    said = output("journalctl", "-n", "1", "--show-cursor", "-o", "cat")
    return said.rpartition("-- cursor: ")[2].strip()


def journal(since=None):
    """All that pxeguard logged after a cursor, or its last lines."""
    part = ["--after-cursor", since] if since else ["-n", LINES]
    return output("journalctl", "-u", "pxeguard", "-o", "cat", "--no-pager",
                  *part, check=False)


def drop_in(text):
    """What is added to the unit."""
    DROP_IN.parent.mkdir(exist_ok=True)
    DROP_IN.write_text(text)
    run("systemctl", "daemon-reload")


def inject(pid, call, *arguments):
    """Have a process make a call; what the call returned there."""
    said = output(INJECT, pid, call, *arguments)
    if not re.fullmatch(r"-?\d+", said):
        raise Failed(f"{call} in process {pid}: {said}")
    return int(said)


def apt_install(*names, folder="deb"):
    """Packages of the archive, as an administrator installs them."""
    said = output("apt-get", "install", "-y", *(
        path for name in names
        for path in (HERE / folder).glob(f"{name}_*.deb")),
        timeout=2 * COMMAND_S)
    missing = [name for name in names if output(
        "dpkg-query", "-Wf", "${db:Status-Status}", name, check=False)
        != "installed"]
    if missing:
        raise Failed(f"not installed: {missing}\n{said}")
    return said


def purge(*names):
    return output("apt-get", "purge", "-y", *names, timeout=2 * COMMAND_S)


def install():
    """pxeguard alone, without the packages for security modules."""
    said = apt_install(*PACKAGES)
    note("installed: "
         + output("pxeguard", "--version").partition("\n")[0])
    return said
