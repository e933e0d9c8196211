/* SPDX-License-Identifier: ISC */
/* Prints parts of lines, for the printing of records. */
#ifndef CONFD_PRINT_OUT_H
#define CONFD_PRINT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/record.h"

/* A buffer for lines; what does not fit sets `failed`. */
struct out {
	char *p;
	size_t cap;
	size_t len;
	bool failed;
};

void
out_put(struct out *, const char *, ...) __attribute__((format(printf, 2, 3)));

/* Text within quotes, where nothing is special. */
void out_quoted(struct out *, const uint8_t *, size_t n);

/* Whether all of it is printable ASCII. */
bool out_is_text(const uint8_t *, size_t n);

/* Text, in quotes if it has bytes that could have a meaning. */
void out_word(struct out *, const char *);

/*
 * Octets with colons between; '*' for those marked in wild, which may be NULL.
 */
void out_hex(struct out *, const uint8_t *, const uint8_t *wild, size_t n);
void out_ip4(struct out *, uint32_t addr);
void out_addr(struct out *, const struct addr *);
void out_mac(struct out *, const struct record_mac *);

/* Ends a line; removes a trailing comma. */
void out_end(struct out *);

/* A line "name=value" if the value is not empty. */
void out_value(struct out *, const char *name, const char *value);

/*
 * The directives without a value that set fields of a record, whose place in
 * struct config is `offset`.
 */
void out_flags(struct out *, const void *fields, size_t offset, size_t size);

#endif
