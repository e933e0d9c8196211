/* SPDX-License-Identifier: ISC */
/* The requests of a capture file, explained one after another. */
#ifndef DHCPD_EXPLAIN_CAPTURE_H
#define DHCPD_EXPLAIN_CAPTURE_H

#include "dhcpd/explain_client.h"
#include "dhcpd/explain_json.h"

/* A request; its memory is the caller's. */
struct explain_captured {
	uint32_t number; /* of the frame, from 1 on */
	uint32_t from; /* addresses */
	uint32_t to;
	uint16_t port; /* 67, 1067 or 4011 */
	const uint8_t *data;
	size_t len;
};

struct explain_capture {
	const struct conf_iface *iface; /* on which they came */
	bool one; /* only those of this hardware address */
	uint8_t mac[EXPLAIN_MAC];
	uint32_t shown;
	struct json json;
};

/*
 * words: iface= for the interface, mac= for a single client.  -1 with a
 * sentence in why[EXPLAIN_WHY_MAX].
 */
int explain_capture_begin(struct explain_capture *, const struct explain *,
    const char *const *words, size_t n, struct text *, char *why);

/* Leases and offers of earlier packets are kept. */
void explain_capture_packet(struct explain_capture *, struct explain *,
    const struct explain_captured *, struct text *);

/* counts: frames, requests, fragments, frames that are cut off. */
void explain_capture_end(
    struct explain_capture *, const uint32_t counts[4], struct text *);

#endif
