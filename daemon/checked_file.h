/* SPDX-License-Identifier: ISC */
/*
 * A file that is too large to be held in memory, and whose content was checked
 * block by block: each block is compared with its hash when it is read, so that
 * only what was checked is sent, whatever becomes of the file.
 */
#ifndef DAEMON_CHECKED_FILE_H
#define DAEMON_CHECKED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct checked_file;

enum checked_result {
	CHECKED_OK,
	CHECKED_WAIT, /* the data is not in memory yet */
	CHECKED_DIFFERS, /* the file was changed; the block is not to be sent */
	CHECKED_TRUNCATED, /* it is shorter than it was */
	CHECKED_FAILED, /* see errno */
};

/*
 * table: a descriptor of the hashes (daemon/hash_job.h), which stays the
 * caller's.  size: of the file.  NULL if the table is not sealed, has another
 * length, or if there is no memory: a buffer of one block is allocated.
 */
struct checked_file *checked_file_open(int table, uint64_t size);
void checked_file_close(struct checked_file *); /* NULL is ignored */

/*
 * Reads at most n bytes at offset, which is below the size, from the file; not
 * beyond the end of a block.  *got is their number.  wait: whether it may wait
 * for a disk; else the kernel must support RWF_NOWAIT for the file, or errno is
 * EOPNOTSUPP.
 */
enum checked_result checked_file_read(struct checked_file *, int file,
    uint8_t *, size_t n, uint64_t offset, bool wait, size_t *got);

#endif
