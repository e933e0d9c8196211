/* SPDX-License-Identifier: ISC */
/* The memory of bindings. */
#include <unistd.h>

#include "tests/unit/pool_case.h"

#define LEASES 100000

static size_t
bytes_of_tables(void)
{
	return 3 * (pool->index.mask + 1) * sizeof(struct binding_list);
}

/* Bytes that were ever in use for bindings and their texts, and the tables. */
static size_t
bytes_of_pool(void)
{
	size_t i, n = bytes_of_tables();

	for (i = 0; i < pool->slab.nchunks; i++) {
		const struct slab_chunk *c = &pool->slab.chunk[i];

		n += c->used * sizeof(struct binding) +
		     c->parts_used * sizeof(struct binding_part);
	}
	return n;
}

/* KiB of memory that are in use by this process. */
static size_t
resident_kib(void)
{
	size_t pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%*u %zu", &pages), 1);
	(void)fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* Room for a million leases is no memory until they are there. */
START_TEST(room_costs_nothing)
{
	struct pool *large = pool_new(7);
	size_t before = resident_kib(), i;
	struct binding_queue *lists;

	ck_assert_ptr_nonnull(large);
	case_range(&k, IP(10, 0, 0, 0), IP(10, 0, 0, 0) + 999999, "", "");
	case_dhcp(&k, 1000000, false);
	ck_assert_int_eq(dhcp_conf_finish(k.conf, k.why), 0);
	ck_assert_int_eq(pool_prepare(large, k.conf, &lists), 0);
	pool_use(large, k.conf, lists);
	ck_assert_int_eq(pool_loaded(large, CASE_WALL), 0);
	for (i = 0; i < 500; i++)
		pool_tick(large, CASE_WALL, i * 1000);
	ck_assert_uint_lt(resident_kib() - before,
	    1000000 / 1024 * sizeof(struct binding) / 4);
	/* All of it can be had. */
	for (i = 0; i < 200000; i++)
		ck_assert_ptr_nonnull(
		    pool_get(large, IP(10, 0, 0, 0) + (uint32_t)i));
	for (i = 0; i < 200000; i++)
		ck_assert_uint_eq(
		    pool_at(large, IP(10, 0, 0, 0) + (uint32_t)i)->addr,
		    IP(10, 0, 0, 0) + i);
	pool_free(large);
}
END_TEST

/* What a lease takes with a name and an identifier as clients send them. */
START_TEST(memory_of_a_lease)
{
	struct client c;
	struct lease l;
	uint32_t i;

	case_range(&k, IP(10, 0, 0, 0), IP(10, 0, 0, 0) + LEASES - 1, "", "");
	case_dhcp(&k, LEASES, false);
	ready();
	for (i = 0; i < LEASES; i++) {
		memset(&l, 0, sizeof(l));
		c = client(i);
		c.idlen = (uint16_t)(7 + i % 13);
		memset(c.id, 1, c.idlen);
		memcpy(c.id, &i, sizeof(i));
		client_to_lease(&c, &l);
		(void)snprintf(l.name, sizeof(l.name), "host-%05u", i);
		l.addr = addr_from_ip4(IP(10, 0, 0, 0) + i);
		l.expiry_s = CASE_WALL + 1000;
		ck_assert_int_eq(pool_load(pool, &l), 0);
	}
	ck_assert_int_eq(pool_loaded(pool, CASE_WALL), 0);
	ck_assert_uint_eq(pool->nbound, LEASES);
	ck_assert_uint_lt(bytes_of_pool() / LEASES, POOL_LEASE_BYTES);
	/* Each is still whose it was. */
	for (i = 0; i < LEASES; i++) {
		c.idlen = (uint16_t)(7 + i % 13);
		memset(c.id, 1, c.idlen);
		memcpy(c.id, &i, sizeof(i));
		ck_assert_ptr_eq(
		    pool_of(pool, &c), pool_at(pool, IP(10, 0, 0, 0) + i));
	}
}
END_TEST

/* A lease with texts of these lengths, whose bytes follow from n. */
static struct lease
lease_with_text(uint32_t n, size_t idlen, size_t namelen)
{
	struct client c = client(n);
	struct lease l;
	size_t i;

	memset(&l, 0, sizeof(l));
	c.idlen = (uint16_t)idlen;
	for (i = 0; i < idlen; i++)
		c.id[i] = (uint8_t)(n * 31 + i * 7);
	client_to_lease(&c, &l);
	for (i = 0; i < namelen; i++)
		l.name[i] = (char)('a' + (n + i) % 26);
	l.addr = addr_from_ip4(IP(10, 0, 0, 0) + n);
	l.start_s = CASE_WALL;
	l.expiry_s = LEASE_NEVER;
	return l;
}

/* The longest texts have room in every binding. */
START_TEST(longest_texts)
{
	struct lease l, is;
	size_t i, n;

	ready();
	n = pool->slab.capacity;
	for (i = 0; i < n; i++) {
		l = lease_with_text(
		    (uint32_t)i + 1, LEASE_ID_MAX, LEASE_NAME_MAX - 1);
		pool_store(pool, pool_get(pool, lease_ip4(&l)), &l);
	}
	/* There is no place for another; the leases stay as they are. */
	ck_assert_ptr_null(pool_get(pool, IP(10, 1, 0, 0)));
	for (i = 0; i < n; i++) {
		l = lease_with_text(
		    (uint32_t)i + 1, LEASE_ID_MAX, LEASE_NAME_MAX - 1);
		binding_lease(pool_at(pool, lease_ip4(&l)), &is);
		ck_assert_mem_eq(&is, &l, sizeof(l));
	}
	/* A released one makes room again. */
	pool_lapse(pool, pool_at(pool, IP(10, 0, 0, 7)));
	l = lease_with_text((uint32_t)n + 1, LEASE_ID_MAX, LEASE_NAME_MAX - 1);
	pool_store(pool, pool_get(pool, lease_ip4(&l)), &l);
	ck_assert_uint_eq(pool->nbound, n);
}
END_TEST

/* Texts change their lengths for long; none is lost, and none is mixed up. */
START_TEST(texts_change)
{
	struct lease l, is;
	struct {
		size_t idlen, namelen;
	} was[64] = { 0 };
	uint32_t n, round;

	ready();
	srandom(5);
	for (round = 0; round < 100000; round++) {
		n = (uint32_t)random() % 64;
		if (round >= 64 * 40) {
			l = lease_with_text(
			    n + 1, was[n].idlen, was[n].namelen);
			if (pool_at(pool, lease_ip4(&l)) != NULL) {
				binding_lease(
				    pool_at(pool, lease_ip4(&l)), &is);
				ck_assert_mem_eq(&is, &l, sizeof(l));
			}
		}
		was[n].idlen = (size_t)random() % (LEASE_ID_MAX + 1);
		was[n].namelen = (size_t)random() % LEASE_NAME_MAX;
		l = lease_with_text(n + 1, was[n].idlen, was[n].namelen);
		pool_store(pool, pool_get(pool, lease_ip4(&l)), &l);
	}
	/* Parts are used again. */
	ck_assert_uint_le(bytes_of_pool(),
	    64 * (sizeof(struct binding) +
		     BINDING_PARTS_MAX * sizeof(struct binding_part)) +
		bytes_of_tables());
}
END_TEST

Suite *suite_dhcp_slab(void);

Suite *
suite_dhcp_slab(void)
{
	const TTest *const tests[] = { room_costs_nothing, memory_of_a_lease,
		longest_texts, texts_change };

	return suite_of("dhcp_slab", tests, sizeof(tests) / sizeof(tests[0]));
}

/* Memory is measured by /proc. */
UNIT_MAIN_ALSO(
    suite_dhcp_slab, SCMP_SYS(openat), SCMP_SYS(read), SCMP_SYS(newfstatat))
