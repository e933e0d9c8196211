/* SPDX-License-Identifier: ISC */
/* Parses and checks signatures. */
#include "sign/signature.h"

#include <sodium.h>
#include <string.h>

#include "sign/text.h"

_Static_assert(SIGN_SIG_BYTES == crypto_sign_BYTES, "Ed25519");
_Static_assert(SIGN_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");

/* Base64 of the algorithm, the id and the signature. */
static enum sign_reason
parse_first(struct sign_signature *s, struct sign_text *t)
{
	uint8_t raw[2 + SIGN_ID_BYTES + SIGN_SIG_BYTES];
	enum sign_reason r;

	if ((r = sign_text_base64(t, raw, sizeof(raw))) != SIGN_OK)
		return r;
	if (raw[0] != 'E' || (raw[1] != 'd' && raw[1] != 'D'))
		return SIGN_ALGORITHM;
	s->kind = raw[1] == 'd' ? SIGN_KIND_PURE : SIGN_KIND_PREHASHED;
	memcpy(s->id, raw + 2, sizeof(s->id));
	memcpy(s->sig, raw + 2 + sizeof(s->id), sizeof(s->sig));
	return SIGN_OK;
}

/* If the field begins with the name, what follows. */
static bool
field_is(const char *name, const char *p, size_t n, size_t *skip)
{
	*skip = strlen(name);
	return n >= *skip && memcmp(p, name, *skip) == 0;
}

static enum sign_reason
parse_serial(struct sign_signature *s, const char *p, size_t n)
{
	uint64_t v = 0;
	size_t i;

	if (s->has_serial || n == 0 || n > 19)
		return SIGN_SERIAL_FIELD;
	/* 19 digits fit 64 bits. */
	for (i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return SIGN_SERIAL_FIELD;
		v = v * 10 + (uint64_t)(p[i] - '0');
	}
	if (v > SIGN_SERIAL_MAX)
		return SIGN_SERIAL_FIELD;
	s->has_serial = true;
	s->serial = v;
	return SIGN_OK;
}

static enum sign_reason
parse_field(struct sign_signature *s, const char *p, size_t n)
{
	size_t skip;

	if (field_is("serial:", p, n, &skip))
		return parse_serial(s, p + skip, n - skip);
	if (field_is("file:", p, n, &skip)) {
		if (s->file_len > 0 || n == skip)
			return SIGN_FILE_FIELD;
		s->file_at = (uint16_t)(p + skip - s->comment);
		s->file_len = (uint16_t)(n - skip);
		return SIGN_OK;
	}
	if (memmem(p, n, "serial:", strlen("serial:")) != NULL)
		return SIGN_SERIAL_FIELD;
	return SIGN_OK;
}

static enum sign_reason
parse_fields(struct sign_signature *s)
{
	const char *p = s->comment, *tab;
	size_t left = s->comment_len, n;
	enum sign_reason r;

	for (;;) {
		tab = memchr(p, '\t', left);
		n = tab == NULL ? left : (size_t)(tab - p);
		if ((r = parse_field(s, p, n)) != SIGN_OK || tab == NULL)
			return r;
		p += n + 1;
		left -= n + 1;
	}
}

/* The third and fourth line. */
static enum sign_reason
parse_trusted(struct sign_signature *s, struct sign_text *t)
{
	struct sign_line comment;
	enum sign_reason r;

	if ((r = sign_text_comment(
		 t, SIGN_TRUSTED_PREFIX, SIGN_TRUSTED, &comment)) != SIGN_OK)
		return r;
	if (comment.len > SIGN_COMMENT_MAX)
		return SIGN_LONG;
	memcpy(s->comment, comment.p, comment.len);
	s->comment_len = (uint16_t)comment.len;
	if ((r = sign_text_base64(t, s->global, sizeof(s->global))) !=
		SIGN_OK ||
	    (r = sign_text_end(t)) != SIGN_OK)
		return r;
	return parse_fields(s);
}

enum sign_reason
sign_signature_parse(struct sign_signature *s, const void *text, size_t n)
{
	struct sign_line comment;
	struct sign_text t, rest;
	enum sign_reason r;

	memset(s, 0, sizeof(*s));
	if ((r = sign_text_init(&t, text, n)) != SIGN_OK ||
	    (r = sign_text_comment(
		 &t, SIGN_UNTRUSTED, SIGN_COMMENT, &comment)) != SIGN_OK ||
	    (r = parse_first(s, &t)) != SIGN_OK)
		return r;
	rest = t;
	if (s->kind == SIGN_KIND_PURE && sign_text_end(&rest) == SIGN_OK) {
		s->kind = SIGN_KIND_SIGNIFY;
		return SIGN_OK;
	}
	return parse_trusted(s, &t);
}

bool
sign_signature_is_pure(const struct sign_signature *s)
{
	return s->kind != SIGN_KIND_PREHASHED;
}

enum sign_reason
sign_signature_check_comment(
    const struct sign_signature *s, const struct sign_pubkey *k)
{
	uint8_t message[SIGN_SIG_BYTES + SIGN_COMMENT_MAX];

	if (memcmp(s->id, k->id, sizeof(s->id)) != 0)
		return SIGN_KEY_UNKNOWN;
	if (s->kind == SIGN_KIND_SIGNIFY)
		return k->format == SIGN_SIGNIFY ? SIGN_OK : SIGN_KEY_FORMAT;
	memcpy(message, s->sig, SIGN_SIG_BYTES);
	memcpy(message + SIGN_SIG_BYTES, s->comment, s->comment_len);
	return crypto_sign_verify_detached(s->global, message,
		   SIGN_SIG_BYTES + s->comment_len, k->key) == 0
		   ? SIGN_OK
		   : SIGN_BAD_COMMENT;
}

enum sign_reason
sign_signature_check_name(
    const struct sign_signature *s, const char *path, size_t n)
{
	const char *slash = memrchr(path, '/', n);
	const char *base = slash == NULL ? path : slash + 1;

	n -= (size_t)(base - path);
	if (s->file_len == 0 ||
	    (s->file_len == n && memcmp(s->comment + s->file_at, base, n) == 0))
		return SIGN_OK;
	return SIGN_NAME;
}

enum sign_reason
sign_signature_check_content(const struct sign_signature *s,
    const struct sign_pubkey *k, const void *bytes, size_t n)
{
	uint8_t digest[SIGN_DIGEST_BYTES];

	if (s->kind == SIGN_KIND_PREHASHED) {
		(void)crypto_generichash(
		    digest, sizeof(digest), bytes, n, NULL, 0);
		return sign_signature_check_digest(s, k, digest);
	}
	if (memcmp(s->id, k->id, sizeof(s->id)) != 0)
		return SIGN_KEY_UNKNOWN;
	return crypto_sign_verify_detached(s->sig, bytes, n, k->key) == 0
		   ? SIGN_OK
		   : SIGN_BAD_CONTENT;
}

enum sign_reason
sign_signature_check_digest(const struct sign_signature *s,
    const struct sign_pubkey *k, const uint8_t digest[SIGN_DIGEST_BYTES])
{
	if (memcmp(s->id, k->id, sizeof(s->id)) != 0)
		return SIGN_KEY_UNKNOWN;
	if (s->kind != SIGN_KIND_PREHASHED ||
	    crypto_sign_verify_detached(
		s->sig, digest, SIGN_DIGEST_BYTES, k->key) != 0)
		return SIGN_BAD_CONTENT;
	return SIGN_OK;
}
