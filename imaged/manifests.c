/* SPDX-License-Identifier: ISC */
/* Keeps signed manifests, and reads them piece by piece. */
#include "imaged/manifests.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "daemon/sealed.h"

struct manifest_entry {
	TAILQ_ENTRY(manifest_entry) lru;
	uint8_t root;
	char path[COVER_PATH_MAX];
	struct memcache_key key; /* of the manifest */
	struct memcache_key sigkey; /* of its signature */
	uint8_t id[SIGN_ID_BYTES]; /* of the key that signed it */
	bool has_serial;
	uint64_t serial;
	uint32_t ticket;
	void *bytes; /* mapped; NULL: empty */
	size_t len;
	struct manifest m;
};

/*
 * Requests that wait for it are checked again, with the manifest of that time.
 */
static void
entry_free(struct verifier *v, struct manifest_entry *e)
{
	if (e->m.state == MANIFEST_MORE)
		v->ops->call(e->ticket, false);
	TAILQ_REMOVE(&v->manifests, e, lru);
	v->nmanifests--;
	v->manifest_bytes -= e->len;
	manifest_free(&e->m);
	if (e->bytes != NULL)
		(void)munmap(e->bytes, e->len);
	free(e);
}

static void
entry_use(struct verifier *v, struct manifest_entry *e)
{
	TAILQ_REMOVE(&v->manifests, e, lru);
	TAILQ_INSERT_TAIL(&v->manifests, e, lru);
}

static bool
entry_is(const struct manifest_entry *e, const struct memcache_key *key,
    const struct memcache_key *sigkey)
{
	return memcache_key_equal(key, &e->key) &&
	       memcache_key_equal(sigkey, &e->sigkey);
}

struct manifest_entry *
manifests_find(struct verifier *v, uint8_t root, const struct cover *c)
{
	struct memcache_key key, sigkey;
	struct manifest_entry *e;

	TAILQ_FOREACH(e, &v->manifests, lru)
		if (e->root == root && strcmp(e->path, c->manifest_path) == 0)
			break;
	if (e == NULL)
		return NULL;
	memcache_key_init(&key, &c->manifest.st);
	memcache_key_init(&sigkey, &c->sig.st);
	if (entry_is(e, &key, &sigkey)) {
		entry_use(v, e);
		return e;
	}
	entry_free(v, e);
	return NULL;
}

struct manifest_entry *
manifests_held(struct verifier *v, const struct held_cover *h)
{
	struct manifest_entry *e;

	TAILQ_FOREACH(e, &v->manifests, lru)
		if (e->root == h->root && entry_is(e, &h->manifest, &h->sig) &&
		    strncmp(e->path, h->path, h->folderlen) == 0 &&
		    strcmp(e->path + h->folderlen, MANIFEST_FILE) == 0)
			break;
	if (e == NULL || e->m.state != MANIFEST_DONE)
		return NULL;
	entry_use(v, e);
	return e;
}

/*
 * Maps a copy, which must be sealed: another one could be truncated while it is
 * read.
 */
static int
entry_map(struct manifest_entry *e, int copy)
{
	struct stat st;

	if (!sealed_is(copy, &st) || st.st_size != e->key.size)
		return -1;
	e->len = (size_t)st.st_size;
	if (e->len == 0)
		return 0;
	e->bytes = mmap(NULL, e->len, PROT_READ, MAP_PRIVATE, copy, 0);
	if (e->bytes != MAP_FAILED)
		return 0;
	e->bytes = NULL;
	return -1;
}

static void
manifests_make_room(struct verifier *v, size_t len)
{
	struct manifest_entry *e, *next;

	for (e = TAILQ_FIRST(&v->manifests);
	     e != NULL &&
	     (v->nmanifests >= VERIFIER_MANIFESTS_MAX ||
		 v->manifest_bytes + len > VERIFIER_MANIFEST_BYTES);
	     e = next) {
		next = TAILQ_NEXT(e, lru);
		entry_free(v, e);
	}
}

struct manifest_entry *
manifests_add(struct verifier *v, uint8_t root, const struct cover *c,
    const struct verdict *d)
{
	struct manifest_entry *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	memcache_key_init(&e->key, &c->manifest.st);
	memcache_key_init(&e->sigkey, &c->sig.st);
	if (entry_map(e, d->copy) == -1) {
		free(e);
		return NULL;
	}
	manifests_make_room(v, e->len);
	e->root = root;
	memcpy(e->path, c->manifest_path, sizeof(e->path));
	memcpy(e->id, d->key, sizeof(e->id));
	e->has_serial = d->has_serial;
	e->serial = d->serial;
	e->ticket = VERIFIER_TICKETS | (++v->tickets & ~SERIALS_TICKETS);
	manifest_init(&e->m, e->bytes, e->len, v->seed);
	TAILQ_INSERT_TAIL(&v->manifests, e, lru);
	v->nmanifests++;
	v->manifest_bytes += e->len;
	/* Counts its lines; a turn of the loop, or more, reads them. */
	(void)manifest_step(&e->m, VERIFIER_LINES);
	return e;
}

const struct manifest *
manifests_content(const struct manifest_entry *e)
{
	return &e->m;
}

const uint8_t *
manifests_key(const struct manifest_entry *e)
{
	return e->id;
}

bool
manifests_serial(const struct manifest_entry *e, uint64_t *serial)
{
	*serial = e->serial;
	return e->has_serial;
}

uint32_t
manifests_ticket(const struct manifest_entry *e)
{
	return e->ticket;
}

/* The one whose turn it is to be read; NULL if all were read. */
static struct manifest_entry *
entry_unread(const struct verifier *v)
{
	struct manifest_entry *e;

	TAILQ_FOREACH(e, &v->manifests, lru)
		if (e->m.state == MANIFEST_MORE)
			return e;
	return NULL;
}

bool
manifests_turn(struct verifier *v)
{
	struct manifest_entry *e = entry_unread(v);

	if (e == NULL)
		return false;
	if (manifest_step(&e->m, VERIFIER_LINES) != MANIFEST_MORE)
		v->ops->call(e->ticket, false);
	return manifests_unread(v);
}

bool
manifests_unread(const struct verifier *v)
{
	return entry_unread(v) != NULL;
}

void
manifests_clear(struct verifier *v)
{
	struct manifest_entry *e, *next;

	for (e = TAILQ_FIRST(&v->manifests); e != NULL; e = next) {
		next = TAILQ_NEXT(e, lru);
		entry_free(v, e);
	}
}
