/* SPDX-License-Identifier: ISC */
/* Encoding of interface descriptions. */
#include "daemon/iface.h"

#include <string.h>

void
iface_encode(const struct iface *i, struct writer *w)
{
	uint8_t n;

	writer_str(w, i->name);
	writer_u32(w, i->index);
	writer_u32(w, i->mtu);
	writer_bool(w, i->dhcp);
	writer_bool(w, i->tftp);
	writer_u8(w, i->naddrs);
	for (n = 0; n < i->naddrs && n < IFACE_ADDRS_MAX; n++) {
		writer_u32(w, i->addr[n].addr);
		writer_u32(w, i->addr[n].mask);
		writer_u32(w, i->addr[n].broadcast);
	}
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
	i->naddrs = reader_u8(r);
	if (i->naddrs > IFACE_ADDRS_MAX) {
		i->naddrs = 0;
		reader_fail(r);
	}
	for (n = 0; n < i->naddrs; n++) {
		i->addr[n].addr = reader_u32(r);
		i->addr[n].mask = reader_u32(r);
		i->addr[n].broadcast = reader_u32(r);
	}
}
