/* SPDX-License-Identifier: ISC */
/*
 * The transfers that run: a pool of sessions of a size that the
 * configuration gives, found by the two ends of the conversation or by the
 * id under which the parent and imaged were asked.
 */
#ifndef TFTPD_TABLE_H
#define TFTPD_TABLE_H

#include "daemon/endpoint.h"
#include "daemon/event.h"
#include "daemon/record.h"
#include "tftpd/data.h"
#include "tftpd/option.h"
#include "tftpd/source.h"
#include "tftpd/sweep.h"
#include "tftpd/transfer.h"
#include "tftpd/wheel.h"

#define SESSION_TABLE_MAX 65280 /* ids above are for refusals */
#define SESSION_HOST_MAX EVENT_HOST_MAX

enum session_state {
	SESSION_FREE,
	SESSION_OPENING, /* the file or the socket is still to come */
	SESSION_RUNNING,
};

struct session {
	LIST_ENTRY(session) hash; /* or, while free, the list of free ones */
	TAILQ_ENTRY(session) turn; /* to give way */
	struct wheel_timer timer;
	uint32_t index; /* its place in the pool */
	uint16_t generation; /* goes up with each use; part of the id */
	uint8_t state; /* enum session_state */
	bool quiet; /* of the configuration that it began with */
	bool half_open; /* without a place among those that have answered */
	bool known; /* while half open: the class that it is in */
	bool answered; /* it has, but no place was free */
	bool netascii;
	bool shared; /* tftp-single-port: its socket gets requests as well */
	bool limited; /* tftp-max-rate has held it back */
	struct swept swept; /* whether it is watched, or looked at */
	uint8_t root; /* of the interface that the request came by */
	uint8_t way; /* enum file_way bits: how the file was found */
	struct endpoint client;
	struct endpoint local; /* the address that was asked; port 0 */
	uint32_t ifindex;
	uint64_t request; /* fingerprint of the request */
	uint64_t start_ms;
	struct source *source; /* never NULL while in use by the server */
	uint8_t hwtype; /* what dhcpd has told of the client */
	uint8_t hwlen; /* 0: nothing */
	uint8_t hw[RECORD_HW_MAX];
	char host[SESSION_HOST_MAX];
	struct data data;
	bool file_asked; /* imaged has been asked and has not died since */
	bool file_known; /* and has answered */
	uint8_t status; /* enum file_status, once known */
	uint64_t size;
	struct tftp_terms terms;
	struct transfer transfer;
	uint16_t code; /* of the client's ERROR */
	uint16_t namelen;
	uint16_t folderlen; /* of the sibling that imaged was asked for */
	char name[FILE_NAME_MAX]; /* no NUL; behind it that folder */
	void *io; /* the event loop's own; kept when the session is freed */
};

LIST_HEAD(session_list, session);
TAILQ_HEAD(session_queue, session);

struct session_table {
	uint64_t seed;
	uint32_t max; /* sessions that may be in use */
	uint32_t used;
	uint32_t npool; /* sessions that exist; never shrinks */
	struct session **pool;
	struct session_piece *pieces; /* the memory behind it */
	struct session_list free;
	uint32_t nbuckets; /* a power of two */
	struct session_list *bucket;
};

/* seed: random, so that nobody can choose ports that share a bucket. */
void session_table_init(struct session_table *, uint64_t seed);

/*
 * Makes room for max sessions (at most SESSION_TABLE_MAX) and lets no more be
 * taken; those in use stay.  -1 when there is no memory, and nothing has
 * changed.  Pointers to sessions stay valid.
 */
int session_table_resize(struct session_table *, uint32_t max);

/* Frees all memory; no session may be in use. */
void session_table_free(struct session_table *);

/*
 * A session for these two ends, zeroed; NULL when all are in use.  One that was
 * never taken is taken after all others, by its index: those at and above the
 * largest limit that has held are untouched.
 */
struct session *session_table_take(struct session_table *,
    const struct endpoint *client, const struct endpoint *local);
void session_table_release(struct session_table *, struct session *);

struct session *session_table_find(const struct session_table *,
    const struct endpoint *client, const struct endpoint *local);

/* Never 0; no other use of any session has it for 65535 uses to come. */
uint32_t session_id(const struct session *);
struct session *session_table_by_id(const struct session_table *, uint32_t id);

#endif
