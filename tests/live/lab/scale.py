"""A server at the size of a large site: what it must do in each state."""

import os
import signal

from . import clients
from .daemon import SERVERS
from .dhcp_client import DhcpClient
from .namespaces import SERVER_ADDRESS
from .patience import LONG_S


class Trial:
    """Serves, reloads, and serves again after the death of each role.

    `expect` maps hardware addresses to what their leases must say: a function
    that judges the ACK.  `files` maps names to contents.
    """

    def __init__(self, server, network, expect, files, fetch=None):
        self.server, self.expect, self.files = server, expect, files
        self._fetch = fetch or self._plain_fetch
        self._reader = network.client(address="192.168.1.200/24")
        self._dhcp = network.client()
        self.generation = 1

    def serve(self):
        """Every client that is expected gets what it is to get."""
        with DhcpClient(self._dhcp, timeout=1.0, tries=30) as dhcp:
            for mac, judge in self.expect.items():
                judge(_lease(dhcp, mac))
        for name, content in self.files.items():
            self._fetch(self._reader, name, content)

    @staticmethod
    def _plain_fetch(reader, name, content):
        reply = clients.tftp_fetch(reader, SERVER_ADDRESS, name, tries=30)
        assert reply.data == content, (name, reply.error)

    def reload(self):
        """SIGHUP; no role is replaced by it."""
        before = self.server.role_pids()
        mark = self.server.reload()
        self.generation += 1
        self.server.wait_line(f"ready, configuration {self.generation}$",
                              LONG_S, since=mark)
        assert self.server.role_pids() == before

    def lose(self, role):
        """SIGKILL one role; it comes back, and no other one ends."""
        before = self.server.role_pids()
        os.kill(before[role], signal.SIGKILL)
        pid = self.server.wait_role(role, before[role], LONG_S)
        self.server.wait_line(rf"{role} restarted as process {pid}\b", LONG_S)
        after = self.server.role_pids()
        assert {**after, role: 0} == {**before, role: 0}

    def run(self):
        """All of it."""
        assert set(self.server.role_pids()) == set(SERVERS)
        self.serve()
        self.reload()
        self.serve()
        for role in SERVERS:
            self.lose(role)
            self.serve()
        self.reload()
        self.serve()
        assert "seccomp filter" not in self.server.log()


def _lease(dhcp, mac):
    """An ACK; while dhcpd reads its leases, requests wait and are repeated.

    So the answer to a REQUEST may be a second OFFER.
    """
    for _ in range(10):
        reply = dhcp.lease(mac)
        assert reply is not None, mac
        if reply.type != "OFFER":
            break
    assert reply.type == "ACK", (mac, reply)
    return reply


def reserved(address):
    """A judge: the lease has this address."""
    def judge(ack):
        assert ack.yiaddr == address
    return judge


def host_address(number):
    """The address that is reserved for the n-th host, below 10.0.0.0/8."""
    return ".".join(map(str, ((10 << 24) + (1 << 16) + number)
                        .to_bytes(4, "big")))
