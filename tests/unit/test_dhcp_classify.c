/* SPDX-License-Identifier: ISC */
/* Which tags a request gets. */
#include "tests/unit/classify_case.h"

#define MANY_TAGS 100000

static void
match(uint8_t how, uint8_t code, const void *data, size_t n, const char *set)
{
	struct record rec = { .kind = RECORD_MATCH };

	rec.u.match.how = how;
	rec.u.match.code = code;
	rec.u.match.len = (uint16_t)n;
	if (n > 0)
		memcpy(rec.u.match.data, data, n);
	(void)snprintf(rec.u.match.set, RECORD_TAG_MAX, "%s", set);
	case_add(&k, &rec);
}

/* What the relay agent says of a client; never what the client says. */
START_TEST(agents)
{
	match(RECORD_MATCH_CIRCUITID, 0, "Gi1/0/7", 7, "port");
	match(RECORD_MATCH_REMOTEID, 0, "\1\2\0", 3, "remote");
	match(RECORD_MATCH_SUBSCRID, 0, "sub", 3, "sub");
	msg_option(OPT_AGENT, "\1\7Gi1/0/7\2\3\1\2\0\6\3sub", 19);
	(void)ask();
	ck_assert(!tag("port") && !tag("remote") && !tag("sub"));
	msg_option(OPT_AGENT, "\1\7Gi1/0/7\2\3\1\2\0\6\3sub", 19);
	msg_field(&m, MSG_GIADDR, CASE_SERVER + 1);
	(void)ask();
	ck_assert(tag("port") && tag("remote") && tag("sub"));
	/* All of it counts, and no more than its length. */
	msg_option(OPT_AGENT, "\1\6Gi1/0/\2\2\1\2\6\4subs", 16);
	msg_field(&m, MSG_GIADDR, CASE_SERVER + 1);
	(void)ask();
	ck_assert(!tag("port") && !tag("remote") && !tag("sub"));
	msg_option(OPT_AGENT, "\2\3\1\2\0\1\7Gi1", 10);
	msg_field(&m, MSG_GIADDR, CASE_SERVER + 1);
	(void)ask();
	ck_assert(!tag("port") && tag("remote"));
}
END_TEST

START_TEST(names)
{
	match(RECORD_MATCH_NAME, 0, "Box", 3, "box");
	match(RECORD_MATCH_NAME_PREFIX, 0, "lab", 3, "lab");
	msg_option(OPT_HOSTNAME, "bOX", 3);
	(void)ask();
	ck_assert(tag("box") && !tag("lab"));
	msg_option(OPT_HOSTNAME, "box7", 4);
	(void)ask();
	ck_assert(!tag("box"));
	msg_option(OPT_HOSTNAME, "LAB.example.org", 15);
	(void)ask();
	ck_assert(tag("lab") && !tag("box"));
	msg_option(OPT_HOSTNAME, "la", 2);
	(void)ask();
	ck_assert(!tag("lab"));
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	(void)ask();
	ck_assert(!tag("lab") && !tag("box"));
}
END_TEST

/* dhcp-broadcast, by tags that the request sets. */
START_TEST(broadcast)
{
	const struct action *s;
	struct record rec;
	struct packet r;

	match(RECORD_MATCH_VENDORCLASS, 0, "PXE", 3, "pxe");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_CHOICE;
	rec.u.choice.of = RECORD_CHOOSE_BROADCAST;
	case_tags(&rec.u.choice.tags, "pxe");
	case_add(&k, &rec);
	case_ready(&k);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_ne(s->dest->addr, UINT32_MAX);
	msg_option(OPT_VENDOR_CLASS, "PXE", 3);
	s = case_sent(&k, msg_step(&k, &m));
	ck_assert_uint_eq(s->dest->addr, UINT32_MAX);
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.flags, PACKET_BROADCAST);
}
END_TEST

/* dhcp-ignore-clid: the hardware address alone counts. */
START_TEST(no_identifiers)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.enabled = true;
	rec.u.dhcp.lease_max = 10;
	rec.u.dhcp.ignore_clid = _i == 1;
	case_add(&k, &rec);
	msg_opt(&m, OPT_CLIENT_ID, "\0one", 4);
	ck_assert_uint_eq(ask()->client.idlen, _i == 1 ? 0 : 4);
}
END_TEST

/* RFC 2132 9.14 wants two octets; one is taken, and more than fit are not. */
START_TEST(identifier_lengths)
{
	static const char many[255];

	msg_option(OPT_CLIENT_ID, "\1", 1);
	ck_assert_uint_eq(ask()->client.idlen, 1);
	msg_option(OPT_CLIENT_ID, many, LEASE_ID_MAX);
	ck_assert_uint_eq(ask()->client.idlen, LEASE_ID_MAX);
	/* In two pieces (RFC 3396). */
	msg_option(OPT_CLIENT_ID, many, LEASE_ID_MAX);
	msg_opt(&m, OPT_CLIENT_ID, "\1", 1);
	ck_assert_uint_eq(ask()->client.idlen, 0);
}
END_TEST

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
	struct record rec = { .kind = RECORD_MATCH };

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
	struct record rec = { .kind = RECORD_MATCH };
	uint8_t mac[6];

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

