/* SPDX-License-Identifier: ISC */
/* The bounded reader and writer: what fits, what does not, and that it stays
 * so. */
#include <string.h>

#include "daemon/buf.h"
#include "tests/unit/unit.h"

START_TEST(reads_network_order)
{
	static const uint8_t p[] = { 1, 2, 3, 4, 5, 6, 7, 0xf8, 9, 10, 11, 12,
		13, 14, 15, 0x80, 0xff, 0xfe, 0xfd };
	struct reader r;

	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_u8(&r), 1);
	ck_assert_uint_eq(reader_u16(&r), 0x0203);
	ck_assert_uint_eq(reader_u32(&r), 0x04050607);
	ck_assert(reader_u64(&r) == UINT64_C(0xf8090a0b0c0d0e0f));
	ck_assert_uint_eq(reader_u32(&r), 0x80fffefd);
	ck_assert(reader_done(&r));
	ck_assert(reader_ok(&r));
}
END_TEST

/* Every accessor on a buffer that is one byte too short. */
START_TEST(short_reads_fail)
{
	static const uint8_t p[8] = { 0, 9, 'a', 'b', 'c', 'd', 'e', 'f' };
	struct reader r;
	uint8_t dst[16];
	char str[16];

	reader_init(&r, p, 0);
	ck_assert_uint_eq(reader_u8(&r), 0);
	ck_assert(!reader_ok(&r));
	reader_init(&r, p + 1, 1);
	ck_assert_uint_eq(reader_u16(&r), 0);
	ck_assert(!reader_ok(&r));
	reader_init(&r, p + 1, 3);
	ck_assert_uint_eq(reader_u32(&r), 0);
	ck_assert(!reader_ok(&r));
	reader_init(&r, p + 1, 7);
	ck_assert(reader_u64(&r) == 0);
	ck_assert(!reader_ok(&r));
	reader_init(&r, p, 4);
	memset(dst, 0xaa, sizeof(dst));
	reader_copy(&r, dst, 5);
	ck_assert(!reader_ok(&r));
	ck_assert_mem_eq(dst, "\0\0\0\0\0\xaa", 6);
	reader_init(&r, p, 4);
	reader_skip(&r, 5);
	ck_assert(!reader_ok(&r));
	reader_init(&r, p, sizeof(p));
	memset(str, 'x', sizeof(str));
	ck_assert_uint_eq(reader_str(&r, str, sizeof(str)), 0);
	ck_assert(!reader_ok(&r));
	ck_assert_str_eq(str, "");
	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_blob(&r, dst, sizeof(dst)), 0);
	ck_assert(!reader_ok(&r));
	/* A length that would wrap a sum. */
	reader_init(&r, p, sizeof(p));
	ck_assert_ptr_null(reader_bytes(&r, SIZE_MAX));
	ck_assert(!reader_ok(&r));
}
END_TEST

START_TEST(error_is_sticky)
{
	static const uint8_t p[] = { 0, 1, 'a', 1, 1, 1, 1, 1, 1, 1, 1 };
	struct reader r, sub;
	char str[4];
	uint8_t dst[4] = { 7, 7, 7, 7 };

	reader_init(&r, p, sizeof(p));
	reader_fail(&r);
	ck_assert_uint_eq(reader_u8(&r), 0);
	ck_assert_uint_eq(reader_u16(&r), 0);
	ck_assert_uint_eq(reader_u32(&r), 0);
	ck_assert(reader_u64(&r) == 0);
	ck_assert_ptr_null(reader_bytes(&r, 0));
	ck_assert_uint_eq(reader_str(&r, str, sizeof(str)), 0);
	ck_assert_str_eq(str, "");
	ck_assert_uint_eq(reader_blob(&r, dst, sizeof(dst)), 0);
	ck_assert(!reader_bool(&r));
	sub = reader_sub(&r, 0);
	ck_assert(!reader_ok(&sub));
	ck_assert(!reader_ok(&r));
	ck_assert(!reader_done(&r));
}
END_TEST

