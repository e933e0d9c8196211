/* SPDX-License-Identifier: ISC */
/*
 * The keys of verify-key: only files that root alone can change, and folders of
 * them.
 */
#include "priv/verify_keys.h"
#include "tests/unit/parent_conf.h"
#include "tests/unit/root_files_case.h"

static struct conf *conf;

/* It holds its name. */
static void
make_key(const char *name, mode_t mode, uid_t uid)
{
	make_file(name, name, strlen(name), mode, uid);
}

/* So many keys in a folder. */
static void
make_keys(const char *in, int n)
{
	char name[32];

	while (n-- > 0) {
		(void)snprintf(name, sizeof(name), "%s/%03d.pub", in, n);
		make_key(name, 0644, 0);
	}
}

static void
make_folder(const char *name, mode_t mode)
{
	ck_assert_int_eq(mkdir(path_of(name), 0700), 0);
	ck_assert_int_eq(chmod(path_of(name), mode), 0);
}

/* Before the filter: what the tests look at. */
static void
set_up(void)
{
	folder_begin();
	make_key("good", 0644, 0);
	make_key("another's", 0644, 1);
	make_key("group", 0664, 0);
	make_key("others", 0646, 0);
	make_folder("keys", 0755);
	make_key("keys/b.pub", 0644, 0);
	make_key("keys/a.pub", 0400, 0);
	make_key("keys/.hidden.pub", 0644, 0);
	make_key("keys/.pub", 0644, 0);
	make_key("keys/a.pub.old", 0644, 0);
	make_key("keys/pub", 0644, 0);
	make_folder("open", 0757);
	make_key("open/a.pub", 0644, 0);
	make_folder("empty", 0755);
	make_folder("mixed", 0755);
	make_folder("mixed/a.pub", 0755);
	make_key("mixed/b.pub", 0666, 0);
	make_key("mixed/c.pub", 0644, 1);
	make_folder("many", 0755);
	make_keys("many", VERIFY_KEYS_MAX);
	make_folder("more", 0755);
	make_keys("more", VERIFY_KEYS_MAX + 1);
}

static void
begin(enum record_verify_mode mode)
{
	struct record rec = { .kind = RECORD_VERIFY };

	lines[0] = '\0';
	conf = conf_new(1);
	ck_assert_ptr_nonnull(conf);
	rec.u.verify.mode = (uint8_t)mode;
	rec.u.verify.cache = RECORD_VERIFY_CACHE_MIN;
	parent_conf_add(conf, &rec);
}

static void
add_key(const char *path)
{
	struct record rec = { .kind = RECORD_VERIFY_KEY };

	(void)snprintf(
	    rec.u.verify_key.path, sizeof(rec.u.verify_key.path), "%s", path);
	parent_conf_add(conf, &rec);
}

static void
opens(size_t nkeys)
{
	ck_assert_int_eq(verify_keys_open(conf, LIMIT_MS), 0);
	ck_assert_str_eq(lines, "");
	ck_assert_uint_eq(conf->nkeys, nkeys);
}

/* One line alone, which is refused for this reason. */
static void
refused(const char *path, const char *reason)
{
	begin(RECORD_VERIFY_REQUIRE);
	add_key(path);
	ck_assert_int_eq(verify_keys_open(conf, LIMIT_MS), -1);
	ck_assert_msg(strstr(lines, reason) != NULL, "%s", lines);
	conf_free(conf);
}

/* The key at this place is this file, open for reading. */
static void
key_is(size_t n, const char *name)
{
	ck_assert_str_eq(conf->keys[n].path, path_of(name));
	check_text(conf->keys[n].fd, name);
}

/* The files of the system are root's. */
START_TEST(anyone)
{
	begin(RECORD_VERIFY_OFF);
	add_key("/nonexistent");
	opens(0);
	conf_free(conf);
	begin(RECORD_VERIFY_WARN);
	opens(0);
	add_key("/etc/passwd");
	opens(1);
	ck_assert_str_eq(conf->keys[0].path, "/etc/passwd");
	conf_free(conf);
	refused("/nonexistent", "write the path of a public key");
	refused("/dev/null", "verify-key /dev/null: ");
	/* /etc may have keys of other programs. */
	refused("/usr", "no key in this folder; their names end in .pub");
}
END_TEST

START_TEST(files)
{
	if (without_root())
		return;
	begin(RECORD_VERIFY_REQUIRE);
	add_key(path_of("good"));
	add_key(path_of("keys"));
	opens(3);
	key_is(0, "good");
	/* In the order of their names, and nothing else. */
	key_is(1, "keys/a.pub");
	key_is(2, "keys/b.pub");
	conf_free(conf);
}
END_TEST

START_TEST(not_owned)
{
	if (without_root())
		return;
	refused(path_of("another's"), "belongs to user 1");
	refused(path_of("group"), "mode 0664 lets others than root write");
	refused(path_of("others"), "mode 0646 lets others than root write");
	/* Somebody could add a key to it. */
	refused(path_of("open"), "mode 0757 lets others than root write");
	refused(path_of("empty"), "no key in this folder");
}
END_TEST

