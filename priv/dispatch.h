/* SPDX-License-Identifier: ISC */
/*
 * Decodes a role's message, which the message table allows, and calls its
 * handler with typed arguments.  A message whose fields are malformed is
 * rejected.
 */
#ifndef PRIV_DISPATCH_H
#define PRIV_DISPATCH_H

#include "daemon/chan.h"
#include "daemon/endpoint.h"
#include "daemon/lease_show.h"

/*
 * `arg` is that of dispatch_message().  Strings and bytes are valid during the
 * call.  Five handlers, from include() to parsed(), are for messages of confd.
 * A message without a handler (NULL) is refused.
 */
struct dispatch_ops {
	void (*layers)(void *arg, uint32_t layers);
	void (*log)(void *arg, int priority, const char *line);
	void (*dying)(void *arg, uint32_t nr, uint32_t arch);
	/* instance: the process of that role, as in MSG_PEER */
	void (*peer_bad)(
	    void *arg, enum role accused, uint32_t instance, const char *why);
	void (*pong)(void *arg, uint32_t number);
	void (*ready)(void *arg, uint32_t generation);
	/* record: by number, from 1 on, the one that is refused; 0: none */
	void (*reject)(
	    void *arg, uint32_t generation, uint32_t record, const char *why);
	void (*socket_ask)(void *arg, uint32_t id, uint32_t ifindex,
	    const struct endpoint *local, const struct endpoint *remote);
	void (*neigh_ask)(void *arg, uint32_t id, uint32_t ifindex,
	    const struct addr *, uint8_t hwtype, const uint8_t *hw,
	    size_t hwlen);
	void (*include)(
	    void *arg, uint32_t id, enum msg_include, const char *path);
	/* Called for each record of PARSE_RECORDS; -1: not accepted. */
	int (*parse_record)(void *arg, const uint8_t *data, size_t len);
	void (*diag)(void *arg, int severity, const char *file, uint32_t line,
	    uint32_t kind, const char *text);
	/* -1: not accepted. */
	int (*parse_line)(void *arg, const char *line);
	void (*parsed)(void *arg, uint32_t errors, uint32_t warnings);
	/* Of a leased that prints leases; -1: not accepted. */
	int (*show_text)(void *arg, const uint8_t *text, size_t len);
	int (*shown)(void *arg, enum lease_show_outcome, uint32_t leases,
	    const char *why);
	/* Of a dhcpd that explains; -1: not accepted. */
	int (*explain_text)(void *arg, const uint8_t *text, size_t len);
	int (*explained)(void *arg, const char *why);
	/* Of a capd: the fields of a request; -1: not accepted. */
	int (*captured)(void *arg, const uint8_t *body, size_t len);
	int (*capture_end)(
	    void *arg, const uint32_t counts[4], const char *why);
};

/*
 * Returns -1 if there is no handler, if the fields are malformed, or if the
 * handler returns -1.
 */
int dispatch_message(const struct dispatch_ops *, void *arg, struct msg *);

#endif
