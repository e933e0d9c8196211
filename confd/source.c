/* SPDX-License-Identifier: ISC */
/* The set of files and directories that a configuration is made of. */
#include "confd/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/sort.h"

const char *
source_result_text(enum source_result r)
{
	switch (r) {
	case SOURCE_OK:
	case SOURCE_KNOWN:
		break;
	case SOURCE_MANY:
		return "more than 16384 files and directories";
	case SOURCE_LARGE:
		return "more than 64 MiB in all files";
	case SOURCE_PATH:
		return "the path is empty or longer than 1023 bytes";
	case SOURCE_MEMORY:
		return "out of memory";
	}
	return "?";
}

static void
source_clear(struct source *s)
{
	size_t i;

	for (i = 0; i < s->nnames; i++)
		free(s->names[i]);
	free(s->names);
	free(s->text);
	free(s->dir);
	free(s->path);
}

void
sources_free(struct sources *ss)
{
	size_t i;

	for (i = 0; i < ss->n; i++)
		source_clear(&ss->list[i]);
	keys_free(&ss->paths);
	keys_free(&ss->files);
	ss->n = 0;
}

/* The key of a file or directory; returns its length. */
static size_t
source_key(char key[RECORD_PATH_MAX], const char *path, bool directory)
{
	size_t len = strnlen(path, RECORD_PATH_MAX - 1);

	key[0] = directory ? 'd' : 'f';
	memcpy(key + 1, path, len);
	return 1 + len;
}

struct source *
sources_find(struct sources *ss, const char *path, bool directory)
{
	char key[RECORD_PATH_MAX];
	size_t len = source_key(key, path, directory);
	uint32_t i = keys_find(&ss->paths, key, len);

	if (i == KEYS_NONE || strlen(path) >= RECORD_PATH_MAX)
		return NULL;
	return &ss->list[i];
}

/* Adds a file or directory, for sources_find() to find. */
static enum source_result
source_new(
    struct sources *ss, const char *path, bool directory, struct source **out)
{
	char key[RECORD_PATH_MAX];
	size_t len = strlen(path);
	struct source *s;

	if (len == 0 || len >= RECORD_PATH_MAX)
		return SOURCE_PATH;
	len = source_key(key, path, directory);
	if (keys_find(&ss->paths, key, len) != KEYS_NONE)
		return SOURCE_KNOWN;
	if (ss->n == CONFIG_FILES_MAX)
		return SOURCE_MANY;
	s = &ss->list[ss->n];
	memset(s, 0, sizeof(*s));
	if ((s->path = strdup(path)) == NULL)
		return SOURCE_MEMORY;
	if (!keys_put(&ss->paths, key, len, (uint32_t)ss->n)) {
		free(s->path);
		return SOURCE_MEMORY;
	}
	s->directory = directory;
	s->same_as = ss->n++;
	*out = s;
	return SOURCE_OK;
}

enum source_result
sources_add_file(struct sources *ss, const char *path, bool optional)
{
	struct source *s;
	enum source_result r = source_new(ss, path, false, &s);

	if (r == SOURCE_OK)
		s->optional = optional;
	return r;
}

enum source_result
sources_add_dir(struct sources *ss, const char *value)
{
	struct source *s;
	enum source_result r = source_new(ss, value, true, &s);
	size_t n = strcspn(value, ",");

	if (r != SOURCE_OK)
		return r;
	while (n > 0 && value[n - 1] == ' ')
		n--;
	if ((s->dir = strndup(value, n)) == NULL) {
		s->state = SOURCE_ERROR;
		return SOURCE_MEMORY;
	}
	if (n == 0) {
		s->state = SOURCE_ERROR;
		return SOURCE_PATH;
	}
	return SOURCE_OK;
}

enum source_result
source_to_dir(struct source *s)
{
	if ((s->dir = strdup(s->path)) == NULL) {
		s->state = SOURCE_ERROR;
		return SOURCE_MEMORY;
	}
	s->directory = true;
	return SOURCE_OK;
}

const char *
source_shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

struct source *
sources_wanted(struct sources *ss)
{
	for (; ss->next < ss->n; ss->next++)
		if (ss->list[ss->next].state == SOURCE_WANTED)
			return &ss->list[ss->next];
	return NULL;
}

/* Sets same_as to the first source with the same file, or to itself. */
static enum source_result
source_same(struct sources *ss, struct source *s)
{
	uint64_t key[2] = { (uint64_t)s->dev, (uint64_t)s->ino };
	uint32_t first = keys_find(&ss->files, key, sizeof(key));

	if (s->ino == 0)
		return SOURCE_OK;
	if (first != KEYS_NONE)
		s->same_as = first;
	else if (!keys_put(&ss->files, key, sizeof(key), (uint32_t)s->same_as))
		return SOURCE_MEMORY;
	return SOURCE_OK;
}

enum source_result
source_text(struct sources *ss, struct source *s, const struct config_text *t)
{
	if (t->len > CONFIG_TEXT_MAX - ss->bytes)
		return SOURCE_LARGE;
	if ((s->text = malloc(t->len + 1)) == NULL)
		return SOURCE_MEMORY;
	if (t->len > 0)
		memcpy(s->text, t->text, t->len);
	s->len = t->len;
	s->dev = t->dev;
	s->ino = t->ino;
	s->state = SOURCE_TEXT;
	ss->bytes += t->len;
	return source_same(ss, s);
}

static int
names_compare(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static bool
name_ends(const char *name, const char *ending, size_t e)
{
	size_t n = strlen(name);

	return n > e && memcmp(name + n - e, ending, e) == 0;
}

/*
 * Whether a conf-dir with these endings reads a file.  Endings with a '*'
 * select files; without a '*' they exclude files.
 */
static bool
name_wanted(const char *endings, const char *name)
{
	size_t n = strlen(name);
	bool asked = false, listed = false;

	/* Editors leave these behind; "." and ".." are among them. */
	if (n == 0 || name[0] == '.' || name[n - 1] == '~' ||
	    (name[0] == '#' && name[n - 1] == '#'))
		return false;
	while (*(endings += strspn(endings, ", ")) != '\0') {
		size_t e = strcspn(endings, ",");
		const char *next = endings + e;

		while (endings[e - 1] == ' ')
			e--;
		if (endings[0] != '*') {
			if (name_ends(name, endings, e))
				return false;
		} else if (e > 1) {
			listed = true;
			if (name_ends(name, endings + 1, e - 1))
				asked = true;
		}
		endings = next;
	}
	return asked || !listed;
}

enum source_result
source_names(struct source *s, const char *const *names, size_t n)
{
	const char *endings = s->path + strcspn(s->path, ",");
	size_t i;

	s->state = SOURCE_NAMES;
	if (n == 0)
		return SOURCE_OK;
	if ((s->names = calloc(n, sizeof(*s->names))) == NULL)
		return SOURCE_MEMORY;
	for (i = 0; i < n; i++) {
		if (!name_wanted(endings, names[i]))
			continue;
		if ((s->names[s->nnames] = strdup(names[i])) == NULL)
			return SOURCE_MEMORY;
		s->nnames++;
	}
	sort_array(s->names, s->nnames, sizeof(*s->names), names_compare);
	return SOURCE_OK;
}

bool
source_join(char dst[RECORD_PATH_MAX], const char *dir, const char *name)
{
	size_t n = strlen(dir);
	const char *slash = n > 0 && dir[n - 1] == '/' ? "" : "/";

	return snprintf(dst, RECORD_PATH_MAX, "%s%s%s", dir, slash, name) <
	       RECORD_PATH_MAX;
}
