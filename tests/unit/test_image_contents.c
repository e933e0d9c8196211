/* SPDX-License-Identifier: ISC */
/* The table of contents: its budget, its order, and its passes. */
#include <errno.h>
#include <sys/mman.h>

#include "imaged/contents.h"
#include "imaged/waiting.h"
#include "tests/unit/image_case.h"

#define MIB (1024 * 1024)
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static struct contents t;
static uint32_t lost_id[CONTENTS_PASSES_MAX];
static size_t nlost;
static int null_fd = -1;

static void
set_up(void)
{
	null_fd = open("/dev/null", O_RDONLY);
	ck_assert_int_ne(null_fd, -1);
	contents_init(&t);
	nlost = 0;
}

static void
tear_down(void)
{
	contents_clear(&t);
	(void)close(null_fd);
}

static int
any_fd(void)
{
	int fd = fcntl(null_fd, F_DUPFD_CLOEXEC, 0);

	ck_assert_int_ne(fd, -1);
	return fd;
}

/* What hashd answers with: memory of this size, with these seals. */
static int
memory(uint64_t size, int seals)
{
	int fd = memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ne(fd, -1);
	if (size > 0)
		ck_assert_int_eq(pwrite(fd, "", 1, (off_t)size - 1), 1);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static void
lost(uint32_t id, void *arg)
{
	ck_assert_ptr_eq(arg, &t);
	lost_id[nlost++] = id;
}

static struct memcache_key
key(ino_t ino, off_t size)
{
	struct memcache_key k;
	struct stat st = { .st_dev = 1, .st_ino = ino, .st_size = size };

	memcache_key_init(&k, &st);
	return k;
}

static struct content *
begin(ino_t ino, off_t size, uint8_t work, bool copy, uint64_t now_ms)
{
	const struct hash_job job = { .work = work };
	struct memcache_key k = key(ino, size);
	struct content *c = contents_get(&t, &k, now_ms);

	ck_assert_ptr_nonnull(c);
	ck_assert_uint_ne(
	    contents_begin(&t, c, &job, copy, any_fd(), now_ms), 0);
	ck_assert_uint_eq(c->job.size, (uint64_t)size);
	return c;
}

static void
finish(struct content *c, enum hash_status status, uint64_t now_ms)
{
	struct hash_done d = { .status = (uint8_t)status, .sha256 = { 7 } };
	uint64_t size = (c->job.work & HASH_COPY) != 0
			    ? c->job.size
			    : hash_table_size(c->job.size);

	if (!c->sent)
		contents_sent(&t, c);
	ck_assert_int_eq(
	    contents_done(&t, c->id, &d,
		status == HASH_OK ? memory(size, SEALS) : -1, now_ms),
	    CONTENTS_ENDED);
}

/* What is counted is what is there. */
static void
check_sums(void)
{
	size_t n = 0, held = 0, passes = 0, sent = 0;
	const struct content *c;
	uint64_t used = 0;

	TAILQ_FOREACH(c, &t.lru, lru) {
		n++;
		used += c->bytes;
		held += c->copy != -1 || c->table != -1;
		passes += c->id != 0;
		sent += c->sent;
		ck_assert(c->copy == -1 || c->table == -1);
		ck_assert(c->bytes == 0 || c->id != 0 || c->copy != -1 ||
			  c->table != -1);
	}
	ck_assert_uint_eq(t.n, n);
	ck_assert_uint_eq(t.used, used);
	ck_assert_uint_eq(t.nheld, held);
	ck_assert_uint_eq(t.npasses, passes);
	ck_assert_uint_eq(t.nsent, sent);
}

START_TEST(a_copy_or_a_table)
{
	struct content *a, *b, *c;

	contents_set_budget(&t, 3 * MIB);
	a = begin(1, 2 * MIB, HASH_SHA256, false, 1000);
	ck_assert_uint_eq(a->job.work, HASH_SHA256 | HASH_COPY);
	finish(a, HASH_OK, 1000);
	ck_assert_int_ne(a->copy, -1);
	ck_assert_uint_eq(t.used, 2 * MIB);
	/* The first one is in use, and there is no room beside it. */
	b = begin(2, 2 * MIB, HASH_BLAKE2B, false, 1000 + CONTENTS_BUSY_MS);
	ck_assert_uint_eq(b->job.work, HASH_BLAKE2B | HASH_TABLE);
	finish(b, HASH_OK, 1000);
	ck_assert_int_ne(b->table, -1);
	ck_assert_int_eq(b->copy, -1);
	ck_assert_uint_eq(t.used, 2 * MIB + 4096);
	/* Larger than all of it. */
	c = begin(3, 4 * MIB, HASH_SHA256, false, 1000);
	ck_assert_uint_eq(c->job.work, HASH_SHA256 | HASH_TABLE);
	finish(c, HASH_OK, 1000);
	/* Then the first one is idle, and makes room. */
	c = begin(4, 2 * MIB, HASH_SHA256, false, 1001 + CONTENTS_BUSY_MS);
	ck_assert_uint_eq(c->job.work, HASH_SHA256 | HASH_COPY);
	ck_assert_int_eq(a->copy, -1);
	ck_assert_uint_eq(a->known, HASH_SHA256);
	check_sums();
}
END_TEST

/* A manifest is copied in any case, and others go. */
START_TEST(forced)
{
	struct content *a, *b;

	contents_set_budget(&t, 3 * MIB);
	a = begin(1, 2 * MIB, HASH_SHA256, false, 1000);
	finish(a, HASH_OK, 1000);
	b = begin(2, 2 * MIB, HASH_PURE, true, 1000);
	ck_assert_uint_eq(b->job.work, HASH_PURE | HASH_COPY);
	ck_assert_int_eq(a->copy, -1);
	finish(b, HASH_OK, 1000);
	b = begin(3, 9 * MIB, HASH_BLAKE2B, true, 1000);
	ck_assert_uint_eq(b->job.work, HASH_BLAKE2B | HASH_COPY);
	check_sums();
	contents_set_budget(&t, MIB);
	check_sums();
}
END_TEST

START_TEST(a_demoted_one_goes_first)
{
	struct content *a, *b, *c;

	contents_set_budget(&t, 4 * MIB);
	a = begin(1, 2 * MIB, HASH_SHA256, false, 1000);
	finish(a, HASH_OK, 1000);
	b = begin(2, 2 * MIB, HASH_SHA256, false, 1000);
	finish(b, HASH_OK, 1000);
	contents_demote(&t, b);
	c = begin(3, 2 * MIB, HASH_SHA256, false, 20000);
	ck_assert_uint_eq(c->job.work, HASH_SHA256 | HASH_COPY);
	ck_assert_int_eq(b->copy, -1);
	ck_assert_int_ne(a->copy, -1);
	check_sums();
}
END_TEST

START_TEST(failures)
{
	static const enum hash_status bad[] = { HASH_FAILED, HASH_NO_MEMORY };
	struct memcache_key k = key(9, 10);
	struct content *c;
	size_t i;

	contents_set_budget(&t, MIB);
	for (i = 0; i < 2; i++) {
		c = begin(1 + i, 10, HASH_SHA256, false, 1000);
		finish(c, bad[i], 1000);
		ck_assert_uint_eq(c->known, 0);
		ck_assert(contents_failed(c, 1000 + CONTENTS_ERROR_MS - 1));
		ck_assert(!contents_failed(c, 1000 + CONTENTS_ERROR_MS));
		check_sums();
	}
	/* A changed file is forgotten. */
	c = begin(9, 10, HASH_SHA256, false, 1000);
	finish(c, HASH_CHANGED, 1000);
	ck_assert_ptr_null(contents_find(&t, &k, 1000));
	/* And so is an older state of a file. */
	(void)begin(10, 10, HASH_SHA256, false, 1000);
	k = key(10, 10);
	finish(contents_find(&t, &k, 1000), HASH_OK, 1000);
	(void)begin(10, 11, HASH_SHA256, false, 1000);
	ck_assert_ptr_null(contents_find(&t, &k, 1000));
	check_sums();
}
END_TEST

/* hashd goes on with a file that has changed: its place stays taken. */
START_TEST(changed_in_a_pass)
{
	struct content *old = begin(1, 100, HASH_SHA256, false, 1000);
	struct memcache_key k = key(1, 101);

	contents_sent(&t, old);
	ck_assert_ptr_nonnull(contents_get(&t, &k, 1000));
	ck_assert_uint_eq(t.n, 2);
	ck_assert_uint_eq(t.npasses, 1);
	ck_assert_uint_eq(t.nsent, 1);
	finish(old, HASH_CHANGED, 1000);
	ck_assert_uint_eq(t.n, 1);
	ck_assert_uint_eq(t.nsent, 0);
	check_sums();
}
END_TEST

START_TEST(sizes_that_fit)
{
	contents_set_budget(&t, MIB);
	ck_assert(contents_fits(&t, 0));
	ck_assert(contents_fits(&t, MIB));
	ck_assert(!contents_fits(&t, MIB + 1));
	ck_assert(!contents_fits(&t, UINT64_MAX));
	contents_set_budget(&t, MIB + 1);
	/* A page more would be one too many. */
	ck_assert(!contents_fits(&t, MIB + 1));
}
END_TEST

START_TEST(limits)
{
	struct memcache_key k;
	const struct hash_job job = { .work = HASH_SHA256 };
	struct content *c;
	size_t i;

	contents_set_budget(&t, MIB);
	for (i = 0; i < CONTENTS_PASSES_MAX; i++)
		(void)begin(1 + i, 1, HASH_SHA256, false, 1000);
	k = key(1 + i, 1);
	c = contents_get(&t, &k, 1000);
	ck_assert_uint_eq(
	    contents_begin(&t, c, &job, false, any_fd(), 1000), 0);
	for (i = 0; (c = contents_to_send(&t)) != NULL; i++)
		contents_sent(&t, c);
	ck_assert_uint_eq(i, HASH_JOBS_MAX);
	contents_give_up(&t, 1000, lost, &t);
	ck_assert_uint_eq(nlost, CONTENTS_PASSES_MAX);
	check_sums();
	for (i = 0; i < CONTENTS_MAX + 10; i++) {
		k = key(10000 + i, 1);
		ck_assert_ptr_nonnull(contents_get(&t, &k, 1000));
	}
	ck_assert_uint_eq(t.n, CONTENTS_MAX);
	check_sums();
}
END_TEST

/* Bytes of passes that hashd was given, and of what is held. */
static uint64_t
bytes_sent(void)
{
	const struct content *c;
	uint64_t n = 0;

	TAILQ_FOREACH(c, &t.passes, pass)
		if (c->sent)
			n += c->bytes;
	return n;
}

static uint64_t
bytes_held(void)
{
	const struct content *c;
	uint64_t n = 0;

	TAILQ_FOREACH(c, &t.lru, lru)
		if (c->id == 0)
			n += c->bytes;
	return n;
}

/*
 * Copies that are needed in any case, of many files at once: hashd gets as
 * many as the budget allows, and what it made stays below it, too.
 */
START_TEST(many_forced)
{
	struct content *c, *small, *first = NULL, *done[8];
	size_t i, n = 0;

	contents_set_budget(&t, 4 * MIB);
	for (i = 0; i < 8; i++) {
		c = begin(1 + i, 3 * MIB, HASH_PURE, true, 1000);
		if (i == 0)
			first = c;
	}
	ck_assert_ptr_eq(contents_to_send(&t), first);
	contents_sent(&t, first);
	ck_assert_ptr_null(contents_to_send(&t));
	/* One that fits does not wait for those that do not. */
	small = begin(100, 10, HASH_PURE, true, 1000);
	ck_assert_ptr_eq(contents_to_send(&t), small);
	contents_sent(&t, small);
	finish(small, HASH_OK, 1000);
	finish(first, HASH_OK, 1000);
	/* It was dropped for none that waits. */
	ck_assert_int_ne(first->copy, -1);
	while ((c = contents_to_send(&t)) != NULL) {
		contents_sent(&t, c);
		ck_assert_uint_le(bytes_sent(), 4 * MIB);
		done[n++] = c;
		ck_assert_uint_le(n, 7);
		finish(c, HASH_OK, 1000);
		ck_assert_int_ne(c->copy, -1);
		ck_assert_uint_le(bytes_held(), 4 * MIB);
		check_sums();
	}
	ck_assert_uint_eq(n, 7);
	ck_assert_int_ne(done[6]->copy, -1);
	/* A single one may need more. */
	c = begin(200, 9 * MIB, HASH_BLAKE2B, true, 1000);
	ck_assert_ptr_eq(contents_to_send(&t), c);
	contents_sent(&t, c);
	small = begin(201, 10, HASH_PURE, true, 1000);
	ck_assert_ptr_null(contents_to_send(&t));
	finish(c, HASH_OK, 1000);
	ck_assert_int_ne(c->copy, -1);
	ck_assert_uint_eq(bytes_held(), 9 * MIB);
	ck_assert_ptr_eq(contents_to_send(&t), small);
	finish(small, HASH_OK, 1000);
	ck_assert_int_eq(c->copy, -1);
	ck_assert_uint_eq(bytes_held(), 4096);
	check_sums();
}
END_TEST

/* Files that are endless, or nearly so, leave places to others. */
START_TEST(many_large)
{
	const struct hash_job job = { .work = HASH_SHA256 };
	const off_t size = (off_t)1 << 62;
	struct memcache_key k;
	struct content *c;
	size_t i;

	contents_set_budget(&t, UINT64_MAX);
	for (i = 0; i < CONTENTS_LARGE_MAX; i++) {
		k = key(1 + i, size);
		c = contents_get(&t, &k, 1000);
		ck_assert_uint_ne(
		    contents_begin(&t, c, &job, false, any_fd(), 1000), 0);
		/* Their memory does not count here. */
		t.used -= c->bytes;
		c->bytes = 0;
	}
	k = key(1 + i, size);
	c = contents_get(&t, &k, 1000);
	ck_assert_uint_eq(
	    contents_begin(&t, c, &job, false, any_fd(), 1000), 0);
	for (i = 0; (c = contents_to_send(&t)) != NULL; i++)
		contents_sent(&t, c);
	ck_assert_uint_eq(i, CONTENTS_LARGE_SENT);
	c = begin(1000, CONTENTS_LARGE, HASH_SHA256, false, 1000);
	ck_assert_ptr_eq(contents_to_send(&t), c);
	finish(c, HASH_OK, 1000);
	ck_assert_ptr_null(contents_to_send(&t));
	check_sums();
}
END_TEST

/* hashd answers what it was not asked: once more, for another, with no copy. */
START_TEST(wrong_answers)
{
	struct hash_done d = { .status = HASH_OK };
	int fds[] = { -1, any_fd(), memory(9, SEALS), memory(11, SEALS),
		memory(10, SEALS & ~F_SEAL_SHRINK),
		memory(10, SEALS & ~F_SEAL_WRITE) };
	struct content *c;
	uint32_t id;
	size_t i;

	contents_set_budget(&t, MIB);
	c = begin(1, 10, HASH_SHA256, false, 1000);
	id = c->id;
	/* It was not given this one yet. */
	ck_assert_int_eq(contents_done(&t, id, &d, memory(10, SEALS), 1000),
	    CONTENTS_UNKNOWN);
	contents_sent(&t, c);
	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		ck_assert_int_eq(
		    contents_done(&t, id, &d, fds[i], 1000), CONTENTS_WRONG);
		ck_assert_uint_eq(c->id, id);
		ck_assert_uint_eq(c->known, 0);
		ck_assert_int_eq(c->copy, -1);
	}
	ck_assert_int_eq(contents_done(&t, id + 1, &d, memory(10, SEALS), 1000),
	    CONTENTS_UNKNOWN);
	finish(c, HASH_OK, 1000);
	ck_assert_int_eq(contents_done(&t, id, &d, memory(10, SEALS), 1000),
	    CONTENTS_UNKNOWN);
	check_sums();
	/* A table has another size. */
	contents_set_budget(&t, 4096);
	c = begin(2, MIB, HASH_SHA256, false, 1000);
	contents_sent(&t, c);
	ck_assert_int_eq(contents_done(&t, c->id, &d, memory(MIB, SEALS), 1000),
	    CONTENTS_WRONG);
	finish(c, HASH_OK, 1000);
	ck_assert_int_ne(c->table, -1);
	check_sums();
}
END_TEST

