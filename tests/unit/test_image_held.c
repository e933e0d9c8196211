/* SPDX-License-Identifier: ISC */
/* Covers that are held: until when, for which path, and how many. */
#include "imaged/held_covers.h"
#include "tests/unit/unit.h"

#define ALL (HELD_COVERS_SETS * HELD_COVERS_WAYS)

static struct held_covers h;

static void
set_up(void)
{
	held_covers_init(&h, 7);
}

static struct cover
cover(enum cover_kind kind, ino_t sig)
{
	struct cover c = { .kind = kind, .folderlen = 2 };

	c.sig.st.st_ino = sig;
	c.manifest.st.st_ino = sig + 1;
	return c;
}

static void
put(uint8_t root, const char *path, ino_t sig, uint64_t now_ms)
{
	struct cover c = cover(COVER_MANIFEST, sig);

	held_covers_put(&h, root, path, &c, now_ms);
}

static bool
holds(uint8_t root, const char *path, ino_t sig, uint64_t now_ms)
{
	const struct held_cover *c = held_covers_find(&h, root, path, now_ms);

	if (c == NULL)
		return false;
	ck_assert_uint_eq(c->root, root);
	ck_assert_str_eq(c->path, path);
	return c->sig.ino == sig;
}

START_TEST(what_is_held)
{
	struct cover c = cover(COVER_DETACHED, 1);
	const struct held_cover *found;

	held_covers_put(&h, 0, "a", &c, 1000);
	found = held_covers_find(&h, 0, "a", 1000);
	ck_assert_ptr_nonnull(found);
	ck_assert_int_eq(found->kind, COVER_DETACHED);
	ck_assert_uint_eq(found->folderlen, 0);
	put(0, "d/a", 5, 1000);
	found = held_covers_find(&h, 0, "d/a", 1000);
	ck_assert_ptr_nonnull(found);
	ck_assert_int_eq(found->kind, COVER_MANIFEST);
	ck_assert_uint_eq(found->sig.ino, 5);
	ck_assert_uint_eq(found->manifest.ino, 6);
	ck_assert_uint_eq(found->folderlen, 2);
	/* Others are not. */
	ck_assert_ptr_null(held_covers_find(&h, 1, "a", 1000));
	ck_assert_ptr_null(held_covers_find(&h, 0, "b", 1000));
	ck_assert_ptr_null(held_covers_find(&h, 0, "d/", 1000));
	ck_assert_ptr_null(held_covers_find(&h, 0, "", 1000));
}
END_TEST

/* Its time ends at the limit, and no use of it makes that later. */
START_TEST(for_how_long)
{
	put(0, "d/a", 5, 1000);
	ck_assert(holds(0, "d/a", 5, 1000));
	ck_assert(holds(0, "d/a", 5, 1000 + HELD_COVERS_MS / 2));
	ck_assert(holds(0, "d/a", 5, 1000 + HELD_COVERS_MS - 1));
	ck_assert(!holds(0, "d/a", 5, 1000 + HELD_COVERS_MS));
	ck_assert(!holds(0, "d/a", 5, 1000 + 1000 * HELD_COVERS_MS));
	/* A new one takes its place. */
	put(0, "d/a", 6, 1050);
	ck_assert(holds(0, "d/a", 6, 1050 + HELD_COVERS_MS - 1));
	put(1, "d/a", 7, 1050);
	ck_assert(holds(0, "d/a", 6, 1050));
	ck_assert(holds(1, "d/a", 7, 1050));
}
END_TEST

START_TEST(cleared)
{
	put(0, "d/a", 5, 1000);
	put(1, "d/b", 5, 1000);
	held_covers_clear(&h);
	ck_assert(!holds(0, "d/a", 5, 1000));
	ck_assert(!holds(1, "d/b", 5, 1000));
	put(0, "d/a", 5, 1000);
	ck_assert(holds(0, "d/a", 5, 1000));
}
END_TEST

/* More than there are places: the newest is held, and older ones go first. */
START_TEST(full)
{
	unsigned int i, n = 0;
	char path[16];

	for (i = 0; i < 4 * ALL; i++) {
		(void)snprintf(path, sizeof(path), "d/%u", i);
		put(0, path, i + 1, 1000 + i / ALL);
		ck_assert(holds(0, path, i + 1, 1000 + i / ALL));
	}
	for (i = 0; i < 4 * ALL; i++) {
		(void)snprintf(path, sizeof(path), "d/%u", i);
		n += holds(0, path, i + 1, 1003);
		/* There is none that is older than those it was put after. */
		ck_assert(i >= ALL || !holds(0, path, i + 1, 1003));
	}
	ck_assert_uint_eq(n, ALL);
}
END_TEST

/* The longest path. */
START_TEST(long_path)
{
	char path[COVER_PATH_MAX];

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	put(0, path, 5, 1000);
	ck_assert(holds(0, path, 5, 1000));
	path[sizeof(path) - 2] = 'b';
	ck_assert(!holds(0, path, 5, 1000));
}
END_TEST

Suite *suite_image_held(void);

Suite *
suite_image_held(void)
{
	Suite *s = suite_create("image_held");
	TCase *tc = tcase_create("image_held");

	tcase_add_checked_fixture(tc, set_up, NULL);
	tcase_add_test(tc, what_is_held);
	tcase_add_test(tc, for_how_long);
	tcase_add_test(tc, cleared);
	tcase_add_test(tc, full);
	tcase_add_test(tc, long_path);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_image_held)
