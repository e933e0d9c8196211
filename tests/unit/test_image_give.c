/* SPDX-License-Identifier: ISC */
/* How imaged answers where the channel takes no more. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/hash_job.h"
#include "daemon/log.h"
#include "imaged/give.h"
#include "tests/unit/chan_case.h"

#define NOBODY 65534
#define FEW 32 /* descriptors that may be on their way */

static struct event_base *base;
static struct chan *chan;
static int peer;
static struct lookup found;
static char line[LOG_LINE_MAX];

static void
sink(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(line, sizeof(line), "%s", text);
}

static void
set_up(void)
{
	struct stat st = { .st_size = 7 };

	line[0] = '\0';
	log_init("imaged", LOG_INFO);
	log_set_sink(sink, NULL);
	base = event_base_new();
	chan = chan_case_open(
	    base, ROLE_IMAGED, ROLE_TFTPD, &chan_case_deaf, NULL, &peer);
	memset(&found, 0, sizeof(found));
	found.image.fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	found.image.st = st;
	ck_assert_int_ne(found.image.fd, -1);
}

static void
tear_down(void)
{
	(void)close(found.image.fd);
	chan_case_close(chan, peer);
	event_base_free(base);
}

static enum give_result
give_at(uint32_t id, uint64_t now_ms)
{
	return give_image(chan, id, &found, -1, now_ms);
}

static enum give_result
give(uint32_t id)
{
	return give_at(id, 1000);
}

static void
next_message(struct msg *m)
{
	static uint8_t buf[MSG_SIZE_MAX];
	const char *why;

	ck_assert_int_eq(chan_recv_now(peer, ROLE_TFTPD, ROLE_IMAGED, PHASE_RUN,
			     buf, m, &why),
	    0);
}

/* The next answer's status; whether there is a descriptor with it. */
static enum file_status
next(uint32_t *id, bool *with)
{
	struct msg m;

	next_message(&m);
	*id = m.id;
	*with = m.fd != -1;
	if (m.fd != -1)
		(void)close(m.fd);
	return (enum file_status)reader_u8(&m.body);
}

START_TEST(sent)
{
	uint32_t id;
	bool with;

	ck_assert_int_eq(give(7), GIVE_SENT);
	ck_assert_int_eq(next(&id, &with), FILE_OK);
	ck_assert_uint_eq(id, 7);
	ck_assert(with);
	give_none(chan, 8, FILE_MISSING);
	ck_assert_int_eq(next(&id, &with), FILE_MISSING);
	ck_assert_uint_eq(id, 8);
	ck_assert(!with);
	ck_assert_str_eq(line, "");
}
END_TEST

/* How it was found, its size, and the time of its last change. */
START_TEST(described)
{
	static const struct {
		struct timespec time;
		uint64_t ns;
	} t[] = { { { 0, 0 }, 0 }, { { 0, 5 }, 5 }, { { 3, 7 }, 3000000007 },
		{ { -1, 5 }, 0 } };
	struct msg m;
	size_t i;

	found.way = FILE_WAY_SIBLING;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		found.image.st.st_mtim = t[i].time;
		ck_assert_int_eq(give(7), GIVE_SENT);
		next_message(&m);
		ck_assert_uint_eq(m.type, MSG_FILE_GIVE);
		ck_assert_uint_eq(reader_u8(&m.body), FILE_OK);
		ck_assert_uint_eq(reader_u8(&m.body), FILE_WAY_SIBLING);
		ck_assert_uint_eq(reader_u64(&m.body), 7);
		ck_assert_uint_eq(reader_u64(&m.body), t[i].ns);
		ck_assert(reader_done(&m.body));
		(void)close(m.fd);
	}
}
END_TEST

