/* SPDX-License-Identifier: ISC */
/* Whom dhcpd tells tftpd of, and in which order. */
#include "dhcpd/tell.h"
#include "tests/unit/dhcp_fixture.h"

#include "daemon/msg.h"

struct told {
	uint32_t addr;
	uint8_t hwtype;
	size_t hwlen;
	uint8_t hw[LEASE_HW_MAX];
	char name[LEASE_NAME_MAX];
};

/* The next one that is told; false for none. */
static bool
told(struct told *t)
{
	const struct msg_spec *spec = msg_spec(MSG_CLIENT);
	uint8_t buf[TELL_ENCODED_MAX];
	struct writer w;
	struct reader r;
	struct addr a;

	memset(t, 0, sizeof(*t));
	writer_init(&w, buf, sizeof(buf));
	if (!tell_next(&k.e->pool->telling, k.now.wall_s, &w))
		return false;
	ck_assert(writer_ok(&w));
	ck_assert_uint_ge(w.len, spec->min);
	ck_assert_uint_le(w.len, spec->max);
	reader_init(&r, buf, w.len);
	addr_decode(&r, &a);
	ck_assert(addr_to_ip4(&a, &t->addr));
	t->hwtype = reader_u8(&r);
	t->hwlen = reader_blob(&r, t->hw, sizeof(t->hw));
	(void)reader_str(&r, t->name, sizeof(t->name));
	ck_assert(reader_done(&r));
	return true;
}

static void
told_client(uint32_t addr, uint32_t client)
{
	struct told t;
	uint8_t mac[6];

	case_mac(client, mac);
	ck_assert(told(&t));
	ck_assert_uint_eq(t.addr, addr);
	ck_assert_uint_eq(t.hwtype, 1);
	ck_assert_uint_eq(t.hwlen, 6);
	ck_assert_mem_eq(t.hw, mac, 6);
}

static void
told_nobody(uint32_t addr)
{
	struct told t;

	ck_assert(told(&t));
	ck_assert_uint_eq(t.addr, addr);
	ck_assert_uint_eq(t.hwtype, 0);
	ck_assert_uint_eq(t.hwlen, 0);
	ck_assert_str_eq(t.name, "");
}

static void
told_none(void)
{
	struct told t;

	ck_assert(!tell_waiting(&k.e->pool->telling));
	ck_assert(!told(&t));
}

static const struct actions *
ask(uint8_t type, uint32_t client, uint32_t addr)
{
	struct dhcp_msg m;

	msg_begin(&m, type, client, client);
	if (type == PACKET_RELEASE)
		msg_field(&m, MSG_CIADDR, addr);
	else
		msg_opt32(&m, OPT_REQUESTED_IP, addr);
	if (type == PACKET_REQUEST)
		msg_opt(&m, OPT_HOSTNAME, "node7", 5);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	return msg_step(&k, &m);
}

/* Not when it is offered or proposed: when the step comes that lets go. */
START_TEST(durable)
{
	uint32_t addr = case_discover(&k, 7);
	const struct actions *a;
	struct told t;

	ck_assert_uint_ne(addr, 0);
	told_none();
	a = ask(PACKET_REQUEST, 7, addr);
	told_none();
	a = case_outcome(&k, ENGINE_DURABLE, act_find(a, ACTION_STORE, 0)->id);
	ck_assert(act_find(a, ACTION_NEIGH, 0) != NULL ||
		  act_find(a, ACTION_SEND, 0) != NULL);
	ck_assert(told(&t));
	ck_assert_uint_eq(t.addr, addr);
	ck_assert_uint_eq(t.hwlen, 6);
	ck_assert_str_eq(t.name, "node7");
	told_none();
}
END_TEST

START_TEST(refused)
{
	uint32_t addr = case_discover(&k, 7);
	const struct actions *a = ask(PACKET_REQUEST, 7, addr);

	(void)case_outcome(
	    &k, ENGINE_REFUSED, act_find(a, ACTION_STORE, 0)->id);
	told_none();
}
END_TEST

START_TEST(released)
{
	uint32_t addr = case_boot_up(&k, 7);
	const struct actions *a;

	told_client(addr, 7);
	a = ask(PACKET_RELEASE, 7, addr);
	told_none();
	(void)case_outcome(
	    &k, ENGINE_DURABLE, act_find(a, ACTION_STORE, 0)->id);
	told_nobody(addr);
	told_none();
}
END_TEST

