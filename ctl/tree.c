/* SPDX-License-Identifier: ISC */
/* Walks a boot tree. */
#include "ctl/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/inside.h"
#include "ctl/tell.h"
#include "daemon/file.h"
#include "daemon/grow.h"
#include "daemon/sort.h"

/* The folders on the way to the one that is read. */
struct frame {
	const struct frame *above;
	bool linked; /* a link leads to it, or to one above */
	dev_t dev;
	ino_t ino;
	unsigned int depth;
};

static int walk(struct tree *, char *path, size_t n, const struct frame *);

static int
add(struct tree *t, const char *path, const struct stat *st)
{
	struct tree_file *f;

	if (t->n == TREE_FILES_MAX) {
		tell_error("%s: more than %d files; sign parts of the tree",
		    path, TREE_FILES_MAX);
		return -1;
	}
	if (grow_array(&t->file, &t->cap, t->n + 1, sizeof(*t->file)) == -1) {
		tell_error("%s: out of memory", path);
		return -1;
	}
	f = &t->file[t->n];
	memset(f, 0, sizeof(*f));
	if ((f->path = strdup(path)) == NULL) {
		tell_error("%s: out of memory", path);
		return -1;
	}
	f->size = (uint64_t)st->st_size;
	f->dev = st->st_dev;
	f->ino = st->st_ino;
	t->n++;
	return 0;
}

/* One line each, for the first ones. */
static void
leave_out(struct tree *t, const char *path, const char *why)
{
	if (t->left_out++ < TREE_WARNINGS_MAX)
		tell_warning("%s: %s; left out", path, why);
	else if (t->left_out == TREE_WARNINGS_MAX + 1)
		tell_warning("more paths are left out");
}

static bool
leads_into_itself(const struct frame *f, const struct stat *st)
{
	for (; f != NULL; f = f->above)
		if (f->dev == st->st_dev && f->ino == st->st_ino)
			return true;
	return false;
}

static bool
leads_by_link(const struct tree *t, const char *path)
{
	struct stat st;

	return inside_stat(t->root, path, O_NOFOLLOW, &st) == 0 &&
	       S_ISLNK(st.st_mode);
}

static int
enter(struct tree *t, char *path, size_t n, const struct stat *st,
    const struct frame *above)
{
	struct frame f = { .above = above,
		.linked = above->linked || leads_by_link(t, path),
		.dev = st->st_dev,
		.ino = st->st_ino,
		.depth = above->depth + 1 };

	if (leads_into_itself(above, st)) {
		leave_out(t, path, "a link to a folder above it");
		return 0;
	}
	if (f.depth > TREE_DEPTH_MAX) {
		leave_out(t, path, "too many folders deep");
		return 0;
	}
	if (f.linked && t->linked++ == TREE_LINKED_MAX) {
		tell_error("%s: more than %d folders below links; do links "
			   "multiply them?",
		    path, TREE_LINKED_MAX);
		return -1;
	}
	return walk(t, path, n, &f);
}

/* A path that cannot be resolved: a link that leads nowhere, or a failure. */
static int
unresolved(struct tree *t, const char *path)
{
	const int err = errno;

	if (err != ENOENT && err != ENOTDIR && err != ELOOP &&
	    err != ENAMETOOLONG) {
		tell_error("%s: cannot look at it: %s", path, strerror(err));
		return -1;
	}
	/* Unless it was removed meanwhile. */
	if (leads_by_link(t, path))
		leave_out(t, path, "leads to nothing inside the tree");
	return 0;
}

/* path: of the entry, of n bytes. */
static int
visit(struct tree *t, char *path, size_t n, const struct frame *above)
{
	struct stat st;

	if (inside_stat(t->root, path, 0, &st) == -1)
		return unresolved(t, path);
	if (S_ISDIR(st.st_mode))
		return enter(t, path, n, &st, above);
	if (S_ISREG(st.st_mode))
		return add(t, path, &st);
	leave_out(t, path, "not a regular file");
	return 0;
}

/* Each entry of an open folder; the path is that of the folder. */
static int
walk_entries(
    struct tree *t, DIR *dir, char *path, size_t n, const struct frame *here)
{
	const struct dirent *e;
	size_t len;
	int r = 0;

