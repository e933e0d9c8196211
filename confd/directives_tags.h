/* SPDX-License-Identifier: ISC */
/* Handlers of directives: tags, and what is chosen by them. */
#ifndef CONFD_DIRECTIVES_TAGS_H
#define CONFD_DIRECTIVES_TAGS_H

#include "confd/directive.h"

directive_fn directive_vendorclass;
directive_fn directive_userclass;
directive_fn directive_mac;
directive_fn directive_tag_if;
directive_fn directive_ignore;
directive_fn directive_broadcast;
directive_fn directive_reply_delay;
directive_fn directive_bootp_dynamic;
directive_fn directive_ignore_names;
directive_fn directive_generate_names;
directive_fn directive_circuitid;
directive_fn directive_remoteid;
directive_fn directive_subscrid;
directive_fn directive_name_match;
directive_fn directive_boot;

#endif
