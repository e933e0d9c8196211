/* SPDX-License-Identifier: ISC */
/* DATA packets in memory that is a file. */
#include "tftpd/ready.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tftpd/map.h"
#include "tftpd/packet.h"
#include "tftpd/slab.h"
#include "tftpd/slots.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define SEND_LEAST 16384 /* less is copied as quickly */
#define CACHE_LINE 64
#define PAGE 4096
#define BITS 64

struct ready {
	struct map *map; /* NULL: this place is free */
	uint16_t blksize;
	int fd;
	const uint8_t *bytes; /* of fd, mapped for reading */
	size_t size;
	uint64_t blocks;
	uint64_t nmade; /* of those, */
	uint64_t *made; /* a bit for each */
	uint32_t users;
	bool idle; /* was not used since the last call of ready_expire() */
};

static struct ready table[READY_COUNT];
static bool able;
static uint64_t budget, used;

/*
 * From Linux 6.5 on, UDP takes pages as they are (MSG_SPLICE_PAGES).  Before,
 * sendfile(2) to such a socket made other packets of them.
 */
static bool
kernel_is_able(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10), minor = 0;

	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return major > 6 || (major == 6 && minor >= 5);
}

void
ready_init(void)
{
	struct utsname u;

	able = uname(&u) == 0 && kernel_is_able(u.release);
}

static void
ready_drop(struct ready *r)
{
	(void)munmap((void *)(uintptr_t)r->bytes, r->size);
	(void)close(r->fd);
	free(r->made);
	map_give(r->map);
	used -= r->size;
	*r = (struct ready){ 0 };
}

static bool
is_idle(const struct ready *r)
{
	return r->map != NULL && r->users == 0 && r->idle;
}

/* Drops what was not used of late, until this is the most that is used. */
static void
idle_drop(uint64_t most)
{
	struct ready *r;

	for (r = table; r < table + READY_COUNT && used > most; r++)
		if (is_idle(r))
			ready_drop(r);
}

/* Nothing goes for what does not fit even then. */
static bool
room_make(uint64_t size)
{
	const struct ready *r;
	uint64_t held = size;

	for (r = table; r < table + READY_COUNT; r++)
		if (r->map != NULL && !is_idle(r))
			held += r->size;
	if (held > budget)
		return false;
	idle_drop(budget - size);
	return true;
}

void
ready_set_budget(uint64_t bytes)
{
	budget = bytes;
	idle_drop(budget);
}

static int
memory_new(size_t size)
{
	int fd = memfd_create("packets", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd == -1)
		return -1;
	if (ftruncate(fd, (off_t)size) == -1) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static size_t
packets_size(const struct transfer *t)
{
	return t->last * TFTP_HEADER + t->terms.size;
}

static bool
ready_make(struct ready *r, struct map *map, const struct transfer *t)
{
	size_t size = packets_size(t);
	uint64_t *made = calloc(t->last / BITS + 1, sizeof(*made));
	int fd = made == NULL ? -1 : memory_new(size);
	void *p = MAP_FAILED;

	if (fd != -1)
		p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		if (fd != -1)
			(void)close(fd);
		free(made);
		return false;
	}
	*r = (struct ready){ .map = map_keep(map),
		.blksize = t->terms.blksize,
		.fd = fd,
		.bytes = p,
		.size = size,
		.blocks = t->last,
		.made = made };
	used += size;
	return true;
}

/* Whether block numbers are the same for all who send this. */
static bool
wire_is_usual(const struct transfer *t)
{
	return t->last <= UINT16_MAX || t->terms.rollover == 0;
}

static bool
window_is_large(const struct transfer *t)
{
	return (size_t)t->terms.window * t->terms.blksize >= READY_WINDOW;
}

/* The packets, or else the place that they are to have. */
static struct ready *
ready_find(const struct map *map, uint16_t blksize)
{
	struct ready *r, *place = NULL;

	for (r = table; r < table + READY_COUNT; r++) {
		if (r->map == map && r->blksize == blksize)
			return r;
		if (r->map == NULL || (place == NULL && is_idle(r)))
			place = r;
	}
	return place;
}

