/* SPDX-License-Identifier: ISC */
/* Makes a pair of keys. */
#include "ctl/keygen.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/keys.h"
#include "ctl/password.h"
#include "ctl/store.h"

static int
file_make(const char *path, mode_t mode, const char *text)
{
	if (store_create(path, mode, text) == 0)
		return 0;
	tell_error("%s: cannot make the key file: %s%s", path, strerror(errno),
	    errno == EEXIST ? "; move it away, or name another one" : "");
	return -1;
}

/* The secret key first: a public one alone is of no use. */
static int
files_make(const struct sign_seckey *k, const char *secret_text,
    const char *public_path, const char *secret_path)
{
	char public_text[SIGN_PUBKEY_TEXT], id[SIGN_ID_TEXT];
	struct sign_pubkey public;

	sign_seckey_public(k, &public);
	sign_pubkey_write(public_text, &public);
	if (file_make(secret_path, 0600, secret_text) == -1)
		return -1;
	if (file_make(public_path, 0644, public_text) == -1) {
		(void)unlink(secret_path);
		return -1;
	}
	tell_line("key %s", sign_id_text(id, k->id));
	tell_line("secret key: %s", secret_path);
	tell_line("public key: %s", public_path);
	return 0;
}

/* Fails early, before a password is asked for. */
static int
none_there(const char *public_path, const char *secret_path)
{
	const char *there = access(secret_path, F_OK) == 0   ? secret_path
			    : access(public_path, F_OK) == 0 ? public_path
							     : NULL;

	if (there == NULL)
		return 0;
	tell_error("%s: is there already; move it away, or name other files "
		   "by -p and -s",
	    there);
	return -1;
}

static int
keygen(const struct args *a, const char *public_path, const char *secret_path)
{
	char password[PASSWORD_MAX] = "", text[SIGN_SECKEY_TEXT];
	struct sign_seckey k;
	int r;

	if (none_there(public_path, secret_path) == -1)
		return -1;
	if (!a->no_password &&
	    password_get(password, a->password_file, true) == -1)
		return -1;
	sign_seckey_make(&k);
	r = sign_seckey_write(
	    text, &k, a->no_password ? NULL : password, strlen(password), 0);
	if (r == -1)
		tell_error("not enough memory to encrypt the key; free some, "
			   "or use -W for a key without a password");
	else
		r = files_make(&k, text, public_path, secret_path);
	sodium_memzero(&k, sizeof(k));
	sodium_memzero(text, sizeof(text));
	sodium_memzero(password, sizeof(password));
	return r;
}

enum tell_status
keygen_run(const struct args *a)
{
	char *public_path, *secret_path;
	int r = -1;

	if (a->secret != NULL)
		return keygen(a, a->public[0], a -> secret) == 0 ? TELL_OK
								 : TELL_FAILED;
	public_path = keys_default(KEYS_PUBLIC, true);
	secret_path = keys_default(KEYS_SECRET, false);
	if (public_path != NULL && secret_path != NULL)
		r = keygen(a, public_path, secret_path);
	free(public_path);
	free(secret_path);
	return r == 0 ? TELL_OK : TELL_FAILED;
}
