/* SPDX-License-Identifier: ISC */
/* pxe-service, pxe-prompt, pxe-style, and proxy ranges. */
#include "tests/unit/conf_case.h"

static struct conf_case k;

#define PROXY "dhcp-range=192.168.1.0,proxy\n"

START_TEST(services)
{
	static const struct {
		const char *line, *text, *file;
		uint16_t arch, type;
		uint32_t addr;
	} t[] = {
		{ "pxe-service=x86PC, \"Install Linux\", pxelinux",
		    "Install Linux", "pxelinux", 0, 0x8000, 0 },
		{ "pxe-service=X86-64_efi,a,dir/b.efi,10.0.0.2", "a",
		    "dir/b.efi", 7, 0x8000, 0x0a000002 },
		{ "pxe-service=0,\"Raspberry Pi Boot   \"",
		    "Raspberry Pi Boot   ", "", 0, 0, 0 },
		{ "pxe-service=65535,disk,0", "disk", "", 65535, 0, 0 },
		{ "pxe-service=ARM64_EFI,x,32767,10.0.0.2", "x", "", 11, 32767,
		    0x0a000002 },
		{ "pxe-service=Xscale_EFI,\"a,b\",\"12\"", "a,b", "", 8, 12,
		    0 },
	};
	struct record rec;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct record_service *s = &rec.u.service;

		conf_case_gives(t[i].line, RECORD_SERVICE, &rec);
		ck_assert_str_eq(s->text, t[i].text);
		ck_assert_str_eq(s->file, t[i].file);
		ck_assert_uint_eq(s->arch, t[i].arch);
		ck_assert_uint_eq(s->type, t[i].type);
		ck_assert_uint_eq(s->addr, t[i].addr);
		ck_assert_uint_eq(s->tags.n, 0);
	}
	conf_case_parse(&k, PROXY "dhcp-mac=set:a,52:54:00:*:*:*\n"
				  "pxe-service=tag:a,net:!b,PC98,x,y.0");
	ck_assert(k.ok);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_SERVICE, &rec));
	ck_assert_uint_eq(rec.u.service.tags.n, 2);
	ck_assert(rec.u.service.tags.tag[1].negate);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_DHCP, &rec));
	ck_assert(rec.u.dhcp.pxe);
	conf_case_end(&k);
}
END_TEST

/* dnsmasq has no lists of architectures. */
START_TEST(several_architectures)
{
	conf_case_says("pxe-service=7,9,a.efi,10.0.0.1", 'W',
	    "\"9\" is read as the menu text; for several architectures write a pxe-service for each");
	conf_case_lacks("pxe-service=7,9 and more,a.efi,10.0.0.1", "menu text");
}
END_TEST

/* Each service with a file has a type of its own. */
START_TEST(types)
{
	static const uint16_t want[] = { 0x8000, 0, 0x8001, 7, 0x8002 };
	struct record rec;
	size_t i, n = 0;

	conf_case_parse(&k,
	    PROXY "pxe-service=0,a,a\npxe-service=0,b\npxe-service=6,c,c\n"
		  "pxe-service=6,d,7,10.0.0.1\npxe-service=0,a,a\n");
	ck_assert_msg(k.ok, "%s", k.diags);
	for (i = 0; i < config_count(k.c); i++) {
		config_record(k.c, i, &rec);
		if (rec.kind != RECORD_SERVICE)
			continue;
		ck_assert_uint_eq(rec.u.service.type, want[n]);
		n++;
	}
	ck_assert_uint_eq(n, sizeof(want) / sizeof(want[0]));
	conf_case_end(&k);
}
END_TEST

START_TEST(services_bad)
{
	static char line[300];

	conf_case_says("pxe-service=tag:a", 'E', "nothing follows the tags");
	conf_case_says("pxe-service=x86,a,b", 'E', "no client architecture");
	conf_case_says("pxe-service=0x7,a,b", 'E', "no client architecture");
	conf_case_says("pxe-service=65536,a,b", 'E', "no client architecture");
	conf_case_says("pxe-service=x86PC", 'E', "menu text is missing");
	conf_case_says("pxe-service=x86PC,,b", 'W', "menu text is empty");
	conf_case_says("pxe-service=0,00007,b", 'W', "read as the menu text");
	conf_case_lacks("pxe-service=0,000007,b", "read as the menu text");
	conf_case_lacks("pxe-service=0,65536,b", "read as the menu text");
	conf_case_says("pxe-service=x86PC,a,32768", 'E', "out of range");
	conf_case_says("pxe-service=x86PC,a,99999999999", 'E', "out of range");
	conf_case_says("pxe-service=x86PC,a,b,host", 'E', "write the address");
	conf_case_says(
	    "pxe-service=x86PC,a,b,10.0.0.1,c", 'E', "unexpected \"c\"");
	conf_case_says("pxe-service=x86PC,a,0,10.0.0.1", 'W', "no effect");
	(void)snprintf(line, sizeof(line), "pxe-service=0,%0128d,b", 1);
	conf_case_says(line, 'E', "the menu text");
	(void)snprintf(line, sizeof(line), "pxe-service=0,a,x%0248d", 1);
	conf_case_says(line, 'E', "the file");
	(void)snprintf(line, sizeof(line), "pxe-service=0,a,x.%0125d", 1);
	{
		struct record rec;

		conf_case_gives(line, RECORD_SERVICE, &rec);
	}
}
END_TEST

