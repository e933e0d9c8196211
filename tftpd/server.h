/* SPDX-License-Identifier: ISC */
/*
 * The server between its event loop and its transfers: requests in, sessions
 * through their life, log lines and counters out.  It does no I/O of its own
 * and reads no clock; what it wants done it asks of struct server_ops.
 *
 *	request.c	what arrives at port 69
 *	opening.c	a session that waits for its file and its socket
 *	session.c	a session that runs, to its end
 *	report.c	log lines and counters
 */
#ifndef TFTPD_SERVER_H
#define TFTPD_SERVER_H

#include "daemon/log.h"
#include "daemon/record.h"
#include "tftpd/data.h"
#include "tftpd/host.h"
#include "tftpd/late.h"
#include "tftpd/name.h"
#include "tftpd/places.h"
#include "tftpd/policy.h"
#include "tftpd/source.h"
#include "tftpd/table.h"

#define SERVER_ROOTS_MAX (1 + RECORD_TFTP_ROOTS_MAX)
#define SERVER_OPEN_MS 15000 /* for the file and the socket to come */
/*
 * Unknown addresses may begin as many transfers in this time as can be half
 * open: so each of those stays for as long, and some processor time is left
 * for known addresses.
 */
#define SERVER_HALF_OPEN_MS 300
#define SERVER_ALIVE_MS 1000 /* progress so recent: not a new request */

/* Where a request came from and went to. */
struct server_from {
	struct endpoint client;
	struct endpoint local; /* the address that was asked; port 0 */
	uint32_t ifindex;
	uint32_t mtu; /* of the interface, or less by tftp-mtu */
	uint8_t root; /* index of the tftp-root of the interface */
	bool direct; /* sent to one of our addresses, not to a group */
};

/* What imaged is asked for; lengths of 0 where there is none. */
struct server_want {
	uint8_t root;
	size_t ownlen;
	char own[FILE_FOLDER_MAX]; /* the client's own folder */
	size_t siblinglen;
	char sibling[FILE_NAME_MAX]; /* the name to try next */
};

struct server_ops {
	/* Asks the parent, imaged; -1 when that cannot be done now. */
	int (*ask_socket)(const struct session *, void *arg);
	int (*ask_file)(
	    const struct session *, const struct server_want *, void *arg);
	/* Sends one packet without a session, from the address asked. */
	void (*refuse)(
	    const struct server_from *, const void *, size_t, void *arg);
	/* As data_send_packet(), data_send_blocks() and data_ahead(). */
	enum data_result (*packet)(
	    struct session *, const void *, size_t, void *arg);
	enum data_result (*blocks)(struct session *, uint64_t first,
	    uint32_t count, uint64_t *unsent, void *arg);
	void (*ahead)(struct session *, void *arg);
	/* The session has got its socket. */
	void (*watch)(struct session *, void *arg);
	/* Forgets the socket, and closes both descriptors. */
	void (*release)(struct session *, void *arg);
	/*
	 * Its timer is due: hands what its socket has by then, a few packets
	 * at most, to server_answer() and server_sock_error().
	 */
	void (*look)(struct session *, uint64_t now_ms, void *arg);
};

