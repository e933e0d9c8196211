/* SPDX-License-Identifier: ISC */
/*
 * A consistent copy of a database in memory, while another process may write
 * to it.  No lock is taken and nothing is written.
 *
 * In a database with a write-ahead log, only a checkpoint writes to the
 * database file, and only pages whose last committed frames are in the log.
 * These frames stay until the log is restarted, which changes the salts in its
 * header.  So if the header of the log is the same before and after, then the
 * database file, copied first, and the committed frames of the log, read
 * second, are together the state of the last commit.  Without a log, the
 * database file must not have changed, and not be so new that a change would
 * not show in its time.
 */
#ifndef LEASED_SNAPSHOT_H
#define LEASED_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SNAPSHOT_BYTES_MAX (UINT64_C(1) << 30) /* of each file */
#define SNAPSHOT_WAL_HEADER 32

enum snapshot_result {
	SNAPSHOT_OK,
	SNAPSHOT_CHANGED, /* the files changed meanwhile; try again */
	SNAPSHOT_LARGE, /* more than SNAPSHOT_BYTES_MAX */
	SNAPSHOT_MEMORY,
	SNAPSHOT_READ, /* errno */
};

struct snapshot {
	uint8_t *p; /* the database; NULL if n is 0 */
	size_t n;
};

/* What shows whether the files have changed in a way that matters. */
struct snapshot_stamp {
	uint64_t db_bytes;
	uint64_t wal_bytes;
	struct timespec db_changed;
	struct timespec at; /* when the stamp was taken */
	size_t header_bytes; /* of the log; 0: it has none */
	uint8_t header[SNAPSHOT_WAL_HEADER];
};

/*
 * Copies the database at descriptor db, merged with its write-ahead log; either
 * is -1 if there is no such file.  The copy is marked as a database without a
 * log (bytes 18 and 19 of its header), as sqlite3_deserialize() requires.  On
 * any other result than OK the snapshot is empty.
 */
enum snapshot_result snapshot_take(struct snapshot *, int db, int wal);

void snapshot_free(struct snapshot *);

/* -1 with errno. */
int snapshot_stamp(struct snapshot_stamp *, int db, int wal);

/* Whether what was read between the two is the state of one commit. */
bool snapshot_unchanged(
    const struct snapshot_stamp *before, const struct snapshot_stamp *after);

#endif
