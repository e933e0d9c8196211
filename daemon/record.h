/* SPDX-License-Identifier: ISC */
/*
 * Records: the configuration as typed structures.  confd emits them, the parent
 * sends each to the roles that need it, and each role builds its own tables.
 * Records are encoded field by field; several share a message (record_batch.h).
 *
 * IPv4 addresses are in host order, 0: none; times are in seconds.
 */
#ifndef DAEMON_RECORD_H
#define DAEMON_RECORD_H

#include <net/if.h> /* IFNAMSIZ */

#include "daemon/addr.h"
#include "daemon/buf.h"

#define RECORD_MAX 4096 /* bytes of an encoded record */
#define RECORD_LINE_MAX 12288 /* bytes of one as a line, by --print-config */
/* Limits of one configuration: records, and bytes of all encoded records. */
#define RECORD_COUNT_MAX 1000000
#define RECORD_TOTAL_MAX (256U << 20)
#define RECORD_PATH_MAX 1024
#define RECORD_TAG_MAX 64 /* bytes of a tag's name with its NUL */
#define RECORD_TAGS_MAX 16
#define RECORD_NAME_MAX 256
#define RECORD_MACS_MAX 8
#define RECORD_HW_MAX 16
#define RECORD_ID_MAX 255
/*
 * The longest value of an option that every reply to a client of an Ethernet
 * has room for, with a NUL behind it; see dhcpd/reply_build.c.
 */
#define RECORD_OPT_MAX 1184
#define RECORD_SUB_MAX 255 /* what the octet of its length can say */
#define RECORD_SUB_VI_MAX 253 /* RFC 3925 4: 255 with code and length */
#define RECORD_MATCH_MAX 255 /* bytes that a part of a request may have */
#define RECORD_CLASS_MAX 128 /* bytes of a vendor class with its NUL */
#define RECORD_FILE_FIELD 128 /* RFC 2131: the file field, with its NUL */
#define RECORD_FILE_MAX 255 /* option 67, with its NUL */
#define RECORD_SNAME_MAX 64
#define RECORD_MENU_MAX 128 /* bytes of a menu's text with its NUL */
#define RECORD_LEASE_INFINITE UINT32_MAX

enum record_kind {
	RECORD_INTERFACE = 1, /* struct record_interface */
	RECORD_RANGE,
	RECORD_HOST,
	RECORD_OPTION,
	RECORD_BOOT,
	RECORD_MATCH,
	RECORD_TAGIF,
	RECORD_IGNORE,
	RECORD_DHCP,
	RECORD_TFTP,
	RECORD_STORE,
	RECORD_DAEMON,
	RECORD_TFTP_ROOT,
	RECORD_TFTP_CLIENT,
	RECORD_PLACE,
	RECORD_SERVICE,
	RECORD_PROMPT,
	RECORD_PXE_STYLE,
	RECORD_SUBOPTION,
	RECORD_REPLY_DELAY,
	RECORD_FILE,
	RECORD_CHOICE,
	RECORD_PXE_VENDOR,
	RECORD_RELAY_PROXY,
	RECORD_SHARED,
	RECORD_VERIFY,
	RECORD_VERIFY_KEY,
	RECORD_VERIFY_EXEMPT,
	RECORD_HTTP,
	RECORD_KIND_MAX
};

struct record_tag {
	char name[RECORD_TAG_MAX];
	bool negate; /* tag:!name */
};

/* Tags that must all match ("tag:"), or that are set ("set:"). */
struct record_tags {
	uint8_t n;
	struct record_tag tag[RECORD_TAGS_MAX];
};

/* interface=, except-interface=, no-dhcp-interface=, listen-address= ... */
enum record_interface_use {
	RECORD_IF_SERVE,
	RECORD_IF_EXCEPT,
	RECORD_IF_NO_DHCP,
	RECORD_IF_TFTP, /* enable-tftp=NAME: TFTP on these only */
	RECORD_IF_HTTP, /* enable-http=NAME */
	RECORD_IF_ADDRESS, /* listen-address: addr is set, name empty */
};

