#!/usr/bin/python3
"""Measure HTTP beside nginx and print a table.

Everything lives in private namespaces.  Status 0: every goal is met.
"""

import dataclasses
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

import bench_site                                       # noqa: E402
import contenders                                       # noqa: E402
import memory                                           # noqa: E402
import options                                          # noqa: E402
from bench_site import FILES, Site, names               # noqa: E402
from lab.errors import LabError                         # noqa: E402
from report import machine, print_table, progress       # noqa: E402
from works import Rated                                 # noqa: E402

IDLE, IDLE_MIB = 10000, 100     # connections, and what httpd may have then
CONFIG = f"""\
interface=eth0
enable-http
tftp-root={bench_site.ROOT}
http-max={4 * IDLE}
quiet-http
"""
NGINX_FOLDER = "/run/bench-nginx"
NGINX = f"""\
daemon off;
worker_processes 1;
user root;
pid {NGINX_FOLDER}/pid;
error_log {NGINX_FOLDER}/error crit;
worker_rlimit_nofile {8 * IDLE};
events {{ worker_connections {4 * IDLE}; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 300;
    keepalive_requests 100000000;
    client_body_temp_path {NGINX_FOLDER}/client;
    proxy_temp_path {NGINX_FOLDER}/proxy;
    fastcgi_temp_path {NGINX_FOLDER}/fastcgi;
    uwsgi_temp_path {NGINX_FOLDER}/uwsgi;
    scgi_temp_path {NGINX_FOLDER}/scgi;
    server {{ listen 80; root {bench_site.ROOT}; }}
}}
"""
WARM_S = 1.0


class Nginx(contenders.Contender):
    """Debian's nginx: one worker, sendfile, no log."""

    def __init__(self):
        program, version = contenders.unpacked("nginx", "nginx")
        super().__init__("nginx", version, [
            program, "-p", NGINX_FOLDER, "-e", f"{NGINX_FOLDER}/error", "-c",
            f"{NGINX_FOLDER}/conf"], port=80, protocol="tcp")

    def start(self, where):
        folder = where.server.path(NGINX_FOLDER)
        if not folder.is_dir():
            where.server.shadow(NGINX_FOLDER)
        (folder / "conf").write_text(NGINX)
        return super().start(where)


@dataclasses.dataclass
class Work(Rated):
    """Requests for files on `connections` that stay open.

    A run ends after `limit_s` too; what came until then counts.
    """
    title: str
    files: str
    requests: int
    connections: int
    limit_s: float
    ratio: float            # of nginx, the goal
    per_second: bool = False


WORKS = {
    "one": Work("one of 256 MiB at a time", "big", 40, 1, 3, 0.9),
    "many": Work("256 MiB, 20 at once", "big", 60, 20, 6, 0.9),
    "small": Work("40 KiB, 50 connections", "small", 60000, 50, 3, 0.5,
                  per_second=True),
}
KNOWN = [*WORKS, "idle"]


def run_once(site, contender, work):
    """One server's turn in one round."""
    server = contender.start(site)
    try:
        for limit_s in (WARM_S, work.limit_s):
            result = site.http(names(work.files), work.requests,
                               work.connections, limit_s)
        if result["failed"]:
            raise LabError(f"{contender.name}: {result['words'][:200]}")
        return work.value(result)
    finally:
        server.stop()


def measure(site, servers, work, rounds):
    """{server: values of the rounds}; the servers take turns."""
    values = {server.name: [] for server in servers}
    for number in range(rounds):
        turn = number % len(servers)
        for server in servers[turn:] + servers[:turn]:
            value = run_once(site, server, work)
            values[server.name].append(value)
            progress(f"{server.name}: {work.text(value)}")
    return values


def row_of(work, values):
    """One row of the table; the ratio is the median of the rounds'."""
    ratios = [ours / other for ours, other in
              zip(values["pxeguard"], values["nginx"])]
    ratio = statistics.median(ratios)
    return [work.title, f"{work.ratio:g} x nginx",
            *(work.text(statistics.median(values[name])) for name in values),
            f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
            "yes" if ratio >= work.ratio else "NO"]


def idle_memory(site, server):
    """MiB of each process, without and with idle connections."""
    running = server.start(site)
    try:
        before = memory.resident(running)
        load = site.http_hold(names("small"), IDLE, 60)
        try:
            time.sleep(memory.SETTLE_S)
            return before, memory.resident(running)
        finally:
            load.stop()
    finally:
        running.stop()


def print_idle(site, server):
    """The memory of httpd with idle connections; whether it is too much."""
    before, with_idle = idle_memory(site, server)
    mib = with_idle["httpd"] / 1024
    print(f"httpd has {before['httpd'] / 1024:.1f} MiB without connections, "
          f"and {mib:.1f} MiB with {IDLE:,} idle ones (goal: below "
          f"{IDLE_MIB} MiB).  Met: {'yes' if mib < IDLE_MIB else 'NO'}\n")
    return mib >= IDLE_MIB


def main():
    args = options.read(options.parser_for(__doc__, KNOWN), KNOWN)
    servers = [contenders.Ours(CONFIG, 80, "tcp"), Nginx()]
    missed = False
    with Site(args.processors, {name: FILES[name]
                                for name in ("big", "small")}) as site:
        rows = []
        for key in args.work:
            progress(key)
            if key != "idle":
                values = measure(site, servers, WORKS[key], args.rounds)
                rows.append(row_of(WORKS[key], values))
        print(machine(args.rounds))
        print(", ".join(f"{s.name} {s.version}" for s in servers) + ".\n")
        if rows:
            print_table([["work", "goal", *(s.name for s in servers),
                          "ratio (least-most)", "met"], *rows])
        if "idle" in args.work:
            missed = print_idle(site, servers[0])
    return 1 if missed or any(row[-1] == "NO" for row in rows) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"bench-http: {error}")
