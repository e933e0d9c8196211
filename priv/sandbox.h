/* SPDX-License-Identifier: ISC */
/*
 * The walls round a process.  Each role raises its own, after exec and
 * before it reads a byte from anywhere but its parent; the parent raises
 * those that it can live with once everything is bound.
 */
#ifndef PRIV_SANDBOX_H
#define PRIV_SANDBOX_H

#include <stdbool.h>
#include <sys/types.h>

#include "daemon/buf.h"
#include "daemon/msg.h"
#include "daemon/record.h"

enum sandbox_root {
	SANDBOX_ROOT_EMPTY, /* nothing at all, read-only */
	SANDBOX_ROOT_READ, /* folders: read-only, nodev, nosuid, noexec */
	SANDBOX_ROOT_WRITE, /* a folder: nodev, nosuid, noexec */
	SANDBOX_ROOT_MAX
};

/* Bits of MSG_WALLS, in the order in which they are raised. */
enum sandbox_wall {
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
 * What the parent tells a role about its walls: the BOOT message.  A root for
 * reading holds nothing but folders by the name of their number, "/0" to
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
	uint8_t without; /* enum record_wall bits that the owner gave up */
};

void boot_encode(const struct boot *, struct writer *);
int boot_decode(struct reader *, struct boot *);

/*
 * Raises all walls of the first stage and logs a line for each.  Returns the
 * enum sandbox_wall bits; a wall that cannot stand and was not given up ends
 * the process with a message that names it and says what to do.
 */
uint32_t sandbox_enter(const struct boot *);

/*
 * The second, narrower system call filter: what the role needs to serve, and
 * no longer what it needed to start.
 */
void sandbox_narrow(enum role);

/*
 * A folder of a root for reading, by its number, for resolving names in it
 * (O_PATH).  -1 with errno, ENOENT where there is none of that number.  Where
 * namespaces were given up, one number has a folder: the process's root.
 */
int sandbox_root_open(uint8_t number);

/* The parent's own capabilities and filter; fatal when they cannot stand. */
void sandbox_parent(uint8_t without);

#endif
