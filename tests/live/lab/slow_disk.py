"""File systems that take their time, as a network's or a failing disk does.

SlowFiles speaks the kernel's FUSE protocol (linux/fuse.h) by itself and shows
one flat, read-only folder.  Nothing can hang for good: when we end, the kernel
answers every read with an error.  SlowDisk is an ext4 on a block device whose
one image is such a file.
"""

import errno
import heapq
import os
import pathlib
import select
import stat
import struct
import tempfile
import threading
import time

from .closing import Closing
from .process import need, run

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS = 1, 2, 3, 14, 15, 17
RELEASE, FLUSH, INIT, OPENDIR, RELEASEDIR = 18, 25, 26, 27, 29
INTERRUPT, DESTROY, BATCH_FORGET = 36, 38, 42
NO_REPLY = {FORGET, INTERRUPT, BATCH_FORGET}
IN_HEADER = struct.Struct("=IIQQIIIHH")
OUT_HEADER = struct.Struct("=IiQ")
BUFFER = 1 << 20
ROOT_NODE = 1
CACHE_S = 3600


def disks_there():
    """Whether there are the devices that this takes."""
    return all(map(os.path.exists, ("/dev/fuse", "/dev/loop-control")))


class SlowFiles(Closing):
    """`files` ({name: bytes}) at the folder `where` of a namespace.

    Every read takes `delay` seconds; while `stalled`, it takes for ever, and
    so do all from number `stall_at` on.  With `broken`, all fail that are not
    answered yet.  These may be changed at any time.
    """

    def __init__(self, namespace, where, files, delay=0.0):
        self.delay, self.stalled, self.broken = delay, False, False
        self.reads, self.stall_at = 0, None
        self._names = {name: number for number, name in
                       enumerate(files, ROOT_NODE + 1)}
        self._content = dict(enumerate(files.values(), ROOT_NODE + 1))
        self._late = []
        self._over = threading.Event()
        self._device = os.open("/dev/fuse", os.O_RDWR | os.O_NONBLOCK)
        os.set_inheritable(self._device, True)
        namespace.run(
            "mount", "-i", "-t", "fuse", "-o",
            f"fd={self._device},rootmode=40755,user_id=0,group_id=0,"
            "allow_other,default_permissions,ro", "slow", where,
            pass_fds=(self._device,))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        """End it; whoever reads gets an error."""
        self._over.set()
        self._thread.join(5)
        if self._device >= 0:
            os.close(self._device)
        self._device = -1

    # --- the protocol ------------------------------------------------------

    def _run(self):
        poll = select.poll()
        poll.register(self._device, select.POLLIN)
        while not self._over.is_set():
            if poll.poll(20):
                self._serve()
            while self._late and self._due(*self._late[0][:2]):
                _, _, unique, payload = heapq.heappop(self._late)
                if self.broken:
                    self._reply(unique, b"", -errno.EIO)
                else:
                    self._reply(unique, payload)

    def _due(self, at, number):
        """Whether a read is to be answered now."""
        if self.broken:
            return True
        if self.stall_at is not None and number >= self.stall_at:
            return False
        return not self.stalled and at <= time.monotonic()

    def _serve(self):
        try:
            request = os.read(self._device, BUFFER)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self._over.set()    # unmounted
            return
        _, opcode, unique, node, *_ = IN_HEADER.unpack_from(request)
        body = request[IN_HEADER.size:]
        if opcode in NO_REPLY:
            return
        if opcode == READ:
            self._read(unique, node, body)
            return
        try:
            payload = self._answer(opcode, node, body)
        except OSError as error:
            self._reply(unique, b"", -error.errno)
        else:
            self._reply(unique, payload)

    def _reply(self, unique, payload, error=0):
        try:
            os.write(self._device, OUT_HEADER.pack(
                OUT_HEADER.size + len(payload), error, unique) + payload)
        except OSError:
            pass    # who asked is gone

    def _read(self, unique, node, body):
        _, offset, size = struct.unpack_from("=QQI", body)
        self.reads += 1
        due = time.monotonic() + self.delay
        payload = self._content[node][offset:offset + size]
        heapq.heappush(self._late, (due, self.reads, unique, payload))

    def _answer(self, opcode, node, body):
        """What all but reads are answered at once."""
        if opcode == INIT:
            return struct.pack("=IIIIHHIIHH", 7, 31, 128 << 10, 0, 32, 24,
                               4096, 1, 32, 0).ljust(64, b"\0")
        if opcode == LOOKUP:
            name = body.rstrip(b"\0").decode()
            if name not in self._names:
                raise OSError(errno.ENOENT, name)
            number = self._names[name]
            return struct.pack("=QQQQII", number, 0, CACHE_S, CACHE_S, 0,
                               0) + self._attributes(number)
        if opcode == GETATTR:
            return struct.pack("=QII", CACHE_S, 0, 0) + \
                self._attributes(node)
        if opcode in (OPEN, OPENDIR):
            return bytes(16)
        if opcode == STATFS:
            return bytes(80)
        if opcode in (RELEASE, RELEASEDIR, FLUSH, DESTROY):
            return b""
        raise OSError(errno.ENOSYS, "")

    def _attributes(self, node):
        folder = node == ROOT_NODE
        mode = stat.S_IFDIR | 0o755 if folder else stat.S_IFREG | 0o644
        size = 0 if folder else len(self._content[node])
        return struct.pack("=QQQQQQIIIIIIIIII", node, size, size // 512, 0,
                           0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class SlowDisk(SlowFiles):
    """The same for a file system of the kernel's own, an ext4."""

    def __init__(self, namespace, where, files, below="/srv/slow-disk"):
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                (pathlib.Path(folder) / name).write_bytes(data)
            image = _ext4(folder, sum(map(len, files.values())))
        namespace.shadow(below)
        super().__init__(namespace, below, {"image": image})
        self._namespace, self._where = namespace, where
        namespace.run("mount", "-t", "ext4", "-o", "ro,loop,noload",
                      f"{below}/image", where)
        for name in files:      # what is looked up is known from here on
            (namespace.path(where) / name).stat()

    def close(self):
        """End it; the device goes when its last user does."""
        self.delay, self.stalled, self.stall_at = 0.0, False, None
        if self._device >= 0:
            self._namespace.run("umount", "-l", self._where)
        super().close()


def _ext4(folder, size):
    """The image of an ext4 with the files of a folder."""
    need("mkfs.ext4", "e2fsprogs")
    with tempfile.NamedTemporaryFile() as image:
        os.truncate(image.name, size * 2 + (4 << 20))
        run(["mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-d", folder,
             image.name])
        return pathlib.Path(image.name).read_bytes()
