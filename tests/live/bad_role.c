/* SPDX-License-Identifier: ISC */
/*
 * A tftpd that somebody has taken over: it starts as it should and then does
 * what WRONG names.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/buf.h"
#include "daemon/endpoint.h"
#include "daemon/role.h"
#include "priv/sandbox.h"

#define PARENT_FD 3
#define AFTER_US 200000 /* the tests look at the others meanwhile */
#define PEER_FDS 64

enum wrong {
	CALL, /* a system call that it never needs */
	ARGUMENT, /* one that it needs, with arguments that it does not */
	SENDER, /* a message of another role */
	LENGTH, /* one of its own, too short */
	FIELDS, /* the right length, and nonsense in it */
	PEER, /* a message that its peer does not take */
	POLICY, /* asks for a socket that nobody should have */
	INSIDE, /* asks for one to a service of the host */
	ACCUSE, /* says that dhcpd broke the message table */
	WALLS, /* says that not all of its walls stand */
};

/* Not by chan, which refuses to send what is wrong. */
static void
say(int fd, enum msg_type type, const void *body, size_t len)
{
	uint8_t buf[MSG_HEADER + 64];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u16(&w, (uint16_t)type);
	writer_u16(&w, 0);
	writer_u32(&w, 1);
	writer_bytes(&w, body, len);
	(void)send(fd, buf, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Which one is the peer's, chan does not tell; others refuse it. */
static void
say_peer(void)
{
	static const uint8_t give[9];
	int fd;

	for (fd = PARENT_FD + 1; fd < PEER_FDS; fd++)
		say(fd, MSG_FILE_GIVE, give, sizeof(give));
}

/* From the server to somebody, as if a client had asked from there. */
static void
ask_socket(const struct endpoint *remote)
{
	struct endpoint local = { .family = 4, .addr = { 192, 168, 1, 1 } };
	uint8_t body[64];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, IFINDEX);
	endpoint_encode(&local, &w);
	endpoint_encode(remote, &w);
	(void)chan_send_now(PARENT_FD, MSG_SOCKET_ASK, 1, &w);
}

static void
accuse(enum role peer)
{
	uint8_t body[64];
	struct writer w;
	uint32_t instance;

	/* One of these is the process that is meant. */
	for (instance = 1; instance < 16; instance++) {
		writer_init(&w, body, sizeof(body));
		writer_u8(&w, (uint8_t)peer);
		writer_u32(&w, instance);
		writer_str(&w, "a lie");
		(void)chan_send_now(PARENT_FD, MSG_PEER_BAD, 0, &w);
	}
}

static void
go_wrong(evutil_socket_t fd, short what, void *arg)
{
	static const uint8_t accused_nobody[8] = { 99, [6] = 1, 'x' };
	static const struct endpoint everybody = {
		.family = 4, .addr = { 192, 168, 1, 255 }, .port = 2000
	};
	/* Of an interface that is not served. */
	static const struct endpoint service = {
		.family = 4, .addr = { 10, 9, 9, 9 }, .port = 161
	};

	(void)fd;
	(void)what;
	(void)arg;
	switch (WRONG) {
	case CALL:
		(void)syscall(SYS_socket, 2, 2, 0);
		break;
	case ARGUMENT:
		(void)mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		break;
	case SENDER:
		say(PARENT_FD, MSG_NEIGH_ASK, "0123456789a", 11);
		break;
	case LENGTH:
		say(PARENT_FD, MSG_SOCKET_ASK, "short", 5);
		break;
	case FIELDS:
		say(PARENT_FD, MSG_PEER_BAD, accused_nobody, 8);
		break;
	case PEER:
		say_peer();
		break;
	case POLICY:
		ask_socket(&everybody);
		break;
	case INSIDE:
		ask_socket(&service);
		break;
	case ACCUSE:
		accuse(ROLE_DHCPD);
		break;
	default:
		break;
	}
}

static void
committed(void)
{
	static const struct timeval later = { 0, AFTER_US };

	(void)event_base_once(
	    role_base(), -1, EV_TIMEOUT, go_wrong, NULL, &later);
}

static int
take_socket(enum socket_use use, uint32_t ifindex, int fd, char *why)
{
	(void)use;
	(void)ifindex;
	(void)why;
	(void)close(fd);
	return 0;
}

static int
take_message(struct chan *c, struct msg *m)
{
	(void)c;
	(void)m;
	return 0;
}

static void
lie_about_walls(void)
{
	static const uint8_t none[4];

	say(PARENT_FD, MSG_WALLS, none, sizeof(none));
	(void)poll(NULL, 0, -1);
}

static const struct role_ops ops = {
	.id = ROLE_TFTPD,
	.conf_socket = take_socket,
	.conf_commit = committed,
	.message = take_message,
};

int
main(void)
{
	if (WRONG == WALLS)
		lie_about_walls();
	return role_main(&ops);
}
