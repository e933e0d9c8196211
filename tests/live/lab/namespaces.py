"""Private network and mount namespaces, and the network built of them.

A namespace has no name that could collide or be left behind: it exists as
long as a small process stands in it, and that process ends when the pipe to
us closes.  So a run that is killed with SIGKILL leaves nothing either.
"""

import ctypes
import os
import pathlib
import socket
import subprocess
import threading

from . import mounts
from .closing import Closing
from .errors import LabError
from .process import Process, run

CLONE_FS = 0x200
CLONE_NEWNS = 0x20000
CLONE_NEWNET = 0x40000000
SERVER_ADDRESS = "192.168.1.1"
SERVER_PREFIX = 24
_libc = ctypes.CDLL(None, use_errno=True)

# Router solicitations would look like a machine's first frames.
_HOLDER = """
set -e
mount -t sysfs sysfs /sys
for conf in all default; do
    file=/proc/sys/net/ipv6/conf/$conf/disable_ipv6
    if [ -e $file ]; then echo 1 >$file; fi
done
printf '%s\\n' 'link set lo up' "$@" | ip -batch -
echo up
exec cat
"""


def _enter(*spaces):
    """Move this thread into namespaces: (file of /proc, kind)."""
    if any(kind == CLONE_NEWNS for _, kind in spaces):
        _check(_libc.unshare(CLONE_FS))
    handles = [(os.open(path, os.O_RDONLY), kind) for path, kind in spaces]
    for handle, kind in handles:
        _check(_libc.setns(handle, kind))
        os.close(handle)


