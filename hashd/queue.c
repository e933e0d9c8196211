/* SPDX-License-Identifier: ISC */
/* Takes the jobs of hashd in turn. */
#include "hashd/queue.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum hash_status
queue_add(struct queue *q, uint32_t id, const struct hash_job *job, int fd)
{
	struct work *k;
	size_t i;

	for (i = 0; i < HASH_JOBS_MAX && q->work[i] != NULL; i++)
		continue;
	if (i == HASH_JOBS_MAX || (k = malloc(sizeof(*k))) == NULL) {
		(void)close(fd);
		return HASH_NO_MEMORY;
	}
	work_init(k, job, fd);
	q->work[i] = k;
	q->id[i] = id;
	q->n++;
	return HASH_OK;
}

static void
queue_remove(struct queue *q, size_t i)
{
	work_end(q->work[i]);
	free(q->work[i]);
	q->work[i] = NULL;
	q->n--;
}

void
queue_end_all(struct queue *q)
{
	size_t i;

	for (i = 0; i < HASH_JOBS_MAX; i++)
		if (q->work[i] != NULL)
			queue_remove(q, i);
}

bool
queue_step(struct queue *q, struct queue_done *d)
{
	struct work *k;

	if (q->n == 0)
		return false;
	while (q->work[q->turn] == NULL)
		q->turn = (q->turn + 1) % HASH_JOBS_MAX;
	k = q->work[q->turn];
	if (work_step(k, &d->answer) == WORK_MORE) {
		q->turn = (q->turn + 1) % HASH_JOBS_MAX;
		return false;
	}
	d->id = q->id[q->turn];
	d->fd = -1;
	if (d->answer.status == HASH_OK) {
		d->fd = k->to;
		k->to = -1;
	}
	queue_remove(q, q->turn);
	return true;
}