/* Everything that is wrong is told, and nothing of it is used. */
START_TEST(all_told)
{
	if (without_root())
		return;
	begin(RECORD_VERIFY_REQUIRE);
	add_key(path_of("mixed"));
	add_key(path_of("good"));
	ck_assert_int_eq(verify_keys_open(conf, LIMIT_MS), -1);
	ck_assert_ptr_nonnull(strstr(lines, "mixed/a.pub: "));
	ck_assert_ptr_nonnull(strstr(lines, "mixed/b.pub: mode 0666"));
	ck_assert_ptr_nonnull(strstr(lines, "mixed/c.pub: belongs to user 1"));
	ck_assert_uint_eq(conf->nkeys, 1);
	conf_free(conf);
}
END_TEST

START_TEST(limits)
{
	if (without_root())
		return;
	begin(RECORD_VERIFY_REQUIRE);
	add_key(path_of("many"));
	opens(VERIFY_KEYS_MAX);
	key_is(0, "many/000.pub");
	key_is(VERIFY_KEYS_MAX - 1, "many/255.pub");
	conf_free(conf);
	refused(path_of("more"), "too many keys in this folder");
	begin(RECORD_VERIFY_REQUIRE);
	add_key(path_of("many"));
	add_key(path_of("good"));
	ck_assert_int_eq(verify_keys_open(conf, LIMIT_MS), -1);
	ck_assert_ptr_nonnull(strstr(lines, "good: more than 256 keys"));
	ck_assert_uint_eq(conf->nkeys, VERIFY_KEYS_MAX);
	conf_free(conf);
}
END_TEST

/* confd sends no more than so many; a hostile one keeps the parent busy. */
START_TEST(lines_have_a_limit)
{
	size_t i;

	begin(RECORD_VERIFY_WARN);
	for (i = 0; i < RECORD_VERIFY_KEYS_MAX; i++)
		add_key("/etc/passwd");
	opens(RECORD_VERIFY_KEYS_MAX);
	conf_free(conf);
	begin(RECORD_VERIFY_WARN);
	for (i = 0; i < 2 * RECORD_VERIFY_KEYS_MAX; i++)
		add_key(i < RECORD_VERIFY_KEYS_MAX ? "/etc/passwd" : "/none");
	ck_assert_int_eq(verify_keys_open(conf, LIMIT_MS), -1);
	ck_assert_str_eq(lines, "verify-key /none: more than 64 lines of it\n");
	conf_free(conf);
}
END_TEST

/* The path of a file in a folder can be too long, where the folder's is not. */
START_TEST(long_path)
{
	char path[RECORD_PATH_MAX];
	size_t n;

	if (without_root())
		return;
	(void)snprintf(path, sizeof(path), "%s", path_of("keys"));
	for (n = strlen(path); n < sizeof(path) - 3; n++)
		path[n] = '/';
	path[n] = '\0';
	refused(path, "the path is too long");
}
END_TEST

/* Each configuration has descriptors of its own. */
START_TEST(shared)
{
	struct conf *first, *second;

	begin(RECORD_VERIFY_WARN);
	add_key("/etc/passwd");
	add_key("/etc/hosts");
	opens(2);
	first = conf;
	second = conf_new(2);
	ck_assert_int_eq(verify_keys_share(second, first), 0);
	ck_assert_uint_eq(second->nkeys, 2);
	ck_assert_str_eq(second->keys[1].path, "/etc/hosts");
	ck_assert_int_ne(second->keys[1].fd, first->keys[1].fd);
	conf_free(first);
	ck_assert_int_eq(fcntl(second->keys[1].fd, F_GETFD), FD_CLOEXEC);
	verify_keys_free(second);
	ck_assert_uint_eq(second->nkeys, 0);
	ck_assert_ptr_null(second->keys);
	verify_keys_free(second);
	/* From one without keys; and into one whose keys were freed. */
	first = conf_new(3);
	ck_assert_int_eq(verify_keys_share(second, first), 0);
	ck_assert_uint_eq(second->nkeys, 0);
	conf_free(first);
	begin(RECORD_VERIFY_WARN);
	add_key("/etc/passwd");
	opens(1);
	ck_assert_int_eq(verify_keys_share(second, conf), 0);
	ck_assert_str_eq(second->keys[0].path, "/etc/passwd");
	conf_free(conf);
	conf_free(second);
}
END_TEST

Suite *suite_verify_keys(void);

Suite *
suite_verify_keys(void)
{
	Suite *s = suite_create("verify_keys");
	TCase *tc = tcase_create("verify_keys");

	tcase_add_unchecked_fixture(tc, set_up, folder_end);
	tcase_add_test(tc, anyone);
	tcase_add_test(tc, files);
	tcase_add_test(tc, not_owned);
	tcase_add_test(tc, all_told);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, lines_have_a_limit);
	tcase_add_test(tc, long_path);
	tcase_add_test(tc, shared);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_verify_keys)
