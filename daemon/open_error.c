/* SPDX-License-Identifier: ISC */
/* Which files a configuration cannot be read from, and how that is said. */
#include "daemon/open_error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

/* linux/magic.h; numbers, since not every version of it has all of them. */
static const struct {
	uint32_t type;
	const char *text;
} kernel_fs[] = {
	{ 0x00009fa0, "part of the proc file system" },
	{ 0x62656572, "part of the sysfs file system" },
	{ 0x64626720, "part of the debugfs file system" },
	{ 0x74726163, "part of the tracefs file system" },
	{ 0x73636673, "part of the securityfs file system" },
	{ 0x0027e0eb, "part of the cgroup file system" },
	{ 0x63677270, "part of the cgroup2 file system" },
	{ 0xcafe4a11, "part of the bpf file system" },
	{ 0x6165676c, "part of the pstore file system" },
	{ 0xde5e81e4, "part of the efivarfs file system" },
	{ 0xf97cff8c, "part of the selinuxfs file system" },
	{ 0x43415d53, "part of the smackfs file system" },
	{ 0x5a3c69f0, "part of the apparmorfs file system" },
	{ 0x42494e4d, "part of the binfmt_misc file system" },
	{ 0x62656570, "part of the configfs file system" },
	{ 0x958458f6, "part of the hugetlbfs file system" },
	{ 0x00001cd1, "part of the devpts file system" },
	{ 0x6e736673, "part of the nsfs file system" },
	{ 0x50494446, "part of the pidfs file system" },
	{ 0x19800202, "part of the mqueue file system" },
	{ 0x07655821, "part of the resctrl file system" },
	{ 0x65735543, "part of the fusectl file system" },
	{ 0x6e667364, "part of the nfsd file system" },
	{ 0x67596969, "part of the rpc_pipefs file system" },
	{ 0x6c6f6f70, "part of the binder file system" },
	{ 0xabba1974, "part of the xenfs file system" },
	{ 0x00009fa1, "part of the openpromfs file system" },
	{ 0x00009fa2, "part of the usbdevfs file system" },
};

#define KERNEL_FS_COUNT (sizeof(kernel_fs) / sizeof(kernel_fs[0]))

int
open_error_of_mode(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return 0;
	case S_IFDIR:
		return EISDIR;
	case S_IFIFO:
		return OPEN_ERROR_FIFO;
	case S_IFSOCK:
		return OPEN_ERROR_SOCKET;
	case S_IFCHR:
	case S_IFBLK:
		return OPEN_ERROR_DEVICE;
	default:
		return EINVAL;
	}
}

int
open_error_of_fs(uint64_t type)
{
	size_t i;

	/* Some machines extend the sign of the upper ones. */
	for (i = 0; i < KERNEL_FS_COUNT; i++)
		if (kernel_fs[i].type == (uint32_t)type)
			return OPEN_ERROR_FS + (int)i;
	return 0;
}

bool
open_error_irregular(int error)
{
	return error == EISDIR || error == EINVAL || error == OPEN_ERROR_FIFO ||
	       error == OPEN_ERROR_SOCKET || error == OPEN_ERROR_DEVICE;
}

const char *
open_error_text(int error)
{
	switch (error) {
	case EISDIR:
		return "a directory, not a regular file";
	case EINVAL:
		return "not a regular file";
	case OPEN_ERROR_FIFO:
		return "a FIFO, not a regular file";
	case OPEN_ERROR_SOCKET:
		return "a socket, not a regular file";
	case OPEN_ERROR_DEVICE:
		return "a device, not a regular file";
	case OPEN_ERROR_NO_PROC:
		return "cannot be opened without /proc; mount it";
	case OPEN_ERROR_AWAY:
		return "no answer; its file server may be down";
	case OPEN_ERROR_SKIPPED:
		return "not opened because another file does not answer";
	case OPEN_ERROR_LINK:
		return "a symbolic link to a file of another user; have root own the link";
	default:
		break;
	}
	if (error >= OPEN_ERROR_FS &&
	    (size_t)(error - OPEN_ERROR_FS) < KERNEL_FS_COUNT)
		return kernel_fs[error - OPEN_ERROR_FS].text;
	return strerror(error);
}
