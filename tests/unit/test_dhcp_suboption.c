/* SPDX-License-Identifier: ISC */
/* Options within options, and options for PXE clients alone. */
#include "dhcpd/suboption.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

#define CLASS "PXEClient:Arch:00000:UNDI:002001"

/* Of the next line. */
static struct record line;

static void
begin(enum record_suboption_how how, uint32_t outer, const char *class)
{
	memset(&line, 0, sizeof(line));
	line.kind = RECORD_SUBOPTION;
	line.u.suboption.how = (uint8_t)how;
	line.u.suboption.outer = outer;
	(void)snprintf(line.u.suboption.class, RECORD_CLASS_MAX, "%s", class);
}

static void
add(uint8_t code, const char *data)
{
	line.u.suboption.code = code;
	line.u.suboption.len = (uint8_t)strlen(data);
	memcpy(line.u.suboption.data, data, strlen(data));
	case_add(&k, &line);
}

static void
discover(const char *class, const char *list)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	if (class[0] != '\0')
		msg_opt(&m, OPT_VENDOR_CLASS, class, strlen(class));
	if (list != NULL)
		msg_opt(&m, OPT_PARAMETERS, list, strlen(list));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
}

static void
is_option(uint8_t code, const char *want, size_t n)
{
	size_t len = 0;
	const uint8_t *opt = packet_option(&r, code, &len);

	ck_assert_msg(opt != NULL && len == n && memcmp(opt, want, n) == 0,
	    "option %u has %zu bytes", code, len);
}

#define IS(code, want) is_option(code, want, sizeof(want) - 1)

/* All lines of an outer option in one, the last line first. */
START_TEST(encap)
{
	begin(RECORD_SUB_ENCAP, 175, "");
	add(176, "\1");
	add(189, "\1");
	case_tags(&line.u.suboption.tags, "never");
	add(190, "no");
	begin(RECORD_SUB_ENCAP, 224, "");
	line.u.suboption.force = true;
	add(1, "forced");
	line.u.suboption.force = false;
	add(2, "");
	case_ready(&k);
	discover("", "\1\3\257");
	IS(175, "\275\1\1\260\1\1\377");
	IS(224, "\1\6forced\377");
	discover("", "\1\3\340");
	ck_assert(!packet_has(&r, 175));
	IS(224, "\2\0\1\6forced\377");
	/* What is not forced must be asked for. */
	discover("", "\1\3");
	IS(224, "\1\6forced\377");
	/* A client that lists nothing gets all. */
	discover("", NULL);
	IS(175, "\275\1\1\260\1\1\377");
}
END_TEST

/* By the class of the client, which comes back whole. */
START_TEST(vendor)
{
	begin(RECORD_SUB_VENDOR, 0, "PXEClient");
	add(6, "\2");
	begin(RECORD_SUB_VENDOR, 0, "MSFT");
	add(2, "\1");
	case_ready(&k);
	discover(CLASS, "\1\53");
	IS(OPT_VENDOR_ENCAP, "\6\1\2\377");
	IS(OPT_VENDOR_CLASS, CLASS);
	discover("MSFT 5.0", "\1\53");
	IS(OPT_VENDOR_ENCAP, "\2\1\1\377");
	IS(OPT_VENDOR_CLASS, "MSFT 5.0");
	discover("udhcp", "\1\53");
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	ck_assert(!packet_has(&r, OPT_VENDOR_CLASS));
	discover("", "\1\53");
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	discover(CLASS, "\1\3");
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
}
END_TEST

START_TEST(vendor_any)
{
	begin(RECORD_SUB_VENDOR, 0, "");
	add(1, "x");
	case_option(&k, OPT_VENDOR_CLASS, "own", 3, false, "");
	case_ready(&k);
	discover("", "\1\53");
	IS(OPT_VENDOR_ENCAP, "\1\1x\377");
	discover("udhcp", "\1\53\74");
	IS(OPT_VENDOR_ENCAP, "\1\1x\377");
	IS(OPT_VENDOR_CLASS, "own");
}
END_TEST

START_TEST(enterprises)
{
	begin(RECORD_SUB_VI, 42623, "");
	add(1, "http://x/i");
	line.u.suboption.force = true;
	add(2, "f");
	begin(RECORD_SUB_VI, 9, "");
	add(3, "y");
	case_ready(&k);
	discover("", "\1\175");
	IS(125, "\0\0\0\11\3\3\1y\0\0\246\177\17\2\1f\1\12http://x/i");
	/* Only what is forced. */
	discover("", "\1\3");
	IS(125, "\0\0\246\177\3\2\1f");
}
END_TEST

static void
discover_with_room(const char *class, const char *list)
{
	static const uint8_t size[2] = { 1500 >> 8, 1500 & 255 };
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_MAX_SIZE, size, 2);
	if (class[0] != '\0')
		msg_opt(&m, OPT_VENDOR_CLASS, class, strlen(class));
	msg_opt(&m, OPT_PARAMETERS, list, strlen(list));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
}

/* All parts are there, the last line first, in one value. */
static void
parts_are(uint8_t outer, size_t skip, unsigned int n, size_t each, bool end)
{
	size_t len, i;
	const uint8_t *p = packet_option(&r, outer, &len);

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(len, n * (skip + 2 + each) + (end ? 1 : 0));
	for (; n > 0; n--) {
		p += skip;
		ck_assert_uint_eq(p[0], n);
		ck_assert_uint_eq(p[1], each);
		for (i = 0; i < each; i++)
			ck_assert_int_eq(p[2 + i], 'x');
		p += 2 + each;
	}
	ck_assert(!end || *p == OPT_END);
}

