/* SPDX-License-Identifier: ISC */
/*
 * The DHCP server as a function: step(state, input, now) -> actions.  No
 * clock, no socket, and no allocation for a packet.
 *
 * No ACK leaves before its lease is durable: a REQUEST leads to STORE, and
 * its reply is held until ENGINE_DURABLE comes for the same id.
 */
#ifndef DHCPD_ENGINE_H
#define DHCPD_ENGINE_H

#include "dhcpd/held.h"
#include "dhcpd/pool.h"

struct engine_time {
	uint64_t wall_s; /* for leases */
	uint64_t mono_ms; /* for offers */
};

enum engine_input_kind {
	ENGINE_PACKET,
	ENGINE_DURABLE, /* id */
	ENGINE_REFUSED, /* id, reason */
	ENGINE_NEIGH_DONE, /* id, error */
	ENGINE_STORE_UP, /* leased takes proposals from now on */
	ENGINE_STORE_DOWN,
	ENGINE_TICK /* once a second */
};

struct engine_input {
	enum engine_input_kind kind;
	/* PACKET */
	const void *data;
	size_t len;
	uint32_t ifindex;
	uint32_t local; /* this host's address that it was sent to, or 0 */
	bool unicast; /* it was sent to that address alone */
	uint32_t from;
	uint16_t from_port;
	/* the others */
	uint32_t id;
	uint32_t error; /* an errno, 0: the neighbour entry stands */
	const char *reason;
};

enum action_kind {
	ACTION_SEND, /* dest, data, len */
	ACTION_STORE, /* id, lease */
	ACTION_NEIGH, /* id, dest */
	ACTION_NOTE /* note */
};

/* What is worth a line in the log. */
enum note_kind {
	NOTE_MESSAGE, /* a DHCP message came or goes */
	NOTE_NO_RANGE, /* nothing to serve this network from; addr: relay */
	NOTE_FULL, /* a range is used up, or dhcp-lease-max is reached */
	NOTE_REFUSED, /* the store refused a lease; text is its reason */
	NOTE_NEIGH, /* no neighbour entry for addr; error */
	NOTE_DECLINED, /* addr is in use by a stranger */
	NOTE_RESERVED, /* a dhcp-host address cannot be given now; text */
	NOTE_REQUEST, /* details of the request now in engine.rq */
	NOTE_REPLY, /* details of the reply now in engine.reply */
	NOTE_KIND_MAX
};

struct note {
	enum note_kind kind;
	uint8_t type; /* enum packet_type */
	bool failed; /* text tells why the message leads to nothing */
	uint32_t xid;
	uint32_t addr;
	uint32_t error;
	char ifname[IFNAMSIZ];
	struct client client;
	char name[LEASE_NAME_MAX];
	const char *text; /* NULL: none */
};

/* What it points to is valid until the next step. */
struct action {
	enum action_kind kind;
	uint32_t id;
	const struct dest *dest;
	const void *data;
	size_t len;
	const struct lease *lease;
	struct note *note;
};

#define ENGINE_NOTES_MAX 16
#define ENGINE_ACTIONS_MAX (2 * HELD_MAX + 64)

struct actions {
	size_t n;
	size_t nnotes;
	struct action v[ENGINE_ACTIONS_MAX];
	struct note note[ENGINE_NOTES_MAX];
};

/* Why a well-formed message got no answer. */
enum engine_drop {
	DROP_UNSERVED, /* no such interface, or DHCP is not served there */
	DROP_RELAY, /* giaddr is no address of a relay agent */
	DROP_NO_RANGE,
	DROP_PROXY, /* only a proxy range is there */
	DROP_NOT_CLIENT, /* a message that servers send */
	DROP_NO_ID, /* neither a hardware address nor an identifier */
	DROP_IGNORED, /* by dhcp-ignore or dhcp-host */
	DROP_OTHER_SERVER, /* meant for another server */
	DROP_UNKNOWN, /* INIT-REBOOT of a client that is not known here */
	DROP_MALFORMED, /* lacks a field that its type must have */
	DROP_BUSY, /* an earlier proposal is undecided */
	DROP_PLACES, /* all places for bindings or replies are in use */
	DROP_NO_ADDRESS, /* the range is used up */
	DROP_LEASES, /* dhcp-lease-max */
	DROP_NOT_OWNER, /* releases or declines what is not its own */
	DROP_BOOTP, /* a BOOTP client without a reservation */
	ENGINE_DROP_MAX
};

struct engine_counters {
	uint64_t parsed[PACKET_REASON_MAX];
	uint64_t received[PACKET_TYPE_MAX];
	uint64_t sent[PACKET_TYPE_MAX];
	uint64_t dropped[ENGINE_DROP_MAX];
	uint64_t durable;
	uint64_t refused;
	uint64_t joined; /* REQUESTs that joined an undecided one */
	uint64_t neigh_failed;
	uint64_t options_left_out;
};

struct engine {
	struct dhcp_conf *conf; /* NULL before the first */
	struct pool *pool;
	struct held held;
	bool store_up;
	size_t nfresh; /* undecided proposals that add a lease */
	struct engine_counters count;
	/* The step that runs now. */
	const struct engine_input *in;
	struct engine_time now;
	struct packet packet;
	struct request rq;
	struct reply reply;
	struct dest dest;
	uint8_t buf[REPLY_MAX];
	struct actions out;
};

const char *engine_drop_text(enum engine_drop);

/* NULL without memory.  seed: a number that clients do not know. */
struct engine *engine_new(uint64_t seed);
void engine_free(struct engine *); /* and its configuration */

/*
 * Takes memory for a configuration (-1: there is none, nothing changed),
 * then takes it into use and frees the one before.  Between the two no
 * other function of the engine is called, but step().
 */
int engine_prepare(
    struct engine *, const struct dhcp_conf *, struct binding_queue **lists);
void engine_use(struct engine *, struct dhcp_conf *, struct binding_queue *);

/* When the oldest proposal that leased has was sent to it; 0: it has none. */
uint64_t engine_store_since(const struct engine *);

const struct actions *engine_step(
    struct engine *, const struct engine_input *, const struct engine_time *);

#endif
