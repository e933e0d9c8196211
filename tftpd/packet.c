/* SPDX-License-Identifier: ISC */
/* Parses and builds TFTP packets. */
#include "tftpd/packet.h"

#include <string.h>
#include <strings.h>

/* Reads a string with its NUL; false when there is no NUL. */
static bool
text_read(struct reader *r, struct tftp_text *t)
{
	const uint8_t *nul = memchr(r->p, '\0', r->left);

	if (nul == NULL) {
		reader_fail(r);
		return false;
	}
	t->len = (size_t)(nul - r->p);
	t->p = (const char *)reader_bytes(r, t->len);
	reader_skip(r, 1);
	return true;
}

bool
tftp_text_is(const struct tftp_text *t, const char *s)
{
	return t->len == strlen(s) && strncasecmp(t->p, s, t->len) == 0;
}

static enum tftp_mode
mode_of(const struct tftp_text *t)
{
	if (tftp_text_is(t, "octet") || tftp_text_is(t, "binary"))
		return TFTP_OCTET;
	if (tftp_text_is(t, "netascii") || tftp_text_is(t, "ascii"))
		return TFTP_NETASCII;
	if (tftp_text_is(t, "mail"))
		return TFTP_MAIL;
	return TFTP_MODE_OTHER;
}

/* Some firmware pads its request with zeros. */
static bool
is_padding(const struct reader *r)
{
	size_t i;

	for (i = 0; i < r->left; i++)
		if (r->p[i] != 0)
			return false;
	return true;
}

/* RFC 2347: pairs of name and value, each ended by a NUL. */
static enum tftp_reason
request_parse_options(struct reader *r, struct tftp_request *q)
{
	struct tftp_option *o;

	while (!is_padding(r)) {
		if (q->noptions == TFTP_OPTIONS_MAX)
			return TFTP_BAD_OPTIONS;
		o = &q->option[q->noptions];
		if (!text_read(r, &o->name) || o->name.len == 0)
			return TFTP_BAD_OPTION;
		if (!text_read(r, &o->value))
			return TFTP_BAD_VALUE;
		q->noptions++;
	}
	return TFTP_OK;
}

enum tftp_reason
tftp_request_parse(const void *buf, size_t len, struct tftp_request *q)
{
	struct tftp_text mode;
	struct reader r;
	uint16_t op;

	q->noptions = 0;
	reader_init(&r, buf, len);
	op = reader_u16(&r);
	if (!reader_ok(&r))
		return TFTP_BAD_SHORT;
	if (op != TFTP_RRQ && op != TFTP_WRQ)
		return TFTP_BAD_OPCODE;
	if (len > TFTP_REQUEST_MAX)
		return TFTP_BAD_LONG;
	q->write = op == TFTP_WRQ;
	if (!text_read(&r, &q->name))
		return TFTP_BAD_NAME;
	if (r.left == 0)
		return TFTP_BAD_MODE_MISSING;
	if (!text_read(&r, &mode))
		return TFTP_BAD_MODE;
	if (mode.len == 0)
		return TFTP_BAD_MODE_MISSING;
	q->mode = (uint8_t)mode_of(&mode);
	return request_parse_options(&r, q);
}

enum tftp_reason
tftp_answer_parse(const void *buf, size_t len, struct tftp_answer *a)
{
	struct reader r;
	uint16_t op, v;

	memset(a, 0, sizeof(*a));
	a->text.p = "";
	reader_init(&r, buf, len);
	op = reader_u16(&r);
	if (!reader_ok(&r))
		return TFTP_BAD_SHORT;
	if (op != TFTP_ACK && op != TFTP_ERROR)
		return TFTP_BAD_OPCODE;
	v = reader_u16(&r);
	if (!reader_ok(&r))
		return TFTP_BAD_SHORT;
	a->op = (uint8_t)op;
	if (op == TFTP_ACK) {
		/* Ethernet padding of bad network stacks is ignored. */
		a->block = v;
		return TFTP_OK;
	}
	a->code = v;
	/* Many clients omit the NUL; the text is only logged. */
	a->text.len = strnlen((const char *)r.p, r.left);
	if (a->text.len > 0)
		a->text.p = (const char *)r.p;
	return TFTP_OK;
}

const char *
tftp_reason_text(enum tftp_reason why)
{
	static const char *const text[TFTP_REASON_MAX] = {
		[TFTP_OK] = "fine",
		[TFTP_BAD_SHORT] = "packet too short",
		[TFTP_BAD_LONG] = "packet too long",
		[TFTP_BAD_OPCODE] = "unexpected opcode",
		[TFTP_BAD_NAME] = "file name not terminated",
		[TFTP_BAD_MODE_MISSING] = "request without a mode",
		[TFTP_BAD_MODE] = "mode not terminated",
		[TFTP_BAD_OPTION] = "option without a name",
		[TFTP_BAD_VALUE] = "option without a value",
		[TFTP_BAD_OPTIONS] = "too many options",
	};

	return (unsigned int)why < TFTP_REASON_MAX ? text[why] : "?";
}

void
tftp_data_header(uint8_t dst[TFTP_HEADER], uint16_t block)
{
	dst[0] = 0;
	dst[1] = TFTP_DATA;
	dst[2] = (uint8_t)(block >> 8);
	dst[3] = (uint8_t)block;
}

void
tftp_error_build(struct writer *w, enum tftp_code code, const char *text)
{
	writer_u16(w, TFTP_ERROR);
	writer_u16(w, (uint16_t)code);
	writer_bytes(w, text, strnlen(text, TFTP_TEXT_MAX - 1));
	writer_u8(w, 0);
}
