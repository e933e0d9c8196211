/* SPDX-License-Identifier: ISC */
/* Blocks that are read: ahead, from slow disks, into slabs. */
#include <fcntl.h>

#include "tests/unit/data_case.h"

/* Nobody waits for a read between an ACK and its answer. */
START_TEST(reads_ahead)
{
	uint64_t size = 1000 * 512, unsent, b;
	unsigned int before;
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, size, 512, 1);
	for (b = 1; b <= t.last; b++) {
		before = sys.reads;
		ck_assert_int_eq(blocks(&t, b, 1, &unsent), DATA_OK);
		if (b > 1)
			ck_assert_uint_eq(sys.reads, before);
		expect_block(&t, b);
		data_ahead(&data, &t);
	}
	/* 1001 blocks by 32, the empty one at the end without a read. */
	ck_assert_uint_eq(sys.reads, 32);
	slab_give(&data.slab);
	make(&t, size, 512, 48);
	for (b = 1; b <= t.last; b = unsent) {
		uint32_t n = t.last - b < 48 ? (uint32_t)(t.last - b + 1) : 48;

		before = sys.reads;
		ck_assert_int_eq(blocks(&t, b, n, &unsent), DATA_OK);
		ck_assert_uint_eq(sys.reads, b == 1 ? before + 1 : before);
		expect_blocks(&t, b, unsent);
		data_ahead(&data, &t);
	}
}
END_TEST

/* A sealed file in memory is mapped: the same bytes, and no read at all. */
START_TEST(mapped)
{
	static const uint16_t window[] = { 1, 7, 64 };
	uint64_t size = 300 * 1000 + 123, unsent, b;
	struct transfer t;
	size_t i;

	use_udp(AF_INET);
	(void)close(data.file);
	data.file = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	fill(size);
	ck_assert_int_eq(fcntl(data.file, F_ADD_SEALS,
			     F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    0);
	for (i = 0; i < sizeof(window) / sizeof(window[0]); i++) {
		make(&t, size, 1000, window[i]);
		for (b = 1; b <= t.last; b = unsent) {
			uint32_t n = t.last - b < window[i]
					 ? (uint32_t)(t.last - b + 1)
					 : window[i];

			ck_assert_int_eq(blocks(&t, b, n, &unsent), DATA_OK);
			ck_assert_uint_eq(unsent, b + n);
			expect_blocks(&t, b, unsent);
			data_ahead(&data, &t);
		}
		slab_give(&data.slab);
	}
	ck_assert_uint_eq(sys.reads, 0);
	ck_assert_uint_eq(data_stats.mapped, 1);
}
END_TEST

/* An ACK from within the window leaves too little of what was read. */
START_TEST(reads_ahead_whole_windows)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 500 * 100, 100, 16);
	ck_assert_int_eq(blocks(&t, 1, 16, &unsent), DATA_OK);
	data_ahead(&data, &t);
	ck_assert_uint_eq(sys.reads, 1);
	ck_assert_int_eq(blocks(&t, 17, 8, &unsent), DATA_OK);
	data_ahead(&data, &t);
	ck_assert_uint_eq(sys.reads, 2);
	ck_assert_int_eq(blocks(&t, 25, 16, &unsent), DATA_OK);
	ck_assert_uint_eq(sys.reads, 2);
	expect_blocks(&t, 1, 41);
}
END_TEST

/* What is left of a window that is spread in time has been read. */
START_TEST(parts_of_a_window)
{
	struct transfer t;
	uint64_t unsent, b;

	use_udp(AF_INET);
	begin(&t, 500 * 100, 100, 64);
	for (b = 1; b <= 64; b += 2) {
		ck_assert_int_eq(blocks(&t, b, 2, &unsent), DATA_OK);
		data_ahead(&data, &t);
		ck_assert_uint_eq(sys.reads, b < 63 ? 1 : 2);
	}
	t.acked = 64;
	for (; b <= 128; b += 2) {
		ck_assert_int_eq(blocks(&t, b, 2, &unsent), DATA_OK);
		data_ahead(&data, &t);
		ck_assert_uint_eq(sys.reads, b < 127 ? 2 : 3);
	}
	expect_blocks(&t, 1, 129);
}
END_TEST

/* Does what the transfer says; it is over when true is returned. */
static bool
step(struct transfer *t, struct transfer_event *ev, uint64_t now_ms)
{
	struct transfer_actions a = transfer_step(t, ev, now_ms);
	uint64_t unsent;

	if (a.count > 0) {
		ck_assert_int_eq(blocks(t, a.first, a.count, &unsent), DATA_OK);
		expect_blocks(t, a.first, unsent);
		data_ahead(&data, t);
	}
	return a.end != TRANSFER_RUNNING;
}

