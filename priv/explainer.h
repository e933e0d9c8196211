/* SPDX-License-Identifier: ISC */
/*
 * pxeguard --explain: a start with dhcpd alone, which gets no sockets, is asked
 * a question, and ends.  What it answers is printed on standard output.
 */
#ifndef PRIV_EXPLAINER_H
#define PRIV_EXPLAINER_H

#include "priv/child.h"
#include "priv/conf.h"
#include "priv/reload.h"

/*
 * Looks for boot files, and prepares the start.  -1 after logging why there is
 * nothing to explain.  The interfaces must have been found.
 */
int explainer_prepare(struct conf *, struct reload_input *);

/* dhcpd has the configuration: asks it. */
void explainer_ask(void);

/* A process has ended: without an answer of dhcpd that is a failure. */
void explainer_ended(const struct child *);

/* For dispatch.h; -1 if nobody asked. */
int explainer_on_text(void *arg, const uint8_t *text, size_t len);
int explainer_on_done(void *arg, const char *why);

#endif
