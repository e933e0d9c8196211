/* SPDX-License-Identifier: ISC */
/* Encodes and checks serials of manifests. */
#include "daemon/serial.h"

#include <string.h>

bool
serial_row_valid(const struct serial_row *row)
{
	return row->root[0] == '/' && row->folder[0] != '/' &&
	       row->serial <= INT64_MAX;
}

void
serial_row_encode(const struct serial_row *row, struct writer *w)
{
	writer_str(w, row->root);
	writer_str(w, row->folder);
	writer_u64(w, row->serial);
}

void
serial_row_decode(struct reader *r, struct serial_row *row)
{
	(void)reader_str(r, row->root, sizeof(row->root));
	(void)reader_str(r, row->folder, sizeof(row->folder));
	row->serial = reader_u64(r);
	if (!serial_row_valid(row))
		reader_fail(r);
}
