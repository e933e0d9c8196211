/* SPDX-License-Identifier: ISC */
/* Checks the folders of a configuration. */
#include "priv/roots_check.h"

#include <errno.h>
#include <string.h>

#include "daemon/log.h"
#include "priv/conf_opener.h"
#include "priv/role_spec.h"
#include "priv/roots_look.h"
#include "priv/store_folder.h"

/* Checks all roots at the same time: look[n].error is that of root n. */
static void
tftp_roots_look(
    const struct conf *c, struct roots_look look[ROOTS_LOOK_MAX], int limit_ms)
{
	size_t n;

	for (n = 0; n <= c->ntftp_roots; n++)
		look[n] = (struct roots_look){ .path = conf_tftp_root(c, n) };
	roots_look(look, c->ntftp_roots + 1, limit_ms);
}

/* 1 if the folder exists, 0 if it is missing and need not exist, or -1. */
static int
tftp_root_check(struct conf *c, size_t n, int error)
{
	const struct log_place at = conf_tftp_root_at(c, n);
	const char *path = conf_tftp_root(c, n);

	if (error == 0)
		return 1;
	if (!c->tftp.no_fail) {
		log_at(LOG_ERR, at,
		    "tftp-root %s: %s; create the folder, correct tftp-root, or set tftp-no-fail",
		    path, roots_look_text(error));
		return -1;
	}
	log_at(LOG_WARNING, at, "tftp-root %s: %s; %s (tftp-no-fail)", path,
	    roots_look_text(error),
	    c->ntftp_roots == 0 ? "TFTP is not served"
				: "nothing is served from it");
	conf_drop_tftp_root(c, n);
	return 0;
}

/* Whether there are more roots than a chroot can hold. */
static bool
roots_too_many(const struct conf *c, size_t there)
{
	return there > 1 &&
	       (c->daemon.layers_disabled & RECORD_LAYER_NAMESPACES) != 0;
}

/* A path that leads to another folder now, as a switched symbolic link does. */
static void
log_exchanged(const struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; before != NULL && n <= c->ntftp_roots; n++) {
		const struct folder_id *id = &c->root_ids[n];

		if (id->ino == 0 || n > before->ntftp_roots ||
		    strcmp(conf_tftp_root(c, n), conf_tftp_root(before, n)) !=
			0 ||
		    memcmp(id, &before->root_ids[n], sizeof(*id)) == 0)
			continue;
		log_info("tftp-root %s is another folder now; serving from it",
		    conf_tftp_root(c, n));
	}
}

static int
tftp_roots_check(struct conf *c, const struct conf *before, int limit_ms)
{
	struct roots_look look[ROOTS_LOOK_MAX];
	size_t n, named = 0, there = 0;
	bool missing = false;
	int found;

	tftp_roots_look(c, look, limit_ms);
	for (n = 0; n <= c->ntftp_roots; n++) {
		if (conf_tftp_root(c, n)[0] == '\0')
			continue;
		named++;
		if ((found = tftp_root_check(c, n, look[n].error)) == -1) {
			missing = true;
			found = 1; /* it must be there */
		}
		there += (size_t)found;
		if (look[n].error == 0)
			c->root_ids[n] = look[n].look.id;
	}
	if (there == 0 && named > 0)
		c->tftp.enabled = c->http.enabled = false;
	if (roots_too_many(c, there)) {
		log_err(
		    "only one tftp-root can be served without namespaces (sandbox-disable), and there are %zu; keep one, or do not disable namespaces",
		    there);
		return -1;
	}
	if (missing)
		return -1;
	log_exchanged(c, before);
	return 0;
}

/* Keeps the result of the previous check, even if folders have changed. */
static void
tftp_roots_keep(struct conf *c, const struct conf *before)
{
	size_t n;

	for (n = 0; n <= c->ntftp_roots; n++)
		if (conf_tftp_root(before, n)[0] == '\0')
			conf_drop_tftp_root(c, n);
	memcpy(c->root_ids, before->root_ids, sizeof(c->root_ids));
	c->tftp.enabled = before->tftp.enabled;
	c->http.enabled = before->http.enabled;
}

int
roots_check(struct conf *c, const struct conf *before, int limit_ms)
{
	/* Leases that dnsmasq still gives out meanwhile are not imported. */
	bool first_dhcp =
	    c->dhcp.enabled && (before == NULL || !before->dhcp.enabled);

	if (c->copied && before != NULL)
		tftp_roots_keep(c, before);
	else if (conf_serves_files(c) &&
		 tftp_roots_check(c, before, limit_ms) == -1)
		return -1;
	if (!c->copied && role_needed(ROLE_LEASED, c) &&
	    store_folder_check(c, first_dhcp, limit_ms) == -1)
		return -1;
	return before == NULL ? store_folder_make(c) : 0;
}

uint16_t
roots_check_test(struct conf *c)
{
	uint16_t lacking = 0;

	if (conf_serves_files(c) &&
	    tftp_roots_check(c, NULL, CONF_OPENER_START_MS) == -1)
		lacking |= ROLE_BIT(ROLE_IMAGED);
	if (role_needed(ROLE_LEASED, c) &&
	    (store_folder_check(c, c->dhcp.enabled, CONF_OPENER_START_MS) ==
		    -1 ||
		store_folder_test(c) == -1))
		lacking |= ROLE_BIT(ROLE_LEASED);
	return lacking;
}
