"""The packages in a machine of their own, from installation to purge."""

import os
import pathlib
import re
import signal
import subprocess
import time

import boot_site
from boot_site import CONFIG, HERE, ROLES, Site, cursor
from steps import Failed, check, note, output, passed, run, wait

# Without service, at an upgrade; emulated processors start slowly.
GAP_S = {"kvm": 1.0}
GAP_EMULATED_S = 60
EXPOSURE_MAX = 5.0
LEFT = ("/etc/pxeguard", "/var/lib/pxeguard", "/usr/libexec/pxeguard",
        "/usr/sbin/pxeguard", "/run/pxeguard",
        "/lib/systemd/system/pxeguard.service")


def shown(name):
    return output("systemctl", "show", "-P", name, "pxeguard")


def install():
    said = boot_site.install()
    check("nothing is served" in said,
          "apt install: says that nothing is served yet", said)
    check(shown("ActiveState") != "active",
          "apt install: nothing runs without a configuration")
    status, said = run("systemctl", "start", "pxeguard", check=False)
    check(status != 0 and shown("ActiveState") == "inactive",
          "systemctl start: refused without a configuration", said)


def start(site):
    site.lay()
    site.start()
    check(shown("ActiveState") == "active" and shown("Type") == "notify",
          f"systemctl start: ready: {shown('StatusText')}")
    check(shown("UnitFileState") == "enabled", "it starts at the next boot")
    site.check_served("started")


def reload(site):
    site.configure(CONFIG + "dhcp-option=option:router,192.168.1.1\n")
    check(site.reload("ready, configuration") == 0,
          "systemctl reload: a good configuration")
    site.configure(CONFIG + "dhcp-range=wrong\n")
    check(site.reload("keeping the running configuration") != 0,
          "systemctl reload: a wrong configuration fails")
    site.check_served("after both")
    site.configure(CONFIG)


def confined():
    status, said = run("pxeguard", "--confinement", check=False)
    check(status == 0, "pxeguard --confinement: status 0", said)
    note(said)
    said = output("systemd-analyze", "--no-pager", "security", "pxeguard")
    line = said.splitlines()[-1]
    match = re.search(r"level for \S+: ([\d.]+)", line)
    check(match and float(match[1]) <= EXPOSURE_MAX,
          "systemd-analyze security: " + (match[1] if match else line))


def watchdog(site):
    """A parent that hangs is replaced."""
    before = site.parent()
    os.kill(before, signal.SIGSTOP)
    began = time.monotonic()
    try:
        wait(lambda: shown("MainPID") not in ("0", str(before)),
             "a new parent", timeout=300)
    except Failed:
        os.kill(before, signal.SIGCONT)
        raise
    passed(f"a stopped parent is replaced in {time.monotonic() - began:.0f} "
           f"s; WatchdogUSec={shown('WatchdogUSec')}")
    site.wait_roles()
    site.check_served("after the watchdog")


class Load:
    """A client that asks for a small file again and again."""

    def __init__(self):
        self._process = subprocess.Popen(
            ["ip", "netns", "exec", "client", "python3", "-u",
             HERE / "inside/load.py"], stdout=subprocess.PIPE, text=True)
        self._process.stdout.readline()

    def stop(self):
        """The longest time without an answer, and how many came."""
        self._process.send_signal(signal.SIGTERM)
        said = self._process.communicate(timeout=60)[0]
        gap, count = said.split()
        return float(gap), int(count)


def leases():
    said = output("pxeguard", "--leases=csv")
    return set(re.findall(r"192\.168\.1\.\d+", said))


def upgrade(site):
    site.lease()
    before, parent = leases(), site.parent()
    load = Load()
    since = cursor()
    said = boot_site.apt_install(*boot_site.PACKAGES, folder="new")
    check("pxeguard: not restarted" not in said,
          "apt install: the new version takes the configuration", said)
    note(said)
    site.wait_log("pxeguard: ready|Started pxeguard", since)
    site.wait_roles()
    time.sleep(3)
    gap, count = load.stop()
    check(site.parent() != parent, "an upgrade restarts pxeguard")
    kind = run("systemd-detect-virt", check=False)[1].strip()
    limit = GAP_S.get(kind, GAP_EMULATED_S)
    check(gap < limit, f"an upgrade under load: {count} answers, longest time "
          f"without one {gap:.2f} s (processors: {kind}, limit {limit} s)")
    check(before and before <= leases(), "leases are kept", str(before))
    site.check_served("after an upgrade")


def purge():
    boot_site.purge(*boot_site.PACKAGES)
    left = [path for path in LEFT if os.path.lexists(path)]
    users = re.findall(r"^pxeguard-\w+", pathlib.Path("/etc/passwd")
                       .read_text(), re.M)
    running = run("pgrep", "-f", "libexec/pxeguard", check=False)[1].split()
    check(not left and not users and not running,
          "apt purge: no file, user or process is left",
          f"{left} {users} {running}")
    check(shown("LoadState") == "not-found", "apt purge: no unit is left")


def main():
    note(output("uname", "-r"))
    install()
    site = Site()
    start(site)
    reload(site)
    for role in ROLES:
        site.kill_role(role)
    site.check_served("after each role was killed")
    confined()
    upgrade(site)
    watchdog(site)
    purge()
