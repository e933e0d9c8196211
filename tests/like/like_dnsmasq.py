#!/usr/bin/python3
"""Compare the replies of this server with those of dnsmasq.

Every kind of client meets every configuration, with both servers; a pair of
the two is a combination.  Each field and option of each reply is compared.  A
difference that wanted_differences.py does not declare is a fault.
"""

import argparse
import concurrent.futures
import fnmatch
import multiprocessing
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab.boot import STATE_FOLDER, lay_state_folder     # noqa: E402
from lab.compare import dnsmasq_command, facts          # noqa: E402
from lab.daemon import Daemon, default_command          # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.marked_client import MARKER_RELAY, MarkedClient    # noqa: E402
from lab.namespaces import Network                      # noqa: E402
from lab.process import exit_on_signals                 # noqa: E402
from clients import CLIENTS, FAR_RELAY, talk            # noqa: E402
from configurations import POOLS, configurations        # noqa: E402
from configurations_dhcp import ETHERS, SECOND                  # noqa: E402
from wanted_differences import WANTED, Exchange, judge  # noqa: E402

TRIES = 5   # of a configuration, on a machine so busy that replies are late
# A reply may wait up to half a second for its neighbour entry while the kernel
# removes interfaces: silence is held against the server if it lasts.
LINGER_S = 2
SILENCE = ": reply: 'silence', "    # in a line of compare()
FAR_NETS = ("10.5.0.0/16", "10.6.0.0/16")   # behind relays, or shared


class Laboratory:
    """A network in which one server after the other is started."""

    def __init__(self, command):
        self.command = command
        self.network = Network()
        server = self.network.server
        lay_state_folder(server)
        server.shadow("/run/pxeguard-lab")
        # This makes /etc a folder of this laboratory alone.
        server.shadow("/etc/pxeguard-lab")
        server.run("sh", "-c", f"! mountpoint -q {ETHERS} || umount {ETHERS}")
        for net in (*FAR_NETS, f"{FAR_RELAY}/32", f"{MARKER_RELAY}/32"):
            server.ip("route", "add", net, "dev", "br0")
        self.player = self.network.client()

    def close(self):
        self.network.close()

    def hold(self, configuration, clients, linger_s=0):
        """What the clients saw: {client: [(label, Exchange half)]}."""
        server = self.network.server
        server.run("sh", "-c", f"rm -rf {STATE_FOLDER}/* {ETHERS} "
                   "/run/pxeguard-lab/*; ip neigh flush dev br0")
        for path, text in configuration.files.items():
            server.path(path).write_text(text)
        server.ip("addr", "flush", "dev", "br0", "scope", "global",
                  "to", SECOND)
        if configuration.address:
            server.ip("addr", "add", configuration.address, "dev", "br0")
        with Daemon(self.network, configuration.text, self.command) as daemon:
            try:
                with MarkedClient(self.player, broadcast=False) as player:
                    player.discover_s += configuration.delay_s
                    seen = {client.name: self._talk(configuration, client,
                                                    player)
                            for client in clients}
                    player.settle()
                    player.linger(linger_s)
                    for rows in seen.values():
                        player.add_late(rows)
            except LabError as error:
                raise LabError(f"{error}; the server's log ends:\n"
                               + "\n".join(daemon.process.tail(20)))
        return seen

    def _talk(self, configuration, client, player):
        found = []
        for label, reply in talk(client, player, configuration.proxy):
            found.append([label, player.asked, player.asked_port, reply])
        return found


class OutOfStep(Exception):
    """A client went on differently after equal replies: one came too late."""


def kind_of(reply):
    """What the next message depends on."""
    return reply and (reply.type, reply.yiaddr != "0.0.0.0",
                      reply.options.get(54))


def compare(configuration, ours, theirs):
    """([difference that is not declared], names of those that are)."""
    wrong, used, count = [], {}, 0
    for client, mine in ours.items():
        other = theirs[client]
        before = before2 = None
        for (label, asked, port, reply), (label2, _, _, reply2) in \
                zip(mine, other):
            if label != label2:
                if before == before2:
                    raise OutOfStep(f"{client}: {label}, dnsmasq: {label2}")
                break   # for the OFFERs differ, which was counted
            before, before2 = kind_of(reply), kind_of(reply2)
            count += 1
            exchange = Exchange(configuration.text, asked, port,
                                facts(reply, POOLS), facts(reply2, POOLS))
            for field, names in judge(exchange).items():
                if names:
                    used[names] = used.get(names, 0) + 1
                else:
                    here, there = exchange.both(field)
                    wrong.append(f"{client}, {label}: {field}: {here!r}, "
                                 f"dnsmasq: {there!r}")
    return count, wrong, used


_laboratories = None


def _work(configuration, clients):
    """One configuration, in a process that keeps its two networks."""
    global _laboratories
    if _laboratories is None:
        _laboratories = [Laboratory(default_command()),
                         Laboratory(dnsmasq_command())]
    linger_s = 0
    for _ in range(TRIES):
        try:
            found = compare(configuration, *_hold_both(configuration, clients,
                                                       linger_s))
            if linger_s or not any(SILENCE in line for line in found[1]):
                return found
            last = next(line for line in found[1] if SILENCE in line)
            print(f"again  {configuration.name}: {last}", flush=True)
            linger_s = LINGER_S
        except OutOfStep as error:
            last = str(error)
        except LabError as error:
            return 0, [str(error)], {}
    return 0, [f"{last}; replies come too late, {TRIES} times"], {}


def _hold_both(configuration, clients, linger_s):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        both = [pool.submit(laboratory.hold, configuration, clients, linger_s)
                for laboratory in _laboratories]
        return [half.result() for half in both]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2,
                        help="configurations at the same time")
    parser.add_argument("--only", default="*",
                        help="configurations with such a name")
    parser.add_argument("--client", default="*",
                        help="clients with such a name")
    options = parser.parse_args()
    exit_on_signals()
    chosen = [c for c in configurations()
              if fnmatch.fnmatch(c.name, options.only)]
    clients = [c for c in CLIENTS if fnmatch.fnmatch(c.name, options.client)]
    start = time.monotonic()
    replies = faults = 0
    used = {}
    with concurrent.futures.ProcessPoolExecutor(
            options.jobs, multiprocessing.get_context("fork")) as pool:
        for configuration, (count, wrong, names) in zip(chosen, pool.map(
                _work, chosen, [clients] * len(chosen))):
            replies += count
            faults += len(wrong)
            for name, times in names.items():
                used[name] = used.get(name, 0) + times
            print(f"{'FAILED' if wrong else 'ok    '} {configuration.name}")
            for line in wrong:
                print("    " + line)
            sys.stdout.flush()
    if not chosen or not clients:
        parser.error("no such configuration or client")
    whole = options.only == options.client == "*"
    stale = [d.name for d in WANTED if whole and d.matrix
             and d.name not in used]
    for name in stale:
        print(f"FAILED \"{name}\" is declared, and was not seen")
    print(f"{len(chosen) * len(clients)} combinations, {replies} messages, "
          f"{sum(used.values()) + faults} differences: "
          + (f"{faults} not declared" if faults else "all declared")
          + f", of {len(used)} kinds; {time.monotonic() - start:.0f} s")
    return 1 if faults or stale else 0


if __name__ == "__main__":
    sys.exit(main())
