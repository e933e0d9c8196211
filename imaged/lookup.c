/* SPDX-License-Identifier: ISC */
/* Tries the places where the file of a question can be, in order. */
#include "imaged/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* A lookup in progress. */
struct search {
	const struct lookup_conf *conf;
	const struct file_ask *ask;
	int root;
};

void
lookup_conf_init(struct lookup_conf *f)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < LOOKUP_ROOTS_MAX; i++)
		f->root[i] = -1;
}

/* Whether it is a single path component other than "." and "..". */
static bool
own_ok(const char *own, size_t n)
{
	return n == 0 ||
	       (image_name_ok(own, n) && memchr(own, '/', n) == NULL &&
		   !(n == 1 && own[0] == '.'));
}

/* folder/name, or name alone. */
static void
join(
    char *dst, const char *folder, size_t folderlen, const char *name, size_t n)
{
	if (folderlen > 0) {
		memcpy(dst, folder, folderlen);
		dst[folderlen] = '/';
		dst += folderlen + 1;
	}
	memcpy(dst, name, n);
	dst[n] = '\0';
}

static enum file_status
open_path(const struct search *s, const char *path, struct lookup *f)
{
	return image_open(s->root, path, &s->conf->rule, &f->image);
}

/* Whether the own folder exists: FILE_OK, FILE_MISSING or FILE_ERROR. */
static enum file_status
own_status(const struct search *s, struct lookup *f)
{
	char own[FILE_FOLDER_MAX + 1];
	struct stat st;

	join(own, NULL, 0, s->ask->own, s->ask->ownlen);
	if (image_stat(s->root, own, O_DIRECTORY, &st) == 0)
		return FILE_OK;
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case EACCES:
	case EPERM:
		return FILE_MISSING;
	default:
		f->image.err = errno;
		return FILE_ERROR;
	}
}

/*
 * Opens the file of that name; path is where it is or should be.  Opening the
 * file in the own folder first saves a check of the folder for most requests.
 */
static enum file_status
open_name(const struct search *s, const char *name, size_t n, char *path,
    struct lookup *f)
{
	const struct file_ask *ask = s->ask;
	enum file_status status;

	if (ask->ownlen > 0) {
		join(path, ask->own, ask->ownlen, name, n);
		status = open_path(s, path, f);
		if (status == FILE_OK)
			f->way |= FILE_WAY_OWN;
		if (status != FILE_MISSING)
			return status;
		status = own_status(s, f);
		if (status != FILE_MISSING)
			return status == FILE_OK ? FILE_MISSING : status;
	}
	join(path, NULL, 0, name, n);
	return open_path(s, path, f);
}

enum file_status
lookup_open(const struct lookup_conf *conf, const struct file_ask *ask,
    struct lookup *f)
{
	struct search s = { .conf = conf, .ask = ask };
	char path[LOOKUP_PATH_MAX + 1];
	enum file_status status;

	f->image = (struct image){ .fd = -1 };
	f->way = 0;
	f->path[0] = '\0';
	if (ask->root >= LOOKUP_ROOTS_MAX || !own_ok(ask->own, ask->ownlen) ||
	    !image_name_ok(ask->name, ask->namelen) ||
	    (ask->siblinglen > 0 &&
		!image_name_ok(ask->sibling, ask->siblinglen)))
		return FILE_NAME;
	if ((s.root = conf->root[ask->root]) == -1)
		return FILE_MISSING;
	status = open_name(&s, ask->name, ask->namelen, f->path, f);
	if (status != FILE_MISSING || ask->siblinglen == 0)
		return status;
	status = open_name(&s, ask->sibling, ask->siblinglen, path, f);
	if (status == FILE_OK)
		f->way |= FILE_WAY_SIBLING;
	if (status != FILE_MISSING)
		memcpy(f->path, path, sizeof(path));
	return status;
}
