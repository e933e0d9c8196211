"""A service manager's end of sd_notify(3), for a server in a namespace."""

import socket
import struct
import time

from .errors import LabError
from .patience import LONG_S

FOLDER = "/run/lab-notify"


class Manager:
    """Receives what a server sends to NOTIFY_SOCKET."""

    def __init__(self, namespace):
        namespace.shadow(FOLDER)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.bind(str(namespace.path(f"{FOLDER}/socket")))
        namespace.path(f"{FOLDER}/socket").chmod(0o777)
        self.environment = {"NOTIFY_SOCKET": f"{FOLDER}/socket"}
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def command(self, command, **more):
        """A command line that has its variables, too."""
        words = {**self.environment, **more}
        return " ".join(["env", *(f"{name}={value}"
                                  for name, value in words.items()), command])

    def next(self, timeout=LONG_S):
        """The next message as a dict; "pid" is the process that sent it."""
        self.socket.settimeout(timeout)
        data, control, _, _ = self.socket.recvmsg(4096, 64)
        pid = struct.unpack("3i", control[0][2])[0]
        message = dict(line.split("=", 1)
                       for line in data.decode().splitlines())
        self.seen.append(message)
        return {**message, "pid": pid}

    def wait(self, name, timeout=LONG_S):
        """The next message that has `name`."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            message = self.next(left)
            if name in message:
                return message
        raise LabError(f"no message with {name}; seen: {self.seen}")
