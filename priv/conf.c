/* SPDX-License-Identifier: ISC */
/* The parent's copy of a configuration. */
#include "priv/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/grow.h"
#include "priv/tls_files.h"
#include "priv/verify_keys.h"

/* Beside those of lines: what exists once, and the roots of interfaces. */
#define RECORDS_BESIDE 64
#define BYTES_BESIDE (RECORDS_BESIDE * (size_t)RECORD_MAX)

struct conf *
conf_new(uint32_t generation)
{
	struct conf *c = calloc(1, sizeof(*c));

	if (c != NULL) {
		c->generation = generation;
		c->import_fd = -1;
		c->tls_fd[TLS_FILE_CERT] = c->tls_fd[TLS_FILE_KEY] = -1;
	}
	return c;
}

static int
conf_add_interface(struct conf *c, const struct record_interface *i)
{
	if (grow_array(&c->interfaces, &c->interfaces_cap, c->ninterfaces + 1,
		sizeof(*c->interfaces)) == -1)
		return -1;
	c->interfaces[c->ninterfaces++] = (struct conf_interface){ .rule = *i };
	return 0;
}

static int
conf_add_range(struct conf *c, const struct record_range *g)
{
	if (grow_array(&c->ranges, &c->ranges_cap, c->nranges + 1,
		sizeof(*c->ranges)) == -1)
		return -1;
	c->ranges[c->nranges++] =
	    (struct conf_pool){ g->mode, g->start, g->end, g->mask };
	return 0;
}

