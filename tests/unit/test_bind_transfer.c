/* SPDX-License-Identifier: ISC */
/*
 * Sockets of transfers, beside the listeners, in a network of their own, which
 * has a loopback and nothing else.  Needs root; says so and passes without.
 */
#include <errno.h>

#include "priv/bind_transfer.h"
#include "tests/unit/bind_case.h"

#define LO_MTU 65536 /* of IPv4, which has no longer packets, one less */

static const struct record_dhcp no_dhcp;

/* The socket's own port, after a look at both of its ends. */
static uint16_t
port_of(int fd, const struct endpoint *local, const struct endpoint *remote)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct endpoint e;
	uint16_t port;

	ck_assert_int_eq(getpeername(fd, (struct sockaddr *)&ss, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, (void *)&ss), 0);
	ck_assert(endpoint_equal(&e, remote));
	len = sizeof(ss);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, (void *)&ss), 0);
	port = e.port;
	e.port = 0;
	ck_assert(endpoint_equal(&e, local));
	return port;
}

static int
transfer(const struct record_tftp *how, const struct endpoint *local,
    uint16_t client_port)
{
	struct endpoint remote = client_of(local, client_port);
	uint32_t mtu = 0;
	int fd = bind_transfer(how, &no_dhcp, local, &remote, &mtu);

	if (fd != -1)
		ck_assert_uint_eq(
		    mtu, local->addr.family == 4 ? LO_MTU - 1 : LO_MTU);
	return fd;
}

START_TEST(any_port)
{
	const struct record_tftp how = { .enabled = true };
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint remote = client_of(local, 2070);
	int a = transfer(&how, local, 2070), b = transfer(&how, local, 2070);

	ck_assert_int_ne(a, -1);
	ck_assert_int_ne(b, -1);
	ck_assert_uint_ge(port_of(a, local, &remote), 1024);
	ck_assert_uint_ne(
	    port_of(a, local, &remote), port_of(b, local, &remote));
}
END_TEST

