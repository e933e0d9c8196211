/* SPDX-License-Identifier: ISC */
/*
 * Answers of httpd that are read in pieces, with functions of the HTTP library
 * and a clock that are the test's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include <event2/event.h>
#include <microhttpd.h>
#include <sodium.h>

#include "daemon/checked_file.h"
#include "daemon/clock.h"
#include "daemon/hash_job.h"
#include "httpd/paced.h"
#include "tests/unit/unit.h"

#define BLOCK 65536
#define SIZE (2 * BLOCK + 1000)
#define REQUESTS 3

/* Nothing is known of the library's connections but their addresses. */
static char http[REQUESTS];

static struct event_base *base;
static struct server srv;
static struct request req[REQUESTS];
static struct conn conn[REQUESTS];
static struct peer peer[REQUESTS];
static uint64_t now_ms;
static unsigned int works;
static bool suspended[REQUESTS];
static MHD_ContentReaderCallback reader;
static char response;
static int file, table, shorter;
static uint8_t content[SIZE], got[2 * BLOCK];

/* ------------------------------------------- instead of clock and library */

uint64_t
clock_mono_ms(void)
{
	return now_ms;
}

uint64_t
clock_mono_us(void)
{
	return now_ms * 1000;
}

uint64_t
clock_wall_s(void)
{
	return now_ms / 1000;
}

uint64_t
clock_wall_ms(void)
{
	return now_ms;
}

static size_t
number_of(const struct MHD_Connection *c)
{
	return (size_t)((const char *)c - http);
}

void
MHD_suspend_connection(struct MHD_Connection *c)
{
	ck_assert(!suspended[number_of(c)]);
	suspended[number_of(c)] = true;
}

void
MHD_resume_connection(struct MHD_Connection *c)
{
	ck_assert(suspended[number_of(c)]);
	suspended[number_of(c)] = false;
}

struct MHD_Response *
MHD_create_response_from_callback(uint64_t size, size_t block_size,
    MHD_ContentReaderCallback crc, void *arg,
    MHD_ContentReaderFreeCallback done)
{
	ck_assert_uint_eq(block_size, BLOCK);
	ck_assert_uint_eq(size, ((struct request *)arg)->answer.length);
	ck_assert_ptr_null(done);
	reader = crc;
	return (struct MHD_Response *)&response;
}

static void
work(void)
{
	works++;
}

/* --------------------------------------------------------------- fixtures */

static int
memory(const void *p, size_t n, bool sealed)
{
	int fd = memfd_create("paced", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, p, n), n);
	if (sealed)
		ck_assert_int_eq(fcntl(fd, F_ADD_SEALS,
				     F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
					 F_SEAL_WRITE),
		    0);
	return fd;
}

static void
set_up(void)
{
	uint8_t hashes[(SIZE + BLOCK - 1) / BLOCK][HASH_BLOCK_LEN];
	size_t i, n;

	for (i = 0; i < SIZE; i++)
		content[i] = (uint8_t)(i * 7 + i / 251);
	for (i = 0; i * BLOCK < SIZE; i++) {
		n = SIZE - i * BLOCK < BLOCK ? SIZE - i * BLOCK : BLOCK;
		ck_assert_int_eq(crypto_generichash(hashes[i], HASH_BLOCK_LEN,
				     content + i * BLOCK, n, NULL, 0),
		    0);
	}
	file = memory(content, SIZE, false);
	shorter = memory(content, 100, false);
	table = memory(hashes, sizeof(hashes), true);
	base = event_base_new();
	ck_assert_ptr_nonnull(base);
	ck_assert_int_eq(paced_init(&srv, base, work), 0);
	for (i = 0; i < REQUESTS; i++) {
		conn[i].peer = &peer[i];
		conn[i].http = (struct MHD_Connection *)&http[i];
		req[i].conn = &conn[i];
		req[i].fd = file;
		req[i].table = -1;
		req[i].file.size = SIZE;
		req[i].answer.length = SIZE;
	}
	now_ms = 1000000;
}

static void
tear_down(void)
{
	(void)close(file);
	(void)close(shorter);
	(void)close(table);
}

static ssize_t
read_at(size_t n, uint64_t at, size_t max)
{
	return reader(&req[n], at, (char *)got, max);
}

/* Whole pieces, which never are larger than a block. */
static void
reads(size_t n, uint64_t at, size_t max, size_t expected)
{
	ck_assert_int_eq(read_at(n, at, max), expected);
	ck_assert_mem_eq(got, content + req[n].answer.first + at, expected);
	ck_assert(!suspended[n]);
}

static void
fails(size_t n, uint64_t at, const char *fault)
{
	ck_assert_int_eq(
	    read_at(n, at, BLOCK), MHD_CONTENT_READER_END_WITH_ERROR);
	ck_assert_str_eq(req[n].fault, fault);
	req[n].fault = NULL;
}

static void
waits(size_t n, uint64_t at)
{
	ck_assert_int_eq(read_at(n, at, BLOCK), 0);
	ck_assert(suspended[n] && req[n].paused && req[n].limited);
	ck_assert_uint_gt(req[n].go_on_ms, now_ms);
}

/* A turn of the timer. */
static void
turn(void)
{
	ck_assert_int_ne(event_base_loop(base, EVLOOP_ONCE), -1);
}

/* ------------------------------------------------------------------ tests */

