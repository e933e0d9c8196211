"""Serials of manifests: no older signed tree comes back."""

import os
import re
import signal

import pytest

from lab import sign_keys
from lab.boot import STATE_FOLDER, STORE_USER
from lab.daemon import Daemon
from lab.tftp_site import ROOT, TFTP_CONFIG

KEYS = "/run/verify-keys"
CONFIG = TFTP_CONFIG + f"verify-images=require\nverify-key={KEYS}\n"
DATABASE = f"{STATE_FOLDER}/leases.db"
EACCES = 2


class Trees:
    """Signed trees with one file, by what the file holds."""

    def __init__(self, folder):
        self._folder = folder
        self._key = sign_keys.Minisign(folder)
        self.public = self._key.public

    def make(self, text, serial=None):
        """The files of a tree, by name."""
        root = self._folder / f"tree-{text}-{serial}"
        root.mkdir(exist_ok=True)
        (root / "kernel").write_text(text)
        comment = "timestamp:1\tfile:SHA256SUMS"
        if serial is not None:
            comment += f"\tserial:{serial}"
        sign_keys.sign_tree(self._key, root, comment=comment)
        return {path.name: path.read_bytes() for path in root.iterdir()}


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    return Trees(tmp_path_factory.mktemp("trees"))


def lay(folder, files):
    for name, data in files.items():
        (folder / "new").write_bytes(data)
        (folder / "new").rename(folder / name)


@pytest.fixture
def start(start_site, trees):
    """A function that starts a site with this tree."""
    def begin(files, config=CONFIG):
        def prepare(site):
            lay(site.root, files)
            site.namespace.shadow(KEYS)
            site.namespace.path(KEYS).joinpath("key.pub").write_bytes(
                trees.public.read_bytes())

        return start_site(config, lay=prepare)

    return begin


def served(site, text, name="kernel"):
    reply = site.fetch(name, timeout=5.0)
    assert reply.error is None, reply.error
    assert reply.data == text.encode()


def refused(site, *words, name="kernel"):
    mark = site.server.process.mark()
    reply = site.fetch(name, timeout=5.0)
    assert reply.error and reply.error[0] == EACCES, reply.error
    line = site.said(f'refused "{re.escape(name)}" in.*', since=mark).string
    for word in words:
        assert word in line, (word, line)


def restart(site, config=CONFIG):
    """Another daemon in the same place."""
    assert site.server.stop() == 0
    print(site.server.log())
    site.server = Daemon(site.network, config, site.server.command)


def kill(site, role):
    pid = site.server.kill_role(role)
    site.server.wait_role(role, other_than=pid)


def accepted(site, serial):
    site.said(f'accepted serial {serial} of "SHA256SUMS" in {ROOT}')


@pytest.mark.parametrize("what", ["nothing", "restart", "imaged", "leased",
                                  "both"])
def test_an_older_tree_is_refused(start, trees, what):
    site = start(trees.make("old", 5))
    served(site, "old")
    accepted(site, 5)
    lay(site.root, trees.make("new", 6))
    served(site, "new")
    accepted(site, 6)
    if what == "restart":
        restart(site)
    elif what == "both":
        kill(site, "leased")
        kill(site, "imaged")
    elif what != "nothing":
        kill(site, what)
    lay(site.root, trees.make("old", 5))
    refused(site, "serial 5", "serial 6 was accepted before",
            "--serial=7", "SHA256SUMS")
    lay(site.root, trees.make("plain"))
    refused(site, "has no serial", "serial 6 was accepted before")
    lay(site.root, trees.make("new", 6))
    served(site, "new")
    lay(site.root, trees.make("newer", 7))
    served(site, "newer")
    accepted(site, 7)


def test_what_was_durable_when_all_are_killed(start, trees):
    """A serial counts only once it is on the disk."""
    site = start(trees.make("new", 9))
    served(site, "new")
    os.kill(site.server.pid, signal.SIGKILL)
    site.server.process.wait_end()
    site.server = Daemon(site.network, CONFIG, site.server.command)
    lay(site.root, trees.make("old", 8))
    refused(site, "serial 8", "serial 9 was accepted before")


