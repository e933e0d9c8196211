/* SPDX-License-Identifier: ISC */
/* The sub-options of option 82. */
#include "dhcpd/agent.h"

#include "daemon/buf.h"

const uint8_t *
agent_value(const struct packet *p, enum agent_suboption want, size_t *len)
{
	const uint8_t *opt = packet_option(p, OPT_AGENT, len);
	struct reader r;

	if (opt == NULL || p->giaddr == 0)
		return NULL;
	reader_init(&r, opt, *len);
	while (r.left > 0) {
		uint8_t code = reader_u8(&r), n = reader_u8(&r);
		const uint8_t *value = reader_bytes(&r, n);

		if (!reader_ok(&r))
			break;
		*len = n;
		if (code == want)
			return value;
	}
	return NULL;
}

uint32_t
agent_addr(const struct packet *p, enum agent_suboption want)
{
	size_t len;
	const uint8_t *value = agent_value(p, want, &len);
	struct reader r;

	if (value == NULL || len != 4)
		return 0;
	reader_init(&r, value, len);
	return reader_u32(&r);
}
