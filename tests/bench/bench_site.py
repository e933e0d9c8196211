"""Two namespaces with a cable between them, the files, and the client."""

import json
import pathlib
import random
import time

from lab.boot import lay_state_folder
from lab.closing import Closing
from lab.daemon import PXEGUARD
from lab.errors import LabError
from lab.namespaces import Namespace
from lab.process import Process, run

ROOT = "/srv/tftpboot"
SERVER = "10.77.0.1"
CLIENT = "10.77.0.2"
# Each machine has an address of its own.  All are behind CLIENT, so that no
# server is measured by how many neighbours the kernel remembers.
MACHINES, MACHINES_NET = "10.78.0.1", "10.78.0.0/16"
LOAD = PXEGUARD.parent / "bench" / "tftp_load"
HTTP_LOAD = LOAD.parent / "http_load"
BARE_PORT = 7000
MIB = 1 << 20
# What lies at ROOT: {prefix: (how many, size of each)}.
FILES = {"big": (1, 256 * MIB), "middle": (1, 32 * MIB), "part": (20, 16 * MIB),
         "mib": (20, MIB), "small": (100, 40 << 10)}
FRESH_S = 3.5
PERIOD = 131071         # LOAD_PERIOD of load.h: the client compares with less


def names(prefix):
    """The names of the files with that prefix."""
    return [f"{prefix}{n}" for n in range(FILES[prefix][0])]


def pinned(processors):
    """The start of a command line that keeps to these processors."""
    return ["taskset", "--cpu-list", processors] if processors else []


def _result(output, words):
    """What a load client has printed."""
    if not output.startswith("{"):
        raise LabError(f"the load client: {words.strip() or 'no result'}")
    result = json.loads(output)
    result["rate"] = result["bytes"] / result["seconds"]
    result["words"] = words.strip()
    return result


class Site(Closing):
    """The namespaces `server` and `client`; all is gone when it closes.

    `processors` is (server's, client's), as taskset has them, or None.
    `files` are those of FILES that lie at ROOT, and others: all of FILES
    without this.
    """

    def __init__(self, processors=None, files=None):
        self.processors = processors
        self.files = files or FILES
        if not LOAD.exists():
            raise LabError(f"the load client is not built: no {LOAD}",
                           "run: make bench-tools")
        self.server = Namespace("server")
        self.client = Namespace("client")
        try:
            self._connect()
            # BBR, where that is the kernel's choice, sets a timer for each
            # packet, which takes most of the time in a virtual machine.
            self.server.write("/proc/sys/net/ipv4/tcp_congestion_control",
                              "reno")
            lay_state_folder(self.server)
            self.server.shadow(ROOT)
            self._lay_files()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.client.close()
        self.server.close()

    def _connect(self):
        server, client = self.server, self.client
        server.ip("link", "add", "eth0", "type", "veth", "peer", "name",
                  "eth0", "netns", str(client.pid))
        for space, address in ((server, SERVER), (client, CLIENT)):
            space.ip("address", "add", f"{address}/24", "dev", "eth0")
            space.ip("link", "set", "eth0", "up")
        server.ip("route", "add", MACHINES_NET, "via", CLIENT)
        client.ip("route", "add", "local", MACHINES_NET, "dev", "lo")

    def _lay_files(self):
        root = self.server.path(ROOT)
        source = random.Random(7440)
        for prefix, (count, size) in self.files.items():
            for name in (f"{prefix}{n}" for n in range(count)):
                part = source.randbytes(PERIOD)
                with open(root / name, "wb") as out:
                    for at in range(0, size, PERIOD):
                        out.write(part[:size - at])
        # Files that were changed a moment ago are not held in memory.
        time.sleep(FRESH_S)

    def lose(self, percent):
        """Lose that share of the packets, in both directions (0 ends it).

        A send that the kernel would pass on as one, by UDP_SEGMENT, is cut
        into packets before, for it is packets that get lost.
        """
        segments = 1 if percent else 65535
        self.server.ip("link", "set", "eth0", "gso_max_segs", str(segments))
        for space in (self.server, self.client):
            space.lose(percent)

    def has_port(self, port, protocol="udp"):
        """Whether a socket of the server's namespace has that port."""
        table = pathlib.Path(
            f"/proc/{self.server.pid}/net/{protocol}").read_text()
        return any(row.split()[1].endswith(f":{port:04X}")
                   for row in table.splitlines()[1:])

    def server_place(self):
        """What a server's command line starts with."""
        return pinned(self.processors and self.processors[0])

    def _load_command(self, words, program=LOAD):
        """The load client, on the client's network, over the server's files.
        """
        return [*pinned(self.processors and self.processors[1]),
                "nsenter", f"--net=/proc/{self.client.pid}/ns/net",
                f"--mount=/proc/{self.server.pid}/ns/mnt", "--", program,
                *words]

    def _http_command(self, names, requests, connections, limit_s, *more):
        words = ["-s", SERVER, "-n", requests, "-c", connections, "-t",
                 int(limit_s * 1000), *more, *names]
        # A descriptor for each connection.
        return ["prlimit", f"--nofile={connections + 100}",
                *self._load_command(words, HTTP_LOAD)]

    def http(self, names, requests, connections, limit_s, *more):
        """Run requests by HTTP; return the load client's result."""
        done = run(self._http_command(names, requests, connections, limit_s,
                                      *more), timeout=limit_s + 30,
                   check=False)
        return _result(done.stdout, done.stderr)

    def http_hold(self, names, connections, limit_s):
        """Connections that stay idle after a request each, as a Process."""
        process = Process(self._http_command(
            names, connections, connections, limit_s, "-a",
            f"{MACHINES}+100", "-k"), "http_load")
        process.wait_line(r'^\{"done"', limit_s)
        return process

    @staticmethod
    def _load_words(files, transfers, parallel, window, limit_s, gro, hold_ms):
        words = ["-s", SERVER, "-d", ROOT, "-a", f"{MACHINES}+{parallel}",
                 "-n", transfers, "-p", parallel, "-b", 1428, "-w", window,
                 "-t", int(limit_s * 1000), "-H", hold_ms, "-z"]
        return words + (["-g"] if gro else []) + names(files)

    def load(self, files, transfers, parallel, window, limit_s, gro=False):
        """Run transfers; return the load client's result."""
        words = self._load_words(files, transfers, parallel, window, limit_s,
                                 gro, 0)
        done = run(self._load_command(words), timeout=limit_s + 30,
                   check=False)
        return _result(done.stdout, done.stderr)

    def hold(self, files, parallel, window):
        """Transfers that go on for minutes, as a Process."""
        words = self._load_words(files, parallel, parallel, window, 300, True,
                                 500)
        process = Process(self._load_command(words), "tftp_load")
        process.wait_line("all run", 30)
        return process

    def bare(self, how, seconds=1):
        """Bytes a second without TFTP, "-G" by UDP_SEGMENT, "-S" singly."""
        words = ["-s", f"{CLIENT}:{BARE_PORT}", "-b", 1428, "-t"]
        sender = self.server.start(
            [*self.server_place(), LOAD, how, *words,
             int(seconds * 1000) + 1000], "bare")
        try:
            done = run(self._load_command(
                ["-R", *words, int(seconds * 1000)]), timeout=30)
        finally:
            sender.stop()
        result = json.loads(done.stdout)
        return result["bytes"] / result["seconds"]
