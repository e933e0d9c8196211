/* SPDX-License-Identifier: ISC */
/* A DISCOVER, and what the server makes of it. */
#ifndef TESTS_UNIT_CLASSIFY_CASE_H
#define TESTS_UNIT_CLASSIFY_CASE_H

#include "tests/unit/dhcp_fixture.h"

static struct dhcp_msg m;

static inline void
setup_discover(void)
{
	setup();
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
}

/* Sends m to the server as it is configured by now. */
static inline const struct request *
ask(void)
{
	if (k.e == NULL || k.e->conf != k.conf)
		case_ready(&k);
	(void)msg_step(&k, &m);
	return &k.e->rq;
}

static inline bool
has(const struct tagset *t, const char *name)
{
	return tagset_has(t, tags_find(&k.conf->tags, name, strlen(name)));
}

static inline bool
tag(const char *name)
{
	return has(&k.e->rq.tags, name);
}

static inline void
msg_option(uint8_t code, const void *p, size_t n)
{
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, code, p, n);
}

#endif
