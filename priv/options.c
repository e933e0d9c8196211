/* SPDX-License-Identifier: ISC */
/*
 * Reading the command line: a few options of the program itself
 * (priv/options_own.c); all others are directives, whose names and values confd
 * knows.
 */
#include "priv/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/record_name.h"
#include "priv/conf_stdin.h"
#include "priv/options_own.h"

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

static enum options_verdict
directive_add(struct options *o, const char *name, const char *value)
{
	char **grown, *line;

	grown = reallocarray(o->directives, o->ndirectives + 1, sizeof(*grown));
	if (grown != NULL)
		o->directives = grown;
	if (grown == NULL ||
	    asprintf(&line, "%s%s%s", name, value == NULL ? "" : "=",
		value == NULL ? "" : value) == -1)
		return options_error("out of memory", name);
	o->directives[o->ndirectives++] = line;
	return OPTIONS_RUN;
}

/* -C: the first is the configuration file, further ones are read before it. */
static enum options_verdict
option_conf_file(struct options *o, const char *file)
{
	if (o->conf_named)
		return directive_add(o, "conf-file", file);
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
	    options_own_meant(name));
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

static enum options_verdict
option_long(struct options *o, int argc, char **argv, int *i)
{
	char *option = argv[*i], *name = option + 2, *eq = strchr(name, '=');
	const char *value = eq == NULL ? NULL : eq + 1;
	const struct options_own *own;

	if (eq != NULL)
		*eq = '\0';
	own = options_own_find(name);
	if (own != NULL && own->value == OPTIONS_VALUE_NONE && value != NULL) {
		*eq = '=';
		return options_error("this option takes no value", option);
	}
	/* No option takes a bare word, so one belongs to a directive. */
	if (value == NULL && (own == NULL || own->value == OPTIONS_VALUE_WORD))
		value = next_value(argc, argv, i);
	if (own != NULL)
		return options_own_take(own, o, value);
	if (options_own_meant(name) != NULL)
		return option_unknown(option, name);
	if (strcmp(name, "conf-file") == 0)
		return option_conf_file(o, value == NULL ? "" : value);
	return directive_add(o, name, value);
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
	return directive_add(o, letters[n].directive, value);
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
			o->debug = true;
			break;
		case 'v':
			return OPTIONS_VERSION;
		case 'w':
			return options_usage_print();
		case 'C':
			file = pos[1] != '\0' ? pos + 1
					      : next_value(argc, argv, i);
			if (file == NULL)
				return options_error(
				    "a file must follow", "-C");
			return option_conf_file(o, file);
		default:
			/* With others, it is the no-hosts of dnsmasq. */
			if (*pos == 'h' && argc == 2 && argv[1][2] == '\0')
				return options_usage_print();
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

	if (o->mode != OPTIONS_EXPLAIN || word[0] == '-')
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
	o->foreground = o->foreground || o->debug;
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
	if (d.mode != OPTIONS_DAEMON || d.json) {
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
	if (o->mode == OPTIONS_MIGRATE && (o->strict || o->conf_named))
		return options_error("give it without --test=strict and -C",
		    "--migrate-dnsmasq");
	if (o->json && o->mode != OPTIONS_TEST && o->mode != OPTIONS_EXPLAIN &&
	    o->mode != OPTIONS_CONFINEMENT)
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
options_is_test(const struct options *o)
{
	return o->mode == OPTIONS_TEST || o->mode == OPTIONS_PRINT_CONFIG ||
	       o->mode == OPTIONS_MIGRATE;
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
