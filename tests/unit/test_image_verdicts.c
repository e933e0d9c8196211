/* SPDX-License-Identifier: ISC */
/* What signatures say about single files, with a hashd that does as asked. */
#include <sodium.h>

#include "hashd/work.h"
#include "imaged/verifier.h"
#include "sign/text.h"
#include "tests/unit/image_case.h"
#include "tests/unit/sign_case.h"

#define JOBS_MAX 8

static uint64_t now_ms = 1000;
static struct verifier v;
static struct verifier_conf conf;
static struct sign_case owner, other;
static struct sign_pubkey keys[2];
static struct record_verify_exempt exempt = { .pattern = "free/*" };
static const char roots[1][RECORD_PATH_MAX] = { "/srv" };
static struct {
	uint32_t id;
	struct hash_job job;
	int fd;
} jobs[JOBS_MAX];
static size_t njobs;
static struct serial_row put; /* the last one */
static uint32_t put_id, load_id;

static int
take_job(uint32_t id, const struct hash_job *job, int fd)
{
	ck_assert_uint_lt(njobs, JOBS_MAX);
	jobs[njobs].id = id;
	jobs[njobs].job = *job;
	jobs[njobs++].fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return 0;
}

static void
take_call(uint32_t ticket, bool given_up)
{
	(void)ticket;
	(void)given_up;
}

static const struct verifier_ops ops = { take_job, take_call };

static int
take_load(uint32_t id)
{
	load_id = id;
	return 0;
}

static int
take_put(uint32_t id, const struct serial_row *row)
{
	put_id = id;
	put = *row;
	return 0;
}

static void
take_serial_call(uint32_t ticket)
{
	(void)ticket;
}

static void
take_accepted(const char *root, const char *folder, uint64_t serial)
{
	ck_assert_str_eq(root, put.root);
	ck_assert_str_eq(folder, put.folder);
	ck_assert_uint_eq(serial, put.serial);
}

static const struct serials_ops serial_ops = { take_load, take_put,
	take_serial_call, take_accepted };

static void
set_up(void)
{
	image_set_up();
	image_folder("d");
	image_folder("free");
	image_folder("free/d");
	ck_assert_int_ne(sodium_init(), -1);
	sign_case_key(&owner, 1);
	sign_case_key(&other, 2);
	keys[0] = owner.key;
	keys[1] = other.key;
	conf = (struct verifier_conf){ .cache = 1 << 20,
		.keys = keys,
		.nkeys = 2,
		.exempt = &exempt,
		.nexempt = 1,
		.rule = { .uid = getuid(), .gid = getgid() },
		.roots = roots };
	verifier_init(&v, &ops, &serial_ops);
	verifier_configure(&v, &conf);
	njobs = 0;
	put_id = 0;
	serials_up(&v.serials, now_ms);
	ck_assert_int_eq(serials_loaded(&v.serials, load_id, 0, now_ms), 0);
}

static void
tear_down(void)
{
	verifier_clear(&v);
	serials_clear(&v.serials);
	image_tear_down();
}

static void
do_jobs(void)
{
	struct hash_done d;
	struct work k;
	int fd;

	while (njobs > 0) {
		njobs--;
		work_init(&k, &jobs[njobs].job, jobs[njobs].fd);
		while (work_step(&k, &d) == WORK_MORE)
			continue;
		fd = d.status == HASH_OK ? k.to : -1;
		if (d.status == HASH_OK)
			k.to = -1;
		work_end(&k);
		ck_assert_int_eq(
		    verifier_done(&v, jobs[njobs].id, &d, fd, now_ms), 0);
	}
}