/* A number for each name, in the order in which they come. */
START_TEST(tag_table)
{
	struct tags t = { 0 };
	char name[RECORD_TAG_MAX];
	uint32_t i;

	ck_assert_uint_eq(tags_find(&t, "t7", 2), TAGS_NONE);
	for (i = 0; i < MANY_TAGS; i++) {
		(void)snprintf(name, sizeof(name), "t%u", i);
		ck_assert_uint_eq(tags_intern(&t, name), i);
	}
	for (i = 0; i < MANY_TAGS; i++) {
		(void)snprintf(name, sizeof(name), "t%u", i);
		ck_assert_uint_eq(tags_intern(&t, name), i);
		ck_assert_str_eq(t.name[i], name);
	}
	ck_assert_uint_eq(t.n, MANY_TAGS);
	ck_assert_uint_eq(tags_find(&t, "one more", 8), TAGS_NONE);
	ck_assert_uint_eq(tags_find(&t, "t77", 2), 7);
	ck_assert_uint_eq(tags_find(&t, "t7\0", 3), TAGS_NONE);
	memset(name, 'x', sizeof(name));
	ck_assert_uint_eq(tags_find(&t, name, sizeof(name)), TAGS_NONE);
	ck_assert_uint_eq(tags_find(&t, "", 0), TAGS_NONE);
	tags_free(&t);
}
END_TEST

/* Sets: tags beyond their words are not in them, and cost nothing. */
START_TEST(tag_set)
{
	uint64_t words[3], other[3];
	struct tagset s = { words, 3 }, copy = { other, 3 }, none = { 0 };
	static const uint32_t ids[] = { 0, 1, 63, 64, 127, 191 };
	uint32_t id = 0;
	size_t i;

	tagset_clear(&s);
	tagset_clear(&none);
	ck_assert_uint_eq(tagset_next(&s, 0), TAGS_NONE);
	ck_assert_uint_eq(tagset_next(&none, 0), TAGS_NONE);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		tagset_add(&s, ids[i]);
	tagset_add(&s, 192);
	tagset_add(&s, TAGS_NONE);
	tagset_add(&none, 0);
	tagset_copy(&copy, &s);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++, id++) {
		id = tagset_next(&copy, id);
		ck_assert_uint_eq(id, ids[i]);
		ck_assert(tagset_has(&copy, id));
	}
	ck_assert_uint_eq(tagset_next(&copy, id), TAGS_NONE);
	ck_assert(!tagset_has(&s, 2) && !tagset_has(&s, 192));
	ck_assert(!tagset_has(&s, TAGS_NONE) && !tagset_has(&none, 0));
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
	case_tagif(&k, "late", "second");
	case_tagif(&k, "first", "br0");
	case_tagif(&k, "second,more", "first,!nothing");
	case_tagif(&k, "third", "second,first");
	case_tagif(&k, "never", "second,nothing");
	case_tagif(&k, "not", "!first");
	case_tagif(&k, "always", "");
	(void)ask();
	ck_assert(tag("first") && tag("second") && tag("more"));
	ck_assert(tag("third") && tag("always"));
	ck_assert(!tag("late") && !tag("never") && !tag("not"));
}
END_TEST

START_TEST(tag_if_wild)
{
	match_number(93, 2, 7, "efi-x64");
	case_tagif(&k, "uefi", "efi*");
	case_tagif(&k, "bios", "!efi*");
	case_tagif(&k, "all", "*");
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
	case_tagif(&k, "sky", "blue");
	case_tagif(&k, "grey", "!blue");
	(void)ask();
	/* Before a range is chosen there is no tag of it. */
	ck_assert(!tag("blue") && !tag("sky") && tag("grey"));
	ck_assert(has(&k.e->rq.all, "blue") && has(&k.e->rq.all, "sky"));
	ck_assert(!has(&k.e->rq.all, "grey"));
}
END_TEST

Suite *suite_dhcp_classify(void);

Suite *
suite_dhcp_classify(void)
{
	Suite *s = suite_create("dhcp_classify");
	TCase *tc = tcase_create("tags");

	tcase_add_checked_fixture(tc, setup_discover, teardown);
	tcase_add_test(tc, agents);
	tcase_add_test(tc, names);
	tcase_add_test(tc, broadcast);
	tcase_add_loop_test(tc, no_identifiers, 0, 2);
	tcase_add_test(tc, identifier_lengths);
	tcase_add_test(tc, client_arch);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, present_and_substring);
	tcase_add_test(tc, prefix);
	tcase_add_test(tc, vendor_class_in_pieces);
	tcase_add_loop_test(
	    tc, user_class, 0, sizeof(user_classes) / sizeof(user_classes[0]));
	tcase_add_test(tc, user_class_count);
	tcase_add_test(tc, mac_pattern);
	tcase_add_test(tc, tag_table);
	tcase_add_test(tc, tag_set);
	tcase_add_test(tc, parameter_list);
	tcase_add_test(tc, tag_if_order);
	tcase_add_test(tc, tag_if_wild);
	tcase_add_test(tc, wild_elsewhere);
	tcase_add_test(tc, range_tag);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_dhcp_classify)
