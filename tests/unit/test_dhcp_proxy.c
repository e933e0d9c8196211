/* SPDX-License-Identifier: ISC */
/* Whom the DHCP proxy and port 4011 answer, and where to. */
#include "tests/unit/pxe_case.h"

/* A client that has no address hears a broadcast; a relayed one its relay. */
START_TEST(destinations)
{
	const struct action *s;
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	asks_port(&m, 0);
	msg_field(&m, MSG_CIADDR, 0);
	m.from = 0;
	s = sent(&m);
	ck_assert(s->dest->addr == UINT32_MAX && s->dest->port == 68);
	ck_assert(s->dest->pxe);
	boots(&m, PACKET_DISCOVER, 0);
	msg_field(&m, MSG_GIADDR, IP(192, 168, 1, 9));
	s = sent(&m);
	ck_assert(s->dest->addr == IP(192, 168, 1, 9) && s->dest->port == 67);
	ck_assert(r.yiaddr == 0 && r.flags == PACKET_BROADCAST);
	/* INFORM is answered at the client's address. */
	boots(&m, PACKET_INFORM, 0);
	msg_field(&m, MSG_CIADDR, CLIENT_ADDR);
	m.from = CLIENT_ADDR;
	s = sent(&m);
	ck_assert(s->dest->addr == CLIENT_ADDR && s->dest->port == 68);
	/* But not at one of another network, whoever asks. */
	msg_field(&m, MSG_CIADDR, IP(198, 51, 100, 9));
	ck_assert_ptr_null(case_sent(&k, msg_step(&k, &m)));
	dropped(DROP_MALFORMED, 1);
	msg_field(&m, MSG_CIADDR, CLIENT_ADDR | 0xff);
	ck_assert_ptr_null(case_sent(&k, msg_step(&k, &m)));
	dropped(DROP_MALFORMED, 2);
}
END_TEST

START_TEST(silence)
{
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	/* No boot. */
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_BOOTP, 1, 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_VENDOR_CLASS, "PXEClien", 8);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	/* The REQUEST for the address, of whichever server. */
	boots(&m, PACKET_REQUEST, 0);
	msg_opt32(&m, OPT_SERVER_ID, OTHER_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_OTHER_SERVER, 1);
	boots(&m, PACKET_REQUEST, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	boots(&m, PACKET_RELEASE, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	boots(&m, PACKET_DISCOVER, 0);
	m.pxe = true;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 5);
	dropped(DROP_MALFORMED, 1);
}
END_TEST

/* The tags of the only range, a proxy's, exclude the client. */
START_TEST(excluded)
{
	struct dhcp_msg m;

	case_end(&k);
	setup_proxy_of("pi");
	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	k.conf->dhcp.authoritative = true;
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, CLIENT_ADDR);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	msg_begin(&m, PACKET_INFORM, 1, 1);
	msg_field(&m, MSG_CIADDR, CLIENT_ADDR);
	m.from = CLIENT_ADDR;
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_PROXY, 3);
}
END_TEST

/* Nothing is configured for the architecture: that is said, each time. */
START_TEST(nothing_to_boot)
{
	static const int archs[] = { 0, 7, 11, 27 };
	const struct actions *a;
	struct dhcp_msg m;
	size_t i;

	case_boot(&k, "pxelinux.0", "", 0, "bios");
	service(9, "EBC", "ebc.efi", 0, "");
	case_ready(&k);
	for (i = 0; i < 3 * sizeof(archs) / sizeof(archs[0]); i++) {
		boots(&m, PACKET_DISCOVER, archs[i / 3]);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
		ck_assert(act_note(a, NOTE_MESSAGE, 0)->failed);
		ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		asks_port(&m, archs[i / 3]);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_find(a, ACTION_SEND, 0));
		ck_assert(act_note(a, NOTE_MESSAGE, 0)->failed);
		k.now.mono_ms += 4000;
	}
}
END_TEST

/* Port 4011 answers clients of its networks only, at their two ports. */
START_TEST(reflection)
{
	static const struct {
		uint32_t from, ciaddr;
		uint16_t port;
		bool answered;
	} t[] = {
		{ CLIENT_ADDR, CLIENT_ADDR, 4011, true },
		{ CLIENT_ADDR, CLIENT_ADDR, 68, true },
		{ CLIENT_ADDR, 0, 4011, true },
		{ CLIENT_ADDR, CLIENT_ADDR, 67, false },
		{ CLIENT_ADDR, CLIENT_ADDR, 53, false },
		{ IP(8, 8, 8, 8), CLIENT_ADDR, 4011, false },
		{ IP(8, 8, 8, 8), 0, 68, false },
		{ IP(192, 168, 2, 9), IP(192, 168, 2, 9), 4011, false },
		{ CLIENT_ADDR, CASE_SERVER, 4011, false },
	};
	size_t i;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct dhcp_msg m;

		asks_port(&m, 0);
		msg_field(&m, MSG_CIADDR, t[i].ciaddr);
		m.from = t[i].from;
		m.port = t[i].port;
		ck_assert_msg((case_ask(&k, &m, &r) != 0) == t[i].answered,
		    "case %zu", i);
	}
	/* On port 67 it must say which address it has. */
	{
		struct dhcp_msg m;

		boots(&m, PACKET_INFORM, 0);
		ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
		/* What is too long is no UUID. */
		msg_begin(&m, PACKET_DISCOVER, 4, 4);
		msg_opt(
		    &m, OPT_VENDOR_CLASS, CLASS_BIOS, sizeof(CLASS_BIOS) - 1);
		msg_opt(&m, OPT_UUID, CLASS_BIOS, 18);
		ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
		ck_assert(!packet_has(&r, OPT_UUID));
	}
}
END_TEST

