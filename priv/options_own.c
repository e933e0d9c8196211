/* SPDX-License-Identifier: ISC */
/* The options of the program itself, by their long names. */
#include "priv/options_own.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/suggest.h"
#include "sandbox/policy.h"

static const char usage[] =
    "usage: pxeguard [-dkv] [-C file]\n"
    "                [--test[=strict] [--json] | --print-config |\n"
    "                --leases[=format] | --explain[=file] [--json] [word ...] |\n"
    "                --print-policy[=name] | --confinement [--json] |\n"
    "                --migrate-dnsmasq[=file|process] |\n"
    "                --reload[=pid]]\n"
    "                [--directive[=value] ...]\n"
    "  -C, --conf-file=FILE       read FILE instead of " OPTIONS_CONF_DEFAULT
    ";\n"
    "                             - is standard input, and nothing no file\n"
    "  -k, --keep-in-foreground   do not become a daemon; log to standard "
    "error\n"
    "  -d, --no-daemon            the same, with debugging messages\n"
    "      --test[=strict]        check the configuration and exit; with strict,\n"
    "                             a warning fails the check\n"
    "      --json                 print JSON, with --test, --explain or\n"
    "                             --confinement\n"
    "      --print-config         the same, and print it, one directive a line\n"
    "      --leases[=FORMAT]      print the leases and exit; FORMAT is text,\n"
    "                             json, csv or dnsmasq\n"
    "      --explain [WORD ...]   print what clients would get and exit; words\n"
    "                             as arch=x64-uefi describe one client\n"
    "      --explain=FILE         the same for each request in a capture file\n"
    "      --print-policy[=NAME]  print the system calls that each process, or that\n"
    "                             of a name, may make and exit\n"
    "      --confinement          print what confines each process of the daemon\n"
    "                             that runs, and exit\n"
    "      --migrate-dnsmasq      check the configuration of the dnsmasq that runs,\n"
    "                             and print the commands that switch to pxeguard\n"
    "                             and back; =FILE or =PROCESS names another one\n"
    "      --reload[=PID]         have the daemon that runs reload, and wait for it\n"
    "      --allow-empty          let a reload end all service\n"
    "  -v, --version              print the version and exit\n"
    "  -h, --help                 print this and exit\n"
    "Every directive of pxeguard.conf(5) is also a long option.\n";

enum options_verdict
options_error(const char *what, const char *option)
{
	(void)fprintf(stderr,
	    "pxeguard: %s: %s; pxeguard --help lists the options\n", option,
	    what);
	return OPTIONS_ERROR;
}

enum options_verdict
options_usage_print(void)
{
	(void)fputs(usage, stdout);
	return OPTIONS_EXIT;
}

/* --leases: the format is behind "=", the next word, or text. */
static enum options_verdict
option_leases(struct options *o, const char *value)
{
	static const char *const formats[LEASE_SHOW_FORMAT_MAX] = {
		[LEASE_SHOW_TEXT] = "text",
		[LEASE_SHOW_JSON] = "json",
		[LEASE_SHOW_CSV] = "csv",
		[LEASE_SHOW_DNSMASQ] = "dnsmasq",
	};
	int f;

	for (f = 0; f < LEASE_SHOW_FORMAT_MAX; f++)
		if (strcmp(value == NULL ? "text" : value, formats[f]) == 0) {
			o->leases_format = (enum lease_show_format)f;
			return OPTIONS_RUN;
		}
	return options_error(
	    "the format is text, json, csv or dnsmasq", "--leases");
}

/* --print-policy: the process is behind "=", the next word, or all. */
static enum options_verdict
option_print_policy(struct options *o, const char *value)
{
	enum role role = value == NULL ? ROLE_MAX : sandbox_policy_role(value);

	(void)o;
	if (value != NULL && role == ROLE_MAX)
		return options_error(
		    "no such process; without a name, all are printed", value);
	sandbox_policy_print(stdout, role);
	return OPTIONS_EXIT;
}

static enum options_verdict
option_test(struct options *o, const char *value)
{
	if (value != NULL && strcmp(value, "strict") != 0)
		return options_error(
		    "write --test, or --test=strict", "--test");
	if (value != NULL)
		o->strict = true;
	return OPTIONS_RUN;
}

/* --migrate-dnsmasq, or with the file or the process behind "=". */
static enum options_verdict
option_migrate(struct options *o, const char *value)
{
	o->migrate_what = value;
	if (value != NULL && value[0] == '\0')
		return options_error(
		    "a file or a process must follow", "--migrate-dnsmasq");
	return OPTIONS_RUN;
}

