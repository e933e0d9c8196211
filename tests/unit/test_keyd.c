/* SPDX-License-Identifier: ISC */
/* keyd: which keys it takes, what it signs, how often. */
#include <string.h>

#include "daemon/log.h"
#include "daemon/role.h"
#include "daemon/tls_file.h"
#include "keyd/key_load.h"
#include "keyd/keyring.h"
#include "tests/unit/tls_case.h"

enum { RSA, P256, P384, P521, SHORT, AUTHORITY, NPAIRS };

static struct tls_pair pair[NPAIRS];
static int garbage, encrypted, large;
static char why[ROLE_WHY_MAX];
static struct tls_key key;
static unsigned int warnings;

static void
note(int priority, const char *line, void *arg)
{
	(void)line;
	(void)arg;
	warnings += priority <= LOG_WARNING;
}

/* The same key, in the certificate of an authority. */
static void
make_authority(struct tls_pair *p)
{
	gnutls_x509_crt_t crt = p->crt;

	TLS_OK(gnutls_x509_crt_init(&p->crt));
	TLS_OK(gnutls_x509_crt_set_version(p->crt, 3));
	TLS_OK(gnutls_x509_crt_set_serial(p->crt, "\002", 1));
	TLS_OK(gnutls_x509_crt_set_activation_time(p->crt, time(NULL) - 60));
	TLS_OK(gnutls_x509_crt_set_expiration_time(p->crt, time(NULL) + 3600));
	TLS_OK(gnutls_x509_crt_set_basic_constraints(p->crt, 1, -1));
	TLS_OK(gnutls_x509_crt_set_key(p->crt, p->x509));
	TLS_OK(
	    gnutls_x509_crt_sign2(p->crt, crt, p->x509, GNUTLS_DIG_SHA256, 0));
	gnutls_x509_crt_deinit(crt);
	(void)close(p->cert_fd);
	p->cert_fd = tls_cert_append(-1, p);
}

/* Everything that needs files or time. */
static void
make(void)
{
	static char newlines[TLS_FILE_BYTES_MAX + 1];
	gnutls_datum_t pem;

	tls_pair_make(&pair[RSA], GNUTLS_PK_RSA, 2048, "CN=rsa", NULL);
	tls_pair_make(&pair[SHORT], GNUTLS_PK_RSA, 1024, "CN=short", NULL);
	tls_pair_make(&pair[P256], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), "CN=p256", NULL);
	tls_pair_make(&pair[P384], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), "CN=p384", NULL);
	tls_pair_make(&pair[P521], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1), "CN=p521", NULL);
	tls_pair_make(&pair[AUTHORITY], GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), "CN=ca", NULL);
	make_authority(&pair[AUTHORITY]);
	garbage = tls_file(-1, "hello\n", 6);
	memset(newlines, '\n', sizeof(newlines));
	large = tls_file(-1, newlines, sizeof(newlines));
	TLS_OK(gnutls_x509_privkey_export2_pkcs8(pair[RSA].x509,
	    GNUTLS_X509_FMT_PEM, "secret", GNUTLS_PKCS_PBES2_AES_256, &pem));
	encrypted = tls_file(-1, pem.data, pem.size);
	gnutls_free(pem.data);
	log_init("test", LOG_DEBUG);
	log_set_sink(note, NULL);
}

static void
unmake(void)
{
	int i;

	for (i = 0; i < NPAIRS; i++)
		tls_pair_free(&pair[i]);
	(void)close(garbage);
	(void)close(encrypted);
	(void)close(large);
}

static int
load(int key_fd, int cert_fd, int64_t now_s)
{
	const struct key_file k = { key_fd, "/k" }, c = { cert_fd, "/c" };
	int r;

	warnings = 0;
	why[0] = '\0';
	r = key_load(&key, &k, &c, now_s, why);
	ck_assert_int_eq(r == -1, why[0] != '\0');
	ck_assert_int_eq(r == -1, key.key == NULL);
	return r;
}

static void
load_pair(int n)
{
	ck_assert_int_eq(load(pair[n].key_fd, pair[n].cert_fd, time(NULL)), 0);
}

