/* SPDX-License-Identifier: ISC */
/* Handlers of directives: TFTP: how files are sent, also to single clients. */
#ifndef CONFD_DIRECTIVES_TRANSFER_H
#define CONFD_DIRECTIVES_TRANSFER_H

#include "confd/directive.h"

directive_fn directive_tftp_client;
directive_fn directive_tftp_max_rate;
directive_fn directive_boot_max_rate;
directive_fn directive_tftp_rollover;

#endif
