/* SPDX-License-Identifier: ISC */
/* Packets that lie ready: the same as any others, for all who want them. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/data_case.h"
#include "tftpd/map.h"
#include "tftpd/ready.h"

#define SIZE (300 * 1000 + 123ULL)
#define BUDGET (128ULL << 20)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* A copy as imaged makes them. */
static void
use_copy(uint64_t size)
{
	(void)close(data.file);
	data.file = memfd_create("file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	fill(size);
	ck_assert_int_eq(fcntl(data.file, F_ADD_SEALS, SEALS), 0);
}

static void
ready_setup(void)
{
	setup();
	use_udp(AF_INET);
	ready_init();
	ready_set_budget(BUDGET);
}

/* Two calls let go of all that nobody uses, and then the maps can go. */
static void
let_go(void)
{
	(void)ready_expire();
	ck_assert(!ready_expire());
	(void)map_expire();
	ck_assert(!map_expire());
}

static void
ready_teardown(void)
{
	teardown();
	let_go();
}

/* The whole file, window by window; from the first block on if it is 1. */
static void
run(struct transfer *t, uint64_t first)
{
	uint64_t unsent, b;

	for (b = first; b <= t->last; b = unsent) {
		uint32_t n = t->last - b < t->terms.window
				 ? (uint32_t)(t->last - b + 1)
				 : t->terms.window;

		ck_assert_int_eq(blocks(t, b, n, &unsent), DATA_OK);
		ck_assert_uint_eq(unsent, b + n);
		expect_blocks(t, b, unsent);
		data_ahead(&data, t);
	}
	expect_nothing();
}

/* As if another client asked for the same copy. */
static void
again(void)
{
	int file = dup(data.file);

	data_close(&data);
	data_init(&data);
	data.file = file;
	use_udp(AF_INET);
}

START_TEST(whole_files)
{
	static const struct {
		uint16_t blksize, window;
	} kind[] = { { 512, 64 }, { 1000, 48 }, { 1428, 64 }, { 1468, 23 },
		{ 8192, 4 }, { 65464, 1 } };
	struct transfer t;

	use_copy(SIZE);
	make(&t, SIZE, kind[_i].blksize, kind[_i].window);
	run(&t, 1);
	ck_assert_uint_eq(data_stats.ready, 1);
	ck_assert_uint_eq(sys.reads, 0);
	ck_assert(sys.files > 0 || kind[_i].blksize > 1500);
	/* Now all lie there. */
	again();
	make(&t, SIZE, kind[_i].blksize, kind[_i].window);
	run(&t, 1);
	/* From any block on, as after a gap. */
	run(&t, t.last > 100 ? 77 : 2);
	ck_assert_uint_eq(data_stats.ready, 2);
}
END_TEST

/* Each blksize has its own; the numbers wrap. */
START_TEST(side_by_side)
{
	const uint64_t size = 70000 * 512 + 1;
	struct transfer t;

	use_copy(size);
	make(&t, size, 512, 64);
	run(&t, 65400);
	run(&t, 1);
	again();
	make(&t, size, 1428, 64);
	run(&t, 20000);
	again();
	make(&t, size, 512, 64);
	run(&t, 69000);
	ck_assert_uint_eq(data_stats.ready, 3);
}
END_TEST

START_TEST(not_made)
{
	const uint64_t size = 70000 * 512 + 1;
	struct transfer t;
	uint64_t unsent;

	use_copy(size);
	/* Windows that are small; numbers that wrap to 1. */
	make(&t, size, 512, 63);
	ck_assert_int_eq(blocks(&t, 1, 63, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	again();
	make(&t, size, 512, 64);
	t.terms.rollover = 1;
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	/* More than there may be. */
	again();
	ready_set_budget(size);
	make(&t, size, 512, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	ck_assert_uint_eq(data_stats.ready, 0);
	ck_assert_uint_eq(data_stats.mapped, 3);
	ck_assert_uint_eq(sys.files, 0);
	again();
	ready_set_budget(size + 4 * 70001);
	make(&t, size, 512, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	ck_assert_uint_eq(data_stats.ready, 1);
}
END_TEST

/* What is in use, or was of late, does not give way. */
START_TEST(room)
{
	struct transfer t;
	uint64_t unsent;

	use_copy(SIZE);
	ready_set_budget(SIZE + 4 * 601);
	make(&t, SIZE, 512, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	again();
	make(&t, SIZE, 1000, 64);
	ck_assert_int_eq(blocks(&t, 1, 60, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	ck_assert_uint_eq(data_stats.ready, 1);
	ck_assert(ready_expire());
	again();
	ck_assert_int_eq(blocks(&t, 1, 60, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	ck_assert_uint_eq(data_stats.ready, 2);
	/* It keeps its map, and goes before it. */
	again();
	ck_assert(map_expire());
	ck_assert(map_expire());
	ck_assert(ready_expire());
	ck_assert(!ready_expire());
}
END_TEST

/* The packets of what is not used now lie there still. */
START_TEST(too_large)
{
	struct transfer t;
	uint64_t unsent;
	int small;

	use_copy(SIZE);
	small = dup(data.file);
	ready_set_budget(2 * SIZE);
	make(&t, SIZE, 1428, 64);
	run(&t, 1);
	again();
	ck_assert(ready_expire());
	use_copy(3 * SIZE);
	make(&t, 3 * SIZE, 1428, 64);
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_OK);
	expect_blocks(&t, 1, unsent);
	ck_assert_uint_eq(data_stats.ready, 1);
	again();
	(void)close(data.file);
	data.file = small;
	sys.write_errno = ENOSPC; /* none are made again */
	sys.files = 0;
	make(&t, SIZE, 1428, 64);
	sends(&t, 1, 64);
	ck_assert_uint_gt(sys.files, 0);
}
END_TEST

START_TEST(errors)
{
	struct transfer t;
	uint64_t unsent;

	use_copy(SIZE);
	make(&t, SIZE, 1428, 64);
	sys.file_errno = EAGAIN;
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_FULL);
	ck_assert_uint_eq(unsent, 2);
	sys.file_errno = ECONNREFUSED;
	ck_assert_int_eq(blocks(&t, 2, 63, &unsent), DATA_UNREACHABLE);
	expect_block(&t, 1);
	expect_nothing();
	/* Such a path takes packets one by one. */
	sys.file_errno = EINVAL;
	sends(&t, 2, 63);
	ck_assert_uint_eq(data_stats.sends, 64);
	ck_assert_uint_eq(data_stats.cannot_segment, 1);
	/* A part that left is an end: the kernel keeps half a packet. */
	sys.file_errno = 0;
	sys.file_most = 1432 * 3;
	again();
	ck_assert_int_eq(blocks(&t, 1, 64, &unsent), DATA_SEND_FAILED);
	expect_block(&t, 1);
	/* What comes next would leave as the end of that. */
	ck_assert_int_eq(data_send_packet(&data, "end", 3), DATA_SEND_FAILED);
	expect_nothing();
}
END_TEST

/* Who tells another size than the file has gets none: the last ones differ. */
START_TEST(other_sizes)
{
	struct transfer t;

	use_copy(SIZE);
	make(&t, SIZE / 2, 512, 64);
	run(&t, 1);
	again();
	make(&t, SIZE, 512, 64);
	run(&t, 1);
	ck_assert_uint_eq(data_stats.mapped, 1);
}
END_TEST

/* Where files have a limit of size, this is an error like any other. */
START_TEST(limit_of_size)
{
	struct rlimit was, limit;
	struct transfer t;

	(void)signal(SIGXFSZ, SIG_IGN); /* as all roles do */
	use_copy(SIZE);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
	limit = was;
	limit.rlim_cur = SIZE;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	make(&t, SIZE, 1428, 64);
	run(&t, 1);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
	ck_assert_uint_eq(data_stats.mapped, 1);
	ck_assert_uint_eq(data_stats.ready, 0);
}
END_TEST

/* Then they are put together as those of any other file. */
START_TEST(no_memory)
{
	struct transfer t;

	use_copy(SIZE);
	make(&t, SIZE, 1428, 64);
	sends(&t, 1, 64);
	ck_assert_uint_eq(sys.files, 2);
	sys.write_errno = ENOSPC;
	run(&t, 65);
	run(&t, 1);
	ck_assert_uint_eq(sys.files, 2);
	ck_assert_uint_eq(sys.reads, 0);
}
END_TEST

Suite *suite_tftp_ready(void);

Suite *
suite_tftp_ready(void)
{
	Suite *s = suite_create("tftp_ready");
	TCase *tc = tcase_create("ready");

	tcase_add_checked_fixture(tc, ready_setup, ready_teardown);
	tcase_add_loop_test(tc, whole_files, 0, 6);
	tcase_add_test(tc, side_by_side);
	tcase_add_test(tc, not_made);
	tcase_add_test(tc, room);
	tcase_add_test(tc, too_large);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, other_sizes);
	tcase_add_test(tc, limit_of_size);
	tcase_add_test(tc, no_memory);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the file, are the client, and lower a limit. */
UNIT_MAIN_ALSO(suite_tftp_ready, SCMP_SYS(memfd_create), SCMP_SYS(rt_sigaction),
    SCMP_SYS(fcntl), SCMP_SYS(dup), SCMP_SYS(prlimit64), SCMP_SYS(socket),
    SCMP_SYS(bind), SCMP_SYS(getsockname), SCMP_SYS(connect),
    SCMP_SYS(setsockopt), SCMP_SYS(pread64), SCMP_SYS(sendto))
