/* SPDX-License-Identifier: ISC */
/* The tags that lines test, and their comparison.  Pure. */
#ifndef CONFD_TAG_KEY_H
#define CONFD_TAG_KEY_H

#include "daemon/record.h"

#define TAG_KEY_MAX (RECORD_TAGS_MAX * (1 + RECORD_TAG_MAX)) /* bytes */

/* The tags that a line tests; NULL for a kind that tests none. */
const struct record_tags *tag_key_tests(const struct record *);

/* Sorts the tags and removes duplicates. */
void tag_key_normalize(struct record_tags *);

/*
 * Writes those of normalized tags whose bits are set, so that equal tags have
 * equal bytes.  Returns their number.
 */
size_t tag_key_put(
    const struct record_tags *, uint32_t bits, uint8_t key[TAG_KEY_MAX]);

#endif
