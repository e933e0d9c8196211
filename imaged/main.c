/* SPDX-License-Identifier: ISC */
/* imaged: opens boot files below tftp-root, and passes their descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/library.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "imaged/checking.h"
#include "imaged/checking_conf.h"
#include "imaged/copier.h"
#include "imaged/diagnose.h"
#include "imaged/lookup.h"
#include "imaged/give.h"
#include "imaged/preload.h"
#include "imaged/roots.h"
#include "imaged/verify_text.h"
#include "sandbox/role_main.h"

#define SHOWN_MAX 160
#define READAHEAD_BYTES (2 * 1024 * 1024) /* from the beginning */
#define QUEUE_SHARE 4 /* of the descriptors, for answers that wait */

struct imaged_conf {
	struct record_tftp tftp;
	struct roots roots;
};

static struct {
	struct lookup_conf lookup;
	struct imaged_conf conf; /* the configuration that arrives */
	struct imaged_conf next; /* accepted, not yet committed */
	struct imaged_conf in_use;
	bool serves; /* a configuration is in use */
	char rejected[ROLE_WHY_MAX]; /* a key of it is; "": none */
} imaged;

static void imaged_again(const struct waiting_request *);
static const struct preload_ops preload_ops;

static void
imaged_start(void)
{
	lookup_conf_init(&imaged.lookup);
	imaged.lookup.rule.uid = role_uid();
	imaged.lookup.rule.gid = role_gid();
	roots_open(imaged.lookup.root);
	copier_init(role_base());
	checking_init(role_base(), imaged_again);
	preload_init(role_base(), &preload_ops);
}

static int
imaged_conf_begin(char *why)
{
	(void)why;
	memset(&imaged.conf, 0, sizeof(imaged.conf));
	imaged.rejected[0] = '\0';
	checking_conf_drop();
	return 0;
}

static int
imaged_conf_record(const struct record *rec, char *why)
{
	struct imaged_conf *c = &imaged.conf;

	if (rec->kind == RECORD_TFTP) {
		c->tftp = rec->u.tftp;
		memcpy(c->roots.path[0], rec->u.tftp.root,
		    sizeof(rec->u.tftp.root));
	} else if (rec->kind == RECORD_TFTP_ROOT &&
		   roots_add(&c->roots, &rec->u.tftp_root) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root is set for more than %d interfaces; use one tftp-root for several interfaces",
		    RECORD_TFTP_ROOTS_MAX);
		return -1;
	}
	return checking_conf_record(rec, why);
}

/* A key of the configuration that arrives; -1 if the message is malformed. */
static int
imaged_conf_key(struct msg *m)
{
	char why[ROLE_WHY_MAX];
	int r = checking_conf_key(m, why);

	/* The first reason is reported, with the end of the configuration. */
	if (r == -1 && imaged.rejected[0] == '\0')
		memcpy(imaged.rejected, why, sizeof(why));
	return r == -2 ? -1 : 0;
}

static int
imaged_conf_end(char *why)
{
	imaged.next = imaged.conf;
	if (imaged.rejected[0] != '\0') {
		memcpy(why, imaged.rejected, ROLE_WHY_MAX);
		return -1;
	}
	if (checking_conf_end(why) == -1)
		return -1;
	if (imaged.serves &&
	    roots_kept(imaged.lookup.root, &imaged.in_use.roots,
		&imaged.conf.roots, why) == -1)
		return -1;
	return roots_verify(imaged.lookup.root, &imaged.conf.roots, why);
}

static void
imaged_conf_commit(void)
{
	const struct imaged_conf *c = &imaged.next;

	copier_set_budget(c->tftp.cache);
	if (!imaged.serves)
		roots_log(imaged.lookup.root, &c->roots);
	if (c->tftp.secure && !imaged.in_use.tftp.secure)
		log_info(
		    "tftp-secure: serving only files that belong to user " IMAGE_USER);
	imaged.lookup.rule.secure = c->tftp.secure;
	imaged.in_use = *c;
	imaged.serves = true;
	checking_conf_commit(&imaged.lookup.rule, imaged.in_use.roots.path);
	/* What is checked has copies of its own. */
	if (checking_mode() != RECORD_VERIFY_OFF)
		copier_set_budget(0);
	if (checking_preloads())
		preload_start(imaged.lookup.root);
	else
		preload_stop();
}