static void
check_signature(int n, enum handshake_kind kind, uint8_t hashlen,
    gnutls_sign_algorithm_t algorithm)
{
	struct sign_ask a = { .kind = (uint8_t)kind, .hashlen = hashlen };
	struct sign_give g;
	gnutls_datum_t hash = { a.hash, hashlen }, sig = { g.sig, 0 };

	memset(a.hash, 0x5a, sizeof(a.hash));
	key_sign(&key, &a, &g);
	ck_assert_int_eq(g.status, SIGN_OK);
	sig.size = g.siglen;
	TLS_OK(
	    gnutls_pubkey_verify_hash2(pair[n].pub, algorithm, 0, &hash, &sig));
	g.sig[g.siglen / 2] ^= 1;
	ck_assert_int_lt(
	    gnutls_pubkey_verify_hash2(pair[n].pub, algorithm, 0, &hash, &sig),
	    0);
}

START_TEST(rsa)
{
	load_pair(RSA);
	check_signature(RSA, HANDSHAKE_RSA_PKCS1, 32, GNUTLS_SIGN_RSA_SHA256);
	check_signature(RSA, HANDSHAKE_RSA_PKCS1, 48, GNUTLS_SIGN_RSA_SHA384);
	check_signature(RSA, HANDSHAKE_RSA_PKCS1, 64, GNUTLS_SIGN_RSA_SHA512);
	check_signature(
	    RSA, HANDSHAKE_RSA_PSS, 32, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256);
	check_signature(
	    RSA, HANDSHAKE_RSA_PSS, 48, GNUTLS_SIGN_RSA_PSS_RSAE_SHA384);
	check_signature(
	    RSA, HANDSHAKE_RSA_PSS, 64, GNUTLS_SIGN_RSA_PSS_RSAE_SHA512);
	key_free(&key);
}
END_TEST

START_TEST(ecdsa)
{
	load_pair(P256);
	check_signature(P256, HANDSHAKE_ECDSA, 32, GNUTLS_SIGN_ECDSA_SHA256);
	check_signature(P256, HANDSHAKE_ECDSA, 64, GNUTLS_SIGN_ECDSA_SHA512);
	key_free(&key);
	load_pair(P384);
	check_signature(P384, HANDSHAKE_ECDSA, 48, GNUTLS_SIGN_ECDSA_SHA384);
	key_free(&key);
}
END_TEST

/* A kind that is not the key's, and lengths that no hash has. */
START_TEST(not_signed)
{
	struct sign_ask a = { .kind = HANDSHAKE_RSA_PSS, .hashlen = 32 };
	struct sign_give g;

	load_pair(P256);
	key_sign(&key, &a, &g);
	ck_assert_int_eq(g.status, SIGN_KIND);
	ck_assert_int_eq(g.siglen, 0);
	a.kind = HANDSHAKE_ECDSA;
	a.hashlen = 20;
	key_sign(&key, &a, &g);
	ck_assert_int_eq(g.status, SIGN_KIND);
	a.hashlen = 32;
	a.kind = HANDSHAKE_KIND_MAX;
	key_sign(&key, &a, &g);
	ck_assert_int_eq(g.status, SIGN_KIND);
	key_free(&key);
	load_pair(RSA);
	a.kind = HANDSHAKE_ECDSA;
	key_sign(&key, &a, &g);
	ck_assert_int_eq(g.status, SIGN_KIND);
	key_free(&key);
}
END_TEST

static void
refused(int key_fd, int cert_fd, const char *reason)
{
	ck_assert_int_eq(load(key_fd, cert_fd, time(NULL)), -1);
	ck_assert_msg(strstr(why, reason) != NULL, "%s", why);
	ck_assert_ptr_nonnull(strstr(why, "https-"));
}

START_TEST(pairs_refused)
{
	refused(pair[RSA].key_fd, pair[P256].cert_fd, "does not belong");
	refused(pair[P256].key_fd, pair[P384].cert_fd, "does not belong");
	refused(pair[SHORT].key_fd, pair[SHORT].cert_fd, "2048 to 8192 bits");
	refused(pair[P521].key_fd, pair[P521].cert_fd, "P-256 or P-384");
	refused(garbage, pair[RSA].cert_fd, "no private key in PEM");
	refused(pair[RSA].key_fd, garbage, "no certificate in PEM");
	refused(pair[RSA].key_fd, pair[RSA].key_fd, "no certificate in PEM");
	refused(encrypted, pair[RSA].cert_fd, "encrypted with a password");
	refused(large, pair[RSA].cert_fd, "larger than 64 KiB");
	refused(pair[RSA].key_fd, large, "larger than 64 KiB");
}
END_TEST

