/* SPDX-License-Identifier: ISC */
/* How a role starts: user, root, limits. */
#include "priv/role_boot.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "priv/limits.h"
#include "priv/spawn.h"

/* All tftp-roots by their number; that of all interfaces may be absent. */
static void
boot_roots(struct boot *boot, const struct conf *conf)
{
	size_t n;

	for (n = 0; n <= conf->ntftp_roots; n++)
		(void)snprintf(boot->roots[n], sizeof(boot->roots[n]), "%s",
		    conf_tftp_root(conf, n));
	boot->nroots = (uint8_t)(1 + conf->ntftp_roots);
}

void
role_boot_fill(struct boot *boot, enum role r, const struct conf *conf)
{
	const struct spawn_user *user = spawn_user(r);
	char dir[RECORD_PATH_MAX];

	memset(boot, 0, sizeof(*boot));
	boot->role = (uint8_t)r;
	boot->log_level = (uint8_t)log_level();
	boot->uid = user->uid;
	boot->gid = user->gid;
	boot->without = conf->daemon.without;
	boot->root = SANDBOX_ROOT_EMPTY;
	boot->max_fds = limits_role(r, conf);
	switch (r) {
	case ROLE_IMAGED:
		boot->root = SANDBOX_ROOT_READ;
		boot_roots(boot, conf);
		break;
	case ROLE_LEASED:
		boot->root = SANDBOX_ROOT_WRITE;
		memcpy(dir, conf->store.path, sizeof(dir));
		boot->nroots = 1;
		(void)snprintf(
		    boot->roots[0], sizeof(boot->roots[0]), "%s", dirname(dir));
		break;
	default:
		break;
	}
}

static bool
roots_differ(const struct boot *boot, const struct child *c)
{
	uint8_t n;

	for (n = 0; n < boot->nroots; n++)
		if (strcmp(boot->roots[n], c->roots[n]) != 0)
			return true;
	return false;
}

bool
role_boot_differs(const struct child *c, const struct conf *conf)
{
	struct boot boot;

	role_boot_fill(&boot, c->role, conf);
	return c->role == ROLE_IMAGED &&
	       (boot.max_fds > c->max_fds || boot.nroots != c->nroots ||
		   roots_differ(&boot, c));
}