struct record_interface {
	uint8_t use;
	bool prefix; /* the name ended with '*', which was removed */
	char name[IFNAMSIZ];
	struct addr addr; /* of RECORD_IF_ADDRESS */
};

enum record_range_mode {
	RECORD_RANGE_DYNAMIC,
	RECORD_RANGE_STATIC,
	RECORD_RANGE_PROXY,
};

struct record_range {
	uint8_t mode;
	uint32_t start; /* static and proxy: any address of the network */
	uint32_t end;
	uint32_t mask; /* 0: that of the interface */
	uint32_t broadcast; /* 0: from the mask */
	uint32_t lease_s;
	char set[RECORD_TAG_MAX]; /* "": none */
	struct record_tags tags;
};

struct record_mac {
	uint8_t hwtype; /* 0: any */
	uint8_t len;
	uint8_t addr[RECORD_HW_MAX];
	uint16_t wild; /* bit i: octet i is '*' */
};

struct record_host {
	bool ignore;
	bool any_id; /* id:* - ignore the client identifier */
	uint8_t nmac;
	struct record_mac mac[RECORD_MACS_MAX];
	uint16_t idlen; /* client identifier with its type octet; 0: none */
	uint8_t id[RECORD_ID_MAX];
	uint32_t addr;
	char name[RECORD_NAME_MAX];
	uint32_t lease_s; /* 0: that of the range */
	struct record_tags set;
	struct record_tags tags;
};

/* dhcp-option; self: zero addresses mean this server. */
struct record_option {
	uint8_t code;
	bool force;
	bool self;
	bool pxe; /* dhcp-option-pxe: to PXE clients, also by a proxy */
	uint16_t len;
	uint8_t data[RECORD_OPT_MAX];
	struct record_tags tags;
};

/* dhcp-option with encap:, vi-encap: or vendor: - a part of another option. */
enum record_suboption_how {
	RECORD_SUB_ENCAP, /* of option `outer` */
	RECORD_SUB_VI, /* of option 125, for enterprise `outer` */
	RECORD_SUB_VENDOR, /* of option 43, by option 60 */
	RECORD_SUB_HOW_MAX
};

struct record_suboption {
	uint8_t how; /* enum record_suboption_how */
	uint8_t code;
	bool force;
	bool pxe; /* to PXE clients only */
	uint32_t outer;
	char class[RECORD_CLASS_MAX]; /* VENDOR: part of option 60; "": any */
	uint8_t len;
	uint8_t data[RECORD_SUB_MAX];
	struct record_tags tags;
};

struct record_boot {
	char file[RECORD_FILE_MAX];
	char sname[RECORD_SNAME_MAX];
	uint32_t addr; /* next server; 0: this one */
	struct record_tags tags;
};

/* pxe-service: an entry of the boot menu (PXE 2.1, option 43, tag 9). */
struct record_service {
	uint16_t arch; /* of the clients that get it */
	/*
	 * The type of its boot server: 0 for a boot from the disk, from
	 * RECORD_SERVICE_OWN on for a file of this server.
	 */
	uint16_t type;
	char text[RECORD_MENU_MAX];
	char file[RECORD_FILE_MAX]; /* "": none */
	uint32_t addr; /* its server; 0: this one */
	struct record_tags tags;
};

#define RECORD_SERVICE_OWN 0x8000

/* pxe-prompt: the text before the menu. */
struct record_prompt {
	char text[RECORD_MENU_MAX];
	uint8_t seconds; /* 0: the first entry at once; RECORD_PROMPT_WAIT */
	struct record_tags tags;
};

#define RECORD_PROMPT_WAIT 255 /* for a key, without a limit */

/* pxe-style: how PXE clients learn their boot file. */
enum record_pxe_how {
	RECORD_PXE_BYPASS, /* from the OFFER */
	RECORD_PXE_BINL, /* from port 4011, without being told to ask there */
	RECORD_PXE_MENU, /* from the menu, then port 4011 */
	RECORD_PXE_HOW_MAX
};

