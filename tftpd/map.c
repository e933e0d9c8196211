/* SPDX-License-Identifier: ISC */
/* A table of mapped memory files. */
#include "tftpd/map.h"

#include <stddef.h>
#include <sys/mman.h>

#include "daemon/sealed.h"

struct map {
	uint8_t *bytes; /* NULL: this entry is free */
	size_t size;
	dev_t dev;
	ino_t ino;
	uint32_t users;
	bool idle; /* not used since the last map_expire() */
};

static struct map maps[MAP_COUNT];

static bool
map_is(const struct map *m, const struct stat *st)
{
	return m->bytes != NULL && m->dev == st->st_dev &&
	       m->ino == st->st_ino && m->size == (size_t)st->st_size;
}

static void
map_drop(struct map *m)
{
	(void)munmap(m->bytes, m->size);
	*m = (struct map){ 0 };
}

/* The entry of the file, else a free or unused one; NULL if there is none. */
static struct map *
map_find(const struct stat *st)
{
	struct map *m, *unused = NULL, *unmapped = NULL;

	for (m = maps; m < maps + MAP_COUNT; m++) {
		if (map_is(m, st))
			return m;
		if (m->bytes == NULL)
			unmapped = m;
		else if (m->users == 0 && (unused == NULL || m->idle))
			unused = m;
	}
	return unmapped != NULL ? unmapped : unused;
}

static bool
map_make(struct map *m, int fd, const struct stat *st)
{
	size_t size = (size_t)st->st_size;
	void *p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return false;
	if (m->bytes != NULL)
		map_drop(m);
	*m = (struct map){
		.bytes = p, .size = size, .dev = st->st_dev, .ino = st->st_ino
	};
	return true;
}

struct map *
map_take(int fd, uint64_t size)
{
	struct stat st;
	struct map *m;

	/* Another process could truncate or change a file without seals. */
	if (size == 0 || !sealed_is(fd, &st) || (uint64_t)st.st_size != size ||
	    (m = map_find(&st)) == NULL ||
	    (!map_is(m, &st) && !map_make(m, fd, &st)))
		return NULL;
	m->users++;
	m->idle = false;
	return m;
}

const uint8_t *
map_bytes(const struct map *m)
{
	return m->bytes;
}

void
map_give(struct map *m)
{
	if (m == NULL)
		return;
	m->users--;
	m->idle = false;
}

bool
map_expire(void)
{
	bool more = false;
	struct map *m;

	for (m = maps; m < maps + MAP_COUNT; m++) {
		if (m->bytes == NULL)
			continue;
		if (m->users == 0 && m->idle) {
			map_drop(m);
		} else {
			m->idle = true;
			more = true;
		}
	}
	return more;
}