static void
log_suppressed(uint64_t n)
{
	if (n > 0)
		log_warnx("%" PRIu64 " similar messages suppressed", n);
}

/* Logs a failure that the owner of the files can correct. */
static void
log_denied(const struct file_ask *ask, const struct lookup *f, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(10, 10000);
	const char *root = imaged.in_use.roots.path[ask->root];
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[DIAGNOSE_MAX];
	uint64_t more;

	if (!log_limit_ok(&limit, now_ms, &more))
		return;
	image_diagnose(imaged.lookup.root[ask->root], f->path,
	    &imaged.lookup.rule, f->image.err, text);
	log_warnx("cannot serve \"%s\" from %s: %s",
	    log_escape(shown, sizeof(shown), f->path, strlen(f->path)),
	    log_escape(where, sizeof(where), root, strlen(root)), text);
	log_suppressed(more);
}

/*
 * Most names that are not found were only tried by a loader.  A dangling link
 * is logged, as it shows that a file was meant to be there.
 */
static void
log_missing(const struct file_ask *ask, const struct lookup *f, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(20, 10000);
	static struct log_limit searches = LOG_LIMIT(500, 10000);
	const char *root = imaged.in_use.roots.path[ask->root];
	int fd = imaged.lookup.root[ask->root];
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[DIAGNOSE_MAX];
	uint64_t more;

	/* Most searches end without a line: they have a limit of their own. */
	if (fd == -1 || !image_meets_link(fd, f->path) ||
	    !log_limit_ok(&searches, now_ms, NULL) ||
	    !image_diagnose_missing(fd, f->path, text) ||
	    !log_limit_ok(&limit, now_ms, &more))
		return;
	log_warnx("\"%s\" not found in %s: %s",
	    log_escape(shown, sizeof(shown), f->path, strlen(f->path)),
	    log_escape(where, sizeof(where), root, strlen(root)), text);
	log_suppressed(more);
}

/*
 * Has the kernel read ahead, because tftpd does not wait for disks: it finds
 * the first windows in memory.  The answer is sent first, as this may take a
 * while: for metadata of a fragmented file, for the queue of a busy disk, or
 * for a network file system.
 */
