/* SPDX-License-Identifier: ISC */
/* The kernel's answers about neighbours, links and addresses. */
#include <string.h>

#include "priv/neigh.h"
#include "priv/net_dump.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink_msg m;
	struct neigh_entry e;
	struct neigh_table t;
	struct net_addr a;
	struct iface i;
	struct reader r;

	reader_init(&r, data, size);
	while (netlink_next(&r, &m)) {
		/* What is in a message lies in the datagram. */
		check(m.body.p >= data && m.body.left <= size);
		check(m.body.p + m.body.left <= data + size);
		if (neigh_entry_parse(&m, &e))
			check(e.hwlen <= NEIGH_HW_MAX);
		(void)neigh_table_parse(&m, &t);
		if (net_link_parse(&m, &i))
			check(i.name[0] != '\0' &&
			      memchr(i.name, 0, IFNAMSIZ) != NULL);
		if (net_addr_parse(&m, &a) && a.family == 4)
			check(a.addr4.addr != 0);
	}
	return 0;
}