def _check(result):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Namespace(Closing):
    """A network and a mount namespace with loopback up.

    Mounts in it (a private /sys, and what `shadow` and `bind` add) are
    invisible to the rest of the machine.
    """

    def __init__(self, name, within=(), links=()):
        """`within` is a command that runs another one, which makes it.

        `links` are further commands for ip(8).
        """
        self.name = name
        # The holder waits for its input to end, which happens when we do.
        self._holder = subprocess.Popen(
            [*map(str, within), "unshare", "--net", "--mount",
             "--propagation", "private", "sh", "-c", _HOLDER, "sh", *links],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        if self._holder.stdout.readline() != b"up\n":
            reason = self._holder.stderr.read().decode().strip()
            self.close()
            raise LabError(f"no private namespace: {reason}",
                           "this must run as root, with CAP_SYS_ADMIN")

    def close(self):
        """Let the kernel take it down (when its last process is gone)."""
        if self._holder.poll() is None:
            self._holder.kill()
        self._holder.wait(5)
        for pipe in (self._holder.stdin, self._holder.stdout,
                     self._holder.stderr):
            pipe.close()

    @property
    def pid(self):
        """A process that stands in the namespace, for /proc/PID/ns."""
        return self._holder.pid

    def command(self, argv):
        """The command line that runs `argv` in here."""
        return ["nsenter", "--target", str(self.pid), "--net", "--mount",
                "--", *map(str, argv)]

    def run(self, *argv, **kwargs):
        """Run a short command in here; see process.run."""
        return run(self.command(argv), **kwargs)

    def start(self, argv, name=None):
        """Start a long-running process in here."""
        return Process(self.command(argv), name or os.path.basename(argv[0]))

    def ip(self, *words):
        """Run ip(8) in here and return what it prints."""
        return self.run("ip", *words).stdout

    def ip_all(self, *commands):
        """Run several commands of ip(8) in here by one process."""
        self.run("ip", "-batch", "-", text_in="\n".join(commands) + "\n")

    def write(self, path, text):
        """Write a file as seen from in here (/proc/sys, mostly).

        One that this kernel lacks is not missed.
        """
        def inside():
            if os.path.exists(path):
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)

        self.call(inside, mounts=True)

    def path(self, inside):
        """Where a file of this mount namespace is seen from outside."""
        return pathlib.Path(f"/proc/{self.pid}/root") / \
            str(inside).lstrip("/")

    def shadow(self, directory, mode=0o755, owner=None, size="50%"):
        """Put an empty, private directory at that path, in memory.

        A small `size` ("256k") makes a disk that fills up.
        """
        mounts.shadow(self, directory, mode, owner, size)

    def bind(self, source, target):
        """Show the file or directory `source` at `target` as well."""
        self.call(mounts.bind, source, target, mounts=True)

    def call(self, function, *args, mounts=False):
        """Call a function with the network of this namespace.

        It runs in a thread of its own, for which alone the network changes.
        Sockets that it makes belong to this namespace for ever.  With
        `mounts` it sees the files of this namespace, too.
        """
        spaces = [(f"/proc/{self.pid}/ns/net", CLONE_NEWNET)]
        if mounts:
            spaces.append((f"/proc/{self.pid}/ns/mnt", CLONE_NEWNS))
        box = {}

        def inside():
            try:
                _enter(*spaces)
                box["value"] = function(*args)
            except Exception as error:  # handed on to the caller
                box["error"] = error

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if "error" in box:
            raise box["error"]
        return box["value"]

    def udp_socket(self, address="0.0.0.0", port=0, timeout=2.0):
        """A bound UDP socket in here, of the address's family."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = self.call(socket.socket, family, socket.SOCK_DGRAM)
        sock.settimeout(timeout)
        sock.bind((address, port))
        return sock

    def enable_ipv6(self, interface):
        """Let a link have addresses of IPv6, at once and in silence.

        Its link-local address, which it gets by itself, is returned.
        """
        base = f"/proc/sys/net/ipv6/conf/{interface}"
        for switch in ("accept_dad", "accept_ra", "router_solicitations"):
            self.write(f"{base}/{switch}", "0")
        self.write(f"{base}/disable_ipv6", "0")
        rows = self.ip("-6", "-o", "address", "show", "dev", interface,
                       "scope", "link").split()
        if "inet6" not in rows:
            raise LabError(f"{self.name}: {interface} has no link-local "
                           "address", "does this kernel have IPv6?")
        return rows[rows.index("inet6") + 1].partition("/")[0]

    def lose(self, percent):
        """Lose that share of the UDP packets that arrive (0 ends it).

        Sockets below IP, such as our own DHCP client's, see them still.
        """
        self.run("nft", "add table ip lab; delete table ip lab")
        if percent:
            self.run("nft", "add table ip lab; add chain ip lab input "
                     "{ type filter hook input priority 0; }; add rule ip "
                     "lab input meta l4proto udp numgen random mod 100 < "
                     f"{percent} drop")

    def counters(self, interface):
        """Bytes and packets that came in from, and went out by, a link."""
        with open(f"/proc/{self.pid}/net/dev", encoding="ascii") as table:
            for row in table:
                name, _, numbers = row.partition(":")
                if name.strip() == interface:
                    n = list(map(int, numbers.split()))
                    return {"rx_bytes": n[0], "rx_packets": n[1],
                            "tx_bytes": n[8], "tx_packets": n[9]}
        raise LabError(f"{self.name}: no interface {interface}")

    def mac(self, interface):
        """The hardware address of a link, as text."""
        text = self.path(f"/sys/class/net/{interface}/address").read_text()
        return text.strip()


class Client(Namespace):
    """A namespace with one link, `eth0`, plugged into the bridge."""

    def address(self, cidr):
        """Give eth0 an address by hand."""
        self.ip("address", "replace", cidr, "dev", "eth0")

    def flush(self):
        """Take every address away from eth0."""
        self.ip("address", "flush", "dev", "eth0")


class Network(Closing):
    """A server's namespace with the bridge `br0`, and who is plugged in."""

    def __init__(self, address=SERVER_ADDRESS, prefix=SERVER_PREFIX,
                 within=()):
        self.address = address
        self.server = Namespace("server", within, (
            "link add br0 type bridge forward_delay 0 stp_state 0",
            f"address add {address}/{prefix} brd + dev br0",
            "link set br0 up"))
        self.clients = []
        self._taps = 0

    def close(self):
        for client in self.clients:
            client.close()
        self.server.close()

    def client(self, mac=None, address=None):
        """Plug in a new client namespace, perhaps with an address."""
        number = len(self.clients)
        client = Client(f"client{number}")
        self.clients.append(client)
        port = f"port{number}"
        self.server.ip_all(
            f"link add {port} type veth peer name eth0 netns {client.pid}",
            f"link set {port} master br0 up")
        client.ip_all(
            *[f"link set eth0 address {mac}"] if mac else [],
            "link set eth0 up",
            *[f"address add {address} dev eth0"] if address else [])
        return client

    def tap(self):
        """Plug in a tap device for a machine; return its name."""
        if not os.path.exists("/dev/net/tun"):
            raise LabError("there is no /dev/net/tun, which a machine's "
                           "network card needs", "run: modprobe tun")
        name = f"tap{self._taps}"
        self._taps += 1
        self.server.ip("tuntap", "add", name, "mode", "tap")
        self.server.ip("link", "set", name, "master", "br0", "up")
        return name
