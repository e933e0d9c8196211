/* SPDX-License-Identifier: ISC */
/* Adds the inotify watches of a folder and of the way to it. */
#include "priv/watch_walk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void
put_watch(struct writer *w, int wd, const char *name)
{
	writer_u32(w, (uint32_t)wd);
	writer_str(w, name);
}

/* Cuts the next component off; false behind the last. */
static bool
next_name(const char **rest, char name[NAME_MAX + 1])
{
	size_t n;

	*rest += strspn(*rest, "/");
	n = strcspn(*rest, "/");
	if (n == 0 || n > NAME_MAX)
		return false;
	memcpy(name, *rest, n);
	name[n] = '\0';
	*rest += n;
	return true;
}

/* "/a/b" becomes "/a"; "" is the root directory. */
static void
up(char *at)
{
	char *slash = strrchr(at, '/');

	if (slash != NULL)
		*slash = '\0';
}

/* Appends a component; false if the path becomes too long. */
static bool
down(char at[PATH_MAX], const char *name)
{
	size_t len = strlen(at), n = strlen(name);

	if (len + 1 + n >= PATH_MAX)
		return false;
	at[len] = '/';
	memcpy(at + len + 1, name, n + 1);
	return true;
}

/* The rest of the path after a link to `target` is followed. */
static bool
follow(char at[PATH_MAX], char path[PATH_MAX], const char *target,
    const char *rest)
{
	char joined[PATH_MAX];
	int n = snprintf(joined, sizeof(joined), "%s/%s", target, rest);

	if (n < 0 || (size_t)n >= sizeof(joined))
		return false;
	if (target[0] == '/')
		at[0] = '\0';
	memcpy(path, joined, (size_t)n + 1);
	return true;
}

/* Watches `at` for a name; 0, or an errno. */
static int
watch_name(int inotify, const char *at, const char *name, struct writer *w)
{
	int wd = inotify_add_watch(inotify, at[0] == '\0' ? "/" : at,
	    WATCH_WAY | IN_ONLYDIR | IN_MASK_ADD);

	if (wd == -1)
		return errno;
	put_watch(w, wd, name);
	return 0;
}

int
watch_way(int inotify, const char *path, struct writer *w)
{
	char at[PATH_MAX] = "", way[PATH_MAX], target[PATH_MAX];
	unsigned int names = 0, links = 0;
	char name[NAME_MAX + 1];
	const char *rest = way;
	int error;
	ssize_t n;

	if (path[0] != '/' || strlen(path) >= sizeof(way))
		return EINVAL;
	(void)snprintf(way, sizeof(way), "%s", path);
	while (next_name(&rest, name)) {
		if (strcmp(name, ".") == 0)
			continue;
		if (strcmp(name, "..") == 0) {
			up(at);
			continue;
		}
		if (names++ == WATCH_NAMES_MAX)
			return ELOOP;
		if ((error = watch_name(inotify, at, name, w)) != 0)
			/* It was removed; the previous watch reports that. */
			return error == ENOENT || error == ENOTDIR ? 0 : error;
		if (!down(at, name))
			return ENAMETOOLONG;
		if ((n = readlink(at, target, sizeof(target) - 1)) == -1) {
			if (errno == EINVAL)
				continue; /* no link */
			return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
		}
		target[n] = '\0';
		up(at);
		if (links++ == WATCH_LINKS_MAX)
			return ELOOP;
		if (!follow(at, way, target, rest))
			return ENAMETOOLONG;
		rest = way;
	}
	return 0;
}

int
watch_files(int inotify, int folder, struct writer *w)
{
	char path[32];
	int wd;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	wd = inotify_add_watch(inotify, path,
	    WATCH_FILES | IN_ONLYDIR | IN_EXCL_UNLINK | IN_MASK_ADD);
	if (wd == -1)
		return errno;
	put_watch(w, wd, "");
	return 0;
}
