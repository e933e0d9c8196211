"""pxeguard under SELinux's enforcing mode: served, and nothing denied.

Afterwards a role is made to do what its domain forbids, with the layers of the
sandbox disabled that would forbid it first.
"""

import errno
import os
import pathlib
import re
import shutil
import time

import attempts
import boot_site
from boot_site import CONFIG, FILES, ROLES, ROOT, UNSIGNED, Site
from steps import COMMAND_S, check, note, output, passed, run, wait

KINDS = "avc,user_avc,selinux_err,user_selinux_err"
PACKAGE = "pxeguard-selinux"
BOOLEAN = "pxeguard_without_namespaces"
# What an administrator adds: a port, any ports, a folder of boot files.
ELSEWHERE = "/data/boot"
LOCAL = f"""\
port -a -t http_port_t -p tcp 8180
boolean -m --on pxeguard_bind_unreserved_ports
fcontext -a -t pxeguard_content_t '{ELSEWHERE}(/.*)?'
"""
NOT_LOCAL = "boolean -D\nport -D\nfcontext -D\n"
LOCAL_CONFIG = UNSIGNED.replace(f"={ROOT}\n", f"={ELSEWHERE}\n") + """\
http-port=8180
https-port=8543
"""
PATHS = ("/usr/sbin/pxeguard", "/usr/libexec/pxeguard", "/etc/pxeguard",
         "/etc/pxeguard.conf", "/var/lib/pxeguard", "/srv/tftp",
         "/lib/systemd/system/pxeguard.service")


def denials(pattern="pxeguard", since="boot"):
    """The denials that the audit log has, of a pattern."""
    # auditd writes what it has been sent a moment ago.
    time.sleep(2)
    said = output("ausearch", "-m", KINDS, "-ts", since, check=False)
    return [line for line in said.splitlines()
            if line.startswith("type=") and re.search(pattern, line)
            and re.search(r"avc: +denied|SELINUX_ERR", line)]


def short(line):
    """A denial, without what differs each time."""
    match = re.search(r"denied +(\{.*?\})(.*?) scontext=(\S+) "
                      r"tcontext=(\S+) tclass=(\S+)", line)
    if not match:
        return line
    name = re.search(r"(name|path)=\S+", match[2])
    source, target = (text.split(":")[2] for text in (match[3], match[4]))
    return (f"{source} {target}:{match[5]} {match[1]} "
            + (name[0] if name else ""))


def report(lines):
    return "\n".join(sorted({short(line) for line in lines}))


def domain(pid):
    return pathlib.Path(f"/proc/{pid}/attr/current").read_text() \
        .strip("\0\n").split(":")[2]


def check_domains(site, when):
    """Every process is in its own domain."""
    pids = {"": site.parent(), **site.roles()}
    have = {role: domain(pid) for role, pid in pids.items()}
    want = {role: f"pxeguard_{role}_t" if role else "pxeguard_t"
            for role in pids}
    check(have == want and len(pids) == len(ROLES) + 1,
          f"{when}: each of {len(pids)} processes in its own domain",
          str(have))


def check_nothing_denied(when):
    lines = denials()
    if output("getenforce") == "Permissive":
        note(f"{when}, would be denied:\n{report(lines)}")
        return
    check(not lines, f"{when}: no denial", report(lines))


def there():
    return [path for path in PATHS if pathlib.Path(path).exists()]


def labels():
    """Each file that has a label of its own, and the type of it."""
    types = {}
    for top in there():
        for path in (pathlib.Path(top), *pathlib.Path(top).rglob("*")):
            label = os.getxattr(path, "security.selinux",
                                follow_symlinks=False)
            types[str(path)] = label.decode().strip("\0").split(":")[2]
    return types


def check_labels(when):
    """Files have the labels that the policy wants."""
    said = output("restorecon", "-RFnv", *there())
    check(not said, f"{when}: every file has its label", said)


def install():
    """The package after those of pxeguard, and after boot files."""
    boot_site.install()
    ROOT.mkdir(parents=True)
    (ROOT / "before").write_text("a boot file\n")
    started = time.monotonic()
    said = boot_site.apt_install(PACKAGE)
    note(f"apt install {PACKAGE}: {time.monotonic() - started:.0f} s")
    check(re.search(r"^200 +pxeguard ", output(
        "semodule", "--list-modules=full"), re.M),
        "apt install: the module is loaded", said)
    check(f"labelling the boot files in {ROOT}" in said,
          "apt install: says that boot files are labelled", said)
    check_labels("apt install")
    check(labels()[f"{ROOT}/before"] == "pxeguard_content_t",
          "apt install: boot files can be read", str(labels()))


