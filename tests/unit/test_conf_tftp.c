/* SPDX-License-Identifier: ISC */
/* The directives of TFTP: what each gives, and what is wrong with others. */
#include "tests/unit/conf_case.h"

#define CLIENTS 50000
#define TFTP "enable-tftp\ntftp-root=/a\n"
#define CLIENT TFTP "tftp-client="

/* What these lines, which are accepted without a word, make of TFTP. */
static const struct record_tftp *
gives(const char *lines)
{
	static struct record rec;

	conf_case_gives(lines, RECORD_TFTP, &rec);
	return &rec.u.tftp;
}

static const struct record_tftp_root *
gives_root(const char *lines)
{
	static struct record rec;

	conf_case_gives(lines, RECORD_TFTP_ROOT, &rec);
	return &rec.u.tftp_root;
}

static const struct record_tftp_client *
gives_client(const char *lines)
{
	static struct record rec;

	conf_case_gives(lines, RECORD_TFTP_CLIENT, &rec);
	return &rec.u.tftp_client;
}

/* As gives(), of lines that something may be said of. */
static const struct record_tftp *
makes(const char *lines)
{
	static struct conf_case k;
	static struct record rec;

	conf_case_line(&k, lines);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_TFTP, &rec));
	conf_case_end(&k);
	return &rec.u.tftp;
}

START_TEST(settings)
{
	const struct record_tftp *t;

	t = gives(TFTP);
	ck_assert(!t->secure && !t->lowercase && !t->no_blksize);
	ck_assert(!t->single_port && t->unique == RECORD_TFTP_UNIQUE_NONE);
	ck_assert(t->rollover == 0 && t->mtu == 0 && t->port_low == 0);
	ck_assert(t->port_high == 0 && t->rate_client == 0);
	ck_assert(t->rate_all == 0 && t->cache == 128 << 20);
	t = gives(TFTP "tftp-secure");
	ck_assert(t->secure);
	t = gives(TFTP "tftp-lowercase");
	ck_assert(t->lowercase && !t->secure);
	t = gives(TFTP "tftp-no-blocksize");
	ck_assert(t->no_blksize && !t->lowercase);
	t = gives(TFTP "tftp-single-port");
	ck_assert(t->single_port && !t->no_blksize);
	t = gives(TFTP "tftp-unique-root");
	ck_assert_uint_eq(t->unique, RECORD_TFTP_UNIQUE_IP);
	t = gives(TFTP "tftp-unique-root=IP");
	ck_assert_uint_eq(t->unique, RECORD_TFTP_UNIQUE_IP);
	t = gives(TFTP "tftp-unique-root=mac");
	ck_assert_uint_eq(t->unique, RECORD_TFTP_UNIQUE_MAC);
	t = gives(TFTP "tftp-mtu=68");
	ck_assert_uint_eq(t->mtu, 68);
	t = gives(TFTP "tftp-mtu=65536");
	ck_assert_uint_eq(t->mtu, 65536);
	t = gives(TFTP "tftp-cache=0");
	ck_assert_uint_eq(t->cache, 0);
	t = gives(TFTP "tftp-cache=1");
	ck_assert_uint_eq(t->cache, 1 << 20);
	t = gives(TFTP "tftp-cache=1048576");
	ck_assert_uint_eq(t->cache, 1ULL << 40);
	t = gives(TFTP "tftp-rollover=1");
	ck_assert_uint_eq(t->rollover, 1);
}
END_TEST

