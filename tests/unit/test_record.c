/* SPDX-License-Identifier: ISC */
/* Configuration records: every kind there and back, and every way to be wrong.
 */
#include "daemon/msg.h"
#include "daemon/record_boot.h"
#include "daemon/record_name.h"
#include "tests/unit/records.h"

static ssize_t
recode(const uint8_t *in, size_t n, uint8_t *out)
{
	struct record rec;
	struct reader r;
	struct writer w;

	reader_init(&r, in, n);
	if (record_decode(&r, &rec) == -1)
		return -1;
	writer_init(&w, out, CODEC_MAX);
	record_encode(&rec, &w);
	ck_assert(writer_ok(&w));
	return (ssize_t)w.len;
}

/* _i: kind + RECORD_KIND_MAX * round. */
START_TEST(random_content)
{
	uint8_t kind = (uint8_t)(_i % RECORD_KIND_MAX), buf[CODEC_MAX];
	struct record rec, back;
	struct writer w;
	struct reader r;

	if (kind == 0)
		return;
	srandom((unsigned int)_i);
	random_record(&rec, kind);
	writer_init(&w, buf, RECORD_MAX);
	record_encode(&rec, &w);
	ck_assert(writer_ok(&w));
	reader_init(&r, buf, w.len);
	ck_assert_int_eq(record_decode(&r, &back), 0);
	ck_assert_uint_eq(back.kind, kind);
	/* Not only the bytes: the fields, in their places. */
	ck_assert_mem_eq(&back, &rec, sizeof(rec));
	codec_torture(recode, buf, w.len);
}
END_TEST

/* The largest record of each kind fits into RECORD_MAX. */
START_TEST(largest_fits)
{
	struct record rec;
	struct record_tags full = { .n = RECORD_TAGS_MAX };
	uint8_t buf[RECORD_MAX];
	struct writer w;
	int i;

	for (i = 0; i < RECORD_TAGS_MAX; i++)
		memset(full.tag[i].name, 't', RECORD_TAG_MAX - 1);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_HOST;
	rec.u.host.nmac = RECORD_MACS_MAX;
	for (i = 0; i < RECORD_MACS_MAX; i++)
		rec.u.host.mac[i].len = RECORD_HW_MAX;
	rec.u.host.idlen = RECORD_ID_MAX;
	memset(rec.u.host.name, 'n', RECORD_NAME_MAX - 1);
	rec.u.host.set = rec.u.host.tags = full;
	writer_init(&w, buf, sizeof(buf));
	record_encode(&rec, &w);
	ck_assert(writer_ok(&w));
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_TAGIF;
	rec.u.tagif.set = rec.u.tagif.tags = full;
	writer_init(&w, buf, sizeof(buf));
	record_encode(&rec, &w);
	ck_assert(writer_ok(&w));
}
END_TEST

START_TEST(kinds)
{
	struct record rec;
	struct reader r;
	struct writer w;
	uint8_t buf[64] = { 0 };
	int kind;

	ck_assert_str_eq(
	    record_verify_name(RECORD_VERIFY_MODE_MAX - 1), "require");
	ck_assert_str_eq(record_verify_name(RECORD_VERIFY_MODE_MAX), "?");
	for (kind = 0; kind < 256; kind++) {
		bool known = kind > 0 && kind < RECORD_KIND_MAX;

		ck_assert(known ==
			  (strcmp(record_kind_name((uint8_t)kind), "?") != 0));
		ck_assert(known == (record_kind_roles((uint8_t)kind) != 0));
		/* confd makes them and gets none. */
		ck_assert((record_kind_roles((uint8_t)kind) &
			      ROLE_BIT(ROLE_CONFD)) == 0);
		if (known)
			continue;
		buf[0] = (uint8_t)kind;
		reader_init(&r, buf, sizeof(buf));
		ck_assert_int_eq(record_decode(&r, &rec), -1);
		memset(&rec, 0, sizeof(rec));
		rec.kind = (uint8_t)kind;
		writer_init(&w, buf, sizeof(buf));
		record_encode(&rec, &w);
		ck_assert(!writer_ok(&w));
	}
	reader_init(&r, buf, 0);
	ck_assert_int_eq(record_decode(&r, &rec), -1);
}
END_TEST

