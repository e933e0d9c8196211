/* SPDX-License-Identifier: ISC */
/* Writing and removing the file with the parent's process id. */
#include "priv/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/record.h"
#include "priv/proc.h"

#define DIGITS_MAX 10
#define TEXT_MAX 32 /* longer than any that we write */
/* The kernel rounds start times and file times differently. */
#define CLOCK_SLACK_S 1

static struct {
	char path[RECORD_PATH_MAX]; /* "": none was claimed */
	char text[TEXT_MAX];
	int fd;
} claimed = { .fd = -1 };

/* Parses the text of a pid file, digits and a newline; 0: malformed. */
static pid_t
pid_file_parse(const char *text, size_t len)
{
	long long pid = 0;
	size_t i;

	if (len < 2 || len > DIGITS_MAX + 1 || text[len - 1] != '\n' ||
	    text[0] == '0')
		return 0;
	for (i = 0; i < len - 1; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		pid = pid * 10 + (text[i] - '0');
	}
	return pid > INT32_MAX ? 0 : (pid_t)pid;
}

/* When a process was started, in seconds since 1970; -1 when unknown. */
static time_t
process_started_s(pid_t pid)
{
	struct timespec wall, boot;
	long long ticks = proc_stat(pid, PROC_STAT_START);

	if (ticks == -1 || clock_gettime(CLOCK_REALTIME, &wall) == -1 ||
	    clock_gettime(CLOCK_BOOTTIME, &boot) == -1)
		return -1;
	return wall.tv_sec - boot.tv_sec + ticks / sysconf(_SC_CLK_TCK);
}

/*
 * Whether it is the process that waits while this one becomes a daemon; an old
 * pid file may have its number.
 */
static bool
process_is_caller(pid_t pid)
{
	struct stat other, self;
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	return pid == getppid() && stat(path, &other) == 0 &&
	       stat("/proc/self/exe", &self) == 0 &&
	       other.st_dev == self.st_dev && other.st_ino == self.st_ino;
}

/*
 * Whether the process that a file names can have written it: it runs, and was
 * started before the file was written.  Otherwise its id was reused, and the
 * file is left over from an earlier run.
 */
static bool
process_owns(pid_t pid, const struct stat *st)
{
	time_t started_s;

	if (pid == getpid() || (kill(pid, 0) == -1 && errno == ESRCH))
		return false;
	if (!proc_is_ours())
		return true;
	if (process_is_caller(pid))
		return false;
	started_s = process_started_s(pid);
	return started_s == -1 || st->st_mtime + CLOCK_SLACK_S >= started_s;
}

/* The line of pid-file, while one of the functions below runs. */
static struct log_place written_at;

static int
refuse(const char *path, const char *why)
{
	log_at(LOG_ERR, written_at,
	    "pid-file %s: %s; use another file, or remove this one", path, why);
	return -1;
}

static int
refuse_running(const char *path, pid_t pid)
{
	char name[PROC_NAME_MAX];

	if (proc_name_is_pxeguard(proc_name(pid, name)))
		log_at(LOG_ERR, written_at,
		    "pid-file %s: in use by process %d (%s); stop that pxeguard, reload it with 'pxeguard --reload=%d', or use another file",
		    path, pid, name, pid);
	else
		log_at(LOG_ERR, written_at,
		    "pid-file %s: in use by process %d (%s); use another file",
		    path, pid, name);
	return -1;
}

/*
 * Whether an existing file may be written over; 0, or -1 after a line.  test: a
 * pxeguard that runs may have it.
 */
static int
existing_check(const char *path, int fd, bool test)
{
	char name[PROC_NAME_MAX];
	char text[TEXT_MAX];
	struct stat st;
	ssize_t n;
	pid_t pid;

	if (fstat(fd, &st) == -1 || (n = read(fd, text, sizeof(text))) == -1) {
		log_warn("pid-file %s", path);
		return -1;
	}
	if (!S_ISREG(st.st_mode))
		return refuse(path, "not a regular file");
	if (st.st_nlink > 1)
		return refuse(path, "has hard links");
	if (n == 0)
		return 0;
	pid = pid_file_parse(text, (size_t)n);
	if (pid == 0 || st.st_uid != geteuid())
		return refuse(path, "not written by pxeguard");
	if (!process_owns(pid, &st))
		return 0;
	return test && proc_name_is_pxeguard(proc_name(pid, name))
		   ? 0
		   : refuse_running(path, pid);
}

