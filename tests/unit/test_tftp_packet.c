/* SPDX-License-Identifier: ISC */
/* TFTP packets: every reason to refuse one, and what is built. */
#include <string.h>

#include "tests/unit/unit.h"
#include "tftpd/option.h"
#include "tftpd/packet.h"

/* A literal with NULs inside; its own NUL does not count. */
#define BYTES(s) s, sizeof(s) - 1

START_TEST(request_reasons)
{
	static const struct {
		const char *p;
		size_t n;
		enum tftp_reason why;
	} t[] = {
		{ BYTES(""), TFTP_BAD_SHORT },
		{ BYTES("\0"), TFTP_BAD_SHORT },
		{ BYTES("\0\0"), TFTP_BAD_OPCODE },
		{ BYTES("\0\3\0\1abc"), TFTP_BAD_OPCODE },
		{ BYTES("\0\4\0\1"), TFTP_BAD_OPCODE },
		{ BYTES("\0\5\0\1x\0"), TFTP_BAD_OPCODE },
		{ BYTES("\0\7"), TFTP_BAD_OPCODE },
		{ BYTES("\1\1abc\0octet\0"), TFTP_BAD_OPCODE },
		{ BYTES("\0\1"), TFTP_BAD_NAME },
		{ BYTES("\0\1abc"), TFTP_BAD_NAME },
		{ BYTES("\0\1abc\0"), TFTP_BAD_MODE_MISSING },
		{ BYTES("\0\1abc\0\0"), TFTP_BAD_MODE_MISSING },
		{ BYTES("\0\1abc\0octet"), TFTP_BAD_MODE },
		{ BYTES("\0\1abc\0octet\0tsize"), TFTP_BAD_OPTION },
		{ BYTES("\0\1abc\0octet\0\0tsize\0"), TFTP_BAD_OPTION },
		{ BYTES("\0\1abc\0octet\0tsize\0"), TFTP_BAD_VALUE },
		{ BYTES("\0\1abc\0octet\0tsize\0001"), TFTP_BAD_VALUE },
		{ BYTES("\0\1abc\0octet\0"), TFTP_OK },
		{ BYTES("\0\1\0octet\0"), TFTP_OK },
		{ BYTES("\0\2abc\0OCTET\0"), TFTP_OK },
		{ BYTES("\0\1abc\0octet\0\0\0\0\0"), TFTP_OK },
	};
	struct tftp_request q;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(
		    tftp_request_parse(t[i].p, t[i].n, &q) == t[i].why,
		    "case %zu: %s", i, tftp_reason_text(t[i].why));
}
END_TEST

START_TEST(request_fields)
{
	static const char p[] = "\0\1dir\\a b\0NetAscii\0BLKsize\0001468\0"
				"x\0\0";
	struct tftp_request q;

	ck_assert_int_eq(tftp_request_parse(p, sizeof(p) - 1, &q), TFTP_OK);
	ck_assert(!q.write);
	ck_assert_int_eq(q.mode, TFTP_NETASCII);
	ck_assert_uint_eq(q.name.len, 7);
	ck_assert_mem_eq(q.name.p, "dir\\a b", 7);
	ck_assert_uint_eq(q.noptions, 2);
	ck_assert(tftp_text_is(&q.option[0].name, "blksize"));
	ck_assert(tftp_text_is(&q.option[0].value, "1468"));
	ck_assert(!tftp_text_is(&q.option[0].name, "blksiz"));
	ck_assert(!tftp_text_is(&q.option[0].name, "blksizes"));
	ck_assert(tftp_text_is(&q.option[1].value, ""));
}
END_TEST

START_TEST(modes)
{
	static const struct {
		const char *p;
		size_t n;
		enum tftp_mode mode;
	} t[] = {
		{ BYTES("\0\1a\0octet\0"), TFTP_OCTET },
		{ BYTES("\0\1a\0oCTEt\0"), TFTP_OCTET },
		{ BYTES("\0\1a\0netascii\0"), TFTP_NETASCII },
		{ BYTES("\0\1a\0mail\0"), TFTP_MAIL },
		{ BYTES("\0\1a\0octets\0"), TFTP_MODE_OTHER },
	};
	struct tftp_request q;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(
		    tftp_request_parse(t[i].p, t[i].n, &q), TFTP_OK);
		ck_assert_int_eq(q.mode, t[i].mode);
	}
}
END_TEST

