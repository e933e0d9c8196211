/* SPDX-License-Identifier: ISC */
/*
 * The clients that dhcpd has reported, by address: for rules by hardware
 * address, for folders of clients, and for the log.
 */
#ifndef DAEMON_HOST_H
#define DAEMON_HOST_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/record.h"

#define HOST_TEXT_MAX 64 /* bytes with the NUL; longer names are truncated */
#define HOST_BOOT_MS 60000 /* firmware asks for its file within seconds */
#define HOST_TABLE_MAX 65536 /* above that the oldest entry is dropped */

/* What dhcpd has reported of a client. */
struct host_id {
	uint8_t hwtype;
	uint8_t hwlen; /* 0: nothing is known */
	uint8_t hw[RECORD_HW_MAX];
	char name[HOST_TEXT_MAX]; /* "": none */
};

struct host {
	LIST_ENTRY(host) hash;
	TAILQ_ENTRY(host) age;
	TAILQ_ENTRY(host) boot; /* if boot_ms is not 0 */
	uint64_t boot_ms; /* when dhcpd gave it a boot file; 0: it has asked */
	struct addr addr;
	struct host_id id; /* its hwlen is not 0 */
};

LIST_HEAD(host_list, host);
TAILQ_HEAD(host_queue, host);

struct host_table {
	uint64_t seed;
	uint32_t max; /* HOST_TABLE_MAX */
	uint32_t nhosts;
	struct host_queue age; /* least recently reported first */
	struct host_queue booting; /* those with a boot_ms, oldest first */
	uint32_t nbuckets;
	struct host_list *bucket; /* NULL until the first host */
};

void host_table_init(struct host_table *, uint64_t seed);

/* Removes all hosts; a new dhcpd reports all hosts again. */
void host_table_clear(struct host_table *);
void host_table_free(struct host_table *);

/*
 * Handles a CLIENT message; -1 if its fields are malformed.  If there is no
 * memory for another host, the message is ignored.
 */
int host_message(struct host_table *, struct reader *);

/*
 * Handles a BOOTING message; -1 if it is malformed.  A client that is not in
 * the table is ignored.
 */
int host_booting(struct host_table *, struct reader *, uint64_t now_ms);

/* A request has come from this address. */
void host_asked(struct host_table *, const struct addr *);

/*
 * The next client that has not asked for HOST_BOOT_MS, or NULL.  It is not
 * returned again.
 */
const struct host *host_silent(struct host_table *, uint64_t now_ms);

/* When to call host_silent() next; 0: after another BOOTING message. */
uint64_t host_silent_at(const struct host_table *);

/* NULL if dhcpd has reported no client at this address. */
struct host *host_find(const struct host_table *, const struct addr *);

/* Copies what is known of the client at an address; all zero if nothing is. */
void
host_get_id(const struct host_table *, const struct addr *, struct host_id *);

#endif
