/* SPDX-License-Identifier: ISC */
/* Reads key files. */
#include "ctl/keys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/password.h"
#include "ctl/store.h"
#include "ctl/tell.h"
#include "sign/text.h"

char *
keys_default(const char *name, bool make)
{
	const char *home = getenv("HOME");
	char *folder, *path;

	if (home == NULL || home[0] != '/') {
		tell_error("HOME is not set; name the key files by -p and -s");
		return NULL;
	}
	if (asprintf(&folder, "%s/.pxeguard", home) == -1) {
		tell_error("out of memory");
		return NULL;
	}
	if (make && mkdir(folder, 0700) == -1 && errno != EEXIST) {
		tell_error(
		    "%s: cannot make the folder: %s", folder, strerror(errno));
		free(folder);
		return NULL;
	}
	if (asprintf(&path, "%s/%s", folder, name) == -1) {
		tell_error("out of memory");
		path = NULL;
	}
	free(folder);
	return path;
}

static int
add_key(struct keys *k, const char *path, const struct store_bytes *b)
{
	const struct sign_pubkey *same;
	struct sign_pubkey new;
	enum sign_reason why;

	if ((why = sign_pubkey_parse(&new, b->p, b->n)) != SIGN_OK) {
		tell_error(
		    "%s: not a public key: %s", path, sign_reason_text(why));
		return -1;
	}
	same = sign_pubkey_find(k->key, k->n, new.id);
	if (same != NULL && memcmp(same->key, new.key, SIGN_KEY_BYTES) != 0) {
		tell_error("%s: another key has the same id; remove one", path);
		return -1;
	}
	if (same != NULL)
		return 0;
	if (k->n == KEYS_MAX) {
		tell_error("%s: more than %d keys", path, KEYS_MAX);
		return -1;
	}
	k->key[k->n++] = new;
	return 0;
}

static int
add_file(struct keys *k, int folder, const char *name, const char *path)
{
	struct store_bytes b;
	int r;

	if (store_load(folder, name, SIGN_TEXT_MAX, &b) == -1) {
		tell_error(
		    "%s: cannot read the key: %s", path, strerror(errno));
		return -1;
	}
	r = add_key(k, path, &b);
	store_free(&b);
	return r;
}

static int
add_folder(struct keys *k, int fd, const char *path)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *e;
	char *shown;
	int r = 0;

	if (dir == NULL) {
		tell_error("%s: %s", path, strerror(errno));
		(void)close(fd);
		return -1;
	}
	while (r == 0 && (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&shown, "%s/%s", path, e->d_name) == -1) {
			tell_error("out of memory");
			r = -1;
			break;
		}
		r = add_file(k, dirfd(dir), e->d_name, shown);
		free(shown);
	}
	(void)closedir(dir);
	return r;
}

int
keys_add(struct keys *k, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1)
		return add_folder(k, fd, path);
	return add_file(k, AT_FDCWD, path, path);
}

static int
secret_load(struct sign_seckey_file *f, const char *path)
{
	struct store_bytes b;
	enum sign_reason why;

	if (store_load(AT_FDCWD, path, SIGN_TEXT_MAX, &b) == -1) {
		tell_error("%s: cannot read the secret key: %s%s", path,
		    strerror(errno),
		    errno == ENOENT ? "; make one by " TELL_NAME
				      " keygen, or name it by -s"
				    : "");
		return -1;
	}
	why = sign_seckey_parse(f, b.p, b.n);
	store_free(&b);
	if (why != SIGN_OK) {
		tell_error("%s: %s; name a secret key of minisign or of "
			   "pxeguard-sign by -s",
		    path, sign_reason_text(why));
		return -1;
	}
	return 0;
}

int
keys_secret(struct sign_seckey *k, const char *path, const char *password_file)
{
	char password[PASSWORD_MAX] = "";
	struct sign_seckey_file f;
	enum sign_reason why;
	struct stat st;

	if (secret_load(&f, path) == -1)
		return -1;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		tell_warning(
		    "%s: others may read the secret key; chmod 600 it", path);
	if (f.encrypted && password_get(password, password_file, false) == -1)
		return -1;
	why = sign_seckey_open(k, &f, password, strlen(password));
	sodium_memzero(password, sizeof(password));
	sodium_memzero(&f, sizeof(f));
	if (why != SIGN_OK) {
		tell_error("%s: %s", path, sign_reason_text(why));
		return -1;
	}
	return 0;
}
