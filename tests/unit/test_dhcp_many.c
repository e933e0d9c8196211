/* SPDX-License-Identifier: ISC */
/* Large configurations: what is looked up among many is found at once. */
#include "tests/unit/dhcp_fixture.h"

#define HOSTS 100000
#define LINES 20000
#define CHAIN_MAX 16 /* hosts that one look-up may have to pass */

static struct packet back;

static uint32_t
host_addr(uint32_t i)
{
	return IP(10, 0, 1, 0) + i;
}

/* The longest way through a chain of an index. */
static size_t
longest(const uint32_t *heads, uint32_t (*next)(uint32_t))
{
	size_t most = 0, n, h;
	uint32_t i;

	for (h = 0; h <= k.e->conf->hmask; h++) {
		for (n = 0, i = heads[h]; i != CONF_NONE; i = next(i))
			n++;
		if (n > most)
			most = n;
	}
	return most;
}

static uint32_t
next_addr(uint32_t i)
{
	return k.e->conf->hosts.v[i].next_addr;
}

static uint32_t
next_name(uint32_t i)
{
	return k.e->conf->hosts.v[i].next_name;
}

static uint32_t
next_mac(uint32_t i)
{
	const struct conf_host *h = &k.e->conf->hosts.v[i / RECORD_MACS_MAX];

	return h->next_mac[i % RECORD_MACS_MAX];
}

/* By hardware address, by name, and by address. */
START_TEST(hosts)
{
	const struct dhcp_conf *c;
	struct tagset none = { 0 };
	struct client client;
	struct record h;
	uint8_t mac[6];
	char name[16];
	uint32_t i;

	for (i = 0; i < HOSTS; i++) {
		case_mac(i, mac);
		(void)snprintf(name, sizeof(name), "pc%u", i);
		h = case_host(i % 2 == 0 ? mac : NULL, host_addr(i), name);
		case_add(&k, &h);
	}
	ck_assert_int_eq(case_use(&k), 0);
	c = k.e->conf;
	for (i = 0; i < HOSTS; i++) {
		memset(&client, 0, sizeof(client));
		client.hwtype = 1;
		client.hwlen = 6;
		case_mac(i, client.hw);
		(void)snprintf(name, sizeof(name), "PC%u", i);
		ck_assert_ptr_eq(
		    host_find_client(c, &client, name, &none, NULL, 0),
		    &c->hosts.v[i]);
		ck_assert_ptr_eq(
		    host_find_addr(c, host_addr(i)), &c->hosts.v[i]);
	}
	ck_assert_ptr_null(host_find_addr(c, host_addr(HOSTS)));
	ck_assert_uint_le(longest(c->by_addr, next_addr), CHAIN_MAX);
	ck_assert_uint_le(longest(c->by_name, next_name), CHAIN_MAX);
	ck_assert_uint_le(longest(c->by_mac, next_mac), CHAIN_MAX);
}
END_TEST

static bool
bit(const uint64_t *map, uint32_t n)
{
	return (map[n / 64] >> (n % 64) & 1) != 0;
}

/* In a range larger and one smaller than the list of hosts. */
START_TEST(reserved_in_ranges)
{
	const struct conf_range *g;
	struct record h;
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		h = case_host(NULL, IP(10, 0, 0, 0) + i * 7, "pc");
		case_add(&k, &h);
	}
	case_range(&k, IP(10, 0, 0, 0), IP(10, 0, 255, 255), "", "");
	case_range(&k, IP(10, 0, 1, 0), IP(10, 0, 1, 255), "", "");
	ck_assert_int_eq(case_use(&k), 0);
	for (i = 256; i < 512; i++) {
		g = &k.e->conf->ranges.v[1];
		ck_assert(bit(g->fixed, i) == (i % 7 == 0));
		g = &k.e->conf->ranges.v[2];
		ck_assert(bit(g->fixed, i - 256) == (i % 7 == 0));
	}
}
END_TEST

static void
options_and_boots(void)
{
	char tag[RECORD_TAG_MAX], file[RECORD_FILE_MAX];
	uint8_t router[4] = { 10 };
	uint32_t i;

	for (i = 0; i < LINES; i++) {
		(void)snprintf(tag, sizeof(tag), "t%u", i);
		(void)snprintf(file, sizeof(file), "file%u", i);
		router[2] = (uint8_t)(i >> 8);
		router[3] = (uint8_t)i;
		case_option(&k, OPT_ROUTER, router, 4, true, tag);
		case_boot(&k, file, "", 0, tag);
	}
	(void)snprintf(tag, sizeof(tag), "!t%u", LINES - 1);
	case_option(&k, OPT_DNS, "\1\2\3\4", 4, true, tag);
	case_boot(&k, "plain", "", 0, "");
}

/* A tag, an option and a boot file for each of many machines. */
START_TEST(lines_by_tag)
{
	struct record h;
	struct dhcp_msg m;
	char name[RECORD_TAG_MAX];
	uint32_t i, v;
	uint8_t mac[6];

	for (i = 0; i < LINES; i++) {
		case_mac(i, mac);
		h = case_host(mac, 0, "");
		(void)snprintf(name, sizeof(name), "t%u", i);
		case_tags(&h.u.host.set, name);
		case_add(&k, &h);
	}
	options_and_boots();
	case_ready(&k);
	for (i = 0; i < LINES; i += LINES / 37) {
		msg_begin(&m, PACKET_DISCOVER, i, i);
		ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
		ck_assert(packet_u32(&back, OPT_ROUTER, &v));
		ck_assert_uint_eq(v, IP(10, 0, 0, 0) + i);
		(void)snprintf(name, sizeof(name), "file%u", i);
		ck_assert_str_eq((const char *)back.file, name);
		ck_assert(packet_u32(&back, OPT_DNS, &v));
		ck_assert_uint_eq(v, IP(1, 2, 3, 4));
		k.now.mono_ms += POOL_OFFER_MS;
		k.now.wall_s += POOL_OFFER_MS / 1000;
		(void)case_outcome(&k, ENGINE_TICK, 0);
	}
	msg_begin(&m, PACKET_DISCOVER, LINES + 1, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
	ck_assert_str_eq((const char *)back.file, "plain");
}
END_TEST

/* This host may have thousands of addresses. */
START_TEST(own_addresses)
{
	struct record h;
	char name[IFNAMSIZ];
	uint32_t i;

	for (i = 0; i < 4096; i++) {
		(void)snprintf(name, sizeof(name), "eth%u", i);
		case_iface(&k, name, 100 + i, IP(172, 16, 0, 1) + i, ~0U);
	}
	h = case_host(NULL, IP(172, 16, 0, 1) + 4095, "pc");
	case_add(&k, &h);
	ck_assert_int_eq(case_use(&k), 0);
	for (i = 0; i < 4096; i++)
		ck_assert(dhcp_conf_is_own(k.e->conf, IP(172, 16, 0, 1) + i));
	ck_assert(!dhcp_conf_is_own(k.e->conf, IP(172, 16, 0, 1) + 4096));
	ck_assert(!dhcp_conf_is_own(k.e->conf, 0));
	ck_assert(k.e->conf->hosts.v[0].own);
}
END_TEST

Suite *suite_dhcp_many(void);

Suite *
suite_dhcp_many(void)
{
	static const TTest *tests[4];

	tests[0] = hosts;
	tests[1] = reserved_in_ranges;
	tests[2] = lines_by_tag;
	tests[3] = own_addresses;
	return suite_of("dhcp_many", tests, 4);
}

UNIT_MAIN(suite_dhcp_many)
