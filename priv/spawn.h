/* SPDX-License-Identifier: ISC */
/* Starting the program of a role. */
#ifndef PRIV_SPAWN_H
#define PRIV_SPAWN_H

#include <sys/types.h>

#include "daemon/msg.h"

/* Who a role runs as. */
struct spawn_user {
	uid_t uid;
	gid_t gid;
};

/*
 * Finds the roles' programs, beside this one in libexec/ or where they were
 * installed, and opens them: what is started later is what was found here,
 * also when a package is being upgraded meanwhile.  -1 after a log line.
 */
int spawn_open_programs(void);

/*
 * The system user of each role, pxeguard-NAME.  -1 after a log line that
 * names what is missing.
 */
int spawn_lookup_users(void);

const struct spawn_user *spawn_user(enum role);

/*
 * Starts a role with the other end of a new channel at descriptor 3 and
 * nothing else.  Returns its process and sets *fd to our end; -1 with errno.
 */
pid_t spawn_role(enum role, int *fd);

#endif
