/* SPDX-License-Identifier: ISC */
/* Directives of HTTP. */
#ifndef CONFD_DIRECTIVES_HTTP_H
#define CONFD_DIRECTIVES_HTTP_H

#include "confd/directive.h"

directive_fn directive_http_port;
directive_fn directive_https_port;
directive_fn directive_https_cert;
directive_fn directive_https_key;
directive_fn directive_http_max;
directive_fn directive_boot_prefer;

#endif
