/* SPDX-License-Identifier: ISC */
/* The messages of a role that somebody has taken over. */
#include "tests/live/bad_say.h"

#include <fcntl.h>
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

ssize_t
say(int fd, enum msg_type type, const void *body, size_t len)
{
	uint8_t buf[MSG_HEADER + 2 * LOG_LINE_MAX];
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
