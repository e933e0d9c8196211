/* SPDX-License-Identifier: ISC */
/* Sends messages to the service manager. */
#include "priv/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/log.h"

#define USEC_MAX (UINT64_C(1000000) * 86400) /* a day; more is never */

static struct {
	int fd;
	struct sockaddr_un to;
	socklen_t len;
	char text[NOTIFY_WAITING_MAX][NOTIFY_TEXT_MAX]; /* a ring */
	size_t first, n;
	bool failed; /* an error was logged */
} notify = { .fd = -1 };

/*
 * The address that a value of NOTIFY_SOCKET means: a path from the root, or
 * with '@' an abstract name.  -1: it is none, or too long.
 */
static int
notify_address(const char *text, struct sockaddr_un *to, socklen_t *len)
{
	size_t n = strlen(text);

	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	if ((text[0] != '/' && text[0] != '@') || n < 2 ||
	    n >= sizeof(to->sun_path))
		return -1;
	memcpy(to->sun_path, text, n);
	if (text[0] == '@')
		to->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	return 0;
}

/* A number of digits alone; 0 if it is none. */
static uint64_t
env_number(const char *text)
{
	char *end;
	uint64_t n;

	if (text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	n = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? n : 0;
}

/* NULL: unset. */
static uint64_t
notify_watchdog_ms(const char *usec, const char *pid)
{
	uint64_t n = usec == NULL ? 0 : env_number(usec);

	if (pid != NULL && env_number(pid) != (uint64_t)getpid())
		return 0;
	return n > USEC_MAX ? 0 : n / 1000;
}

uint64_t
notify_open(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	uint64_t watchdog_ms =
	    notify_watchdog_ms(getenv("WATCHDOG_USEC"), getenv("WATCHDOG_PID"));

	if (name == NULL) {
		watchdog_ms = 0;
	} else if (notify_address(name, &notify.to, &notify.len) == -1) {
		log_warnx(
		    "NOTIFY_SOCKET is no socket that can be used; the service manager will not know when pxeguard is ready");
		watchdog_ms = 0;
	} else if ((notify.fd = socket(
			AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1) {
		log_warn("cannot open a socket to the service manager");
		watchdog_ms = 0;
	}
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	return watchdog_ms;
}

/* Whether a message is done with: sent, or lost for good. */
static bool
send_one(const char *text)
{
	if (sendto(notify.fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
		(const struct sockaddr *)&notify.to, notify.len) != -1) {
		notify.failed = false;
		return true;
	}
	if (errno == EAGAIN || errno == ENOBUFS)
		return false;
	/* The manager is gone, or has been started anew at this moment. */
	if (!notify.failed)
		log_warn("cannot send a message to the service manager");
	notify.failed = true;
	return true;
}

bool
notify_flush(void)
{
	while (notify.n > 0 && send_one(notify.text[notify.first])) {
		notify.first = (notify.first + 1) % NOTIFY_WAITING_MAX;
		notify.n--;
	}
	return notify.n > 0;
}

void
notify_send(const char *text)
{
	size_t at;

	if (notify.fd == -1)
		return;
	if (!notify_flush() && send_one(text))
		return;
	if (notify.n == NOTIFY_WAITING_MAX) {
		log_warnx(
		    "the service manager does not read its messages; the oldest is lost");
		notify.first = (notify.first + 1) % NOTIFY_WAITING_MAX;
		notify.n--;
	}
	at = (notify.first + notify.n++) % NOTIFY_WAITING_MAX;
	(void)snprintf(notify.text[at], NOTIFY_TEXT_MAX, "%s", text);
}

void
notify_alive(void)
{
	if (notify.fd != -1 && !notify_flush())
		(void)send_one("WATCHDOG=1");
}
