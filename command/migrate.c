/* SPDX-License-Identifier: ISC */
/* Looks at dnsmasq for --migrate-dnsmasq. */
#include "command/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command/dnsmasq_find.h"
#include "command/migrate_text.h"
#include "daemon/log.h"
#include "priv/conf_stdin.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/port_owner.h"
#include "priv/store_folder.h"

#define CONF_OF_DNSMASQ "/etc/dnsmasq.conf"
#define DNS_PORT 53

static struct dnsmasq dnsmasq;
static struct migrate_site site;
static char lease_file[RECORD_PATH_MAX] = STORE_DNSMASQ_FILE;

/* The two parts of the report. */
static const char *found = "", *commands = "";

/* Whether a directive, "name" or "name=value", has this name. */
static bool
directive_is(const char *directive, const char *name)
{
	size_t n = strlen(name);

	return strncmp(directive, name, n) == 0 &&
	       (directive[n] == '\0' || directive[n] == '=');
}

/* How dnsmasq runs, and its DNS; pxeguard would ignore or misuse them. */
static bool
directive_is_own(const char *directive)
{
	static const char *const own[] = { "pid-file", "user", "group",
		"log-facility", "log-async", "local-service", "trust-anchor",
		"resolv-file", "enable-dbus", "bind-interfaces",
		"bind-dynamic" };
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (directive_is(directive, own[i]))
			return true;
	return false;
}

/* The process of --migrate-dnsmasq=PROCESS; 0: it is a file, or not given. */
static pid_t
process_named(const char *what)
{
	long n;

	if (what == NULL || what[0] == '\0' ||
	    what[strspn(what, "0123456789")] != '\0' || strlen(what) > 9)
		return 0;
	n = strtol(what, NULL, 10);
	return (pid_t)n;
}

/*
 * A process changes its working directory when it becomes a daemon, so the file
 * of a relative path is unknown.
 */
static int
conf_file_check(const struct options *o)
{
	if (o->conf_file[0] == '/' || o->conf_file[0] == '\0')
		return 0;
	log_err(
	    "process %d (dnsmasq) was started with -C %s, which depends on a folder; name the file: --migrate-dnsmasq=/PATH/%s",
	    dnsmasq.pid, o->conf_file, o->conf_file);
	return -1;
}

static int
words_take(struct options *o)
{
	size_t i, n = o->ndirectives, kept = n;

	/* From here on, each directive has its value after "=". */
	if (options_parse_dnsmasq(o, dnsmasq.nwords, dnsmasq.words) == -1)
		return -1;
	for (i = n; i < o->ndirectives; i++) {
		site.dhcp_argument |=
		    directive_is(o->directives[i], "dhcp-range") ||
		    directive_is(o->directives[i], "enable-tftp");
		if (directive_is_own(o->directives[i]))
			free(o->directives[i]);
		else
			o->directives[kept++] = o->directives[i];
	}
	o->ndirectives = kept;
	return conf_file_check(o);
}

int
migrate_begin(struct options *o)
{
	pid_t pid = process_named(o->migrate_what);
	static char *copy[DNSMASQ_WORDS_MAX];
	int i;

	site.unit = "";
	if (pid == 0 && o->migrate_what != NULL) {
		o->conf_file = o->migrate_what;
		o->conf_named = true;
		return 0;
	}
	o->conf_file = CONF_OF_DNSMASQ;
	if (dnsmasq_find(&dnsmasq, pid) == -1)
		return -1;
	if (dnsmasq.pid == 0)
		dnsmasq_find_default(&dnsmasq);
	else
		log_notice("dnsmasq runs as process %d%s%s", dnsmasq.pid,
		    dnsmasq.unit[0] == '\0' ? "" : ", started by ",
		    dnsmasq.unit);
	site.pid = dnsmasq.pid;
	site.unit = dnsmasq.unit;
	site.nwords = (size_t)dnsmasq.nwords;
	/* Also if its configuration has errors, as libvirt's always has. */
	if (migrate_other_service(&site) != NULL)
		log_warnx(
		    "%s starts this dnsmasq for itself; end DHCP in the settings of that service, and run this again%s",
		    site.unit, migrate_other_advice(&site));
	/* Parsing cuts long options at their "=". */
	for (i = 0; i < dnsmasq.nwords; i++)
		if ((copy[i] = strdup(dnsmasq.words[i])) == NULL)
			fatal("strdup");
	site.words = copy;
	return words_take(o);
}

