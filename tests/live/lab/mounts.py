"""Private directories over paths of the host, without touching the host.

The functions below `shadow` run in a thread that is in the namespace.
"""

import ctypes
import os
import pwd
import stat

MS_BIND, MS_MOVE, MS_REC = 0x1000, 0x2000, 0x4000
_WORKBENCH = "/mnt"     # free again afterwards
_libc = ctypes.CDLL(None, use_errno=True)


def shadow(namespace, directory, mode=0o755, owner=None, size="50%"):
    """Mount an empty tmpfs at `directory` inside the namespace.

    A directory that the host lacks appears in the namespace only: its parent
    is rebuilt there, with all that was in it still in place.  `owner` is a
    user, whose group it gets, too.
    """
    ids = None
    if owner is not None:
        user = pwd.getpwnam(owner)
        ids = (user.pw_uid, user.pw_gid)
    namespace.call(_shadow, os.path.normpath(directory), mode, ids, size,
                   mounts=True)


def bind(source, target):
    """Show the file or directory `source` at `target` as well."""
    _mount(source, target, None, MS_BIND)


def _shadow(directory, mode, ids, size):
    if not os.path.isdir(directory):
        _rebuild(os.path.dirname(directory))
        os.mkdir(directory)
    _mount("tmpfs", directory, "tmpfs", 0, f"mode={mode:o},size={size}")
    if ids is not None:
        os.chown(directory, *ids)


def _rebuild(parent):
    """Rebuild a directory in memory, so that a new name can be made in it."""
    _mount("tmpfs", _WORKBENCH, "tmpfs", 0, "mode=755")
    for name in os.listdir(parent):
        old, new = os.path.join(parent, name), os.path.join(_WORKBENCH, name)
        try:
            _show(old, new)
        except OSError:
            # One that the host has removed meanwhile is not missed.
            if os.path.lexists(old):
                raise
            if os.path.isdir(new):
                os.rmdir(new)
            elif os.path.lexists(new):
                os.unlink(new)
    _mount(_WORKBENCH, parent, None, MS_MOVE)


def _show(old, new):
    """Make a link, a directory or a file appear at another path."""
    mode = os.lstat(old).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(old), new)
    elif stat.S_ISDIR(mode):
        os.mkdir(new)
        _mount(old, new, None, MS_BIND | MS_REC)
    elif stat.S_ISREG(mode):
        with open(new, "x", encoding="ascii"):
            pass
        _mount(old, new, None, MS_BIND)


def _mount(source, target, kind, flags, options=None):
    words = [word if word is None else os.fsencode(word)
             for word in (source, target, kind, options)]
    if _libc.mount(*words[:3], ctypes.c_ulong(flags), words[3]) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(target))
