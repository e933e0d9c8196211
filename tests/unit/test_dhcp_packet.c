/* SPDX-License-Identifier: ISC */
/* DHCP packets: every reason to refuse one, and options in every form. */
#include "tests/unit/dhcp_case.h"
#include "tests/unit/unit.h"

static struct packet p;

static enum packet_reason
parse(const struct dhcp_msg *m)
{
	return packet_parse(&p, m->buf, m->w.len);
}

static void
raw(struct dhcp_msg *m, const void *bytes, size_t n)
{
	writer_bytes(&m->w, bytes, n);
}

START_TEST(header)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 0x01020304, 0xdeadbeef);
	msg_field(&m, MSG_CIADDR, 1);
	msg_field(&m, 16, 2);
	msg_field(&m, 20, 3);
	msg_field(&m, MSG_GIADDR, 4);
	msg_broadcast(&m);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	ck_assert_uint_eq(p.type, PACKET_DISCOVER);
	ck_assert_uint_eq(p.htype, 1);
	ck_assert_uint_eq(p.hlen, 6);
	ck_assert_uint_eq(p.xid, 0xdeadbeef);
	ck_assert_uint_eq(p.flags, PACKET_BROADCAST);
	ck_assert_uint_eq(p.ciaddr, 1);
	ck_assert_uint_eq(p.yiaddr, 2);
	ck_assert_uint_eq(p.siaddr, 3);
	ck_assert_uint_eq(p.giaddr, 4);
	ck_assert_mem_eq(p.hw, "\x52\x54\1\2\3\4", 6);
}
END_TEST

START_TEST(reasons)
{
	static uint8_t big[PACKET_IN_MAX + 1] = { 1 };
	struct dhcp_msg m;
	size_t n;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	for (n = 0; n < PACKET_HEADER; n++)
		ck_assert_int_eq(packet_parse(&p, m.buf, n), PACKET_SHORT);
	ck_assert_int_eq(packet_parse(&p, big, sizeof(big)), PACKET_LONG);
	ck_assert_int_eq(packet_parse(&p, big, PACKET_IN_MAX), PACKET_OK);
	m.buf[0] = 2;
	ck_assert_int_eq(parse(&m), PACKET_OP);
	m.buf[0] = 1;
	m.buf[2] = 17;
	ck_assert_int_eq(parse(&m), PACKET_HLEN);
	m.buf[2] = 16;
	ck_assert_int_eq(parse(&m), PACKET_OK);
}
END_TEST

START_TEST(bad_options)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum packet_reason why;
	} t[] = {
		{ "\x0c", 1, PACKET_TRUNCATED },
		{ "\x0c\x01", 2, PACKET_TRUNCATED },
		{ "\x0c\x05"
		  "abcd",
		    6, PACKET_TRUNCATED },
		{ "\x34\x01\x00", 3, PACKET_OVERLOADED },
		{ "\x34\x01\x04", 3, PACKET_OVERLOADED },
		{ "\x34\x00", 2, PACKET_OVERLOADED },
		{ "\x35\x00", 2, PACKET_UNTYPED },
		{ "\x35\x01\x00", 3, PACKET_UNTYPED },
		{ "\x35\x01\x09", 3, PACKET_UNTYPED },
		{ "\x35\x01\x08", 3, PACKET_OK },
		{ "\x35\x01\x01", 3, PACKET_OK }, /* no end: fine */
		{ "\xff\x0c\x05", 3, PACKET_OK }, /* after the end: unread */
		{ "\x00\x00\x0c\x00\xff", 5, PACKET_OK },
	};
	struct dhcp_msg m;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		msg_begin(&m, 0, 1, 1);
		raw(&m, t[i].bytes, t[i].n);
		ck_assert_msg(parse(&m) == t[i].why, "case %zu: %s", i,
		    packet_reason_text(parse(&m)));
	}
}
END_TEST

START_TEST(texts)
{
	int i;

	for (i = 0; i < PACKET_REASON_MAX; i++)
		ck_assert_ptr_nonnull(
		    packet_reason_text((enum packet_reason)i));
	ck_assert_str_eq(packet_reason_text(PACKET_REASON_MAX), "?");
	ck_assert_str_eq(packet_type_name(PACKET_NAK), "DHCPNAK");
	ck_assert_str_eq(packet_type_name(0), "BOOTP");
	ck_assert_str_eq(packet_type_name(9), "?");
}
END_TEST

START_TEST(bootp)
{
	struct dhcp_msg m;
	size_t len;

	/* Without a cookie, and with a wrong one: no options, no DHCP. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	ck_assert_int_eq(packet_parse(&p, m.buf, PACKET_HEADER), PACKET_OK);
	ck_assert_uint_eq(p.type, PACKET_BOOTP);
	m.buf[PACKET_HEADER] ^= 1;
	ck_assert_int_eq(parse(&m), PACKET_OK);
	ck_assert(!packet_has(&p, OPT_TYPE));
	ck_assert_ptr_null(packet_option(&p, OPT_TYPE, &len));
	ck_assert_uint_eq(len, 0);
	/* With one, but without option 53. */
	msg_begin(&m, 0, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "pc", 2);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	ck_assert_uint_eq(p.type, PACKET_BOOTP);
	ck_assert(packet_has(&p, OPT_HOSTNAME));
}
END_TEST

static void
check_option(uint8_t code, const char *want)
{
	size_t len;
	const uint8_t *opt = packet_option(&p, code, &len);

	ck_assert_ptr_nonnull(opt);
	ck_assert_uint_eq(len, strlen(want));
	ck_assert_mem_eq(opt, want, len);
}

