/* SPDX-License-Identifier: ISC */
/* Handlers of directives: tags, and what is chosen by them. */
#ifndef CONFD_DIRECTIVES_TAGS_H
#define CONFD_DIRECTIVES_TAGS_H

#include "confd/directive.h"

directive_of_fn directive_class; /* enum record_match_how */
directive_fn directive_mac;
directive_fn directive_tag_if;
directive_fn directive_ignore;
directive_of_fn directive_choice; /* enum record_choice_of */
directive_fn directive_reply_delay;
directive_of_fn directive_agent; /* enum record_match_how */
directive_fn directive_name_match;
directive_fn directive_boot;

#endif
