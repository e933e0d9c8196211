/* SPDX-License-Identifier: ISC */
/* The message table, and the check of a message against it. */
#include "daemon/msg.h"

#include "daemon/buf.h"
#include "daemon/capture.h"
#include "daemon/endpoint.h"
#include "daemon/explain.h"
#include "daemon/file.h"
#include "daemon/handshake.h"
#include "daemon/hash_job.h"
#include "daemon/iface.h"
#include "daemon/lease.h"
#include "daemon/lease_show.h"
#include "daemon/log.h"
#include "daemon/record_batch.h"
#include "daemon/serial.h"

#define P ROLE_BIT(ROLE_PRIV)
#define C ROLE_BIT(ROLE_CONFD)
#define D ROLE_BIT(ROLE_DHCPD)
#define L ROLE_BIT(ROLE_LEASED)
#define T ROLE_BIT(ROLE_TFTPD)
#define I ROLE_BIT(ROLE_IMAGED)
#define K ROLE_BIT(ROLE_CAPD)
#define H ROLE_BIT(ROLE_HASHD)
#define W ROLE_BIT(ROLE_HTTPD)
#define Y ROLE_BIT(ROLE_KEYD)
#define SERVERS ROLES_SERVERS
#define CHILDREN ROLES_CHILDREN

#define BOOT PHASE_BOOT
#define CONF PHASE_CONF
#define RUN PHASE_RUN
#define UP (CONF | RUN)
#define ANY (BOOT | CONF | RUN)

#define STR(max) (2 + (max))

