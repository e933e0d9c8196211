/* SPDX-License-Identifier: ISC */
/* Keeps errors until the parent passes a socket for them. */
#include "tftpd/refuse.h"

#include <string.h>

#include "tftpd/packet.h"

#define REFUSE_INDEX 0xff00U /* above every index of a session */
_Static_assert(SESSION_TABLE_MAX <= REFUSE_INDEX, "ids would collide");
_Static_assert(REFUSE_SLOTS <= 0x100, "slots do not fit the id");

struct refusal {
	bool waits;
	uint16_t generation; /* part of the id: detects late answers */
	uint64_t since_ms;
	size_t len;
	uint8_t packet[4 + TFTP_TEXT_MAX];
};

static struct refusal refusals[REFUSE_SLOTS];

static uint32_t
id_of(const struct refusal *r)
{
	return (uint32_t)r->generation << 16 | REFUSE_INDEX |
	       (uint32_t)(r - refusals);
}

bool
refuse_id(uint32_t id)
{
	return (id & 0xffff) >= REFUSE_INDEX;
}

/* A free slot, else the one that has waited longest. */
static struct refusal *
slot_find(void)
{
	struct refusal *r, *oldest = refusals;

	for (r = refusals; r < refusals + REFUSE_SLOTS; r++) {
		if (!r->waits)
			return r;
		if (r->since_ms < oldest->since_ms)
			oldest = r;
	}
	return oldest;
}

uint32_t
refuse_hold(const void *p, size_t n, uint64_t now_ms)
{
	struct refusal *r = slot_find();

	if ((r->waits && now_ms - r->since_ms < REFUSE_MS) ||
	    n > sizeof(r->packet))
		return 0;
	r->waits = true;
	r->generation++;
	r->since_ms = now_ms;
	r->len = n;
	memcpy(r->packet, p, n);
	return id_of(r);
}

bool
refuse_send(uint32_t id, int sock)
{
	uint32_t slot = id & 0xff;
	struct refusal *r;

	if (!refuse_id(id) || slot >= REFUSE_SLOTS)
		return false;
	r = &refusals[slot];
	if (!r->waits || id_of(r) != id)
		return false;
	r->waits = false;
	/* A failure to send is treated as packet loss. */
	if (sock != -1)
		(void)blocks_send_once(sock, r->packet, r->len);
	return true;
}