START_TEST(pieces)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "one", 3);
	msg_opt(&m, OPT_VENDOR_CLASS, "PXE", 3);
	msg_opt(&m, OPT_HOSTNAME, "", 0);
	msg_opt(&m, OPT_VENDOR_CLASS, "Client", 6);
	msg_opt(&m, OPT_HOSTNAME, "two", 3);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	check_option(OPT_HOSTNAME, "onetwo");
	check_option(OPT_VENDOR_CLASS, "PXEClient");
}
END_TEST

/* A pad may be between any two options. */
START_TEST(pads)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	raw(&m, "\0\0", 2);
	msg_opt(&m, OPT_HOSTNAME, "one", 3);
	raw(&m, "", 1);
	msg_opt(&m, OPT_HOSTNAME, "two", 3);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	check_option(OPT_HOSTNAME, "onetwo");
}
END_TEST

/* Fills all of a field with one option and the end. */
static void
field(struct dhcp_msg *m, size_t off, uint8_t code, const char *s)
{
	uint8_t n = (uint8_t)strlen(s);

	m->buf[off] = code;
	m->buf[off + 1] = n;
	memcpy(m->buf + off + 2, s, n);
	m->buf[off + 2 + n] = OPT_END;
}

#define SNAME_AT 44
#define FILE_AT (44 + PACKET_SNAME)

START_TEST(overload)
{
	static const uint8_t both = 3, file = 1, sname = 2;
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	field(&m, SNAME_AT, OPT_HOSTNAME, "c");
	field(&m, FILE_AT, OPT_HOSTNAME, "b");
	msg_opt(&m, OPT_HOSTNAME, "a", 1);
	msg_opt(&m, OPT_OVERLOAD, &both, 1);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	check_option(OPT_HOSTNAME, "abc"); /* RFC 3396: file before sname */
	ck_assert_uint_eq(p.file[0], 0);
	ck_assert_uint_eq(p.sname[0], 0);

	m.buf[m.w.len - 1] = file;
	ck_assert_int_eq(parse(&m), PACKET_OK);
	check_option(OPT_HOSTNAME, "ab");
	ck_assert_uint_ne(p.sname[0], 0);

	m.buf[m.w.len - 1] = sname;
	ck_assert_int_eq(parse(&m), PACKET_OK);
	check_option(OPT_HOSTNAME, "ac");
}
END_TEST

START_TEST(overload_again)
{
	static const uint8_t file = 1;
	struct dhcp_msg m;

	/* Option 52 inside the file field opens nothing more. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	field(&m, SNAME_AT, OPT_HOSTNAME, "c");
	field(&m, FILE_AT, OPT_OVERLOAD, "\2");
	msg_opt(&m, OPT_OVERLOAD, &file, 1);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	ck_assert(!packet_has(&p, OPT_HOSTNAME));
	/* An option that runs out of its field. */
	m.buf[FILE_AT] = OPT_HOSTNAME;
	m.buf[FILE_AT + 1] = PACKET_FILE - 1;
	ck_assert_int_eq(parse(&m), PACKET_TRUNCATED);
}
END_TEST

START_TEST(numbers)
{
	struct dhcp_msg m;
	uint32_t v;
	uint16_t h;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, 0x01020304);
	msg_opt32(&m, OPT_REQUESTED_IP, 0x05060708);
	msg_opt(&m, OPT_MAX_SIZE, "\2\x40", 2);
	msg_opt(&m, OPT_LEASE_TIME, "\1\2\3", 3);
	ck_assert_int_eq(parse(&m), PACKET_OK);
	ck_assert(packet_u32(&p, OPT_REQUESTED_IP, &v));
	ck_assert_uint_eq(v, 0x01020304); /* of two the first */
	ck_assert(packet_u16(&p, OPT_MAX_SIZE, &h));
	ck_assert_uint_eq(h, 576);
	ck_assert(!packet_u32(&p, OPT_LEASE_TIME, &v));
	ck_assert_uint_eq(v, 0);
	ck_assert(!packet_u32(&p, OPT_T1, &v));
	ck_assert(!packet_u16(&p, OPT_T1, &h));
}
END_TEST

START_TEST(full_options)
{
	static uint8_t buf[PACKET_IN_MAX];
	struct writer w;
	size_t len, total = 0;

	/* As many bytes of one option as a packet can carry. */
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, 1);
	writer_zero(&w, PACKET_HEADER - 1);
	writer_u32(&w, PACKET_COOKIE);
	while (w.cap - w.len >= 2) {
		size_t n = w.cap - w.len - 2;

		n = n > 255 ? 255 : n;
		writer_u8(&w, OPT_USER_CLASS);
		writer_u8(&w, (uint8_t)n);
		writer_zero(&w, n);
		total += n;
	}
	ck_assert_int_eq(packet_parse(&p, buf, w.len), PACKET_OK);
	(void)packet_option(&p, OPT_USER_CLASS, &len);
	ck_assert_uint_eq(len, total);
}
END_TEST

Suite *suite_dhcp_packet(void);

Suite *
suite_dhcp_packet(void)
{
	Suite *s = suite_create("dhcp_packet");
	TCase *t = tcase_create("packet");

	tcase_add_test(t, header);
	tcase_add_test(t, reasons);
	tcase_add_test(t, bad_options);
	tcase_add_test(t, texts);
	tcase_add_test(t, bootp);
	tcase_add_test(t, pieces);
	tcase_add_test(t, pads);
	tcase_add_test(t, overload);
	tcase_add_test(t, overload_again);
	tcase_add_test(t, numbers);
	tcase_add_test(t, full_options);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_packet)
