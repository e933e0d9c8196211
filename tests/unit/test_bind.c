/* SPDX-License-Identifier: ISC */
/*
 * Listening sockets and those of transfers, in a network of their own, which
 * has a loopback and nothing else.  Needs root; says so and passes without.
 */
#include <arpa/inet.h>
#include <errno.h>

#include "daemon/log.h"
#include "daemon/tftp.h"
#include "priv/bind_transfer.h"
#include "tests/unit/bind_case.h"

#define LO_MTU 65536 /* of IPv4, which has no longer packets, one less */

static const struct record_dhcp no_dhcp;
/* The socket of TFTP in a family; -1: there is none. */
static int
tftp_fd(const struct conf *c, int family)
{
	const struct conf_listener *l = listener(c, SOCKET_TFTP, family);

	return l == NULL ? -1 : l->fd;
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

/* The port that a socket is bound to. */
static uint16_t
bound_to(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct endpoint e;

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, (void *)&ss), 0);
	return e.port;
}

/* A reload with dhcp-alternate-port binds another socket for DHCP only. */
START_TEST(alternate_port)
{
	struct conf *c = conf_lo(false), *next = conf_lo(false), *same;
	const struct conf_listener *l;

	c->ifaces->dhcp = next->ifaces->dhcp = true;
	c->dhcp.pxe = next->dhcp.pxe = true;
	next->dhcp.server_port = 1067;
	next->dhcp.client_port = 1068;
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_uint_eq(bound_to(listener(c, SOCKET_DHCP, AF_INET)->fd), 67);
	ck_assert_int_eq(bind_listeners(next, c), 0);
	l = listener(next, SOCKET_DHCP, AF_INET);
	ck_assert(!l->shared && l->port == 1067);
	ck_assert_uint_eq(bound_to(l->fd), 1067);
	l = listener(next, SOCKET_PXE, AF_INET);
	ck_assert(l->shared && l->port == 4011);
	ck_assert_uint_eq(bound_to(l->fd), 4011);
	bind_hand_over(c, next);
	conf_free(c);
	same = conf_lo(false);
	same->ifaces->dhcp = true;
	same->dhcp = next->dhcp;
	ck_assert_int_eq(bind_listeners(same, next), 0);
	ck_assert(listener(same, SOCKET_DHCP, AF_INET)->shared);
	conf_free(same);
	conf_free(next);
}
END_TEST

/* Each client is heard at its own socket, and all others at the listener. */
START_TEST(single_port)
{
	const struct endpoint *local = _i == 0 ? &local4 : &local6;
	struct endpoint to = client_of(local, 69), a, b, other;
	struct conf *c = conf_lo(true);
	int all, fa, fb;

	a = client_of(local, 2001);
	b = client_of(local, 2002);
	other = client_of(local, 2003);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	all = tftp_fd(c, _i == 0 ? AF_INET : AF_INET6);
	ck_assert_int_ne(all, -1);
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
	ck_assert_int_eq(received(all), 'o');
	ck_assert_int_eq(received(fa), '-');
	ck_assert_int_eq(received(fb), '-');
	ck_assert_int_eq(received(all), '-');
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
	const struct endpoint any = { .addr.family = _i == 0 ? 4 : 6,
		.port = 69 };
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
	struct conf_listener *l;

	log_init("bind", LOG_INFO);
	log_set_sink(hear, NULL);
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_ptr_nonnull(l = listener(c, SOCKET_TFTP, AF_INET));
	(void)close(l->fd);
	l->fd = -1;
	bind_apply(c);
	ck_assert_ptr_nonnull(
	    strstr(said, "port 69 on lo: cannot change SO_REUSEADDR"));
	ck_assert_ptr_nonnull(strstr(said, "tftp-single-port"));
	ck_assert_ptr_nonnull(strstr(said, strerror(EBADF)));
	conf_free(c);
}
END_TEST

static const struct service *
tftp4(void)
{
	const struct service *s;

	for (s = services; s < services + nservices; s++)
		if (s->use == SOCKET_TFTP && s->family == AF_INET)
			return s;
	ck_abort_msg("no service for TFTP");
}

/* n interfaces with one socket for TFTP each, which `before` has already. */
static struct conf *
conf_many(size_t n, const struct conf *before)
{
	struct conf *c = conf_new(1);
	size_t k;

	ck_assert_ptr_nonnull(c);
	c->tftp.enabled = true;
	ck_assert_ptr_nonnull(c->ifaces = calloc(n, sizeof(*c->ifaces)));
	c->nifaces = n;
	for (k = 0; k < n; k++) {
		c->ifaces[k].index = (uint32_t)k + 1;
		c->ifaces[k].tftp = true;
		c->ifaces[k].naddrs = 1;
	}
	if (before != NULL)
		return c;
	c->listeners = calloc(n, sizeof(*c->listeners));
	ck_assert_ptr_nonnull(c->listeners);
	c->nlisteners = n;
	for (k = 0; k < n; k++)
		c->listeners[k] = (struct conf_listener){ tftp4(), 69,
			(uint32_t)k + 1, "", -1, true };
	return c;
}

