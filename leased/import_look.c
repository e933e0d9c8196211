/* SPDX-License-Identifier: ISC */
/* Finds out whether a database may still be filled, by its pages. */
#include "leased/import_look.h"

#include <stdio.h>
#include <unistd.h>

#include "leased/page.h"
#include "leased/page_file.h"
#include "leased/sqlite_imported.h"

#define WAL "-wal"

static bool
look_has_rows(struct page_file *file, uint32_t root)
{
	const uint8_t *p;
	struct page g;

	if (root == 0)
		return false;
	if (root < 2 || (p = page_file_read(file, root)) == NULL)
		return true;
	page_parse(&g, p, file->size, false);
	return !page_has_rows(&g) || g.ncells > 0;
}

/* The schema of a lease database fits into the first page. */
static enum import_look
look_pages(struct page_file *file)
{
	const uint8_t *p = page_file_read(file, 1);
	uint32_t leases, imported;
	struct page g;

	if (p == NULL)
		return IMPORT_LOOK_LEASES;
	page_parse(&g, p, file->size, true);
	if (page_table_root(&g, "lease", &leases) == -1 ||
	    page_table_root(&g, SQLITE_IMPORTED, &imported) == -1)
		return IMPORT_LOOK_LEASES;
	if (look_has_rows(file, imported))
		return IMPORT_LOOK_NOTED;
	return look_has_rows(file, leases) ? IMPORT_LOOK_LEASES
					   : IMPORT_LOOK_OPEN;
}

enum import_look
import_look(const struct dbfile *p)
{
	char name[sizeof(p->file) + sizeof(WAL)];
	enum import_look look = IMPORT_LOOK_LEASES;
	struct page_file file;
	int db, wal;

	if (p->empty)
		return IMPORT_LOOK_OPEN;
	(void)snprintf(name, sizeof(name), "%s" WAL, p->file);
	db = dbfile_open(p->file);
	wal = dbfile_open(name);
	if (db != -1 && page_file_init(&file, db, wal, 0) == 0) {
		look = look_pages(&file);
		page_file_free(&file);
	}
	if (db != -1)
		(void)close(db);
	if (wal != -1)
		(void)close(wal);
	return look;
}
