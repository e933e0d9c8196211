/* SPDX-License-Identifier: ISC */
/* Reading bindings, and comparing them with clients. */
#include "dhcpd/binding.h"

#include <string.h>

_Static_assert(LEASE_ID_MAX <= UINT8_MAX, "idlen has eight bits");
_Static_assert(LEASE_NAME_MAX - 1 <= UINT8_MAX, "namelen has eight bits");

/* Copies n bytes of the text of a binding, from byte `at` on. */
static void
binding_text(const struct binding *b, size_t at, void *to, size_t n)
{
	const struct binding_part *p = &b->text;
	uint8_t *dst = to;
	size_t piece;

	for (; at >= BINDING_PART && p != NULL; at -= BINDING_PART)
		p = p->next;
	for (; n > 0 && p != NULL; p = p->next) {
		piece = n < BINDING_PART - at ? n : BINDING_PART - at;
		memcpy(dst, p->data + at, piece);
		dst += piece;
		n -= piece;
		at = 0;
	}
}

void
binding_id(const struct binding *b, uint8_t id[LEASE_ID_MAX])
{
	binding_text(b, 0, id, b->idlen);
}

void
binding_name(const struct binding *b, char name[LEASE_NAME_MAX])
{
	binding_text(b, b->idlen, name, b->namelen);
	name[b->namelen] = '\0';
}

void
binding_client(const struct binding *b, struct client *k)
{
	k->hwtype = b->hwtype;
	k->hwlen = b->hwlen;
	memcpy(k->hw, b->hw, sizeof(k->hw));
	k->idlen = b->idlen;
	binding_id(b, k->id);
}

void
binding_lease(const struct binding *b, struct lease *l)
{
	struct client k;

	memset(l, 0, sizeof(*l));
	l->state = b->state == BINDING_BOUND	  ? LEASE_BOUND
		   : b->state == BINDING_DECLINED ? LEASE_DECLINED
						  : LEASE_RELEASED;
	l->addr = addr_from_ip4(b->addr);
	binding_client(b, &k);
	client_to_lease(&k, l);
	binding_name(b, l->name);
	l->start_s = b->start_s;
	l->expiry_s = b->expiry_s;
	if (b->relay != 0)
		l->relay = addr_from_ip4(b->relay);
}

bool
binding_same_hw(const struct binding *b, const struct client *k)
{
	return k->hwlen > 0 && k->hwlen == b->hwlen && k->hwtype == b->hwtype &&
	       memcmp(k->hw, b->hw, k->hwlen) == 0;
}

bool
binding_same_id(const struct binding *b, const struct client *k)
{
	uint8_t id[LEASE_ID_MAX];

	if (k->idlen == 0 || k->idlen != b->idlen)
		return false;
	binding_id(b, id);
	return memcmp(k->id, id, k->idlen) == 0;
}

bool
binding_is_of(const struct binding *b, const struct client *k)
{
	if (k->idlen > 0 && b->idlen > 0)
		return binding_same_id(b, k);
	return binding_same_hw(b, k);
}