struct record_pxe_style {
	uint8_t how; /* enum record_pxe_how */
	struct record_tags tags;
};

/* dhcp-match, dhcp-vendorclass, dhcp-userclass, dhcp-mac: set one tag. */
enum record_match_how {
	RECORD_MATCH_PRESENT, /* the option is present */
	RECORD_MATCH_PREFIX, /* its first bytes, except those in wild */
	RECORD_MATCH_NUMBER, /* any element of an array of width bytes */
	RECORD_MATCH_SUBSTRING,
	RECORD_MATCH_VENDORCLASS, /* substring of option 60 */
	RECORD_MATCH_USERCLASS, /* substring of option 77 */
	RECORD_MATCH_MAC,
	RECORD_MATCH_CIRCUITID, /* sub-options of option 82, as a whole */
	RECORD_MATCH_REMOTEID,
	RECORD_MATCH_SUBSCRID,
	RECORD_MATCH_NAME, /* the client's name, without regard to case */
	RECORD_MATCH_NAME_PREFIX,
	RECORD_MATCH_HOW_MAX
};

struct record_match {
	uint8_t how;
	uint8_t code; /* option number for the first four */
	uint8_t width; /* of NUMBER: 1, 2 or 4 */
	uint32_t number;
	uint16_t len;
	uint8_t data[RECORD_MATCH_MAX];
	uint8_t wild[RECORD_MATCH_MAX]; /* 1: any value of this byte */
	struct record_mac mac;
	char set[RECORD_TAG_MAX];
};

struct record_tagif {
	struct record_tags set;
	struct record_tags tags;
};

struct record_ignore {
	struct record_tags tags;
};

/* Clients that are treated in a way of their own, if the tags are set. */
enum record_choice_of {
	/* dhcp-broadcast: replies are broadcast until they have an address */
	RECORD_CHOOSE_BROADCAST,
	RECORD_CHOOSE_BOOTP, /* bootp-dynamic: addresses of ranges for BOOTP */
	RECORD_CHOOSE_NO_NAME, /* dhcp-ignore-names: the name that they send */
	RECORD_CHOOSE_MAKE_NAME, /* dhcp-generate-names, from their MAC */
	RECORD_CHOOSE_MAX
};

struct record_choice {
	uint8_t of; /* enum record_choice_of */
	struct record_tags tags;
};

/*
 * dhcp-reply-delay: an OFFER, and what a DHCP proxy answers, is sent so long
 * after the request came.
 */
struct record_reply_delay {
	uint8_t seconds;
	struct record_tags tags;
};

/* The address of an OFFER is reserved for so long. */
#define RECORD_REPLY_DELAY_MAX 60

/* dhcp-pxe-vendor: how option 60 of PXE clients begins. */
struct record_pxe_vendor {
	char class[RECORD_CLASS_MAX];
};

/*
 * dhcp-proxy: the server identifier of replies through a relay is the relay's
 * address.
 */
struct record_relay_proxy {
	uint32_t addr; /* 0: any relay, if no record names one */
};

/*
 * shared-network: ranges in the network of addr also serve clients on this
 * interface, or those that are seen from `via`.
 */
struct record_shared {
	char iface[IFNAMSIZ]; /* "": via is set */
	uint32_t via; /* an address of this host, or a giaddr */
	uint32_t addr;
};

/* The settings that apply to all of DHCP. */
struct record_dhcp {
	bool enabled; /* there is a dhcp-range */
	bool authoritative;
	bool no_override;
	bool sequential;
	bool subnet_selection;
	bool dns; /* false: port=0, so no option 6 by default */
	bool pxe; /* port 4011 is served */
	bool ignore_clid; /* client identifiers do not count */
	bool rapid_commit; /* DISCOVER with option 80 gets an ACK (RFC 4039) */
	bool log_dhcp;
	bool quiet;
	uint16_t server_port; /* dhcp-alternate-port; 0: 67 */
	uint16_t client_port; /* 0: 68 */
	uint32_t lease_max;
	char domain[RECORD_NAME_MAX]; /* option 15; "": none */
};