static void
give_file(struct chan *c, uint32_t id, const struct lookup *f, uint64_t now_ms)
{
	int copy = copier_get(&f->image.st, now_ms);

	if (copy == -1)
		(void)posix_fadvise(f->image.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (give_image(c, id, f, copy, now_ms) == GIVE_SENT && copy == -1) {
		(void)posix_fadvise(
		    f->image.fd, 0, READAHEAD_BYTES, POSIX_FADV_WILLNEED);
		copier_note(
		    f->image.fd, &f->image.st, now_ms, (int64_t)clock_wall_s());
	}
	(void)close(f->image.fd);
}

/* A file that may not be served, or could not be checked. */
static void
refuse_file(struct chan *c, const struct waiting_request *q,
    const struct lookup *f, const struct verdict *d, uint64_t now_ms)
{
	checking_log(f->path, imaged.in_use.roots.path[q->ask.root], d, now_ms);
	if (checking_mode() == RECORD_VERIFY_WARN) {
		give_file(c, q->id, f, now_ms);
		return;
	}
	(void)close(f->image.fd);
	give_none(c, q->id, verify_status(d->why));
}

/* Passes what was checked: the copy, or the file and its hashes. */
static void
give_checked(struct chan *c, uint32_t id, const struct lookup *f,
    const struct verdict *d, uint64_t now_ms)
{
	if (d->copy != -1) {
		(void)give_image(c, id, f, d->copy, now_ms);
	} else {
		(void)posix_fadvise(f->image.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		(void)give_blocks(c, id, f, d->table, now_ms);
	}
	(void)close(f->image.fd);
}

/* A file that was found, and needs a valid signature. */
static void
judge_file(struct chan *c, const struct waiting_request *q,
    const struct lookup *f, uint64_t now_ms)
{
	uint8_t root = q->ask.root;
	struct waiting_request wait = *q;
	enum verify_result r;
	struct verdict d;

	r = checking_file(
	    root, imaged.lookup.root[root], f->path, &f->image, now_ms, &d);
	if (r == VERIFY_WAIT) {
		wait.ticket = d.ticket;
		wait.tries++;
		if (!q->given_up && checking_wait(&wait) == 0) {
			(void)close(f->image.fd);
			return;
		}
		d.why = q->given_up ? VERIFY_HASHD : VERIFY_BUSY;
		r = VERIFY_REFUSE;
	}
	if (r == VERIFY_REFUSE)
		refuse_file(c, q, f, &d, now_ms);
	else if (r == VERIFY_PLAIN)
		give_file(c, q->id, f, now_ms);
	else
		give_checked(c, q->id, f, &d, now_ms);
}

/* For verify-preload, as a request would: true when the check has ended. */
static bool
preload_check(uint8_t root, const char *path, bool *good)
{
	uint64_t now_ms = clock_mono_ms();
	enum verify_result r;
	struct image image;
	struct verdict d;

	*good = false;
	if (image_open(imaged.lookup.root[root], path, &imaged.lookup.rule,
		&image) != FILE_OK)
		return true;
	r = checking_file(
	    root, imaged.lookup.root[root], path, &image, now_ms, &d);
	(void)close(image.fd);
	if (r == VERIFY_REFUSE)
		checking_log(path, imaged.in_use.roots.path[root], &d, now_ms);
	*good = r == VERIFY_SERVE || r == VERIFY_PLAIN;
	return r != VERIFY_WAIT;
}

static const struct preload_ops preload_ops = {
	.room = checking_room,
	.check = preload_check,
};

static void
imaged_serve(struct chan *c, const struct waiting_request *q)
{
	uint64_t now_ms = clock_mono_ms();
	const struct file_ask *ask = &q->ask;
	enum file_status status;
	struct lookup f;

	status = lookup_open(&imaged.lookup, ask, &f);
	if (status == FILE_OK) {
		if (checking_mode() == RECORD_VERIFY_OFF)
			give_file(c, q->id, &f, now_ms);
		else
			judge_file(c, q, &f, now_ms);
		return;
	}
	give_none(c, q->id, status);
	if (status == FILE_DENIED || status == FILE_ERROR)
		log_denied(ask, &f, now_ms);
	else if (status == FILE_MISSING)
		log_missing(ask, &f, now_ms);
}

/* The check of a file went on meanwhile; the file may be another one now. */
static void
imaged_again(const struct waiting_request *q)
{
	struct chan *c = role_peer(q->peer);

	if (c != NULL)
		imaged_serve(c, q);
}

static int
imaged_ask(struct chan *c, struct msg *m)
{
	struct waiting_request q = { .peer = chan_peer(c), .id = m->id };

	if (file_ask_decode(&m->body, &q.ask) == -1)
		return -1;
	imaged_serve(c, &q);
	return 0;
}

static int
imaged_message(struct chan *c, struct msg *m)
{
	switch (m->type) {
	case MSG_FILE_ASK:
		return imaged_ask(c, m);
	case MSG_HASH_DONE:
		return checking_done(m);
	case MSG_SERIAL_ROW:
	case MSG_SERIAL_LOADED:
	case MSG_SERIAL_DURABLE:
	case MSG_SERIAL_REFUSED:
		return checking_serial(m);
	case MSG_CONF_KEY:
		return imaged_conf_key(m);
	default:
		return -1;
	}
}

static void
imaged_peer_up(enum role peer, struct chan *c)
{
	/* One that reads no answers must leave some for the others. */
	chan_limit_fds(c, role_max_fds() / QUEUE_SHARE);
	checking_peer_up(peer);
}

static void
imaged_stop(void)
{
	copier_report();
	checking_report();
}

static const struct role_ops ops = {
	.id = ROLE_IMAGED,
	.start = imaged_start,
	.conf_begin = imaged_conf_begin,
	.conf_record = imaged_conf_record,
	.conf_end = imaged_conf_end,
	.conf_commit = imaged_conf_commit,
	.conf_abort = checking_conf_drop,
	.message = imaged_message,
	.peer_up = imaged_peer_up,
	.peer_down = checking_peer_down,
	.stop = imaged_stop,
};

static int
imaged_libraries(void)
{
	const struct library l = { "libsodium", sodium_version_string(),
		SODIUM_VERSION_STRING };

	return library_print(&l, 1);
}

int
main(int argc, char **argv)
{
	if (library_asked(argc, argv))
		return imaged_libraries();
	return role_main(&ops);
}
