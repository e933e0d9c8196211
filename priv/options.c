/* SPDX-License-Identifier: ISC */
/*
 * Reading the command line: a few options of the program itself; all others
 * are directives, whose names and values confd knows.
 */
#include "priv/options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/record_name.h"
#include "daemon/suggest.h"
#include "priv/conf_stdin.h"
#include "sandbox/policy.h"

/* One-letter forms of directives, as dnsmasq has them. */
static const struct {
	char letter;
	const char *directive;
	bool value;
} letters[] = {
	{ '0', "dns-forward-max", true },
	{ '1', "enable-dbus", false },
	{ '2', "no-dhcp-interface", true },
	{ '3', "bootp-dynamic", true },
	{ '4', "dhcp-mac", true },
	{ '5', "no-ping", false },
	{ '6', "dhcp-script", true },
	{ '7', "conf-dir", true },
	{ '8', "log-facility", true },
	{ '9', "leasefile-ro", false },
	{ 'A', "address", true },
	{ 'B', "bogus-nxdomain", true },
	{ 'D', "domain-needed", false },
	{ 'E', "expand-hosts", false },
	{ 'F', "dhcp-range", true },
	{ 'G', "dhcp-host", true },
	{ 'H', "addn-hosts", true },
	{ 'I', "except-interface", true },
	{ 'J', "dhcp-ignore", true },
	{ 'K', "dhcp-authoritative", false },
	{ 'L', "localmx", false },
	{ 'M', "dhcp-boot", true },
	{ 'N', "no-negcache", false },
	{ 'O', "dhcp-option", true },
	{ 'P', "edns-packet-max", true },
	{ 'Q', "query-port", true },
	{ 'R', "no-resolv", false },
	{ 'S', "server", true },
	{ 'T', "local-ttl", true },
	{ 'U', "dhcp-vendorclass", true },
	{ 'V', "alias", true },
	{ 'W', "srv-host", true },
	{ 'X', "dhcp-lease-max", true },
	{ 'Y', "txt-record", true },
	{ 'Z', "read-ethers", false },
	{ 'a', "listen-address", true },
	{ 'b', "bogus-priv", false },
	{ 'c', "cache-size", true },
	{ 'e', "selfmx", false },
	{ 'f', "filterwin2k", false },
	{ 'g', "group", true },
	{ 'h', "no-hosts", false },
	{ 'i', "interface", true },
	{ 'j', "dhcp-userclass", true },
	{ 'l', "dhcp-leasefile", true },
	{ 'm', "mx-host", true },
	{ 'n', "no-poll", false },
	{ 'o', "strict-order", false },
	{ 'p', "port", true },
	{ 'q', "log-queries", false },
	{ 'r', "resolv-file", true },
	{ 's', "domain", true },
	{ 't', "mx-target", true },
	{ 'u', "user", true },
	{ 'x', "pid-file", true },
	{ 'y', "localise-queries", false },
	{ 'z', "bind-interfaces", false },
};

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

static int
directive_add(struct options *o, const char *name, const char *value)
{
	char **grown, *line;

	grown = reallocarray(o->directives, o->ndirectives + 1, sizeof(*grown));
	if (grown == NULL)
		return -1;
	o->directives = grown;
	if (value == NULL)
		line = strdup(name);
	else if (asprintf(&line, "%s=%s", name, value) == -1)
		line = NULL;
	if (line == NULL)
		return -1;
	o->directives[o->ndirectives++] = line;
	return 0;
}

static enum options_verdict
options_error(const char *what, const char *option)
{
	(void)fprintf(stderr,
	    "pxeguard: %s: %s; pxeguard --help lists the options\n", option,
	    what);
	return OPTIONS_ERROR;
}

/*
 * The option of the program that a name is probably meant as; or NULL.  No name
 * of a directive is so close to one of these.
 */
static const char *
option_meant(const char *name)
{
	static const char *const own[] = { "test", "json", "print-config",
		"print-policy", "leases", "explain", "allow-empty",
		"keep-in-foreground", "no-daemon", "version", "help",
		"conf-file", "confinement", "migrate-dnsmasq", "reload" };
	size_t n = strlen(name), i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (n >= 3 && (suggest_distance(name, own[i]) <= 1 ||
				  (n >= 4 && strncmp(name, own[i], n) == 0)))
			return own[i];
	return NULL;
}

