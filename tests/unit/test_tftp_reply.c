/* SPDX-License-Identifier: ISC */
/* Decoding of SOCKET_GIVE and FILE_GIVE. */
#include <string.h>

#include "daemon/file_reply.h"
#include "tests/unit/unit.h"
#include "tftpd/reply.h"

static uint8_t buf[24];
static struct writer w;
static struct reader r;

static void
setup(void)
{
	writer_init(&w, buf, sizeof(buf));
}

static int
decode_socket(uint32_t err, uint32_t mtu, bool has_fd, struct reply_socket *s)
{
	setup();
	writer_u32(&w, err);
	writer_u32(&w, mtu);
	reader_init(&r, buf, w.len);
	return reply_socket_decode(&r, has_fd, s);
}

static int
decode_file(uint8_t status, uint8_t way, uint64_t size, bool has_fd,
    struct file_reply *f)
{
	setup();
	writer_u8(&w, status);
	writer_u8(&w, way);
	writer_u64(&w, size);
	writer_u64(&w, 1700000000000000007);
	reader_init(&r, buf, w.len);
	return file_reply_decode(&r, has_fd, f);
}

START_TEST(socket_give)
{
	struct reply_socket s;

	ck_assert_int_eq(decode_socket(0, 1400, true, &s), 0);
	ck_assert_int_eq(s.err, 0);
	ck_assert_uint_eq(s.mtu, 1400);
	ck_assert_int_eq(decode_socket(4095, 0, false, &s), 0);
	ck_assert_int_eq(s.err, 4095);
	ck_assert_int_eq(decode_socket(0, 1400, false, &s), -1);
	ck_assert_int_eq(decode_socket(13, 0, true, &s), -1);
	ck_assert_int_eq(decode_socket(4096, 0, false, &s), -1);
	ck_assert_int_eq(decode_socket(0xffffffff, 0, false, &s), -1);
}
END_TEST

START_TEST(file_give)
{
	struct file_reply f;
	uint8_t status;

	ck_assert_int_eq(decode_file(FILE_OK, FILE_WAY_OWN | FILE_WAY_SIBLING,
			     INT64_MAX, true, &f),
	    0);
	ck_assert_int_eq(f.status, FILE_OK);
	ck_assert_uint_eq(f.way, FILE_WAY_OWN | FILE_WAY_SIBLING);
	ck_assert_uint_eq(f.size, INT64_MAX);
	ck_assert_uint_eq(f.mtime_ns, 1700000000000000007);
	ck_assert_int_eq(decode_file(FILE_OK, 0, 5, false, &f), -1);
	for (status = FILE_OK + 1; status < FILE_STATUS_MAX; status++) {
		ck_assert_int_eq(decode_file(status, 0, 0, false, &f), 0);
		ck_assert_int_eq(f.status, status);
		ck_assert_int_eq(decode_file(status, 0, 0, true, &f), -1);
	}
	ck_assert_int_eq(decode_file(FILE_STATUS_MAX, 0, 0, false, &f), -1);
	ck_assert_int_eq(decode_file(FILE_OK, 4, 5, true, &f), -1);
	ck_assert_int_eq(
	    decode_file(FILE_OK, 0, (uint64_t)INT64_MAX + 1, true, &f), -1);
}
END_TEST

/* Any other length is rejected. */
START_TEST(body_length)
{
	static const uint8_t body[24] = { 0, 0, 0, 0, 0, 0, 5 };
	struct reply_socket s;
	struct file_reply f;
	size_t n;

	for (n = 0; n < sizeof(body); n++) {
		reader_init(&r, body, n);
		ck_assert_int_eq(
		    reply_socket_decode(&r, true, &s), n == 8 ? 0 : -1);
		reader_init(&r, body, n);
		ck_assert_int_eq(
		    file_reply_decode(&r, true, &f), n == 18 ? 0 : -1);
	}
}
END_TEST

Suite *suite_tftp_reply(void);

Suite *
suite_tftp_reply(void)
{
	Suite *s = suite_create("tftp_reply");
	TCase *tc = tcase_create("reply");

	tcase_add_test(tc, socket_give);
	tcase_add_test(tc, file_give);
	tcase_add_test(tc, body_length);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_tftp_reply)