START_TEST(settings_bad)
{
	static const char *const alone[] = { "tftp-secure", "tftp-lowercase",
		"tftp-mtu=1400", "tftp-port-range=1,99", "tftp-unique-root",
		"tftp-rollover=0", "tftp-max-rate=0", "tftp-no-blocksize",
		"tftp-single-port", "tftp-client=10.0.0.1,tsize=no",
		"tftp-max=9", "tftp-cache=9" };
	size_t i;

	conf_case_says(TFTP "tftp-mtu=67", 'E', "MTU 67 is too small");
	conf_case_says(TFTP "tftp-mtu=0", 'E', "MTU 0 is too small");
	conf_case_says(TFTP "tftp-mtu=jumbo", 'E', "\"jumbo\" is not a number");
	conf_case_says(TFTP "tftp-cache=1048577", 'E', "1048577");
	conf_case_says(TFTP "tftp-cache=128M", 'E', "\"128M\" is not a number");
	conf_case_says(TFTP "tftp-cache=-1", 'E', "\"-1\" is not a number");
	conf_case_says(TFTP "tftp-rollover=2", 'E', "write 0 or 1");
	conf_case_says(TFTP "tftp-rollover=yes", 'E', "write 0 or 1");
	conf_case_says(TFTP "tftp-unique-root=name", 'E',
	    "\"name\" is neither ip nor mac");
	conf_case_says(TFTP "tftp-unique-root\ntftp-unique-root=mac", 'W',
	    "after the hardware address");
	conf_case_says(TFTP "tftp-secure=yes", 'E', "takes no value");
	for (i = 0; i < sizeof(alone) / sizeof(alone[0]); i++)
		conf_case_says(alone[i], 'W', "without enable-tftp");
}
END_TEST

START_TEST(ports)
{
	const struct record_tftp *t;

	t = gives(TFTP "tftp-port-range=5000,5999");
	ck_assert_uint_eq(t->port_low, 5000);
	ck_assert_uint_eq(t->port_high, 5999);
	ck_assert_uint_eq(t->max, 50);
	t = gives(TFTP "tftp-port-range=1000,1049");
	ck_assert_uint_eq(t->max, 50);
	conf_case_says(
	    TFTP "tftp-port-range=1000,1048", 'N', "lowered from 50 to 49");
	conf_case_says(
	    TFTP "tftp-port-range=5999,5000", 'N', "swapped to 5000,5999");
	conf_case_says(
	    TFTP "tftp-port-range=5000,5003", 'N', "lowered from 50 to 4");
	t = makes(TFTP "tftp-port-range=5003,5000\ntftp-max=100");
	ck_assert_uint_eq(t->port_low, 5000);
	ck_assert_uint_eq(t->port_high, 5003);
	ck_assert_uint_eq(t->max, 4);
	t = makes(TFTP "tftp-port-range=7,7\ntftp-single-port");
	ck_assert_uint_eq(t->max, 50);
	conf_case_says(TFTP "tftp-port-range=7,99\ntftp-single-port", 'W',
	    "the range has no effect");
	conf_case_says(TFTP "tftp-port-range=69,200", 'W', "port 69");
	conf_case_says(TFTP "tftp-port-range=1,69", 'W', "port 69");
	/* It is no port of a transfer, so it does not count as one. */
	conf_case_says(
	    TFTP "tftp-port-range=60,80", 'N', "lowered from 50 to 20");
	conf_case_says(
	    TFTP "tftp-port-range=69,70", 'N', "lowered from 50 to 1");
	conf_case_says(TFTP "tftp-port-range=69,69", 'E', "no port is left");
	conf_case_says(TFTP "tftp-port-range=69,69\ntftp-single-port", 'W',
	    "the range has no effect");
	(void)gives(TFTP "tftp-port-range=70,200");
	(void)gives(TFTP "tftp-port-range=1,68");
	conf_case_says(TFTP "tftp-port-range=0,9", 'E', "\"0\" is not a port");
	conf_case_says(TFTP "tftp-port-range=9,0", 'E', "\"0\" is not a port");
	conf_case_says(TFTP "tftp-port-range=9,65536", 'E', "not a port");
	conf_case_says(TFTP "tftp-port-range=9", 'E', "two ports");
	conf_case_says(TFTP "tftp-port-range=9,10,11", 'E', "two ports");
}
END_TEST

