/* SPDX-License-Identifier: ISC */
/*
 * The sandbox on a real kernel: a process enters it as a role does, and then
 * tries what it must not.  Needs root; says so and passes without.
 */
#ifndef TESTS_UNIT_SANDBOX_CASE_H
#define TESTS_UNIT_SANDBOX_CASE_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/chan.h"
#include "daemon/log.h"
#include "sandbox/sandbox.h"
#include "tests/unit/unit.h"

#define CHANNEL_FD 3
#define SOME_ID 54321
#define MAX_FDS 77

/* What the parent saw of a child. */
static struct {
	pid_t pid;
	int status;
	bool stood; /* LAYERS came */
	uint32_t layers;
	bool dying;
	uint32_t nr;
	char log[16384];
} seen;

static char folder[64];
static pid_t test_pid;

static inline void
child_log(int priority, const char *line, void *arg)
{
	uint8_t body[3 + LOG_LINE_MAX];
	struct writer w;

	(void)arg;
	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)priority);
	writer_str(&w, line);
	(void)chan_send_now(CHANNEL_FD, MSG_LOG, 0, &w);
}

/* Enters the sandbox, tells so, waits for STOP, acts. */
__attribute__((noreturn)) static inline void
child_main(const struct boot *boot, int fd, int (*act)(void))
{
	uint8_t buf[MSG_SIZE_MAX], body[4];
	const char *why;
	struct writer w;
	struct msg m;

	if (dup2(fd, CHANNEL_FD) == -1)
		_exit(99);
	(void)close_range(CHANNEL_FD + 1, ~0U, 0);
	log_init("child", LOG_DEBUG);
	log_set_sink(child_log, NULL);
	writer_init(&w, body, sizeof(body));
	writer_u32(&w, sandbox_enter(boot));
	(void)chan_send_now(CHANNEL_FD, MSG_LAYERS, 0, &w);
	if (chan_recv_now(CHANNEL_FD, (enum role)boot->role, ROLE_PRIV,
		PHASE_BOOT, buf, &m, &why) == -1)
		_exit(98);
	_exit(act());
}

static inline void
hear(struct msg *m)
{
	char line[LOG_LINE_MAX + 1];

	switch (m->type) {
	case MSG_LOG:
		(void)reader_u8(&m->body);
		reader_str(&m->body, line, sizeof(line));
		ck_assert(reader_done(&m->body));
		ck_assert_uint_lt(
		    strlen(seen.log) + sizeof(line) + 1, sizeof(seen.log));
		(void)strcat(strcat(seen.log, line), "\n");
		break;
	case MSG_LAYERS:
		seen.stood = true;
		seen.layers = reader_u32(&m->body);
		break;
	case MSG_DYING:
		seen.dying = true;
		seen.nr = reader_u32(&m->body);
		break;
	default:
		ck_abort_msg("message %s", msg_name(m->type));
	}
}

/* Runs a child; look(), where not NULL, while it is confined. */
static inline void
run(const struct boot *boot, int (*act)(void), void (*look)(void))
{
	uint8_t buf[MSG_SIZE_MAX];
	const char *why;
	struct msg m;
	bool asked = false;
	int fds[2];

	memset(&seen, 0, sizeof(seen));
	ck_assert_int_eq(chan_pair(fds), 0);
	(void)fflush(NULL);
	ck_assert_int_ne(seen.pid = fork(), -1);
	if (seen.pid == 0)
		child_main(boot, fds[1], act);
	(void)close(fds[1]);
	while (chan_recv_now(fds[0], ROLE_PRIV, (enum role)boot->role,
		   PHASE_BOOT, buf, &m, &why) == 0) {
		hear(&m);
		if (!seen.stood || asked)
			continue;
		asked = true;
		if (look != NULL)
			look();
		(void)chan_send_now(fds[0], MSG_STOP, 0, NULL);
	}
	(void)close(fds[0]);
	ck_assert_int_eq(waitpid(seen.pid, &seen.status, 0), seen.pid);
}

static inline struct boot
boot_of(enum role role, enum sandbox_root root)
{
	struct boot b = { .role = (uint8_t)role,
		.log_level = LOG_DEBUG,
		.uid = SOME_ID,
		.gid = SOME_ID + 1,
		.root = (uint8_t)root,
		.max_fds = MAX_FDS };

	if (root != SANDBOX_ROOT_EMPTY) {
		b.nroots = 1;
		(void)strcpy(b.roots[0], folder);
	}
	return b;
}

static inline void
file_make(const char *name, mode_t mode)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "hello", 5), 5);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	(void)close(fd);
}

static inline void
setup(void)
{
	char path[128];

	test_pid = getpid();
	(void)strcpy(folder, "/tmp/pxeguard-sandbox-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chmod(folder, 0777), 0);
	file_make("file", 0666);
	file_make("program", 0777);
	(void)snprintf(path, sizeof(path), "%s/null", folder);
	ck_assert_int_eq(mknod(path, S_IFCHR | 0666, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod(path, 0666), 0);
	(void)snprintf(path, sizeof(path), "%s/link", folder);
	ck_assert_int_eq(symlink("file", path), 0);
}

static inline void
teardown(void)
{
	static const char *const names[] = { "file", "program", "null", "link",
		"new" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static inline int
act_nothing(void)
{
	return 0;
}

/* What /proc says of the child while it is confined. */
static inline void
proc_read(const char *name, char *dst, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", seen.pid, name);
	fd = open(path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	n = read(fd, dst, size - 1);
	ck_assert_int_gt(n, 0);
	dst[n] = '\0';
	(void)close(fd);
}

static inline void
has(const char *text, const char *line)
{
	ck_assert_msg(
	    strstr(text, line) != NULL, "no '%s' in:\n%s", line, text);
}

START_TEST(skipped)
{
	(void)printf("skipped: the sandbox needs root\n");
}
END_TEST

/* For tests that need root; without it there is one that says so, and NULL. */
static inline TCase *
layers_case(Suite *s)
{
	TCase *tc = tcase_create("layers");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		tcase_add_test(tc, skipped);
		return NULL;
	}
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	return tc;
}

#endif
