/* SPDX-License-Identifier: ISC */
/* Checks the files of a tree. */
#include "ctl/check.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/cover.h"
#include "ctl/inside.h"
#include "ctl/tell.h"
#include "daemon/file.h"
#include "daemon/grow.h"
#include "sign/text.h"

/* Content of a signature that is not pre-hashed has to be in memory. */
#define PURE_BYTES_MAX ((size_t)1 << 30)

/*
 * Reads a signature and checks all of it but the content; *key made it.
 * SIGN_LINES also if it cannot be read.
 */
static enum sign_reason
signature_read(const struct check *c, const struct tree_file *f,
    const char *path, struct sign_signature *sig,
    const struct sign_pubkey **key)
{
	struct store_bytes b;
	enum sign_reason why;

	if (inside_load(c->tree->root, f->path, SIGN_TEXT_MAX, &b) == -1)
		return errno == EFBIG ? SIGN_LONG : SIGN_LINES;
	why = sign_signature_parse(sig, b.p, b.n);
	store_free(&b);
	if (why != SIGN_OK)
		return why;
	*key = sign_pubkey_find(c->keys->key, c->keys->n, sig->id);
	if (*key == NULL)
		return SIGN_KEY_UNKNOWN;
	if ((why = sign_signature_check_comment(sig, *key)) != SIGN_OK)
		return why;
	return sign_signature_check_name(sig, path, strlen(path));
}

/* ------------------------------------------------------------ manifests */

static struct check_manifest *
manifest_of(const struct check *c, const char *path)
{
	size_t n, i;

	if (!cover_folder(c->tree, path, &n))
		return NULL;
	for (i = c->n; i-- > 0;)
		if (strlen(c->manifest[i].folder) == n &&
		    memcmp(c->manifest[i].folder, path, n) == 0)
			return &c->manifest[i];
	return NULL;
}

/* "" or the reason, as the end of a message. */
static const char *
manifest_check(struct check *c, struct check_manifest *m, const char *path)
{
	static struct sign_signature sig;
	uint8_t seed[MANIFEST_SEED_BYTES];
	const struct sign_pubkey *key;
	const struct tree_file *f = cover_detached(c->tree, path);
	enum sign_reason why;

	if (inside_load(c->tree->root, path, MANIFEST_BYTES_MAX, &m->bytes) ==
	    -1)
		return errno == EFBIG ? sign_reason_text(SIGN_MANIFEST_LARGE)
				      : strerror(errno);
	if (f == NULL)
		return "its signature is gone";
	why = signature_read(c, f, path, &sig, &key);
	if (why == SIGN_OK)
		why = sign_signature_check_content(
		    &sig, key, m->bytes.p, m->bytes.n);
	if (why != SIGN_OK)
		return sign_reason_text(why);
	randombytes_buf(seed, sizeof(seed));
	manifest_init(&m->list, m->bytes.p, m->bytes.n, seed);
	if (manifest_read(&m->list) == MANIFEST_DONE)
		return "";
	return sign_reason_text(m->list.why);
}

static int
manifest_add(struct check *c, const char *folder, size_t n)
{
	char path[FILE_NAME_MAX + 32];
	struct check_manifest *m;
	const char *why;

	if (grow_array(&c->manifest, &c->cap, c->n + 1, sizeof(*m)) == -1)
		return -1;
	m = &c->manifest[c->n];
	memset(m, 0, sizeof(*m));
	if ((m->folder = strndup(folder, n)) == NULL)
		return -1;
	c->n++;
	(void)snprintf(path, sizeof(path), "%s%s" MANIFEST_FILE, m->folder,
	    n == 0 ? "" : "/");
	why = manifest_check(c, m, path);
	m->good = why[0] == '\0';
	if (m->good)
		return 0;
	if (m->list.line > 0)
		tell_error("%s:%u: %s; sign the folder again", path,
		    m->list.line, why);
	else
		tell_error("%s: %s; name its key by -p, or sign the folder "
			   "again",
		    path, why);
	return 0;
}

int
check_manifests(struct check *c)
{
	size_t i, n;

	for (i = 0; i < c->tree->n; i++) {
		const char *path = c->tree->file[i].path;

		if (!cover_folder(c->tree, path, &n) ||
		    manifest_of(c, path) != NULL)
			continue;
		if (manifest_add(c, path, n) == -1) {
			tell_error("out of memory");
			return -1;
		}
	}
	return 0;
}

/* ---------------------------------------------------------------- files */

void
check_want(struct check *c)
{
	struct tree *t = c->tree;
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct tree_file *f = &t->file[i];

		if (cover_is_signature(t, f->path))
			continue;
		if (cover_detached(t, f->path) != NULL)
			f->want_blake2b = true;
		else
			f->want_sha256 = true;
	}
}

static enum sign_reason
pure_check(const struct check *c, const struct tree_file *f,
    const struct sign_signature *sig, const struct sign_pubkey *key)
{
	struct store_bytes b;
	enum sign_reason why;

	if (inside_load(c->tree->root, f->path, PURE_BYTES_MAX, &b) == -1)
		return SIGN_BAD_CONTENT;
	why = sign_signature_check_content(sig, key, b.p, b.n);
	store_free(&b);
	return why;
}

static enum check_verdict
detached_check(const struct check *c, const struct tree_file *f,
    const struct tree_file *signature, enum sign_reason *why)
{
	static struct sign_signature sig;
	const struct sign_pubkey *key = NULL;

	*why = signature_read(c, signature, f->path, &sig, &key);
	if (*why == SIGN_OK)
		*why = sign_signature_is_pure(&sig)
			   ? pure_check(c, f, &sig, key)
			   : sign_signature_check_digest(&sig, key, f->blake2b);
	if (*why == SIGN_OK)
		return CHECK_SIGNED;
	return *why == SIGN_BAD_CONTENT ? CHECK_CHANGED : CHECK_BAD_SIGNATURE;
}

enum check_verdict
check_file(struct check *c, const struct tree_file *f, enum sign_reason *why)
{
	const struct tree_file *signature = cover_detached(c->tree, f->path);
	uint8_t hash[MANIFEST_HASH_BYTES];
	const struct check_manifest *m;
	const char *name;

	*why = SIGN_OK;
	if (f->error != 0)
		return CHECK_UNREADABLE;
	if (signature != NULL)
		return detached_check(c, f, signature, why);
	if ((m = manifest_of(c, f->path)) == NULL)
		return CHECK_UNSIGNED;
	if (!m->good)
		return CHECK_BAD_MANIFEST;
	name = cover_below(f->path, strlen(m->folder));
	if (!manifest_find(&m->list, name, strlen(name), hash))
		return CHECK_UNLISTED;
	return memcmp(hash, f->sha256, sizeof(hash)) == 0 ? CHECK_SIGNED
							  : CHECK_CHANGED;
}

void
check_free(struct check *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		manifest_free(&c->manifest[i].list);
		store_free(&c->manifest[i].bytes);
		free(c->manifest[i].folder);
	}
	free(c->manifest);
	c->manifest = NULL;
	c->n = c->cap = 0;
}
