/* SPDX-License-Identifier: ISC */
/*
 * One configuration as the parent holds it: the encoded records, to hand to
 * roles as they are, and the few fields that it needs itself; besides these
 * the interfaces and sockets that they lead to.
 */
#ifndef PRIV_CONF_H
#define PRIV_CONF_H

#include <stddef.h>

#include "daemon/iface.h"
#include "daemon/msg.h"
#include "daemon/record.h"
#include "priv/addrs.h"

/* One of the records of a configuration, in place. */
struct conf_record {
	uint8_t kind;
	uint16_t len;
	uint8_t *data; /* kind and fields */
};

/* What the parent itself has to know of a dhcp-range. */
struct conf_pool {
	uint8_t mode; /* enum record_range_mode */
	uint32_t start;
	uint32_t end;
	uint32_t mask; /* 0: that of the interface */
};

/* A socket bound for a role; shared with the configuration before it. */
struct conf_listener {
	enum socket_use use;
	int family; /* AF_INET, AF_INET6 */
	uint32_t ifindex;
	char ifname[IFNAMSIZ];
	int fd;
	bool shared; /* the previous configuration has it as well */
};

struct conf {
	uint32_t generation;
	bool copied; /* the records of the one before, for other interfaces */
	/* All records, each behind its length in 16 bits. */
	uint8_t *records;
	size_t records_len, records_cap; /* bytes */
	size_t nrecords;

	struct record_dhcp dhcp;
	struct record_tftp tftp;
	bool has_tftp; /* there is a record of it ... */
	size_t tftp_at; /* ... here */
	struct record_store store;
	struct record_daemon daemon;
	struct record_interface *interfaces;
	size_t ninterfaces, interfaces_cap;
	struct conf_pool *ranges;
	size_t nranges, ranges_cap;
	struct addrs reserved; /* addresses of dhcp-host */
	struct record_tftp_root *tftp_roots; /* in their order */
	size_t ntftp_roots;

	struct iface *ifaces; /* that are served, and behind these all others */
	size_t nifaces; /* that are served */
	size_t nfound; /* with the others */
	struct conf_listener *listeners;
	size_t nlisteners;
};

struct conf *conf_new(uint32_t generation);

/* The same records, without interfaces and sockets.  NULL: no memory. */
struct conf *conf_copy(const struct conf *, uint32_t generation);

/* Closes the sockets that are not shared, and frees all. */
void conf_free(struct conf *);

/*
 * Checks and appends a record; -1 when it is none or a second one of TFTP,
 * where there are too many, and without memory.
 */
int conf_add(struct conf *, const void *data, size_t len);

/* Why conf_add() takes no more records; NULL as long as it does. */
const char *conf_full(const struct conf *);

/*
 * The record at *at, which is 0 for the first and then moves on; false
 * behind the last.
 */
bool conf_next_record(const struct conf *, size_t *at, struct conf_record *);

/*
 * The path of a tftp-root by its number: 0 is that of all interfaces, 1 and
 * up to ntftp_roots are those of one.  Empty where there is none.
 */
const char *conf_tftp_root(const struct conf *, size_t number);

/* Leaves out a tftp-root that is not there; roles get its record still. */
void conf_drop_tftp_root(struct conf *, size_t number);

/*
 * Lowers the number of transfers, also in the record that roles get.  -1 when
 * there is no such record.
 */
int conf_set_tftp_max(struct conf *, uint32_t max);

/* Whether the records that a role gets differ, in order or in content. */
bool conf_differs(const struct conf *, const struct conf *, enum role);

/* Whether this configuration has work for a role. */
bool conf_needs(const struct conf *, enum role);

#endif
