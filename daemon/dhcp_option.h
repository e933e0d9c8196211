/* SPDX-License-Identifier: ISC */
/*
 * The table of DHCP options: the name, the type and the origin of each option.
 * It is used to parse the configuration, to log options, and to decide which
 * options a dhcp-option line cannot set.  Names are those of
 * `dnsmasq --help dhcp`.  Pure.
 *
 * A new option is a row in dhcp_option.c.
 */
#ifndef DAEMON_DHCP_OPTION_H
#define DAEMON_DHCP_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DHCP_OPTION_LABEL 48 /* room for "option 1 (NAME)" */

/* Options that the code itself reads or writes; the table has all options. */
enum dhcp_option_code {
	OPT_PAD = 0,
	OPT_MASK = 1,
	OPT_ROUTER = 3,
	OPT_DNS = 6,
	OPT_HOSTNAME = 12,
	OPT_DOMAIN = 15,
	OPT_BROADCAST = 28,
	OPT_VENDOR_ENCAP = 43,
	OPT_REQUESTED_IP = 50,
	OPT_LEASE_TIME = 51,
	OPT_OVERLOAD = 52,
	OPT_TYPE = 53,
	OPT_SERVER_ID = 54,
	OPT_PARAMETERS = 55,
	OPT_MESSAGE = 56,
	OPT_MAX_SIZE = 57,
	OPT_T1 = 58,
	OPT_T2 = 59,
	OPT_VENDOR_CLASS = 60,
	OPT_CLIENT_ID = 61,
	OPT_SNAME = 66,
	OPT_FILE = 67,
	OPT_USER_CLASS = 77,
	OPT_RAPID_COMMIT = 80, /* RFC 4039 */
	OPT_FQDN = 81,
	OPT_AGENT = 82,
	OPT_ARCH = 93,
	OPT_UUID = 97,
	OPT_SUBNET = 118,
	OPT_VENDOR_INFO = 125, /* of enterprises (RFC 3925) */
	OPT_TFTP_SERVERS = 150, /* addresses (RFC 5859) */
	OPT_IPXE = 175, /* sent by iPXE and gPXE */
	OPT_SERVER_IP = 255, /* dnsmasq's name for the header's next server */
	OPT_END = 255
};

/* The form of a value.  Numbers are in network order. */
enum dhcp_option_type {
	DHCP_OPTION_OPAQUE, /* octets */
	DHCP_OPTION_CLASS, /* octets, usually text */
	DHCP_OPTION_TEXT,
	DHCP_OPTION_ADDR, /* one IPv4 address */
	DHCP_OPTION_ADDRS, /* one or more */
	DHCP_OPTION_ADDR_PAIRS, /* one or more pairs */
	DHCP_OPTION_U8,
	DHCP_OPTION_U16,
	DHCP_OPTION_U16S, /* one or more */
	DHCP_OPTION_U32,
	DHCP_OPTION_S32,
	DHCP_OPTION_SECONDS, /* u32; UINT32_MAX: infinite */
	DHCP_OPTION_DOMAINS, /* names of RFC 1035, compressed by RFC 3397 */
	DHCP_OPTION_SIP, /* RFC 3361: 0 and names, or 1 and addresses */
	DHCP_OPTION_ROUTES, /* RFC 3442: pairs of network and router */
	DHCP_OPTION_TYPE_MAX
};

/* Who sets an option; several may. */
enum dhcp_option_by {
	DHCP_OPTION_BY_CLIENT = 1 << 0,
	DHCP_OPTION_BY_SERVER = 1 << 1, /* without dhcp-option */
	DHCP_OPTION_BY_ADMIN = 1 << 2, /* by dhcp-option */
	DHCP_OPTION_BY_RELAY = 1 << 3,
};

struct dhcp_option {
	uint8_t code;
	uint8_t type; /* enum dhcp_option_type */
	uint8_t by; /* enum dhcp_option_by bits */
	bool number_only; /* dhcp-option takes its number, not its name */
	const char *name;
};

/* Finds an option by code, or by name, ignoring case; NULL if unknown. */
const struct dhcp_option *dhcp_option_find(uint8_t code);
const struct dhcp_option *dhcp_option_find_name(const char *name);

/* The rows in the order of their codes; NULL after the last. */
const struct dhcp_option *dhcp_option_row(size_t i);

/* "router"; "" for an unknown option. */
const char *dhcp_option_name(uint8_t code);

/* "option 3 (router)", or "option 224"; returns dst. */
const char *dhcp_option_label(uint8_t code, char dst[DHCP_OPTION_LABEL]);

/*
 * Whether a dhcp-option line cannot set it because only client, server or relay
 * do.  T1 and T2 can be set; the server sends them as its timers.
 */
bool dhcp_option_reserved(uint8_t code);

/* Octets of a number of this type, also if it is a list; otherwise 0. */
uint8_t dhcp_option_width(uint8_t type);

/* Whether a value matches the option's type; true for an unknown option. */
bool dhcp_option_valid(uint8_t code, const void *value, size_t len);

/*
 * Formats a value for the log, by the option's type and escaped: text,
 * addresses, numbers, names, or octets in hexadecimal, which are also used for
 * a value that does not match its type.  The text is truncated if it does not
 * fit. Returns dst.
 */
const char *dhcp_option_show(
    char *dst, size_t dstsz, uint8_t code, const void *value, size_t len);

#define DHCP_OPTION_DOMAIN 256 /* bytes of a domain name, with its NUL */

/*
 * Reads the domain name at *at of a value, follows its pointers, which must
 * point backwards, and moves *at behind it.  name gets the labels, separated by
 * dots.  Returns the length of the name, or -1 if it is malformed.
 */
int dhcp_option_domain(const uint8_t *value, size_t len, size_t *at,
    char name[DHCP_OPTION_DOMAIN]);

#endif
