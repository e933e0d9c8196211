/* SPDX-License-Identifier: ISC */
/* Reads a file by blocks, each of which is compared with its hash. */
#include "daemon/checked_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include <sodium.h>

#include "daemon/hash_job.h"
#include "daemon/sealed.h"

struct checked_file {
	const uint8_t *table; /* mapped */
	size_t tablelen;
	uint64_t size; /* of the file */
	uint64_t block; /* the number of the one in buf; from 0 */
	size_t have; /* bytes of it that were read */
	bool good; /* all of it was read, and it has its hash */
	uint8_t buf[HASH_BLOCK_SIZE];
};

struct checked_file *
checked_file_open(int table, uint64_t size)
{
	struct checked_file *f;
	struct stat st;
	void *p;

	if (size == 0 || !sealed_is(table, &st) || st.st_size < 0 ||
	    (uint64_t)st.st_size != hash_table_size(size) ||
	    (f = malloc(sizeof(*f))) == NULL)
		return NULL;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, table, 0);
	if (p == MAP_FAILED) {
		free(f);
		return NULL;
	}
	f->table = p;
	f->tablelen = (size_t)st.st_size;
	f->size = size;
	f->block = 0;
	f->have = 0;
	f->good = false;
	return f;
}

void
checked_file_close(struct checked_file *f)
{
	void *p;

	if (f == NULL)
		return;
	memcpy(&p, &f->table, sizeof(p));
	(void)munmap(p, f->tablelen);
	free(f);
}

/* Bytes of the block in the buffer: the last one may be shorter. */
static size_t
block_len(const struct checked_file *f)
{
	uint64_t left = f->size - f->block * HASH_BLOCK_SIZE;

	return left < HASH_BLOCK_SIZE ? (size_t)left : HASH_BLOCK_SIZE;
}

/* Reads on in the block, and compares it when all of it is there. */
static enum checked_result
block_fill(struct checked_file *f, int file, bool wait)
{
	uint8_t hash[HASH_BLOCK_LEN];
	size_t len = block_len(f);
	ssize_t r;

	while (f->have < len) {
		const struct iovec iov = { f->buf + f->have, len - f->have };

		r = preadv2(file, &iov, 1,
		    (off_t)(f->block * HASH_BLOCK_SIZE + f->have),
		    wait ? 0 : RWF_NOWAIT);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return errno == EAGAIN && !wait ? CHECKED_WAIT
							: CHECKED_FAILED;
		if (r == 0)
			return CHECKED_TRUNCATED;
		f->have += (size_t)r;
	}
	(void)crypto_generichash(hash, sizeof(hash), f->buf, len, NULL, 0);
	if (memcmp(hash, f->table + f->block * HASH_BLOCK_LEN, sizeof(hash)) !=
	    0) {
		f->have = 0;
		return CHECKED_DIFFERS;
	}
	f->good = true;
	return CHECKED_OK;
}

enum checked_result
checked_file_read(struct checked_file *f, int file, uint8_t *dst, size_t n,
    uint64_t offset, bool wait, size_t *got)
{
	uint64_t block = offset / HASH_BLOCK_SIZE;
	size_t at = (size_t)(offset % HASH_BLOCK_SIZE), len;
	enum checked_result res;

	*got = 0;
	if (offset >= f->size)
		return CHECKED_TRUNCATED;
	if (block != f->block) {
		f->block = block;
		f->have = 0;
		f->good = false;
	}
	if (!f->good && (res = block_fill(f, file, wait)) != CHECKED_OK)
		return res;
	len = block_len(f) - at;
	*got = n < len ? n : len;
	memcpy(dst, f->buf + at, *got);
	return CHECKED_OK;
}