/* tftp-unique-root: a folder of its own for each client, if it exists. */
enum record_tftp_unique {
	RECORD_TFTP_UNIQUE_NONE,
	RECORD_TFTP_UNIQUE_IP, /* 192.168.1.50 */
	RECORD_TFTP_UNIQUE_MAC, /* 52-54-00-12-34-56 */
	RECORD_TFTP_UNIQUE_MAX
};

/* The settings that apply to all of TFTP. */
struct record_tftp {
	bool enabled;
	bool quiet;
	bool no_fail; /* a missing root is not an error */
	bool secure; /* serve only files owned by imaged's user */
	bool lowercase; /* convert names to lower case */
	bool no_blksize; /* do not negotiate blksize */
	bool single_port; /* all transfers use port 69 */
	uint8_t unique; /* enum record_tftp_unique */
	uint8_t rollover; /* the number after block 65535: 0 or 1 */
	char root[RECORD_PATH_MAX]; /* "": only some interfaces have one */
	uint32_t max; /* transfers at once */
	uint32_t mtu; /* at most; 0: that of the interface */
	uint16_t port_low; /* of the ports of transfers; 0: any */
	uint16_t port_high;
	bool own_rate; /* tftp-max-rate: boot-max-rate does not count */
	uint64_t rate_client; /* bytes a second to one address; 0: no limit */
	uint64_t rate_all;
	uint64_t cache; /* bytes of boot files held in memory; 0: none */
};

#define RECORD_TFTP_CACHE_MAX (1ULL << 40)

/* The settings of HTTP; those of names and roots are in struct record_tftp. */
struct record_http {
	bool enabled;
	bool quiet;
	bool prefer; /* boot-prefer=http: iPXE gets a URL */
	uint16_t port;
	uint16_t https_port;
	char cert[RECORD_PATH_MAX]; /* of HTTPS; "": HTTPS is not served */
	char key[RECORD_PATH_MAX];
	uint32_t max; /* connections at once */
	uint64_t rate_client; /* bytes a second to one address; 0: no limit */
	uint64_t rate_all;
};

/* tftp-root=PATH,INTERFACE */
struct record_tftp_root {
	char path[RECORD_PATH_MAX];
	char name[IFNAMSIZ];
};

#define RECORD_TFTP_ROOTS_MAX 15 /* besides the one for all interfaces */

/* Options that a client is not offered: bits of record_tftp_client.deny. */
enum record_tftp_deny {
	RECORD_TFTP_NO_BLKSIZE = 1 << 0,
	RECORD_TFTP_NO_TSIZE = 1 << 1,
	RECORD_TFTP_NO_TIMEOUT = 1 << 2, /* utimeout as well */
	RECORD_TFTP_NO_WINDOWSIZE = 1 << 3,
	RECORD_TFTP_DENY_ALL = (1 << 4) - 1,
};

/*
 * tftp-client: limits for clients, by network or by hardware address.  All
 * records that match a client apply: the smallest limit, every denial, and the
 * last rollover.
 */
struct record_tftp_client {
	struct addr net; /* bits beyond the prefix are zero; none: mac */
	uint8_t prefix; /* bits; 32 or 128 for one address */
	struct record_mac mac;
	uint8_t deny; /* enum record_tftp_deny bits */
	uint16_t blksize; /* at most; 0: not limited here */
	uint16_t windowsize;
	uint8_t rollover; /* 0, 1 or RECORD_TFTP_ROLLOVER_UNSET */
};

#define RECORD_TFTP_ROLLOVER_UNSET 255

/* verify-images: what becomes of files that no listed key has signed. */
enum record_verify_mode {
	RECORD_VERIFY_OFF, /* signatures are not looked at */
	RECORD_VERIFY_WARN, /* they are served, and logged */
	RECORD_VERIFY_REQUIRE, /* they are refused */
	RECORD_VERIFY_MODE_MAX
};

