/* SPDX-License-Identifier: ISC */
/* Finds out whether a database may still be filled, by its pages. */
#include "leased/import_look.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "leased/page.h"
#include "leased/page_file.h"
#include "leased/sqlite_imported.h"

#define WAL "-wal"

/* The root pages of the two tables; 0: there is no such table. */
struct look_roots {
	uint32_t lease;
	uint32_t imported;
};

static int
look_open(const char *file)
{
	return open(
	    file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static void
look_close(int fd)
{
	if (fd != -1)
		(void)close(fd);
}

/* The schema of a lease database fits into the first page. */
static bool
look_schema(struct page_file *file, struct look_roots *roots)
{
	const uint8_t *p = page_file_read(file, 1);
	struct page g;
	size_t i, off;
	uint32_t root;

	*roots = (struct look_roots){ .lease = 0 };
	if (p == NULL)
		return false;
	page_parse(&g, p, file->size, true);
	if (g.kind != PAGE_TABLE_LEAF)
		return false;
	for (i = 0; i < g.ncells; i++) {
		if ((off = page_cell_offset(&g, i)) == 0)
			return false;
		if ((root = page_table_root(&g, off, "lease")) != 0)
			roots->lease = root;
		if ((root = page_table_root(&g, off, SQLITE_IMPORTED)) != 0)
			roots->imported = root;
	}
	return true;
}

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

static enum import_look
look_pages(struct page_file *file)
{
	struct look_roots roots;

	if (!look_schema(file, &roots))
		return IMPORT_LOOK_LEASES;
	if (look_has_rows(file, roots.imported))
		return IMPORT_LOOK_NOTED;
	return look_has_rows(file, roots.lease) ? IMPORT_LOOK_LEASES
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
	db = look_open(p->file);
	wal = look_open(name);
	if (db != -1 && page_file_init(&file, db, wal, 0) == 0) {
		look = look_pages(&file);
		page_file_free(&file);
	}
	look_close(db);
	look_close(wal);
	return look;
}
