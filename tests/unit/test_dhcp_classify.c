/* SPDX-License-Identifier: ISC */
/* Which tags a request gets, and which dhcp-host line. */
#include "tests/unit/dhcp_fixture.h"

static struct dhcp_msg m;

static void
setup_discover(void)
{
	setup();
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
}

static void
match(uint8_t how, uint8_t code, const void *data, size_t n, const char *set)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = how;
	rec.u.match.code = code;
	rec.u.match.len = (uint16_t)n;
	if (n > 0)
		memcpy(rec.u.match.data, data, n);
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

static void
match_number(uint8_t code, uint8_t width, uint32_t number, const char *set)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_NUMBER;
	rec.u.match.code = code;
	rec.u.match.width = width;
	rec.u.match.number = number;
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

static void
tagif(const char *set, const char *tags)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TAGIF;
	case_tags(&rec.u.tagif.set, set);
	case_tags(&rec.u.tagif.tags, tags);
	case_add(&k, &rec);
}

/* Sends m to the server as it is configured by now. */
static const struct request *
ask(void)
{
	if (k.e == NULL || k.e->conf != k.conf)
		case_ready(&k);
	(void)msg_step(&k, &m);
	return &k.e->rq;
}

static bool
has(const struct tagset *t, const char *name)
{
	return tagset_has(t, tags_find(&k.conf->tags, name, strlen(name)));
}

static bool
tag(const char *name)
{
	return has(&k.e->rq.tags, name);
}

/* The name of the line that fits, or "". */
static const char *
host(void)
{
	const struct request *rq = ask();

	return rq->host != NULL ? rq->host->name : "";
}

static void
msg_option(uint8_t code, const void *p, size_t n)
{
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, code, p, n);
}

/* Option 93 is a list: firmware sends 7, 16 for UEFI with HTTP. */
START_TEST(client_arch)
{
	static const uint8_t both[] = { 0, 7, 0, 16 }, nine[] = { 0, 9 },
			     shifted[] = { 1, 0, 7, 0, 16 },
			     odd[] = { 0, 7, 1 };

	match_number(93, 2, 7, "efi");
	match_number(93, 2, 16, "http");
	match_number(93, 2, 0, "bios");
	msg_opt(&m, 93, both, sizeof(both));
	(void)ask();
	ck_assert(tag("efi") && tag("http") && !tag("bios"));
	msg_option(93, nine, sizeof(nine));
	(void)ask();
	ck_assert(!tag("efi") && !tag("http") && !tag("bios"));
	/* Elements lie at even offsets only; an odd octet is none. */
	msg_option(93, shifted, sizeof(shifted));
	(void)ask();
	ck_assert(!tag("efi") && !tag("http"));
	msg_option(93, odd, sizeof(odd));
	(void)ask();
	ck_assert(tag("efi"));
	msg_option(93, "", 0);
	(void)ask();
	ck_assert(!tag("bios"));
}
END_TEST

START_TEST(numbers)
{
	static const uint8_t list[] = { 1, 19, 0, 0, 0, 1, 0, 0 };

	match_number(175, 1, 19, "one");
	match_number(175, 1, 20, "never");
	match_number(175, 4, 0x00010000, "four");
	match_number(175, 4, 0x13000000, "across");
	msg_opt(&m, 175, list, sizeof(list));
	(void)ask();
	ck_assert(tag("one") && tag("four"));
	ck_assert(!tag("never") && !tag("across"));
}
END_TEST

START_TEST(present_and_substring)
{
	match(RECORD_MATCH_PRESENT, 175, "", 0, "ipxe");
	match(RECORD_MATCH_SUBSTRING, 60, "Arch:00007", 10, "efi");
	match(RECORD_MATCH_SUBSTRING, 60, "arch:00007", 10, "case");
	match(RECORD_MATCH_SUBSTRING, 60, "", 0, "any");
	msg_opt(&m, 60, "PXEClient:Arch:00007:UNDI", 25);
	msg_opt(&m, 175, "", 0);
	(void)ask();
	ck_assert(tag("efi") && tag("any"));
	/* Presence takes at least one octet. */
	ck_assert(!tag("case") && !tag("ipxe"));
	msg_option(175, "\1", 1);
	(void)ask();
	ck_assert(tag("ipxe") && !tag("efi") && !tag("any"));
}
END_TEST

