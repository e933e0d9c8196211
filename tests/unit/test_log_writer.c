/* SPDX-License-Identifier: ISC */
/* Readers that do not read: lines are dropped and counted, nobody waits. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "priv/log_writer.h"
#include "priv/log_sink.h"
#include "tests/unit/unit.h"

static char line[200];

static void
setup(void)
{
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
}

/* Writes far more than any buffer takes; how many lines were taken. */
static int
flood(struct log_writer *w)
{
	int i, taken = 0;

	for (i = 0; i < 20000; i++)
		taken += log_writer_put(w, line, sizeof(line)) == 0 ? 1 : 0;
	return taken;
}

/* Reads all that there is now; how many bytes. */
static size_t
drain(int fd)
{
	char buf[4096];
	size_t all = 0;
	ssize_t n;

	ck_assert_int_ne(fcntl(fd, F_SETFL, O_NONBLOCK), -1);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		all += (size_t)n;
	return all;
}

/* Nobody else's writes become non-blocking. */
static void
check_shared_flags(int fd)
{
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
}

static void
check_full(int to, int from)
{
	struct log_writer w = { .fd = -1 };
	int taken;

	log_writer_open(&w, to);
	check_shared_flags(to);
	taken = flood(&w);
	ck_assert_int_gt(taken, 0);
	ck_assert_int_lt(taken, 20000);
	ck_assert_int_eq(errno, EAGAIN);
	/* It goes on as soon as somebody reads. */
	ck_assert_uint_ge(drain(from), (size_t)taken * sizeof(line));
	ck_assert_int_eq(log_writer_put(&w, line, sizeof(line)), 0);
	log_writer_close(&w);
}

START_TEST(full_pipe)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	check_full(fds[1], fds[0]);
}
END_TEST

START_TEST(full_sockets)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	check_full(fds[1], fds[0]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	check_full(fds[1], fds[0]);
}
END_TEST

/* A terminal whose user has stopped it, or looks at something else. */
START_TEST(full_terminal)
{
	int master, slave;

	if (openpty(&master, &slave, NULL, NULL, NULL) == -1)
		return; /* no /dev/pts here */
	check_full(slave, master);
}
END_TEST

/* Without /proc the pipe is shared, and asked before each write. */
START_TEST(full_pipe_that_is_shared)
{
	struct log_writer w = { .fd = -1 };
	int fds[2], taken;

	ck_assert_int_eq(pipe(fds), 0);
	w.fd = fds[1];
	taken = flood(&w);
	ck_assert_int_gt(taken, 0);
	ck_assert_int_lt(taken, 20000);
	check_shared_flags(fds[1]);
}
END_TEST

static void
interrupt(int signo)
{
	(void)signo;
}

/* Signals do not shorten the time that a slow reader has. */
START_TEST(signals_while_it_waits)
{
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	struct sigaction sa = { .sa_handler = interrupt };
	struct log_writer w = { .fd = -1 };
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	log_writer_open(&w, fds[1]);
	ck_assert_int_eq(sigaction(SIGALRM, &sa, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	while (log_writer_put(&w, line, sizeof(line)) == 0)
		continue;
	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_uint_ge(w.waited_ms, LOG_WRITER_WAIT_MS);
	log_writer_close(&w);
}
END_TEST

START_TEST(reader_that_is_gone)
{
	struct log_writer w = { .fd = -1 };
	int fds[2];

	(void)signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(fds), 0);
	log_writer_open(&w, fds[1]);
	(void)close(fds[0]);
	ck_assert_int_eq(log_writer_put(&w, line, sizeof(line)), -1);
	ck_assert_int_eq(errno, EPIPE);
	log_writer_close(&w);
	ck_assert_int_eq(log_writer_put(&w, line, sizeof(line)), -1);
}
END_TEST

/* What a file has already is not written over. */
START_TEST(regular_file)
{
	char path[] = "/tmp/test_log_writer.XXXXXX", text[16] = "";
	struct log_writer w = { .fd = -1 };
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, "one\n", 4), 4);
	log_writer_open(&w, fd);
	ck_assert_int_eq(log_writer_put(&w, "two\n", 4), 0);
	ck_assert_int_eq(write(fd, "three\n", 6), 6);
	ck_assert_int_eq(pread(fd, text, sizeof(text) - 1, 0), 14);
	ck_assert_str_eq(text, "one\ntwo\nthree\n");
	log_writer_close(&w);
	ck_assert_int_eq(fcntl(fd, F_GETFD), 0); /* not ours to close */
	(void)unlink(path);
}
END_TEST

/* A line that was taken in part is ended before the next one. */
START_TEST(torn_line)
{
	static char big[1 << 20];
	struct log_writer w = { .fd = -1 };
	char last[8] = "";
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	log_writer_open(&w, fds[1]);
	memset(big, 'y', sizeof(big));
	ck_assert_int_eq(log_writer_put(&w, big, sizeof(big)), -1);
	ck_assert_uint_gt(drain(fds[0]), 0);
	ck_assert_int_eq(log_writer_put(&w, "next\n", 5), 0);
	ck_assert_int_eq(read(fds[0], last, sizeof(last)), 6);
	ck_assert_mem_eq(last, "\nnext\n", 6);
	log_writer_close(&w);
}
END_TEST

/* ----------------------------------------------- lines of the log */

/* What comes out for a line, of the form for --test. */
static const char *
output_of(int priority, const char *text)
{
	static char got[4096];
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_ne(dup2(fds[1], STDERR_FILENO), -1);
	log_sink_open(LOG_SINK_JOURNAL);
	log_sink_line("dhcpd", priority, text);
	n = read(fds[0], got, sizeof(got) - 1);
	got[n > 0 ? n : 0] = '\0';
	ck_assert_int_ne(dup2(saved, STDERR_FILENO), -1);
	log_sink_open(LOG_SINK_STDERR);
	(void)close(saved);
	(void)close(fds[0]);
	(void)close(fds[1]);
	return got;
}

