"""pxeguard-sign, minisign and signify-openbsd, run in a folder."""

import os
import subprocess

from .daemon import PXEGUARD
from .patience import LONG_S
from .process import need, tied

PXEGUARD_SIGN = PXEGUARD.parent / "pxeguard-sign"
KEYS, SIGNER = "/run/verify-keys", "/run/signer"


class Signer:
    """Runs the programs with a home of their own, without a terminal."""

    def __init__(self, folder):
        self.folder = folder

    def call(self, program, *args, stdin=""):
        env = {"HOME": str(self.folder), "PATH": os.environ["PATH"],
               "LC_ALL": "C"}
        return subprocess.run(
            tied([program, *args]), cwd=self.folder, env=env, input=stdin,
            text=True, errors="surrogateescape", capture_output=True,
            timeout=LONG_S, check=False, start_new_session=True)

    def pxeguard_sign(self, *args, stdin=""):
        return self.call(PXEGUARD_SIGN, *args, stdin=stdin)

    def good(self, *args, stdin=""):
        """pxeguard-sign, which must succeed in silence about errors."""
        done = self.pxeguard_sign(*args, stdin=stdin)
        assert done.returncode == 0, done.stderr + done.stdout
        assert done.stderr == ""
        return done.stdout

    def bad(self, *args, stdin="", status=2):
        """pxeguard-sign, which must fail; returns what it says."""
        done = self.pxeguard_sign(*args, stdin=stdin)
        assert done.returncode == status, done.stderr + done.stdout
        return done.stderr if status == 2 else done.stdout

    def minisign(self, *args, stdin=""):
        return self.call(need("minisign", "minisign"), *args, stdin=stdin)

    def signify(self, *args):
        return self.call(need("signify-openbsd", "signify-openbsd"), *args)

    def keygen(self):
        """Our own pair of keys, without a password, at its usual place."""
        return self.good("keygen", "-W")


def trust(namespace, root="/srv/tftpboot"):
    """Sign the tree at `root`; the configuration that requires it."""
    namespace.shadow(KEYS)
    namespace.shadow(SIGNER, mode=0o700)
    signer = Signer(namespace.path(SIGNER))
    signer.keygen()
    signer.good("sign", namespace.path(root))
    for key in namespace.path(SIGNER).rglob("*.pub"):
        (namespace.path(KEYS) / key.name).write_bytes(key.read_bytes())
    return f"verify-images=require\nverify-key={KEYS}\n"


def verdicts(output):
    """What `verify` says: path -> verdict, without the last line."""
    lines = output.splitlines()[:-1]
    return dict(line.rsplit(": ", 1) if ": bad " not in line else
                line.split(": ", 1) for line in lines)
