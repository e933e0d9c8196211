/* SPDX-License-Identifier: ISC */
/* The shortest names are names: files, servers, hosts, tags, domains. */
#include "tests/unit/pxe_case.h"
#include "tests/unit/report_case.h"

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };

/* A DISCOVER that asks for what is made of names. */
static void
discover(struct dhcp_msg *m)
{
	msg_begin(m, PACKET_DISCOVER, 1, 1);
	msg_opt(m, OPT_PARAMETERS, "\14\17\102\103\121", 5);
	msg_opt(m, OPT_REQUESTED_IP, "\300\250\1\115", 4);
}

START_TEST(boot)
{
	struct dhcp_msg m;

	case_boot(&k, "f", "s", 0, "");
	case_ready(&k);
	k.conf->dhcp.log_dhcp = true;
	discover(&m);
	msg_opt(&m, OPT_ARCH, "\0\7", 2);
	log_msg(&m);
	has_line("1 bootfile name: f");
	has_line("1 server name: s");
	has_line(
	    "1 DHCPOFFER(br0) 192.168.1.77 52:54:00:00:00:01, UEFI x64, boot file \"f\"");
	discover(&m);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_FILE, "f", 2);
	is_option(OPT_SNAME, "s", 2);
}
END_TEST

/* A client that requests neither option. */
START_TEST(boot_in_header)
{
	static const char many[200];
	struct dhcp_msg m;

	case_boot(&k, "f", "s", 0, "");
	case_option(&k, 224, many, 200, true, "");
	case_option(&k, 225, many, 100, true, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_PARAMETERS, "\1", 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	/* The fields are in use, so no option overloads them. */
	is_boot("f", "s", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_OVERLOAD));
}
END_TEST

START_TEST(tftpd_is_told)
{
	const struct action *s;
	struct dhcp_msg m;

	case_boot(&k, "f", "", 0, "");
	case_ready(&k);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, FIRST);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	msg_opt(&m, OPT_ARCH, "\0\7", 2);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	ck_assert_ptr_nonnull(s);
	ck_assert_ptr_nonnull(act_find(
	    case_outcome(&k, ENGINE_DURABLE, s->id), ACTION_BOOTING, 0));
}
END_TEST

/* The name that a client sends, and the domain, in options 12, 15 and 81. */
START_TEST(client_name)
{
	char name[LEASE_NAME_MAX];
	struct dhcp_msg m;

	(void)strcpy(k.conf->dhcp.domain, "d");
	case_ready(&k);
	discover(&m);
	msg_opt(&m, OPT_FQDN, "\4\0\0\1n", 5);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(15, "d", 1);
	is_option(OPT_FQDN, "\14\377\377\1n\1d\0", 8);
	discover(&m);
	msg_opt(&m, OPT_FQDN, "\0\0\0n", 4);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_FQDN, "\10\377\377n.d", 6);
	k.conf->dhcp.log_dhcp = true;
	discover(&m);
	msg_opt(&m, OPT_HOSTNAME, "n", 1);
	log_msg(&m);
	has_line("1 client provides name: n");
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "n", 1);
	msg_opt32(&m, OPT_REQUESTED_IP, FIRST);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	binding_name(pool_at(k.e->pool, FIRST), name);
	ck_assert_str_eq(name, "n");
	/* One that sends no name keeps it, and one that sends one has that. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, FIRST);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	binding_name(pool_at(k.e->pool, FIRST), name);
	ck_assert_str_eq(name, "n");
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "o", 1);
	msg_field(&m, MSG_CIADDR, FIRST);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	binding_name(pool_at(k.e->pool, FIRST), name);
	ck_assert_str_eq(name, "o");
}
END_TEST

/* dhcp-host by address, and by name. */
START_TEST(host_name)
{
	struct record rec = case_host(mac, 0, "h");
	struct dhcp_msg m;

	case_add(&k, &rec);
	rec = case_host(NULL, IP(192, 168, 1, 9), "n");
	case_add(&k, &rec);
	case_ready(&k);
	discover(&m);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_HOSTNAME, "h", 1);
	/* An OFFER does not contradict the client. */
	discover(&m);
	msg_opt(&m, OPT_HOSTNAME, "x", 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_HOSTNAME));
	msg_begin(&m, PACKET_DISCOVER, 2, 1);
	msg_opt(&m, OPT_HOSTNAME, "n", 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_uint_eq(r.yiaddr, IP(192, 168, 1, 9));
}
END_TEST

