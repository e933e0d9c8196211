/* SPDX-License-Identifier: ISC */
/* Which dhcp-host line a client gets, and who is served at all. */
#include "tests/unit/classify_case.h"

/* The name of the line that fits, or "". */
static const char *
host(void)
{
	const struct request *rq = ask();

	return rq->host != NULL ? rq->host->name : "";
}

START_TEST(known)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(1, mac);
	rec = case_host(mac, 0, "pc");
	case_tags(&rec.u.host.set, "red,green");
	case_add(&k, &rec);
	case_mac(2, mac);
	rec = case_host(mac, IP(10, 9, 8, 7), "elsewhere");
	case_tags(&rec.u.host.set, "blue");
	case_add(&k, &rec);
	case_tagif(&k, "mine", "known,red");
	(void)ask();
	ck_assert(tag("known") && tag("red") && tag("green") && tag("mine"));
	ck_assert(!tag("known-othernet") && !tag("bootp"));
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	(void)ask();
	ck_assert(!tag("known") && tag("known-othernet") && !tag("blue"));
	ck_assert_ptr_null(k.e->rq.host);
	msg_begin(&m, PACKET_DISCOVER, 3, 1);
	(void)ask();
	ck_assert(!tag("known") && !tag("known-othernet"));
}
END_TEST

/* A closed list: all but known clients are ignored. */
START_TEST(ignore)
{
	struct record rec = { .kind = RECORD_IGNORE };
	uint8_t mac[6];

	case_tags(&rec.u.ignore.tags, "!known");
	case_add(&k, &rec);
	case_reserve(&k, 1, 0, "pc");
	case_mac(2, mac);
	rec = case_host(mac, 0, "bad");
	rec.u.host.ignore = true;
	case_add(&k, &rec);
	case_ready(&k);
	ck_assert_uint_ne(case_boot_up(&k, 1), 0);
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	ck_assert_uint_eq(case_discover(&k, 3), 0);
	ck_assert_uint_eq(k.e->count.dropped[DROP_IGNORED], 2);
	ck_assert_int_eq(case_select(&k, 3, IP(192, 168, 1, 60)), 0);
	ck_assert_int_eq(case_select(&k, 2, IP(192, 168, 1, 60)), 0);
}
END_TEST

static void
add_place(uint32_t file, uint32_t line)
{
	struct record rec = { .kind = RECORD_PLACE };

	rec.u.place.file = file;
	rec.u.place.line = line;
	case_add(&k, &rec);
}

/* The reason that the log gives for a message, or NULL. */
static const char *
reason(uint8_t type, uint32_t client, bool select)
{
	const struct note *n;

	msg_begin(&m, type, client, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 60));
	if (select)
		msg_opt32(&m, OPT_SERVER_ID, IP(192, 168, 1, 9));
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 60));
	n = act_note(msg_step(&k, &m), NOTE_MESSAGE, 0);
	return n == NULL || !n->failed ? NULL : n->text;
}

START_TEST(ignored_by_line)
{
	struct record rec;
	uint8_t mac[6], i;

	for (i = 0; i < 2; i++) {
		memset(&rec, 0, sizeof(rec));
		rec.kind = RECORD_FILE;
		(void)strcpy(rec.u.file.path, i == 0 ? "/etc/b\n" : "/etc/d");
		case_add(&k, &rec);
	}
	/* One without a record that can have it has no effect. */
	add_place(1, 1);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_IGNORE;
	case_tags(&rec.u.ignore.tags, "!known");
	case_add(&k, &rec);
	add_place(0, 7);
	add_place(1, 8);
	for (i = 1; i < 4; i++) {
		case_mac(i, mac);
		rec = case_host(mac, 0, "");
		rec.u.host.ignore = i < 3;
		case_add(&k, &rec);
		/* There is no third file. */
		add_place(i < 2 ? 1 : 2, 9);
	}
	case_ready(&k);
	ck_assert_str_eq(
	    reason(PACKET_DISCOVER, 1, false), "ignored by /etc/d:9");
	ck_assert_str_eq(
	    reason(PACKET_INFORM, 1, false), "ignored by /etc/d:9");
	ck_assert_str_eq(
	    reason(PACKET_REQUEST, 1, false), "ignored by /etc/d:9");
	ck_assert_str_eq(reason(0, 1, false), "ignored by /etc/d:9");
	ck_assert_ptr_null(reason(PACKET_REQUEST, 1, true));
	ck_assert_str_eq(reason(PACKET_DISCOVER, 2, false), "ignored");
	ck_assert_ptr_null(reason(PACKET_DISCOVER, 3, false));
	ck_assert_str_eq(
	    reason(PACKET_DISCOVER, 4, false), "ignored by /etc/b\\x0a:7");
}
END_TEST

