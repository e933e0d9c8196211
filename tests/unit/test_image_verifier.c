/* SPDX-License-Identifier: ISC */
/*
 * The verifier against a tree that changes at random: signed files, manifests
 * and signatures are replaced, exchanged, damaged and restored, hashd is slow
 * and ends, keys come and go, and so does leased with the serials.  Whatever
 * is served must be content that a listed key has signed for that path, with
 * no lower serial than before, and every check must come to an end.
 */
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "hashd/work.h"
#include "imaged/verifier.h"
#include "imaged/verify_text.h"
#include "tests/unit/image_case.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define JOBS_MAX 64
#define FILES_N 4
#define CONTENTS_N 5
#define STEPS 400

static const char *const names[FILES_N] = { "a", "b", "d/c", "d/e/f" };

/* Keys; the last one is never listed. */
static struct sign_pubkey keys[3];
static uint8_t secret[3][crypto_sign_SECRETKEYBYTES];

static struct verifier v;
static struct verifier_conf conf;
static uint64_t now_ms;
static bool down; /* hashd */
static struct job {
	uint32_t id;
	struct hash_job job;
	int fd;
} jobs[JOBS_MAX];
static size_t njobs, njobs_all;
static uint32_t called[256]; /* the last tickets */
static size_t ncalled, ngiven_up;

static int
take_job(uint32_t id, const struct hash_job *job, int fd)
{
	if (down)
		return -1;
	ck_assert_uint_lt(njobs, JOBS_MAX);
	jobs[njobs] = (struct job){ id, *job, fcntl(fd, F_DUPFD_CLOEXEC, 0) };
	ck_assert_int_ne(jobs[njobs].fd, -1);
	njobs++;
	njobs_all++;
	return 0;
}

static void
take_call(uint32_t ticket, bool given_up)
{
	called[ncalled++ % 256] = ticket;
	ngiven_up += given_up;
}

static const struct verifier_ops ops = { take_job, take_call };

/* leased, and what it has stored for the manifest at the top. */
#define ROOT "/srv/tftp"
static const char roots[1][RECORD_PATH_MAX] = { ROOT };
static struct {
	bool up;
	bool has, told; /* imaged was told, too: */
	uint64_t serial, told_serial;
	uint32_t load; /* to be answered; 0: none */
	struct {
		uint32_t id;
		uint64_t serial;
	} put[SERIAL_PUTS_MAX];
	size_t nputs;
} leased;

static int
take_load(uint32_t id)
{
	if (!leased.up)
		return -1;
	ck_assert_uint_eq(leased.load, 0);
	leased.load = id;
	return 0;
}

static int
take_put(uint32_t id, const struct serial_row *row)
{
	if (!leased.up)
		return -1;
	ck_assert_uint_eq(leased.load, 0);
	ck_assert_uint_lt(leased.nputs, SERIAL_PUTS_MAX);
	ck_assert_str_eq(row->root, ROOT);
	ck_assert_str_eq(row->folder, "");
	leased.put[leased.nputs].id = id;
	leased.put[leased.nputs++].serial = row->serial;
	return 0;
}

static void
take_serial_call(uint32_t ticket)
{
	take_call(ticket, false);
}

static void
take_accepted(const char *root, const char *folder, uint64_t serial)
{
	ck_assert_str_eq(root, ROOT);
	ck_assert_str_eq(folder, "");
	ck_assert(leased.has && serial == leased.serial);
}

static const struct serials_ops serial_ops = { take_load, take_put,
	take_serial_call, take_accepted };

static void
leased_end(void)
{
	leased.up = false;
	leased.load = 0;
	leased.nputs = 0;
	serials_down(&v.serials);
}

static void
leased_begin(void)
{
	leased_end();
	leased.up = true;
	serials_up(&v.serials, now_ms);
}

static void
leased_tell(void)
{
	leased.told = leased.has;
	leased.told_serial = leased.serial;
}

static bool
leased_busy(void)
{
	return leased.load != 0 || leased.nputs > 0;
}

