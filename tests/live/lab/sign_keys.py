"""Keys and signatures, made by the programs that others use."""

import hashlib
import os
import pathlib
import re
import subprocess

from .errors import LabError


def run(*argv, cwd=None):
    done = subprocess.run([str(word) for word in argv], cwd=cwd, text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise LabError(f"{argv[0]} failed: {done.stdout}{done.stderr}",
                       "install the packages minisign and signify-openbsd")


class Minisign:
    """A key of minisign's, without a password."""

    ending = ".minisig"

    def __init__(self, folder, name="minisign"):
        self.public = pathlib.Path(folder) / f"{name}.pub"
        self.secret = pathlib.Path(folder) / f"{name}.key"
        run("minisign", "-G", "-W", "-f", "-p", self.public, "-s",
            self.secret)

    def sign(self, path, comment=None, legacy=False, ending=None):
        """Write the signature beside the file; return its path."""
        path = pathlib.Path(path)
        signature = path.with_name(path.name + (ending or self.ending))
        more = ["-t", comment] if comment is not None else []
        run("minisign", "-S", "-s", self.secret, "-m", path.name, "-x",
            signature, *more, *(["-l"] if legacy else []), cwd=path.parent)
        return signature


class Signify:
    """A key of signify's."""

    ending = ".sig"

    def __init__(self, folder, name="signify"):
        self.public = pathlib.Path(folder) / f"{name}.pub"
        self.secret = pathlib.Path(folder) / f"{name}.sec"
        run("signify-openbsd", "-G", "-n", "-p", self.public, "-s",
            self.secret)

    def sign(self, path):
        path = pathlib.Path(path)
        signature = path.with_name(path.name + self.ending)
        run("signify-openbsd", "-S", "-s", self.secret, "-m", path, "-x",
            signature)
        return signature


def manifest(root):
    """The lines of SHA256SUMS for all files below a folder."""
    lines = []
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = pathlib.Path(folder) / name
            if not path.is_file() or name.startswith("SHA256SUMS"):
                continue
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            lines.append(f"{digest}  {path.relative_to(root)}\n")
    return "".join(lines)


def sign_tree(key, root, text=None, **how):
    """Write the manifest of a folder, and its signature."""
    path = pathlib.Path(root) / "SHA256SUMS"
    path.write_bytes((manifest(root) if text is None else text).encode()
                     if not isinstance(text, bytes) else text)
    return key.sign(path, **how)


def sign_endless(key, root):
    """List one more file, which takes minutes to read, and no memory."""
    path = pathlib.Path(root) / "endless"
    path.touch()
    os.truncate(path, 64 << 30)
    text = (path.parent / "SHA256SUMS").read_text()
    sign_tree(key, root, text + f"{'00' * 32}  endless\n")


def read_by(pid):
    """Bytes that this process has read."""
    text = pathlib.Path(f"/proc/{pid}/io").read_text()
    return int(re.search(r"rchar: (\d+)", text)[1])
