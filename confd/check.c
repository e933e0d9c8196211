/* SPDX-License-Identifier: ISC */
/* What takes more than one line to see: mistakes that parse. */
#include "confd/check.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/endpoint.h"

#define COMPARED_MAX 512 /* with one another; more are not looked at */

static void
check_binding(struct config *c)
{
	if (c->mark[CONFIG_MARK_BIND_INTERFACES].file != NULL &&
	    c->mark[CONFIG_MARK_BIND_DYNAMIC].file != NULL)
		config_diag_at(c, LOG_WARNING,
		    &c->mark[CONFIG_MARK_BIND_DYNAMIC],
		    "bind-dynamic and bind-interfaces exclude each other in "
		    "dnsmasq; here either means the same");
}

/* A file that is to come from here, without the service that sends it. */
static void
check_boot(struct config *c, const struct config_entry *e)
{
	struct record rec;

	config_entry_record(c, e, &rec);
	if (!c->tftp.enabled && c->dhcp.enabled && rec.u.boot.addr == 0 &&
	    rec.u.boot.file[0] != '\0' &&
	    strstr(rec.u.boot.file, "://") == NULL)
		config_diag_at(c, LOG_INFO, &e->place,
		    "clients will ask this server for %s, but TFTP is not "
		    "served here; add enable-tftp, or the address of a server",
		    config_show(c, rec.u.boot.file));
}

/* Lines for DHCP, where there is no DHCP. */
static void
check_unserved(struct config *c)
{
	size_t i;

	if (c->mark[CONFIG_MARK_RANGE].file != NULL)
		return;
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind != RECORD_INTERFACE &&
		    c->entries[i].kind != RECORD_TFTP_CLIENT)
			break;
	if (i < c->nentries)
		config_diag_at(c, LOG_WARNING, &c->entries[i].place,
		    "without a dhcp-range DHCP is not served; this line and "
		    "others have no effect");
}

static bool
same_interface(
    const struct record_interface *a, const struct record_interface *b)
{
	return a->prefix == b->prefix && strcmp(a->name, b->name) == 0;
}

/* except-interface against the same name in interface. */
static void
check_except(struct config *c, const struct config_entry *e)
{
	struct record except, rec;
	size_t compared = 0, i;

	config_entry_record(c, e, &except);
	if (except.u.interface.use != RECORD_IF_EXCEPT)
		return;
	for (i = 0; i < c->nentries && compared < COMPARED_MAX; i++) {
		if (c->entries[i].kind != RECORD_INTERFACE)
			continue;
		compared++;
		config_entry_record(c, &c->entries[i], &rec);
		if (rec.u.interface.use == RECORD_IF_SERVE &&
		    same_interface(&rec.u.interface, &except.u.interface))
			config_diag_at(c, LOG_WARNING, &e->place,
			    "%s is served by %s, line %u, and excepted here; "
			    "it will not be served",
			    config_show(c, rec.u.interface.name),
			    config_show(c, c->entries[i].place.file),
			    c->entries[i].place.line);
	}
}

/* Whether two ranges overlap and are offered to the same clients. */
static bool
ranges_clash(const struct record_range *a, const struct record_range *b)
{
	return a->mode == RECORD_RANGE_DYNAMIC &&
	       b->mode == RECORD_RANGE_DYNAMIC && a->start <= b->end &&
	       b->start <= a->end && a->tags.n == 0 && b->tags.n == 0;
}

static void
check_ranges(struct config *c)
{
	size_t at[COMPARED_MAX], n = 0, i, j;
	struct record a, b;

	for (i = 0; i < c->nentries && n < COMPARED_MAX; i++)
		if (c->entries[i].kind == RECORD_RANGE)
			at[n++] = i;
	for (i = 0; i < n; i++) {
		const struct config_entry *e = &c->entries[at[i]];

		config_entry_record(c, e, &a);
		for (j = 0; j < i; j++) {
			config_entry_record(c, &c->entries[at[j]], &b);
			if (ranges_clash(&a.u.range, &b.u.range))
				break;
		}
		if (j < i)
			config_diag_at(c, LOG_WARNING, &e->place,
			    "this range shares addresses with that of %s, line "
			    "%u",
			    config_show(c, c->entries[at[j]].place.file),
			    c->entries[at[j]].place.line);
	}
}

void
config_check(struct config *c)
{
	size_t i;

	/* What is logged in full cannot be left out at the same time. */
	if (c->dhcp.log_dhcp)
		c->dhcp.quiet = false;
	check_binding(c);
	check_tftp(c);
	check_unserved(c);
	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind == RECORD_BOOT)
			check_boot(c, &c->entries[i]);
		else if (c->entries[i].kind == RECORD_INTERFACE)
			check_except(c, &c->entries[i]);
	}
	check_ranges(c);
	check_hosts(c);
	check_tags(c);
}
