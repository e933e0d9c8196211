/* SPDX-License-Identifier: ISC */
/* Makes the lease table, and converts those of older versions. */
#include "leased/sqlite_schema.h"

#include <stdio.h>

#include "daemon/role.h"
#include "leased/sqlite_row.h"
#include "leased/sqlite_serial.h"

/* The column that schema 2 lacks. */
#define RELAY "relay BLOB CHECK (length(relay) = length(addr))"

static const char add_relay[] = "ALTER TABLE lease ADD COLUMN " RELAY;

/*
 * The primary key ensures that no address is leased twice; the checks reject
 * rows that could not be read back.  The rows are stored in the order of their
 * addresses, IPv4 first, in a single tree, so that a scan of the table finds
 * any that is out of place.
 *
 * iaid, prefix and preferred_s are for DHCPv6, where a client is known by its
 * DUID (client_id) and IAID, may hold several addresses, and a delegated
 * prefix is a lease as well (RFC 8415 12 and 21.22).  They are NULL for IPv4.
 */
static const char create[] =
    "CREATE TABLE lease (\n"
    " family INTEGER NOT NULL CHECK (family IN (4, 6)),\n"
    " addr BLOB NOT NULL CHECK (length(addr) = CASE family WHEN 4 THEN 4 ELSE 16 END AND addr > zeroblob(length(addr))),\n"
    " state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),\n" /* enum
								  lease_state */
    " hwtype INTEGER NOT NULL CHECK (hwtype BETWEEN 0 AND 255),\n"
    " hw BLOB NOT NULL CHECK (length(hw) <= 16),\n"
    " client_id BLOB CHECK (length(client_id) BETWEEN 1 AND 255),\n" /* NULL:
									none */
    " name TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) <= 255),\n"
    " start_s INTEGER NOT NULL CHECK (start_s >= 0),\n"
    " expiry_s INTEGER CHECK (expiry_s >= 0),\n" /* NULL: never */
    " iaid INTEGER CHECK (iaid BETWEEN 0 AND 4294967295),\n"
    " prefix INTEGER CHECK (prefix BETWEEN 1 AND 128),\n" /* NULL: an address */
    " preferred_s INTEGER CHECK (preferred_s >= 0),\n"
    " " RELAY ",\n"
    " PRIMARY KEY (family, addr)\n"
    ") STRICT, WITHOUT ROWID";

/*
 * Schema 1, of pxeguard 0.1.0, had one row for an IPv4 address, which was its
 * rowid.  Pages that this table frees are overwritten (secure_delete), so that
 * a later recovery of a damaged file does not take its rows for leases.
 */
static const char rename1[] = "ALTER TABLE lease RENAME TO lease_1";
static const char select1[] = "SELECT " SQLITE_ROW1_COLUMNS " FROM lease_1";
static const char drop1[] = "DROP TABLE lease_1";

static enum store_result
schema_exec(struct store_sqlite *s, const char *sql)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	return STORE_OK;
}

/* Copies the rows of schema 1; invalid rows are left out and counted. */
static enum store_result
schema_copy1(struct store_sqlite *s, struct store_open *o)
{
	enum store_result r = STORE_OK;
	int64_t key, before = INT64_MIN;
	sqlite3_stmt *st;
	struct lease l;
	int rc = SQLITE_OK;

	if (sqlite3_prepare_v2(s->db, select1, -1, &st, NULL) != SQLITE_OK)
		return store_sqlite_failed(s);
	while (r == STORE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		role_alive();
		key = sqlite3_column_int64(st, 0);
		if (key <= before) {
			(void)snprintf(s->store.why, sizeof(s->store.why),
			    "rows out of order");
			r = store_sqlite_damaged(s);
		} else if (!sqlite_row_read1(st, &l)) {
			o->dropped++;
		} else {
			r = s->store.ops->put(&s->store, &l);
			if (r == STORE_OK)
				o->converted++;
		}
		if (r == STORE_REFUSED) {
			o->dropped++;
			r = STORE_OK;
		}
		before = key;
	}
	if (r == STORE_OK && rc != SQLITE_DONE)
		r = store_sqlite_failed(s);
	(void)sqlite3_finalize(st);
	return r;
}

static enum store_result
schema_write_version(struct store_sqlite *s)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    SQLITE_SCHEMA_APPLICATION, SQLITE_SCHEMA_VERSION);
	return schema_exec(s, sql);
}

enum store_result
sqlite_schema_update(struct store_sqlite *s, int version, struct store_open *o)
{
	enum store_result r = STORE_OK;

	if (version == 1)
		r = schema_exec(s, rename1);
	if (r == STORE_OK && version < 2)
		r = schema_exec(s, create);
	if (r == STORE_OK && version == 2)
		r = schema_exec(s, add_relay);
	/* Databases of before, of any version, do not have it. */
	if (r == STORE_OK)
		r = schema_exec(s, sqlite_serial_create);
	if (r == STORE_OK && store_sqlite_prepare(s) == -1)
		r = store_sqlite_failed(s);
	if (r == STORE_OK && version == 1)
		r = schema_copy1(s, o);
	/* To overwrite the old table takes long, and so does the commit. */
	role_alive();
	if (r == STORE_OK && version == 1)
		r = schema_exec(s, drop1);
	role_alive();
	o->version = version;
	return r == STORE_OK ? schema_write_version(s) : r;
}
