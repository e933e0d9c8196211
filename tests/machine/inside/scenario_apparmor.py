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
from boot_site import CONFIG, HERE, ROLES, Site
from steps import check, note, output, passed, run, wait

ETC = pathlib.Path("/etc/apparmor.d")


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


def load_profiles():
    run("cp", "-r", f"{HERE}/apparmor/.", ETC)
    run("apparmor_parser", "-r", ETC / "pxeguard")
    passed("the profiles are loaded")


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
    load_profiles()
    boot_site.install()
    site = Site()
    serve(site)
    negative(site)
