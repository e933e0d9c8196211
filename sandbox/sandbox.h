/* SPDX-License-Identifier: ISC */
/*
 * The sandbox of a process.  Each role enters its own after exec, before it
 * reads a byte from anyone but the parent.  The parent drops the privileges
 * that it no longer needs once all sockets are bound.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/buf.h"
#include "daemon/msg.h"
#include "daemon/record.h"

enum sandbox_root {
	SANDBOX_ROOT_EMPTY, /* an empty folder, read-only */
	SANDBOX_ROOT_READ, /* folders: read-only, nodev, nosuid, noexec */
	SANDBOX_ROOT_WRITE, /* a folder: nodev, nosuid, noexec */
	SANDBOX_ROOT_MAX
};

/* Bits of MSG_LAYERS, in the order in which they are entered. */
enum sandbox_layer {
	SANDBOX_NAMESPACES = 1 << 0,
	SANDBOX_ROOT = 1 << 1,
	SANDBOX_USER = 1 << 2,
	SANDBOX_CAPABILITIES = 1 << 3,
	SANDBOX_RLIMITS = 1 << 4,
	SANDBOX_NO_NEW_PRIVS = 1 << 5,
	SANDBOX_LANDLOCK = 1 << 6,
	SANDBOX_SECCOMP = 1 << 7,
	SANDBOX_ALL = (1 << 8) - 1,
};

#define SANDBOX_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)
#define SANDBOX_BOOT_MAX (32 + SANDBOX_ROOTS_MAX * (2 + RECORD_PATH_MAX))

/*
 * The BOOT message, by which the parent describes the sandbox of a role.  A
 * root for reading contains only folders that are named by their number, "/0"
 * to
 * "/15"; those without a path are empty.  A root for writing is one folder.
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

/* The layers that a process must report if these are disabled. */
uint32_t sandbox_layers_wanted(uint8_t disabled);

void sandbox_boot_encode(const struct boot *, struct writer *);
int sandbox_boot_decode(struct reader *, struct boot *);

/*
 * Enters all layers of the first stage and logs a line for each.  Returns the
 * enum sandbox_layer bits.  A layer that is unavailable and was not disabled
 * ends the process with a message that names it and says what to do.
 */
uint32_t sandbox_enter(const struct boot *);

/*
 * Installs the second system call filter, which allows only what the role needs
 * to serve, no longer what it needs to start.
 */
void sandbox_narrow(enum role);

/*
 * Opens a folder of a root for reading, by its number, with O_PATH.  -1 with
 * errno; ENOENT if there is none with this number.  If namespaces are disabled,
 * only one number has a folder: the root of the process.
 */
int sandbox_root_open(uint8_t number);

#endif
