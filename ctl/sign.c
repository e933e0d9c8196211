/* SPDX-License-Identifier: ISC */
/* Signs trees and files. */
#include "ctl/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ctl/cover.h"
#include "ctl/inside.h"
#include "ctl/keys.h"
#include "ctl/store.h"
#include "ctl/tree_hash.h"
#include "daemon/file.h"
#include "sign/manifest_line.h"
#include "sign/text.h"

#define SIGNATURE_FILE MANIFEST_FILE ".minisig"

struct signing {
	const struct args *args;
	struct sign_seckey key;
	int folder; /* where the results are written */
	int root; /* of the tree */
	struct tree tree;
	bool has_serial;
	uint64_t serial;
};

static int
write_failed(const struct signing *s, const char *name)
{
	tell_error(
	    "%s: cannot write %s: %s", s->args->path, name, strerror(errno));
	return -1;
}

/* ------------------------------------------------------------- serials */

/* The signature that is there, if any: 0 if there is none, 1, -1. */
static int
previous_load(const struct signing *s, struct sign_signature *sig)
{
	struct sign_pubkey public;
	struct store_bytes b;
	enum sign_reason why;

	if (inside_load(s->root, SIGNATURE_FILE, SIGN_TEXT_MAX, &b) == -1) {
		if (errno == ENOENT)
			return 0;
		tell_error("%s: cannot read %s: %s", s->args->path,
		    SIGNATURE_FILE, strerror(errno));
		return -1;
	}
	sign_seckey_public(&s->key, &public);
	why = sign_signature_parse(sig, b.p, b.n);
	if (why == SIGN_OK)
		why = sign_signature_check_comment(sig, &public);
	store_free(&b);
	if (why == SIGN_OK)
		return 1;
	if (s->args->serial == ARGS_SERIAL_NEXT) {
		tell_error("%s: %s: %s; give a serial by --serial=N",
		    s->args->path, SIGNATURE_FILE, sign_reason_text(why));
		return -1;
	}
	return 0;
}

/* Sets the serial, by the one of the manifest before. */
static int
serial_choose(struct signing *s)
{
	static struct sign_signature sig;
	int r = previous_load(s, &sig);
	const bool had = r == 1 && sig.has_serial;

	if (r == -1)
		return -1;
	s->has_serial = s->args->serial == ARGS_SERIAL_NUMBER ||
			s->args->serial == ARGS_SERIAL_NEXT;
	s->serial = s->args->number;
	if (s->args->serial == ARGS_SERIAL_NEXT) {
		if (had && sig.serial == SIGN_SERIAL_MAX) {
			tell_error("%s: the serial is the highest possible",
			    s->args->path);
			return -1;
		}
		s->serial = had ? sig.serial + 1 : 1;
	}
	if (had && s->args->serial == ARGS_SERIAL_UNSET) {
		tell_error("%s: the manifest has serial %" PRIu64
			   ", and one without would be refused as older; "
			   "use --serial=next, or --serial=none",
		    s->args->path, sig.serial);
		return -1;
	}
	if (had && s->has_serial && s->serial < sig.serial)
		tell_warning("%s: serial %" PRIu64 " is lower than %" PRIu64
			     " of the manifest before; pxeguard refuses it",
		    s->args->path, s->serial, sig.serial);
	return 0;
}

/* ---------------------------------------------------------- signatures */

/* The text of a signature of a file of that name. */
static int
signature_make(const struct signing *s, const char *name,
    const uint8_t digest[SIGN_DIGEST_BYTES], char text[SIGN_SIGNATURE_TEXT])
{
	static struct sign_signature sig;
	char comment[FILE_NAME_MAX + 128], serial[32] = "";
	struct sign_pubkey public;

	if (s->has_serial)
		(void)snprintf(
		    serial, sizeof(serial), "\tserial:%" PRIu64, s->serial);
	(void)snprintf(comment, sizeof(comment),
	    "timestamp:%lld\tfile:%s\thashed%s", (long long)time(NULL), name,
	    serial);
	sign_signature_write(text, &s->key, digest, comment);
	/* A name may contain what cannot stand in the comment. */
	sign_seckey_public(&s->key, &public);
	if (sign_signature_parse(&sig, text, strlen(text)) != SIGN_OK ||
	    sign_signature_check_comment(&sig, &public) != SIGN_OK ||
	    sign_signature_check_name(&sig, name, strlen(name)) != SIGN_OK ||
	    sign_signature_check_digest(&sig, &public, digest) != SIGN_OK) {
		tell_error("%s: the name has control characters; rename it, "
			   "or sign its folder",
		    s->args->path);
		return -1;
	}
	return 0;
}

