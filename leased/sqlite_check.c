/* SPDX-License-Identifier: ISC */
/* Checks the structure and the rows of a lease database. */
#include "leased/sqlite_check.h"

#include <stdio.h>
#include <string.h>

#include "daemon/role.h"
#include "leased/sqlite_row.h"

/*
 * 100,000 leases are 4 to 8 MB and take 30 ms; a million take 400 ms.  The
 * library cannot be interrupted while it checks, and a role that is silent
 * for 10 s is killed, so the file must be read in less, from a slow disk too.
 */
#define CHECK_BYTES_MAX (INT64_C(128) * 1024 * 1024)

static enum store_result
check_failed(struct store_sqlite *s, sqlite3_stmt *st)
{
	enum store_result r = store_sqlite_failed(s);

	(void)sqlite3_finalize(st);
	return r;
}

enum store_result
sqlite_check_pages(struct store_sqlite *s)
{
	enum store_result r = STORE_OK;
	const char *text, *line;
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &st, NULL) !=
	    SQLITE_OK)
		return check_failed(s, st);
	if (sqlite3_step(st) != SQLITE_ROW)
		return check_failed(s, st);
	text = (const char *)sqlite3_column_text(st, 0);
	if (text == NULL)
		return check_failed(s, st);
	if (strcmp(text, "ok") != 0) {
		/* The first line may be a heading. */
		line = strchr(text, '\n');
		(void)snprintf(s->store.why, sizeof(s->store.why), "%s",
		    strncmp(text, "***", 3) == 0 && line != NULL ? line + 1
								 : text);
		s->store.why[strcspn(s->store.why, "\n")] = '\0';
		r = store_sqlite_damaged(s);
	}
	(void)sqlite3_finalize(st);
	return r;
}

enum store_result
sqlite_check_structure(struct store_sqlite *s, bool *skipped)
{
	enum store_result r;
	int64_t pages, size;

	role_alive();
	if (store_sqlite_number(s, "PRAGMA page_count", &pages) == -1 ||
	    store_sqlite_number(s, "PRAGMA page_size", &size) == -1)
		return store_sqlite_failed(s);
	*skipped = pages * size > CHECK_BYTES_MAX;
	if (*skipped)
		return STORE_OK;
	/* Rows that are not leases are ignored, and are not damage. */
	if (sqlite3_exec(s->db, "PRAGMA ignore_check_constraints = ON", NULL,
		NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	if ((r = sqlite_check_pages(s)) != STORE_OK)
		return r;
	if (sqlite3_exec(s->db, "PRAGMA ignore_check_constraints = OFF", NULL,
		NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	return STORE_OK;
}

/* The key of a row for a log line. */
static const char *
check_key_text(const struct store_key *k, char dst[ADDR_TEXT])
{
	struct addr a = { .family = 0 };

	if (k->family >= 0 && k->family <= UINT8_MAX)
		a = addr_from_bytes((uint8_t)k->family, k->addr, k->len);
	return a.family != 0 ? addr_text(&a, dst) : "unreadable key";
}

static enum store_result
check_disorder(struct store_sqlite *s, const struct store_key *before,
    const struct store_key *key)
{
	char a[ADDR_TEXT], b[ADDR_TEXT];

	(void)snprintf(s->store.why, sizeof(s->store.why),
	    "rows out of order: %s after %s", check_key_text(key, a),
	    check_key_text(before, b));
	return store_sqlite_damaged(s);
}

/* The key of the current row, which must be above the one before. */
static enum store_result
check_key(struct store_sqlite *s, sqlite3_stmt *st, struct store_key *before)
{
	struct store_key key;

	if (!sqlite_row_key(st, &key)) {
		(void)snprintf(
		    s->store.why, sizeof(s->store.why), "unreadable key");
		return store_sqlite_damaged(s);
	}
	if (store_key_compare(&key, before) <= 0)
		return check_disorder(s, before, &key);
	*before = key;
	return STORE_OK;
}

enum store_result
sqlite_check_rows(struct store_sqlite *s, uint64_t *rows, uint64_t *unreadable)
{
	struct store_key before = { .family = INT64_MIN };
	enum store_result r;
	struct lease l;
	sqlite3_stmt *st;
	int rc;

	*rows = *unreadable = 0;
	role_alive();
	if (sqlite3_prepare_v2(s->db,
		"SELECT " SQLITE_ROW_COLUMNS " FROM lease", -1, &st,
		NULL) != SQLITE_OK)
		return check_failed(s, st);
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		role_alive();
		if ((r = check_key(s, st, &before)) != STORE_OK) {
			(void)sqlite3_finalize(st);
			return r;
		}
		if (sqlite_row_read(st, &l))
			++*rows;
		else
			++*unreadable;
	}
	if (rc != SQLITE_DONE)
		return check_failed(s, st);
	(void)sqlite3_finalize(st);
	return STORE_OK;
}