START_TEST(bootp)
{
	case_tagif(&k, "seen", "special");
	msg_begin(&m, 0, 1, 1);
	memcpy(m.buf + 108, "special", 7);
	(void)ask();
	ck_assert(tag("bootp") && tag("special") && tag("seen"));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	memcpy(m.buf + 108, "special", 7);
	(void)ask();
	ck_assert(!tag("bootp") && !tag("special"));
	/* No NUL in the whole field, and no such tag. */
	msg_begin(&m, 0, 1, 1);
	memset(m.buf + 108, 's', PACKET_FILE);
	(void)ask();
	ck_assert(tag("bootp") && !tag("special"));
}
END_TEST

static void
add_id(const char *id, size_t n, const char *name)
{
	struct record rec = case_host(NULL, 0, name);

	rec.u.host.idlen = (uint16_t)n;
	memcpy(rec.u.host.id, id, n);
	case_add(&k, &rec);
}

/* wild: bit i is octet i. */
static void
add_mac(uint32_t client, uint16_t wild, const char *name, const char *tags)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(client, mac);
	rec = case_host(mac, 0, name);
	rec.u.host.mac[0].wild = wild;
	case_tags(&rec.u.host.tags, tags);
	case_add(&k, &rec);
}

/* Identifier, hardware address, pattern, name; wherever the lines stand. */
START_TEST(host_order)
{
	struct record rec = case_host(NULL, 0, "byname");

	case_add(&k, &rec);
	add_mac(1, 0x3f, "loose", "");
	add_mac(1, 0x20, "tight", "");
	add_mac(1, 0x38, "middle", "");
	add_mac(0x01020304, 0, "exact", "");
	add_id("\0me", 3, "byid");
	msg_opt(&m, OPT_HOSTNAME, "byname", 6);
	ck_assert_str_eq(host(), "tight");
	msg_begin(&m, PACKET_DISCOVER, 0x100, 1);
	ck_assert_str_eq(host(), "middle");
	msg_begin(&m, PACKET_DISCOVER, 0x01020304, 1);
	ck_assert_str_eq(host(), "exact");
	msg_begin(&m, PACKET_DISCOVER, 0x01020304, 1);
	msg_opt(&m, OPT_CLIENT_ID, "\0me", 3);
	ck_assert_str_eq(host(), "byid");
	/* Only where nothing else fits does the name count. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.buf[2] = 7;
	msg_opt(&m, OPT_HOSTNAME, "BYNAME.example.org", 18);
	ck_assert_str_eq(host(), "byname");
	/* That line is not for who is called like another. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.buf[2] = 7;
	msg_opt(&m, OPT_HOSTNAME, "exact", 5);
	ck_assert_str_eq(host(), "");
}
END_TEST

START_TEST(identifiers)
{
	add_id("me", 2, "text");
	add_id("\1me", 3, "typed");
	msg_opt(&m, OPT_CLIENT_ID, "me", 2);
	ck_assert_str_eq(host(), "text");
	/* With the zero that some clients put before a text. */
	msg_option(OPT_CLIENT_ID, "\0me", 3);
	ck_assert_str_eq(host(), "text");
	msg_option(OPT_CLIENT_ID, "\1me", 3);
	ck_assert_str_eq(host(), "typed");
	msg_option(OPT_CLIENT_ID, "\2me", 3);
	ck_assert_str_eq(host(), "");
	msg_option(OPT_CLIENT_ID, "m", 1);
	ck_assert_str_eq(host(), "");
	msg_option(OPT_CLIENT_ID, "\0", 1);
	ck_assert_str_eq(host(), "");
}
END_TEST

