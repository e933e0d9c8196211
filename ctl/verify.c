/* SPDX-License-Identifier: ISC */
/* Verifies trees and files. */
#include "ctl/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/check.h"
#include "ctl/cover.h"
#include "ctl/tree_hash.h"
#include "daemon/file.h"

#define PATH_BYTES 4096

static const char *const verdicts[CHECK_VERDICT_MAX] = {
	[CHECK_SIGNED] = "signed",
	[CHECK_CHANGED] = "changed",
	[CHECK_MISSING] = "missing",
	[CHECK_UNLISTED] = "unlisted",
	[CHECK_UNSIGNED] = "unsigned",
	[CHECK_BAD_SIGNATURE] = "bad signature",
	[CHECK_BAD_MANIFEST] = "bad manifest",
	[CHECK_UNREADABLE] = "unreadable",
};

struct verify {
	const struct args *args;
	struct keys keys;
	struct tree tree;
	struct check check;
	bool is_file; /* one file, whose root is the host's */
	char below[PATH_BYTES]; /* what is verified, below the root */
	size_t count[CHECK_VERDICT_MAX];
};

static void
tell_verdict(struct verify *v, const char *path, enum check_verdict verdict,
    const char *detail)
{
	v->count[verdict]++;
	if (verdict == CHECK_SIGNED && v->args->quiet)
		return;
	tell_line("%s: %s%s%s", v->is_file ? v->args->path : path,
	    verdicts[verdict], detail[0] == '\0' ? "" : ": ", detail);
}

/* Whether a path lies below what is verified, or is it. */
static bool
is_below(const struct verify *v, const char *path)
{
	size_t n = strlen(v->below);

	return n == 0 || (strncmp(path, v->below, n) == 0 &&
			     (path[n] == '\0' || path[n] == '/'));
}

static const char *
read_error_text(int err)
{
	return err == EAGAIN ? "changed while it was read" : strerror(err);
}

static void
files_tell(struct verify *v)
{
	enum check_verdict verdict;
	enum sign_reason why;
	size_t i;

	for (i = 0; i < v->tree.n; i++) {
		const struct tree_file *f = &v->tree.file[i];

		if (!is_below(v, f->path) ||
		    cover_is_signature(&v->tree, f->path))
			continue;
		verdict = check_file(&v->check, f, &why);
		tell_verdict(v, f->path, verdict,
		    verdict == CHECK_BAD_SIGNATURE ? sign_reason_text(why)
		    : verdict == CHECK_UNREADABLE  ? read_error_text(f->error)
						   : "");
	}
}

/*
 * The paths that a manifest lists and the walk did not find; -1 without memory.
 * adding: those that exist, below a folder that leads into itself, are added to
 * the tree; otherwise those that are missing are printed.
 */
static int
listed_visit(struct verify *v, const struct check_manifest *m, bool adding)
{
	char name[MANIFEST_LINE_MAX], path[PATH_BYTES + MANIFEST_LINE_MAX];
	uint8_t hash[MANIFEST_HASH_BYTES];
	size_t at = 0, n;

	while (m->good && manifest_next(&m->list, &at, name, &n, hash)) {
		(void)snprintf(path, sizeof(path), "%s%s%.*s", m->folder,
		    m->folder[0] == '\0' ? "" : "/", (int)n, name);
		if (!is_below(v, path) ||
		    tree_find(&v->tree, path, strlen(path)) != NULL)
			continue;
		if (!adding)
			tell_verdict(v, path, CHECK_MISSING, "");
		else if (tree_add(&v->tree, path) == -1)
			return -1;
		else if (v->tree.n > 0 &&
			 strcmp(v->tree.file[v->tree.n - 1].path, path) == 0)
			tree_sort(&v->tree);
	}
	return 0;
}

static int
listed_all(struct verify *v, bool adding)
{
	size_t i;

	for (i = 0; i < v->check.n; i++)
		if (listed_visit(v, &v->check.manifest[i], adding) == -1)
			return -1;
	return 0;
}

static void
summary_tell(const struct verify *v)
{
	char text[256];
	size_t at = 0, i;

	for (i = 0; i < CHECK_VERDICT_MAX; i++)
		if (i <= CHECK_UNLISTED || v->count[i] > 0)
			at += (size_t)snprintf(text + at, sizeof(text) - at,
			    "%s%zu %s", at == 0 ? "" : ", ", v->count[i],
			    verdicts[i]);
	tell_line("%s: %s", v->args->path, text);
}

static enum tell_status
verify_all(struct verify *v)
{
	size_t i;

	v->check.tree = &v->tree;
	v->check.keys = &v->keys;
	if (check_manifests(&v->check) == -1 || listed_all(v, true) == -1)
		return TELL_FAILED;
	check_want(&v->check);
	for (i = 0; i < v->tree.n; i++)
		if (!is_below(v, v->tree.file[i].path))
			v->tree.file[i].want_sha256 =
			    v->tree.file[i].want_blake2b = false;
	if (tree_hash(&v->tree) == -1)
		return TELL_FAILED;
	files_tell(v);
	(void)listed_all(v, false);
	summary_tell(v);
	for (i = CHECK_CHANGED; i < CHECK_VERDICT_MAX; i++)
		if (v->count[i] > 0)
			return TELL_BAD;
	return TELL_OK;
}