START_TEST(prompts)
{
	struct record rec;

	conf_case_gives(
	    "pxe-prompt=\"Press F8 for menu.\", 60", RECORD_PROMPT, &rec);
	ck_assert_str_eq(rec.u.prompt.text, "Press F8 for menu.");
	ck_assert_uint_eq(rec.u.prompt.seconds, 60);
	conf_case_gives("pxe-prompt=Wait", RECORD_PROMPT, &rec);
	ck_assert_uint_eq(rec.u.prompt.seconds, RECORD_PROMPT_WAIT);
	conf_case_gives("pxe-prompt=\"\",0", RECORD_PROMPT, &rec);
	ck_assert_uint_eq(rec.u.prompt.seconds, 0);
	conf_case_makes("pxe-prompt=a,255", RECORD_PROMPT, &rec);
	ck_assert_uint_eq(rec.u.prompt.seconds, RECORD_PROMPT_WAIT);
	conf_case_says("pxe-prompt=a,255", 'N', "until a key is pressed");
	conf_case_says("pxe-prompt=a,256", 'E', "not a time of 0 to 254");
	conf_case_says("pxe-prompt=a,x", 'E', "not a time");
	conf_case_says("pxe-prompt=a,1,2", 'E', "unexpected \"2\"");
	conf_case_says("pxe-prompt=tag:a", 'E', "nothing follows");
}
END_TEST

START_TEST(styles)
{
	static const char *const lines[] = { "pxe-style=bypass",
		"pxe-style=binl", "pxe-style=tag:net,menu" };
	struct record rec;
	size_t i;

	for (i = 0; i < 3; i++) {
		conf_case_gives(lines[i], RECORD_PXE_STYLE, &rec);
		ck_assert_uint_eq(rec.u.pxe_style.how, i);
		ck_assert_uint_eq(rec.u.pxe_style.tags.n, i / 2);
	}
	conf_case_says("pxe-style=Menu", 'E', "no style");
	conf_case_says("pxe-style=menu,binl", 'E', "no style");
	conf_case_says("pxe-style=tag:a,", 'E', "no style");
}
END_TEST

START_TEST(proxy)
{
	struct record rec;

	conf_case_parse(&k, "dhcp-range=192.168.1.0,proxy,255.255.255.0\n"
			    "dhcp-boot=http://a/b");
	ck_assert_msg(k.ok && k.diags[0] == '\0', "%s", k.diags);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_RANGE, &rec));
	ck_assert_uint_eq(rec.u.range.mode, RECORD_RANGE_PROXY);
	ck_assert_uint_eq(rec.u.range.mask, 0xffffff00);
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_DHCP, &rec));
	ck_assert(rec.u.dhcp.pxe && rec.u.dhcp.enabled);
	conf_case_end(&k);
	conf_case_parse(&k, "dhcp-range=192.168.1.0,192.168.1.9");
	ck_assert_ptr_nonnull(conf_case_record(&k, RECORD_DHCP, &rec));
	ck_assert(!rec.u.dhcp.pxe);
	conf_case_end(&k);
	conf_case_says("dhcp-range=10.0.0.0,proxy", 'W',
	    "nothing to boot: add pxe-service or dhcp-boot");
}
END_TEST

Suite *suite_conf_pxe(void);

Suite *
suite_conf_pxe(void)
{
	Suite *s = suite_create("conf_pxe");
	TCase *t = tcase_create("pxe");

	tcase_add_test(t, services);
	tcase_add_test(t, several_architectures);
	tcase_add_test(t, types);
	tcase_add_test(t, services_bad);
	tcase_add_test(t, prompts);
	tcase_add_test(t, styles);
	tcase_add_test(t, proxy);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_pxe)
