/* SPDX-License-Identifier: ISC */
/*
 * The table of sessions: a pool whose size the configuration sets.  Sessions
 * are found by client and local address, or by the id of their requests to the
 * parent and imaged.
 */
#ifndef TFTPD_TABLE_H
#define TFTPD_TABLE_H

#include "daemon/endpoint.h"
#include "daemon/event.h"
#include "daemon/host.h"
#include "daemon/sibling.h"
#include "tftpd/blocks.h"
#include "tftpd/option.h"
#include "tftpd/source.h"
#include "tftpd/transfer.h"
#include "tftpd/timer.h"

#define SESSION_TABLE_MAX 65280 /* higher indexes are for tftpd/refuse.h */

enum session_state {
	SESSION_FREE,
	SESSION_OPENING, /* waits for the file or the socket */
	SESSION_RUNNING,
};

struct session {
	uint32_t index; /* in the pool */
	uint16_t generation; /* increases with each use; part of the id */
	void *io; /* its event; kept when the session is freed */
	/* The members from here to the name are zeroed for each use. */
	LIST_ENTRY(session)
	hash; /* in its bucket, or in the list of free ones */
	TAILQ_ENTRY(session) turn; /* in a queue of struct places */
	struct timer timer;
	uint8_t state; /* enum session_state */
	bool quiet; /* quiet-tftp was set when it began */
	bool half_open; /* the client has not answered, or has no place */
	bool known; /* while half open: its enum places_class */
	bool answered; /* it has answered, but no place was free */
	bool netascii;
	bool shared; /* tftp-single-port: the socket gets requests too */
	bool limited; /* tftp-max-rate has delayed it */
	bool filtered; /* this host's packet filter dropped its packets */
	uint8_t root; /* of the interface of the request */
	uint8_t way; /* enum file_way bits: how the file was found */
	struct endpoint client;
	struct endpoint local; /* the server address; port 0 */
	uint32_t ifindex;
	uint64_t request; /* fingerprint of the request */
	uint64_t start_ms;
	struct source *source; /* never NULL while in use by the server */
	struct host_id host;
	struct blocks data;
	bool file_asked; /* the present imaged has the request */
	bool file_known; /* imaged has answered */
	uint8_t status; /* enum file_status, once known */
	uint64_t size;
	struct tftp_terms terms;
	struct transfer transfer;
	uint16_t code; /* of the client's ERROR */
	uint16_t namelen;
	struct sibling_change sibling;
	char name[FILE_NAME_MAX]; /* no NUL; followed by the sibling folder */
};

LIST_HEAD(session_list, session);
TAILQ_HEAD(session_queue, session);

struct session_table {
	uint64_t seed;
	uint32_t used;
	uint32_t npool; /* allocated sessions; never shrinks */
	struct session **pool;
	struct session_piece *pieces; /* their memory */
	struct session_list free;
	uint32_t nbuckets; /* a power of two */
	struct session_list *bucket;
};

/* seed: random, so that nobody can predict which ports share a bucket. */
void session_table_init(struct session_table *, uint64_t seed);

/*
 * Allocates sessions until there are max (at most SESSION_TABLE_MAX); it never
 * frees any.  Returns -1 if out of memory; then nothing has changed.  Pointers
 * to sessions stay valid.
 */
int session_table_grow(struct session_table *, uint32_t max);

/* Frees all memory; no session may be in use. */
void session_table_free(struct session_table *);

/*
 * Takes a session for these two addresses; NULL if all are in use.  Entries
 * that were never used are taken in order and last, so that with n sessions in
 * use at most, only the first n of the pool are ever touched.
 */
struct session *session_table_take(struct session_table *,
    const struct endpoint *client, const struct endpoint *local);
void session_table_release(struct session_table *, struct session *);

struct session *session_table_find(const struct session_table *,
    const struct endpoint *client, const struct endpoint *local);

/* Never 0; unique for the next 65535 uses of the entry. */
uint32_t session_id(const struct session *);
struct session *session_table_by_id(const struct session_table *, uint32_t id);

#endif
