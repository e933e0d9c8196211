/* SPDX-License-Identifier: ISC */
/* Negotiates the options of a read request. */
#include "tftpd/option.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/record.h"

#define UTIMEOUT_MIN_US 10000 /* a busy client pauses for as long */
#define TIMEOUT_MAX_US 255000000
#define NUMBER_DIGITS_MAX 20 /* of 2^64 - 1 */

static const char *const kind_names[TFTP_OPTION_KINDS] = {
	[TFTP_OPTION_BLKSIZE] = "blksize",
	[TFTP_OPTION_TIMEOUT] = "timeout",
	[TFTP_OPTION_UTIMEOUT] = "utimeout",
	[TFTP_OPTION_TSIZE] = "tsize",
	[TFTP_OPTION_WINDOWSIZE] = "windowsize",
	[TFTP_OPTION_ROLLOVER] = "rollover",
};

/* Which options tftp-client can deny to a client. */
static const uint8_t kind_denied[TFTP_OPTION_KINDS] = {
	[TFTP_OPTION_BLKSIZE] = RECORD_TFTP_NO_BLKSIZE,
	[TFTP_OPTION_TIMEOUT] = RECORD_TFTP_NO_TIMEOUT,
	[TFTP_OPTION_UTIMEOUT] = RECORD_TFTP_NO_TIMEOUT,
	[TFTP_OPTION_TSIZE] = RECORD_TFTP_NO_TSIZE,
	[TFTP_OPTION_WINDOWSIZE] = RECORD_TFTP_NO_WINDOWSIZE,
};

uint32_t
tftp_blksize_for_mtu(uint32_t mtu, uint8_t family)
{
	/* IP and UDP headers, and the four bytes of TFTP. */
	uint32_t headers = family == 6 ? 52 : 32;

	if (mtu <= headers)
		return 0;
	mtu -= headers;
	return mtu < TFTP_BLKSIZE_MAX ? mtu : TFTP_BLKSIZE_MAX;
}

/* Parses a plain decimal number; one beyond 64 bits becomes the largest. */
static bool
number_parse(const struct tftp_text *t, uint64_t *v)
{
	size_t i;

	if (t->len == 0 || t->len > NUMBER_DIGITS_MAX)
		return false;
	*v = 0;
	for (i = 0; i < t->len; i++) {
		uint64_t digit = (uint64_t)(uint8_t)t->p[i] - '0';

		if (digit > 9)
			return false;
		if (*v > (UINT64_MAX - digit) / 10)
			*v = UINT64_MAX;
		else
			*v = *v * 10 + digit;
	}
	return true;
}

static bool
accept_blksize(
    uint64_t v, const struct tftp_limits *lim, struct tftp_terms *terms)
{
	uint32_t max = lim->blksize;

	/*
	 * RFC 2348: the server may answer with less than the client asked for.
	 */
	if (max > TFTP_BLKSIZE_MAX)
		max = TFTP_BLKSIZE_MAX;
	if (v < TFTP_BLKSIZE_MIN || max < TFTP_BLKSIZE_MIN)
		return false;
	terms->blksize = (uint16_t)(v < max ? v : max);
	return true;
}

/*
 * RFC 2349: the server takes the time that was asked for, or leaves the option
 * out.  Of timeout and utimeout only the first one in the request is accepted.
 */
static bool
accept_timeout(uint64_t us, uint32_t min_us, struct tftp_terms *terms)
{
	if (us < min_us || us > TIMEOUT_MAX_US || terms->timeout_us != 0)
		return false;
	terms->timeout_us = (uint32_t)us;
	return true;
}

static bool
accept_windowsize(
    uint64_t v, const struct tftp_limits *lim, struct tftp_terms *terms)
{
	/* RFC 7440: 1 to 65535; the server may answer with less. */
	if (v < 1 || v > UINT16_MAX || lim->windowsize == 0)
		return false;
	if (v > lim->windowsize)
		v = lim->windowsize;
	terms->window_max = terms->windowsize = (uint16_t)v;
	return true;
}

static bool
accept_rollover(uint64_t v, struct tftp_terms *terms)
{
	/* With few block numbers a late packet would be taken for a new one. */
	if (v > TFTP_ROLLOVER_MAX)
		return false;
	terms->rollover = (uint16_t)v;
	return true;
}

