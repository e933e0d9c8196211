/* SPDX-License-Identifier: ISC */
/* The command line. */
#include <stdio.h>
#include <string.h>

#include "daemon/record.h"
#include "priv/options.h"
#include "tests/unit/unit.h"

#define WORDS_MAX 40

static struct options o;
static char words[WORDS_MAX][EXPLAIN_WORD_MAX + 2];

/* Splits a line at spaces and parses it. */
static enum options_verdict
parse(const char *line)
{
	char *argv[WORDS_MAX + 1] = { words[0] };
	int argc = 1;

	(void)strcpy(words[0], "pxeguard");
	while (*line != '\0') {
		size_t n = strcspn(line, " ");

		memcpy(words[argc], line, n);
		words[argc][n] = '\0';
		argv[argc] = words[argc];
		argc++;
		line += n + (line[n] == ' ' ? 1 : 0);
	}
	return options_parse(&o, argc, argv);
}

static void
teardown(void)
{
	while (o.ndirectives > 0)
		free(o.directives[--o.ndirectives]);
	free(o.directives);
	memset(&o, 0, sizeof(o));
}

/* Lines that are errors; the last is NULL. */
static void
check_errors(const char *const *wrong)
{
	for (; *wrong != NULL; wrong++) {
		ck_assert_msg(parse(*wrong) == OPTIONS_ERROR, "%s", *wrong);
		teardown();
	}
}

START_TEST(defaults)
{
	ck_assert_int_eq(parse(""), OPTIONS_RUN);
	ck_assert_str_eq(o.conf_file, OPTIONS_CONF_DEFAULT);
	ck_assert(!o.conf_named && !o.foreground && !o.debug);
	ck_assert_int_eq(o.mode, OPTIONS_DAEMON);
	ck_assert_uint_eq(o.ndirectives, 0);
}
END_TEST

/* A resemblance to an option of the program; names of directives pass. */
START_TEST(mistyped)
{
	static const char *const wrong[] = { "--tets", "--tst", "--TEST",
		"--tests", "--lease", "--laeses=csv", "--print_config",
		"--print-conf", "--allow-emtpy", "--keep-in-forground",
		"--confinment", "--confine", "--versoin", "--hepl",
		"--conf-fiel=/a", "--conf-fil /a", NULL };
	static const char *const right[] = { "--conf-dir=/a", "--conf-dire=/a",
		"--domain=a", "--user=a", "--group=a", "--port=0",
		"--dhcp-hots=a", "--leasefile-ro", "--te", "--tftp-root=/a" };
	size_t i;

	check_errors(wrong);
	for (i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		ck_assert_msg(parse(right[i]) == OPTIONS_RUN, "%s", right[i]);
		ck_assert_uint_eq(o.ndirectives, 1);
		teardown();
	}
}
END_TEST

/* A value that would be ignored. */
START_TEST(without_value)
{
	static const char *const wrong[] = { "--test --json=x",
		"--json=", "--print-config=a", "--allow-empty=no",
		"--version=1", "--keep-in-foreground=1", "--no-daemon=0",
		"--help=dhcp", "--json", "--print-config --json",
		"--leases --json", "--print-policy=tftp", "--print-policy=priv",
		"--print-policy=", NULL };

	check_errors(wrong);
	ck_assert_int_eq(parse("--test --json"), OPTIONS_RUN);
	ck_assert_int_eq(parse("--explain --json arch=bios"), OPTIONS_RUN);
	ck_assert(o.json && o.mode == OPTIONS_EXPLAIN);
}
END_TEST

