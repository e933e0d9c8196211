/* SPDX-License-Identifier: ISC */
/* How a role starts: user, root, limits. */
#include "priv/role_boot.h"

#include <string.h>

#include "daemon/log.h"
#include "priv/limits.h"
#include "priv/role_spec.h"
#include "priv/spawn.h"

void
role_boot_fill(struct boot *boot, enum role r, const struct conf *conf)
{
	const struct role_spec *spec = role_spec(r);
	const struct spawn_user *user = spawn_user(r);

	memset(boot, 0, sizeof(*boot));
	boot->role = (uint8_t)r;
	boot->log_level = (uint8_t)log_level();
	boot->uid = user->uid;
	boot->gid = user->gid;
	boot->layers_disabled = conf->daemon.layers_disabled;
	boot->root = (uint8_t)spec->root;
	boot->max_fds = limits_role(r, conf);
	if (r == ROLE_LEASED && conf->no_store_folder)
		boot->root = SANDBOX_ROOT_EMPTY;
	else if (spec->roots != NULL)
		spec->roots(boot, conf);
}

void
role_boot_note_roots(struct child *c, const struct conf *conf)
{
	_Static_assert(sizeof(c->root_ids) == sizeof(conf->root_ids),
	    "each tftp-root is a root of imaged");
	memcpy(c->root_ids, conf->root_ids, sizeof(c->root_ids));
}

/* By path, and by the folder that was there when the process started. */
static bool
roots_differ(
    const struct boot *boot, const struct child *c, const struct conf *conf)
{
	uint8_t n;

	for (n = 0; n < boot->nroots; n++)
		if (strcmp(boot->roots[n], c->boot.roots[n]) != 0 ||
		    memcmp(&conf->root_ids[n], &c->root_ids[n],
			sizeof(c->root_ids[n])) != 0)
			return true;
	return false;
}

bool
role_boot_differs(const struct child *c, const struct conf *conf)
{
	struct boot boot;

	role_boot_fill(&boot, c->role, conf);
	return role_spec(c->role)->replace_on_change &&
	       (boot.max_fds > c->boot.max_fds ||
		   boot.nroots != c->boot.nroots ||
		   roots_differ(&boot, c, conf));
}
