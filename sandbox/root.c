/* SPDX-License-Identifier: ISC */
/* Namespaces, and a root directory with a few folders or none. */
#include "sandbox/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * No interface but an unused loopback, and mounts, host name and System V
 * objects of its own.  A process namespace would need one more process.
 */
int
sandbox_namespaces(struct layer_error *e)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) ==
	    -1)
		return layer_fail(e, "unshare");
	/* Nothing mounted from here on is seen outside, nor the reverse. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return layer_fail(e, "make mounts private");
	return 0;
}

/* The empty folders of a root, one for each number. */
static int
folders_make(int mnt, uint8_t n)
{
	char name[4];

	while (n-- > 0) {
		(void)snprintf(name, sizeof(name), "%u", n);
		if (mkdirat(mnt, name, 0555) == -1)
			return -1;
	}
	return 0;
}

/* A file system with room for n empty folders and nothing else. */
static int
root_new(uint8_t n, struct layer_error *e)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	/* The bounding set leaves root nothing that overrides a mode. */
	const char *mode = n == 0 ? "0555" : "0755";
	char inodes[4];
	int fs, mnt = -1;

	(void)snprintf(inodes, sizeof(inodes), "%u", n + 1U);
	if ((fs = fsopen("tmpfs", FSOPEN_CLOEXEC)) == -1)
		return layer_fail(e, "fsopen tmpfs");
	if (fsconfig(fs, FSCONFIG_SET_STRING, "nr_inodes", inodes, 0) == 0 &&
	    fsconfig(fs, FSCONFIG_SET_STRING, "mode", mode, 0) == 0 &&
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = fsmount(fs, FSMOUNT_CLOEXEC,
		    MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (mnt == -1) {
		(void)layer_fail(e, "make an empty root");
	} else if (folders_make(mnt, n) == -1 ||
		   mount_setattr(mnt, "", AT_EMPTY_PATH, &attr, sizeof(attr)) ==
		       -1) {
		(void)layer_fail(e, "make the folders of the root");
		(void)close(mnt);
		mnt = -1;
	}
	(void)close(fs);
	return mnt;
}

/*
 * A second view of a folder and of what is mounted below it, with attributes
 * of its own.
 */
static int
root_folder(const char *path, bool writable, struct layer_error *e)
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
		return layer_fail(e, path);
	if (mount_setattr(mnt, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr,
		sizeof(attr)) == -1) {
		(void)layer_fail(e, "mount_setattr");
		(void)close(mnt);
		return -1;
	}
	return mnt;
}

/* Views of all folders that there are; -1 stands for the others. */
static int
folders_open(const struct boot *b, int *trees, struct layer_error *e)
{
	uint8_t n;

	for (n = 0; n < b->nroots; n++) {
		trees[n] = -1;
		if (b->roots[n][0] != '\0' &&
		    (trees[n] = root_folder(b->roots[n], false, e)) == -1)
			return -1;
	}
	return 0;
}

/* Puts the folders in their places, which exist only where mnt is mounted. */
static int
folders_mount(int mnt, const int *trees, uint8_t n)
{
	char name[4];

	while (n-- > 0) {
		if (trees[n] == -1)
			continue;
		(void)snprintf(name, sizeof(name), "%u", n);
		if (move_mount(
			trees[n], "", mnt, name, MOVE_MOUNT_F_EMPTY_PATH) == -1)
			return -1;
		(void)close(trees[n]);
	}
	return 0;
}

/*
 * pivot_root() instead of chroot(): the old tree is not only out of sight
 * but no longer mounted here.  A failure ends the process, and with it what
 * is open.
 */
int
sandbox_root_enter(const struct boot *b, struct layer_error *e)
{
	uint8_t folders = b->root == SANDBOX_ROOT_READ ? b->nroots : 0;
	int mnt, trees[SANDBOX_ROOTS_MAX];

	if (b->root == SANDBOX_ROOT_WRITE)
		mnt = root_folder(b->roots[0], true, e);
	else
		mnt = root_new(folders, e);
	/* Before anything is moved: paths are those of the host's tree. */
	if (mnt == -1 || (folders > 0 && folders_open(b, trees, e) == -1))
		return -1;
	if (move_mount(mnt, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) == -1 ||
	    folders_mount(mnt, trees, folders) == -1)
		return layer_fail(e, "move_mount");
	if (fchdir(mnt) == -1 || syscall(SYS_pivot_root, ".", ".") == -1 ||
	    umount2(".", MNT_DETACH) == -1 || chdir("/") == -1)
		return layer_fail(e, "pivot_root");
	(void)close(mnt);
	return 0;
}

/*
 * Where namespaces are disabled: chroot() confines a role to its folder, of
 * which there can be only one.  A role that needs none stays in the host's
 * tree, which Landlock makes inaccessible.
 */
int
sandbox_root_plain(const struct boot *b, struct layer_error *e)
{
	const char *path = NULL;
	uint8_t n;

	for (n = 0; n < b->nroots; n++) {
		if (b->roots[n][0] == '\0')
			continue;
		if (path != NULL) {
			errno = EINVAL;
			return layer_fail(e, "more than one folder");
		}
		path = b->roots[n];
	}
	if (path == NULL && b->root == SANDBOX_ROOT_EMPTY)
		return 0;
	if (path == NULL) {
		/* Landlock would let it read the host's tree. */
		errno = EINVAL;
		return layer_fail(e, "no folder");
	}
	if (chroot(path) == -1 || chdir("/") == -1)
		return layer_fail(e, path);
	return 0;
}