/* Asks until there is an answer. */
static enum verify_result
judge(const char *name, struct verdict *d)
{
	enum verify_result r = VERIFY_WAIT;
	struct image im;
	int tries;

	/* What has decided about the path before is not held any more. */
	now_ms += HELD_COVERS_MS;
	for (tries = 0; r == VERIFY_WAIT; tries++) {
		ck_assert_int_lt(tries, 8);
		ck_assert_int_eq(
		    image_open(image_root, name, &conf.rule, &im), FILE_OK);
		r = verifier_check(&v, 0, image_root, name, &im, now_ms, d);
		(void)close(im.fd);
		do_jobs();
		while (verifier_turn(&v))
			continue;
		if (put_id != 0)
			ck_assert_int_eq(
			    serials_durable(&v.serials, put_id, now_ms), 0);
		put_id = 0;
	}
	return r;
}

static void
served(const char *name)
{
	struct verdict d;

	ck_assert_int_eq(judge(name, &d), VERIFY_SERVE);
	image_check_content(d.copy, sign_content);
}

static void
refused(const char *name, enum verify_why why, enum sign_reason sign)
{
	struct verdict d;

	ck_assert_int_eq(judge(name, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, why);
	ck_assert_int_eq(d.sign, sign);
	ck_assert_int_eq(d.copy, -1);
}

/* A file, and its signature by a key. */
static void
sign(const char *name, const struct sign_case *c, bool prehashed,
    const char *comment)
{
	char sig[128];

	image_write(name, sign_content, 0644);
	(void)snprintf(sig, sizeof(sig), "%s.minisig", name);
	image_write(sig,
	    sign_case_sign(
		c, prehashed, sign_content, SIGN_CONTENT_LEN, comment),
	    0644);
}

/* The signature of one file is none of another one, with the same content. */
START_TEST(name_of_the_file)
{
	sign("a", &owner, true, "timestamp:1\tfile:a");
	sign("b", &owner, true, "timestamp:1\tfile:a");
	sign("d/a", &owner, false, "timestamp:1\tfile:a");
	sign("c", &owner, true, "timestamp:1");
	served("a");
	served("d/a");
	served("c");
	refused("b", VERIFY_SIGNATURE, SIGN_NAME);
}
END_TEST

/*
 * One file and one signature by two paths each: what is known for one path says
 * nothing about the other.
 */
START_TEST(links)
{
	sign("a", &owner, true, "timestamp:1\tfile:a");
	image_link("a", "b");
	image_link("a.minisig", "b.minisig");
	served("a");
	refused("b", VERIFY_SIGNATURE, SIGN_NAME);
	served("a");
}
END_TEST

/*
 * What is known of a signature over the content is known for one key: not for
 * another one with its id, whose owner has signed a comment for it.
 */
START_TEST(key_of_the_signature)
{
	static const char comment[] = "timestamp:2\tfile:a";
	uint8_t both[SIGN_SIG_BYTES + sizeof(comment) - 1];
	uint8_t global[SIGN_SIG_BYTES];
	char first[128], last[128], text[512];

	sign("a", &owner, false, "timestamp:1\tfile:a");
	served("a");
	memcpy(keys[0].key, other.key.key, sizeof(keys[0].key));
	verifier_configure(&v, &conf);
	refused("a", VERIFY_SIGNATURE, SIGN_BAD_COMMENT);
	(void)crypto_sign_detached(both, NULL, (const uint8_t *)sign_content,
	    SIGN_CONTENT_LEN, owner.secret);
	memcpy(both + SIGN_SIG_BYTES, comment, sizeof(comment) - 1);
	(void)crypto_sign_detached(
	    global, NULL, both, sizeof(both), other.secret);
	sign_case_base64(
	    first, sizeof(first), "Ed", owner.key.id, both, SIGN_SIG_BYTES);
	sign_case_base64(last, sizeof(last), "", NULL, global, sizeof(global));
	(void)snprintf(text, sizeof(text),
	    "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n", first,
	    comment, last);
	image_write("a.minisig", text, 0644);
	refused("a", VERIFY_SIGNATURE, SIGN_BAD_CONTENT);
}
END_TEST

/* The verdict names the signature, and the key as far as it is known. */
START_TEST(what_is_named)
{
	struct verdict d;
	int tries;

	sign("a", &other, true, "timestamp:1\tfile:a");
	served("a");
	sign("b", &other, true, "timestamp:1\tfile:a");
	ck_assert_int_eq(judge("b", &d), VERIFY_REFUSE);
	ck_assert_str_eq(d.path, "b.minisig");
	ck_assert(d.has_key);
	ck_assert_mem_eq(d.key, other.key.id, sizeof(d.key));
	/* Its key is not listed. */
	conf.nkeys = 1;
	verifier_configure(&v, &conf);
	refused("a", VERIFY_SIGNATURE, SIGN_KEY_UNKNOWN);
	ck_assert_int_eq(judge("a", &d), VERIFY_REFUSE);
	ck_assert(d.has_key);
	ck_assert_mem_eq(d.key, other.key.id, sizeof(d.key));
	/* Another content: also the second time, when that is known. */
	sign("c", &owner, true, "timestamp:1");
	image_write("c", "x", 0644);
	for (tries = 0; tries < 2; tries++) {
		ck_assert_int_eq(judge("c", &d), VERIFY_REFUSE);
		ck_assert_int_eq(d.sign, SIGN_BAD_CONTENT);
		ck_assert(d.has_key);
		ck_assert_mem_eq(d.key, owner.key.id, sizeof(d.key));
	}
	/* No signature, and a file that is none. */
	image_write("e", "x", 0644);
	ck_assert_int_eq(judge("e", &d), VERIFY_REFUSE);
	ck_assert(!d.has_key);
	ck_assert_str_eq(d.path, "");
	image_write("e.minisig", "x", 0644);
	ck_assert_int_eq(judge("e", &d), VERIFY_REFUSE);
	ck_assert(!d.has_key);
	ck_assert_str_eq(d.path, "e.minisig");
}
END_TEST

/* A file of this size is read as a whole, and a larger one is refused. */
START_TEST(long_signature)
{
	static char text[SIGN_TEXT_MAX + 2];
	const char *sig;

	sign("a", &owner, true, "timestamp:1");
	sig = sign_case_sign(
	    &owner, true, sign_content, SIGN_CONTENT_LEN, "timestamp:1");
	memset(text, '\n', SIGN_TEXT_MAX + 1);
	memcpy(text, sig, strlen(sig));
	image_write("a.minisig", text, 0644);
	refused("a", VERIFY_SIGNATURE, SIGN_LONG);
	text[SIGN_TEXT_MAX] = '\0';
	image_write("a.minisig", text, 0644);
	served("a");
}
END_TEST

/* A star of verify-exempt ends at a slash. */
START_TEST(exempt_files)
{
	struct verdict d;

	image_write("free/a", "x", 0644);
	image_write("free/d/a", "x", 0644);
	image_write("b", "x", 0644);
	ck_assert_int_eq(judge("free/a", &d), VERIFY_PLAIN);
	ck_assert_int_eq(judge("./free//a", &d), VERIFY_PLAIN);
	refused("free/d/a", VERIFY_UNSIGNED, SIGN_OK);
	refused("b", VERIFY_UNSIGNED, SIGN_OK);
}
END_TEST

static void
put_manifest(const char *folder, const char *text, const char *comment)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%sSHA256SUMS", folder);
	image_write(name, text, 0644);
	(void)snprintf(name, sizeof(name), "%sSHA256SUMS.minisig", folder);
	image_write(name,
	    sign_case_sign(&owner, true, text, strlen(text), comment), 0644);
}