/* leased answers one message; if it is bad, not always. */
static void
leased_step(bool bad)
{
	struct serial_row row = { .root = ROOT, .serial = leased.serial };
	uint32_t id = leased.load;

	if (id != 0) {
		leased.load = 0;
		if (leased.has)
			ck_assert_int_eq(serials_row(&v.serials, id, &row), 0);
		leased_tell();
		ck_assert_int_eq(
		    serials_loaded(&v.serials, id, leased.has, now_ms), 0);
		return;
	}
	if (leased.nputs == 0)
		return;
	id = leased.put[--leased.nputs].id;
	if (bad && random() % 4 == 0) {
		ck_assert_int_eq(
		    serials_refused(&v.serials, id, "no", now_ms), 0);
		return;
	}
	/* Nothing is put that would be refused. */
	ck_assert(
	    !leased.has || leased.put[leased.nputs].serial > leased.serial);
	leased.has = true;
	leased.serial = leased.put[leased.nputs].serial;
	if (bad && random() % 4 == 0) {
		/* Durable, and never told. */
		leased_end();
		return;
	}
	leased_tell();
	ck_assert_int_eq(serials_durable(&v.serials, id, now_ms), 0);
}

static bool
was_called(uint32_t ticket)
{
	size_t i;

	for (i = 0; i < 256; i++)
		if (called[i] == ticket)
			return true;
	return false;
}

/* hashd does one of its jobs. */
static void
do_job(size_t i)
{
	struct job j = jobs[i];
	struct hash_done d;
	struct work k;
	int fd = -1;

	jobs[i] = jobs[--njobs];
	work_init(&k, &j.job, j.fd);
	while (work_step(&k, &d) == WORK_MORE)
		continue;
	if (d.status == HASH_OK) {
		fd = k.to;
		k.to = -1;
	}
	work_end(&k);
	verifier_done(&v, j.id, &d, fd, now_ms);
}

static void
hashd_end(void)
{
	while (njobs > 0)
		(void)close(jobs[--njobs].fd);
	down = true;
	verifier_hashd_down(&v, now_ms);
}

/* ------------------------------------------------------------- the tree */

static void
b64(char *dst, size_t size, const void *bytes, size_t n)
{
	(void)sodium_bin2base64(
	    dst, size, bytes, n, sodium_base64_VARIANT_ORIGINAL);
}

/* A signature of minisign over a text: pre-hashed, or as with -l. */
static void
sign_text(char *dst, size_t size, const char *text, int key, bool pure,
    const char *comment)
{
	uint8_t first[2 + 8 + 64], digest[64], global[64];
	uint8_t both[64 + 128];
	char one[128], two[128];

	memcpy(first, pure ? "Ed" : "ED", 2);
	memcpy(first + 2, keys[key].id, 8);
	if (pure) {
		(void)crypto_sign_detached(first + 10, NULL,
		    (const uint8_t *)text, strlen(text), secret[key]);
	} else {
		(void)crypto_generichash(digest, sizeof(digest),
		    (const uint8_t *)text, strlen(text), NULL, 0);
		(void)crypto_sign_detached(
		    first + 10, NULL, digest, sizeof(digest), secret[key]);
	}
	memcpy(both, first + 10, 64);
	memcpy(both + 64, comment, strlen(comment));
	(void)crypto_sign_detached(
	    global, NULL, both, 64 + strlen(comment), secret[key]);
	b64(one, sizeof(one), first, sizeof(first));
	b64(two, sizeof(two), global, sizeof(global));
	(void)snprintf(dst, size,
	    "untrusted comment: x\n%s\ntrusted comment: %s\n%s\n", one, comment,
	    two);
}

/* Replaces a file by rename, so that it is another one; or removes it. */
static void
put(const char *name, const char *text)
{
	if (text == NULL) {
		(void)unlinkat(image_root, name, 0);
		return;
	}
	image_write("new", text, 0644);
	ck_assert_int_eq(renameat(image_root, "new", image_root, name), 0);
}

static const char *
content(int i)
{
	static const char *const texts[CONTENTS_N] = { "", "1", "22", "333",
		"4444" };

	return texts[i];
}

/* ------------------------------------------------------------ the model */

/* What the owner of a key has signed. */
static struct {
	int detached[FILES_N]; /* content of the signature; -1: none */
	int detached_key[FILES_N];
	bool broken[FILES_N]; /* the signature was damaged */
	bool manifest; /* there is one, at the top */
	int manifest_key;
	bool manifest_broken;
	bool has_serial;
	uint64_t serial, last;
	int listed[FILES_N]; /* content; -1: not listed */
	int is[FILES_N]; /* content of the file; -1: missing */
	bool listed_key[3];
} model;