static const struct msg_spec table[MSG_TYPE_MAX] = {
	/* clang-format off */
	/*                    name             from      to       min  max                         descriptor     phase */
	[MSG_BOOT]          = { "BOOT",          P,        CHILDREN, 1,  MSG_BODY_MAX,               MSG_FD_NONE,   BOOT },
	[MSG_LAYERS]        = { "LAYERS",        CHILDREN, P,        4,  4,                          MSG_FD_NONE,   BOOT },
	[MSG_LOG]           = { "LOG",           CHILDREN, P,        3,  1 + STR(LOG_LINE_MAX),      MSG_FD_NONE,   ANY },
	[MSG_DYING]         = { "DYING",         CHILDREN, P,        8,  8,                          MSG_FD_NONE,   ANY },
	[MSG_STOP]          = { "STOP",          P,        CHILDREN, 0,  0,                          MSG_FD_NONE,   ANY },
	[MSG_PEER]          = { "PEER",          P,        SERVERS,  5,  5,                          MSG_FD_NEEDED, UP },
	[MSG_PEER_BAD]      = { "PEER_BAD",      SERVERS,  P,        7,  5 + STR(255),               MSG_FD_NONE,   RUN },

	[MSG_CONF_BEGIN]    = { "CONF_BEGIN",    P,        SERVERS,  4,  4,                          MSG_FD_NONE,   UP },
	[MSG_CONF_RECORDS]  = { "CONF_RECORDS",  P,        SERVERS,  RECORD_BATCH_MIN, RECORD_BATCH_MAX, MSG_FD_NONE,   UP },
	[MSG_CONF_IFACE]    = { "CONF_IFACE",    P,        D | T | W, 1,  IFACE_ENCODED_MAX,          MSG_FD_NONE,   UP },
	[MSG_CONF_SOCKET]   = { "CONF_SOCKET",   P,        D | T | W, 5,  5,                          MSG_FD_NEEDED, UP },
	[MSG_CONF_END]      = { "CONF_END",      P,        SERVERS,  4,  4,                          MSG_FD_NONE,   UP },
	[MSG_READY]         = { "READY",         SERVERS,  P,        4,  4,                          MSG_FD_NONE,   UP },
	[MSG_REJECT]        = { "REJECT",        SERVERS,  P,        10, 8 + STR(512),               MSG_FD_NONE,   UP },
	[MSG_COMMIT]        = { "COMMIT",        P,        SERVERS,  4,  4,                          MSG_FD_NONE,   RUN },
	[MSG_ABORT]         = { "ABORT",         P,        SERVERS,  4,  4,                          MSG_FD_NONE,   UP },

	[MSG_PARSE_ARG]     = { "PARSE_ARG",     P,        C,        2,  STR(RECORD_MAX),            MSG_FD_NONE,   CONF },
	[MSG_PARSE_FILE]    = { "PARSE_FILE",    P,        C,        2,  STR(RECORD_PATH_MAX),       MSG_FD_NEEDED, CONF },
	[MSG_PARSE_GO]      = { "PARSE_GO",      P,        C,        1,  1,                          MSG_FD_NONE,   CONF },
	[MSG_INCLUDE]       = { "INCLUDE",       C,        P,        3,  1 + STR(RECORD_PATH_MAX),   MSG_FD_NONE,   CONF },
	[MSG_INCLUDED]      = { "INCLUDED",      P,        C,        4,  4,                          MSG_FD_MAYBE,  CONF },
	[MSG_PARSE_RECORDS] = { "PARSE_RECORDS", C,        P,        RECORD_BATCH_MIN, RECORD_BATCH_MAX, MSG_FD_NONE,   CONF },
	[MSG_DIAG]          = { "DIAG",          C,        P,        13, 9 + STR(RECORD_PATH_MAX) + STR(LOG_LINE_MAX),
	                                                                                             MSG_FD_NONE,   CONF },
	[MSG_PARSED]        = { "PARSED",        C,        P,        8,  8,                          MSG_FD_NONE,   CONF },

	[MSG_SOCKET_ASK]    = { "SOCKET_ASK",    T,        P,        4 + 2 * ENDPOINT_ENCODED_MIN, 4 + 2 * ENDPOINT_ENCODED_MAX,
	                                                                                             MSG_FD_NONE,   RUN },
	[MSG_SOCKET_GIVE]   = { "SOCKET_GIVE",   P,        T,        8,  8,                          MSG_FD_MAYBE,  RUN },
	[MSG_NEIGH_ASK]     = { "NEIGH_ASK",     D,        P,        7 + ADDR_ENCODED_MIN, 7 + ADDR_ENCODED_MAX + RECORD_HW_MAX,
	                                                                                             MSG_FD_NONE,   RUN },
	[MSG_NEIGH_DONE]    = { "NEIGH_DONE",    P,        D,        4,  4,                          MSG_FD_NONE,   RUN },

	[MSG_LEASE_LOAD]    = { "LEASE_LOAD",    D,        L,        0,  0,                          MSG_FD_NONE,   RUN },
	[MSG_LEASE_ROW]     = { "LEASE_ROW",     L,        D,        1,  LEASE_ROWS_MAX,             MSG_FD_NONE,   RUN },
	[MSG_LEASE_LOADED]  = { "LEASE_LOADED",  L,        D,        4,  4,                          MSG_FD_NONE,   RUN },
	[MSG_LEASE_PUT]     = { "LEASE_PUT",     D,        L,        1,  LEASE_ENCODED_MAX,          MSG_FD_NONE,   RUN },
	[MSG_LEASE_DURABLE] = { "LEASE_DURABLE", L,        D,        0,  0,                          MSG_FD_NONE,   RUN },
	[MSG_LEASE_REFUSED] = { "LEASE_REFUSED", L,        D,        2,  STR(255),                   MSG_FD_NONE,   RUN },

	[MSG_FILE_ASK]      = { "FILE_ASK",      T | W,    I,        7,  7 + FILE_FOLDER_MAX + 2 * FILE_NAME_MAX,
	                                                                                             MSG_FD_NONE,   RUN },
	[MSG_FILE_GIVE]     = { "FILE_GIVE",     I,        T | W,    18, 18,                         MSG_FD_MAYBE,  RUN },

	[MSG_CLIENT]        = { "CLIENT",        D,        T | W,     5 + ADDR_ENCODED_MIN, 5 + ADDR_ENCODED_MAX + RECORD_HW_MAX + LEASE_NAME_MAX - 1,
	                                                                                             MSG_FD_NONE,   RUN },

	[MSG_PING]          = { "PING",          P,        SERVERS,  4,  4,                          MSG_FD_NONE,   UP },
	[MSG_PONG]          = { "PONG",          CHILDREN, P,        4,  4,                          MSG_FD_NONE,   UP },

	[MSG_PARSE_LINE]    = { "PARSE_LINE",    C,        P,        2,  STR(RECORD_LINE_MAX),       MSG_FD_NONE,   CONF },
	[MSG_CONF_IMPORT]   = { "CONF_IMPORT",   P,        L,        2,  STR(RECORD_PATH_MAX),       MSG_FD_NEEDED, UP },
	[MSG_SHOW_FILE]     = { "SHOW_FILE",     P,        L,        1,  1,                          MSG_FD_NEEDED, CONF },
	[MSG_SHOW_GO]       = { "SHOW_GO",       P,        L,        1,  1,                          MSG_FD_NONE,   CONF },
	[MSG_SHOW_TEXT]     = { "SHOW_TEXT",     L,        P,        1,  LEASE_SHOW_TEXT_MAX,        MSG_FD_NONE,   CONF },
	[MSG_SHOWN]         = { "SHOWN",         L,        P,        7,  5 + STR(LEASE_SHOW_WHY_MAX),MSG_FD_NONE,   CONF },
	[MSG_BOOTING]       = { "BOOTING",       D,        T | W,     ADDR_ENCODED_MIN, ADDR_ENCODED_MAX,
	                                                                                             MSG_FD_NONE,   RUN },
	[MSG_CONF_TEST]     = { "CONF_TEST",     P,        L,        1,  1,                          MSG_FD_NONE,   CONF },
	[MSG_EXPLAIN_FILE]  = { "EXPLAIN_FILE",  P,        D,        5,  3 + STR(EXPLAIN_NAME_MAX),  MSG_FD_NONE,   RUN },
	[MSG_EXPLAIN]       = { "EXPLAIN",       P,        D,        3,  3 + EXPLAIN_WORDS_MAX * STR(EXPLAIN_WORD_MAX),
	                                                                                             MSG_FD_NONE,   RUN },
	[MSG_EXPLAIN_TEXT]  = { "EXPLAIN_TEXT",  D,        P,        1,  EXPLAIN_TEXT_MAX,           MSG_FD_NONE,   RUN },
	[MSG_EXPLAINED]     = { "EXPLAINED",     D,        P,        2,  STR(EXPLAIN_WHY_MAX),       MSG_FD_NONE,   RUN },
	[MSG_EXPLAIN_PACKET] = { "EXPLAIN_PACKET", P,      D,        16, 14 + STR(CAPTURE_PACKET_MAX), MSG_FD_NONE, RUN },
	[MSG_EXPLAIN_END]   = { "EXPLAIN_END",   P,        D,        16, 16,                         MSG_FD_NONE,   RUN },
	[MSG_CAPTURE_FILE]  = { "CAPTURE_FILE",  P,        K,        0,  0,                          MSG_FD_NEEDED, CONF },
	[MSG_CAPTURED]      = { "CAPTURED",      K,        P,        16, 14 + STR(CAPTURE_PACKET_MAX), MSG_FD_NONE, CONF },
	[MSG_CAPTURE_END]   = { "CAPTURE_END",   K,        P,        18, 16 + STR(CAPTURE_WHY_MAX),  MSG_FD_NONE,   CONF },
	[MSG_CONF_KEY]      = { "CONF_KEY",      P,        I,        2,  STR(RECORD_PATH_MAX),       MSG_FD_NEEDED, UP },
	[MSG_HASH_JOB]      = { "HASH_JOB",      I,        H,        HASH_JOB_ENCODED, HASH_JOB_ENCODED, MSG_FD_NEEDED, RUN },
	[MSG_HASH_DONE]     = { "HASH_DONE",     H,        I,        HASH_DONE_ENCODED, HASH_DONE_ENCODED, MSG_FD_MAYBE, RUN },
	[MSG_FILE_BLOCKS]   = { "FILE_BLOCKS",   I,        T | W,    4,  4,                          MSG_FD_NEEDED, RUN },
	[MSG_CONF_TLS]      = { "CONF_TLS",      P,        W | Y,    3,  1 + STR(RECORD_PATH_MAX),   MSG_FD_NEEDED, UP },
	[MSG_SIGN_ASK]      = { "SIGN_ASK",      W,        Y,        SIGN_ASK_MIN, SIGN_ASK_MAX,     MSG_FD_NONE,   RUN },
	[MSG_SIGN_GIVE]     = { "SIGN_GIVE",     Y,        W,        3,  SIGN_GIVE_MAX,              MSG_FD_NONE,   RUN },
	[MSG_SERIAL_LOAD]   = { "SERIAL_LOAD",   I,        L,        0,  0,                          MSG_FD_NONE,   RUN },
	[MSG_SERIAL_ROW]    = { "SERIAL_ROW",    L,        I,        SERIAL_ENCODED_MIN, SERIAL_ENCODED_MAX, MSG_FD_NONE, RUN },
	[MSG_SERIAL_LOADED] = { "SERIAL_LOADED", L,        I,        4,  4,                          MSG_FD_NONE,   RUN },
	[MSG_SERIAL_PUT]    = { "SERIAL_PUT",    I,        L,        SERIAL_ENCODED_MIN, SERIAL_ENCODED_MAX, MSG_FD_NONE, RUN },
	[MSG_SERIAL_DURABLE] = { "SERIAL_DURABLE", L,      I,        0,  0,                          MSG_FD_NONE,   RUN },
	[MSG_SERIAL_REFUSED] = { "SERIAL_REFUSED", L,      I,        2,  STR(SERIAL_WHY_MAX),        MSG_FD_NONE,   RUN },
	/* clang-format on */
};

