/* SPDX-License-Identifier: ISC */
/*
 * The clients that dhcpd has reported, by address: for rules by hardware
 * address, for folders of clients, and for the log.
 */
#ifndef TFTPD_HOST_H
#define TFTPD_HOST_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/record.h"

#define HOST_TEXT_MAX 64 /* bytes with the NUL; longer names are truncated */
#define HOST_TABLE_MAX 65536 /* above that the oldest entry is dropped */

struct host {
	LIST_ENTRY(host) hash;
	TAILQ_ENTRY(host) age;
	struct addr addr;
	uint8_t hwtype;
	uint8_t hwlen; /* never 0 */
	uint8_t hw[RECORD_HW_MAX];
	char name[HOST_TEXT_MAX]; /* "": none */
};

LIST_HEAD(host_list, host);
TAILQ_HEAD(host_queue, host);

struct host_table {
	uint64_t seed;
	uint32_t max; /* HOST_TABLE_MAX */
	uint32_t nhosts;
	struct host_queue age; /* least recently reported first */
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

/* NULL if dhcpd has reported no client at this address. */
struct host *host_find(const struct host_table *, const struct addr *);

#endif
