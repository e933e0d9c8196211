/* SPDX-License-Identifier: ISC */
/* imaged: opens boot files below tftp-root, and passes their descriptors. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "imaged/ahead.h"
#include "imaged/explain.h"
#include "imaged/find.h"
#include "imaged/give.h"
#include "imaged/keep.h"
#include "imaged/roots.h"

#define SHOWN_MAX 160

struct imaged_conf {
	struct record_tftp tftp;
	struct roots roots;
};

static struct {
	struct finder finder;
	struct ahead ahead;
	struct event *expiry; /* of what is in the finder's cache */
	struct imaged_conf conf; /* in the configuration that arrives */
	struct imaged_conf next; /* accepted, not yet committed */
	struct imaged_conf in_use;
	struct log_limit denied;
	struct log_limit missing;
	struct log_limit walks; /* to find out what is missing */
} imaged = {
	.denied = LOG_LIMIT(10, 10000),
	.missing = LOG_LIMIT(20, 10000),
	.walks = LOG_LIMIT(500, 10000),
};

static void
expiry_set(uint32_t ms)
{
	const struct timeval tv = { .tv_sec = ms / 1000,
		.tv_usec = (suseconds_t)(ms % 1000) * 1000 };

	if (ms > 0 && !evtimer_pending(imaged.expiry, NULL))
		(void)evtimer_add(imaged.expiry, &tv);
}

static void
expired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	expiry_set(cache_expire(&imaged.finder.cache, clock_mono_ms()));
}

static void
imaged_start(void)
{
	finder_init(&imaged.finder);
	imaged.finder.rule.uid = role_uid();
	imaged.finder.rule.gid = role_gid();
	roots_open(imaged.finder.root);
	keep_init(role_base());
	if ((imaged.expiry = evtimer_new(role_base(), expired, NULL)) == NULL)
		fatalx("no memory for a timer");
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
	struct imaged_conf *c = &imaged.conf;

	if (rec->kind == RECORD_TFTP) {
		c->tftp = rec->u.tftp;
		memcpy(c->roots.path[0], rec->u.tftp.root,
		    sizeof(rec->u.tftp.root));
	} else if (rec->kind == RECORD_TFTP_ROOT &&
		   roots_add(&c->roots, &rec->u.tftp_root) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "there are more than %d tftp-roots for one interface",
		    RECORD_TFTP_ROOTS_MAX);
		return -1;
	}
	return 0;
}

static int
imaged_conf_end(char *why)
{
	imaged.next = imaged.conf;
	if (!imaged.conf.tftp.enabled)
		return 0;
	if (imaged.in_use.tftp.enabled &&
	    roots_kept(&imaged.in_use.roots, &imaged.conf.roots, why) == -1)
		return -1;
	return roots_check(imaged.finder.root, &imaged.conf.roots, why);
}

static void
imaged_conf_commit(void)
{
	const struct imaged_conf *c = &imaged.next;

	keep_set_budget(c->tftp.enabled ? c->tftp.cache : 0);
	/* The roots stay what they were, should TFTP be off for a while. */
	if (!c->tftp.enabled)
		return;
	if (!imaged.in_use.tftp.enabled)
		roots_log(imaged.finder.root, &c->roots);
	if (c->tftp.secure && !imaged.in_use.tftp.secure)
		log_info("tftp-secure: only files that belong to "
			 "user " IMAGE_USER " are given");
	imaged.finder.rule.secure = c->tftp.secure;
	imaged.in_use = *c;
}

static void
log_left_out(uint64_t more)
{
	if (more > 0)
		log_warnx("%" PRIu64 " lines of this kind before it were left "
			  "out",
		    more);
}

/* For what the owner of the files can mend; a client can ask at any rate. */
static void
log_denied(const struct find_ask *ask, const struct find *f, uint64_t now_ms)
{
	const char *root = imaged.in_use.roots.path[ask->root];
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[EXPLAIN_MAX];
	uint64_t more;

	if (!log_limit_ok(&imaged.denied, now_ms, &more))
		return;
	image_explain(imaged.finder.root[ask->root], f->path,
	    &imaged.finder.rule, f->image.err, text);
	log_warnx("\"%s\" cannot be given from %s: %s",
	    log_escape(shown, sizeof(shown), f->path, strlen(f->path)),
	    log_escape(where, sizeof(where), root, strlen(root)), text);
	log_left_out(more);
}

/*
 * Most names that are not found were a loader's guess.  Where a link leads
 * nowhere, somebody meant a file.
 */
static void
log_missing(const struct find_ask *ask, const struct find *f, uint64_t now_ms)
{
	const char *root = imaged.in_use.roots.path[ask->root];
	int fd = imaged.finder.root[ask->root];
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[EXPLAIN_MAX];
	uint64_t more;

	/* Most walks end without a line, so they have a limit of their own. */
	if (fd == -1 || !image_meets_link(fd, f->path) ||
	    !log_limit_ok(&imaged.walks, now_ms, NULL) ||
	    !image_explain_missing(fd, f->path, text) ||
	    !log_limit_ok(&imaged.missing, now_ms, &more))
		return;
	log_warnx("\"%s\" is not found in %s: %s",
	    log_escape(shown, sizeof(shown), f->path, strlen(f->path)),
	    log_escape(where, sizeof(where), root, strlen(root)), text);
	log_left_out(more);
}

/* The answer goes first: reading ahead may take a while. */
static void
give_file(struct chan *c, uint32_t id, const struct find *f, uint64_t now_ms)
{
	int copy = keep_get(&f->image.st, now_ms);

	if (f->opened && copy == -1)
		ahead_sequential(f->image.fd);
	if (give_image(c, id, &imaged.finder.cache, f, copy, now_ms) ==
		GIVE_SENT &&
	    copy == -1) {
		if (ahead_due(&imaged.ahead, &f->image.st, now_ms))
			ahead_begin(f->image.fd);
		keep_note(f->image.fd, &f->image.st, now_ms);
	}
	expiry_set(CACHE_FRESH_MS);
}

static int
imaged_message(struct chan *c, struct msg *m)
{
	uint64_t now_ms = clock_mono_ms();
	enum file_status status;
	struct find_ask ask;
	struct find f;

	if (m->type != MSG_FILE_ASK || find_ask_decode(&m->body, &ask) == -1)
		return -1;
	status = find_open(&imaged.finder, &ask, now_ms, &f);
	if (status == FILE_OK) {
		give_file(c, m->id, &f, now_ms);
		return 0;
	}
	give_none(c, m->id, status);
	if (status == FILE_DENIED || status == FILE_ERROR)
		log_denied(&ask, &f, now_ms);
	else if (status == FILE_MISSING)
		log_missing(&ask, &f, now_ms);
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
	.stop = keep_report,
};

int
main(void)
{
	return role_main(&ops);
}
