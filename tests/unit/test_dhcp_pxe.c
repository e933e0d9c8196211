/* SPDX-License-Identifier: ISC */
/* PXE clients that get their address from this server, too. */
#include "tests/unit/pxe_case.h"

static void
setup_full(void)
{
	setup_proxy();
	case_range(&k, FIRST, LAST, "", "");
}

START_TEST(full_bios)
{
	struct dhcp_msg m;

	next_type = RECORD_SERVICE_OWN;
	service(0, "Boot BIOS", "undionly.kpxe", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	offered(0);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\3\12\4\0PXE\10\7\200\0\1\300\250\1\1"
				     "\11\14\200\0\11Boot BIOS\377"));
	/* Other clients see nothing of it. */
	msg_begin(&m, PACKET_DISCOVER, 2, 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	ck_assert(!packet_has(&r, OPT_VENDOR_CLASS));
}
END_TEST

/* UEFI with one service asks port 4011, where dnsmasq is silent. */
START_TEST(full_efi)
{
	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	offered(7);
	ck_assert(r.yiaddr >= FIRST && r.yiaddr <= LAST);
	is_boot("", "", CASE_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
	acked(7);
	is_boot("snponly.efi", "192.168.1.1", CASE_SERVER);
}
END_TEST

/* A boot server of another host has no file that port 4011 could tell. */
START_TEST(full_server)
{
	server(7, 9, "A", OTHER_SERVER);
	case_ready(&k);
	offered(7);
	is_option(
	    OPT_VENDOR_ENCAP, VENDOR("\6\1\3\12\4\0PXE\10\7\0\11\1\300\250\1\2"
				     "\11\4\0\11\1A\377"));
}
END_TEST

/* No service for it: option 43 says to use the file. */
START_TEST(full_other)
{
	struct dhcp_msg m;

	service(7, "Boot EFI", "snponly.efi", 0, "");
	case_boot(&k, "pxelinux.0", "", OTHER_SERVER, "");
	case_ready(&k);
	offered(0);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_bypass();
	/* Also if neither 60 nor 43 is asked for. */
	msg_begin(&m, PACKET_DISCOVER, 3, 3);
	msg_opt(&m, OPT_VENDOR_CLASS, CLASS_BIOS, sizeof(CLASS_BIOS) - 1);
	msg_opt(&m, OPT_PARAMETERS, "\1\103", 2);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("pxelinux.0", "", OTHER_SERVER);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_bypass();
}
END_TEST

/* An option 43 of the configuration is kept, if there is no menu. */
START_TEST(full_option)
{
	service(7, "A", "a.efi", 0, "");
	service(7, "B", "b.efi", 0, "");
	case_option(&k, OPT_VENDOR_ENCAP, "\1\1\1", 3, false, "");
	case_ready(&k);
	offered(0);
	is_option(OPT_VENDOR_ENCAP, VENDOR("\1\1\1"));
	is_option(OPT_UUID, UUID, UUID_LEN);
	offered(7);
	is_option(OPT_VENDOR_CLASS, "PXEClient", 9);
	is_boot("", "", CASE_SERVER);
}
END_TEST

/* A loader with a line of its own is sent to that alone. */
START_TEST(full_loader)
{
	struct dhcp_msg m;

	service(0, "iPXE", "undionly.kpxe", 0, "");
	match_loader();
	case_boot(&k, "http://192.168.1.1/boot.ipxe", "", 0, "ipxe");
	case_ready(&k);
	boots(&m, PACKET_DISCOVER, 0);
	msg_opt(&m, OPT_IPXE, "\1\1\1", 3);
	ck_assert_uint_eq(case_ask(&k, &m, &r), PACKET_OFFER);
	is_boot("http://192.168.1.1/boot.ipxe", "", CASE_SERVER);
	ck_assert(!packet_has(&r, OPT_VENDOR_ENCAP));
}
END_TEST

Suite *suite_dhcp_pxe(void);

Suite *
suite_dhcp_pxe(void)
{
	Suite *s = suite_create("dhcp_pxe");
	TCase *t = tcase_create("dhcp_pxe");

	tcase_add_checked_fixture(t, setup_full, teardown);
	tcase_add_test(t, full_bios);
	tcase_add_test(t, full_efi);
	tcase_add_test(t, full_server);
	tcase_add_test(t, full_other);
	tcase_add_test(t, full_option);
	tcase_add_test(t, full_loader);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_dhcp_pxe)
