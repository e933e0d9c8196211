/* SPDX-License-Identifier: ISC */
/* What --migrate-dnsmasq prints. */
#include "command/migrate_text.h"

#include <string.h>

#include "priv/options.h"

#define PID_FILE "/run/pxeguard.pid"
/* The name of an earlier configuration of pxeguard after the switch. */
#define CONF_BEFORE OPTIONS_CONF_DEFAULT ".before"
#define INDENT "    "
/* Waits for its end, with a limit, because the next command needs its ports. */
#define STOP_PROCESS(pid) \
	"kill " pid " && timeout 20 tail --pid=" pid " -f /dev/null"

/* Prefix of the lines of dnsmasq that only pxeguard uses after the switch. */
#define MARK "#pxeguard#"
/* Those that make dnsmasq serve DHCP for IPv4, or TFTP. */
#define SERVING "(dhcp-range|enable-tftp)([[:space:]=]|$)"

#define UNIT_OF_DNSMASQ "dnsmasq"

const char *
migrate_other_service(const struct migrate_site *s)
{
	/* systemd.unit(5); others may have started it by hand */
	static const char *const own[] = { "libvirtd.service",
		"virtnetworkd.service", "NetworkManager.service",
		"lxc-net.service", "lxd.service", "incus.service" };
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(s->unit, own[i]) == 0)
			return own[i];
	return NULL;
}

const char *
migrate_other_advice(const struct migrate_site *s)
{
	if (strcmp(s->unit, "libvirtd.service") != 0 &&
	    strcmp(s->unit, "virtnetworkd.service") != 0)
		return "";
	return " (virsh net-edit NETWORK: remove <dhcp> and <tftp>; then virsh net-destroy and net-start)";
}

/* Whether the commands keep dnsmasq for DNS. */
static bool
migrate_keeps_dns(const struct migrate_site *s)
{
	return s->dns && !s->dhcp_argument && s->nfiles > 0 &&
	       s->manager != MIGRATE_NONE;
}

/*
 * Writes a word so that a shell reads it as it is: between single quotes, if it
 * has characters that a shell interprets.
 */
static void
shell_word(FILE *f, const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "_@%+=:,./-";

	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		(void)fputs(word, f);
		return;
	}
	(void)fputc('\'', f);
	for (; *word != '\0'; word++)
		if (*word == '\'')
			(void)fputs("'\\''", f);
		else
			(void)fputc(*word, f);
	(void)fputc('\'', f);
}

/* --------------------------------------------------------------- dnsmasq */

static const char *
unit_of(const struct migrate_site *s)
{
	return s->unit[0] != '\0' ? s->unit : UNIT_OF_DNSMASQ;
}

/* As "systemctl restart dnsmasq.service". */
static void
put_service(FILE *f, const struct migrate_site *s, const char *verb)
{
	if (s->manager == MIGRATE_SYSTEMD) {
		(void)fprintf(f, "systemctl %s ", verb);
		/* An instance may have a backslash: "dnsmasq@br\x2d0". */
		shell_word(f, unit_of(s));
	} else {
		(void)fprintf(f, "service dnsmasq %s", verb);
	}
}

static void
put_dnsmasq_stop(FILE *f, const struct migrate_site *s)
{
	(void)fputs(INDENT, f);
	if (s->manager == MIGRATE_SYSTEMD)
		put_service(f, s, "disable --now");
	else if (s->manager == MIGRATE_NONE)
		(void)fprintf(f, STOP_PROCESS("%d"), s->pid, s->pid);
	else {
		(void)fputs("update-rc.d dnsmasq disable && ", f);
		put_service(f, s, "stop");
	}
	(void)fputc('\n', f);
}

