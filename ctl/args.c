/* SPDX-License-Identifier: ISC */
/* Reads the command line of pxeguard-sign. */
#include "ctl/args.h"

#include <getopt.h>
#include <string.h>

#include "ctl/tell.h"
#include "sign/signature.h"

const char args_usage[] =
    "usage: pxeguard-sign keygen [-W] [-p PUBLIC -s SECRET]\n"
    "       pxeguard-sign sign [-s SECRET] [--serial=N|next|none] TREE\n"
    "       pxeguard-sign sign [-s SECRET] FILE\n"
    "       pxeguard-sign verify [-q] [-p PUBLIC]... TREE|FILE\n"
    "\n"
    "  -p, --public=FILE         a public key; to verify also a folder of keys\n"
    "  -s, --secret=FILE         the secret key\n"
    "  -W, --no-password         do not encrypt the new secret key\n"
    "  -q, --quiet               do not name the files that are signed\n"
    "      --password-file=FILE  its first line is the password; - for standard input\n"
    "      --serial=N|next|none  the manifest's serial\n"
    "      --help, --version\n"
    "\n"
    "Without -p and -s the keys are ~/.pxeguard/sign.pub and sign.key.\n";

enum { OPT_PASSWORD_FILE = 256, OPT_SERIAL, OPT_HELP, OPT_VERSION };

static const struct option longs[] = {
	{ "public", required_argument, NULL, 'p' },
	{ "secret", required_argument, NULL, 's' },
	{ "no-password", no_argument, NULL, 'W' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
	{ "serial", required_argument, NULL, OPT_SERIAL },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

/* The options of each command. */
static const struct {
	const char *name;
	const char *takes; /* P: --password-file, N: --serial */
} commands[] = {
	[ARGS_KEYGEN] = { "keygen", "psWP" },
	[ARGS_SIGN] = { "sign", "sPN" },
	[ARGS_VERIFY] = { "verify", "pq" },
};
#define NCOMMANDS (sizeof(commands) / sizeof(commands[0]))

static int
serial_read(struct args *a, const char *text)
{
	size_t n = strlen(text), i;

	if (strcmp(text, "next") == 0) {
		a->serial = ARGS_SERIAL_NEXT;
		return 0;
	}
	if (strcmp(text, "none") == 0) {
		a->serial = ARGS_SERIAL_NONE;
		return 0;
	}
	a->serial = ARGS_SERIAL_NUMBER;
	a->number = 0;
	for (i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		a->number = a->number * 10 + (uint64_t)(text[i] - '0');
	/* 19 digits fit 64 bits. */
	if (n == 0 || n > 19 || i < n || a->number > SIGN_SERIAL_MAX) {
		tell_error("--serial=%s: not next, none or a number up to "
			   "9223372036854775807",
		    text);
		return -1;
	}
	return 0;
}

static int
public_add(struct args *a, const char *path)
{
	if (a->npublic == ARGS_KEYS_MAX) {
		tell_error("more than %d -p; name a folder", ARGS_KEYS_MAX);
		return -1;
	}
	a->public[a->npublic++] = path;
	return 0;
}

/* The letter that a command's `takes` has for an option; 0 for all. */
static char
letter_of(int option)
{
	return option == OPT_PASSWORD_FILE ? 'P'
	       : option == OPT_SERIAL	   ? 'N'
					   : (char)option;
}

static int
take(struct args *a, enum args_command c, int option)
{
	if (strchr(commands[c].takes, letter_of(option)) == NULL) {
		tell_error("%s does not take this option; "
			   "see " TELL_NAME " --help",
		    commands[c].name);
		return -1;
	}
	switch (option) {
	case 'p':
		return public_add(a, optarg);
	case 's':
		a->secret = optarg;
		return 0;
	case 'W':
		a->no_password = true;
		return 0;
	case 'q':
		a->quiet = true;
		return 0;
	case OPT_PASSWORD_FILE:
		a->password_file = optarg;
		return 0;
	default:
		return serial_read(a, optarg);
	}
}

static enum args_command
command_find(const char *word)
{
	size_t i;

	for (i = 0; i < NCOMMANDS; i++)
		if (word != NULL && strcmp(word, commands[i].name) == 0)
			return (enum args_command)i;
	if (word != NULL && strcmp(word, "--help") == 0)
		return ARGS_HELP;
	if (word != NULL && strcmp(word, "--version") == 0)
		return ARGS_VERSION;
	if (word == NULL)
		tell_error("no command; see " TELL_NAME " --help");
	else
		tell_error("%s: not keygen, sign or verify; "
			   "see " TELL_NAME " --help",
		    word);
	return ARGS_WRONG;
}

/* What goes together. */
static int
check(const struct args *a, enum args_command c)
{
	if (c == ARGS_KEYGEN && a->npublic > 1) {
		tell_error("keygen takes one -p");
		return -1;
	}
	if (c == ARGS_KEYGEN && (a->npublic == 1) != (a->secret != NULL)) {
		tell_error("keygen needs both of -p and -s, or none");
		return -1;
	}
	if (c == ARGS_KEYGEN && a->no_password && a->password_file != NULL) {
		tell_error("-W and --password-file exclude each other");
		return -1;
	}
	return 0;
}

enum args_command
args_parse(struct args *a, int argc, char **argv)
{
	enum args_command c = command_find(argc < 2 ? NULL : argv[1]);
	int option;

	memset(a, 0, sizeof(*a));
	if (c >= ARGS_HELP)
		return c;
	optind = 2;
	while (
	    (option = getopt_long(argc, argv, "p:s:Wq", longs, NULL)) != -1) {
		if (option == OPT_HELP)
			return ARGS_HELP;
		if (option == OPT_VERSION)
			return ARGS_VERSION;
		if (option == '?' || take(a, c, option) == -1)
			return ARGS_WRONG;
	}
	if (argc - optind != (c == ARGS_KEYGEN ? 0 : 1)) {
		tell_error("%s takes %s; see " TELL_NAME " --help",
		    commands[c].name,
		    c == ARGS_KEYGEN ? "no argument" : "one tree or file");
		return ARGS_WRONG;
	}
	a->path = argv[optind];
	return check(a, c) == -1 ? ARGS_WRONG : c;
}
