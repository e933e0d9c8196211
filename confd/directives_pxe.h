/* SPDX-License-Identifier: ISC */
/* Handlers of directives: boot menus, and how PXE clients are answered. */
#ifndef CONFD_DIRECTIVES_PXE_H
#define CONFD_DIRECTIVES_PXE_H

#include "confd/directive.h"

directive_fn directive_service;
directive_fn directive_prompt;
directive_fn directive_pxe_style;
directive_fn directive_pxe_vendor;

/* The name of an architecture in pxe-service, or NULL if it has none. */
const char *pxe_arch_name(uint16_t arch);

#endif
