/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the lease database.  Input: the length of the write-ahead log
 * (32 bits), the log, the database.  Opening, loading, recovering and printing
 * end, and what comes out are leases, in order.  Printing changes no file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leased/salvage.h"
#include "leased/show.h"
#include "leased/store.h"
#include "tests/fuzz/lease.h"

#define INPUT_MAX (512 * 1024)
#define ROWS_MAX 100000 /* more do not fit into the input */

static void
row(const struct lease *l, void *arg)
{
	struct addr *before = arg;

	check(addr_compare(&l->addr, before) > 0);
	*before = l->addr;
	check_lease(l);
}

/* A file in memory for each part; made once, as that is what takes time. */
static void
write_file(const char *name, const uint8_t *data, size_t n)
{
	static const struct timespec old[2] = { { .tv_sec = 1000 },
		{ .tv_sec = 1000 } };
	int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	check(fd != -1 && write(fd, data, n) == (ssize_t)n);
	/* A file that has just changed is not copied yet. */
	check(futimens(fd, old) == 0);
	check(close(fd) == 0);
}

static void
load(struct store *s)
{
	struct store_cursor cur = { .rows = 0 };
	enum store_result r = STORE_OK;
	struct addr before = { .family = 0 };
	size_t turns;

	for (turns = 0; !cur.done && r == STORE_OK; turns++) {
		check(turns < ROWS_MAX);
		r = s->ops->load(s, &cur, 64, row, &before);
	}
}

/* A lease can be put, or is refused with a reason. */
static void
put(struct store *s)
{
	struct lease l = { .state = LEASE_BOUND,
		.addr = { 4, { 192, 168, 1, 50 } },
		.hwtype = 1,
		.hwlen = 6,
		.start_s = 1000,
		.expiry_s = 2000 };

	if (s->ops->begin(s) != STORE_OK || s->ops->put(s, &l) != STORE_OK ||
	    s->ops->commit(s) != STORE_OK)
		(void)s->ops->rollback(s);
}

static void
salvage(const char *db, const char *wal)
{
	struct addr before = { .family = 0 };
	struct salvage s;
	struct lease l;
	int fd, log;
	size_t i;

	fd = open(db, O_RDONLY);
	log = open(wal, O_RDONLY);
	check(fd != -1 && log != -1);
	check(salvage_find(&s, fd, log) == 0);
	for (i = 0; i < s.n; i++) {
		check(addr_compare(&s.v[i].addr, &before) > 0);
		before = s.v[i].addr;
		check(salvage_lease(&s, i, &l));
		check_lease(&l);
	}
	salvage_done(&s);
	(void)close(fd);
	(void)close(log);
}

/* Printable ASCII in lines, whatever the names of clients are. */
static int
printed(const void *text, size_t n, void *arg)
{
	const char *p = text;
	size_t *lines = arg, i;

	check(n > 0 && n <= LEASE_SHOW_TEXT_MAX);
	for (i = 0; i < n; i++) {
		check((p[i] >= ' ' && p[i] < 0x7f) || p[i] == '\n' ||
		      p[i] == '\r');
		*lines += p[i] == '\n' ? 1 : 0;
	}
	return 0;
}

static void
show_as(enum lease_show_format format, int db, int wal)
{
	size_t lines = 0;
	struct show s = { .db = db,
		.wal = wal,
		.format = format,
		.now_s = 1500,
		.text = printed,
		.arg = &lines };
	enum lease_show_outcome r;

	check(show_open(&s) == 0);
	r = show_run(&s);
	check(r < LEASE_SHOWN_MAX);
	if (r == LEASE_SHOWN_PARTLY || r == LEASE_SHOWN_FAILED)
		check(s.why[0] != '\0');
	if (format == LEASE_SHOW_DNSMASQ && r != LEASE_SHOWN_FAILED)
		check(lines == s.leases);
}

static void
show(const char *db, const char *wal)
{
	int fd = open(db, O_RDONLY), log = open(wal, O_RDONLY);
	int f;

	check(fd != -1 && log != -1);
	for (f = 0; f < LEASE_SHOW_FORMAT_MAX; f++)
		show_as((enum lease_show_format)f, fd, log);
	(void)close(fd);
	(void)close(log);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char db[64], wal[80], journal[80], why[512];
	struct store_open o = { .file = db };
	struct store *s;
	struct reader r;
	size_t n;

	if (size < 4 || size > INPUT_MAX)
		return 0;
	reader_init(&r, data, size);
	if ((n = reader_u32(&r)) > r.left)
		return 0;
	(void)snprintf(db, sizeof(db), "/dev/shm/fuzz-store-%d", (int)getpid());
	(void)snprintf(wal, sizeof(wal), "%s-wal", db);
	(void)snprintf(journal, sizeof(journal), "%s-journal", db);
	write_file(wal, r.p, n);
	write_file(db, r.p + n, r.left - n);
	salvage(db, wal);
	show(db, wal);
	if ((s = store_sqlite.open(&o, why, sizeof(why))) != NULL) {
		load(s);
		put(s);
		load(s);
		s->ops->close(s);
	} else {
		check(why[0] != '\0');
	}
	(void)unlink(db);
	(void)unlink(wal);
	(void)unlink(journal);
	return 0;
}
