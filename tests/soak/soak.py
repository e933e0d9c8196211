#!/usr/bin/python3
"""Hold the server under load for long, and do it harm at random.

Machines boot all the time.  Meanwhile roles are killed, stopped and hung,
configurations are loaded, good ones and wrong ones, and addresses come and
go.  Checked are: each role that is killed or hangs is replaced in time; all
services come back; no acknowledged address is lost; no file has a wrong byte;
memory and descriptors do not grow; the log holds no line that surprises.

All dice come from one seed, which is printed.
"""

import argparse
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab import sign_keys                               # noqa: E402
from lab.boot import (STATE_FOLDER, WIDE_CONFIG,        # noqa: E402
                      lay_state_folder)
from lab.daemon import Daemon, servers                  # noqa: E402
from lab.dhcp_client import DhcpClient, mac_number      # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.leases import read_store                       # noqa: E402
from lab.namespaces import SERVER_ADDRESS, Network      # noqa: E402
from lab.process import exit_on_signals                 # noqa: E402
from lab.tftp_client import tftp_fetch                  # noqa: E402
from machines import Files, Leases, Pages, http_read    # noqa: E402
from watch import HANDLES_MORE, Problems, Watch         # noqa: E402

MACHINES = 2000
REPLACED_S = 5          # a role that died; it may have to wait for its turn
HUNG_S = 15             # one that hangs: 10 s of silence, and its start
RELOADED_S = 60
SERVED_S = 30           # from the last harm to all services
AGAIN_S = 4             # between two harms to one role, so that none pauses
CONFIG = WIDE_CONFIG + """\
enable-http
verify-images=require
verify-key=/run/verify-keys/minisign.pub
verify-cache=1M
"""
SERVERS = servers(CONFIG)
CHANGES = ("dhcp-boot=other\n", "tftp-max=300\n", "tftp-cache=16\n",
           "tftp-no-blocksize\n", "dhcp-option=6,9.9.9.9\n",
           "dhcp-host=02:99:00:00:00:01,192.168.1.77,one\n",
           "tftp-single-port\n", "http-max=100\n", "verify-exempt=small\n",
           "boot-max-rate=20M\n")
WRONG = ("dhcp-rnage=1\n", "dhcp-range=nonsense\n", "tftp-root=/nowhere\n")


