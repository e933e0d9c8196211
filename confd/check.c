/* SPDX-License-Identifier: ISC */
/* What takes more than one line to see: mistakes that parse. */
#include "confd/check.h"

#include <stdlib.h>
#include <string.h>

#include "confd/keys.h"
#include "daemon/sort.h"

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

/* A name, and whether all that begin so are meant. */
static size_t
interface_key(char key[1 + IFNAMSIZ], const struct record_interface *i)
{
	size_t len = strnlen(i->name, IFNAMSIZ);

	key[0] = i->prefix ? '*' : '=';
	memcpy(key + 1, i->name, len);
	return 1 + len;
}

/* The interface lines of one use, by name; false without memory. */
static bool
interfaces_collect(struct config *c, uint8_t use, struct keys *names)
{
	char key[1 + IFNAMSIZ];
	struct record rec;
	size_t i;

	for (i = 0; i < c->nentries; i++) {
		if (c->entries[i].kind != RECORD_INTERFACE)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (rec.u.interface.use == use &&
		    !keys_put(names, key, interface_key(key, &rec.u.interface),
			(uint32_t)i, NULL))
			return false;
	}
	return true;
}

/* except-interface against the same name in interface. */
static void
check_except(struct config *c)
{
	struct keys served = { 0 }, excepted = { 0 };
	size_t i;

	if (!interfaces_collect(c, RECORD_IF_SERVE, &served) ||
	    !interfaces_collect(c, RECORD_IF_EXCEPT, &excepted))
		config_error(c, "no memory");
	for (i = 0; i < excepted.n; i++) {
		const struct key *e = &excepted.key[i];
		uint32_t other =
		    keys_find(&served, keys_bytes(&excepted, i), e->len);
		struct record rec;

		if (other == KEYS_NONE)
			continue;
		config_entry_record(c, &c->entries[e->value], &rec);
		config_diag_at(c, LOG_WARNING, &c->entries[e->value].place,
		    "%s is served by %s, line %u, and excepted here; it will "
		    "not be served",
		    config_show(c, rec.u.interface.name),
		    config_show(c, c->entries[other].place.file),
		    c->entries[other].place.line);
	}
	keys_free(&served);
	keys_free(&excepted);
}

/* The addresses of a range that any client may have. */
struct span {
	uint32_t start;
	uint32_t end;
	uint32_t entry;
};

static int
span_compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* All spans, sorted; NULL without memory, or where there is none. */
static struct span *
spans_load(struct config *c, size_t *n)
{
	struct span *spans;
	struct record rec;
	size_t i;

	*n = 0;
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_RANGE)
			(*n)++;
	spans = *n == 0 ? NULL : calloc(*n, sizeof(*spans));
	*n = 0;
	for (i = 0; spans != NULL && i < c->nentries; i++) {
		const struct record_range *g = &rec.u.range;

		if (c->entries[i].kind != RECORD_RANGE)
			continue;
		config_entry_record(c, &c->entries[i], &rec);
		if (g->mode == RECORD_RANGE_DYNAMIC && g->tags.n == 0)
			spans[(*n)++] =
			    (struct span){ g->start, g->end, (uint32_t)i };
	}
	sort_array(spans, *n, sizeof(*spans), span_compare);
	return spans;
}

/* Ranges that overlap and are offered to the same clients. */
static void
check_ranges(struct config *c)
{
	const struct config_entry *first, *second, *told = NULL;
	size_t n, i, top = 0; /* top: of those before, the one that ends last */
	struct span *spans = spans_load(c, &n);

	for (i = 1; i < n; i++) {
		if (spans[i].start <= spans[top].end) {
			first = &c->entries[spans[i].entry];
			second = &c->entries[spans[top].entry];
			if (first > second) {
				first = &c->entries[spans[top].entry];
				second = &c->entries[spans[i].entry];
			}
			if (second != told)
				config_diag_at(c, LOG_WARNING, &second->place,
				    "this range shares addresses with that of "
				    "%s, line %u",
				    config_show(c, first->place.file),
				    first->place.line);
			told = second;
		}
		if (spans[i].end > spans[top].end)
			top = i;
	}
	free(spans);
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
	for (i = 0; i < c->nentries; i++)
		if (c->entries[i].kind == RECORD_BOOT)
			check_boot(c, &c->entries[i]);
	config_progress(c);
	check_except(c);
	check_ranges(c);
	config_progress(c);
	check_hosts(c);
	config_progress(c);
	check_tags(c);
}
