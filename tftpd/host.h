/* SPDX-License-Identifier: ISC */
/*
 * Who has which IPv4 address, as dhcpd tells: for rules by hardware address,
 * for folders of clients, and for the log.
 */
#ifndef TFTPD_HOST_H
#define TFTPD_HOST_H

#include <sys/queue.h>

#include "daemon/endpoint.h"
#include "daemon/record.h"

#define HOST_TEXT_MAX 64 /* bytes with the NUL; what is longer is cut */
#define HOST_TABLE_MAX 65536 /* then the one told first goes */

struct host {
	LIST_ENTRY(host) hash;
	TAILQ_ENTRY(host) age;
	uint32_t addr;
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
	struct host_queue age; /* the one told longest ago first */
	uint32_t nbuckets;
	struct host_list *bucket; /* NULL until the first host */
};

void host_table_init(struct host_table *, uint64_t seed);

/* Forgets all, as a new dhcpd tells all that it knows. */
void host_table_clear(struct host_table *);
void host_table_free(struct host_table *);

/*
 * A CLIENT message; -1 when its fields are wrong.  Without memory for one
 * more host it is not remembered.
 */
int host_message(struct host_table *, struct reader *);

/* NULL when dhcpd knows of nobody there. */
const struct host *
host_find(const struct host_table *, const struct endpoint *);

#endif
