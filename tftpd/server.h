/* SPDX-License-Identifier: ISC */
/*
 * The state of the server, between the event loop and the transfers.  It does
 * no I/O of its own and reads no clock: struct server_ops does the I/O, and the
 * caller passes the time.
 */
#ifndef TFTPD_SERVER_H
#define TFTPD_SERVER_H

#include "daemon/file_ask.h"
#include "daemon/file_conf.h"
#include "daemon/host.h"
#include "daemon/late.h"
#include "daemon/log.h"
#include "daemon/record.h"
#include "tftpd/blocks.h"
#include "tftpd/name.h"
#include "tftpd/places.h"
#include "tftpd/policy.h"
#include "tftpd/queries.h"
#include "tftpd/source.h"
#include "tftpd/table.h"

#define SERVER_OPEN_MS 15000 /* timeout of the file and the socket */
/*
 * The rate limit for unknown addresses: in this time they may begin as many
 * transfers as there are half-open places.  A steady flood then needs about as
 * long to displace a half-open transfer, and leaves processor time for known
 * addresses.
 */
#define SERVER_HALF_OPEN_MS 300
#define SERVER_OLD_MS 5000 /* clients repeat a request before that */
#define SERVER_ALIVE_MS 1000 /* recent progress: the request is a duplicate */

/* The origin and destination of a request. */
struct server_from {
	struct endpoint client;
	struct endpoint local; /* the destination address; port 0 */
	uint32_t ifindex;
	uint32_t mtu; /* of the interface, or less by tftp-mtu */
	uint8_t root; /* index of the tftp-root of the interface */
	bool direct; /* sent to one of our addresses, not to a group */
	uint32_t age_ms; /* how long it waited to be read */
};

struct server_ops {
	/* Sends a request to the parent or imaged; -1 if it cannot be sent. */
	int (*ask_socket)(const struct session *);
	int (*ask_file)(const struct session *, const struct file_ask *);
	/* Sends an ERROR packet without a session, as the answer to a request.
	 */
	void (*send_error)(const struct server_from *, const void *, size_t);
	/* As blocks_send_packet() and blocks_send(). */
	enum blocks_result (*packet)(struct session *, const void *, size_t);
	enum blocks_result (*blocks)(
	    struct session *, uint64_t first, uint32_t count, uint64_t *unsent);
	/* Starts to receive on the socket of a session. */
	void (*watch)(struct session *);
	/* Stops receiving, and closes socket and file. */
	void (*release)(struct session *);
	/*
	 * Called before a session is changed: reads a few packets that are
	 * queued on its socket, and passes them to session_answer() and
	 * session_sock_error().
	 */
	void (*drain)(struct session *, uint64_t now_ms);
};

/* Counters; their names are in report.c. */
enum server_counter {
	/* Packets that were dropped at port 69. */
	SERVER_DROP_BUSY, /* all transfers are in use */
	SERVER_DROP_SHARE, /* one source has as many transfers as it may */
	SERVER_DROP_HALF_OPEN, /* too many unanswered ones of one source */
	SERVER_DROP_UNKNOWN, /* too many requests from unknown addresses */
	/* The reasons above are logged, each with its own rate limit. */
	SERVER_DROP_LOGGED,
	SERVER_DROP_GROUP = SERVER_DROP_LOGGED, /* broadcast or multicast */
	SERVER_DROP_SOURCE, /* invalid source address or port */
	SERVER_DROP_TRUNCATED, /* longer than any request */
	SERVER_DROP_REPEATED, /* its transfer is running */
	SERVER_DROP_PARENT, /* the parent could not be asked */
	SERVER_DROP_INTERFACE, /* from an interface that is not served */
	SERVER_DROP_OLD, /* older than SERVER_OLD_MS */
	/* Requests that were rejected. */
	SERVER_REFUSED_WRITE,
	SERVER_REFUSED_MODE,
	SERVER_REFUSED_NAME,
	SERVER_REFUSED_BAD, /* a malformed request */
	SERVER_REFUSED_SILENTLY, /* no error was sent: rate limit */
	/* Others. */
	SERVER_REQUESTS, /* that became a session */
	SERVER_OPTIONS_IGNORED,
	SERVER_SOCKET_FAILED,
	SERVER_OPEN_LATE, /* file or socket did not arrive in time */
	SERVER_REPLY_STALE, /* for a session that has ended */
	SERVER_NO_PLACE, /* a client answered, but no place was free */
	SERVER_DISK_WAITS, /* pauses because data was not in memory */
	SERVER_RATE_WAITS, /* pauses by tftp-max-rate */
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

/* Zeroed, then filled; freed with policy_free() and file_conf_free(). */
struct server_conf {
	bool quiet;
	bool no_blksize;
	bool single_port; /* ACKs can be forged: smaller windows */
	uint8_t rollover; /* unless the client or a rule sets one */
	uint32_t max; /* concurrent transfers whose clients have answered */
	uint32_t half_open; /* concurrent half-open transfers */
	uint32_t total_max; /* limit for both together */
	uint32_t mtu; /* tftp-mtu; 0: none */
	uint64_t rate_client; /* bytes a second; 0: no limit */
	uint64_t rate_all;
	struct policy policy;
	struct file_conf files;
};

struct server {
	const struct server_ops *ops;
	struct server_conf conf;
	struct session_table table;
	struct places places;
	struct host_table hosts;
	struct source_table sources;
	struct queries queries;
	struct rate rate; /* of all transfers together */
	struct timer_heap timers;
	struct late files; /* requests to imaged */
	struct late sockets; /* requests to the parent */
	struct timer late_timer; /* for both */
	struct timer boot_timer; /* for host_silent() */
	struct server_stats stats;
	struct log_limit refusals; /* limits ERROR packets */
	struct log_limit unknown; /* limits requests of unknown addresses */
};

void server_init(struct server *, const struct server_ops *, uint64_t seed);

/*
 * server_prepare() allocates memory for a configuration (-1 if there is none),
 * so that server_commit() cannot fail.  Running sessions continue.
 * server_commit() takes over policy and offers, and zeroes *conf.
 */
int server_prepare(struct server *, const struct server_conf *);
void server_commit(struct server *, struct server_conf *);

/* Handles a BOOTING message; -1 if it is malformed. */
int server_booting(struct server *, struct reader *, uint64_t now_ms);

/* Runs the timers that are due; timer_next() returns the next time. */
void server_tick(struct server *, uint64_t now_ms);

/* Ends all sessions and sends an error to their clients. */
void server_stop(struct server *, uint64_t now_ms);

/* Frees all memory; no session may be in use. */
void server_free(struct server *);

#endif
