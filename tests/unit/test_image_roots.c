/* SPDX-License-Identifier: ISC */
/* The tftp-roots of a configuration: kept, searchable, and how many. */
#include <errno.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "imaged/roots.h"
#include "sandbox/sandbox.h"
#include "tests/unit/image_case.h"

Suite *suite_image_roots(void);

static struct roots was, is;
static int open_fd[LOOKUP_ROOTS_MAX]; /* of the roots: all are there */
static char why[ROLE_WHY_MAX];

static void
add(struct roots *r, const char *path, const char *name)
{
	struct record_tftp_root rec = { 0 };

	(void)snprintf(rec.path, sizeof(rec.path), "%s", path);
	(void)snprintf(rec.name, sizeof(rec.name), "%s", name);
	ck_assert_int_eq(roots_add(r, &rec), 0);
}

/* In place of the one that opens what the sandbox has mounted. */
int
sandbox_root_open(uint8_t number)
{
	static const char *const mounted[] = { "/", "/etc", "/proc" };

	if (number >= sizeof(mounted) / sizeof(mounted[0])) {
		errno = ENOENT;
		return -1;
	}
	return open(mounted[number], O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static char lines[1024];

static void
hear(int priority, const char *line, void *arg)
{
	(void)priority;
	(void)arg;
	(void)snprintf(
	    lines + strlen(lines), sizeof(lines) - strlen(lines), "%s\n", line);
}

static void
set_up(void)
{
	lines[0] = '\0';
	log_set_sink(hear, NULL);
	image_set_up();
	memset(&was, 0, sizeof(was));
	(void)strcpy(was.path[0], "/srv/tftp");
	add(&was, "/srv/lab", "eth1");
	is = was;
	why[0] = '\0';
}

START_TEST(test_add)
{
	struct record_tftp_root rec = { .path = "/x", .name = "eth9" };
	int i;

	ck_assert_uint_eq(is.count, 1);
	ck_assert_str_eq(is.path[1], "/srv/lab");
	ck_assert_str_eq(is.name[1], "eth1");
	ck_assert_str_eq(is.path[2], "");
	for (i = 2; i <= RECORD_TFTP_ROOTS_MAX; i++)
		ck_assert_int_eq(roots_add(&is, &rec), 0);
	ck_assert_int_eq(roots_add(&is, &rec), -1);
	ck_assert_uint_eq(is.count, RECORD_TFTP_ROOTS_MAX);
}
END_TEST

START_TEST(test_kept)
{
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), 0);
	(void)strcpy(is.path[1], "/srv/l\nb");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "/srv/lab to /srv/l\\x0ab for eth1 at a reload"));
	is = was;
	add(&is, "/srv/new", "eth2");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "none to /srv/new for eth2 at a reload"));
	ck_assert_int_eq(roots_kept(open_fd, &is, &was, why), -1);
	ck_assert_ptr_nonnull(
	    strstr(why, "/srv/new to none for eth2 at a reload"));
	is = was;
	(void)strcpy(is.path[0], "/srv/all");
	ck_assert_int_eq(roots_kept(open_fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "/srv/tftp to /srv/all at a reload"));
}
END_TEST

/* A root that is not there may get another path, as long as it is not there. */
START_TEST(test_kept_absent)
{
	int fd[LOOKUP_ROOTS_MAX] = { 0 };

	fd[1] = -1;
	(void)strcpy(is.path[1], "/srv/other");
	ck_assert_int_eq(roots_kept(fd, &was, &is, why), 0);
	(void)strcpy(is.path[0], "/srv/all");
	ck_assert_int_eq(roots_kept(fd, &was, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "/srv/tftp to /srv/all at a reload"));
}
END_TEST

START_TEST(test_check)
{
	int fd[LOOKUP_ROOTS_MAX], i;

	for (i = 0; i < LOOKUP_ROOTS_MAX; i++)
		fd[i] = -1;
	/* One that there is not is no fault: names in it are not found. */
	ck_assert_int_eq(roots_verify(fd, &is, why), 0);
	fd[0] = image_root;
	ck_assert_int_eq(roots_verify(fd, &is, why), 0);
	if (geteuid() != 0)
		return;
	image_folder("closed");
	ck_assert_int_eq(fchmodat(image_root, "closed", 0700, 0), 0);
	fd[1] = openat(image_root, "closed", O_PATH | O_DIRECTORY);
	ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(roots_verify(fd, &is, why), -1);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_ptr_nonnull(
	    strstr(why, "tftp-root /srv/lab (mode 0700, owner 0:0) may not"));
	ck_assert_ptr_nonnull(strstr(why, "chmod a+x it"));
	(void)close(fd[1]);
	ck_assert_int_eq(roots_verify(fd, &is, why), -1);
	ck_assert_ptr_nonnull(strstr(why, "tftp-root /srv/lab cannot"));
}
END_TEST

/* A folder on which nothing was mounted is no root. */
START_TEST(test_open)
{
	int fd[LOOKUP_ROOTS_MAX], i, next = image_next_fd();

	roots_open(fd);
	ck_assert_int_ne(fd[0], -1);
	ck_assert_int_eq(fd[1], -1);
	ck_assert_int_ne(fd[2], -1);
	for (i = 3; i < LOOKUP_ROOTS_MAX; i++)
		ck_assert_int_eq(fd[i], -1);
	(void)close(fd[0]);
	(void)close(fd[2]);
	ck_assert_int_eq(image_next_fd(), next);
}
END_TEST

/* Each root that is there is logged. */
START_TEST(test_log)
{
	int fd[LOOKUP_ROOTS_MAX] = { image_root, -1, image_root };
	char wanted[1024];

	add(&is, "/srv/\n", "eth2");
	ck_assert_int_eq(fchmodat(image_root, ".", 0750, 0), 0);
	roots_log(fd, &is);
	(void)snprintf(wanted, sizeof(wanted),
	    "boot files come from /srv/tftp (mode 0750, owner %u:%u)\nboot files for eth2 come from /srv/\\x0a (mode 0750, owner %u:%u)\n",
	    geteuid(), getegid(), geteuid(), getegid());
	ck_assert_str_eq(lines, wanted);
}
END_TEST

Suite *
suite_image_roots(void)
{
	Suite *s = suite_create("image_roots");
	TCase *tc = tcase_create("roots");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_test(tc, test_add);
	tcase_add_test(tc, test_kept);
	tcase_add_test(tc, test_kept_absent);
	tcase_add_test(tc, test_check);
	tcase_add_test(tc, test_open);
	tcase_add_test(tc, test_log);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make the folders, and have no right to some. */
UNIT_MAIN_ALSO(suite_image_roots, SCMP_SYS(geteuid), SCMP_SYS(getegid),
    SCMP_SYS(dup), SCMP_SYS(mkdirat), SCMP_SYS(fchmodat), SCMP_SYS(openat),
    SCMP_SYS(setresuid))
