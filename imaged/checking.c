/* SPDX-License-Identifier: ISC */
/* Connects the verifier with the configuration, hashd, and the event loop. */
#include "imaged/checking.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>

#include "daemon/clock.h"
#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/record_name.h"
#include "daemon/role.h"
#include "imaged/verify_text.h"
#include "sign/text.h"

#define SHOWN_MAX 160

/* What a configuration says about signatures. */
struct checking_conf {
	struct record_verify verify;
	struct sign_pubkey *keys;
	size_t nkeys, keys_cap;
	struct record_verify_exempt *exempt;
	size_t nexempt, exempt_cap;
};

static struct {
	struct verifier verifier;
	struct waiting waiting;
	void (*again)(const struct waiting_request *);
	struct event *turn; /* requests that are ready, manifests to read */
	struct event *down; /* hashd has been down for too long */
	struct event *serials; /* an answer of leased is due */
	struct checking_conf conf; /* arrives, or is not yet committed */
	struct checking_conf in_use;
	struct log_limit refused;
	uint64_t nserved;
	uint64_t nrefused[VERIFY_WHY_MAX];
} checking = { .refused = LOG_LIMIT(10, 10000) };

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
	const struct timeval tv = { CHECKING_DOWN_MS / 1000, 0 };

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
	int lent;

	if (hashd == NULL)
		return -1;
	writer_init(&w, body, sizeof(body));
	hash_job_encode(job, &w);
	if (chan_send_lent(hashd, MSG_HASH_JOB, id, &w, fd) == 0)
		return 0;
	/* The queue of the channel keeps a descriptor of its own. */
	if (errno != EAGAIN || (lent = fcntl(fd, F_DUPFD_CLOEXEC, 0)) == -1)
		return -1;
	return chan_send(hashd, MSG_HASH_JOB, id, &w, lent);
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
	if (verifier_has_turn(&checking.verifier))
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

static void
checking_conf_free(struct checking_conf *c)
{
	free(c->keys);
	free(c->exempt);
	memset(c, 0, sizeof(*c));
}

void
checking_conf_begin(void)
{
	checking_conf_free(&checking.conf);
}

void
checking_conf_abort(void)
{
	checking_conf_free(&checking.conf);
}

int
checking_conf_record(const struct record *rec, char *why)
{
	struct checking_conf *c = &checking.conf;

	if (rec->kind == RECORD_VERIFY)
		c->verify = rec->u.verify;
	if (rec->kind != RECORD_VERIFY_EXEMPT)
		return 0;
	if (grow_array(&c->exempt, &c->exempt_cap, c->nexempt + 1,
		sizeof(*c->exempt)) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX, "out of memory");
		return -1;
	}
	c->exempt[c->nexempt++] = rec->u.verify_exempt;
	return 0;
}

static enum sign_reason
key_read(int fd, struct sign_pubkey *key)
{
	static uint8_t text[SIGN_TEXT_MAX + 1];
	const struct iovec iov = { text, sizeof(text) };
	ssize_t n = preadv2(fd, &iov, 1, 0, 0);

	return sign_pubkey_parse(key, text, n == -1 ? 0 : (size_t)n);
}

static int
key_add(const char *path, const struct sign_pubkey *key, char *why)
{
	struct checking_conf *c = &checking.conf;
	const struct sign_pubkey *known;
	char id[SIGN_ID_TEXT];

	known = sign_pubkey_find(c->keys, c->nkeys, key->id);
	if (known != NULL) {
		if (memcmp(known->key, key->key, sizeof(key->key)) == 0)
			return 0;
		(void)snprintf(why, ROLE_WHY_MAX,
		    "verify-key %s: another key has the same id, %s; remove one of them",
		    path, sign_id_text(id, key->id));
		return -1;
	}
	if (grow_array(
		&c->keys, &c->keys_cap, c->nkeys + 1, sizeof(*c->keys)) == -1) {
		(void)snprintf(why, ROLE_WHY_MAX, "out of memory");
		return -1;
	}
	c->keys[c->nkeys++] = *key;
	return 0;
}

int
checking_conf_key(struct msg *m, char *why)
{
	char path[RECORD_PATH_MAX], shown[SHOWN_MAX];
	struct sign_pubkey key;
	enum sign_reason r;

	(void)reader_str(&m->body, path, sizeof(path));
	if (!reader_done(&m->body))
		return -2;
	(void)log_escape(shown, sizeof(shown), path, strlen(path));
	if ((r = key_read(m->fd, &key)) == SIGN_OK)
		return key_add(shown, &key, why);
	(void)snprintf(why, ROLE_WHY_MAX,
	    "verify-key %s: %s; write the file of a public key of minisign, signify or pxeguard-sign",
	    shown, sign_reason_text(r));
	return -1;
}

int
checking_conf_end(char *why)
{
	const struct checking_conf *c = &checking.conf;

	if (c->verify.mode == RECORD_VERIFY_OFF || c->nkeys > 0)
		return 0;
	(void)snprintf(why, ROLE_WHY_MAX,
	    "verify-images=%s: there is no key; add verify-key",
	    record_verify_name(c->verify.mode));
	return -1;
}

static void
conf_log(const struct checking_conf *c)
{
	char shown[SHOWN_MAX], id[SIGN_ID_TEXT];
	size_t i;

	for (i = 0; i < c->nkeys; i++)
		log_info("verify-images=%s: accepting signatures by key %s",
		    record_verify_name(c->verify.mode),
		    sign_id_text(id, c->keys[i].id));
	for (i = 0; i < c->nexempt; i++)
		log_info("verify-exempt: not checking \"%s\"",
		    log_escape(shown, sizeof(shown), c->exempt[i].pattern,
			strlen(c->exempt[i].pattern)));
}

void
checking_conf_commit(
    const struct image_rule *rule, const char (*roots)[RECORD_PATH_MAX])
{
	struct checking_conf *c = &checking.in_use;
	struct verifier_conf conf;

	checking_conf_free(c);
	*c = checking.conf;
	memset(&checking.conf, 0, sizeof(checking.conf));
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
	else
		conf_log(c);
	/* The new configuration decides about them. */
	if (waiting_call_all(&checking.waiting))
		turn_arm();
}

uint8_t
checking_mode(void)
{
	return checking.in_use.verify.mode;
}

bool
checking_preloads(void)
{
	return checking_mode() != RECORD_VERIFY_OFF &&
	       checking.in_use.verify.preload;
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
	bool require = checking_mode() == RECORD_VERIFY_REQUIRE;
	char shown[SHOWN_MAX], where[SHOWN_MAX], text[VERIFY_TEXT_MAX];
	uint64_t more;

	checking.nrefused[d->why]++;
	if (!log_limit_ok(&checking.refused, now_ms, &more))
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
	const uint64_t *n = checking.nrefused;
	uint64_t refused = 0;
	size_t i;

	if (checking_mode() == RECORD_VERIFY_OFF)
		return;
	for (i = 0; i < VERIFY_WHY_MAX; i++)
		refused += n[i];
	log_info("count verified files: %" PRIu64 ", not accepted: %" PRIu64,
	    checking.nserved, refused);
}
