/* SPDX-License-Identifier: ISC */
/*
 * From a role's message to a call with typed arguments.  The message table
 * has been applied already; here the fields are read, and anything that does
 * not fit them exactly is refused.
 */
#ifndef PRIV_DISPATCH_H
#define PRIV_DISPATCH_H

#include "daemon/chan.h"
#include "daemon/endpoint.h"

/*
 * `arg` is what was given to dispatch_message().  Strings and bytes are
 * valid for the call.  Those for confd are the last four.
 */
struct dispatch_ops {
	void (*walls)(void *arg, uint32_t walls);
	void (*log)(void *arg, int priority, const char *line);
	void (*dying)(void *arg, uint32_t nr, uint32_t arch);
	/* instance: which process of that role, as MSG_PEER told it */
	void (*peer_bad)(
	    void *arg, enum role accused, uint32_t instance, const char *why);
	void (*pong)(void *arg, uint32_t number);
	void (*ready)(void *arg, uint32_t generation);
	void (*reject)(void *arg, uint32_t generation, const char *why);
	void (*socket_ask)(void *arg, uint32_t id, uint32_t ifindex,
	    const struct endpoint *local, const struct endpoint *remote);
	void (*neigh_ask)(void *arg, uint32_t id, uint32_t ifindex,
	    uint32_t addr, uint8_t hwtype, const uint8_t *hw, size_t hwlen);
	void (*include)(
	    void *arg, uint32_t id, bool directory, const char *path);
	/* Once for each of PARSE_RECORDS; -1: it is no record. */
	int (*parse_record)(void *arg, const uint8_t *data, size_t len);
	void (*diag)(void *arg, int severity, const char *file, uint32_t line,
	    const char *text);
	void (*parsed)(void *arg, uint32_t errors, uint32_t warnings);
};

/* 0, or -1 when the fields are wrong. */
int dispatch_message(const struct dispatch_ops *, void *arg, struct msg *);

#endif
