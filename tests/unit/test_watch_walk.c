/* SPDX-License-Identifier: ISC */
/* Which changes of a real folder, and of the way to it, inotify reports. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv/watch_set.h"
#include "priv/watch_walk.h"
#include "tests/unit/unit.h"

static char top[] = "/tmp/pxeguard-watch-XXXXXX";
static struct watch_set set;
static int inotify;

/* The path of a name below the folder of the test. */
static const char *
at(const char *name)
{
	static char path[4][256];
	static int next;

	next = (next + 1) % 4;
	(void)snprintf(path[next], sizeof(path[next]), "%s/%s", top, name);
	return path[next];
}

static void
folder(const char *name)
{
	ck_assert_int_eq(mkdir(at(name), 0755), 0);
}

static void
file(const char *name)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, "text\n", 5), 5);
	ck_assert_int_eq(close(fd), 0);
}

static void
moved(const char *from, const char *to)
{
	ck_assert_int_eq(rename(at(from), at(to)), 0);
}

static void
linked(const char *target, const char *name)
{
	ck_assert_int_eq(symlink(target, at(name)), 0);
}

static void
gone(const char *name)
{
	ck_assert_int_eq(unlink(at(name)), 0);
}

/* Watches a folder from now on; the result of watch_way(). */
static int
watched(const char *name)
{
	static uint8_t buf[16384];
	struct reader r;
	struct writer w;
	int fd, error;

	if (inotify != 0)
		(void)close(inotify);
	watch_set_free(&set);
	inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ck_assert_int_ne(inotify, -1);
	writer_init(&w, buf, sizeof(buf));
	error = watch_way(inotify, at(name), &w);
	if ((fd = open(at(name), O_RDONLY | O_DIRECTORY)) != -1) {
		ck_assert_int_eq(watch_files(inotify, fd, &w), 0);
		(void)close(fd);
	}
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(watch_set_add(&set, name, &r), 0);
	return error;
}

/* Whether anything has changed since then. */
static bool
change(void)
{
	bool any = false;
	static uint8_t buf[65536];
	struct inotify_event e;
	uint32_t which;
	size_t i;
	ssize_t n;

	while ((n = read(inotify, buf, sizeof(buf))) > 0)
		for (i = 0; i < (size_t)n; i += sizeof(e) + e.len) {
			memcpy(&e, buf + i, sizeof(e));
			any |= watch_set_event(&set, &e,
			    e.len > 0 ? (const char *)buf + i + sizeof(e) : "",
			    &which);
		}
	ck_assert_int_eq(errno, EAGAIN);
	return any;
}

static void
setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	folder("a");
	folder("a/b");
	file("a/b/one");
}

/* Each test is a process; what it leaves is removed by name. */
static void
teardown(void)
{
	static const char *const names[] = { "a/b/one", "a/b/two", "a/b/.new",
		"a/b/.old", "a/b/..data", "a/b/sub", "a/b", "a/c", "a/x", "a",
		"c/b/one", "c/b", "c", "link", "other", "z/one", "z", "y" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlink(at(names[i])) == -1)
			(void)rmdir(at(names[i]));
	(void)rmdir(top);
}

START_TEST(files)
{
	ck_assert_int_eq(watched("a/b"), 0);
	ck_assert(!change());
	file("a/b/two");
	ck_assert(change());
	file("a/b/two");
	ck_assert(change());
	/* truncate(2) opens no file, so none is closed. */
	ck_assert_int_eq(truncate(at("a/b/two"), 0), 0);
	ck_assert(change());
	moved("a/b/two", "a/b/one");
	ck_assert(change());
	moved("a/b/one", "other");
	ck_assert(change());
	moved("other", "a/b/one");
	ck_assert(change());
	gone("a/b/one");
	ck_assert(change());
	linked("/etc/passwd", "a/b/one");
	ck_assert(change());
	/* What is not read is no change. */
	file("a/b/.new");
	moved("a/b/.new", "other");
	folder("a/b/sub");
	file("a/c");
	ck_assert(!change());
	moved("other", "a/b/..data");
	ck_assert(change());
}
END_TEST

/* The folder itself, and those above it, which may be away for a while. */
START_TEST(folders)
{
	ck_assert_int_eq(watched("a/b"), 0);
	moved("a", "c");
	ck_assert(change());
	ck_assert_int_eq(watched("a/b"), 0);
	file("z");
	ck_assert(!change());
	folder("a");
	ck_assert(change());
	ck_assert_int_eq(watched("a/b"), 0);
	moved("c/b", "a/b");
	ck_assert(change());
	ck_assert_int_eq(watched("a/b"), 0);
	gone("a/b/one");
	ck_assert_int_eq(rmdir(at("a/b")), 0);
	ck_assert(change());
	ck_assert_int_eq(watched("a/b"), 0);
	folder("a/b");
	ck_assert(change());
}
END_TEST

/* A link that leads elsewhere, and the place that it leads to. */
START_TEST(links)
{
	linked("a/../a/b", "link");
	folder("z");
	ck_assert_int_eq(watched("link"), 0);
	file("a/b/one");
	ck_assert(change());
	moved("a/b", "a/x");
	ck_assert(change());
	ck_assert_int_eq(watched("link"), 0);
	moved("a/x", "a/b");
	ck_assert(change());
	ck_assert_int_eq(watched("link"), 0);
	linked("z", "y");
	ck_assert(!change());
	moved("y", "link");
	ck_assert(change());
	ck_assert_int_eq(watched("link"), 0);
	file("a/b/one");
	ck_assert(!change());
	file("z/one");
	ck_assert(change());
}
END_TEST

START_TEST(ways_without_end)
{
	linked("link", "link");
	ck_assert_int_eq(watched("link"), ELOOP);
	/* A file is no folder, but may become one. */
	ck_assert_int_eq(watched("a/b/one/x"), 0);
	moved("a/b/one", "other");
	ck_assert(change());
	ck_assert_int_eq(watch_way(inotify, "relative", NULL), EINVAL);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("watch_walk");
	TCase *t = tcase_create("watch_walk");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, files);
	tcase_add_test(t, folders);
	tcase_add_test(t, links);
	tcase_add_test(t, ways_without_end);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN_ALSO(suite, SCMP_SYS(mkdir), SCMP_SYS(rmdir), SCMP_SYS(rename),
    SCMP_SYS(symlink), SCMP_SYS(truncate), SCMP_SYS(close))
