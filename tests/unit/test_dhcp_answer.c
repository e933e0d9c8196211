/* SPDX-License-Identifier: ISC */
/* What replies say: defaults, options, boot files, times. */
#include "dhcpd/answer.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet back;
static const uint8_t all[] = { OPT_MASK, OPT_ROUTER, OPT_DNS, OPT_HOSTNAME,
	OPT_DOMAIN, OPT_BROADCAST, OPT_SNAME, OPT_FILE, 42, 43 };

/* The offer for client 1 that sends this parameter list; NULL: none. */
static void
offer(const uint8_t *list, size_t n)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	if (list != NULL)
		msg_opt(&m, OPT_PARAMETERS, list, n);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
}

static void
is32(uint8_t code, uint32_t want)
{
	uint32_t v;

	ck_assert_msg(packet_u32(&back, code, &v), "option %u", code);
	ck_assert_uint_eq(v, want);
	ck_assert_uint_eq(back.len[code], 4);
}

static void
is_bytes(uint8_t code, const void *want, size_t n)
{
	size_t len;
	const uint8_t *opt = packet_option(&back, code, &len);

	ck_assert_msg(opt != NULL, "option %u", code);
	ck_assert_uint_eq(len, n);
	ck_assert_mem_eq(opt, want, n);
}

START_TEST(defaults)
{
	struct record rec;
	uint8_t mac[6];

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.dns = true;
	rec.u.dhcp.lease_max = 10;
	(void)snprintf(rec.u.dhcp.domain, RECORD_NAME_MAX, "example.org");
	case_add(&k, &rec);
	case_mac(1, mac);
	rec = case_host(mac, 0, "pc");
	case_add(&k, &rec);
	case_ready(&k);
	offer(all, sizeof(all));
	is32(OPT_SERVER_ID, CASE_SERVER);
	is32(OPT_LEASE_TIME, CASE_LEASE_S);
	is32(OPT_T1, CASE_LEASE_S / 2);
	is32(OPT_T2, CASE_LEASE_S / 8 * 7);
	is32(OPT_MASK, 0xffffff00);
	is32(OPT_BROADCAST, IP(192, 168, 1, 255));
	is32(OPT_ROUTER, CASE_SERVER);
	is32(OPT_DNS, CASE_SERVER);
	is_bytes(OPT_DOMAIN, "example.org", 11);
	is_bytes(OPT_HOSTNAME, "pc", 2);
	ck_assert_uint_eq(back.siaddr, CASE_SERVER);
	/* A client without a list gets them all the same. */
	offer(NULL, 0);
	is32(OPT_MASK, 0xffffff00);
	is_bytes(OPT_HOSTNAME, "pc", 2);
	/* One with a list gets what it asks for, and what all need. */
	offer((const uint8_t *)"\3", 1);
	is32(OPT_ROUTER, CASE_SERVER);
	is32(OPT_MASK, 0xffffff00);
	is32(OPT_BROADCAST, IP(192, 168, 1, 255));
	ck_assert(!packet_has(&back, OPT_DNS));
	ck_assert(!packet_has(&back, OPT_HOSTNAME));
	is32(OPT_LEASE_TIME, CASE_LEASE_S);
}
END_TEST

START_TEST(own_name)
{
	struct dhcp_msg m;

	/* A name that the client brings along comes back in its ACK. */
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "nb.example.org", 14);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
	ck_assert(!packet_has(&back, OPT_HOSTNAME));
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "nb.example.org", 14);
	msg_opt32(&m, OPT_REQUESTED_IP, back.yiaddr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_ACK);
	is_bytes(OPT_HOSTNAME, "nb", 2);
	ck_assert_str_eq(pool_at(k.e->pool, back.yiaddr)->l.name, "nb");
}
END_TEST

START_TEST(no_dns)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.lease_max = 10;
	case_add(&k, &rec);
	case_ready(&k);
	offer(all, sizeof(all));
	ck_assert(!packet_has(&back, OPT_DNS));
	ck_assert(!packet_has(&back, OPT_DOMAIN));
	ck_assert(!packet_has(&back, OPT_HOSTNAME));
}
END_TEST

START_TEST(user_options)
{
	case_option(&k, OPT_ROUTER, "\1\2\3\4", 4, false, "");
	case_option(&k, OPT_DNS, "", 0, false, "");
	case_option(&k, 42, "\1\1\1\1", 4, false, "");
	case_option(&k, 44, "\2\2\2\2", 4, false, "");
	case_option(&k, 46, "\10", 1, true, "");
	case_option(&k, OPT_SERVER_ID, "\6\6\6\6", 4, true, "");
	case_option(&k, OPT_TYPE, "\6", 1, true, "");
	case_ready(&k);
	offer(all, sizeof(all));
	is32(OPT_ROUTER, IP(1, 2, 3, 4));
	ck_assert(!packet_has(&back, OPT_DNS)); /* empty: suppressed */
	is32(42, IP(1, 1, 1, 1));
	ck_assert(!packet_has(&back, 44)); /* not asked for */
	is_bytes(46, "\10", 1); /* forced */
	is32(OPT_SERVER_ID, CASE_SERVER); /* ours to say */
	is_bytes(OPT_TYPE, "\2", 1);
	offer(NULL, 0);
	is32(44, IP(2, 2, 2, 2));
}
END_TEST