static void
base_name(const char *name, char comment[64])
{
	const char *slash = strrchr(name, '/');

	(void)snprintf(comment, 64, "timestamp:1\tfile:%s",
	    slash == NULL ? name : slash + 1);
}

static void
put_file(int f)
{
	model.is[f] = (int)(random() % CONTENTS_N);
	/* Another file, or the same one with another size. */
	if (random() % 2)
		put(names[f], content(model.is[f]));
	else
		image_write(names[f], content(model.is[f]), 0644);
}

static void
put_signature(int f)
{
	char text[1024], name[64], comment[64];
	bool pure = random() % 2;

	(void)snprintf(name, sizeof(name), "%s.minisig", names[f]);
	model.broken[f] = false;
	if (random() % 3 == 0) {
		put(name, NULL);
		model.detached[f] = -1;
		return;
	}
	model.detached[f] = (int)(random() % CONTENTS_N);
	model.detached_key[f] = (int)(random() % 3);
	base_name(names[f], comment);
	sign_text(text, sizeof(text), content(model.detached[f]),
	    model.detached_key[f], pure, comment);
	if (random() % 4 == 0) {
		model.broken[f] = true;
		text[60] = text[60] == 'A' ? 'B' : 'A';
	}
	put(name, text);
}

/* The trusted comment of a manifest, mostly with a serial near the last one. */
static void
manifest_comment(char comment[128])
{
	model.has_serial = random() % 4 > 0;
	model.serial = model.last + (uint64_t)random() % 3;
	model.serial -= model.serial > 0;
	model.last = model.serial;
	if (model.has_serial)
		(void)snprintf(comment, 128,
		    "timestamp:1\tfile:SHA256SUMS\tserial:%" PRIu64,
		    model.serial);
	else
		(void)snprintf(comment, 128, "timestamp:1\tfile:SHA256SUMS");
}

/* Signed anew, and nothing else changed: perhaps by another key. */
static void
put_manifest_signature(void)
{
	char text[2048], sig[1024], comment[128];
	ssize_t n;
	int fd;

	if (!model.manifest || model.manifest_broken)
		return;
	fd = openat(image_root, "SHA256SUMS", O_RDONLY);
	n = pread(fd, text, sizeof(text) - 1, 0);
	(void)close(fd);
	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	model.manifest_key = (int)(random() % 3);
	manifest_comment(comment);
	sign_text(
	    sig, sizeof(sig), text, model.manifest_key, random() % 2, comment);
	put("SHA256SUMS.minisig", sig);
}

