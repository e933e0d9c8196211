/* SPDX-License-Identifier: ISC */
/* Opens the lease database in a process that may hang. */
#include "command/leases_open.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/chan_io.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/msg.h"
#include "priv/helper.h"

/*
 * Each file is a message of its own, with the path and whether it is being
 * recovered.  A message without these is a reason.
 */
enum { OPEN_FILE, OPEN_REASON };

#define REASON_MAX (RECORD_PATH_MAX + 256)
#define MESSAGE_MAX (1 + 2 + REASON_MAX + 1)

/* ------------------------------------------------------- in the process */

/* Not to standard error: its reader would wait for a helper that hangs. */
static void
open_log(int priority, const char *line, void *arg)
{
	uint8_t buf[MESSAGE_MAX];
	struct writer w;

	(void)priority;
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, OPEN_REASON);
	writer_blob(&w, line, strnlen(line, REASON_MAX - 1));
	(void)chan_io_send(*(const int *)arg, buf, w.len, -1);
}

__attribute__((noreturn)) static void
open_serve(int fd, const char *named)
{
	uint8_t buf[MESSAGE_MAX];
	struct leases_files f;
	struct writer w;

	log_set_sink(open_log, &fd);
	if (leases_files_open(&f, named) == -1)
		_exit(1);
	writer_init(&w, buf, sizeof(buf));
	writer_u8(&w, OPEN_FILE);
	writer_str(&w, f.path);
	writer_bool(&w, f.recovering);
	if (chan_io_send(fd, buf, w.len, f.db) == -1 ||
	    chan_io_send(fd, buf, w.len, f.wal) == -1)
		_exit(1);
	_exit(0);
}

/* -------------------------------------------------------- in the parent */

/* -1 with errno: ETIMEDOUT; ECANCELED: it sent a reason; else: it ended. */
static int
open_receive(int sock, struct leases_files *f, int *fd, uint64_t end_ms)
{
	static uint8_t buf[MSG_SIZE_MAX];
	char reason[REASON_MAX];
	struct reader r;
	size_t nfds;
	ssize_t n;

	if (!helper_wait(sock, POLLIN, end_ms)) {
		errno = ETIMEDOUT;
		return -1;
	}
	errno = EIO;
	if ((n = chan_io_recv(sock, MSG_DONTWAIT, buf, fd, &nfds)) <= 0)
		return -1;
	reader_init(&r, buf, (size_t)n);
	if (reader_u8(&r) == OPEN_REASON) {
		(void)reader_str(&r, reason, sizeof(reason));
		log_err("%s", reason);
		errno = ECANCELED;
		return -1;
	}
	(void)reader_str(&r, f->path, sizeof(f->path));
	f->recovering = reader_bool(&r);
	return reader_done(&r) ? 0 : -1;
}

/* A process that hangs is not waited for: SIGKILL may not end it. */
static void
open_end(pid_t pid, int error)
{
	if (error == ETIMEDOUT)
		(void)kill(pid, SIGKILL);
	else
		while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
			continue;
}

static void
open_explain(const char *named, int error)
{
	if (error == ETIMEDOUT)
		log_err(
		    "%s cannot be read: no answer for %d s; check the file server or disk of its folder",
		    named, LEASES_OPEN_MS / 1000);
	else if (error != ECANCELED)
		log_err(
		    "%s cannot be read: the process that opens it has ended",
		    named);
}

int
leases_open_files(struct leases_files *f, const char *named)
{
	uint64_t end_ms = clock_mono_ms() + LEASES_OPEN_MS;
	int fd, error = 0;
	pid_t pid = helper_fork(&fd);

	*f = (struct leases_files){ .db = -1, .wal = -1 };
	if (pid == -1) {
		log_warn("cannot start the process that opens %s", named);
		return -1;
	}
	if (pid == 0)
		open_serve(fd, named);
	if (open_receive(fd, f, &f->db, end_ms) == -1 ||
	    open_receive(fd, f, &f->wal, end_ms) == -1) {
		error = errno;
		leases_files_close(f);
		open_explain(named, error);
	}
	(void)close(fd);
	open_end(pid, error);
	return error == 0 ? 0 : -1;
}