const struct msg_spec *
msg_spec(uint16_t type)
{
	if (type >= MSG_TYPE_MAX || table[type].name == NULL)
		return NULL;
	return &table[type];
}

const char *
msg_name(uint16_t type)
{
	const struct msg_spec *s = msg_spec(type);

	return s == NULL ? "?" : s->name;
}

const char *
msg_refusal_text(enum msg_refusal why)
{
	switch (why) {
	case MSG_OK:
		return "accepted";
	case MSG_SHORT:
		return "message shorter than its header";
	case MSG_UNKNOWN:
		return "unknown message type";
	case MSG_RESERVED:
		return "reserved message field is not zero";
	case MSG_SENDER:
		return "message type not allowed for the sender";
	case MSG_RECEIVER:
		return "message type not allowed for the receiver";
	case MSG_PHASE:
		return "message type not allowed in this phase";
	case MSG_LENGTH:
		return "wrong message length";
	case MSG_DESCRIPTOR:
		return "wrong number of descriptors";
	}
	return "?";
}

const char *
role_name(enum role r)
{
	static const char *const names[ROLE_MAX] = {
		[ROLE_PRIV] = "priv",
		[ROLE_CONFD] = "confd",
		[ROLE_DHCPD] = "dhcpd",
		[ROLE_LEASED] = "leased",
		[ROLE_TFTPD] = "tftpd",
		[ROLE_IMAGED] = "imaged",
		[ROLE_CAPD] = "capd",
		[ROLE_HASHD] = "hashd",
		[ROLE_HTTPD] = "httpd",
		[ROLE_KEYD] = "keyd",
	};

	return (unsigned int)r < ROLE_MAX ? names[r] : "?";
}

