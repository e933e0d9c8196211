/* SPDX-License-Identifier: ISC */
/* What hashd makes of files: hashes, copies, tables, signatures, failures. */
#include <sys/mman.h>

#include "hashd/queue.h"
#include "tests/unit/image_case.h"

#define LARGE (20 * 1024 * 1024 + 4097)

static const size_t sizes[] = { 0, 1, HASH_BLOCK_SIZE - 1, HASH_BLOCK_SIZE,
	HASH_BLOCK_SIZE + 1, WORK_PIECE, WORK_PIECE + 1,
	3 * WORK_PIECE + HASH_BLOCK_SIZE, LARGE };
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static uint8_t *content; /* of all files: of each its first bytes */
static int files[SIZES]; /* for reading and writing */
static int folder;
static uint8_t pk[crypto_sign_PUBLICKEYBYTES];
static uint8_t sigs[SIZES][crypto_sign_BYTES];

static void
file_make(size_t i)
{
	char name[16];
	size_t at = 0;
	ssize_t n;

	(void)snprintf(name, sizeof(name), "file%zu", i);
	files[i] = openat(image_root, name, O_CREAT | O_RDWR, 0644);
	ck_assert_int_ne(files[i], -1);
	for (; at < sizes[i]; at += (size_t)n) {
		n = write(files[i], content + at, sizes[i] - at);
		ck_assert_int_gt(n, 0);
	}
}

/* Once for all tests, which change none of it. */
static void
prepare(void)
{
	uint8_t sk[crypto_sign_SECRETKEYBYTES];
	const uint8_t seed[crypto_sign_SEEDBYTES] = { 7 };
	size_t i;

	ck_assert_int_ne(sodium_init(), -1);
	content = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(content, MAP_FAILED);
	for (i = 0; i < LARGE; i++)
		content[i] = (uint8_t)(i * 2654435761U >> 13);
	(void)crypto_sign_seed_keypair(pk, sk, seed);
	for (i = 0; i < SIZES; i++)
		(void)crypto_sign_detached(
		    sigs[i], NULL, content, sizes[i], sk);
}

