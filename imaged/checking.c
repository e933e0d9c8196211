/* SPDX-License-Identifier: ISC */
/* Connects the verifier with the configuration, hashd, and the event loop. */
#include "imaged/checking.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/timeval.h"
#include "imaged/checking_conf.h"
#include "imaged/give.h"
#include "imaged/verify_text.h"

#define SHOWN_MAX 160

static struct {
	struct verifier verifier;
	struct waiting waiting;
	void (*again)(const struct waiting_request *);
	struct event *turn; /* requests that are ready, manifests to read */
	struct event *down; /* hashd has been down for too long */
	struct event *serials; /* an answer of leased is due */
	struct checking_conf conf; /* in use */
	uint64_t nserved, nrefused;
} checking;

static void
turn_arm(void)
{
	const struct timeval at_once = { 0, 0 };

	if (!evtimer_pending(checking.turn, NULL))
		(void)evtimer_add(checking.turn, &at_once);
}

static void
down_arm(void)
{
	const struct timeval tv = timeval_ms(CHECKING_DOWN_MS);

	if (role_peer(ROLE_HASHD) == NULL &&
	    verifier_waits(&checking.verifier) &&
	    !evtimer_pending(checking.down, NULL))
		(void)evtimer_add(checking.down, &tv);
}

static void
serials_arm(void)
{
	const struct timeval tv = { 1, 0 };

	if (serials_waits(&checking.verifier.serials) &&
	    !evtimer_pending(checking.serials, NULL))
		(void)evtimer_add(checking.serials, &tv);
}

/* ------------------------------------------------------------- verifier */

static int
job_send(uint32_t id, const struct hash_job *job, int fd)
{
	struct chan *hashd = role_peer(ROLE_HASHD);
	uint8_t body[HASH_JOB_ENCODED];
	struct writer w;

	if (hashd == NULL)
		return -1;
	writer_init(&w, body, sizeof(body));
	hash_job_encode(job, &w);
	return give_message(hashd, MSG_HASH_JOB, id, &w, fd) == GIVE_FAILED ? -1
									    : 0;
}

static void
called(uint32_t ticket, bool given_up)
{
	if (waiting_call(&checking.waiting, ticket, given_up))
		turn_arm();
}

static const struct verifier_ops ops = { .job = job_send, .call = called };

static int
serial_load(uint32_t id)
{
	struct chan *leased = role_peer(ROLE_LEASED);

	return leased == NULL
		   ? -1
		   : chan_send(leased, MSG_SERIAL_LOAD, id, NULL, -1);
}

static int
serial_put(uint32_t id, const struct serial_row *row)
{
	struct chan *leased = role_peer(ROLE_LEASED);
	uint8_t body[SERIAL_ENCODED_MAX];
	struct writer w;

	if (leased == NULL)
		return -1;
	writer_init(&w, body, sizeof(body));
	serial_row_encode(row, &w);
	return chan_send(leased, MSG_SERIAL_PUT, id, &w, -1);
}

static void
serial_called(uint32_t ticket)
{
	called(ticket, false);
}

static void
serial_accepted(const char *root, const char *folder, uint64_t serial)
{
	char where[SHOWN_MAX], shown[SHOWN_MAX];

	(void)log_escape(where, sizeof(where), root, strlen(root));
	(void)log_escape(shown, sizeof(shown), folder, strlen(folder));
	log_info("accepted serial %" PRIu64 " of \"%s%s%s\" in %s", serial,
	    shown, shown[0] == '\0' ? "" : "/", MANIFEST_FILE, where);
}

static const struct serials_ops serial_ops = {
	.load = serial_load,
	.put = serial_put,
	.call = serial_called,
	.accepted = serial_accepted,
};

static void
checking_turn(evutil_socket_t fd, short what, void *arg)
{
	struct waiting_request *r;
	size_t n = checking.waiting.n;

	(void)fd;
	(void)what;
	(void)arg;
	(void)verifier_turn(&checking.verifier);
	/* Requests that wait again are left for another turn. */
	while (n-- > 0 && (r = waiting_next(&checking.waiting)) != NULL) {
		checking.again(r);
		free(r);
	}
	if (verifier_has_turn(&checking.verifier))
		turn_arm();
}

static void
checking_down(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	log_warnx(
	    "hashd has been down for %d s; files that it did not check are not served",
	    CHECKING_DOWN_MS / 1000);
	verifier_give_up(&checking.verifier, clock_mono_ms());
}

static void
checking_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (serials_tick(&checking.verifier.serials, clock_mono_ms()))
		log_warnx(
		    "leased has not answered for %d s; manifests whose serials it must compare or store are not accepted until it does",
		    SERIALS_DOWN_MS / 1000);
	serials_arm();
}

void
checking_init(
    struct event_base *base, void (*again)(const struct waiting_request *))
{
	if (sodium_init() == -1)
		fatalx("libsodium cannot be used");
	checking.again = again;
	verifier_init(&checking.verifier, &ops, &serial_ops);
	waiting_init(&checking.waiting);
	checking.turn = evtimer_new(base, checking_turn, NULL);
	checking.down = evtimer_new(base, checking_down, NULL);
	checking.serials = evtimer_new(base, checking_tick, NULL);
	/*
	 * A turn has the priority of requests: below it, a peer that asks
	 * without a pause would keep all checks from ending.
	 */
	if (checking.turn == NULL || checking.down == NULL ||
	    checking.serials == NULL)
		fatalx("no memory for a timer");
}

