/* SPDX-License-Identifier: ISC */
/* Makes the kernel read boot files ahead, once a second for each file. */
#include "imaged/readahead.h"

#include <fcntl.h>

bool
readahead_is_due(struct readahead *a, const struct stat *st, uint64_t now_ms)
{
	size_t i = (size_t)(st->st_ino ^ st->st_dev) & (READAHEAD_FILES - 1);

	if (a->file[i].dev == st->st_dev && a->file[i].ino == st->st_ino &&
	    now_ms - a->file[i].when_ms < READAHEAD_AGAIN_MS)
		return false;
	a->file[i].dev = st->st_dev;
	a->file[i].ino = st->st_ino;
	a->file[i].when_ms = now_ms;
	return true;
}

void
readahead_sequential(int fd)
{
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
}

void
readahead_start(int fd)
{
	(void)posix_fadvise(fd, 0, READAHEAD_BYTES, POSIX_FADV_WILLNEED);
}