START_TEST(without_limit)
{
	ck_assert_ptr_nonnull(paced_response(&req[0]));
	reads(0, 0, 2 * BLOCK, BLOCK);
	reads(0, BLOCK, 10, 10);
	reads(0, 2 * BLOCK, BLOCK, 1000);
	/* Of a range. */
	req[0].answer.first = 5;
	req[0].answer.length = 7;
	reads(0, 0, 7, 7);
	req[0].answer.first = 0;
	fails(0, SIZE, "the file has become shorter");
	req[0].fd = -1;
	fails(0, 0, "the file cannot be read");
	ck_assert_uint_eq(srv.count[SERVER_RATE_WAITS], 0);
}
END_TEST

START_TEST(checked_blocks)
{
	req[0].table = table;
	ck_assert_ptr_nonnull(paced_response(&req[0]));
	ck_assert_ptr_nonnull(req[0].checked);
	reads(0, 0, BLOCK, BLOCK);
	/* Not beyond a block. */
	reads(0, BLOCK - 10, BLOCK, 10);
	reads(0, 2 * BLOCK, BLOCK, 1000);
	ck_assert_int_eq(pwrite(file, "x", 1, BLOCK + 3), 1);
	fails(0, BLOCK, "the file was changed after it was checked");
	/* What has not changed is still sent. */
	reads(0, 2 * BLOCK, BLOCK, 1000);
	req[0].fd = shorter;
	fails(0, 0, "the file has become shorter");
	req[0].fd = -1;
	fails(0, 0, "the file cannot be read");
	checked_file_close(req[0].checked);
	/* A table that does not fit the file. */
	req[1].table = table;
	req[1].file.size = SIZE + BLOCK;
	ck_assert_ptr_null(paced_response(&req[1]));
}
END_TEST

/* A connection over its rate is suspended, and resumed when its time has come.
 */
START_TEST(limit_of_client)
{
	uint64_t begin_ms;

	srv.conf.rate_client = BLOCK;
	ck_assert_ptr_nonnull(paced_response(&req[0]));
	reads(0, 0, BLOCK, BLOCK);
	reads(0, BLOCK, BLOCK, BLOCK);
	waits(0, 0);
	ck_assert_uint_eq(req[0].go_on_ms, now_ms + RATE_WAIT_MAX_MS);
	ck_assert_uint_eq(srv.count[SERVER_RATE_WAITS], 1);
	/* Others have their own. */
	reads(1, 0, BLOCK, BLOCK);
	begin_ms = now_ms;
	now_ms = req[0].go_on_ms - 1;
	turn();
	ck_assert(suspended[0]);
	ck_assert_uint_eq(works, 0);
	now_ms++;
	turn();
	ck_assert(!suspended[0] && !req[0].paused);
	ck_assert_uint_eq(works, 1);
	reads(0, 0, BLOCK, BLOCK);
	/* It was not faster than that. */
	ck_assert_uint_ge(now_ms - begin_ms, 1000);
	waits(0, 0);
	/* Bytes that were really read count, and no more. */
	now_ms = req[0].go_on_ms;
	turn();
	reads(0, 0, 1000, 1000);
	now_ms += 20;
	reads(0, 0, 1000, 1000);
}
END_TEST

/* The stricter of both limits decides, and both count each byte. */
START_TEST(limit_of_all)
{
	srv.conf.rate_all = BLOCK;
	srv.conf.rate_client = 2 * BLOCK;
	ck_assert_ptr_nonnull(paced_response(&req[0]));
	reads(0, 0, BLOCK, BLOCK);
	reads(1, 0, BLOCK, BLOCK);
	ck_assert_uint_eq(srv.rate.spent, 2 * BLOCK);
	ck_assert_uint_eq(peer[0].rate.spent, BLOCK);
	waits(0, 0);
	waits(1, 0);
	ck_assert_uint_eq(req[0].go_on_ms, now_ms + 1000);
	ck_assert_uint_eq(srv.rate.spent, 2 * BLOCK);
	/* One is enough for one of them. */
	now_ms += 1000;
	turn();
	ck_assert(!suspended[0] && !suspended[1]);
	reads(1, 0, BLOCK, BLOCK);
	waits(0, 0);
	/* The limit of the client is the stricter one. */
	srv.conf.rate_all = 0;
	srv.conf.rate_client = BLOCK / 2;
	peer[2].rate.spent = 10 * BLOCK;
	peer[2].rate.at_ms = now_ms;
	waits(2, 0);
}
END_TEST

/* One that was ended is not resumed; the others are. */
START_TEST(ended)
{
	srv.conf.rate_all = 1000;
	srv.rate.spent = 1000000;
	srv.rate.at_ms = now_ms;
	ck_assert_ptr_nonnull(paced_response(&req[0]));
	waits(0, 0);
	waits(1, 0);
	/* One that does not wait. */
	paced_end(&req[2]);
	waits(2, 0);
	paced_end(&req[1]);
	ck_assert(!req[1].paused && suspended[1]);
	paced_end(&req[1]);
	now_ms += RATE_WAIT_MAX_MS;
	turn();
	ck_assert(!suspended[0] && suspended[1] && !suspended[2]);
	ck_assert_uint_eq(works, 2);
	suspended[1] = false;
	waits(0, 0);
	waits(1, 0);
	paced_stop();
	ck_assert(!suspended[0] && !suspended[1]);
	ck_assert(!req[0].paused && !req[1].paused);
	ck_assert_uint_eq(works, 4);
}
END_TEST

Suite *suite_http_paced(void);

Suite *
suite_http_paced(void)
{
	Suite *s = suite_create("http_paced");
	TCase *tc = tcase_create("http_paced");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, without_limit);
	tcase_add_test(tc, checked_blocks);
	tcase_add_test(tc, limit_of_client);
	tcase_add_test(tc, limit_of_all);
	tcase_add_test(tc, ended);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(suite_http_paced, SCMP_SYS(pwrite64))