START_TEST(rates)
{
	const struct record_tftp *t;

	t = gives(TFTP "tftp-max-rate=10000");
	ck_assert_uint_eq(t->rate_client, 10000);
	ck_assert_uint_eq(t->rate_all, 0);
	t = gives(TFTP "tftp-max-rate=10k,1000G");
	ck_assert_uint_eq(t->rate_client, 10000);
	ck_assert_uint_eq(t->rate_all, 1000000000000);
	t = gives(TFTP "tftp-max-rate=0,2M");
	ck_assert_uint_eq(t->rate_client, 0);
	ck_assert_uint_eq(t->rate_all, 2000000);
	t = gives(TFTP "tftp-max-rate=3g,0");
	ck_assert_uint_eq(t->rate_client, 3000000000);
	conf_case_says(TFTP "tftp-max-rate=9999", 'E', "too small");
	conf_case_says(TFTP "tftp-max-rate=1", 'E', "too small");
	conf_case_says(TFTP "tftp-max-rate=9k", 'E', "too small");
	conf_case_says(TFTP "tftp-max-rate=2M,9k", 'E', "\"9k\" is too small");
	conf_case_says(TFTP "tftp-max-rate=1001G", 'E', "not a rate");
	conf_case_says(TFTP "tftp-max-rate=1T", 'E', "not a rate");
	conf_case_says(TFTP "tftp-max-rate=k", 'E', "not a rate");
	conf_case_says(TFTP "tftp-max-rate=-1", 'E', "not a rate");
	conf_case_says(TFTP "tftp-max-rate=1M,", 'E', "\"\" is not a rate");
	conf_case_says(TFTP "tftp-max-rate=1M,2M,3M", 'E', "too many rates");
	conf_case_says(TFTP "tftp-max-rate=2M,1M", 'N', "the lower one");
}
END_TEST

START_TEST(roots)
{
	const struct record_tftp_root *root;
	const struct record_tftp *t;
	struct record rec;
	static struct conf_case k;

	root = gives_root(TFTP "tftp-root=/b c,eth0");
	ck_assert_str_eq(root->path, "/b c");
	ck_assert_str_eq(root->name, "eth0");
	/* The interfaces that are listed have all they need. */
	t = gives("enable-tftp=a,b\ntftp-root=/a,a\ntftp-root=/b,b");
	ck_assert_str_eq(t->root, "");
	(void)gives_root("enable-tftp=eth*\ntftp-root=/a\ntftp-root=/b,eth0");
	/* The last one of an interface counts, and is the only record. */
	conf_case_line(
	    &k, TFTP "tftp-root=/b,a\ntftp-root=/c,b\ntftp-root=/d,a");
	ck_assert(
	    strstr(k.diags,
		"W 5 duplicate tftp-root: it replaces /b of line 3") != NULL);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_TFTP_ROOT, &rec));
	ck_assert_str_eq(rec.u.tftp_root.path, "/d");
	ck_assert_str_eq(rec.u.tftp_root.name, "a");
	ck_assert_uint_eq(config_count(k.c), 6 + 2 + 1);
	conf_case_end(&k);
	(void)gives_root(TFTP "tftp-root=/b,a\ntftp-root=/b,a");
}
END_TEST

START_TEST(roots_bad)
{
	char text[1024] = "enable-tftp\ntftp-root=/a";
	char line[64];
	int i;

	conf_case_says(TFTP "tftp-root=/b,eth*", 'E', "does not name one");
	conf_case_says(TFTP "tftp-root=/b,", 'E', "does not name one");
	conf_case_says(TFTP "tftp-root=/b,a/b", 'E', "not the name of an");
	conf_case_says(
	    TFTP "tftp-root=/b,abcdefghijklmnop", 'E', "not the name of an");
	conf_case_says(TFTP "tftp-root=/b,a,c", 'E', "unexpected \"");
	conf_case_says(TFTP "tftp-root=b,a", 'E', "absolute path");
	conf_case_says("enable-tftp\ntftp-root=/b,a", 'E', "have no tftp-root");
	conf_case_says(
	    "enable-tftp=a,b\ntftp-root=/b,a", 'E', "have no tftp-root");
	conf_case_says(
	    "enable-tftp=a*\ntftp-root=/b,a", 'E', "have no tftp-root");
	conf_case_says("enable-tftp=a,b*\ntftp-root=/a\ntftp-root=/b,c", 'W',
	    "enable-tftp does not list c");
	conf_case_says("tftp-root=/a,eth0", 'N', "without enable-tftp");
	for (i = 0; i < RECORD_TFTP_ROOTS_MAX; i++) {
		(void)snprintf(line, sizeof(line), "\ntftp-root=/r,if%d", i);
		strcat(text, line);
	}
	(void)gives_root(text);
	strcat(text, "\ntftp-root=/r,more");
	conf_case_says(text, 'E', "more than 15 interfaces");
}
END_TEST

