/* SPDX-License-Identifier: ISC */
/*
 * SOCKET_GIVE and FILE_GIVE as tftpd and httpd read them: bytes are refused, or
 * they come out the same when encoded.  The first byte: bit 0 the message, bit
 * 1 whether a descriptor came.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/file_reply.h"
#include "tests/fuzz/target.h"
#include "tftpd/reply.h"

static bool
recode_socket(struct reader *r, bool has_fd, struct writer *w)
{
	struct reply_socket s;

	if (reply_socket_decode(r, has_fd, &s) == -1)
		return false;
	check(s.err >= 0 && s.err < 4096 && (s.err == 0) == has_fd);
	writer_u32(w, (uint32_t)s.err);
	writer_u32(w, s.mtu);
	return true;
}

static bool
recode_file(struct reader *r, bool has_fd, struct writer *w)
{
	struct file_reply f;

	if (file_reply_decode(r, has_fd, &f) == -1)
		return false;
	check(f.status < FILE_STATUS_MAX && (f.status == FILE_OK) == has_fd);
	check((int64_t)f.size >= 0 && f.way < 4);
	writer_u8(w, (uint8_t)f.status);
	writer_u8(w, f.way);
	writer_u64(w, f.size);
	writer_u64(w, f.mtime_ns);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t out[24];
	struct reader r;
	struct writer w;
	bool has_fd;

	if (size < 1)
		return 0;
	has_fd = (data[0] & 2) != 0;
	reader_init(&r, data + 1, size - 1);
	writer_init(&w, out, sizeof(out));
	if (!(data[0] & 1 ? recode_file(&r, has_fd, &w)
			  : recode_socket(&r, has_fd, &w)))
		return 0;
	check(writer_ok(&w) && w.len == size - 1);
	check(memcmp(out, data + 1, w.len) == 0);
	return 0;
}
