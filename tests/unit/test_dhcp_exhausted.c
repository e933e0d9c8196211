/* SPDX-License-Identifier: ISC */
/* The engine when addresses, leases or places in memory are used up. */
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

static void
declines(uint32_t client, uint32_t addr)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DECLINE, client, client);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	(void)case_ask(&k, &m, &r);
}

/*
 * Without a free place the oldest offer is dropped; leases stay.  Declined
 * addresses keep their places until they may be offered again.
 */
START_TEST(places_exhausted)
{
	uint32_t leased[5], client = 0, addr;

	case_dhcp(&k, 10, false);
	case_ready(&k);
	for (; client < 5; client++)
		leased[client] = case_boot_up(&k, client);
	for (; client < 300; client++)
		ck_assert_uint_ne(case_discover(&k, client), 0);
	dropped(DROP_PLACES, 0);
	case_pass(&k, POOL_OFFER_MS / 1000 + 1);
	for (client = 5; (addr = case_discover(&k, client)) != 0; client++)
		declines(client, addr);
	ck_assert_uint_eq(client, k.e->pool->slab.capacity);
	dropped(DROP_PLACES, 1);
	ck_assert_str_eq(act_note(&k.e->out, NOTE_MESSAGE, 0)->text,
	    action_drop_text(DROP_PLACES));
	for (client = 0; client < 5; client++)
		ck_assert_uint_eq(
		    case_select(&k, client, leased[client]), PACKET_ACK);
	ck_assert_uint_eq(k.e->pool->nbound, 5);
	case_pass(&k, POOL_DECLINE_S + 1);
	ck_assert_uint_ne(case_boot_up(&k, 500), 0);
	ck_assert_uint_eq(k.e->pool->nbound, 6);
}
END_TEST

START_TEST(offers_are_kept)
{
	uint32_t i, j, addr[LAST - FIRST + 1];

	/* Two clients are never offered one address. */
	case_ready(&k);
	for (i = 0; i <= LAST - FIRST; i++) {
		addr[i] = case_discover(&k, i);
		ck_assert_uint_ne(addr[i], 0);
		for (j = 0; j < i; j++)
			ck_assert_uint_ne(addr[i], addr[j]);
	}
	ck_assert_uint_eq(case_discover(&k, i), 0);
	dropped(DROP_NO_ADDRESS, 1);
	/* An offer is renewed by asking again. */
	case_pass(&k, POOL_OFFER_MS / 1000 - 1);
	ck_assert_uint_eq(case_discover(&k, 0), addr[0]);
	case_pass(&k, 1);
	ck_assert_uint_ne(case_discover(&k, i), 0);
	ck_assert_uint_eq(case_discover(&k, 0), addr[0]);
}
END_TEST

START_TEST(exhausted_is_noted)
{
	const struct actions *a;
	struct dhcp_msg m;
	uint32_t i;

	case_ready(&k);
	for (i = 0; i <= LAST - FIRST; i++)
		(void)case_discover(&k, i);
	msg_begin(&m, PACKET_DISCOVER, i, 1);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	ck_assert_ptr_null(act_find(a, ACTION_NEIGH, 0));
	ck_assert_uint_eq(act_note(a, NOTE_FULL, 0)->addr, FIRST);
	ck_assert_str_eq(
	    act_note(a, NOTE_MESSAGE, 0)->text, "no address available");
}
END_TEST

static void
static_range(void)
{
	struct record rec = { .kind = RECORD_RANGE };

	rec.u.range.mode = RECORD_RANGE_STATIC;
	rec.u.range.start = rec.u.range.end = IP(192, 168, 1, 0);
	rec.u.range.lease_s = CASE_LEASE_S;
	case_add(&k, &rec);
}

/* Ranges that are closed to a client without tags, and perhaps an open one. */
static const struct actions *
discover_without_address(bool open)
{
	struct dhcp_msg m;

	case_empty(&k);
	static_range();
	case_range(&k, FIRST, FIRST, "", "known");
	if (open)
		case_range(&k, LAST, LAST, "", "");
	case_ready(&k);
	if (open)
		ck_assert_uint_eq(case_discover(&k, 1), LAST);
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	return msg_step(&k, &m);
}

START_TEST(exhausted_range_is_the_open_one)
{
	const struct actions *a = discover_without_address(true);

	ck_assert_uint_eq(act_note(a, NOTE_FULL, 0)->addr, LAST);
}
END_TEST

