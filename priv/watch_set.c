/* SPDX-License-Identifier: ISC */
/* What changes in which watched folder. */
#include "priv/watch_set.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/grow.h"
#include "priv/watch_walk.h"

static int
add_pair(struct watch_set *s, int wd, const char *name)
{
	struct watch_pair *p;

	if (s->npairs == WATCH_PAIRS_MAX) {
		errno = E2BIG;
		return -1;
	}
	if (grow_array(&s->pairs, &s->pairs_cap, s->npairs + 1, sizeof(*p)) ==
	    -1)
		return -1;
	p = &s->pairs[s->npairs];
	if ((p->name = strdup(name)) == NULL)
		return -1;
	p->wd = wd;
	p->folder = (uint32_t)s->nfolders - 1;
	s->npairs++;
	return 0;
}

int
watch_set_add(struct watch_set *s, const char *path, struct reader *pairs)
{
	char name[NAME_MAX + 1];
	char *copy;

	if (grow_array(&s->folders, &s->folders_cap, s->nfolders + 1,
		sizeof(*s->folders)) == -1 ||
	    (copy = strdup(path)) == NULL)
		return -1;
	s->folders[s->nfolders++] = copy;
	while (pairs->left > 0) {
		int wd = (int)reader_u32(pairs);

		(void)reader_str(pairs, name, sizeof(name));
		if (!reader_ok(pairs)) {
			errno = EINVAL;
			return -1;
		}
		if (add_pair(s, wd, name) == -1)
			return -1;
	}
	return 0;
}

/*
 * Folders within the folder are not read, and nor are hidden files; but a file
 * may lead to a hidden folder that is replaced as a whole, by rename(2).
 */
static bool
files_change(const struct inotify_event *e, const char *name)
{
	if ((e->mask & IN_MOVED_TO) != 0)
		return true;
	return (e->mask & WATCH_FILES) != 0 && (e->mask & IN_ISDIR) == 0 &&
	       name[0] != '.';
}

static bool
pair_change(
    const struct watch_pair *p, const struct inotify_event *e, const char *name)
{
	/* The folder is gone, or its file system. */
	if ((e->mask & (IN_IGNORED | IN_UNMOUNT)) != 0)
		return true;
	if (p->name[0] == '\0')
		return files_change(e, name);
	return (e->mask & WATCH_WAY) != 0 && strcmp(p->name, name) == 0;
}

bool
watch_set_event(const struct watch_set *s, const struct inotify_event *e,
    const char *name, uint32_t *folder)
{
	size_t i;

	*folder = WATCH_NONE;
	if ((e->mask & IN_Q_OVERFLOW) != 0)
		return true;
	for (i = 0; i < s->npairs; i++)
		if (s->pairs[i].wd == e->wd &&
		    pair_change(&s->pairs[i], e, name)) {
			*folder = s->pairs[i].folder;
			return true;
		}
	return false;
}

void
watch_set_free(struct watch_set *s)
{
	size_t i;

	for (i = 0; i < s->npairs; i++)
		free(s->pairs[i].name);
	for (i = 0; i < s->nfolders; i++)
		free(s->folders[i]);
	free(s->pairs);
	free(s->folders);
	memset(s, 0, sizeof(*s));
}
