/* SPDX-License-Identifier: ISC */
/*
 * Listening sockets and those of transfers, in a network of their own, which
 * has a loopback and nothing else.  Needs root; says so and passes without.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/log.h"
#include "priv/bind.h"
#include "tests/unit/unit.h"

#define LO_MTU 65536 /* of IPv4, which has no longer packets, one less */

static const struct endpoint local4 = { .family = 4, .addr = { 127, 0, 0, 1 } };
static const struct endpoint local6 = { .family = 6, .addr = { [15] = 1 } };

static void
setup(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int s;

	ck_assert_int_eq(unshare(CLONE_NEWNET), 0);
	ck_assert_int_ge(s = socket(AF_INET, SOCK_DGRAM, 0), 0);
	ck_assert_int_eq(ioctl(s, SIOCGIFFLAGS, &ifr), 0);
	ifr.ifr_flags |= IFF_UP;
	ck_assert_int_eq(ioctl(s, SIOCSIFFLAGS, &ifr), 0);
	(void)close(s);
}

/* A configuration that serves TFTP on the loopback. */
static struct conf *
conf_lo(bool single_port)
{
	struct conf *c = conf_new(1);
	struct iface *i;

	ck_assert_ptr_nonnull(c);
	c->tftp.enabled = true;
	c->tftp.single_port = single_port;
	ck_assert_ptr_nonnull(i = c->ifaces = calloc(1, sizeof(*c->ifaces)));
	c->nifaces = 1;
	(void)strcpy(i->name, "lo");
	i->index = if_nametoindex("lo");
	i->tftp = true;
	i->naddrs = i->naddrs6 = 1;
	return c;
}

static struct endpoint
client_of(const struct endpoint *local, uint16_t port)
{
	struct endpoint e = *local;

	e.port = port;
	return e;
}

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
	int fd = bind_transfer(how, local, &remote, &mtu);

	if (fd != -1)
		ck_assert_uint_eq(
		    mtu, local->family == 4 ? LO_MTU - 1 : LO_MTU);
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
	static const uint16_t services[] = { 1, 53, 161, 1023, 4011 };
	const struct record_tftp how = { .enabled = true };
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint other = { .family = 4, .addr = { 127, 9, 9, 9 } };
	uint32_t mtu;
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		ck_assert_int_eq(transfer(&how, local, services[i]), -1);
		ck_assert_int_eq(errno, EACCES);
		other.port = services[i];
		ck_assert_int_eq(
		    bind_transfer(&how, &local4, &other, &mtu), -1);
		ck_assert_int_eq(errno, EACCES);
	}
	ck_assert_int_ne(transfer(&how, local, 1024), -1);
}
END_TEST

/* The same ports of another host are none of ours. */
START_TEST(services_of_others)
{
	const struct record_tftp how = { .enabled = true };
	struct endpoint remote = {
		.family = 4, .addr = { 192, 0, 2, 1 }, .port = 53
	};
	uint32_t mtu;

	/* There is no way to it here, which is another reason. */
	ck_assert_int_eq(bind_transfer(&how, &local4, &remote, &mtu), -1);
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

static char
received(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_DONTWAIT) == 1 ? c : '-';
}

/* Each client is heard at its own socket, and all others at the listener. */
START_TEST(single_port)
{
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint to = client_of(local, 69), a, b, other;
	struct conf *c = conf_lo(true);
	int listener, fa, fb;

	a = client_of(local, 2001);
	b = client_of(local, 2002);
	other = client_of(local, 2003);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_uint_eq(c->nlisteners, 2);
	listener = c->listeners[_i].fd;
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
	ck_assert_int_eq(received(listener), 'o');
	ck_assert_int_eq(received(fa), '-');
	ck_assert_int_eq(received(fb), '-');
	ck_assert_int_eq(received(listener), '-');
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

static int
foreign_server(const struct endpoint *any)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(any, &ss);
	int fd = socket(ss.ss_family, SOCK_DGRAM, 0);
	const int on = 1;

	ck_assert_int_eq(
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

/* Another server is noticed, also if it shares its port with anyone. */
START_TEST(another_server)
{
	const struct endpoint any = { .family = _i == 0 ? 4 : 6, .port = 69 };
	struct conf *c = conf_lo(true);
	int fd = foreign_server(&any);

	ck_assert_int_eq(bind_listeners(c, NULL), -1);
	(void)close(fd);
	conf_free(c);
	c = conf_lo(true);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
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

static char said[256];

static void
hear(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(said, sizeof(said), "%s", line);
}

/* The log names the interface where sharing fails. */
START_TEST(sharing_fails)
{
	struct conf *c = conf_lo(true);

	log_init("bind", LOG_INFO);
	log_set_sink(hear, NULL);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	(void)close(c->listeners[0].fd);
	c->listeners[0].fd = -1;
	bind_apply(c);
	ck_assert_ptr_nonnull(strstr(said, "port 69 on lo cannot be shared"));
	ck_assert_ptr_nonnull(strstr(said, "tftp-single-port"));
	ck_assert_ptr_nonnull(strstr(said, strerror(EBADF)));
	conf_free(c);
}
END_TEST

/* What stays the same is shared, in each family. */
START_TEST(listeners_are_shared)
{
	struct conf *c = conf_lo(false), *next = conf_lo(false);
	int fd4, fd6;

	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_uint_eq(c->nlisteners, 2);
	fd4 = c->listeners[0].fd;
	fd6 = c->listeners[1].fd;
	ck_assert_int_eq(c->listeners[0].family, AF_INET);
	ck_assert_int_eq(c->listeners[1].family, AF_INET6);
	ck_assert_int_eq(bind_listeners(next, c), 0);
	ck_assert_int_eq(next->listeners[0].fd, fd4);
	ck_assert_int_eq(next->listeners[1].fd, fd6);
	bind_hand_over(c, next);
	conf_free(c);
	ck_assert_int_eq(received(fd4), '-');
	ck_assert_int_eq(errno, EAGAIN);
	/* An interface without IPv4 needs one socket. */
	c = conf_lo(false);
	c->ifaces[0].naddrs = 0;
	ck_assert_int_eq(bind_listeners(c, next), 0);
	ck_assert_uint_eq(c->nlisteners, 1);
	ck_assert_int_eq(c->listeners[0].fd, fd6);
	conf_free(c);
	conf_free(next);
}
END_TEST

START_TEST(skipped)
{
	(void)printf("skipped: binding port 69 needs root\n");
}
END_TEST

Suite *suite_bind(void);

Suite *
suite_bind(void)
{
	Suite *s = suite_create("bind");
	TCase *tc = tcase_create("bind");

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
	tcase_add_loop_test(tc, another_server, 0, 2);
	tcase_add_test(tc, another_interface);
	tcase_add_test(tc, another_interface_later);
	tcase_add_test(tc, sharing_fails);
	tcase_add_test(tc, listeners_are_shared);
	return s;
}

/* Addresses and interfaces are looked up. */
UNIT_MAIN_ALSO(suite_bind, SCMP_SYS(getpeername), SCMP_SYS(ioctl))
