/* SPDX-License-Identifier: ISC */
/* Prepares the host for a new configuration. */
#include "priv/prepare.h"

#include <string.h>

#include "daemon/log.h"
#include "priv/bind.h"
#include "priv/conf_opener.h"
#include "priv/roots_check.h"
#include "priv/limits.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/role_boot.h"
#include "priv/role_spec.h"
#include "priv/spawn.h"
#include "priv/started.h"
#include "priv/tls_files.h"
#include "priv/verify_keys.h"
#include "sandbox/parent.h"

/* The process of a role that serves, or is about to. */
static const struct child *
role_serving(enum role role)
{
	return child_find(parent.reload.role[role].proc);
}

/*
 * leased opens its database once.  The parent checks for a change, so that it
 * need not trust a role that rejects the configuration for this reason.
 */
static int
store_check(const struct conf *c, const struct conf *before)
{
	if (before == NULL || !role_needed(ROLE_LEASED, before) ||
	    !role_needed(ROLE_LEASED, c) ||
	    strcmp(c->store.path, before->store.path) == 0)
		return 0;
	log_err(
	    "dhcp-leasefile cannot change from %s to %s at a reload; restart pxeguard",
	    before->store.path, c->store.path);
	return -1;
}

static bool
serves(const struct conf *c)
{
	return c->dhcp.enabled || conf_serves_files(c);
}

/*
 * An editor on a full disk leaves an empty file, which is a configuration
 * without any service.
 */
static int
service_check(const struct conf *c, const struct conf *before)
{
	if (before == NULL || c->copied || parent.options->allow_empty ||
	    serves(c) || !serves(before))
		return 0;
	log_err(
	    "the new configuration has none of dhcp-range, enable-tftp and enable-http, and would end all service; to permit that, start pxeguard with --allow-empty");
	return -1;
}

/*
 * At its start the parent gave up what only other layers need: without
 * namespaces a role needs CAP_SYS_CHROOT, for example.
 */
static void
layers_keep(struct conf *c, const struct conf *before)
{
	if (c->daemon.layers_disabled == before->daemon.layers_disabled)
		return;
	if (!c->copied)
		log_warnx(
		    "sandbox-disable cannot change at a reload; restart pxeguard to change it");
	c->daemon.layers_disabled = before->daemon.layers_disabled;
}

/* A file may have been written again, so each reload opens it anew. */
static int
files_open(struct conf *c, int limit_ms)
{
	if (!c->copied && conf_serves_files(c) &&
	    verify_keys_open(c, limit_ms) == -1)
		return -1;
	return tls_files_open(c, limit_ms);
}

/* Whether a role is given such files, besides the records. */
static bool
takes_files(enum role role, const struct conf *c)
{
	uint16_t to = 0;

	if (c->nkeys > 0)
		to |= msg_spec(MSG_CONF_KEY)->to;
	if (conf_serves_https(c))
		to |= msg_spec(MSG_CONF_TLS)->to;
	return !c->copied && (to & ROLE_BIT(role)) != 0;
}

uint16_t
prepare_programs(const struct conf *c)
{
	uint16_t lacking = 0;
	enum role role;

	/* One line is enough for all that a package brings. */
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if (role_needed(role, c) &&
		    spawn_need_program(role, lacking == 0) == -1)
			lacking |= ROLE_BIT(role);
	return lacking;
}

int
prepare_host(struct conf *c, const struct conf *before)
{
	const struct child *tftpd = role_serving(ROLE_TFTPD);
	int limit_ms = before == NULL ? CONF_OPENER_START_MS : CONF_OPENER_MS;

	if (before != NULL)
		layers_keep(c, before);
	if (service_check(c, before) == -1 || prepare_programs(c) != 0 ||
	    roots_check(c, before, limit_ms) == -1 ||
	    store_check(c, before) == -1 || files_open(c, limit_ms) == -1 ||
	    bind_listeners(c, before) == -1 ||
	    limits_fit(c, tftpd == NULL ? 0 : tftpd->boot.max_fds) == -1)
		return -1;
	if (!c->copied &&
	    pid_file_apply(c->daemon.pid_file,
		conf_log_place(c, c->pid_file_at), before == NULL) == -1)
		return -1;
	/* Nothing after this needs more rights; no role runs yet. */
	if (before == NULL) {
		started_keep(c, parent.options);
		sandbox_parent(c->daemon.layers_disabled);
	}
	return 0;
}

void
prepare_roles(
    struct reload_input *in, const struct conf *c, const struct conf *before)
{
	const struct child *child;
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		if (!role_needed(role, c))
			continue;
		in->needed |= ROLE_BIT(role);
		if (before == NULL || !role_needed(role, before) ||
		    conf_differs(c, before, role) || takes_files(role, c))
			in->changed |= ROLE_BIT(role);
		child = role_serving(role);
		if (child != NULL && role_boot_differs(child, c))
			in->replace |= ROLE_BIT(role);
	}
}
