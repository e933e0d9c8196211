"""Lease databases made without the daemon, and damaged in the way it is told.

Nothing here knows how the daemon reads them: the file format is SQLite's
(https://www.sqlite.org/fileformat2.html).
"""

import sqlite3
import tempfile
import time

from .dhcp_client import mac_number

PAGE = 4096
WITH_ROWS = 0x0d, 0x0a, 0x02  # leaves of schema 1; all pages of the others
HEADER = {0x0d: 8, 0x0a: 8, 0x02: 12}
SCHEMA_1 = """\
CREATE TABLE lease ( addr INTEGER PRIMARY KEY
 CHECK (addr BETWEEN 1 AND 4294967295),
 state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
 hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255),
 hw BLOB NOT NULL CHECK (length(hw) <= 16),
 client_id BLOB CHECK (length(client_id) BETWEEN 1 AND 255),
 name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),
 start_s INTEGER NOT NULL CHECK (start_s >= 0),
 expiry_s INTEGER CHECK (expiry_s >= 0)) STRICT"""
SCHEMA_3 = """\
CREATE TABLE lease (
 family INTEGER NOT NULL CHECK (family IN (4, 6)),
 addr BLOB NOT NULL CHECK (length(addr) = CASE family WHEN 4 THEN 4 ELSE 16 END
 AND addr > zeroblob(length(addr))),
 state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
 hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255),
 hw BLOB NOT NULL CHECK (length(hw) <= 16),
 client_id BLOB CHECK (length(client_id) BETWEEN 1 AND 255),
 name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),
 start_s INTEGER NOT NULL CHECK (start_s >= 0),
 expiry_s INTEGER CHECK (expiry_s >= 0),
 iaid INTEGER CHECK (iaid BETWEEN 0 AND 4294967295),
 prefix INTEGER CHECK (prefix BETWEEN 1 AND 128),
 preferred_s INTEGER CHECK (preferred_s >= 0),
 relay BLOB CHECK (length(relay) = length(addr)),
 PRIMARY KEY (family, addr)) STRICT, WITHOUT ROWID"""
SCHEMA_2 = SCHEMA_3.replace(
    " relay BLOB CHECK (length(relay) = length(addr)),\n", "")
SCHEMAS = {1: SCHEMA_1, 2: SCHEMA_2, 3: SCHEMA_3}
APPLICATION = 0x50584547


def number(address):
    """192.168.1.50 as a number."""
    return int.from_bytes(map(int, address.split(".")), "big")


def lease_row(address, client, expires_in=3600):
    """A row of schema 1: `address` (a number) is bound to `client`."""
    now = int(time.time())
    return (address, 0, 1, bytes.fromhex(mac_number(client).replace(":", "")),
            None, f"pc{client}", now - 60, now + expires_in)


def row_2(row):
    """The same row in schemas 2 and 3; the last columns are NULL."""
    return (4, row[0].to_bytes(4, "big"), *row[1:])


def insert(database, rows, schema=3):
    """Put rows of lease_row() into an open database."""
    columns = "addr, state, hwtype, hw, client_id, name, start_s, expiry_s"
    if schema > 1:
        columns = f"family, {columns}"
        rows = map(row_2, rows)
    marks = ", ".join("?" * (8 if schema == 1 else 9))
    database.executemany(f"INSERT INTO lease ({columns}) VALUES ({marks})",
                         rows)


def make_database(rows, schema=3, version=None, application=APPLICATION):
    """The bytes of a database with these rows; all is in the one file."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(f"{folder}/leases.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(SCHEMAS[schema])
        database.execute(f"PRAGMA application_id = {application}")
        database.execute(f"PRAGMA user_version = {version or schema}")
        insert(database, rows, schema)
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


def cells(data):
    """(offset of the page, of a cell) for each cell that holds a row."""
    for page in range(PAGE, len(data), PAGE):
        if data[page] in WITH_ROWS:
            count = int.from_bytes(data[page + 3:page + 5], "big")
            first = page + HEADER[data[page]]
            for at in range(first, first + 2 * count, 2):
                yield page, page + int.from_bytes(data[at:at + 2], "big")


def _key(data, page, cell):
    """(offset, bytes) of the key of the row in a cell."""
    if data[page] == 0x0d:
        _, at = _read_varint(data, cell)
        return at, bytes(data[at:_read_varint(data, at)[1]])
    _, at = _read_varint(data, cell + (4 if data[page] == 0x02 else 0))
    size, _ = _read_varint(data, at)
    # The family is a byte, and an IPv4 address follows.
    return at + size + 1, bytes(data[at + size + 1:at + size + 5])


def _find(data, address):
    for page, cell in cells(data):
        at, key = _key(data, page, cell)
        old = (_varint(address) if data[page] == 0x0d
               else address.to_bytes(4, "big"))
        if key == old:
            return page, at, old
    raise AssertionError("there is no such row")


def change_key(data, old, new):
    """Give the row of address `old` the key `new`, where it lies."""
    page, at, key = _find(data, old)
    replacement = (_varint(new) if data[page] == 0x0d
                   else new.to_bytes(4, "big"))
    assert len(replacement) == len(key)
    data[at:at + len(key)] = replacement


def page_of(data, address):
    """Offset of the page that holds the row of an address."""
    return _find(data, address)[0]