static int
signature_write(const struct signing *s, const char *name,
    const uint8_t digest[SIGN_DIGEST_BYTES])
{
	char text[SIGN_SIGNATURE_TEXT], file[FILE_NAME_MAX + 16];
	struct store_new new;

	if (signature_make(s, name, digest, text) == -1)
		return -1;
	(void)snprintf(file, sizeof(file), "%s.minisig", name);
	if (store_begin(&new, s->folder, text, strlen(text)) == -1)
		return write_failed(s, file);
	if (store_commit(&new, file) == -1) {
		(void)write_failed(s, file);
		store_discard(&new);
		return -1;
	}
	return 0;
}

/* ------------------------------------------------------------ manifests */

/* Marks what the manifest lists; returns how many files. */
static size_t
files_choose(struct signing *s)
{
	struct tree *t = &s->tree;
	size_t i, n = 0, folder, own = SIZE_MAX;

	for (i = 0; i < t->n; i++) {
		struct tree_file *f = &t->file[i];

		if (cover_is_signature(t, f->path) ||
		    strcmp(f->path, MANIFEST_FILE) == 0)
			continue;
		/* The nearest manifest decides; it is not ours. */
		if (cover_folder(t, f->path, &folder) && folder > 0) {
			if (folder != own || i == 0 ||
			    strncmp(f->path, t->file[i - 1].path, folder) != 0)
				tell_warning("%.*s: has a signed manifest of "
					     "its own; left out",
				    (int)folder, f->path);
			own = folder;
			continue;
		}
		own = SIZE_MAX;
		f->want_sha256 = true;
		n++;
	}
	return n;
}

static int
file_readable(const struct tree_file *f)
{
	if (f->error == 0)
		return 0;
	if (f->error == EAGAIN)
		tell_error("%s: changed while it was read; try again when "
			   "nothing writes to the tree",
		    f->path);
	else
		tell_error(
		    "%s: cannot read it: %s", f->path, strerror(f->error));
	return -1;
}

/* The text of the manifest, from malloc(); NULL after a message. */
static char *
manifest_write(const struct tree *t, size_t *len)
{
	size_t room = 1, i;
	char *text;

	for (i = 0; i < t->n; i++)
		if (t->file[i].want_sha256)
			room +=
			    2 * strlen(t->file[i].path) + MANIFEST_LINE_EXTRA;
	if ((text = malloc(room)) == NULL) {
		tell_error("out of memory");
		return NULL;
	}
	*len = 0;
	for (i = 0; i < t->n; i++) {
		const struct tree_file *f = &t->file[i];

		if (!f->want_sha256)
			continue;
		if (file_readable(f) == -1) {
			free(text);
			return NULL;
		}
		*len += manifest_line_write(
		    text + *len, f->path, strlen(f->path), f->sha256);
	}
	return text;
}

/* Whether the daemon will read it. */
static int
manifest_accepted(const struct signing *s, const char *text, size_t n)
{
	uint8_t seed[MANIFEST_SEED_BYTES];
	struct manifest m;
	int r;

	randombytes_buf(seed, sizeof(seed));
	manifest_init(&m, text, n, seed);
	r = manifest_read(&m) == MANIFEST_DONE ? 0 : -1;
	if (r == -1)
		tell_error("%s: the manifest would not be accepted: %s; "
			   "sign parts of the tree",
		    s->args->path, sign_reason_text(m.why));
	manifest_free(&m);
	return r;
}

/* Two renames: a client that asks between them is refused once. */
static int
manifest_store(const struct signing *s, const char *text, size_t n)
{
	char sig[SIGN_SIGNATURE_TEXT];
	uint8_t digest[SIGN_DIGEST_BYTES];
	struct store_new manifest, signature;

	(void)crypto_generichash(
	    digest, sizeof(digest), (const uint8_t *)text, n, NULL, 0);
	if (signature_make(s, MANIFEST_FILE, digest, sig) == -1)
		return -1;
	if (store_begin(&manifest, s->folder, text, n) == -1)
		return write_failed(s, MANIFEST_FILE);
	if (store_begin(&signature, s->folder, sig, strlen(sig)) == -1) {
		(void)write_failed(s, SIGNATURE_FILE);
		store_discard(&manifest);
		return -1;
	}
	if (store_commit(&manifest, MANIFEST_FILE) == -1) {
		(void)write_failed(s, MANIFEST_FILE);
		store_discard(&manifest);
		store_discard(&signature);
		return -1;
	}
	if (store_commit(&signature, SIGNATURE_FILE) == -1) {
		(void)write_failed(s, SIGNATURE_FILE);
		store_discard(&signature);
		return -1;
	}
	(void)fsync(s->folder);
	return 0;
}

