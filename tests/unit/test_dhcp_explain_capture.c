/* SPDX-License-Identifier: ISC */
/* pxeguard --explain=FILE: requests of a capture file, one after another. */
#include "daemon/capture.h"
#include "dhcpd/explain_capture.h"
#include "tests/unit/explain_case.h"

static struct explain_capture capture;
static uint32_t frame;

static int
begin(const char *line)
{
	static char copy[200];
	const char *word[8];
	char *s, *save = NULL;
	size_t n = 0;

	said[0] = why[0] = '\0';
	frame = 0;
	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (s = strtok_r(copy, " ", &save); s != NULL;
	     s = strtok_r(NULL, " ", &save))
		word[n++] = s;
	return explain_capture_begin(&capture, &x, word, n, &out, why);
}

static void
packet(const void *data, size_t len, uint16_t port, uint32_t from, uint32_t to)
{
	const struct explain_captured p = { ++frame, from, to, port, data,
		len };

	explain_capture_packet(&capture, &x, &p, &out);
}

static void
msg(struct dhcp_msg *m, uint16_t port)
{
	writer_u8(&m->w, OPT_END);
	packet(m->buf, m->w.len, port, 0, UINT32_MAX);
}

static void
end(uint32_t requests)
{
	const uint32_t counts[4] = { 9, requests, 2, 3 };

	explain_capture_end(&capture, counts, &out);
	text_flush(&out);
}

/* What nobody asks for by option 55 makes the text short. */
static void
discover(uint32_t client)
{
	struct dhcp_msg m;

	msg_begin(&m, PACKET_DISCOVER, client, client);
	msg_opt(&m, OPT_PARAMETERS, "\1", 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 77));
	msg(&m, 67);
}

START_TEST(frames)
{
	struct dhcp_msg m;

	ready();
	ck_assert_int_eq(begin(""), 0);
	discover(1);
	/* A reply of another server is no request. */
	msg_begin(&m, PACKET_OFFER, 1, 1);
	m.buf[0] = 2;
	msg(&m, 67);
	packet("short", 5, 67, 0, UINT32_MAX);
	/* Another port is another server's. */
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	msg(&m, 1067);
	msg_begin(&m, PACKET_DISCOVER, 3, 3);
	msg_field(&m, MSG_GIADDR, IP(10, 9, 0, 1));
	msg(&m, 67);
	end(4);
	/* clang-format off */
	is_said(
	    "Frame 1: DHCPDISCOVER of 52:54:00:00:00:01\n"
	    "  answer: DHCPOFFER\n"
	    "TAGS\n"
	    "  br0  the interface\n"
	    "ADDRESS\n"
	    "  address  192.168.1.77                the client requests it\n"
	    "  range    192.168.1.50-192.168.1.150  dhcp-range\n"
	    "BOOT\n"
	    "  file    none\n"
	    "  server  192.168.1.1\n"
	    "OPTIONS\n"
	    "    1 netmask            255.255.255.0  the server\n"
	    "   28 broadcast          192.168.1.255  the server\n"
	    "   51 lease-time         28800          dhcp-range\n"
	    "   54 server-identifier  192.168.1.1    the server\n"
	    "   58 T1                 14400          the server\n"
	    "   59 T2                 25200          the server\n"
	    "\n"
	    "Frame 3: not a DHCP request: too short\n"
	    "\n"
	    "Frame 5: DHCPDISCOVER of 52:54:00:00:00:03 through the relay 10.9.0.1\n"
	    "  no answer: no range for its network\n"
	    "\n"
	    "9 frames, 3 requests explained; skipped: 2 fragments, 3 incomplete frames\n");
	/* clang-format on */
}
END_TEST

/* An address that was leased is not given to another client. */
START_TEST(leases_are_kept)
{
	struct dhcp_msg m;

	ready();
	ck_assert_int_eq(begin("iface=br0"), 0);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, IP(192, 168, 1, 77));
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	discover(1);
	msg(&m, 67);
	said[0] = '\0';
	discover(2);
	text_flush(&out);
	says("Frame 3: DHCPDISCOVER of 52:54:00:00:00:02\n");
	says("a free one of the range\n");
}
END_TEST

