/* SPDX-License-Identifier: ISC */
/* Having confd read the configuration, from files that are opened here. */
#ifndef PRIV_PARSE_H
#define PRIV_PARSE_H

#include "priv/child.h"

/*
 * Opens the configuration and starts confd as process `id`, to read it into
 * parent.next.  -1 after a log line; then nothing was started.
 */
int parse_begin(uint32_t id, uint32_t generation);

/* Messages of confd; those of one that is not waited for are ignored. */
void parse_booted(struct child *confd);
void
parse_include(struct child *, uint32_t id, bool directory, const char *path);
int parse_record(struct child *, const uint8_t *data, size_t len);
void
parse_diag(int severity, const char *file, uint32_t line, const char *text);
void parse_done(struct child *, uint32_t errors, uint32_t warnings);

/* confd has ended: checks what it read against the host, if it read it all. */
void parse_ended(const struct child *);

#endif
