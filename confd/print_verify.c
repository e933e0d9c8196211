/* SPDX-License-Identifier: ISC */
/* Records of signed boot files as lines of the configuration language. */
#include "confd/print_verify.h"

#include <inttypes.h>

#include "confd/config.h"
#include "daemon/record_name.h"

/* With the largest unit that leaves no rest; the default is not printed. */
static void
print_size(struct out *o, uint64_t bytes)
{
	if (bytes % (1U << 30) == 0)
		out_put(o, "%" PRIu64 "G\n", bytes >> 30);
	else if (bytes % (1U << 20) == 0)
		out_put(o, "%" PRIu64 "M\n", bytes >> 20);
	else
		out_put(o, "%" PRIu64 "k\n", bytes >> 10);
}

void
print_verify(struct out *o, const struct record *rec)
{
	const struct record_verify *v = &rec->u.verify;

	if (v->mode != RECORD_VERIFY_OFF)
		out_put(o, "verify-images=%s\n", record_verify_name(v->mode));
	if (v->cache != CONFIG_VERIFY_CACHE) {
		out_put(o, "verify-cache=");
		print_size(o, v->cache);
	}
	out_flag(o, v->preload, "verify-preload");
}

void
print_verify_key(struct out *o, const struct record *rec)
{
	const struct record_verify_key *k = &rec->u.verify_key;

	out_value(o, "verify-key", k->path);
}

void
print_verify_exempt(struct out *o, const struct record *rec)
{
	const struct record_verify_exempt *e = &rec->u.verify_exempt;

	out_value(o, "verify-exempt", e->pattern);
}
