"""Looking at the lease store, and judging who was given what."""

import ipaddress
import shutil
import sqlite3
import tempfile


def read_store(path):
    """The rows of a lease database: {address: (hardware address, state)}.

    A copy is read, for reading would leave files beside the database.
    """
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                shutil.copy(part, f"{folder}/copy{suffix}")
        with sqlite3.connect(f"{folder}/copy") as database:
            rows = database.execute("SELECT addr, hw, state FROM lease")
            found = {str(ipaddress.ip_address(addr)): (hw.hex(":"), state)
                     for addr, hw, state in rows}
        database.close()
    return found


def check_held(store, held):
    """Each {mac: address} that was acknowledged must be in the store."""
    missing = {mac: address for mac, address in held.items()
               if store.get(address, (None,))[0] != mac}
    assert missing == {}


def check_single(held):
    """No address may belong to two clients."""
    assert len(set(held.values())) == len(held)


def check_renewals(client, held, unicast=50):
    """Every client can renew, and keeps its address.

    Most do it as after a reboot, by broadcast: replies to one address each
    would fill the kernel's table of neighbours, of which there is but one
    for all namespaces of the machine.
    """
    pairs = list(held.items())
    replies = client.reboot_many(dict(pairs[unicast:]))
    for mac, address in pairs[:unicast]:
        replies[mac] = client.renew(mac, address)
        client.disown(address)
    lost = {mac: (address, replies.get(mac)) for mac, address in pairs
            if (reply := replies.get(mac)) is None or
            (reply.type, reply.yiaddr) != ("ACK", address)}
    assert lost == {}
