"""Boot files by HTTPS: the key is in a process of its own."""

import os
import re
import signal
import subprocess
import time

import pytest

from lab.daemon import PXEGUARD
from lab.http_client import HttpConnection, http_get
from lab.https_site import HTTPS_CONFIG, Authority, curl, lay_pair
from lab.namespaces import SERVER_ADDRESS
from lab.tftp_site import content

pytestmark = pytest.mark.xdist_group("https")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def https_site(start_site, authority):
    """Starts a server with a pair of files."""
    def start(pair, *lines, sizes=(5000, 300_000), **modes):
        return start_site(
            HTTPS_CONFIG + "".join(line + "\n" for line in lines),
            sizes=sizes,
            lay=lambda site: lay_pair(site.namespace, *pair, **modes))
    return start


def fetched(site, authority, *options, size=300_000, **how):
    status, got, why = curl(site.reader, authority, f"size{size}", *options,
                            **how)
    assert status == 0, why
    assert got == content(size)


# --- handshakes ------------------------------------------------------------

@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
def test_keys(https_site, authority, kind):
    site = https_site(authority.issue(kind))
    fetched(site, authority, "--tlsv1.3")
    fetched(site, authority, "--tlsv1.2", "--tls-max", "1.2")
    site.said(r'sent "size300000" for [\d.:]+: 300000 bytes')


@pytest.mark.parametrize("ciphers", [
    "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384",
    "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-SHA256",
    "DHE-RSA-AES128-SHA256", "DHE-RSA-AES128-SHA"])
def test_ciphers_of_firmware(https_site, authority, ciphers):
    site = https_site(authority.issue("rsa"))
    fetched(site, authority, "--tlsv1.2", "--tls-max", "1.2", "--ciphers",
            ciphers)


def test_signatures(https_site, authority, openssl_client):
    """PKCS #1 for clients that do not know PSS, and other hashes."""
    site = https_site(authority.issue("rsa"))
    for version, wanted, digest, made in (
            ("-tls1_2", "RSA+SHA256", "SHA256", "RSA"),
            ("-tls1_2", "RSA+SHA384", "SHA384", "RSA"),
            ("-tls1_2", "RSA+SHA512", "SHA512", "RSA"),
            ("-tls1_2", "RSA-PSS+SHA384", "SHA384", "RSA-PSS"),
            ("-tls1_3", "RSA-PSS+SHA512", "SHA512", "RSA-PSS")):
        said = openssl_client(site, version, "-sigalgs", wanted)
        assert re.search(rf"Peer signing digest: {digest}\n"
                         rf"Peer signature type: {made}\n", said), said
        assert "Verify return code: 0 (ok)" in said


def test_refused_handshakes(https_site, authority, openssl_client):
    """Old versions, and keys that are decrypted with: nobody is harmed."""
    site = https_site(authority.issue("rsa"))
    for options in (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                    ["-tls1_2", "-cipher", "AES128-SHA256"]):
        assert "Cipher is (NONE)" in openssl_client(site, *options)
    site.said("the TLS handshake failed")
    fetched(site, authority)


@pytest.fixture
def openssl_client(authority):
    """A handshake of openssl s_client; what it prints."""
    def client(site, *options):
        return subprocess.run(
            site.reader.command(["openssl", "s_client", "-connect",
                                 f"{SERVER_ADDRESS}:443", "-CAfile",
                                 str(authority.path), *options]),
            input=b"", capture_output=True, timeout=20,
            check=False).stdout.decode()
    return client


def test_port_and_both(https_site, authority):
    site = https_site(authority.issue("p256"), "https-port=8443",
                      "boot-max-rate=100M")
    site.said(r"HTTPS on br0, at 192\.168\.1\.1:8443, from ")
    fetched(site, authority, port=8443)
    assert http_get(site.reader, "/size5000").content == content(5000)


def test_garbage(https_site, authority):
    """What is no handshake ends the connection, and costs nothing."""
    site = https_site(authority.issue("p256"))
    for data in (b"GET /size5000 HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff",
                 b"\x16\x03\x01\x00\x04\x01\x00\xff\xff", b"\x80" * 3000):
        with HttpConnection(site.reader, port=443) as connection:
            connection.send(data)
            connection.finish()
            connection.ended()
    fetched(site, authority)


@pytest.mark.parametrize("sent", [b"\x16", b"\x16\x03\x01\x00\x80\x01"])
def test_incomplete_handshake(https_site, authority, sent):
    """httpd sleeps while a client sends only a part of its hello."""
    site = https_site(authority.issue("p256"))
    pid = site.server.wait_role("httpd")
    with HttpConnection(site.reader, port=443) as connection:
        connection.send(sent)
        fetched(site, authority)
        states = ""
        for _ in range(100):
            with open(f"/proc/{pid}/stat", encoding="latin-1") as stat:
                states += stat.read().rpartition(") ")[2][0]
            time.sleep(0.005)
        assert states.count("S") > 60, states
        fetched(site, authority)


