/* SPDX-License-Identifier: ISC */
/* The table of hosts that dhcpd tells of. */
#include "daemon/host.h"
#include "tests/unit/unit.h"

#include <string.h>

#include "daemon/lease.h"

static struct host_table t;
static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

static void
setup(void)
{
	host_table_init(&t, 42);
}

static void
teardown(void)
{
	host_table_free(&t);
}

static int
tell(uint32_t host, const void *hw, size_t hwlen, const char *name, int cut)
{
	struct addr addr = addr_from_ip4(host);
	uint8_t buf[1024];
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&addr, &w);
	writer_u8(&w, 1);
	writer_blob(&w, hw, hwlen);
	writer_str(&w, name);
	writer_u8(&w, 0);
	ck_assert(writer_ok(&w));
	/* The last byte is one too many. */
	reader_init(&r, buf, (size_t)((int)w.len - 1 - cut));
	return host_message(&t, &r);
}

static const struct host *
find(uint32_t addr)
{
	struct addr a = addr_from_ip4(addr);

	return host_find(&t, &a);
}

START_TEST(told)
{
	const struct host *h;

	ck_assert_ptr_null(find(0xc0a80132));
	ck_assert_int_eq(tell(0xc0a80132, mac, 6, "node7", 0), 0);
	ck_assert_ptr_nonnull(h = find(0xc0a80132));
	ck_assert_uint_eq(h->id.hwtype, 1);
	ck_assert_uint_eq(h->id.hwlen, 6);
	ck_assert_mem_eq(h->id.hw, mac, 6);
	ck_assert_str_eq(h->id.name, "node7");
	ck_assert_ptr_null(find(0xc0a80133));
}
END_TEST

/* The same bytes as an IPv6 address are somebody else. */
START_TEST(family)
{
	struct addr a = { 6, { 0xc0, 0xa8, 1, 0x32 } };

	ck_assert_int_eq(tell(0xc0a80132, mac, 6, "", 0), 0);
	ck_assert_ptr_null(host_find(&t, &a));
	a.family = 4;
	ck_assert_ptr_nonnull(host_find(&t, &a));
}
END_TEST

START_TEST(another)
{
	static const uint8_t other[16] = { 9, 8, 7 };
	const struct host *h;

	ck_assert_int_eq(tell(0xc0a80132, mac, 6, "node7", 0), 0);
	ck_assert_int_eq(tell(0xc0a80132, other, 16, "", 0), 0);
	h = find(0xc0a80132);
	ck_assert_uint_eq(h->id.hwlen, 16);
	ck_assert_mem_eq(h->id.hw, other, 16);
	ck_assert_str_eq(h->id.name, "");
	ck_assert_uint_eq(t.nhosts, 1);
}
END_TEST

START_TEST(nobody)
{
	ck_assert_int_eq(tell(0xc0a80132, "", 0, "", 0), 0);
	ck_assert_int_eq(tell(0xc0a80132, mac, 6, "", 0), 0);
	ck_assert_int_eq(tell(0xc0a80132, "", 0, "", 0), 0);
	ck_assert_ptr_null(find(0xc0a80132));
	ck_assert_uint_eq(t.nhosts, 0);
}
END_TEST

START_TEST(bad)
{
	static const uint8_t hw[RECORD_HW_MAX + 1] = { 1 };
	char name[LEASE_NAME_MAX + 1];

	ck_assert_int_eq(tell(0, mac, 6, "", 0), -1);
	ck_assert_int_eq(tell(1, mac, 6, "a", 1), -1);
	ck_assert_int_eq(tell(1, mac, 6, "a", -1), -1);
	ck_assert_int_eq(tell(1, hw, sizeof(hw), "", 0), -1);
	memset(name, 'n', sizeof(name));
	name[LEASE_NAME_MAX] = '\0';
	ck_assert_int_eq(tell(1, mac, 6, name, 0), -1);
	ck_assert_uint_eq(t.nhosts, 0);
	/* The longest that may be is cut. */
	ck_assert_int_eq(tell(1, mac, 6, name + 1, 0), 0);
	ck_assert_uint_eq(strlen(find(1)->id.name), HOST_TEXT_MAX - 1);
}
END_TEST