/* A client that acknowledges each block of its window moves it by one. */
START_TEST(sliding_window)
{
	struct transfer_event start = { .kind = TRANSFER_EV_START };
	struct transfer_event ack = { .kind = TRANSFER_EV_ACK };
	struct transfer t;
	uint64_t now_ms = 1000, b;
	bool over = false;

	use_udp(AF_INET);
	begin(&t, 2000 * 100, 100, 64);
	(void)step(&t, &start, now_ms);
	for (b = 1; !over; b++, now_ms += b % 8 == 0) {
		ck_assert_uint_le(b, t.last);
		ack.block = (uint16_t)b;
		over = step(&t, &ack, now_ms);
	}
	ck_assert_uint_eq(b, t.last + 1);
	/* It is sent twice at most, 64 blocks by one read. */
	ck_assert_uint_lt(sys.reads, 4 * 2000 / 64);
}
END_TEST

START_TEST(resends_from_anywhere)
{
	static const struct {
		uint32_t first, count;
	} ask[] = { { 1, 16 }, { 17, 16 }, { 17, 16 }, { 20, 13 }, { 5, 2 },
		{ 33, 16 }, { 48, 1 }, { 49, 16 }, { 1, 64 }, { 60, 16 } };
	struct transfer t;
	uint64_t unsent;
	size_t i;

	use_udp(AF_INET);
	begin(&t, 500 * 777, 777, 16);
	for (i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		ck_assert_int_eq(
		    blocks(&t, ask[i].first, ask[i].count, &unsent), DATA_OK);
		ck_assert_uint_eq(unsent, ask[i].first + ask[i].count);
		expect_blocks(&t, ask[i].first, unsent);
		data_ahead(&data, &t);
	}
	expect_nothing();
}
END_TEST

START_TEST(disk_is_slow)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 20 * 1000, 1000, 8);
	sys.read_errno = EAGAIN;
	sys.read_bad = 2;
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_WAIT);
	ck_assert_uint_eq(unsent, 1);
	data_ahead(&data, &t); /* is no worse off */
	sends(&t, 1, 8);
	ck_assert_uint_eq(data_stats.waits, 2);
	ck_assert_uint_eq(sys.plain_reads, 0);
}
END_TEST

/* Some pages are there, the next ones are not. */
START_TEST(disk_brings_a_part)
{
	struct transfer t;
	uint64_t unsent;

	use_udp(AF_INET);
	begin(&t, 20 * 1000, 1000, 8);
	sys.read_most = 700;
	sends(&t, 1, 8);
	slab_give(&data.slab);
	/* 700 bytes a call; the sixth call finds nothing. */
	ck_assert_int_eq(ftruncate(data.file, 3500), 0);
	ck_assert_int_eq(blocks(&t, 1, 8, &unsent), DATA_TRUNCATED);
	ck_assert_uint_eq(unsent, 4);
	expect_blocks(&t, 1, 4);
	expect_nothing();
}
END_TEST

START_TEST(disk_never_answers)
{
	struct transfer t;
	uint64_t unsent;
	uint32_t pause = 0, ms = 0;
	int i;

	begin(&t, 1000, 512, 1);
	sys.read_errno = EAGAIN;
	for (i = 0; i < DATA_WAITS_MAX; i++) {
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_WAIT);
		ck_assert_uint_ge(data_wait_ms(&data), pause);
		pause = data_wait_ms(&data);
		ms += pause;
	}
	ck_assert_uint_ge(ms, 12000);
	ck_assert_uint_le(ms, 13000);
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_READ_FAILED);
	ck_assert_int_eq(errno, ETIME);
	/* One that is slow every time is another matter. */
	sys.read_errno = 0;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_OK);
	slab_give(&data.slab);
	sys.read_errno = EAGAIN;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_WAIT);
	ck_assert_uint_le(data_wait_ms(&data), 5);
}
END_TEST

/* The first half of a block is there, and the page behind it breaks. */
START_TEST(disk_breaks_within_a_block)
{
	struct transfer t;
	uint64_t unsent;
	int i;

	begin(&t, 1000, 512, 1);
	sys.read_most = 300;
	for (i = 0; i < DATA_WAITS_MAX; i++) {
		sys.read_errno = 0;
		sys.read_then = EAGAIN;
		ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_WAIT);
	}
	sys.read_errno = 0;
	sys.read_then = EAGAIN;
	ck_assert_int_eq(blocks(&t, 1, 1, &unsent), DATA_READ_FAILED);
	expect_nothing();
}
END_TEST

START_TEST(file_system_that_waits)
{
	struct transfer t;

	use_udp(AF_INET);
	begin(&t, 100 * 1000, 1000, 40);
	sys.read_errno = EOPNOTSUPP;
	sends(&t, 1, 40);
	ck_assert_uint_eq(sys.reads, 2);
	data_ahead(&data, &t);
	sends(&t, 41, 40);
	/* It was asked once. */
	ck_assert_uint_eq(sys.reads, 3);
	ck_assert_uint_eq(sys.plain_reads, 2);
}
END_TEST

