/* SPDX-License-Identifier: ISC */
/*
 * Compares what confines a process with what its role's specification says.
 * Pure.
 */
#ifndef COMMAND_CONFINE_COMPARE_H
#define COMMAND_CONFINE_COMPARE_H

#include "command/confine_read.h"
#include "daemon/msg.h"
#include "sandbox/sandbox.h"

#define CONFINE_FOUND_MAX 1024
#define CONFINE_EXPECTED_MAX 256

enum confine_who {
	CONFINE_PARENT,
	CONFINE_ROLE,
	CONFINE_HELPER, /* forked by the parent, for what may hang */
	CONFINE_UNKNOWN,
};

/* What a process should be. */
struct confine_want {
	uint8_t who; /* enum confine_who */
	enum role role; /* of CONFINE_ROLE */
	uint64_t exe_dev, exe_ino;
	uint32_t uid, gid;
	const char *user;
	enum sandbox_root root;
	/* By number, "": none; as the host sees them, without links. */
	const char *roots[SANDBOX_ROOTS_MAX];
	uint8_t nroots;
	uint64_t caps; /* permitted and effective */
	uint64_t bounding;
	uint32_t filters; /* of its own */
	bool filters_more; /* more are no difference */
	uint32_t nofile; /* at most */
	bool no_file; /* RLIMIT_FSIZE is 0 */
	uint32_t fds; /* CONFINE_FD_BIT()s */
	bool fds_host; /* also files and folders of the host's tree */
	uint8_t layers_disabled; /* enum record_layer bits */
};

enum confine_item {
	CONFINE_PROGRAM,
	CONFINE_USER,
	CONFINE_ROOT,
	CONFINE_NAMESPACES,
	CONFINE_CAPABILITIES,
	CONFINE_SECCOMP,
	CONFINE_NO_NEW_PRIVS,
	CONFINE_LANDLOCK,
	CONFINE_LIMITS,
	CONFINE_DESCRIPTORS,
	CONFINE_THREADS,
	CONFINE_ITEM_MAX
};

const char *confine_item_name(enum confine_item);

enum confine_verdict {
	CONFINE_OK,
	CONFINE_DIFFERS,
	CONFINE_HIDDEN, /* /proc does not show it */
	CONFINE_NOT_COMPARED, /* nothing is specified */
};

struct confine_result {
	uint8_t verdict; /* enum confine_verdict */
	char found[CONFINE_FOUND_MAX]; /* printable */
	char expected[CONFINE_EXPECTED_MAX]; /* "": nothing is specified */
};

/*
 * Compares one of n processes; procs[0] is the parent, and those that have
 * ended are passed over.  Returns the number of differences.
 */
int confine_compare(const struct confine_proc *procs, size_t n, size_t which,
    const struct confine_want *, struct confine_result[CONFINE_ITEM_MAX]);

#endif