START_TEST(precedence)
{
	case_range(&k, IP(192, 168, 1, 200), IP(192, 168, 1, 201), "r", "br0");
	case_option(&k, 42, "1", 1, false, "br0");
	case_option(&k, 42, "2", 1, false, "br0"); /* the later line */
	case_option(&k, 42, "3", 1, false, "r");
	case_option(&k, 42, "4", 1, false, "");
	case_option(&k, 43, "5", 1, false, "r");
	case_option(&k, 43, "6", 1, false, "");
	case_option(&k, OPT_DOMAIN, "7", 1, false, "");
	case_option(&k, OPT_DOMAIN, "8", 1, false, "");
	case_option(&k, OPT_DOMAIN, "9", 1, false, "never");
	case_ready(&k);
	offer(all, sizeof(all));
	is_bytes(42, "2", 1);
	is_bytes(43, "5", 1);
	is_bytes(OPT_DOMAIN, "8", 1);
}
END_TEST

START_TEST(self)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_OPTION;
	rec.u.option.code = 42;
	rec.u.option.self = true;
	rec.u.option.len = 8;
	memcpy(rec.u.option.data, "\0\0\0\0\1\2\3\4", 8);
	case_add(&k, &rec);
	case_ready(&k);
	offer(all, sizeof(all));
	is_bytes(42, "\300\250\1\1\1\2\3\4", 8);
}
END_TEST

START_TEST(boot_in_options)
{
	case_boot(&k, "pxelinux.0", "srv", 0, "");
	case_ready(&k);
	offer(all, sizeof(all));
	is_bytes(OPT_FILE, "pxelinux.0", 11); /* with its NUL */
	is_bytes(OPT_SNAME, "srv", 4);
	ck_assert_uint_eq(back.file[0], 0);
	ck_assert_uint_eq(back.sname[0], 0);
	ck_assert_uint_eq(back.siaddr, CASE_SERVER);
	/* Not asked for: in the header. */
	offer((const uint8_t *)"\1", 1);
	ck_assert(!packet_has(&back, OPT_FILE));
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
	ck_assert_str_eq((const char *)back.sname, "srv");
	/* Without a list too. */
	offer(NULL, 0);
	ck_assert(!packet_has(&back, OPT_FILE));
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
}
END_TEST

START_TEST(boot_no_override)
{
	struct record rec;
	uint8_t big[255];

	memset(big, 'x', sizeof(big));
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_DHCP;
	rec.u.dhcp.no_override = true;
	rec.u.dhcp.lease_max = 10;
	case_add(&k, &rec);
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_option(&k, 43, big, 200, true, "");
	case_option(&k, 60, big, 100, true, "");
	case_ready(&k);
	offer(all, sizeof(all));
	ck_assert(!packet_has(&back, OPT_FILE));
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
	ck_assert(!packet_has(&back, OPT_OVERLOAD));
	/* No room for both, and no overload: the later line goes out. */
	ck_assert(packet_has(&back, 60) && !packet_has(&back, 43));
	ck_assert_uint_gt(k.e->count.options_left_out, 0);
}
END_TEST

START_TEST(boot_choice)
{
	case_boot(&k, "plain", "", 0, "");
	case_boot(&k, "first", "", 0, "br0");
	case_boot(&k, "last", "", IP(9, 9, 9, 9), "br0");
	case_boot(&k, "other", "", 0, "never");
	case_boot(&k, "later plain", "", 0, "");
	case_ready(&k);
	offer(NULL, 0);
	ck_assert_str_eq((const char *)back.file, "last");
	ck_assert_uint_eq(back.siaddr, IP(9, 9, 9, 9));
}
END_TEST

START_TEST(boot_plain)
{
	case_boot(&k, "plain", "", 0, "");
	case_boot(&k, "later", "", 0, "");
	case_boot(&k, "other", "", 0, "never");
	case_ready(&k);
	offer(NULL, 0);
	ck_assert_str_eq((const char *)back.file, "later");
}
END_TEST

START_TEST(boot_by_options)
{
	case_option(&k, OPT_FILE, "grub", 4, false, "");
	case_option(&k, OPT_SNAME, "srv", 3, false, "");
	case_ready(&k);
	offer((const uint8_t *)"\1", 1);
	ck_assert_str_eq((const char *)back.file, "grub");
	ck_assert_str_eq((const char *)back.sname, "srv");
	ck_assert(!packet_has(&back, OPT_FILE));
	ck_assert_uint_eq(back.siaddr, CASE_SERVER); /* 66 changes it never */
	offer(all, sizeof(all));
	is_bytes(OPT_FILE, "grub", 5);
	ck_assert_uint_eq(back.file[0], 0);
}
END_TEST

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
	struct record h;
	struct dhcp_msg m;
	uint8_t mac[6];
	uint32_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		case_mac(i, mac);
		h = case_host(mac, 0, "");
		h.u.host.lease_s = t[i].conf;
		case_add(&k, &h);
	}
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

Suite *suite_dhcp_answer(void);

Suite *
suite_dhcp_answer(void)
{
	const TTest *const tests[] = { defaults, own_name, no_dns, user_options,
		precedence, self, boot_in_options, boot_no_override,
		boot_choice, boot_plain, boot_by_options, lease_times, timers,
		timers_out_of_range };
	Suite *s = suite_create("dhcp_answer");
	TCase *t = tcase_create("answer");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_answer)
