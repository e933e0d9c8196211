/* SPDX-License-Identifier: ISC */
/* Compares the serials of manifests with those that were accepted. */
#include "imaged/serials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/hash.h"

struct serial_entry {
	LIST_ENTRY(serial_entry) hash;
	TAILQ_ENTRY(serial_entry) wait;
	uint32_t ticket;
	bool known; /* one was accepted */
	uint64_t accepted;
	bool is_stored; /* the leased that is up has this one: */
	uint64_t stored;
	bool pending; /* in the list; the higher one: */
	uint64_t wanted;
	uint32_t id; /* of SERIAL_PUT; 0: not sent */
	uint64_t sent;
	bool refused; /* leased did not store this one: */
	uint64_t refused_serial;
	uint64_t refused_ms;
	size_t rootlen, folderlen;
	char name[]; /* the root, the folder, and a NUL after each */
};

/* -------------------------------------------------------------- entries */

static struct serial_bucket *
serials_bucket(struct serials *s, const char *root, size_t rootlen,
    const char *folder, size_t len)
{
	uint32_t h = hash_bytes(s->seed, root, rootlen);

	h ^= hash_bytes(s->seed + h, folder, len);
	return &s->bucket[h & (SERIALS_BUCKETS - 1)];
}

static struct serial_entry *
serials_find(
    struct serials *s, const char *root, const char *folder, size_t len)
{
	size_t rootlen = strlen(root);
	struct serial_entry *e;

	LIST_FOREACH(e, serials_bucket(s, root, rootlen, folder, len), hash)
		if (e->rootlen == rootlen && e->folderlen == len &&
		    memcmp(e->name, root, rootlen) == 0 &&
		    memcmp(e->name + rootlen + 1, folder, len) == 0)
			return e;
	return NULL;
}

/* The same, or a new one; NULL if there are max, or without memory. */
static struct serial_entry *
serials_get(struct serials *s, const char *root, const char *folder, size_t len,
    size_t max)
{
	struct serial_entry *e = serials_find(s, root, folder, len);
	size_t rootlen = strlen(root);

	if (e != NULL)
		return e;
	if (s->n >= max || rootlen >= RECORD_PATH_MAX ||
	    len > SERIAL_FOLDER_MAX ||
	    (e = calloc(1, sizeof(*e) + rootlen + len + 2)) == NULL)
		return NULL;
	e->ticket = SERIALS_TICKETS | (++s->tickets & ~SERIALS_TICKETS);
	e->rootlen = rootlen;
	e->folderlen = len;
	memcpy(e->name, root, rootlen);
	memcpy(e->name + rootlen + 1, folder, len);
	LIST_INSERT_HEAD(
	    serials_bucket(s, root, rootlen, folder, len), e, hash);
	s->n++;
	return e;
}

static void
serials_set_pending(struct serials *s, struct serial_entry *e, bool pending)
{
	if (e->pending == pending)
		return;
	e->pending = pending;
	if (pending) {
		TAILQ_INSERT_TAIL(&s->pending, e, wait);
		s->npending++;
	} else {
		TAILQ_REMOVE(&s->pending, e, wait);
		s->npending--;
	}
}

void
serials_init(struct serials *s, const struct serials_ops *ops, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->ops = ops;
	s->seed = seed;
	TAILQ_INIT(&s->pending);
}

void
serials_clear(struct serials *s)
{
	struct serial_entry *e;
	size_t i;

	for (i = 0; i < SERIALS_BUCKETS; i++)
		while ((e = LIST_FIRST(&s->bucket[i])) != NULL) {
			LIST_REMOVE(e, hash);
			free(e);
		}
	serials_init(s, s->ops, s->seed);
}

/* ----------------------------------------------------------------- puts */

/* Whether a wait for leased begins, and with it the time limit. */
static void
serials_begin_wait(struct serials *s, uint64_t now_ms)
{
	if (!serials_waits(s))
		s->since_ms = now_ms;
}

static void
serials_send(struct serials *s, struct serial_entry *e)
{
	struct serial_row row;

	if (!s->loaded || e->id != 0 || s->nsent >= SERIAL_PUTS_MAX)
		return;
	memcpy(row.root, e->name, e->rootlen + 1);
	memcpy(row.folder, e->name + e->rootlen + 1, e->folderlen + 1);
	row.serial = e->wanted;
	if (++s->ids == 0)
		s->ids = 1;
	if (s->ops->put(s->ids, &row) == -1)
		return;
	e->id = s->ids;
	e->sent = e->wanted;
	s->nsent++;
}

static void
serials_send_all(struct serials *s)
{
	struct serial_entry *e;

	TAILQ_FOREACH(e, &s->pending, wait)
		serials_send(s, e);
}

/* leased has answered a put; NULL: there is no such one. */
static struct serial_entry *
serials_answered(struct serials *s, uint32_t id, uint64_t now_ms)
{
	struct serial_entry *e;

	TAILQ_FOREACH(e, &s->pending, wait)
		if (id != 0 && e->id == id)
			break;
	if (e == NULL)
		return NULL;
	e->id = 0;
	s->nsent--;
	s->since_ms = now_ms;
	s->given_up = false;
	return e;
}

int
serials_durable(struct serials *s, uint32_t id, uint64_t now_ms)
{
	struct serial_entry *e = serials_answered(s, id, now_ms);
	bool higher;

	if (e == NULL)
		return -1;
	higher = !e->known || e->sent > e->accepted;
	e->known = true;
	if (higher)
		e->accepted = e->sent;
	e->refused = false;
	serials_set_pending(s, e, e->wanted > e->sent);
	serials_send_all(s);
	if (higher)
		s->ops->accepted(
		    e->name, e->name + e->rootlen + 1, e->accepted);
	s->ops->call(e->ticket);
	return 0;
}

