"""Private directories over paths of the host, without touching the host."""

import os

# Rebuilds $1 in memory with everything that it had, so that a new name can
# be made in it.  /mnt serves as the workbench and is free again afterwards.
_REBUILD = r"""
set -e
mount -t tmpfs -o mode=755 tmpfs /mnt
for old in "$1"/* "$1"/.[!.]*; do
    new="/mnt/${old##*/}"
    if [ -L "$old" ]; then cp -P "$old" "$new"
    elif [ -d "$old" ]; then mkdir "$new" && mount --rbind "$old" "$new"
    elif [ -f "$old" ]; then : >"$new" && mount --bind "$old" "$new"
    fi || {
        # One that the host has removed meanwhile is not missed.
        if [ -e "$old" ] || [ -L "$old" ]; then exit 1; fi
        if [ -d "$new" ]; then rmdir "$new"; else rm -f "$new"; fi
    }
done
mount --move /mnt "$1"
"""


def shadow(namespace, directory, mode=0o755, owner=None, size="50%"):
    """Mount an empty tmpfs at `directory` inside the namespace.

    A directory that the host lacks appears in the namespace only: its parent
    is rebuilt there, with all that was in it still in place.
    """
    directory = os.path.normpath(directory)
    if not namespace.path(directory).is_dir():
        parent = os.path.dirname(directory)
        namespace.run("sh", "-c", _REBUILD, "sh", parent)
        namespace.run("mkdir", directory)
    namespace.run("mount", "-t", "tmpfs", "-o",
                  f"mode={mode:o},size={size}", "tmpfs", directory)
    if owner is not None:
        namespace.run("chown", owner, directory)
