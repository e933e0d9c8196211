/* SPDX-License-Identifier: ISC */
/*
 * The configuration as dhcpd uses it: built from records and interfaces
 * beside the one in use, and never changed once it is finished, but for the
 * bitmaps of its ranges, which belong to the pool.
 */
#ifndef DHCPD_CONF_H
#define DHCPD_CONF_H

#include "daemon/iface.h"
#include "daemon/record.h"
#include "dhcpd/client.h"
#include "dhcpd/tags.h"

#define CONF_WHY_MAX 512
#define CONF_RANGE_MAX (UINT32_C(1) << 24) /* addresses of one range */
#define CONF_NONE UINT32_MAX

struct conf_range {
	uint8_t mode; /* enum record_range_mode */
	uint32_t start;
	uint32_t end;
	uint32_t mask; /* 0: no interface has it, and none was written */
	uint32_t broadcast;
	uint32_t lease_s;
	uint32_t set; /* tag, or TAGS_NONE */
	struct tagtests tags;
	bool attached; /* an interface that is served has this net */
	/* A bit for each address; none for static and proxy ranges. */
	uint64_t *fixed; /* never to be given out from the pool */
	uint64_t *used; /* has a binding */
};

/* A range as a request meets it: with the addresses to be told. */
struct conf_net {
	const struct conf_range *range;
	uint32_t local; /* this server, as the client sees it */
	uint32_t router;
	uint32_t mask;
	uint32_t broadcast;
};

struct conf_iface {
	struct iface i;
	uint32_t tag; /* its name */
	struct conf_net *net; /* the ranges on its nets, in file order */
	size_t nnets;
};

struct conf_host {
	bool ignore;
	bool any_id;
	bool own; /* its address is one of this host's */
	uint8_t nmac;
	uint8_t nset;
	uint16_t idlen;
	uint32_t addr;
	uint32_t lease_s;
	/* What these point to lies in the arena of the configuration. */
	const struct record_mac *mac;
	const uint8_t *id;
	const char *name; /* "": none */
	const uint32_t *set;
	struct tagtests tags;
	/* Chains of the indexes below, newest line first. */
	uint32_t next_id;
	uint32_t next_addr;
	uint32_t next_name;
	uint32_t *next_mac; /* host * RECORD_MACS_MAX + mac */
};

struct conf_option {
	uint8_t code;
	bool force;
	bool self;
	uint16_t len;
	const uint8_t *data;
	struct tagtests tags;
};

struct conf_boot {
	const char *file; /* "": none */
	const char *sname;
	uint32_t addr;
	struct tagtests tags;
};

struct conf_match {
	uint8_t how; /* enum record_match_how; see there for the others */
	uint8_t code;
	uint8_t width;
	uint16_t len;
	uint32_t number;
	const uint8_t *data;
	const uint8_t *wild;
	struct record_mac mac;
	uint32_t set;
};

struct conf_tagif {
	uint8_t nset;
	const uint32_t *set;
	struct tagtests tags;
};

/*
 * Lines by a tag without which they do not hold, so that a request meets
 * few of them.
 */
struct conf_by_tag {
	uint32_t *head; /* by tag, the first line that needs it; CONF_NONE */
	uint32_t *next; /* by line, the next in its chain */
	uint32_t other; /* the first of those that need none */
};

/* An array that grows while the configuration is built. */
#define CONF_LIST(type)        \
	struct {               \
		type *v;       \
		size_t n, cap; \
	}

struct dhcp_conf {
	struct record_dhcp dhcp;
	struct arena arena;
	struct tags tags;
	uint32_t tag_known;
	uint32_t tag_known_other;
	uint32_t tag_bootp;
	CONF_LIST(struct conf_iface) ifaces;
	CONF_LIST(struct conf_range) ranges;
	CONF_LIST(struct conf_host) hosts;
	CONF_LIST(struct conf_option) options;
	CONF_LIST(struct conf_boot) boots;
	CONF_LIST(struct conf_match) matches;
	CONF_LIST(struct conf_tagif) tagifs;
	CONF_LIST(struct tagtests) ignores;
	CONF_LIST(uint32_t) own; /* every address of this host */
	CONF_LIST(uint32_t) wild; /* hosts with '*' in a MAC, by index */
	uint32_t *by_id; /* heads of the chains, hmask + 1 of them */
	uint32_t *by_addr;
	uint32_t *by_name;
	uint32_t *by_mac;
	uint32_t hmask;
	uint32_t *by_own; /* omask + 1 places: an address of `own`, or 0 */
	uint32_t omask;
	struct conf_by_tag options_by_tag;
	struct conf_by_tag boots_by_tag;
	/* For the request at hand. */
	struct conf_net *relayed; /* room for one entry a range */
	uint64_t *set_words; /* and for the tags of CONF_SETS sets */
};

#define CONF_SETS 3

/* NULL when there is no memory. */
struct dhcp_conf *dhcp_conf_new(void);
void dhcp_conf_free(struct dhcp_conf *); /* NULL is fine */

/* 0, or -1 with a sentence in why[CONF_WHY_MAX]. */
int conf_record(struct dhcp_conf *, const struct record *, char *why);
int conf_iface(struct dhcp_conf *, const struct iface *, char *why);
int conf_finish(struct dhcp_conf *, char *why);

/* NULL for an interface that is not there or on which DHCP is not served. */
const struct conf_iface *
conf_iface_find(const struct dhcp_conf *, uint32_t ifindex);

/* Whether this is an address of this host. */
bool conf_own(const struct dhcp_conf *, uint32_t addr);

/* The dhcp-host line that reserves an address, or NULL. */
const struct conf_host *conf_host_at(const struct dhcp_conf *, uint32_t addr);

/*
 * Calls f for every line of an index that may hold where these tags are set.
 * The lines come in no order.
 */
void conf_by_tag_each(const struct conf_by_tag *, const struct tagset *,
    void (*f)(void *arg, uint32_t line), void *arg);

/* In conf_index.c, for conf_finish(): -1 without memory. */
int conf_index(struct dhcp_conf *);

/* Host names are the same in upper and lower case. */
uint32_t conf_name_hash(const char *name);

bool conf_host_has_mac(
    const struct conf_host *, uint8_t hwtype, const uint8_t *hw, uint8_t hwlen);

/*
 * The dhcp-host line of a client: by identifier, hardware address, or the
 * name it gives itself ("" for none), in dnsmasq's order.  nets: where it
 * is; a line with an address elsewhere does not count.  With no nets (NULL)
 * every line counts.
 */
const struct conf_host *conf_host_find(const struct dhcp_conf *,
    const struct client *, const char *name, const struct tagset *,
    const struct conf_net *nets, size_t nnets);

/*
 * The ranges that a request may be served from, and their number: by the
 * relay's address, by the address that the client has, or by the interface
 * on which the request came (RFC 2131 4.3.1).  local: this server's address
 * that was spoken to, or 0.  The array is valid until the next call.
 */
size_t conf_nets_find(struct dhcp_conf *, const struct conf_iface *,
    uint32_t giaddr, uint32_t ciaddr, uint32_t local, const struct conf_net **);

static inline bool
conf_same_net(uint32_t a, uint32_t b, uint32_t mask)
{
	return ((a ^ b) & mask) == 0;
}

#endif
