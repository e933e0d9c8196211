/* SPDX-License-Identifier: ISC */
/* Encodes descriptions of interfaces, and searches their addresses. */
#include "daemon/iface.h"

#include <string.h>

#include "daemon/record.h"

void
iface_encode(const struct iface *i, struct writer *w)
{
	uint8_t n;

	writer_str(w, i->name);
	writer_u32(w, i->index);
	writer_u32(w, i->mtu);
	writer_bool(w, i->dhcp);
	writer_bool(w, i->tftp);
	writer_bool(w, i->http);
	writer_u8(w, i->root);
	writer_u8(w, i->naddrs);
	for (n = 0; n < i->naddrs && n < IFACE_ADDRS_MAX; n++) {
		writer_u32(w, i->addr[n].addr);
		writer_u32(w, i->addr[n].mask);
		writer_u32(w, i->addr[n].broadcast);
	}
	writer_u8(w, i->naddrs6);
	for (n = 0; n < i->naddrs6 && n < IFACE_ADDRS6_MAX; n++) {
		writer_bytes(w, i->addr6[n].addr, sizeof(i->addr6[n].addr));
		writer_u8(w, i->addr6[n].prefix);
	}
}

/* A count that is no more than what there is room for. */
static uint8_t
count_decode(struct reader *r, uint8_t max)
{
	uint8_t n = reader_u8(r);

	if (n <= max)
		return n;
	reader_fail(r);
	return 0;
}

void
iface_decode(struct reader *r, struct iface *i)
{
	uint8_t n;

	memset(i, 0, sizeof(*i));
	if (reader_str(r, i->name, sizeof(i->name)) == 0)
		reader_fail(r);
	i->index = reader_u32(r);
	i->mtu = reader_u32(r);
	i->dhcp = reader_bool(r);
	i->tftp = reader_bool(r);
	i->http = reader_bool(r);
	i->root = reader_u8(r);
	if (i->tftp || i->http ? i->root > RECORD_TFTP_ROOTS_MAX
			       : i->root != IFACE_NO_ROOT)
		reader_fail(r);
	i->naddrs = count_decode(r, IFACE_ADDRS_MAX);
	for (n = 0; n < i->naddrs; n++) {
		i->addr[n].addr = reader_u32(r);
		i->addr[n].mask = reader_u32(r);
		i->addr[n].broadcast = reader_u32(r);
	}
	i->naddrs6 = count_decode(r, IFACE_ADDRS6_MAX);
	for (n = 0; n < i->naddrs6; n++) {
		reader_copy(r, i->addr6[n].addr, sizeof(i->addr6[n].addr));
		i->addr6[n].prefix = reader_u8(r);
		if (i->addr6[n].prefix > 128)
			reader_fail(r);
	}
}

bool
iface_has4(const struct iface *i, uint32_t addr)
{
	uint8_t n;

	for (n = 0; n < i->naddrs; n++)
		if (i->addr[n].addr == addr)
			return true;
	return false;
}

bool
iface_has6(const struct iface *i, const uint8_t addr[16])
{
	uint8_t n;

	for (n = 0; n < i->naddrs6; n++)
		if (memcmp(i->addr6[n].addr, addr, 16) == 0)
			return true;
	return false;
}