START_TEST(full)
{
	uint32_t i;

	t.max = 100;
	for (i = 1; i <= 100; i++)
		ck_assert_int_eq(tell(i, mac, 6, "", 0), 0);
	/* Told again, it is not the oldest any more. */
	ck_assert_int_eq(tell(1, mac, 6, "", 0), 0);
	ck_assert_uint_eq(t.nhosts, 100);
	ck_assert_int_eq(tell(101, mac, 6, "", 0), 0);
	ck_assert_uint_eq(t.nhosts, 100);
	ck_assert_ptr_null(find(2));
	ck_assert_ptr_nonnull(find(1));
	for (i = 3; i <= 101; i++)
		ck_assert_ptr_nonnull(find(i));
}
END_TEST

START_TEST(all_of_them)
{
	uint32_t i;

	for (i = 1; i <= HOST_TABLE_MAX + 1000; i++)
		ck_assert_int_eq(tell(i, &i, sizeof(i), "", 0), 0);
	ck_assert_uint_eq(t.nhosts, HOST_TABLE_MAX);
	for (i = 1; i <= HOST_TABLE_MAX + 1000; i++) {
		const struct host *h = find(i);

		ck_assert((h == NULL) == (i <= 1000));
		ck_assert(h == NULL || memcmp(h->id.hw, &i, sizeof(i)) == 0);
	}
	host_table_clear(&t);
	ck_assert_uint_eq(t.nhosts, 0);
	ck_assert_ptr_null(find(5000));
	ck_assert_int_eq(tell(5000, mac, 6, "", 0), 0);
	ck_assert_ptr_nonnull(find(5000));
}
END_TEST

/* dhcpd gives the client of this address a boot file. */
static int
boot(uint32_t addr, uint64_t now_ms, size_t more)
{
	struct addr a = addr_from_ip4(addr);
	uint8_t buf[64] = { 0 };
	struct writer w;
	struct reader r;

	writer_init(&w, buf, sizeof(buf));
	addr_encode(&a, &w);
	reader_init(&r, buf, w.len + more);
	return host_booting(&t, &r, now_ms);
}

START_TEST(booting)
{
	const struct addr second = addr_from_ip4(2);
	const struct host *h;
	uint32_t i;

	ck_assert_int_eq(boot(1, 1000, 1), -1);
	ck_assert_int_eq(boot(1, 1000, 0), 0); /* nobody is known there */
	ck_assert_uint_eq(host_silent_at(&t), 0);
	for (i = 1; i <= 4; i++) {
		ck_assert_int_eq(tell(i, mac, 6, "", 0), 0);
		ck_assert_int_eq(boot(i, 1000 * i, 0), 0);
	}
	ck_assert_uint_eq(host_silent_at(&t), 1000 + HOST_BOOT_MS);
	ck_assert_ptr_null(host_silent(&t, 999 + HOST_BOOT_MS));
	host_asked(&t, &second);
	host_asked(&t, &second);
	/* The first begins again, and the third loses its lease. */
	ck_assert_int_eq(boot(1, 10000, 0), 0);
	ck_assert_int_eq(tell(3, NULL, 0, "", 0), 0);
	ck_assert_uint_eq(host_silent_at(&t), 4000 + HOST_BOOT_MS);
	ck_assert_ptr_nonnull(h = host_silent(&t, 4000 + HOST_BOOT_MS));
	ck_assert_ptr_eq(h, find(4));
	ck_assert_ptr_null(host_silent(&t, 9999 + HOST_BOOT_MS));
	ck_assert_ptr_eq(host_silent(&t, 10000 + HOST_BOOT_MS), find(1));
	ck_assert_uint_eq(host_silent_at(&t), 0);
	ck_assert_int_eq(boot(1, 0, 0), 0);
	host_table_clear(&t);
	ck_assert_uint_eq(host_silent_at(&t), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_host");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, told);
	tcase_add_test(tc, family);
	tcase_add_test(tc, another);
	tcase_add_test(tc, nobody);
	tcase_add_test(tc, bad);
	tcase_add_test(tc, full);
	tcase_add_test(tc, all_of_them);
	tcase_add_test(tc, booting);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
