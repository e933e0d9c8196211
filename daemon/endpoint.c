/* SPDX-License-Identifier: ISC */
/* Converts endpoints to and from messages, socket addresses and text. */
#include "daemon/endpoint.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "daemon/hash.h"

void
endpoint_encode(const struct endpoint *e, struct writer *w)
{
	addr_encode(&e->addr, w);
	writer_u16(w, e->port);
	writer_u32(w, e->scope);
}

void
endpoint_decode(struct reader *r, struct endpoint *e)
{
	addr_decode(r, &e->addr);
	e->port = reader_u16(r);
	e->scope = reader_u32(r);
	if (e->addr.family == 4 && e->scope != 0)
		reader_fail(r);
}

int
endpoint_from_sockaddr(struct endpoint *e, const struct sockaddr *sa)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	memset(e, 0, sizeof(*e));
	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&in, sa, sizeof(in));
		e->addr = addr_from_bytes(4, &in.sin_addr, 4);
		e->port = ntohs(in.sin_port);
		return 0;
	case AF_INET6:
		memcpy(&in6, sa, sizeof(in6));
		e->addr = addr_from_bytes(6, &in6.sin6_addr, 16);
		e->port = ntohs(in6.sin6_port);
		if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
			e->scope = in6.sin6_scope_id;
		return 0;
	default:
		return -1;
	}
}

socklen_t
endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memset(ss, 0, sizeof(*ss));
	switch (e->addr.family) {
	case 4:
		memcpy(&in.sin_addr, e->addr.bytes, 4);
		in.sin_port = htons(e->port);
		memcpy(ss, &in, sizeof(in));
		return sizeof(in);
	case 6:
		memcpy(&in6.sin6_addr, e->addr.bytes, 16);
		in6.sin6_port = htons(e->port);
		in6.sin6_scope_id = e->scope;
		memcpy(ss, &in6, sizeof(in6));
		return sizeof(in6);
	default:
		return 0;
	}
}

bool
endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && a->scope == b->scope &&
	       addr_compare(&a->addr, &b->addr) == 0;
}

uint32_t
endpoint_hash(const struct endpoint *e, uint64_t seed)
{
	seed ^= (uint64_t)e->scope << 16 | e->port;
	return hash_bytes(seed, e->addr.bytes, sizeof(e->addr.bytes));
}

const char *
endpoint_text(const struct endpoint *e, char dst[ENDPOINT_TEXT])
{
	char ip[ADDR_TEXT], scope[16] = "";

	(void)addr_text(&e->addr, ip);
	if (e->scope != 0)
		(void)snprintf(scope, sizeof(scope), "%%%u", e->scope);
	if (e->addr.family == 4)
		(void)snprintf(dst, ENDPOINT_TEXT, "%s:%u", ip, e->port);
	else if (e->addr.family == 6)
		(void)snprintf(
		    dst, ENDPOINT_TEXT, "[%s%s]:%u", ip, scope, e->port);
	else
		(void)snprintf(dst, ENDPOINT_TEXT, "?");
	return dst;
}
