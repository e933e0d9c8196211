"""Real clients, as people run them, each in a client's namespace.

The DHCP clients run with a script of ours that prints what they learnt and
leaves the link alone, so that all of them can be judged in one way.
"""

import dataclasses
import pathlib
import subprocess
import tempfile

from .dhcp_client import DhcpClient, mac_number
from .errors import LabError
from .patience import LONG_S
from .process import need
from .tftp_client import Misbehaviour, TftpReply, tftp_fetch, tftp_send

WORK = "/run/pxeguard-client"
_SCRIPT = """#!/bin/sh
# Called with what was learnt in the environment.
env | sed 's/^/ENV /' >>%s
exit 0
"""


@dataclasses.dataclass
class Learnt:
    """What a DHCP client learnt, in words that all clients share."""

    ok: bool
    address: str = None
    mask: str = None
    router: str = None
    dns: str = None
    server: str = None
    lease_s: int = None
    boot_file: str = None
    hostname: str = None
    env: dict = dataclasses.field(default_factory=dict)
    output: str = ""


def _prepare(client):
    """A private folder with the script; returns its view from outside."""
    folder = client.path(WORK)
    if not folder.is_dir():
        client.shadow(WORK)
    script = folder / "script"
    script.write_text(_SCRIPT % f"{WORK}/learnt")
    script.chmod(0o755)
    (folder / "learnt").write_text("")
    return folder


def _learnt(folder, done, names):
    """Read the script's output; `names` maps our words to the client's."""
    env = {}
    for row in (folder / "learnt").read_text(errors="replace").splitlines():
        if row.startswith("ENV "):
            key, _, value = row[4:].partition("=")
            if value:
                env[key] = value
    found = Learnt(ok=False, env=env, output=done.stdout + done.stderr)
    for word, keys in names.items():
        for key in keys.split():
            if key in env and getattr(found, word) is None:
                setattr(found, word, env[key])
    if found.lease_s is not None:
        found.lease_s = int(found.lease_s)
    found.ok = done.returncode == 0 and found.address is not None
    return found


def udhcpc(client, *options, timeout=LONG_S):
    """BusyBox's client: one lease, then it ends."""
    program = need("udhcpc", "udhcpc")
    folder = _prepare(client)
    done = client.run(program, "-i", "eth0", "-f", "-n", "-q", "-t", "30",
                      "-T", "1", "-s", f"{WORK}/script",
                      "-O", "bootfile", "-O", "tftp", *options,
                      timeout=timeout, check=False)
    return _learnt(folder, done, {
        "address": "ip", "mask": "subnet", "router": "router", "dns": "dns",
        "server": "serverid", "lease_s": "lease",
        "boot_file": "bootfile boot_file", "hostname": "hostname"})


def dhclient(client, *options, timeout=LONG_S):
    """ISC's client: one lease, then it is ended.

    With options such as ("-r",) it releases what it had.
    """
    program = need("dhclient", "isc-dhcp-client")
    folder = _prepare(client)
    config = folder / "dhclient.conf"
    config.write_text("timeout 45;\nretry 2;\ninitial-interval 1;\n"
                      "also request bootfile-name, tftp-server-name;\n")
    # In the background (without -d) it would outlive a test that is killed.
    with client.start([program, "-4", "-1", "-d", "-cf",
                       f"{WORK}/dhclient.conf", "-lf", f"{WORK}/leases",
                       "-pf", f"{WORK}/pid", "-sf", f"{WORK}/script",
                       *options, "eth0"], "dhclient") as process:
        try:
            process.wait_line("^bound to ", timeout=timeout)
            status = 0
        except LabError:
            status = process.stop()
    done = subprocess.CompletedProcess(program, status, process.text(), "")
    return _learnt(folder, done, {
        "address": "new_ip_address", "mask": "new_subnet_mask",
        "router": "new_routers", "dns": "new_domain_name_servers",
        "server": "new_dhcp_server_identifier",
        "lease_s": "new_dhcp_lease_time",
        "boot_file": "new_bootfile_name new_filename",
        "hostname": "new_host_name"})


def dhcpcd(client, *options, timeout=LONG_S):
    """dhcpcd: one lease, then it ends."""
    program = need("dhcpcd", "dhcpcd-base")
    folder = _prepare(client)
    for state in ("/run/dhcpcd", "/var/lib/dhcpcd"):
        client.shadow(state)
    (folder / "dhcpcd.conf").write_text(
        "ipv4only\nnoarp\nnoipv4ll\nnogateway\ntimeout 45\n"
        "option routers, domain_name_servers, host_name, bootfile_name, "
        "tftp_server_name\n")
    done = client.run(program, "-f", f"{WORK}/dhcpcd.conf", "-1", "-B", "-d",
                      "-c", f"{WORK}/script", *options, "eth0",
                      timeout=timeout, check=False)
    return _learnt(folder, done, {
        "address": "new_ip_address", "mask": "new_subnet_mask",
        "router": "new_routers", "dns": "new_domain_name_servers",
        "server": "new_dhcp_server_identifier",
        "lease_s": "new_dhcp_lease_time",
        "boot_file": "new_bootfile_name new_filename",
        "hostname": "new_host_name"})


# --- TFTP ------------------------------------------------------------------

def _fetch(client, argv, target, timeout):
    """Run a client that writes to a file; return its bytes, or None."""
    target = pathlib.Path(target)
    done = client.run(*argv, timeout=timeout, check=False)
    data = target.read_bytes() if target.exists() else None
    return done, data


def _in_url(server):
    """An address as it stands in a URL (RFC 6874)."""
    return f"[{server.replace('%', '%25')}]" if ":" in server else server


def curl(client, server, name, *options, timeout=LONG_S):
    """curl: (completed command, bytes or None)."""
    with tempfile.TemporaryDirectory() as folder:
        return _fetch(client, [
            need("curl", "curl"), "-sS", "--fail", "--max-time", timeout - 5,
            "-o", f"{folder}/got", *options,
            f"tftp://{_in_url(server)}/{name}"],
            f"{folder}/got", timeout)


def tftp_hpa(client, server, name, *options, timeout=LONG_S):
    """H. Peter Anvin's client: (completed command, bytes or None)."""
    with tempfile.TemporaryDirectory() as folder:
        return _fetch(client, [
            need("tftp", "tftp-hpa"), "-6" if ":" in server else "-4", "-m",
            "binary", server, *options, "-c", "get", name, f"{folder}/got"],
            f"{folder}/got", timeout)


def atftp(client, server, name, *options, timeout=LONG_S):
    """atftp: (completed command, bytes or None)."""
    with tempfile.TemporaryDirectory() as folder:
        return _fetch(client, [
            need("atftp", "atftp"), *options, "--get", "-r", name, "-l",
            f"{folder}/got", server], f"{folder}/got", timeout)


def busybox_tftp(client, server, name, *options, timeout=LONG_S):
    """BusyBox's client: (completed command, bytes or None)."""
    with tempfile.TemporaryDirectory() as folder:
        return _fetch(client, [
            need("busybox", "busybox"), "tftp", *options, "-g", "-r", name,
            "-l", f"{folder}/got", server], f"{folder}/got", timeout)


__all__ = ["DhcpClient", "Learnt", "Misbehaviour", "TftpReply", "atftp",
           "busybox_tftp", "curl", "dhclient", "dhcpcd", "mac_number",
           "tftp_fetch", "tftp_hpa", "tftp_send", "udhcpc"]
