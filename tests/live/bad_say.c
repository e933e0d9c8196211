/* SPDX-License-Identifier: ISC */
/* The messages of a role that somebody has taken over. */
#include "tests/live/bad_say.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "daemon/buf.h"
#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "daemon/role.h"

#define FILE_GIVE_LEN 18 /* bytes of its body */
#define INSTANCES 64 /* numbers that a process may have */
#define PEER_FDS 64
#define GENERATIONS 64 /* of configurations, in a test */

ssize_t
say(int fd, enum msg_type type, const void *body, size_t len)
{
	static uint8_t buf[MSG_SIZE_MAX + 1];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	writer_u16(&w, (uint16_t)type);
	writer_u16(&w, 0);
	writer_u32(&w, 1);
	writer_bytes(&w, body, len);
	return send(fd, buf, w.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
say_peer(enum msg_type type, const void *body, size_t len)
{
	int fd;

	for (fd = PARENT_FD + 1; fd < PEER_FDS; fd++)
		(void)say(fd, type, body, len);
}

void
ask_and_not_read(void (*ask)(void))
{
	static const uint8_t number[4] = { 0, 0, 0, 1 };
	int i;

	for (;;) {
		(void)say(PARENT_FD, MSG_PONG, number, sizeof(number));
		for (i = 0; i < 64; i++)
			ask();
		(void)poll(NULL, 0, 1);
	}
}

void
flood(enum msg_type type, const void *body, size_t len)
{
	int i;

	for (i = 0; i < BURST && say(PARENT_FD, type, body, len) != -1; i++)
		continue;
}

ssize_t
ask_socket(uint32_t ifindex, const uint8_t to[4], uint16_t port)
{
	struct endpoint local = { .addr = { 4, { 192, 168, 1, 1 } } };
	struct endpoint remote = { .addr.family = 4, .port = port };
	uint8_t body[64];
	struct writer w;

	memcpy(remote.addr.bytes, to, 4);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, ifindex);
	endpoint_encode(&local, &w);
	endpoint_encode(&remote, &w);
	return say(PARENT_FD, MSG_SOCKET_ASK, body, w.len);
}

void
ask_neigh(uint32_t ifindex, uint32_t host)
{
	static const uint8_t hw[6] = { 2, 0x66, 0x66, 0x66, 0x66, 0x66 };
	struct addr addr = addr_from_ip4(host);
	uint8_t body[64];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, ifindex);
	addr_encode(&addr, &w);
	writer_u8(&w, 1);
	writer_blob(&w, hw, sizeof(hw));
	(void)say(PARENT_FD, MSG_NEIGH_ASK, body, w.len);
}

static void
accuse(enum role peer, uint32_t instance)
{
	uint8_t body[64];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)peer);
	writer_u32(&w, instance);
	writer_str(&w, "a lie");
	(void)say(PARENT_FD, MSG_PEER_BAD, body, w.len);
}

void
accuse_all(enum role peer)
{
	uint32_t n;

	for (n = 0; n < INSTANCES; n++)
		accuse(peer, n);
}

/* Bytes of such a message. */
static size_t
hostile_length(const struct msg_spec *spec, const char *variant)
{
	if (strcmp(variant, "short") == 0)
		return spec->min - 1U;
	if (strcmp(variant, "long") == 0)
		return spec->max + 1U;
	return strcmp(variant, "full") == 0 ? spec->max : spec->min;
}

/* Of an allowed length, as chan sends no other. */
static void
say_hostile_peers(const struct msg_spec *spec, enum msg_type type,
    struct writer *w, int folder)
{
	struct chan *peer;
	enum role r;

	for (r = ROLE_CONFD; r < ROLE_MAX; r++)
		if ((spec->to & ROLE_BIT(r)) != 0 &&
		    (peer = role_peer(r)) != NULL)
			(void)chan_send(peer, type, 1, w,
			    spec->fd == MSG_FD_NEEDED
				? fcntl(folder, F_DUPFD_CLOEXEC, 0)
				: -1);
}

void
say_hostile(const char *name, const char *variant, int folder)
{
	static uint8_t body[MSG_BODY_MAX + 1];
	const struct msg_spec *spec;
	struct writer w;
	size_t len;
	uint16_t type;

	for (type = 0; type < MSG_TYPE_MAX; type++) {
		spec = msg_spec(type);
		if (spec == NULL || strcmp(spec->name, name) != 0)
			continue;
		len = hostile_length(spec, variant);
		memset(body, strcmp(variant, "zeros") == 0 ? 0 : 0xff, len);
		writer_init(&w, body, sizeof(body));
		w.len = len;
		if ((spec->to & ROLE_BIT(ROLE_PRIV)) != 0)
			(void)say(PARENT_FD, (enum msg_type)type, body, len);
		else
			say_hostile_peers(
			    spec, (enum msg_type)type, &w, folder);
	}
}

void
say_of_all_generations(enum msg_type type)
{
	uint8_t body[16];
	struct writer w;
	uint32_t n;

	for (n = 0; n < GENERATIONS; n++) {
		writer_init(&w, body, sizeof(body));
		writer_u32(&w, n);
		if (type == MSG_REJECT) {
			writer_u32(&w, n);
			writer_str(&w, "no");
		}
		(void)say(PARENT_FD, type, body, w.len);
	}
}

void
lie_about_death(void)
{
	uint8_t body[8];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u32(&w, SYS_ptrace);
	writer_u32(&w, 0xc000003e);
	(void)say(PARENT_FD, MSG_DYING, body, w.len);
}

void
flood_log(const char *text, uint8_t priority)
{
	uint8_t body[LOG_LINE_MAX];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, priority);
	writer_str(&w, text);
	flood(MSG_LOG, body, w.len);
}

void
give(enum role to, uint32_t id, uint8_t status, uint64_t size, int fd)
{
	struct chan *peer = role_peer(to);
	uint8_t body[FILE_GIVE_LEN];
	struct writer w;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, status);
	writer_u8(&w, 0);
	writer_u64(&w, size);
	writer_u64(&w, 0);
	if (peer != NULL)
		(void)chan_send(peer, MSG_FILE_GIVE, id, &w,
		    fd == -1 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0));
}
