"""A folder whose file server does not answer.

As a program: mounts it, says so, and holds it until it is ended.
"""

import ctypes
import os
import signal
import sys


class HungFolder:
    """Over a folder of a namespace, in a with statement."""

    def __init__(self, namespace, path):
        self._namespace, self._path = namespace, path
        self._process = None

    def __enter__(self):
        self._process = self._namespace.start(
            [sys.executable, os.path.abspath(__file__), self._path],
            "hung folder")
        self._process.wait_line("mounted")
        return self

    def __exit__(self, *_):
        self._process.stop()
        self._namespace.run("umount", "--lazy", self._path)


def main():
    """FUSE (fuse(4)) whose first message, INIT, has no answer."""
    libc = ctypes.CDLL(None, use_errno=True)
    fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0"
    if libc.mount(b"hung", sys.argv[1].encode(), b"fuse", 0,
                  options.encode()) == -1:
        raise OSError(ctypes.get_errno(), "mount")
    print("mounted", flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
