/* SPDX-License-Identifier: ISC */
/* The packets of a client that pxeguard --explain is asked about. */
#include "dhcpd/explain_packet.h"

#include <string.h>

#include "dhcpd/pxe_vendor.h"

#define EXPLAIN_XID 0x65787001
#define HTYPE_ETHERNET 1

static void
put(struct writer *w, uint8_t code, const void *data, size_t len)
{
	if (len == 0)
		return;
	writer_u8(w, code);
	writer_u8(w, (uint8_t)len);
	writer_bytes(w, data, len);
}

static void
put_u32(struct writer *w, uint8_t code, uint32_t v)
{
	if (v == 0)
		return;
	writer_u8(w, code);
	writer_u8(w, 4);
	writer_u32(w, v);
}

/* What only clients that boot send (RFC 4578). */
static void
put_boot(const struct explain_client *k, struct writer *w)
{
	static const uint8_t undi[] = { 1, 3, 16 };
	const uint8_t arch[] = { (uint8_t)(k->arch >> 8), (uint8_t)k->arch };
	uint8_t uuid[17] = { 0 };

	memcpy(uuid + sizeof(uuid) - EXPLAIN_MAC, k->mac, EXPLAIN_MAC);
	put(w, OPT_ARCH, arch, sizeof(arch));
	put(w, OPT_ARCH + 1, undi, sizeof(undi));
	put(w, OPT_UUID, uuid, sizeof(uuid));
}

/*
 * The features that iPXE tells, which configurations test by number, as
 * dhcp-match=set:menu,175,39.
 */
static void
put_ipxe(const struct explain_client *k, struct writer *w)
{
	/* bzImage, multiboot, PXE, ELF; EFI, VLAN, SRP */
	static const uint8_t bios[] = { 24, 25, 33, 34 },
			     efi[] = { 36, 38, 27 };
	/* iSCSI, AoE, HTTP, TFTP, DNS, menu */
	static const uint8_t all[] = { 17, 18, 19, 21, 23, 39 };
	const uint8_t *more = k->arch == 0 ? bios : efi;
	size_t i, nmore = k->arch == 0 ? sizeof(bios) : sizeof(efi);

	writer_u8(w, OPT_IPXE);
	writer_u8(w, (uint8_t)(3 * (sizeof(all) + nmore)));
	for (i = 0; i < sizeof(all) + nmore; i++) {
		writer_u8(w, i < sizeof(all) ? all[i] : more[i - sizeof(all)]);
		writer_u8(w, 1);
		writer_u8(w, 1);
	}
}

static void
put_options(const struct explain_client *k, const struct explain_packet *p,
    struct writer *w)
{
	static const uint8_t size[] = { 0x05, 0xc0 }; /* 1,472 */
	const uint8_t item[] = { PXE_SUB_ITEM, 4, (uint8_t)(p->item_type >> 8),
		(uint8_t)p->item_type, 0, 0, OPT_END };

	writer_u32(w, PACKET_COOKIE);
	put(w, OPT_TYPE, &p->type, p->type == PACKET_BOOTP ? 0 : 1);
	put_u32(w, OPT_REQUESTED_IP, p->requested);
	put_u32(w, OPT_SERVER_ID, p->server);
	if (p->type != PACKET_BOOTP) {
		put(w, OPT_MAX_SIZE, size, sizeof(size));
		put(w, OPT_PARAMETERS, k->list, k->nlist);
	}
	put(w, OPT_HOSTNAME, k->name, k->namelen);
	put(w, OPT_VENDOR_CLASS, k->vendor, k->vendorlen);
	put(w, OPT_CLIENT_ID, k->id, k->idlen);
	put(w, OPT_USER_CLASS, k->user, k->userlen);
	if (k->boots)
		put_boot(k, w);
	if (k->ipxe)
		put_ipxe(k, w);
	if (p->item)
		put(w, OPT_VENDOR_ENCAP, item, sizeof(item));
	writer_u8(w, OPT_END);
}

size_t
explain_packet(const struct explain_client *k, const struct explain_packet *p,
    uint8_t *dst)
{
	struct writer w;

	writer_init(&w, dst, PACKET_IN_MAX);
	writer_u8(&w, 1); /* BOOTREQUEST */
	writer_u8(&w, HTYPE_ETHERNET);
	writer_u8(&w, EXPLAIN_MAC);
	writer_u8(&w, k->via != 0 ? 1 : 0);
	writer_u32(&w, EXPLAIN_XID);
	writer_u16(&w, 0); /* secs */
	writer_u16(&w, p->ciaddr == 0 ? PACKET_BROADCAST : 0);
	writer_u32(&w, p->ciaddr);
	writer_u32(&w, 0);
	writer_u32(&w, 0);
	writer_u32(&w, p->ciaddr == 0 ? k->via : 0);
	writer_bytes(&w, k->mac, EXPLAIN_MAC);
	writer_zero(&w, PACKET_HW_MAX - EXPLAIN_MAC);
	writer_zero(&w, PACKET_SNAME + PACKET_FILE);
	put_options(k, p, &w);
	if (w.len < REPLY_MIN) /* requests have the same minimum */
		writer_zero(&w, REPLY_MIN - w.len);
	return w.len;
}
