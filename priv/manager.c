/* SPDX-License-Identifier: ISC */
/* Keeps the service manager informed. */
#include "priv/manager.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/timeval.h"
#include "priv/log_sink.h"
#include "priv/notify.h"
#include "priv/parent.h"
#include "priv/service_state.h"
#include "priv/started.h"

#define FLUSH_MS 200 /* between two attempts to send what waits */
#define SIGNS 3 /* signs of life in the time that the manager allows */

static struct {
	bool on, told; /* initialised; READY was sent */
	bool unhealthy; /* no more signs of life */
	uint32_t begun; /* reloads */
	bool reloading;
	char errors[STARTED_SAID_MAX]; /* of the reload */
	/* What the last STATUS was made of. */
	uint32_t generation;
	uint16_t down;
	char failure[STARTED_SAID_MAX]; /* "": the last reload succeeded */
	uint64_t down_ms; /* see service_state_healthy() */
	struct timeval watchdog;
	struct event *watchdog_timer, *flush_timer;
} manager;

static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct timeval tv = timeval_ms(FLUSH_MS);

	(void)fd;
	(void)what;
	(void)arg;
	if (notify_flush())
		(void)event_add(manager.flush_timer, &tv);
}

static void
send_now(const char *text)
{
	notify_send(text);
	on_flush(-1, 0, NULL);
}

/* STATUS, with `before` in front of it. */
static void
tell_status(const char *before)
{
	char text[NOTIFY_TEXT_MAX], state[SERVICE_STATE_TEXT_MAX];

	(void)service_state_text(parent.conf, manager.down, state);
	if (manager.failure[0] == '\0')
		(void)snprintf(
		    text, sizeof(text), "%sSTATUS=%s", before, state);
	else
		(void)snprintf(text, sizeof(text),
		    "%sSTATUS=reload failed (%.*s); keeping the running configuration: %s",
		    before, (int)strcspn(manager.failure, "\n"),
		    manager.failure, state);
	send_now(text);
}

static uint16_t
roles_down(void)
{
	return parent.reload.needed &
	       (uint16_t)~service_state_serving(&parent.reload);
}

/* Without the signs of life that follow, the manager restarts pxeguard. */
static void
on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	bool healthy = service_state_healthy(
	    &parent.reload, clock_mono_ms(), &manager.down_ms);

	(void)fd;
	(void)what;
	(void)arg;
	if (healthy)
		notify_alive();
	else if (!manager.unhealthy)
		log_err(
		    "no process serves, and starting them anew has not helped; waiting for the service manager to restart pxeguard");
	manager.unhealthy = !healthy;
	(void)event_add(manager.watchdog_timer, &manager.watchdog);
}

void
manager_init(struct event_base *base)
{
	uint64_t watchdog_ms = notify_open();

	manager.flush_timer = evtimer_new(base, on_flush, NULL);
	manager.watchdog_timer = evtimer_new(base, on_watchdog, NULL);
	if (manager.flush_timer == NULL || manager.watchdog_timer == NULL)
		fatalx("no memory for a timer");
	manager.on = true;
	if (watchdog_ms < SIGNS)
		return;
	manager.watchdog = timeval_ms(watchdog_ms / SIGNS);
	(void)event_add(manager.watchdog_timer, &manager.watchdog);
}

void
manager_ready(void)
{
	if (!manager.on)
		return;
	manager.generation = parent.reload.current;
	manager.down = roles_down();
	manager.told = true;
	started_reload(0, 0, false, "");
	tell_status("READY=1\n");
}

void
manager_reload_begin(void)
{
	char text[64];

	if (!manager.told || manager.reloading)
		return;
	manager.begun++;
	manager.reloading = true;
	log_sink_collect(manager.errors, sizeof(manager.errors));
	started_reload(manager.begun, manager.begun - 1, false, "");
	(void)snprintf(text, sizeof(text),
	    "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, clock_mono_us());
	send_now(text);
}

void
manager_reload_end(bool failed)
{
	/* Without a free place for confd, it ends before it begins. */
	if (failed && !manager.reloading)
		manager_reload_begin();
	if (!manager.reloading)
		return;
	manager.reloading = false;
	log_sink_collect(NULL, 0);
	started_reload(manager.begun, manager.begun, failed, manager.errors);
	manager.failure[0] = '\0';
	if (failed)
		(void)snprintf(manager.failure, sizeof(manager.failure), "%s",
		    manager.errors[0] == '\0' ? "see the log" : manager.errors);
	manager.generation = parent.reload.current;
	manager.down = roles_down();
	tell_status("READY=1\n");
}

void
manager_update(void)
{
	uint16_t down;

	if (!manager.told || manager.reloading || parent.reload.stopping)
		return;
	down = roles_down();
	if (manager.down == down && manager.generation == parent.reload.current)
		return;
	manager.down = down;
	manager.generation = parent.reload.current;
	tell_status("");
}

void
manager_stopping(void)
{
	if (manager.on)
		send_now("STOPPING=1\nSTATUS=stopping");
}