static void
put_dnsmasq_start(FILE *f, const struct migrate_site *s)
{
	size_t i;

	(void)fputs(INDENT, f);
	if (s->manager == MIGRATE_SYSTEMD) {
		put_service(f, s, "enable --now");
	} else if (s->manager == MIGRATE_INIT) {
		(void)fputs("update-rc.d dnsmasq enable && ", f);
		put_service(f, s, "start");
	} else {
		for (i = 0; i < s->nwords; i++) {
			(void)fputs(i == 0 ? "" : " ", f);
			shell_word(f, s->words[i]);
		}
		/* It may stay in the foreground. */
		(void)fputs(" &", f);
	}
	(void)fputc('\n', f);
}

static void
put_files(FILE *f, const struct migrate_site *s)
{
	size_t i;

	for (i = 0; i < s->nfiles; i++) {
		(void)fputc(' ', f);
		shell_word(f, s->files[i]);
	}
}

/* dnsmasq keeps DNS, and ranges of IPv6, which contain "::". */
static void
put_dnsmasq_mark(FILE *f, const struct migrate_site *s)
{
	(void)fputs(INDENT
	    "sed -i --follow-symlinks -E '/::/!s/^[[:space:]]*" SERVING "/" MARK
	    "&/'",
	    f);
	put_files(f, s);
	(void)fputs(" && ", f);
	put_service(f, s, "restart");
	(void)fputc('\n', f);
}

static void
put_dnsmasq_unmark(FILE *f, const struct migrate_site *s)
{
	(void)fputs(INDENT "sed -i --follow-symlinks 's/^" MARK "//'", f);
	put_files(f, s);
	(void)fputs(" && ", f);
	put_service(f, s, "restart");
	(void)fputc('\n', f);
}

/* -------------------------------------------------------------- pxeguard */

/* Whether pxeguard writes a pid file of its own. */
static bool
needs_pid_file(const struct migrate_site *s)
{
	return s->pid_file || s->manager != MIGRATE_SYSTEMD;
}

/* What is printed is one configuration, without included files. */
static void
put_conf_printed(FILE *f, const struct migrate_site *s)
{
	size_t i;

	(void)fputs("pxeguard --print-config -C ", f);
	shell_word(f, s->conf_file[0] == '\0' ? "/dev/null" : s->conf_file);
	for (i = 0; i < s->ndirectives; i++) {
		(void)fputs(" --", f);
		shell_word(f, s->directives[i]);
	}
	if (needs_pid_file(s))
		(void)fputs(" --pid-file=" PID_FILE, f);
}

/* A configuration that includes dnsmasq's. */
static void
put_conf_included(FILE *f, const struct migrate_site *s)
{
	size_t i;

	(void)fputs("printf '%s\\n'", f);
	for (i = 0; i < s->ndirectives; i++) {
		(void)fputc(' ', f);
		shell_word(f, s->directives[i]);
	}
	if (s->conf_file[0] != '\0') {
		(void)fputs(" conf-file=", f);
		shell_word(f, s->conf_file);
	}
	/* The last one counts. */
	if (needs_pid_file(s))
		(void)fputs(" pid-file=" PID_FILE, f);
}

static void
put_conf(FILE *f, const struct migrate_site *s)
{
	(void)fputs(INDENT, f);
	if (!s->conf_folder)
		(void)fputs("mkdir -p " OPTIONS_CONF_FOLDER " && ", f);
	if (s->conf_exists)
		(void)fputs("mv --backup=numbered " OPTIONS_CONF_DEFAULT
			    " " CONF_BEFORE " && ",
		    f);
	if (migrate_keeps_dns(s))
		put_conf_printed(f, s);
	else
		put_conf_included(f, s);
	(void)fputs(" >" OPTIONS_CONF_DEFAULT "\n", f);
}

/* After the leases were printed, as that needs the present configuration. */
static void
put_conf_back(FILE *f, const struct migrate_site *s)
{
	if (s->conf_exists)
		(void)fputs(INDENT "mv --backup=numbered " CONF_BEFORE
				   " " OPTIONS_CONF_DEFAULT "\n",
		    f);
}

