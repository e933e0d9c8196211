/* SPDX-License-Identifier: ISC */
/* The architecture of a client, and what the log says of its boot. */
#include "daemon/log.h"
#include "dhcpd/arch.h"
#include "dhcpd/report.h"
#include "tests/unit/dhcp_fixture.h"

static const struct {
	const char *arch; /* option 93; NULL: none */
	size_t archlen;
	const char *class; /* option 60 */
	uint32_t want;
	const char *name;
} rows[] = {
	{ "\0\7", 2, NULL, 7, "UEFI x64" },
	{ "\0\0", 2, NULL, 0, "BIOS" },
	{ "\0\7\0\20", 4, NULL, 7, "UEFI x64" },
	{ "\0\20", 2, "PXEClient:Arch:00007", 16, "UEFI HTTP x64" },
	{ "\0\51", 2, NULL, 41, "ARM rpiboot" },
	{ "\0\52", 2, NULL, 42, NULL },
	{ "\377\377", 2, NULL, 65535, NULL },
	{ NULL, 0, "PXEClient:Arch:00007:UNDI:003016", 7, "UEFI x64" },
	{ "\7", 1, "PXEClient:Arch:00011", 11, "UEFI ARM64" },
	{ NULL, 0, "HTTPClient:Arch:00019:UNDI:003000", 19, "UEFI HTTP ARM64" },
	{ NULL, 0, "PXEClient", ARCH_NONE, NULL },
	{ NULL, 0, "PXEClient:Arch:0000", ARCH_NONE, NULL },
	{ NULL, 0, "PXEClient:Arch:0000x", ARCH_NONE, NULL },
	{ NULL, 0, "PXEClient:Arch:99999", ARCH_NONE, NULL },
	{ NULL, 0, "udhcp 1.35.0", ARCH_NONE, NULL },
	{ NULL, 0, NULL, ARCH_NONE, NULL },
};

static void
discover(struct dhcp_msg *m, size_t i)
{
	msg_begin(m, PACKET_DISCOVER, 1, 1);
	if (rows[i].arch != NULL)
		msg_opt(m, OPT_ARCH, rows[i].arch, rows[i].archlen);
	if (rows[i].class != NULL)
		msg_opt(
		    m, OPT_VENDOR_CLASS, rows[i].class, strlen(rows[i].class));
}

START_TEST(architectures)
{
	struct packet p;
	struct dhcp_msg m;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		discover(&m, i);
		ck_assert_int_eq(packet_parse(&p, m.buf, m.w.len), PACKET_OK);
		ck_assert_msg(
		    arch_of(&p) == rows[i].want, "row %zu: %u", i, arch_of(&p));
		ck_assert_pstr_eq(arch_name(rows[i].want), rows[i].name);
	}
}
END_TEST

static char lines[4][LOG_LINE_MAX];
static size_t nlines;

static void
take_line(int priority, const char *text, void *arg)
{
	(void)priority;
	(void)arg;
	ck_assert_uint_lt(nlines, sizeof(lines) / sizeof(lines[0]));
	(void)snprintf(lines[nlines++], LOG_LINE_MAX, "%s", text);
}

static void
log_step(const struct actions *a)
{
	size_t i;

	nlines = 0;
	for (i = 0; i < a->n; i++)
		if (a->v[i].kind == ACTION_NOTE)
			report_note(k.e, a->v[i].note, k.now.mono_ms);
}

/* The end of the first line that begins with `type`. */
static void
ends(const char *type, const char *want)
{
	size_t i, n, w = strlen(want);

	for (i = 0; i < nlines; i++)
		if (strncmp(lines[i], type, strlen(type)) == 0)
			break;
	ck_assert_msg(i < nlines, "no %s", type);
	n = strlen(lines[i]);
	ck_assert_msg(n >= w && strcmp(lines[i] + n - w, want) == 0,
	    "\"%s\" does not end with \"%s\"", lines[i], want);
}