/* Tags of a range and of a name, and the class of a vendor: line. */
START_TEST(tags)
{
	struct record rec;
	struct dhcp_msg m;

	case_empty(&k);
	case_range(&k, FIRST, LAST, "t", "");
	case_boot(&k, "other", "", 0, "");
	case_boot(&k, "f", "", 0, "t");
	case_option(&k, 42, "abcd", 4, true, "n");
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_MATCH;
	rec.u.match.how = RECORD_MATCH_NAME;
	rec.u.match.len = 1;
	rec.u.match.data[0] = 'x';
	(void)strcpy(rec.u.match.set, "n");
	case_add(&k, &rec);
	memset(&rec, 0, sizeof(rec));
	rec.kind = RECORD_SUBOPTION;
	rec.u.suboption.how = RECORD_SUB_VENDOR;
	rec.u.suboption.code = 5;
	rec.u.suboption.force = true;
	(void)strcpy(rec.u.suboption.class, "c");
	case_add(&k, &rec);
	case_ready(&k);
	discover(&m);
	msg_opt(&m, OPT_VENDOR_CLASS, "xyz", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_FILE, "f", 2);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	ck_assert(!packet_has(&r, 42));
	discover(&m);
	msg_opt(&m, OPT_VENDOR_CLASS, "xcz", 3);
	msg_opt(&m, OPT_HOSTNAME, "X", 1);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(OPT_VENDOR_ENCAP, "\5\0\377", 3);
	is_option(42, "abcd", 4);
}
END_TEST

/* An entry of a menu; "" is the disk. */
START_TEST(services)
{
	struct dhcp_msg m;

	case_end(&k);
	setup_proxy();
	next_type = RECORD_SERVICE_OWN;
	service(0, "t", "f", 0, "");
	service(7, "t", "e", 0, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\3\12\4\0PXE\10\7\200\0\1\300\250\1\1"
				     "\11\4\200\0\1t\377"));
	asks_port(&m, 0);
	msg_opt(&m, OPT_VENDOR_ENCAP, VENDOR("\107\4\200\0\0\0\377"));
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert_str_eq((const char *)r.file, "f.0");
	boots(&m, PACKET_DISCOVER, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	asks_port(&m, 7);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_ACK);
	ck_assert_int_eq(r.file[0], 'e');
}
END_TEST

/* A proxy names a single service, or a dhcp-boot file, in its OFFER. */
START_TEST(proxy_file)
{
	struct dhcp_msg m;

	case_end(&k);
	setup_proxy();
	if (_i == 0)
		service(0, "t", "f.", 0, "");
	else
		case_boot(&k, "f.", "", 0, "");
	style(RECORD_PXE_BYPASS, "");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert_int_eq(r.file[0], 'f');
}
END_TEST

START_TEST(lines_of_names)
{
	const uint8_t other[6] = { 0x52, 0x54, 0, 0, 0, 9 };
	struct record rec = case_host(mac, FIRST, "");
	struct dhcp_msg m;
	struct lease l;

	case_add(&k, &rec);
	rec = case_host(NULL, CASE_SERVER, "h");
	case_add(&k, &rec);
	rec = case_host(mac, CASE_SERVER, "h");
	case_add(&k, &rec);
	case_ready(&k);
	log_conf();
	has_line(
	    "dhcp-host h: 192.168.1.1 is an address of this host; reservation ignored; reserve another address");
	has_line(
	    "dhcp-host 52:54:00:00:00:01 h: 192.168.1.1 is an address of this host; reservation ignored; reserve another address");
	case_end(&k);
	case_begin(&k);
	rec = case_host(mac, FIRST, "");
	case_add(&k, &rec);
	case_ready(&k);
	memset(&l, 0, sizeof(l));
	l.state = LEASE_BOUND;
	l.addr = addr_from_ip4(FIRST);
	l.hwtype = 1;
	l.hwlen = 6;
	memcpy(l.hw, other, 6);
	(void)strcpy(l.name, "n");
	l.expiry_s = LEASE_NEVER;
	pool_store(k.e->pool, pool_get(k.e->pool, FIRST), &l);
	discover(&m);
	msg_opt(&m, OPT_HOSTNAME, "x", 1);
	log_msg(&m);
	has_line(
	    "not using configured address 192.168.1.50 for 52:54:00:00:00:01: it is leased to 52:54:00:00:00:09 (n) without end; it becomes free when that machine renews or releases its lease");
}
END_TEST

Suite *suite_dhcp_one_letter(void);

Suite *
suite_dhcp_one_letter(void)
{
	Suite *s = suite_create("dhcp_one_letter");
	TCase *t = tcase_create("dhcp_one_letter");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, boot);
	tcase_add_test(t, boot_in_header);
	tcase_add_test(t, tftpd_is_told);
	tcase_add_test(t, client_name);
	tcase_add_test(t, host_name);
	tcase_add_test(t, tags);
	tcase_add_test(t, services);
	tcase_add_loop_test(t, proxy_file, 0, 2);
	tcase_add_test(t, lines_of_names);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_one_letter)
