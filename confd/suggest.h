/* SPDX-License-Identifier: ISC */
/* "Did you mean": what an unknown name may be meant as. */
#ifndef CONFD_SUGGEST_H
#define CONFD_SUGGEST_H

struct dhcp_option;

/*
 * The directive or the DHCP option of the closest name, or of one that is
 * often written for it; NULL when no name is close.
 */
const char *suggest_directive(const char *name);
const struct dhcp_option *suggest_option(const char *name);

#endif
