/* SPDX-License-Identifier: ISC */
/* The BOOT message, by which the parent describes the sandbox of a role. */
#ifndef SANDBOX_BOOT_H
#define SANDBOX_BOOT_H

#include <stdint.h>

#include "daemon/buf.h"
#include "daemon/msg.h"
#include "daemon/record.h"

enum sandbox_root {
	SANDBOX_ROOT_EMPTY, /* an empty folder, read-only */
	SANDBOX_ROOT_READ, /* folders: read-only, nodev, nosuid, noexec */
	SANDBOX_ROOT_WRITE, /* a folder: nodev, nosuid, noexec */
	SANDBOX_ROOT_MAX
};

#define SANDBOX_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)
#define SANDBOX_BOOT_MAX (32 + SANDBOX_ROOTS_MAX * (2 + RECORD_PATH_MAX))

/*
 * A root for reading contains only folders that are named by their number, "/0"
 * to "/15"; those without a path are empty.  A root for writing is one folder.
 */
struct boot {
	uint8_t role;
	uint8_t log_level;
	uint32_t uid;
	uint32_t gid;
	uint8_t root; /* enum sandbox_root */
	uint8_t nroots;
	char roots[SANDBOX_ROOTS_MAX][RECORD_PATH_MAX];
	uint32_t max_fds; /* RLIMIT_NOFILE */
	uint8_t layers_disabled; /* sandbox-disable: enum record_layer bits */
};

void sandbox_boot_encode(const struct boot *, struct writer *);

/* -1 if the body is malformed, or the folders do not match the root. */
int sandbox_boot_decode(struct reader *, struct boot *);

#endif
