/* SPDX-License-Identifier: ISC */
/* Chooses the key that signs, and limits how often. */
#include "keyd/keyring.h"

#include <string.h>

void
keyring_commit(struct keyring *r)
{
	key_free(&r->before);
	r->before = r->now;
	r->now = r->next;
	memset(&r->next, 0, sizeof(r->next));
}

void
keyring_drop_before(struct keyring *r)
{
	key_free(&r->before);
}

void
keyring_drop_next(struct keyring *r)
{
	key_free(&r->next);
}

static const struct tls_key *
keyring_find(const struct keyring *r, const uint8_t id[HANDSHAKE_KEY_ID])
{
	if (key_is(&r->now, id))
		return &r->now;
	if (key_is(&r->next, id))
		return &r->next;
	return key_is(&r->before, id) ? &r->before : NULL;
}

static bool
keyring_may(struct keyring *r, uint64_t now_ms)
{
	if (now_ms - r->second_ms >= 1000) {
		r->second_ms = now_ms;
		r->signatures = 0;
	}
	return r->signatures++ < KEYRING_SIGNATURES_MAX;
}

void
keyring_sign(struct keyring *r, const struct sign_ask *a, uint64_t now_ms,
    struct sign_give *g)
{
	const struct tls_key *k = keyring_find(r, a->key);

	memset(g, 0, sizeof(*g));
	if (k == NULL)
		g->status = SIGN_NO_KEY;
	else if (!keyring_may(r, now_ms))
		g->status = SIGN_BUSY;
	else
		key_sign(k, a, g);
}
