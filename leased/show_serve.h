/* SPDX-License-Identifier: ISC */
/* The work of a leased that was started by pxeguard --leases. */
#ifndef LEASED_SHOW_SERVE_H
#define LEASED_SHOW_SERVE_H

#include "daemon/chan.h"

/*
 * Handles SHOW_FILE, and SHOW_GO, which prints the leases as messages to the
 * parent.  -1: another message, or malformed.
 */
int show_serve(struct msg *);

#endif
