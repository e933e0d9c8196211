/* SPDX-License-Identifier: ISC */
/* The deeds of the roles that serve files, and the table of all roles. */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/buf.h"
#include "daemon/file.h"
#include "daemon/handshake.h"
#include "daemon/hash_job.h"
#include "daemon/log.h"
#include "daemon/record.h"
#include "daemon/role.h"
#include "tests/live/bad_deeds.h"
#include "tests/live/bad_say.h"

#define ROOM_MS 5000 /* the parent makes room for a message in that time */

static const uint8_t garbage[18] = { 0xff, 0xff, 0xff };

/* What its filter allows; the process after it gets the same sockets. */
static void
sockets_set(int level, int name, int value)
{
	size_t i;

	for (i = 0; i < bad.nsockets; i++)
		(void)setsockopt(
		    bad.sockets[i], level, name, &value, sizeof(value));
}

void
sockets_shut(void)
{
	size_t i;

	/* What it does to one that does not listen stays if it does again. */
	for (i = 0; i < 2 * bad.nsockets; i++)
		(void)shutdown(bad.sockets[i / 2], SHUT_RDWR);
}

static void
file_ask(uint8_t *body, size_t size, struct writer *w)
{
	writer_init(w, body, size);
	writer_u8(w, 0);
	writer_str(w, "");
	writer_str(w, "file");
	writer_str(w, "");
}

/* Root, own folder, name, other name; test_no_file_outside makes some. */
static const struct {
	uint8_t root;
	const char *own, *name, *sibling;
} outside[] = {
	{ 0, "", "../etc/passwd", "" },
	{ 0, "", "folder/../../etc/passwd", "" }, { 0, "", "/etc/passwd", "" },
	{ 0, "", "/proc/self/maps", "" }, { 0, "", "nothing", "../etc/passwd" },
	{ 0, "..", "etc/passwd", "" }, { 0, ".", "file", "" },
	{ 0, "folder/..", "file", "" }, { 0, "", "", "" }, { 0, "", ".", "" },
	{ 0, "", "..", "" }, { 0, "", "file/", "" }, { 0, "", "folder", "" },
	{ 0, "", "link-up", "" }, { 0, "", "link-absolute", "" },
	{ 0, "", "link-folder/passwd", "" }, { 0, "", "fifo", "" },
	{ 0, "", "socket", "" }, { 0, "", "device", "" },
	{ 0, "", "secret", "" }, { 1, "", "file", "" }, { 255, "", "file", "" },
	{ 0, "", "file", "" }, /* the only one that there is */
};
static size_t answered;

static void
ask_outside(void)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t body[128];
	struct writer w;
	size_t i;

	for (i = 0; imaged != NULL && i < sizeof(outside) / sizeof(outside[0]);
	     i++) {
		writer_init(&w, body, sizeof(body));
		writer_u8(&w, outside[i].root);
		writer_str(&w, outside[i].own);
		writer_str(&w, outside[i].name);
		writer_str(&w, outside[i].sibling);
		(void)chan_send(imaged, MSG_FILE_ASK, (uint32_t)i, &w, -1);
	}
}

/* With the deed "outside", there must be no descriptor. */
static void
tftpd_answers(struct chan *c, struct msg *m)
{
	const size_t n = sizeof(outside) / sizeof(outside[0]);

	(void)c;
	if (m->type != MSG_FILE_GIVE || !is("outside"))
		return;
	if (m->fd != -1 && m->id < n)
		log_warnx("got a file for root %d, \"%s\", \"%s\", \"%s\"",
		    outside[m->id].root, outside[m->id].own,
		    outside[m->id].name, outside[m->id].sibling);
	if (++answered == n)
		log_warnx("got all answers");
}

static void
ask_file(uint32_t id)
{
	struct chan *imaged = role_peer(ROLE_IMAGED);
	uint8_t body[32];
	struct writer w;

	file_ask(body, sizeof(body), &w);
	if (imaged != NULL && chan_queued(imaged) < BURST)
		(void)chan_send(imaged, MSG_FILE_ASK, id, &w, -1);
}

static void
ask_file_raw(void)
{
	uint8_t body[32];
	struct writer w;

	file_ask(body, sizeof(body), &w);
	say_peer(MSG_FILE_ASK, body, w.len);
}

static void
ask_socket_raw(void)
{
	static const uint8_t client[4] = { 192, 168, 1, 77 };

	(void)ask_socket(bad.ifindex, client, 2000);
}