START_TEST(clients)
{
	const struct record_tftp_client *t;
	static const uint8_t ip4[16] = { 10, 1, 2, 3 };
	static const uint8_t ip6[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0x12, 0, 0x56 };

	t = gives_client(TFTP
	    "tftp-client=10.1.2.3,blksize=512,windowsize=4,tsize=no,timeout=no,rollover=1");
	ck_assert(t->net.family == 4 && t->prefix == 32 && t->mac.len == 0);
	ck_assert_mem_eq(t->net.bytes, ip4, 16);
	ck_assert_uint_eq(t->blksize, 512);
	ck_assert_uint_eq(t->windowsize, 4);
	ck_assert_uint_eq(
	    t->deny, RECORD_TFTP_NO_TSIZE | RECORD_TFTP_NO_TIMEOUT);
	ck_assert_uint_eq(t->rollover, 1);
	t = gives_client(
	    TFTP "tftp-client=2001:db8::1,blksize=no,windowsize=no");
	ck_assert(t->net.family == 6 && t->prefix == 128);
	ck_assert_mem_eq(t->net.bytes, ip6, 16);
	ck_assert_uint_eq(
	    t->deny, RECORD_TFTP_NO_BLKSIZE | RECORD_TFTP_NO_WINDOWSIZE);
	ck_assert(t->blksize == 0 && t->windowsize == 0);
	ck_assert_uint_eq(t->rollover, RECORD_TFTP_ROLLOVER_UNSET);
	t = gives_client(TFTP "tftp-client=52:54:00:12:*:56,rollover=0");
	ck_assert(
	    t->net.family == 0 && t->mac.len == 6 && t->mac.wild == 1 << 4);
	ck_assert_mem_eq(t->mac.addr, mac, 6);
	ck_assert_uint_eq(t->rollover, 0);
	t = gives_client(TFTP "tftp-client=10.0.0.0/8,blksize=8");
	ck_assert(
	    t->net.family == 4 && t->prefix == 8 && t->net.bytes[0] == 10);
	t = gives_client(TFTP "tftp-client=0.0.0.0/0,blksize=65464");
	ck_assert(t->net.family == 4 && t->prefix == 0);
	t = gives_client(TFTP "tftp-client=2001:db8::/32,windowsize=65535");
	ck_assert(t->net.family == 6 && t->prefix == 32);
}
END_TEST

START_TEST(clients_bad)
{
	struct record rec;
	static struct conf_case k;

	conf_case_line(&k, TFTP "tftp-client=10.255.2.3/9,tsize=no");
	ck_assert(strstr(k.diags, "N 3 address has bits beyond /9") != NULL);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_TFTP_CLIENT, &rec));
	ck_assert(rec.u.tftp_client.net.bytes[0] == 10);
	ck_assert(rec.u.tftp_client.net.bytes[1] == 128);
	ck_assert(rec.u.tftp_client.net.bytes[2] == 0);
	conf_case_end(&k);
	conf_case_says(CLIENT "10.1.2.3", 'E', "no setting for the client");
	conf_case_says(CLIENT "10.1.2.3/33,tsize=no", 'E', "write /0 to /32");
	conf_case_says(CLIENT "::/129,tsize=no", 'E', "write /0 to /128");
	conf_case_says(
	    CLIENT "::/x,tsize=no", 'E', "\"/x\" is not a prefix length");
	conf_case_says(CLIENT "host,tsize=no", 'E', "\"host\" is not a client");
	conf_case_says(CLIENT ",tsize=no", 'E', "\"\" is not a client");
	conf_case_says(
	    CLIENT "1:2:3:4:5:6/24,tsize=no", 'E', "is not a client");
	conf_case_says(
	    CLIENT "::ffff:1.2.3.4,tsize=no", 'E', "in the form of IPv6");
	conf_case_says(
	    CLIENT "::ffff:0:0/96,tsize=no", 'E', "in the form of IPv6");
	conf_case_says(CLIENT "b8:27:eb,tsize=no", 'W', "has 3 octets");
	conf_case_says(CLIENT "1:2:3:4:5:6:7:8:9:0:1:2:3:4:5:6:7,tsize=no", 'E',
	    "more than 16 octets");
	conf_case_says(CLIENT "::1,blksize=7", 'E', "from 8 to 65464");
	conf_case_says(CLIENT "::1,blksize=65465", 'E', "from 8 to 65464");
	conf_case_says(CLIENT "::1,blksize=", 'E', "from 8 to 65464");
	conf_case_says(CLIENT "::1,windowsize=0", 'E', "from 1 to 65535");
	conf_case_says(CLIENT "::1,windowsize=65536", 'E', "from 1 to 65535");
	conf_case_says(CLIENT "::1,tsize=1", 'E', "tsize=no");
	conf_case_says(CLIENT "::1,timeout=yes", 'E', "timeout=no");
	conf_case_says(CLIENT "::1,rollover=no", 'E', "write 0 or 1");
	conf_case_says(CLIENT "::1,mtu=9", 'E', "unknown setting \"mtu=9\"");
	conf_case_says(
	    CLIENT "::1,blksize=no,blksize=9", 'E', "duplicate blksize=");
}
END_TEST