/* A descriptor of a file that is there and may be taken; -1 after a line. */
static int
existing_open(const char *path, bool test)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		(void)refuse(path, S_ISLNK(st.st_mode) ? "a symbolic link"
						       : "not a regular file");
		return -1;
	}
	fd =
	    open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1) {
		log_at(LOG_ERR, written_at, "pid-file %s: %s; use another file",
		    path, strerror(errno));
		return -1;
	}
	if (existing_check(path, fd, test) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static int
refuse_folder(const char *path)
{
	log_at(LOG_ERR, written_at,
	    "pid-file %s: %s; create its directory, or use another file", path,
	    strerror(errno));
	return -1;
}

int
pid_file_test(const char *path, struct log_place at)
{
	char folder[RECORD_PATH_MAX];
	struct stat st;
	int fd;

	written_at = at;
	if (path[0] == '\0')
		return 0;
	if (lstat(path, &st) == -1) {
		(void)snprintf(folder, sizeof(folder), "%s", path);
		if (errno == ENOENT && access(dirname(folder), W_OK) == 0)
			return 0;
		return refuse_folder(path);
	}
	if ((fd = existing_open(path, true)) == -1)
		return -1;
	(void)close(fd);
	return 0;
}

pid_t
pid_file_read(const char *path, const char **why)
{
	char text[TEXT_MAX];
	struct stat st;
	ssize_t n = 0;
	pid_t pid = 0;
	int fd;

	fd = open(
	    path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (n = read(fd, text, sizeof(text))) == -1)
		*why = fd == -1 && errno == ENOENT ? "there is no such file"
						   : "it cannot be read";
	else if (st.st_uid != geteuid() ||
		 (pid = pid_file_parse(text, (size_t)n)) == 0)
		*why = "not written by pxeguard";
	else if (!process_owns(pid, &st)) {
		*why = "the process that wrote it has ended";
		pid = 0;
	}
	if (fd != -1)
		(void)close(fd);
	return pid;
}

static int
text_write(int fd, const char *text)
{
	ssize_t len = (ssize_t)strlen(text);

	if (ftruncate(fd, 0) == -1)
		return -1;
	errno = ENOSPC;
	return pwrite(fd, text, (size_t)len, 0) == len ? 0 : -1;
}

static int
claim(const char *path)
{
	bool made = true;
	int fd;

	fd = open(
	    path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd == -1 && errno == EEXIST) {
		made = false;
		if ((fd = existing_open(path, false)) == -1)
			return -1;
	} else if (fd == -1) {
		return refuse_folder(path);
	}
	(void)snprintf(claimed.text, sizeof(claimed.text), "%d\n", getpid());
	if (text_write(fd, claimed.text) == -1) {
		log_at(LOG_ERR, written_at,
		    "pid-file %s: cannot be written: %s", path,
		    strerror(errno));
		if (made)
			(void)unlink(path);
		(void)close(fd);
		return -1;
	}
	(void)snprintf(claimed.path, sizeof(claimed.path), "%s", path);
	claimed.fd = fd;
	return 0;
}

int
pid_file_apply(const char *path, struct log_place at, bool first)
{
	written_at = at;
	if (first)
		return path[0] == '\0' ? 0 : claim(path);
	if (strcmp(path, claimed.path) != 0)
		log_at(LOG_WARNING, at,
		    "pid-file: a change requires a restart; still using %s",
		    claimed.path[0] == '\0' ? "none" : claimed.path);
	return 0;
}

/* Whether the path still leads to our file, with our text in it. */
static bool
still_ours(void)
{
	char text[TEXT_MAX];
	struct stat ours, there;
	ssize_t n;

	if (fstat(claimed.fd, &ours) == -1 ||
	    lstat(claimed.path, &there) == -1 || ours.st_dev != there.st_dev ||
	    ours.st_ino != there.st_ino)
		return false;
	n = pread(claimed.fd, text, sizeof(text), 0);
	return n == (ssize_t)strlen(claimed.text) &&
	       memcmp(text, claimed.text, (size_t)n) == 0;
}

void
pid_file_remove(void)
{
	if (claimed.fd == -1)
		return;
	if (!still_ours())
		log_warnx(
		    "pid-file %s: no longer ours; not removed", claimed.path);
	else if (unlink(claimed.path) == -1)
		log_warn("pid-file %s: cannot be removed", claimed.path);
	(void)close(claimed.fd);
	claimed.fd = -1;
	claimed.path[0] = '\0';
}
