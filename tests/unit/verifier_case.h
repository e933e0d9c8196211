/* SPDX-License-Identifier: ISC */
/*
 * A verifier, with the processes that it works with: a hashd that does its jobs
 * when a test says so, and a leased that keeps the serial of one manifest.
 */
#ifndef TESTS_UNIT_VERIFIER_CASE_H
#define TESTS_UNIT_VERIFIER_CASE_H

#include "hashd/work.h"
#include "imaged/verifier.h"
#include "tests/unit/image_case.h"

#define JOBS_MAX 64

static struct verifier v;
static struct verifier_conf conf;
static uint64_t now_ms;
static bool down; /* hashd */
static struct job {
	uint32_t id;
	struct hash_job job;
	int fd;
} jobs[JOBS_MAX];
static size_t njobs, njobs_all;
static uint32_t called[256]; /* the last tickets */
static size_t ncalled, ngiven_up;

static inline int
take_job(uint32_t id, const struct hash_job *job, int fd)
{
	if (down)
		return -1;
	ck_assert_uint_lt(njobs, JOBS_MAX);
	jobs[njobs] = (struct job){ id, *job, fcntl(fd, F_DUPFD_CLOEXEC, 0) };
	ck_assert_int_ne(jobs[njobs].fd, -1);
	njobs++;
	njobs_all++;
	return 0;
}

static inline void
take_call(uint32_t ticket, bool given_up)
{
	called[ncalled++ % 256] = ticket;
	ngiven_up += given_up;
}

static const struct verifier_ops ops = { take_job, take_call };

/* leased, and what it has stored for the manifest at the top. */
#define ROOT "/srv/tftp"
static const char roots[1][RECORD_PATH_MAX] = { ROOT };
static struct {
	bool up;
	bool has, told; /* imaged was told, too: */
	uint64_t serial, told_serial;
	uint32_t load; /* to be answered; 0: none */
	struct {
		uint32_t id;
		uint64_t serial;
	} put[SERIAL_PUTS_MAX];
	size_t nputs;
} leased;

static inline int
take_load(uint32_t id)
{
	if (!leased.up)
		return -1;
	ck_assert_uint_eq(leased.load, 0);
	leased.load = id;
	return 0;
}

static inline int
take_put(uint32_t id, const struct serial_row *row)
{
	if (!leased.up)
		return -1;
	ck_assert_uint_eq(leased.load, 0);
	ck_assert_uint_lt(leased.nputs, SERIAL_PUTS_MAX);
	ck_assert_str_eq(row->root, ROOT);
	ck_assert_str_eq(row->folder, "");
	leased.put[leased.nputs].id = id;
	leased.put[leased.nputs++].serial = row->serial;
	return 0;
}

static inline void
take_serial_call(uint32_t ticket)
{
	take_call(ticket, false);
}

static inline void
take_accepted(const char *root, const char *folder, uint64_t serial)
{
	ck_assert_str_eq(root, ROOT);
	ck_assert_str_eq(folder, "");
	ck_assert(leased.has && serial == leased.serial);
}

static const struct serials_ops serial_ops = { take_load, take_put,
	take_serial_call, take_accepted };

static inline void
leased_end(void)
{
	leased.up = false;
	leased.load = 0;
	leased.nputs = 0;
	serials_down(&v.serials);
}

static inline void
leased_begin(void)
{
	leased_end();
	leased.up = true;
	serials_up(&v.serials, now_ms);
}

static inline void
leased_tell(void)
{
	leased.told = leased.has;
	leased.told_serial = leased.serial;
}

static inline bool
leased_busy(void)
{
	return leased.load != 0 || leased.nputs > 0;
}

/* leased answers one message; if it is bad, not always. */
static inline void
leased_step(bool bad)
{
	struct serial_row row = { .root = ROOT, .serial = leased.serial };
	uint32_t id = leased.load;

	if (id != 0) {
		leased.load = 0;
		if (leased.has)
			ck_assert_int_eq(serials_row(&v.serials, id, &row), 0);
		leased_tell();
		ck_assert_int_eq(
		    serials_loaded(&v.serials, id, leased.has, now_ms), 0);
		return;
	}
	if (leased.nputs == 0)
		return;
	id = leased.put[--leased.nputs].id;
	if (bad && random() % 4 == 0) {
		ck_assert_int_eq(
		    serials_refused(&v.serials, id, "no", now_ms), 0);
		return;
	}
	/* Nothing is put that would be refused. */
	ck_assert(
	    !leased.has || leased.put[leased.nputs].serial > leased.serial);
	leased.has = true;
	leased.serial = leased.put[leased.nputs].serial;
	if (bad && random() % 4 == 0) {
		/* Durable, and never told. */
		leased_end();
		return;
	}
	leased_tell();
	ck_assert_int_eq(serials_durable(&v.serials, id, now_ms), 0);
}

static inline bool
was_called(uint32_t ticket)
{
	size_t i;

	for (i = 0; i < 256; i++)
		if (called[i] == ticket)
			return true;
	return false;
}

/* Whether hashd answers what is not true. */
static bool hashd_lies;

/* hashd does one of its jobs. */
static inline void
do_job(size_t i)
{
	struct job j = jobs[i];
	struct hash_done d;
	struct work k;
	int fd = -1;

	jobs[i] = jobs[--njobs];
	work_init(&k, &j.job, j.fd);
	while (work_step(&k, &d) == WORK_MORE)
		continue;
	if (d.status == HASH_OK) {
		fd = k.to;
		k.to = -1;
	}
	work_end(&k);
	if (hashd_lies) {
		d.pure = !d.pure;
		d.sha256[0] ^= 1;
		d.blake2b[0] ^= 1;
	}
	ck_assert_int_eq(verifier_done(&v, j.id, &d, fd, now_ms), 0);
}

static inline void
hashd_end(void)
{
	while (njobs > 0)
		(void)close(jobs[--njobs].fd);
	down = true;
	verifier_hashd_down(&v, now_ms);
}

#endif