/* -C: the first is the configuration file, further ones are read before it. */
static enum options_verdict
option_conf_file(struct options *o, const char *file)
{
	if (o->conf_named)
		return directive_add(o, "conf-file", file) == -1
			   ? options_error("out of memory", "-C")
			   : OPTIONS_RUN;
	/* It holds nothing, and is no regular file. */
	o->conf_file = strcmp(file, "/dev/null") == 0 ? "" : file;
	o->conf_named = true;
	return OPTIONS_RUN;
}

static enum options_verdict
option_unknown(const char *option, const char *name)
{
	char what[64];

	(void)snprintf(what, sizeof(what), "unknown option; did you mean --%s?",
	    option_meant(name));
	return options_error(what, option);
}

/* A word that is the value of the option before it, or NULL. */
static const char *
next_value(int argc, char **argv, int *i)
{
	/* "-" is standard input. */
	if (*i + 1 >= argc ||
	    (argv[*i + 1][0] == '-' && argv[*i + 1][1] != '\0'))
		return NULL;
	return argv[++*i];
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

	o->leases = true;
	o->leases_format = LEASE_SHOW_TEXT;
	if (value == NULL)
		return OPTIONS_RUN;
	for (f = 0; f < LEASE_SHOW_FORMAT_MAX; f++)
		if (strcmp(value, formats[f]) == 0) {
			o->leases_format = (enum lease_show_format)f;
			return OPTIONS_RUN;
		}
	return options_error(
	    "the format is text, json, csv or dnsmasq", "--leases");
}

/* --print-policy: the process is behind "=", the next word, or all. */
static enum options_verdict
option_print_policy(const char *value)
{
	enum role role = value == NULL ? ROLE_MAX : sandbox_policy_role(value);

	if (value != NULL && role == ROLE_MAX)
		return options_error(
		    "no such process; without a name, all are printed", value);
	sandbox_policy_print(stdout, role);
	return OPTIONS_EXIT;
}

/* --test, or --test=strict. */
static enum options_verdict
option_test(struct options *o, const char *value)
{
	o->test = true;
	if (value == NULL)
		return OPTIONS_RUN;
	if (strcmp(value, "strict") != 0)
		return options_error(
		    "write --test, or --test=strict", "--test");
	o->strict = true;
	return OPTIONS_RUN;
}

/* --migrate-dnsmasq, or with the file or the process behind "=". */
static enum options_verdict
option_migrate(struct options *o, const char *value)
{
	if (value != NULL && value[0] == '\0')
		return options_error(
		    "a file or a process must follow", "--migrate-dnsmasq");
	o->test = o->migrate = true;
	o->migrate_what = value;
	return OPTIONS_RUN;
}

/* --reload, or --reload=PID. */
static enum options_verdict
option_reload(struct options *o, const char *value)
{
	char *end;
	long pid;

	o->reload = true;
	if (value == NULL)
		return OPTIONS_RUN;
	pid = strtol(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || pid < 1 ||
	    pid > INT_MAX)
		return options_error("a process ID must follow", "--reload");
	o->reload_pid = (int)pid;
	return OPTIONS_RUN;
}

/* Options of the program that take no value. */
static bool
option_is_plain(const char *name)
{
	static const char *const plain[] = { "json", "print-config",
		"confinement", "allow-empty", "keep-in-foreground", "no-daemon",
		"version", "help" };
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(name, plain[i]) == 0)
			return true;
	return false;
}

