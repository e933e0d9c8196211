/* SPDX-License-Identifier: ISC */
/* Handing out descriptors of files and of their copies. */
#include "imaged/give.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/log.h"

void
give_none(struct chan *c, uint32_t id, enum file_status status)
{
	uint8_t buf[10];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, (uint8_t)status);
	writer_u8(&w, 0);
	writer_u64(&w, 0);
	/* Where it fails the channel is gone, and tftpd asks the next one. */
	(void)chan_send(c, MSG_FILE_GIVE, id, &w, -1);
}

/*
 * The answer waits in the channel, and a descriptor with it: a second one of
 * the copy, or the file's, which is then the cache's no more.
 */
static int
give_later(struct chan *c, uint32_t id, const struct writer *w,
    struct cache *cache, int file, int copy)
{
	int fd = copy == -1 ? -1 : fcntl(copy, F_DUPFD_CLOEXEC, 0);

	if (fd == -1) {
		fd = file;
		cache_take(cache, fd);
	}
	return chan_send(c, MSG_FILE_GIVE, id, w, fd);
}

/*
 * The kernel refuses one more descriptor on its way (ETOOMANYREFS), for
 * example.  The answer must not get lost for that: tftpd would wait for it.
 */
static void
give_failed(struct chan *c, uint32_t id, int error, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(3, 60000);
	uint64_t more;

	give_none(c, id, FILE_ERROR);
	if (log_limit_ok(&limit, now_ms, &more))
		log_warnx("a file could not be handed to tftpd: %s; its client "
			  "gets an error (%" PRIu64 " such lines left out)",
		    strerror(error), more);
}

enum give_result
give_image(struct chan *c, uint32_t id, struct cache *cache,
    const struct find *f, int copy, uint64_t now_ms)
{
	uint8_t buf[10];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, FILE_OK);
	writer_u8(&w, f->way);
	writer_u64(&w, (uint64_t)f->image.st.st_size);
	if (chan_send_lent(
		c, MSG_FILE_GIVE, id, &w, copy == -1 ? f->image.fd : copy) == 0)
		return GIVE_SENT;
	if (errno == EAGAIN &&
	    give_later(c, id, &w, cache, f->image.fd, copy) == 0)
		return GIVE_QUEUED;
	give_failed(c, id, errno, now_ms);
	return GIVE_FAILED;
}