START_TEST(request_limits)
{
	char buf[TFTP_REQUEST_MAX + 1];
	struct tftp_request q;
	size_t n = 0, i;

	/* One byte more than allowed. */
	memset(buf, 'a', sizeof(buf));
	memcpy(buf, "\0\1", 2);
	memcpy(buf + sizeof(buf) - 7, "\0octet\0", 7);
	ck_assert_int_eq(
	    tftp_request_parse(buf, sizeof(buf), &q), TFTP_BAD_LONG);
	memmove(buf + sizeof(buf) - 8, buf + sizeof(buf) - 7, 7);
	ck_assert_int_eq(tftp_request_parse(buf, sizeof(buf) - 1, &q), TFTP_OK);
	/* One option more than allowed. */
	memcpy(buf, "\0\1a\0octet\0", 10);
	n = 10;
	for (i = 0; i < TFTP_OPTIONS_MAX; i++, n += 4)
		memcpy(buf + n, "o\0v\0", 4);
	ck_assert_int_eq(tftp_request_parse(buf, n, &q), TFTP_OK);
	ck_assert_uint_eq(q.noptions, TFTP_OPTIONS_MAX);
	memcpy(buf + n, "o\0v\0", 4);
	ck_assert_int_eq(tftp_request_parse(buf, n + 4, &q), TFTP_BAD_OPTIONS);
}
END_TEST

START_TEST(answers)
{
	struct tftp_answer a;

	ck_assert_int_eq(tftp_answer_parse(BYTES("\0\4\x12\x34"), &a), TFTP_OK);
	ck_assert_int_eq(a.op, TFTP_ACK);
	ck_assert_uint_eq(a.block, 0x1234);
	ck_assert_int_eq(
	    tftp_answer_parse(BYTES("\0\4\0\1\0\0\0"), &a), TFTP_OK);
	ck_assert_int_eq(
	    tftp_answer_parse(BYTES("\0\5\0\10bye\0zz"), &a), TFTP_OK);
	ck_assert_int_eq(a.op, TFTP_ERROR);
	ck_assert_uint_eq(a.code, TFTP_EOPTION);
	ck_assert_uint_eq(a.text.len, 3);
	ck_assert_int_eq(tftp_answer_parse(BYTES("\0\5\0\0bye"), &a), TFTP_OK);
	ck_assert_uint_eq(a.text.len, 3);
	ck_assert_int_eq(tftp_answer_parse(BYTES("\0\5\0\0"), &a), TFTP_OK);
	ck_assert_uint_eq(a.text.len, 0);
	ck_assert_int_eq(tftp_answer_parse(BYTES(""), &a), TFTP_BAD_SHORT);
	ck_assert_int_eq(
	    tftp_answer_parse(BYTES("\0\4\0"), &a), TFTP_BAD_SHORT);
	ck_assert_int_eq(tftp_answer_parse(BYTES("\0\5"), &a), TFTP_BAD_SHORT);
	ck_assert_int_eq(
	    tftp_answer_parse(BYTES("\0\3\0\1x"), &a), TFTP_BAD_OPCODE);
	ck_assert_int_eq(
	    tftp_answer_parse(BYTES("\0\1a\0octet\0"), &a), TFTP_BAD_OPCODE);
}
END_TEST

START_TEST(built)
{
	uint8_t buf[256], small[6];
	char text[400];
	struct writer w;

	tftp_data_header(buf, 0xfffe);
	ck_assert_mem_eq(buf, "\0\3\xff\xfe", 4);
	writer_init(&w, buf, sizeof(buf));
	tftp_error_build(&w, TFTP_ENOTFOUND, "no");
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, 7);
	ck_assert_mem_eq(buf, "\0\5\0\1no\0", 7);
	/* A long text is cut, and ends in its NUL. */
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	writer_init(&w, buf, sizeof(buf));
	tftp_error_build(&w, TFTP_EUNDEF, text);
	ck_assert_uint_eq(w.len, 4 + TFTP_TEXT_MAX);
	ck_assert_uint_eq(buf[w.len - 1], 0);
	writer_init(&w, small, sizeof(small));
	tftp_error_build(&w, TFTP_EUNDEF, "long");
	ck_assert(!writer_ok(&w));
}
END_TEST

START_TEST(reason_texts)
{
	int i;

	for (i = 0; i < TFTP_REASON_MAX; i++)
		ck_assert_ptr_nonnull(tftp_reason_text(i));
	ck_assert_str_eq(tftp_reason_text(TFTP_REASON_MAX), "?");
}
END_TEST

Suite *suite_tftp_packet(void);

Suite *
suite_tftp_packet(void)
{
	Suite *s = suite_create("tftp_packet");
	TCase *tc = tcase_create("packet");

	tcase_add_test(tc, request_reasons);
	tcase_add_test(tc, request_fields);
	tcase_add_test(tc, modes);
	tcase_add_test(tc, request_limits);
	tcase_add_test(tc, answers);
	tcase_add_test(tc, built);
	tcase_add_test(tc, reason_texts);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_packet)