static bool
same_file(int a, int b)
{
	struct stat first, second;

	ck_assert_int_eq(fstat(a, &first), 0);
	ck_assert_int_eq(fstat(b, &second), 0);
	return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* The table of hashes comes before the file; a copy, in place of it. */
START_TEST(table_or_copy)
{
	int other = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct msg m;

	ck_assert_int_eq(give_blocks(chan, 7, &found, other, 1000), GIVE_SENT);
	next_message(&m);
	ck_assert_uint_eq(m.type, MSG_FILE_BLOCKS);
	ck_assert_uint_eq(m.id, 7);
	ck_assert_uint_eq(reader_u32(&m.body), HASH_BLOCK_SIZE);
	ck_assert(same_file(m.fd, other));
	(void)close(m.fd);
	next_message(&m);
	ck_assert_uint_eq(m.type, MSG_FILE_GIVE);
	ck_assert(same_file(m.fd, found.image.fd));
	(void)close(m.fd);
	ck_assert_int_eq(give_image(chan, 8, &found, other, 1000), GIVE_SENT);
	next_message(&m);
	ck_assert(same_file(m.fd, other));
	(void)close(m.fd);
	/* A full channel keeps both. */
	while (give_blocks(chan, 1, &found, other, 1000) == GIVE_SENT)
		continue;
	ck_assert_uint_gt(chan_queued(chan), 0);
	ck_assert_int_eq(
	    give_blocks(chan, 1, &found, other, 1000), GIVE_QUEUED);
	ck_assert_str_eq(line, "");
	(void)close(other);
}
END_TEST

/* A full channel keeps it, with a descriptor of its own. */
START_TEST(queued)
{
	int fd;

	while (give(1) == GIVE_SENT)
		continue;
	ck_assert_uint_eq(chan_queued(chan), 1);
	ck_assert_int_ne(fd = fcntl(found.image.fd, F_DUPFD_CLOEXEC, 0), -1);
	ck_assert_int_gt(fd, found.image.fd + 1);
	(void)close(fd);
	ck_assert_str_eq(line, "");
}
END_TEST

/* Too many on their way: an answer all the same, and a line. */
START_TEST(too_many_on_their_way)
{
	const struct rlimit few = { FEW, FEW };
	unsigned int i, errors = 0;
	uint32_t id;
	bool with;

	/* Root may have as many as it wants. */
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_int_eq(setgroups(0, NULL), 0);
	ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
	for (i = 0; i < 2 * FEW; i++)
		if (give(i) == GIVE_FAILED)
			errors++;
	ck_assert_uint_gt(errors, 0);
	ck_assert_ptr_nonnull(strstr(line, strerror(ETOOMANYREFS)));
	/* Lines that were suppressed are counted, if there were any. */
	ck_assert_ptr_null(strstr(line, "suppressed"));
	ck_assert_int_eq(give_at(i, 100000), GIVE_FAILED);
	ck_assert_ptr_nonnull(strstr(line, "similar messages suppressed"));
	errors++;
	for (i = 0; i <= 2 * FEW; i++) {
		enum file_status status = next(&id, &with);

		ck_assert_uint_eq(id, i);
		ck_assert(with == (status == FILE_OK));
		errors -= status == FILE_ERROR;
	}
	ck_assert_uint_eq(errors, 0);
	/* It goes on. */
	ck_assert_int_eq(give(99), GIVE_SENT);
}
END_TEST

static Suite *
suite_image_give(void)
{
	Suite *s = suite_create("image_give");
	TCase *tc = tcase_create("give");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, sent);
	tcase_add_test(tc, described);
	tcase_add_test(tc, table_or_copy);
	tcase_add_test(tc, queued);
	tcase_add_test(tc, too_many_on_their_way);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests count and look at descriptors, and lower their limit. */
UNIT_MAIN_ALSO(suite_image_give, SCMP_SYS(prlimit64), SCMP_SYS(fcntl),
    SCMP_SYS(openat), SCMP_SYS(getdents64), SCMP_SYS(setgroups),
    SCMP_SYS(setresgid), SCMP_SYS(setresuid))
