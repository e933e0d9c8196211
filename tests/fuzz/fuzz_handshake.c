/* SPDX-License-Identifier: ISC */
/*
 * What keyd reads.  The first byte: 0 the body of SIGN_ASK, 1 that of
 * SIGN_GIVE, which httpd reads, 2 the files of https-key and https-cert, of
 * which the two bytes that follow are the length of the first.
 *
 * An id of zeros stands for that of a key that signs ECDSA, one that begins
 * with a 1 for that of an RSA key.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "daemon/buf.h"
#include "daemon/log.h"
#include "daemon/role.h"
#include "httpd/identity.h"
#include "keyd/key_load.h"
#include "keyd/keyring.h"
#include "tests/fuzz/target.h"

#define NOW_S 1800000000

int LLVMFuzzerInitialize(int *, char ***);
static struct keyring ring; /* ECDSA now, RSA before */

static void
make_key(struct tls_key *k, gnutls_pk_algorithm_t pk, unsigned int bits)
{
	size_t len = sizeof(k->id);
	gnutls_x509_privkey_t x509;
	gnutls_pubkey_t pub;

	check(gnutls_x509_privkey_init(&x509) >= 0);
	check(gnutls_x509_privkey_generate(x509, pk, bits, 0) >= 0);
	check(gnutls_privkey_init(&k->key) >= 0);
	check(gnutls_privkey_import_x509(
		  k->key, x509, GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE) >= 0);
	check(gnutls_pubkey_init(&pub) >= 0);
	check(gnutls_pubkey_import_privkey(pub, k->key, 0, 0) >= 0);
	check(gnutls_pubkey_get_key_id(
		  pub, GNUTLS_KEYID_USE_SHA256, k->id, &len) >= 0);
	gnutls_pubkey_deinit(pub);
	k->rsa = pk == GNUTLS_PK_RSA;
}

static void
check_same(const struct writer *w, const uint8_t *data, size_t size)
{
	check(writer_ok(w) && w->len == size);
	check(memcmp(w->p, data, size) == 0);
}

static void
run_give(const uint8_t *data, size_t size)
{
	uint8_t out[SIGN_GIVE_MAX];
	struct sign_give g;
	struct reader r;
	struct writer w;

	reader_init(&r, data, size);
	if (sign_give_decode(&r, &g) == -1)
		return;
	check(g.siglen <= sizeof(g.sig));
	check((g.siglen > 0) == (g.status == SIGN_OK));
	check(sign_status_text((enum sign_status)g.status)[0] != '?');
	writer_init(&w, out, sizeof(out));
	sign_give_encode(&g, &w);
	check_same(&w, data, size);
}

/* What keyd answers can be sent, and httpd takes it. */
static void
check_answer(const struct sign_give *g)
{
	uint8_t out[SIGN_GIVE_MAX];
	struct writer w;

	writer_init(&w, out, sizeof(out));
	sign_give_encode(g, &w);
	check(writer_ok(&w));
	run_give(out, w.len);
}

static void
run_ask(const uint8_t *data, size_t size)
{
	static const uint8_t zeros[HANDSHAKE_KEY_ID];
	uint8_t out[SIGN_ASK_MAX];
	struct sign_give g;
	struct sign_ask a;
	struct reader r;
	struct writer w;
	bool known;

	reader_init(&r, data, size);
	if (sign_ask_decode(&r, &a) == -1)
		return;
	writer_init(&w, out, sizeof(out));
	sign_ask_encode(&a, &w);
	check_same(&w, data, size);
	if (memcmp(a.key, zeros, sizeof(a.key)) == 0)
		memcpy(a.key, ring.now.id, sizeof(a.key));
	else if (a.key[0] == 1)
		memcpy(a.key, ring.before.id, sizeof(a.key));
	/* An input can also contain the id itself. */
	known = key_is(&ring.now, a.key) || key_is(&ring.before, a.key);
	ring.signatures = 0;
	keyring_sign(&ring, &a, 0, &g);
	check((g.status == SIGN_NO_KEY) == !known);
	if (known)
		check(g.status == (key_is(&ring.before, a.key) ==
					      (a.kind != HANDSHAKE_ECDSA)
					  ? SIGN_OK
					  : SIGN_KIND));
	check_answer(&g);
}

static int
make_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	check(fd != -1 && write(fd, data, size) == (ssize_t)size);
	return fd;
}

/* Any pair of files is refused with a reason, or it signs. */
static void
run_files(const uint8_t *data, size_t size)
{
	struct sign_ask a = { .hashlen = 32 };
	struct key_file key, cert;
	char why[ROLE_WHY_MAX];
	struct identity id;
	struct sign_give g;
	struct tls_key k;
	struct reader r, text;
	uint16_t n;

	reader_init(&r, data, size);
	n = reader_u16(&r);
	text = reader_sub(&r, n);
	if (!reader_ok(&r))
		return;
	key = (struct key_file){ make_file(text.p, text.left), "/key" };
	cert = (struct key_file){ make_file(r.p, r.left), "/cert" };
	why[0] = '\0';
	if (key_load(&k, &key, &cert, NOW_S, why) == 0) {
		check(k.key != NULL && why[0] == '\0');
		a.kind = k.rsa ? HANDSHAKE_RSA_PSS : HANDSHAKE_ECDSA;
		key_sign(&k, &a, &g);
		check(g.status == SIGN_OK || g.status == SIGN_FAILED);
		check_answer(&g);
	} else {
		check(k.key == NULL && why[0] != '\0');
	}
	why[0] = '\0';
	if (identity_load(&id, cert.fd, "/cert", why) == 0) {
		check(id.n > 0 && id.n <= IDENTITY_CHAIN_MAX);
		/* Both know the key by the same id. */
		check(k.key == NULL || key_is(&k, id.key));
		identity_free(&id);
	} else {
		check(id.n == 0 && why[0] != '\0');
	}
	key_free(&k);
	(void)close(key.fd);
	(void)close(cert.fd);
}

/* To make keys may take longer than an input may. */
int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (ring.now.key != NULL)
		return 0;
	log_set_sink(ignore_line, NULL);
	make_key(&ring.now, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
	make_key(&ring.before, GNUTLS_PK_RSA, KEY_RSA_BITS_MIN);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)LLVMFuzzerInitialize(NULL, NULL);
	if (size < 1)
		return 0;
	switch (data[0]) {
	case 0:
		run_ask(data + 1, size - 1);
		break;
	case 1:
		run_give(data + 1, size - 1);
		break;
	case 2:
		run_files(data + 1, size - 1);
		break;
	default:
		break;
	}
	return 0;
}
