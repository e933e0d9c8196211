/* SPDX-License-Identifier: ISC */
/* What a new configuration needs of the host. */
#include "priv/prepare.h"

#include <string.h>

#include "daemon/log.h"
#include "priv/bind.h"
#include "priv/folders.h"
#include "priv/limits.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/role_boot.h"
#include "priv/sandbox.h"

/* The process of a role that serves, or will. */
static const struct child *
serving(enum role role)
{
	return child_find(parent.reload.role[role].proc);
}

/*
 * leased has one database for its life.  Checked here, so that a role which
 * refuses a configuration never has a reason that the parent does not know.
 */
static int
store_check(const struct conf *c, const struct conf *before)
{
	if (before == NULL || !conf_needs(before, ROLE_LEASED) ||
	    !conf_needs(c, ROLE_LEASED) ||
	    strcmp(c->store.path, before->store.path) == 0)
		return 0;
	log_err("the lease file cannot change from %s to %s while pxeguard "
		"runs; stop it and start it again",
	    before->store.path, c->store.path);
	return -1;
}

int
prepare_host(struct conf *c, const struct conf *before)
{
	const struct child *tftpd = serving(ROLE_TFTPD);

	if (store_check(c, before) == -1 || folders_check(c, before) == -1 ||
	    bind_listeners(c, before) == -1 ||
	    limits_fit(c, tftpd == NULL ? 0 : tftpd->max_fds) == -1)
		return -1;
	if (!c->copied &&
	    pid_file_apply(c->daemon.pid_file, before == NULL) == -1)
		return -1;
	/* All that takes more rights is done; no role runs yet. */
	if (before == NULL)
		sandbox_parent(c->daemon.without);
	return 0;
}

void
prepare_roles(
    struct reload_input *in, const struct conf *c, const struct conf *before)
{
	const struct child *child;
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		if (!conf_needs(c, role))
			continue;
		in->needed |= ROLE_BIT(role);
		if (before == NULL || !conf_needs(before, role) ||
		    conf_differs(c, before, role))
			in->changed |= ROLE_BIT(role);
		child = serving(role);
		if (child != NULL && role_boot_differs(child, c))
			in->replace |= ROLE_BIT(role);
	}
}
