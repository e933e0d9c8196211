/* SPDX-License-Identifier: ISC */
/* Judges files by the signature or manifest that covers them. */
#include "imaged/verifier.h"

#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "imaged/manifests.h"
#include "imaged/verify_signed.h"

_Static_assert(HASH_SHA256_LEN == MANIFEST_HASH_BYTES, "");

/* ------------------------------------------------------------ manifests */

/* Whether the content has the checksum that a manifest lists. */
static enum verify_result
check_listed(struct verifier *v, const struct verify_subject *s,
    const uint8_t hash[MANIFEST_HASH_BYTES], uint64_t now_ms, struct verdict *d)
{
	const struct hash_job job = { .work = HASH_SHA256 };
	struct content *c = contents_get(&v->contents, &s->key, now_ms);

	if (c == NULL)
		return verify_refuse(d, VERIFY_MEMORY);
	if ((c->known & HASH_SHA256) == 0)
		return verify_pass(v, s, c, &job, now_ms, d);
	if (memcmp(c->sha256, hash, sizeof(c->sha256)) == 0)
		return verify_serve(v, s, c, &job, now_ms, d);
	contents_demote(&v->contents, c);
	return verify_refuse(d, VERIFY_DIFFERS);
}

/* The signature of a manifest, and then its lines. */
static enum verify_result
manifest_load(struct verifier *v, uint8_t n, const struct cover *c,
    struct manifest_entry **entry, uint64_t now_ms, struct verdict *d)
{
	struct verify_subject s = {
		.path = c->manifest_path, .image = &c->manifest, .copy = true
	};
	enum verify_result r;

	*entry = NULL;
	if ((uint64_t)c->manifest.st.st_size > MANIFEST_BYTES_MAX) {
		d->sign = SIGN_MANIFEST_LARGE;
		return verify_refuse(d, VERIFY_MANIFEST);
	}
	memcache_key_init(&s.key, &c->manifest.st);
	memcpy(d->path, c->path, sizeof(d->path));
	r = verify_signed(v, &s, &c->sig, now_ms, d);
	if (r != VERIFY_SERVE)
		return r;
	*entry = manifests_add(v, n, c, d);
	if (*entry == NULL)
		return verify_refuse(d, VERIFY_MEMORY);
	return VERIFY_SERVE;
}

/*
 * Compares the serial of a manifest, in the folder that begins the path, with
 * the highest one that was accepted.
 */
static enum verify_result
check_serial(struct verifier *v, uint8_t n, const char *path, size_t folderlen,
    const struct manifest_entry *e, uint64_t now_ms, struct verdict *d)
{
	/* Without the slash. */
	size_t len = folderlen == 0 ? 0 : folderlen - 1;

	d->has_serial = manifests_serial(e, &d->serial);
	switch (serials_check(&v->serials, v->conf.roots[n], path, len,
	    d->has_serial, d->serial, now_ms, &d->accepted, &d->ticket)) {
	case SERIALS_FINE:
		return VERIFY_SERVE;
	case SERIALS_WAIT:
		return VERIFY_WAIT;
	case SERIALS_LOWER:
		return verify_refuse(d, VERIFY_SERIAL_LOWER);
	case SERIALS_NONE:
		return verify_refuse(d, VERIFY_SERIAL_NONE);
	case SERIALS_DOWN:
		return verify_refuse(d, VERIFY_SERIAL_DOWN);
	case SERIALS_REFUSED:
		d->stored = v->serials.why;
		return verify_refuse(d, VERIFY_SERIAL_REFUSED);
	default:
		return verify_refuse(d, VERIFY_SERIAL_FULL);
	}
}

static enum verify_result
check_manifest(struct verifier *v, uint8_t n, const struct verify_subject *s,
    const struct cover *c, uint64_t now_ms, struct verdict *d)
{
	struct manifest_entry *e = manifests_find(v, n, c);
	uint8_t hash[MANIFEST_HASH_BYTES];
	const struct manifest *m;
	enum verify_result r;

	if (e == NULL) {
		r = manifest_load(v, n, c, &e, now_ms, d);
		if (r != VERIFY_SERVE)
			return r;
	}
	d->copy = d->table = -1;
	memcpy(d->path, c->manifest_path, sizeof(d->path));
	verify_name_key(d, manifests_key(e));
	m = manifests_content(e);
	if (m->state == MANIFEST_MORE) {
		d->ticket = manifests_ticket(e);
		return VERIFY_WAIT;
	}
	if (m->state == MANIFEST_FAILED) {
		d->sign = m->why;
		d->line = m->line;
		return verify_refuse(d, VERIFY_MANIFEST);
	}
	r = check_serial(v, n, s->path, c->folderlen, e, now_ms, d);
	if (r != VERIFY_SERVE)
		return r;
	if (!manifest_find(m, s->path + c->folderlen,
		strlen(s->path + c->folderlen), hash))
		return verify_refuse(d, VERIFY_UNLISTED);
	return check_listed(v, s, hash, now_ms, d);
}

/* ---------------------------------------------------------- held covers */

/* Whether the manifest that is held is known, and lists the content. */
static bool
held_listed(struct verifier *v, const struct held_cover *h,
    const struct content *c, uint64_t now_ms)
{
	struct manifest_entry *e = manifests_held(v, h);
	const char *name = h->path + h->folderlen;
	uint8_t hash[MANIFEST_HASH_BYTES];
	struct verdict d;

	return e != NULL &&
	       check_serial(v, h->root, h->path, h->folderlen, e, now_ms, &d) ==
		   VERIFY_SERVE &&
	       manifest_find(manifests_content(e), name, strlen(name), hash) &&
	       (c->known & HASH_SHA256) != 0 &&
	       memcmp(c->sha256, hash, sizeof(hash)) == 0;
}