bool
msg_may_have_fd(enum role from, enum role to)
{
	size_t i;

	for (i = 0; i < MSG_TYPE_MAX; i++)
		if (table[i].fd != MSG_FD_NONE &&
		    (table[i].from & ROLE_BIT(from)) != 0 &&
		    (table[i].to & ROLE_BIT(to)) != 0)
			return true;
	return false;
}

enum msg_refusal
msg_check(enum role from, enum role to, uint8_t phase, const uint8_t *buf,
    size_t len, size_t nfds)
{
	const struct msg_spec *s;
	struct reader r;
	uint16_t type, zero;

	if (len < MSG_HEADER)
		return MSG_SHORT;
	reader_init(&r, buf, len);
	type = reader_u16(&r);
	zero = reader_u16(&r);
	reader_skip(&r, 4);
	if ((s = msg_spec(type)) == NULL)
		return MSG_UNKNOWN;
	if (zero != 0)
		return MSG_RESERVED;
	if ((s->from & ROLE_BIT(from)) == 0)
		return MSG_SENDER;
	if ((s->to & ROLE_BIT(to)) == 0)
		return MSG_RECEIVER;
	if ((s->phase & phase) == 0)
		return MSG_PHASE;
	if (r.left < s->min || r.left > s->max)
		return MSG_LENGTH;
	if (nfds > (s->fd == MSG_FD_NONE ? 0U : 1U) ||
	    (s->fd == MSG_FD_NEEDED && nfds == 0))
		return MSG_DESCRIPTOR;
	return MSG_OK;
}
