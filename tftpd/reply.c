/* SPDX-License-Identifier: ISC */
/* Decodes SOCKET_GIVE. */
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
