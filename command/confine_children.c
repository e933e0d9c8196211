/* SPDX-License-Identifier: ISC */
/* Finds the processes below a process. */
#include "command/confine_children.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/confine_read.h"
#include "daemon/grow.h"
#include "priv/proc.h"

/* Processes that were found, below `top`. */
struct found {
	pid_t top;
	pid_t *pids;
	int n, max;
};

static bool
is_found(const struct found *f, pid_t pid)
{
	int i;

	for (i = 0; i < f->n; i++)
		if (f->pids[i] == pid)
			return true;
	return pid == f->top;
}

/*
 * Adds the children of a process.  A list that is read while processes start
 * and end may have cycles, so each process is added once.
 */
static int
children_add(
    struct found *f, pid_t of, const struct confine_relation *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i].above != of || is_found(f, list[i].pid))
			continue;
		if (f->n == f->max) {
			errno = E2BIG;
			return -1;
		}
		f->pids[f->n++] = list[i].pid;
	}
	return 0;
}

int
confine_below(const struct confine_relation *list, size_t n, pid_t pid,
    pid_t *pids, int max)
{
	struct found f = { pid, pids, 0, max };
	int r = children_add(&f, pid, list, n);
	int next;

	for (next = 0; r == 0 && next < f.n; next++)
		r = children_add(&f, pids[next], list, n);
	return r == -1 ? -1 : f.n;
}

/* All processes of the system; for the caller to free. */
static int
relations_read(struct confine_relation **list, size_t *n)
{
	DIR *d = opendir("/proc");
	struct confine_relation one;
	struct confine_status s;
	size_t cap = 0;
	int dir, r = 0;

	*list = NULL;
	*n = 0;
	if (d == NULL)
		return -1;
	while (r == 0 && (one.pid = proc_next(d)) != 0) {
		if ((dir = confine_proc_open(one.pid)) == -1)
			continue;
		if (confine_status_read(dir, &s) == 0 &&
		    (r = grow_array(list, &cap, *n + 1, sizeof(one))) == 0) {
			one.above = (pid_t)s.ppid;
			(*list)[(*n)++] = one;
		}
		(void)close(dir);
	}
	(void)closedir(d);
	return r;
}

int
confine_children(pid_t pid, pid_t *pids, int max)
{
	struct confine_relation *list;
	int have = -1;
	size_t n;

	if (relations_read(&list, &n) == 0)
		have = confine_below(list, n, pid, pids, max);
	free(list);
	return have;
}
