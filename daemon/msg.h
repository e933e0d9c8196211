/* SPDX-License-Identifier: ISC */
/*
 * All messages between processes.  For each message the table in msg.c lists
 * the senders, the receivers, the length, the descriptor, and the phases in
 * which it is allowed.  msg_check() applies the table before any handler is
 * called.
 *
 * A message is: type (16 bits), zero (16), id (32), then the fields given here.
 * `str` and `blob` have a 16-bit length before them.  A reply has the id of its
 * request; otherwise the id is 0.
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
	ROLE_CAPD, /* for one job, as confd */
	ROLE_HASHD,
	ROLE_HTTPD,
	ROLE_KEYD,
	ROLE_MAX
};

/* What confd asks for by INCLUDE. */
enum msg_include {
	MSG_INCLUDE_FILE,
	MSG_INCLUDE_FOLDER,
	MSG_INCLUDE_WATCHED, /* a folder; a change in it leads to a reload */
	MSG_INCLUDE_MAX
};

#define ROLE_BIT(r) ((uint16_t)(1U << (r)))

_Static_assert(ROLE_MAX < 16, "a set of roles has 16 bits");

/* All roles but the parent, and those of them that stay. */
#define ROLES_CHILDREN ((uint16_t)(ROLE_BIT(ROLE_MAX) - ROLE_BIT(ROLE_CONFD)))
#define ROLES_SERVERS                \
	((uint16_t)(ROLES_CHILDREN & \
		    ~(ROLE_BIT(ROLE_CONFD) | ROLE_BIT(ROLE_CAPD))))

enum msg_type {
	/* The life of a role. */
	MSG_BOOT = 1, /* struct boot; the first message, sent once */
	MSG_LAYERS, /* u32 bits of enum sandbox_layer that are active */
	MSG_LOG, /* u8 priority, str line */
	MSG_DYING, /* u32 number of the forbidden system call, u32 arch */
	MSG_STOP, /* - */
	MSG_PEER, /* u8 role, u32 instance; descriptor: a channel to it */
	MSG_PEER_BAD, /* u8 role, u32 instance, str: the violation */

	/* Configuration of a role, at start and at each reload. */
	MSG_CONF_BEGIN, /* u32 generation */
	MSG_CONF_RECORDS, /* one or more of: u16 length, struct record */
	MSG_CONF_IFACE, /* struct iface */
	MSG_CONF_SOCKET, /* u8 use, u32 ifindex; descriptor: the socket */
	MSG_CONF_END, /* u32 generation */
	MSG_READY, /* u32 generation */
	/* u32 generation, u32 record from 1 on, 0: none, str reason */
	MSG_REJECT,
	MSG_COMMIT, /* u32 generation */
	MSG_ABORT, /* u32 generation */

	/* confd: parsing the configuration. */
	MSG_PARSE_ARG, /* str: one directive from the command line */
	MSG_PARSE_FILE, /* str path; descriptor: the file */
	MSG_PARSE_GO, /* u8 enum parse_also bits: what to send besides */
	MSG_INCLUDE, /* u8 enum msg_include, str path */
	MSG_INCLUDED, /* u32 error (daemon/open_error.h); descriptor if 0 */
	MSG_PARSE_RECORDS, /* as CONF_RECORDS */
	MSG_DIAG, /* u8 severity, str file, u32 line, u32 kind, str text */
	MSG_PARSED, /* u32 errors, u32 warnings */

	/* Requests of roles to the parent. */
	MSG_SOCKET_ASK, /* u32 ifindex, endpoint local, endpoint remote */
	MSG_SOCKET_GIVE, /* u32 errno, u32 mtu of the path; descriptor if 0 */
	MSG_NEIGH_ASK, /* u32 ifindex, struct addr, u8 hwtype, blob hwaddr */
	MSG_NEIGH_DONE, /* u32 errno */

	/* dhcpd and leased. */
	MSG_LEASE_LOAD, /* - */
	MSG_LEASE_ROW, /* struct lease, any number of them */
	MSG_LEASE_LOADED, /* u32 rows */
	MSG_LEASE_PUT, /* struct lease */
	MSG_LEASE_DURABLE, /* - */
	MSG_LEASE_REFUSED, /* str reason */

	/* tftpd or httpd, and imaged. */
	/*
	 * u8 root; blob own: the client's own folder, used if it exists; blob
	 * name; blob sibling: the name to try if there is no such file.  own
	 * and sibling may be empty.
	 */
	MSG_FILE_ASK,
	/*
	 * u8 enum file_status, u8 enum file_way, u64 size, u64 time of the last
	 * change in ns since 1970; descriptor if OK.
	 */
	MSG_FILE_GIVE,

	/* dhcpd reports the client of an address; empty hw: no client. */
	MSG_CLIENT, /* struct addr, u8 hwtype, blob hw, str host name */

	/* New types are added at the end: saved test inputs contain numbers. */
	MSG_PING, /* u32 number; a role answers it at once */
	MSG_PONG, /* u32 number of the PING, or 0: busy, but alive */