/* Parts that have more than 255 bytes in sum (RFC 3396). */
START_TEST(split)
{
	char data[RECORD_SUB_MAX + 1];
	uint8_t i;

	memset(data, 'x', RECORD_SUB_MAX);
	data[RECORD_SUB_MAX] = '\0';
	begin(RECORD_SUB_ENCAP, 175, "");
	for (i = 1; i <= 4; i++)
		add(i, data);
	begin(RECORD_SUB_VENDOR, 0, "");
	for (i = 1; i <= 4; i++)
		add(i, data);
	data[RECORD_SUB_VI_MAX] = '\0';
	for (i = 1; i <= 4; i++) {
		begin(RECORD_SUB_VI, i, "");
		add(i, data);
	}
	case_ready(&k);
	discover_with_room("", "\257");
	parts_are(175, 0, 4, RECORD_SUB_MAX, true);
	discover_with_room("udhcp", "\53");
	parts_are(OPT_VENDOR_ENCAP, 0, 4, RECORD_SUB_MAX, true);
	IS(OPT_VENDOR_CLASS, "udhcp");
	discover_with_room("", "\175");
	parts_are(125, 5, 4, RECORD_SUB_VI_MAX, false);
	ck_assert_uint_eq(k.e->reply.nomitted, 0);
	/* Without room the class does not come back alone. */
	discover("udhcp", "\53");
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	ck_assert(!packet_has(&r, OPT_VENDOR_CLASS));
	ck_assert_uint_eq(k.e->reply.nomitted, 1);
	ck_assert_uint_eq(k.e->reply.omitted[0], OPT_VENDOR_ENCAP);
}
END_TEST

/* More than fits into an option, and into the message. */
START_TEST(large)
{
	char data[RECORD_SUB_VI_MAX + 1];
	size_t len;
	int i;

	memset(data, 'x', RECORD_SUB_VI_MAX);
	data[RECORD_SUB_VI_MAX] = '\0';
	begin(RECORD_SUB_ENCAP, 175, "");
	add(1, data);
	case_ready(&k);
	discover("", "\1\257");
	ck_assert_ptr_nonnull(packet_option(&r, 175, &len));
	ck_assert_uint_eq(len, 2 + RECORD_SUB_VI_MAX + 1);
	case_end(&k);
	case_begin(&k);
	for (i = 0; i < 8; i++)
		add((uint8_t)(1 + i), data);
	begin(RECORD_SUB_VI, 1, "");
	for (i = 0; i < 8; i++)
		add((uint8_t)(1 + i), data);
	case_ready(&k);
	discover("", "\1\257\175");
	/* The whole of 175, and the parts of one enterprise but the first. */
	ck_assert(!packet_has(&r, 175));
	ck_assert(packet_has(&r, 125));
	ck_assert_uint_eq(k.e->reply.nomitted, 2);
	ck_assert_uint_eq(k.e->reply.omitted[0], 125);
	ck_assert_uint_eq(k.e->reply.omitted[1], 175);
	/* Nor as many of its parts as a large message has room for. */
	discover_with_room("", "\257");
	ck_assert(!packet_has(&r, 175));
	ck_assert_uint_eq(k.e->reply.nomitted, 1);
}
END_TEST

/* dhcp-option-pxe */
START_TEST(pxe_only)
{
	struct record rec = { .kind = RECORD_OPTION };

	rec.u.option.code = 209;
	rec.u.option.pxe = true;
	rec.u.option.len = 1;
	rec.u.option.data[0] = 'p';
	case_add(&k, &rec);
	begin(RECORD_SUB_ENCAP, 175, "");
	line.u.suboption.pxe = true;
	add(1, "p");
	case_ready(&k);
	discover(CLASS, "\1\257\321");
	IS(209, "p");
	IS(175, "\1\1p\377");
	discover("udhcp", "\1\257\321");
	ck_assert(!packet_has(&r, 209) && !packet_has(&r, 175));
}
END_TEST

/* A proxy sends no other options, and adds to option 43. */
START_TEST(proxy)
{
	struct record rec;

	case_end(&k);
	memset(&k, 0, sizeof(k));
	k.now.mono_ms = 1000;
	case_conf(&k);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_RANGE;
	rec.u.range.mode = RECORD_RANGE_PROXY;
	rec.u.range.start = rec.u.range.end = IP(192, 168, 1, 0);
	case_add(&k, &rec);
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_option(&k, 209, "no", 2, true, "");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_OPTION;
	rec.u.option.code = 210;
	rec.u.option.pxe = true;
	rec.u.option.len = 1;
	rec.u.option.data[0] = 'p';
	case_add(&k, &rec);
	begin(RECORD_SUB_VENDOR, 0, "PXEClient");
	add(6, "\2"); /* decided by the server */
	add(71, "abcd");
	begin(RECORD_SUB_ENCAP, 175, "");
	add(1, "no");
	line.u.suboption.pxe = true;
	add(2, "p");
	begin(RECORD_SUB_ENCAP, 176, "");
	add(1, "no");
	/* A later line for all clients does not hide one for PXE clients. */
	case_option(&k, 210, "no", 2, false, "");
	case_ready(&k);
	discover(CLASS, "\1\53\257\260\321\322");
	IS(OPT_VENDOR_ENCAP, "\6\1\10\12\4\0PXE\107\4abcd\377");
	IS(210, "p");
	IS(175, "\2\1p\377");
	ck_assert(!packet_has(&r, 209) && !packet_has(&r, 176));
}
END_TEST

Suite *suite_dhcp_suboption(void);

Suite *
suite_dhcp_suboption(void)
{
	const TTest *const tests[] = { encap, vendor, vendor_any, enterprises,
		large, split, pxe_only, proxy };

	return suite_of(
	    "dhcp_suboption", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_suboption)