START_TEST(no_range_is_open)
{
	const struct actions *a = discover_without_address(false);

	ck_assert_ptr_null(act_note(a, NOTE_FULL, 0));
	ck_assert_str_eq(act_note(a, NOTE_MESSAGE, 0)->text,
	    "no dhcp-host for it, and its dhcp-range is static");
	case_empty(&k);
	case_range(&k, FIRST, FIRST, "", "known");
	case_ready(&k);
	ck_assert_uint_eq(case_discover(&k, 1), 0);
	ck_assert_str_eq(act_note(&k.e->out, NOTE_MESSAGE, 0)->text,
	    "the tags of the dhcp-range lines exclude it");
}
END_TEST

/* Although there are as many leases as there may be. */
START_TEST(static_range_has_no_lease_left)
{
	const char *why = "no dhcp-host for it, and its dhcp-range is static";
	struct dhcp_msg m;

	case_empty(&k);
	case_dhcp(&k, 1, true);
	static_range();
	case_reserve(&k, 1, IP(192, 168, 1, 60), "");
	case_reserve(&k, 2, IP(192, 168, 1, 61), "");
	case_ready(&k);
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	ck_assert_uint_eq(case_discover(&k, 3), 0);
	ck_assert_str_eq(act_note(&k.e->out, NOTE_MESSAGE, 0)->text, why);
	ck_assert_ptr_null(act_note(&k.e->out, NOTE_FULL, 0));
	/* A client that still has an address of before is told the same. */
	msg_begin(&m, PACKET_REQUEST, 3, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 77));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_NAK);
	ck_assert_str_eq(act_note(&k.e->out, NOTE_MESSAGE, 1)->text, why);
	/* One with a dhcp-host line has a lease. */
	ck_assert_uint_eq(case_boot_up(&k, 2), IP(192, 168, 1, 61));
	/* Once its address is declined it could have another, but for that. */
	declines(2, IP(192, 168, 1, 61));
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	ck_assert_str_eq(
	    act_note(&k.e->out, NOTE_MESSAGE, 0)->text, "no leases left");
}
END_TEST

START_TEST(lease_max)
{
	case_dhcp(&k, 2, false);
	case_ready(&k);
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	ck_assert_uint_ne(case_boot_up(&k, 2), 0);
	ck_assert_uint_eq(case_discover(&k, 3), 0);
	dropped(DROP_LEASES, 1);
	/* Who has a lease keeps it. */
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	case_pass(&k, CASE_LEASE_S);
	ck_assert_uint_ne(case_boot_up(&k, 3), 0);
}
END_TEST

/* Strangers cannot use up what the machines of dhcp-host lines need. */
START_TEST(lease_max_reserved)
{
	struct dhcp_msg m;
	uint32_t i;

	for (i = 60; i < 62; i++) {
		case_reserve(&k, i, IP(192, 168, 1, i), "");
	}
	case_dhcp(&k, 2, false);
	case_ready(&k);
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	ck_assert_uint_ne(case_boot_up(&k, 2), 0);
	ck_assert_uint_eq(case_discover(&k, 3), 0);
	ck_assert_uint_eq(case_boot_up(&k, 60), IP(192, 168, 1, 60));
	msg_begin(&m, 0, 61, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_BOOTP);
	ck_assert_uint_eq(r.yiaddr, IP(192, 168, 1, 61));
	/* One whose address cannot be given counts as a stranger. */
	case_pass(&k, 1);
	declines(60, IP(192, 168, 1, 60));
	ck_assert_uint_eq(case_discover(&k, 60), 0);
}
END_TEST

/* DISCOVERs in any number of names do not keep others out. */
START_TEST(offers_give_way)
{
	uint32_t i;

	case_reserve(&k, 60, IP(192, 168, 1, 60), "");
	case_dhcp(&k, 2, false);
	case_ready(&k);
	for (i = 0; i < 90; i++)
		ck_assert_uint_ne(case_discover(&k, 1000 + i), 0);
	dropped(DROP_PLACES, 0);
	ck_assert_uint_eq(case_boot_up(&k, 60), IP(192, 168, 1, 60));
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
}
END_TEST

Suite *suite_dhcp_exhausted(void);

Suite *
suite_dhcp_exhausted(void)
{
	const TTest *const tests[] = { places_exhausted, offers_are_kept,
		exhausted_is_noted, exhausted_range_is_the_open_one,
		no_range_is_open, static_range_has_no_lease_left, lease_max,
		lease_max_reserved, offers_give_way };

	return suite_of(
	    "dhcp_exhausted", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_exhausted)
