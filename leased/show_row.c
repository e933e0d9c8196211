/* SPDX-License-Identifier: ISC */
/* Formats leases as columns, JSON, CSV and lines of dnsmasq's lease file. */
#include "leased/show_row.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/printable.h"
#include "leased/utc.h"

#define ETHERNET 1 /* RFC 1700 */
#define ESCAPED_MAX (4 * LEASE_NAME_MAX)
#define HEX_MAX (3 * LEASE_ID_MAX + 4)

/* clang-format off */
#define TEXT_COLUMNS "%-15s  %-17s  %-8s  %-20s  %s\n"
#define TEXT_HEAD    "ADDRESS          CLIENT             STATE     EXPIRES               NAME\n"
#define CSV_HEAD     "address,state,hardware_type,mac,client_id,name,start,expires,relay\r\n"
/* clang-format on */

static void row_add(struct show_row *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* No row is as long as its buffer, so nothing is cut. */
static void
row_add(struct show_row *r, const char *fmt, ...)
{
	size_t room = sizeof(r->text) - r->n;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(r->text + r->n, room, fmt, ap);
	va_end(ap);
	if (n > 0)
		r->n += (size_t)n < room ? (size_t)n : room - 1;
}

/* "01:02:03"; returns dst. */
static const char *
row_hex(const uint8_t *p, size_t len, char dst[HEX_MAX])
{
	size_t i, n = 0;

	dst[0] = '\0';
	for (i = 0; i < len && i < LEASE_ID_MAX; i++)
		n += (size_t)snprintf(
		    dst + n, HEX_MAX - n, "%s%02x", i == 0 ? "" : ":", p[i]);
	return dst;
}

/* The type comes before it where it is not Ethernet's, as dnsmasq has it. */
static const char *
row_hw(const struct lease *l, char dst[HEX_MAX])
{
	char hex[HEX_MAX];

	if (l->hwtype == ETHERNET && l->hwlen > 0)
		return row_hex(l->hw, l->hwlen, dst);
	(void)snprintf(dst, HEX_MAX, "%02x-%.*s", l->hwtype, HEX_MAX - 4,
	    row_hex(l->hw, l->hwlen, hex));
	return dst;
}

static size_t
row_shown(const uint8_t *s, size_t n)
{
	(void)n;
	return *s > ' ' && *s < 0x7f && *s != '\\' && *s != '"' ? 1 : 0;
}

static const char *
row_name(const struct lease *l, char dst[ESCAPED_MAX])
{
	return printable_escape(
	    dst, ESCAPED_MAX, l->name, strlen(l->name), row_shown);
}

/* A lease whose time is over; its address can be given to anyone. */
static bool
row_over(const struct lease *l, uint64_t now_s)
{
	return l->state != LEASE_RELEASED && l->expiry_s != LEASE_NEVER &&
	       l->expiry_s <= now_s;
}

static const char *
row_state(const struct lease *l, uint64_t now_s)
{
	if (row_over(l, now_s))
		return "expired";
	switch (l->state) {
	case LEASE_BOUND:
		return "bound";
	case LEASE_RELEASED:
		return "released";
	default:
		return "declined";
	}
}

static const char *
row_expires(const struct lease *l, char dst[UTC_TEXT])
{
	return l->expiry_s == LEASE_NEVER ? "never"
					  : utc_text(l->expiry_s, dst);
}

static void
row_text(struct show_row *r, const struct lease *l, uint64_t now_s)
{
	char addr[ADDR_TEXT], expires[UTC_TEXT], name[ESCAPED_MAX];
	char hex[HEX_MAX], client[HEX_MAX + 4];

	/* A declined address has no client. */
	if (l->hwlen > 0)
		(void)snprintf(client, sizeof(client), "%s", row_hw(l, hex));
	else if (l->idlen > 0)
		(void)snprintf(client, sizeof(client), "id:%s",
		    row_hex(l->id, l->idlen, hex));
	else
		(void)snprintf(client, sizeof(client), "-");
	row_add(r, TEXT_COLUMNS, addr_text(&l->addr, addr), client,
	    row_state(l, now_s), row_expires(l, expires),
	    l->name[0] == '\0' ? "-" : row_name(l, name));
}

/* A spreadsheet takes a value that begins with one of these for a formula. */
static size_t
row_shown_first(const uint8_t *s, size_t n)
{
	return strchr("=+-@", *s) == NULL ? row_shown(s, n) : 0;
}

static const char *
row_csv_name(const struct lease *l, char dst[ESCAPED_MAX])
{
	size_t n = strlen(l->name), first;

	if (n == 0)
		return row_name(l, dst);
	first = strlen(
	    printable_escape(dst, ESCAPED_MAX, l->name, 1, row_shown_first));
	(void)printable_escape(
	    dst + first, ESCAPED_MAX - first, l->name + 1, n - 1, row_shown);
	return dst;
}

/* RFC 4180.  No value has a double quote: it is escaped. */
static void
row_csv(struct show_row *r, const struct lease *l, uint64_t now_s)
{
	char addr[ADDR_TEXT], relay[ADDR_TEXT], start[UTC_TEXT];
	char expires[UTC_TEXT], hw[HEX_MAX], id[HEX_MAX], name[ESCAPED_MAX];

	row_add(r, "%s,%s,%u,%s,%s,\"%s\",%s,%s,%s\r\n",
	    addr_text(&l->addr, addr), row_state(l, now_s), l->hwtype,
	    row_hex(l->hw, l->hwlen, hw), row_hex(l->id, l->idlen, id),
	    row_csv_name(l, name), utc_text(l->start_s, start),
	    row_expires(l, expires),
	    l->relay.family == 0 ? "" : addr_text(&l->relay, relay));
}

/* "key": "value", or null for "".  The value has no double quote. */
static void
row_json_string(struct show_row *r, const char *key, const char *value)
{
	row_add(r, ", \"%s\": ", key);
	if (value[0] == '\0') {
		row_add(r, "null");
		return;
	}
	row_add(r, "\"");
	for (; *value != '\0'; value++)
		row_add(r, *value == '\\' ? "\\%c" : "%c", *value);
	row_add(r, "\"");
}

static void
row_json(struct show_row *r, const struct lease *l, uint64_t now_s, bool first)
{
	char text[ESCAPED_MAX], time[UTC_TEXT];

	row_add(r, "%s{\"address\": \"%s\"", first ? "" : ",\n",
	    addr_text(&l->addr, text));
	row_json_string(r, "state", row_state(l, now_s));
	row_add(r, ", \"hardware_type\": %u", l->hwtype);
	row_json_string(r, "mac", row_hex(l->hw, l->hwlen, text));
	row_json_string(r, "client_id", row_hex(l->id, l->idlen, text));
	row_json_string(r, "name", row_name(l, text));
	row_json_string(r, "start", utc_text(l->start_s, time));
	row_add(r, ", \"start_s\": %" PRIu64, l->start_s);
	if (l->expiry_s == LEASE_NEVER) {
		row_add(r, ", \"expires\": null, \"expires_s\": null");
	} else {
		row_json_string(r, "expires", utc_text(l->expiry_s, time));
		row_add(r, ", \"expires_s\": %" PRIu64, l->expiry_s);
	}
	row_json_string(
	    r, "relay", l->relay.family == 0 ? "" : addr_text(&l->relay, text));
	row_add(r, "}");
}

/* A name that is no word of dnsmasq's file is left out. */
static bool
row_name_plain(const char *name)
{
	return name[0] != '\0' && name[0] != '-' && name[0] != '.' &&
	       strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
		   strlen(name);
}

static bool
row_dnsmasq(struct show_row *r, const struct lease *l, uint64_t now_s)
{
	char addr[ADDR_TEXT], hw[HEX_MAX], id[HEX_MAX];

	if (l->state != LEASE_BOUND || l->addr.family != 4 ||
	    row_over(l, now_s))
		return false;
	row_add(r, "%" PRIu64 " %s %s %s %s\n",
	    l->expiry_s == LEASE_NEVER ? 0 : l->expiry_s, row_hw(l, hw),
	    addr_text(&l->addr, addr), row_name_plain(l->name) ? l->name : "*",
	    l->idlen == 0 ? "*" : row_hex(l->id, l->idlen, id));
	return true;
}

const char *
show_row_head(enum lease_show_format f)
{
	switch (f) {
	case LEASE_SHOW_TEXT:
		return TEXT_HEAD;
	case LEASE_SHOW_JSON:
		return "[";
	case LEASE_SHOW_CSV:
		return CSV_HEAD;
	default:
		return "";
	}
}

const char *
show_row_tail(enum lease_show_format f)
{
	return f == LEASE_SHOW_JSON ? "]\n" : "";
}

bool
show_row(struct show_row *r, enum lease_show_format f, const struct lease *l,
    uint64_t now_s, bool first)
{
	r->n = 0;
	switch (f) {
	case LEASE_SHOW_TEXT:
		row_text(r, l, now_s);
		return true;
	case LEASE_SHOW_JSON:
		row_json(r, l, now_s, first);
		return true;
	case LEASE_SHOW_CSV:
		row_csv(r, l, now_s);
		return true;
	case LEASE_SHOW_DNSMASQ:
		return row_dnsmasq(r, l, now_s);
	default:
		return false;
	}
}
