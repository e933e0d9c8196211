/* SPDX-License-Identifier: ISC */
/* Handlers of directives: dhcp-option and dhcp-match. */
#ifndef CONFD_DIRECTIVES_OPTION_H
#define CONFD_DIRECTIVES_OPTION_H

#include "confd/directive.h"

enum directive_option_of {
	DIRECTIVE_OPTION_PLAIN,
	DIRECTIVE_OPTION_FORCE,
	DIRECTIVE_OPTION_PXE,
};

directive_of_fn directive_option; /* enum directive_option_of */
directive_fn directive_match;

#endif
