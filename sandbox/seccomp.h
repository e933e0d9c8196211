/* SPDX-License-Identifier: ISC */
/* System call filters, built from the table. */
#ifndef SANDBOX_SECCOMP_H
#define SANDBOX_SECCOMP_H

#include <seccomp.h>

#include "daemon/msg.h"
#include "sandbox/layers.h"
#include "sandbox/table.h"

/* Installs the handler that reports forbidden calls to the parent. */
int sandbox_seccomp_report(struct layer_error *);

/* Allows the call of a row of the table; 0, or a negative errno. */
int sandbox_seccomp_row(scmp_filter_ctx, const struct sandbox_call *);

/*
 * The filter of a role, or of the parent, which has only one.  The caller
 * releases it.  NULL on errors.
 */
scmp_filter_ctx
sandbox_seccomp_filter(enum role, int stage, struct layer_error *);

/* Builds and loads it; cannot be undone. */
int sandbox_seccomp(enum role, int stage, struct layer_error *);

/* Loads that of the parent, and the handler that reports on standard error. */
int sandbox_seccomp_parent(struct layer_error *);

#endif
