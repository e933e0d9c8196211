/* SPDX-License-Identifier: ISC */
/* Handlers of directives: what holds for all of DHCP. */
#ifndef CONFD_DIRECTIVES_DHCP_H
#define CONFD_DIRECTIVES_DHCP_H

#include "confd/directive.h"

directive_fn directive_authoritative;
directive_fn directive_no_override;
directive_fn directive_sequential;
directive_fn directive_ignore_clid;
directive_fn directive_rapid_commit;
directive_fn directive_relay_proxy;
directive_fn directive_shared_network;
directive_fn directive_subnet_selection;
directive_fn directive_no_ping;
directive_fn directive_log_dhcp;
directive_fn directive_quiet_dhcp;
directive_fn directive_domain;
directive_fn directive_lease_max;
directive_fn directive_alternate_port;
directive_fn directive_leasefile;

#endif
