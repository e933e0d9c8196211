/* SPDX-License-Identifier: ISC */
/*
 * LEASE_PUT as leased takes it, and LEASE_ROW as dhcpd does.  Input: messages,
 * each with its length (16 bits) before it; a length with its highest bit set
 * is a pause, in which the store decides and time passes.
 */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log.h"
#include "dhcpd/pool.h"
#include "leased/batch.h"
#include "tests/fuzz/target.h"

#define MESSAGES_MAX 2000
#define PAUSE 0x8000
#define ROWS_MAX 64

/* A store of a few rows that refuses as the real one does. */
static struct {
	struct store store;
	struct lease row[ROWS_MAX];
	size_t n;
	size_t asked;
	size_t answered;
} s;

static enum store_result
fake_ok(struct store *store)
{
	(void)store;
	return STORE_OK;
}

static enum store_result
fake_put(struct store *store, const struct lease *l)
{
	size_t i;

	check(!addr_is_any(&l->addr) && l->state < LEASE_STATE_MAX);
	check(l->hwlen <= LEASE_HW_MAX && l->idlen <= LEASE_ID_MAX);
	check(memchr(l->name, '\0', sizeof(l->name)) != NULL);
	for (i = 0; i < s.n; i++)
		if (addr_compare(&s.row[i].addr, &l->addr) == 0)
			break;
	if (i < s.n && store_taken(&s.row[i], l)) {
		(void)strcpy(store->why, LEASE_TAKEN);
		return STORE_REFUSED;
	}
	if (i == ROWS_MAX) {
		(void)strcpy(store->why, "full");
		return STORE_FAILED;
	}
	s.row[i] = *l;
	if (i == s.n)
		s.n++;
	return STORE_OK;
}

static const struct store_ops fake_ops = {
	.begin = fake_ok,
	.put = fake_put,
	.commit = fake_ok,
	.rollback = fake_ok,
	.tidy = fake_ok,
};

/* Each has one answer. */
static void
answer(uint32_t id, const char *refused, void *arg)
{
	(void)arg;
	(void)refused;
	check(id < s.asked);
	s.answered++;
}

/* Every address has one binding at most, and all are counted. */
static void
check_pool(const struct pool *p)
{
	struct slab_place at = { 0, 0 };
	const struct binding *b;
	size_t bound = 0;

	while ((b = slab_next(&p->slab, &at)) != NULL) {
		if (b->state == BINDING_UNUSED)
			continue;
		check(pool_at(p, b->addr) == b);
		bound += b->state == BINDING_BOUND ? 1 : 0;
	}
	check(bound == p->nbound);
}

static void
message(struct batch *b, struct pool *p, struct reader body)
{
	struct lease l;

	lease_decode(&body, &l);
	if (!reader_done(&body))
		return;
	batch_put(b, (uint32_t)s.asked++, &l);
	/* dhcpd has no use for the others. */
	if (l.addr.family != 4)
		return;
	check(pool_load(p, &l) == 0);
	check(pool_at(p, lease_ip4(&l)) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct event_base *base;
	static struct batch *b; /* empty at the end of each input */
	uint64_t now_s = 1000;
	struct reader r;
	struct pool *p;
	int n;

	if (base == NULL) {
		base = event_base_new();
		check(base != NULL);
		log_set_sink(ignore_line, NULL);
		b = batch_new(base, &s.store, "/leases.db", answer, NULL);
	}
	memset(&s, 0, sizeof(s));
	s.store.ops = &fake_ops;
	p = pool_new(1);
	check(p != NULL);
	reader_init(&r, data, size);
	for (n = 0; n < MESSAGES_MAX && r.left > 0; n++) {
		uint16_t len = reader_u16(&r);

		if ((len & PAUSE) == 0) {
			message(b, p, reader_sub(&r, len));
			continue;
		}
		now_s += len & ~PAUSE;
		batch_finish(b);
		check(s.answered == s.asked);
		pool_tick(p, now_s, now_s * 1000);
	}
	check(pool_loaded(p, now_s) == 0);
	check_pool(p);
	batch_finish(b);
	check(s.answered == s.asked);
	pool_free(p);
	return 0;
}