static void
set_up(void)
{
	size_t i;

	image_set_up();
	for (i = 0; i < SIZES; i++)
		file_make(i);
	folder = openat(image_root, ".", O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(folder, -1);
}

static void
tear_down(void)
{
	size_t i;

	for (i = 0; i < SIZES; i++)
		(void)close(files[i]);
	(void)close(folder);
	image_tear_down();
}

static struct hash_job
job_for(size_t i, uint8_t work)
{
	struct hash_job job = { .work = work, .size = sizes[i] };

	memcpy(job.key, pk, sizeof(pk));
	memcpy(job.sig, sigs[i], sizeof(job.sig));
	return job;
}

/* The file stays open: work_end() closes a duplicate. */
static int
job_file(size_t i)
{
	int fd = fcntl(files[i], F_DUPFD_CLOEXEC, 0);

	ck_assert_int_ne(fd, -1);
	return fd;
}

static void
run_to_end(struct work *k, struct hash_done *d)
{
	size_t steps = 1;

	while (work_step(k, d) == WORK_MORE)
		steps++;
	if (d->status == HASH_OK)
		ck_assert_uint_eq(
		    steps, k->job.size == 0
			       ? 1
			       : (k->job.size + WORK_PIECE - 1) / WORK_PIECE);
}

static void
check_sealed(int fd, size_t size)
{
	struct stat st;
	void *p;

	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(st.st_size, (off_t)size);
	ck_assert_int_eq(pwrite(fd, "x", 1, 0), -1);
	p = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_eq(p, MAP_FAILED);
}

static void
check_bytes(int fd, const uint8_t *bytes, size_t size)
{
	void *p;

	if (size == 0)
		return;
	p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_int_eq(memcmp(p, bytes, size), 0);
	(void)munmap(p, size);
}

static void
check_hashes(const struct hash_done *d, size_t i, uint8_t work)
{
	uint8_t sha[HASH_SHA256_LEN] = { 0 }, blake[HASH_BLAKE2B_LEN] = { 0 };

	if ((work & HASH_SHA256) != 0)
		(void)crypto_hash_sha256(sha, content, sizes[i]);
	if ((work & HASH_BLAKE2B) != 0)
		(void)crypto_generichash(
		    blake, sizeof(blake), content, sizes[i], NULL, 0);
	ck_assert_mem_eq(d->sha256, sha, sizeof(sha));
	ck_assert_mem_eq(d->blake2b, blake, sizeof(blake));
	ck_assert_int_eq(d->pure, (work & HASH_PURE) != 0);
}

/* _i: the file. */
START_TEST(copies)
{
	const uint8_t works[] = { HASH_COPY | HASH_SHA256,
		HASH_COPY | HASH_BLAKE2B, HASH_COPY | HASH_PURE,
		HASH_COPY | HASH_PURE | HASH_SHA256 | HASH_BLAKE2B };
	struct hash_done d;
	struct hash_job job;
	struct work k;
	size_t w;

	for (w = 0; w < sizeof(works); w++) {
		job = job_for((size_t)_i, works[w]);
		work_init(&k, &job, job_file((size_t)_i));
		run_to_end(&k, &d);
		ck_assert_int_eq(d.status, HASH_OK);
		check_hashes(&d, (size_t)_i, works[w]);
		check_sealed(k.to, sizes[_i]);
		check_bytes(k.to, content, sizes[_i]);
		work_end(&k);
		ck_assert_int_eq(k.from, -1);
		ck_assert_int_eq(k.to, -1);
	}
}
END_TEST

/* Without a copy there is no descriptor. */
START_TEST(only_hashes)
{
	struct hash_job job = job_for((size_t)_i, HASH_SHA256 | HASH_BLAKE2B);
	struct hash_done d;
	struct work k;

	work_init(&k, &job, job_file((size_t)_i));
	run_to_end(&k, &d);
	check_hashes(&d, (size_t)_i, HASH_SHA256 | HASH_BLAKE2B);
	ck_assert_int_eq(k.to, -1);
	work_end(&k);
}
END_TEST

START_TEST(tables)
{
	struct hash_job job = job_for((size_t)_i, HASH_SHA256 | HASH_TABLE);
	size_t n = (size_t)hash_table_size(sizes[_i]), at, len;
	uint8_t *table = malloc(n + 1), *out = table;
	struct hash_done d;
	struct work k;

	for (at = 0; at < sizes[_i]; at += len, out += HASH_BLOCK_LEN) {
		len = sizes[_i] - at;
		if (len > HASH_BLOCK_SIZE)
			len = HASH_BLOCK_SIZE;
		(void)crypto_generichash(
		    out, HASH_BLOCK_LEN, content + at, len, NULL, 0);
	}
	ck_assert_uint_eq((size_t)(out - table), n);
	work_init(&k, &job, job_file((size_t)_i));
	run_to_end(&k, &d);
	ck_assert_int_eq(d.status, HASH_OK);
	check_hashes(&d, (size_t)_i, HASH_SHA256);
	check_sealed(k.to, n);
	check_bytes(k.to, table, n);
	work_end(&k);
	free(table);
}
END_TEST

/* One bit of the signature, of the key, or the signature of another file. */
START_TEST(bad_signatures)
{
	struct hash_done d;
	struct hash_job job;
	struct work k;
	int how;

	for (how = 0; how < 3; how++) {
		job = job_for((size_t)_i, HASH_COPY | HASH_PURE);
		if (how == 0)
			job.sig[_i] ^= 1;
		else if (how == 1)
			job.key[3] ^= 4;
		else
			memcpy(job.sig, sigs[((size_t)_i + 1) % SIZES],
			    sizeof(job.sig));
		work_init(&k, &job, job_file((size_t)_i));
		run_to_end(&k, &d);
		ck_assert_int_eq(d.status, HASH_OK);
		ck_assert(!d.pure);
		work_end(&k);
	}
}
END_TEST

static void
touch_changed(int how, int fd, size_t size)
{
	switch (how) {
	case 0: /* longer */
		ck_assert_int_eq(pwrite(fd, "x", 1, (off_t)size), 1);
		break;
	case 1: /* shorter */
		ck_assert_int_eq(ftruncate(fd, (off_t)size - 1), 0);
		break;
	default: /* other bytes */
		ck_assert_int_eq(pwrite(fd, "x", 1, 0), 1);
	}
}

/* After the first piece; _i: how. */
START_TEST(changed_meanwhile)
{
	struct hash_job job = job_for(7, HASH_COPY | HASH_SHA256);
	static const uint8_t none[HASH_SHA256_LEN];
	struct hash_done d;
	struct work k;

	work_init(&k, &job, job_file(7));
	ck_assert_int_eq(work_step(&k, &d), WORK_MORE);
	touch_changed(_i, files[7], sizes[7]);
	run_to_end(&k, &d);
	ck_assert_int_eq(d.status, HASH_CHANGED);
	ck_assert_mem_eq(d.sha256, none, sizeof(none));
	work_end(&k);
}
END_TEST

START_TEST(other_size)
{
	struct hash_job job = job_for(6, HASH_COPY | HASH_SHA256);
	struct hash_done d;
	struct work k;

	job.size--;
	work_init(&k, &job, job_file(6));
	ck_assert_int_eq(work_step(&k, &d), WORK_DONE);
	ck_assert_int_eq(d.status, HASH_CHANGED);
	work_end(&k);
}
END_TEST

START_TEST(not_readable)
{
	struct hash_job job = { .work = HASH_SHA256 };
	struct hash_done d;
	struct stat st;
	struct work k;
	int fd = fcntl(folder, F_DUPFD_CLOEXEC, 0);

	ck_assert_int_eq(fstat(fd, &st), 0);
	job.size = (uint64_t)st.st_size;
	if (job.size == 0) {
		(void)close(fd);
		return;
	}
	work_init(&k, &job, fd);
	ck_assert_int_eq(work_step(&k, &d), WORK_DONE);
	ck_assert_int_eq(d.status, HASH_FAILED);
	ck_assert_uint_eq(d.error, EISDIR);
	work_end(&k);
}
END_TEST

/* A small file that comes after a large one is done long before it. */
START_TEST(in_turn)
{
	static struct queue q;
	struct hash_job large = job_for(8, HASH_COPY | HASH_SHA256);
	struct hash_job small = job_for(1, HASH_COPY | HASH_SHA256);
	struct queue_done d;
	int steps = 0;

	ck_assert(!queue_step(&q, &d));
	ck_assert_int_eq(queue_add(&q, 1, &large, job_file(8)), HASH_OK);
	ck_assert(!queue_step(&q, &d));
	ck_assert_int_eq(queue_add(&q, 2, &small, job_file(1)), HASH_OK);
	while (!queue_step(&q, &d))
		ck_assert_int_lt(++steps, 3);
	ck_assert_uint_eq(d.id, 2);
	ck_assert_int_eq(d.answer.status, HASH_OK);
	check_sealed(d.fd, 1);
	(void)close(d.fd);
	while (!queue_step(&q, &d))
		continue;
	ck_assert_uint_eq(d.id, 1);
	check_hashes(&d.answer, 8, HASH_SHA256);
	(void)close(d.fd);
	ck_assert_uint_eq(q.n, 0);
}
END_TEST

/* Nothing comes with a job that failed, nor with hashes alone. */
START_TEST(nothing_to_pass)
{
	static struct queue q;
	struct hash_job copy = job_for(7, HASH_COPY | HASH_SHA256);
	struct hash_job hashes = job_for(1, HASH_SHA256);
	int before = job_file(7), after;
	struct queue_done d;

	(void)close(before);
	ck_assert_int_eq(queue_add(&q, 1, &copy, job_file(7)), HASH_OK);
	ck_assert(!queue_step(&q, &d));
	touch_changed(0, files[7], sizes[7]);
	while (!queue_step(&q, &d))
		continue;
	ck_assert_uint_eq(d.id, 1);
	ck_assert_int_eq(d.answer.status, HASH_CHANGED);
	ck_assert_int_eq(d.fd, -1);
	ck_assert_int_eq(queue_add(&q, 2, &hashes, job_file(1)), HASH_OK);
	ck_assert(queue_step(&q, &d));
	ck_assert_int_eq(d.answer.status, HASH_OK);
	ck_assert_int_eq(d.fd, -1);
	ck_assert_uint_eq(q.n, 0);
	after = job_file(7);
	ck_assert_int_eq(after, before);
	(void)close(after);
}
END_TEST

/* A place that is free is used again, in its turn. */
START_TEST(places)
{
	static struct queue q;
	struct hash_job job = job_for(1, HASH_SHA256);
	struct queue_done d;
	uint32_t id;

	for (id = 1; id <= 3; id++)
		ck_assert_int_eq(queue_add(&q, id, &job, job_file(1)), HASH_OK);
	ck_assert(queue_step(&q, &d) && d.id == 1);
	ck_assert(queue_step(&q, &d) && d.id == 2);
	ck_assert_int_eq(queue_add(&q, 4, &job, job_file(1)), HASH_OK);
	ck_assert(queue_step(&q, &d) && d.id == 3);
	ck_assert(queue_step(&q, &d) && d.id == 4);
	ck_assert(!queue_step(&q, &d));
}
END_TEST

/* Descriptors are closed, whatever becomes of the jobs. */
START_TEST(full_and_cleared)
{
	static struct queue q;
	struct hash_job job = job_for(6, HASH_COPY | HASH_SHA256);
	int before = job_file(6), after;
	struct queue_done d;
	uint32_t id;

	(void)close(before);
	for (id = 0; id < HASH_JOBS_MAX; id++)
		ck_assert_int_eq(queue_add(&q, id, &job, job_file(6)), HASH_OK);
	ck_assert_int_eq(queue_add(&q, id, &job, job_file(6)), HASH_NO_MEMORY);
	for (id = 0; id < HASH_JOBS_MAX; id++)
		ck_assert(!queue_step(&q, &d));
	queue_end_all(&q);
	ck_assert_uint_eq(q.n, 0);
	ck_assert(!queue_step(&q, &d));
	after = job_file(6);
	ck_assert_int_eq(after, before);
	(void)close(after);
}
END_TEST

Suite *suite_hash_work(void);

Suite *
suite_hash_work(void)
{
	Suite *s = suite_create("hash_work");
	TCase *tc = tcase_create("hash_work");

	tcase_add_unchecked_fixture(tc, prepare, NULL);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, copies, 0, SIZES);
	tcase_add_loop_test(tc, only_hashes, 0, SIZES);
	tcase_add_loop_test(tc, tables, 0, SIZES);
	tcase_add_loop_test(tc, bad_signatures, 0, SIZES);
	tcase_add_loop_test(tc, changed_meanwhile, 0, 3);
	tcase_add_test(tc, other_size);
	tcase_add_test(tc, not_readable);
	tcase_add_test(tc, in_turn);
	tcase_add_test(tc, nothing_to_pass);
	tcase_add_test(tc, places);
	tcase_add_test(tc, full_and_cleared);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests duplicate and change the files themselves. */
UNIT_MAIN_ALSO(
    suite_hash_work, SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(ftruncate))
