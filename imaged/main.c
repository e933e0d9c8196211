/* SPDX-License-Identifier: ISC */
/* imaged: opens boot files below tftp-root, and passes their descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/file.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "imaged/explain.h"
#include "imaged/open.h"

#define SHOWN_MAX 160
#define USER "pxeguard-imaged"

static struct {
	int root; /* "/", which is tftp-root here */
	struct record_tftp conf; /* in the configuration that arrives */
	struct record_tftp next; /* accepted, not yet committed */
	struct record_tftp in_use;
	struct log_limit limit;
} imaged = { .root = -1, .limit = LOG_LIMIT(10, 10000) };

static void
imaged_start(void)
{
	/* For resolving names only: even this gives no right to list it. */
	imaged.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (imaged.root == -1)
		fatal("cannot open the root");
}

static int
imaged_conf_begin(char *why)
{
	(void)why;
	memset(&imaged.conf, 0, sizeof(imaged.conf));
	return 0;
}

static int
imaged_conf_record(const struct record *rec, char *why)
{
	(void)why;
	if (rec->kind == RECORD_TFTP)
		imaged.conf = rec->u.tftp;
	return 0;
}

/* Whether names can be looked up in the root at all. */
static int
check_root(const char *path, char *why)
{
	char shown[SHOWN_MAX];
	struct stat st;
	int fd;

	(void)log_escape(shown, sizeof(shown), path, strlen(path));
	if ((fd = image_look(imaged.root, ".", O_DIRECTORY)) != -1) {
		(void)close(fd);
		return 0;
	}
	if (errno == ENOSYS) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "the system has no openat2(), which keeps names inside "
		    "tftp-root; Linux 5.6 or newer is needed");
	} else if (errno == EACCES && fstat(imaged.root, &st) == 0) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root %s (mode %04o, owner %u:%u) may not be "
		    "searched by user " USER "; chmod o+rx it",
		    shown, (unsigned int)(st.st_mode & 07777),
		    (unsigned int)st.st_uid, (unsigned int)st.st_gid);
	} else {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root %s cannot be searched: %s; see that its file "
		    "system works",
		    shown, strerror(errno));
	}
	return -1;
}

static int
imaged_conf_end(char *why)
{
	char old[SHOWN_MAX], new[SHOWN_MAX];
	const char *was = imaged.in_use.root, *is = imaged.conf.root;

	imaged.next = imaged.conf;
	if (!imaged.conf.enabled)
		return 0;
	/* The root of this process cannot be exchanged. */
	if (imaged.in_use.enabled && strcmp(was, is) != 0) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root cannot change from %s to %s while pxeguard "
		    "runs; stop it and start it again",
		    log_escape(old, sizeof(old), was, strlen(was)),
		    log_escape(new, sizeof(new), is, strlen(is)));
		return -1;
	}
	return check_root(is, why);
}

static void
imaged_conf_commit(void)
{
	char shown[SHOWN_MAX];
	struct stat st;

	if (imaged.next.enabled && !imaged.in_use.enabled &&
	    fstat(imaged.root, &st) == 0)
		log_info("boot files come from %s (mode %04o, owner %u:%u)",
		    log_escape(shown, sizeof(shown), imaged.next.root,
			strlen(imaged.next.root)),
		    (unsigned int)(st.st_mode & 07777), (unsigned int)st.st_uid,
		    (unsigned int)st.st_gid);
	/* The root stays what it was, should TFTP be off for a while. */
	if (imaged.next.enabled)
		imaged.in_use = imaged.next;
}

/* For what the owner of the files can mend; a client can ask at any rate. */
static void
log_denied(const uint8_t *name, size_t n, int err)
{
	char shown[SHOWN_MAX], text[EXPLAIN_MAX];
	uint64_t more;

	if (!log_limit_ok(&imaged.limit, clock_mono_ms(), &more))
		return;
	image_explain(imaged.root, name, n, err, text);
	log_warnx("\"%s\" cannot be given: %s",
	    log_escape(shown, sizeof(shown), name, n), text);
	if (more > 0)
		log_warnx("%" PRIu64 " lines of this kind before it were left "
			  "out",
		    more);
}

static int
give(
    struct chan *c, uint32_t id, enum file_status status, uint64_t size, int fd)
{
	uint8_t buf[9];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, (uint8_t)status);
	writer_u64(&w, size);
	return chan_send(c, MSG_FILE_GIVE, id, &w, fd);
}

static int
imaged_message(struct chan *c, struct msg *m)
{
	uint8_t name[FILE_NAME_MAX];
	enum file_status status;
	struct image im;
	size_t n;

	if (m->type != MSG_FILE_ASK)
		return -1;
	n = reader_blob(&m->body, name, sizeof(name));
	if (!reader_done(&m->body))
		return -1;
	status = image_open(imaged.root, name, n, &im);
	if (status == FILE_DENIED || status == FILE_ERROR)
		log_denied(name, n, im.err);
	/*
	 * The kernel may refuse one more descriptor on its way; the answer
	 * must not get lost for that.
	 */
	if (give(c, m->id, status, im.size, im.fd) == -1 && status == FILE_OK)
		(void)give(c, m->id, FILE_ERROR, 0, -1);
	return 0;
}

static const struct role_ops ops = {
	.id = ROLE_IMAGED,
	.start = imaged_start,
	.conf_begin = imaged_conf_begin,
	.conf_record = imaged_conf_record,
	.conf_end = imaged_conf_end,
	.conf_commit = imaged_conf_commit,
	.message = imaged_message,
};

int
main(void)
{
	return role_main(&ops);
}