struct ready *
ready_take(struct map *map, const struct transfer *t)
{
	struct ready *r;

	if (!able || !window_is_large(t) || !wire_is_usual(t) ||
	    (r = ready_find(map, t->terms.blksize)) == NULL)
		return NULL;
	if (r->map != map || r->blksize != t->terms.blksize) {
		if (!room_make(packets_size(t)))
			return NULL;
		if (r->map != NULL)
			ready_drop(r);
		if (!ready_make(r, map, t))
			return NULL;
	}
	r->users++;
	r->idle = false;
	return r;
}

void
ready_give(struct ready *r)
{
	if (r == NULL)
		return;
	r->users--;
	r->idle = false;
}

static bool
is_made(const struct ready *r, uint64_t block)
{
	return (r->made[block / BITS] >> block % BITS & 1) != 0;
}

/*
 * Has the pages of our mapping refer to what was written, which they do not by
 * themselves: ready_soon() cannot fetch what has no address.
 */
static void
pages_touch(const uint8_t *p, size_t n)
{
	const volatile uint8_t *byte = p;
	size_t i;

	for (i = 0; i < n; i += PAGE)
		(void)byte[i];
	(void)byte[n - 1];
}

/*
 * Makes what is missing in a run of blocks.  Written by a system call, pages
 * cost a third of what they would by faults, and where there is no more memory
 * it is an error instead of a signal.
 */
static bool
packets_make(
    struct ready *r, const struct transfer *t, uint64_t first, uint32_t n)
{
	static uint8_t space[SLAB_BYTES] __attribute__((aligned(64)));
	size_t stride = slots_stride(t), len;
	uint64_t block;

	len = (n - 1) * stride + TFTP_HEADER +
	      transfer_block_len(t, first + n - 1);
	slots_cut(t, space, first, n,
	    map_bytes(r->map) + (first - 1) * r->blksize, true);
	if (pwrite(r->fd, space, len, (off_t)((first - 1) * stride)) !=
	    (ssize_t)len)
		return false;
	pages_touch(r->bytes + (first - 1) * stride, len);
	for (block = first; block < first + n; block++)
		r->made[block / BITS] |= 1ULL << block % BITS;
	r->nmade += n;
	return true;
}

const uint8_t *
ready_packets(
    struct ready *r, const struct transfer *t, uint64_t first, uint32_t n)
{
	uint32_t room = (uint32_t)(SLAB_BYTES / slots_stride(t)), i, k;

	for (i = 0; r->nmade < r->blocks && i < n; i += k) {
		for (k = 0; k < room && i + k < n; k++)
			if (is_made(r, first + i + k))
				break;
		if (k == 0)
			k = 1;
		else if (!packets_make(r, t, first + i, k))
			return NULL;
	}
	return r->bytes + (first - 1) * slots_stride(t);
}

void
ready_soon(
    struct ready *r, const struct transfer *t, uint64_t first, uint32_t n)
{
	const uint8_t *p = ready_packets(r, t, first, n);
	size_t i, len = n * slots_stride(t);

	for (i = 0; p != NULL && i < len; i += CACHE_LINE)
		__builtin_prefetch(p + i);
}

ssize_t
ready_send(const struct ready *r, int sock, const uint8_t *p, size_t n)
{
	off_t at = p - r->bytes;
	ssize_t sent;

	if (n < SEND_LEAST || n > READY_SEND)
		return send(sock, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	/* The socket is one that never waits. */
	sent = sendfile(sock, r->fd, &at, n);
	if (sent == -1 || sent == (ssize_t)n)
		return sent;
	/* So many pages leave together, unless one cannot be swapped in. */
	errno = EPROTO;
	return -1;
}

bool
ready_expire(void)
{
	bool more = false;
	struct ready *r;

	for (r = table; r < table + READY_COUNT; r++) {
		if (r->map == NULL)
			continue;
		if (r->users == 0 && r->idle) {
			ready_drop(r);
			continue;
		}
		r->idle = true;
		more = true;
	}
	return more;
}