static int
conf_add_tftp_root(struct conf *c, const struct record_tftp_root *t)
{
	struct record_tftp_root *grown;

	if (c->ntftp_roots == RECORD_TFTP_ROOTS_MAX)
		return -1;
	grown = reallocarray(c->tftp_roots, c->ntftp_roots + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	c->tftp_roots = grown;
	grown[c->ntftp_roots++] = *t;
	return 0;
}

static int
conf_add_file(struct conf *c, const struct record_file *f)
{
	if (c->nfiles == CONF_FILES_MAX ||
	    grow_array(&c->files, &c->files_cap, c->nfiles + 1,
		sizeof(*c->files)) == -1 ||
	    (c->files[c->nfiles] = strdup(f->path)) == NULL)
		return -1;
	c->nfiles++;
	return 0;
}

/* The line of the record that was added last. */
static void
conf_add_place(struct conf *c, const struct record_place *p)
{
	const struct conf_place at = { p->file, p->line };

	switch (c->last) {
	case RECORD_DAEMON:
		c->pid_file_at = at;
		break;
	case RECORD_STORE:
		c->store_line = at;
		break;
	case RECORD_TFTP:
		c->tftp_root_at = at;
		break;
	case RECORD_TFTP_ROOT:
		c->tftp_roots_at[c->ntftp_roots - 1] = at;
		break;
	case RECORD_INTERFACE:
		c->interfaces[c->ninterfaces - 1].at = at;
		break;
	default:
		break;
	}
}

bool
conf_serves_files(const struct conf *c)
{
	return c->tftp.enabled || c->http.enabled;
}

bool
conf_serves_https(const struct conf *c)
{
	return c->http.enabled && c->http.cert[0] != '\0';
}

const char *
conf_full(const struct conf *c)
{
	if (c->nrecords >= RECORD_COUNT_MAX + RECORDS_BESIDE)
		return "more than 1000000 records";
	if (c->records_len - c->places_len >= RECORD_TOTAL_MAX + BYTES_BESIDE)
		return "more than 256 MiB of records";
	return NULL;
}

/* Keeps the encoded record, for the roles. */
static int
conf_add_bytes(struct conf *c, const void *data, size_t len)
{
	struct writer w;

	if (grow_array(&c->records, &c->records_cap, c->records_len + 2 + len,
		1) == -1)
		return -1;
	writer_init(&w, c->records + c->records_len, 2 + len);
	writer_blob(&w, data, len);
	c->records_len += w.len;
	return 0;
}

bool
conf_next_record(const struct conf *c, size_t *at, struct conf_record *rec)
{
	struct reader r;

	if (*at >= c->records_len)
		return false;
	reader_init(&r, c->records + *at, c->records_len - *at);
	rec->len = reader_u16(&r);
	rec->data = c->records + *at + 2;
	rec->kind = rec->data[0];
	*at += 2U + rec->len;
	return true;
}

int
conf_record_decode(const struct conf_record *r, struct record *rec)
{
	struct reader in;

	reader_init(&in, r->data, r->len);
	return record_decode(&in, rec);
}

struct conf_place
conf_place_after(const struct conf *c, size_t at)
{
	struct conf_place none = { 0, 0 };
	struct conf_record r;
	struct record rec;

	if (!conf_next_record(c, &at, &r) || r.kind != RECORD_PLACE ||
	    conf_record_decode(&r, &rec) == -1)
		return none;
	return (struct conf_place){ rec.u.place.file, rec.u.place.line };
}

struct log_place
conf_log_place(const struct conf *c, struct conf_place at)
{
	struct log_place place = { NULL, at.line };

	if (at.line != 0 && at.file < c->nfiles)
		place.file = c->files[at.file];
	return place;
}

struct log_place
conf_refused_at(const struct conf *c, enum role role, uint32_t record)
{
	struct conf_place none = { 0, 0 };
	struct conf_record r;
	size_t at = 0;

	if (record == 0 && role == ROLE_LEASED)
		return conf_log_place(c, c->store_line);
	if (record == 0 && role == ROLE_IMAGED && c->ntftp_roots == 0)
		return conf_log_place(c, c->tftp_root_at);
	while (record > 0 && conf_next_record(c, &at, &r))
		if ((record_kind_roles(r.kind) & ROLE_BIT(role)) != 0 &&
		    --record == 0)
			return conf_log_place(c, conf_place_after(c, at));
	return conf_log_place(c, none);
}

/* Notes what the parent itself wants to know of a record. */
static int
conf_note_kind(struct conf *c, const struct record *rec)
{
	switch (rec->kind) {
	case RECORD_FILE:
		return conf_add_file(c, &rec->u.file);
	case RECORD_PLACE:
		conf_add_place(c, &rec->u.place);
		return 0;
	case RECORD_INTERFACE:
		return conf_add_interface(c, &rec->u.interface);
	case RECORD_RANGE:
		return conf_add_range(c, &rec->u.range);
	case RECORD_HOST:
		return addrs_add(&c->reserved, rec->u.host.addr);
	case RECORD_DHCP:
		c->dhcp = rec->u.dhcp;
		return 0;
	case RECORD_TFTP:
		c->has_tftp = true;
		c->tftp = rec->u.tftp;
		return 0;
	case RECORD_HTTP:
		c->http = rec->u.http;
		return 0;
	case RECORD_TFTP_ROOT:
		return conf_add_tftp_root(c, &rec->u.tftp_root);
	case RECORD_VERIFY:
		c->verify = rec->u.verify;
		return 0;
	case RECORD_STORE:
		c->store = rec->u.store;
		return 0;
	case RECORD_DAEMON:
		c->daemon = rec->u.daemon;
		return 0;
	default:
		return 0;
	}
}

static int
conf_note(struct conf *c, const struct record *rec)
{
	int r = conf_note_kind(c, rec);

	c->last = rec->kind;
	return r;
}

int
conf_add(struct conf *c, const void *data, size_t len)
{
	size_t at = c->records_len;
	struct record rec;
	struct reader r;

	reader_init(&r, data, len);
	if (conf_full(c) != NULL || len > RECORD_MAX ||
	    record_decode(&r, &rec) == -1)
		return -1;
	/* Each record has at most one. */
	if (rec.kind == RECORD_PLACE &&
	    (c->last == RECORD_PLACE || c->nrecords == 0))
		return -1;
	/* tftp-max is lowered in the one record that all go by. */
	if (rec.kind == RECORD_TFTP) {
		if (c->has_tftp)
			return -1;
		c->tftp_at = at;
	}
	if (rec.kind == RECORD_STORE)
		c->store_at = at;
	if (conf_add_bytes(c, data, len) == -1)
		return -1;
	if (rec.kind == RECORD_PLACE || rec.kind == RECORD_FILE)
		c->places_len += c->records_len - at;
	else
		c->nrecords++;
	return conf_note(c, &rec);
}

const char *
conf_tftp_root(const struct conf *c, size_t number)
{
	return number == 0 ? c->tftp.root : c->tftp_roots[number - 1].path;
}

struct log_place
conf_tftp_root_at(const struct conf *c, size_t number)
{
	return conf_log_place(
	    c, number == 0 ? c->tftp_root_at : c->tftp_roots_at[number - 1]);
}

void
conf_drop_tftp_root(struct conf *c, size_t number)
{
	if (number == 0)
		c->tftp.root[0] = '\0';
	else
		c->tftp_roots[number - 1].path[0] = '\0';
}

int
conf_set_tftp_max(struct conf *c, uint32_t max)
{
	size_t at = c->tftp_at;
	struct conf_record r;
	struct record rec;
	struct writer w;

	if (!c->has_tftp || !conf_next_record(c, &at, &r) ||
	    conf_record_decode(&r, &rec) == -1)
		return -1;
	rec.u.tftp.max = max;
	/* A number has one width: the record keeps its length. */
	writer_init(&w, r.data, r.len);
	record_encode(&rec, &w);
	if (!writer_ok(&w) || w.len != r.len)
		return -1;
	c->tftp.max = max;
	return 0;
}

int
conf_set_store(struct conf *c, const char *path)
{
	struct record rec = { .kind = RECORD_STORE, .u.store = c->store };
	uint8_t data[RECORD_MAX];
	struct conf_record old;
	size_t at = c->store_at, rest;
	struct writer w, out;

	(void)snprintf(rec.u.store.path, sizeof(rec.u.store.path), "%s", path);
	writer_init(&w, data, sizeof(data));
	record_encode(&rec, &w);
	if (!conf_next_record(c, &at, &old) || !writer_ok(&w) ||
	    grow_array(
		&c->records, &c->records_cap, c->records_len + w.len, 1) == -1)
		return -1;
	/* The records behind it move. */
	rest = c->records_len - at;
	memmove(c->records + c->store_at + 2 + w.len, c->records + at, rest);
	writer_init(&out, c->records + c->store_at, 2 + w.len);
	writer_blob(&out, data, w.len);
	c->records_len = c->store_at + 2 + w.len + rest;
	if (c->has_tftp && c->tftp_at > c->store_at)
		c->tftp_at = c->tftp_at + w.len - old.len;
	c->store = rec.u.store;
	return 0;
}

/* Only what the parent itself looks at is decoded again. */
static int
conf_note_all(struct conf *c)
{
	struct conf_record r;
	struct record rec;
	size_t at = 0;

	while (conf_next_record(c, &at, &r)) {
		c->last = 0;
		if ((record_kind_roles(r.kind) & ROLE_BIT(ROLE_PRIV)) != 0 &&
		    (conf_record_decode(&r, &rec) == -1 ||
			conf_note(c, &rec) == -1))
			return -1;
	}
	return 0;
}

struct conf *
conf_copy(const struct conf *c, uint32_t generation)
{
	struct conf *copy = conf_new(generation);

	if (copy == NULL)
		return NULL;
	copy->copied = true;
	copy->records = malloc(c->records_len + 1);
	if (copy->records == NULL) {
		conf_free(copy);
		return NULL;
	}
	if (c->records_len > 0)
		memcpy(copy->records, c->records, c->records_len);
	copy->records_len = c->records_len;
	copy->records_cap = c->records_len + 1;
	copy->nrecords = c->nrecords;
	copy->places_len = c->places_len;
	copy->tftp_at = c->tftp_at;
	copy->store_at = c->store_at;
	if (conf_note_all(copy) == -1 ||
	    addrs_copy(&copy->reserved, &c->reserved) == -1 ||
	    verify_keys_share(copy, c) == -1 ||
	    tls_files_share(copy, c) == -1) {
		conf_free(copy);
		return NULL;
	}
	return copy;
}

void
conf_free(struct conf *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nlisteners; i++)
		if (!c->listeners[i].shared)
			(void)close(c->listeners[i].fd);
	free(c->records);
	for (i = 0; i < c->nfiles; i++)
		free(c->files[i]);
	free(c->files);
	free(c->interfaces);
	free(c->ranges);
	addrs_free(&c->reserved);
	free(c->tftp_roots);
	verify_keys_free(c);
	if (c->import_fd != -1)
		(void)close(c->import_fd);
	for (i = 0; i < TLS_FILE_MAX; i++)
		if (c->tls_fd[i] != -1)
			(void)close(c->tls_fd[i]);
	free(c->ifaces);
	free(c->listeners);
	free(c);
}

/* The next record that is for a role; false behind the last. */
static bool
conf_next_for(
    const struct conf *c, enum role role, size_t *at, struct conf_record *r)
{
	while (conf_next_record(c, at, r))
		if ((record_kind_roles(r->kind) & ROLE_BIT(role)) != 0)
			return true;
	return false;
}

bool
conf_differs(const struct conf *a, const struct conf *b, enum role role)
{
	size_t at_a = 0, at_b = 0;
	struct conf_record ra, rb;
	bool more;

	do {
		more = conf_next_for(a, role, &at_a, &ra);
		if (more != conf_next_for(b, role, &at_b, &rb))
			return true;
		if (more &&
		    (ra.len != rb.len || memcmp(ra.data, rb.data, ra.len) != 0))
			return true;
	} while (more);
	return false;
}
