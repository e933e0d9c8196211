/* SPDX-License-Identifier: ISC */
/* The table of sources, and the folder that each fetched from. */
#include "tftpd/source.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/resource.h>

static struct source_table t;

static void
setup(void)
{
	source_table_init(&t, 42);
}

static void
teardown(void)
{
	source_table_free(&t);
}

static struct endpoint
client(uint32_t n)
{
	struct endpoint e = { .addr.family = 4, .port = 2070 };

	e.addr.bytes[0] = 10;
	e.addr.bytes[1] = (uint8_t)(n >> 16);
	e.addr.bytes[2] = (uint8_t)(n >> 8);
	e.addr.bytes[3] = (uint8_t)n;
	return e;
}

static struct source *
get(uint32_t n)
{
	struct endpoint e = client(n);

	return source_get(&t, &e);
}

START_TEST(without_room)
{
	source_table_free(&t);
	ck_assert_ptr_null(get(1));
	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	ck_assert_ptr_nonnull(get(1));
}
END_TEST

START_TEST(same)
{
	struct endpoint e = client(1);
	struct source *s;

	ck_assert_int_eq(source_table_resize(&t, 4), 0);
	s = source_get(&t, &e);
	e.port = 99;
	ck_assert_ptr_eq(source_get(&t, &e), s);
	ck_assert_uint_eq(s->addr.port, 0);
	ck_assert_ptr_ne(get(2), s);
	e.addr.family = 6;
	ck_assert_ptr_ne(source_get(&t, &e), s);
}
END_TEST

/* The same link-local address on two interfaces is two hosts. */
START_TEST(scopes)
{
	struct endpoint e = { .addr = { 6, { 0xfe, 0x80 } }, .scope = 1 };
	struct source *s;

	ck_assert_int_eq(source_table_resize(&t, 200), 0);
	s = source_get(&t, &e);
	/* So many that some share a bucket with it. */
	for (e.scope = 2; e.scope < 400; e.scope++)
		ck_assert_ptr_ne(source_get(&t, &e), s);
	e.scope = 1;
	ck_assert_ptr_eq(source_get(&t, &e), s);
	e.addr.bytes[15] = 1;
	ck_assert_ptr_ne(source_get(&t, &e), s);
}
END_TEST

START_TEST(oldest_goes)
{
	struct source *s;
	uint32_t i, n;

	ck_assert_int_eq(source_table_resize(&t, 4), 0);
	n = t.nsources;
	ck_assert_uint_ge(n, 2 * 4);
	for (i = 0; i < n; i++)
		get(i)->half_open = i + 1;
	/* In use, and after that the newest. */
	source_hold(get(0));
	source_hold(get(0));
	source_drop(get(0));
	ck_assert_ptr_nonnull(s = get(n));
	ck_assert_uint_eq(s->half_open, 0);
	ck_assert_uint_eq(get(0)->half_open, 1);
	source_drop(get(0));
	for (i = 2; i < n; i++)
		ck_assert_uint_eq(get(i)->half_open, i + 1);
	/* 1 went; now 2 has been idle for longest. */
	ck_assert_uint_eq(get(1)->half_open, 0);
	ck_assert_uint_eq(get(2)->half_open, 0);
	ck_assert_uint_eq(get(0)->half_open, 1);
}
END_TEST

/* What is left unanswered counts, however many other addresses are forged. */
START_TEST(remembers_thousands)
{
	uint32_t i;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	source_gave_up(get(0), 1000);
	for (i = 1; i < 4096; i++)
		(void)get(i);
	ck_assert_uint_eq(source_unanswered(get(0), 2000), 1);
}
END_TEST

START_TEST(all_busy)
{
	uint32_t i, n;

	ck_assert_int_eq(source_table_resize(&t, 4), 0);
	n = t.nsources;
	for (i = 0; i < n; i++)
		source_hold(get(i));
	ck_assert_ptr_null(get(n));
	ck_assert_ptr_nonnull(get(n - 1));
	source_drop(get(3));
	ck_assert_ptr_nonnull(get(n));
	ck_assert_uint_eq(get(4)->running, 1);
}
END_TEST

START_TEST(grows)
{
	struct source *held[100], *first;
	uint32_t i, n = 100000;

	ck_assert_int_eq(source_table_resize(&t, 50), 0);
	while ((first = LIST_FIRST(&t.bucket[0])) == NULL)
		(void)get(n++);
	source_hold(first);
	for (i = 0; i < 100; i++) {
		source_hold(held[i] = get(i));
		held[i]->half_open = i;
	}
	ck_assert_int_eq(source_table_resize(&t, 20000), 0);
	for (i = 0; i < 100; i++)
		ck_assert_ptr_eq(get(i), held[i]);
	ck_assert_ptr_eq(get(n - 1), first);
	/* A mask chooses the bucket. */
	ck_assert_uint_ge(t.nbuckets, t.nsources);
	ck_assert_uint_eq(t.nbuckets & (t.nbuckets - 1), 0);
	for (i = 100; i < 40000; i++) {
		struct source *s = get(i);

		ck_assert_ptr_nonnull(s);
		source_hold(s);
	}
	for (i = 0; i < 100; i++)
		ck_assert_uint_eq(get(i)->half_open, i);
	/* It never shrinks. */
	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	ck_assert_ptr_eq(get(7), held[7]);
	ck_assert_uint_eq(get(39999)->running, 1);
}
END_TEST