static void
put_manifest(void)
{
	char text[2048] = "# a comment\n", sig[1024], hex[65], comment[128];
	uint8_t hash[32];
	int f;

	model.manifest_broken = false;
	if (random() % 4 == 0) {
		put("SHA256SUMS.minisig", NULL);
		model.manifest = false;
		return;
	}
	for (f = 0; f < FILES_N; f++) {
		model.listed[f] = (int)(random() % (CONTENTS_N + 1)) - 1;
		if (model.listed[f] == -1)
			continue;
		(void)crypto_hash_sha256(hash,
		    (const uint8_t *)content(model.listed[f]),
		    strlen(content(model.listed[f])));
		(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s  %s\n", hex, names[f]);
	}
	if (random() % 8 == 0) {
		model.manifest_broken = true;
		(void)strcat(text, "not a line\n");
	}
	model.manifest = true;
	model.manifest_key = (int)(random() % 3);
	manifest_comment(comment);
	sign_text(
	    sig, sizeof(sig), text, model.manifest_key, random() % 2, comment);
	if (random() % 8 == 0) {
		model.manifest_broken = true;
		text[random() % 11 + 1] ^= 1;
	}
	put("SHA256SUMS", text);
	put("SHA256SUMS.minisig", sig);
}

static void
put_keys(void)
{
	static struct sign_pubkey list[2];
	size_t n = 0;
	int k;

	for (k = 0; k < 2; k++) {
		model.listed_key[k] = random() % 4 > 0;
		if (model.listed_key[k])
			list[n++] = keys[k];
	}
	conf.keys = list;
	conf.nkeys = n;
	verifier_configure(&v, &conf);
}

/* Whether its serial is not below what imaged was told. */
static bool
good_serial(void)
{
	if (!leased.told)
		return true;
	return model.has_serial && model.serial >= leased.told_serial;
}

static bool
good_manifest(void)
{
	return model.manifest && !model.manifest_broken &&
	       model.listed_key[model.manifest_key];
}

/* Whether this file may be served as it is now. */
static bool
may_serve(int f)
{
	if (model.detached[f] != -1)
		return !model.broken[f] &&
		       model.listed_key[model.detached_key[f]] &&
		       model.detached[f] == model.is[f];
	return good_manifest() && good_serial() &&
	       model.listed[f] == model.is[f];
}

/* ------------------------------------------------------------ the tests */

static void
set_up(void)
{
	uint8_t seed[crypto_sign_SEEDBYTES] = { 0 };
	int k;

	image_set_up();
	image_folder("d");
	image_folder("d/e");
	ck_assert_int_ne(sodium_init(), -1);
	for (k = 0; k < 3; k++) {
		seed[0] = (uint8_t)(k + 1);
		(void)crypto_sign_seed_keypair(keys[k].key, secret[k], seed);
		memset(keys[k].id, k + 1, sizeof(keys[k].id));
		keys[k].format = SIGN_MINISIGN;
	}
	conf = (struct verifier_conf){ .cache = 1 << 20,
		.rule = { .uid = getuid(), .gid = getgid() },
		.roots = roots };
}

static void
begin(void)
{
	int f;

	verifier_init(&v, &ops, &serial_ops);
	now_ms = 1000000;
	down = false;
	njobs = njobs_all = ncalled = ngiven_up = 0;
	memset(called, 0, sizeof(called));
	memset(&model, 0, sizeof(model));
	memset(&leased, 0, sizeof(leased));
	leased_begin();
	for (f = 0; f < FILES_N; f++)
		model.detached[f] = model.listed[f] = -1;
	for (f = 0; f < FILES_N; f++)
		put_file(f);
	put_keys();
}

static void
end(void)
{
	hashd_end();
	leased_end();
	verifier_clear(&v);
	serials_clear(&v.serials);
	ck_assert_uint_eq(v.contents.used, 0);
	ck_assert_uint_eq(v.contents.n, 0);
	ck_assert_uint_eq(v.contents.nheld, 0);
	ck_assert_uint_eq(v.contents.npasses, 0);
	ck_assert_uint_eq(v.nmanifests, 0);
	ck_assert_uint_eq(v.manifest_bytes, 0);
}

static enum verify_result
ask(int f, struct verdict *d, struct image *im)
{
	ck_assert_int_eq(
	    image_open(image_root, names[f], &conf.rule, im), FILE_OK);
	return verifier_check(&v, 0, image_root, names[f], im, now_ms, d);
}

static void
check_copy(int f, const struct verdict *d)
{
	char buf[64];
	ssize_t n;

	ck_assert_int_ne(d->copy, -1);
	n = pread(d->copy, buf, sizeof(buf), 0);
	ck_assert_int_eq(n, (ssize_t)strlen(content(model.is[f])));
	ck_assert_mem_eq(buf, content(model.is[f]), (size_t)n);
	ck_assert_int_eq(fcntl(d->copy, F_GET_SEALS) & SEALS, SEALS);
}

/* Asks until there is an answer; hashd does all that it is given. */
static void
judge(int f)
{
	enum verify_result r;
	struct verdict d;
	struct image im;
	bool expected;
	int tries = 0;

	while ((r = ask(f, &d, &im)) == VERIFY_WAIT) {
		(void)close(im.fd);
		/* The file, its manifest, and what is read in turns. */
		ck_assert_int_lt(++tries, 8);
		ck_assert_uint_ne(d.ticket, 0);
		ck_assert(njobs > 0 || verifier_has_turn(&v) || leased_busy());
		while (njobs > 0)
			do_job((size_t)random() % njobs);
		while (verifier_turn(&v))
			continue;
		while (leased_busy())
			leased_step(false);
		ck_assert(was_called(d.ticket));
	}
	(void)close(im.fd);
	if (r == VERIFY_SERVE)
		check_copy(f, &d);
	else
		ck_assert(r == VERIFY_REFUSE && d.why != VERIFY_BUSY &&
			  d.why < VERIFY_FAILED);
	expected = may_serve(f);
	ck_assert_msg((r == VERIFY_SERVE) == expected,
	    "%s: result %d, why %d %s", names[f], r, d.why,
	    sign_reason_text(d.sign));
	if (d.why == VERIFY_SERIAL_LOWER || d.why == VERIFY_SERIAL_NONE) {
		ck_assert_uint_eq(d.accepted, leased.serial);
		ck_assert_int_eq(d.has_serial, d.why == VERIFY_SERIAL_LOWER);
		ck_assert(!d.has_serial || d.serial == model.serial);
	}
	/* A manifest that was used is one to which no older one comes. */
	if (r == VERIFY_SERVE && model.detached[f] == -1 && model.has_serial)
		ck_assert(leased.has && leased.serial == model.serial);
}

static void
change(void)
{
	int f = (int)(random() % FILES_N);

	switch (random() % 8) {
	case 7:
		/* Exchanged, below a signature that stays. */
		if (model.manifest && random() % 4 == 0) {
			put("SHA256SUMS", "# nothing\n");
			model.manifest_broken = true;
		}
		break;
	case 6:
		put_manifest_signature();
		break;
	case 0:
		put_file(f);
		break;
	case 1:
	case 2:
		put_signature(f);
		break;
	case 3:
	case 4:
		put_manifest();
		break;
	default:
		put_keys();
	}
}

/* imaged ends, and a new one knows nothing. */
static void
imaged_again(void)
{
	leased_end();
	while (njobs > 0)
		(void)close(jobs[--njobs].fd);
	verifier_clear(&v);
	serials_clear(&v.serials);
	verifier_init(&v, &ops, &serial_ops);
	verifier_configure(&v, &conf);
	leased.told = false;
	leased_begin();
}

START_TEST(served_just_if_signed)
{
	int step;

	srandom((unsigned int)_i);
	begin();
	for (step = 0; step < STEPS; step++) {
		now_ms += (uint64_t)random() % 20000;
		if (random() % 2)
			change();
		if (random() % 16 == 0)
			leased_begin();
		if (random() % 16 == 0)
			imaged_again();
		judge((int)(random() % FILES_N));
	}
	end();
}
END_TEST

/*
 * Changes while checks run, and a hashd that ends: what is served is right at
 * that moment, no ticket is forgotten, and nothing leaks.
 */
START_TEST(changes_at_any_time)
{
	uint32_t ticket[FILES_N] = { 0 };
	enum verify_result r;
	struct verdict d;
	struct image im;
	int step, f;

	srandom((unsigned int)_i);
	begin();
	for (step = 0; step < STEPS; step++) {
		now_ms += (uint64_t)random() % 3000;
		f = (int)(random() % FILES_N);
		switch (random() % 12) {
		case 8:
		case 9:
			leased_step(true);
			break;
		case 10:
			if (random() % 4 == 0)
				leased_end();
			else if (!leased.up)
				leased_begin();
			break;
		case 11:
			(void)serials_tick(&v.serials, now_ms);
			break;
		case 0:
			change();
			break;
		case 1:
			if (random() % 4 == 0)
				hashd_end();
			break;
		case 2:
			down = false;
			verifier_send(&v);
			break;
		case 3:
		case 4:
			if (njobs > 0)
				do_job((size_t)random() % njobs);
			break;
		case 5:
			(void)verifier_turn(&v);
			break;
		default:
			r = ask(f, &d, &im);
			(void)close(im.fd);
			if (r == VERIFY_SERVE) {
				ck_assert(may_serve(f));
				ck_assert(model.detached[f] != -1 ||
					  !model.has_serial ||
					  (leased.has &&
					      model.serial <= leased.serial));
				check_copy(f, &d);
			}
			ticket[f] = r == VERIFY_WAIT ? d.ticket : 0;
		}
	}
	down = false;
	verifier_send(&v);
	leased_begin();
	while (njobs > 0 || verifier_has_turn(&v) || leased_busy()) {
		if (njobs > 0)
			do_job(0);
		(void)verifier_turn(&v);
		leased_step(false);
	}
	ck_assert(!verifier_waits(&v));
	for (f = 0; f < FILES_N; f++)
		ck_assert_msg(ticket[f] == 0 || was_called(ticket[f]),
		    "ticket of %s", names[f]);
	/* Passes that failed are not repeated at once. */
	now_ms += 2 * CONTENTS_ERROR_MS;
	for (f = 0; f < FILES_N; f++)
		judge(f);
	end();
}
END_TEST

/* The second time nothing is hashed, also of what is refused. */
START_TEST(once_is_enough)
{
	size_t n;
	int f, i;

	srandom(3);
	begin();
	memset(model.listed_key, 1, 2);
	conf.keys = keys;
	conf.nkeys = 2;
	verifier_configure(&v, &conf);
	do
		put_manifest();
	while (!model.manifest || model.manifest_broken);
	for (f = 0; f < FILES_N; f++)
		judge(f);
	n = njobs_all;
	ck_assert_uint_le(n, FILES_N + 1);
	for (i = 0; i < 10; i++)
		for (f = 0; f < FILES_N; f++)
			judge(f);
	ck_assert_uint_eq(njobs_all, n);
	end();
}
END_TEST

/* As judge(), of a file that claims to be in this state. */
static enum verify_result
judge_as(const struct stat *st, struct verdict *d)
{
	enum verify_result r;
	struct image im;
	int tries;

	for (tries = 0; tries < 8; tries++) {
		ck_assert_int_eq(
		    image_open(image_root, names[0], &conf.rule, &im), FILE_OK);
		im.st = *st;
		r = verifier_check(&v, 0, image_root, names[0], &im, now_ms, d);
		(void)close(im.fd);
		if (r != VERIFY_WAIT)
			return r;
		while (njobs > 0)
			do_job(0);
	}
	return VERIFY_WAIT;
}

/*
 * The clock of a file system is coarse, and one on a server tells what it
 * likes: a copy that is made anew is judged anew.
 */
START_TEST(judged_with_each_copy)
{
	struct verdict d;
	struct image im;

	srandom(4);
	begin();
	memset(model.listed_key, 1, 2);
	conf.keys = keys;
	conf.nkeys = 2;
	verifier_configure(&v, &conf);
	do
		put_signature(0);
	while (model.detached[0] < 1 || model.broken[0] ||
	       model.detached_key[0] == 2);
	model.is[0] = model.detached[0];
	put(names[0], content(model.is[0]));
	judge(0);
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_SERVE);
	(void)close(im.fd);
	contents_set_budget(&v.contents, 0);
	contents_set_budget(&v.contents, conf.cache);
	ck_assert_int_eq(judge_as(&im.st, &d), VERIFY_SERVE);
	contents_set_budget(&v.contents, 0);
	contents_set_budget(&v.contents, conf.cache);
	image_write(names[0], &"xxxx"[4 - strlen(content(model.is[0]))], 0644);
	ck_assert_int_eq(judge_as(&im.st, &d), VERIFY_REFUSE);
	ck_assert_int_eq(d.why, VERIFY_SIGNATURE);
	ck_assert_int_eq(d.sign, SIGN_BAD_CONTENT);
	end();
}
END_TEST