/* Hexadecimal values with '*' are the first octets. */
START_TEST(prefix)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_PREFIX;
	rec.u.match.code = 43;
	rec.u.match.len = 3;
	memcpy(rec.u.match.data, "\1\0\3", 3);
	rec.u.match.wild[1] = 1;
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", "hit");
	case_add(&k, &rec);
	msg_opt(&m, 43, "\1\x77\3\4", 4);
	(void)ask();
	ck_assert(tag("hit"));
	msg_option(43, "\1\x77\4", 3);
	(void)ask();
	ck_assert(!tag("hit"));
	msg_option(43, "\0\1\2\3", 4);
	(void)ask();
	ck_assert(!tag("hit"));
	msg_option(43, "\1\2", 2);
	(void)ask();
	ck_assert(!tag("hit"));
}
END_TEST

/* RFC 3396: a class in two pieces is one. */
START_TEST(vendor_class_in_pieces)
{
	match(RECORD_MATCH_VENDORCLASS, 0, "PXEClient", 9, "pxe");
	msg_opt(&m, 60, "PXECl", 5);
	msg_opt(&m, 12, "pc", 2);
	msg_opt(&m, 60, "ient:Arch:00000", 15);
	(void)ask();
	ck_assert(tag("pxe"));
}
END_TEST

static const struct {
	const char *bytes;
	size_t n;
	bool hit;
} user_classes[] = {
	{ "iPXE", 4, true },
	{ "XiPXE2", 6, true },
	{ "ipxe", 4, false },
	{ "\4iPXE", 5, true },
	{ "\2ab\4iPXE\1c", 10, true },
	{ "\2iP\2XE", 6, false }, /* two classes, neither of which is it */
	{ "\2iPXE", 5, true }, /* no list: its counts do not add up */
	{ "\0", 1, false },
	{ "\0\4iPXE", 6, true },
	{ "iPX", 3, false },
	{ "", 0, false },
};

START_TEST(user_class)
{
	match(RECORD_MATCH_USERCLASS, 0, "iPXE", 4, "ipxe");
	msg_opt(&m, 77, user_classes[_i].bytes, user_classes[_i].n);
	(void)ask();
	ck_assert_int_eq(tag("ipxe"), user_classes[_i].hit);
}
END_TEST

/* What is looked for does not begin in a count. */
START_TEST(user_class_count)
{
	match(RECORD_MATCH_USERCLASS, 0, "\4iPXE", 5, "hit");
	msg_opt(&m, 77, "\4iPXE", 5);
	(void)ask();
	ck_assert(!tag("hit"));
	/* A text is no list, and has none. */
	msg_option(77, "x\4iPXE", 6);
	(void)ask();
	ck_assert(tag("hit"));
}
END_TEST

START_TEST(mac_pattern)
{
	struct record rec;
	uint8_t mac[6];

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_MAC;
	case_mac(0x00aabbcc, mac);
	rec.u.match.mac.len = 6;
	memcpy(rec.u.match.mac.addr, mac, 6);
	rec.u.match.mac.wild = 0x38; /* 52:54:00:*:*:* */
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", "qemu");
	case_add(&k, &rec);
	(void)ask();
	ck_assert(tag("qemu"));
	m.buf[28 + 2] = 1;
	(void)ask();
	ck_assert(!tag("qemu"));
	/* Shorter and of another type: any type will do, but the length. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	m.buf[1] = 6;
	(void)ask();
	ck_assert(tag("qemu"));
	m.buf[2] = 5;
	(void)ask();
	ck_assert(!tag("qemu"));
}
END_TEST

/* A number for each name, in the order in which they come, until it is full. */
START_TEST(tag_table)
{
	static struct tags t;
	char name[RECORD_TAG_MAX];
	uint32_t i;

	for (i = 0; i < TAGS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "t%u", i);
		ck_assert_uint_eq(tags_intern(&t, name), i);
	}
	ck_assert_uint_eq(tags_intern(&t, "t7"), 7);
	ck_assert_uint_eq(tags_intern(&t, "one more"), TAGS_NONE);
	ck_assert_uint_eq(tags_find(&t, "t77", 2), 7);
	ck_assert_uint_eq(tags_find(&t, "t7\0", 3), TAGS_NONE);
	memset(name, 'x', sizeof(name));
	ck_assert_uint_eq(tags_find(&t, name, sizeof(name)), TAGS_NONE);
	ck_assert_uint_eq(tags_find(&t, "", 0), TAGS_NONE);
}
END_TEST

/* Without a parameter list everything is wanted, with an empty one nothing. */
START_TEST(parameter_list)
{
	const struct request *rq = ask();

	ck_assert(!rq->listed && classify_wants(rq, OPT_FILE));
	msg_option(OPT_PARAMETERS, "\1\103\377", 3);
	rq = ask();
	ck_assert(rq->listed && classify_wants(rq, OPT_MASK));
	ck_assert(classify_wants(rq, OPT_FILE) && classify_wants(rq, 255));
	ck_assert(!classify_wants(rq, OPT_SNAME) && !classify_wants(rq, 0));
	msg_option(OPT_PARAMETERS, "", 0);
	rq = ask();
	ck_assert(rq->listed && !classify_wants(rq, OPT_MASK));
}
END_TEST

