#!/usr/bin/python3
"""Run pxeguard under systemd in a virtual machine, and try to break it.

machine: the packages, from their installation to their removal.
selinux: Debian's SELinux policy, enforcing, with the package pxeguard-selinux.
apparmor: Debian's default, with the package pxeguard-apparmor.

BUILD: where the programs are.  Status 0 means that every check passed.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "live"))

from lab import programs                                # noqa: E402
from lab.errors import LabError                         # noqa: E402
from lab.https_site import Authority                    # noqa: E402
from lab.process import exit_on_signals, run            # noqa: E402
from image import need_image                            # noqa: E402
from machine import Machine                             # noqa: E402

BUILD = programs.BUILD
CACHE = BUILD / "machine"
# Emulated processors are 10 to 30 times as slow as these.
LIMIT_S = 2400
SILENCE_S = 600
# The security module that each scenario runs with.
SCENARIOS = {"machine": "apparmor", "selinux": "selinux",
             "apparmor": "apparmor"}
PACKAGES = ("pxeguard", "pxeguard-http", "pxeguard-selinux",
            "pxeguard-apparmor")
PASSED = "all checks passed"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", choices=tuple(SCENARIOS))
    parser.add_argument("--accel", choices=("kvm", "tcg"),
                        help="without this, KVM is tried and emulation "
                             "takes over if it fails")
    parser.add_argument("--permissive", action="store_true",
                        help="let SELinux only report what it would deny")
    return parser.parse_args()


def plain(entry):
    """What is in the archive belongs to root; no compiled modules."""
    entry.uid = entry.gid = 0
    return None if "__pycache__" in entry.name else entry


def newer_package(folder, package):
    """The same package as a later version."""
    work = folder / f"{package.stem}.unpacked"
    run(["dpkg-deb", "-R", package, work])
    control = work / "DEBIAN/control"
    # One package depends on the other's version.
    control.write_text(re.sub(
        r"^(Version: .*|Depends: .*pxeguard \(= [^)]*)",
        lambda match: match[0] + "+later", control.read_text(), flags=re.M))
    later = folder / f"{package.stem}_later.deb"
    run(["dpkg-deb", "--root-owner-group", "-b", work, later])
    return later


def make_archive(folder, scenario):
    """What the machine gets: the tests, and what they install."""
    packages = [package for name in PACKAGES
                for package in (BUILD / "deb").glob(f"{name}_*.deb")]
    if len(packages) != len(PACKAGES):
        raise LabError(f"not the packages in {BUILD}/deb that are tested: "
                       f"{', '.join(PACKAGES)}", "run: make deb")
    newer = [newer_package(folder, package) for package in packages]
    programs.build(folder, "inject")
    authority = Authority(folder)
    cert, key = authority.issue("p256")
    (folder / "cert.pem").write_bytes(cert)
    (folder / "key.pem").write_bytes(key)
    (folder / "scenario").write_text(scenario)
    archive = folder / "archive.tar"
    with tarfile.open(archive, "w") as tar:
        for path, name in (
                (HERE / "inside", "inside"),
                *((package, f"deb/{package.name}") for package in packages),
                *((package, f"new/{package.name}") for package in newer),
                *((folder / name, name) for name in (
                    "inject", "ca.pem", "cert.pem", "key.pem", "scenario"))):
            tar.add(path, name, filter=plain)
    return archive


def main():
    args = arguments()
    if os.geteuid() != 0:
        raise LabError("the image is made by root", "run it as root")
    image = need_image(CACHE)
    lsm = "permissive" if args.permissive else SCENARIOS[args.scenario]
    with tempfile.TemporaryDirectory(prefix="pxeguard-machine-") as name:
        folder = pathlib.Path(name)
        archive = make_archive(folder, args.scenario)
        with Machine(image, archive, lsm, folder, args.accel) as machine:
            print(f"the machine starts: {machine.accel}, {lsm}", flush=True)
            last = machine.run(LIMIT_S, SILENCE_S)
            if last != PASSED:
                print(machine.console_tail(), file=sys.stderr)
            return 0 if last == PASSED else 1


if __name__ == "__main__":
    exit_on_signals()
    try:
        sys.exit(main())
    except (LabError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
