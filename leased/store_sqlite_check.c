/* SPDX-License-Identifier: ISC */
/* Finds out at the start whether a lease database is damaged. */
#include <stdio.h>
#include <string.h>

#include "daemon/role.h"
#include "leased/store_sqlite.h"

/*
 * 100,000 leases are 4 to 8 MB and take 30 ms; a million take 400 ms.  The
 * library cannot be interrupted while it checks, and a role that is silent
 * for 10 s is killed, so the file must be read in less, from a slow disk too.
 */
#define CHECK_BYTES_MAX (INT64_C(128) * 1024 * 1024)

static enum store_result
failed(struct store_sqlite *s, sqlite3_stmt *st)
{
	enum store_result r = store_sqlite_failed(s);

	(void)sqlite3_finalize(st);
	return r;
}

static int64_t
number(struct store_sqlite *s, const char *sql)
{
	sqlite3_stmt *st;
	int64_t n = 0;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return 0;
	if (sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static enum store_result
quick_check(struct store_sqlite *s)
{
	enum store_result r = STORE_OK;
	const char *text, *line;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st, NULL) !=
	    SQLITE_OK)
		return failed(s, st);
	if (sqlite3_step(st) != SQLITE_ROW)
		return failed(s, st);
	text = (const char *)sqlite3_column_text(st, 0);
	if (text == NULL)
		return failed(s, st);
	if (strcmp(text, "ok") != 0) {
		/* Its first line may be a heading. */
		line = strchr(text, '\n');
		(void)snprintf(s->store.why, sizeof(s->store.why), "%s",
		    strncmp(text, "***", 3) == 0 && line != NULL ? line + 1
								 : text);
		s->store.why[strcspn(s->store.why, "\n")] = '\0';
		r = STORE_LOST;
	}
	(void)sqlite3_finalize(st);
	return r;
}

enum store_result
store_sqlite_check(struct store_sqlite *s, bool *skipped)
{
	enum store_result r;

	*skipped =
	    number(s, "PRAGMA page_count") * number(s, "PRAGMA page_size") >
	    CHECK_BYTES_MAX;
	if (*skipped)
		return STORE_OK;
	/* Rows that are not leases are ignored, and are not damage. */
	if (sqlite3_exec(s->db, "PRAGMA ignore_check_constraints = ON", NULL,
		NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	if ((r = quick_check(s)) != STORE_OK)
		return r;
	if (sqlite3_exec(s->db, "PRAGMA ignore_check_constraints = OFF", NULL,
		NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	return STORE_OK;
}

enum store_result
store_sqlite_scan(struct store_sqlite *s, uint64_t *rows, uint64_t *unreadable)
{
	int64_t key, before = INT64_MIN;
	struct lease l;
	sqlite3_stmt *st;
	int rc;

	*rows = *unreadable = 0;
	role_alive();
	if (sqlite3_prepare_v2(s->db, "SELECT " LEASE_COLUMNS " FROM lease", -1,
		&st, NULL) != SQLITE_OK)
		return failed(s, st);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		role_alive();
		key = sqlite3_column_int64(st, 0);
		if (key <= before) {
			(void)sqlite3_finalize(st);
			(void)snprintf(s->store.why, sizeof(s->store.why),
			    "row %lld follows row %lld", (long long)key,
			    (long long)before);
			return STORE_LOST;
		}
		before = key;
		if (store_sqlite_row(st, &l))
			++*rows;
		else
			++*unreadable;
	}
	if (rc != SQLITE_DONE)
		return failed(s, st);
	(void)sqlite3_finalize(st);
	return STORE_OK;
}
