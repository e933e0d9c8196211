/* SPDX-License-Identifier: ISC */
/* Sends libevent's messages to the log. */
#include "daemon/event_log.h"

#include <event2/event.h>

#include "daemon/clock.h"
#include "daemon/log.h"

/* An event loop that fails may say so in every turn. */
static struct log_limit limit = { .window_ms = 10000, .burst = 5 };

static void
event_line(int severity, const char *text)
{
	if (severity == EVENT_LOG_DEBUG)
		return;
	if (log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("event loop: %s", text);
}

/* libevent has logged the reason through event_line(). */
static void
event_failed(int code)
{
	fatalx("event loop: fatal error %d of libevent", code);
}

void
event_log_init(void)
{
	event_set_log_callback(event_line);
	event_set_fatal_callback(event_failed);
}