/* From the top down: each line sees what those before it have set. */
START_TEST(tag_if_order)
{
	tagif("late", "second");
	tagif("first", "br0");
	tagif("second,more", "first,!nothing");
	tagif("third", "second,first");
	tagif("never", "second,nothing");
	tagif("not", "!first");
	tagif("always", "");
	(void)ask();
	ck_assert(tag("first") && tag("second") && tag("more"));
	ck_assert(tag("third") && tag("always"));
	ck_assert(!tag("late") && !tag("never") && !tag("not"));
}
END_TEST

START_TEST(tag_if_wild)
{
	match_number(93, 2, 7, "efi-x64");
	tagif("uefi", "efi*");
	tagif("bios", "!efi*");
	tagif("all", "*");
	(void)ask();
	ck_assert(!tag("uefi") && tag("bios") && tag("all"));
	msg_option(93, "\0\7", 2);
	(void)ask();
	ck_assert(tag("uefi") && !tag("bios"));
}
END_TEST

/* A '*' in other lines is part of the name. */
START_TEST(wild_elsewhere)
{
	match_number(93, 2, 7, "efi-x64");
	case_boot(&k, "wrong", "", 0, "efi*");
	case_boot(&k, "right", "", 0, "");
	msg_opt(&m, 93, "\0\7", 2);
	(void)ask();
	ck_assert_str_eq(k.e->reply.file, "right");
}
END_TEST

START_TEST(range_tag)
{
	dhcp_conf_free(k.conf);
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	case_conf(&k);
	case_range(&k, IP(192, 168, 1, 50), IP(192, 168, 1, 60), "blue", "");
	tagif("sky", "blue");
	tagif("grey", "!blue");
	(void)ask();
	/* Before a range is chosen there is no tag of it. */
	ck_assert(!tag("blue") && !tag("sky") && tag("grey"));
	ck_assert(has(&k.e->rq.all, "blue") && has(&k.e->rq.all, "sky"));
	ck_assert(!has(&k.e->rq.all, "grey"));
}
END_TEST

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
	tagif("mine", "known,red");
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
	struct record rec;
	uint8_t mac[6];

	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_IGNORE;
	case_tags(&rec.u.ignore.tags, "!known");
	case_add(&k, &rec);
	case_mac(1, mac);
	rec = case_host(mac, 0, "pc");
	case_add(&k, &rec);
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

START_TEST(bootp)
{
	tagif("seen", "special");
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

static const struct {
	const char *sent;
	const char *name;
} names[] = {
	{ "pc", "pc" },
	{ "PC_1-a", "PC_1-a" },
	{ "pc.example.org", "pc" },
	{ "pc 1", "" },
	{ "pc\n", "" },
	{ "-pc", "" },
	{ ".pc", "" },
	{ "p\xc3\xa4", "" },
	{ "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde" },
	{ "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	    "" },
};

START_TEST(host_name)
{
	msg_opt(&m, OPT_HOSTNAME, names[_i].sent, strlen(names[_i].sent));
	ck_assert_str_eq(ask()->name, names[_i].name);
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

Suite *suite_dhcp_classify(void);

Suite *
suite_dhcp_classify(void)
{
	Suite *s = suite_create("dhcp_classify");
	TCase *t = tcase_create("classify");

	tcase_add_checked_fixture(t, setup_discover, teardown);
	tcase_add_test(t, client_arch);
	tcase_add_test(t, numbers);
	tcase_add_test(t, present_and_substring);
	tcase_add_test(t, prefix);
	tcase_add_test(t, vendor_class_in_pieces);
	tcase_add_loop_test(
	    t, user_class, 0, sizeof(user_classes) / sizeof(user_classes[0]));
	tcase_add_test(t, user_class_count);
	tcase_add_test(t, mac_pattern);
	tcase_add_test(t, tag_table);
	tcase_add_test(t, parameter_list);
	tcase_add_test(t, tag_if_order);
	tcase_add_test(t, tag_if_wild);
	tcase_add_test(t, wild_elsewhere);
	tcase_add_test(t, range_tag);
	tcase_add_test(t, known);
	tcase_add_test(t, ignore);
	tcase_add_test(t, bootp);
	tcase_add_test(t, host_order);
	tcase_add_test(t, identifiers);
	tcase_add_test(t, any_identifier);
	tcase_add_test(t, host_tags);
	tcase_add_loop_test(t, host_name, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(t, long_identifier);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_classify)
