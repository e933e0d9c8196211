/* SPDX-License-Identifier: ISC */
/* The times of leases, and when clients renew them. */
#include "tests/unit/reply_case.h"

static void
lease_time(uint32_t client, uint32_t lease_s)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(client, mac);
	rec = case_host(mac, 0, "");
	rec.u.host.lease_s = lease_s;
	case_add(&k, &rec);
}

START_TEST(lease_times)
{
	static const struct {
		uint32_t conf, asked, want; /* asked 0: not sent */
	} t[] = {
		{ 3600, 0, 3600 },
		{ 3600, 7200, 3600 },
		{ 3600, 600, 600 },
		{ 3600, 1, 120 },
		{ 3600, 120, 120 },
		{ 3600, UINT32_MAX, 3600 },
		{ RECORD_LEASE_INFINITE, 0, UINT32_MAX },
		{ RECORD_LEASE_INFINITE, 600, 600 },
		{ RECORD_LEASE_INFINITE, UINT32_MAX, UINT32_MAX },
	};
	struct dhcp_msg m;
	uint32_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		lease_time(i, t[i].conf);
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		msg_begin(&m, PACKET_DISCOVER, i, 1);
		if (t[i].asked != 0)
			msg_opt32(&m, OPT_LEASE_TIME, t[i].asked);
		ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
		is32(OPT_LEASE_TIME, t[i].want);
		ck_assert(
		    packet_has(&back, OPT_T1) == (t[i].want != UINT32_MAX));
	}
}
END_TEST

START_TEST(timers)
{
	case_option(&k, OPT_T1, "\0\0\1\0", 4, false, "");
	case_option(&k, OPT_T2, "\0\0\0\200", 4, false, "");
	case_ready(&k);
	offer(NULL, 0);
	is32(OPT_T2, 128);
	is32(OPT_T1, 127); /* before T2 */
}
END_TEST

START_TEST(timers_out_of_range)
{
	case_option(&k, OPT_T1, "\377\0\0\0", 4, false, "");
	case_option(&k, OPT_T2, "\0\1", 2, false, "");
	case_ready(&k);
	offer(NULL, 0);
	is32(OPT_T1, CASE_LEASE_S / 2);
	is32(OPT_T2, CASE_LEASE_S / 8 * 7);
}
END_TEST

/* What is left of a lease while its grant is stored may be a second. */
START_TEST(timers_of_short_leases)
{
	struct dhcp_msg m;
	uint32_t i, t1, t2;

	for (i = 1; i < 20; i++)
		lease_time(i, i);
	case_ready(&k);
	for (i = 1; i < 20; i++) {
		msg_begin(&m, PACKET_DISCOVER, i, 1);
		ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
		is32(OPT_LEASE_TIME, i);
		ck_assert(packet_u32(&back, OPT_T1, &t1));
		ck_assert(packet_u32(&back, OPT_T2, &t2));
		ck_assert_uint_le(t1, t2);
		ck_assert_uint_lt(t2, i);
	}
}
END_TEST

Suite *suite_dhcp_reply_times(void);

Suite *
suite_dhcp_reply_times(void)
{
	const TTest *const tests[] = { lease_times, timers, timers_out_of_range,
		timers_of_short_leases };

	return suite_of(
	    "dhcp_reply_times", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_reply_times)
