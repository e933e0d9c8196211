/* SPDX-License-Identifier: ISC */
/*
 * Makes the kernel read a file ahead after it was passed to tftpd.  tftpd does
 * not wait for disks; this way it finds the first windows in memory.
 */
#ifndef IMAGED_READAHEAD_H
#define IMAGED_READAHEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define READAHEAD_BYTES (2 * 1024 * 1024) /* at most, from the beginning */
#define READAHEAD_FILES 256 /* a power of 2 */
#define READAHEAD_AGAIN_MS 1000

/* When each file was read ahead; zeroed at first. */
struct readahead {
	struct {
		dev_t dev;
		ino_t ino;
		uint64_t when_ms;
	} file[READAHEAD_FILES];
};

/*
 * Whether to read this file ahead now: not if that was done less than
 * READAHEAD_AGAIN_MS ago.  Files that share an entry of the table may be read
 * ahead more often.
 */
bool readahead_is_due(struct readahead *, const struct stat *, uint64_t now_ms);

/* Tells the kernel that the file will be read sequentially.  Never waits. */
void readahead_sequential(int fd);

/*
 * Starts to read the first READAHEAD_BYTES without waiting for the data.  The
 * call itself may wait: for metadata of a fragmented file, for the queue of a
 * busy disk, or for a network file system.
 */
void readahead_start(int fd);

#endif