	/* confd: the configuration in canonical form. */
	MSG_PARSE_LINE, /* str line, without a newline */

	/* A lease file of dnsmasq, for a database that is made anew. */
	MSG_CONF_IMPORT, /* str path; descriptor: the file */

	/*
	 * pxeguard --leases: a leased without a configuration prints leases.
	 * See daemon/lease_show.h.
	 */
	MSG_SHOW_FILE, /* u8 enum lease_show_file; descriptor: the file */
	MSG_SHOW_GO, /* u8 enum lease_show_format */
	MSG_SHOW_TEXT, /* bytes of the text that is printed */
	MSG_SHOWN, /* u8 enum lease_show_outcome, u32 leases, str reason */

	/* A client that dhcpd has told a boot file of the receiver. */
	MSG_BOOTING, /* struct addr */
	MSG_CONF_TEST, /* bool: the folder of the database does not exist */

	/*
	 * pxeguard --explain: a dhcpd without sockets says what it would send.
	 * See daemon/explain.h.
	 */
	/* u8 root, u8 enum explain_file, u8 enum arch_kind, str name */
	MSG_EXPLAIN_FILE,
	/* bool: packets follow; bool: JSON; u8 n, n words, each a str */
	MSG_EXPLAIN,
	MSG_EXPLAIN_TEXT, /* bytes of the text that is printed */
	MSG_EXPLAINED, /* str: why the question has no answer; "" if it has */
	/*
	 * The requests of a capture file, in the order of their frames: u32
	 * number of the frame, u32 from, u32 to, u16 port, blob packet.
	 */
	MSG_EXPLAIN_PACKET,
	MSG_EXPLAIN_END, /* u32 frames, u32 requests, u32 fragments, u32 cut */

	/* capd reads the file; see daemon/capture.h. */
	MSG_CAPTURE_FILE, /* descriptor: the file */
	MSG_CAPTURED, /* as EXPLAIN_PACKET */
	MSG_CAPTURE_END, /* as EXPLAIN_END, and str: why it is not whole */

	/* Signed boot files. */
	MSG_CONF_KEY, /* str path; descriptor: a file with a public key */
	MSG_HASH_JOB, /* struct hash_job; descriptor: a file */
	/* struct hash_done; descriptor: what the job asked for, if it is OK */
	MSG_HASH_DONE,
	/*
	 * u32 bytes of a block (HASH_BLOCK_SIZE); descriptor: the table of
	 * block hashes for the file of the FILE_GIVE that follows.
	 */
	MSG_FILE_BLOCKS,

	/* HTTPS: see daemon/handshake.h. */
	MSG_CONF_TLS, /* u8 enum tls_file, str path; descriptor: the file */
	MSG_SIGN_ASK, /* struct sign_ask */
	MSG_SIGN_GIVE, /* struct sign_give */

	/* imaged and leased: serials of manifests. */
	MSG_SERIAL_LOAD, /* - */
	MSG_SERIAL_ROW, /* struct serial_row */
	MSG_SERIAL_LOADED, /* u32 rows */
	MSG_SERIAL_PUT, /* struct serial_row */
	MSG_SERIAL_DURABLE, /* - */
	MSG_SERIAL_REFUSED, /* str reason */
	MSG_TYPE_MAX
};

/* What confd sends besides records of services. */
enum parse_also {
	PARSE_LINES = 1 << 0, /* PARSE_LINE, for --print-config */
	PARSE_PLACES = 1 << 1, /* the lines of all records, for --explain */
	PARSE_ALSO_ALL = (1 << 2) - 1
};

/* The phase of a channel, which restricts its messages. */
enum msg_phase {
	PHASE_BOOT = 1 << 0, /* the role enters its sandbox */
	PHASE_CONF = 1 << 1, /* it waits for its first configuration */
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
	MSG_SHORT, /* shorter than a header */
	MSG_UNKNOWN, /* no such type */
	MSG_RESERVED, /* the zero field is not zero */
	MSG_SENDER, /* not allowed for this sender */
	MSG_RECEIVER, /* not allowed for this receiver */
	MSG_PHASE, /* not allowed in this phase */
	MSG_LENGTH,
	MSG_DESCRIPTOR, /* too many descriptors, or one is missing */
};

/* NULL for an unknown type. */
const struct msg_spec *msg_spec(uint16_t type);
const char *msg_name(uint16_t type);
const char *msg_refusal_text(enum msg_refusal);
const char *role_name(enum role);

/* Whether any message from `from` to `to` may have a descriptor. */
bool msg_may_have_fd(enum role from, enum role to);

/*
 * Checks a message from `from` to `to` in this phase.  buf and len: the whole
 * message; nfds: the number of its descriptors.  Pure.
 */
enum msg_refusal msg_check(enum role from, enum role to, uint8_t phase,
    const uint8_t *buf, size_t len, size_t nfds);

#endif
