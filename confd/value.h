/* SPDX-License-Identifier: ISC */
/*
 * Simple values: addresses, numbers, times, hardware addresses, names.  Pure.
 */
#ifndef CONFD_VALUE_H
#define CONFD_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/record.h"

#define VALUE_LEASE_MIN_S 120 /* shorter lease times are raised to this */

/* A dotted quad, in host order. */
bool value_ip4(const char *, uint32_t *addr);

/*
 * Whether it begins like an address, with two groups of digits, but is none:
 * 192.168.0.999, 192.168.0.9#53.
 */
bool value_ip4_broken(const char *);

/*
 * An address with a prefix length, like 192.168.1.0/24.  Directives of DHCP
 * take none, and say so.
 */
bool value_ip4_prefix(const char *, uint32_t *addr, uint32_t *mask);

/* Whether all one bits come before all zero bits. */
bool value_is_mask(uint32_t);

/* The netmask of a prefix length from 0 to 32. */
uint32_t value_prefix_mask(uint64_t bits);

/* Whether it consists of decimal digits alone. */
bool value_is_digits(const char *);

/* Decimal digits only, at most max. */
bool value_number(const char *, uint64_t max, uint64_t *out);

/*
 * Digits, and perhaps one of k, M, G in either case, which multiplies by base
 * or by its second or third power.
 */
bool value_scaled(const char *, uint64_t base, uint64_t max, uint64_t *out);

enum value_time_result {
	VALUE_TIME_OK,
	VALUE_TIME_SHORT, /* raised to VALUE_LEASE_MIN_S */
	VALUE_TIME_HUGE, /* more than 32 bits hold; read as infinite */
	VALUE_TIME_BAD, /* not a time */
};

/* "infinite", or digits and one of s, m, h, d, w of either case. */
enum value_time_result value_lease(const char *, uint32_t *seconds);

/* Only the digits and the unit; no lower bound. */
enum value_time_result value_time(const char *, uint32_t *seconds);

enum value_mac_result {
	VALUE_MAC_OK,
	VALUE_MAC_DASHED, /* aa-bb-cc-dd-ee-ff, which dnsmasq does not read as
			     an address */
	VALUE_MAC_LONG, /* more than RECORD_HW_MAX octets */
	VALUE_MAC_BAD,
};

/* [HH-]aa:bb:cc:dd:ee:ff, where HH is the ARP type and an octet may be *. */
enum value_mac_result value_mac(const char *, struct record_mac *);

/*
 * Whether it is a hardware address in a form that is not accepted: without
 * colons, as 1122.3344.5566, or of five or more octets with dashes.
 */
bool value_mac_like(const char *);

/*
 * Octets in hexadecimal with colons between; at most max.  wild is NULL, or
 * takes 1 for each octet given as *.  Returns their number, -1 when it is
 * something else, -2 when there are more than max.
 */
int value_hex(const char *, uint8_t *out, uint8_t *wild, size_t max);

/* A host name by its first label: letters, digits, '-' and '_'. */
bool value_is_hostname(const char *);

/* A domain name: dots between labels of 1 to 63 bytes, no blank or control. */
bool value_is_domain(const char *);

#endif
