/* SPDX-License-Identifier: ISC */
/*
 * Packets that lie ready: all DATA of a mapped file with one blksize, made once
 * for all transfers.  They are in memory from which the kernel takes them as
 * they are (sendfile(2)), so that a window leaves without being copied.
 *
 * A packet is made when it is needed first, and never changes after that: the
 * kernel may still hold it when its transfer is over.
 */
#ifndef TFTPD_READY_H
#define TFTPD_READY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tftpd/transfer.h"

#define READY_COUNT 64 /* files, each with one blksize */
#define READY_WINDOW 32768 /* bytes; with smaller windows it does not pay */
/* One send: the kernel passes on at most 16 pages together. */
#define READY_SEND ((size_t)15 * 4096)

struct map;
struct ready;

/*
 * To be called once, before anything else here: finds out whether the kernel
 * can do it.  Where not, ready_take() has nothing to give.
 */
void ready_init(void);

/* How many bytes may lie ready.  What is in use stays. */
void ready_set_budget(uint64_t bytes);

/*
 * The packets of a transfer whose file is mapped; keeps the map.  NULL where
 * it would not pay, where there is no room, and where the numbers of blocks
 * do not wrap as usual.
 */
struct ready *ready_take(struct map *, const struct transfer *);

/* Gives it back; NULL is allowed.  It stays for the next one. */
void ready_give(struct ready *);

/*
 * The packets of blocks [first, first + n), all but the last equally long.
 * NULL where there is no memory to make them in.
 */
const uint8_t *ready_packets(
    struct ready *, const struct transfer *, uint64_t first, uint32_t n);

/* These will be sent next: has them made, and in the processor's caches. */
void
ready_soon(struct ready *, const struct transfer *, uint64_t first, uint32_t n);

/*
 * Sends what lies at p, which is ready_packets() or behind it, to a connected
 * socket: whole, or -1 with errno, as send() does.  EPROTO: the kernel may keep
 * a part, and send it before what comes next; nothing may.
 */
ssize_t ready_send(const struct ready *, int sock, const uint8_t *p, size_t n);

/*
 * To be called from time to time, before map_expire(): lets go of what was not
 * used between two calls.  Whether there is more.
 */
bool ready_expire(void);

#endif
