/* SPDX-License-Identifier: ISC */
/* Reads the lines of key and signature files. */
#include "sign/text.h"

#include <sodium.h>
#include <string.h>

enum sign_reason
sign_text_init(struct sign_text *t, const void *bytes, size_t n)
{
	const char *p = bytes;
	size_t i;

	t->p = p;
	t->left = 0;
	if (n > SIGN_TEXT_MAX)
		return SIGN_LONG;
	for (i = 0; i < n; i++)
		if (p[i] == '\0' ||
		    (p[i] == '\r' && i + 1 < n && p[i + 1] != '\n'))
			return SIGN_CONTROL;
	t->left = n;
	return SIGN_OK;
}

/* SIGN_LINES at the end of the text. */
static enum sign_reason
sign_text_line(struct sign_text *t, struct sign_line *line)
{
	const char *nl;

	line->p = t->p;
	line->len = 0;
	if (t->left == 0)
		return SIGN_LINES;
	nl = memchr(t->p, '\n', t->left);
	line->len = nl == NULL ? t->left : (size_t)(nl - t->p);
	t->p += line->len + (nl != NULL);
	t->left -= line->len + (nl != NULL);
	if (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return SIGN_OK;
}

enum sign_reason
sign_text_comment(struct sign_text *t, const char *prefix, enum sign_reason why,
    struct sign_line *line)
{
	size_t n = strlen(prefix);
	enum sign_reason r;

	if ((r = sign_text_line(t, line)) != SIGN_OK)
		return r;
	if (line->len < n || memcmp(line->p, prefix, n) != 0)
		return why;
	line->p += n;
	line->len -= n;
	return SIGN_OK;
}

enum sign_reason
sign_text_base64(struct sign_text *t, uint8_t *dst, size_t n)
{
	struct sign_line line;
	enum sign_reason r;
	size_t got, i;

	if ((r = sign_text_line(t, &line)) != SIGN_OK)
		return r;
	/* libsodium 1.0.18 takes some bytes above 0x7f for digits. */
	for (i = 0; i < line.len; i++)
		if (((uint8_t)line.p[i] & 0x80) != 0)
			return SIGN_BASE64;
	if (sodium_base642bin(dst, n, line.p, line.len, NULL, &got, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    got != n)
		return SIGN_BASE64;
	return SIGN_OK;
}

enum sign_reason
sign_text_end(struct sign_text *t)
{
	struct sign_line line;

	while (sign_text_line(t, &line) == SIGN_OK)
		if (line.len > 0)
			return SIGN_LINES;
	return SIGN_OK;
}
