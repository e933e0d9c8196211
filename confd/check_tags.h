/* SPDX-License-Identifier: ISC */
/* Checks for tags that are tested but never set, and the reverse. */
#ifndef CONFD_CHECK_TAGS_H
#define CONFD_CHECK_TAGS_H

struct config;

void check_tags(struct config *);

#endif
