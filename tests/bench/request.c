/* SPDX-License-Identifier: ISC */
/* What the load client asks for, and what the server grants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/load.h"

#define OP_RRQ 1
#define BLKSIZE_MIN 8 /* RFC 2348 */
#define BLKSIZE_WITHOUT 512 /* RFC 1350 */

/* Appends a string with its NUL. */
static size_t
put_string(uint8_t *buf, size_t room, size_t n, const char *s)
{
	size_t length = strlen(s) + 1;

	if (n + length > room) {
		fprintf(stderr, "tftp_load: a request is too long\n");
		exit(1);
	}
	memcpy(buf + n, s, length);
	return n + length;
}

static size_t
put_option(uint8_t *buf, size_t room, size_t n, const char *name, uint32_t v)
{
	char digits[12];

	(void)snprintf(digits, sizeof(digits), "%u", v);
	n = put_string(buf, room, n, name);
	return put_string(buf, room, n, digits);
}

size_t
request_build(uint8_t *buf, size_t room, const char *name)
{
	const struct load_options *o = &load_options;
	size_t n = 2;

	buf[0] = 0;
	buf[1] = OP_RRQ;
	n = put_string(buf, room, n, name);
	n = put_string(buf, room, n, "octet");
	if (o->tsize)
		n = put_option(buf, room, n, "tsize", 0);
	if (o->blksize != 0)
		n = put_option(buf, room, n, "blksize", o->blksize);
	if (o->windowsize > 1)
		n = put_option(buf, room, n, "windowsize", o->windowsize);
	return n;
}

static const char *
option_granted(struct fetch *f, const char *name, const char *value)
{
	const struct load_options *o = &load_options;
	char *end;
	unsigned long long v = strtoull(value, &end, 10);

	if (*value == '\0' || *end != '\0')
		return "an option's value is no number";
	if (strcasecmp(name, "blksize") == 0) {
		if (v < BLKSIZE_MIN || v > o->blksize)
			return "a blksize that was not asked for";
		f->blksize = (uint32_t)v;
	} else if (strcasecmp(name, "windowsize") == 0) {
		if (v < 1 || v > o->windowsize)
			return "a windowsize that was not asked for";
		f->windowsize = (uint32_t)v;
	} else if (strcasecmp(name, "tsize") == 0) {
		if (!o->tsize || v != f->file->size)
			return "a wrong tsize";
	} else {
		return "an option that was not asked for";
	}
	return NULL;
}

const char *
request_granted(struct fetch *f, const uint8_t *p, size_t n)
{
	const char *name, *value, *wrong;
	size_t i = 2;

	f->blksize = BLKSIZE_WITHOUT;
	f->windowsize = 1;
	while (i < n) {
		name = (const char *)p + i;
		i += strnlen(name, n - i) + 1;
		if (i >= n)
			return "half an option";
		value = (const char *)p + i;
		i += strnlen(value, n - i) + 1;
		if (i > n)
			return "half an option";
		if ((wrong = option_granted(f, name, value)) != NULL)
			return wrong;
	}
	f->blocks = f->file->size / f->blksize + 1;
	return NULL;
}