#ifndef PXEGUARD_SANITIZE /* its run-time needs all of the addresses */
START_TEST(memory_short)
{
	const struct rlimit rl = { 256UL << 20, RLIM_INFINITY };
	struct source *s;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	s = get(1);
	ck_assert_int_eq(setrlimit(RLIMIT_AS, &rl), 0);
	/* The entries are too many, and there is room for the buckets. */
	ck_assert_int_eq(source_table_resize(&t, 4000000), -1);
	ck_assert_ptr_eq(get(1), s);
	ck_assert_ptr_nonnull(get(2));
}
END_TEST
#endif

/* A new host does not inherit from the one that had its place. */
START_TEST(forgets)
{
	char dst[FILE_NAME_MAX];
	uint32_t i;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	for (i = 0; i < t.nsources; i++) {
		sibling_fetched(&get(i)->sibling, "a/shimx64.efi", 13, 1);
		rate_spend(&get(i)->rate, 1000);
	}
	ck_assert_uint_eq(get(t.nsources)->rate.spent, 0);
	ck_assert_uint_eq(
	    sibling_name(&get(t.nsources)->sibling, "grubx64.efi", 11, dst, 2),
	    0);
}
END_TEST

/* What a source asks for after it has fetched something. */
static const struct {
	const char *fetched;
	const char *name;
	const char *found; /* "": nothing */
} names[] = {
	{ "efi/shimx64.efi", "grubx64.efi", "efi/grubx64.efi" },
	{ "a/b/c/SHIMX64.EFI", "GRUBX64.Efi", "a/b/c/GRUBX64.Efi" },
	{ "efi/shimx64.efi", "revocations.efi", "efi/revocations.efi" },
	{ "efi/shimx64.efi", "grub.cfg", "" },
	{ "efi/shimx64.efi", "other/grubx64.efi", "" },
	{ "efi/shimx64.efi", ".efi", "" },
	{ "efi/shimx64.efi", "x.efi2", "" },
	{ "efi/pxelinux.0", "grubx64.efi", "" },
	{ "shimx64.efi", "grubx64.efi", "" },
	{ "efi/.efi", "grubx64.efi", "efi/grubx64.efi" },
};

START_TEST(sibling)
{
	const char *want = names[_i].found;
	char dst[FILE_NAME_MAX];
	struct source *s;
	size_t n;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	s = get(1);
	sibling_fetched(
	    &s->sibling, names[_i].fetched, strlen(names[_i].fetched), 1000);
	n = sibling_name(
	    &s->sibling, names[_i].name, strlen(names[_i].name), dst, 1000);
	ck_assert_uint_eq(n, strlen(want));
	ck_assert(memcmp(dst, want, n) == 0);
}
END_TEST

START_TEST(sibling_time)
{
	char dst[FILE_NAME_MAX];
	struct source *s;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	s = get(1);
	sibling_fetched(&s->sibling, "a/x.efi", 7, 1000);
	ck_assert_uint_eq(
	    sibling_name(&s->sibling, "y.efi", 5, dst, 1000 + SIBLING_MS), 7);
	ck_assert_uint_eq(
	    sibling_name(&s->sibling, "y.efi", 5, dst, 1001 + SIBLING_MS), 0);
	/* What is no program leaves it; one from the root ends it. */
	sibling_fetched(&s->sibling, "b/y.efi", 7, 2000);
	sibling_fetched(&s->sibling, "c/grub.cfg", 10, 2000);
	ck_assert_uint_eq(sibling_name(&s->sibling, "y.efi", 5, dst, 2000), 7);
	ck_assert_mem_eq(dst, "b/y.efi", 7);
	sibling_fetched(&s->sibling, "z.efi", 5, 2000);
	ck_assert_uint_eq(sibling_name(&s->sibling, "y.efi", 5, dst, 2000), 0);
}
END_TEST

START_TEST(sibling_long)
{
	char name[FILE_NAME_MAX], dst[FILE_NAME_MAX];
	size_t folder = SIBLING_FOLDER_MAX, most;
	struct source *s;

	ck_assert_int_eq(source_table_resize(&t, 1), 0);
	s = get(1);
	memset(name, 'd', sizeof(name));
	memcpy(name + folder, "/x.efi", 6);
	sibling_fetched(&s->sibling, name, folder + 6, 0);
	memset(name, 'n', sizeof(name));
	most = FILE_NAME_MAX - folder - 1;
	memcpy(name + most - 4, ".efi", 4);
	ck_assert_uint_eq(
	    sibling_name(&s->sibling, name, most, dst, 0), FILE_NAME_MAX);
	ck_assert_mem_eq(dst + FILE_NAME_MAX - 5, "n.efi", 5);
	ck_assert_int_eq(dst[folder], '/');
	memset(name, 'n', sizeof(name));
	memcpy(name + most - 3, ".efi", 4);
	ck_assert_uint_eq(sibling_name(&s->sibling, name, most + 1, dst, 0), 0);
	/* A folder that is too long is not cut. */
	memset(name, 'd', sizeof(name));
	memcpy(name + folder + 1, "/x.efi", 6);
	sibling_fetched(&s->sibling, name, folder + 7, 0);
	ck_assert_uint_eq(sibling_name(&s->sibling, "x.efi", 5, dst, 0), 0);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("tftp_source");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_room);
	tcase_add_test(tc, same);
	tcase_add_test(tc, scopes);
	tcase_add_test(tc, oldest_goes);
	tcase_add_test(tc, remembers_thousands);
	tcase_add_test(tc, all_busy);
	tcase_add_test(tc, grows);
#ifndef PXEGUARD_SANITIZE
	tcase_add_test(tc, memory_short);
#endif
	tcase_add_test(tc, forgets);
	tcase_add_loop_test(
	    tc, sibling, 0, (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_test(tc, sibling_time);
	tcase_add_test(tc, sibling_long);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN_ALSO(suite, SCMP_SYS(prlimit64))
