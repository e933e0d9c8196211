/* SPDX-License-Identifier: ISC */
/* Messages to the service manager: addresses, queue, watchdog. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "priv/notify.h"
#include "tests/unit/said.h"

Suite *suite_notify(void);

#define NAME "@pxeguard-unit-test-notify"

static int manager; /* its socket */

static void
setup(void)
{
	char name[64];
	struct sockaddr_un to;
	socklen_t len;

	said_begin(LOG_WARNING);
	/* Abstract names are those of all processes on this machine. */
	(void)snprintf(name, sizeof(name), "%s-%d", NAME, getpid());
	ck_assert_int_eq(notify_address(name, &to, &len), 0);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(manager, (struct sockaddr *)&to, len), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
}

static void
teardown(void)
{
	(void)close(manager);
	said_end();
}

static const char *
received(void)
{
	static char text[NOTIFY_TEXT_MAX];
	ssize_t n = recv(manager, text, sizeof(text) - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

START_TEST(addresses)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	struct sockaddr_un to;
	socklen_t len;

	ck_assert_int_eq(notify_address("/run/systemd/notify", &to, &len), 0);
	ck_assert_str_eq(to.sun_path, "/run/systemd/notify");
	ck_assert_uint_eq(len, offsetof(struct sockaddr_un, sun_path) + 19);
	ck_assert_int_eq(notify_address("@a", &to, &len), 0);
	ck_assert_int_eq(memcmp(to.sun_path, "\0a", 3), 0);
	ck_assert_uint_eq(len, offsetof(struct sockaddr_un, sun_path) + 2);
	ck_assert_int_eq(notify_address("", &to, &len), -1);
	ck_assert_int_eq(notify_address("@", &to, &len), -1);
	ck_assert_int_eq(notify_address("/", &to, &len), -1);
	ck_assert_int_eq(notify_address("run/notify", &to, &len), -1);
	ck_assert_int_eq(notify_address("vsock:2:1234", &to, &len), -1);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(notify_address(path, &to, &len), -1);
	path[sizeof(path) - 2] = '\0';
	ck_assert_int_eq(notify_address(path, &to, &len), 0);
}
END_TEST

START_TEST(watchdog)
{
	ck_assert_uint_eq(notify_watchdog_ms(NULL, NULL, 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("3000000", NULL, 7), 3000);
	ck_assert_uint_eq(notify_watchdog_ms("3000000", "7", 7), 3000);
	ck_assert_uint_eq(notify_watchdog_ms("3000000", "8", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("3000000", "", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("", "7", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("-1", "7", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("3000000x", "7", 7), 0);
	ck_assert_uint_eq(
	    notify_watchdog_ms("99999999999999999999999", "7", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("86400000001", "7", 7), 0);
	ck_assert_uint_eq(notify_watchdog_ms("999", "7", 7), 0);
}
END_TEST

START_TEST(sends)
{
	(void)setenv("WATCHDOG_USEC", "60000000", 1);
	ck_assert_uint_eq(notify_open(), 60000);
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	ck_assert_ptr_null(getenv("WATCHDOG_USEC"));
	notify_send("READY=1\nSTATUS=x");
	ck_assert_str_eq(received(), "READY=1\nSTATUS=x");
	ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(nobody_asked)
{
	(void)unsetenv("NOTIFY_SOCKET");
	(void)setenv("WATCHDOG_USEC", "60000000", 1);
	ck_assert_uint_eq(notify_open(), 0);
	notify_send("READY=1");
	ck_assert(!notify_flush());
	(void)setenv("NOTIFY_SOCKET", "relative", 1);
	ck_assert_uint_eq(notify_open(), 0);
	notify_send("READY=1");
	ck_assert_str_eq(received(), "");
	ck_assert_str_eq(said,
	    "NOTIFY_SOCKET is no socket that can be used; the service manager will not know when pxeguard is ready\n");
}
END_TEST

/* A manager that does not read gets all in order later, but for the oldest. */
START_TEST(full_queue)
{
	char text[32];
	int sent = 0, i;

	(void)notify_open();
	while (!notify_flush() && sent < 100000) {
		(void)snprintf(text, sizeof(text), "N=%d", sent++);
		notify_send(text);
	}
	ck_assert(notify_flush());
	for (i = 1; i < NOTIFY_WAITING_MAX; i++) {
		(void)snprintf(text, sizeof(text), "N=%d", sent++);
		notify_send(text);
	}
	ck_assert_str_eq(said, "");
	(void)snprintf(text, sizeof(text), "N=%d", sent);
	notify_send(text);
	ck_assert_str_eq(said,
	    "the service manager does not read its messages; the oldest is lost\n");
	for (i = 0; i <= sent; i++) {
		if (i == sent - NOTIFY_WAITING_MAX)
			continue; /* lost */
		(void)snprintf(text, sizeof(text), "N=%d", i);
		ck_assert_str_eq(received(), text);
		(void)notify_flush();
	}
	ck_assert(!notify_flush());
	ck_assert_str_eq(received(), "");
}
END_TEST

/* Signs of life push nothing out of the queue. */
START_TEST(alive)
{
	int sent = 0, i;

	(void)notify_open();
	notify_alive();
	ck_assert_str_eq(received(), "WATCHDOG=1");
	while (!notify_flush() && sent++ < 100000)
		notify_send("STATUS=x");
	notify_send("READY=1");
	for (i = 0; i < 2 * NOTIFY_WAITING_MAX; i++)
		notify_alive();
	ck_assert_str_eq(said, "");
	for (i = 0; i < sent; i++) {
		ck_assert_str_eq(received(), "STATUS=x");
		(void)notify_flush();
	}
	ck_assert_str_eq(received(), "READY=1");
	ck_assert_str_eq(received(), "");
	notify_alive();
	ck_assert_str_eq(received(), "WATCHDOG=1");
}
END_TEST

/* One line, however often; and another after it has worked again. */
START_TEST(manager_is_gone)
{
	(void)notify_open();
	(void)close(manager);
	notify_send("STATUS=a");
	notify_send("STATUS=b");
	ck_assert(!notify_flush());
	ck_assert_str_eq(said,
	    "cannot send a message to the service manager: Connection refused\n");
}
END_TEST

Suite *
suite_notify(void)
{
	Suite *s = suite_create("notify");
	TCase *tc = tcase_create("notify");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, addresses);
	tcase_add_test(tc, watchdog);
	tcase_add_test(tc, sends);
	tcase_add_test(tc, nobody_asked);
	tcase_add_test(tc, full_queue);
	tcase_add_test(tc, alive);
	tcase_add_test(tc, manager_is_gone);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_notify)
