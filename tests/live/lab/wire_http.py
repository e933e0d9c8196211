"""What an observer sees of HTTP: one file after the other on a connection."""

import re
import struct
import urllib.parse

from .packets import ip_text

HTTP_PORT = 80
PROGRESS_EVERY_S = 0.2
REQUEST = re.compile(rb"(GET|HEAD) (\S+) HTTP/1\.")
ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) ([^\r]*)\r\n(.*?)\r\n\r\n", re.S)
LENGTH = re.compile(rb"^content-length: *(\d+)", re.I | re.M)
ONLY_SIZE = 8       # the code of a TFTP client that wanted the size alone


class HttpWatch:
    """Makes FileSeen of TCP segments, and tells of them by `tell(file, at)`.

    Heads are read where they begin a segment, as they do in a boot.
    """

    def __init__(self, file_seen, tell):
        self._file_seen, self._tell = file_seen, tell
        self._files = {}        # by client: [file, is HEAD, content's start]

    def see(self, at, frame):
        if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
            return
        total, = struct.unpack_from("!H", frame, 16)
        tcp = 14 + (frame[14] & 15) * 4
        sport, dport, number = struct.unpack_from("!HHI", frame, tcp)
        start = tcp + (frame[tcp + 12] >> 4) * 4
        length = 14 + total - start
        if length <= 0:
            return
        payload = bytes(frame[start:start + length])
        if dport == HTTP_PORT:
            self._request(at, (ip_text(frame[26:30]), sport), payload)
        elif sport == HTTP_PORT:
            self._answer(at, (ip_text(frame[30:34]), dport), number, length,
                         payload)

    def _request(self, at, client, payload):
        match = REQUEST.match(payload)
        if not match:
            return
        name = urllib.parse.unquote(match[2].decode("latin-1"))
        file = self._file_seen(name.lstrip("/"), *client, asked_at=at,
                               protocol="HTTP")
        self._files[client] = [file, match[1] == b"HEAD", None]
        self._tell(file, at)

    def _answer(self, at, client, number, length, payload):
        entry = self._files.get(client)
        if entry is None or entry[0].ended:
            return
        file, is_head, start = entry
        if start is None:
            match = ANSWER.match(payload)
            if not match:
                return
            size = LENGTH.search(match[3])
            file.size = int(size[1]) if size else 0
            start = entry[2] = number + match.end()
            if self._ended_by_head(file, is_head, match, at):
                return
            file.first_byte_at = at
            file.state = "moving"
            self._tell(file, at)
        moved = (number + length - start) & 0xffffffff
        if moved < 1 << 31:
            file.moved = max(file.moved, moved)
        if file.moved >= file.size:
            file.state = "done"
            self._tell(file, at)
        elif at - file.seen_at >= PROGRESS_EVERY_S:
            self._tell(file, at)

    def _ended_by_head(self, file, is_head, match, at):
        """Whether nothing follows the head that belongs to the file."""
        status = int(match[1])
        if status >= 400:
            file.state = "refused"
            file.error = match[2].decode("latin-1")
            file.error_code = 1 if status == 404 else status
        elif is_head:
            file.state, file.error_code = "stopped", ONLY_SIZE
        else:
            return False
        self._tell(file, at)
        return True
