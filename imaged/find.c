/* SPDX-License-Identifier: ISC */
/* Tries the places, in their order, where the file of a question can be. */
#include "imaged/find.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A question on its way. */
struct search {
	struct finder *finder;
	const struct find_ask *ask;
	uint64_t now_ms;
	int root;
};

void
finder_init(struct finder *f)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < FIND_ROOTS_MAX; i++)
		f->root[i] = -1;
}

int
find_ask_decode(struct reader *r, struct find_ask *ask)
{
	ask->root = reader_u8(r);
	ask->ownlen = reader_blob(r, ask->own, sizeof(ask->own));
	ask->namelen = reader_blob(r, ask->name, sizeof(ask->name));
	ask->siblinglen = reader_blob(r, ask->sibling, sizeof(ask->sibling));
	return reader_done(r) ? 0 : -1;
}

/* One component of a path, which leads nowhere else. */
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
open_path(const struct search *s, const char *path, struct find *f)
{
	struct finder *d = s->finder;
	uint8_t root = s->ask->root;
	enum file_status status;
	int fd;

	f->image = (struct image){ .fd = -1 };
	f->opened = false;
	fd = cache_get(&d->cache, root, path, s->now_ms, &f->image.st);
	if (fd != -1) {
		status = image_judge(&f->image.st, &d->rule, &f->image.err);
		f->image.fd = status == FILE_OK ? fd : -1;
		return status;
	}
	status = image_open(s->root, path, &d->rule, &f->image);
	if (status == FILE_OK) {
		f->opened = true;
		cache_put(&d->cache, root, path, f->image.fd, &f->image.st,
		    s->now_ms);
	}
	return status;
}

/* Whether the own folder is there: FILE_OK, FILE_MISSING or FILE_ERROR. */
static enum file_status
own_status(const struct search *s, struct find *f)
{
	char own[FILE_FOLDER_MAX + 1];
	int fd;

	join(own, NULL, 0, s->ask->own, s->ask->ownlen);
	if ((fd = image_look(s->root, own, O_DIRECTORY)) != -1) {
		(void)close(fd);
		return FILE_OK;
	}
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
 * The file of that name, and the path where it is or should be.  The name is
 * tried in the own folder before that is looked at: most who ask for a file
 * there have the folder.
 */
static enum file_status
open_name(const struct search *s, const char *name, size_t n, char *path,
    struct find *f)
{
	const struct find_ask *ask = s->ask;
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
find_open(struct finder *d, const struct find_ask *ask, uint64_t now_ms,
    struct find *f)
{
	struct search s = { .finder = d, .ask = ask, .now_ms = now_ms };
	char path[FIND_PATH_MAX + 1];
	enum file_status status;

	f->image = (struct image){ .fd = -1 };
	f->way = 0;
	f->opened = false;
	f->path[0] = '\0';
	if (ask->root >= FIND_ROOTS_MAX || !own_ok(ask->own, ask->ownlen) ||
	    !image_name_ok(ask->name, ask->namelen) ||
	    (ask->siblinglen > 0 &&
		!image_name_ok(ask->sibling, ask->siblinglen)))
		return FILE_NAME;
	if ((s.root = d->root[ask->root]) == -1)
		return FILE_MISSING;
	status = open_name(&s, ask->name, ask->namelen, f->path, f);
	if (status != FILE_MISSING || ask->siblinglen == 0)
		return status;
	status = open_name(&s, ask->sibling, ask->siblinglen, path, f);
	if (status == FILE_OK)
		f->way |= FILE_WAY_SIBLING;
	else if (status != FILE_MISSING)
		memcpy(f->path, path, sizeof(path));
	return status;
}
