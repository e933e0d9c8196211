/* SPDX-License-Identifier: ISC */
/* Messages to the service manager: addresses, queue, watchdog. */
#include <errno.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "priv/notify.h"
#include "tests/unit/said.h"

Suite *suite_notify(void);

#define NAME "@pxeguard-unit-test-notify"

static int manager; /* its socket */

static void
setup(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char name[64];
	int len;

	said_begin(LOG_WARNING);
	/* Abstract names are those of all processes on this machine. */
	len = snprintf(name, sizeof(name), "%s-%d", NAME, getpid());
	memcpy(to.sun_path + 1, name + 1, (size_t)len - 1);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(
	    bind(manager, (struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
	    0);
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

static void
variable(const char *name, const char *value)
{
	if (value == NULL)
		ck_assert_int_eq(unsetenv(name), 0);
	else
		ck_assert_int_eq(setenv(name, value, 1), 0);
}

/* Whether a message reaches a manager at an address. */
static void
check_address(const char *name, const struct sockaddr_un *to, socklen_t len)
{
	(void)close(manager);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(manager, (const struct sockaddr *)to, len), 0);
	variable("NOTIFY_SOCKET", name);
	(void)notify_open();
	notify_send(name);
	ck_assert_str_eq(received(), name);
	ck_assert_str_eq(said, "");
}

START_TEST(addresses)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char name[sizeof(to.sun_path)];

	(void)snprintf(
	    name, sizeof(name), "/tmp/pxeguard-unit-test-notify-%d", getpid());
	memcpy(to.sun_path, name, sizeof(name));
	check_address(name, &to, sizeof(to));
	ck_assert_int_eq(unlink(name), 0);
	/* The longest name, of this process alone. */
	(void)snprintf(
	    name, sizeof(name), "@%0*d", (int)sizeof(name) - 2, getpid());
	memcpy(to.sun_path, name, sizeof(name));
	to.sun_path[0] = '\0';
	check_address(name, &to, sizeof(to) - 1);
}
END_TEST

START_TEST(no_addresses)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	const char *const wrong[] = { "", "@", "/", "run/notify",
		"vsock:2:1234", path };
	size_t i;

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		said[0] = '\0';
		variable("NOTIFY_SOCKET", wrong[i]);
		(void)notify_open();
		ck_assert_msg(said[0] != '\0', "%s", wrong[i]);
	}
}
END_TEST

static void
check_watchdog(const char *usec, const char *pid, uint64_t ms)
{
	variable("NOTIFY_SOCKET", NAME);
	variable("WATCHDOG_USEC", usec);
	variable("WATCHDOG_PID", pid);
	ck_assert_uint_eq(notify_open(), ms);
}

START_TEST(watchdog)
{
	char own[16], other[16];

	(void)snprintf(own, sizeof(own), "%d", getpid());
	(void)snprintf(other, sizeof(other), "%d", getpid() + 1);
	check_watchdog(NULL, NULL, 0);
	check_watchdog("3000000", NULL, 3000);
	check_watchdog("3000000", own, 3000);
	check_watchdog("3000000", other, 0);
	check_watchdog("3000000", "", 0);
	check_watchdog("", own, 0);
	check_watchdog("-1", own, 0);
	check_watchdog("3000000x", own, 0);
	check_watchdog("99999999999999999999999", own, 0);
	check_watchdog("86400000000", own, 86400000);
	check_watchdog("86400000001", own, 0);
	check_watchdog("999", own, 0);
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
	tcase_add_test(tc, no_addresses);
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
