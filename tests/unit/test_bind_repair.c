/* SPDX-License-Identifier: ISC */
/*
 * Listeners that a process has misused, for the next one.  Needs root; says so
 * and passes without.
 */
#include <netinet/tcp.h>

#include "tests/unit/bind_case.h"

/* A connection to the listener, with a byte that the server has received. */
static bool
connects(const struct conf_listener *l)
{
	const struct endpoint to = client_of(&local4, l->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), accepted = -1;
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&to, &ss);
	char got = '-';

	if (connect(fd, (struct sockaddr *)&ss, len) == 0 &&
	    send(fd, "x", 1, 0) == 1 &&
	    (accepted = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK)) != -1)
		got = received(accepted);
	(void)close(accepted);
	(void)close(fd);
	return got == 'x';
}

static bool
is_corked(const struct conf_listener *l)
{
	socklen_t len = sizeof(int);
	int on = 0;

	ck_assert_int_eq(getsockopt(l->fd, SOL_TCP, TCP_CORK, &on, &len), 0);
	return on != 0;
}

/* Whatever a httpd has done to its sockets, the next one can use them. */
START_TEST(repaired)
{
	struct conf *c = conf_lo(false);
	const struct conf_listener *l;
	const int on = 1;
	int i;

	c->http.enabled = c->ifaces->http = true;
	c->http.port = 80;
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_ptr_nonnull(l = listener(c, SOCKET_HTTP, AF_INET));
	ck_assert(connects(l));
	ck_assert_int_eq(
	    setsockopt(l->fd, SOL_TCP, TCP_CORK, &on, sizeof(on)), 0);
	bind_repair(c, ROLE_TFTPD);
	bind_repair(NULL, ROLE_HTTPD);
	ck_assert(is_corked(l));
	bind_repair(c, ROLE_HTTPD);
	ck_assert(!is_corked(l));
	ck_assert(connects(l));
	/* Once ends the listening; again, the connections after a listen(2). */
	for (i = 0; i <= _i; i++)
		(void)shutdown(l->fd, SHUT_RDWR);
	ck_assert(!connects(l));
	bind_repair(c, ROLE_HTTPD);
	ck_assert(connects(l));
	/* Another process of its kind was there, and faster. */
	for (i = 0; i < 2; i++)
		(void)shutdown(l->fd, SHUT_RDWR);
	ck_assert_int_eq(listen(l->fd, 1), 0);
	ck_assert(!connects(l));
	bind_repair(c, ROLE_HTTPD);
	ck_assert(connects(l));
	conf_free(c);
}
END_TEST

/* Connections that wait are lost only if something was wrong before. */
START_TEST(repair_of_what_is_sound)
{
	struct conf *c = conf_lo(false);
	const struct conf_listener *l;
	struct sockaddr_storage ss;
	const struct endpoint to = client_of(&local4, 80);
	socklen_t len = endpoint_to_sockaddr(&to, &ss);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	c->http.enabled = c->ifaces->http = true;
	c->http.port = 80;
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_ptr_nonnull(l = listener(c, SOCKET_HTTP, AF_INET));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&ss, len), 0);
	bind_repair(c, ROLE_HTTPD);
	ck_assert_int_ge(accept4(l->fd, NULL, NULL, SOCK_NONBLOCK), 0);
	conf_free(c);
}
END_TEST

Suite *suite_bind_repair(void);

Suite *
suite_bind_repair(void)
{
	Suite *s = suite_create("bind_repair");
	TCase *tc = tcase_create("bind_repair");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		tcase_add_test(tc, skipped);
		return s;
	}
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, repaired, 0, 2);
	tcase_add_test(tc, repair_of_what_is_sound);
	return s;
}

/* Clients connect. */
UNIT_MAIN_ALSO(
    suite_bind_repair, SCMP_SYS(ioctl), SCMP_SYS(shutdown), SCMP_SYS(accept4))
