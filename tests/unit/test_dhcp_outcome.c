/* SPDX-License-Identifier: ISC */
/* What becomes of a lease when the store answers: late, with no, or never. */
#include "leased/store.h"
#include "tests/unit/dhcp_fixture.h"

/* A single address instead. */
static void
setup_one(void)
{
	case_end(&k);
	memset(&k, 0, sizeof(k));
	k.now.wall_s = CASE_WALL;
	k.now.mono_ms = 1000;
	case_conf(&k);
	case_range(&k, FIRST, FIRST, "", "");
	case_ready(&k);
}

static const struct actions *
request(uint32_t client, uint32_t xid, uint32_t addr)
{
	static struct dhcp_msg m;

	msg_begin(&m, PACKET_REQUEST, client, xid);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	msg_broadcast(&m);
	return msg_step(&k, &m);
}

/* RELEASE or DECLINE; the id of its proposal, which is in *l. */
static uint32_t
give_up(uint32_t client, uint8_t type, uint32_t addr, struct lease *l)
{
	const struct action *a;
	struct dhcp_msg m;

	msg_begin(&m, type, client, 7);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	if (type == PACKET_DECLINE)
		msg_opt32(&m, OPT_REQUESTED_IP, addr);
	else
		msg_field(&m, MSG_CIADDR, addr);
	a = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	*l = *a->lease;
	return a->id;
}

