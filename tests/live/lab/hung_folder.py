"""A folder whose file server does not answer.

As a program: mounts it, says so, and holds it until it is ended.
"""

import ctypes
import os
import signal
import struct
import sys

BUFFER = 1 << 20


class HungFolder:
    """Over a folder of a namespace, in a with statement.

    With `unkillable`, who waits for it does not even end after SIGKILL.
    """

    def __init__(self, namespace, path, unkillable=False):
        self._namespace, self._path = namespace, path
        self._how = "unkillable" if unkillable else "killable"
        self._process = None

    def __enter__(self):
        self._process = self._namespace.start(
            [sys.executable, os.path.abspath(__file__), self._path,
             self._how], "hung folder")
        self._process.wait_line("mounted")
        return self

    def __exit__(self, *_):
        self._process.stop()
        self._namespace.run("umount", "--lazy", self._path)


def main():
    """FUSE (fuse(4)) whose first message, INIT, has no answer.

    Or that one alone has: the kernel waits for the answer to a message that
    was read even after SIGKILL.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0"
    if libc.mount(b"hung", sys.argv[1].encode(), b"fuse", 0,
                  options.encode()) == -1:
        raise OSError(ctypes.get_errno(), "mount")
    print("mounted", flush=True)
    if sys.argv[2] == "unkillable":
        answer_init(fuse)
        while os.read(fuse, BUFFER):
            pass
    signal.pause()


def answer_init(fuse):
    _, _, unique = struct.unpack_from("=IIQ", os.read(fuse, BUFFER))
    body = struct.pack("=IIIIHHIIHH", 7, 31, 0, 0, 0, 0, 4096, 1, 0,
                       0).ljust(64, b"\0")
    os.write(fuse, struct.pack("=IiQ", 16 + len(body), 0, unique) + body)


if __name__ == "__main__":
    main()
