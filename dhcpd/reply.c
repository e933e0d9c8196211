/* SPDX-License-Identifier: ISC */
/* Building of BOOTP and DHCP replies. */
#include "dhcpd/reply.h"

#include <string.h>

#define REPLY_OVERLOAD_LEN 3 /* option 52 itself */
#define REPLY_NEEDED (3 + 6 + 6) /* options 53, 54 and 51 */

/* Bytes of an option of n bytes, in pieces of 255 (RFC 3396 section 6). */
static size_t
option_size(size_t n)
{
	return n + 2 * (n == 0 ? 1 : (n + 254) / 255);
}

void
reply_omit(struct reply *rp, uint8_t code)
{
	if (rp->nomitted < REPLY_OMITTED_MAX)
		rp->omitted[rp->nomitted] = code;
	rp->nomitted++;
}

size_t
reply_size(const struct packet *req, uint32_t mtu)
{
	size_t most = REPLY_MAX;
	uint16_t asked;

	if (mtu >= REPLY_DEFAULT + REPLY_IP_UDP && mtu - REPLY_IP_UDP < most)
		most = mtu - REPLY_IP_UDP;
	if (!packet_u16(req, OPT_MAX_SIZE, &asked) ||
	    asked < REPLY_DEFAULT + REPLY_IP_UDP)
		return REPLY_DEFAULT;
	asked = (uint16_t)(asked - REPLY_IP_UDP);
	return asked > most ? most : asked;
}

void
reply_init(
    struct reply *rp, const struct packet *req, size_t max, bool overload)
{
	size_t reserve = 1; /* OPT_END */

	rp->htype = req->htype;
	rp->hlen = req->hlen;
	memcpy(rp->hw, req->hw, sizeof(rp->hw));
	rp->xid = req->xid;
	rp->flags = req->flags;
	rp->ciaddr = rp->yiaddr = rp->siaddr = 0;
	rp->giaddr = req->giaddr;
	memset(rp->sname, 0, sizeof(rp->sname));
	memset(rp->file, 0, sizeof(rp->file));
	rp->overload = overload;
	rp->main.len = rp->in_file.len = rp->in_sname.len = 0;
	rp->in_file.cap = PACKET_FILE - 1;
	rp->in_sname.cap = PACKET_SNAME - 1;
	rp->nomitted = 0;
	rp->boot[0] = '\0';
	rp->via = REPLY_VIA_NONE;
	if (max > REPLY_MAX)
		max = REPLY_MAX;
	rp->main.cap = max - PACKET_HEADER - 4;
	if (overload)
		reserve += REPLY_OVERLOAD_LEN;
	rp->agent = packet_option(req, OPT_AGENT, &rp->agentlen);
	if (rp->agent != NULL &&
	    option_size(rp->agentlen) + reserve + REPLY_NEEDED > rp->main.cap) {
		rp->agent = NULL;
		reply_omit(rp, OPT_AGENT);
	}
	if (rp->agent != NULL)
		reserve += option_size(rp->agentlen);
	rp->main.cap -= reserve;
}

size_t
reply_room(const struct reply *rp)
{
	return rp->main.cap - rp->main.len;
}

static void
area_put(struct reply_area *a, uint8_t code, const uint8_t *p, size_t n)
{
	do {
		size_t piece = n > 255 ? 255 : n;

		a->data[a->len++] = code;
		a->data[a->len++] = (uint8_t)piece;
		if (piece > 0)
			memcpy(a->data + a->len, p, piece);
		a->len += piece;
		p += piece;
		n -= piece;
	} while (n > 0);
}

static bool
area_fits(const struct reply_area *a, size_t n)
{
	return option_size(n) <= a->cap - a->len;
}

bool
reply_put(struct reply *rp, uint8_t code, const void *p, size_t n)
{
	struct reply_area *a = NULL;

	if (area_fits(&rp->main, n))
		a = &rp->main;
	else if (rp->overload && rp->file[0] == '\0' &&
		 area_fits(&rp->in_file, n))
		a = &rp->in_file;
	else if (rp->overload && rp->sname[0] == '\0' &&
		 area_fits(&rp->in_sname, n))
		a = &rp->in_sname;
	if (a == NULL) {
		reply_omit(rp, code);
		return false;
	}
	area_put(a, code, p, n);
	return true;
}

bool
reply_put_u8(struct reply *rp, uint8_t code, uint8_t v)
{
	return reply_put(rp, code, &v, 1);
}

bool
reply_put_u32(struct reply *rp, uint8_t code, uint32_t v)
{
	uint8_t bytes[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v };

	return reply_put(rp, code, bytes, sizeof(bytes));
}

void
reply_put_file(struct reply *rp, const char *file)
{
	size_t len = strlen(file);

	if (len >= sizeof(rp->file)) {
		(void)reply_put(rp, OPT_FILE, file, len + 1);
		return;
	}
	memset(rp->file, 0, sizeof(rp->file));
	memcpy(rp->file, file, len);
}

/* Writes a name field, or the options that replace it. */
static void
field_write(
    struct writer *w, const char *name, const struct reply_area *a, size_t size)
{
	if (a->len == 0) {
		writer_bytes(w, name, size);
		return;
	}
	writer_bytes(w, a->data, a->len);
	writer_u8(w, OPT_END);
	writer_zero(w, size - a->len - 1);
}

size_t
reply_finish(struct reply *rp, uint8_t *out)
{
	uint8_t overload = (uint8_t)((rp->in_file.len > 0 ? 1 : 0) |
				     (rp->in_sname.len > 0 ? 2 : 0));
	struct writer w;

	/* reply_init() reserved room for both. */
	if (overload != 0)
		area_put(&rp->main, OPT_OVERLOAD, &overload, 1);
	if (rp->agent != NULL)
		area_put(&rp->main, OPT_AGENT, rp->agent, rp->agentlen);
	writer_init(&w, out, REPLY_MAX);
	writer_u8(&w, 2);
	writer_u8(&w, rp->htype);
	writer_u8(&w, rp->hlen);
	writer_u8(&w, 0);
	writer_u32(&w, rp->xid);
	writer_u16(&w, 0);
	writer_u16(&w, rp->flags);
	writer_u32(&w, rp->ciaddr);
	writer_u32(&w, rp->yiaddr);
	writer_u32(&w, rp->siaddr);
	writer_u32(&w, rp->giaddr);
	writer_bytes(&w, rp->hw, sizeof(rp->hw));
	field_write(&w, rp->sname, &rp->in_sname, PACKET_SNAME);
	field_write(&w, rp->file, &rp->in_file, PACKET_FILE);
	writer_u32(&w, PACKET_COOKIE);
	writer_bytes(&w, rp->main.data, rp->main.len);
	writer_u8(&w, OPT_END);
	if (w.len < REPLY_MIN)
		writer_zero(&w, REPLY_MIN - w.len);
	return w.len;
}
