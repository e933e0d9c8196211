/* SPDX-License-Identifier: ISC */
/* Encodes and decodes requests for signatures of TLS handshakes. */
#include "daemon/handshake.h"

#include <string.h>

#include "daemon/buf.h"

bool
handshake_hash_ok(size_t len)
{
	return len == 32 || len == 48 || len == 64;
}

void
sign_ask_encode(const struct sign_ask *a, struct writer *w)
{
	writer_bytes(w, a->key, sizeof(a->key));
	writer_u8(w, a->kind);
	writer_blob(w, a->hash, a->hashlen);
}

int
sign_ask_decode(struct reader *r, struct sign_ask *a)
{
	size_t len;

	memset(a, 0, sizeof(*a));
	reader_copy(r, a->key, sizeof(a->key));
	a->kind = reader_u8(r);
	len = reader_blob(r, a->hash, sizeof(a->hash));
	if (!reader_done(r) || a->kind >= HANDSHAKE_KIND_MAX ||
	    !handshake_hash_ok(len))
		return -1;
	a->hashlen = (uint8_t)len;
	return 0;
}

void
sign_give_encode(const struct sign_give *g, struct writer *w)
{
	writer_u8(w, g->status);
	writer_blob(w, g->sig, g->siglen);
}

int
sign_give_decode(struct reader *r, struct sign_give *g)
{
	size_t len;

	memset(g, 0, sizeof(*g));
	g->status = reader_u8(r);
	len = reader_blob(r, g->sig, sizeof(g->sig));
	if (!reader_done(r) || g->status >= SIGN_STATUS_MAX ||
	    (len > 0) != (g->status == SIGN_OK))
		return -1;
	g->siglen = (uint16_t)len;
	return 0;
}

const char *
sign_status_text(enum sign_status status)
{
	switch (status) {
	case SIGN_OK:
		return "signed";
	case SIGN_NO_KEY:
		return "keyd has another key; reload pxeguard";
	case SIGN_KIND:
		return "keyd does not sign this way with its key";
	case SIGN_BUSY:
		return "too many handshakes in a second";
	case SIGN_FAILED:
		return "keyd could not sign";
	case SIGN_STATUS_MAX:
		break;
	}
	return "?";
}
