/* SPDX-License-Identifier: ISC */
/* Makes the checksums of a tree's files. */
#include "ctl/tree_hash.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/inside.h"
#include "ctl/progress.h"
#include "ctl/tell.h"
#include "daemon/sort.h"

#define PIECE ((size_t)1 << 20)

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Both digests of what is left to read; -1 with errno. */
static int
digest(int fd, struct tree_file *f, uint8_t *piece, struct progress *p)
{
	struct sha256_ctx sha;
	crypto_generichash_state blake;
	ssize_t n;

	sha256_init(&sha);
	(void)crypto_generichash_init(&blake, NULL, 0, sizeof(f->blake2b));
	while ((n = read(fd, piece, PIECE)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (f->want_sha256)
			sha256_update(&sha, (size_t)n, piece);
		if (f->want_blake2b)
			(void)crypto_generichash_update(
			    &blake, piece, (size_t)n);
		progress_add(p, (uint64_t)n);
	}
	sha256_digest(&sha, sizeof(f->sha256), f->sha256);
	(void)crypto_generichash_final(&blake, f->blake2b, sizeof(f->blake2b));
	return 0;
}

/* Sets error. */
static void
hash_file(int root, struct tree_file *f, uint8_t *piece, struct progress *p)
{
	struct stat before, after;
	int fd;

	f->error = 0;
	fd = inside_open(root, f->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd == -1) {
		f->error = errno;
		return;
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (fstat(fd, &before) == -1)
		f->error = errno;
	else if (!S_ISREG(before.st_mode))
		f->error = EAGAIN;
	else if (digest(fd, f, piece, p) == -1 || fstat(fd, &after) == -1)
		f->error = errno;
	else if (!is_same(&before, &after))
		f->error = EAGAIN;
	(void)close(fd);
}

static int
by_inode(const void *a, const void *b)
{
	const struct tree_file *const *fa = a, *const *fb = b;

	if ((*fa)->dev != (*fb)->dev)
		return (*fa)->dev < (*fb)->dev ? -1 : 1;
	if ((*fa)->ino != (*fb)->ino)
		return (*fa)->ino < (*fb)->ino ? -1 : 1;
	return 0;
}

/* n paths that lead to one file; it is hashed for the first of them. */
static void
hash_group(struct tree *t, struct tree_file **f, size_t n, uint8_t *piece,
    struct progress *p)
{
	size_t i;

	for (i = 1; i < n; i++) {
		f[0]->want_sha256 |= f[i]->want_sha256;
		f[0]->want_blake2b |= f[i]->want_blake2b;
	}
	if (!f[0]->want_sha256 && !f[0]->want_blake2b)
		return;
	hash_file(t->root, f[0], piece, p);
	for (i = 1; i < n; i++) {
		f[i]->error = f[0]->error;
		memcpy(f[i]->sha256, f[0]->sha256, sizeof(f[i]->sha256));
		memcpy(f[i]->blake2b, f[0]->blake2b, sizeof(f[i]->blake2b));
	}
}

int
tree_hash(struct tree *t)
{
	struct tree_file **f = calloc(t->n + 1, sizeof(struct tree_file *));
	uint8_t *piece = malloc(PIECE);
	struct progress p;
	uint64_t total = 0;
	size_t i, n;

	if (f == NULL || piece == NULL) {
		tell_error("out of memory");
		free(f);
		free(piece);
		return -1;
	}
	for (i = 0; i < t->n; i++)
		f[i] = &t->file[i];
	sort_array(f, t->n, sizeof(struct tree_file *), by_inode);
	for (i = 0; i < t->n; i++)
		if (i == 0 || by_inode(&f[i - 1], &f[i]) != 0)
			total += f[i]->size;
	progress_init(&p, total);
	for (i = 0; i < t->n; i += n) {
		for (n = 1; i + n < t->n && by_inode(&f[i], &f[i + n]) == 0;)
			n++;
		hash_group(t, &f[i], n, piece, &p);
	}
	progress_end(&p);
	free(f);
	free(piece);
	return 0;
}