/* The settings that apply to all signed boot files. */
struct record_verify {
	uint8_t mode; /* enum record_verify_mode */
	bool preload; /* check all files in the background */
	/* Bytes of verified files held in memory; a multiple of 1024. */
	uint64_t cache;
};

#define RECORD_VERIFY_CACHE_MIN (1ULL << 20)
#define RECORD_VERIFY_CACHE_MAX (1ULL << 40)

/* verify-key: a file with a public key, or a folder of such files. */
struct record_verify_key {
	char path[RECORD_PATH_MAX]; /* absolute */
};

#define RECORD_VERIFY_KEYS_MAX 64

/*
 * verify-exempt: files that are served without a signature, as a pattern of
 * fnmatch(3) for the path below a root.
 */
struct record_verify_exempt {
	char pattern[RECORD_PATH_MAX]; /* without a slash before it */
};

#define RECORD_VERIFY_EXEMPT_MAX 64

/* The default of dhcp-leasefile, and its folder, which the parent creates. */
#define RECORD_STORE_FOLDER "/var/lib/pxeguard"
#define RECORD_STORE_PATH RECORD_STORE_FOLDER "/leases.db"

struct record_store {
	char path[RECORD_PATH_MAX]; /* absolute */
};

/* The sandbox layers that sandbox-disable can disable. */
enum record_layer {
	RECORD_LAYER_NAMESPACES = 1 << 0,
	RECORD_LAYER_LANDLOCK = 1 << 1,
	RECORD_LAYER_SECCOMP = 1 << 2,
	RECORD_LAYER_PARENT_SECCOMP = 1 << 3, /* the parent's filter alone */
};

#define RECORD_LAYERS 4

struct record_daemon {
	uint8_t layers_disabled; /* enum record_layer bits */
	char pid_file[RECORD_PATH_MAX]; /* "": none */
};

/*
 * A file with lines of the configuration.  The first FILE has number 0; they
 * come before all PLACE records.
 */
struct record_file {
	char path[RECORD_PATH_MAX];
};

/*
 * The line of the record before it, for messages about that, and for --explain
 * of all that dhcpd gets.  After DAEMON, STORE and TFTP it is the line of
 * pid-file, dhcp-leasefile and tftp-root.
 */
struct record_place {
	uint32_t file; /* its number */
	uint32_t line; /* of the command line: the number of the argument */
};

/* Any record, decoded. */
struct record {
	uint8_t kind;
	union {
		struct record_interface interface;
		struct record_range range;
		struct record_host host;
		struct record_option option;
		struct record_boot boot;
		struct record_match match;
		struct record_tagif tagif;
		struct record_ignore ignore;
		struct record_dhcp dhcp;
		struct record_tftp tftp;
		struct record_store store;
		struct record_daemon daemon;
		struct record_tftp_root tftp_root;
		struct record_tftp_client tftp_client;
		struct record_place place;
		struct record_file file;
		struct record_service service;
		struct record_prompt prompt;
		struct record_pxe_style pxe_style;
		struct record_suboption suboption;
		struct record_reply_delay reply_delay;
		struct record_choice choice;
		struct record_pxe_vendor pxe_vendor;
		struct record_relay_proxy relay_proxy;
		struct record_shared shared;
		struct record_verify verify;
		struct record_verify_key verify_key;
		struct record_verify_exempt verify_exempt;
		struct record_http http;
	} u;
};

/* Appends kind and fields; the writer fails if they do not fit. */
void record_encode(const struct record *, struct writer *);

/*
 * Decodes exactly one record.  Returns -1 for an unknown kind, a value out of
 * range or trailing bytes; *rec is then undefined.
 */
int record_decode(struct reader *, struct record *rec);

/* "range"; "?" for an unknown kind. */
const char *record_kind_name(uint8_t kind);

/* The roles that get records of this kind, as ROLE_BIT()s of daemon/msg.h. */
uint16_t record_kind_roles(uint8_t kind);

#endif