static int
tree_sign(struct signing *s)
{
	char id[SIGN_ID_TEXT], *text = NULL;
	size_t files, n;
	int r = -1;

	if (serial_choose(s) == -1)
		return -1;
	if (tree_collect(&s->tree, s->root, "") == 0) {
		files = files_choose(s);
		if (tree_hash(&s->tree) == 0)
			text = manifest_write(&s->tree, &n);
		if (text != NULL && manifest_accepted(s, text, n) == 0)
			r = manifest_store(s, text, n);
		free(text);
	}
	if (r == 0)
		tell_line("%s: %zu files in %s, signed by key %s",
		    s->args->path, files, MANIFEST_FILE,
		    sign_id_text(id, s->key.id));
	if (r == 0 && s->has_serial)
		tell_line("%s: serial %" PRIu64, s->args->path, s->serial);
	tree_free(&s->tree);
	return r;
}

/* ---------------------------------------------------------------- files */

/* Its folder is the root, but its links may lead anywhere. */
static int
file_sign(struct signing *s)
{
	const char *slash = strrchr(s->args->path, '/');
	const char *name = slash == NULL ? s->args->path : slash + 1;
	char id[SIGN_ID_TEXT], full[4096];
	struct tree_file *f;
	int r = -1;

	if (s->args->serial != ARGS_SERIAL_UNSET) {
		tell_error("%s: only the manifest of a folder has a serial; "
			   "omit --serial",
		    s->args->path);
		return -1;
	}
	if (strlen(name) > FILE_NAME_MAX - 16 ||
	    realpath(s->args->path, full) == NULL) {
		tell_error("%s: %s", s->args->path, strerror(errno));
		return -1;
	}
	memset(&s->tree, 0, sizeof(s->tree));
	s->tree.root = s->root;
	if (tree_add(&s->tree, full) == 0 && s->tree.n == 1) {
		f = &s->tree.file[0];
		f->want_blake2b = true;
		if (tree_hash(&s->tree) == 0 && file_readable(f) == 0)
			r = signature_write(s, name, f->blake2b);
	} else {
		tell_error("%s: not a regular file", s->args->path);
	}
	if (r == 0)
		tell_line("%s: signed by key %s", s->args->path,
		    sign_id_text(id, s->key.id));
	tree_free(&s->tree);
	return r;
}

/* --------------------------------------------------------------- command */

/* The folder of a file, for writing. */
static int
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	folder = slash == NULL	 ? strdup(".")
		 : slash == path ? strdup("/")
				 : strndup(path, (size_t)(slash - path));
	if (folder == NULL)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return fd;
}

static int
key_open(struct signing *s)
{
	char *path;
	int r;

	if (s->args->secret != NULL)
		return keys_secret(
		    &s->key, s->args->secret, s->args->password_file);
	if ((path = keys_default(KEYS_SECRET, false)) == NULL)
		return -1;
	r = keys_secret(&s->key, path, s->args->password_file);
	free(path);
	return r;
}

enum tell_status
sign_run(const struct args *a)
{
	struct signing s = { .args = a };
	struct stat st;
	int r = -1;
	bool tree;

	if (stat(a->path, &st) == -1) {
		tell_error("%s: %s", a->path, strerror(errno));
		return TELL_FAILED;
	}
	tree = S_ISDIR(st.st_mode);
	s.folder = tree ? open(a->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			: folder_of(a->path);
	s.root = open(tree ? a->path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s.folder == -1 || s.root == -1)
		tell_error("%s: %s", a->path, strerror(errno));
	else if (key_open(&s) == 0)
		r = tree ? tree_sign(&s) : file_sign(&s);
	sodium_memzero(&s.key, sizeof(s.key));
	if (s.folder != -1)
		(void)close(s.folder);
	if (s.root != -1)
		(void)close(s.root);
	return r == 0 ? TELL_OK : TELL_FAILED;
}
