"""A server with every role that serves, and clients of all its services."""

import dataclasses

from . import sign_keys
from .boot import CONFIG
from .clients import tftp_fetch
from .dhcp_client import DhcpClient, mac_number
from .errors import LabError
from .http_client import HttpConnection
from .https_site import CERT, KEY, Authority, curl, lay_pair
from .namespaces import SERVER_ADDRESS
from .patience import wait_until

KEYS = "/run/verify-keys"
# What makes of a server with TFTP one with all roles.
MORE = f"""\
enable-http
https-cert={CERT}
https-key={KEY}
verify-images=require
verify-key={KEYS}
"""
ALL = CONFIG + MORE


@dataclasses.dataclass
class Secrets:
    """Keys and a certificate, which many sites can use."""

    authority: Authority
    pair: tuple             # certificate and key, as PEM
    signing: object

    @classmethod
    def make(cls, folder):
        authority = Authority(folder)
        return cls(authority, authority.issue("p256"),
                   sign_keys.Minisign(folder))

    def lay(self, namespace, root):
        """Write what ALL names, and sign the tree below `root`."""
        sign_keys.sign_tree(self.signing, root)
        namespace.shadow(KEYS)
        (namespace.path(KEYS) / "key.pub").write_bytes(
            self.signing.public.read_bytes())
        lay_pair(namespace, *self.pair)


class Clients:
    """Clients of each service; `secrets` is None without HTTP and HTTPS."""

    def __init__(self, network, root, secrets=None):
        self.want = (root / "file").read_bytes()
        self._secrets = secrets
        self.has_http = secrets is not None
        self._reader = network.client(address="192.168.1.200/24")
        self.dhcp = DhcpClient(network.client())
        self._number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.dhcp.close()

    def lease(self):
        """The ACK of another client."""
        self._number += 1
        return self.dhcp.lease(mac_number(self._number))

    def fetch(self, **how):
        return tftp_fetch(self._reader, SERVER_ADDRESS, "file", **how)

    def http(self):
        """What a GET of HTTP gets."""
        with HttpConnection(self._reader) as connection:
            return connection.get("/file")

    def http_works(self):
        """Whether it gets the file."""
        try:
            return self.http().content == self.want
        except (OSError, LabError):
            return False        # nobody accepts it, or httpd has ended

    def https(self):
        """(status of curl, content, messages)"""
        return curl(self._reader, self._secrets.authority, "file")

    def check(self):
        """Everything works, soon."""
        assert self.lease().type == "ACK"
        wait_until(lambda: self.fetch(timeout=1.0).data == self.want, "TFTP")
        if not self.has_http:
            return
        wait_until(self.http_works, "HTTP")
        wait_until(lambda: self.https()[:2] == (0, self.want), "HTTPS")