static enum options_verdict
option_reload(struct options *o, const char *value)
{
	char *end;
	long pid;

	if (value == NULL)
		return OPTIONS_RUN;
	pid = strtol(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || pid < 1 ||
	    pid > INT_MAX)
		return options_error("a process ID must follow", "--reload");
	o->reload_pid = (int)pid;
	return OPTIONS_RUN;
}

static enum options_verdict
option_explain(struct options *o, const char *value)
{
	o->capture = value;
	if (value != NULL && value[0] == '\0')
		return options_error("a file must follow", "--explain");
	return OPTIONS_RUN;
}

static enum options_verdict
option_version(struct options *o, const char *value)
{
	(void)o;
	(void)value;
	return OPTIONS_VERSION;
}

static enum options_verdict
option_help(struct options *o, const char *value)
{
	(void)o;
	(void)value;
	return options_usage_print();
}

#define FLAG(member) offsetof(struct options, member)

static const struct options_own own[] = {
	{ "test", .value = OPTIONS_VALUE_EQUALS, .mode = OPTIONS_TEST,
	    .take = option_test },
	{ "json", .flag = FLAG(json) },
	{ "print-config", .mode = OPTIONS_PRINT_CONFIG },
	{ "print-policy", .value = OPTIONS_VALUE_WORD,
	    .take = option_print_policy },
	{ "leases", .value = OPTIONS_VALUE_WORD, .mode = OPTIONS_LEASES,
	    .take = option_leases },
	{ "explain", .value = OPTIONS_VALUE_EQUALS, .mode = OPTIONS_EXPLAIN,
	    .take = option_explain },
	{ "confinement", .mode = OPTIONS_CONFINEMENT },
	{ "migrate-dnsmasq", .value = OPTIONS_VALUE_EQUALS,
	    .mode = OPTIONS_MIGRATE, .take = option_migrate },
	{ "reload", .value = OPTIONS_VALUE_EQUALS, .mode = OPTIONS_RELOAD,
	    .take = option_reload },
	{ "allow-empty", .flag = FLAG(allow_empty) },
	{ "keep-in-foreground", .flag = FLAG(foreground) },
	{ "no-daemon", .flag = FLAG(debug) },
	{ "version", .take = option_version },
	{ "help", .take = option_help },
};

#define OWN_COUNT (sizeof(own) / sizeof(own[0]))

const struct options_own *
options_own_find(const char *name)
{
	size_t i;

	for (i = 0; i < OWN_COUNT; i++)
		if (strcmp(name, own[i].name) == 0)
			return &own[i];
	return NULL;
}

/* Whether one mode includes what the other one does. */
static bool
mode_includes(enum options_mode mode, enum options_mode other)
{
	return other == OPTIONS_DAEMON || other == mode ||
	       (other == OPTIONS_TEST &&
		   (mode == OPTIONS_PRINT_CONFIG || mode == OPTIONS_MIGRATE));
}

static enum options_verdict
mode_take(const struct options_own *opt, struct options *o)
{
	char option[32];

	if (mode_includes(o->mode, opt->mode))
		return OPTIONS_RUN;
	if (!mode_includes(opt->mode, o->mode)) {
		(void)snprintf(option, sizeof(option), "--%s", opt->name);
		return options_error(
		    "give --test, --print-config, --leases, --explain, --confinement, --migrate-dnsmasq or --reload, not two of them",
		    option);
	}
	o->mode = opt->mode;
	return OPTIONS_RUN;
}

enum options_verdict
options_own_take(
    const struct options_own *opt, struct options *o, const char *value)
{
	if (mode_take(opt, o) != OPTIONS_RUN)
		return OPTIONS_ERROR;
	if (opt->flag != 0)
		*(bool *)((char *)o + opt->flag) = true;
	return opt->take == NULL ? OPTIONS_RUN : opt->take(o, value);
}

static bool
is_meant(const char *name, const char *as)
{
	size_t n = strlen(name);

	return n >= 3 && (suggest_distance(name, as) <= 1 ||
			     (n >= 4 && strncmp(name, as, n) == 0));
}

const char *
options_own_meant(const char *name)
{
	static const char conf_file[] = "conf-file";
	size_t i;

	if (strcmp(name, conf_file) != 0 && is_meant(name, conf_file))
		return conf_file;
	for (i = 0; i < OWN_COUNT; i++)
		if (is_meant(name, own[i].name))
			return own[i].name;
	return NULL;
}
