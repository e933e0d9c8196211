#!/usr/bin/python3
"""Boot a virtual machine over the network and show it as it happens.

Everything lives in a private network and private mounts, and is gone
afterwards.  Status 0 means that the machine's kernel really started.
"""

import argparse
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab.boot import CONFIGS, Boot                      # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.process import exit_on_signals                 # noqa: E402
from screen import Screen                               # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--firmware", choices=tuple(CONFIGS),
                        default="bios", help="the machine's firmware")
    parser.add_argument("--accel", choices=("kvm", "tcg"),
                        help="KVM or emulation; without this, KVM is tried "
                             "and emulation takes over if it fails")
    parser.add_argument("--server", metavar="CMD",
                        help="compare with another server: its command "
                             "line, with {config} for the file")
    return parser.parse_args()


def introduce(screen, firmware):
    """Say what is about to happen, with the configuration itself."""
    screen.line(screen.style(
        f"A machine with {firmware.upper()} firmware and an empty disk "
        "starts from the network.", "bold"))
    screen.line("The server's configuration:")
    for text in CONFIGS[firmware].splitlines():
        screen.line("    " + screen.style(text, "dim"))
    screen.line()


def main():
    args = arguments()
    screen = Screen()
    boot = None
    try:
        if os.geteuid() != 0:
            raise LabError("private networks need root",
                           "run it as root, or with sudo")
        introduce(screen, args.firmware)
        boot = Boot(args.firmware, args.server, args.accel)
        for event in boot.run():
            screen.show(event, boot.times.power_on)
        screen.summary(boot)
        return 0
    except LabError as error:
        screen.failure(error, boot)
        return 1
    except KeyboardInterrupt:
        screen.close()
        return 130
    finally:
        if boot:
            boot.close()


if __name__ == "__main__":
    exit_on_signals()
    sys.exit(main())
