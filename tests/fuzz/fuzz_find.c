/* SPDX-License-Identifier: ISC */
/*
 * Any FILE_ASK against a small tree with links, folders and a FIFO: what is
 * opened is a regular file of that tree that others may read.  The input is a
 * list of messages, each with a 16-bit length before it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imaged/diagnose.h"
#include "imaged/lookup.h"
#include "tests/fuzz/target.h"

#define CONTENT "given"

static struct {
	char dir[64];
	int dirfd;
	int root;
	struct lookup_conf finder;
} tree = { .dirfd = -1 };

static void
file_make(int at, const char *name, const char *text, mode_t mode)
{
	int fd =
	    openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	check(
	    fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	check(fchmod(fd, mode) == 0 && close(fd) == 0);
}

static void
tree_remove(void)
{
	static const char *const files[] = { "secret", "root/file",
		"root/closed", "root/fifo", "root/link", "root/out",
		"root/loop", "root/own/file", "root/own/up",
		"root/deep/a/x.efi" };
	static const char *const folders[] = { "root/own", "root/deep/a",
		"root/deep", "root" };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlinkat(tree.dirfd, files[i], 0);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		(void)unlinkat(tree.dirfd, folders[i], AT_REMOVEDIR);
	(void)rmdir(tree.dir);
}

static void
tree_make(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(tree.dir, sizeof(tree.dir), "%s/fuzz-find-XXXXXX",
	    tmp == NULL || strlen(tmp) > 40 ? "/tmp" : tmp);
	check(mkdtemp(tree.dir) != NULL);
	tree.dirfd = open(tree.dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(tree.dirfd != -1 && atexit(tree_remove) == 0);
	file_make(tree.dirfd, "secret", "not below the root", 0644);
	check(mkdirat(tree.dirfd, "root", 0755) == 0);
	tree.root =
	    openat(tree.dirfd, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(tree.root != -1);
	check(mkdirat(tree.root, "own", 0755) == 0);
	check(mkdirat(tree.root, "deep", 0755) == 0);
	check(mkdirat(tree.root, "deep/a", 0755) == 0);
	file_make(tree.root, "file", CONTENT, 0644);
	file_make(tree.root, "closed", CONTENT, 0600);
	file_make(tree.root, "own/file", CONTENT, 0644);
	file_make(tree.root, "deep/a/x.efi", CONTENT, 0644);
	check(mkfifoat(tree.root, "fifo", 0644) == 0);
	check(symlinkat("deep/a/x.efi", tree.root, "link") == 0);
	check(symlinkat("../secret", tree.root, "out") == 0);
	check(symlinkat("loop", tree.root, "loop") == 0);
	check(symlinkat("../../secret", tree.root, "own/up") == 0);
	/* Even as root, the rule for others holds. */
	lookup_conf_init(&tree.finder);
	tree.finder.root[0] = tree.finder.root[3] = tree.root;
	tree.finder.rule.gid = 60000;
}

static void
check_given(const struct lookup *f)
{
	char text[sizeof(CONTENT)];

	check(f->image.fd != -1 && S_ISREG(f->image.st.st_mode));
	check(tree.finder.rule.secure || (f->image.st.st_mode & S_IROTH) != 0);
	check(pread(f->image.fd, text, sizeof(text), 0) == sizeof(CONTENT) - 1);
	check(memcmp(text, CONTENT, sizeof(CONTENT) - 1) == 0);
}

static void
ask_one(const struct file_ask *ask)
{
	enum file_status status;
	char text[DIAGNOSE_MAX];
	struct lookup f;

	status = lookup_open(&tree.finder, ask, &f);
	check(status < FILE_STATUS_MAX);
	check(memchr(f.path, '\0', sizeof(f.path)) != NULL);
	if (status == FILE_OK) {
		check_given(&f);
		(void)close(f.image.fd);
		return;
	}
	check(f.image.fd == -1 && f.way == 0);
	/* What goes to the log. */
	if (status == FILE_DENIED || status == FILE_ERROR) {
		image_diagnose(tree.finder.root[ask->root], f.path,
		    &tree.finder.rule, f.image.err, text);
		check(memchr(text, '\0', sizeof(text)) != NULL);
	} else if (status == FILE_MISSING &&
		   tree.finder.root[ask->root] != -1 &&
		   image_meets_link(tree.root, f.path) &&
		   image_diagnose_missing(tree.root, f.path, text)) {
		check(memchr(text, '\0', sizeof(text)) != NULL);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader r, body;
	struct file_ask ask;

	if (tree.dirfd == -1)
		tree_make();
	reader_init(&r, data, size);
	while (r.left > 0 && reader_ok(&r)) {
		body = reader_sub(&r, reader_u16(&r));
		if (!reader_ok(&r) || file_ask_decode(&body, &ask) == -1)
			break;
		tree.finder.rule.secure = ask.root == 3;
		tree.finder.rule.uid = ask.root == 3 ? geteuid() : 60000;
		ask_one(&ask);
	}
	return 0;
}