START_TEST(one_client)
{
	struct dhcp_msg m;

	ready();
	ck_assert_int_eq(begin("mac=52:54:00:00:00:02"), 0);
	discover(1);
	discover(2);
	/* Neither a packet without an address, nor one that has a longer one.
	 */
	packet("short", 5, 67, 0, UINT32_MAX);
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	m.buf[2] = 8;
	msg(&m, 67);
	end(CAPTURE_PACKETS_MAX);
	ck_assert_uint_eq(capture.shown, 1);
	says("Frame 2: DHCPDISCOVER of 52:54:00:00:00:02\n");
	says_not("Frame 1");
	says_not("Only the first");
}
END_TEST

/* To port 4011, from an address or not. */
START_TEST(port)
{
	struct dhcp_msg m;

	case_boot(&k, "a.efi", "", 0, "");
	ready();
	ck_assert_int_eq(begin(""), 0);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 77));
	msg_opt(&m, OPT_VENDOR_CLASS, "PXEClient", 9);
	writer_u8(&m.w, OPT_END);
	packet(m.buf, m.w.len, 4011, IP(192, 168, 1, 77), CASE_SERVER);
	end(CAPTURE_PACKETS_MAX + 1);
	says("Frame 1: DHCPREQUEST of 52:54:00:00:00:01, to port 4011\n"
	     "  answer: DHCPACK\n");
	says("  file    a.efi");
	says("\nOnly the first 1000 requests were looked at.\n");
}
END_TEST

START_TEST(words_refused)
{
	case_iface(&k, "br1", 4, IP(10, 1, 0, 1), 0xffffff00);
	ready();
	ck_assert_int_eq(begin("iface=br0 arch=bios"), -1);
	ck_assert_str_eq(why,
	    "with a capture file, words are iface=NAME and mac=ADDRESS only");
	ck_assert_int_eq(begin("iface=br0 mac=x"), -1);
	ck_assert_ptr_nonnull(strstr(why, "not a MAC address"));
	ck_assert_int_eq(begin("iface=br2"), -1);
	ck_assert_ptr_nonnull(strstr(why, "DHCP is not served there"));
	ck_assert_int_eq(begin(""), -1);
	ck_assert_ptr_nonnull(strstr(why, "several interfaces"));
	ck_assert_int_eq(begin("iface=br1"), 0);
	ck_assert_ptr_eq(capture.iface, &k.conf->ifaces.v[1]);
}
END_TEST

START_TEST(json)
{
	struct dhcp_msg m;

	ready();
	x.json = true;
	ck_assert_int_eq(begin(""), 0);
	packet("short", 5, 67, 0, UINT32_MAX);
	msg_begin(&m, PACKET_DISCOVER, 3, 3);
	msg_field(&m, MSG_GIADDR, IP(10, 9, 0, 1));
	msg(&m, 67);
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, IP(192, 168, 1, 77));
	msg_opt(&m, OPT_VENDOR_CLASS, "PXEClient", 9);
	writer_u8(&m.w, OPT_END);
	packet(m.buf, m.w.len, 4011, IP(192, 168, 1, 77), CASE_SERVER);
	end(4);
	/* clang-format off */
	is_said(
	    "{\"mode\": \"capture\", \"interface\": \"br0\", \"requests\": [\n"
	    "{\"frame\": 1, \"invalid\": \"too short\"},\n"
	    "{\"frame\": 2, \"invalid\": null, \"type\": \"DHCPDISCOVER\", \"client\": \"52:54:00:00:00:03\", \"relay\": \"10.9.0.1\", \"to_port_4011\": false, \"answer\": null, \"why\": \"no range for its network\", \"delay_s\": 0, \"tags\": [], \"address\": null, \"boot\": null, \"options\": [], \"passed_over\": []},\n"
	    "{\"frame\": 3, \"invalid\": null, \"type\": \"DHCPREQUEST\", \"client\": \"52:54:00:00:00:01\", \"relay\": null, \"to_port_4011\": true, \"answer\": null, \"why\": \"no dhcp-boot and no pxe-service for its architecture\", \"delay_s\": 0, \"tags\": [\n"
	    "{\"tag\": \"br0\", \"set_by\": null}], \"address\": null, \"boot\": null, \"options\": [], \"passed_over\": []}], \"frames\": 9, \"requests_found\": 4, \"requests_explained\": 3, \"fragments\": 2, \"incomplete_frames\": 3}\n");
	/* clang-format on */
}
END_TEST

Suite *suite_dhcp_explain_capture(void);

Suite *
suite_dhcp_explain_capture(void)
{
	const TTest *const tests[] = { frames, leases_are_kept, one_client,
		port, words_refused, json };

	return suite_of(
	    "dhcp_explain_capture", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_explain_capture)
