/* SPDX-License-Identifier: ISC */
/* Judges files by their signatures and manifests. */
#include "imaged/verifier.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <sodium.h>

#include "imaged/manifests.h"
#include "sign/text.h"

_Static_assert(HASH_SIG_LEN == SIGN_SIG_BYTES, "");
_Static_assert(HASH_KEY_LEN == SIGN_KEY_BYTES, "");
_Static_assert(HASH_BLAKE2B_LEN == SIGN_DIGEST_BYTES, "");
_Static_assert(HASH_SHA256_LEN == MANIFEST_HASH_BYTES, "");

/* A file that is judged. */
struct subject {
	const char *path; /* normalized */
	const struct image *image;
	struct memcache_key key;
	bool copy; /* a copy is needed, whatever the budget */
};

static enum verify_result
verifier_refuse(struct verdict *d, enum verify_why why)
{
	d->why = why;
	return VERIFY_REFUSE;
}

static enum verify_result
refuse_sign(struct verdict *d, enum sign_reason why)
{
	d->sign = why;
	return verifier_refuse(d, VERIFY_SIGNATURE);
}

static void
verdict_key(struct verdict *d, const uint8_t id[SIGN_ID_BYTES])
{
	d->has_key = true;
	memcpy(d->key, id, sizeof(d->key));
}

/* ------------------------------------------------------------- contents */

/* Why the last pass has failed. */
static enum verify_result
refuse_failed(struct verdict *d, const struct content *c)
{
	if (c->failed == HASH_NO_MEMORY)
		return verifier_refuse(d, VERIFY_MEMORY);
	if (c->error == 0)
		return verifier_refuse(d, VERIFY_HASHD);
	d->err = c->error;
	return verifier_refuse(d, VERIFY_FAILED);
}