START_TEST(sub_reader)
{
	static const uint8_t p[] = { 1, 2, 3, 4 };
	struct reader r, sub;

	reader_init(&r, p, sizeof(p));
	sub = reader_sub(&r, 3);
	ck_assert_uint_eq(reader_u16(&sub), 0x0102);
	ck_assert_uint_eq(reader_u16(&sub), 0);
	ck_assert(!reader_ok(&sub));
	/* Its failure is its own. */
	ck_assert_uint_eq(reader_u8(&r), 4);
	ck_assert(reader_done(&r));
	sub = reader_sub(&r, 1);
	ck_assert(!reader_ok(&sub));
	ck_assert_uint_eq(reader_u8(&sub), 0);
	ck_assert(!reader_ok(&r));
}
END_TEST

START_TEST(strings)
{
	static const uint8_t p[] = { 0, 3, 'a', 'b', 'c', 0, 0 };
	static const uint8_t nul[] = { 0, 3, 'a', 0, 'c' };
	struct reader r;
	char str[8];

	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_str(&r, str, 4), 3);
	ck_assert_str_eq(str, "abc");
	ck_assert_uint_eq(reader_str(&r, str, 1), 0);
	ck_assert_str_eq(str, "");
	ck_assert(reader_done(&r));
	/* No room for the NUL. */
	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_str(&r, str, 3), 0);
	ck_assert_str_eq(str, "");
	ck_assert(!reader_ok(&r));
	reader_init(&r, nul, sizeof(nul));
	ck_assert_uint_eq(reader_str(&r, str, sizeof(str)), 0);
	ck_assert_str_eq(str, "");
	ck_assert(!reader_ok(&r));
}
END_TEST

START_TEST(blobs)
{
	static const uint8_t p[] = { 0, 3, 1, 0, 3, 0, 0 };
	struct reader r;
	uint8_t dst[4] = { 9, 9, 9, 9 };

	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_blob(&r, dst, 3), 3);
	ck_assert_mem_eq(dst, "\1\0\3\x09", 4);
	ck_assert_uint_eq(reader_blob(&r, dst, 0), 0);
	ck_assert(reader_done(&r));
	reader_init(&r, p, sizeof(p));
	ck_assert_uint_eq(reader_blob(&r, dst, 2), 0);
	ck_assert(!reader_ok(&r));
}
END_TEST

START_TEST(bools)
{
	int v;

	for (v = 0; v < 256; v++) {
		uint8_t p = (uint8_t)v;
		struct reader r;

		reader_init(&r, &p, 1);
		ck_assert(reader_bool(&r) == (v == 1));
		ck_assert(reader_ok(&r) == (v < 2));
	}
}
END_TEST

START_TEST(left_over_is_not_done)
{
	static const uint8_t p[] = { 1, 2 };
	struct reader r;

	reader_init(&r, p, sizeof(p));
	(void)reader_u8(&r);
	ck_assert(reader_ok(&r));
	ck_assert(!reader_done(&r));
}
END_TEST

START_TEST(writes_network_order)
{
	uint8_t buf[64];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, 1);
	writer_u16(&w, 0x0203);
	writer_u32(&w, 0x04050607);
	writer_u64(&w, UINT64_C(0xf8090a0b0c0d0e0f));
	writer_bool(&w, true);
	writer_bool(&w, false);
	writer_zero(&w, 2);
	writer_str(&w, "ab");
	writer_blob(&w, "\0x", 2);
	writer_bytes(&w, "z", 1);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, 28);
	ck_assert_mem_eq(buf,
	    "\1\2\3\4\5\6\7\xf8\x09\x0a\x0b\x0c\x0d\x0e\x0f\1\0\0\0"
	    "\0\2ab\0\2\0xz",
	    28);
}
END_TEST

static void
write_kind(struct writer *w, int kind)
{
	switch (kind) {
	case 0:
		writer_u8(w, 0xff);
		break;
	case 1:
		writer_u16(w, 0xffff);
		break;
	case 2:
		writer_u32(w, 0xffffffff);
		break;
	case 3:
		writer_u64(w, UINT64_MAX);
		break;
	case 4:
		writer_bytes(w, "\xff\xff\xff", 3);
		break;
	case 5:
		writer_str(w, "\xff\xff\xff");
		break;
	case 6:
		writer_zero(w, 3);
		break;
	default:
		writer_bool(w, true);
		break;
	}
}