/* Each hardware address of a line, with '*' or not. */
START_TEST(addresses_of_a_line)
{
	struct record rec = case_host(NULL, 0, "pc");
	uint8_t i;

	rec.u.host.nmac = 4;
	for (i = 0; i < 4; i++) {
		rec.u.host.mac[i].hwtype = 1;
		rec.u.host.mac[i].len = 6;
		case_mac(1U + i, rec.u.host.mac[i].addr);
		/* 52:*:00:00:00:0n */
		rec.u.host.mac[i].wild = i < 2 ? 2 : 0;
	}
	case_add(&k, &rec);
	for (i = 0; i < 6; i++) {
		msg_begin(&m, PACKET_DISCOVER, i, 1);
		ck_assert_str_eq(host(), i >= 1 && i <= 4 ? "pc" : "");
		/* Another second octet, as on the cable: at offset 29. */
		msg_begin(&m, PACKET_DISCOVER, i, 1);
		m.buf[29] = 0x99;
		ck_assert_str_eq(host(), i == 1 || i == 2 ? "pc" : "");
	}
}
END_TEST

/* id:* - the client is its hardware address, whatever it calls itself. */
START_TEST(any_identifier)
{
	struct record rec;
	uint8_t mac[6];

	case_mac(1, mac);
	rec = case_host(mac, 0, "pc");
	rec.u.host.any_id = true;
	case_add(&k, &rec);
	add_id("other", 5, "other");
	msg_opt(&m, OPT_CLIENT_ID, "other", 5);
	ck_assert_str_eq(host(), "pc");
	ck_assert_uint_eq(k.e->rq.client.idlen, 0);
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	msg_opt(&m, OPT_CLIENT_ID, "other", 5);
	ck_assert_str_eq(host(), "other");
	ck_assert_uint_eq(k.e->rq.client.idlen, 5);
}
END_TEST

/* Lines that ask for tags come first; of equal ones the last. */
START_TEST(host_tags)
{
	match_number(93, 2, 7, "efi");
	add_mac(1, 0, "tagged", "efi");
	add_mac(1, 0, "negated", "!efi");
	add_mac(2, 0, "early", "");
	add_mac(2, 0, "late", "");
	add_mac(1, 0, "plain", "");
	msg_opt(&m, 93, "\0\7", 2);
	ck_assert_str_eq(host(), "tagged");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	ck_assert_str_eq(host(), "negated");
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	ck_assert_str_eq(host(), "late");
}
END_TEST

START_TEST(long_identifier)
{
	uint8_t part[200];

	memset(part, 7, sizeof(part));
	msg_opt(&m, OPT_CLIENT_ID, part, 200);
	msg_opt(&m, OPT_CLIENT_ID, part, 55);
	ck_assert_uint_eq(ask()->client.idlen, LEASE_ID_MAX);
	/* One more, and it does not count. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_CLIENT_ID, part, 200);
	msg_opt(&m, OPT_CLIENT_ID, part, 56);
	ck_assert_uint_eq(ask()->client.idlen, 0);
}
END_TEST

Suite *suite_dhcp_host(void);

Suite *
suite_dhcp_host(void)
{
	Suite *s = suite_create("dhcp_host");
	TCase *tc = tcase_create("hosts");

	tcase_add_checked_fixture(tc, setup_discover, teardown);
	tcase_add_test(tc, known);
	tcase_add_test(tc, ignore);
	tcase_add_test(tc, ignored_by_line);
	tcase_add_test(tc, bootp);
	tcase_add_test(tc, host_order);
	tcase_add_test(tc, identifiers);
	tcase_add_test(tc, addresses_of_a_line);
	tcase_add_test(tc, any_identifier);
	tcase_add_test(tc, host_tags);
	tcase_add_test(tc, long_identifier);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dhcp_host)