	while (r == 0 && (errno = 0, e = readdir(dir)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		len = strlen(e->d_name);
		if (n + (n > 0) + len > FILE_NAME_MAX) {
			tell_warning(
			    "%s/%s: path too long; left out", path, e->d_name);
			continue;
		}
		if (n > 0)
			path[n] = '/';
		memcpy(path + n + (n > 0), e->d_name, len + 1);
		r = visit(t, path, n + (n > 0) + len, here);
		path[n] = '\0';
	}
	if (r == 0 && errno != 0) {
		tell_error("%s: cannot read the folder: %s",
		    n == 0 ? "." : path, strerror(errno));
		return -1;
	}
	return r;
}

static int
walk(struct tree *t, char *path, size_t n, const struct frame *here)
{
	DIR *dir;
	int fd, r;

	fd = inside_open(t->root, path, O_RDONLY | O_DIRECTORY);
	if (fd == -1 || (dir = fdopendir(fd)) == NULL) {
		tell_error("%s: cannot open the folder: %s",
		    n == 0 ? "." : path, strerror(errno));
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	r = walk_entries(t, dir, path, n, here);
	(void)closedir(dir);
	return r;
}

/* The frame of a folder: its own, which is that of the path's first n bytes. */
static int
frame_set(const struct tree *t, char *path, size_t n, struct frame *f)
{
	char saved = path[n];
	struct stat st;
	int r;

	path[n] = '\0';
	r = inside_stat(t->root, path, 0, &st);
	if (r == -1)
		tell_error("%s: %s", n == 0 ? "." : path, strerror(errno));
	path[n] = saved;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	return r;
}

/* Frames for the folders on the way to the first one; returns their number. */
static int
frames_make(const struct tree *t, char *path, size_t n,
    struct frame frame[TREE_DEPTH_MAX])
{
	size_t at;
	int depth = 0;

	/* at: where a component ends; the root is the first one. */
	for (at = 0;; at += 1 + strcspn(path + at + 1, "/")) {
		if (depth == TREE_DEPTH_MAX) {
			tell_error("%s: more than %d folders deep", path,
			    TREE_DEPTH_MAX);
			return -1;
		}
		if (frame_set(t, path, at, &frame[depth]) == -1)
			return -1;
		frame[depth].linked = false;
		frame[depth].depth = (unsigned int)depth;
		frame[depth].above = depth == 0 ? NULL : &frame[depth - 1];
		depth++;
		if (at >= n)
			return depth;
	}
}

int
tree_collect(struct tree *t, int root, const char *folder)
{
	struct frame frame[TREE_DEPTH_MAX];
	char path[FILE_NAME_MAX + 1];
	size_t n = strlen(folder);
	int depth;

	memset(t, 0, sizeof(*t));
	t->root = root;
	if (n > FILE_NAME_MAX) {
		tell_error("%s: path too long", folder);
		return -1;
	}
	memcpy(path, folder, n + 1);
	if ((depth = frames_make(t, path, n, frame)) == -1 ||
	    walk(t, path, n, &frame[depth - 1]) == -1)
		return -1;
	tree_sort(t);
	return 0;
}

int
tree_add(struct tree *t, const char *path)
{
	struct stat st;

	if (inside_stat(t->root, path, 0, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	return add(t, path, &st);
}

static int
by_path(const void *a, const void *b)
{
	const struct tree_file *fa = a, *fb = b;

	return strcmp(fa->path, fb->path);
}

void
tree_sort(struct tree *t)
{
	sort_array(t->file, t->n, sizeof(*t->file), by_path);
}

struct tree_file *
tree_find(const struct tree *t, const char *path, size_t n)
{
	size_t low = 0, high = t->n, mid;
	int c;

	while (low < high) {
		mid = low + (high - low) / 2;
		c = strncmp(path, t->file[mid].path, n);
		if (c == 0 && t->file[mid].path[n] != '\0')
			c = -1;
		if (c == 0)
			return &t->file[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

void
tree_free(struct tree *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free(t->file[i].path);
	free(t->file);
	memset(t, 0, sizeof(*t));
}