START_TEST(read_errors)
{
	struct transfer t;
	uint64_t unsent;

	begin(&t, 1000, 512, 1);
	sys.read_errno = EINTR;
	sys.read_bad = 1;
	sends(&t, 1, 1);
	slab_give(&data.slab);
	sys.read_errno = EIO;
	ck_assert_int_eq(blocks(&t, 2, 1, &unsent), DATA_READ_FAILED);
	ck_assert_int_eq(errno, EIO);
}
END_TEST

/* More transfers than slabs: all send, some from what they read then. */
START_TEST(slabs_run_out)
{
	static struct data other[SLAB_COUNT + 1];
	struct data *last = &other[SLAB_COUNT];
	struct transfer t;
	uint64_t unsent;
	unsigned int i;

	use_udp(AF_INET);
	begin(&t, 300 * 1000, 1000, 4);
	for (i = 0; i <= SLAB_COUNT; i++) {
		data_init(&other[i]);
		other[i].file = data.file;
		other[i].sock = data.sock;
		ck_assert_int_eq(
		    data_send_blocks(&other[i], &t, 1, 4, &unsent), DATA_OK);
		expect_blocks(&t, 1, 5);
		ck_assert_int_eq(other[i].slab != NULL, i < SLAB_COUNT);
	}
	ck_assert_uint_eq(data_stats.no_slab, 1);
	t.next = 5;
	data_ahead(last, &t);
	ck_assert_int_eq(data_send_blocks(last, &t, 5, 64, &unsent), DATA_OK);
	expect_blocks(&t, 5, 69);
	/* One that is given back is taken by the next one who asks. */
	slab_give(&other[7].slab);
	ck_assert_int_eq(data_send_blocks(last, &t, 69, 4, &unsent), DATA_OK);
	expect_blocks(&t, 69, 73);
	ck_assert_ptr_nonnull(last->slab);
	/* A short file needs none. */
	slab_give(&last->slab);
	make(&t, 4000, 1000, 8);
	ck_assert_int_eq(data_send_blocks(last, &t, 1, 5, &unsent), DATA_OK);
	expect_blocks(&t, 1, 6);
	ck_assert_ptr_null(last->slab);
}
END_TEST

/* A transfer that stands still loses its slab to one that runs. */
START_TEST(slabs_change_hands)
{
	static struct data other[SLAB_COUNT];
	struct transfer t;
	uint64_t unsent;
	unsigned int i;

	use_udp(AF_INET);
	begin(&t, 300 * 1000, 1000, 4);
	for (i = 0; i < SLAB_COUNT; i++)
		slab_take(&other[i].slab);
	other[3].held_first = 1;
	other[3].held_count = 32;
	other[1].file = data.file;
	other[1].sock = data.sock;
	for (i = 0; i < SLAB_IDLE + SLAB_COUNT && data.slab == NULL; i++) {
		unsigned int k = i % SLAB_COUNT;

		/* To send is to use it. */
		if (k == 1)
			(void)data_send_blocks(&other[1], &t, 1, 4, &unsent);
		else if (k != 3)
			slab_touch(other[k].slab);
		slab_take(&data.slab);
	}
	ck_assert_ptr_nonnull(data.slab);
	ck_assert_ptr_null(other[3].slab);
	ck_assert_ptr_nonnull(other[1].slab);
	while (recv(receiver, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		;
	/* What it held is not believed to be there any more. */
	other[3].file = data.file;
	other[3].sock = data.sock;
	memset(data.slab->bytes, 0, SLAB_BYTES);
	ck_assert_int_eq(
	    data_send_blocks(&other[3], &t, 1, 4, &unsent), DATA_OK);
	expect_blocks(&t, 1, 5);
}
END_TEST

Suite *suite_tftp_reading(void);

Suite *
suite_tftp_reading(void)
{
	Suite *s = suite_create("tftp_reading");
	TCase *tc = tcase_create("reading");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, reads_ahead);
	tcase_add_test(tc, mapped);
	tcase_add_test(tc, reads_ahead_whole_windows);
	tcase_add_test(tc, parts_of_a_window);
	tcase_add_test(tc, sliding_window);
	tcase_add_test(tc, resends_from_anywhere);
	tcase_add_test(tc, disk_is_slow);
	tcase_add_test(tc, disk_brings_a_part);
	tcase_add_test(tc, disk_never_answers);
	tcase_add_test(tc, disk_breaks_within_a_block);
	tcase_add_test(tc, file_system_that_waits);
	tcase_add_test(tc, read_errors);
	tcase_add_test(tc, slabs_run_out);
	tcase_add_test(tc, slabs_change_hands);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the file, and are the client. */
UNIT_MAIN_ALSO(suite_tftp_reading, SCMP_SYS(socket), SCMP_SYS(bind),
    SCMP_SYS(getsockname), SCMP_SYS(connect), SCMP_SYS(setsockopt),
    SCMP_SYS(memfd_create), SCMP_SYS(fcntl))
