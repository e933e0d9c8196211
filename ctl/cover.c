/* SPDX-License-Identifier: ISC */
/* Finds what covers a file. */
#include "ctl/cover.h"

#include <stdio.h>
#include <string.h>

#include "daemon/file.h"

const char *const cover_endings[COVER_ENDINGS] = { ".minisig", ".sig" };

bool
cover_is_signature(const struct tree *t, const char *path)
{
	size_t n = strlen(path), end, i;

	for (i = 0; i < COVER_ENDINGS; i++) {
		end = strlen(cover_endings[i]);
		if (n > end && strcmp(path + n - end, cover_endings[i]) == 0 &&
		    tree_find(t, path, n - end) != NULL)
			return true;
	}
	return false;
}

const struct tree_file *
cover_detached(const struct tree *t, const char *path)
{
	char name[FILE_NAME_MAX + 32];
	const struct tree_file *f;
	size_t i;

	for (i = 0; i < COVER_ENDINGS; i++) {
		(void)snprintf(
		    name, sizeof(name), "%s%s", path, cover_endings[i]);
		if ((f = tree_find(t, name, strlen(name))) != NULL)
			return f;
	}
	return NULL;
}

/* Whether the folder, of n bytes, has a manifest with a signature. */
static bool
folder_signed(const struct tree *t, const char *folder, size_t n)
{
	char name[FILE_NAME_MAX + 32];

	(void)snprintf(name, sizeof(name), "%.*s%s" MANIFEST_FILE, (int)n,
	    folder, n == 0 ? "" : "/");
	return tree_find(t, name, strlen(name)) != NULL &&
	       cover_detached(t, name) != NULL;
}

bool
cover_folder(const struct tree *t, const char *path, size_t *n)
{
	const char *slash;

	for (*n = strlen(path); *n > 0;) {
		slash = memrchr(path, '/', *n);
		*n = slash == NULL ? 0 : (size_t)(slash - path);
		if (folder_signed(t, path, *n))
			return true;
	}
	return false;
}

const char *
cover_below(const char *path, size_t folder)
{
	return folder == 0 ? path : path + folder + 1;
}
