/* SPDX-License-Identifier: ISC */
/* Pieces of lines, for the printing of records. */
#ifndef CONFD_PRINT_OUT_H
#define CONFD_PRINT_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/record.h"

/* A buffer that lines grow in; what does not fit sets `failed`. */
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

/* Text, in quotes where it has bytes that could be taken for something. */
void out_word(struct out *, const char *);

/* Octets with colons between; '*' where wild, unless NULL, says so. */
void out_hex(struct out *, const uint8_t *, const uint8_t *wild, size_t n);
void out_ip4(struct out *, uint32_t addr);
void out_ip6(struct out *, const uint8_t addr[16]);
void out_mac(struct out *, const struct record_mac *);

/* Ends a line; a comma that waits for more is taken back. */
void out_end(struct out *);

/* A line "name" where it is on, or "name=value" where there is one. */
void out_flag(struct out *, bool on, const char *name);
void out_value(struct out *, const char *name, const char *value);

/*
 * The value of an option, so that it is read as the same bytes again.  text
 * tells that it must not come back in hexadecimal.
 */
void out_option(
    struct out *, uint8_t code, const uint8_t *data, size_t n, bool text);

/* A number of 1, 2 or 4 bytes as the value of an option. */
void out_option_number(struct out *, uint8_t code, uint32_t v, uint8_t width);

#endif