def purge(site):
    """Without the module pxeguard serves in the domain of any service."""
    attempts.restore()
    site.configure(CONFIG)
    boot_site.DROP_IN.unlink()
    run("systemctl", "daemon-reload")
    site.start()
    check_domains(site, "before the removal")
    # Rules with its types keep the module loaded: see docs/selinux.md.
    run("semanage", "import", give=NOT_LOCAL, timeout=2 * COMMAND_S)
    started = time.monotonic()
    said = boot_site.purge(PACKAGE)
    note(f"apt purge {PACKAGE}: {time.monotonic() - started:.0f} s")
    check(not re.search(r" pxeguard ", output(
        "semodule", "--list-modules=full")),
        "apt purge: the module is removed", said)
    ours = {path: kind for path, kind in labels().items()
            if kind.startswith("pxeguard") or kind == "unlabeled_t"}
    check(not ours, "apt purge: no file has a type of the module",
          str(ours))
    site.wait_roles()
    domains = {domain(pid) for pid in (site.parent(),
                                       *site.roles().values())}
    check(not [kind for kind in domains
               if kind.startswith("pxeguard") or kind == "unlabeled_t"],
          f"apt purge: pxeguard was started again, in {domains}")
    site.check_served("after the removal")


def commands():
    """What an administrator calls."""
    for words in (("--test",), ("--leases",), ("--explain",),
                  ("--confinement",)):
        status, said = run("pxeguard", *words, check=False)
        check(status == 0, f"pxeguard {words[0]}: status 0", said)


def serve(site):
    site.lay()
    # A new private key has the label of its folder: see docs/selinux.md.
    run("restorecon", "-RF", *there())
    site.start()
    passed("systemctl start: all roles run")
    check_domains(site, "started")
    site.check_served("started")
    check_nothing_denied("started and served")
    site.configure(CONFIG + "dhcp-option=option:router,192.168.1.1\n")
    site.reload("ready, configuration")
    passed("systemctl reload: a good configuration")
    site.configure(CONFIG + "dhcp-range=wrong\n")
    site.reload("keeping the running configuration")
    passed("systemctl reload: a wrong configuration is refused")
    site.configure(CONFIG)
    for role in ROLES:
        site.kill_role(role)
    check_domains(site, "after each role was killed")
    site.check_served("after each role was killed")
    commands()
    site.check_other_starts()
    check_nothing_denied("reloaded, killed, restarted")


def local(site):
    """Another folder and other ports, after what docs/selinux.md names."""
    shutil.copytree(ROOT, ELSEWHERE)
    run("semanage", "import", give=LOCAL)
    run("restorecon", "-RF", ELSEWHERE)
    site.configure(LOCAL_CONFIG)
    check(site.reload("ready, configuration") == 0,
          "other ports and another folder: the configuration is in force")
    for scheme, port in (("tftp", ""), ("http", ":8180"), ("https", ":8543")):
        for name in FILES:
            check(site.fetch(name, scheme, port),
                  f"from {ELSEWHERE}, {scheme}{port}: {name}")
    check_nothing_denied("other ports and another folder")
    site.configure(CONFIG)
    check(site.reload("ready, configuration") == 0,
          "back to the first configuration")


def negative(site):
    """Without the sandbox's layers, SELinux still forbids."""
    run("systemctl", "stop", "pxeguard")
    run("setsebool", BOOLEAN, "on")
    site.configure(CONFIG + "sandbox-disable=namespaces,landlock,seccomp\n")
    boot_site.drop_in(boot_site.BARE)
    site.start()
    check_domains(site, "without the sandbox")
    site.check_served("without the sandbox")
    attempts.open_modes()
    attempts.mirror()
    check_nothing_denied("without the sandbox")
    since = time.strftime("%H:%M:%S")
    pids = site.roles()
    count, allowed = attempts.try_all(pids, (errno.EACCES, errno.EPERM))
    if output("getenforce") == "Enforcing":
        check(not allowed, f"without the sandbox: {count} attempts of "
              f"{len(ROLES)} roles are refused", "\n".join(allowed))
        lines = denials(r"pxeguard_tftpd_t.*shadow_t", since)
        check(lines, "the audit log names tftpd and /etc/shadow")
        note(lines[0])
    # The same call succeeds where SELinux only reports.
    run("setenforce", "0")
    got = attempts.shadow(pids["tftpd"])
    run("setenforce", "1")
    check(got >= 0, "in permissive mode tftpd opens /etc/shadow: SELinux "
          "alone forbids it")
    run("systemctl", "stop", "pxeguard")
    run("setsebool", BOOLEAN, "off")


def main():
    note(output("uname", "-r") + ", SELinux: " + output("getenforce"))
    wait(lambda: run("systemctl", "is-active", "auditd", check=False)[0] == 0,
         "auditd runs")
    install()
    site = Site()
    serve(site)
    local(site)
    negative(site)
    purge(site)
    others = denials("")
    note("denials of others in this machine: "
         + str(len([line for line in others if "pxeguard" not in line])))
