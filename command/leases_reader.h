/* SPDX-License-Identifier: ISC */
/*
 * A confined process that reads a lease database: the program leased, with an
 * empty root.  It may write to no file; the parent only stores its text.
 */
#ifndef COMMAND_LEASES_READER_H
#define COMMAND_LEASES_READER_H

#include <stdint.h>

#include "command/leases_files.h"
#include "daemon/lease_show.h"
#include "priv/conf.h"

struct leases_reader {
	/* The text, allocated: printable ASCII and ends of lines. */
	char *text;
	size_t len, cap;

	enum lease_show_outcome outcome;
	uint32_t leases;
	char why[LEASE_SHOW_WHY_MAX + 1]; /* as SHOWN has it */
};

/*
 * Runs the process, and kills it after LEASES_READER_MS.  Returns -1 with the
 * reason in why if it gave no outcome.
 */
#define LEASES_READER_MS 60000
int leases_reader_run(struct leases_reader *, const struct conf *,
    const struct leases_files *, enum lease_show_format);
void leases_reader_free(struct leases_reader *);

#endif
