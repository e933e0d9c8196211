/* SPDX-License-Identifier: ISC */
/* Comparing clients with each other and with leases. */
#include "dhcpd/client.h"

#include <stdio.h>
#include <string.h>

bool
client_owns(const struct client *c, const struct lease *l)
{
	if (c->idlen > 0 && l->idlen > 0)
		return c->idlen == l->idlen &&
		       memcmp(c->id, l->id, c->idlen) == 0;
	return c->hwlen > 0 && c->hwlen == l->hwlen && c->hwtype == l->hwtype &&
	       memcmp(c->hw, l->hw, c->hwlen) == 0;
}

bool
client_equal(const struct client *a, const struct client *b)
{
	return a->hwtype == b->hwtype && a->hwlen == b->hwlen &&
	       a->idlen == b->idlen && memcmp(a->hw, b->hw, a->hwlen) == 0 &&
	       memcmp(a->id, b->id, a->idlen) == 0;
}

void
client_of_lease(struct client *c, const struct lease *l)
{
	c->hwtype = l->hwtype;
	c->hwlen = l->hwlen;
	memcpy(c->hw, l->hw, sizeof(c->hw));
	c->idlen = l->idlen;
	memcpy(c->id, l->id, l->idlen);
}

void
client_to_lease(const struct client *c, struct lease *l)
{
	l->hwtype = c->hwtype;
	l->hwlen = c->hwlen;
	memset(l->hw, 0, sizeof(l->hw));
	memcpy(l->hw, c->hw, c->hwlen);
	l->idlen = c->idlen;
	memcpy(l->id, c->id, c->idlen);
}

const char *
client_text(const struct client *c, char dst[CLIENT_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	size_t i, o = 0;

	if (c->hwlen == 0) {
		(void)snprintf(dst, CLIENT_TEXT, "-");
		return dst;
	}
	if (c->hwtype != 1) {
		dst[o++] = hex[c->hwtype >> 4];
		dst[o++] = hex[c->hwtype & 15];
		dst[o++] = '-';
	}
	for (i = 0; i < c->hwlen; i++) {
		if (i > 0)
			dst[o++] = ':';
		dst[o++] = hex[c->hw[i] >> 4];
		dst[o++] = hex[c->hw[i] & 15];
	}
	dst[o] = '\0';
	return dst;
}