/* dhcp-alternate-port changes the port of clients, not 4011. */
START_TEST(alternate_ports)
{
	static const uint16_t ports[] = { 2068, 4011, 68 };
	const struct action *s;
	struct dhcp_msg m;
	size_t i;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ports(&k, 1067, 2068);
	case_ready(&k);
	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		asks_port(&m, 0);
		m.from = CLIENT_ADDR;
		m.port = ports[i];
		s = case_sent(&k, msg_step(&k, &m));
		ck_assert((s != NULL) == (ports[i] != 68));
		if (s != NULL)
			ck_assert_uint_eq(s->dest->port, ports[i]);
	}
	asks_port(&m, 0);
	m.from = 0;
	m.port = 4011;
	ck_assert_ptr_nonnull(s = case_sent(&k, msg_step(&k, &m)));
	ck_assert(s->dest->addr == UINT32_MAX && s->dest->port == 2068);
}
END_TEST

START_TEST(ignored)
{
	struct record rec;
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_IGNORE;
	case_tags(&rec.u.ignore.tags, "!known");
	case_add(&k, &rec);
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	asks_port(&m, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), 0);
	dropped(DROP_IGNORED, 2);
}
END_TEST

/* A client that is not satisfied with one style is offered the other. */
START_TEST(repetition)
{
	const struct actions *a;
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_ready(&k);
	offered(7);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	/* A copy of the same packet is none. */
	k.now.mono_ms += 20;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
	k.now.mono_ms += 4000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_uint_eq(act_note(a, NOTE_PROXY, 0)->error, RECORD_PXE_BYPASS);
	ck_assert(!act_note(a, NOTE_PROXY, 0)->failed);
	ck_assert(reply_parse(&r, act_find(a, ACTION_SEND, 0)->data,
	    act_find(a, ACTION_SEND, 0)->len));
	is_boot("snponly.efi", "192.168.1.1", CASE_SERVER);
	k.now.mono_ms += 8000;
	offered(7);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	k.now.mono_ms += 16000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert(act_note(a, NOTE_PROXY, 0)->failed);
	/* Later the same xid is a new boot. */
	k.now.mono_ms += 65000;
	boots(&m, PACKET_DISCOVER, 7);
	a = msg_step(&k, &m);
	ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
}
END_TEST

/* Another client, another xid, or another path is no repetition. */
START_TEST(repetition_of_others)
{
	const struct actions *a;
	struct dhcp_msg m;
	uint32_t i;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_ready(&k);
	for (i = 0; i < 3; i++) {
		boots(&m, PACKET_DISCOVER, 7);
		if (i == 1)
			msg_field(&m, MSG_GIADDR, IP(192, 168, 1, 9));
		a = msg_step(&k, &m);
		if (i < 2)
			ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		else
			ck_assert_ptr_nonnull(act_note(a, NOTE_PROXY, 0));
		k.now.mono_ms += 4000;
	}
	for (i = 2; i < 5; i++) {
		/* Another machine, with the same xid; then another xid. */
		boots(&m, PACKET_DISCOVER, 7);
		m.buf[i < 4 ? 33 : 7] = (uint8_t)(i + 1);
		a = msg_step(&k, &m);
		ck_assert_ptr_null(act_note(a, NOTE_PROXY, 0));
		k.now.mono_ms += 4000;
	}
}
END_TEST

/* The same request on another interface is no repetition. */
START_TEST(repetition_of_interface)
{
	const struct actions *a;
	struct dhcp_msg m;
	uint32_t i;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_iface(&k, "br1", CASE_IFINDEX + 1, IP(192, 168, 1, 2), 0xffffff00);
	case_ready(&k);
	for (i = 0; i < 3; i++) {
		boots(&m, PACKET_DISCOVER, 7);
		if (i == 1)
			m.ifindex = CASE_IFINDEX + 1;
		a = msg_step(&k, &m);
		ck_assert_ptr_nonnull(act_find(a, ACTION_SEND, 0));
		ck_assert_int_eq(act_note(a, NOTE_PROXY, 0) != NULL, i == 2);
		k.now.mono_ms += 4000;
	}
}
END_TEST

/* A style of the configuration is kept to. */
START_TEST(repetition_of_chosen)
{
	const struct actions *a;
	struct dhcp_msg m;
	int i;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	style(RECORD_PXE_BINL, "");
	case_ready(&k);
	for (i = 0; i < 5; i++) {
		boots(&m, PACKET_DISCOVER, 7);
		a = msg_step(&k, &m);
		ck_assert((act_note(a, NOTE_PROXY, 0) != NULL) == (i >= 3));
		ck_assert(reply_parse(&r, act_find(a, ACTION_SEND, 0)->data,
		    act_find(a, ACTION_SEND, 0)->len));
		ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
		k.now.mono_ms += 4000;
	}
}
END_TEST

Suite *suite_dhcp_proxy(void);

Suite *
suite_dhcp_proxy(void)
{
	Suite *s = suite_create("dhcp_proxy");
	TCase *t = tcase_create("dhcp_proxy");

	tcase_add_checked_fixture(t, setup_proxy, teardown);
	tcase_add_test(t, destinations);
	tcase_add_test(t, silence);
	tcase_add_test(t, excluded);
	tcase_add_test(t, nothing_to_boot);
	tcase_add_test(t, reflection);
	tcase_add_test(t, alternate_ports);
	tcase_add_test(t, repetition_of_others);
	tcase_add_test(t, repetition_of_interface);
	tcase_add_test(t, ignored);
	tcase_add_test(t, repetition);
	tcase_add_test(t, repetition_of_chosen);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_proxy)
