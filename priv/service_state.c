/* SPDX-License-Identifier: ISC */
/* Describes and judges the state of the service; pure. */
#include "priv/service_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/record_name.h"
#include "priv/service.h"

uint16_t
service_state_serving(const struct reload *r)
{
	const struct reload_proc *p;
	uint16_t serving = 0;
	enum role role;

	for (role = ROLE_DHCPD; role < ROLE_MAX; role++) {
		p = reload_proc_find(r, r->role[role].proc);
		if (p != NULL && p->served && p->state == RELOAD_PROC_RUN)
			serving |= ROLE_BIT(role);
	}
	return serving & r->needed;
}

struct text {
	char *dst;
	size_t n;
	bool full;
};

__attribute__((format(printf, 2, 3))) static void
state_put(struct text *t, const char *fmt, ...)
{
	const size_t room = SERVICE_STATE_TEXT_MAX - sizeof("...") - t->n;
	va_list ap;
	int len;

	if (t->full)
		return;
	va_start(ap, fmt);
	len = vsnprintf(t->dst + t->n, room, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= room) {
		t->full = true;
		memcpy(t->dst + t->n, "...", sizeof("..."));
		return;
	}
	t->n += (size_t)len;
}

/* Whether an interface has a socket of a service, by the service's name. */
static bool
listens(const struct conf *c, const char *name, const char *ifname)
{
	size_t i;

	for (i = 0; i < c->nlisteners; i++)
		if (strcmp(c->listeners[i].service->name, name) == 0 &&
		    strcmp(c->listeners[i].ifname, ifname) == 0)
			return true;
	return false;
}

static void
state_put_service(struct text *t, const struct conf *c, const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < c->nifaces; i++)
		if (listens(c, name, c->ifaces[i].name)) {
			if (n++ > 0)
				state_put(t, ", %s", c->ifaces[i].name);
			else
				state_put(t, "%s%s on %s",
				    t->n == 0 ? "" : "; ", name,
				    c->ifaces[i].name);
		}
}

static void
state_put_disabled(struct text *t, uint8_t layers)
{
	const char *before = "sandbox layers disabled: ";
	unsigned int i;

	if (t->n > 0 && layers != 0)
		state_put(t, "; ");

	for (i = 0; i < RECORD_LAYERS; i++)
		if ((layers & 1U << i) != 0) {
			state_put(t, "%s%s", before, record_layer_name(i));
			before = ", ";
		}
}

const char *
service_state_text(
    const struct conf *c, uint16_t down, char dst[SERVICE_STATE_TEXT_MAX])
{
	struct text t = { .dst = dst };
	const char *before = "down: ";
	enum role role;
	size_t s, amiss;

	dst[0] = '\0';
	/* Faults come first, so that they are never cut off. */
	for (role = ROLE_DHCPD; role < ROLE_MAX; role++)
		if ((down & ROLE_BIT(role)) != 0) {
			state_put(&t, "%s%s", before, role_name(role));
			before = ", ";
		}
	state_put_disabled(&t, c->daemon.layers_disabled);
	amiss = t.n;
	for (s = 0; s < nservices; s++)
		/* Those of IPv4 and IPv6 have one name. */
		if (s == 0 ||
		    strcmp(services[s - 1].name, services[s].name) != 0)
			state_put_service(&t, c, services[s].name);
	if (t.n == amiss)
		state_put(&t, "%sno interface is served", t.n == 0 ? "" : "; ");
	return dst;
}

bool
service_state_healthy(
    const struct reload *r, uint64_t now_ms, uint64_t *down_ms)
{
	if (r->stopping)
		return true; /* it has its own deadline */
	if (r->tick_ms != 0 && now_ms - r->tick_ms > SERVICE_TICK_LATE_MS)
		return false;
	if (r->current == 0 || r->needed == 0 ||
	    service_state_serving(r) != 0) {
		*down_ms = 0;
		return true;
	}
	if (*down_ms == 0)
		*down_ms = now_ms;
	return now_ms - *down_ms < SERVICE_DOWN_MS;
}
