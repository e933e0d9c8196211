/* SPDX-License-Identifier: ISC */
/* Requests for files that are being checked.  Pure. */
#ifndef IMAGED_WAITING_H
#define IMAGED_WAITING_H

#include <sys/queue.h>

#include "daemon/msg.h"
#include "imaged/lookup.h"

#define WAITING_MAX 2048 /* requests */
/* Checks of one request at most.  Each change of its file needs another one. */
#define WAITING_TRIES_MAX 8

struct waiting_request {
	TAILQ_ENTRY(waiting_request) entry;
	enum role peer; /* who asked */
	uint32_t id; /* of FILE_ASK */
	uint32_t ticket;
	uint8_t tries;
	bool given_up; /* its check failed: no new attempt */
	struct file_ask ask;
};

TAILQ_HEAD(waiting_list, waiting_request);

struct waiting {
	size_t n;
	struct waiting_list waits;
	struct waiting_list ready;
};

void waiting_init(struct waiting *);

/* A copy waits for the ticket.  -1 if too many wait, or without memory. */
int waiting_add(struct waiting *, const struct waiting_request *);

/* Makes those ready that wait for the ticket; returns whether there are any. */
bool waiting_call(struct waiting *, uint32_t ticket, bool given_up);
bool waiting_call_all(struct waiting *);

/* Takes a request that is ready; the caller frees it.  NULL if none is. */
struct waiting_request *waiting_next(struct waiting *);

/* Drops those of a peer that has ended. */
void waiting_drop(struct waiting *, enum role peer);

#endif
