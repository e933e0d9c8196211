/* SPDX-License-Identifier: ISC */
/* Clients that are treated in a way of their own: dhcpd/classify.c. */
#include "dhcpd/grant.h"
#include "tests/unit/dhcp_fixture.h"

static struct packet r;

static void
choose(enum record_choice_of of, const char *tags)
{
	struct record rec = { .kind = RECORD_CHOICE };

	rec.u.choice.of = (uint8_t)of;
	case_tags(&rec.u.choice.tags, tags);
	case_add(&k, &rec);
}

static void
rapid_commit(void)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.enabled = true;
	rec.u.dhcp.rapid_commit = true;
	rec.u.dhcp.lease_max = 1000;
	case_add(&k, &rec);
}

/* DISCOVER with option 80; the proposal, or NULL. */
static const struct action *
commit(uint32_t client)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, client, client);
	msg_opt(&m, OPT_RAPID_COMMIT, "", 0);
	return act_find(msg_step(&k, &m), ACTION_STORE, 0);
}

/* The ACK leaves when its lease is durable, and has option 80. */
START_TEST(rapid)
{
	const struct action *s;
	struct dhcp_msg m;
	size_t len;

	rapid_commit();
	case_ready(&k);
	s = commit(1);
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(s->lease->state, LEASE_BOUND);
	ck_assert_uint_eq(s->lease->expiry_s, CASE_WALL + CASE_LEASE_S);
	ck_assert_ptr_null(act_find(&k.e->out, ACTION_SEND, 0));
	ck_assert_ptr_null(act_find(&k.e->out, ACTION_NEIGH, 0));
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_ACK);
	ck_assert_ptr_nonnull(packet_option(&r, OPT_RAPID_COMMIT, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
	/* The same client gets the same lease again. */
	msg_begin(&m, PACKET_DISCOVER, 1, 9);
	msg_opt(&m, OPT_RAPID_COMMIT, "", 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert_uint_eq(r.yiaddr, s->dest->addr);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
	/* One that does not ask for it gets an OFFER, then a usual ACK. */
	ck_assert_uint_ne(case_boot_up(&k, 2), 0);
	msg_begin(&m, PACKET_DISCOVER, 2, 9);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_RAPID_COMMIT));
}
END_TEST

/* What cannot be stored is not acknowledged, and not offered either. */
START_TEST(rapid_refused)
{
	const struct action *s;
	const struct actions *a;

	rapid_commit();
	case_ready(&k);
	s = commit(1);
	ck_assert_ptr_nonnull(s);
	/* A repeated DISCOVER joins the proposal. */
	ck_assert_ptr_null(commit(1));
	ck_assert_uint_eq(k.e->count.joined, 1);
	a = case_outcome(&k, ENGINE_REFUSED, s->id);
	ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
	ck_assert_ptr_null(act_find(a, ACTION_NEIGH, 0));
	ck_assert_uint_eq(k.e->pool->nbound, 0);
	ck_assert_uint_eq(k.e->nfresh, 0);
}
END_TEST

START_TEST(rapid_off)
{
	case_ready(&k);
	ck_assert_ptr_null(commit(1));
	ck_assert_ptr_nonnull(act_note(&k.e->out, NOTE_MESSAGE, 1));
	ck_assert_uint_eq(
	    act_note(&k.e->out, NOTE_MESSAGE, 1)->type, PACKET_OFFER);
}
END_TEST

/* An address for ever, if the tags of client and range allow it. */
START_TEST(bootp)
{
	const struct action *s;
	struct dhcp_msg m;
	uint8_t mac[6];
	struct record h;

	case_mac(2, mac);
	h = case_host(mac, 0, "");
	h.u.host.ignore = true;
	case_add(&k, &h);
	case_range(
	    &k, IP(192, 168, 1, 160), IP(192, 168, 1, 161), "low", "never");
	choose(RECORD_CHOOSE_BOOTP, "bootp,!low");
	case_ready(&k);
	msg_begin(&m, PACKET_BOOTP, 1, 1);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert(lease_ip4(s->lease) >= FIRST && lease_ip4(s->lease) <= LAST);
	ck_assert_uint_eq(s->lease->expiry_s, LEASE_NEVER);
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert(!packet_has(&r, OPT_TYPE));
	/* Again the same; an ignored one none. */
	msg_begin(&m, PACKET_BOOTP, 1, 2);
	(void)case_ask(&k, &m, &r);
	ck_assert_uint_eq(r.yiaddr, s->dest->addr);
	ck_assert_uint_eq(k.e->pool->nbound, 1);
	msg_begin(&m, PACKET_BOOTP, 2, 3);
	(void)case_ask(&k, &m, &r);
	ck_assert_uint_eq(r.yiaddr, 0);
	dropped(DROP_IGNORED, 1);
}
END_TEST

START_TEST(bootp_by_range)
{
	struct dhcp_msg m;

	choose(RECORD_CHOOSE_BOOTP, "low");
	case_ready(&k);
	msg_begin(&m, PACKET_BOOTP, 1, 1);
	(void)case_ask(&k, &m, &r);
	ck_assert_uint_eq(r.yiaddr, 0);
	dropped(DROP_BOOTP, 1);
	ck_assert_ptr_nonnull(strstr(
	    act_note(&k.e->out, NOTE_MESSAGE, 0)->text, "bootp-dynamic"));
}
END_TEST