START_TEST(boot_in_log)
{
	const struct actions *a;
	const struct action *s;
	struct dhcp_msg m;
	uint32_t addr;

	case_boot(&k, "pxe\"linux.0", "", 0, "");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	discover(&m, 0);
	msg_broadcast(&m);
	a = msg_step(&k, &m);
	log_step(a);
	ends("DHCPDISCOVER", "52:54:00:00:00:01");
	ends("DHCPOFFER", "52:54:00:00:00:01, UEFI x64, boot file "
			  "\"pxe\\x22linux.0\"");
	addr = pool_of(k.e->pool, &k.e->rq.client)->addr;
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	msg_opt(&m, OPT_ARCH, "\0\143", 2);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	log_step(case_outcome(&k, ENGINE_DURABLE, s->id));
	ends("DHCPACK", ", architecture 99, boot file \"pxe\\x22linux.0\"");
	/* The renewal of an operating system: no word of a boot. */
	msg_begin(&m, PACKET_REQUEST, 1, 1);
	msg_field(&m, MSG_CIADDR, addr);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	log_step(case_outcome(&k, ENGINE_DURABLE, s->id));
	ends("DHCPACK", "52:54:00:00:00:01");
	log_set_sink(NULL, NULL);
}
END_TEST

/* A client that boots, and that no dhcp-boot line is for. */
START_TEST(no_boot_file)
{
	struct dhcp_msg m;

	case_boot(&k, "grub.efi", "", 0, "never");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	discover(&m, 1);
	log_step(msg_step(&k, &m));
	ends("DHCPOFFER",
	    "52:54:00:00:00:01, BIOS, no boot file: no dhcp-boot or pxe-service line has one for architecture 0");
	log_set_sink(NULL, NULL);
}
END_TEST

/* Options have taken the file field: the name is in option 67 alone. */
START_TEST(boot_file_in_option)
{
	uint8_t big[255];
	struct dhcp_msg m;

	memset(big, 'x', sizeof(big));
	case_boot(&k, "grub.efi", "", 0, "");
	case_option(&k, 224, big, 100, true, "");
	case_option(&k, 43, big, 240, true, "");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	discover(&m, 0);
	msg_opt(&m, OPT_PARAMETERS, "\103", 1);
	log_step(msg_step(&k, &m));
	ck_assert_uint_eq(k.e->reply.file[0], 0);
	ends("DHCPOFFER", ", UEFI x64, boot file \"grub.efi\"");
	log_set_sink(NULL, NULL);
}
END_TEST