START_TEST(writer_keeps_its_bounds)
{
	static const size_t need[] = { 1, 2, 4, 8, 3, 5, 3, 1 };
	uint8_t buf[32];
	struct writer w;
	size_t cap;
	int kind;

	for (kind = 0; kind < 8; kind++)
		for (cap = 0; cap < 16; cap++) {
			memset(buf, 0xaa, sizeof(buf));
			writer_init(&w, buf, cap);
			write_kind(&w, kind);
			ck_assert(writer_ok(&w) == (cap >= need[kind]));
			ck_assert_uint_le(w.len, cap);
			for (size_t i = cap; i < sizeof(buf); i++)
				ck_assert_uint_eq(buf[i], 0xaa);
		}
}
END_TEST

START_TEST(writer_error_is_sticky)
{
	uint8_t buf[4] = { 0 };
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, 1);
	writer_u32(&w, 0x22222222);
	ck_assert(!writer_ok(&w));
	writer_u8(&w, 3);
	ck_assert(!writer_ok(&w));
	ck_assert_uint_eq(w.len, 1);
	/* Neither in part nor later. */
	ck_assert_mem_eq(buf, "\1\0\0\0", 4);
	writer_init(&w, buf, sizeof(buf));
	writer_str(&w, "abc");
	ck_assert(!writer_ok(&w));
	ck_assert_uint_eq(w.len, 0);
	ck_assert_mem_eq(buf, "\1\0\0\0", 4);
}
END_TEST

START_TEST(blob_longer_than_its_length_field)
{
	static uint8_t big[70000], dst[70004];
	struct writer w;

	writer_init(&w, dst, sizeof(dst));
	writer_blob(&w, big, 65536);
	ck_assert(!writer_ok(&w));
	writer_init(&w, dst, sizeof(dst));
	writer_blob(&w, big, 65535);
	ck_assert(writer_ok(&w));
	ck_assert_uint_eq(w.len, 65537);
}
END_TEST

/* Random sequences: what was written is what is read. */
START_TEST(round_trip)
{
	uint8_t buf[512];
	struct writer w;
	struct reader r;
	unsigned int kinds[32], k;
	uint64_t values[32];
	int n, i;

	srandom((unsigned int)_i);
	n = (int)(random() % 32);
	writer_init(&w, buf, sizeof(buf));
	for (i = 0; i < n; i++) {
		kinds[i] = (unsigned int)random() % 4;
		values[i] = (uint64_t)random() << 32 ^ (uint64_t)random() << 8;
		k = kinds[i];
		if (k == 0)
			writer_u8(&w, (uint8_t)values[i]);
		else if (k == 1)
			writer_u16(&w, (uint16_t)values[i]);
		else if (k == 2)
			writer_u32(&w, (uint32_t)values[i]);
		else
			writer_u64(&w, values[i]);
	}
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	for (i = 0; i < n; i++) {
		k = kinds[i];
		if (k == 0)
			ck_assert_uint_eq(reader_u8(&r), (uint8_t)values[i]);
		else if (k == 1)
			ck_assert_uint_eq(reader_u16(&r), (uint16_t)values[i]);
		else if (k == 2)
			ck_assert_uint_eq(reader_u32(&r), (uint32_t)values[i]);
		else
			ck_assert(reader_u64(&r) == values[i]);
	}
	ck_assert(reader_done(&r));
}
END_TEST

Suite *suite_buf(void);

Suite *
suite_buf(void)
{
	Suite *s = suite_create("buf");
	TCase *tc = tcase_create("reader");

	tcase_add_test(tc, reads_network_order);
	tcase_add_test(tc, short_reads_fail);
	tcase_add_test(tc, error_is_sticky);
	tcase_add_test(tc, sub_reader);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, blobs);
	tcase_add_test(tc, bools);
	tcase_add_test(tc, left_over_is_not_done);
	suite_add_tcase(s, tc);
	tc = tcase_create("writer");
	tcase_add_test(tc, writes_network_order);
	tcase_add_test(tc, writer_keeps_its_bounds);
	tcase_add_test(tc, writer_error_is_sticky);
	tcase_add_test(tc, blob_longer_than_its_length_field);
	tcase_add_loop_test(tc, round_trip, 0, 50);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_buf)
