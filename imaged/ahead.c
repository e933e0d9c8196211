/* SPDX-License-Identifier: ISC */
/* Tells the system what will be read next, once for all who ask at a time. */
#include "imaged/ahead.h"

#include <fcntl.h>

bool
ahead_due(struct ahead *a, const struct stat *st, uint64_t now_ms)
{
	size_t i = (size_t)(st->st_ino ^ st->st_dev) & (AHEAD_FILES - 1);

	if (a->file[i].dev == st->st_dev && a->file[i].ino == st->st_ino &&
	    now_ms - a->file[i].when_ms < AHEAD_AGAIN_MS)
		return false;
	a->file[i].dev = st->st_dev;
	a->file[i].ino = st->st_ino;
	a->file[i].when_ms = now_ms;
	return true;
}

void
ahead_sequential(int fd)
{
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

void
ahead_begin(int fd)
{
	(void)posix_fadvise(fd, 0, AHEAD_BYTES, POSIX_FADV_WILLNEED);
}