# --- certificate and key ---------------------------------------------------

CASES = {
    "another key": (lambda a: (a.issue()[0], a.issue()[1]), {},
                    r"the key of https-key does not belong to this "
                    r"certificate"),
    "readable key": (lambda a: a.issue("p256"), {"key_mode": 0o640},
                     r"https-key .*others than root may read the private key; "
                     r"run: chmod 600"),
    "writable certificate": (lambda a: a.issue("p256"), {"cert_mode": 0o666},
                             r"https-cert .*others than root may write"),
    "both in one file": (lambda a: (b"".join(pair := a.issue("p256")),
                                    pair[1]), {},
                         r"also contains a private key"),
    "no certificate": (lambda a: (b"hello\n", a.issue("p256")[1]), {},
                       r"https-cert .*: no certificate in PEM format"),
    "no key": (lambda a: (a.issue("p256")[0], b"hello\n"), {},
               r"https-key .*: no private key in PEM format"),
    "large": (lambda a: (a.issue("p256")[0], b"\n" * 70_000), {},
              r"https-key .*: larger than 64 KiB"),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_pairs(start_site, authority, tmp_path, name):
    make, modes, pattern = CASES[name]
    site = start_site(HTTPS_CONFIG, start=False,
                      lay=lambda s: lay_pair(s.namespace, *make(authority),
                                             **modes))
    config = tmp_path / "conf"
    config.write_text(HTTPS_CONFIG)
    done = subprocess.run(
        site.namespace.command([str(PXEGUARD), "--test", "-C", str(config)]),
        capture_output=True, timeout=60, check=False)
    said = done.stderr.decode()
    assert done.returncode == 1, said
    assert re.search(pattern, said), said


def test_expired(https_site, authority):
    """It is served, with a warning: some firmware has no clock."""
    site = https_site(authority.issue("p256", days=-1))
    site.said(r"https-cert .*: the certificate has expired")
    fetched(site, authority, "--insecure")


# --- reload ----------------------------------------------------------------

def test_reload(https_site, authority):
    """A new pair is used; a connection of the old one goes on."""
    site = https_site(authority.issue("rsa"), "boot-max-rate=1M",
                      sizes=[5000, 3_000_000])
    with site.reader.start(
            ["curl", "-sS", "--cacert", str(authority.path), "-o",
             "/dev/null", "-w", "status %{http_code} %{size_download}\n",
             f"https://{SERVER_ADDRESS}/size5000",
             f"https://{SERVER_ADDRESS}/size3000000", "-o", "/dev/null"],
            "curl") as slow:
        slow.wait_line("status 200 5000")
        lay_pair(site.namespace, *authority.issue("p384"))
        mark = site.server.reload()
        site.said(r"ready, configuration 2", since=mark)
        fetched(site, authority, "--tlsv1.2", "--tls-max", "1.2",
                "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256", size=5000)
        slow.wait_line("status 200 3000000")
    site.said('sent "size3000000" for')


def test_reload_refused(https_site, authority):
    """A key that does not fit changes nothing."""
    first = authority.issue("p256")
    site = https_site(first)
    lay_pair(site.namespace, authority.issue("p256")[0], first[1])
    mark = site.server.reload()
    site.said("the key of https-key does not belong to this certificate",
              since=mark)
    site.said("keeping the running configuration", since=mark)
    fetched(site, authority)


def test_reload_without_https(https_site, authority):
    """keyd ends with HTTPS, and starts with it."""
    site = https_site(authority.issue("p256"))
    plain = "".join(line for line in HTTPS_CONFIG.splitlines(True)
                    if not line.startswith("https-"))
    mark = site.server.reload(plain)
    site.said(r"ready, configuration 2", since=mark)
    assert curl(site.reader, authority, "size5000")[0] == 7
    assert "keyd" not in site.server.role_pids()
    mark = site.server.reload(HTTPS_CONFIG)
    site.said(r"ready, configuration 3", since=mark)
    fetched(site, authority)


# --- keyd killed or hung ---------------------------------------------------

def test_keyd_killed(https_site, authority):
    """It is replaced; connections that exist do not notice."""
    site = https_site(authority.issue("p256"))
    site.server.kill_role("keyd")
    assert http_get(site.reader, "/size5000").content == content(5000)
    site.said("keyd restarted as process")
    fetched(site, authority)


def test_keyd_hung(https_site, authority):
    """Handshakes fail, HTTP goes on; the log says why; then it is replaced."""
    site = https_site(authority.issue("p256"))
    os.kill(site.server.role_pids()["keyd"], signal.SIGSTOP)
    for _ in range(2):
        assert curl(site.reader, authority, "size5000")[0] == 35
        assert http_get(site.reader, "/size5000").content == content(5000)
    site.said("a handshake failed: no signature: keyd has not answered for a "
              "second")
    site.said("a handshake failed: no signature: keyd does not answer")
    site.said("keyd .* was killed: no answer for 10 s")
    site.said("keyd restarted as process")
    fetched(site, authority)
