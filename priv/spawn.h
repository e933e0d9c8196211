/* SPDX-License-Identifier: ISC */
/* Starts the programs of roles. */
#ifndef PRIV_SPAWN_H
#define PRIV_SPAWN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/msg.h"

/* The user that a role runs as. */
struct spawn_user {
	char name[32];
	uid_t uid;
	gid_t gid;
};

/*
 * Finds the roles' programs, in libexec/ beside this one or where they were
 * installed, and opens them.  Later starts use the same files, even if the
 * package was upgraded meanwhile.  One that has a package of its own may be
 * missing.  Returns -1 after logging the reason.
 */
int spawn_open_programs(void);

#define SPAWN_PATH_MAX (4096 + 32)

/* The path of a role's program, whether it is there or not. */
void spawn_program_path(enum role, char path[SPAWN_PATH_MAX]);

/* Whether there is such a program. */
bool spawn_has_program(enum role);

/*
 * For a role that a configuration needs: looks again for a program that was
 * missing.  Returns -1 if it still is; with say, after logging which package to
 * install.
 */
int spawn_need_program(enum role, bool say);

/*
 * Looks up the system user of each role, pxeguard-NAME.  Returns -1 after
 * logging what is missing.
 */
int spawn_lookup_users(void);

const struct spawn_user *spawn_user(enum role);

/* The file of a role's program; -1 with errno. */
int spawn_program(enum role, uint64_t *dev, uint64_t *ino);

/*
 * Starts a role.  It has /dev/null as standard descriptors, its end of a new
 * channel as descriptor 3, and no other.  Returns its process id and sets *fd
 * to our end; -1 with errno.
 */
pid_t spawn_role(enum role, int *fd);

#endif