/* Has hashd make a pass over a file; what it needs is in the job. */
static enum verify_result
pass_begin(struct verifier *v, const struct subject *s, struct content *c,
    const struct hash_job *job, uint64_t now_ms, struct verdict *d)
{
	int fd;

	if (c->id != 0) {
		d->ticket = c->id;
		return VERIFY_WAIT;
	}
	if (contents_failed(c, now_ms))
		return refuse_failed(d, c);
	if ((fd = fcntl(s->image->fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return verifier_refuse(d, VERIFY_BUSY);
	d->ticket = contents_begin(&v->contents, c, job, s->copy, fd, now_ms);
	if (d->ticket == 0)
		return verifier_refuse(d, VERIFY_BUSY);
	verifier_send(v);
	return VERIFY_WAIT;
}

/* The content is good: it is served from what is held of it. */
static enum verify_result
verifier_serve(struct verifier *v, const struct subject *s, struct content *c,
    const struct hash_job *job, uint64_t now_ms, struct verdict *d)
{
	if (c->copy == -1 && (c->table == -1 || s->copy))
		return pass_begin(v, s, c, job, now_ms, d);
	d->why = VERIFY_FINE;
	d->copy = c->copy;
	d->table = c->copy == -1 ? c->table : -1;
	return VERIFY_SERVE;
}

/* ----------------------------------------------------------- signatures */

static enum sign_reason
signature_file_read(const struct image *im, struct sign_signature *sig)
{
	static uint8_t text[SIGN_TEXT_MAX + 1];
	const struct iovec iov = { text, sizeof(text) };
	ssize_t n;

	do {
		n = preadv2(im->fd, &iov, 1, 0, 0);
	} while (n == -1 && errno == EINTR);
	return sign_signature_parse(sig, text, n == -1 ? 0 : (size_t)n);
}

/* Checks of a signature that do not need the content. */
static enum sign_reason
signature_check(const struct verifier *v, const struct subject *s,
    const struct image *im, struct sign_signature *sig,
    const struct sign_pubkey **key)
{
	enum sign_reason why = signature_file_read(im, sig);

	*key = NULL;
	if (why != SIGN_OK)
		return why;
	*key = sign_pubkey_find(v->conf.keys, v->conf.nkeys, sig->id);
	if (*key == NULL)
		return SIGN_KEY_UNKNOWN;
	why = sign_signature_check_comment(sig, *key);
	if (why != SIGN_OK)
		return why;
	return sign_signature_check_name(sig, s->path, strlen(s->path));
}

static void
path_id(const struct verifier *v, const char *path, uint8_t id[CONTENT_PATH_ID])
{
	(void)crypto_generichash(id, CONTENT_PATH_ID, (const uint8_t *)path,
	    strlen(path), v->seed, sizeof(v->seed));
}

/* Whether this signature was checked for this file already. */
static bool
checked(const struct verifier *v, const struct content *c,
    const struct memcache_key *sig, const uint8_t id[CONTENT_PATH_ID])
{
	return c->sign.known && c->sign.generation == v->generation &&
	       memcache_key_equal(&c->sign.key, sig) &&
	       memcmp(c->sign.path, id, CONTENT_PATH_ID) == 0;
}

static void
check_note(const struct verifier *v, struct content *c,
    const struct memcache_key *sig, const uint8_t id[CONTENT_PATH_ID],
    enum sign_reason why, const struct sign_signature *s)
{
	c->sign.known = true;
	c->sign.generation = v->generation;
	c->sign.key = *sig;
	memcpy(c->sign.path, id, CONTENT_PATH_ID);
	c->sign.reason = (uint8_t)why;
	memcpy(c->sign.id, s->id, sizeof(c->sign.id));
	c->sign.has_serial = s->has_serial;
	c->sign.serial = s->serial;
}

/* What a pass must find out for a signature. */
static void
job_for(const struct sign_signature *sig, const struct sign_pubkey *key,
    struct hash_job *job)
{
	memset(job, 0, sizeof(*job));
	if (!sign_signature_is_pure(sig)) {
		job->work = HASH_BLAKE2B;
		return;
	}
	job->work = HASH_PURE;
	memcpy(job->key, key->key, sizeof(job->key));
	memcpy(job->sig, sig->sig, sizeof(job->sig));
}

/* Whether a pass has found that out. */
static bool
job_known(const struct content *c, const struct hash_job *job)
{
	if ((c->known & job->work) == 0)
		return false;
	return job->work != HASH_PURE ||
	       (memcmp(c->pure_key, job->key, sizeof(job->key)) == 0 &&
		   memcmp(c->pure_sig, job->sig, sizeof(job->sig)) == 0);
}

/* Judges a file by a signature of its own. */
static enum verify_result
check_signed(struct verifier *v, const struct subject *subject,
    const struct image *im, uint64_t now_ms, struct verdict *d)
{
	static struct sign_signature sig;
	const uint64_t size = (uint64_t)subject->image->st.st_size;
	struct subject s = *subject;
	const struct sign_pubkey *key;
	uint8_t id[CONTENT_PATH_ID];
	struct memcache_key sigkey;
	enum sign_reason why;
	struct hash_job job;
	struct content *c;

	memcache_key_init(&sigkey, &im->st);
	path_id(v, s.path, id);
	c = contents_get(&v->contents, &s.key, now_ms);
	if (c == NULL)
		return verifier_refuse(d, VERIFY_MEMORY);
	if (checked(v, c, &sigkey, id) &&
	    (c->sign.reason != SIGN_OK || c->copy != -1 ||
		(c->table != -1 && !s.copy))) {
		verdict_key(d, c->sign.id);
		d->has_serial = c->sign.has_serial;
		d->serial = c->sign.serial;
		if (c->sign.reason != SIGN_OK)
			return refuse_sign(d, c->sign.reason);
		d->copy = c->copy;
		d->table = c->copy == -1 ? c->table : -1;
		return VERIFY_SERVE;
	}
	why = signature_check(v, &s, im, &sig, &key);
	if (key != NULL || why == SIGN_KEY_UNKNOWN)
		verdict_key(d, sig.id);
	if (why != SIGN_OK)
		return refuse_sign(d, why);
	job_for(&sig, key, &job);
	if (job.work == HASH_PURE) {
		if (!s.copy && (!contents_fits(&v->contents, size) ||
				   size > VERIFIER_PURE_MAX))
			return verifier_refuse(d, VERIFY_PURE_LARGE);
		s.copy = true;
	}
	if (!job_known(c, &job))
		return pass_begin(v, &s, c, &job, now_ms, d);
	if (job.work == HASH_PURE)
		why = c->pure ? SIGN_OK : SIGN_BAD_CONTENT;
	else
		why = sign_signature_check_digest(&sig, key, c->blake2b);
	check_note(v, c, &sigkey, id, why, &sig);
	d->has_serial = sig.has_serial;
	d->serial = sig.serial;
	if (why == SIGN_OK)
		return verifier_serve(v, &s, c, &job, now_ms, d);
	contents_demote(&v->contents, c);
	return refuse_sign(d, why);
}

/* ------------------------------------------------------------ manifests */

/* Whether the content has the checksum that a manifest lists. */
static enum verify_result
check_listed(struct verifier *v, const struct subject *s,
    const uint8_t hash[MANIFEST_HASH_BYTES], uint64_t now_ms, struct verdict *d)
{
	const struct hash_job job = { .work = HASH_SHA256 };
	struct content *c = contents_get(&v->contents, &s->key, now_ms);

	if (c == NULL)
		return verifier_refuse(d, VERIFY_MEMORY);
	if ((c->known & HASH_SHA256) == 0)
		return pass_begin(v, s, c, &job, now_ms, d);
	if (memcmp(c->sha256, hash, sizeof(c->sha256)) == 0)
		return verifier_serve(v, s, c, &job, now_ms, d);
	contents_demote(&v->contents, c);
	return verifier_refuse(d, VERIFY_DIFFERS);
}

/* The signature of a manifest, and then its lines. */
static enum verify_result
manifest_load(struct verifier *v, uint8_t n, const struct cover *c,
    struct manifest_entry **entry, uint64_t now_ms, struct verdict *d)
{
	struct subject s = {
		.path = c->manifest_path, .image = &c->manifest, .copy = true
	};
	enum verify_result r;

	*entry = NULL;
	if ((uint64_t)c->manifest.st.st_size > MANIFEST_BYTES_MAX) {
		d->sign = SIGN_MANIFEST_LARGE;
		return verifier_refuse(d, VERIFY_MANIFEST);
	}
	memcache_key_init(&s.key, &c->manifest.st);
	memcpy(d->path, c->path, sizeof(d->path));
	r = check_signed(v, &s, &c->sig, now_ms, d);
	if (r != VERIFY_SERVE)
		return r;
	*entry = manifests_add(v, n, c, d);
	if (*entry == NULL)
		return verifier_refuse(d, VERIFY_MEMORY);
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
		return verifier_refuse(d, VERIFY_SERIAL_LOWER);
	case SERIALS_NONE:
		return verifier_refuse(d, VERIFY_SERIAL_NONE);
	case SERIALS_DOWN:
		return verifier_refuse(d, VERIFY_SERIAL_DOWN);
	case SERIALS_REFUSED:
		d->stored = v->serials.why;
		return verifier_refuse(d, VERIFY_SERIAL_REFUSED);
	default:
		return verifier_refuse(d, VERIFY_SERIAL_FULL);
	}
}

static enum verify_result
check_manifest(struct verifier *v, uint8_t n, const struct subject *s,
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
	verdict_key(d, manifests_key(e));
	m = manifests_content(e);
	if (m->state == MANIFEST_MORE) {
		d->ticket = manifests_ticket(e);
		return VERIFY_WAIT;
	}
	if (m->state == MANIFEST_FAILED) {
		d->sign = m->why;
		d->line = m->line;
		return verifier_refuse(d, VERIFY_MANIFEST);
	}
	r = check_serial(v, n, s->path, c->folderlen, e, now_ms, d);
	if (r != VERIFY_SERVE)
		return r;
	if (!manifest_find(m, s->path + c->folderlen,
		strlen(s->path + c->folderlen), hash))
		return verifier_refuse(d, VERIFY_UNLISTED);
	return check_listed(v, s, hash, now_ms, d);
}

/* ---------------------------------------------------------- held covers */

/* Whether the signature that is held is known to be good for the content. */
static bool
held_signed(const struct verifier *v, const struct held_cover *h,
    const struct content *c)
{
	uint8_t id[CONTENT_PATH_ID];

	path_id(v, h->path, id);
	return checked(v, c, &h->sig, id) && c->sign.reason == SIGN_OK;
}

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
serve_held(struct verifier *v, uint8_t n, const struct subject *s,
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
	if (h->kind == COVER_DETACHED ? !held_signed(v, h, c)
				      : !held_listed(v, h, c, now_ms))
		return false;
	d->copy = c->copy;
	d->table = c->copy == -1 ? c->table : -1;
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
check_covered(struct verifier *v, uint8_t n, const struct subject *s,
    const struct cover *c, uint64_t now_ms, struct verdict *d)
{
	memcpy(d->path, c->path, sizeof(d->path));
	switch (c->kind) {
	case COVER_DETACHED:
		return check_signed(v, s, &c->sig, now_ms, d);
	case COVER_MANIFEST:
		return check_manifest(v, n, s, c, now_ms, d);
	case COVER_BROKEN:
		d->status = c->status;
		d->err = c->err;
		return verifier_refuse(d, VERIFY_UNREADABLE);
	default:
		d->path[0] = '\0';
		return verifier_refuse(d, VERIFY_UNSIGNED);
	}
}

enum verify_result
verifier_check(struct verifier *v, uint8_t n, int root, const char *path,
    const struct image *image, uint64_t now_ms, struct verdict *d)
{
	static struct cover c;
	char normal[COVER_PATH_MAX];
	struct subject s = { .path = normal, .image = image };
	enum verify_result r;

	memset(d, 0, sizeof(*d));
	d->copy = d->table = -1;
	if (cover_normalize(path, normal) == 0)
		return verifier_refuse(d, VERIFY_UNSIGNED);
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