START_TEST(lines_are_printable)
{
	ck_assert_str_eq(output_of(LOG_INFO, "plain"), "<6>dhcpd: plain\n");
	ck_assert_str_eq(output_of(LOG_INFO, "a\x1b[2J\nb\xc2\x9b"
					     "2J"),
	    "<6>dhcpd: a\\x1b[2J\\x0ab\\xc2\\x9b2J\n");
	ck_assert_str_eq(output_of(LOG_WARNING, "txt\xe2\x80\xae"
						"gpj.exe"),
	    "<4>dhcpd: txt\\xe2\\x80\\xaegpj.exe\n");
	ck_assert_str_eq(output_of(LOG_ERR, "/srv/gr\xc3\xbc\xc3\x9f"
					    "e"),
	    "<3>dhcpd: /srv/gr\xc3\xbc\xc3\x9f"
	    "e\n");
	/* syslogd writes emergencies to every terminal. */
	ck_assert_str_eq(output_of(LOG_EMERG, "wall"), "<2>dhcpd: wall\n");
}
END_TEST

START_TEST(long_lines_end_in_dots)
{
	static char text[3 * LOG_LINE_MAX];
	const char *got;

	memset(text, 'x', sizeof(text) - 1);
	got = output_of(LOG_INFO, text);
	ck_assert_uint_le(strlen(got), LOG_LINE_MAX + 16);
	ck_assert_str_eq(got + strlen(got) - 5, "x...\n");
}
END_TEST

START_TEST(lost_lines_are_counted)
{
	static char got[1 << 20];
	int fds[2], saved = dup(STDERR_FILENO), i;
	uint64_t begin_ms;
	ssize_t n;
	int taken = 0;
	char want[64];
	char *p;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_ne(dup2(fds[1], STDERR_FILENO), -1);
	log_sink_open(LOG_SINK_JOURNAL);
	begin_ms = clock_mono_ms();
	for (i = 0; i < 5000; i++)
		log_sink_line("dhcpd", LOG_INFO, "a line that nobody reads");
	/* At most a tenth of the time was spent waiting. */
	ck_assert_uint_le(clock_mono_ms() - begin_ms, 20000);
	n = read(fds[0], got, sizeof(got));
	for (p = got; p < got + n; p++)
		taken += *p == '\n' ? 1 : 0;
	ck_assert_int_lt(taken, 5000);
	log_sink_line("dhcpd", LOG_INFO, "again");
	n = read(fds[0], got, sizeof(got) - 1);
	got[n > 0 ? n : 0] = '\0';
	ck_assert_int_ne(dup2(saved, STDERR_FILENO), -1);
	log_sink_open(LOG_SINK_STDERR);
	(void)snprintf(want, sizeof(want),
	    "<4>pxeguard: %d log lines lost:", 5000 - taken);
	ck_assert_mem_eq(got, want, strlen(want));
	ck_assert_ptr_nonnull(strstr(got, "\n<6>dhcpd: again\n"));
}
END_TEST

/*
 * `pxeguard --test | less`: every line comes once, however slowly it is read.
 */
START_TEST(a_check_waits_for_its_reader)
{
	int fds[2], i, lines = 0;
	pid_t child;
	ssize_t n;
	char buf[4096], *p;

	ck_assert_int_eq(pipe(fds), 0);
	if ((child = fork()) == 0) {
		(void)close(fds[0]);
		(void)dup2(fds[1], STDERR_FILENO);
		(void)close(fds[1]);
		log_sink_open(LOG_SINK_PLAIN);
		for (i = 0; i < 5000; i++) {
			(void)snprintf(buf, sizeof(buf), "error %d", i);
			log_sink_line("conf", LOG_ERR, buf);
		}
		/* Another process may say the same. */
		log_sink_line("pxeguard", LOG_ERR, "error 0");
		_exit(0);
	}
	(void)close(fds[1]);
	/* Longer than a daemon would wait for it. */
	(void)poll(NULL, 0, 5 * LOG_WRITER_WAIT_MS);
	while ((n = read(fds[0], buf, sizeof(buf))) > 0)
		for (p = buf; p < buf + n; p++)
			lines += *p == '\n' ? 1 : 0;
	ck_assert_int_eq(lines, 5000);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

Suite *suite_log_writer(void);

Suite *
suite_log_writer(void)
{
	Suite *s = suite_create("log_writer");
	TCase *tc = tcase_create("writer");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, setup, NULL);
	tcase_add_test(tc, full_pipe);
	tcase_add_test(tc, full_sockets);
	tcase_add_test(tc, full_terminal);
	tcase_add_test(tc, full_pipe_that_is_shared);
	tcase_add_test(tc, signals_while_it_waits);
	tcase_add_test(tc, reader_that_is_gone);
	tcase_add_test(tc, regular_file);
	tcase_add_test(tc, torn_line);
	suite_add_tcase(s, tc);
	tc = tcase_create("lines");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, lines_are_printable);
	tcase_add_test(tc, long_lines_end_in_dots);
	tcase_add_test(tc, lost_lines_are_counted);
	tcase_add_test(tc, a_check_waits_for_its_reader);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make what is written to, and read it. */
UNIT_MAIN_ALSO(suite_log_writer, SCMP_SYS(pipe2), SCMP_SYS(socketpair),
    SCMP_SYS(dup), SCMP_SYS(ioctl), SCMP_SYS(fcntl), SCMP_SYS(read),
    SCMP_SYS(setitimer))
