/* SPDX-License-Identifier: ISC */
/*
 * The state of the engine, which all its handlers share: configuration,
 * bindings and pending replies, and the input, request, reply and actions of
 * the running step.
 */
#ifndef DHCPD_STATE_H
#define DHCPD_STATE_H

#include "dhcpd/arch.h"
#include "dhcpd/delay.h"
#include "dhcpd/pending.h"
#include "dhcpd/pool.h"
#include "dhcpd/pxe.h"

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
	ENGINE_TICK, /* once a second */
	ENGINE_DUE /* engine_due_ms() has come */
};

struct engine_input {
	enum engine_input_kind kind;
	/* PACKET */
	const void *data;
	size_t len;
	uint32_t ifindex;
	uint32_t local; /* this host's address that it was sent to, or 0 */
	bool unicast; /* it was not sent by broadcast */
	bool pxe; /* it came to port 4011 */
	uint32_t from;
	uint16_t from_port;
	uint32_t age_ms; /* how long it waited to be read */
	/* the others */
	uint32_t id;
	uint32_t error; /* an errno; 0: the neighbour entry is set */
	const char *reason;
};

enum action_kind {
	ACTION_SEND, /* dest, data, len */
	ACTION_STORE, /* id, lease */
	ACTION_NEIGH, /* id, dest */
	ACTION_BOOTING, /* addr, http */
	ACTION_NOTE /* note */
};

/* Each kind is a line in the log. */
enum note_kind {
	NOTE_MESSAGE, /* a DHCP message came or goes */
	NOTE_NO_RANGE, /* no range for this network; addr: relay; link */
	NOTE_FULL, /* a range is exhausted, or dhcp-lease-max reached */
	NOTE_REFUSED, /* leased rejected a lease; text is its reason */
	NOTE_NEIGH, /* no neighbour entry for addr; error */
	NOTE_DECLINED, /* addr is used by an unknown host */
	NOTE_RESERVED, /* a dhcp-host address cannot be given now; blocked */
	NOTE_OTHER_SERVER, /* the client chose another one: server; addr */
	NOTE_ARCH, /* the boot file is for another kind of machine */
	NOTE_OMITTED, /* options without room in engine.reply */
	NOTE_REQUEST, /* log-dhcp: the request in engine.rq */
	NOTE_REPLY, /* log-dhcp: the reply in engine.reply */
	NOTE_MENU, /* services without room in a menu; error: their number */
	NOTE_PROXY, /* a client repeats DISCOVER after an OFFER of the proxy */
	NOTE_DELAYS, /* too many replies wait: one is sent at once */
	NOTE_KIND_MAX
};

/* Why the address that a dhcp-host line reserves is not given to its client. */
enum blocked {
	BLOCKED_NOT,
	BLOCKED_RANGE, /* no range on its network is open to the client */
	BLOCKED_OWN, /* of this server or of the relay */
	BLOCKED_DECLINED,
	BLOCKED_OTHER /* leased or offered to another client */
};

struct note {
	enum note_kind kind;
	uint8_t type; /* enum packet_type; of NOTE_FULL: enum engine_drop */
	bool failed; /* the message is not served; text: why */
	uint32_t xid;
	uint32_t addr;
	uint32_t link; /* an address on the network that is asked for, or 0 */
	uint32_t server; /* of NOTE_OTHER_SERVER */
	uint32_t error;
	enum blocked blocked;
	char ifname[IFNAMSIZ];
	struct client client;
	char name[LEASE_NAME_MAX];
	const char *text; /* NULL: none */
	/* An OFFER or ACK to a client that boots; ARCH_NONE: it does not. */
	uint32_t arch;
	const char *file; /* of such a client: the boot file; "": none */
	uint8_t via; /* of one without a file: enum reply_via */
	uint32_t delay_s; /* the reply is sent in so many seconds */
};

/* Its pointers are valid until the next step. */
struct action {
	enum action_kind kind;
	uint32_t id;
	uint32_t addr;
	bool http; /* of ACTION_BOOTING: it asks httpd, not tftpd */
	const struct dest *dest;
	const void *data;
	size_t len;
	const struct lease *lease;
	struct note *note;
};

#define ENGINE_NOTES_MAX 16
#define ENGINE_ACTIONS_MAX (2 * PENDING_MAX + 64)

struct actions {
	size_t n;
	size_t nnotes;
	struct action v[ENGINE_ACTIONS_MAX];
	struct note note[ENGINE_NOTES_MAX];
};

/* Why a well-formed message is not answered. */
enum engine_drop {
	DROP_UNSERVED, /* no such interface, or DHCP is not served there */
	DROP_RELAY, /* giaddr cannot be an address of a relay agent */
	DROP_NO_RANGE,
	DROP_ADDRESS, /* a reply would not go to a network that is served */
	DROP_PROXY, /* there are only proxy ranges, and it asks for no boot */
	DROP_NOT_CLIENT, /* a message that servers send */
	DROP_NO_ID, /* neither a hardware address nor an identifier */
	DROP_IGNORED, /* by dhcp-ignore or dhcp-host */
	DROP_OTHER_SERVER, /* meant for another server */
	DROP_UNKNOWN, /* INIT-REBOOT of a client that is not known here */
	DROP_MALFORMED, /* lacks a field that its type must have */
	DROP_BUSY, /* an earlier proposal is undecided */
	DROP_PLACES, /* all places for bindings or replies are in use */
	DROP_NO_ADDRESS, /* the range is exhausted */
	DROP_LEASES, /* dhcp-lease-max */
	DROP_NOT_OWNER, /* releases or declines a lease of another client */
	DROP_BOOTP, /* a BOOTP client without a reservation */
	DROP_ITEM, /* an entry of a boot menu that is not served */
	ENGINE_DROP_MAX
};

struct engine_counters {
	uint64_t parsed[PACKET_REASON_MAX];
	uint64_t received[PACKET_TYPE_MAX];
	uint64_t sent[PACKET_TYPE_MAX];
	uint64_t dropped[ENGINE_DROP_MAX];
	uint64_t durable;
	uint64_t refused;
	uint64_t joined; /* REQUESTs retransmitted while one was pending */
	uint64_t neigh_failed;
	uint64_t options_omitted;
	uint64_t delayed; /* replies that dhcp-reply-delay held back */
	uint64_t delay_joined; /* DISCOVERs repeated while one waited */
	uint64_t delay_full; /* replies sent at once as there was no place */
};

/*
 * A client that the proxy has made an OFFER to, by a hash of its hardware
 * address.  If it sends the same DISCOVER again, another style is tried.
 */
struct proxy_seen {
	uint64_t when_ms;
	uint32_t client; /* a hash */
	uint32_t xid;
	uint32_t giaddr;
	uint32_t ifindex; /* 0: the entry is free */
	uint16_t repeats;
};

#define PROXY_WAYS 4 /* entries of a bucket */
#define PROXY_SEEN 4096

struct engine {
	struct dhcp_conf *conf; /* NULL before the first */
	struct pool *pool;
	struct pending_table pending;
	struct delay_queue delay;
	bool store_up;
	size_t nfresh; /* undecided proposals that add a lease */
	uint64_t seed; /* of hashes of what clients choose */
	struct proxy_seen seen[PROXY_SEEN]; /* clients of the DHCP proxy */
	struct engine_counters count;
	/* The running step. */
	const struct engine_input *in;
	struct engine_time now;
	struct packet packet;
	struct request rq;
	struct reply reply;
	struct pxe_answer pxe;
	struct dest dest;
	uint8_t buf[REPLY_MAX];
	struct actions out;
};

#endif
