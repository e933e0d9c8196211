/* SPDX-License-Identifier: ISC */
/* Which manifests are kept, which go first, and from what they are read. */
#include <sys/mman.h>

#include <sodium.h>

#include "imaged/manifests.h"
#include "tests/unit/image_case.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static struct verifier v;
static struct cover c;
static uint32_t called;
static size_t ncalled;

static int
take_job(uint32_t id, const struct hash_job *job, int fd)
{
	(void)id;
	(void)job;
	(void)fd;
	return -1;
}

static void
take_call(uint32_t ticket, bool given_up)
{
	ck_assert(!given_up);
	called = ticket;
	ncalled++;
}

static const struct verifier_ops ops = { take_job, take_call };
static const struct serials_ops serial_ops;

static void
set_up(void)
{
	ck_assert_int_ne(sodium_init(), -1);
	verifier_init(&v, &ops, &serial_ops);
	ncalled = 0;
}

static void
tear_down(void)
{
	verifier_clear(&v);
	ck_assert_uint_eq(v.nmanifests, 0);
	ck_assert_uint_eq(v.manifest_bytes, 0);
}

/* The copy that hashd makes of a manifest of this size, with these seals. */
static int
copy_make(size_t size, int seals)
{
	int fd = memfd_create("manifest", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

/* The manifest number n: its file, its signature and its path. */
static void
cover_set(unsigned int n, size_t size)
{
	memset(&c, 0, sizeof(c));
	c.manifest.st.st_ino = 1000 + n;
	c.manifest.st.st_size = (off_t)size;
	c.sig.st.st_ino = 5000 + n;
	(void)snprintf(
	    c.manifest_path, sizeof(c.manifest_path), "%u/" MANIFEST_FILE, n);
}

static struct manifest_entry *
add(uint8_t root, unsigned int n, size_t size)
{
	struct verdict d = { .copy = copy_make(size, SEALS) };
	struct manifest_entry *e;

	cover_set(n, size);
	e = manifests_add(&v, root, &c, &d);
	(void)close(d.copy);
	return e;
}

static bool
has(uint8_t root, unsigned int n, size_t size)
{
	cover_set(n, size);
	return manifests_find(&v, root, &c) != NULL;
}

/* Only what nobody can change any more is read. */
START_TEST(sealed)
{
	static const int less[] = { F_SEAL_GROW | F_SEAL_WRITE,
		F_SEAL_SHRINK | F_SEAL_WRITE, F_SEAL_SHRINK | F_SEAL_GROW };
	struct verdict d = { .copy = -1 };
	size_t i;

	cover_set(1, 10);
	ck_assert_ptr_null(manifests_add(&v, 0, &c, &d));
	for (i = 0; i < 3; i++) {
		d.copy = copy_make(10, less[i]);
		ck_assert_ptr_null(manifests_add(&v, 0, &c, &d));
		(void)close(d.copy);
	}
	/* A copy of another state of the file. */
	d.copy = copy_make(11, SEALS);
	ck_assert_ptr_null(manifests_add(&v, 0, &c, &d));
	(void)close(d.copy);
	ck_assert_uint_eq(v.nmanifests, 0);
	ck_assert_ptr_nonnull(add(0, 1, 10));
	ck_assert_ptr_nonnull(add(0, 2, 0));
}
END_TEST

/* Each root has its own; another state of a file is another manifest. */
START_TEST(found)
{
	ck_assert_ptr_nonnull(add(1, 1, 10));
	ck_assert(!has(0, 1, 10));
	ck_assert(!has(2, 1, 10));
	ck_assert(!has(1, 2, 10));
	ck_assert(has(1, 1, 10));
	ck_assert(!has(1, 1, 11));
	ck_assert(!has(1, 1, 10));
	ck_assert_ptr_nonnull(add(1, 1, 10));
	cover_set(1, 10);
	c.sig.st.st_ino++;
	ck_assert_ptr_null(manifests_find(&v, 1, &c));
	ck_assert_uint_eq(v.nmanifests, 0);
}
END_TEST

/* The one that was not used for the longest time goes. */
START_TEST(many)
{
	unsigned int n;

	for (n = 0; n < VERIFIER_MANIFESTS_MAX; n++)
		ck_assert_ptr_nonnull(add(0, n, 10));
	ck_assert_uint_eq(v.nmanifests, VERIFIER_MANIFESTS_MAX);
	ck_assert_uint_eq(v.manifest_bytes, 10 * VERIFIER_MANIFESTS_MAX);
	ck_assert(has(0, 0, 10));
	ck_assert_ptr_nonnull(add(0, n, 10));
	ck_assert_uint_eq(v.nmanifests, VERIFIER_MANIFESTS_MAX);
	ck_assert(has(0, 0, 10));
	ck_assert(!has(0, 1, 10));
	ck_assert(has(0, 2, 10));
	ck_assert(has(0, n, 10));
}
END_TEST

/* So it is if they take too much memory together. */
START_TEST(large)
{
	const size_t size = VERIFIER_MANIFEST_BYTES / 4;
	unsigned int n;

	for (n = 0; n < 4; n++)
		ck_assert_ptr_nonnull(add(0, n, size));
	ck_assert_uint_eq(v.nmanifests, 4);
	ck_assert_uint_eq(v.manifest_bytes, VERIFIER_MANIFEST_BYTES);
	ck_assert_ptr_nonnull(add(0, n, 1));
	ck_assert_uint_eq(v.nmanifests, 4);
	ck_assert(!has(0, 0, size));
	ck_assert(has(0, 1, size));
}
END_TEST

/* Whoever waits for one that goes is called, and once when it is read. */
START_TEST(called_at_the_end)
{
	struct manifest_entry *e = add(0, 1, 10);
	uint32_t ticket;

	ck_assert_ptr_nonnull(e);
	ck_assert_int_eq(manifests_content(e)->state, MANIFEST_MORE);
	ticket = manifests_ticket(e);
	ck_assert(manifests_unread(&v));
	ck_assert_uint_eq(ncalled, 0);
	manifests_clear(&v);
	ck_assert_uint_eq(ncalled, 1);
	ck_assert_uint_eq(called, ticket);
	e = add(0, 2, 10);
	ck_assert_uint_ne(manifests_ticket(e), ticket);
	while (manifests_turn(&v))
		continue;
	ck_assert_uint_eq(ncalled, 2);
	ck_assert_uint_eq(called, manifests_ticket(e));
	/* Its NULs are no lines of a manifest. */
	ck_assert_int_eq(manifests_content(e)->state, MANIFEST_FAILED);
	manifests_clear(&v);
	ck_assert_uint_eq(ncalled, 2);
	ck_assert(!manifests_turn(&v));
}
END_TEST

/* No ticket is one of a pass or of a serial, also when they begin again. */
START_TEST(tickets)
{
	uint32_t first, next;

	v.tickets = UINT32_MAX - 1;
	first = manifests_ticket(add(0, 1, 10));
	next = manifests_ticket(add(0, 2, 10));
	ck_assert_uint_ne(first, next);
	ck_assert_uint_eq(first & SERIALS_TICKETS, VERIFIER_TICKETS);
	ck_assert_uint_eq(next & SERIALS_TICKETS, VERIFIER_TICKETS);
}
END_TEST

static struct manifest_entry *
held(uint8_t root, const char *path, size_t folderlen)
{
	struct held_cover h = { .root = root, .folderlen = folderlen };

	(void)snprintf(h.path, sizeof(h.path), "%s", path);
	memcache_key_init(&h.manifest, &c.manifest.st);
	memcache_key_init(&h.sig, &c.sig.st);
	return manifests_held(&v, &h);
}

/* The one that has decided about a file, once it is read. */
START_TEST(of_a_held_cover)
{
	struct manifest_entry *e = add(1, 7, 0);

	ck_assert_ptr_nonnull(e);
	if (manifests_content(e)->state == MANIFEST_MORE)
		ck_assert_ptr_null(held(1, "7/x", 2));
	while (manifests_turn(&v))
		continue;
	ck_assert_int_eq(manifests_content(e)->state, MANIFEST_DONE);
	ck_assert_ptr_eq(held(1, "7/x", 2), e);
	ck_assert_ptr_null(held(0, "7/x", 2));
	ck_assert_ptr_null(held(1, "8/x", 2));
	ck_assert_ptr_null(held(1, "7/x", 0));
	ck_assert_ptr_null(held(1, "7/x/y", 4));
	c.sig.st.st_ino++;
	ck_assert_ptr_null(held(1, "7/x", 2));
	c.sig.st.st_ino--;
	c.manifest.st.st_ino++;
	ck_assert_ptr_null(held(1, "7/x", 2));
}
END_TEST

Suite *suite_image_manifests(void);

Suite *
suite_image_manifests(void)
{
	Suite *s = suite_create("image_manifests");
	TCase *tc = tcase_create("image_manifests");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, sealed);
	tcase_add_test(tc, found);
	tcase_add_test(tc, many);
	tcase_add_test(tc, large);
	tcase_add_test(tc, called_at_the_end);
	tcase_add_test(tc, tickets);
	tcase_add_test(tc, of_a_held_cover);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the copies of hashd. */
UNIT_MAIN_ALSO(suite_image_manifests, SCMP_SYS(memfd_create),
    SCMP_SYS(ftruncate), SCMP_SYS(fcntl))
