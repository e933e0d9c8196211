/* SPDX-License-Identifier: ISC */
/*
 * Listening sockets, in a network of their own, which has a loopback and
 * nothing else.  Needs root; says so and passes without.
 */
#include <arpa/inet.h>
#include <errno.h>

#include "daemon/tftp.h"
#include "tests/unit/bind_case.h"
#include "tests/unit/said.h"

/* The socket of TFTP in a family; -1: there is none. */
static int
tftp_fd(const struct conf *c, int family)
{
	const struct conf_listener *l = listener(c, SOCKET_TFTP, family);

	return l == NULL ? -1 : l->fd;
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

/* The log names the interface where sharing fails. */
START_TEST(sharing_fails)
{
	struct conf *c = conf_lo(true);
	struct conf_listener *l;

	said_begin(-1);
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

/* A socket of a user at port 8080, which no process has: it is in a message. */
static void
hide_socket(uid_t uid)
{
	const struct endpoint any = { .addr.family = 4, .port = 8080 };
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { control, 1 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&any, &ss);
	int fd, pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ck_assert_int_eq(seteuid(uid), 0);
	ck_assert_int_ne(fd = socket(AF_INET, SOCK_STREAM, 0), -1);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	ck_assert_int_eq(sendmsg(pair[0], &m, 0), 1);
	(void)close(fd);
}

/* --test takes what it cannot find for a pxeguard, unless a user has made it.
 */
START_TEST(owner_that_is_not_found)
{
	struct conf *c = conf_lo(false);

	c->test = true;
	c->ifaces[0].http = c->http.enabled = true;
	c->http.port = 8080;
	hide_socket(_i == 0 ? 0 : 65534);
	ck_assert_int_eq(bind_test(c), _i == 0 ? 0 : -1);
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

	said_begin(-1);
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
	tcase_add_test(tc, alternate_port);
	tcase_add_loop_test(tc, another_server, 0, 2);
	tcase_add_test(tc, sharing_fails);
	tcase_add_loop_test(tc, owner_that_is_not_found, 0, 2);
	tcase_add_test(tc, tftp_sockets_have_a_limit);
	tcase_add_test(tc, listeners_are_shared);
	tcase_add_test(tc, listeners_of_a_renamed_interface);
	tcase_add_test(tc, each_service);
	return s;
}

/* Interfaces are looked up; a user makes a socket. */
UNIT_MAIN_ALSO(suite_bind, SCMP_SYS(setresuid), SCMP_SYS(ioctl))
