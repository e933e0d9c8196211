/* SPDX-License-Identifier: ISC */
/* Opens and checks the files of https-cert and https-key. */
#include "priv/tls_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/open_error.h"
#include "priv/conf_opener.h"

static const char *const names[TLS_FILE_MAX] = {
	[TLS_FILE_CERT] = "https-cert",
	[TLS_FILE_KEY] = "https-key",
};

/* Whether a file contains a private key, whatever it is encrypted with. */
static bool
has_key(int fd)
{
	static const char mark[] = "PRIVATE KEY-----";
	static char text[TLS_FILE_BYTES_MAX];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	bool found =
	    n > 0 && memmem(text, (size_t)n, mark, sizeof(mark) - 1) != NULL;

	explicit_bzero(text, sizeof(text));
	return found;
}

static int
tls_file_check(
    enum tls_file what, const char *path, const struct stat *st, int fd)
{
	bool key = what == TLS_FILE_KEY;

	if (st->st_uid != 0) {
		log_err("%s %s: its owner is user %u; run: chown root %s",
		    names[what], path, (unsigned int)st->st_uid, path);
	} else if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		log_err(
		    "%s %s: others than root may write to it; run: chmod go-w %s",
		    names[what], path, path);
	} else if (key && (st->st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		log_err(
		    "%s %s: others than root may read the private key; run: chmod 600 %s",
		    names[what], path, path);
	} else if (st->st_size > TLS_FILE_BYTES_MAX) {
		log_err("%s %s: larger than %d KiB", names[what], path,
		    TLS_FILE_BYTES_MAX / 1024);
	} else if (!key && has_key(fd)) {
		/* httpd gets this file. */
		log_err(
		    "%s %s: the file also contains a private key, which httpd must not see; put only certificates into it",
		    names[what], path);
	} else {
		return 0;
	}
	return -1;
}

static int
open_file(struct conf *c, enum tls_file what, const char *path, int limit_ms)
{
	struct stat st;
	int error, fd = conf_opener_open(path, false, limit_ms, &error);

	if (fd == -1) {
		log_err("%s %s: cannot be opened: %s", names[what], path,
		    open_error_text(error));
		return -1;
	}
	c->tls_fd[what] = fd;
	if (fstat(fd, &st) == -1) {
		log_warn("%s %s", names[what], path);
		return -1;
	}
	return tls_file_check(what, path, &st, fd);
}

int
tls_files_open(struct conf *c, int limit_ms)
{
	int r;

	if (!conf_serves_https(c) || c->copied)
		return 0;
	r = open_file(c, TLS_FILE_CERT, c->http.cert, limit_ms);
	if (open_file(c, TLS_FILE_KEY, c->http.key, limit_ms) == -1)
		r = -1;
	conf_opener_end();
	return r;
}

int
tls_files_share(struct conf *c, const struct conf *from)
{
	int i;

	for (i = 0; i < TLS_FILE_MAX; i++) {
		if (from->tls_fd[i] == -1)
			continue;
		c->tls_fd[i] = fcntl(from->tls_fd[i], F_DUPFD_CLOEXEC, 0);
		if (c->tls_fd[i] == -1)
			return -1;
	}
	return 0;
}
