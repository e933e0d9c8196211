/* SPDX-License-Identifier: ISC */
/* Records for the parent's copy of a configuration. */
#ifndef TESTS_UNIT_PARENT_CONF_H
#define TESTS_UNIT_PARENT_CONF_H

#include <stdio.h>

#include "priv/conf.h"
#include "tests/unit/unit.h"

static inline void
parent_conf_add(struct conf *c, const struct record *rec)
{
	uint8_t data[RECORD_MAX];
	struct writer w;

	writer_init(&w, data, sizeof(data));
	record_encode(rec, &w);
	ck_assert(writer_ok(&w));
	ck_assert_int_eq(conf_add(c, data, w.len), 0);
}

/* TFTP for all interfaces. */
static inline void
parent_conf_add_tftp(struct conf *c, const char *root, uint32_t max)
{
	struct record rec = { .kind = RECORD_TFTP,
		.u.tftp = { .enabled = true, .max = max } };

	(void)snprintf(rec.u.tftp.root, sizeof(rec.u.tftp.root), "%s", root);
	parent_conf_add(c, &rec);
}

#endif