/* Anything in any order. */
START_TEST(random_uses)
{
	uint64_t now_ms = 1000;
	struct content *c;
	int i, fd, before;

	srandom((unsigned int)_i);
	before = any_fd();
	(void)close(before);
	contents_set_budget(&t, 4 * MIB);
	for (i = 0; i < 3000; i++) {
		struct memcache_key k =
		    key(1 + random() % 12, (1 + random() % 4) * 700000);
		const struct hash_job job = { .work = HASH_SHA256 };

		now_ms += (uint64_t)random() % 4000;
		c = contents_get(&t, &k, now_ms);
		switch (random() % 8) {
		case 0:
		case 1:
			(void)contents_begin(
			    &t, c, &job, random() % 8 == 0, any_fd(), now_ms);
			break;
		case 2:
		case 3:
		case 4:
			if (c->id != 0)
				finish(c,
				    random() % 4 == 0
					? (enum hash_status)(
					      random() % HASH_STATUS_MAX)
					: HASH_OK,
				    now_ms);
			break;
		case 5:
			contents_demote(&t, c);
			break;
		case 6:
			nlost = 0;
			if (random() % 8 == 0)
				contents_hashd_down(&t, now_ms, lost, &t);
			break;
		default:
			if (random() % 16 == 0)
				contents_set_budget(
				    &t, (uint64_t)(1 + random() % 6) * MIB);
		}
		check_sums();
	}
	contents_clear(&t);
	check_sums();
	ck_assert_uint_eq(t.used + t.n, 0);
	fd = any_fd();
	ck_assert_int_eq(fd, before);
	(void)close(fd);
}
END_TEST

