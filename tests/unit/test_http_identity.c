/* SPDX-License-Identifier: ISC */
/* The certificate of httpd, with its chain. */
#include <string.h>

#include "daemon/role.h"
#include "httpd/identity.h"
#include "tests/unit/tls_case.h"

static struct tls_pair root, server;
static int chain, unsorted, garbage, many;
static struct identity id;
static char why[ROLE_WHY_MAX];

static void
make(void)
{
	int i;

	tls_pair_make(&root, GNUTLS_PK_RSA, 2048, "CN=root", NULL);
	tls_pair_make(&server, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), "CN=server",
	    &root);
	chain = tls_cert_append(tls_cert_append(-1, &server), &root);
	unsorted = tls_cert_append(tls_cert_append(-1, &root), &server);
	garbage = tls_file(-1, "hello\n", 6);
	many = tls_cert_append(-1, &server);
	for (i = 0; i < IDENTITY_CHAIN_MAX; i++)
		(void)tls_cert_append(many, &root);
}

static void
unmake(void)
{
	tls_pair_free(&server);
	tls_pair_free(&root);
	(void)close(chain);
	(void)close(unsorted);
	(void)close(garbage);
	(void)close(many);
}

START_TEST(one)
{
	size_t len = sizeof(id.key);
	uint8_t key[HANDSHAKE_KEY_ID];

	ck_assert_int_eq(identity_load(&id, server.cert_fd, "/c", why), 0);
	ck_assert_uint_eq(id.n, 1);
	ck_assert_uint_eq(id.pk, GNUTLS_PK_ECDSA);
	ck_assert_uint_eq(id.bits, 256);
	TLS_OK(gnutls_pubkey_get_key_id(
	    server.pub, GNUTLS_KEYID_USE_SHA256, key, &len));
	ck_assert_mem_eq(id.key, key, sizeof(key));
	identity_free(&id);
	ck_assert_uint_eq(id.n, 0);
}
END_TEST

START_TEST(with_chain)
{
	gnutls_datum_t der;

	ck_assert_int_eq(identity_load(&id, chain, "/c", why), 0);
	ck_assert_uint_eq(id.n, 2);
	TLS_OK(gnutls_x509_crt_export2(root.crt, GNUTLS_X509_FMT_DER, &der));
	ck_assert_uint_eq(id.cert[1].len, der.size);
	ck_assert_mem_eq(id.cert[1].der, der.data, der.size);
	gnutls_free(der.data);
	identity_free(&id);
}
END_TEST

static void
refused(int fd, const char *reason)
{
	ck_assert_int_eq(identity_load(&id, fd, "/c", why), -1);
	ck_assert_uint_eq(id.n, 0);
	ck_assert_msg(strstr(why, reason) != NULL, "%s", why);
}

START_TEST(files_refused)
{
	refused(garbage, "no certificate in PEM format");
	refused(unsorted, "not in order");
	refused(many, "more than 8 certificates");
	refused(-1, "cannot be read");
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("http_identity");
	TCase *tc = tcase_create("files");

	tcase_add_unchecked_fixture(tc, make, unmake);
	tcase_add_test(tc, one);
	tcase_add_test(tc, with_chain);
	tcase_add_test(tc, files_refused);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
