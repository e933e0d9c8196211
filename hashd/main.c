/* SPDX-License-Identifier: ISC */
/* hashd: hashes boot files for imaged, which decides what the hashes mean. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include <nettle/version.h>

#include "daemon/library.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "hashd/queue.h"
#include "sandbox/role_main.h"

#define PRIORITY 2 /* below messages */

static struct {
	struct queue queue;
	struct event *turn;
} hashd;

static void
hashd_answer(uint32_t id, const struct hash_done *d, int fd)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t body[HASH_DONE_ENCODED];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	hash_done_encode(d, &w);
	/* A restarted imaged sends its jobs again. */
	if (imaged != NULL)
		(void)chan_send(imaged, MSG_HASH_DONE, id, &w, fd);
	else if (fd != -1)
		(void)close(fd);
}

static void
hashd_arm(void)
{
	const struct timeval at_once = { 0, 0 };

	if (hashd.queue.n > 0)
		(void)evtimer_add(hashd.turn, &at_once);
}

static void
hashd_turn(evutil_socket_t fd, short what, void *arg)
{
	struct queue_done d;

	(void)fd;
	(void)what;
	(void)arg;
	role_alive();
	if (queue_step(&hashd.queue, &d))
		hashd_answer(d.id, &d.answer, d.fd);
	hashd_arm();
}

static void
hashd_start(void)
{
	if (sodium_init() == -1)
		fatalx("libsodium cannot be used");
	hashd.turn = evtimer_new(role_base(), hashd_turn, NULL);
	if (hashd.turn == NULL ||
	    event_priority_set(hashd.turn, PRIORITY) == -1)
		fatalx("no memory for a timer");
}

static int
hashd_job(struct msg *m)
{
	struct hash_done none = { .status = HASH_NO_MEMORY };
	struct hash_job job;

	if (hash_job_decode(&m->body, &job) == -1)
		return -1;
	if (queue_add(&hashd.queue, m->id, &job, msg_take_fd(m)) != HASH_OK)
		hashd_answer(m->id, &none, -1);
	hashd_arm();
	return 0;
}

static int
hashd_message(struct chan *c, struct msg *m)
{
	(void)c;
	return m->type == MSG_HASH_JOB ? hashd_job(m) : -1;
}

/* imaged, which waited for the answers, has ended. */
static void
hashd_peer_down(enum role peer)
{
	if (peer == ROLE_IMAGED)
		queue_end_all(&hashd.queue);
}

static const struct role_ops ops = {
	.id = ROLE_HASHD,
	.start = hashd_start,
	.peer_down = hashd_peer_down,
	.message = hashd_message,
};

static int
hashd_libraries(void)
{
	char running[32], compiled[32];
	const struct library l = { "nettle", running, compiled };

	(void)snprintf(running, sizeof(running), "%d.%d",
	    nettle_version_major(), nettle_version_minor());
	(void)snprintf(compiled, sizeof(compiled), "%d.%d",
	    NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR);
	return library_print(&l, 1);
}

int
main(int argc, char **argv)
{
	if (library_asked(argc, argv))
		return hashd_libraries();
	return role_main(&ops);
}