START_TEST(clients_many)
{
	static char text[CLIENTS * 40 + 200];
	static struct conf_case k;
	size_t n;
	int i;

	n = (size_t)snprintf(text, sizeof(text), TFTP);
	for (i = 0; i < CLIENTS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "tftp-client=10.0.%d.%d,tsize=no\n", i / 256, i % 256);
	conf_case_parse(&k, text);
	ck_assert_msg(k.ok && k.diags[0] == '\0', "%s", k.diags);
	ck_assert_uint_ge(config_count(k.c), CLIENTS);
	conf_case_end(&k);
}
END_TEST

START_TEST(listening)
{
	struct record rec;
	static const uint8_t local[16] = { 0xfe, 0x80, [15] = 1 };
	struct addr ten;

	conf_case_gives("listen-address=fe80::1", RECORD_INTERFACE, &rec);
	ck_assert_uint_eq(rec.u.interface.use, RECORD_IF_ADDRESS);
	ck_assert_uint_eq(rec.u.interface.addr.family, 6);
	ck_assert_mem_eq(rec.u.interface.addr.bytes, local, 16);
	conf_case_gives("listen-address=10.0.0.1", RECORD_INTERFACE, &rec);
	ten = addr_from_ip4(0x0a000001);
	ck_assert_int_eq(addr_compare(&rec.u.interface.addr, &ten), 0);
	conf_case_says("listen-address=fe80::1%eth0", 'E', "use interface=");
	conf_case_says("listen-address=239.1.1.1", 'E', "not a unicast IP");
	conf_case_says("listen-address=::", 'E', "not a unicast IP");
	conf_case_says("listen-address=ff02::1", 'E', "not a unicast IP");
	conf_case_says("listen-address=0.0.0.0", 'E', "not a unicast IP");
	conf_case_says("listen-address=eth0", 'E', "not a unicast IP");
	conf_case_says(
	    "listen-address=::ffff:1.2.3.4", 'E', "in the form of IPv6");
}
END_TEST

/* Words that probably mean "on" or "off" are names of interfaces. */
START_TEST(switches)
{
	static const char *const words[] = { "yes", "no", "TRUE", "false", "On",
		"off", "1", "0", "enable", "disable" };
	char line[64];
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		(void)snprintf(line, sizeof(line),
		    "enable-tftp=%s\ntftp-root=/a", words[i]);
		conf_case_says(line, 'W', "is read as the only interface");
	}
	conf_case_lacks(
	    "enable-tftp=eno1\ntftp-root=/a", "is read as the only interface");
}
END_TEST

Suite *suite_conf_tftp(void);

Suite *
suite_conf_tftp(void)
{
	Suite *s = suite_create("conf_tftp");
	TCase *tc = tcase_create("conf_tftp");

	tcase_add_test(tc, switches);
	tcase_add_test(tc, settings);
	tcase_add_test(tc, settings_bad);
	tcase_add_test(tc, ports);
	tcase_add_test(tc, rates);
	tcase_add_test(tc, roots);
	tcase_add_test(tc, roots_bad);
	tcase_add_test(tc, clients);
	tcase_add_test(tc, clients_bad);
	tcase_add_test(tc, clients_many);
	tcase_add_test(tc, listening);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_conf_tftp)
