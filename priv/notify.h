/* SPDX-License-Identifier: ISC */
/*
 * Messages to the service manager that started pxeguard, as sd_notify(3) of
 * systemd specifies them: datagrams of NAME=VALUE lines, to the socket that
 * NOTIFY_SOCKET names.  Without that variable all functions do nothing.
 */
#ifndef PRIV_NOTIFY_H
#define PRIV_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#define NOTIFY_TEXT_MAX 1024 /* bytes of a message, with a NUL */
#define NOTIFY_WAITING_MAX 8 /* messages that could not be sent yet */

/*
 * Reads the variables and removes them from the environment, and opens a
 * socket.  Called before any right is dropped.  Returns how often the manager
 * wants a sign of life, in milliseconds, by WATCHDOG_USEC and WATCHDOG_PID; 0:
 * never, or another process shall send it.
 */
uint64_t notify_open(void);

/*
 * Sends a message after those that wait, or keeps it while the manager's queue
 * is full.  If too many wait, the oldest is lost, which is logged.
 */
void notify_send(const char *text);

/*
 * Sends a sign of life.  It is not kept while the manager's queue is full, as
 * another one follows, and READY=1 must not be lost for it.
 */
void notify_alive(void);

/* Sends what waits; returns whether something still waits. */
bool notify_flush(void);

#endif
