/* SPDX-License-Identifier: ISC */
/*
 * The server between its event loop and its transfers: requests in, sessions
 * through their life, log lines and counters out.  It does no I/O of its own
 * and reads no clock; what it wants done it asks of struct server_ops.
 *
 *	request.c	what arrives at port 69
 *	session.c	a session from its request to its end
 *	report.c	log lines and counters
 */
#ifndef TFTPD_SERVER_H
#define TFTPD_SERVER_H

#include "daemon/log.h"
#include "daemon/record.h"
#include "tftpd/data.h"
#include "tftpd/name.h"
#include "tftpd/table.h"

#define SERVER_OPEN_MS 10000 /* for the file and the socket to come */
#define SERVER_UNPROVEN_MS 2500 /* no answer for so long: first to go */
#define SERVER_ALIVE_MS 1000 /* progress so recent: not a new request */

/* Where a request came from and went to. */
struct server_from {
	struct endpoint client;
	struct endpoint local; /* the address that was asked; port 0 */
	uint32_t ifindex;
	uint32_t mtu;
	bool direct; /* sent to one of our addresses, not to a group */
};

struct server_ops {
	/* Asks the parent, imaged; -1 when that cannot be done now. */
	int (*ask_socket)(const struct session *, void *arg);
	int (*ask_file)(const struct session *, void *arg);
	/* Sends one packet without a session, from the address asked. */
	void (*refuse)(
	    const struct server_from *, const void *, size_t, void *arg);
	/* As data_send_packet() and data_send_blocks(). */
	enum data_result (*packet)(
	    const struct session *, const void *, size_t, void *arg);
	enum data_result (*blocks)(const struct session *, uint64_t first,
	    uint32_t count, uint64_t *unsent, void *arg);
	/* The session has got its socket. */
	void (*watch)(struct session *, void *arg);
	/* Forgets the socket and closes both descriptors. */
	void (*release)(struct session *, void *arg);
};

/* What happened, and how often; names in report.c. */
enum server_counter {
	/* Packets that were dropped at port 69. */
	SERVER_DROP_GROUP, /* to a broadcast or multicast address */
	SERVER_DROP_SOURCE, /* from port 0, or no host's address */
	SERVER_DROP_TRUNCATED, /* longer than any request */
	SERVER_DROP_BUSY, /* all transfers are in use */
	SERVER_DROP_REPEATED, /* its transfer runs */
	SERVER_DROP_PARENT, /* the parent could not be asked */
	/* Requests that were refused. */
	SERVER_REFUSED_WRITE,
	SERVER_REFUSED_MODE,
	SERVER_REFUSED_NAME,
	SERVER_REFUSED_BAD, /* a request that does not parse */
	SERVER_REFUSED_SILENTLY, /* by the limit on such answers */
	/* Others. */
	SERVER_REQUESTS, /* that became a session */
	SERVER_OPTIONS_IGNORED,
	SERVER_SOCKET_FAILED,
	SERVER_OPEN_LATE, /* file or socket did not come in time */
	SERVER_REPLY_STALE, /* file or socket of a session that is over */
	SERVER_COUNTER_MAX
};

struct server_stats {
	uint64_t count[SERVER_COUNTER_MAX];
	uint64_t bad_request[TFTP_REASON_MAX];
	uint64_t bad_answer[TFTP_REASON_MAX];
	uint64_t bad_name[TFTP_NAME_REASON_MAX];
	uint64_t file[FILE_STATUS_MAX];
	uint64_t end[TRANSFER_END_MAX];
	uint64_t bytes;
	uint64_t resent;
};

struct server_conf {
	bool quiet;
	uint32_t max; /* transfers at once */
	uint32_t window_max; /* 0: windowsize is not negotiated */
	char root[RECORD_PATH_MAX];
};

struct server {
	const struct server_ops *ops;
	void *arg;
	struct server_conf conf;
	struct session_table table;
	struct wheel wheel;
	struct server_stats stats;
	struct log_limit refusals; /* packets, not lines */
	struct log_limit log_sent;
	struct log_limit log_missing;
	struct log_limit log_failed;
	struct log_limit log_refused;
	struct log_limit log_busy;
};

void server_init(struct server *, const struct server_ops *, void *arg,
    uint64_t seed, uint64_t now_ms);

/*
 * Makes room for a configuration, which may fail (-1); server_commit() then
 * cannot.  Sessions that run are not touched.
 */
int server_prepare(struct server *, const struct server_conf *);
void server_commit(struct server *, const struct server_conf *);

/* A packet at port 69. */
void server_request(struct server *, const struct server_from *, const void *,
    size_t, uint64_t now_ms);

/* A packet, or an error, on the socket of a running session. */
void server_answer(
    struct server *, struct session *, const void *, size_t, uint64_t now_ms);
void
server_sock_error(struct server *, struct session *, int err, uint64_t now_ms);

/*
 * Replies of the parent and of imaged.  fd is taken over when this returns
 * true; else it is still the caller's, and nobody waits for it any more.
 */
bool
server_socket(struct server *, uint32_t id, int err, int fd, uint64_t now_ms);
bool server_file(struct server *, uint32_t id, enum file_status, uint64_t size,
    int fd, uint64_t now_ms);

/* imaged has gone, or has come: then what it has not answered is asked. */
void server_imaged_down(struct server *);
void server_imaged_up(struct server *);

/* Timers; to be called every WHEEL_TICK_MS while wheel.armed is not 0. */
void server_tick(struct server *, uint64_t now_ms);

/* Ends all sessions, with an error to their clients. */
void server_stop(struct server *, uint64_t now_ms);

/* Between the three files. */
void server_session_begin(struct server *, struct session *, uint64_t now_ms);
void server_session_repeat(struct server *, struct session *, uint64_t now_ms);
void server_session_replace(struct server *, struct session *, uint64_t now_ms);

void server_report_end(struct server *, const struct session *,
    enum transfer_end, const struct tftp_text *detail, uint64_t now_ms);
void server_report_unopened(
    struct server *, const struct session *, const char *why, uint64_t now_ms);
void
server_report_file(struct server *, const struct session *, uint64_t now_ms);
void server_report_refused(struct server *, const struct server_from *,
    const struct tftp_text *name, const char *why, uint64_t now_ms);
void server_report_busy(
    struct server *, const struct server_from *, uint64_t now_ms);

/* All counters that are not 0, in a few lines. */
void server_report_stats(const struct server *, int priority);

#endif