/* -------------------------------------------------------- configuration */

void
checking_conf_commit(
    const struct image_rule *rule, const char (*roots)[RECORD_PATH_MAX])
{
	struct checking_conf *c = &checking.conf;
	struct verifier_conf conf;

	checking_conf_take(c);
	conf = (struct verifier_conf){ .cache = c->verify.cache,
		.keys = c->keys,
		.nkeys = c->nkeys,
		.exempt = c->exempt,
		.nexempt = c->nexempt,
		.rule = *rule,
		.roots = roots };
	verifier_configure(&checking.verifier, &conf);
	if (c->verify.mode == RECORD_VERIFY_OFF)
		verifier_clear(&checking.verifier);
	/* The new configuration decides about them. */
	if (waiting_call_all(&checking.waiting))
		turn_arm();
}

uint8_t
checking_mode(void)
{
	return checking.conf.verify.mode;
}

bool
checking_preloads(void)
{
	return checking_mode() != RECORD_VERIFY_OFF &&
	       checking.conf.verify.preload;
}

bool
checking_room(uint64_t size)
{
	const struct contents *c = &checking.verifier.contents;

	if (!contents_fits(c, size))
		size = hash_table_size(size);
	return c->used <= c->budget && size <= c->budget - c->used &&
	       c->nheld < CONTENTS_HELD_MAX;
}

/* ------------------------------------------------------------- requests */

enum verify_result
checking_file(uint8_t number, int root, const char *path,
    const struct image *image, uint64_t now_ms, struct verdict *d)
{
	enum verify_result r = verifier_check(
	    &checking.verifier, number, root, path, image, now_ms, d);

	if (r == VERIFY_SERVE)
		checking.nserved++;
	if (verifier_has_turn(&checking.verifier))
		turn_arm();
	down_arm();
	serials_arm();
	return r;
}

int
checking_wait(const struct waiting_request *r)
{
	if (r->tries >= WAITING_TRIES_MAX)
		return -1;
	return waiting_add(&checking.waiting, r);
}

int
checking_done(struct msg *m)
{
	struct hash_done d;

	if (hash_done_decode(&m->body, &d) == -1 ||
	    (d.status == HASH_OK) != (m->fd != -1))
		return -1;
	return verifier_done(
	    &checking.verifier, m->id, &d, msg_take_fd(m), clock_mono_ms());
}

/* A message of leased about the serials of manifests. */
int
checking_serial(struct msg *m)
{
	struct serials *s = &checking.verifier.serials;
	uint64_t now_ms = clock_mono_ms();
	char why[SERIAL_WHY_MAX + 1];
	struct serial_row row;
	uint32_t rows;

	switch (m->type) {
	case MSG_SERIAL_ROW:
		serial_row_decode(&m->body, &row);
		return reader_done(&m->body) ? serials_row(s, m->id, &row) : -1;
	case MSG_SERIAL_LOADED:
		rows = reader_u32(&m->body);
		return reader_done(&m->body)
			   ? serials_loaded(s, m->id, rows, now_ms)
			   : -1;
	case MSG_SERIAL_DURABLE:
		return serials_durable(s, m->id, now_ms);
	default:
		(void)reader_str(&m->body, why, sizeof(why));
		return reader_done(&m->body)
			   ? serials_refused(s, m->id, why, now_ms)
			   : -1;
	}
}

void
checking_peer_up(enum role peer)
{
	if (peer == ROLE_LEASED)
		serials_up(&checking.verifier.serials, clock_mono_ms());
	serials_arm();
	if (peer != ROLE_HASHD)
		return;
	(void)evtimer_del(checking.down);
	verifier_hashd_up(&checking.verifier);
	if (verifier_has_turn(&checking.verifier))
		turn_arm();
}

void
checking_peer_down(enum role peer)
{
	if (peer == ROLE_LEASED) {
		serials_down(&checking.verifier.serials);
		return;
	}
	if (peer != ROLE_HASHD) {
		waiting_drop(&checking.waiting, peer);
		return;
	}
	verifier_hashd_down(&checking.verifier, clock_mono_ms());
	down_arm();
}

/* ------------------------------------------------------------------ log */

void
checking_log(const char *path, const char *root, const struct verdict *d,
    uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(10, 10000);
	bool require = checking_mode() == RECORD_VERIFY_REQUIRE;
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[VERIFY_TEXT_MAX];
	uint64_t more;

	checking.nrefused++;
	if (!log_limit_ok(&limit, now_ms, &more))
		return;
	(void)log_escape(shown, sizeof(shown), path, strlen(path));
	(void)log_escape(where, sizeof(where), root, strlen(root));
	(void)verify_text(d, text);
	if (require)
		log_warnx("refused \"%s\" in %s (verify-images=require): %s",
		    shown, where, text);
	else
		log_warnx(
		    "\"%s\" in %s would be refused by verify-images=require: %s",
		    shown, where, text);
	if (more > 0)
		log_warnx("%" PRIu64 " similar messages suppressed", more);
}

void
checking_report(void)
{
	if (checking_mode() == RECORD_VERIFY_OFF)
		return;
	log_info("count verified files: %" PRIu64 ", not accepted: %" PRIu64,
	    checking.nserved, checking.nrefused);
}
