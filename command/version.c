/* SPDX-License-Identifier: ISC */
/* Prints the version, the features and the versions of libraries. */
#include "command/version.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>
#include <seccomp.h>

#include "daemon/library.h"
#include "daemon/msg.h"
#include "priv/output.h"
#include "priv/spawn.h"

#define ANSWER_MAX 1024 /* bytes of one role */
#define ANSWER_S 5

/* By the Makefile. */
#ifndef LIBCAP_NG_VERSION
#define LIBCAP_NG_VERSION ""
#endif

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

/* What the programs of roles are for. */
static const struct {
	enum role role;
	const char *feature;
} features[] = {
	{ ROLE_DHCPD, "DHCP" },
	{ ROLE_TFTPD, "TFTP" },
	{ ROLE_HTTPD, "HTTP" },
	{ ROLE_KEYD, "HTTPS" },
	{ ROLE_HASHD, "verify-images" },
	{ ROLE_CAPD, "capture files" },
};

/* The roles with libraries that this program is not linked with. */
static const enum role asked[] = { ROLE_LEASED, ROLE_IMAGED, ROLE_HASHD,
	ROLE_HTTPD, ROLE_CAPD };

static void
put_features(bool installed)
{
	const char *first = installed ? "features: " : "not installed: ";
	const char *before = first;
	size_t i;

	for (i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (spawn_has_program(features[i].role) != installed)
			continue;
		(void)printf("%s%s", before, features[i].feature);
		before = ", ";
	}
	if (before != first)
		(void)printf("\n");
}

static void
put_own(void)
{
	const struct scmp_version *s = seccomp_version();
	char running[32], line[LIBRARY_LINE_MAX];
	const struct library own[] = {
		{ "libevent", event_get_version(), LIBEVENT_VERSION },
		{ "libseccomp", running,
		    TEXT(SCMP_VER_MAJOR) "." TEXT(SCMP_VER_MINOR) "." TEXT(
			SCMP_VER_MICRO) },
		{ "libcap-ng", NULL, LIBCAP_NG_VERSION },
	};
	size_t i;

	(void)snprintf(
	    running, sizeof(running), "%u.%u.%u", s->major, s->minor, s->micro);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		(void)printf("%s", library_line(&own[i], line));
}

/* Starts the program of a role with its output in a pipe; -1: it cannot. */
static pid_t
role_start_asked(enum role r, int *out)
{
	char path[SPAWN_PATH_MAX], argument[] = LIBRARY_ARGUMENT;
	char *argv[] = { path, argument, NULL };
	char *env[] = { NULL };
	int fds[2];
	pid_t pid;

	spawn_program_path(r, path);
	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		/* The alarm, which execve(2) keeps, ends a program that hangs.
		 */
		(void)signal(SIGALRM, SIG_DFL);
		(void)alarm(ANSWER_S);
		(void)dup2(fds[1], STDOUT_FILENO);
		(void)execve(path, argv, env);
		_exit(1);
	}
	(void)close(fds[1]);
	*out = fds[0];
	if (pid == -1)
		(void)close(fds[0]);
	return pid;
}

/* Reads until the end; the length, or -1 if it is too long. */
static int
role_answer(int fd, char buf[ANSWER_MAX])
{
	size_t len = 0;
	ssize_t n = 1;

	while (
	    len < ANSWER_MAX && (n = read(fd, buf + len, ANSWER_MAX - len)) > 0)
		len += (size_t)n;
	return n == 0 ? (int)len : -1;
}

static int
put_libraries_of(enum role r)
{
	char buf[ANSWER_MAX];
	int fd, len, status = -1;
	pid_t pid = role_start_asked(r, &fd);

	if (pid == -1)
		return -1;
	len = role_answer(fd, buf);
	(void)close(fd);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (len == -1 || status != 0 ||
	    !output_is_plain((const uint8_t *)buf, (size_t)len, false))
		return -1;
	return fwrite(buf, 1, (size_t)len, stdout) == (size_t)len ? 0 : -1;
}

int
version_print(void)
{
	int status = 0;
	size_t i;

	(void)printf("pxeguard " PXEGUARD_VERSION "\n");
	put_features(true);
	put_features(false);
	put_own();
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (spawn_has_program(asked[i]) &&
		    put_libraries_of(asked[i]) == -1) {
			(void)fprintf(stderr,
			    "pxeguard: %s does not tell its libraries; install pxeguard completely\n",
			    role_name(asked[i]));
			status = 1;
		}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	(void)fprintf(
	    stderr, "pxeguard: standard output: %s\n", strerror(errno));
	return 1;
}