START_TEST(own_options)
{
	static const struct {
		const char *line;
		const char *file; /* NULL: the default */
		bool foreground, debug, test;
	} t[] = {
		{ "-C a.conf", "a.conf", false, false, false },
		{ "-Ca.conf", "a.conf", false, false, false },
		{ "-kC a.conf", "a.conf", true, false, false },
		{ "-k -C a.conf", "a.conf", true, false, false },
		{ "-dCa.conf", "a.conf", true, true, false },
		{ "--conf-file=a.conf", "a.conf", false, false, false },
		{ "--conf-file a.conf", "a.conf", false, false, false },
		{ "-C -", "-", false, false, false },
		{ "-C /dev/null -k", "", true, false, false },
		{ "--conf-file=", "", false, false, false },
		{ "--conf-file -k", "", true, false, false },
		{ "--conf-file", "", false, false, false },
		{ "--keep-in-foreground", NULL, true, false, false },
		{ "--no-daemon", NULL, true, true, false },
		{ "--test", NULL, false, false, true },
		{ "-kd --test", NULL, true, true, true },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse(t[i].line), OPTIONS_RUN);
		ck_assert_str_eq(o.conf_file,
		    t[i].file == NULL ? OPTIONS_CONF_DEFAULT : t[i].file);
		ck_assert(o.conf_named == (t[i].file != NULL));
		ck_assert(o.foreground == t[i].foreground);
		ck_assert(o.debug == t[i].debug);
		ck_assert(options_is_test(&o) == t[i].test);
		ck_assert_uint_eq(o.ndirectives, 0);
	}
}
END_TEST

START_TEST(names_of_the_configuration)
{
	(void)parse("-C a.conf");
	ck_assert_str_eq(options_conf_name(&o), "a.conf");
	(void)parse("-C -");
	ck_assert_str_eq(options_conf_name(&o), "standard input");
	(void)parse("-C /dev/null");
	ck_assert_str_eq(options_conf_name(&o), "command line");
}
END_TEST

START_TEST(allow_empty)
{
	ck_assert_int_eq(parse("-k"), OPTIONS_RUN);
	ck_assert(!o.allow_empty);
	ck_assert_int_eq(parse("--allow-empty -k"), OPTIONS_RUN);
	ck_assert(o.allow_empty && o.foreground);
	ck_assert_uint_eq(o.ndirectives, 0);
}
END_TEST

START_TEST(leases)
{
	static const struct {
		const char *line;
		enum lease_show_format format;
	} t[] = {
		{ "--leases", LEASE_SHOW_TEXT },
		{ "--leases=text", LEASE_SHOW_TEXT },
		{ "--leases=json -C a.conf", LEASE_SHOW_JSON },
		{ "-d --leases=csv", LEASE_SHOW_CSV },
		{ "--leases json", LEASE_SHOW_JSON },
		{ "--leases csv -C a.conf", LEASE_SHOW_CSV },
		{ "--leases -C a.conf", LEASE_SHOW_TEXT },
		{ "--leases --leases=dnsmasq", LEASE_SHOW_DNSMASQ },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse(t[i].line), OPTIONS_RUN);
		ck_assert_int_eq(o.mode, OPTIONS_LEASES);
		ck_assert_int_eq(o.leases_format, t[i].format);
		ck_assert_uint_eq(o.ndirectives, 0);
	}
	ck_assert_int_eq(parse("-k"), OPTIONS_RUN);
	ck_assert_int_eq(o.mode, OPTIONS_DAEMON);
}
END_TEST

