/* SPDX-License-Identifier: ISC */
/* Passes descriptors of files and of their copies to tftpd and httpd. */
#include "imaged/give.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/hash_job.h"
#include "daemon/log.h"

void
give_none(struct chan *c, uint32_t id, enum file_status status)
{
	uint8_t buf[18];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, (uint8_t)status);
	writer_u8(&w, 0);
	writer_u64(&w, 0);
	writer_u64(&w, 0);
	/*
	 * If this fails, the channel is closed, and the next imaged is asked.
	 */
	(void)chan_send(c, MSG_FILE_GIVE, id, &w, -1);
}

enum give_result
give_message(struct chan *c, enum msg_type type, uint32_t id,
    const struct writer *w, int fd)
{
	int lent;

	if (chan_send_lent(c, type, id, w, fd) == 0)
		return GIVE_SENT;
	/* The queue of the channel keeps a descriptor of its own. */
	if (errno != EAGAIN || (lent = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1 ||
	    chan_send(c, type, id, w, lent) == -1)
		return GIVE_FAILED;
	return GIVE_QUEUED;
}

/*
 * The kernel may refuse to pass a descriptor (ETOOMANYREFS, for example). An
 * error is sent then, as the receiver waits for an answer.
 */
static void
give_failed(struct chan *c, uint32_t id, int error, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(3, 60000);
	uint64_t more;

	give_none(c, id, FILE_ERROR);
	/* The receiver has exited: nobody waits for this file any more. */
	if (error == EPIPE || error == ECONNRESET)
		return;
	if (!log_limit_ok(&limit, now_ms, &more))
		return;
	log_warnx(
	    "cannot pass a file to tftpd or httpd: %s; sending an error to the client",
	    strerror(error));
	if (more > 0)
		log_warnx("%" PRIu64 " similar messages suppressed", more);
}

/* The time of the last change; 0 for one before 1970. */
static uint64_t
give_mtime_ns(const struct stat *st)
{
	if (st->st_mtim.tv_sec < 0)
		return 0;
	return (uint64_t)st->st_mtim.tv_sec * 1000000000 +
	       (uint64_t)st->st_mtim.tv_nsec;
}

enum give_result
give_image(struct chan *c, uint32_t id, const struct lookup *f, int copy,
    uint64_t now_ms)
{
	int fd = copy == -1 ? f->image.fd : copy;
	enum give_result r;
	uint8_t buf[18];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, FILE_OK);
	writer_u8(&w, f->way);
	writer_u64(&w, (uint64_t)f->image.st.st_size);
	writer_u64(&w, give_mtime_ns(&f->image.st));
	r = give_message(c, MSG_FILE_GIVE, id, &w, fd);
	if (r == GIVE_FAILED)
		give_failed(c, id, errno, now_ms);
	return r;
}

enum give_result
give_blocks(struct chan *c, uint32_t id, const struct lookup *f, int table,
    uint64_t now_ms)
{
	uint8_t buf[4];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u32(&w, HASH_BLOCK_SIZE);
	if (give_message(c, MSG_FILE_BLOCKS, id, &w, table) == GIVE_FAILED) {
		give_failed(c, id, errno, now_ms);
		return GIVE_FAILED;
	}
	return give_image(c, id, f, -1, now_ms);
}
