/* SPDX-License-Identifier: ISC */
/* The state of the service in words, and its health. */
#include <stdio.h>
#include <string.h>

#include "priv/service.h"
#include "priv/service_state.h"
#include "tests/unit/parent_conf.h"

Suite *suite_service_state(void);

#define BOTH (ROLE_BIT(ROLE_DHCPD) | ROLE_BIT(ROLE_TFTPD))

static struct conf *conf;
static struct conf_listener listeners[300];
static struct iface ifaces[150];
static struct reload reload;
static char text[SERVICE_STATE_TEXT_MAX];

static const struct service *
service(const char *name)
{
	size_t i;

	for (i = 0; i < nservices; i++)
		if (strcmp(services[i].name, name) == 0)
			return &services[i];
	ck_abort_msg("no service %s", name);
	return NULL;
}

static void
listener(const char *name, const char *ifname)
{
	struct conf_listener *l = &listeners[conf->nlisteners++];

	l->service = service(name);
	(void)snprintf(l->ifname, sizeof(l->ifname), "%s", ifname);
	l->fd = -1;
}

static void
iface(const char *name)
{
	(void)snprintf(ifaces[conf->nifaces].name,
	    sizeof(ifaces[conf->nifaces].name), "%s", name);
	conf->nifaces++;
}

static void
setup(void)
{
	conf = conf_new(1);
	ck_assert_ptr_nonnull(conf);
	conf->listeners = listeners;
	conf->ifaces = ifaces;
	reload_init(&reload);
	reload.current = 1;
	reload.needed = BOTH;
	reload.role[ROLE_DHCPD].proc = 1;
	reload.role[ROLE_TFTPD].proc = 2;
	reload.proc[0] = (struct reload_proc){ .id = 1,
		.role = ROLE_DHCPD,
		.state = RELOAD_PROC_RUN,
		.served = true };
	reload.proc[1] = (struct reload_proc){ .id = 2,
		.role = ROLE_TFTPD,
		.state = RELOAD_PROC_RUN,
		.served = true };
}

static void
teardown(void)
{
	conf->listeners = NULL;
	conf->ifaces = NULL;
	conf->nlisteners = conf->nifaces = conf->nfound = 0;
	conf_free(conf);
}

START_TEST(words)
{
	ck_assert_str_eq(
	    service_state_text(conf, 0, text), "no interface is served");
	iface("br0");
	iface("br1");
	listener("DHCP", "br0");
	listener("DHCP", "br1");
	listener("TFTP", "br1");
	ck_assert_str_eq(
	    service_state_text(conf, 0, text), "DHCP on br0, br1; TFTP on br1");
	ck_assert_str_eq(service_state_text(conf, BOTH, text),
	    "down: dhcpd, tftpd; DHCP on br0, br1; TFTP on br1");
	conf->daemon.layers_disabled =
	    RECORD_LAYER_LANDLOCK | RECORD_LAYER_PARENT_SECCOMP;
	ck_assert_str_eq(service_state_text(conf, 0, text),
	    "sandbox layers disabled: landlock, parent-seccomp; DHCP on br0, br1; TFTP on br1");
	conf->nlisteners = 0;
	ck_assert_str_eq(service_state_text(conf, ROLE_BIT(ROLE_DHCPD), text),
	    "down: dhcpd; sandbox layers disabled: landlock, parent-seccomp; no interface is served");
}
END_TEST

START_TEST(many_interfaces)
{
	char name[16];
	int i;

	for (i = 0; i < 150; i++) {
		(void)snprintf(name, sizeof(name), "a-long-name-%d", i);
		iface(name);
		listener("DHCP", name);
		listener("TFTP", name);
	}
	(void)service_state_text(conf, BOTH, text);
	ck_assert_uint_lt(strlen(text), sizeof(text));
	ck_assert_uint_gt(strlen(text), sizeof(text) - 32);
	ck_assert_str_eq(text + strlen(text) - 3, "...");
	/* What is amiss is not cut off. */
	ck_assert_ptr_eq(strstr(text, "down: dhcpd, tftpd; DHCP on"), text);
}
END_TEST

START_TEST(serving)
{
	ck_assert_uint_eq(service_state_serving(&reload), BOTH);
	reload.proc[0].served = false;
	ck_assert_uint_eq(service_state_serving(&reload), ROLE_BIT(ROLE_TFTPD));
	reload.proc[1].state = RELOAD_PROC_KILLED;
	ck_assert_uint_eq(service_state_serving(&reload), 0);
	reload.proc[1].state = RELOAD_PROC_RUN;
	reload.needed = ROLE_BIT(ROLE_DHCPD);
	ck_assert_uint_eq(service_state_serving(&reload), 0);
}
END_TEST

START_TEST(health)
{
	uint64_t down_ms = 0, at_ms = 1000000;

	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	/* One that serves is enough, however long the others are down. */
	reload.proc[0].served = false;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	at_ms += 2 * SERVICE_DOWN_MS;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	reload.proc[1].served = false;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	at_ms += SERVICE_DOWN_MS - 1;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	at_ms++;
	ck_assert(!service_state_healthy(&reload, at_ms, &down_ms));
	/* Nothing is to be served, or it is about to end. */
	reload.stopping = true;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	reload.stopping = false;
	reload.proc[1].served = true;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
	ck_assert_uint_eq(down_ms, 0);
	reload.needed = 0;
	at_ms += 2 * SERVICE_DOWN_MS;
	ck_assert(service_state_healthy(&reload, at_ms, &down_ms));
}
END_TEST

START_TEST(late_timer)
{
	uint64_t down_ms = 0, at_ms = 1000000;

	reload.tick_ms = at_ms;
	ck_assert(service_state_healthy(
	    &reload, at_ms + SERVICE_TICK_LATE_MS, &down_ms));
	ck_assert(!service_state_healthy(
	    &reload, at_ms + SERVICE_TICK_LATE_MS + 1, &down_ms));
}
END_TEST

Suite *
suite_service_state(void)
{
	Suite *s = suite_create("service_state");
	TCase *tc = tcase_create("service_state");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, words);
	tcase_add_test(tc, many_interfaces);
	tcase_add_test(tc, serving);
	tcase_add_test(tc, health);
	tcase_add_test(tc, late_timer);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_service_state)