/*
 * Serves a file by the signature or manifest that has decided about its path
 * a moment ago, if all else is known.  False: it must be looked for.
 */
static bool
serve_held(struct verifier *v, uint8_t n, const struct verify_subject *s,
    uint64_t now_ms, struct verdict *d)
{
	const struct held_cover *h =
	    held_covers_find(&v->held, n, s->path, now_ms);
	const struct content *c;

	if (h == NULL)
		return false;
	c = contents_find(&v->contents, &s->key, now_ms);
	if (c == NULL || (c->copy == -1 && c->table == -1))
		return false;
	if (h->kind == COVER_DETACHED
		? !verify_signed_known(v, h->path, &h->sig, c)
		: !held_listed(v, h, c, now_ms))
		return false;
	(void)verify_give(d, c);
	return true;
}

/* ------------------------------------------------------------ decisions */

static bool
is_exempt(const struct verifier *v, const char *path)
{
	size_t i;

	for (i = 0; i < v->conf.nexempt; i++)
		if (fnmatch(v->conf.exempt[i].pattern, path, FNM_PATHNAME) == 0)
			return true;
	return false;
}

static enum verify_result
check_covered(struct verifier *v, uint8_t n, const struct verify_subject *s,
    const struct cover *c, uint64_t now_ms, struct verdict *d)
{
	memcpy(d->path, c->path, sizeof(d->path));
	switch (c->kind) {
	case COVER_DETACHED:
		return verify_signed(v, s, &c->sig, now_ms, d);
	case COVER_MANIFEST:
		return check_manifest(v, n, s, c, now_ms, d);
	case COVER_BROKEN:
		d->status = c->status;
		d->err = c->err;
		return verify_refuse(d, VERIFY_UNREADABLE);
	default:
		d->path[0] = '\0';
		return verify_refuse(d, VERIFY_UNSIGNED);
	}
}

enum verify_result
verifier_check(struct verifier *v, uint8_t n, int root, const char *path,
    const struct image *image, uint64_t now_ms, struct verdict *d)
{
	static struct cover c;
	char normal[COVER_PATH_MAX];
	struct verify_subject s = { .path = normal, .image = image };
	enum verify_result r;

	memset(d, 0, sizeof(*d));
	d->copy = d->table = -1;
	if (cover_normalize(path, normal) == 0)
		return verify_refuse(d, VERIFY_UNSIGNED);
	if (is_exempt(v, normal))
		return VERIFY_PLAIN;
	memcache_key_init(&s.key, &image->st);
	if (serve_held(v, n, &s, now_ms, d))
		return VERIFY_SERVE;
	cover_find(root, normal, &v->conf.rule, &c);
	r = check_covered(v, n, &s, &c, now_ms, d);
	if (r == VERIFY_SERVE)
		held_covers_put(&v->held, n, normal, &c, now_ms);
	cover_close(&c);
	return r;
}

/* ---------------------------------------------------------------- hashd */

void
verifier_send(struct verifier *v)
{
	struct content *c;

	while ((c = contents_to_send(&v->contents)) != NULL) {
		if (v->ops->job(c->id, &c->job, c->fd) == -1)
			return;
		contents_sent(&v->contents, c);
	}
}

int
verifier_done(struct verifier *v, uint32_t id, const struct hash_done *done,
    int fd, uint64_t now_ms)
{
	switch (contents_done(&v->contents, id, done, fd, now_ms)) {
	case CONTENTS_ENDED:
		verifier_send(v);
		v->ops->call(id, false);
		return 0;
	case CONTENTS_UNKNOWN:
		return 0;
	default:
		return -1;
	}
}

static void
lost(uint32_t id, void *arg)
{
	const struct verifier *v = arg;

	v->ops->call(id, true);
}

void
verifier_hashd_up(struct verifier *v)
{
	held_covers_clear(&v->held);
	manifests_clear(v);
	contents_forget(&v->contents);
	verifier_send(v);
}

void
verifier_hashd_down(struct verifier *v, uint64_t now_ms)
{
	contents_hashd_down(&v->contents, now_ms, lost, v);
}

void
verifier_give_up(struct verifier *v, uint64_t now_ms)
{
	contents_give_up(&v->contents, now_ms, lost, v);
}

bool
verifier_waits(const struct verifier *v)
{
	return v->contents.npasses > 0;
}

/* --------------------------------------------------------------- set-up */

void
verifier_init(struct verifier *v, const struct verifier_ops *ops,
    const struct serials_ops *serials)
{
	uint64_t seed;

	memset(v, 0, sizeof(*v));
	v->ops = ops;
	contents_init(&v->contents);
	TAILQ_INIT(&v->manifests);
	randombytes_buf(v->seed, sizeof(v->seed));
	randombytes_buf(&seed, sizeof(seed));
	serials_init(&v->serials, serials, seed);
	held_covers_init(&v->held, seed);
}

void
verifier_configure(struct verifier *v, const struct verifier_conf *conf)
{
	v->conf = *conf;
	v->generation++;
	held_covers_clear(&v->held);
	manifests_clear(v);
	contents_set_budget(&v->contents, conf->cache);
}

void
verifier_clear(struct verifier *v)
{
	held_covers_clear(&v->held);
	manifests_clear(v);
	contents_clear(&v->contents);
}

bool
verifier_turn(struct verifier *v)
{
	return manifests_turn(v);
}

bool
verifier_has_turn(const struct verifier *v)
{
	return manifests_unread(v);
}
