#!/usr/bin/python3
"""Measure how fast configurations are loaded, beside dnsmasq.

From the start of the server to the line of its log that says it is ready, in
a private namespace.  Status 0: 100,000 hosts take less than a second.
"""

import argparse
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab.boot import lay_state_folder                   # noqa: E402
from lab.daemon import Daemon, default_command          # noqa: E402
from lab.dhcp_client import mac_number                  # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.namespaces import Network                      # noqa: E402
from lab.process import exit_on_signals, need           # noqa: E402
from lab.scale import host_address                      # noqa: E402

GOAL_S = 1.0
LIMIT_S = 300
HEAD = """\
interface=br0
port=0
dhcp-range=10.0.0.0,static,255.0.0.0
dhcp-lease-max=200000
"""
# Both read the file before these lines.
READY = r"ready, configuration \d|DHCP, static leases only"


def configuration(hosts, tags):
    """So many hosts; where there are tags, each host has one of them."""
    lines = [f"dhcp-host={mac_number(n)},{host_address(n)},host{n}"
             + (f",set:t{n % tags}" if tags else "") for n in range(hosts)]
    lines += [f"dhcp-option=tag:t{n},3,10.0.{n >> 8}.{n & 255}"
              for n in range(tags)]
    return HEAD + "\n".join(lines) + "\n"


def seconds(command, config):
    """From the start to the line that says that it serves."""
    with Network() as network:
        network.server.ip("address", "add", "10.0.0.1/8", "dev", "br0")
        lay_state_folder(network.server)
        begin = time.monotonic()
        with Daemon(network, config, command, wait=False) as server:
            server.wait_line(READY, LIMIT_S)
            return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hosts", type=int, default=100000)
    parser.add_argument("--tags", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    exit_on_signals()
    config = configuration(options.hosts, options.tags)
    ours = statistics.median(seconds(default_command(), config)
                             for _ in range(options.rounds))
    dnsmasq = f"{need('dnsmasq', 'dnsmasq-base')} --keep-in-foreground " \
        "--user=root --log-facility=- --dhcp-leasefile=/dev/null " \
        "--pid-file= --conf-file={config}"
    other = seconds(dnsmasq, config)
    print(f"{options.hosts} hosts, {options.tags} tags: pxeguard "
          f"{ours:.2f} s, dnsmasq {other:.2f} s, {other / ours:.0f} times")
    return 0 if ours < GOAL_S or options.hosts > 100000 else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LabError as error:
        sys.exit(f"bench-conf: {error}")