/* Clients see the dates; the server only warns. */
START_TEST(dates)
{
	const time_t begin_s =
			 gnutls_x509_crt_get_activation_time(pair[P256].crt),
		     end_s =
			 gnutls_x509_crt_get_expiration_time(pair[P256].crt);
	const struct {
		int64_t at_s;
		unsigned int warnings;
	} t[] = { { begin_s - 1, 1 }, { begin_s, 0 }, { end_s, 0 },
		{ end_s + 1, 1 } };
	size_t i;

	for (i = 0; i < 4; i++) {
		ck_assert_int_eq(
		    load(pair[P256].key_fd, pair[P256].cert_fd, t[i].at_s), 0);
		ck_assert_uint_eq(warnings, t[i].warnings);
		key_free(&key);
	}
	/* Nothing is said of one that is not used. */
	ck_assert_int_eq(
	    load(pair[RSA].key_fd, pair[P256].cert_fd, end_s + 1), -1);
	ck_assert_uint_eq(warnings, 0);
	load_pair(P256);
	ck_assert_uint_eq(warnings, 0);
	key_free(&key);
	ck_assert_int_eq(
	    load(pair[P256].key_fd, pair[P256].cert_fd, time(NULL) + 7200), 0);
	ck_assert_uint_eq(warnings, 1);
	key_free(&key);
	ck_assert_int_eq(
	    load(pair[P256].key_fd, pair[P256].cert_fd, time(NULL) - 7200), 0);
	ck_assert_uint_eq(warnings, 1);
	key_free(&key);
}
END_TEST

START_TEST(authority)
{
	load_pair(AUTHORITY);
	ck_assert_uint_eq(warnings, 1);
	key_free(&key);
}
END_TEST

/* ----------------------------------------------------------------- ring */

static enum sign_status
ring_ask(struct keyring *r, const struct tls_key *k, uint64_t now_ms)
{
	struct sign_ask a = { .kind = HANDSHAKE_ECDSA, .hashlen = 32 };
	struct sign_give g;

	memcpy(a.key, k->id, sizeof(a.key));
	keyring_sign(r, &a, now_ms, &g);
	ck_assert_int_eq(g.siglen > 0, g.status == SIGN_OK);
	return (enum sign_status)g.status;
}

static struct tls_key
ring_next(struct keyring *r, int n)
{
	load_pair(n);
	r->next = key;
	return key;
}

/* The keys before and after a reload sign; others do not. */
START_TEST(ring_keys)
{
	struct keyring r = { .signatures = 0 };
	struct tls_key none = { .key = NULL }, a, b;

	ck_assert_int_eq(ring_ask(&r, &none, 1), SIGN_NO_KEY);
	a = ring_next(&r, P256);
	ck_assert_int_eq(ring_ask(&r, &a, 1), SIGN_OK);
	keyring_commit(&r);
	b = ring_next(&r, P384);
	ck_assert_int_eq(ring_ask(&r, &a, 1), SIGN_OK);
	ck_assert_int_eq(ring_ask(&r, &b, 1), SIGN_OK);
	keyring_drop_next(&r);
	ck_assert_int_eq(ring_ask(&r, &b, 1), SIGN_NO_KEY);
	b = ring_next(&r, P384);
	keyring_commit(&r);
	ck_assert_int_eq(ring_ask(&r, &a, 1), SIGN_OK);
	ck_assert_int_eq(ring_ask(&r, &b, 1), SIGN_OK);
	keyring_drop_before(&r);
	ck_assert_int_eq(ring_ask(&r, &a, 1), SIGN_NO_KEY);
	ck_assert_int_eq(ring_ask(&r, &b, 1), SIGN_OK);
	keyring_commit(&r);
	keyring_drop_before(&r);
	ck_assert_int_eq(ring_ask(&r, &b, 1), SIGN_NO_KEY);
}
END_TEST

START_TEST(ring_limit)
{
	struct keyring r = { .signatures = 0 };
	struct tls_key a = ring_next(&r, P256);
	uint32_t i;

	for (i = 0; i < KEYRING_SIGNATURES_MAX; i++)
		ck_assert_int_eq(ring_ask(&r, &a, 5000 + i), SIGN_OK);
	ck_assert_int_eq(ring_ask(&r, &a, 5999), SIGN_BUSY);
	ck_assert_int_eq(ring_ask(&r, &a, 6000), SIGN_OK);
	keyring_drop_next(&r);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("keyd");
	TCase *tc = tcase_create("keys");

	tcase_add_unchecked_fixture(tc, make, unmake);
	tcase_add_test(tc, rsa);
	tcase_add_test(tc, ecdsa);
	tcase_add_test(tc, not_signed);
	tcase_add_test(tc, pairs_refused);
	tcase_add_test(tc, dates);
	tcase_add_test(tc, authority);
	tcase_add_test(tc, ring_keys);
	tcase_add_test(tc, ring_limit);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