/* Discovers and selects; the name in option 12 of the ACK, "" for none. */
static const char *
name_of(uint32_t client, const char *sent)
{
	static char name[LEASE_NAME_MAX];
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	uint32_t addr = case_discover(&k, client);
	const uint8_t *p;
	size_t len = 0;

	msg_begin(&m, PACKET_REQUEST, client, client);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	if (sent[0] != '\0')
		msg_opt(&m, OPT_HOSTNAME, sent, strlen(sent));
	a = msg_step(&k, &m);
	s = act_find(a, ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	(void)snprintf(name, sizeof(name), "%s", s->lease->name);
	s = case_sent(&k, case_outcome(&k, ENGINE_DURABLE, s->id));
	ck_assert(reply_parse(&r, s->data, s->len));
	ck_assert_uint_eq(r.type, PACKET_ACK);
	p = packet_option(&r, OPT_HOSTNAME, &len);
	ck_assert_uint_eq(len, strlen(name));
	ck_assert(p == NULL || memcmp(p, name, len) == 0);
	return name;
}

START_TEST(names_made)
{
	case_reserve(&k, 3, 0, "printer");
	choose(RECORD_CHOOSE_MAKE_NAME, "");
	case_ready(&k);
	ck_assert_str_eq(name_of(0xa1, ""), "52-54-00-00-00-a1");
	ck_assert_str_eq(name_of(2, "walter"), "walter");
	ck_assert_str_eq(name_of(3, ""), "printer");
	ck_assert_str_eq(name_of(3, "walter"), "printer");
}
END_TEST

/* Nor of a client that has none, where one was made before. */
START_TEST(no_names_made_of_nothing)
{
	struct dhcp_msg m;

	choose(RECORD_CHOOSE_MAKE_NAME, "");
	case_ready(&k);
	(void)case_discover(&k, 1);
	ck_assert_str_eq(k.e->rq.lease_name, "52-54-00-00-00-01");
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	m.buf[2] = 0; /* hlen */
	msg_opt(&m, OPT_CLIENT_ID, "\0id", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_str_eq(k.e->rq.lease_name, "");
}
END_TEST

/* BOOTP has no option for a name, so none is made. */
START_TEST(no_names_made_for_bootp)
{
	struct dhcp_msg m;

	choose(RECORD_CHOOSE_MAKE_NAME, "");
	choose(RECORD_CHOOSE_BOOTP, "");
	case_ready(&k);
	msg_begin(&m, PACKET_BOOTP, 1, 1);
	(void)msg_step(&k, &m);
	ck_assert_str_eq(k.e->rq.lease_name, "");
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	(void)msg_step(&k, &m);
	ck_assert_str_eq(k.e->rq.lease_name, "52-54-00-00-00-02");
}
END_TEST

/* Names that are ignored are replaced where names are made. */
START_TEST(names_ignored)
{
	struct record h;
	uint8_t mac[6];

	case_mac(3, mac);
	h = case_host(mac, 0, "printer");
	case_tags(&h.u.host.set, "lab");
	case_add(&k, &h);
	choose(RECORD_CHOOSE_NO_NAME, "!lab");
	if (_i == 1)
		choose(RECORD_CHOOSE_MAKE_NAME, "!lab");
	case_ready(&k);
	ck_assert_str_eq(
	    name_of(1, "walter"), _i == 1 ? "52-54-00-00-00-01" : "");
	ck_assert_str_eq(name_of(3, "walter"), "printer");
}
END_TEST

/* A line without an address is chosen by the name, and is no name. */
START_TEST(names_ignored_of_line)
{
	struct record h = case_host(NULL, 0, "walter");

	case_add(&k, &h);
	choose(RECORD_CHOOSE_NO_NAME, "known");
	case_ready(&k);
	ck_assert_str_eq(name_of(1, "Walter"), "");
	ck_assert_str_eq(name_of(2, "other"), "other");
}
END_TEST

static void
vendor(const char *class)
{
	struct record rec = { .kind = RECORD_PXE_VENDOR };

	(void)snprintf(rec.u.pxe_vendor.class, RECORD_CLASS_MAX, "%s", class);
	case_add(&k, &rec);
}

static void
class_is(const char *sent, const char *want)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	if (sent != NULL)
		msg_opt(&m, OPT_VENDOR_CLASS, sent, strlen(sent));
	(void)msg_step(&k, &m);
	if (want == NULL) {
		ck_assert_ptr_null(k.e->rq.pxe_class);
		return;
	}
	ck_assert_ptr_nonnull(k.e->rq.pxe_class);
	ck_assert_str_eq(k.e->rq.pxe_class, want);
}

/* The default, until a line replaces it. */
START_TEST(classes)
{
	if (_i == 1) {
		vendor("HTTPClient");
		vendor("AAPL");
	}
	case_ready(&k);
	class_is("PXEClient:Arch:00000", _i == 1 ? NULL : "PXEClient");
	class_is("PXEClient", _i == 1 ? NULL : "PXEClient");
	class_is("PXEClien", NULL);
	class_is("HTTPClient:Arch:00016", _i == 1 ? "HTTPClient" : NULL);
	class_is("AAPLBSDPC", _i == 1 ? "AAPL" : NULL);
	class_is("xAAPL", NULL);
	class_is(NULL, NULL);
}
END_TEST

static Suite *
suite_dhcp_choices(void)
{
	static const TTest *const *tests[] = { &rapid, &rapid_refused,
		&rapid_off, &bootp, &bootp_by_range, &names_made,
		&no_names_made_for_bootp, &no_names_made_of_nothing,
		&names_ignored_of_line };
	Suite *s = suite_create("dhcp_choices");
	TCase *t = tcase_create("dhcp_choices");
	size_t i;

	tcase_add_checked_fixture(t, setup, teardown);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(t, *tests[i]);
	tcase_add_loop_test(t, names_ignored, 0, 2);
	tcase_add_loop_test(t, classes, 0, 2);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_choices)