/* Requests wait for their ticket, or end with their peer. */
START_TEST(waiting)
{
	struct waiting_request q = { .peer = ROLE_TFTPD };
	struct waiting_request *r;
	struct waiting w;
	uint32_t i;

	waiting_init(&w);
	for (i = 0; i < WAITING_MAX; i++) {
		q.id = i;
		q.ticket = i % 4;
		ck_assert_int_eq(waiting_add(&w, &q), 0);
	}
	ck_assert_int_eq(waiting_add(&w, &q), -1);
	ck_assert_ptr_null(waiting_next(&w));
	ck_assert(!waiting_call(&w, 9, false));
	ck_assert(waiting_call(&w, 2, true));
	for (i = 2; (r = waiting_next(&w)) != NULL; i += 4) {
		ck_assert_uint_eq(r->id, i);
		ck_assert(r->given_up);
		free(r);
	}
	ck_assert_uint_eq(i, WAITING_MAX + 2);
	ck_assert(waiting_call(&w, 1, false));
	waiting_drop(&w, ROLE_DHCPD);
	ck_assert_uint_eq(w.n, WAITING_MAX / 4 * 3);
	waiting_drop(&w, ROLE_TFTPD);
	ck_assert_uint_eq(w.n, 0);
	ck_assert(!waiting_call_all(&w));
}
END_TEST

Suite *suite_image_contents(void);

Suite *
suite_image_contents(void)
{
	Suite *s = suite_create("image_contents");
	TCase *tc = tcase_create("image_contents");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_copy_or_a_table);
	tcase_add_test(tc, forced);
	tcase_add_test(tc, a_demoted_one_goes_first);
	tcase_add_test(tc, failures);
	tcase_add_test(tc, changed_in_a_pass);
	tcase_add_test(tc, sizes_that_fit);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, many_forced);
	tcase_add_test(tc, many_large);
	tcase_add_test(tc, wrong_answers);
	tcase_add_loop_test(tc, random_uses, 0, 10);
	tcase_add_test(tc, waiting);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_image_contents)