/* Who needs to know what; no role gets more. */
START_TEST(audience)
{
	const uint16_t priv = ROLE_BIT(ROLE_PRIV), dhcpd = ROLE_BIT(ROLE_DHCPD),
		       httpd = ROLE_BIT(ROLE_HTTPD);

	ck_assert_uint_eq(record_kind_roles(RECORD_INTERFACE), priv);
	ck_assert_uint_eq(record_kind_roles(RECORD_RANGE), priv | dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_HOST), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_OPTION), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_BOOT),
	    dhcpd | ROLE_BIT(ROLE_TFTPD) | httpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_MATCH), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_TAGIF), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_IGNORE), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_DHCP), priv | dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_TFTP),
	    priv | ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_IMAGED) | httpd);
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_STORE), priv | ROLE_BIT(ROLE_LEASED));
	ck_assert_uint_eq(record_kind_roles(RECORD_DAEMON), priv);
	ck_assert_uint_eq(record_kind_roles(RECORD_TFTP_ROOT),
	    priv | ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_IMAGED) | httpd);
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_TFTP_CLIENT), ROLE_BIT(ROLE_TFTPD));
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_PLACE), dhcpd | ROLE_BIT(ROLE_PRIV));
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_FILE), dhcpd | ROLE_BIT(ROLE_PRIV));
	ck_assert_uint_eq(record_kind_roles(RECORD_SERVICE),
	    dhcpd | ROLE_BIT(ROLE_TFTPD) | httpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_HTTP), priv | dhcpd | httpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_PROMPT), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_SUBOPTION), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_CHOICE), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_PXE_VENDOR), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_RELAY_PROXY), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_SHARED), dhcpd);
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_VERIFY), priv | ROLE_BIT(ROLE_IMAGED));
	ck_assert_uint_eq(record_kind_roles(RECORD_VERIFY_KEY), priv);
	ck_assert_uint_eq(
	    record_kind_roles(RECORD_VERIFY_EXEMPT), ROLE_BIT(ROLE_IMAGED));
	ck_assert_uint_eq(record_kind_roles(RECORD_PXE_STYLE), dhcpd);
	ck_assert_uint_eq(record_kind_roles(RECORD_REPLY_DELAY), dhcpd);
}
END_TEST

/* Encodes what an encoder takes and the decoder must refuse. */
static void
refused(const struct record *rec)
{
	uint8_t buf[CODEC_MAX], out[CODEC_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	record_encode(rec, &w);
	ck_assert(writer_ok(&w));
	ck_assert_int_eq(codec_run(recode, buf, w.len, out), -1);
}

static void
taken(const struct record *rec)
{
	uint8_t buf[CODEC_MAX], out[CODEC_MAX];
	struct writer w;

	writer_init(&w, buf, sizeof(buf));
	record_encode(rec, &w);
	ck_assert_int_eq(codec_run(recode, buf, w.len, out), (ssize_t)w.len);
}

/* A record of a kind, with a change. */
#define CHANGED(how, kind_, change)         \
	do {                                \
		srandom(7);                 \
		random_record(&rec, kind_); \
		change;                     \
		how(&rec);                  \
	} while (0)
#define REFUSED(kind_, change) CHANGED(refused, kind_, change)
#define TAKEN(kind_, change) CHANGED(taken, kind_, change)

START_TEST(values_out_of_range)
{
	struct record rec;

	REFUSED(RECORD_HTTP, rec.u.http.port = 0);
	REFUSED(RECORD_HTTP, rec.u.http.https_port = 0);
	REFUSED(RECORD_HTTP,
	    (memcpy(rec.u.http.key, "k", 2), rec.u.http.cert[0] = '\0'));
	REFUSED(RECORD_INTERFACE, rec.u.interface.use = RECORD_IF_ADDRESS + 1);
	REFUSED(RECORD_INTERFACE, rec.u.interface.use = RECORD_IF_SERVE;
		rec.u.interface.addr.family = 4);
	REFUSED(RECORD_INTERFACE, rec.u.interface.use = RECORD_IF_ADDRESS;
		rec.u.interface.addr.family = 0);
	REFUSED(RECORD_INTERFACE, rec.u.interface.use = RECORD_IF_ADDRESS;
		rec.u.interface.addr.family = 5);
	REFUSED(RECORD_RANGE, rec.u.range.mode = RECORD_RANGE_PROXY + 1);
	REFUSED(RECORD_RANGE, rec.u.range.end = rec.u.range.start - 1);
	REFUSED(RECORD_RANGE, rec.u.range.mask = 0xff00ff00);
	REFUSED(RECORD_RANGE, rec.u.range.mask = 0x00ffffff);
	REFUSED(RECORD_RANGE, rec.u.range.mask = 1);
	REFUSED(RECORD_HOST, rec.u.host.nmac = RECORD_MACS_MAX + 1);
	REFUSED(RECORD_OPTION, rec.u.option.code = 0);
	REFUSED(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_HOW_MAX);
	REFUSED(RECORD_MATCH, rec.u.match.set[0] = '\0');
	REFUSED(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
		rec.u.match.width = 3);
	REFUSED(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_HOW_MAX);
	REFUSED(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_ENCAP;
		rec.u.suboption.outer = 255);
	REFUSED(RECORD_SERVICE, rec.u.service.type = RECORD_SERVICE_OWN;
		rec.u.service.file[0] = '\0');
	REFUSED(RECORD_SERVICE, rec.u.service.type = RECORD_SERVICE_OWN - 1;
		strcpy(rec.u.service.file, "pxelinux"));
	REFUSED(RECORD_PXE_STYLE, rec.u.pxe_style.how = RECORD_PXE_HOW_MAX);
	REFUSED(RECORD_REPLY_DELAY,
	    rec.u.reply_delay.seconds = RECORD_REPLY_DELAY_MAX + 1);
	REFUSED(RECORD_IGNORE, rec.u.ignore.tags.n = 0);
	REFUSED(RECORD_IGNORE, rec.u.ignore.tags.n = RECORD_TAGS_MAX + 1);
	REFUSED(RECORD_IGNORE, rec.u.ignore.tags.tag[0].name[0] = '\0');
	REFUSED(RECORD_TFTP, rec.u.tftp.max = 0);
	REFUSED(RECORD_TFTP, strcpy(rec.u.tftp.root, "srv/tftp"));
	REFUSED(RECORD_STORE, strcpy(rec.u.store.path, "leases.db"));
	REFUSED(RECORD_STORE, rec.u.store.path[0] = '\0');
	REFUSED(RECORD_DAEMON, rec.u.daemon.layers_disabled = 16);
	REFUSED(RECORD_DAEMON, strcpy(rec.u.daemon.pid_file, "pid"));
}
END_TEST

/* A count above the places for tags, in front of tags that are all valid. */
START_TEST(tags_out_of_range)
{
	struct record rec = { .kind = RECORD_IGNORE };
	struct record_tags *t = &rec.u.ignore.tags;
	size_t i;

	for (i = 0; i < RECORD_TAGS_MAX; i++)
		(void)strcpy(t->tag[i].name, "tag");
	t->n = RECORD_TAGS_MAX;
	taken(&rec);
	t->n++;
	refused(&rec);
	t->n = UINT8_MAX;
	refused(&rec);
}
END_TEST

/* dhcp-alternate-port sets both ports or none. */
START_TEST(ports_out_of_range)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.server_port = 1067;
	refused(&rec);
	rec.u.dhcp.server_port = 0;
	rec.u.dhcp.client_port = 1068;
	refused(&rec);
}
END_TEST