START_TEST(explain)
{
	ck_assert_int_eq(parse("--explain"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_EXPLAIN && !options_is_test(&o));
	ck_assert_uint_eq(o.nwords, 0);
	teardown();
	ck_assert_int_eq(
	    parse("--explain arch=bios ipxe -C a.conf mac=1"), OPTIONS_RUN);
	ck_assert_uint_eq(o.nwords, 3);
	ck_assert_str_eq(o.words[0], "arch=bios");
	ck_assert_str_eq(o.words[1], "ipxe");
	ck_assert_str_eq(o.words[2], "mac=1");
	ck_assert_str_eq(o.conf_file, "a.conf");
	ck_assert_uint_eq(o.ndirectives, 0);
	teardown();
	ck_assert_int_eq(parse("--explain=a.pcap iface=br0"), OPTIONS_RUN);
	ck_assert_int_eq(o.mode, OPTIONS_EXPLAIN);
	ck_assert_str_eq(o.capture, "a.pcap");
	ck_assert_uint_eq(o.nwords, 1);
	teardown();
	/* A word belongs to the directive before it. */
	ck_assert_int_eq(parse("--explain --interface br0 ipxe"), OPTIONS_RUN);
	ck_assert_uint_eq(o.nwords, 1);
	ck_assert_str_eq(o.words[0], "ipxe");
	ck_assert_str_eq(o.directives[0], "interface=br0");
}
END_TEST

START_TEST(explain_errors)
{
	static const char *const wrong[] = { "ipxe",
		"--explain=", "ipxe --explain", "--explain --test",
		"--leases --explain", "--explian", NULL };
	char line[2 * EXPLAIN_WORD_MAX] = "--explain name=";
	size_t i;

	check_errors(wrong);
	memset(line + strlen(line), 'x', EXPLAIN_WORD_MAX - 5);
	ck_assert_int_eq(parse(line), OPTIONS_RUN);
	teardown();
	(void)strcat(line, "x");
	ck_assert_int_eq(parse(line), OPTIONS_ERROR);
	teardown();
	(void)strcpy(line, "--explain");
	for (i = 0; i < EXPLAIN_WORDS_MAX; i++)
		(void)strcat(line, " ipxe");
	ck_assert_int_eq(parse(line), OPTIONS_RUN);
	teardown();
	(void)strcat(line, " ipxe");
	ck_assert_int_eq(parse(line), OPTIONS_ERROR);
}
END_TEST

START_TEST(directives)
{
	static const struct {
		const char *line;
		const char *want; /* separated by spaces */
	} t[] = {
		{ "--enable-tftp", "enable-tftp" },
		{ "--interface=br0", "interface=br0" },
		{ "--interface br0", "interface=br0" },
		{ "--dhcp-range=a,b --enable-tftp",
		    "dhcp-range=a,b enable-tftp" },
		{ "--enable-tftp --port=0", "enable-tftp port=0" },
		{ "--dhcp-option=3,1=2", "dhcp-option=3,1=2" },
		{ "--dhcp-option=", "dhcp-option=" },
		{ "-i br0", "interface=br0" },
		{ "-ibr0", "interface=br0" },
		{ "-F 1.2.3.4,1.2.3.9 -M pxelinux.0",
		    "dhcp-range=1.2.3.4,1.2.3.9 dhcp-boot=pxelinux.0" },
		{ "-G a -O b -l c -X 5 -s d -p 0",
		    "dhcp-host=a dhcp-option=b dhcp-leasefile=c dhcp-lease-max=5 domain=d port=0" },
		{ "-I a -a b -U c -j d -4 e -J f",
		    "except-interface=a listen-address=b dhcp-vendorclass=c dhcp-userclass=d dhcp-mac=e dhcp-ignore=f" },
		{ "-zK5q",
		    "bind-interfaces dhcp-authoritative no-ping log-queries" },
		{ "-C a -C b --conf-file=c", "conf-file=b conf-file=c" },
		{ "-h -k", "no-hosts" },
		{ "-hR", "no-hosts no-resolv" },
		{ "-Z -2 br0 -3 tag:a -6 /x -9 -1",
		    "read-ethers no-dhcp-interface=br0 bootp-dynamic=tag:a dhcp-script=/x leasefile-ro enable-dbus" },
		{ "-Kibr0", "dhcp-authoritative interface=br0" },
		{ "-7 d -x p -u u -g g -8 l",
		    "conf-dir=d pid-file=p user=u group=g log-facility=l" },
	};
	char all[512];
	size_t i, k;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse(t[i].line), OPTIONS_RUN);
		all[0] = '\0';
		for (k = 0; k < o.ndirectives; k++) {
			(void)strcat(all, k == 0 ? "" : " ");
			(void)strcat(all, o.directives[k]);
		}
		ck_assert_str_eq(all, t[i].want);
		teardown();
	}
}
END_TEST

START_TEST(errors)
{
	static const char *const t[] = { "word", "-", "-C", "-C -k", "-i",
		"-i -k", "-F", "-@", "-k?", "-kx", "-k word", "--leases=xml",
		"--leases=", "--leases xml", "--leases --test",
		"--print-config --leases", NULL };

	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	check_errors(t);
}
END_TEST

