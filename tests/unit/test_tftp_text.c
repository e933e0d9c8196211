/* SPDX-License-Identifier: ISC */
/* Files that are sent as netascii. */
#include "tests/unit/blocks_case.h"
#include "tests/unit/netascii_case.h"

/* Unix text, as an old client wants it; what it must get. */
static size_t
ascii_file(uint8_t *want, uint64_t *size)
{
	uint8_t buf[4000];
	size_t i;

	for (i = 0; i < sizeof(buf); i++)
		buf[i] = content(i) % 7 == 0   ? '\n'
			 : content(i) % 7 == 1 ? '\r'
					       : content(i) | 0x20;
	ck_assert_int_eq(pwrite(data.file, buf, sizeof(buf), 0), sizeof(buf));
	*size = sizeof(buf);
	return netascii_expected(buf, sizeof(buf), want);
}

static void
make_ascii(struct transfer *t, uint64_t size, uint16_t blksize)
{
	struct transfer_terms terms = {
		.size = size, .blksize = blksize, .window = 1, .open_end = true
	};

	transfer_init(t, &terms);
	data.netascii = true;
}

START_TEST(netascii)
{
	static const uint16_t blksize[] = { 8, 9, 100, 512, 1428, 65464 };
	uint8_t want[8000];
	uint64_t size, unsent, b;
	struct transfer t;
	size_t len, at = 0, i;
	ssize_t n;

	len = ascii_file(want, &size);
	make_ascii(&t, size, blksize[_i]);
	for (b = 1; at <= len; b++) {
		/* Each block twice, as if the first one was lost. */
		for (i = 0; i < 2; i++) {
			if (b % 3 == 0 && at + 1 < len) {
				sys.read_errno = EAGAIN;
				sys.read_bad = 1;
				ck_assert_int_eq(
				    blocks(&t, b, 1, &unsent), BLOCKS_WAIT);
				ck_assert_uint_eq(unsent, b);
			}
			ck_assert_int_eq(blocks(&t, b, 1, &unsent), BLOCKS_OK);
			ck_assert_uint_eq(unsent, b + 1);
			n = recv(
			    receiver, packet, sizeof(packet), MSG_DONTWAIT);
			ck_assert_int_ge(n, 4);
			ck_assert_uint_eq(packet[2] << 8 | packet[3], b);
			ck_assert_uint_le((size_t)n - 4, len - at);
			ck_assert_mem_eq(packet + 4, want + at, (size_t)n - 4);
		}
		at += (size_t)n - 4;
		if (n < 4 + blksize[_i])
			break;
		ck_assert_uint_gt(t.last, b);
	}
	ck_assert_uint_eq(at, len);
	ck_assert_uint_eq(t.last, b);
}
END_TEST

START_TEST(netascii_full_last_block)
{
	struct transfer t;
	uint64_t unsent;

	ck_assert_int_eq(pwrite(data.file, "abcdefg\n", 8, 0), 8);
	make_ascii(&t, 8, 9);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 13);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 4);
	ck_assert_uint_eq(t.last, 2);
	/* The last byte of all, behind the border of a block. */
	data.ascii_block = 0;
	memset(&data.ascii_next, 0, sizeof(data.ascii_next));
	make_ascii(&t, 8, 8);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 12);
	ck_assert_mem_eq(packet + 4, "abcdefg\r", 8);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 99, MSG_DONTWAIT), 5);
	ck_assert_uint_eq(packet[4], '\n');
	ck_assert_uint_eq(t.last, 2);
}
END_TEST

START_TEST(netascii_errors)
{
	uint8_t want[8000];
	struct transfer t;
	uint64_t unsent, size;

	(void)ascii_file(want, &size);
	make_ascii(&t, size, 512);
	ck_assert_int_eq(ftruncate(data.file, 100), 0);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_TRUNCATED);
	ck_assert_uint_eq(unsent, 1);
	expect_nothing();
	(void)ascii_file(want, &size);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), BLOCKS_OK);
	/* Where block 3 begins is not known before block 2. */
	ck_assert_int_eq(blocks(&t, 3, 1, &unsent), BLOCKS_READ_FAILED);
	sys.send_errno = EAGAIN;
	sys.send_bad = 1;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_FULL);
	ck_assert_uint_eq(unsent, 2);
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), BLOCKS_OK);
	ck_assert_int_eq(recv(receiver, packet, 999, MSG_DONTWAIT), 516);
	ck_assert_int_eq(recv(receiver, packet, 999, MSG_DONTWAIT), 516);
	ck_assert_mem_eq(packet + 4, want + 512, 512);
}
END_TEST

Suite *suite_tftp_text(void);

Suite *
suite_tftp_text(void)
{
	Suite *s = suite_create("tftp_text");
	TCase *tc = tcase_create("text");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, netascii, 0, 6);
	tcase_add_test(tc, netascii_full_last_block);
	tcase_add_test(tc, netascii_errors);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the file. */
UNIT_MAIN_ALSO(suite_tftp_text, SCMP_SYS(memfd_create), SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate))
