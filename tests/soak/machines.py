"""Machines that boot all the time, and what they may rely on.

A fixed number of machines takes turns, so that the server's memory must not
grow when each of them has been there once.  An address that was acknowledged
stays with its machine, whatever happens to the processes of the server.
"""

import random
import threading
import time

from lab.dhcp_client import mac_number
from lab.errors import LabError
from lab.http_client import HttpConnection
from lab.tftp_client import Misbehaviour, tftp_fetch

GROUP = 8           # machines that ask at the same time
PATIENCE_S = 2      # for one of them; roles may be away for longer


class Turns(threading.Thread):
    """Calls `turn()` until it is told to leave; errors are kept."""

    def __init__(self, problems, seed):
        super().__init__()
        self.dice = random.Random(seed)
        self.done = 0           # what worked
        self.done_at = time.monotonic()
        self.problems = problems
        self._over = threading.Event()

    def turn(self):
        raise NotImplementedError

    def run(self):
        try:
            while not self._over.wait(0.05):
                self.turn()
        except Exception as error:  # told by the main thread
            self.problems.add(f"{type(self).__name__}: {error!r}")

    def leave(self):
        self._over.set()
        self.join(60)

    def worked(self, count=1):
        self.done += count
        self.done_at = time.monotonic()


class Leases(Turns):
    """Machines that get, and keep, their addresses."""

    def __init__(self, problems, seed, client, machines):
        super().__init__(problems, seed)
        self.held = {}          # {mac: address} as acknowledged
        self._client = client
        self._macs = [mac_number(number) for number in range(machines)]
        self._at = 0

    def turn(self):
        group = self._macs[self._at:self._at + GROUP]
        self._at = (self._at + GROUP) % len(self._macs)
        new = [mac for mac in group if mac not in self.held]
        acks = self._client.lease_many(new, timeout=PATIENCE_S, resend=0.5)
        for mac, ack in acks.items():
            self.take(mac, ack)
        for mac in set(group) - set(new):
            if self.dice.random() < 0.3:
                self.again(mac)

    def again(self, mac):
        """As after a reboot: the address of old must be confirmed."""
        client, address = self._client, self.held[mac]
        message = client.message("REQUEST", mac, {
            50: bytes(map(int, address.split(".")))})
        reply = client.exchange(message, tries=2, timeout=0.5)
        if reply is not None:
            self.take(mac, reply)

    def take(self, mac, reply):
        before = self.held.get(mac)
        if reply.type != "ACK" or before not in (None, reply.yiaddr):
            self.problems.add(f"{mac} has {before} and got {reply.type} "
                              f"{reply.yiaddr}")
            return
        self.held[mac] = reply.yiaddr
        self.worked()


class Files(Turns):
    """Readers of files; some abort, vanish or are slow."""

    KINDS = (Misbehaviour(), Misbehaviour(), Misbehaviour(),
             Misbehaviour(abort_after_oack=True),
             Misbehaviour(abort_at_block=5),
             Misbehaviour(vanish_at_block=7),
             Misbehaviour(drop_data=frozenset({3, 9})),
             Misbehaviour(pause=0.01))
    OPTIONS = (None, {"blksize": 1024, "tsize": 0},
               {"blksize": 1428, "windowsize": 8},
               {"blksize": 1468, "windowsize": 64})

    def __init__(self, problems, seed, namespace, server, files):
        super().__init__(problems, seed)
        self._namespace, self._server, self._files = namespace, server, files

    def turn(self):
        name, want = self.dice.choice(list(self._files.items()))
        reply = tftp_fetch(self._namespace, self._server, name,
                           {"tsize": 0, **(self.dice.choice(self.OPTIONS)
                                           or {})},
                           timeout=0.5, tries=4,
                           misbehave=self.dice.choice(self.KINDS))
        if reply.data == want:
            self.worked()
        elif reply.data is not None:
            self.problems.add(f"{name}: {len(reply.data)} wrong bytes")


class Pages(Turns):
    """Readers by HTTP: whole files and parts; some leave in the middle."""

    def __init__(self, problems, seed, namespace, files):
        super().__init__(problems, seed)
        self._namespace, self._files = namespace, files

    def turn(self):
        name, want = self.dice.choice(list(self._files.items()))
        begin = self.dice.choice((0, self.dice.randrange(len(want))))
        found = http_read(self._namespace, name, begin,
                          leave=self.dice.random() < 0.2)
        if found == want[begin:]:
            self.worked()
        elif found is not None:
            self.problems.add(f"{name} by HTTP: {len(found)} wrong bytes")


def http_read(namespace, name, begin=0, leave=False):
    """A file from this byte on; None if it was not sent whole, or is not."""
    try:
        with HttpConnection(namespace, timeout=PATIENCE_S) as connection:
            headers = [("Range", f"bytes={begin}-")] if begin else []
            connection.ask(f"/{name}", headers=headers)
            if leave:
                connection.more()
                return None
            answer = connection.answer()
    except (LabError, OSError):
        return None         # a role was away
    return answer.content if answer.status in (200, 206) else None
