/* SPDX-License-Identifier: ISC */
/* Looks at folders, by processes that may hang. */
#include "priv/roots_look.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "priv/helper.h"
#include "priv/hung.h"

/* A process that looks at one folder. */
struct looker {
	pid_t pid; /* 0: none */
	int fd; /* readable when it has ended */
};

/* 0 or an errno. */
static int
folder_stat(const char *path, struct stat *st)
{
	if (stat(path, st) == -1)
		return errno;
	return S_ISDIR(st->st_mode) ? 0 : ENOTDIR;
}

/*
 * Ends with the errno as its status, after it has sent what it saw of
 * the folder.
 */
__attribute__((noreturn)) static void
look(const struct roots_look *v, int fd)
{
	struct folder_look seen;
	struct stat st = { 0 };
	int error;

	error = folder_stat(v->path, &st);
	if (error != 0)
		_exit(error);
	memset(&seen, 0, sizeof(seen));
	seen.id = (struct folder_id){ st.st_dev, st.st_ino };
	seen.uid = st.st_uid;
	seen.gid = st.st_gid;
	seen.mode = st.st_mode;
	_exit(write(fd, &seen, sizeof(seen)) == sizeof(seen) ? 0 : errno);
}

/* 0, or why no process looks at the folder. */
static int
looker_start(struct looker *l, const struct roots_look *v)
{
	int fd;
	pid_t pid = helper_fork(&fd);

	if (pid == 0)
		look(v, fd);
	if (pid == -1)
		return errno;
	l->pid = pid;
	l->fd = fd;
	return 0;
}

static int
looker_result(const struct looker *l, struct folder_look *seen)
{
	ssize_t n = read(l->fd, seen, sizeof(*seen));
	int status;

	(void)close(l->fd);
	while (waitpid(l->pid, &status, 0) == -1)
		if (errno != EINTR)
			return errno;
	if (!WIFEXITED(status))
		return EIO;
	if (WEXITSTATUS(status) == 0 && n != sizeof(*seen))
		return EIO;
	return WEXITSTATUS(status);
}

void
roots_look(struct roots_look *v, size_t n, int limit_ms)
{
	uint64_t end_ms = clock_mono_ms() + (uint64_t)limit_ms;
	struct looker l[ROOTS_LOOK_MAX] = { 0 };
	size_t i, room = hung_room();

	for (i = 0; i < n; i++) {
		v[i].error = 0;
		memset(&v[i].look, 0, sizeof(v[i].look));
		if (v[i].path[0] == '\0')
			continue;
		if (hung_at(v[i].path))
			v[i].error = ETIMEDOUT;
		else if (room == 0)
			v[i].error = ROOTS_LOOK_NONE;
		else if ((v[i].error = looker_start(&l[i], &v[i])) == 0)
			room--;
	}
	for (i = 0; i < n; i++) {
		if (l[i].pid == 0)
			continue;
		if (helper_wait(l[i].fd, 0, end_ms)) {
			v[i].error = looker_result(&l[i], &v[i].look);
			continue;
		}
		hung_leave(v[i].path, l[i].pid, l[i].fd);
		v[i].error = ETIMEDOUT;
	}
}

const char *
roots_look_text(int error)
{
	if (error == ETIMEDOUT)
		return "no answer; its file server may be down";
	if (error == ROOTS_LOOK_NONE)
		return "not checked because too many other folders do not answer";
	return strerror(error);
}
