/* SPDX-License-Identifier: ISC */
/* Reading a file's blocks into slots between their headers. */
#include "tftpd/slots.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "tftpd/cold.h"
#include "tftpd/map.h"
#include "tftpd/packet.h"
#include "tftpd/slab.h"

#define TRANSLATE_BYTES 8192 /* read at once, to be translated */

size_t
slots_stride(const struct transfer *t)
{
	return TFTP_HEADER + (size_t)t->terms.blksize;
}

/*
 * The disk has not brought it yet.  A read error shows in the same way, as
 * only a read that waits would tell it, so this must have an end.
 */
static enum data_result
would_wait(struct data *d)
{
	data_stats.waits++;
	if (d->waits++ < DATA_WAITS_MAX)
		return DATA_WAIT;
	errno = ETIME;
	return DATA_READ_FAILED;
}

/*
 * A read that does not wait for a disk.  The kernel then starts to fetch the
 * pages by itself, so that a later try finds them.
 */
static enum data_result
read_some(struct data *d, uint8_t *p, size_t n, uint64_t offset, size_t *got)
{
	struct iovec iov = { .iov_base = p, .iov_len = n };
	ssize_t r;

	*got = 0;
	for (;;) {
		data_stats.reads++;
		r = preadv2(d->file, &iov, 1, (off_t)offset,
		    d->file_waits ? 0 : RWF_NOWAIT);
		if (r >= 0)
			break;
		if (errno == EOPNOTSUPP && !d->file_waits)
			d->file_waits = true;
		else if (errno == EAGAIN && !d->file_waits)
			return would_wait(d);
		else if (errno != EINTR)
			return DATA_READ_FAILED;
	}
	*got = (size_t)r;
	return r == 0 ? DATA_TRUNCATED : DATA_OK;
}

void
slots_cut(const struct transfer *t, uint8_t *buf, uint64_t first, uint32_t n,
    const uint8_t *bytes, bool cold)
{
	size_t stride = slots_stride(t), len;
	uint32_t i;

	for (i = 0; i < n; i++, buf += stride, bytes += len) {
		len = transfer_block_len(t, first + i);
		tftp_data_header(
		    buf, transfer_wire(first + i, t->terms.rollover));
		if (cold)
			cold_copy(buf + TFTP_HEADER, bytes, len);
		else
			memcpy(buf + TFTP_HEADER, bytes, len);
	}
}

enum data_result
slots_read(struct data *d, const struct transfer *t, uint8_t *buf,
    uint64_t first, uint32_t n, uint32_t *got)
{
	/*
	 * Read in one piece and then cut: the kernel copies long pieces
	 * faster than many short ones, by more than the cutting costs.
	 */
	static uint8_t raw[SLAB_BYTES] __attribute__((aligned(4096)));
	size_t blksize = t->terms.blksize, have = 0, r;
	uint64_t offset = (first - 1) * blksize;
	size_t want = (n - 1) * blksize + transfer_block_len(t, first + n - 1);
	enum data_result res = DATA_OK;

	if (d->map != NULL) {
		*got = n;
		slots_cut(t, buf, first, n, map_bytes(d->map) + offset, true);
		return DATA_OK;
	}
	while (have < want && res == DATA_OK) {
		res = read_some(d, raw + have, want - have, offset + have, &r);
		have += r;
	}
	*got = have == want ? n : (uint32_t)(have / blksize);
	slots_cut(t, buf, first, *got, raw, false);
	if (*got > 0)
		d->waits = 0;
	return res;
}

/* Fills a block from *at on; *n tells how far it got. */
static enum data_result
translate(struct data *d, const struct transfer *t, uint8_t *dst,
    struct netascii_at *at, size_t *n)
{
	static uint8_t raw[TRANSLATE_BYTES];
	size_t room = t->terms.blksize, got;
	enum data_result res;

	for (*n = 0; *n < room;
	     *n += netascii_put(at, raw, got, dst + *n, room - *n)) {
		uint64_t left = t->terms.size - at->offset;
		size_t want = room - *n;

		if (want > sizeof(raw))
			want = sizeof(raw);
		if (want > left)
			want = left;
		got = 0;
		if (want == 0) {
			if (!at->pair)
				break;
			continue;
		}
		res = read_some(d, raw, want, at->offset, &got);
		if (res != DATA_OK)
			return res;
	}
	return DATA_OK;
}

enum data_result
slots_translate(struct data *d, const struct transfer *t, uint8_t *slot,
    uint64_t block, size_t *len)
{
	struct netascii_at from, at;
	enum data_result res;
	size_t n;

	if (block == d->ascii_block) {
		from = d->ascii;
	} else if (block == d->ascii_block + 1) {
		from = d->ascii_next;
	} else {
		errno = ESPIPE;
		return DATA_READ_FAILED;
	}
	at = from;
	tftp_data_header(slot, transfer_wire(block, t->terms.rollover));
	if ((res = translate(d, t, slot + TFTP_HEADER, &at, &n)) != DATA_OK)
		return res;
	d->waits = 0;
	d->ascii = from;
	d->ascii_next = at;
	d->ascii_block = block;
	*len = TFTP_HEADER + n;
	return DATA_OK;
}
