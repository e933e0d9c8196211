/* SPDX-License-Identifier: ISC */
/*
 * Reads the pages of an SQLite database without SQLite, for files that the
 * library refuses.  Committed pages of the write-ahead log take precedence
 * over those of the database file, as they do for the library.
 */
#ifndef LEASED_PAGE_FILE_H
#define LEASED_PAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_FILE_SIZE_MAX 65536
#define PAGE_FILE_SIZE_USUAL 4096 /* of databases that leased makes */

struct page_file {
	int db; /* descriptors; -1: there is no such file */
	int wal;
	uint32_t size; /* bytes of a page */
	uint32_t n; /* pages 1 to n may exist */
	uint32_t committed; /* pages after the last commit in the log; or 0 */
	uint32_t *frame; /* by page: number of its frame + 1; NULL, 0: none */
	uint8_t *buf; /* the page that was read last */
};

/*
 * The descriptors stay the caller's.  size: bytes of a page; 0: what the
 * files say.  -1 without memory.
 */
int page_file_init(struct page_file *, int db, int wal, uint32_t size);
void page_file_free(struct page_file *);

/* The page, valid until the next call; NULL where it cannot be read. */
const uint8_t *page_file_read(struct page_file *, uint32_t number);

#endif