/* DISCOVER and REQUEST; the id of the proposal, which is in *l. */
static uint32_t
propose(uint32_t client, uint32_t *addr, struct lease *l)
{
	const struct action *a;

	*addr = case_discover(&k, client);
	ck_assert_uint_ne(*addr, 0);
	a = act_find(request(client, client, *addr), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(lease_ip4(a->lease), *addr);
	if (l != NULL)
		*l = *a->lease;
	return a->id;
}

static const struct actions *
refuse(uint32_t id, const char *reason)
{
	struct engine_input in = {
		.kind = ENGINE_REFUSED, .id = id, .reason = reason
	};

	return engine_step(k.e, &in, &k.now);
}

/*
 * The type of the only message that is sent, at once or with a neighbour entry;
 * 0 for silence.
 */
static uint8_t
sent_type(const struct actions *out, struct packet *p)
{
	const struct action *a;

	ck_assert_ptr_null(act_find(out, ACTION_SEND, 1));
	ck_assert_ptr_null(act_find(out, ACTION_NEIGH, 1));
	a = case_sent(&k, out);
	if (a == NULL)
		return 0;
	ck_assert(reply_parse(p, a->data, a->len));
	return p->type;
}

START_TEST(ack_after_durable)
{
	uint32_t addr, id, lease_s;
	struct lease l;
	struct packet p;

	id = propose(1, &addr, &l);
	ck_assert_int_eq(l.state, LEASE_BOUND);
	ck_assert_uint_eq(l.start_s, CASE_WALL);
	ck_assert_uint_eq(l.expiry_s, CASE_WALL + CASE_LEASE_S);
	ck_assert_int_eq(pool_at(k.e->pool, addr)->state, BINDING_OFFERED);
	/* Outcomes of others, and of the wrong kind, let nothing go. */
	ck_assert_uint_eq(case_outcome(&k, ENGINE_DURABLE, id + 1)->n, 0);
	ck_assert_uint_eq(
	    case_outcome(&k, ENGINE_DURABLE, id + PENDING_MAX)->n, 0);
	ck_assert_uint_eq(case_outcome(&k, ENGINE_NEIGH_DONE, id)->n, 0);
	case_pass(&k, 5);
	ck_assert_int_eq(
	    sent_type(case_outcome(&k, ENGINE_DURABLE, id), &p), PACKET_ACK);
	ck_assert_uint_eq(p.yiaddr, addr);
	ck_assert(packet_u32(&p, OPT_LEASE_TIME, &lease_s));
	ck_assert_uint_eq(lease_s, CASE_LEASE_S);
	ck_assert_int_eq(pool_at(k.e->pool, addr)->state, BINDING_BOUND);
	/* It leaves once. */
	ck_assert_uint_eq(case_outcome(&k, ENGINE_DURABLE, id)->n, 0);
	ck_assert_uint_eq(refuse(id, "late")->n, 0);
	ck_assert_int_eq(pool_at(k.e->pool, addr)->state, BINDING_BOUND);
}
END_TEST

START_TEST(retransmission)
{
	uint32_t addr, id, lease_s;
	struct packet p;

	id = propose(1, &addr, NULL);
	case_pass(&k, 8);
	ck_assert_uint_eq(k.e->count.joined, 0);
	ck_assert_ptr_null(act_find(request(1, 77, addr), ACTION_STORE, 0));
	ck_assert_uint_eq(k.e->count.joined, 1);
	ck_assert_uint_eq(k.e->pending.nstore, 1);
	/* The newest is answered, for no longer than what is stored. */
	ck_assert_int_eq(
	    sent_type(case_outcome(&k, ENGINE_DURABLE, id), &p), PACKET_ACK);
	ck_assert_uint_eq(p.xid, 77);
	ck_assert(packet_u32(&p, OPT_LEASE_TIME, &lease_s));
	ck_assert_uint_eq(lease_s, CASE_LEASE_S - 8);
	/* And once more when the ACK got lost. */
	ck_assert_ptr_nonnull(act_find(request(1, 78, addr), ACTION_STORE, 0));
}
END_TEST

/* leased is away: proposals wait, and go out when it is back. */
START_TEST(leased_down)
{
	const struct actions *out;
	uint32_t addr, id;
	struct packet p;

	(void)case_outcome(&k, ENGINE_STORE_DOWN, 0);
	addr = case_discover(&k, 1);
	ck_assert_uint_ne(addr, 0);
	ck_assert_ptr_null(act_find(request(1, 1, addr), ACTION_STORE, 0));
	case_pass(&k, 20);
	ck_assert_ptr_null(act_find(request(1, 2, addr), ACTION_STORE, 0));
	out = case_outcome(&k, ENGINE_STORE_UP, 0);
	ck_assert_ptr_nonnull(act_find(out, ACTION_STORE, 0));
	ck_assert_ptr_null(act_find(out, ACTION_STORE, 1));
	id = act_find(out, ACTION_STORE, 0)->id;
	ck_assert_uint_eq(act_find(out, ACTION_STORE, 0)->lease->expiry_s,
	    CASE_WALL + 20 + CASE_LEASE_S);
	/* It dies with it, and is asked again for the same. */
	(void)case_outcome(&k, ENGINE_STORE_DOWN, 0);
	out = case_outcome(&k, ENGINE_STORE_UP, 0);
	ck_assert_ptr_nonnull(act_find(out, ACTION_STORE, 0));
	ck_assert_uint_eq(act_find(out, ACTION_STORE, 0)->id, id);
	ck_assert_int_eq(
	    sent_type(case_outcome(&k, ENGINE_DURABLE, id), &p), PACKET_ACK);
	ck_assert_uint_eq(p.xid, 2);
}
END_TEST

/* So long that the lease itself is over. */
START_TEST(outcome_after_expiry)
{
	uint32_t addr, id = propose(1, &addr, NULL);

	case_pass(&k, CASE_LEASE_S);
	/* Even a retransmission is not granted what is over. */
	ck_assert_ptr_null(act_find(request(1, 2, addr), ACTION_SEND, 0));
	ck_assert_ptr_null(
	    act_find(case_outcome(&k, ENGINE_DURABLE, id), ACTION_SEND, 0));
	ck_assert_uint_eq(k.e->nfresh, 0);
	ck_assert_uint_eq(case_boot_up(&k, 1), addr);
}
END_TEST

/* A disk that is full for a while: the same address, once it is not. */
START_TEST(refused)
{
	uint32_t addr, id, i, again;
	struct packet p;

	id = propose(1, &addr, NULL);
	for (i = 0; i < 5; i++) {
		const struct actions *out = refuse(id, "disk full");
		const struct action *a;

		ck_assert_ptr_null(act_find(out, ACTION_SEND, 0));
		ck_assert_ptr_nonnull(act_note(out, NOTE_REFUSED, 0));
		ck_assert_uint_eq(k.e->nfresh, 0);
		ck_assert_uint_eq(k.e->pending.nstore, 0);
		ck_assert_int_ne(
		    pool_at(k.e->pool, addr)->state, BINDING_BOUND);
		case_pass(&k, 4);
		a = act_find(request(1, 10 + i, addr), ACTION_STORE, 0);
		ck_assert_ptr_nonnull(a);
		id = a->id;
	}
	ck_assert_int_eq(
	    sent_type(case_outcome(&k, ENGINE_DURABLE, id), &p), PACKET_ACK);
	case_pass(&k, 30);
	/* A renewal that is refused takes nothing away. */
	id = propose(1, &again, NULL);
	ck_assert_uint_eq(again, addr);
	(void)refuse(id, "disk full");
	ck_assert_int_eq(pool_at(k.e->pool, addr)->state, BINDING_BOUND);
	ck_assert_uint_eq(
	    pool_at(k.e->pool, addr)->expiry_s, CASE_WALL + 20 + CASE_LEASE_S);
	ck_assert_uint_eq(case_boot_up(&k, 1), addr);
}
END_TEST

/* The ACK may get lost: then the client goes by the one before. */
START_TEST(never_shortened)
{
	uint32_t addr = case_boot_up(&k, 1), lease_s;
	const struct action *a;
	struct dhcp_msg m;
	struct packet p;

	case_pass(&k, 60);
	msg_begin(&m, PACKET_REQUEST, 1, 2);
	msg_field(&m, MSG_CIADDR, addr);
	msg_opt32(&m, OPT_LEASE_TIME, 600);
	a = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(a->lease->start_s, CASE_WALL + 60);
	ck_assert_uint_eq(a->lease->expiry_s, CASE_WALL + CASE_LEASE_S);
	ck_assert_int_eq(
	    sent_type(case_outcome(&k, ENGINE_DURABLE, a->id), &p), PACKET_ACK);
	ck_assert(packet_u32(&p, OPT_LEASE_TIME, &lease_s));
	ck_assert_uint_eq(lease_s, 600);
}
END_TEST

/* What was infinite by an older configuration ends after a renewal. */
START_TEST(infinite_no_more)
{
	uint32_t addr, id, xid = 9;
	const struct action *a;
	struct dhcp_msg m;
	struct lease l;

	id = propose(1, &addr, &l);
	(void)case_outcome(&k, ENGINE_DURABLE, id);
	l.expiry_s = LEASE_NEVER;
	pool_store(k.e->pool, pool_at(k.e->pool, addr), &l);
	/* After a reboot the client may still rely on it. */
	msg_begin(&m, PACKET_REQUEST, 1, xid);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	a = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert(a->lease->expiry_s == LEASE_NEVER);
	(void)case_outcome(&k, ENGINE_DURABLE, a->id);
	msg_begin(&m, PACKET_REQUEST, 1, xid);
	msg_field(&m, MSG_CIADDR, addr);
	a = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(a->lease->expiry_s, CASE_WALL + CASE_LEASE_S);
}
END_TEST

/* The line of an ACK has the transaction that it ends. */
START_TEST(ack_has_its_transaction)
{
	uint32_t addr, id = propose(7, &addr, NULL);
	const struct actions *out = case_outcome(&k, ENGINE_DURABLE, id);

	ck_assert_uint_eq(act_note(out, NOTE_MESSAGE, 0)->xid, 7);
}
END_TEST

/* A client with an undecided lease takes no other address meanwhile. */
START_TEST(nothing_kept_while_busy)
{
	uint32_t addr, i;

	(void)propose(1, &addr, NULL);
	for (i = FIRST; i <= LAST; i++)
		if (i != addr) {
			(void)request(1, 100 + i, i);
			ck_assert_ptr_null(pool_at(k.e->pool, i));
		}
	dropped(DROP_BUSY, LAST - FIRST);
}
END_TEST

/* The store knows better who has the address: it is left alone. */
START_TEST(refused_taken)
{
	uint32_t addr, other, id, i;
	struct packet p;

	id = propose(1, &addr, NULL);
	ck_assert_ptr_null(act_find(refuse(id, LEASE_TAKEN), ACTION_SEND, 0));
	/* Who insists is told at once to begin anew. */
	ck_assert_int_eq(sent_type(request(1, 2, addr), &p), PACKET_NAK);
	other = case_boot_up(&k, 1);
	ck_assert_uint_ne(other, 0);
	ck_assert_uint_ne(other, addr);
	/* No other client is led there either, not even by asking. */
	for (i = 2; i < 101; i++)
		ck_assert_uint_ne(case_discover(&k, i), addr);
	ck_assert_int_eq(case_select(&k, 2, addr), PACKET_NAK);
	/* Later it is tried again. */
	for (i = 0; i < POOL_DECLINE_S; i += 60)
		case_pass(&k, 60);
	ck_assert_ptr_null(pool_at(k.e->pool, addr));
}
END_TEST

/* One address and two clients: the store never has to refuse. */
START_TEST(released_address_reused)
{
	struct lease bound, freed, next;
	uint32_t addr, id;

	setup_one();
	(void)case_outcome(&k, ENGINE_DURABLE, propose(1, &addr, &bound));
	ck_assert_uint_eq(addr, FIRST);
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	case_pass(&k, 100);
	id = give_up(1, PACKET_RELEASE, addr, &freed);
	ck_assert_int_eq(freed.state, LEASE_RELEASED);
	ck_assert_uint_eq(freed.expiry_s, k.now.wall_s);
	/* Not before the store has heard of it. */
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	ck_assert_int_eq(case_select(&k, 2, addr), 0);
	ck_assert_uint_eq(case_outcome(&k, ENGINE_DURABLE, id)->n, 0);
	id = propose(2, &addr, &next);
	ck_assert_uint_eq(addr, FIRST);
	ck_assert(store_taken(&bound, &next));
	ck_assert(!store_taken(&freed, &next));
	(void)case_outcome(&k, ENGINE_DURABLE, id);
	/* To the second, whether the sweep has seen it or not. */
	k.now.wall_s = next.expiry_s - 1;
	ck_assert_uint_eq(case_discover(&k, 1), 0);
	k.now.wall_s = next.expiry_s;
	bound = next;
	case_pass(&k, 0);
	(void)case_outcome(&k, ENGINE_DURABLE, propose(1, &addr, &next));
	ck_assert(!store_taken(&bound, &next));
}
END_TEST

START_TEST(release_refused)
{
	struct lease l;
	uint32_t addr, id;

	setup_one();
	addr = case_boot_up(&k, 1);
	id = give_up(1, PACKET_RELEASE, addr, &l);
	(void)refuse(id, "disk full");
	/* By the store it still is the first client's. */
	ck_assert_int_eq(pool_at(k.e->pool, addr)->state, BINDING_BOUND);
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	ck_assert_uint_eq(case_boot_up(&k, 1), addr);
}
END_TEST

START_TEST(declined)
{
	struct lease l, next;
	uint32_t addr, id, i;

	setup_one();
	addr = case_boot_up(&k, 1);
	id = give_up(1, PACKET_DECLINE, addr, &l);
	ck_assert_int_eq(l.state, LEASE_DECLINED);
	ck_assert_uint_eq(l.expiry_s, CASE_WALL + POOL_DECLINE_S);
	/* It is out of use before the store answers, and whatever it says. */
	ck_assert_uint_eq(case_discover(&k, 1), 0);
	ck_assert_uint_eq(case_discover(&k, 2), 0);
	(void)case_outcome(&k, _i == 0 ? ENGINE_DURABLE : ENGINE_REFUSED, id);
	for (i = 1; i < POOL_DECLINE_S / 60; i++) {
		case_pass(&k, 60);
		ck_assert_uint_eq(case_discover(&k, 1), 0);
		ck_assert_uint_eq(case_discover(&k, 2), 0);
	}
	case_pass(&k, 60);
	id = propose(2, &addr, &next);
	ck_assert(!store_taken(&l, &next));
	if (_i == 0)
		return;
	/* The row of the first client is still there. */
	(void)refuse(id, LEASE_TAKEN);
	ck_assert_uint_eq(case_discover(&k, 2), 0);
}
END_TEST

/* Both cards of a machine have the address 192.168.1.9; one has a lease. */
static void
setup_cards(void)
{
	struct record rec;
	uint8_t mac[6];

	teardown();
	case_begin(&k);
	case_mac(1, mac);
	rec = case_host(mac, IP(192, 168, 1, 9), "pc");
	rec.u.host.mac[1] = rec.u.host.mac[0];
	case_mac(2, rec.u.host.mac[1].addr);
	rec.u.host.nmac = 2;
	case_add(&k, &rec);
	case_ready(&k);
	ck_assert_uint_eq(case_boot_up(&k, 1), IP(192, 168, 1, 9));
	ck_assert_uint_eq(case_discover(&k, 2), IP(192, 168, 1, 9));
}

/* Another card of the same machine: the old lease ends first. */
START_TEST(taken_over)
{
	const struct actions *out;
	const struct action *a, *b;

	setup_cards();
	out = request(2, 2, IP(192, 168, 1, 9));
	a = act_find(out, ACTION_STORE, 0);
	b = act_find(out, ACTION_STORE, 1);
	ck_assert(a != NULL && b != NULL);
	ck_assert_int_eq(a->lease->state, LEASE_RELEASED);
	ck_assert_int_eq(a->lease->hw[5], 1);
	ck_assert_int_eq(b->lease->state, LEASE_BOUND);
	ck_assert_int_eq(b->lease->hw[5], 2);
	ck_assert(!store_taken(a->lease, b->lease));
}
END_TEST

/* What the store released is not bound in memory, whatever comes next. */
START_TEST(taken_over_refused)
{
	const struct actions *out;
	const struct binding *b;
	uint32_t release, grant;

	setup_cards();
	out = request(2, 2, IP(192, 168, 1, 9));
	release = act_find(out, ACTION_STORE, 0)->id;
	grant = act_find(out, ACTION_STORE, 1)->id;
	(void)case_outcome(&k, ENGINE_DURABLE, release);
	b = pool_at(k.e->pool, IP(192, 168, 1, 9));
	ck_assert_int_ne(b->state, BINDING_BOUND);
	/* Until the grant is decided nobody else gets the address. */
	ck_assert(pool_taken(b, k.now.wall_s));
	ck_assert_uint_eq(k.e->pool->nbound + k.e->nfresh, 1);
	if (_i == 0) {
		(void)refuse(grant, "disk full");
		ck_assert_uint_eq(k.e->pool->nbound, 0);
		ck_assert_int_ne(b->state, BINDING_BOUND);
	} else {
		(void)case_outcome(&k, ENGINE_DURABLE, grant);
		ck_assert_uint_eq(k.e->pool->nbound, 1);
		ck_assert_int_eq(b->hw[5], 2);
	}
	ck_assert_uint_eq(k.e->nfresh, 0);
}
END_TEST

/* A release that is refused changes nothing. */
START_TEST(take_over_refused)
{
	const struct actions *out;
	const struct binding *b;
	uint32_t release, grant;

	setup_cards();
	out = request(2, 2, IP(192, 168, 1, 9));
	release = act_find(out, ACTION_STORE, 0)->id;
	grant = act_find(out, ACTION_STORE, 1)->id;
	(void)refuse(release, "disk full");
	(void)refuse(grant, LEASE_TAKEN);
	b = pool_at(k.e->pool, IP(192, 168, 1, 9));
	ck_assert_int_eq(b->state, BINDING_BOUND);
	ck_assert_int_eq(b->hw[5], 1);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
	ck_assert_uint_eq(k.e->nfresh, 0);
}
END_TEST

/* With one place left neither lease changes. */
START_TEST(take_over_without_room)
{
	const struct actions *out;
	uint32_t i;

	setup_cards();
	for (i = 1; i < PENDING_MAX; i++)
		ck_assert_ptr_nonnull(
		    pending_get(&k.e->pending, PENDING_NEIGH));
	out = request(2, 2, IP(192, 168, 1, 9));
	ck_assert_ptr_null(act_find(out, ACTION_STORE, 0));
	ck_assert_uint_eq(k.e->pending.nstore, 0);
	dropped(DROP_PLACES, 1);
	ck_assert_int_eq(
	    pool_at(k.e->pool, IP(192, 168, 1, 9))->state, BINDING_BOUND);
}
END_TEST

/* A client that gets another address gives the old one back. */
START_TEST(one_each)
{
	const struct actions *out;
	const struct action *a;
	uint32_t old = case_boot_up(&k, 1), other = old + 1, id;

	ck_assert_uint_ne(old, 0);
	a = act_find(request(1, 5, other), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	id = a->id;
	/* While that is undecided it cannot begin a third. */
	ck_assert_ptr_null(act_find(request(1, 6, other + 1), ACTION_STORE, 0));
	ck_assert_uint_eq(k.e->pending.nstore, 1);
	out = case_outcome(&k, ENGINE_DURABLE, id);
	a = act_find(out, ACTION_STORE, 0);
	ck_assert_ptr_nonnull(a);
	ck_assert_uint_eq(lease_ip4(a->lease), old);
	ck_assert_int_eq(a->lease->state, LEASE_RELEASED);
	ck_assert_ptr_nonnull(act_find(out, ACTION_SEND, 0));
	(void)case_outcome(&k, ENGINE_DURABLE, a->id);
	ck_assert_int_eq(pool_at(k.e->pool, old)->state, BINDING_IDLE);
	ck_assert_int_eq(pool_at(k.e->pool, other)->state, BINDING_BOUND);
}
END_TEST

/* All of them: rows of an older store may have several for a client. */
START_TEST(no_other)
{
	uint32_t old = case_boot_up(&k, 1), more = old + 2, id;
	const struct actions *out;
	struct client c;
	struct lease l;

	binding_lease(pool_at(k.e->pool, old), &l);
	l.addr = addr_from_ip4(more);
	client_of_lease(&c, &l);
	pool_store(k.e->pool, pool_get(k.e->pool, more), &l);
	id = act_find(request(1, 5, old + 1), ACTION_STORE, 0)->id;
	out = case_outcome(&k, ENGINE_DURABLE, id);
	ck_assert_ptr_nonnull(act_find(out, ACTION_STORE, 0));
	ck_assert_ptr_nonnull(act_find(out, ACTION_STORE, 1));
	ck_assert_ptr_null(act_find(out, ACTION_STORE, 2));
	ck_assert_ptr_nonnull(pool_at(k.e->pool, old)->pending);
	ck_assert_ptr_nonnull(pool_at(k.e->pool, more)->pending);
	ck_assert_ptr_null(pool_at(k.e->pool, old + 1)->pending);
}
END_TEST

Suite *suite_dhcp_outcome(void);

Suite *
suite_dhcp_outcome(void)
{
	Suite *s = suite_create("dhcp_outcome");
	TCase *t = tcase_create("outcome");

	tcase_add_checked_fixture(t, setup_ready, teardown);
	tcase_add_test(t, ack_after_durable);
	tcase_add_test(t, retransmission);
	tcase_add_test(t, leased_down);
	tcase_add_test(t, outcome_after_expiry);
	tcase_add_test(t, refused);
	tcase_add_test(t, never_shortened);
	tcase_add_test(t, infinite_no_more);
	tcase_add_test(t, ack_has_its_transaction);
	tcase_add_test(t, nothing_kept_while_busy);
	tcase_add_test(t, take_over_without_room);
	tcase_add_test(t, refused_taken);
	tcase_add_test(t, released_address_reused);
	tcase_add_test(t, release_refused);
	tcase_add_loop_test(t, declined, 0, 2);
	tcase_add_test(t, taken_over);
	tcase_add_loop_test(t, taken_over_refused, 0, 2);
	tcase_add_test(t, take_over_refused);
	tcase_add_test(t, one_each);
	tcase_add_test(t, no_other);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_outcome)
