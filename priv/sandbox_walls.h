/* SPDX-License-Identifier: ISC */
/*
 * The single walls, for sandbox.c.  Each raises one and returns 0, or -1
 * with the step that failed and its errno in *e.
 */
#ifndef PRIV_SANDBOX_WALLS_H
#define PRIV_SANDBOX_WALLS_H

#include <seccomp.h>

#include "priv/sandbox.h"
#include "priv/sandbox_table.h"

struct wall_error {
	char step[128];
	int err; /* 0: no system call failed, a check did */
};

/* Notes the step and errno; returns -1. */
int wall_fail(struct wall_error *, const char *step);

/*
 * Whether the role can get by without making a file of any kind, so that the
 * kernel lets it have none.
 */
bool wall_no_file(const struct boot *);

int wall_namespaces(struct wall_error *);
int wall_root(const struct boot *, struct wall_error *);
int wall_root_plain(const struct boot *, struct wall_error *);
int wall_user(uid_t, gid_t, struct wall_error *);
int wall_capabilities(struct wall_error *);
int wall_rlimits(const struct boot *, struct wall_error *);
int wall_no_new_privs(struct wall_error *);
int wall_landlock(enum sandbox_root, struct wall_error *);
int wall_seccomp_report(struct wall_error *);
/* Allows what a row of the table says; 0, or an errno below zero. */
int wall_seccomp_row(scmp_filter_ctx, const struct sandbox_call *);
int wall_seccomp(enum role, int stage, struct wall_error *);
int wall_seccomp_parent(struct wall_error *);

#endif