START_TEST(port_range)
{
	const struct record_tftp how = { .port_low = 5000, .port_high = 5002 };
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint remote = client_of(local, 2070);
	uint16_t port, seen = 0;
	int fd[3], i;

	for (i = 0; i < 3; i++) {
		ck_assert_int_ne(fd[i] = transfer(&how, local, 2070), -1);
		port = port_of(fd[i], local, &remote);
		ck_assert_uint_ge(port, 5000);
		ck_assert_uint_le(port, 5002);
		seen |= (uint16_t)(1U << (port - 5000));
	}
	ck_assert_uint_eq(seen, 7);
	ck_assert_int_eq(transfer(&how, local, 2070), -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	/* The one that becomes free is found, wherever it is. */
	port = port_of(fd[1], local, &remote);
	(void)close(fd[1]);
	ck_assert_int_ne(fd[1] = transfer(&how, local, 2070), -1);
	ck_assert_uint_eq(port_of(fd[1], local, &remote), port);
}
END_TEST

/* A port that was just in use is not the next one to be used. */
START_TEST(port_range_rotates)
{
	const struct record_tftp how = { .port_low = 5000, .port_high = 5009 };
	struct endpoint remote = client_of(&local4, 2070);
	uint16_t before = 0, port;
	int fd, i;

	for (i = 0; i < 10; i++) {
		ck_assert_int_ne(fd = transfer(&how, &local4, 2070), -1);
		port = port_of(fd, &local4, &remote);
		ck_assert_uint_ne(port, before);
		before = port;
		(void)close(fd);
	}
}
END_TEST

/* No socket leads to a service of this host, whichever interface has it. */
START_TEST(services_of_this_host)
{
	static const uint16_t well_known[] = { 1, 53, 161, 1023, 4011 };
	const struct record_tftp how = { .enabled = true };
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint other = { .addr = { 4, { 127, 9, 9, 9 } } };
	uint32_t mtu;
	size_t i;

	for (i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++) {
		ck_assert_int_eq(transfer(&how, local, well_known[i]), -1);
		ck_assert_int_eq(errno, EACCES);
		other.port = well_known[i];
		ck_assert_int_eq(
		    bind_transfer(&how, &no_dhcp, &local4, &other, &mtu), -1);
		ck_assert_int_eq(errno, EACCES);
	}
	ck_assert_int_ne(transfer(&how, local, 1024), -1);
}
END_TEST

/* The same ports of another host are none of ours. */
START_TEST(services_of_others)
{
	const struct record_tftp how = { .enabled = true };
	struct endpoint remote = { .addr = { 4, { 192, 0, 2, 1 } },
		.port = 53 };
	uint32_t mtu;

	/* There is no way to it here, which is another reason. */
	ck_assert_int_eq(
	    bind_transfer(&how, &no_dhcp, &local4, &remote, &mtu), -1);
	ck_assert_int_eq(errno, ENETUNREACH);
}
END_TEST

static void
send_from(const struct endpoint *from, const struct endpoint *to, char what)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(from, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	len = endpoint_to_sockaddr(to, &ss);
	ck_assert_int_eq(
	    sendto(fd, &what, 1, 0, (struct sockaddr *)&ss, len), 1);
	(void)close(fd);
}

/* Each client is heard at its own socket, and all others at the listener. */
START_TEST(single_port)
{
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint to = client_of(local, 69), a, b, other;
	struct conf *c = conf_lo(true);
	const struct conf_listener *l;
	int fa, fb;

	a = client_of(local, 2001);
	b = client_of(local, 2002);
	other = client_of(local, 2003);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_ptr_nonnull(
	    l = listener(c, SOCKET_TFTP, _i == 0 ? AF_INET : AF_INET6));
	bind_apply(c);
	ck_assert_int_ne(fa = transfer(&c->tftp, local, a.port), -1);
	ck_assert_int_ne(fb = transfer(&c->tftp, local, b.port), -1);
	ck_assert_uint_eq(port_of(fa, local, &a), 69);
	ck_assert_uint_eq(port_of(fb, local, &b), 69);
	send_from(&a, &to, 'a');
	send_from(&b, &to, 'b');
	send_from(&other, &to, 'o');
	ck_assert_int_eq(received(fa), 'a');
	ck_assert_int_eq(received(fb), 'b');
	ck_assert_int_eq(received(l->fd), 'o');
	ck_assert_int_eq(received(fa), '-');
	ck_assert_int_eq(received(fb), '-');
	ck_assert_int_eq(received(l->fd), '-');
	conf_free(c);
}
END_TEST

/* Where it is not configured, the listener does not share its port. */
START_TEST(port_is_not_shared)
{
	const struct record_tftp how = { .single_port = true };
	struct conf *c = conf_lo(false), *next = conf_lo(true);

	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	bind_apply(c);
	ck_assert_int_eq(transfer(&how, &local4, 2001), -1);
	ck_assert_int_eq(errno, EADDRINUSE);
	/* It is from the moment when the configuration is in force. */
	ck_assert_int_eq(bind_listeners(next, c), 0);
	ck_assert_int_eq(transfer(&how, &local4, 2001), -1);
	bind_apply(next);
	ck_assert_int_ne(transfer(&how, &local4, 2001), -1);
	bind_apply(c);
	ck_assert_int_eq(transfer(&how, &local4, 2002), -1);
	conf_free(next);
	conf_free(c);
}
END_TEST

/* Our own transfers at the port do not keep us from a further interface. */
START_TEST(another_interface)
{
	struct conf *before = conf_lo(true), *c = conf_lo(true);
	int fd = transfer(&before->tftp, &local4, 2001);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(bind_listeners(c, NULL), -1);
	conf_free(c);
	c = conf_lo(true);
	bind_apply(before);
	ck_assert_int_eq(bind_listeners(c, before), 0);
	conf_free(c);
	conf_free(before);
}
END_TEST

/* Nor those that go on when the port is no longer shared. */
START_TEST(another_interface_later)
{
	struct conf *single = conf_lo(true), *after = conf_lo(false);
	struct conf *c = conf_lo(false);
	int fd;

	bind_apply(single);
	ck_assert_int_ne(fd = transfer(&single->tftp, &local4, 2001), -1);
	bind_apply(after);
	ck_assert_int_eq(bind_listeners(c, after), 0);
	(void)close(fd);
	conf_free(c);
	conf_free(after);
	conf_free(single);
}
END_TEST

Suite *suite_bind_transfer(void);

Suite *
suite_bind_transfer(void)
{
	Suite *s = suite_create("bind_transfer");
	TCase *tc = tcase_create("bind_transfer");

	suite_add_tcase(s, tc);
	if (geteuid() != 0) {
		tcase_add_test(tc, skipped);
		return s;
	}
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_loop_test(tc, any_port, 0, 2);
	tcase_add_loop_test(tc, port_range, 0, 2);
	tcase_add_test(tc, port_range_rotates);
	tcase_add_loop_test(tc, services_of_this_host, 0, 2);
	tcase_add_test(tc, services_of_others);
	tcase_add_loop_test(tc, single_port, 0, 2);
	tcase_add_test(tc, port_is_not_shared);
	tcase_add_test(tc, another_interface);
	tcase_add_test(tc, another_interface_later);
	return s;
}

/* Addresses are looked up. */
UNIT_MAIN_ALSO(suite_bind_transfer, SCMP_SYS(getpeername), SCMP_SYS(ioctl))
