/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the text of a public or a secret key.  What is accepted is
 * written and read again with the same result.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "sign/seckey.h"
#include "tests/fuzz/target.h"

static void
check_public(const uint8_t *p, size_t n)
{
	static const struct sign_pubkey zero;
	char text[SIGN_PUBKEY_TEXT];
	struct sign_pubkey k, again;

	if (sign_pubkey_parse(&k, p, n) != SIGN_OK) {
		check(memcmp(&k, &zero, sizeof(k)) == 0);
		return;
	}
	check(sign_pubkey_find(&k, 1, k.id) == &k);
	sign_pubkey_write(text, &k);
	check(sign_pubkey_parse(&again, text, strlen(text)) == SIGN_OK);
	check(memcmp(k.id, again.id, sizeof(k.id)) == 0);
	check(memcmp(k.key, again.key, sizeof(k.key)) == 0);
	check(again.format == SIGN_MINISIGN);
}

static void
check_secret(const uint8_t *p, size_t n)
{
	char text[SIGN_SECKEY_TEXT];
	struct sign_seckey_file f;
	struct sign_seckey k, again;

	/* scrypt takes too long here. */
	if (sign_seckey_parse(&f, p, n) != SIGN_OK || f.encrypted ||
	    sign_seckey_open(&k, &f, NULL, 0) != SIGN_OK)
		return;
	check(sign_seckey_write(text, &k, NULL, 0, 0) == 0);
	check(sign_seckey_parse(&f, text, strlen(text)) == SIGN_OK);
	check(sign_seckey_open(&again, &f, NULL, 0) == SIGN_OK);
	check(memcmp(&k, &again, sizeof(k)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_public(data, size);
	check_secret(data, size);
	return 0;
}
