/* SPDX-License-Identifier: ISC */
/*
 * Reading ahead what is given away, so that tftpd, which waits for no disk,
 * finds the first windows of a transfer in memory.
 */
#ifndef IMAGED_AHEAD_H
#define IMAGED_AHEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define AHEAD_BYTES (2 * 1024 * 1024) /* at most, from the beginning */
#define AHEAD_FILES 256 /* a power of 2 */
#define AHEAD_AGAIN_MS 1000

/* When which file was read ahead last; zeroed at first. */
struct ahead {
	struct {
		dev_t dev;
		ino_t ino;
		uint64_t when_ms;
	} file[AHEAD_FILES];
};

/*
 * Whether to read this file ahead now: not if that was done less than
 * AHEAD_AGAIN_MS ago.  Files that share a place in the table may be read
 * ahead more often.
 */
bool ahead_due(struct ahead *, const struct stat *, uint64_t now_ms);

/*
 * Of a file that was just opened: it will be read from its beginning to its
 * end, by whoever shares the description.  Costs no wait.
 */
void ahead_sequential(int fd);

/*
 * Asks for the first AHEAD_BYTES.  The data is not waited for.  But the
 * system may wait here: for the blocks that tell where the data is (of large
 * or scattered files), for a place in the queue of a busy disk, and for a
 * network file system that does not answer.
 */
void ahead_begin(int fd);

#endif
