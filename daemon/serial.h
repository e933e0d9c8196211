/* SPDX-License-Identifier: ISC */
/*
 * The highest serial of a folder's manifest, in messages between imaged and
 * leased.
 */
#ifndef DAEMON_SERIAL_H
#define DAEMON_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/buf.h"
#include "daemon/file.h"
#include "daemon/record.h"

/* Bytes of a folder below the root, without a NUL. */
#define SERIAL_FOLDER_MAX (FILE_FOLDER_MAX + 1 + FILE_NAME_MAX)
#define SERIAL_ENCODED_MIN (2 + 1 + 2 + 8)
#define SERIAL_ENCODED_MAX (2 + RECORD_PATH_MAX - 1 + 2 + SERIAL_FOLDER_MAX + 8)
#define SERIAL_WHY_MAX 255 /* bytes of a reason in SERIAL_REFUSED */

#define SERIAL_ROWS_MAX 4096 /* folders that have one */
#define SERIAL_PUTS_MAX 32 /* that imaged may send before an answer */

struct serial_row {
	char root[RECORD_PATH_MAX]; /* tftp-root, absolute */
	char folder[SERIAL_FOLDER_MAX + 1]; /* below it: "", "a/b" */
	uint64_t serial; /* at most INT64_MAX */
};

/* Whether the fields have values that a row may have. */
bool serial_row_valid(const struct serial_row *);

void serial_row_encode(const struct serial_row *, struct writer *);

/* The reader fails if a field is invalid. */
void serial_row_decode(struct reader *, struct serial_row *);

#endif