/* ----------------------------------------------------------- what covers */

/* Whether the folder has its manifest, or a signature of that. */
static bool
has_file(const char *folder, const char *ending)
{
	char path[PATH_BYTES + 64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/" MANIFEST_FILE "%s",
	    strcmp(folder, "/") == 0 ? "" : folder, ending);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Whether the folder has a signed manifest. */
static bool
has_manifest(const char *folder)
{
	size_t i;

	for (i = 0; i < COVER_ENDINGS; i++)
		if (has_file(folder, cover_endings[i]))
			return has_file(folder, "");
	return false;
}

/* The nearest folder with a signed manifest, in place; false: none. */
static bool
manifest_above(char *folder)
{
	char *slash;

	for (;;) {
		if (has_manifest(folder))
			return true;
		if ((slash = strrchr(folder, '/')) == NULL || folder[1] == '\0')
			return false;
		slash[slash == folder] = '\0';
	}
}

/* Adds a file, and what signs it. */
static int
signed_add(struct tree *t, const char *path)
{
	char signature[PATH_BYTES + 64];
	size_t i;

	if (tree_add(t, path) == -1)
		return -1;
	for (i = 0; i < COVER_ENDINGS; i++) {
		(void)snprintf(signature, sizeof(signature), "%s%s", path,
		    cover_endings[i]);
		if (tree_add(t, signature) == -1)
			return -1;
	}
	tree_sort(t);
	return 0;
}

/* full: the folder's real path. */
static enum tell_status
verify_tree(struct verify *v, const char *full)
{
	char top[PATH_BYTES];
	int root;

	(void)snprintf(top, sizeof(top), "%s", full);
	if (!manifest_above(top))
		(void)snprintf(top, sizeof(top), "%s", full);
	if (strcmp(top, full) != 0)
		(void)snprintf(v->below, sizeof(v->below), "%s",
		    full + strlen(top) + (top[1] != '\0'));
	if ((root = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC)) == -1) {
		tell_error("%s: %s", top, strerror(errno));
		return TELL_FAILED;
	}
	if (tree_collect(&v->tree, root, v->below) == -1 ||
	    (v->below[0] != '\0' && signed_add(&v->tree, MANIFEST_FILE) == -1))
		return TELL_FAILED;
	return verify_all(v);
}

/* full: the file's folder's real path; the root is the host's. */
static enum tell_status
verify_file(struct verify *v, const char *full, const char *name)
{
	const char *folder = full + 1;
	char path[PATH_BYTES + 64], top[PATH_BYTES];
	int root;

	(void)snprintf(v->below, sizeof(v->below), "%s%s%s", folder,
	    folder[0] == '\0' ? "" : "/", name);
	if (strlen(v->below) > FILE_NAME_MAX ||
	    (root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) == -1) {
		tell_error("%s: path too long", v->args->path);
		return TELL_FAILED;
	}
	v->is_file = true;
	v->tree.root = root;
	if (signed_add(&v->tree, v->below) == -1)
		return TELL_FAILED;
	(void)snprintf(top, sizeof(top), "%s", full);
	if (strcmp(name, MANIFEST_FILE) != 0 && manifest_above(top)) {
		(void)snprintf(path, sizeof(path), "%s%s" MANIFEST_FILE,
		    top + 1, top[1] == '\0' ? "" : "/");
		if (signed_add(&v->tree, path) == -1)
			return TELL_FAILED;
	}
	if (tree_find(&v->tree, v->below, strlen(v->below)) == NULL) {
		tell_error("%s: not a regular file", v->args->path);
		return TELL_FAILED;
	}
	return verify_all(v);
}

static int
keys_open(struct verify *v)
{
	char *path;
	size_t i;
	int r;

	for (i = 0; i < v->args->npublic; i++)
		if (keys_add(&v->keys, v->args->public[i]) == -1)
			return -1;
	if (v->args->npublic > 0 && v->keys.n == 0)
		tell_error("%s: holds no keys", v->args->public[0]);
	if (v->args->npublic > 0)
		return v->keys.n == 0 ? -1 : 0;
	if ((path = keys_default(KEYS_PUBLIC, false)) == NULL)
		return -1;
	r = keys_add(&v->keys, path);
	free(path);
	return r;
}

enum tell_status
verify_run(const struct args *a)
{
	static struct verify v;
	enum tell_status status = TELL_FAILED;
	char full[PATH_BYTES];
	const char *slash = strrchr(a->path, '/');
	struct stat st;
	char *folder;

	v.args = a;
	if (keys_open(&v) == -1)
		return TELL_FAILED;
	if (stat(a->path, &st) == -1) {
		tell_error("%s: %s", a->path, strerror(errno));
		return TELL_FAILED;
	}
	folder = S_ISDIR(st.st_mode) ? strdup(a->path)
		 : slash == NULL     ? strdup(".")
		 : slash == a->path
		     ? strdup("/")
		     : strndup(a->path, (size_t)(slash - a->path));
	if (folder == NULL || realpath(folder, full) == NULL)
		tell_error("%s: %s", a->path, strerror(errno));
	else if (S_ISDIR(st.st_mode))
		status = verify_tree(&v, full);
	else
		status =
		    verify_file(&v, full, slash == NULL ? a->path : slash + 1);
	free(folder);
	check_free(&v.check);
	tree_free(&v.tree);
	return status;
}