int
serials_refused(
    struct serials *s, uint32_t id, const char *why, uint64_t now_ms)
{
	struct serial_entry *e = serials_answered(s, id, now_ms);

	if (e == NULL)
		return -1;
	(void)snprintf(s->why, sizeof(s->why), "%s", why);
	e->refused = true;
	e->refused_serial = e->sent;
	e->refused_ms = now_ms;
	serials_set_pending(s, e, false);
	serials_send_all(s);
	s->ops->call(e->ticket);
	return 0;
}

/* -------------------------------------------------------------- loading */

void
serials_up(struct serials *s, uint64_t now_ms)
{
	struct serial_entry *e;
	size_t i;

	serials_down(s);
	for (i = 0; i < SERIALS_BUCKETS; i++)
		LIST_FOREACH(e, &s->bucket[i], hash)
			e->is_stored = false;
	s->rows = 0;
	s->since_ms = now_ms;
	if (++s->ids == 0)
		s->ids = 1;
	s->load_id = s->ids;
	s->loading = s->ops->load(s->load_id) == 0;
}

void
serials_down(struct serials *s)
{
	struct serial_entry *e;

	s->loaded = s->loading = false;
	TAILQ_FOREACH(e, &s->pending, wait)
		e->id = 0;
	s->nsent = 0;
}

int
serials_row(struct serials *s, uint32_t id, const struct serial_row *row)
{
	struct serial_entry *e;

	if (!s->loading || id != s->load_id || s->rows >= SERIAL_ROWS_MAX)
		return -1;
	e = serials_get(s, row->root, row->folder, strlen(row->folder),
	    (size_t)2 * SERIAL_ROWS_MAX);
	if (e == NULL || e->is_stored)
		return -1;
	s->rows++;
	e->is_stored = true;
	e->stored = row->serial;
	if (!e->known || row->serial > e->accepted)
		e->accepted = row->serial;
	e->known = true;
	return 0;
}

/*
 * All is loaded: puts what leased has lost, as when its database was replaced,
 * and not what the leased before has stored without an answer.
 */
static void
serials_compare(struct serials *s)
{
	struct serial_entry *e;
	size_t i;

	for (i = 0; i < SERIALS_BUCKETS; i++)
		LIST_FOREACH(e, &s->bucket[i], hash) {
			if (!e->known)
				continue;
			if (!e->is_stored || e->stored < e->accepted) {
				if (!e->pending || e->wanted < e->accepted)
					e->wanted = e->accepted;
				serials_set_pending(s, e, true);
			} else if (e->pending && e->wanted <= e->stored) {
				serials_set_pending(s, e, false);
				s->ops->call(e->ticket);
			}
		}
}

int
serials_loaded(struct serials *s, uint32_t id, uint32_t rows, uint64_t now_ms)
{
	if (!s->loading || id != s->load_id || rows != s->rows)
		return -1;
	s->loading = false;
	s->loaded = s->known = true;
	s->given_up = s->asked = false;
	s->since_ms = now_ms;
	serials_compare(s);
	serials_send_all(s);
	s->ops->call(SERIALS_TICKETS);
	return 0;
}

/* --------------------------------------------------------------- checks */

static enum serials_result
serials_wait_loaded(struct serials *s, uint64_t now_ms, uint32_t *ticket)
{
	if (s->given_up)
		return SERIALS_DOWN;
	serials_begin_wait(s, now_ms);
	s->asked = true;
	*ticket = SERIALS_TICKETS;
	return SERIALS_WAIT;
}

/* A serial that is not durable yet. */
static enum serials_result
serials_want(struct serials *s, struct serial_entry *e, uint64_t serial,
    uint64_t now_ms, uint32_t *ticket)
{
	if (s->given_up)
		return SERIALS_DOWN;
	if (!e->pending && e->refused && e->refused_serial >= serial &&
	    now_ms - e->refused_ms < SERIALS_AGAIN_MS)
		return SERIALS_REFUSED;
	serials_begin_wait(s, now_ms);
	if (!e->pending || serial > e->wanted)
		e->wanted = serial;
	serials_set_pending(s, e, true);
	serials_send(s, e);
	*ticket = e->ticket;
	return SERIALS_WAIT;
}

enum serials_result
serials_check(struct serials *s, const char *root, const char *folder,
    size_t len, bool has, uint64_t serial, uint64_t now_ms, uint64_t *accepted,
    uint32_t *ticket)
{
	struct serial_entry *e;

	/* Only leased can tell whether one was accepted earlier. */
	if (!s->known)
		return serials_wait_loaded(s, now_ms, ticket);
	e = serials_find(s, root, folder, len);
	if (e != NULL && e->known) {
		*accepted = e->accepted;
		if (!has)
			return SERIALS_NONE;
		if (serial <= e->accepted)
			return serial < e->accepted ? SERIALS_LOWER
						    : SERIALS_FINE;
	}
	if (!has)
		return SERIALS_FINE;
	if (e == NULL &&
	    (e = serials_get(s, root, folder, len, SERIAL_ROWS_MAX)) == NULL)
		return SERIALS_FULL;
	return serials_want(s, e, serial, now_ms, ticket);
}

bool
serials_waits(const struct serials *s)
{
	return !s->given_up && (s->asked || s->npending > 0);
}

bool
serials_tick(struct serials *s, uint64_t now_ms)
{
	struct serial_entry *e;

	if (!serials_waits(s) || now_ms - s->since_ms < SERIALS_DOWN_MS)
		return false;
	s->given_up = true;
	s->asked = false;
	s->ops->call(SERIALS_TICKETS);
	TAILQ_FOREACH(e, &s->pending, wait)
		s->ops->call(e->ticket);
	return true;
}
