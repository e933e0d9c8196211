/* SPDX-License-Identifier: ISC */
/* Handlers of directives: signed boot files. */
#ifndef CONFD_DIRECTIVES_VERIFY_H
#define CONFD_DIRECTIVES_VERIFY_H

#include "confd/directive.h"

directive_fn directive_verify_images;
directive_fn directive_verify_key;
directive_fn directive_verify_exempt;
directive_fn directive_verify_cache;

#endif
