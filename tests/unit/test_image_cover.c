/* SPDX-License-Identifier: ISC */
/* Which signature or manifest decides about a file. */
#include "imaged/cover.h"
#include "tests/unit/image_case.h"

static const struct image_rule rule = { .uid = 65534, .gid = 65534 };
static struct cover c;

static void
normal(const char *path, const char *expected)
{
	char dst[COVER_PATH_MAX];

	ck_assert_uint_eq(cover_normalize(path, dst), strlen(expected));
	if (expected[0] != '\0')
		ck_assert_str_eq(dst, expected);
}

START_TEST(normalized)
{
	char path[LOOKUP_PATH_MAX + 4];
	size_t i;

	normal("a", "a");
	normal("a/b", "a/b");
	normal("/a//b/", "a/b");
	normal("./a/././b/.", "a/b");
	normal("", "");
	normal("/", "");
	normal("./", "");
	normal(".", "");
	/* Names that begin with a dot are names. */
	normal(".a/..b/...", ".a/..b/...");
	normal("a./b", "a./b");
	/* The longest path that is asked for. */
	for (i = 0; i < sizeof(path); i++)
		path[i] = i % 100 == 99 ? '/' : 'x';
	path[LOOKUP_PATH_MAX] = '\0';
	normal(path, path);
	path[LOOKUP_PATH_MAX] = 'x';
	path[LOOKUP_PATH_MAX + 1] = '\0';
	normal(path, "");
}
END_TEST

static void
find(const char *path, enum cover_kind kind)
{
	cover_find(image_root, path, &rule, &c);
	ck_assert_msg(c.kind == kind, "%s: %d", path, (int)c.kind);
}

/* A signature decides about this file, and there is no manifest. */
static void
detached(const char *path, const char *sig)
{
	find(path, COVER_DETACHED);
	ck_assert_str_eq(c.path, sig);
	image_check_content(c.sig.fd, sig);
	ck_assert_int_eq(c.manifest.fd, -1);
	cover_close(&c);
	ck_assert_int_eq(c.sig.fd, -1);
}

static void
manifest(const char *path, const char *sig, const char *sums, size_t folderlen)
{
	find(path, COVER_MANIFEST);
	ck_assert_str_eq(c.path, sig);
	ck_assert_str_eq(c.manifest_path, sums);
	ck_assert_uint_eq(c.folderlen, folderlen);
	image_check_content(c.sig.fd, sig);
	image_check_content(c.manifest.fd, sums);
	cover_close(&c);
	ck_assert_int_eq(c.sig.fd, -1);
	ck_assert_int_eq(c.manifest.fd, -1);
}

static void
broken(const char *path, const char *what, enum file_status status)
{
	find(path, COVER_BROKEN);
	ck_assert_str_eq(c.path, what);
	ck_assert_int_eq(c.status, status);
	cover_close(&c);
}

static void
none(const char *path)
{
	int before = image_next_fd();

	find(path, COVER_NONE);
	ck_assert_str_eq(c.path, "");
	ck_assert_int_eq(image_next_fd(), before);
}

static void
put(const char *name)
{
	image_write(name, name, 0644);
}

static void
set_up(void)
{
	image_set_up();
	image_folder("d");
	image_folder("d/e");
	put("a");
	put("d/b");
	put("d/e/f");
}

/* Beside the file, whatever there is above it. */
START_TEST(beside_the_file)
{
	put("d/SHA256SUMS");
	put("d/SHA256SUMS.sig");
	put("d/b.sig");
	detached("d/b", "d/b.sig");
	put("d/b.minisig");
	detached("d/b", "d/b.minisig");
	/* It decides, also if it cannot be read. */
	ck_assert_int_eq(unlinkat(image_root, "d/b.minisig", 0), 0);
	image_folder("d/b.minisig");
	broken("d/b", "d/b.minisig", FILE_KIND);
	image_link("/../../secret", "a.minisig");
	none("a");
	ck_assert_int_eq(unlinkat(image_root, "a.minisig", 0), 0);
	image_write("a.minisig", "x", 0600);
	if (getuid() != rule.uid)
		broken("a", "a.minisig", FILE_DENIED);
}
END_TEST

START_TEST(nearest_manifest)
{
	none("a");
	none("d/e/f");
	put("SHA256SUMS");
	none("d/e/f");
	put("SHA256SUMS.minisig");
	manifest("a", "SHA256SUMS.minisig", "SHA256SUMS", 0);
	manifest("d/e/f", "SHA256SUMS.minisig", "SHA256SUMS", 0);
	/* One that is not signed does not count. */
	put("d/SHA256SUMS");
	manifest("d/e/f", "SHA256SUMS.minisig", "SHA256SUMS", 0);
	put("d/SHA256SUMS.sig");
	manifest("d/b", "d/SHA256SUMS.sig", "d/SHA256SUMS", 2);
	manifest("d/e/f", "d/SHA256SUMS.sig", "d/SHA256SUMS", 2);
	/* Nor does a signature without one. */
	put("d/e/SHA256SUMS.sig");
	manifest("d/e/f", "d/SHA256SUMS.sig", "d/SHA256SUMS", 2);
	put("d/e/SHA256SUMS");
	manifest("d/e/f", "d/e/SHA256SUMS.sig", "d/e/SHA256SUMS", 4);
	manifest("a", "SHA256SUMS.minisig", "SHA256SUMS", 0);
	/* One that cannot be read is not passed over. */
	ck_assert_int_eq(unlinkat(image_root, "d/e/SHA256SUMS", 0), 0);
	image_folder("d/e/SHA256SUMS");
	broken("d/e/f", "d/e/SHA256SUMS", FILE_KIND);
	ck_assert_int_eq(unlinkat(image_root, "d/SHA256SUMS.sig", 0), 0);
	image_folder("d/SHA256SUMS.sig");
	broken("d/b", "d/SHA256SUMS.sig", FILE_KIND);
}
END_TEST

/* Manifests are files as well. */
START_TEST(of_a_manifest)
{
	put("SHA256SUMS");
	put("SHA256SUMS.minisig");
	put("d/SHA256SUMS");
	detached("SHA256SUMS", "SHA256SUMS.minisig");
	/* Without a signature of its own, the one above may list it. */
	manifest("d/SHA256SUMS", "SHA256SUMS.minisig", "SHA256SUMS", 0);
	manifest("SHA256SUMS.minisig", "SHA256SUMS.minisig", "SHA256SUMS", 0);
}
END_TEST

/* With the ending of a signature, a name may be too long to exist. */
START_TEST(long_name)
{
	char name[256];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	image_write(name, "x", 0644);
	none(name);
	put("SHA256SUMS");
	put("SHA256SUMS.sig");
	manifest(name, "SHA256SUMS.sig", "SHA256SUMS", 0);
}
END_TEST

Suite *suite_image_cover(void);

Suite *
suite_image_cover(void)
{
	Suite *s = suite_create("image_cover");
	TCase *tc = tcase_create("image_cover");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, normalized);
	tcase_add_test(tc, beside_the_file);
	tcase_add_test(tc, nearest_manifest);
	tcase_add_test(tc, of_a_manifest);
	tcase_add_test(tc, long_name);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make and remove files. */
UNIT_MAIN_ALSO(suite_image_cover, SCMP_SYS(openat), SCMP_SYS(openat2),
    SCMP_SYS(write), SCMP_SYS(fchmod), SCMP_SYS(pread64), SCMP_SYS(unlinkat),
    SCMP_SYS(mkdirat), SCMP_SYS(symlinkat), SCMP_SYS(dup), SCMP_SYS(getuid))
