/* SPDX-License-Identifier: ISC */
/* The records that directives add, kept encoded in the order of the lines. */
#include "confd/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confd/diag.h"
#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/msg.h"

void
config_progress(const struct config *c)
{
	if (c->progress != NULL)
		c->progress();
}

void
config_mark(struct config *c, enum config_mark m)
{
	c->mark[m] = c->here;
}

void
config_mark_first(struct config *c, enum config_mark m)
{
	if (c->mark[m].file == NULL)
		config_mark(c, m);
}

size_t
config_root_find(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->nroots; i++)
		if (strcmp(c->roots[i].name, name) == 0)
			break;
	return i;
}

void
config_skip_v6(struct config *c)
{
	if (c->v6_lines++ == 0)
		c->v6_first = c->here;
}

/* Reports an error that ends the reading. */
static void
config_stop(struct config *c, const char *text)
{
	c->lenient = false;
	diag_error(c, "%s", text);
	c->stopped = true;
}

/* Encodes a record after the others. */
static bool
config_add_body(
    struct config *c, const struct record *rec, struct config_entry *e)
{
	uint8_t body[RECORD_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	record_encode(rec, &w);
	if (w.failed) {
		diag_error(c,
		    "the line holds too much for one record; split it into several lines");
		return false;
	}
	if (w.len > RECORD_TOTAL_MAX - c->bodies_len) {
		config_stop(c,
		    "more than 256 MiB of records; shorten the configuration");
		return false;
	}
	if (grow_array(&c->bodies, &c->bodies_cap, c->bodies_len + w.len, 1) ==
	    -1) {
		config_stop(c, "out of memory");
		return false;
	}
	memcpy(c->bodies + c->bodies_len, body, w.len);
	e->at = (uint32_t)c->bodies_len;
	e->len = (uint32_t)w.len;
	c->bodies_len += w.len;
	return true;
}

struct config_entry *
config_add(struct config *c, const struct record *rec)
{
	struct config_entry e = {
		.place = c->here, .kind = rec->kind, .lenient = c->lenient
	};

	if (c->nentries == RECORD_COUNT_MAX) {
		config_stop(
		    c, "more than 1000000 records; shorten the configuration");
		return NULL;
	}
	if (grow_array(&c->entries, &c->entries_cap, c->nentries + 1,
		sizeof(*c->entries)) == -1) {
		config_stop(c, "out of memory");
		return NULL;
	}
	if (!config_add_body(c, rec, &e))
		return NULL;
	c->entries[c->nentries] = e;
	return &c->entries[c->nentries++];
}

void
config_entry_record(
    const struct config *c, const struct config_entry *e, struct record *rec)
{
	struct reader r;

	reader_init(&r, c->bodies + e->at, e->len);
	if (record_decode(&r, rec) == -1)
		fatalx("cannot decode a record of kind %s",
		    record_kind_name(e->kind));
}

bool
config_next(const struct config *c, enum record_kind kind, size_t *i,
    struct record *rec)
{
	for (; *i < c->nentries; (*i)++)
		if (c->entries[*i].kind == kind) {
			config_entry_record(c, &c->entries[*i], rec);
			return true;
		}
	return false;
}

#define CONFIG_SINGLES 6 /* kinds of which there is one record */

size_t
config_count(const struct config *c)
{
	return CONFIG_SINGLES + c->nroots + c->nentries;
}

void
config_record(const struct config *c, size_t i, struct record *rec)
{
	memset(rec, 0, sizeof(*rec));
	if (i >= CONFIG_SINGLES + c->nroots) {
		i -= CONFIG_SINGLES + c->nroots;
		config_entry_record(c, &c->entries[i], rec);
		return;
	}
	switch (i) {
	case 0:
		rec->kind = RECORD_DAEMON;
		rec->u.daemon = c->daemon;
		break;
	case 1:
		rec->kind = RECORD_STORE;
		rec->u.store = c->store;
		break;
	case 2:
		rec->kind = RECORD_DHCP;
		rec->u.dhcp = c->dhcp;
		break;
	case 3:
		rec->kind = RECORD_TFTP;
		rec->u.tftp = c->tftp;
		break;
	case 4:
		rec->kind = RECORD_VERIFY;
		rec->u.verify = c->verify;
		break;
	case 5:
		rec->kind = RECORD_HTTP;
		rec->u.http = c->http;
		break;
	default:
		rec->kind = RECORD_TFTP_ROOT;
		rec->u.tftp_root = c->roots[i - CONFIG_SINGLES];
	}
}

struct place
config_place(const struct config *c, size_t i)
{
	static const struct place nowhere = { NULL, 0 };
	size_t before = CONFIG_SINGLES + c->nroots;

	if (i >= before)
		return c->entries[i - before].place;
	if (i >= CONFIG_SINGLES)
		return c->roots_at[i - CONFIG_SINGLES];
	switch (i) {
	case 0:
		return c->mark[CONFIG_MARK_PID_FILE];
	case 1:
		return c->mark[CONFIG_MARK_STORE];
	case 3:
		return c->mark[CONFIG_MARK_ROOT];
	default:
		return nowhere;
	}
}

/* Encodes a record into c->single. */
static void
config_encode_single(
    struct config *c, const struct record *rec, struct reader *out)
{
	struct writer w;

