/* SPDX-License-Identifier: ISC */
/* Handlers of directives: what holds for all of DHCP. */
#ifndef CONFD_DIRECTIVES_DHCP_H
#define CONFD_DIRECTIVES_DHCP_H

#include "confd/directive.h"

directive_fn directive_relay_proxy;
directive_fn directive_shared_network;
directive_fn directive_domain;
directive_fn directive_lease_max;
directive_fn directive_alternate_port;
directive_fn directive_leasefile;

#endif