START_TEST(said_all)
{
	static const char *const t[] = { "-h", "--help", "-w", "-k --help" };
	size_t i;

	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stdout));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_int_eq(parse(t[i]), OPTIONS_EXIT);
	ck_assert_int_eq(parse("-v"), OPTIONS_VERSION);
	ck_assert_int_eq(parse("--version"), OPTIONS_VERSION);
	ck_assert_int_eq(parse("-kv"), OPTIONS_VERSION);
}
END_TEST

START_TEST(layers_disabled)
{
	static const struct {
		const char *line;
		uint8_t want;
	} t[] = {
		{ "-k", 0 },
		{ "--sandbox-disable=landlock", RECORD_LAYER_LANDLOCK },
		{ "--sandbox-disable seccomp", RECORD_LAYER_SECCOMP },
		{ "--sandbox-disable=namespaces,landlock,seccomp", 7 },
		{ "--sandbox-disable=,landlock,", RECORD_LAYER_LANDLOCK },
		{ "--sandbox-disable=parent-seccomp",
		    RECORD_LAYER_PARENT_SECCOMP },
		{ "--sandbox-disable=parent", 0 },
		{ "--sandbox-disable=landlock --sandbox-disable=seccomp", 6 },
		{ "--sandbox-disable", 0 },
		{ "--sandbox-disable=", 0 },
		{ "--sandbox-disable=land", 0 },
		{ "--sandbox-disable=landlocks", 0 },
		{ "--sandbox-disables=landlock", 0 },
		{ "-i br0 --sandbox-disable=landlock", RECORD_LAYER_LANDLOCK },
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse(t[i].line), OPTIONS_RUN);
		ck_assert_msg(
		    options_layers_disabled(&o) == t[i].want, "%s", t[i].line);
		teardown();
	}
}
END_TEST