def test_each_folder_has_its_own(start, trees):
    site = start(trees.make("top", 20))
    for name in ("a", "b"):
        (site.root / name).mkdir()
    lay(site.root / "a", trees.make("a", 3))
    lay(site.root / "b", trees.make("b"))
    served(site, "top")
    served(site, "a", "a/kernel")
    served(site, "b", "b/kernel")
    lay(site.root / "a", trees.make("a2", 2))
    refused(site, "serial 2", "serial 3 was", '"a/SHA256SUMS"',
            name="a/kernel")
    served(site, "top")
    served(site, "b", "b/kernel")
    mark = site.server.reload()
    site.said(r"ready, configuration \d", since=mark)
    refused(site, "serial 2", "serial 3 was", name="a/kernel")


def test_warn_serves_an_older_tree(start, trees):
    site = start(trees.make("new", 6),
                 CONFIG.replace("require", "warn"))
    served(site, "new")
    lay(site.root, trees.make("old", 5))
    served(site, "old")
    site.said('"kernel" in .* would be refused by verify-images=require: .*'
              "serial 6 was accepted before")


def test_without_serials_nothing_changes(start, trees):
    site = start(trees.make("one"))
    served(site, "one")
    lay(site.root, trees.make("two"))
    served(site, "two")
    restart(site)
    lay(site.root, trees.make("one"))
    served(site, "one")
    assert "accepted serial" not in site.server.log()


def test_reset(start, trees):
    """As the manual says, with pxeguard stopped; else it is refused."""
    site = start(trees.make("new", 6))
    served(site, "new")
    accepted(site, 6)
    command = ("sqlite3", DATABASE,
               f"DELETE FROM serial WHERE root = '{ROOT}'")
    busy = site.namespace.run(*command, check=False)
    assert busy.returncode != 0 and "locked" in busy.stderr
    assert site.server.stop() == 0
    lay(site.root, trees.make("old", 5))
    site.namespace.run(*command)
    site.server = Daemon(site.network, CONFIG, site.server.command)
    served(site, "old")
    accepted(site, 5)
    folder = site.namespace.path(STATE_FOLDER)
    assert {path.owner() for path in folder.iterdir()} == {STORE_USER}


def test_leased_that_does_not_answer(start, trees):
    """What is known goes on; a new serial is refused after a while."""
    site = start(trees.make("new", 6))
    served(site, "new")
    leased = site.server.wait_role("leased")
    # None that is started finds its database.
    site.namespace.path(DATABASE).rename(site.namespace.path(DATABASE + "x"))
    site.namespace.path(DATABASE).mkdir()
    os.kill(leased, signal.SIGKILL)
    served(site, "new")
    lay(site.root, trees.make("newer", 7))
    site.fetch("kernel", timeout=1.0, tries=1)
    site.said("leased has not answered for 30 s; manifests")
    mark = site.server.process.mark()
    site.fetch("kernel", timeout=5.0)
    site.said('refused "kernel" in .*as leased does not answer', since=mark)
    lay(site.root, trees.make("new", 6))
    served(site, "new")
    site.namespace.path(DATABASE).rmdir()
    site.namespace.path(DATABASE + "x").rename(site.namespace.path(DATABASE))
    mark = site.server.reload()
    site.said(r"ready, configuration \d", since=mark)
    lay(site.root, trees.make("newer", 7))
    site.server.wait_role("leased")
    accepted_soon(site, 7)
    served(site, "newer")


def accepted_soon(site, serial):
    site.fetch("kernel", timeout=5.0)
    accepted(site, serial)


def test_a_lost_database_is_filled_again(start, trees):
    """imaged knows the serial, and leased gets it back."""
    site = start(trees.make("new", 6))
    served(site, "new")
    for suffix in ("", "-wal"):
        site.namespace.path(DATABASE + suffix).unlink(missing_ok=True)
    kill(site, "leased")
    lay(site.root, trees.make("old", 5))
    refused(site, "serial 6 was accepted before")
    # What leased lacks is put first, so it is stored before this one.
    (site.root / "a").mkdir()
    lay(site.root / "a", trees.make("a", 1))
    served(site, "a", "a/kernel")
    restart(site)
    refused(site, "serial 6 was accepted before")