static enum options_verdict
option_long(struct options *o, int argc, char **argv, int *i)
{
	char *name = argv[*i] + 2, *eq = strchr(name, '=');
	const char *value = NULL;
	int at = *i;

	if (eq != NULL) {
		*eq = '\0';
		value = eq + 1;
	}
	if (value != NULL && option_is_plain(name)) {
		*eq = '=';
		return options_error("this option takes no value", argv[at]);
	}
	if (strcmp(name, "test") == 0)
		return option_test(o, value);
	else if (strcmp(name, "reload") == 0)
		return option_reload(o, value);
	else if (strcmp(name, "json") == 0)
		o->json = true;
	else if (strcmp(name, "print-config") == 0)
		o->test = o->print = true;
	else if (strcmp(name, "leases") == 0)
		return option_leases(
		    o, value != NULL ? value : next_value(argc, argv, i));
	else if (strcmp(name, "explain") == 0) {
		o->explain = true;
		o->capture = value;
		if (value != NULL && value[0] == '\0')
			return options_error("a file must follow", "--explain");
	} else if (strcmp(name, "print-policy") == 0)
		return option_print_policy(
		    value != NULL ? value : next_value(argc, argv, i));
	else if (strcmp(name, "confinement") == 0)
		o->confinement = true;
	else if (strcmp(name, "migrate-dnsmasq") == 0)
		return option_migrate(o, value);
	else if (strcmp(name, "allow-empty") == 0)
		o->allow_empty = true;
	else if (strcmp(name, "keep-in-foreground") == 0)
		o->foreground = true;
	else if (strcmp(name, "no-daemon") == 0)
		o->foreground = o->debug = true;
	else if (strcmp(name, "version") == 0)
		return OPTIONS_VERSION;
	else if (strcmp(name, "help") == 0) {
		(void)fputs(usage, stdout);
		return OPTIONS_EXIT;
	} else {
		/* No option takes a bare word, so one belongs to this. */
		if (value == NULL)
			value = next_value(argc, argv, i);
		if (strcmp(name, "conf-file") == 0)
			return option_conf_file(o, value == NULL ? "" : value);
		if (option_meant(name) != NULL)
			return option_unknown(argv[at], name);
		else if (directive_add(o, name, value) == -1)
			return options_error("out of memory", name);
	}
	return OPTIONS_RUN;
}

/* A directive by its letter; the value is the rest, or the next word. */
static enum options_verdict
option_letter(struct options *o, int argc, char **argv, int *i, char **pos)
{
	char option[3] = { '-', **pos, '\0' };
	const char *value = NULL;
	size_t n;

	for (n = 0; n < sizeof(letters) / sizeof(letters[0]); n++)
		if (letters[n].letter == **pos)
			break;
	if (n == sizeof(letters) / sizeof(letters[0]))
		return options_error("unknown option", option);
	if (letters[n].value) {
		value =
		    (*pos)[1] != '\0' ? *pos + 1 : next_value(argc, argv, i);
		if (value == NULL)
			return options_error("a value must follow", option);
		*pos += strlen(*pos) - 1;
	}
	if (directive_add(o, letters[n].directive, value) == -1)
		return options_error("out of memory", option);
	return OPTIONS_RUN;
}

static enum options_verdict
options_usage(void)
{
	(void)fputs(usage, stdout);
	return OPTIONS_EXIT;
}

static enum options_verdict
option_short(struct options *o, int argc, char **argv, int *i)
{
	enum options_verdict v;
	const char *file;
	char *pos;

	for (pos = argv[*i] + 1; *pos != '\0'; pos++) {
		switch (*pos) {
		case 'k':
			o->foreground = true;
			break;
		case 'd':
			o->foreground = o->debug = true;
			break;
		case 'v':
			return OPTIONS_VERSION;
		case 'h':
			if (argc == 2 && argv[1][2] == '\0')
				return options_usage();
			/* With others, it is the no-hosts of dnsmasq. */
			v = option_letter(o, argc, argv, i, &pos);
			if (v != OPTIONS_RUN)
				return v;
			break;
		case 'w':
			return options_usage();
		case 'C':
			file = pos[1] != '\0' ? pos + 1
					      : next_value(argc, argv, i);
			if (file == NULL)
				return options_error(
				    "a file must follow", "-C");
			return option_conf_file(o, file);
		default:
			v = option_letter(o, argc, argv, i, &pos);
			if (v != OPTIONS_RUN)
				return v;
		}
	}
	return OPTIONS_RUN;
}

