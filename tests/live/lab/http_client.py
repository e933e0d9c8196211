"""A client of HTTP that shows each byte of an answer."""

import errno
import re
import socket

from .closing import Closing
from .errors import LabError
from .namespaces import SERVER_ADDRESS
from .tftp_site import ROOT

HTTP_CONFIG = f"""\
interface=br0
enable-http
tftp-root={ROOT}
"""
LIMIT_S = 20


class Answer:
    """The head of an answer, and its content."""

    def __init__(self, head, content):
        lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) (.+)", lines[0])
        assert match, lines[0]
        self.status = int(match.group(1))
        self.lines = lines[1:]
        self.headers = {}
        for line in self.lines:
            name, colon, value = line.partition(": ")
            assert colon and value.strip(), f"a header without value: {line}"
            assert name.lower() not in self.headers, f"twice: {name}"
            self.headers[name.lower()] = value
        self.content = content

    def __repr__(self):
        return f"{self.status} {self.headers} {self.content[:60]!r}"


class HttpConnection(Closing):
    """One connection from a client's namespace."""

    def __init__(self, client, server=SERVER_ADDRESS, port=80, scope=0,
                 source=None, timeout=LIMIT_S, receive=None):
        family = socket.AF_INET6 if ":" in server else socket.AF_INET
        self.sock = client.call(socket.socket, family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        if receive:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        if source:
            self.sock.bind((source, 0))
        to = (server, port, 0, scope) if family == socket.AF_INET6 else \
            (server, port)
        self.sock.connect(to)
        self.buffer = b""

    def close(self):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)

    def ask(self, path, method="GET", headers=(), version="1.1"):
        """Send a request; `path` as it stands in the request line."""
        lines = [f"{method} {path} HTTP/{version}", "Host: server",
                 *(f"{name}: {value}" for name, value in headers)]
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")

    def more(self):
        """Receive some bytes; b"" at the end."""
        data = self.sock.recv(1 << 20)
        self.buffer += data
        return data

    def head(self):
        """The head of the next answer."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.more():
                raise LabError(f"closed after {self.buffer!r}")
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        return head

    def answer(self, head_only=False):
        """The next answer, with as much content as its length says."""
        found = Answer(self.head(), b"")
        if head_only or found.status == 304:
            return found
        length = int(found.headers["content-length"])
        while len(self.buffer) < length:
            if not self.more():
                raise LabError(f"closed after {len(self.buffer)} of "
                               f"{length} bytes")
        found.content = self.buffer[:length]
        self.buffer = self.buffer[length:]
        return found

    def get(self, path, method="GET", headers=(), version="1.1"):
        self.ask(path, method, headers, version)
        return self.answer(method == "HEAD")

    def finish(self):
        """Say that nothing more is sent, unless the server was faster."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                raise

    def ended(self):
        """Wait for the server's end of the connection; the bytes before."""
        while True:
            try:
                if not self.more():
                    return self.buffer
            except ConnectionResetError:
                return self.buffer


def http_get(client, path, server=SERVER_ADDRESS, **how):
    """One request on a connection of its own."""
    where = {key: how.pop(key) for key in ("port", "scope", "source")
             if key in how}
    with HttpConnection(client, server, **where) as connection:
        return connection.get(path, **how)
