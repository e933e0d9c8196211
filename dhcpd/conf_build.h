/* SPDX-License-Identifier: ISC */
/*
 * Makes a configuration from records and interfaces.  Functions that return
 * an int return 0, or -1 with a sentence in why[CONF_WHY_MAX].
 */
#ifndef DHCPD_CONF_BUILD_H
#define DHCPD_CONF_BUILD_H

#include "dhcpd/conf.h"

/* NULL without memory. */
struct dhcp_conf *dhcp_conf_new(void);
void dhcp_conf_free(struct dhcp_conf *); /* NULL is fine */

/* Adds a record; those of other roles are ignored. */
int dhcp_conf_record(struct dhcp_conf *, const struct record *, char *why);
int dhcp_conf_iface(struct dhcp_conf *, const struct iface *, char *why);

/* Called after the last record and interface; makes it usable. */
int dhcp_conf_finish(struct dhcp_conf *, char *why);

#endif
