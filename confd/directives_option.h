/* SPDX-License-Identifier: ISC */
/* Handlers of directives: dhcp-option and dhcp-match. */
#ifndef CONFD_DIRECTIVES_OPTION_H
#define CONFD_DIRECTIVES_OPTION_H

#include "confd/directive.h"

directive_fn directive_option;
directive_fn directive_option_force;
directive_fn directive_option_pxe;
directive_fn directive_match;

#endif
