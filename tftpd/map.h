/* SPDX-License-Identifier: ISC */
/*
 * Mappings of files, each shared by all transfers of the file.  Copying from a
 * mapping is cheaper than a system call for each read.  Only sealed memory
 * files (memfd_create(2)) are mapped: they can neither shrink nor change, and
 * no access waits for a disk.
 */
#ifndef TFTPD_MAP_H
#define TFTPD_MAP_H

#include <stdbool.h>
#include <stdint.h>

#define MAP_COUNT 256 /* files */

struct map;

/*
 * Maps the file of a descriptor.  Returns NULL if it is not sealed, is not
 * `size` bytes long, or cannot be mapped.
 */
struct map *map_take(int fd, uint64_t size);

/* The bytes of the file. */
const uint8_t *map_bytes(const struct map *);

/* Releases it; NULL is allowed.  It stays mapped for later transfers. */
void map_give(struct map *);

/*
 * Must be called from time to time: unmaps files that were not used between two
 * calls.  Returns whether any file is still mapped.
 */
bool map_expire(void);

#endif
