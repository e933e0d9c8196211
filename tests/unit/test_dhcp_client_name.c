/* SPDX-License-Identifier: ISC */
/* Host names: options 12 and 81 of clients, and the names in replies. */
#include "tests/unit/dhcp_fixture.h"

static struct packet back;

#define LABEL63 \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct row {
	const char *opt;
	size_t len;
	const char *want;
};

/* The options with a length by sizeof, less the NUL. */
#define ROW(opt, want)                     \
	{                                  \
		opt, sizeof(opt) - 1, want \
	}

static void
reads(uint8_t code, const struct row *t, size_t n)
{
	struct client_name name;
	struct packet p;
	struct dhcp_msg m;
	size_t i;

	for (i = 0; i < n; i++) {
		msg_begin(&m, PACKET_DISCOVER, 1, 1);
		msg_opt(&m, code, t[i].opt, t[i].len);
		ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
		client_name_read(&name, &p);
		ck_assert_msg(strcmp(name.label, t[i].want) == 0,
		    "row %zu: %s instead of %s", i, name.label, t[i].want);
		ck_assert(name.fqdn == (code == OPT_FQDN && t[i].len >= 3));
	}
}

START_TEST(option_12)
{
	static const struct row t[] = {
		ROW("pc", "pc"),
		ROW("PC", "PC"),
		ROW("pc\0", "pc"),
		ROW("pc\0junk", "pc"),
		ROW("pc.", "pc"),
		ROW("pc.example.org", "pc"),
		ROW("pc.exa mple.org", "pc"),
		ROW("a-b_c9", "a-b_c9"),
		ROW("9pc", "9pc"),
		ROW("-pc", ""),
		ROW("_pc", ""),
		ROW("p c", ""),
		ROW("p\303\244c", ""),
		ROW("", ""),
		ROW(".", ""),
		ROW(".org", ""),
		ROW(LABEL63, LABEL63),
		ROW(LABEL63 ".org", LABEL63),
		ROW(LABEL63 "a", ""),
	};

	reads(OPT_HOSTNAME, t, sizeof(t) / sizeof(t[0]));
}
END_TEST

START_TEST(option_81)
{
	static const struct row t[] = {
		/* The form of RFC 1035. */
		ROW("\4\0\0\2pc\7example\3org\0", "pc"),
		ROW("\5\0\0\2pc", "pc"),
		ROW("\4\0\0\2pc\0", "pc"),
		ROW("\4\0\0\11pc", ""),
		ROW("\4\0\0\300\1", ""),
		ROW("\4\0\0\0", ""),
		ROW("\4\0\0", ""),
		ROW("\4\0\0\2p ", ""),
		/* Text. */
		ROW("\0\0\0pc", "pc"),
		ROW("\0\0\0pc.example.org", "pc"),
		ROW("\1\0\0pc\0", "pc"),
		ROW("\0\0\0", ""),
		ROW("\0\0", ""),
	};

	reads(OPT_FQDN, t, sizeof(t) / sizeof(t[0]));
}
END_TEST

START_TEST(fqdn_before_hostname)
{
	struct client_name name;
	struct packet p;
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "short", 5);
	msg_opt(&m, OPT_FQDN, "\0\0\0long.example.org", 19);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	client_name_read(&name, &p);
	ck_assert_str_eq(name.label, "long");
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_HOSTNAME, "short", 5);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	client_name_read(&name, &p);
	ck_assert_str_eq(name.label, "short");
}
END_TEST

/* One message of client 1 with these names; NULL: none. */
static void
ask(uint8_t type, const char *hostname, const char *fqdn, size_t len)
{
	struct dhcp_msg m;

	msg_begin(&m, type, 1, 1);
	if (type == PACKET_REQUEST) {
		msg_opt32(&m, OPT_REQUESTED_IP, back.yiaddr);
		msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	}
	if (hostname != NULL)
		msg_opt(&m, OPT_HOSTNAME, hostname, strlen(hostname));
	if (fqdn != NULL)
		msg_opt(&m, OPT_FQDN, fqdn, len);
	ck_assert_uint_ne(case_ask(&k, &m, &back), 0);
}

/* The option has this value; NULL: it is not sent. */
static void
has(uint8_t code, const char *want, size_t n)
{
	size_t len;
	const uint8_t *opt = packet_option(&back, code, &len);

	ck_assert_msg((opt == NULL) == (want == NULL), "option %u", code);
	if (want == NULL)
		return;
	ck_assert_uint_eq(len, n);
	ck_assert_mem_eq(opt, want, n);
}

static void
with_domain(void)
{
	struct record rec = { .kind = RECORD_DHCP };

	rec.u.dhcp.lease_max = 10;
	(void)snprintf(rec.u.dhcp.domain, RECORD_NAME_MAX, "example.org");
	case_add(&k, &rec);
}

START_TEST(reply_to_fqdn)
{
	with_domain();
	case_ready(&k);
	ask(PACKET_DISCOVER, NULL, "\1\0\0nb", 5);
	has(OPT_HOSTNAME, "nb", 2);
	/* The client asked for an update by the server; there is none. */
	has(OPT_FQDN, "\12\377\377nb.example.org", 17);
	ask(PACKET_DISCOVER, NULL, "\4\0\0\2nb\7foreign\0", 15);
	has(OPT_FQDN, "\14\377\377\2nb\7example\3org\0", 19);
	ask(PACKET_DISCOVER, "nb", NULL, 0);
	has(OPT_FQDN, NULL, 0);
	ask(PACKET_DISCOVER, NULL, "\0\0\0!", 4);
	has(OPT_FQDN, NULL, 0);
	has(OPT_HOSTNAME, NULL, 0);
}
END_TEST

