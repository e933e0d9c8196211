/* SPDX-License-Identifier: ISC */
/* Decodes SOCKET_GIVE and FILE_GIVE. */
#include "tftpd/reply.h"

#define ERRNO_MAX 4095 /* of Linux */

int
reply_socket_decode(struct reader *r, bool has_fd, struct reply_socket *s)
{
	uint32_t err = reader_u32(r);

	s->mtu = reader_u32(r);
	if (!reader_done(r) || err > ERRNO_MAX || (err == 0) != has_fd)
		return -1;
	s->err = (int)err;
	return 0;
}

int
reply_file_decode(struct reader *r, bool has_fd, struct reply_file *f)
{
	uint8_t status = reader_u8(r);

	f->way = reader_u8(r);
	f->size = reader_u64(r);
	if (!reader_done(r) || status >= FILE_STATUS_MAX ||
	    (status == FILE_OK) != has_fd || f->size > INT64_MAX ||
	    (f->way & ~(FILE_WAY_OWN | FILE_WAY_SIBLING)) != 0)
		return -1;
	f->status = (enum file_status)status;
	return 0;
}