	writer_init(&w, c->single, sizeof(c->single));
	record_encode(rec, &w);
	if (w.failed)
		fatalx("a record of kind %s is too long",
		    record_kind_name(rec->kind));
	reader_init(out, c->single, w.len);
}

void
config_encoded(struct config *c, size_t i, struct reader *out)
{
	size_t before = CONFIG_SINGLES + c->nroots;
	struct record rec;

	if (i >= before) {
		const struct config_entry *e = &c->entries[i - before];

		reader_init(out, c->bodies + e->at, e->len);
		return;
	}
	config_record(c, i, &rec);
	config_encode_single(c, &rec, out);
}

/* Number 0 is the command line. */
size_t
config_file_count(const struct config *c)
{
	return 1 + c->sources.n;
}

void
config_file_encoded(struct config *c, size_t i, struct reader *out)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_FILE;
	(void)snprintf(rec.u.file.path, sizeof(rec.u.file.path), "%s",
	    i == 0 ? CONFIG_COMMAND_LINE
		   : source_shown(c->sources.list[i - 1].path));
	config_encode_single(c, &rec, out);
}

/* The number of a file. */
static uint32_t
config_file_number(struct config *c, const char *file)
{
	const struct source *s = sources_find(&c->sources, file, false);

	return s == NULL ? 0 : 1 + (uint32_t)(s - c->sources.list);
}

/* Whether messages after the parsing may be about a record. */
static bool
place_needed(const struct record *rec)
{
	switch (rec->kind) {
	case RECORD_HOST:
		return rec->u.host.ignore || rec->u.host.addr != 0;
	case RECORD_DAEMON:
	case RECORD_STORE:
	case RECORD_TFTP:
	case RECORD_TFTP_ROOT:
	case RECORD_INTERFACE:
	case RECORD_RANGE:
	case RECORD_BOOT:
	case RECORD_SERVICE:
	case RECORD_IGNORE:
	case RECORD_VERIFY_KEY:
		return true;
	default:
		return false;
	}
}

static bool
is_for_dhcpd(const struct record *rec)
{
	return (record_kind_roles(rec->kind) & ROLE_BIT(ROLE_DHCPD)) != 0;
}

bool
config_place_encoded(struct config *c, size_t i, bool all, struct reader *out)
{
	struct place at = config_place(c, i);
	struct record rec;

	config_record(c, i, &rec);
	if (at.file == NULL || !(all ? is_for_dhcpd(&rec) || place_needed(&rec)
				     : place_needed(&rec)))
		return false;
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_PLACE;
	rec.u.place.file = config_file_number(c, at.file);
	rec.u.place.line = at.line;
	config_encode_single(c, &rec, out);
	return true;
}