static void
tftpd_deeds(void)
{
	static const uint8_t all[4] = { 192, 168, 1, 255 };
	static const uint8_t service[4] = { 10, 9, 9, 9 };
	static const uint8_t client[4] = { 192, 168, 1, 77 };
	struct pollfd parent = { PARENT_FD, POLLOUT, 0 };
	int i;

	if (is("policy"))
		(void)ask_socket(bad.ifindex, all, 2000);
	else if (is("inside"))
		(void)ask_socket(bad.ifindex, service, 161);
	else if (is("accuse"))
		accuse_all(ROLE_DHCPD);
	else if (is("flood-accuse"))
		accuse_all(ROLE_IMAGED);
	else if (is("unread-files"))
		ask_and_not_read(ask_file_raw);
	else if (is("unread-sockets"))
		ask_and_not_read(ask_socket_raw);
	else if (is("outside"))
		ask_outside();
	else if (is("set-sockets"))
		sockets_set(SOL_UDP, UDP_SEGMENT, 1);
	else if (is("peer"))
		say_peer(MSG_FILE_GIVE, garbage, sizeof(garbage));
	else if (is("flood-ask"))
		for (i = 0; i < BURST; i++)
			while (ask_socket(bad.ifindex, client,
				   (uint16_t)(1024 + i)) == -1 &&
			       poll(&parent, 1, ROOM_MS) == 1 &&
			       parent.revents == POLLOUT)
				continue;
}