/* What happened, and how often; names in report.c. */
enum server_counter {
	/* Packets that were dropped at port 69. */
	SERVER_DROP_GROUP, /* to a broadcast or multicast address */
	SERVER_DROP_SOURCE, /* from port 0, or no host's address */
	SERVER_DROP_TRUNCATED, /* longer than any request */
	SERVER_DROP_BUSY, /* all transfers are in use */
	SERVER_DROP_SHARE, /* one source uses its share of them */
	SERVER_DROP_HALF_OPEN, /* too many unanswered ones of one source */
	SERVER_DROP_UNKNOWN, /* too many of unknown addresses at once */
	SERVER_DROP_REPEATED, /* its transfer runs */
	SERVER_DROP_PARENT, /* the parent could not be asked */
	SERVER_DROP_STRANGER, /* from an interface that is not served */
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
	SERVER_NO_PLACE, /* a client has answered, but no place was free */
	SERVER_DISK_WAITS, /* for what a disk reads */
	SERVER_RATE_WAITS, /* by tftp-max-rate */
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

/* Zeroed, then filled; its policy is freed with policy_free(). */
struct server_conf {
	bool quiet;
	bool lowercase; /* of names, before they are looked up */
	bool no_blksize;
	bool single_port; /* ACKs can be forged: smaller windows */
	uint8_t unique; /* enum record_tftp_unique */
	uint8_t rollover; /* unless the client or a rule names one */
	uint32_t max; /* transfers at once whose clients have answered */
	uint32_t half_open; /* and others */
	uint32_t together; /* of both; 0: as many as that */
	uint32_t mtu; /* tftp-mtu; 0: none */
	uint64_t rate_client; /* bytes a second; 0: no limit */
	uint64_t rate_all;
	struct policy policy;
	char root[SERVER_ROOTS_MAX][RECORD_PATH_MAX]; /* as it was written */
};

struct server {
	const struct server_ops *ops;
	void *arg;
	struct server_conf conf;
	struct session_table table;
	struct places places;
	struct host_table hosts;
	struct source_table sources;
	struct rate rate; /* of all */
	struct wheel wheel;
	struct late files; /* that imaged is asked for */
	struct late sockets; /* that the parent is asked for */
	struct wheel_timer late_timer; /* of both */
	struct server_stats stats;
	struct log_limit refusals; /* packets, not lines */
	struct log_limit unknown; /* requests, not lines */
	struct log_limit log_sent;
	struct log_limit log_missing;
	struct log_limit log_failed;
	struct log_limit log_refused;
	struct log_limit log_busy;
	struct log_limit log_half_open;
	struct log_limit log_share;
	struct log_limit log_unknown;
	struct log_limit log_unanswered; /* transfers that ended so */
	struct log_limit log_gave_way; /* and those that gave way */
};

void server_init(struct server *, const struct server_ops *, void *arg,
    uint64_t seed, uint64_t now_ms);

/*
 * Makes room for a configuration, which may fail (-1); server_commit() then
 * cannot.  It takes the policy over: *conf is zeroed.  Sessions that run are
 * not touched.
 */
int server_prepare(struct server *, const struct server_conf *);
void server_commit(struct server *, struct server_conf *);

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
 * mtu: of the path to the client, 0 if that is not known.  way: enum file_way
 * bits.
 */
bool server_socket(struct server *, uint32_t id, int err, uint32_t mtu, int fd,
    uint64_t now_ms);
bool server_file(struct server *, uint32_t id, enum file_status, uint8_t way,
    uint64_t size, int fd, uint64_t now_ms);

/* imaged has gone, or has come: then what it has not answered is asked. */
void server_imaged_down(struct server *);
void server_imaged_up(struct server *, uint64_t now_ms);

/* Runs the timers that are due; wheel_next() tells when that is. */
void server_tick(struct server *, uint64_t now_ms);

/* Ends all sessions, with an error to their clients. */
void server_stop(struct server *, uint64_t now_ms);

/* Frees all memory; no session may be in use. */
void server_free(struct server *);

/* Between these files. */
void server_session_begin(struct server *, struct session *, uint64_t now_ms);
void server_session_run(struct server *, struct session *, uint64_t now_ms);
void server_session_free(struct server *, struct session *);
/* An error from the session's own socket, if it has one. */
void server_session_error(
    struct server *, struct session *, enum tftp_code, const char *text);
void server_session_repeat(struct server *, struct session *, uint64_t now_ms);
void server_session_replace(
    struct server *, struct session *, enum transfer_end, uint64_t now_ms);

void server_late(struct server *, uint64_t now_ms);

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
void server_report_share(
    struct server *, const struct server_from *, uint64_t now_ms);
void server_report_half_open(
    struct server *, const struct server_from *, uint64_t now_ms);
void server_report_unknown(struct server *, uint64_t now_ms);

/* All counters that are not 0, in a few lines. */
void server_report_stats(const struct server *, int priority);

#endif
