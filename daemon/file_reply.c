/* SPDX-License-Identifier: ISC */
/* Decodes FILE_GIVE and FILE_BLOCKS. */
#include "daemon/file_reply.h"

#include "daemon/hash_job.h"

int
file_reply_decode(struct reader *r, bool has_fd, struct file_reply *f)
{
	uint8_t status = reader_u8(r);

	f->way = reader_u8(r);
	f->size = reader_u64(r);
	f->mtime_ns = reader_u64(r);
	if (!reader_done(r) || status >= FILE_STATUS_MAX ||
	    (status == FILE_OK) != has_fd || f->size > INT64_MAX ||
	    (f->way & ~(FILE_WAY_OWN | FILE_WAY_SIBLING)) != 0)
		return -1;
	f->status = (enum file_status)status;
	return 0;
}

int
file_reply_decode_table(struct reader *r)
{
	uint32_t size = reader_u32(r);

	return reader_done(r) && size == HASH_BLOCK_SIZE ? 0 : -1;
}