/* Words describe the client of --explain. */
static int
option_word(struct options *o, const char *word)
{
	const char *what = NULL;

	if (!o->explain || word[0] == '-')
		what = "not an option";
	else if (o->nwords == EXPLAIN_WORDS_MAX)
		what = "too many words";
	else if (strlen(word) > EXPLAIN_WORD_MAX)
		what = "too long";
	else
		o->words[o->nwords++] = word;
	if (what != NULL)
		(void)options_error(what, word);
	return what == NULL ? 0 : -1;
}

/* Takes all words; the caller has set the defaults. */
static enum options_verdict
options_take(struct options *o, int argc, char **argv)
{
	enum options_verdict v;
	int i;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			if (option_word(o, argv[i]) == -1)
				return OPTIONS_ERROR;
			continue;
		}
		if (argv[i][1] == '-')
			v = option_long(o, argc, argv, &i);
		else
			v = option_short(o, argc, argv, &i);
		if (v != OPTIONS_RUN)
			return v;
	}
	return OPTIONS_RUN;
}

int
options_parse_dnsmasq(struct options *o, int argc, char **argv)
{
	struct options d = { .conf_file = o->conf_file,
		.directives = o->directives,
		.ndirectives = o->ndirectives };
	enum options_verdict v = options_take(&d, argc, argv);

	o->directives = d.directives;
	o->ndirectives = d.ndirectives;
	if (v != OPTIONS_RUN)
		return -1;
	/* No dnsmasq that runs has an option of pxeguard's own. */
	if (options_one_shot(&d) || d.json) {
		(void)options_error(
		    "not an option of dnsmasq", "its command line");
		return -1;
	}
	if (d.conf_named) {
		o->conf_file = d.conf_file;
		o->conf_named = true;
	}
	return 0;
}

enum options_verdict
options_parse(struct options *o, int argc, char **argv)
{
	enum options_verdict v;

	memset(o, 0, sizeof(*o));
	o->conf_file = OPTIONS_CONF_DEFAULT;
	if ((v = options_take(o, argc, argv)) != OPTIONS_RUN)
		return v;
	if (o->migrate && (o->print || o->strict || o->conf_named))
		return options_error(
		    "give it without --test, --print-config and -C",
		    "--migrate-dnsmasq");
	if (o->test + o->leases + o->explain + o->confinement + o->reload > 1)
		return options_error(
		    "give --test, --print-config, --leases, --explain, --confinement or --reload, not two of them",
		    o->leases	     ? "--leases"
		    : o->explain     ? "--explain"
		    : o->confinement ? "--confinement"
				     : "--reload");
	if (o->json && !o->explain && !o->confinement &&
	    (!o->test || o->print || o->migrate))
		return options_error(
		    "write it with --test, --explain or --confinement",
		    "--json");
	return OPTIONS_RUN;
}

const char *
options_conf_name(const struct options *o)
{
	if (o->conf_file[0] == '\0')
		return "command line";
	return strcmp(o->conf_file, CONF_STDIN_NAME) == 0 ? CONF_STDIN_SHOWN
							  : o->conf_file;
}

bool
options_one_shot(const struct options *o)
{
	return o->test || o->leases || o->explain || o->confinement ||
	       o->reload;
}

/* A word of a list; a wrong one is for confd to tell. */
static uint8_t
layer_bit(const char *word, size_t n)
{
	const char *name;
	unsigned int i;

	for (i = 0; i < RECORD_LAYERS; i++) {
		name = record_layer_name(i);
		if (strlen(name) == n && memcmp(name, word, n) == 0)
			return (uint8_t)(1U << i);
	}
	return 0;
}

uint8_t
options_layers_disabled(const struct options *o)
{
	static const char directive[] = "sandbox-disable=";
	const size_t len = sizeof(directive) - 1;
	uint8_t layers = 0;
	const char *word;
	size_t i, n;

	for (i = 0; i < o->ndirectives; i++) {
		if (strncmp(o->directives[i], directive, len) != 0)
			continue;
		for (word = o->directives[i] + len; *word != '\0'; word += n) {
			word += strspn(word, ", ");
			n = strcspn(word, ", ");
			layers |= layer_bit(word, n);
		}
	}
	return layers;
}
