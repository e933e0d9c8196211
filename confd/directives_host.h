/* SPDX-License-Identifier: ISC */
/* Handlers of directives: dhcp-host. */
#ifndef CONFD_DIRECTIVES_HOST_H
#define CONFD_DIRECTIVES_HOST_H

#include "confd/directive.h"

directive_fn directive_host;

#endif