START_TEST(tftp_out_of_range)
{
	struct record rec;

	REFUSED(RECORD_TFTP, rec.u.tftp.unique = RECORD_TFTP_UNIQUE_MAX);
	REFUSED(RECORD_TFTP, rec.u.tftp.rollover = 2);
	REFUSED(RECORD_TFTP, rec.u.tftp.port_low = 7; rec.u.tftp.port_high = 6);
	REFUSED(RECORD_TFTP, rec.u.tftp.port_low = 0; rec.u.tftp.port_high = 6);
	REFUSED(RECORD_TFTP_ROOT, strcpy(rec.u.tftp_root.path, "srv"));
	REFUSED(RECORD_TFTP_ROOT, rec.u.tftp_root.path[0] = '\0');
	REFUSED(RECORD_TFTP_ROOT, rec.u.tftp_root.name[0] = '\0');
}
END_TEST

/* A client as it should be, of a family, with this prefix. */
static void
client(struct record *rec, uint8_t family, uint8_t prefix)
{
	struct record_tftp_client *c = &rec->u.tftp_client;

	memset(rec, 0, sizeof(*rec));
	rec->kind = RECORD_TFTP_CLIENT;
	c->net.family = family;
	c->prefix = prefix;
	c->rollover = RECORD_TFTP_ROLLOVER_UNSET;
	if (family == 0)
		c->mac.len = 6;
}

