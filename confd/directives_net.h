/* SPDX-License-Identifier: ISC */
/* Handlers of directives: interfaces, and the daemon itself. */
#ifndef CONFD_DIRECTIVES_NET_H
#define CONFD_DIRECTIVES_NET_H

#include "confd/directive.h"

directive_of_fn directive_interfaces; /* enum record_interface_use */
directive_fn directive_port;
directive_fn directive_pid_file;
directive_fn directive_sandbox_disable;
directive_fn directive_unsupported;

/*
 * The name of an interface, perhaps with a '*' at its end; reports another
 * one.
 */
bool directive_interface_name(
    struct config *, const struct token *, struct record_interface *);

#endif
