/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a manifest, read in steps of any size: the first byte says of
 * which.  Every name of an accepted one is normalized, is found with its
 * checksum, and is the same when the list is written anew.
 */
#include <stdlib.h>
#include <string.h>

#include "sign/manifest_line.h"
#include "tests/fuzz/target.h"

static const uint8_t seed[MANIFEST_SEED_BYTES] = { 7 };

/* No empty, "." or ".." component. */
static void
check_name(const char *name, size_t n)
{
	char text[MANIFEST_LINE_MAX + 3];

	check(n > 0 && n < MANIFEST_LINE_MAX);
	check(memchr(name, '\0', n) == NULL);
	text[0] = '/';
	memcpy(text + 1, name, n);
	text[n + 1] = '/';
	text[n + 2] = '\0';
	check(strstr(text, "//") == NULL);
	check(strstr(text, "/./") == NULL);
	check(strstr(text, "/../") == NULL);
}

/* The list as sha256sum would write it. */
static char *
write_again(const struct manifest *m, size_t *len)
{
	uint8_t hash[MANIFEST_HASH_BYTES], found[MANIFEST_HASH_BYTES];
	static char name[MANIFEST_LINE_MAX];
	size_t at = 0, n, files = 0;
	char *text;

	/* An escaped name is no longer than in its line. */
	text = malloc(m->len * 2 + MANIFEST_LINE_EXTRA * (m->files + 1));
	check(text != NULL);
	*len = 0;
	while (manifest_next(m, &at, name, &n, hash)) {
		files++;
		check_name(name, n);
		check(manifest_find(m, name, n, found));
		check(memcmp(hash, found, sizeof(hash)) == 0);
		*len += manifest_line_write(text + *len, name, n, hash);
	}
	check(files == m->files);
	return text;
}

static void
check_same(const struct manifest *a, const struct manifest *b)
{
	uint8_t ha[MANIFEST_HASH_BYTES], hb[MANIFEST_HASH_BYTES];
	static char na[MANIFEST_LINE_MAX], nb[MANIFEST_LINE_MAX];
	size_t ata = 0, atb = 0, la, lb;

	check(a->files == b->files);
	while (manifest_next(a, &ata, na, &la, ha)) {
		check(manifest_next(b, &atb, nb, &lb, hb));
		check(la == lb && memcmp(na, nb, la) == 0);
		check(memcmp(ha, hb, sizeof(ha)) == 0);
	}
	check(!manifest_next(b, &atb, nb, &lb, hb));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m, whole, again;
	size_t len, steps = 0;
	char *text;

	if (size == 0)
		return 0;
	manifest_init(&m, data + 1, size - 1, seed);
	while (manifest_step(&m, data[0] % 8 + 1U) == MANIFEST_MORE)
		check(++steps <= 2 * size);
	manifest_init(&whole, data + 1, size - 1, seed);
	check(manifest_read(&whole) == m.state);
	check(whole.why == m.why && whole.line == m.line);
	check((m.state == MANIFEST_DONE) == (m.why == SIGN_OK));
	if (m.state == MANIFEST_DONE) {
		text = write_again(&m, &len);
		manifest_init(&again, text, len, seed);
		/* An escaped line may be longer than the one that was read. */
		if (manifest_read(&again) == MANIFEST_DONE)
			check_same(&m, &again);
		else
			check(again.why == SIGN_MANIFEST_LINE);
		manifest_free(&again);
		free(text);
	} else {
		check(!manifest_find(&m, "a", 1, (uint8_t[32]){ 0 }));
	}
	manifest_free(&m);
	manifest_free(&whole);
	return 0;
}