class Soak:
    """One run: harms at random, and what must follow each."""

    def __init__(self, seed, seconds):
        self.dice = random.Random(seed)
        self.seed, self.seconds = seed, seconds
        self.start = time.monotonic()
        self.problems = Problems(self.say)
        self.checks = 0
        self.harms = dict.fromkeys(
            ("kill", "pause", "hang", "reload", "wrong", "address"), 0)
        self._hurt = dict.fromkeys(SERVERS, 0.0)
        self._number = 0
        self._extra = False
        self.network = Network(prefix=20)
        try:
            self._build()
        except BaseException:
            self.network.close()
            raise

    def _build(self):
        namespace = self.network.server
        lay_state_folder(namespace)
        namespace.shadow("/srv/tftpboot")
        root = namespace.path("/srv/tftpboot")
        self.files = {"small": os.urandom(3000), "file": os.urandom(60_000),
                      "large": os.urandom(1_500_000)}
        for name, data in self.files.items():
            (root / name).write_bytes(data)
        self._sign(root)
        self.server = Daemon(self.network, CONFIG)
        self.watch = Watch(self.server, self.problems)
        readers = []
        for number in range(3):
            reader = self.network.client()
            reader.address(f"192.168.1.{200 + number}/20")
            readers.append(reader)
        self._reader = readers[0]
        self._asker = DhcpClient(self.network.client(), timeout=1.0)
        self._turns = [
            Leases(self.problems, self.seed, DhcpClient(
                self.network.client(), timeout=1.0), MACHINES),
            *(Files(self.problems, self.seed + n, reader, SERVER_ADDRESS,
                    self.files) for n, reader in enumerate(readers[:2], 1)),
            Pages(self.problems, self.seed + 3, readers[2], self.files)]
        self.leases = self._turns[0]

    def _sign(self, root):
        """One file is larger than verify-cache, and sent by blocks."""
        self.network.server.shadow("/run/verify-keys")
        with tempfile.TemporaryDirectory() as folder:
            key = sign_keys.Minisign(folder)
            sign_keys.sign_tree(key, root)
            (self.network.server.path("/run/verify-keys")
             / key.public.name).write_bytes(key.public.read_bytes())

    def say(self, text):
        print(f"{time.monotonic() - self.start:7.1f} s  {text}", flush=True)

    def check(self, good, text):
        self.checks += 1
        if not good:
            self.problems.add(text)

    # --- harms --------------------------------------------------------------

    def victim(self):
        """A role that was not hurt of late, and its process; or None."""
        now = time.monotonic()
        pids = self.server.role_pids()
        able = [role for role in SERVERS
                if now - self._hurt[role] > AGAIN_S and role in pids]
        if not able:
            return None
        role = self.dice.choice(able)
        self._hurt[role] = now
        return role, pids[role]

    def replaced(self, role, pid, seconds, what):
        """The role is another process, in time, and the others are not."""
        begin = time.monotonic()
        try:
            self.server.wait_role(role, other_than=pid, timeout=2 * seconds)
        except LabError:
            self.check(False, f"{role}, {what}, was not replaced")
            return
        took = time.monotonic() - begin
        self.check(took < seconds, f"{role}, {what}, was replaced late: "
                   f"{took:.1f} s")

    def kill(self):
        if (found := self.victim()) is None:
            return
        role, pid = found
        self.harms["kill"] += 1
        os.kill(pid, self.dice.choice((signal.SIGKILL, signal.SIGSEGV)))
        self.replaced(role, pid, REPLACED_S, "killed")

    def pause(self):
        """Stopped for less than it takes for a hang."""
        if (found := self.victim()) is None:
            return
        role, pid = found
        self.harms["pause"] += 1
        os.kill(pid, signal.SIGSTOP)
        time.sleep(self.dice.uniform(0.1, 4))
        os.kill(pid, signal.SIGCONT)
        self.check(self.server.role_pids().get(role) == pid,
                   f"{role} was replaced after a short pause")

    def hang(self):
        if (found := self.victim()) is None:
            return
        role, pid = found
        self.harms["hang"] += 1
        os.kill(pid, signal.SIGSTOP)
        self.replaced(role, pid, HUNG_S, "hung")
        self._hurt[role] = time.monotonic()

    def reload(self):
        self.harms["reload"] += 1
        mark = self.server.reload(CONFIG + "".join(
            change for change in CHANGES if self.dice.random() < 0.3))
        self.answered(mark, r"ready, configuration \d+")

    def wrong(self):
        self.harms["wrong"] += 1
        mark = self.server.reload(CONFIG + self.dice.choice(WRONG))
        self.answered(mark, "keeping the running configuration")
        self.server.configure(CONFIG)

    def address(self):
        """Interfaces change: an address comes, or goes."""
        self.harms["address"] += 1
        self._extra = not self._extra
        mark = self.server.process.mark()
        self.network.server.ip("address", "add" if self._extra else "del",
                               "192.168.77.1/24", "dev", "br0")
        self.answered(mark, r"ready, configuration \d+")

    def answered(self, mark, pattern):
        try:
            self.server.wait_line(pattern, RELOADED_S, mark)
            self.check(True, "")
        except LabError:
            self.check(False, f"no line like /{pattern}/")

    # --- the run ------------------------------------------------------------

    def served(self):
        """A new machine and a reader get what they ask for."""
        self._number = (self._number + 1) % 200
        mac = mac_number(500_000 + self._number)
        deadline = time.monotonic() + SERVED_S
        ack = file = page = None
        while time.monotonic() < deadline and not (ack and file and page):
            ack = ack or self._lease(mac)
            file = file or tftp_fetch(
                self._reader, SERVER_ADDRESS, "small", timeout=1.0,
                tries=2).data == self.files["small"]
            page = page or http_read(self._reader, "small") == \
                self.files["small"]
        self.check(ack, f"no lease within {SERVED_S} s")
        self.check(file, f"no file within {SERVED_S} s")
        self.check(page, f"no file by HTTP within {SERVED_S} s")

    def _lease(self, mac):
        tries, self._asker.tries = self._asker.tries, 1
        try:
            reply = self._asker.lease(mac)
        finally:
            self._asker.tries = tries
        return reply is not None and reply.type == "ACK"

    def step(self):
        harm = self.dice.choices(
            (self.kill, self.pause, self.hang, self.reload, self.wrong,
             self.address), (6, 3, 2, 4, 1, 2))[0]
        harm()
        self.check(self.server.process.status is None, "the parent ended")
        if self.dice.random() < 0.5:
            self.served()
        self.watch.sample()
        self.watch.check_log()
        time.sleep(self.dice.uniform(0, 1.5))

    def quiet(self):
        """Wait until no transfer and no change is under way."""
        time.sleep(3)
        return min(self.watch.handles() for _ in range(5)
                   if time.sleep(1) is None)

    def run(self):
        self.say(f"seed {self.seed}, {self.seconds} s")
        self.served()
        before = self.quiet()
        for turn in self._turns:
            turn.start()
        told = 0
        try:
            while (passed := time.monotonic() - self.start) < self.seconds:
                self.step()
                if self.server.process.status is not None:
                    break
                if passed // 60 > told:
                    told = passed // 60
                    self.say(self.state())
        finally:
            for turn in self._turns:
                turn.leave()
        self.finish(before)

    def state(self):
        harms = ", ".join(f"{n} {name}" for name, n in self.harms.items())
        kib = ", ".join(f"{role} {kib[-1]}" for role, kib in
                        self.watch.kib.items())
        return (f"{harms}; {len(self.leases.held)} machines, "
                f"{sum(t.done for t in self._turns[1:])} files; KiB: {kib}")

    def finish(self, before):
        """What must hold in the end."""
        if self._extra:
            self.address()
        self.reload()
        self.served()
        self.watch.check_memory()
        after = self.quiet()
        self.check(after <= before + HANDLES_MORE,
                   f"the parent has {after} descriptors, {before} before")
        self.check(sorted(self.server.role_pids()) == sorted(SERVERS),
                   "not all roles run")
        for turn in self._turns:
            self.check(turn.done > 0 and not turn.is_alive(),
                       f"{type(turn).__name__} got nothing")
        held = dict(self.leases.held)
        self.check(len(set(held.values())) == len(held),
                   "an address belongs to two machines")
        for mac in self.dice.sample(sorted(held), min(200, len(held))):
            reply = self._asker.init_reboot(mac, held[mac])
            self.check(reply is not None and
                       (reply.type, reply.yiaddr) == ("ACK", held[mac]),
                       f"{mac} lost {held[mac]}")
        self.check(self.server.stop() == 0, "it did not stop well")
        store = read_store(
            self.network.server.path(STATE_FOLDER) / "leases.db")
        lost = [mac for mac, address in held.items()
                if store.get(address, (None,))[0] != mac]
        self.check(lost == [], f"{len(lost)} addresses are not in the store")
        self.watch.check_log()
        self.say(self.state())

    def close(self):
        if hasattr(self, "server"):
            self.server.stop()
        self.network.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=1800)
    parser.add_argument("--seed", type=int,
                        default=time.time_ns() % 1_000_000)
    args = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("the soak needs root, for its private network")
    soak = Soak(args.seed, args.seconds)
    try:
        soak.run()
    finally:
        soak.close()
    failed = sum(soak.problems.found.values())
    if failed:
        print("--- the server's last lines")
        print("\n".join(soak.server.process.tail(60)))
        for text, count in soak.problems.found.most_common():
            print(f"{count} times: {text}")
        print(f"again: --seed {soak.seed} --seconds {soak.seconds}")
    print(f"{max(soak.checks - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    exit_on_signals()
    sys.exit(main())
