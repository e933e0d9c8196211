/* SPDX-License-Identifier: ISC */
/* The commands that switch from dnsmasq and back. */
#include <stdio.h>
#include <string.h>

#include "command/migrate_text.h"
#include "tests/unit/unit.h"

static char word_program[] = "/usr/sbin/dnsmasq", word_option[] = "--a=b;c";
static char *words[] = { word_program, word_option };
static char directive[] = "conf-dir=/etc/dnsmasq.d,.old";
static char *directives[] = { directive };
static char file[] = "/etc/dnsmasq.conf", other[] = "/etc/dnsmasq.d/a b";
static char *files[] = { file, other };
static struct migrate_site site;
static char *text;

static void
set_up(void)
{
	site = (struct migrate_site){ .pid = 812,
		.unit = "dnsmasq.service",
		.manager = MIGRATE_SYSTEMD,
		.words = words,
		.nwords = 2,
		.conf_file = file,
		.directives = directives,
		.ndirectives = 1,
		.files = files,
		.nfiles = 2,
		.conf_folder = true,
		.lease_file = "/var/lib/misc/dnsmasq.leases",
		.ports = { 67, 69 },
		.nports = 2 };
}

static void
tear_down(void)
{
	free(text);
	text = NULL;
}

static const char *
print(void (*put)(FILE *, const struct migrate_site *))
{
	size_t len;
	FILE *f;

	tear_down();
	f = open_memstream(&text, &len);
	ck_assert_ptr_nonnull(f);
	put(f, &site);
	ck_assert_int_eq(fclose(f), 0);
	return text;
}

START_TEST(dhcp_alone)
{
	ck_assert_str_eq(print(migrate_commands),
	    "\nSwitch over:\n\n"
	    "    printf '%s\\n' conf-dir=/etc/dnsmasq.d,.old "
	    "conf-file=/etc/dnsmasq.conf >/etc/pxeguard/pxeguard.conf\n"
	    "    systemctl disable --now dnsmasq.service\n"
	    "    systemctl enable --now pxeguard\n"
	    "\nSwitch back:\n\n"
	    "    systemctl disable --now pxeguard\n"
	    "    pxeguard --leases=dnsmasq >/var/lib/misc/dnsmasq.leases\n"
	    "    systemctl enable --now dnsmasq.service\n");
	ck_assert_ptr_nonnull(
	    strstr(print(migrate_text), "67, 69: held by this dnsmasq"));
	ck_assert_ptr_nonnull(strstr(text, "process 812, dnsmasq.service"));
}
END_TEST

START_TEST(dns_stays)
{
	site.dns = true;
	ck_assert_str_eq(print(migrate_commands),
	    "\nSwitch over:\n\n"
	    "    pxeguard --print-config -C /etc/dnsmasq.conf "
	    "--conf-dir=/etc/dnsmasq.d,.old >/etc/pxeguard/pxeguard.conf\n"
	    "    sed -i --follow-symlinks -E '/::/!s/^[[:space:]]*(dhcp-range|enable-tftp)"
	    "([[:space:]=]|$)/#pxeguard#&/' /etc/dnsmasq.conf "
	    "'/etc/dnsmasq.d/a b' && systemctl restart dnsmasq.service\n"
	    "    systemctl enable --now pxeguard\n"
	    "\nSwitch back:\n\n"
	    "    systemctl disable --now pxeguard\n"
	    "    pxeguard --leases=dnsmasq >/var/lib/misc/dnsmasq.leases\n"
	    "    sed -i --follow-symlinks 's/^#pxeguard#//' /etc/dnsmasq.conf "
	    "'/etc/dnsmasq.d/a b' && systemctl restart dnsmasq.service\n");
	ck_assert_ptr_nonnull(strstr(print(migrate_text), "keeps it"));
	/* A range of the command line would stay. */
	site.dhcp_argument = true;
	ck_assert_ptr_null(strstr(print(migrate_commands), "sed"));
	ck_assert_ptr_nonnull(strstr(print(migrate_text), "DNS included"));
}
END_TEST