bool
migrate_replaces(pid_t pid, uint16_t port)
{
	size_t i;

	if (pid == 0 || pid != site.pid)
		return false;
	for (i = 0; i < site.nports; i++)
		if (site.ports[i] == port)
			return true;
	if (site.nports == MIGRATE_PORTS_MAX)
		return true;
	for (i = site.nports++; i > 0 && site.ports[i - 1] > port; i--)
		site.ports[i] = site.ports[i - 1];
	site.ports[i] = port;
	return true;
}

static bool
file_exists(const char *path, mode_t type)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == type;
}

/* "dnsmasq -C FILE", if nothing is known of how it is started. */
static void
site_words(const char *conf_file)
{
	static char name[] = "dnsmasq", letter[] = "-C", file[RECORD_PATH_MAX];
	static char *words[] = { name, letter, file };

	if (site.nwords > 0)
		return;
	(void)snprintf(file, sizeof(file), "%s", conf_file);
	site.words = words;
	site.nwords = 3;
}

/* Without "command line" and folders. */
static void
site_files(const struct conf *c)
{
	char **files = calloc(c->nfiles + 1, sizeof(*files));
	size_t i;

	if (files == NULL)
		fatal("calloc");
	for (i = 0; i < c->nfiles; i++)
		if (file_exists(c->files[i], S_IFREG))
			files[site.nfiles++] = c->files[i];
	site.files = files;
}

void
migrate_lease_file(const struct conf *c)
{
	if (strcmp(c->store.path, RECORD_STORE_PATH) != 0)
		memcpy(lease_file, c->store.path, sizeof(lease_file));
}

static void
site_look(const struct conf *c)
{
	const struct options *o = parent.options;
	struct stat st;

	site_words(o->conf_file);
	site_files(c);
	if (file_exists("/run/systemd/system", S_IFDIR) &&
	    (site.pid == 0 || site.unit[0] != '\0'))
		site.manager = MIGRATE_SYSTEMD;
	else if (file_exists("/etc/init.d/dnsmasq", S_IFREG))
		site.manager = MIGRATE_INIT;
	else
		site.manager = MIGRATE_NONE;
	site.conf_file =
	    strcmp(o->conf_file, CONF_STDIN_NAME) == 0 ? "" : o->conf_file;
	site.directives = o->directives;
	site.ndirectives = o->ndirectives;
	site.lease_file = lease_file;
	site.dns = site.pid != 0 && port_owner_is(site.pid, DNS_PORT);
	site.conf_folder = file_exists(OPTIONS_CONF_FOLDER, S_IFDIR);
	site.conf_exists =
	    stat(OPTIONS_CONF_DEFAULT, &st) == 0 && st.st_size > 0;
	site.pid_file = c->daemon.pid_file[0] != '\0';
}

static char *
report_make(void (*put)(FILE *, const struct migrate_site *))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		fatal("open_memstream");
	put(f, &site);
	if (fclose(f) != 0)
		fatal("open_memstream");
	return text;
}

static bool
report_is_plain(const char *text)
{
	return output_is_plain((const uint8_t *)text, strlen(text), false);
}

int
migrate_prepare(const struct conf *c)
{
	if (c->tftp.secure)
		log_notice(
		    "tftp-secure: dnsmasq serves files of its own user, pxeguard those of pxeguard-imaged; run 'chown -R pxeguard-imaged' on tftp-root with the switch, or remove tftp-secure");
	site_look(c);
	found = report_make(migrate_text);
	commands = report_make(migrate_commands);
	/* A name of a file may have other characters. */
	if (report_is_plain(found) && report_is_plain(commands))
		return 0;
	found = commands = "";
	log_err(
	    "a name in the configuration is not printable, so no commands are printed");
	return -1;
}

int
migrate_print(bool starts)
{
	const char *end =
	    starts
		? commands
		: "\nno commands are printed: mend the errors above, and run this again\n";

	if (output_write(found, strlen(found)) != 0)
		return 1;
	return output_write(end, strlen(end));
}
