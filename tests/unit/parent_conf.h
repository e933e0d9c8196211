/* SPDX-License-Identifier: ISC */
/* Records for the parent's copy of a configuration. */
#ifndef TESTS_UNIT_PARENT_CONF_H
#define TESTS_UNIT_PARENT_CONF_H

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

#endif