/* Files whose name says that they are for another kind of machine. */
START_TEST(misfits)
{
	static const struct {
		uint32_t arch;
		const char *file, *want;
	} cases[] = {
		{ 0, "pxelinux.0", NULL },
		{ 0, "undionly.kpxe", NULL },
		{ 0, "EFI/BOOT/BOOTX64.EFI", "UEFI x64" },
		{ 0, "snponly.efi", "UEFI" },
		{ 0, "grub", NULL },
		{ 0, "", NULL },
		{ 7, "pxelinux.0", "BIOS" },
		{ 9, "lpxelinux.0", "BIOS" },
		{ 16, "undionly.kpxe", "BIOS" },
		{ 7, "ipxe.pxe", "BIOS" },
		{ 7, "boot/pxeboot.n12", "BIOS" },
		{ 7, "snponly.efi", NULL },
		{ 7, "shimx64.efi", NULL },
		{ 9, "bootx64.efi", NULL },
		{ 7, "bootaa64.efi", "UEFI ARM64" },
		{ 7, "bootia32.efi", "UEFI ia32" },
		{ 6, "bootx64.efi", "UEFI x64" },
		{ 11, "grubx64.efi", "UEFI x64" },
		{ 11, "bootaa64.efi", NULL },
		{ 7, "http://10.0.0.1/boot.ipxe", NULL },
		{ 22, "pxelinux.0", NULL },
		{ 27, "pxelinux.0", "BIOS" },
		{ 10, "bootx64.efi", "UEFI x64" },
		{ ARCH_NONE, "pxelinux.0", NULL },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_pstr_eq(
		    arch_file_misfit(cases[i].arch, cases[i].file),
		    cases[i].want);
}
END_TEST

START_TEST(misfit_in_log)
{
	struct dhcp_msg m;

	case_boot(&k, "pxelinux.0", "", 0, "");
	case_ready(&k);
	log_init("test", LOG_INFO);
	log_set_sink(take_line, NULL);
	discover(&m, 0);
	log_step(msg_step(&k, &m));
	ck_assert_uint_eq(nlines, 3);
	ck_assert_str_eq(lines[2],
	    "boot file \"pxelinux.0\" is for BIOS, but 52:54:00:00:00:01 is UEFI x64 and will not boot from it; add dhcp-match=set:TAG,option:client-arch,7 and dhcp-boot=tag:TAG,FILE");
	discover(&m, 1);
	log_step(msg_step(&k, &m));
	ck_assert_uint_eq(nlines, 2);
	log_set_sink(NULL, NULL);
}
END_TEST

/* Which of the two is told that a boot begins. */
enum told { NOBODY, TFTPD, HTTPD };

static enum told
booting(size_t row)
{
	const struct action *s;
	struct dhcp_msg m;
	uint32_t addr;

	discover(&m, row);
	(void)msg_step(&k, &m);
	addr = pool_of(k.e->pool, &k.e->rq.client)->addr;
	discover(&m, row);
	m.buf[PACKET_HEADER + 6] = PACKET_REQUEST; /* cookie, code, length */
	msg_opt32(&m, OPT_REQUESTED_IP, addr);
	msg_opt32(&m, OPT_SERVER_ID, CASE_SERVER);
	s = act_find(msg_step(&k, &m), ACTION_STORE, 0);
	s = act_find(
	    case_outcome(&k, ENGINE_DURABLE, s->id), ACTION_BOOTING, 0);
	ck_assert(s == NULL || s->addr == addr);
	return s == NULL ? NOBODY : s->http ? HTTPD : TFTPD;
}

START_TEST(boots_are_told)
{
	static const char url[] = "http://192.168.1.1/boot.ipxe";
	static const struct {
		const char *file;
		uint32_t server;
		size_t row;
		bool http; /* HTTP is served */
		enum told told;
	} cases[] = {
		{ "grub.efi", 0, 0, false, TFTPD },
		{ "grub.efi", 0, 0, true, TFTPD },
		{ "grub.efi", CASE_SERVER, 0, false, TFTPD },
		{ "grub.efi", IP(192, 168, 1, 2), 0, false, NOBODY },
		{ url, 0, 0, false, NOBODY },
		{ url, 0, 0, true, HTTPD },
		{ "http://192.168.1.2/boot.ipxe", 0, 0, true, NOBODY },
		{ "", 0, 0, false, NOBODY },
		/* udhcpc does not boot. */
		{ "grub.efi", 0, 14, false, NOBODY },
	};
	struct record rec = { .kind = RECORD_HTTP };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (i > 0)
			case_begin(&k);
		case_boot(&k, cases[i].file, "", cases[i].server, "");
		rec.u.http.enabled = cases[i].http;
		rec.u.http.port = 80;
		rec.u.http.max = 10;
		case_add(&k, &rec);
		case_ready(&k);
		ck_assert_msg(
		    booting(cases[i].row) == cases[i].told, "case %zu", i);
		if (i + 1 < sizeof(cases) / sizeof(cases[0]))
			case_end(&k);
	}
}
END_TEST

Suite *suite_dhcp_arch(void);

Suite *
suite_dhcp_arch(void)
{
	const TTest *const tests[] = { architectures, boot_in_log, no_boot_file,
		boot_file_in_option, misfits, misfit_in_log, boots_are_told };

	return suite_of("dhcp_arch", tests, sizeof(tests) / sizeof(tests[0]));
}

UNIT_MAIN(suite_dhcp_arch)