START_TEST(init_script)
{
	site.manager = MIGRATE_INIT;
	site.conf_exists = true;
	(void)print(migrate_commands);
	ck_assert_ptr_nonnull(strstr(text,
	    "    mv --backup=numbered /etc/pxeguard/pxeguard.conf /etc/pxeguard/pxeguard.conf.before "
	    "&& printf "));
	ck_assert_ptr_null(strstr(text, "mkdir"));
	/* It comes back, behind the leases: --leases reads the other one. */
	ck_assert_ptr_nonnull(strstr(text,
	    "    pxeguard --leases=dnsmasq >/var/lib/misc/dnsmasq.leases\n"
	    "    mv --backup=numbered /etc/pxeguard/pxeguard.conf.before /etc/pxeguard/pxeguard.conf\n"
	    "    update-rc.d"));
	ck_assert_ptr_nonnull(strstr(text,
	    " pid-file=/run/pxeguard.pid >/etc/pxeguard/pxeguard.conf\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "\n    update-rc.d dnsmasq disable && service dnsmasq stop\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "\n    p=$(cat /run/pxeguard.pid) && kill \"$p\" && timeout 20 tail --pid=\"$p\" -f /dev/null\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "\n    update-rc.d dnsmasq enable && service dnsmasq start\n"));
	/* It does not run now, but the next boot would start it. */
	site.pid = 0;
	ck_assert_ptr_nonnull(strstr(
	    print(migrate_commands), "\n    update-rc.d dnsmasq disable && "));
}
END_TEST

START_TEST(by_hand)
{
	site.conf_folder = false;
	site.manager = MIGRATE_NONE;
	site.unit = "";
	site.dns = true;
	(void)print(migrate_commands);
	ck_assert_ptr_nonnull(
	    strstr(text, "    mkdir -p /etc/pxeguard && printf "));
	ck_assert_ptr_nonnull(strstr(text,
	    "\n    kill 812 && timeout 20 tail --pid=812 -f /dev/null\n    pxeguard\n"));
	ck_assert_ptr_nonnull(
	    strstr(text, "\n    /usr/sbin/dnsmasq '--a=b;c' &\n"));
	/* It does not run: nothing is to be ended. */
	site.pid = 0;
	ck_assert_ptr_null(strstr(print(migrate_commands), "812"));
	ck_assert_ptr_nonnull(strstr(print(migrate_text), "does not run"));
}
END_TEST

START_TEST(pid_file_of_dnsmasq)
{
	site.pid_file = true;
	ck_assert_ptr_nonnull(
	    strstr(print(migrate_commands), " pid-file=/run/pxeguard.pid >"));
	site.dns = true;
	ck_assert_ptr_nonnull(
	    strstr(print(migrate_commands), " --pid-file=/run/pxeguard.pid >"));
}
END_TEST

START_TEST(another_service)
{
	site.unit = "libvirtd.service";
	(void)print(migrate_commands);
	ck_assert_ptr_nonnull(strstr(text, "libvirtd.service starts this"));
	ck_assert_ptr_null(strstr(text, "Switch over"));
	ck_assert_ptr_nonnull(
	    strstr(migrate_other_advice(&site), "virsh net-edit"));
	site.unit = "lxc-net.service";
	ck_assert_str_eq(migrate_other_advice(&site), "");
	ck_assert_ptr_null(strstr(print(migrate_commands), "Switch over"));
	site.unit = "boot-server.service";
	ck_assert_ptr_nonnull(strstr(print(migrate_commands),
	    "systemctl disable --now boot-server.service\n"));
	site.unit = "dnsmasq@br\\x2d0.service";
	ck_assert_ptr_nonnull(strstr(print(migrate_commands),
	    "systemctl enable --now 'dnsmasq@br\\x2d0.service'\n"));
}
END_TEST

START_TEST(quotes)
{
	static const char *const t[][2] = {
		{ "", "''" },
		{ "/a/b-c_d.e,f=g:h@i%j+k", "/a/b-c_d.e,f=g:h@i%j+k" },
		{ "a b", "'a b'" },
		{ "$(id)`id`\\", "'$(id)`id`\\'" },
		{ "it's", "'it'\\''s'" },
		{ "'; reboot #", "''\\''; reboot #'" },
		{ "a*", "'a*'" },
		{ "~", "'~'" },
		{ "!x", "'!x'" },
	};
	static const char before[] = "pxeguard --leases=dnsmasq >";
	char *word;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		site.lease_file = t[i][0];
		word = strstr(print(migrate_commands), before);
		ck_assert_ptr_nonnull(word);
		word += strlen(before);
		word[strcspn(word, "\n")] = '\0';
		ck_assert_str_eq(word, t[i][1]);
	}
}
END_TEST

Suite *suite_migrate_text(void);

Suite *
suite_migrate_text(void)
{
	Suite *s = suite_create("migrate_text");
	TCase *tc = tcase_create("migrate_text");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, dhcp_alone);
	tcase_add_test(tc, dns_stays);
	tcase_add_test(tc, init_script);
	tcase_add_test(tc, by_hand);
	tcase_add_test(tc, pid_file_of_dnsmasq);
	tcase_add_test(tc, another_service);
	tcase_add_test(tc, quotes);
	suite_add_tcase(s, tc);
	return s;
}

UNIT_MAIN(suite_migrate_text)