static void
ask_signature(uint32_t id)
{
	struct sign_ask ask = { .kind = HANDSHAKE_ECDSA, .hashlen = 32 };
	struct chan *keyd = role_peer(ROLE_KEYD);
	uint8_t body[SIGN_ASK_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	sign_ask_encode(&ask, &w);
	if (keyd != NULL && chan_queued(keyd) < BURST)
		(void)chan_send(keyd, MSG_SIGN_ASK, id, &w, -1);
}

static void
httpd_deeds(void)
{
	uint32_t i;

	if (is("flood-files"))
		for (i = 0; i < BURST; i++)
			ask_file(bad.n * BURST + i);
	else if (is("flood-signatures"))
		for (i = 0; i < BURST; i++)
			ask_signature(bad.n * BURST + i);
	else if (is("set-sockets"))
		sockets_set(SOL_TCP, TCP_CORK, 1);
	else if (is("shut-sockets"))
		sockets_shut();
	else if (is("peer"))
		say_peer(MSG_SIGN_GIVE, garbage, sizeof(garbage));
	else if (is("accuse"))
		accuse_all(ROLE_DHCPD);
	else if (is("flood-accuse"))
		accuse_all(ROLE_KEYD);
}

/* To copy a directory, of the size of no directory. */
static void
job(uint32_t id)
{
	struct hash_job j = { .work = HASH_COPY | HASH_SHA256,
		.size = id % 2 != 0 ? INT64_MAX : 4096 };
	struct chan *hashd = role_peer(ROLE_HASHD);
	uint8_t body[HASH_JOB_ENCODED];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	hash_job_encode(&j, &w);
	if (hashd != NULL && chan_queued(hashd) < BURST)
		(void)chan_send(hashd, MSG_HASH_JOB, id, &w,
		    fcntl(bad.folder, F_DUPFD_CLOEXEC, 0));
}

static void
imaged_deeds(void)
{
	uint32_t i;

	if (serial_deeds(ROLE_LEASED, MSG_SERIAL_PUT))
		return;
	if (is("flood-give"))
		for (i = 0; i < BURST; i++)
			give(
			    ROLE_TFTPD, bad.n * BURST + i, FILE_MISSING, 0, -1);
	else if (is("flood-jobs"))
		for (i = 0; i < BURST; i++)
			job(bad.n * BURST + i);
	else if (is("peer"))
		say_peer(MSG_FILE_GIVE, "x", 1);
	else if (is("flood-accuse"))
		accuse_all(ROLE_TFTPD);
}

static void
imaged_answers(struct chan *c, struct msg *m)
{
	if (m->type != MSG_FILE_ASK)
		return;
	if (is("give-folder"))
		give(chan_peer(c), m->id, FILE_OK, 4096, bad.folder);
	else if (is("give-channel"))
		give(chan_peer(c), m->id, FILE_OK, 4096, PARENT_FD);
	else if (is("give-too-long"))
		give(chan_peer(c), m->id, FILE_OK, INT64_MAX, bad.folder);
}

/* -------------------------------------------------------- hashd and keyd */

/* Memory as hashd answers with, but for what the deed leaves out. */
static int
answer_memory(uint64_t size)
{
	const int seals =
	    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	uint8_t zeros[4096] = { 0 };
	uint64_t at = 0;
	int fd;

	if (is("done-short"))
		size--;
	fd = memfd_create("verified", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	while (at < size) {
		size_t n = size - at < sizeof(zeros) ? (size_t)(size - at)
						     : sizeof(zeros);

		if (pwrite(fd, zeros, n, (off_t)at) <= 0)
			break;
		at += n;
	}
	if (!is("done-unsealed"))
		(void)fcntl(fd, F_ADD_SEALS, seals);
	return fd;
}

static void
answer_job(struct chan *c, uint32_t id, const struct hash_job *job)
{
	struct hash_done done = { .pure = true };
	uint64_t size = (job->work & HASH_COPY) != 0
			    ? job->size
			    : hash_table_size(job->size);
	uint8_t body[HASH_DONE_ENCODED];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	hash_done_encode(&done, &w);
	if (is("done-channel"))
		(void)chan_send_lent(c, MSG_HASH_DONE, id, &w, PARENT_FD);
	else
		(void)chan_send(c, MSG_HASH_DONE, id, &w, answer_memory(size));
}

static void
hashd_answers(struct chan *c, struct msg *m)
{
	struct hash_job job;

	if (m->type != MSG_HASH_JOB || is("done-silent") ||
	    hash_job_decode(&m->body, &job) == -1)
		return;
	answer_job(c, is("done-other") ? m->id + 1 : m->id, &job);
	if (is("done-twice"))
		answer_job(c, m->id, &job);
}

static void
hashd_deeds(void)
{
	static uint8_t done[HASH_DONE_ENCODED];

	done[0] = HASH_NO_MEMORY;
	if (is("done-unasked"))
		say_peer(MSG_HASH_DONE, done, sizeof(done));
	else if (is("peer"))
		say_peer(MSG_FILE_GIVE, garbage, sizeof(garbage));
	else if (is("flood-accuse"))
		accuse_all(ROLE_IMAGED);
}

static void
give_signature(struct chan *c, uint32_t id)
{
	static struct sign_give g = { .status = SIGN_OK, .siglen = 70 };
	uint8_t body[SIGN_GIVE_MAX];
	struct writer w;

	if (c == NULL || chan_queued(c) >= BURST)
		return;
	writer_init(&w, body, sizeof(body));
	sign_give_encode(&g, &w);
	(void)chan_send(c, MSG_SIGN_GIVE, id, &w, -1);
}

static void
give_late(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	give_signature(role_peer(ROLE_HTTPD), (uint32_t)(uintptr_t)arg);
}

static void
keyd_answers(struct chan *c, struct msg *m)
{
	/* httpd waits for a second. */
	static const struct timeval late = { 1, 500000 };

	if (m->type != MSG_SIGN_ASK)
		return;
	if (is("sign-late"))
		(void)event_base_once(role_base(), -1, EV_TIMEOUT, give_late,
		    (void *)(uintptr_t)m->id, &late);
	if (is("sign-wrong"))
		give_signature(c, m->id);
	else if (is("sign-other"))
		give_signature(c, m->id + 1);
	/* Any other deed: no answer. */
}

static void
keyd_deeds(void)
{
	uint32_t i;

	if (is("peer"))
		say_peer(MSG_FILE_GIVE, garbage, sizeof(garbage));
	else if (is("flood-gives"))
		for (i = 0; i < BURST; i++)
			give_signature(
			    role_peer(ROLE_HTTPD), bad.n * BURST + i);
	else if (is("flood-accuse"))
		accuse_all(ROLE_HTTPD);
}

/* tests/style/deeds compares both with the roles that there are. */
void (*const deeds_serving[ROLE_MAX])(void) = {
	[ROLE_DHCPD] = dhcpd_deeds,
	[ROLE_LEASED] = leased_deeds,
	[ROLE_TFTPD] = tftpd_deeds,
	[ROLE_IMAGED] = imaged_deeds,
	[ROLE_HASHD] = hashd_deeds,
	[ROLE_HTTPD] = httpd_deeds,
	[ROLE_KEYD] = keyd_deeds,
};

void (*const deeds_answering[ROLE_MAX])(struct chan *, struct msg *) = {
	[ROLE_TFTPD] = tftpd_answers,
	[ROLE_IMAGED] = imaged_answers,
	[ROLE_HASHD] = hashd_answers,
	[ROLE_KEYD] = keyd_answers,
};
