/* SPDX-License-Identifier: ISC */
/* Parsing of BOOTP and DHCP messages. */
#include "dhcpd/packet.h"

#include <string.h>

#define OVERLOAD_FILE 1
#define OVERLOAD_SNAME 2

/*
 * Goes through one field of options.  Without `copy` it adds up the length
 * of each option; with it, it copies each piece to where off[] points and
 * moves off[] on.  RFC 3396 section 7: pieces of an option are joined in the
 * order in which they appear.  overload: gets the value of option 52, or 0; it
 * is NULL for name fields, where that option does not count.
 */
static enum packet_reason
packet_scan(struct packet *p, const uint8_t *field, size_t n, bool copy,
    uint8_t *overload)
{
	struct reader r;

	reader_init(&r, field, n);
	while (r.left > 0) {
		uint8_t code = reader_u8(&r);
		const uint8_t *bytes;
		uint8_t len;

		if (code == OPT_PAD)
			continue;
		if (code == OPT_END)
			break;
		len = reader_u8(&r);
		if ((bytes = reader_bytes(&r, len)) == NULL)
			return PACKET_TRUNCATED;
		if (code == OPT_OVERLOAD && overload != NULL &&
		    *overload == 0) {
			if (len == 0 || bytes[0] < 1 || bytes[0] > 3)
				return PACKET_OVERLOADED;
			*overload = bytes[0];
		}
		if (!copy) {
			p->off[code] = 0;
			p->len[code] = (uint16_t)(p->len[code] + len);
		} else {
			memcpy(p->data + p->off[code], bytes, len);
			p->off[code] = (uint16_t)(p->off[code] + len);
		}
	}
	return PACKET_OK;
}

/* All fields that hold options, in the order of RFC 3396 section 5. */
static enum packet_reason
packet_fields(struct packet *p, const uint8_t *field, size_t n, bool copy,
    uint8_t *overload)
{
	enum packet_reason why;

	*overload = 0;
	why = packet_scan(p, field, n, copy, overload);
	if (why == PACKET_OK && (*overload & OVERLOAD_FILE) != 0)
		why = packet_scan(p, p->file, sizeof(p->file), copy, NULL);
	if (why == PACKET_OK && (*overload & OVERLOAD_SNAME) != 0)
		why = packet_scan(p, p->sname, sizeof(p->sname), copy, NULL);
	return why;
}

static enum packet_reason
packet_options(struct packet *p, const uint8_t *field, size_t n)
{
	enum packet_reason why;
	uint8_t overload;
	uint16_t at = 0;
	int i;

	if ((why = packet_fields(p, field, n, false, &overload)) != PACKET_OK)
		return why;
	for (i = 0; i < 256; i++)
		if (p->off[i] != PACKET_ABSENT) {
			p->off[i] = at;
			at = (uint16_t)(at + p->len[i]);
		}
	(void)packet_fields(p, field, n, true, &overload);
	for (i = 0; i < 256; i++)
		if (p->off[i] != PACKET_ABSENT)
			p->off[i] = (uint16_t)(p->off[i] - p->len[i]);
	/* Fields that held options hold no name. */
	if ((overload & OVERLOAD_FILE) != 0)
		memset(p->file, 0, sizeof(p->file));
	if ((overload & OVERLOAD_SNAME) != 0)
		memset(p->sname, 0, sizeof(p->sname));
	return PACKET_OK;
}

static enum packet_reason
packet_header(struct packet *p, struct reader *r)
{
	if (reader_u8(r) != 1)
		return PACKET_OP;
	p->htype = reader_u8(r);
	p->hlen = reader_u8(r);
	(void)reader_u8(r); /* hops */
	p->xid = reader_u32(r);
	(void)reader_u16(r); /* secs */
	p->flags = reader_u16(r);
	p->ciaddr = reader_u32(r);
	p->yiaddr = reader_u32(r);
	p->siaddr = reader_u32(r);
	p->giaddr = reader_u32(r);
	reader_copy(r, p->hw, sizeof(p->hw));
	reader_copy(r, p->sname, sizeof(p->sname));
	reader_copy(r, p->file, sizeof(p->file));
	return p->hlen > PACKET_HW_MAX ? PACKET_HLEN : PACKET_OK;
}

enum packet_reason
packet_parse(struct packet *p, const void *buf, size_t n)
{
	enum packet_reason why;
	struct reader r;
	const uint8_t *type;
	size_t len;

	if (n < PACKET_HEADER)
		return PACKET_SHORT;
	if (n > PACKET_IN_MAX)
		return PACKET_LONG;
	reader_init(&r, buf, n);
	if ((why = packet_header(p, &r)) != PACKET_OK)
		return why;
	memset(p->off, 0xff, sizeof(p->off));
	memset(p->len, 0, sizeof(p->len));
	p->type = PACKET_BOOTP;
	if (r.left < 4 || reader_u32(&r) != PACKET_COOKIE)
		return PACKET_OK; /* there is no options field */
	if ((why = packet_options(p, r.p, r.left)) != PACKET_OK)
		return why;
	if ((type = packet_option(p, OPT_TYPE, &len)) == NULL)
		return PACKET_OK;
	if (len == 0 || *type == 0 || *type >= PACKET_TYPE_MAX)
		return PACKET_UNTYPED;
	p->type = *type;
	return PACKET_OK;
}

const char *
packet_reason_text(enum packet_reason why)
{
	static const char *const text[PACKET_REASON_MAX] = {
		[PACKET_OK] = "accepted",
		[PACKET_SHORT] = "too short",
		[PACKET_LONG] = "too long",
		[PACKET_OP] = "not a request",
		[PACKET_HLEN] = "hardware address too long",
		[PACKET_TRUNCATED] = "truncated option",
		[PACKET_OVERLOADED] = "bad option overload",
		[PACKET_UNTYPED] = "unknown message type",
	};

	return (unsigned int)why < PACKET_REASON_MAX ? text[why] : "?";
}

const char *
packet_type_name(uint8_t type)
{
	static const char *const name[PACKET_TYPE_MAX] = { "BOOTP",
		"DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPDECLINE",
		"DHCPACK", "DHCPNAK", "DHCPRELEASE", "DHCPINFORM" };

	return type < PACKET_TYPE_MAX ? name[type] : "?";
}

bool
packet_has(const struct packet *p, uint8_t code)
{
	return p->off[code] != PACKET_ABSENT;
}

const uint8_t *
packet_option(const struct packet *p, uint8_t code, size_t *len)
{
	*len = p->len[code];
	return packet_has(p, code) ? p->data + p->off[code] : NULL;
}

static struct reader
packet_reader(const struct packet *p, uint8_t code)
{
	struct reader r;
	size_t len;
	const uint8_t *bytes = packet_option(p, code, &len);

	reader_init(&r, bytes, len);
	return r;
}

bool
packet_u16(const struct packet *p, uint8_t code, uint16_t *v)
{
	struct reader r = packet_reader(p, code);

	*v = reader_u16(&r);
	return reader_ok(&r);
}

bool
packet_u32(const struct packet *p, uint8_t code, uint32_t *v)
{
	struct reader r = packet_reader(p, code);

	*v = reader_u32(&r);
	return reader_ok(&r);
}
