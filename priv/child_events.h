/* SPDX-License-Identifier: ISC */
/* Handles the messages of roles. */
#ifndef PRIV_CHILD_EVENTS_H
#define PRIV_CHILD_EVENTS_H

#include "priv/dispatch.h"

extern const struct dispatch_ops child_events;

#endif
