/* SPDX-License-Identifier: ISC */
/*
 * Files mapped into memory, each once for all transfers that send it.  To copy
 * from a mapping is cheaper than to read by a system call.  It is done where
 * nothing can go wrong later: with files in memory (memfd_create(2)) that are
 * sealed, so that none can shrink or change, and no disk is waited for.
 */
#ifndef TFTPD_MAP_H
#define TFTPD_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define MAP_COUNT 256 /* files */

struct map;

/*
 * The file behind a descriptor, all `size` bytes of which are to be sent.
 * NULL where it is not one of those, has another size, or cannot be mapped:
 * read it, then.
 */
struct map *map_take(int fd, uint64_t size);

/* The bytes of the file. */
const uint8_t *map_bytes(const struct map *);

/* One user more of what is in use.  Returns it. */
struct map *map_keep(struct map *);

/* Gives it back; NULL is allowed.  It stays mapped for the next one. */
void map_give(struct map *);

/*
 * To be called from time to time: lets go of what was not used between two
 * calls.  Whether there is more that is mapped.
 */
bool map_expire(void);

#endif
