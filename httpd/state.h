/* SPDX-License-Identifier: ISC */
/* The state of the HTTP server, and a request that is being answered. */
#ifndef HTTPD_STATE_H
#define HTTPD_STATE_H

#include "daemon/file_conf.h"
#include "daemon/file_reply.h"
#include "daemon/host.h"
#include "daemon/late.h"
#include "daemon/log.h"
#include "daemon/rate.h"
#include "daemon/record.h"
#include "daemon/sibling.h"
#include "httpd/answer.h"
#include "httpd/conn.h"

#define SERVER_OPEN_MS 15000 /* timeout of imaged's answer */
#define SERVER_STALL_S 60 /* timeout of a client that receives nothing */

enum request_state {
	REQUEST_NEW, /* its header was received */
	REQUEST_WAITING, /* for imaged; the connection is suspended */
	REQUEST_READY, /* the answer is decided */
	REQUEST_SENDING
};

struct request {
	LIST_ENTRY(request) hash; /* of those that wait, by id */
	/* For imaged, or if paused; or among those that sendfile() sends. */
	TAILQ_ENTRY(request) waiting;
	struct conn *conn;
	uint32_t id; /* of FILE_ASK */
	uint8_t state;
	bool asked; /* FILE_ASK was sent */
	bool head;
	bool limited; /* boot-max-rate has delayed it */
	bool paused; /* by boot-max-rate; the connection is suspended */
	bool plain; /* the library sends the file by sendfile() */
	uint8_t stalls; /* of plain: seconds without progress; see stall.h */
	uint64_t progress; /* of plain: bytes acknowledged when last seen */
	uint64_t go_on_ms; /* when the pause ends */
	const char *fault; /* why the file could not be read, or NULL */
	uint64_t start_ms;
	/* Counters of the connection before this request: struct tcp_facts. */
	uint64_t acked;
	uint64_t segments;
	uint32_t resent;
	struct host_id host;
	uint8_t way;
	enum file_status file_status;
	struct answer_file file;
	int fd; /* of the file; -1: none, or taken over by the response */
	int table; /* hashes of its blocks, to check them; -1: none */
	struct checked_file *checked; /* with them, while it is read; or NULL */
	struct answer answer;
	size_t namelen;
	struct sibling_change sibling;
	char name[FILE_NAME_MAX]; /* followed by the sibling folder */
};

LIST_HEAD(request_list, request);
TAILQ_HEAD(request_queue, request);

#define REQUEST_BUCKETS 1024

/* Counters; their names are in log_http.c. */
enum server_counter {
	SERVER_CONNECTIONS,
	SERVER_REQUESTS,
	SERVER_CLOSED_IDLE, /* after the timeout */
	SERVER_CLOSED_PLACE, /* another client got the place */
	SERVER_CLOSED_AT_ONCE, /* not even a spare one */
	SERVER_SPARE_FULL, /* answered with 503 */
	SERVER_SPARE_SHARE,
	SERVER_MALFORMED, /* rejected by the library */
	SERVER_REPLY_STALE,
	SERVER_OPEN_LATE,
	SERVER_RATE_WAITS, /* pauses by boot-max-rate */
	SERVER_COUNTER_MAX
};

/* Zeroed, then filled; freed with file_conf_free(). */
struct server_conf {
	bool quiet;
	uint16_t port;
	uint32_t max;
	uint64_t rate_client; /* bytes a second; 0: no limit */
	uint64_t rate_all;
	struct file_conf files;
};

struct server {
	struct server_conf conf;
	struct conns conns;
	struct host_table hosts;
	struct late files; /* requests to imaged */
	struct rate rate; /* of all transfers together */
	uint32_t next_id;
	struct request_queue waiting;
	struct request_queue plain;
	struct request_list by_id[REQUEST_BUCKETS];
	uint64_t count[SERVER_COUNTER_MAX];
	uint64_t status[600]; /* by status code */
	uint64_t bytes;
	uint64_t pieces; /* that paced responses have read */
};

void state_init(struct server *, uint64_t seed);

/* Takes over offers, and zeroes *conf. */
void state_commit(struct server *, struct server_conf *);

/* A request begins to wait for imaged, with a new id; or stops waiting. */
void state_wait(struct server *, struct request *);
void state_wait_end(struct server *, struct request *);

/* The waiting request with this id, or NULL. */
struct request *state_find(const struct server *, uint32_t id);

#endif
