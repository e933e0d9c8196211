/* SPDX-License-Identifier: ISC */
/* The kernel's answers about neighbours: a datagram of messages. */
#include <stdlib.h>

#include "priv/neigh.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink_msg m;
	struct neigh_entry e;
	struct neigh_table t;
	struct reader r;

	reader_init(&r, data, size);
	while (netlink_next(&r, &m)) {
		/* What is in a message lies in the datagram. */
		if (m.body.p < data || m.body.left > size ||
		    m.body.p + m.body.left > data + size)
			abort();
		if (neigh_entry_parse(&m, &e) && e.hwlen > NEIGH_HW_MAX)
			abort();
		(void)neigh_table_parse(&m, &t);
	}
	return 0;
}