START_TEST(confinement)
{
	static const char *const wrong[] = { "--confinement=all",
		"--confinement --test", "--confinement --leases",
		"--confinement --explain", "--confinement word", NULL };

	ck_assert_int_eq(parse("--confinement"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_CONFINEMENT && !o.json);
	ck_assert_int_eq(
	    parse("--confinement --json --pid-file=/run/a"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_CONFINEMENT && o.json);
	ck_assert_uint_eq(o.ndirectives, 1);
	teardown();
	check_errors(wrong);
}
END_TEST

START_TEST(reload)
{
	static const char *const wrong[] = { "--reload=", "--reload=0",
		"--reload=-1", "--reload=1x", "--reload=99999999999",
		"--reload=x", "--reload 1", "--reload --test",
		"--reload --confinement", "--relaod", NULL };

	ck_assert_int_eq(parse("--reload"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_RELOAD && o.reload_pid == 0);
	ck_assert_int_eq(parse("--reload=4711 -C a"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_RELOAD && o.reload_pid == 4711);
	check_errors(wrong);
}
END_TEST

/* The other tests include --test, in any order. */
START_TEST(modes)
{
	static const struct {
		const char *line;
		enum options_mode mode;
	} t[] = {
		{ "--test --print-config", OPTIONS_PRINT_CONFIG },
		{ "--print-config --test=strict", OPTIONS_PRINT_CONFIG },
		{ "--test --migrate-dnsmasq", OPTIONS_MIGRATE },
		{ "--migrate-dnsmasq --test", OPTIONS_MIGRATE },
		{ "--test --test", OPTIONS_TEST },
	};
	static const char *const wrong[] = { "--print-config --migrate-dnsmasq",
		"--migrate-dnsmasq --print-config", "--test --leases",
		"--leases --explain", "--explain --confinement",
		"--confinement --reload", "--reload --migrate-dnsmasq", NULL };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse(t[i].line), OPTIONS_RUN);
		ck_assert_msg(o.mode == t[i].mode, "%s", t[i].line);
	}
	check_errors(wrong);
}
END_TEST

START_TEST(migrate)
{
	static const char *const wrong[] = { "--migrate-dnsmasq=",
		"--migrate-dnsmasq --json", "--migrate-dnsmasq -C /a",
		"--migrate-dnsmasq --leases",
		"--migrate-dnsmasq --print-config",
		"--migrate-dnsmasq --test=strict", "--migrate", NULL };

	ck_assert_int_eq(parse("--migrate-dnsmasq"), OPTIONS_RUN);
	ck_assert(o.mode == OPTIONS_MIGRATE && options_is_test(&o));
	ck_assert_ptr_null(o.migrate_what);
	ck_assert_int_eq(
	    parse("--migrate-dnsmasq=/etc/x --unsupported=warn"), OPTIONS_RUN);
	ck_assert_str_eq(o.migrate_what, "/etc/x");
	ck_assert_uint_eq(o.ndirectives, 1);
	teardown();
	check_errors(wrong);
}
END_TEST

/* Adds the command line of a dnsmasq, split at spaces. */
static int
add_dnsmasq(const char *line)
{
	static char text[256];
	char *argv[WORDS_MAX + 1], *word, *rest = text;
	int argc = 0;

	(void)snprintf(text, sizeof(text), "%s", line);
	while ((word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	argv[argc] = NULL;
	return options_parse_dnsmasq(&o, argc, argv);
}

START_TEST(command_line_of_dnsmasq)
{
	ck_assert_int_eq(
	    parse("--migrate-dnsmasq --unsupported=warn"), OPTIONS_RUN);
	ck_assert_int_eq(
	    add_dnsmasq("dnsmasq -k -x /run/d.pid --interface=br0 -F 10.0.0.2,"
			"10.0.0.9 -C /etc/a.conf --enable-tftp"),
	    0);
	ck_assert(o.mode == OPTIONS_MIGRATE && !o.foreground);
	ck_assert_str_eq(o.conf_file, "/etc/a.conf");
	ck_assert(o.conf_named);
	ck_assert_uint_eq(o.ndirectives, 5);
	ck_assert_str_eq(o.directives[0], "unsupported=warn");
	ck_assert_str_eq(o.directives[1], "pid-file=/run/d.pid");
	ck_assert_str_eq(o.directives[2], "interface=br0");
	ck_assert_str_eq(o.directives[3], "dhcp-range=10.0.0.2,10.0.0.9");
	ck_assert_str_eq(o.directives[4], "enable-tftp");
}
END_TEST

/* A process can have any command line. */
START_TEST(false_dnsmasq)
{
	static const char *const t[] = { "dnsmasq --test", "dnsmasq --leases",
		"dnsmasq --explain=/a", "dnsmasq --json", "dnsmasq --version",
		"dnsmasq -v", "dnsmasq word", "dnsmasq -%", "dnsmasq -C",
		"dnsmasq --confinement", "dnsmasq --migrate-dnsmasq=1" };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ck_assert_int_eq(parse("--migrate-dnsmasq"), OPTIONS_RUN);
		ck_assert_msg(add_dnsmasq(t[i]) == -1, "%s", t[i]);
		ck_assert(o.mode == OPTIONS_MIGRATE && !o.json);
		ck_assert_ptr_null(o.migrate_what);
		teardown();
	}
}
END_TEST

Suite *suite_options(void);

Suite *
suite_options(void)
{
	Suite *s = suite_create("options");
	TCase *tc = tcase_create("options");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, defaults);
	tcase_add_test(tc, own_options);
	tcase_add_test(tc, without_value);
	tcase_add_test(tc, mistyped);
	tcase_add_test(tc, names_of_the_configuration);
	tcase_add_test(tc, allow_empty);
	tcase_add_test(tc, leases);
	tcase_add_test(tc, explain);
	tcase_add_test(tc, explain_errors);
	tcase_add_test(tc, confinement);
	tcase_add_test(tc, modes);
	tcase_add_test(tc, migrate);
	tcase_add_test(tc, command_line_of_dnsmasq);
	tcase_add_test(tc, false_dnsmasq);
	tcase_add_test(tc, reload);
	tcase_add_test(tc, directives);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, said_all);
	tcase_add_test(tc, layers_disabled);
	suite_add_tcase(s, tc);
	return s;
}

/* Standard output is asked whether it is a terminal. */
UNIT_MAIN_ALSO(suite_options, SCMP_SYS(ioctl))
