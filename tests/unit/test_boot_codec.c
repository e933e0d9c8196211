/* SPDX-License-Identifier: ISC */
/* The first message to a role: what its sandbox shall be. */
#include <syslog.h>

#include "sandbox/sandbox.h"
#include "tests/unit/codec.h"

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct boot b;
	struct reader r;
	struct writer w;
	uint8_t k;

	reader_init(&r, in, n);
	if (sandbox_boot_decode(&r, &b) == -1)
		return -1;
	ck_assert_uint_lt(b.role, ROLE_MAX);
	ck_assert_uint_lt(b.root, SANDBOX_ROOT_MAX);
	ck_assert_uint_le(b.log_level, LOG_DEBUG);
	ck_assert_uint_le(b.nroots, SANDBOX_ROOTS_MAX);
	for (k = 0; k < b.nroots; k++)
		ck_assert_uint_lt(
		    strnlen(b.roots[k], RECORD_PATH_MAX), RECORD_PATH_MAX);
	writer_init(&w, out, CODEC_MAX);
	sandbox_boot_encode(&b, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

static void
random_boot(struct boot *b)
{
	uint8_t k;

	memset(b, 0, sizeof(*b));
	b->role = (uint8_t)codec_below(ROLE_MAX);
	b->log_level = (uint8_t)codec_below(LOG_DEBUG + 1);
	b->uid = codec_random();
	b->gid = codec_random();
	b->root = (uint8_t)codec_below(SANDBOX_ROOT_MAX);
	if (b->root == SANDBOX_ROOT_READ)
		b->nroots = (uint8_t)(1 + codec_below(SANDBOX_ROOTS_MAX));
	else if (b->root == SANDBOX_ROOT_WRITE)
		b->nroots = 1;
	/* Short ones where there are many, for the torture takes its time. */
	for (k = 0; k < b->nroots; k++)
		codec_string(b->roots[k], b->nroots == 1 ? 512 : 48,
		    b->root == SANDBOX_ROOT_WRITE ? 1 : 0);
	b->max_fds = codec_random();
	b->layers_disabled = (uint8_t)codec_below(8);
}

START_TEST(random_content)
{
	uint8_t buf[SANDBOX_BOOT_MAX];
	struct boot b, back;
	struct writer w;
	struct reader r;

	srandom((unsigned int)_i);
	random_boot(&b);
	writer_init(&w, buf, sizeof(buf));
	sandbox_boot_encode(&b, &w);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	memset(&back, 0, sizeof(back));
	ck_assert_int_eq(sandbox_boot_decode(&r, &back), 0);
	ck_assert_mem_eq(&back, &b, sizeof(b));
	codec_torture(recode, buf, w.len);
}
END_TEST

static bool
accepted(const struct boot *b)
{
	uint8_t buf[SANDBOX_BOOT_MAX], out[CODEC_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	sandbox_boot_encode(b, &w);
	return codec_run(recode, buf, w.len, out) != -1;
}

START_TEST(limits)
{
	struct boot good = { .role = ROLE_IMAGED,
		.log_level = LOG_DEBUG,
		.root = SANDBOX_ROOT_EMPTY },
		    bad;

	ck_assert(accepted(&good));
	bad = good;
	bad.role = ROLE_MAX;
	ck_assert(!accepted(&bad));
	bad = good;
	bad.root = SANDBOX_ROOT_MAX;
	ck_assert(!accepted(&bad));
	bad = good;
	bad.log_level = LOG_DEBUG + 1;
	ck_assert(!accepted(&bad));
}
END_TEST

/* How many folders each kind of root has. */
START_TEST(folders)
{
	struct boot b = { .root = SANDBOX_ROOT_EMPTY };

	b.nroots = 1;
	ck_assert(!accepted(&b));
	b.root = SANDBOX_ROOT_WRITE;
	ck_assert(!accepted(&b)); /* it has no name */
	(void)strcpy(b.roots[0], "/srv");
	ck_assert(accepted(&b));
	b.nroots = 2;
	ck_assert(!accepted(&b));
	b.nroots = 0;
	ck_assert(!accepted(&b));
	b.root = SANDBOX_ROOT_READ;
	ck_assert(!accepted(&b));
	b.nroots = SANDBOX_ROOTS_MAX;
	ck_assert(accepted(&b));
}
END_TEST

/* One more than there is room for. */
START_TEST(too_many_folders)
{
	uint8_t buf[SANDBOX_BOOT_MAX], out[CODEC_MAX];
	struct boot b = { .root = SANDBOX_ROOT_READ,
		.nroots = SANDBOX_ROOTS_MAX };
	struct writer w;
	size_t count = 1 + 1 + 4 + 4 + 1;

	writer_init(&w, buf, sizeof(buf));
	sandbox_boot_encode(&b, &w);
	ck_assert_uint_eq(buf[count], SANDBOX_ROOTS_MAX);
	ck_assert(codec_run(recode, buf, w.len, out) != -1);
	memmove(buf + count + 3, buf + count + 1, w.len - count - 1);
	buf[count]++;
	buf[count + 1] = buf[count + 2] = 0;
	ck_assert(codec_run(recode, buf, w.len + 2, out) == -1);
}
END_TEST

/* With the longest of all names it still is one message. */
START_TEST(the_longest)
{
	uint8_t buf[SANDBOX_BOOT_MAX];
	struct boot b = { .root = SANDBOX_ROOT_READ,
		.nroots = SANDBOX_ROOTS_MAX };
	struct writer w;
	uint8_t k;

	for (k = 0; k < b.nroots; k++)
		memset(b.roots[k], 'x', sizeof(b.roots[k]) - 1);
	writer_init(&w, buf, sizeof(buf));
	sandbox_boot_encode(&b, &w);
	ck_assert(writer_ok(&w));
	ck_assert_uint_le(w.len, msg_spec(MSG_BOOT)->max);
	ck_assert(accepted(&b));
}
END_TEST

Suite *suite_boot_codec(void);

Suite *
suite_boot_codec(void)
{
	Suite *s = suite_create("boot_codec");
	TCase *tc = tcase_create("boot");

	tcase_add_loop_test(tc, random_content, 0, 30);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, folders);
	tcase_add_test(tc, too_many_folders);
	tcase_add_test(tc, the_longest);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_boot_codec)
