/* SPDX-License-Identifier: ISC */
/* Secret keys, and the signatures made with them. */
#include "sign/seckey.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "daemon/buf.h"
#include "sign/text.h"

#define CHECKSUM_BYTES 32
#define FILE_BYTES (2 + 2 + 2 + SIGN_SALT_BYTES + 8 + 8 + SIGN_PRIVATE_BYTES)
#define SECRET_AT SIGN_ID_BYTES
#define CHECKSUM_AT (SIGN_ID_BYTES + SIGN_SECRET_BYTES)

#define COST_OPS crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE
#define COST_MEMORY crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE
#define COST_OPS_MIN crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_MIN
#define COST_MEMORY_MIN crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_MIN

_Static_assert(SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(
    SIGN_SALT_BYTES == crypto_pwhash_scryptsalsa208sha256_SALTBYTES, "scrypt");

void
sign_seckey_make(struct sign_seckey *k)
{
	uint8_t public[SIGN_KEY_BYTES];

	randombytes_buf(k->id, sizeof(k->id));
	(void)crypto_sign_keypair(public, k->secret);
}

/* Numbers in these files are little-endian. */
static uint64_t
read_le64(struct reader *r)
{
	return __builtin_bswap64(reader_u64(r));
}

static void
write_le64(struct writer *w, uint64_t v)
{
	writer_u64(w, __builtin_bswap64(v));
}

static enum sign_reason
parse_fields_of(struct sign_seckey_file *f, const uint8_t *raw)
{
	struct reader r;
	const uint8_t *algorithm, *kdf, *checksum;

	reader_init(&r, raw, FILE_BYTES);
	algorithm = reader_bytes(&r, 2);
	kdf = reader_bytes(&r, 2);
	checksum = reader_bytes(&r, 2);
	reader_copy(&r, f->salt, sizeof(f->salt));
	f->opslimit = read_le64(&r);
	f->memlimit = read_le64(&r);
	reader_copy(&r, f->body, sizeof(f->body));
	if (!reader_done(&r) || memcmp(algorithm, "Ed", 2) != 0 ||
	    memcmp(checksum, "B2", 2) != 0)
		return SIGN_SECRET_KIND;
	f->encrypted = memcmp(kdf, "Sc", 2) == 0;
	if (!f->encrypted && memcmp(kdf, "\0", 2) != 0)
		return SIGN_SECRET_KIND;
	if (f->encrypted &&
	    (f->opslimit > COST_OPS || f->memlimit > COST_MEMORY ||
		f->opslimit < COST_OPS_MIN || f->memlimit < COST_MEMORY_MIN))
		return SIGN_SECRET_COST;
	return SIGN_OK;
}

enum sign_reason
sign_seckey_parse(struct sign_seckey_file *f, const void *text, size_t n)
{
	uint8_t raw[FILE_BYTES];
	struct sign_line comment;
	struct sign_text t;
	enum sign_reason r;

	memset(f, 0, sizeof(*f));
	if ((r = sign_text_init(&t, text, n)) != SIGN_OK ||
	    (r = sign_text_comment(
		 &t, SIGN_UNTRUSTED, SIGN_COMMENT, &comment)) != SIGN_OK)
		return r;
	if ((r = sign_text_base64(&t, raw, sizeof(raw))) == SIGN_OK &&
	    (r = sign_text_end(&t)) == SIGN_OK)
		r = parse_fields_of(f, raw);
	sodium_memzero(raw, sizeof(raw));
	/* A public key, or a secret one of signify. */
	return r == SIGN_BASE64 ? SIGN_SECRET_KIND : r;
}

/* minisign's: over the algorithm, the id and the secret. */
static void
checksum_make(uint8_t dst[CHECKSUM_BYTES], const uint8_t *body)
{
	crypto_generichash_state s;

	(void)crypto_generichash_init(&s, NULL, 0, CHECKSUM_BYTES);
	(void)crypto_generichash_update(&s, (const uint8_t *)"Ed", 2);
	(void)crypto_generichash_update(&s, body, CHECKSUM_AT);
	(void)crypto_generichash_final(&s, dst, CHECKSUM_BYTES);
	sodium_memzero(&s, sizeof(s));
}

/* Encrypts or decrypts. */
static int
private_mask(uint8_t *body, const struct sign_seckey_file *f,
    const char *password, size_t n)
{
	uint8_t mask[SIGN_PRIVATE_BYTES];
	size_t i;

	if (crypto_pwhash_scryptsalsa208sha256(mask, sizeof(mask), password, n,
		f->salt, f->opslimit, (size_t)f->memlimit) != 0)
		return -1;
	for (i = 0; i < sizeof(mask); i++)
		body[i] ^= mask[i];
	sodium_memzero(mask, sizeof(mask));
	return 0;
}

/*
 * The checksum, and that the public key within is that of the seed.  minisign
 * writes no checksum if there is no password.
 */
static enum sign_reason
private_check(const uint8_t *body, bool encrypted)
{
	uint8_t checksum[CHECKSUM_BYTES], secret[SIGN_SECRET_BYTES];
	uint8_t public[SIGN_KEY_BYTES];
	bool same;

	checksum_make(checksum, body);
	if (sodium_memcmp(checksum, body + CHECKSUM_AT, sizeof(checksum)) !=
		0 &&
	    (encrypted ||
		!sodium_is_zero(body + CHECKSUM_AT, sizeof(checksum))))
		return encrypted ? SIGN_SECRET_PASSWORD : SIGN_SECRET_DAMAGED;
	(void)crypto_sign_seed_keypair(public, secret, body + SECRET_AT);
	same = sodium_memcmp(secret, body + SECRET_AT, sizeof(secret)) == 0;
	sodium_memzero(secret, sizeof(secret));
	return same ? SIGN_OK : SIGN_SECRET_DAMAGED;
}

enum sign_reason
sign_seckey_open(struct sign_seckey *k, const struct sign_seckey_file *f,
    const char *password, size_t n)
{
	uint8_t body[SIGN_PRIVATE_BYTES];
	enum sign_reason r = SIGN_OK;

	memset(k, 0, sizeof(*k));
	memcpy(body, f->body, sizeof(body));
	if (f->encrypted && private_mask(body, f, password, n) != 0)
		r = SIGN_SECRET_MEMORY;
	if (r == SIGN_OK)
		r = private_check(body, f->encrypted);
	if (r == SIGN_OK) {
		memcpy(k->id, body, sizeof(k->id));
		memcpy(k->secret, body + SECRET_AT, sizeof(k->secret));
	}
	sodium_memzero(body, sizeof(body));
	return r;
}

/* With less memory than that of minisign the key is easier to guess. */
static int
private_encrypt(
    struct sign_seckey_file *f, const char *password, size_t n, size_t memlimit)
{
	checksum_make(f->body + CHECKSUM_AT, f->body);
	randombytes_buf(f->salt, sizeof(f->salt));
	f->memlimit = memlimit == 0 ? COST_MEMORY : memlimit;
	/* libsodium's ratio of the two. */
	f->opslimit = f->memlimit / (COST_MEMORY / COST_OPS);
	while (private_mask(f->body, f, password, n) != 0) {
		f->memlimit /= 2;
		f->opslimit /= 2;
		if (f->memlimit < COST_MEMORY_MIN || f->opslimit < COST_OPS_MIN)
			return -1;
	}
	return 0;
}

static void
put_base64(char *dst, size_t dstsz, const uint8_t *bytes, size_t n)
{
	(void)sodium_bin2base64(
	    dst, dstsz, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

int
sign_seckey_write(char dst[SIGN_SECKEY_TEXT], const struct sign_seckey *k,
    const char *password, size_t n, size_t memlimit)
{
	struct sign_seckey_file f = { .encrypted = password != NULL };
	char text[sodium_base64_ENCODED_LEN(
	    FILE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
	uint8_t raw[FILE_BYTES];
	struct writer w;
	int r = 0;

	memcpy(f.body, k->id, sizeof(k->id));
	memcpy(f.body + SECRET_AT, k->secret, sizeof(k->secret));
	if (f.encrypted)
		r = private_encrypt(&f, password, n, memlimit);
	writer_init(&w, raw, sizeof(raw));
	writer_bytes(&w, "Ed", 2);
	writer_bytes(&w, f.encrypted ? "Sc" : "\0", 2);
	writer_bytes(&w, "B2", 2);
	writer_bytes(&w, f.salt, sizeof(f.salt));
	write_le64(&w, f.opslimit);
	write_le64(&w, f.memlimit);
	writer_bytes(&w, f.body, sizeof(f.body));
	put_base64(text, sizeof(text), raw, sizeof(raw));
	(void)snprintf(dst, SIGN_SECKEY_TEXT,
	    SIGN_UNTRUSTED "minisign encrypted secret key\n%s\n", text);
	sodium_memzero(&f, sizeof(f));
	sodium_memzero(raw, sizeof(raw));
	sodium_memzero(text, sizeof(text));
	return r;
}

void
sign_seckey_public(const struct sign_seckey *k, struct sign_pubkey *public)
{
	memcpy(public->id, k->id, sizeof(public->id));
	(void)crypto_sign_ed25519_sk_to_pk(public->key, k->secret);
	public->format = SIGN_MINISIGN;
}

void
sign_pubkey_write(char dst[SIGN_PUBKEY_TEXT], const struct sign_pubkey *k)
{
	uint8_t raw[2 + SIGN_ID_BYTES + SIGN_KEY_BYTES] = { 'E', 'd' };
	char id[SIGN_ID_TEXT], text[64];

	memcpy(raw + 2, k->id, sizeof(k->id));
	memcpy(raw + 2 + sizeof(k->id), k->key, sizeof(k->key));
	put_base64(text, sizeof(text), raw, sizeof(raw));
	(void)snprintf(dst, SIGN_PUBKEY_TEXT,
	    SIGN_UNTRUSTED "minisign public key %s\n%s\n",
	    sign_id_text(id, k->id), text);
}

void
sign_signature_write(char dst[SIGN_SIGNATURE_TEXT], const struct sign_seckey *k,
    const uint8_t digest[SIGN_DIGEST_BYTES], const char *comment)
{
	uint8_t raw[2 + SIGN_ID_BYTES + SIGN_SIG_BYTES] = { 'E', 'D' };
	uint8_t message[SIGN_SIG_BYTES + SIGN_COMMENT_MAX];
	uint8_t global[SIGN_SIG_BYTES], *sig = raw + 2 + SIGN_ID_BYTES;
	size_t n = strnlen(comment, SIGN_COMMENT_MAX);
	char first[128], last[128];

	memcpy(raw + 2, k->id, sizeof(k->id));
	(void)crypto_sign_detached(
	    sig, NULL, digest, SIGN_DIGEST_BYTES, k->secret);
	memcpy(message, sig, SIGN_SIG_BYTES);
	memcpy(message + SIGN_SIG_BYTES, comment, n);
	(void)crypto_sign_detached(
	    global, NULL, message, SIGN_SIG_BYTES + n, k->secret);
	put_base64(first, sizeof(first), raw, sizeof(raw));
	put_base64(last, sizeof(last), global, sizeof(global));
	(void)snprintf(dst, SIGN_SIGNATURE_TEXT,
	    SIGN_UNTRUSTED
	    "signature by pxeguard-sign\n%s\n" SIGN_TRUSTED_PREFIX "%.*s\n%s\n",
	    first, (int)n, comment, last);
}
