/* SPDX-License-Identifier: ISC */
/* Serves dhcpd's requests for neighbour entries. */
#include "priv/neigh_ask.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <string.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "priv/broker.h"

#define HW_GROUP 1 /* bit of the first octet: broadcast or multicast */
#define LIMIT_MIN 32
#define LOOK_MS 1000 /* interval of reading the state of the table */

#define SYSCTL "net.ipv4.neigh.default.gc_thresh3"

enum neigh_action
neigh_decide(const struct neigh_entry *e, const uint8_t *hw, size_t hwlen)
{
	bool same;

	if (e == NULL)
		return NEIGH_CREATE;
	same = e->hwlen == hwlen && memcmp(e->hw, hw, hwlen) == 0;
	/* Set by hand, or by a routing daemon that tells the kernel so. */
	if ((e->state & (NUD_PERMANENT | NUD_NOARP)) != 0 ||
	    (e->flags & NTF_EXT_LEARNED) != 0)
		return same ? NEIGH_KEEP : NEIGH_FIXED;
	/* The kernel uses these at once; another one may be about to fail. */
	return same && (e->state & (NUD_REACHABLE | NUD_STALE)) != 0
		   ? NEIGH_KEEP
		   : NEIGH_REPLACE;
}

static uint32_t
neigh_limit_new(uint32_t table_max)
{
	uint32_t n = (table_max == 0 ? NEIGH_TABLE_DEFAULT : table_max) / 4;

	return n < LIMIT_MIN ? LIMIT_MIN : n;
}

bool
neigh_limit_ok(struct neigh_limit *l, uint64_t now_ms, uint32_t table_max)
{
	if (l->used == 0 || now_ms - l->since_ms >= NEIGH_LIMIT_MS) {
		l->since_ms = now_ms;
		l->used = 0;
	}
	if (l->used >= neigh_limit_new(table_max))
		return false;
	l->used++;
	return true;
}

void
neigh_watch(const struct neigh_table *t, uint64_t now_ms)
{
	static struct log_limit limit = LOG_LIMIT(1, 60000);
	static uint64_t known;
	static bool looked;

	if (looked && t->overflows > known) {
		if (!log_limit_ok(&limit, now_ms, NULL))
			return; /* the next line counts these as well */
		log_warnx(
		    "neighbour table overflowed %llu times; raise %s (now %u)",
		    (unsigned long long)(t->overflows - known), SYSCTL, t->max);
	}
	looked = true;
	known = t->overflows;
}

/* The state of the table, at most a second old. */
static const struct neigh_table *
table_look(uint64_t now_ms)
{
	static struct neigh_table table;
	static uint64_t looked_ms;
	struct neigh_table t;

	if (looked_ms != 0 && now_ms - looked_ms < LOOK_MS)
		return &table;
	looked_ms = now_ms;
	if (neigh_table_read(&t) == 0 && t.max != 0) {
		table = t;
		neigh_watch(&table, now_ms);
	}
	return &table;
}

static int
create(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen)
{
	static struct log_limit limit = LOG_LIMIT(1, 60000);
	static struct neigh_limit used;
	uint64_t now_ms = clock_mono_ms();
	const struct neigh_table *t = table_look(now_ms);

	if (neigh_limit_ok(&used, now_ms, t->max))
		return neigh_set(ifindex, addr, hw, hwlen, false);
	if (log_limit_ok(&limit, now_ms, NULL))
		log_warnx(
		    "more than %u new neighbour entries in %d s; broadcasting; raise %s",
		    neigh_limit_new(t->max), NEIGH_LIMIT_MS / 1000, SYSCTL);
	errno = EAGAIN;
	return -1;
}

/* 0, or -1 with errno.  Another process may change the entry meanwhile. */
static int
serve(uint32_t ifindex, uint32_t addr, const uint8_t *hw, size_t hwlen)
{
	struct neigh_entry e = { 0 };
	int found = neigh_get(ifindex, addr, &e);

	if (found == -1 && errno != ENOENT)
		return -1;
	switch (neigh_decide(found == -1 ? NULL : &e, hw, hwlen)) {
	case NEIGH_KEEP:
		return 0;
	case NEIGH_CREATE:
		return create(ifindex, addr, hw, hwlen);
	case NEIGH_REPLACE:
		return neigh_set(ifindex, addr, hw, hwlen, true);
	case NEIGH_FIXED:
		break;
	}
	errno = EPERM;
	return -1;
}

static const char *
error_text(int error)
{
	switch (error) {
	case ENODEV:
		return "DHCP is not served on this interface";
	case EACCES:
		return "address is neither in a range nor reserved on this interface";
	case EPERM:
		return "a permanent entry has another hardware address";
	case ENOBUFS:
		return "the neighbour table is full; raise " SYSCTL;
	default:
		return strerror(error);
	}
}

int
neigh_ask(const struct conf *c, uint32_t ifindex, uint32_t addr, uint8_t hwtype,
    const uint8_t *hw, size_t hwlen)
{
	static struct log_limit limit = LOG_LIMIT(5, 60000);
	int error = broker_neigh(c, ifindex, addr, hwtype, hwlen);
	char ip[16];

	if (error == 0 && (hw[0] & HW_GROUP) != 0)
		error = EINVAL;
	if (error == 0 && serve(ifindex, addr, hw, hwlen) == -1)
		error = errno;
	/* create() has logged EAGAIN. */
	if (error != 0 && error != EAGAIN &&
	    log_limit_ok(&limit, clock_mono_ms(), NULL))
		log_warnx("no neighbour entry for %s: %s; broadcasting",
		    ip4_text(addr, ip), error_text(error));
	return error;
}
