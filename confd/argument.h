/* SPDX-License-Identifier: ISC */
/* Parses arguments of many directives; reports errors itself. */
#ifndef CONFD_ARGUMENT_H
#define CONFD_ARGUMENT_H

#include "confd/builder.h"

/* Copies text; if it does not fit, reports that and returns false. */
bool argument_text(struct config *, const struct token *, char *dst,
    size_t dstsz, const char *what);

/* A number up to max; reports and returns false for anything else. */
bool argument_number(
    struct config *, const struct token *, uint64_t max, uint64_t *out);

/* A port from 1 to 65535; reports and returns false for anything else. */
bool argument_port(struct config *, const struct token *, uint16_t *port);

/*
 * A lease time; warns if it is not possible and another one is used.  False,
 * without a message, for what is no time.
 */
bool argument_lease(struct config *, const char *, uint32_t *seconds);

/* An absolute path; reports and returns false for another one. */
bool
argument_path(struct config *, const struct token *, char dst[RECORD_PATH_MAX]);

/* The name or URL of a boot file; notes that it is long for clients. */
bool
argument_file(struct config *, const struct token *, char *dst, size_t dstsz);

#endif