/* tftpd is not asked for more sockets than it has room for. */
START_TEST(tftp_sockets_have_a_limit)
{
	struct conf *before = conf_many(TFTP_SOCKETS_MAX + 1, NULL), *c;

	log_init("bind", LOG_INFO);
	log_set_sink(hear, NULL);
	c = conf_many(TFTP_SOCKETS_MAX, before);
	ck_assert_int_eq(bind_listeners(c, before), 0);
	ck_assert_uint_eq(c->nlisteners, TFTP_SOCKETS_MAX);
	ck_assert_str_eq(said, "");
	conf_free(c);
	c = conf_many(TFTP_SOCKETS_MAX + 1, before);
	ck_assert_int_eq(bind_listeners(c, before), -1);
	ck_assert_ptr_nonnull(
	    strstr(said, "TFTP is enabled on more than 160 sockets"));
	conf_free(c);
	/* The limit is that of TFTP. */
	c = conf_many(TFTP_SOCKETS_MAX, before);
	c->ifaces[0].index = if_nametoindex("lo");
	(void)strcpy(c->ifaces[0].name, "lo");
	c->ifaces[0].dhcp = true;
	ck_assert_int_eq(bind_listeners(c, before), 0);
	ck_assert_uint_gt(c->nlisteners, TFTP_SOCKETS_MAX);
	conf_free(c);
	conf_free(before);
}
END_TEST

/* What stays the same is shared, in each family. */
START_TEST(listeners_are_shared)
{
	struct conf *c = conf_lo(false), *next = conf_lo(false);
	int fd4, fd6;

	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_int_ne(fd4 = tftp_fd(c, AF_INET), -1);
	ck_assert_int_ne(fd6 = tftp_fd(c, AF_INET6), -1);
	ck_assert_int_eq(bind_listeners(next, c), 0);
	ck_assert_uint_eq(next->nlisteners, c->nlisteners);
	ck_assert_int_eq(tftp_fd(next, AF_INET), fd4);
	ck_assert_int_eq(tftp_fd(next, AF_INET6), fd6);
	bind_hand_over(c, next);
	conf_free(c);
	ck_assert_int_eq(received(fd4), '-');
	ck_assert_int_eq(errno, EAGAIN);
	/* An interface without IPv4 needs one socket. */
	c = conf_lo(false);
	c->ifaces[0].naddrs = 0;
	ck_assert_int_eq(bind_listeners(c, next), 0);
	ck_assert_int_eq(tftp_fd(c, AF_INET), -1);
	ck_assert_int_eq(tftp_fd(c, AF_INET6), fd6);
	conf_free(c);
	conf_free(next);
}
END_TEST

/* The sockets of a device stay bound when it gets another name. */
START_TEST(listeners_of_a_renamed_interface)
{
	struct conf *c = conf_lo(false), *next = conf_lo(false);

	(void)strcpy(next->ifaces[0].name, "lan0");
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_int_eq(bind_listeners(next, c), 0);
	ck_assert_int_eq(tftp_fd(next, AF_INET), tftp_fd(c, AF_INET));
	ck_assert_int_eq(tftp_fd(next, AF_INET6), tftp_fd(c, AF_INET6));
	ck_assert_str_eq(next->listeners[0].ifname, "lan0");
	conf_free(next);
	conf_free(c);
}
END_TEST

static int
option_of(int fd, int level, int name)
{
	socklen_t len = sizeof(int);
	int v = 0;

	ck_assert_int_eq(getsockopt(fd, level, name, &v, &len), 0);
	return v;
}

/*
 * Of each service of the table: the kernel has its options, whose level may be
 * 0 (IPPROTO_IP), and a stream listens.
 */
START_TEST(each_service)
{
	struct conf *c = conf_lo(false);
	size_t n, k;

	/* What a new service needs to serve here is added to this. */
	c->ifaces[0].dhcp = c->dhcp.pxe = true;
	c->ifaces[0].http = c->http.enabled = true;
	c->http.port = 8080;
	c->http.https_port = 8443;
	c->http.cert[0] = '/';
	ck_assert_int_eq(bind_listeners(c, NULL), 0);
	ck_assert_msg(c->nlisteners == nservices,
	    "%zu of %zu services serve here", c->nlisteners, nservices);
	for (n = 0; n < c->nlisteners; n++) {
		const struct service *s = c->listeners[n].service;
		int fd = c->listeners[n].fd;

		ck_assert_int_ne(s->options[0].name, 0);
		for (k = 0; k < SERVICE_OPTIONS_MAX; k++)
			if (s->options[k].name != 0)
				ck_assert_int_ne(
				    option_of(fd, s->options[k].level,
					s->options[k].name),
				    0);
		ck_assert_msg(option_of(fd, SOL_SOCKET, SO_ACCEPTCONN) ==
				  (s->type == SOCK_STREAM),
		    "%s is a stream that does not listen", s->name);
	}
	conf_free(c);
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
	tcase_add_test(tc, alternate_port);
	tcase_add_loop_test(tc, single_port, 0, 2);
	tcase_add_test(tc, port_is_not_shared);
	tcase_add_loop_test(tc, another_server, 0, 2);
	tcase_add_test(tc, another_interface);
	tcase_add_test(tc, another_interface_later);
	tcase_add_test(tc, sharing_fails);
	tcase_add_test(tc, tftp_sockets_have_a_limit);
	tcase_add_test(tc, listeners_are_shared);
	tcase_add_test(tc, listeners_of_a_renamed_interface);
	tcase_add_test(tc, each_service);
	return s;
}

/* Addresses and interfaces are looked up; clients connect. */
UNIT_MAIN_ALSO(suite_bind, SCMP_SYS(getpeername), SCMP_SYS(ioctl))
