"""Lease databases made without the daemon, and damaged in the way it is told.

Nothing here knows how the daemon reads them: the file format is SQLite's
(https://www.sqlite.org/fileformat2.html).
"""

import sqlite3
import tempfile
import time

from .dhcp_client import mac_number

PAGE = 4096
LEAF, INTERIOR = 0x0d, 0x05
SCHEMA = """\
CREATE TABLE lease ( addr INTEGER PRIMARY KEY
 CHECK (addr BETWEEN 1 AND 4294967295),
 state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
 hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255),
 hw BLOB NOT NULL CHECK (length(hw) <= 16),
 client_id BLOB CHECK (length(client_id) BETWEEN 1 AND 255),
 name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),
 start_s INTEGER NOT NULL CHECK (start_s >= 0),
 expiry_s INTEGER CHECK (expiry_s >= 0)) STRICT"""
APPLICATION = 0x50584547


def number(address):
    """192.168.1.50 as a number."""
    return int.from_bytes(map(int, address.split(".")), "big")


def lease_row(address, client, expires_in=3600):
    """A row of the table: `address` (a number) is bound to `client`."""
    now = int(time.time())
    return (address, 0, 1, bytes.fromhex(mac_number(client).replace(":", "")),
            None, f"pc{client}", now - 60, now + expires_in)


def make_database(rows, version=1, application=APPLICATION):
    """The bytes of a database with these rows; all is in the one file."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/leases.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(SCHEMA)
        database.execute(f"PRAGMA application_id = {application}")
        database.execute(f"PRAGMA user_version = {version}")
        database.executemany(
            "INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        with open(f"{folder}/leases.db", "rb") as file:
            return bytearray(file.read())


def _varint(value):
    """As SQLite writes it; for values below 2^56."""
    groups = [value & 0x7f]
    while value := value >> 7:
        groups.append(value & 0x7f | 0x80)
    return bytes(reversed(groups))


def _read_varint(data, at):
    value = 0
    while True:
        value = value << 7 | data[at] & 0x7f
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def leaves(data):
    """(offset of the page, offsets of its cells) of each leaf of the table."""
    for page in range(PAGE, len(data), PAGE):
        if data[page] == LEAF:
            count = int.from_bytes(data[page + 3:page + 5], "big")
            yield page, [
                page + int.from_bytes(data[at:at + 2], "big") for at in
                range(page + 8, page + 8 + 2 * count, 2)]


def change_key(data, old, new):
    """Give the row of address `old` the key `new`, where it lies."""
    for _, cells in leaves(data):
        for cell in cells:
            _, at = _read_varint(data, cell)
            key, end = _read_varint(data, at)
            if key == old:
                replacement = _varint(new)
                assert len(replacement) == end - at
                data[at:end] = replacement
                return
    raise AssertionError("there is no such row")


def page_of(data, address):
    """Offset of the leaf that holds the row of an address."""
    for page, cells in leaves(data):
        for cell in cells:
            _, at = _read_varint(data, cell)
            if _read_varint(data, at)[0] == address:
                return page
    raise AssertionError("there is no such row")
