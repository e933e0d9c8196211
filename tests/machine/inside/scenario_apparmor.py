"""pxeguard under AppArmor: served, and nothing denied.

Afterwards roles are made to do what their profiles forbid, with the layers of
the sandbox disabled that would forbid it first.
"""

import errno
import pathlib
import re
import time

import attempts
import boot_site
from boot_site import CONFIG, ROLES, Site
from steps import check, note, output, passed, run, wait

ETC = pathlib.Path("/etc/apparmor.d")
PACKAGE = "pxeguard-apparmor"
LOADED = pathlib.Path("/sys/kernel/security/apparmor/profiles")
FILES = ("pxeguard", "abstractions/pxeguard", "abstractions/pxeguard-role",
         "tunables/pxeguard.d")
OTHER_ROOT = "/data/images"


def denials(pattern="pxeguard"):
    """What AppArmor denied, of the audit log."""
    # auditd writes what it has been sent a moment ago.
    time.sleep(2)
    text = pathlib.Path("/var/log/audit/audit.log").read_text()
    return [line for line in text.splitlines()
            if 'apparmor="DENIED"' in line and re.search(pattern, line)]


def report(lines):
    """Denials, without what differs each time."""
    return "\n".join(sorted({
        " ".join(re.findall(
            r'((?:operation|profile|name|info|peer|requested_mask|denied_mask'
            r'|capname|family|sock_type|flags|srcname|class)=\S+)', line))
        for line in lines}))


def confinement(pid):
    return pathlib.Path(f"/proc/{pid}/attr/current").read_text().strip("\0\n")


def check_profiles(site, when):
    pids = {"": site.parent(), **site.roles()}
    have = {role: confinement(pid) for role, pid in pids.items()}
    want = {role: f"pxeguard//{role} (enforce)" if role
            else "pxeguard (enforce)" for role in pids}
    check(have == want and len(pids) == len(ROLES) + 1,
          f"{when}: each of {len(pids)} processes in its own profile",
          str(have))


def check_nothing_denied(when):
    lines = denials()
    check(not lines, f"{when}: no denial", report(lines))


def profiles():
    """The profiles of pxeguard that the kernel has, with their modes."""
    return re.findall(r"^(pxeguard\S*) \((\w+)\)", LOADED.read_text(), re.M)


def install():
    """Loading the profile confines no process that runs."""
    check(not profiles(), "no profile is loaded before")
    said = boot_site.apt_install(PACKAGE)
    check({"pxeguard", *(f"pxeguard//{role}" for role in ROLES)}
          <= {name for name, mode in profiles() if mode == "enforce"},
          "apt install: the profiles are loaded", f"{said}\n{profiles()}")


def upgrade(site):
    """A newer package loads its profiles; those that run have them."""
    before = {"": site.parent(), **site.roles()}
    with open(ETC / "tunables/pxeguard.d/local", "a",
              encoding="utf-8") as file:
        file.write(f"@{{pxeguard_roots}}+={OTHER_ROOT}\n")
    said = boot_site.apt_install(PACKAGE, folder="new")
    check(before == {"": site.parent(), **site.roles()},
          "an upgrade of the profile restarts nothing", said)
    check_profiles(site, "after it")
    rules = output("apparmor_parser", "--preprocess", ETC / "pxeguard")
    check(f"@{{pxeguard_roots}}+={OTHER_ROOT}" in rules,
          "the folder in tunables/pxeguard.d/local is kept")


def purge(site):
    """Without the profile it serves, unconfined, and starts again."""
    run("apparmor_parser", "-r", ETC / "pxeguard")
    attempts.restore()
    site.configure(CONFIG)
    boot_site.DROP_IN.unlink()
    run("systemctl", "daemon-reload")
    run("systemctl", "restart", "pxeguard")
    site.wait_roles()
    check_profiles(site, "before the removal")
    said = boot_site.purge(PACKAGE)
    left = [name for name in FILES if (ETC / name).exists()]
    check(not profiles() and not left,
          "apt purge: no profile is loaded, and no file is left",
          f"{said}\n{profiles()} {left}")
    modes = {confinement(pid) for pid in (site.parent(),
                                          *site.roles().values())}
    check(modes == {"unconfined"}, "apt purge: no process is confined",
          str(modes))
    site.check_served("after the removal")
    run("systemctl", "restart", "pxeguard")
    site.wait_roles()
    site.check_served("restarted without the profile")


def serve(site):
    site.lay()
    site.start()
    passed("systemctl start: all roles run")
    check_profiles(site, "started")
    site.check_served("started")
    check_nothing_denied("started and served")
    site.configure(CONFIG + "dhcp-option=option:router,192.168.1.1\n")
    site.reload("ready, configuration")
    passed("systemctl reload: a good configuration")
    site.configure(CONFIG + "dhcp-range=wrong\n")
    check(site.reload("keeping the running configuration") != 0,
          "systemctl reload: a wrong configuration is refused")
    site.check_served("after both")
    site.configure(CONFIG)
    for role in ROLES:
        site.kill_role(role)
    check_profiles(site, "after each role was killed")
    site.check_served("after each role was killed")
    site.check_other_starts()
    check_nothing_denied("reloaded, killed, restarted")


def negative(site):
    """Without the sandbox's layers, AppArmor still forbids."""
    site.configure(CONFIG + "sandbox-disable=namespaces,landlock,seccomp\n")
    boot_site.drop_in(boot_site.BARE)
    run("systemctl", "restart", "pxeguard")
    site.wait_roles()
    check_profiles(site, "without the sandbox")
    site.check_served("without the sandbox")
    attempts.open_modes()
    attempts.mirror()
    check_nothing_denied("without the sandbox")
    pids = site.roles()
    # Profiles go by paths, whether a file was handed over or is opened.
    count, allowed = attempts.try_all(
        pids, (errno.EACCES, errno.EPERM), without={
            ("imaged", what) for what, _ in attempts.of_role("imaged")
            if what.startswith("read")}
        | {("keyd", "read the TLS key"), attempts.OPEN_BOOT_FILE})
    check(not allowed, f"without the sandbox: {count} attempts of "
          f"{len(ROLES)} roles are refused", "\n".join(allowed))
    lines = denials(r"pxeguard//tftpd.*/etc/shadow")
    check(lines, "the audit log names tftpd and /etc/shadow")
    note(lines[0])
    # The same call succeeds where AppArmor only reports.
    run("apparmor_parser", "-r", "-C", ETC / "pxeguard")
    check(attempts.shadow(site.roles()["tftpd"]) >= 0,
          "in complain mode tftpd opens /etc/shadow: AppArmor alone "
          "forbids it")


def main():
    note(output("uname", "-r") + ", "
         + pathlib.Path("/sys/kernel/security/lsm").read_text())
    wait(lambda: run("systemctl", "is-active", "auditd", check=False)[0] == 0,
         "auditd runs")
    boot_site.install()
    install()
    site = Site()
    serve(site)
    upgrade(site)
    negative(site)
    purge(site)
