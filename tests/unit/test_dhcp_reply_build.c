/* SPDX-License-Identifier: ISC */
/* What replies say: defaults, options, boot files. */
#include "daemon/dhcp_option.h"
#include "dhcpd/reply_build.h"
#include "tests/unit/reply_case.h"

static const uint8_t all[] = { OPT_MASK, OPT_ROUTER, OPT_DNS, OPT_HOSTNAME,
	OPT_DOMAIN, OPT_BROADCAST, OPT_SNAME, OPT_FILE, 42, 43 };

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
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.dns = true;
	rec.u.dhcp.lease_max = 10;
	(void)snprintf(rec.u.dhcp.domain, RECORD_NAME_MAX, "example.org");
	case_add(&k, &rec);
	case_reserve(&k, 1, 0, "pc");
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
	char name[LEASE_NAME_MAX];
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
	binding_name(pool_at(k.e->pool, back.yiaddr), name);
	ck_assert_str_eq(name, "nb");
}
END_TEST

START_TEST(no_dns)
{
	struct record rec = { .kind = RECORD_DHCP };

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
	struct record rec = { .kind = RECORD_OPTION };

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
	/* In the header as well, where shim looks for it. */
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
	ck_assert_str_eq((const char *)back.sname, "srv");
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

/* A forced option 67 goes to those who do not get the line by that option. */
START_TEST(boot_and_forced)
{
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_option(&k, OPT_FILE, "forced", 6, true, "");
	case_option(&k, OPT_SNAME, "other", 5, false, "");
	case_ready(&k);
	offer(all, sizeof(all));
	is_bytes(OPT_FILE, "pxelinux.0", 11);
	offer((const uint8_t *)"\1", 1);
	is_bytes(OPT_FILE, "forced", 7);
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
	offer(NULL, 0);
	is_bytes(OPT_FILE, "forced", 7);
	ck_assert_str_eq((const char *)back.file, "pxelinux.0");
}
END_TEST

/* The name of dnsmasq for the next server; no option of the message. */
START_TEST(server_ip)
{
	static const uint8_t list[] = { 1, 255 };

	case_option(&k, OPT_SERVER_IP, "\1\2\3\4", 4, _i == 1, "");
	if (_i == 2)
		case_boot(&k, "file", "", IP(9, 9, 9, 9), "");
	case_ready(&k);
	offer(list, sizeof(list));
	ck_assert_uint_eq(
	    back.siaddr, _i == 2 ? IP(9, 9, 9, 9) : IP(1, 2, 3, 4));
	offer(NULL, 0);
	ck_assert_uint_eq(
	    back.siaddr, _i == 2 ? IP(9, 9, 9, 9) : IP(1, 2, 3, 4));
}
END_TEST

/* A NUL ends a name, unless it would need a second piece of the option. */
START_TEST(boot_name_ends)
{
	static const size_t want[] = { 255, 255, 257 };
	uint8_t name[257] = { 0 };

	memset(name, 'x', sizeof(name) - 1);
	case_option(&k, OPT_FILE, name, 254 + (size_t)_i, false, "");
	case_ready(&k);
	offer((const uint8_t *)"\103", 1);
	name[254 + _i] = '\0';
	is_bytes(OPT_FILE, name, want[_i]);
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
	/* No room for both: what the client asks for has precedence. */
	ck_assert(packet_has(&back, 43) && !packet_has(&back, 60));
	ck_assert_uint_gt(k.e->count.options_omitted, 0);
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
	is_bytes(OPT_SNAME, "srv", 4);
	ck_assert_str_eq((const char *)back.file, "grub");
	ck_assert_str_eq((const char *)back.sname, "srv");
}
END_TEST

/* A name of more than 127 bytes does not fit into the header. */
START_TEST(boot_long_name)
{
	char name[201];

	memset(name, 'n', sizeof(name) - 1);
	name[200] = '\0';
	case_option(&k, OPT_FILE, name, 200, false, "");
	case_ready(&k);
	offer((const uint8_t *)"\1", 1);
	is_bytes(OPT_FILE, name, 201);
	ck_assert_uint_eq(back.file[0], 0);
}
END_TEST

/* One that just fits is there as well, with its NUL, and one that does not. */
START_TEST(boot_name_fits)
{
	char name[PACKET_FILE + 1];
	size_t file = PACKET_FILE - (_i == 0 ? 1 : 0);
	size_t sname = PACKET_SNAME - (_i == 0 ? 1 : 0);

	memset(name, 'n', sizeof(name));
	case_option(&k, OPT_FILE, name, file, false, "");
	case_option(&k, OPT_SNAME, name, sname, false, "");
	case_ready(&k);
	offer((const uint8_t *)"\102\103", 2);
	ck_assert_uint_eq(
	    strlen((const char *)back.file), _i == 0 ? PACKET_FILE - 1 : 0);
	ck_assert_uint_eq(
	    strlen((const char *)back.sname), _i == 0 ? PACKET_SNAME - 1 : 0);
	ck_assert(packet_has(&back, OPT_FILE) && packet_has(&back, OPT_SNAME));
}
END_TEST

/* So does that of dhcp-boot, whatever the client asks for. */
START_TEST(boot_long_line)
{
	static const uint8_t lists[][2] = { { OPT_MASK, OPT_FILE },
		{ OPT_MASK, OPT_MASK } };
	char name[RECORD_FILE_MAX];
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.lease_max = 10;
	rec.u.dhcp.no_override = _i >= 3;
	case_add(&k, &rec);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	case_boot(&k, name, "", 0, "");
	case_ready(&k);
	offer(_i % 3 < 2 ? lists[_i % 3] : NULL, 2);
	is_bytes(OPT_FILE, name, sizeof(name));
	ck_assert_uint_eq(back.file[0], 0);
	ck_assert_str_eq(k.e->reply.boot, name);
}
END_TEST

/* dhcp-option-force=67 beside dhcp-boot, whose file is in the header. */
START_TEST(boot_beside_options)
{
	case_boot(&k, "boot.0", "", 0, "");
	case_option(&k, OPT_FILE, "forced.0", 8, _i < 3, "");
	case_ready(&k);
	if (_i % 3 == 0) {
		offer(NULL, 0);
		is_bytes(OPT_FILE, "forced.0", 9);
	} else if (_i % 3 == 1) {
		offer((const uint8_t *)"\1", 1);
		if (_i < 3)
			is_bytes(OPT_FILE, "forced.0", 9);
		ck_assert(packet_has(&back, OPT_FILE) == (_i < 3));
	} else {
		offer((const uint8_t *)"\1\103", 2);
		is_bytes(OPT_FILE, "boot.0", 7);
	}
	ck_assert_str_eq((const char *)back.file, "boot.0");
}
END_TEST

/* Options that need the place of the file name have it. */
START_TEST(boot_overload)
{
	uint8_t big[255], list[] = { OPT_FILE, 43, 224, 225 };
	size_t len;

	memset(big, 'x', sizeof(big));
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_option(&k, 43, big, 200, false, "");
	case_option(&k, 224, big, 100, false, "");
	case_option(&k, 225, big, 100, false, "");
	case_ready(&k);
	offer(list, sizeof(list));
	is_bytes(OPT_FILE, "pxelinux.0", 11);
	ck_assert_ptr_nonnull(packet_option(&back, OPT_OVERLOAD, &len));
	ck_assert(packet_has(&back, 43) && packet_has(&back, 224));
	ck_assert(!packet_has(&back, 225));
	ck_assert_uint_eq(k.e->count.options_omitted, 1);
}
END_TEST

/* If room is short, options come in the order of the client's list. */
START_TEST(room_by_list)
{
	static const uint8_t lists[][3] = { { 121, 224, OPT_ROUTER },
		{ 224, 121, OPT_ROUTER }, { OPT_ROUTER, 121, 224 } };
	struct record rec = { .kind = RECORD_DHCP };
	uint8_t big[255];
	size_t i;

	rec.u.dhcp.no_override = true;
	rec.u.dhcp.lease_max = 10;
	case_add(&k, &rec);
	memset(big, 1, sizeof(big));
	case_option(&k, 121, big, 180, false, "");
	case_option(&k, 224, big, 180, false, "");
	case_ready(&k);
	for (i = 0; i < 3; i++) {
		uint8_t kept = i == 1 ? 224 : 121;

		offer(lists[i], 3);
		ck_assert(packet_has(&back, kept));
		ck_assert(!packet_has(&back, 121 + 224 - kept));
		ck_assert(packet_has(&back, OPT_ROUTER));
	}
}
END_TEST

/* What was left out is named: the codes, for one line in the log. */
START_TEST(omitted_is_noted)
{
	const struct actions *a;
	uint8_t big[255];
	struct dhcp_msg m;

	memset(big, 'x', sizeof(big));
	case_option(&k, 43, big, 200, false, "");
	case_option(&k, 224, big, 250, true, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_PARAMETERS, "\1", 1);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_note(a, NOTE_OMITTED, 0));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	a = msg_step(&k, &m);
	ck_assert_ptr_nonnull(act_note(a, NOTE_OMITTED, 0));
	ck_assert_ptr_null(act_note(a, NOTE_OMITTED, 1));
	ck_assert_uint_eq(k.e->count.options_omitted, 1);
	ck_assert_uint_eq(k.e->reply.nomitted, 1);
	ck_assert_uint_eq(k.e->reply.omitted[0], 43);
}
END_TEST

