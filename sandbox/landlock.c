/* SPDX-License-Identifier: ISC */
/* Landlock: restricts access to files even if the root layer fails. */
#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights and scopes that came after the headers of older systems. */
#define FS_ALL_V1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER_V2 (UINT64_C(1) << 13)
#define FS_TRUNCATE_V3 (UINT64_C(1) << 14)
#define FS_IOCTL_DEV_V5 (UINT64_C(1) << 15)
#define NET_TCP_V4 UINT64_C(3) /* bind, connect */
#define SCOPE_V6 UINT64_C(3) /* abstract unix sockets, signals */

struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* version 4 */
	uint64_t scoped; /* version 6 */
};

/* Everything that this kernel can forbid; returns the size to tell it. */
static size_t
ruleset_fill(struct ruleset_attr *a, long abi)
{
	*a = (struct ruleset_attr){ .handled_access_fs = FS_ALL_V1 };
	if (abi >= 2)
		a->handled_access_fs |= FS_REFER_V2;
	if (abi >= 3)
		a->handled_access_fs |= FS_TRUNCATE_V3;
	if (abi >= 5)
		a->handled_access_fs |= FS_IOCTL_DEV_V5;
	if (abi < 4)
		return sizeof(a->handled_access_fs);
	a->handled_access_net = NET_TCP_V4;
	if (abi < 6)
		return 2 * sizeof(uint64_t);
	a->scoped = SCOPE_V6;
	return sizeof(*a);
}

static uint64_t
root_rights(enum sandbox_root kind)
{
	uint64_t read =
	    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

	switch (kind) {
	case SANDBOX_ROOT_READ:
		return read;
	case SANDBOX_ROOT_WRITE:
		return read | LANDLOCK_ACCESS_FS_WRITE_FILE |
		       LANDLOCK_ACCESS_FS_MAKE_REG |
		       LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE_V3;
	default:
		return 0;
	}
}

/* Lets the process do below "/" what its root is for. */
static int
root_allow(int ruleset, uint64_t rights, struct layer_error *e)
{
	struct landlock_path_beneath_attr beneath = { .allowed_access =
							  rights };
	long r;

	beneath.parent_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (beneath.parent_fd == -1)
		return layer_fail(e, "open the root");
	r = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &beneath, 0);
	if (r == -1)
		(void)layer_fail(e, "landlock_add_rule");
	(void)close(beneath.parent_fd);
	return r == -1 ? -1 : 0;
}

int
sandbox_landlock(enum sandbox_root kind, struct layer_error *e)
{
	struct ruleset_attr attr;
	uint64_t rights;
	size_t size;
	int ruleset;
	long abi;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return layer_fail(e, "landlock_create_ruleset");
	size = ruleset_fill(&attr, abi);
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, size, 0);
	if (ruleset == -1)
		return layer_fail(e, "landlock_create_ruleset");
	rights = root_rights(kind) & attr.handled_access_fs;
	if (rights != 0 && root_allow(ruleset, rights, e) == -1)
		goto fail;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) == -1) {
		(void)layer_fail(e, "landlock_restrict_self");
		goto fail;
	}
	(void)close(ruleset);
	return 0;
fail:
	(void)close(ruleset);
	return -1;
}