/* Each digit of a checksum counts, and serials are those of a folder. */
START_TEST(manifests)
{
	char text[256], hex[65];
	uint8_t hash[32];

	(void)crypto_hash_sha256(
	    hash, (const uint8_t *)sign_content, SIGN_CONTENT_LEN);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	image_write("d/a", sign_content, 0644);
	(void)snprintf(text, sizeof(text), "%s  a\n", hex);
	put_manifest("d/", text, "timestamp:1\tserial:7");
	served("d/a");
	ck_assert_str_eq(put.root, "/srv");
	ck_assert_str_eq(put.folder, "d");
	ck_assert_uint_eq(put.serial, 7);
	text[63] = text[63] == '0' ? '1' : '0';
	put_manifest("d/", text, "timestamp:2\tserial:8");
	refused("d/a", VERIFY_DIFFERS, SIGN_OK);
	put_manifest("d/", text, "timestamp:2\tserial:7");
	refused("d/a", VERIFY_SERIAL_LOWER, SIGN_OK);
	put_manifest("", "# nothing\n", "timestamp:2\tserial:1");
	image_write("a", sign_content, 0644);
	refused("a", VERIFY_UNLISTED, SIGN_OK);
	ck_assert_str_eq(put.folder, "");
}
END_TEST

/* A manifest that was served itself, by its blocks, is copied to be read. */
START_TEST(manifest_by_blocks)
{
	static char text[3 * 4096];
	struct verdict d;
	size_t at;

	conf.cache = 4096;
	verifier_configure(&v, &conf);
	memset(text, '#', sizeof(text) - 1);
	for (at = 100; at < sizeof(text) - 1; at += 100)
		text[at] = '\n';
	put_manifest("", text, "timestamp:1");
	ck_assert_int_eq(judge("SHA256SUMS", &d), VERIFY_SERVE);
	ck_assert_int_eq(d.copy, -1);
	ck_assert_int_ne(d.table, -1);
	image_write("a", sign_content, 0644);
	refused("a", VERIFY_UNLISTED, SIGN_OK);
}
END_TEST

