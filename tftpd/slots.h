/* SPDX-License-Identifier: ISC */
/*
 * Slots: blocks as they leave, one behind the other, each with its header.
 * All but the last of a file have the same length, so that the kernel can cut
 * them apart.
 */
#ifndef TFTPD_SLOTS_H
#define TFTPD_SLOTS_H

#include "tftpd/data.h"

#define SLOTS_MAX 64 /* blocks that are read together */

/* Bytes from one slot to the next. */
size_t slots_stride(const struct transfer *);

/*
 * Reads blocks [first, first + n), at most SLOTS_MAX, into buf.  *got tells
 * how many are there, whole, whatever is returned: DATA_OK when all are, else
 * DATA_WAIT, DATA_TRUNCATED or DATA_READ_FAILED.
 */
enum data_result slots_read(struct data *, const struct transfer *,
    uint8_t *buf, uint64_t first, uint32_t n, uint32_t *got);

/*
 * Cuts n blocks from what is to be sent into slots.  `cold`: it is hardly in
 * the processor's caches.
 */
void slots_cut(const struct transfer *, uint8_t *buf, uint64_t first,
    uint32_t n, const uint8_t *bytes, bool cold);

/*
 * Reads and translates one block into a slot; *len is its length with the
 * header.  A block that is not full is the last one.  Blocks come in order,
 * each as often as it is needed.
 */
enum data_result slots_translate(struct data *, const struct transfer *,
    uint8_t *slot, uint64_t block, size_t *len);

#endif
