"""Machines that boot all the time, while the test does something else."""

import threading
import time

from .dhcp_client import mac_number
from .patience import LONG_S, wait_until
from .tftp_client import tftp_fetch


class Load:
    """Leases for ever new machines, and fetches of a file, until it ends.

    `held` has every acknowledged {mac: address}, `fetched` the number of
    whole files.  Errors end up in `errors`; `patience` is how many seconds a
    group of machines tries to get its leases.
    """

    def __init__(self, dhcp, namespace=None, server=None, name=None,
                 want=None, pause=0.15, patience=10):
        self.held, self.fetched, self.errors = {}, 0, []
        self.broken = []        # fetches that ended with wrong bytes
        self._dhcp, self._pause, self._patience = dhcp, pause, patience
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run,
                                          args=(self._lease,))]
        if namespace is not None:
            self._threads.append(threading.Thread(
                target=self._run,
                args=(self._fetch, namespace, server, name, want)))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join(LONG_S)
        assert not any(thread.is_alive() for thread in self._threads)

    def wait(self, held=0, fetched=0):
        """Wait until so many leases are held and files fetched."""
        wait_until(lambda: self.errors or (
            len(self.held) >= held and self.fetched >= fetched),
            f"{held} leases and {fetched} files")
        assert self.errors == []

    def _run(self, step, *args):
        try:
            number = 0
            while not self._over.is_set():
                step(number, *args)
                number += 1
        except Exception as error:  # told in the test, not in the thread
            self.errors.append(error)

    def _lease(self, number):
        macs = [mac_number(number * 6 + n) for n in range(6)]
        acks = self._dhcp.lease_many(macs, timeout=self._patience,
                                     resend=0.5)
        self.held.update({mac: ack.yiaddr for mac, ack in acks.items()})
        self._over.wait(self._pause)

    def _fetch(self, _number, namespace, server, name, want):
        reply = tftp_fetch(namespace, server, name, {"blksize": 1024},
                           timeout=0.3, tries=4)
        if reply.data == want:
            self.fetched += 1
        elif reply.data is not None:
            self.broken.append(len(reply.data))
        time.sleep(0.02)