/* One that is too large is not even read. */
START_TEST(large_manifest)
{
	int fd;

	image_write("a", sign_content, 0644);
	put_manifest("", "", "timestamp:1");
	fd = openat(image_root, "SHA256SUMS", O_RDWR);
	ck_assert_int_eq(ftruncate(fd, (off_t)MANIFEST_BYTES_MAX + 1), 0);
	(void)close(fd);
	refused("a", VERIFY_MANIFEST, SIGN_MANIFEST_LARGE);
	ck_assert_uint_eq(v.contents.n, 0);
}
END_TEST

/* A signature over the content needs a copy, also if there is much memory. */
START_TEST(large_pure)
{
	int fd;

	conf.cache = VERIFIER_PURE_MAX * 4;
	verifier_configure(&v, &conf);
	sign("a", &owner, false, "timestamp:1");
	fd = openat(image_root, "a", O_RDWR);
	ck_assert_int_eq(ftruncate(fd, (off_t)VERIFIER_PURE_MAX + 1), 0);
	(void)close(fd);
	refused("a", VERIFY_PURE_LARGE, SIGN_OK);
}
END_TEST

Suite *suite_image_verdicts(void);

Suite *
suite_image_verdicts(void)
{
	Suite *s = suite_create("image_verdicts");
	TCase *tc = tcase_create("image_verdicts");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, name_of_the_file);
	tcase_add_test(tc, links);
	tcase_add_test(tc, key_of_the_signature);
	tcase_add_test(tc, what_is_named);
	tcase_add_test(tc, long_signature);
	tcase_add_test(tc, exempt_files);
	tcase_add_test(tc, manifests);
	tcase_add_test(tc, manifest_by_blocks);
	tcase_add_test(tc, large_manifest);
	tcase_add_test(tc, large_pure);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests make files, and do what hashd does. */
UNIT_MAIN_ALSO(suite_image_verdicts, SCMP_SYS(openat), SCMP_SYS(openat2),
    SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(fchmod), SCMP_SYS(pread64),
    SCMP_SYS(ftruncate), SCMP_SYS(symlinkat), SCMP_SYS(getuid),
    SCMP_SYS(getgid))
