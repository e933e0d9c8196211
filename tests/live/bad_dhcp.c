/* SPDX-License-Identifier: ISC */
/* The deeds of dhcpd and leased. */
#include <string.h>

#include "daemon/buf.h"
#include "daemon/lease.h"
#include "daemon/record.h"
#include "daemon/role.h"
#include "daemon/serial.h"
#include "tests/live/bad_deeds.h"
#include "tests/live/bad_say.h"

/* Clients with any address; a client without a name follows the last one. */
static void
flood_clients(void)
{
	static const uint8_t hw[6] = { 2 };
	enum role to[] = { ROLE_TFTPD, ROLE_HTTPD };
	uint8_t body[64];
	struct addr addr;
	struct chan *peer;
	struct writer w;
	uint32_t i, n;

	for (i = 0; i < BURST; i++)
		for (n = 0; n < 2; n++) {
			addr = addr_from_ip4(0x0b000000 + bad.n * BURST + i);
			writer_init(&w, body, sizeof(body));
			addr_encode(&addr, &w);
			writer_u8(&w, 1);
			writer_blob(&w, hw, sizeof(hw));
			writer_str(&w, "a-name");
			if ((peer = role_peer(to[n])) != NULL &&
			    chan_queued(peer) < BURST)
				(void)chan_send(peer, MSG_CLIENT, 0, &w, -1);
		}
}

static void
ask_neigh_raw(void)
{
	ask_neigh(bad.ifindex, 0xc0a80132);
}

static void
put_lease_raw(void)
{
	static uint32_t n;
	struct lease l = { .state = LEASE_BOUND,
		.addr = addr_from_ip4(0x0b000000 + n++),
		.hwtype = 1,
		.hwlen = 6 };
	uint8_t body[LEASE_ENCODED_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	lease_encode(&l, &w);
	say_peer(MSG_LEASE_PUT, body, w.len);
}

void
dhcpd_deeds(void)
{
	static const uint8_t durable[1];
	uint32_t i;

	if (is("neigh-foreign"))
		ask_neigh(bad.ifindex, 0x0a090909);
	else if (is("neigh-outside"))
		ask_neigh(bad.ifindex,
		    0xc0a801c8); /* .200: in the net, in no range */
	else if (is("flood-neigh"))
		for (i = 0; i < BURST; i++)
			ask_neigh(bad.ifindex, 0xc0a80132 + i % 100);
	else if (is("unread-neigh"))
		ask_and_not_read(ask_neigh_raw);
	else if (is("unread-puts"))
		ask_and_not_read(put_lease_raw);
	else if (is("flood-clients"))
		flood_clients();
	else if (is("accuse"))
		accuse_all(ROLE_TFTPD);
	else if (is("flood-accuse"))
		accuse_all(ROLE_LEASED);
	else if (is("peer"))
		say_peer(MSG_LEASE_DURABLE, durable, 1);
}

/* Bytes that are no serial, or serials in a row, to leased or to imaged. */
bool
serial_deeds(enum role to, enum msg_type with_row)
{
	struct serial_row row = { .root = "/srv/tftpboot" };
	static uint8_t body[SERIAL_ENCODED_MAX];
	struct chan *peer = role_peer(to);
	struct writer w;
	int i;

	if (!is("serial-garbage") && !is("flood-serials"))
		return false;
	for (i = 0; peer != NULL && i < BURST && chan_queued(peer) < BURST;
	     i++) {
		row.serial = bad.n * BURST + (uint32_t)i;
		writer_init(&w, body, sizeof(body));
		if (is("serial-garbage"))
			writer_zero(&w, SERIAL_ENCODED_MIN + (size_t)i);
		else
			serial_row_encode(&row, &w);
		(void)chan_send(peer, with_row, row.serial, &w, -1);
		if (is("serial-garbage"))
			break;
		if (bad.role == ROLE_LEASED)
			(void)chan_send(
			    peer, MSG_SERIAL_DURABLE, row.serial, NULL, -1);
		/* It may have been closed, and is then another one. */
		peer = role_peer(to);
	}
	return true;
}

/* Rows that nobody asked for, and leases stored that nobody stored. */
void
leased_deeds(void)
{
	struct lease l = { .addr = { 4, { 192, 168, 1, 50 } },
		.state = LEASE_BOUND,
		.hwtype = 1,
		.hwlen = 6 };
	struct chan *dhcpd = role_peer(ROLE_DHCPD);
	uint8_t body[LEASE_ENCODED_MAX];
	struct writer w;
	int i;

	writer_init(&w, body, sizeof(body));
	lease_encode(&l, &w);
	if (dhcpd == NULL || serial_deeds(ROLE_IMAGED, MSG_SERIAL_ROW))
		return;
	if (is("flood-rows")) {
		for (i = 0; i < BURST && chan_queued(dhcpd) < BURST; i++)
			(void)chan_send(dhcpd, MSG_LEASE_ROW, 77, &w, -1);
	} else if (is("flood-durable")) {
		for (i = 0; i < BURST && chan_queued(dhcpd) < BURST; i++)
			(void)chan_send(dhcpd, MSG_LEASE_DURABLE,
			    bad.n * BURST + (uint32_t)i, NULL, -1);
	} else if (is("peer")) {
		say_peer(MSG_LEASE_LOADED, "x", 1);
	} else if (is("flood-accuse")) {
		accuse_all(ROLE_DHCPD);
	}
}
