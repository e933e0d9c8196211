/* SPDX-License-Identifier: ISC */
/* Sockets in a network of their own, which has a loopback and nothing else. */
#ifndef TESTS_UNIT_BIND_CASE_H
#define TESTS_UNIT_BIND_CASE_H

#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/endpoint.h"
#include "priv/bind.h"
#include "priv/service.h"
#include "tests/unit/unit.h"

static const struct endpoint local4 = { .addr = { 4, { 127, 0, 0, 1 } } };
static const struct endpoint local6 = { .addr = { 6, { [15] = 1 } } };

static inline void
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
static inline struct conf *
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

/* The listener for a use in a family; NULL: there is none. */
static inline struct conf_listener *
listener(const struct conf *c, enum socket_use use, int family)
{
	size_t n;

	for (n = 0; n < c->nlisteners; n++)
		if (c->listeners[n].service->use == use &&
		    c->listeners[n].service->family == family)
			return &c->listeners[n];
	return NULL;
}

static inline struct endpoint
client_of(const struct endpoint *local, uint16_t port)
{
	struct endpoint e = *local;

	e.port = port;
	return e;
}

static inline char
received(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_DONTWAIT) == 1 ? c : '-';
}

START_TEST(skipped)
{
	(void)printf("skipped: binding port 69 needs root\n");
}
END_TEST

#endif