/* Many ask while the check runs: one pass, and one ticket for all. */
START_TEST(one_pass_for_all)
{
	struct verdict d, first;
	struct image im;
	int i;

	srandom(4);
	begin();
	do
		put_signature(0);
	while (model.detached[0] == -1 || model.broken[0] ||
	       !model.listed_key[model.detached_key[0]]);
	ck_assert_int_eq(ask(0, &first, &im), VERIFY_WAIT);
	(void)close(im.fd);
	for (i = 0; i < 100; i++) {
		ck_assert_int_eq(ask(0, &d, &im), VERIFY_WAIT);
		ck_assert_uint_eq(d.ticket, first.ticket);
		(void)close(im.fd);
	}
	ck_assert_uint_eq(njobs_all, 1);
	end();
}
END_TEST

/* The pass is sent to the next hashd, but not to every one. */
START_TEST(hashd_ends)
{
	struct verdict d;
	struct image im;
	int i;

	srandom(4);
	begin();
	do
		put_signature(0);
	while (model.detached[0] == -1 || model.broken[0] ||
	       !model.listed_key[model.detached_key[0]]);
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_WAIT);
	(void)close(im.fd);
	for (i = 0; i < CONTENTS_TRIES_MAX; i++) {
		ck_assert_uint_eq(njobs, 1);
		ck_assert_uint_eq(ngiven_up, 0);
		hashd_end();
		down = false;
		verifier_send(&v);
	}
	ck_assert_uint_eq(njobs, 0);
	ck_assert_uint_eq(ngiven_up, 1);
	ck_assert(was_called(d.ticket));
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_REFUSE);
	(void)close(im.fd);
	ck_assert_int_eq(d.why, VERIFY_HASHD);
	ck_assert_int_eq(verify_status(d.why), FILE_BUSY);
	now_ms += CONTENTS_ERROR_MS;
	judge(0);
	end();
}
END_TEST