/* No line sets an option that only the server, client or relay may set. */
START_TEST(reserved_options)
{
	static const uint8_t codes[] = { 50, 51, 52, 53, 54, 55, 57, 61, 81,
		82 };
	size_t i;

	for (i = 0; i < sizeof(codes); i++) {
		ck_assert(dhcp_option_reserved(codes[i]));
		case_option(&k, codes[i], "\1\1\1\1", 4, true, "");
	}
	case_ready(&k);
	offer(codes, sizeof(codes));
	ck_assert(!packet_has(&back, 50) && !packet_has(&back, OPT_OVERLOAD));
	ck_assert(!packet_has(&back, 55) && !packet_has(&back, 57));
	ck_assert(!packet_has(&back, 61) && !packet_has(&back, OPT_FQDN));
	ck_assert(!packet_has(&back, OPT_AGENT));
	is32(OPT_LEASE_TIME, CASE_LEASE_S);
	is32(OPT_SERVER_ID, CASE_SERVER);
}
END_TEST

Suite *suite_dhcp_answer(void);

Suite *
suite_dhcp_answer(void)
{
	const TTest *const tests[] = { defaults, own_name, no_dns, user_options,
		precedence, self, boot_in_options, boot_and_forced,
		boot_no_override, boot_choice, boot_plain, boot_by_options,
		boot_long_name, boot_overload, room_by_list, omitted_is_noted,
		reserved_options };
	Suite *s = suite_create("dhcp_reply_build");
	TCase *t = tcase_create("answer");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, tests[i]);
	tcase_add_loop_test(t, boot_long_line, 0, 6);
	tcase_add_loop_test(t, boot_name_ends, 0, 3);
	tcase_add_loop_test(t, boot_name_fits, 0, 2);
	tcase_add_loop_test(t, boot_beside_options, 0, 6);
	tcase_add_loop_test(t, server_ip, 0, 3);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_answer)