START_TEST(declined)
{
	uint32_t addr = case_boot_up(&k, 7);

	told_client(addr, 7);
	ck_assert_ptr_nonnull(
	    act_find(ask(PACKET_DECLINE, 7, addr), ACTION_STORE, 0));
	told_nobody(addr);
	told_none();
}
END_TEST

START_TEST(expired)
{
	uint32_t addr = case_boot_up(&k, 7);

	told_client(addr, 7);
	case_pass(&k, CASE_LEASE_S - 1);
	told_none();
	case_pass(&k, 2);
	told_nobody(addr);
	told_none();
}
END_TEST

/* What is told is what holds when it is told. */
START_TEST(late)
{
	uint32_t addr = case_boot_up(&k, 7);

	k.now.wall_s += CASE_LEASE_S + 1;
	told_nobody(addr);
}
END_TEST

/* One place in the list for each binding, the newest change first. */
START_TEST(newest_first)
{
	uint32_t a = case_boot_up(&k, 1), b = case_boot_up(&k, 2);
	uint32_t c = case_boot_up(&k, 3);

	ck_assert_uint_eq(case_boot_up(&k, 2), b);
	told_client(b, 2);
	told_client(c, 3);
	told_client(a, 1);
	told_none();
}
END_TEST

START_TEST(all)
{
	uint32_t a = case_boot_up(&k, 1), b = case_boot_up(&k, 2);
	const struct actions *act;
	struct told t;
	uint32_t seen = 0;

	act = ask(PACKET_RELEASE, 1, a);
	(void)case_outcome(
	    &k, ENGINE_DURABLE, act_find(act, ACTION_STORE, 0)->id);
	ck_assert_uint_ne(case_boot_up(&k, 3), 0);
	ck_assert_uint_ne(case_discover(&k, 4), 0);
	tell_all(&k.e->pool->telling, &k.e->pool->slab);
	/* A new tftpd knows of nobody: that none has it is no news. */
	while (told(&t)) {
		ck_assert_uint_eq(t.hwlen, 6);
		seen++;
		ck_assert(t.addr == b || t.hw[5] == 3);
	}
	ck_assert_uint_eq(seen, 2);
	tell_all(&k.e->pool->telling, &k.e->pool->slab);
	tell_all(&k.e->pool->telling, &k.e->pool->slab);
	ck_assert(told(&t) && told(&t));
	told_none();
}
END_TEST

/* Rows of the store; one has expired. */
START_TEST(loaded)
{
	struct lease l = { .state = LEASE_BOUND,
		.addr = addr_from_ip4(IP(192, 168, 1, 60)),
		.hwtype = 1,
		.hwlen = LEASE_HW_MAX,
		.expiry_s = LEASE_NEVER };
	struct told t;

	memset(l.name, 'n', LEASE_NAME_MAX - 1);
	ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
	l.addr.bytes[3]++;
	l.expiry_s = k.now.wall_s - 1;
	ck_assert_int_eq(pool_load(k.e->pool, &l), 0);
	ck_assert_int_eq(pool_loaded(k.e->pool, k.now.wall_s), 0);
	tell_all(&k.e->pool->telling, &k.e->pool->slab);
	ck_assert(told(&t));
	ck_assert_uint_eq(t.addr, IP(192, 168, 1, 60));
	ck_assert_uint_eq(t.hwlen, LEASE_HW_MAX);
	ck_assert_uint_eq(strlen(t.name), LEASE_NAME_MAX - 1);
	told_none();
}
END_TEST

/* A binding that waits and is forgotten leaves the list. */
START_TEST(forgotten)
{
	uint32_t a = case_boot_up(&k, 1), b = case_boot_up(&k, 2);

	case_forget(&k, pool_at(k.e->pool, a));
	told_client(b, 2);
	told_none();
	ck_assert_uint_ne(case_boot_up(&k, 5), 0);
	ck_assert(tell_waiting(&k.e->pool->telling));
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("dhcp_tell");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup_ready, teardown);
	tcase_add_test(tc, durable);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, released);
	tcase_add_test(tc, declined);
	tcase_add_test(tc, expired);
	tcase_add_test(tc, late);
	tcase_add_test(tc, newest_first);
	tcase_add_test(tc, all);
	tcase_add_test(tc, loaded);
	tcase_add_test(tc, forgotten);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite)