START_TEST(client_out_of_range)
{
	struct record rec;
	struct record_tftp_client *c = &rec.u.tftp_client;

#define CLIENT(how, family_, prefix_, change)   \
	do {                                    \
		client(&rec, family_, prefix_); \
		change;                         \
		how(&rec);                      \
	} while (0)
	CLIENT(taken, 0, 0, (void)c);
	CLIENT(refused, 0, 1, (void)c);
	CLIENT(refused, 0, 0, c->mac.len = 0);
	CLIENT(taken, 4, 32, c->net.bytes[3] = 1);
	CLIENT(refused, 4, 31, c->net.bytes[3] = 1);
	CLIENT(taken, 4, 31, c->net.bytes[3] = 2);
	CLIENT(taken, 4, 0, (void)c);
	CLIENT(refused, 4, 33, (void)c);
	CLIENT(refused, 4, 32, c->mac.len = 6);
	CLIENT(taken, 6, 128, c->net.bytes[15] = 1);
	CLIENT(refused, 6, 127, c->net.bytes[15] = 1);
	CLIENT(refused, 6, 129, (void)c);
	CLIENT(refused, 6, 128, c->mac.len = 6);
	CLIENT(refused, 5, 32, (void)c);
	CLIENT(taken, 4, 32, c->deny = RECORD_TFTP_DENY_ALL);
	CLIENT(refused, 4, 32, c->deny = RECORD_TFTP_DENY_ALL + 1);
	CLIENT(refused, 4, 32, c->blksize = 7);
	CLIENT(taken, 4, 32, c->blksize = 8);
	CLIENT(taken, 4, 32, c->blksize = 65464);
	CLIENT(refused, 4, 32, c->blksize = 65465);
	CLIENT(taken, 4, 32, c->rollover = 1);
	CLIENT(refused, 4, 32, c->rollover = 2);
	CLIENT(refused, 4, 32, c->rollover = 254);
}
END_TEST

/* The last values that are taken, and the first ones that are not. */
START_TEST(values_at_limits)
{
	struct record rec;

	TAKEN(RECORD_RANGE, rec.u.range.end = rec.u.range.start);
	TAKEN(RECORD_RANGE, rec.u.range.mask = 0);
	TAKEN(RECORD_RANGE, rec.u.range.mask = UINT32_MAX);
	TAKEN(RECORD_OPTION, rec.u.option.code = 1);
	TAKEN(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
	      rec.u.match.width = 1);
	TAKEN(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
	      rec.u.match.width = 2);
	TAKEN(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
	      rec.u.match.width = 4);
	REFUSED(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
		rec.u.match.width = 0);
	REFUSED(RECORD_MATCH, rec.u.match.how = RECORD_MATCH_NUMBER;
		rec.u.match.width = 5);
	TAKEN(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_ENCAP;
	      rec.u.suboption.outer = 1);
	TAKEN(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_ENCAP;
	      rec.u.suboption.outer = 254);
	REFUSED(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_ENCAP;
		rec.u.suboption.outer = 0);
	TAKEN(RECORD_SUBOPTION, rec.u.suboption.how = RECORD_SUB_VI;
	      rec.u.suboption.outer = UINT32_MAX);
	TAKEN(RECORD_REPLY_DELAY,
	    rec.u.reply_delay.seconds = RECORD_REPLY_DELAY_MAX);
	REFUSED(RECORD_CHOICE, rec.u.choice.of = RECORD_CHOOSE_MAX);
	REFUSED(RECORD_FILE, rec.u.file.path[0] = '\0');
	TAKEN(RECORD_FILE, strcpy(rec.u.file.path, "-"));
	REFUSED(RECORD_PXE_VENDOR, rec.u.pxe_vendor.class[0] = '\0');
	TAKEN(RECORD_DAEMON, rec.u.daemon.layers_disabled = 15);
	TAKEN(RECORD_DAEMON, rec.u.daemon.pid_file[0] = '\0');
	TAKEN(RECORD_DAEMON, strcpy(rec.u.daemon.pid_file, "/p"));
	TAKEN(RECORD_STORE, strcpy(rec.u.store.path, "/l"));
	TAKEN(RECORD_TFTP, strcpy(rec.u.tftp.root, "/srv"));
	TAKEN(RECORD_TFTP, rec.u.tftp.root[0] = '\0');
	TAKEN(RECORD_TFTP, rec.u.tftp.cache = RECORD_TFTP_CACHE_MAX);
	REFUSED(RECORD_TFTP, rec.u.tftp.cache = RECORD_TFTP_CACHE_MAX + 1);
	TAKEN(RECORD_TFTP, rec.u.tftp.port_low = rec.u.tftp.port_high = 7);
	TAKEN(RECORD_TFTP, rec.u.tftp.port_low = rec.u.tftp.port_high = 0);
	TAKEN(RECORD_HTTP, strcpy(rec.u.http.cert, "c");
	      strcpy(rec.u.http.key, "k"));
	REFUSED(RECORD_HTTP, strcpy(rec.u.http.cert, "c");
		rec.u.http.key[0] = '\0');
	REFUSED(RECORD_HTTP, rec.u.http.max = 0);
	REFUSED(RECORD_VERIFY, rec.u.verify.mode = RECORD_VERIFY_MODE_MAX);
	TAKEN(RECORD_VERIFY, rec.u.verify.cache = RECORD_VERIFY_CACHE_MIN);
	REFUSED(
	    RECORD_VERIFY, rec.u.verify.cache = RECORD_VERIFY_CACHE_MIN - 1024);
	REFUSED(
	    RECORD_VERIFY, rec.u.verify.cache = RECORD_VERIFY_CACHE_MIN + 1);
	TAKEN(RECORD_VERIFY, rec.u.verify.cache = RECORD_VERIFY_CACHE_MAX);
	REFUSED(
	    RECORD_VERIFY, rec.u.verify.cache = RECORD_VERIFY_CACHE_MAX + 1024);
	REFUSED(RECORD_VERIFY_KEY, strcpy(rec.u.verify_key.path, "key"));
	TAKEN(RECORD_VERIFY_KEY, strcpy(rec.u.verify_key.path, "/k"));
	REFUSED(RECORD_VERIFY_EXEMPT, rec.u.verify_exempt.pattern[0] = '\0');
	REFUSED(
	    RECORD_VERIFY_EXEMPT, strcpy(rec.u.verify_exempt.pattern, "/a"));
	TAKEN(RECORD_VERIFY_EXEMPT, strcpy(rec.u.verify_exempt.pattern, "a"));
	TAKEN(RECORD_VERIFY_EXEMPT, strcpy(rec.u.verify_exempt.pattern, "a/"));
}
END_TEST

