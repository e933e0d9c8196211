/* SPDX-License-Identifier: ISC */
/* The first two walls: empty namespaces, and a root with one folder or none. */
#include "priv/sandbox_walls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * No interface but an unused loopback, and mounts, host name and System V
 * objects of its own.  A process namespace would need one more process.
 */
int
wall_namespaces(struct wall_error *e)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) ==
	    -1)
		return wall_fail(e, "unshare");
	/* Nothing mounted from here on is seen outside, nor the reverse. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return wall_fail(e, "make mounts private");
	return 0;
}

/* A file system without room for anything. */
static int
root_empty(struct wall_error *e)
{
	int fs, mnt;

	if ((fs = fsopen("tmpfs", FSOPEN_CLOEXEC)) == -1)
		return wall_fail(e, "fsopen tmpfs");
	if (fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", "1", 0) == -1 ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0555", 0) == -1 ||
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1) {
		(void)wall_fail(e, "make an empty root");
		(void)close(fs);
		return -1;
	}
	mnt = fsmount(fs, FSMOUNT_CLOEXEC,
	    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
		MOUNT_ATTR_NOEXEC);
	if (mnt == -1)
		(void)wall_fail(e, "fsmount");
	(void)close(fs);
	return mnt;
}

/*
 * A second view of a folder and of what is mounted below it, with attributes
 * of its own.
 */
static int
root_folder(const char *path, bool writable, struct wall_error *e)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			    MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW,
	};
	int mnt;

	/* Inside the tree, imaged follows links; the store has none. */
	if (!writable) {
		attr.attr_set &= ~(uint64_t)MOUNT_ATTR_NOSYMFOLLOW;
		attr.attr_set |= MOUNT_ATTR_RDONLY;
	}
	mnt = open_tree(
	    AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (mnt == -1)
		return wall_fail(e, path);
	if (mount_setattr(mnt, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
		sizeof(attr)) == -1) {
		(void)wall_fail(e, "mount_setattr");
		(void)close(mnt);
		return -1;
	}
	return mnt;
}

/*
 * pivot_root() instead of chroot(): the old tree is not only out of sight
 * but no longer mounted here.
 */
int
wall_root(enum sandbox_root kind, const char *path, struct wall_error *e)
{
	int mnt;

	if (kind == SANDBOX_ROOT_EMPTY)
		mnt = root_empty(e);
	else
		mnt = root_folder(path, kind == SANDBOX_ROOT_WRITE, e);
	if (mnt == -1)
		return -1;
	if (move_mount(mnt, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) == -1 ||
	    fchdir(mnt) == -1 || syscall(SYS_pivot_root, ".", ".") == -1 ||
	    umount2(".", MNT_DETACH) == -1 || chdir("/") == -1) {
		(void)wall_fail(e, "pivot_root");
		(void)close(mnt);
		return -1;
	}
	(void)close(mnt);
	return 0;
}

/*
 * Where the owner gave up namespaces: chroot() keeps a role to its folder.
 * A role without one stays in the host's tree, which Landlock shuts.
 */
int
wall_root_plain(enum sandbox_root kind, const char *path, struct wall_error *e)
{
	if (kind == SANDBOX_ROOT_EMPTY)
		return 0;
	if (chroot(path) == -1 || chdir("/") == -1)
		return wall_fail(e, path);
	return 0;
}
