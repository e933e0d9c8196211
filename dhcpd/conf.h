/* SPDX-License-Identifier: ISC */
/*
 * The configuration as dhcpd uses it.  conf_build.h makes it from records and
 * interfaces, beside the one in use.  Once it is in use only two parts of it
 * change: the bitmap `used` of each range, which belongs to the pool, and the
 * memory for the current request (relayed, set_words).
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
	/*
	 * 0: not given, no interface is on its subnet, and its class has none:
	 * D or E, or the range lies in two networks.
	 */
	uint32_t mask;
	uint32_t broadcast;
	uint32_t lease_s;
	uint32_t set; /* tag, or TAGS_NONE */
	struct tagtests tags;
	bool attached; /* a served interface is on its subnet, or shares it */
	bool guessed; /* the mask is that of the address class, or 0 */
	/* A bit for each address; none for static and proxy ranges. */
	uint64_t *fixed; /* not for clients without a reservation */
	uint64_t *used; /* has a binding */
};

/* A range as seen from a client: with the addresses for its reply. */
struct conf_net {
	const struct conf_range *range;
	uint32_t local; /* this server's address on the client's network */
	uint32_t router;
	uint32_t mask;
	uint32_t broadcast;
};

struct conf_iface {
	struct iface i;
	uint32_t tag; /* its name */
	struct conf_net *net; /* the ranges on its subnets, in file order */
	size_t nnets;
};

struct conf_host {
	bool any_id;
	bool own; /* its address is an address of this host */
	uint8_t nmac;
	uint8_t nset;
	uint16_t idlen;
	uint32_t addr;
	uint32_t lease_s;
	/* These point into the arena of the configuration. */
	const struct record_mac *mac;
	const uint8_t *id;
	const char *name; /* "": none */
	/* Why its clients are refused, "ignored by FILE:LINE"; NULL: served. */
	const char *ignored;
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
	bool pxe; /* for PXE clients only */
	uint16_t len;
	const uint8_t *data;
	struct tagtests tags;
};

/* A part of another option; see struct record_suboption. */
struct conf_suboption {
	uint8_t how;
	uint8_t code;
	bool force;
	bool pxe;
	uint8_t len;
	uint32_t outer;
	const char *class;
	const uint8_t *data;
	struct tagtests tags;
};

struct conf_boot {
	const char *file; /* "": none */
	const char *sname;
	uint32_t addr;
	struct tagtests tags;
};

/* An entry of the boot menu. */
struct conf_service {
	uint16_t arch;
	uint16_t type;
	const char *text;
	const char *file; /* "": none */
	uint32_t addr;
	struct tagtests tags;
};

/* pxe-prompt */
struct conf_prompt {
	const char *text;
	uint8_t seconds;
	struct tagtests tags;
};

/* pxe-style */
struct conf_pxe_style {
	uint8_t how; /* enum record_pxe_how */
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

/* dhcp-ignore */
struct conf_ignore {
	const char *ignored; /* as above */
	struct tagtests tags;
};

/*
 * Lines by a tag that they require, so that few lines have to be checked for
 * a request.
 */
struct conf_by_tag {
	uint32_t *head; /* by tag: the first line that requires it */
	uint32_t *next; /* by line: the next in its chain */
	uint32_t other; /* the first line that requires no tag */
};

/* See struct record_choice. */
struct conf_choice {
	uint8_t of; /* enum record_choice_of */
	struct tagtests tags;
};

/* dhcp-reply-delay */
struct conf_reply_delay {
	uint8_t seconds;
	struct tagtests tags;
};

/* Where a line of the configuration is. */
struct conf_place {
	uint32_t index; /* in the list of its kind */
	uint32_t line;
	const char *file;
};

/* An array that grows while the configuration is built. */
#define CONF_LIST(type)        \
	struct {               \
		type *v;       \
		size_t n, cap; \
	}

struct dhcp_conf {
	struct record_dhcp dhcp;
	struct record_http http;
	uint8_t last; /* kind of the record before; 0: none */
	struct arena arena;
	struct tags tags;
	uint32_t tag_known;
	uint32_t tag_known_other;
	uint32_t tag_bootp;
	CONF_LIST(const char *) files; /* by number, for places */
	CONF_LIST(struct conf_iface) ifaces;
	CONF_LIST(struct conf_range) ranges;
	CONF_LIST(struct conf_host) hosts;
	CONF_LIST(struct conf_option) options;
	CONF_LIST(struct conf_suboption) suboptions;
	CONF_LIST(struct conf_boot) boots;
	CONF_LIST(struct conf_service) services;
	CONF_LIST(struct conf_prompt) prompts;
	CONF_LIST(struct conf_pxe_style) pxe_styles;
	CONF_LIST(struct conf_match) matches;
	CONF_LIST(struct conf_tagif) tagifs;
	CONF_LIST(struct conf_ignore) ignores;
	CONF_LIST(struct conf_reply_delay) reply_delays;
	CONF_LIST(struct conf_choice) choices;
	CONF_LIST(const char *) pxe_vendors; /* empty: PXEClient */
	CONF_LIST(uint32_t) relay_proxies; /* relays; 0: any */
	CONF_LIST(struct record_shared) shared;
	/* By enum record_kind, in the order of the lists; few without PLACE. */
	CONF_LIST(struct conf_place) places[RECORD_KIND_MAX];
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
	/* For the current request. */
	struct conf_net *relayed; /* room for one entry a range */
	uint64_t *set_words; /* and for the tags of CONF_SETS sets */
};

#define CONF_SETS 3

static inline bool
dhcp_conf_same_net(uint32_t a, uint32_t b, uint32_t mask)
{
	return ((a ^ b) & mask) == 0;
}

/* Whether an address is on the network of one of these ranges. */
static inline bool
dhcp_conf_on_nets(const struct conf_net *nets, size_t n, uint32_t addr)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (dhcp_conf_same_net(
			addr, nets[i].range->start, nets[i].mask))
			return true;
	return false;
}

#endif