static bool
value_accept(enum tftp_option_kind kind, uint64_t v,
    const struct tftp_limits *lim, struct tftp_terms *terms)
{
	if ((lim->deny & kind_denied[kind]) != 0)
		return false;
	switch (kind) {
	case TFTP_OPTION_BLKSIZE:
		return accept_blksize(v, lim, terms);
	case TFTP_OPTION_TIMEOUT:
		return accept_timeout(v > 255 ? 0 : v * 1000000, 1, terms);
	case TFTP_OPTION_UTIMEOUT:
		return accept_timeout(v, UTIMEOUT_MIN_US, terms);
	case TFTP_OPTION_TSIZE:
		/* Clients send 0; any other value has no meaning. */
		return true;
	case TFTP_OPTION_WINDOWSIZE:
		return accept_windowsize(v, lim, terms);
	case TFTP_OPTION_ROLLOVER:
		return accept_rollover(v, terms);
	case TFTP_OPTION_KINDS:
		break;
	}
	return false;
}

static bool
option_accept(enum tftp_option_kind kind, const struct tftp_text *value,
    const struct tftp_limits *lim, struct tftp_terms *terms)
{
	uint64_t v;
	bool accepted;

	if (!number_parse(value, &v))
		return false;
	accepted = value_accept(kind, v, lim, terms);
	/* The limit is a cause only if the client asked for more. */
	if (kind == TFTP_OPTION_BLKSIZE && v > terms->blksize)
		terms->blksize_by = lim->blksize_by;
	if (kind == TFTP_OPTION_WINDOWSIZE && v > terms->windowsize &&
	    v <= UINT16_MAX)
		terms->windowsize_by = lim->windowsize_by;
	return accepted;
}

static enum tftp_option_kind
kind_of(const struct tftp_text *name)
{
	unsigned int k;

	for (k = 0; k < TFTP_OPTION_KINDS; k++)
		if (tftp_text_is(name, kind_names[k]))
			break;
	return (enum tftp_option_kind)k;
}

void
tftp_options_negotiate(const struct tftp_request *q,
    const struct tftp_limits *lim, struct tftp_terms *terms)
{
	bool seen[TFTP_OPTION_KINDS] = { false };
	unsigned int i;

	memset(terms, 0, sizeof(*terms));
	terms->blksize = TFTP_BLKSIZE_DEFAULT;
	terms->window_max = terms->windowsize = 1;
	terms->rollover = lim->rollover;
	for (i = 0; i < q->noptions; i++) {
		const struct tftp_option *o = &q->option[i];
		enum tftp_option_kind k = kind_of(&o->name);

		/* RFC 2347 allows each option once; the first one counts. */
		if (k == TFTP_OPTION_KINDS || seen[k] ||
		    !option_accept(k, &o->value, lim, terms)) {
			terms->nignored++;
		} else {
			terms->accepted[terms->naccepted++] = (uint8_t)k;
		}
		if (k != TFTP_OPTION_KINDS)
			seen[k] = true;
	}
	tftp_terms_fit(terms, lim->blksize);
}

static bool
terms_has(const struct tftp_terms *terms, enum tftp_option_kind k)
{
	return memchr(terms->accepted, k, terms->naccepted) != NULL;
}

void
tftp_terms_fit(struct tftp_terms *terms, uint32_t blksize_max)
{
	uint32_t window;

	if (terms_has(terms, TFTP_OPTION_BLKSIZE) &&
	    blksize_max >= TFTP_BLKSIZE_MIN && terms->blksize > blksize_max) {
		terms->blksize = (uint16_t)blksize_max;
		terms->blksize_by = EVENT_LIMIT_PATH;
	}
	window = TFTP_WINDOW_BYTES / (TFTP_HEADER + (uint32_t)terms->blksize);
	if (window > terms->window_max)
		window = terms->window_max;
	terms->windowsize = (uint16_t)window;
}

static uint64_t
term_value(const struct tftp_terms *terms, uint8_t kind, uint64_t size)
{
	switch (kind) {
	case TFTP_OPTION_BLKSIZE:
		return terms->blksize;
	case TFTP_OPTION_TIMEOUT:
		return terms->timeout_us / 1000000;
	case TFTP_OPTION_UTIMEOUT:
		return terms->timeout_us;
	case TFTP_OPTION_ROLLOVER:
		return terms->rollover;
	case TFTP_OPTION_WINDOWSIZE:
		return terms->windowsize;
	default:
		return size;
	}
}

void
tftp_oack_build(struct writer *w, const struct tftp_terms *terms, uint64_t size)
{
	unsigned int i;
	char digits[24];
	int n;

	writer_u16(w, TFTP_OACK);
	for (i = 0; i < terms->naccepted; i++) {
		uint8_t k = terms->accepted[i];

		n = snprintf(digits, sizeof(digits), "%" PRIu64,
		    term_value(terms, k, size));
		writer_bytes(w, kind_names[k], strlen(kind_names[k]) + 1);
		writer_bytes(w, digits, (size_t)n + 1);
	}
}
