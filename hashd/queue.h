/* SPDX-License-Identifier: ISC */
/*
 * The jobs of hashd.  Each gets a step in turn, so that a small file does not
 * wait until a large one is done.
 */
#ifndef HASHD_QUEUE_H
#define HASHD_QUEUE_H

#include "hashd/work.h"

struct queue {
	struct work *work[HASH_JOBS_MAX]; /* allocated; NULL: a free place */
	uint32_t id[HASH_JOBS_MAX]; /* of the message HASH_JOB */
	size_t n; /* jobs */
	size_t turn; /* the place whose step is next */
};

/* A job that is done, with its answer. */
struct queue_done {
	uint32_t id;
	struct hash_done answer;
	int fd; /* the copy or the table, now the caller's; -1: none */
};

/*
 * Adds a job, and takes over the descriptor in any case.  HASH_NO_MEMORY if
 * there is no memory or no place; the caller then sends it as the answer.
 */
enum hash_status
queue_add(struct queue *, uint32_t id, const struct hash_job *, int fd);

/* Removes all jobs. */
void queue_end_all(struct queue *);

/* Does one step of the next job.  Returns whether that job is done. */
bool queue_step(struct queue *, struct queue_done *);

#endif