/* data and wild of a match are as long as each other. */
START_TEST(match_lengths_agree)
{
	static const uint8_t p[] = { RECORD_MATCH, RECORD_MATCH_PREFIX, 60, 0,
		0, 0, 0, 0, 0, 2, 'a', 'b', 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 't' };
	uint8_t good[sizeof(p) + 1], out[CODEC_MAX];

	ck_assert_int_eq(codec_run(recode, p, sizeof(p), out), -1);
	memcpy(good, p, 12);
	memcpy(good + 12, "\0\2\0\0", 4);
	memcpy(good + 16, p + 15, sizeof(p) - 15);
	ck_assert_int_eq(
	    codec_run(recode, good, sizeof(good), out), sizeof(good));
}
END_TEST

START_TEST(noise)
{
	uint8_t in[512];
	int i;

	srandom((unsigned int)_i);
	for (i = 0; i < 5000; i++) {
		size_t n = codec_below(sizeof(in));

		codec_bytes(in, n);
		if (n > 0)
			in[0] = (uint8_t)codec_below(RECORD_KIND_MAX + 1);
		codec_same(recode, in, n);
	}
}
END_TEST

/* dhcp-boot, and pxe-service with a file; of no other kind. */
START_TEST(boot_files)
{
	struct record rec = { .kind = RECORD_BOOT };
	char file[RECORD_FILE_MAX];
	uint32_t addr = 0;

	ck_assert(!record_boot_file(&rec, file, &addr));
	strcpy(rec.u.boot.file, "a.0");
	rec.u.boot.addr = 7;
	ck_assert(record_boot_file(&rec, file, &addr));
	ck_assert_str_eq(file, "a.0");
	ck_assert_uint_eq(addr, 7);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SERVICE;
	ck_assert(!record_boot_file(&rec, file, &addr));
	strcpy(rec.u.service.file, "b");
	rec.u.service.addr = 8;
	ck_assert(record_boot_file(&rec, file, &addr));
	ck_assert_str_eq(file, "b.0");
	ck_assert_uint_eq(addr, 8);
	rec.kind = RECORD_PROMPT;
	ck_assert(!record_boot_file(&rec, file, &addr));
}
END_TEST

Suite *suite_record(void);

Suite *
suite_record(void)
{
	Suite *s = suite_create("record");
	TCase *tc = tcase_create("record");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, random_content, 0, RECORD_KIND_MAX * 6);
	tcase_add_test(tc, largest_fits);
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, audience);
	tcase_add_test(tc, values_out_of_range);
	tcase_add_test(tc, tags_out_of_range);
	tcase_add_test(tc, ports_out_of_range);
	tcase_add_test(tc, tftp_out_of_range);
	tcase_add_test(tc, client_out_of_range);
	tcase_add_test(tc, values_at_limits);
	tcase_add_test(tc, match_lengths_agree);
	tcase_add_test(tc, boot_files);
	tcase_add_loop_test(tc, noise, 0, 10);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_record)
