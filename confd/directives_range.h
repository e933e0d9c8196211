/* SPDX-License-Identifier: ISC */
/* Handlers of directives: dhcp-range. */
#ifndef CONFD_DIRECTIVES_RANGE_H
#define CONFD_DIRECTIVES_RANGE_H

#include "confd/directive.h"

directive_fn directive_range;

#endif
