/* SPDX-License-Identifier: ISC */
/* Finds the programs and users of roles, and starts a role. */
#include "priv/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "priv/role_spec.h"

#define CHANNEL_FD 3
#define PROGRAM_FD 16 /* programs are kept open at or above this */

static int programs[ROLE_MAX]; /* of all roles but ROLE_PRIV; -1: missing */
static struct spawn_user users[ROLE_MAX];

/* Whether a folder, by its path from that of this program, holds the roles. */
static bool
folder_holds_roles(char dir[PATH_MAX], const char *own, const char *below)
{
	char confd[PATH_MAX + 32], real[PATH_MAX];

	if (snprintf(dir, PATH_MAX, "%s/%s", own, below) >= PATH_MAX)
		return false;
	(void)snprintf(confd, sizeof(confd), "%s/confd", dir);
	if (access(confd, X_OK) != 0)
		return false;
	/* For messages: without "..". */
	if (realpath(dir, real) != NULL)
		(void)snprintf(dir, PATH_MAX, "%s", real);
	return true;
}

/*
 * The folder of the roles, by the place of this program: libexec/ beside it, as
 * it is built, or ../libexec/pxeguard/, as it is installed below any prefix.
 * Where neither holds them, the folder that was set when it was built.
 */
static const char *
programs_folder(void)
{
	static char dir[PATH_MAX];
	char self[PATH_MAX];
	const char *own;
	ssize_t n;

	if (dir[0] != '\0')
		return dir;
	if ((n = readlink("/proc/self/exe", self, sizeof(self) - 1)) > 0) {
		self[n] = '\0';
		own = dirname(self);
		if (folder_holds_roles(dir, own, "libexec") ||
		    folder_holds_roles(dir, own, "../libexec/pxeguard"))
			return dir;
	}
	(void)snprintf(dir, sizeof(dir), "%s", PXEGUARD_LIBEXEC);
	return dir;
}

void
spawn_program_path(enum role r, char path[SPAWN_PATH_MAX])
{
	(void)snprintf(
	    path, SPAWN_PATH_MAX, "%s/%s", programs_folder(), role_name(r));
}

bool
spawn_has_program(enum role r)
{
	char path[SPAWN_PATH_MAX];

	spawn_program_path(r, path);
	return access(path, X_OK) == 0;
}

/* Opens the program of a role; -1 with errno.  Sets its path in any case. */
static int
program_open(enum role r, char path[SPAWN_PATH_MAX])
{
	int fd, error;

	spawn_program_path(r, path);
	programs[r] = -1;
	if ((fd = open(path, O_PATH | O_CLOEXEC)) == -1)
		return -1;
	/* Above the descriptors that a new role uses. */
	programs[r] = fcntl(fd, F_DUPFD_CLOEXEC, PROGRAM_FD);
	error = errno;
	(void)close(fd);
	errno = error;
	return programs[r] == -1 ? -1 : 0;
}

int
spawn_open_programs(void)
{
	char path[SPAWN_PATH_MAX];
	enum role r;

	for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
		if (program_open(r, path) == 0 ||
		    (errno == ENOENT && role_spec(r)->package != NULL))
			continue;
		log_err("%s: %s; build or install pxeguard completely", path,
		    strerror(errno));
		return -1;
	}
	return 0;
}

int
spawn_need_program(enum role r, bool say)
{
	const struct role_spec *s = role_spec(r);
	char path[SPAWN_PATH_MAX];

	/* It may have been installed since the start. */
	if (programs[r] != -1 || program_open(r, path) == 0)
		return 0;
	if (say)
		log_err("%s needs the program %s: %s; install the package %s",
		    s->package_for, path, strerror(errno), s->package);
	return -1;
}

/* Two roles with the same uid could signal and trace each other. */
static int
users_shared(void)
{
	enum role a, b;
	int n = 0;

	for (a = ROLE_CONFD; a < ROLE_MAX; a++)
		for (b = a + 1; b < ROLE_MAX; b++) {
			if (users[a].uid == 0 || users[a].uid != users[b].uid)
				continue;
			log_err("users %s and %s share uid %u; change one",
			    users[a].name, users[b].name, users[a].uid);
			n++;
		}
	return n;
}

int
spawn_lookup_users(void)
{
	const struct passwd *pw;
	enum role r;
	int missing = 0;

	for (r = ROLE_CONFD; r < ROLE_MAX; r++) {
		char *name = users[r].name;

		(void)snprintf(
		    name, sizeof(users[r].name), ROLE_USER, role_name(r));
		if ((pw = getpwnam(name)) == NULL) {
			log_err(
			    "user %s is missing; create it with 'make setup' or: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin %s",
			    name, name);
			missing++;
			continue;
		}
		if (pw->pw_uid == 0 || pw->pw_gid == 0) {
			log_err(
			    "user %s has root's uid or gid; assign it a uid and gid of its own",
			    name);
			missing++;
		}
		users[r].uid = pw->pw_uid;
		users[r].gid = pw->pw_gid;
	}
	missing += users_shared();
	return missing == 0 ? 0 : -1;
}

const struct spawn_user *
spawn_user(enum role r)
{
	return &users[r];
}

int
spawn_program(enum role r, uint64_t *dev, uint64_t *ino)
{
	struct stat st;

	if (fstat(programs[r], &st) == -1)
		return -1;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return 0;
}

/* Between fork and exec: descriptors, signals, an empty environment. */
__attribute__((noreturn)) static void
child_exec(enum role r, int fd)
{
	char name[32], *argv[] = { name, NULL };
	char *envp[] = { NULL };
	sigset_t none;
	int null;

	(void)snprintf(name, sizeof(name), "pxeguard: %s", role_name(r));
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1 ||
	    dup2(null, STDIN_FILENO) == -1 || dup2(null, STDOUT_FILENO) == -1)
		_exit(126);
#ifndef PXEGUARD_SANITIZE
	if (dup2(null, STDERR_FILENO) == -1)
		_exit(126);
#endif
	/* dup2() onto itself would leave close-on-exec set. */
	if (fd == CHANNEL_FD ? fcntl(fd, F_SETFD, 0) == -1
			     : dup2(fd, CHANNEL_FD) == -1)
		_exit(126);
	(void)execveat(programs[r], "", argv, envp, AT_EMPTY_PATH);
	_exit(127);
}

pid_t
spawn_role(enum role r, int *fd)
{
	int pair[2];
	pid_t pid;

	if (chan_pair(pair) == -1)
		return -1;
	switch (pid = fork()) {
	case -1:
		(void)close(pair[0]);
		(void)close(pair[1]);
		return -1;
	case 0:
		child_exec(r, pair[1]);
	default:
		(void)close(pair[1]);
		*fd = pair[0];
		return pid;
	}
}
