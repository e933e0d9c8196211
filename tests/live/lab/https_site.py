"""Certificates and clients of HTTPS."""

import subprocess
import uuid

from .namespaces import SERVER_ADDRESS
from .tftp_site import ROOT

FOLDER = "/run/pxeguard-tls"
CERT, KEY = f"{FOLDER}/cert.pem", f"{FOLDER}/key.pem"
HTTPS_CONFIG = f"""\
interface=br0
enable-http
tftp-root={ROOT}
https-cert={CERT}
https-key={KEY}
"""
KEYS = {
    "rsa": ["genrsa", "2048"],
    "p256": ["ecparam", "-name", "prime256v1", "-genkey"],
    "p384": ["ecparam", "-name", "secp384r1", "-genkey", "-noout"],
}


def _openssl(*arguments, give=None):
    return subprocess.run(["openssl", *arguments], input=give, check=True,
                          capture_output=True).stdout


class Authority:
    """A certificate authority, which clients trust by its file `path`."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "ca.pem"
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                 "/CN=lab authority", "-days", "30", "-keyout",
                 str(folder / "ca.key"), "-out", str(self.path))

    def uefi_list(self):
        """A file with its certificate as UEFI firmware takes it.

        It is an EFI signature list (UEFI 2.10, 32.4.1).
        """
        der = _openssl("x509", "-in", str(self.path), "-outform", "DER")
        kind = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")
        entry = 16 + len(der)
        path = self.folder / "authorities"
        path.write_bytes(
            kind.bytes_le + (28 + entry).to_bytes(4, "little") + bytes(4)
            + entry.to_bytes(4, "little") + bytes(16) + der)
        return path

    def issue(self, kind="rsa", days=30):
        """A key and a certificate for the server, as PEM."""
        key = _openssl(*KEYS[kind])
        (self.folder / "server.key").write_bytes(key)
        request = _openssl("req", "-new", "-key",
                           str(self.folder / "server.key"), "-subj",
                           "/CN=server")
        extensions = self.folder / "extensions"
        extensions.write_text(f"subjectAltName=IP:{SERVER_ADDRESS}\n"
                              "basicConstraints=CA:FALSE\n")
        cert = _openssl("x509", "-req", "-CA", str(self.path), "-CAkey",
                        str(self.folder / "ca.key"), "-days", str(days),
                        "-extfile", str(extensions), give=request)
        return cert, key


def lay_pair(namespace, cert, key, cert_mode=0o644, key_mode=0o600):
    """Write both files where HTTPS_CONFIG expects them."""
    if not namespace.path(FOLDER).is_dir():
        namespace.shadow(FOLDER)
    for path, text, mode in ((CERT, cert, cert_mode), (KEY, key, key_mode)):
        file = namespace.path(path)
        file.write_bytes(text)
        file.chmod(mode)


def curl(client, authority, name, *options, limit_s=20, port=443):
    """Fetch a file; (status of curl, its output, its messages)."""
    done = subprocess.run(
        client.command(["curl", "-sS", "--max-time", str(limit_s), "--cacert",
                        str(authority.path), *options,
                        f"https://{SERVER_ADDRESS}:{port}/{name}"]),
        capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode()
