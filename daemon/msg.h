/* SPDX-License-Identifier: ISC */
/*
 * Every message that one process may send another.  The table in msg.c says
 * who may send it to whom, how long it is, whether a descriptor rides on it
 * and in which phase it is welcome; msg_check() applies it before any handler
 * sees the message.
 *
 * On the wire: type (16 bits), zero (16), id (32), then the fields given
 * here.  `str` and `blob` have a 16-bit length before them.  A reply carries
 * the id of its request; elsewhere the id is 0.
 */
#ifndef DAEMON_MSG_H
#define DAEMON_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MSG_HEADER 8
#define MSG_BODY_MAX 16512 /* BOOT with all its folders is the longest */
#define MSG_SIZE_MAX (MSG_HEADER + MSG_BODY_MAX)

enum role {
	ROLE_PRIV,
	ROLE_CONFD,
	ROLE_DHCPD,
	ROLE_LEASED,
	ROLE_TFTPD,
	ROLE_IMAGED,
	ROLE_MAX
};

#define ROLE_BIT(r) ((uint16_t)(1U << (r)))

enum msg_type {
	/* The life of a role. */
	MSG_BOOT = 1, /* struct boot; the first message, and sent once */
	MSG_WALLS, /* u32 bits of enum sandbox_wall that stand */
	MSG_LOG, /* u8 priority, str line */
	MSG_DYING, /* u32 number of the refused system call, u32 arch */
	MSG_STOP, /* - */
	MSG_PEER, /* u8 role, u32 instance; descriptor: a channel to it */
	MSG_PEER_BAD, /* u8 role, u32 instance, str: how it broke the table */

	/* Configuration of a role, at start and at each reload. */
	MSG_CONF_BEGIN, /* u32 generation */
	MSG_CONF_RECORDS, /* one or more of: u16 length, struct record */
	MSG_CONF_IFACE, /* struct iface */
	MSG_CONF_SOCKET, /* u8 use, u32 ifindex; descriptor: the socket */
	MSG_CONF_END, /* u32 generation */
	MSG_READY, /* u32 generation */
	MSG_REJECT, /* u32 generation, str reason */
	MSG_COMMIT, /* u32 generation */
	MSG_ABORT, /* u32 generation */

	/* confd: reading the configuration. */
	MSG_PARSE_ARG, /* str: one directive from the command line */
	MSG_PARSE_FILE, /* str path; descriptor: the file */
	MSG_PARSE_GO, /* - */
	MSG_INCLUDE, /* u8 directory, str path */
	MSG_INCLUDED, /* u32 daemon/open_error.h; descriptor when 0 */
	MSG_PARSE_RECORDS, /* as CONF_RECORDS */
	MSG_DIAG, /* u8 severity, str file, u32 line, str text */
	MSG_PARSED, /* u32 errors, u32 warnings */

	/* What roles ask of the parent. */
	MSG_SOCKET_ASK, /* u32 ifindex, endpoint local, endpoint remote */
	MSG_SOCKET_GIVE, /* u32 errno, u32 mtu of the path; descriptor when 0 */
	MSG_NEIGH_ASK, /* u32 ifindex, u32 addr, u8 hwtype, blob hwaddr */
	MSG_NEIGH_DONE, /* u32 errno */

	/* dhcpd and leased. */
	MSG_LEASE_LOAD, /* - : send all rows */
	MSG_LEASE_ROW, /* struct lease, any number of them */
	MSG_LEASE_LOADED, /* u32 rows */
	MSG_LEASE_PUT, /* struct lease */
	MSG_LEASE_DURABLE, /* - */
	MSG_LEASE_REFUSED, /* str reason */

	/* tftpd and imaged. */
	/*
	 * u8 root, blob own: the client's own folder, which counts if it
	 * exists, blob name, blob sibling: the name to try where there is no
	 * such file; own and sibling may be empty.
	 */
	MSG_FILE_ASK,
	/* u8 enum file_status, u8 enum file_way, u64 size; descriptor when ok
	 */
	MSG_FILE_GIVE,

	/* dhcpd tells tftpd who has an address; no hw: nobody any more. */
	MSG_CLIENT, /* u32 addr, u8 hwtype, blob hw, str host name */

	/* Is the role alive?  New types come last: inputs of tests name them.
	 */
	MSG_PING, /* u32 number; a role answers it at once */
	MSG_PONG, /* u32 number of the PING, or 0: busy, but alive */
	MSG_TYPE_MAX
};

/* What a receiver is ready for; each channel has one phase at a time. */
enum msg_phase {
	PHASE_BOOT = 1 << 0, /* the role builds its walls */
	PHASE_CONF = 1 << 1, /* it stands, and waits for its configuration */
	PHASE_RUN = 1 << 2, /* it has been READY once */
};

enum msg_fd { MSG_FD_NONE, MSG_FD_NEEDED, MSG_FD_MAYBE };

struct msg_spec {
	const char *name;
	uint16_t from; /* ROLE_BIT()s */
	uint16_t to;
	uint16_t min; /* bytes of the body */
	uint16_t max;
	uint8_t fd; /* enum msg_fd */
	uint8_t phase; /* enum msg_phase bits */
};

enum msg_refusal {
	MSG_OK,
	MSG_SHORT, /* no room for a header */
	MSG_UNKNOWN, /* no such type */
	MSG_RESERVED, /* the zero field is not zero */
	MSG_SENDER, /* this sender may not send it */
	MSG_RECEIVER, /* this receiver does not take it */
	MSG_PHASE, /* not now */
	MSG_LENGTH,
	MSG_DESCRIPTOR, /* one too many, or one missing */
};

/* NULL for a type that does not exist. */
const struct msg_spec *msg_spec(uint16_t type);
const char *msg_name(uint16_t type);
const char *msg_refusal_text(enum msg_refusal);
const char *role_name(enum role);

/*
 * Whether `to` may take this message from `from` in this phase.  buf and len:
 * the whole message; nfds: how many descriptors came with it.  Pure.
 */
enum msg_refusal msg_check(enum role from, enum role to, uint8_t phase,
    const uint8_t *buf, size_t len, size_t nfds);

#endif
