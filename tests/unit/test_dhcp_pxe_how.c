/* SPDX-License-Identifier: ISC */
/* The style of an OFFER, by architecture and by what is configured. */
#include "dhcpd/classify.h"
#include "dhcpd/pxe_client.h"
#include "tests/unit/pxe_case.h"

#define UNSENT 0xffff

/* Classifies a DISCOVER of an architecture. */
static void
classified(struct request *rq, uint16_t arch, const char *user)
{
	static struct packet p;
	struct dhcp_msg m;

	boots(&m, PACKET_DISCOVER, arch == UNSENT ? -1 : (int)arch);
	if (user != NULL)
		msg_opt(&m, OPT_USER_CLASS, user, strlen(user));
	writer_u8(&m.w, OPT_END);
	ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
	memset(rq, 0, sizeof(*rq));
	rq->p = &p;
	rq->iface = &k.conf->ifaces.v[0];
	classify(k.conf, rq);
}

static enum record_pxe_how
how(uint16_t arch, bool proxy, const char *user)
{
	struct request rq;
	bool chosen;
	enum record_pxe_how found;
	struct pxe x;

	classified(&rq, arch, user);
	x = pxe_of(k.conf, &rq, 0, 0);
	found = pxe_how(&x, proxy, &chosen);
	ck_assert(!chosen);
	return found;
}

#define B RECORD_PXE_BYPASS
#define L RECORD_PXE_BINL
#define M RECORD_PXE_MENU

/*
 * Up to 41 (IANA, processor architecture types): x86 UEFI and its kind know
 * port 4011, those of ARM do not, and nor do others that load by TFTP or HTTP.
 */
static const char proxies[] = "MMLMMM"
			      "LLLL"
			      "BB"
			      "BBBBBBBBBBBBB"
			      "LBLBLBBB"
			      "LLLLLBLBB";

START_TEST(architectures)
{
	uint16_t arch;

	for (arch = 0; proxies[arch] != '\0'; arch++)
		service(arch, "text", "file", 0, "");
	case_ready(&k);
	for (arch = 0; proxies[arch] != '\0'; arch++) {
		const char c = proxies[arch];
		enum record_pxe_how want = c == 'B' ? B : c == 'L' ? L : M;

		ck_assert_msg(how(arch, true, NULL) == want, "proxy %u", arch);
		/* With an address the same, as there is a file. */
		ck_assert_msg(how(arch, false, NULL) == want, "%u", arch);
	}
	ck_assert_uint_eq(arch, 42);
	/* Without option 93, a proxy cannot know what it asks. */
	ck_assert_int_eq(how(UNSENT, true, NULL), B);
	ck_assert_int_eq(how(UNSENT, false, NULL), M);
}
END_TEST

/* No service, or one without a file: nothing to choose, nothing to ask for. */
START_TEST(services)
{
	service(7, "disk", "", 0, "");
	service(11, "disk", "", 0, "");
	service(10, "one", "file", 0, "");
	service(10, "two", "file", 0, "");
	case_ready(&k);
	ck_assert_int_eq(how(0, false, NULL), B);
	ck_assert_int_eq(how(0, true, NULL), B);
	ck_assert_int_eq(how(6, true, NULL), L);
	ck_assert_int_eq(how(6, false, NULL), B);
	ck_assert_int_eq(how(7, true, NULL), L);
	ck_assert_int_eq(how(7, false, NULL), M);
	ck_assert_int_eq(how(11, true, NULL), B);
	ck_assert_int_eq(how(11, false, NULL), B);
	ck_assert_int_eq(how(10, true, NULL), M);
	ck_assert_int_eq(how(10, false, NULL), M);
}
END_TEST

/* A loader with a dhcp-boot line of its own needs no menu. */
START_TEST(loaders)
{
	struct request rq;

	service(7, "one", "file", 0, "");
	case_boot(&k, "script", "", 0, "br0");
	case_ready(&k);
	ck_assert_int_eq(how(7, true, NULL), L);
	ck_assert_int_eq(how(7, true, "other"), L);
	ck_assert_int_eq(how(7, true, "iPXE"), B);
	ck_assert_int_eq(how(7, false, "\4gPXE"), B);
	classified(&rq, 7, "iPXE");
	ck_assert(pxe_is_loader(rq.p));
	classified(&rq, 7, NULL);
	ck_assert(!pxe_is_loader(rq.p));
}
END_TEST

/* A line without tags is for all, so it says nothing of loaders. */
START_TEST(loader_of_all)
{
	service(7, "one", "file", 0, "");
	case_boot(&k, "script", "", 0, "");
	case_ready(&k);
	ck_assert_int_eq(how(7, true, "iPXE"), L);
}
END_TEST

START_TEST(nothing)
{
	struct request rq;
	struct pxe x;

	service(7, "one", "file", 0, "");
	case_boot(&k, "", "name", 0, "");
	case_boot(&k, "x", "", 0, "never");
	case_ready(&k);
	classified(&rq, 7, NULL);
	x = pxe_of(k.conf, &rq, 0, 0);
	ck_assert(!pxe_nothing(&x));
	classified(&rq, 6, NULL);
	x = pxe_of(k.conf, &rq, 0, 0);
	ck_assert(pxe_nothing(&x));
}
END_TEST

Suite *suite_dhcp_pxe_how(void);

Suite *
suite_dhcp_pxe_how(void)
{
	const TTest *const tests[] = { architectures, services, loaders,
		loader_of_all, nothing };

	return suite_of(
	    "dhcp_pxe_how", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_pxe_how)