static void
put_pxeguard(FILE *f, const struct migrate_site *s, bool start)
{
	if (s->manager == MIGRATE_SYSTEMD)
		(void)fprintf(f, INDENT "systemctl %s --now pxeguard\n",
		    start ? "enable" : "disable");
	else
		(void)fputs(start ? INDENT "pxeguard\n"
				  : INDENT "p=$(cat " PID_FILE
					   ") && " STOP_PROCESS("\"$p\"") "\n",
		    f);
}

/* ---------------------------------------------------------------- report */

static void
put_found(FILE *f, const struct migrate_site *s)
{
	(void)fputs("dnsmasq:   ", f);
	if (s->pid == 0)
		(void)fputs("does not run", f);
	else
		(void)fprintf(f, "process %d%s%s", s->pid,
		    s->unit[0] == '\0' ? "" : ", ", s->unit);
	if (s->conf_file[0] != '\0')
		(void)fprintf(f, "; reads %s", s->conf_file);
	if (s->ndirectives > 0)
		(void)fprintf(f,
		    "; %zu directives for pxeguard on its command line",
		    s->ndirectives);
	(void)fputc('\n', f);
}

static void
put_ports(FILE *f, const struct migrate_site *s)
{
	size_t i;

	if (s->nports == 0)
		return;
	(void)fputs("ports:     ", f);
	for (i = 0; i < s->nports; i++)
		(void)fprintf(f, "%s%u", i == 0 ? "" : ", ", s->ports[i]);
	(void)fputs(": held by this dnsmasq until the switch\n", f);
}

static void
put_dns(FILE *f, const struct migrate_site *s)
{
	static const char lost[] =
	    "           it no longer knows the names of DHCP clients\n";

	(void)fputs("DNS:       ", f);
	if (s->pid == 0) {
		(void)fputs(
		    "pxeguard serves none; dnsmasq does, unless it has port=0\n",
		    f);
	} else if (!s->dns) {
		(void)fputs("not served by this dnsmasq, nor by pxeguard\n", f);
	} else if (migrate_keeps_dns(s)) {
		(void)fputs(
		    "this dnsmasq has port 53 and keeps it; its lines dhcp-range and\n"
		    "           enable-tftp become comments, and " OPTIONS_CONF_DEFAULT
		    " a copy of\n           all that pxeguard uses; ",
		    f);
		(void)fputs(lost + strspn(lost, " "), f);
	} else {
		(void)fputs(
		    "this dnsmasq has port 53, and the commands end it, DNS included;\n"
		    "           to keep it for DNS, start it again with port=53 and without\n"
		    "           dhcp-range and enable-tftp;\n",
		    f);
		(void)fputs(lost, f);
	}
}

static void
put_commands(FILE *f, const struct migrate_site *s)
{
	bool keep = migrate_keeps_dns(s);

	(void)fputs("\nSwitch over:\n\n", f);
	put_conf(f, s);
	if (keep)
		put_dnsmasq_mark(f, s);
	else if (s->pid != 0 || s->manager != MIGRATE_NONE)
		put_dnsmasq_stop(f, s);
	put_pxeguard(f, s, true);
	(void)fputs("\nSwitch back:\n\n", f);
	put_pxeguard(f, s, false);
	(void)fputs(INDENT "pxeguard --leases=dnsmasq >", f);
	shell_word(f, s->lease_file);
	(void)fputc('\n', f);
	put_conf_back(f, s);
	if (keep)
		put_dnsmasq_unmark(f, s);
	else
		put_dnsmasq_start(f, s);
}

void
migrate_text(FILE *f, const struct migrate_site *s)
{
	put_found(f, s);
	put_ports(f, s);
	put_dns(f, s);
}

void
migrate_commands(FILE *f, const struct migrate_site *s)
{
	const char *other = migrate_other_service(s);

	if (other == NULL)
		put_commands(f, s);
	else
		(void)fprintf(f,
		    "\nno commands are printed: %s starts this dnsmasq for itself\n",
		    other);
}