/* hashd does not come back. */
START_TEST(given_up)
{
	struct verdict d;
	struct image im;

	srandom(4);
	begin();
	do
		put_signature(0);
	while (model.detached[0] == -1 || model.broken[0] ||
	       !model.listed_key[model.detached_key[0]]);
	down = true;
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_WAIT);
	(void)close(im.fd);
	ck_assert(verifier_waits(&v));
	verifier_give_up(&v, now_ms);
	ck_assert(!verifier_waits(&v));
	ck_assert_uint_eq(ngiven_up, 1);
	ck_assert(was_called(d.ticket));
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_REFUSE);
	(void)close(im.fd);
	ck_assert_int_eq(d.why, VERIFY_HASHD);
	end();
}
END_TEST

/* What the client is told of a check that failed. */
START_TEST(failed_checks)
{
	struct hash_done done = { .status = HASH_FAILED, .error = EIO };
	char text[VERIFY_TEXT_MAX];
	struct verdict d;
	struct image im;

	srandom(4);
	begin();
	do
		put_signature(0);
	while (model.detached[0] == -1 || model.broken[0] ||
	       !model.listed_key[model.detached_key[0]]);
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_WAIT);
	(void)close(im.fd);
	verifier_done(&v, jobs[0].id, &done, -1, now_ms);
	ck_assert_int_eq(ask(0, &d, &im), VERIFY_REFUSE);
	(void)close(im.fd);
	ck_assert_int_eq(d.why, VERIFY_FAILED);
	ck_assert_int_eq(verify_status(d.why), FILE_ERROR);
	ck_assert_ptr_nonnull(strstr(verify_text(&d, text), strerror(EIO)));
	d.why = VERIFY_HASHD;
	ck_assert_ptr_nonnull(strstr(verify_text(&d, text), "hashd"));
	ck_assert_int_eq(verify_status(VERIFY_UNSIGNED), FILE_UNSIGNED);
	ck_assert_int_eq(verify_status(VERIFY_SERIAL_NONE), FILE_UNSIGNED);
	ck_assert_int_eq(verify_status(VERIFY_MEMORY), FILE_BUSY);
	ck_assert_int_eq(verify_status(VERIFY_BUSY), FILE_BUSY);
	ck_assert_int_eq(verify_status(VERIFY_SERIAL_DOWN), FILE_BUSY);
	end();
}
END_TEST

Suite *suite_image_verifier(void);

Suite *
suite_image_verifier(void)
{
	Suite *s = suite_create("image_verifier");
	TCase *tc = tcase_create("image_verifier");

	tcase_add_checked_fixture(tc, set_up, image_tear_down);
	tcase_add_loop_test(tc, served_just_if_signed, 0, 12);
	tcase_add_loop_test(tc, changes_at_any_time, 0, 12);
	tcase_add_test(tc, once_is_enough);
	tcase_add_test(tc, judged_with_each_copy);
	tcase_add_test(tc, one_pass_for_all);
	tcase_add_test(tc, hashd_ends);
	tcase_add_test(tc, given_up);
	tcase_add_test(tc, failed_checks);
	suite_add_tcase(s, tc);
	return s;
}

/* The tests change the tree, and do what hashd does. */
UNIT_MAIN_ALSO(suite_image_verifier, SCMP_SYS(close), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(fcntl), SCMP_SYS(write), SCMP_SYS(fchmod),
    SCMP_SYS(renameat), SCMP_SYS(unlinkat), SCMP_SYS(pread64), SCMP_SYS(getuid),
    SCMP_SYS(getgid))
