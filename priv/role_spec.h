/* SPDX-License-Identifier: ISC */
/*
 * The parent's table of roles.  Spawning, limits, folders, channels and the
 * reload state machine use its rows, so that a new role needs no special case
 * elsewhere.  The program of a role in libexec/ has its name, and its system
 * user is ROLE_USER of that name.
 */
#ifndef PRIV_ROLE_SPEC_H
#define PRIV_ROLE_SPEC_H

#include "daemon/msg.h"
#include "priv/conf.h"
#include "sandbox/sandbox.h"

#define ROLE_USER "pxeguard-%s" /* of its own */

struct role_spec {
	/* The package of its program, which may be missing; NULL: pxeguard. */
	const char *package;
	const char *package_for; /* the directive that needs it */
	enum sandbox_root root;

	/* Fills roots and nroots; NULL for SANDBOX_ROOT_EMPTY. */
	void (*roots)(struct boot *, const struct conf *);

	/*
	 * A process cannot change its folders and its descriptor limit.  If
	 * set, it is replaced when a configuration needs others.
	 */
	bool replace_on_change;

	/*
	 * The descriptors that it needs with any configuration, and those that
	 * it needs besides with a given one; NULL: none.
	 */
	uint32_t fds;
	uint64_t (*more_fds)(const struct conf *);

	/*
	 * Whether it serves with a configuration.  NULL: it never serves, as
	 * confd and capd, which do one job and exit.
	 */
	bool (*needed)(const struct conf *);

	bool exclusive; /* two processes must not run at the same time */
	uint16_t peers; /* ROLE_BIT()s of the roles it has a channel to */

	/*
	 * The peers that are killed when it reports them.  A report is not
	 * proof, but neither of the two can work without the other.
	 * Symmetric, as peers is.
	 */
	uint16_t kill_on_report;
};

/* The row of a role other than ROLE_PRIV. */
const struct role_spec *role_spec(enum role);

/* Descriptors that a role needs; the limit of the system may be lower. */
uint64_t role_fds_needed(enum role, const struct conf *);

/* Whether a configuration needs a role. */
bool role_needed(enum role, const struct conf *);

#endif
