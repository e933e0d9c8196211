/* SPDX-License-Identifier: ISC */
/*
 * A tree of signed files that changes at random, and a model of it: what the
 * owner of a key has signed, and so which files may be served.
 */
#ifndef TESTS_UNIT_SIGNED_TREE_H
#define TESTS_UNIT_SIGNED_TREE_H

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "tests/unit/verifier_case.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define FILES_N 4
#define CONTENTS_N 5

static const char *const names[FILES_N] = { "a", "b", "d/c", "d/e/f" };

/* Keys; the last one is never listed. */
static struct sign_pubkey keys[3];
static uint8_t secret[3][crypto_sign_SECRETKEYBYTES];

/* ------------------------------------------------------------- the tree */

static inline void
b64(char *dst, size_t size, const void *bytes, size_t n)
{
	(void)sodium_bin2base64(
	    dst, size, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

/* A signature of minisign over a text: pre-hashed, or as with -l. */
static inline void
sign_text(char *dst, size_t size, const char *text, int key, bool pure,
    const char *comment)
{
	uint8_t first[2 + 8 + 64], digest[64], global[64];
	uint8_t both[64 + 128];
	char one[128], two[128];

	memcpy(first, pure ? "Ed" : "ED", 2);
	memcpy(first + 2, keys[key].id, 8);
	if (pure) {
		(void)crypto_sign_detached(first + 10, NULL,
		    (const uint8_t *)text, strlen(text), secret[key]);
	} else {
		(void)crypto_generichash(digest, sizeof(digest),
		    (const uint8_t *)text, strlen(text), NULL, 0);
		(void)crypto_sign_detached(
		    first + 10, NULL, digest, sizeof(digest), secret[key]);
	}
	memcpy(both, first + 10, 64);
	memcpy(both + 64, comment, strlen(comment));
	(void)crypto_sign_detached(
	    global, NULL, both, 64 + strlen(comment), secret[key]);
	b64(one, sizeof(one), first, sizeof(first));
	b64(two, sizeof(two), global, sizeof(global));
	(void)snprintf(dst, size,
	    "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n", one, comment,
	    two);
}

/* Replaces a file by rename, so that it is another one; or removes it. */
static inline void
put(const char *name, const char *text)
{
	if (text == NULL) {
		(void)unlinkat(image_root, name, 0);
		return;
	}
	image_write("new", text, 0644);
	ck_assert_int_eq(renameat(image_root, "new", image_root, name), 0);
}

static inline const char *
content(int i)
{
	static const char *const texts[CONTENTS_N] = { "", "1", "22", "333",
		"4444" };

	return texts[i];
}

/* ------------------------------------------------------------ the model */

/* What the owner of a key has signed. */
static struct {
	int detached[FILES_N]; /* content of the signature; -1: none */
	int detached_key[FILES_N];
	bool broken[FILES_N]; /* the signature was damaged */
	bool manifest; /* there is one, at the top */
	int manifest_key;
	bool manifest_broken;
	bool has_serial;
	uint64_t serial, last;
	int listed[FILES_N]; /* content; -1: not listed */
	int is[FILES_N]; /* content of the file; -1: missing */
	bool listed_key[3];
} model;

static inline void
base_name(const char *name, char comment[64])
{
	const char *slash = strrchr(name, '/');

	(void)snprintf(comment, 64, "timestamp:1\tfile:%s",
	    slash == NULL ? name : slash + 1);
}

static inline void
put_file(int f)
{
	model.is[f] = (int)(random() % CONTENTS_N);
	/* Another file, or the same one with another size. */
	if (random() % 2)
		put(names[f], content(model.is[f]));
	else
		image_write(names[f], content(model.is[f]), 0644);
}

static inline void
put_signature(int f)
{
	char text[1024], name[64], comment[64];
	bool pure = random() % 2;

	(void)snprintf(name, sizeof(name), "%s.minisig", names[f]);
	model.broken[f] = false;
	if (random() % 3 == 0) {
		put(name, NULL);
		model.detached[f] = -1;
		return;
	}
	model.detached[f] = (int)(random() % CONTENTS_N);
	model.detached_key[f] = (int)(random() % 3);
	base_name(names[f], comment);
	sign_text(text, sizeof(text), content(model.detached[f]),
	    model.detached_key[f], pure, comment);
	if (random() % 4 == 0) {
		model.broken[f] = true;
		text[60] = text[60] == 'A' ? 'B' : 'A';
	}
	put(name, text);
}

/* The trusted comment of a manifest, mostly with a serial near the last one. */
static inline void
manifest_comment(char comment[128])
{
	model.has_serial = random() % 4 > 0;
	model.serial = model.last + (uint64_t)random() % 3;
	model.serial -= model.serial > 0;
	model.last = model.serial;
	if (model.has_serial)
		(void)snprintf(comment, 128,
		    "timestamp:1\tfile:SHA256SUMS\tserial:%" PRIu64,
		    model.serial);
	else
		(void)snprintf(comment, 128, "timestamp:1\tfile:SHA256SUMS");
}

/* Signed anew, and nothing else changed: perhaps by another key. */
static inline void
put_manifest_signature(void)
{
	char text[2048], sig[1024], comment[128];
	ssize_t n;
	int fd;

	if (!model.manifest || model.manifest_broken)
		return;
	fd = openat(image_root, "SHA256SUMS", O_RDONLY);
	n = pread(fd, text, sizeof(text) - 1, 0);
	(void)close(fd);
	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	model.manifest_key = (int)(random() % 3);
	manifest_comment(comment);
	sign_text(
	    sig, sizeof(sig), text, model.manifest_key, random() % 2, comment);
	put("SHA256SUMS.minisig", sig);
}

static inline void
put_manifest(void)
{
	char text[2048] = "# a comment\n", sig[1024], hex[65], comment[128];
	uint8_t hash[32];
	int f;

	model.manifest_broken = false;
	if (random() % 4 == 0) {
		put("SHA256SUMS.minisig", NULL);
		model.manifest = false;
		return;
	}
	for (f = 0; f < FILES_N; f++) {
		model.listed[f] = (int)(random() % (CONTENTS_N + 1)) - 1;
		if (model.listed[f] == -1)
			continue;
		(void)crypto_hash_sha256(hash,
		    (const uint8_t *)content(model.listed[f]),
		    strlen(content(model.listed[f])));
		(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s  %s\n", hex, names[f]);
	}
	if (random() % 8 == 0) {
		model.manifest_broken = true;
		(void)strcat(text, "not a line\n");
	}
	model.manifest = true;
	model.manifest_key = (int)(random() % 3);
	manifest_comment(comment);
	sign_text(
	    sig, sizeof(sig), text, model.manifest_key, random() % 2, comment);
	if (random() % 8 == 0) {
		model.manifest_broken = true;
		text[random() % 11 + 1] ^= 1;
	}
	put("SHA256SUMS", text);
	put("SHA256SUMS.minisig", sig);
}

/* A change of the files, or of what signs them. */
static inline void
change_tree(void)
{
	int f = (int)(random() % FILES_N);

	switch (random() % 7) {
	case 5:
		/* Exchanged, below a signature that stays. */
		if (model.manifest && random() % 4 == 0) {
			put("SHA256SUMS", "# nothing\n");
			model.manifest_broken = true;
		}
		break;
	case 6:
		put_manifest_signature();
		break;
	case 0:
		put_file(f);
		break;
	case 1:
	case 2:
		put_signature(f);
		break;
	default:
		put_manifest();
	}
}

static inline void
put_keys(void)
{
	static struct sign_pubkey list[2];
	size_t n = 0;
	int k;

	for (k = 0; k < 2; k++) {
		model.listed_key[k] = random() % 4 > 0;
		if (model.listed_key[k])
			list[n++] = keys[k];
	}
	conf.keys = list;
	conf.nkeys = n;
	verifier_configure(&v, &conf);
}

/* Whether its serial is not below what imaged was told. */
static inline bool
good_serial(void)
{
	if (!leased.told)
		return true;
	return model.has_serial && model.serial >= leased.told_serial;
}

static inline bool
good_manifest(void)
{
	return model.manifest && !model.manifest_broken &&
	       model.listed_key[model.manifest_key];
}

/* Whether this file may be served as it is now. */
static inline bool
may_serve(int f)
{
	if (model.detached[f] != -1)
		return !model.broken[f] &&
		       model.listed_key[model.detached_key[f]] &&
		       model.detached[f] == model.is[f];
	return good_manifest() && good_serial() &&
	       model.listed[f] == model.is[f];
}

static inline void
set_up(void)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = { 0 };
	int k;

	image_set_up();
	image_folder("d");
	image_folder("d/e");
	ck_assert_int_ne(sodium_init(), -1);
	for (k = 0; k < 3; k++) {
		seed[0] = (uint8_t)(k + 1);
		(void)crypto_sign_seed_keypair(keys[k].key, secret[k], seed);
		memset(keys[k].id, k + 1, sizeof(keys[k].id));
		keys[k].format = SIGN_MINISIGN;
	}
	conf = (struct verifier_conf){ .cache = 1 << 20,
		.rule = { .uid = getuid(), .gid = getgid() },
		.roots = roots };
}

static inline void
begin(void)
{
	int f;

	verifier_init(&v, &ops, &serial_ops);
	now_ms = 1000000;
	down = false;
	njobs = njobs_all = ncalled = ngiven_up = 0;
	memset(called, 0, sizeof(called));
	memset(&model, 0, sizeof(model));
	memset(&leased, 0, sizeof(leased));
	leased_begin();
	for (f = 0; f < FILES_N; f++)
		model.detached[f] = model.listed[f] = -1;
	for (f = 0; f < FILES_N; f++)
		put_file(f);
	put_keys();
}

static inline void
end(void)
{
	hashd_end();
	leased_end();
	verifier_clear(&v);
	serials_clear(&v.serials);
	ck_assert_uint_eq(v.contents.used, 0);
	ck_assert_uint_eq(v.contents.n, 0);
	ck_assert_uint_eq(v.contents.nheld, 0);
	ck_assert_uint_eq(v.contents.npasses, 0);
	ck_assert_uint_eq(v.nmanifests, 0);
	ck_assert_uint_eq(v.manifest_bytes, 0);
}

static struct stat asked; /* the file of the last ask() */

static inline enum verify_result
ask(int f, struct verdict *d)
{
	enum verify_result r;
	struct image im;

	ck_assert_int_eq(
	    image_open(image_root, names[f], &conf.rule, &im), FILE_OK);
	asked = im.st;
	r = verifier_check(&v, 0, image_root, names[f], &im, now_ms, d);
	(void)close(im.fd);
	return r;
}

static inline void
check_copy(int f, const struct verdict *d)
{
	char buf[64];
	ssize_t n;

	ck_assert_int_ne(d->copy, -1);
	n = pread(d->copy, buf, sizeof(buf), 0);
	ck_assert_int_eq(n, (ssize_t)strlen(content(model.is[f])));
	ck_assert_mem_eq(buf, content(model.is[f]), (size_t)n);
	ck_assert_int_eq(fcntl(d->copy, F_GET_SEALS) & SEALS, SEALS);
}

/* Asks until there is an answer; hashd does all that it is given. */
static inline void
judge(int f)
{
	enum verify_result r;
	struct verdict d;
	bool expected;
	int tries = 0;

	while ((r = ask(f, &d)) == VERIFY_WAIT) {
		/* The file, its manifest, and what is read in turns. */
		ck_assert_int_lt(++tries, 8);
		ck_assert_uint_ne(d.ticket, 0);
		ck_assert(njobs > 0 || verifier_has_turn(&v) || leased_busy());
		while (njobs > 0)
			do_job((size_t)random() % njobs);
		while (verifier_turn(&v))
			continue;
		while (leased_busy())
			leased_step(false);
		ck_assert(was_called(d.ticket));
	}
	if (r == VERIFY_SERVE)
		check_copy(f, &d);
	else
		ck_assert(r == VERIFY_REFUSE && d.why != VERIFY_BUSY &&
			  d.why < VERIFY_FAILED);
	expected = may_serve(f);
	ck_assert_msg((r == VERIFY_SERVE) == expected,
	    "%s: result %d, why %d %s", names[f], r, d.why,
	    sign_reason_text(d.sign));
	if (d.why == VERIFY_SERIAL_LOWER || d.why == VERIFY_SERIAL_NONE) {
		ck_assert_uint_eq(d.accepted, leased.serial);
		ck_assert_int_eq(d.has_serial, d.why == VERIFY_SERIAL_LOWER);
		ck_assert(!d.has_serial || d.serial == model.serial);
	}
	/* A manifest that was used is one to which no older one comes. */
	if (r == VERIFY_SERVE && model.detached[f] == -1 && model.has_serial)
		ck_assert(leased.has && leased.serial == model.serial);
}

#endif
