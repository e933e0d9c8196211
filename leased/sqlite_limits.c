/* SPDX-License-Identifier: ISC */
/* Limits and settings of an SQLite connection, for untrusted databases. */
#include "leased/sqlite_limits.h"

#include <stddef.h>

static const struct {
	int option;
	int value;
} settings[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	/* The log cannot be removed later: see store_sqlite_close(). */
	{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
};

/* The database is untrusted input. */
static const struct {
	int limit;
	int value;
} limits[] = {
	{ SQLITE_LIMIT_LENGTH, 64 * 1024 },
	{ SQLITE_LIMIT_SQL_LENGTH, 16 * 1024 },
	{ SQLITE_LIMIT_COLUMN, 64 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 32 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 2 },
	{ SQLITE_LIMIT_VDBE_OP, 10000 },
	{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
	{ SQLITE_LIMIT_VARIABLE_NUMBER, 16 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
};

int
sqlite_limits_set(sqlite3 *db)
{
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(db, limits[i].limit, limits[i].value);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (sqlite3_db_config(db, settings[i].option, settings[i].value,
			NULL) != SQLITE_OK)
			return -1;
	return 0;
}