START_TEST(reply_without_domain)
{
	case_ready(&k);
	ask(PACKET_DISCOVER, NULL, "\0\0\0nb.foreign", 13);
	has(OPT_FQDN, "\10\377\377nb", 5);
	ask(PACKET_DISCOVER, NULL, "\4\0\0\2nb", 6);
	has(OPT_FQDN, "\14\377\377\2nb", 6);
}
END_TEST

START_TEST(reply_in_list)
{
	struct dhcp_msg m;

	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_PARAMETERS, "\14", 1);
	msg_opt(&m, OPT_FQDN, "\0\0\0nb", 5);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
	has(OPT_HOSTNAME, "nb", 2);
	/* Who sends option 81 gets an answer to it (RFC 4702 4). */
	has(OPT_FQDN, "\10\377\377nb", 5);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_PARAMETERS, "\14\121", 2);
	msg_opt(&m, OPT_HOSTNAME, "nb", 2);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
	has(OPT_FQDN, NULL, 0);
}
END_TEST

/* The name of a dhcp-host line, beside the name that the client sent. */
START_TEST(reply_of_host)
{
	char name[LEASE_NAME_MAX];

	case_reserve(&k, 1, 0, "pc");
	case_ready(&k);
	ask(PACKET_DISCOVER, NULL, NULL, 0);
	has(OPT_HOSTNAME, "pc", 2);
	ask(PACKET_DISCOVER, "PC", NULL, 0);
	has(OPT_HOSTNAME, "pc", 2);
	/* With a domain it is another name, as for dnsmasq. */
	ask(PACKET_DISCOVER, "PC.foreign", NULL, 0);
	has(OPT_HOSTNAME, NULL, 0);
	/* An OFFER does not contradict the DISCOVER; the ACK does. */
	ask(PACKET_DISCOVER, "nb", NULL, 0);
	has(OPT_HOSTNAME, NULL, 0);
	ask(PACKET_REQUEST, "nb", NULL, 0);
	has(OPT_HOSTNAME, "pc", 2);
	binding_name(pool_at(k.e->pool, back.yiaddr), name);
	ck_assert_str_eq(name, "pc");
	ask(PACKET_DISCOVER, "nb", "\0\0\0nb", 5);
	has(OPT_HOSTNAME, "pc", 2);
	has(OPT_FQDN, "\10\377\377pc", 5);
}
END_TEST

/* The first label in lower case, as dnsmasq has it. */
START_TEST(name_of_line)
{
	case_reserve(&k, 1, 0, "PC-7.Example.org");
	case_ready(&k);
	ask(PACKET_DISCOVER, NULL, NULL, 0);
	has(OPT_HOSTNAME, "pc-7", 4);
	ask(PACKET_DISCOVER, "Pc-7", NULL, 0);
	has(OPT_HOSTNAME, "pc-7", 4);
}
END_TEST

/* Clients that end texts with a NUL read on without one. */
START_TEST(reply_with_nul)
{
	struct dhcp_msg m;

	with_domain();
	case_option(&k, 17, "/root", 5, true, "");
	case_option(&k, 224, "x", 1, true, "");
	case_ready(&k);
	msg_begin(&m, PACKET_DISCOVER, 1, 1);
	msg_opt(&m, OPT_FQDN, "\0\0\0nb", 6);
	ck_assert_uint_eq(case_ask(&k, &m, &back), PACKET_OFFER);
	has(OPT_HOSTNAME, "nb", 3);
	has(OPT_DOMAIN, "example.org", 12);
	has(OPT_FQDN, "\10\377\377nb.example.org", 18);
	has(17, "/root", 6);
	has(224, "x", 1);
	ask(PACKET_DISCOVER, NULL, "\0\0\0nb", 5);
	has(OPT_HOSTNAME, "nb", 2);
	has(17, "/root", 5);
}
END_TEST

/* A line without MAC and identifier is found by the name in option 81. */
START_TEST(host_by_fqdn)
{
	struct record h = case_host(NULL, IP(192, 168, 1, 60), "known-name");

	case_add(&k, &h);
	case_ready(&k);
	ask(PACKET_DISCOVER, NULL, "\4\0\0\12Known-Name\0", 15);
	ck_assert_uint_eq(back.yiaddr, IP(192, 168, 1, 60));
	ask(PACKET_DISCOVER, NULL, "\0\0\0known-nam", 12);
	ck_assert_uint_ne(back.yiaddr, IP(192, 168, 1, 60));
}
END_TEST

Suite *suite_dhcp_client_name(void);

Suite *
suite_dhcp_client_name(void)
{
	const TTest *const tests[] = { option_12, option_81,
		fqdn_before_hostname, reply_to_fqdn, reply_without_domain,
		reply_in_list, reply_of_host, name_of_line, reply_with_nul,
		host_by_fqdn };

	return suite_of(
	    "dhcp_client_name", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_client_name)
