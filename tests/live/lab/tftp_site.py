"""A network with a TFTP server and one client on it, ready for questions."""

import random

from .boot import lay_state_folder
from .daemon import Daemon
from .namespaces import SERVER_ADDRESS, Client, Network
from .patience import LONG_S
from .relay import Relay, honest
from .tftp_client import TftpRead, tftp_fetch

ROOT = "/srv/tftpboot"
READER = "192.168.1.200"
SERVER6, READER6 = "fd00:1::1", "fd00:1::200"
# Only TFTP: no lease store has to be opened.
TFTP_CONFIG = f"""\
interface=br0
enable-tftp
tftp-root={ROOT}
"""


def content(size):
    """The bytes of the file `size<n>`."""
    return random.Random(size).randbytes(size)


class TftpSite:
    """A server with files at ROOT, and a client at READER.

    `lay(site)`, if given, prepares what must be there before it starts.
    """

    def __init__(self, config=TFTP_CONFIG, sizes=(), lay=None, command=None,
                 start=True):
        self.server = None
        self.network = Network()
        try:
            self.namespace = self.network.server
            lay_state_folder(self.namespace)
            self.namespace.shadow(ROOT)
            self.root = self.namespace.path(ROOT)
            self.lay(*sizes)
            self.reader = self.client(READER)
            if lay:
                lay(self)
            if start:
                self.server = Daemon(self.network, config, command)
        except BaseException:
            self.network.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Stop all; the log is printed, which pytest shows on failure."""
        if self.server:
            self.server.stop()
            print(self.server.log())
        self.network.close()

    def lay(self, *sizes):
        """Make files `size<n>` of these sizes."""
        for size in sizes:
            (self.root / f"size{size}").write_bytes(content(size))

    def client(self, address):
        """Another client, with an address."""
        return self.network.client(address=f"{address}/24")

    def other_net(self, link="lan1", net="192.168.2"):
        """A client on a link of its own; before the server starts.

        The server is .1 in there and the client .200.
        """
        client = Client(f"client on {link}")
        self.network.clients.append(client)
        self.namespace.ip("link", "add", link, "type", "veth", "peer",
                          "name", "eth0", "netns", str(client.pid))
        self.namespace.ip("address", "add", f"{net}.1/24", "dev", link)
        self.namespace.ip("link", "set", link, "up")
        client.ip("link", "set", "eth0", "up")
        client.address(f"{net}.200/24")
        return client

    def ipv6(self, server=(SERVER6,), reader=(READER6,)):
        """Addresses of IPv6 for both, before the server starts.

        Returns the server's link-local one.
        """
        links = ((self.namespace, "br0", server),
                 (self.reader, "eth0", reader))
        local = [namespace.enable_ipv6(link) for namespace, link, _ in links]
        for namespace, link, addresses in links:
            for address in addresses:
                namespace.ip("-6", "address", "add", f"{address}/64", "dev",
                             link, "nodad")
        return local[0]

    def fetch(self, name, options=None, server=SERVER_ADDRESS, **how):
        """Read a whole file."""
        return tftp_fetch(how.pop("client", self.reader), server, name,
                          options, **how)

    def read(self, name, options=None, server=SERVER_ADDRESS, **how):
        """Read a file one packet at a time."""
        return TftpRead(how.pop("client", self.reader), server, name,
                        options, **how)

    def relay(self, plan=honest, address="192.168.1.250"):
        """A bad network between a client and the server."""
        return Relay(self.client(address), SERVER_ADDRESS, plan)

    def said(self, pattern, timeout=LONG_S, since=0):
        """Wait for a line of the log."""
        return self.server.wait_line(pattern, timeout, since)
