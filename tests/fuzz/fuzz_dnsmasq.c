/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what says how dnsmasq is started.  A word of a command that is
 * printed for a shell has no character that a terminal interprets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/dnsmasq_text.h"
#include "command/migrate_text.h"
#include "tests/fuzz/target.h"

#define INPUT_MAX 4096
#define WORDS_MAX 64

/* A word as the commands have it, in *text, which the caller frees. */
static char *
word_printed(const char *word, char **text)
{
	static const char before[] = "pxeguard --leases=dnsmasq >";
	const struct migrate_site site = { .unit = "",
		.manager = MIGRATE_NONE,
		.conf_file = "",
		.lease_file = word };
	size_t len;
	FILE *f = open_memstream(text, &len);
	char *printed;

	check(f != NULL);
	migrate_commands(f, &site);
	check(fclose(f) == 0);
	printed = strstr(*text, before);
	check(printed != NULL);
	printed += strlen(before);
	printed[strcspn(printed, "\n")] = '\0';
	return printed;
}

/* A shell ends quotes only at a single quote, and one outside is escaped. */
static void
check_word(const char *word)
{
	char *all, *text = word_printed(word, &all), *back = text, *p;

	if (text[0] != '\'') {
		check(strcmp(text, word) == 0);
		check(strpbrk(text, " \t\"'\\$`;&|<>()*?[]{}~!#") == NULL);
		free(all);
		return;
	}
	for (p = text + 1; *p != '\0'; p++) {
		if (*p != '\'')
			*back++ = *p;
		else if (strncmp(p, "'\\''", 4) == 0)
			*back++ = *(p += 3);
		else
			break;
	}
	check(strcmp(p, "'") == 0);
	*back = '\0';
	check(strcmp(text, word) == 0);
	free(all);
}

static void
check_words(char *const words[], int n)
{
	const char *c;
	int i;

	check(n >= -1 && n <= WORDS_MAX);
	for (i = 0; i < n; i++) {
		for (c = words[i]; *c != '\0'; c++)
			check(*c >= ' ' && *c <= '~');
		check_word(words[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[INPUT_MAX + 1], value[64], unit[64], *words[WORDS_MAX];

	if (size > INPUT_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (dnsmasq_unit(text, unit, sizeof(unit)))
		check(strlen(unit) > strlen(".service") &&
		      strpbrk(unit, " /\n'\"$`;") == NULL);
	if (dnsmasq_default(text, "CONFIG_DIR", value, sizeof(value)) ==
	    DNSMASQ_DEFAULT_VALUE)
		check(strchr(value, '\n') == NULL);
	check_words(words, dnsmasq_words(text, size, words, WORDS_MAX));
	/* Its blanks become NULs. */
	check_words(words, dnsmasq_words_split(text, words, WORDS_MAX));
	return 0;
}
