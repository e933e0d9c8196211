/* SPDX-License-Identifier: ISC */
/* Judges files by signatures of their own. */
#include "imaged/verify_signed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>

#include <sodium.h>

#include "sign/text.h"

_Static_assert(HASH_SIG_LEN == SIGN_SIG_BYTES, "");
_Static_assert(HASH_KEY_LEN == SIGN_KEY_BYTES, "");
_Static_assert(HASH_BLAKE2B_LEN == SIGN_DIGEST_BYTES, "");

enum verify_result
verify_refuse(struct verdict *d, enum verify_why why)
{
	d->why = why;
	return VERIFY_REFUSE;
}

static enum verify_result
refuse_sign(struct verdict *d, enum sign_reason why)
{
	d->sign = why;
	return verify_refuse(d, VERIFY_SIGNATURE);
}

void
verify_name_key(struct verdict *d, const uint8_t id[SIGN_ID_BYTES])
{
	d->has_key = true;
	memcpy(d->key, id, sizeof(d->key));
}

enum verify_result
verify_give(struct verdict *d, const struct content *c)
{
	d->why = VERIFY_FINE;
	d->copy = c->copy;
	d->table = c->copy == -1 ? c->table : -1;
	return VERIFY_SERVE;
}

/* ------------------------------------------------------------- contents */

/* Why the last pass has failed. */
static enum verify_result
refuse_failed(struct verdict *d, const struct content *c)
{
	if (c->failed == HASH_NO_MEMORY)
		return verify_refuse(d, VERIFY_MEMORY);
	if (c->error == 0)
		return verify_refuse(d, VERIFY_HASHD);
	d->err = c->error;
	return verify_refuse(d, VERIFY_FAILED);
}

enum verify_result
verify_pass(struct verifier *v, const struct verify_subject *s,
    struct content *c, const struct hash_job *job, uint64_t now_ms,
    struct verdict *d)
{
	int fd;

	if (c->id != 0) {
		d->ticket = c->id;
		return VERIFY_WAIT;
	}
	if (contents_failed(c, now_ms))
		return refuse_failed(d, c);
	if ((fd = fcntl(s->image->fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return verify_refuse(d, VERIFY_BUSY);
	d->ticket = contents_begin(&v->contents, c, job, s->copy, fd, now_ms);
	if (d->ticket == 0)
		return verify_refuse(d, VERIFY_BUSY);
	verifier_send(v);
	return VERIFY_WAIT;
}

enum verify_result
verify_serve(struct verifier *v, const struct verify_subject *s,
    struct content *c, const struct hash_job *job, uint64_t now_ms,
    struct verdict *d)
{
	if (c->copy == -1 && (c->table == -1 || s->copy))
		return verify_pass(v, s, c, job, now_ms, d);
	return verify_give(d, c);
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
signature_check(const struct verifier *v, const struct verify_subject *s,
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

bool
verify_signed_known(const struct verifier *v, const char *path,
    const struct memcache_key *sig, const struct content *c)
{
	uint8_t id[CONTENT_PATH_ID];

	path_id(v, path, id);
	return checked(v, c, sig, id) && c->sign.reason == SIGN_OK;
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

enum verify_result
verify_signed(struct verifier *v, const struct verify_subject *subject,
    const struct image *im, uint64_t now_ms, struct verdict *d)
{
	static struct sign_signature sig;
	const uint64_t size = (uint64_t)subject->image->st.st_size;
	struct verify_subject s = *subject;
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
		return verify_refuse(d, VERIFY_MEMORY);
	if (checked(v, c, &sigkey, id) &&
	    (c->sign.reason != SIGN_OK || c->copy != -1 ||
		(c->table != -1 && !s.copy))) {
		verify_name_key(d, c->sign.id);
		d->has_serial = c->sign.has_serial;
		d->serial = c->sign.serial;
		if (c->sign.reason != SIGN_OK)
			return refuse_sign(d, c->sign.reason);
		return verify_give(d, c);
	}
	why = signature_check(v, &s, im, &sig, &key);
	if (key != NULL || why == SIGN_KEY_UNKNOWN)
		verify_name_key(d, sig.id);
	if (why != SIGN_OK)
		return refuse_sign(d, why);
	job_for(&sig, key, &job);
	if (job.work == HASH_PURE) {
		if (!s.copy && (!contents_fits(&v->contents, size) ||
				   size > VERIFIER_PURE_MAX))
			return verify_refuse(d, VERIFY_PURE_LARGE);
		s.copy = true;
	}
	if (!job_known(c, &job))
		return verify_pass(v, &s, c, &job, now_ms, d);
	if (job.work == HASH_PURE)
		why = c->pure ? SIGN_OK : SIGN_BAD_CONTENT;
	else
		why = sign_signature_check_digest(&sig, key, c->blake2b);
	check_note(v, c, &sigkey, id, why, &sig);
	d->has_serial = sig.has_serial;
	d->serial = sig.serial;
	if (why == SIGN_OK)
		return verify_serve(v, &s, c, &job, now_ms, d);
	contents_demote(&v->contents, c);
	return refuse_sign(d, why);
}
