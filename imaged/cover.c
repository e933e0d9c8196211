/* SPDX-License-Identifier: ISC */
/* Looks for a signature beside a file, and for manifests above it. */
#include "imaged/cover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sign/manifest.h"

static const char *const endings[] = { ".minisig", ".sig" };

size_t
cover_normalize(const char *path, char *dst)
{
	size_t len = 0, n;

	while (*(path += strspn(path, "/")) != '\0') {
		n = strcspn(path, "/");
		if (!(n == 1 && path[0] == '.')) {
			if (len + 1 + n >= LOOKUP_PATH_MAX + 1)
				return 0;
			if (len > 0)
				dst[len++] = '/';
			memcpy(dst + len, path, n);
			len += n;
		}
		path += n;
	}
	dst[len] = '\0';
	return len;
}

/*
 * Opens the signature of a file; FILE_MISSING if there is none.  One whose name
 * would be too long for the file system cannot exist.
 */
static enum file_status
signature_open(
    int root, const char *path, const struct image_rule *rule, struct cover *c)
{
	enum file_status status;
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		(void)snprintf(
		    c->path, sizeof(c->path), "%s%s", path, endings[i]);
		status = image_open(root, c->path, rule, &c->sig);
		if (status != FILE_MISSING && status != FILE_NAME)
			return status;
	}
	return FILE_MISSING;
}

static void
cover_break(struct cover *c, enum file_status status, int err)
{
	c->kind = COVER_BROKEN;
	c->status = status;
	c->err = err;
}

/*
 * Looks for a manifest in the folder of so many bytes of the path, with the
 * slash behind it; false if there is no signed one.
 */
static bool
manifest_open(int root, const char *path, size_t folderlen,
    const struct image_rule *rule, struct cover *c)
{
	enum file_status status;

	(void)snprintf(c->manifest_path, sizeof(c->manifest_path), "%.*s%s",
	    (int)folderlen, path, MANIFEST_FILE);
	/* Its own signature was looked for already. */
	if (strcmp(c->manifest_path, path) == 0)
		return false;
	status = signature_open(root, c->manifest_path, rule, c);
	if (status == FILE_MISSING)
		return false;
	if (status != FILE_OK) {
		cover_break(c, status, c->sig.err);
		return true;
	}
	status = image_open(root, c->manifest_path, rule, &c->manifest);
	if (status == FILE_MISSING) {
		(void)close(c->sig.fd);
		c->sig.fd = -1;
		return false;
	}
	c->folderlen = folderlen;
	c->kind = COVER_MANIFEST;
	if (status != FILE_OK) {
		memcpy(c->path, c->manifest_path, sizeof(c->path));
		cover_break(c, status, c->manifest.err);
	}
	return true;
}

void
cover_find(
    int root, const char *path, const struct image_rule *rule, struct cover *c)
{
	enum file_status status;
	size_t len = strlen(path);

	c->kind = COVER_NONE;
	c->sig.fd = c->manifest.fd = -1;
	status = signature_open(root, path, rule, c);
	if (status == FILE_OK) {
		c->kind = COVER_DETACHED;
		return;
	}
	if (status != FILE_MISSING) {
		cover_break(c, status, c->sig.err);
		return;
	}
	do {
		while (len > 0 && path[len - 1] != '/')
			len--;
		if (manifest_open(root, path, len, rule, c))
			return;
	} while (len-- > 0);
	c->path[0] = '\0';
}

void
cover_close(struct cover *c)
{
	if (c->sig.fd != -1)
		(void)close(c->sig.fd);
	if (c->manifest.fd != -1)
		(void)close(c->manifest.fd);
	c->sig.fd = c->manifest.fd = -1;
}
