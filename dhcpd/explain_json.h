/* SPDX-License-Identifier: ISC */
/*
 * Writes JSON (RFC 8259) for pxeguard --explain --json: printable ASCII, with
 * an object of an outer list on a line of its own.  Without `out`, nothing is
 * written: callers need not ask whether JSON is wanted.
 */
#ifndef DHCPD_EXPLAIN_JSON_H
#define DHCPD_EXPLAIN_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcpd/explain_line.h"
#include "dhcpd/explain_text.h"

#define JSON_DEPTH_MAX 16

struct json {
	struct text *out; /* NULL: nothing is written */
	size_t depth;
	bool more[JSON_DEPTH_MAX]; /* a member precedes at this depth */
};

/* Begins an object or a list; key NULL: in a list, or the whole. */
void json_object(struct json *, const char *key);
void json_list(struct json *, const char *key);
/* Ends the object or list that was begun last. */
void json_object_end(struct json *);
void json_list_end(struct json *);

/* Members of an object.  Text of others is escaped as in the log. */
void json_text(struct json *, const char *key, const void *text, size_t len);
void json_string(struct json *, const char *key, const char *s);
/* A text of this program, or one that was escaped; NULL: null. */
void json_plain(struct json *, const char *key, const char *s);
void json_number(struct json *, const char *key, uint64_t);
void json_bool(struct json *, const char *key, bool);
/* An address; null if it is 0. */
void json_ip(struct json *, const char *key, uint32_t addr);

/*
 * A line of the configuration, with "directive", "file" and "line", which is
 * null if it is not known; null for none.
 */
void json_line(struct json *, const char *key, const struct dhcp_conf *,
    const struct trace_line *);

#endif
