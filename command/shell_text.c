/* SPDX-License-Identifier: ISC */
/* Words of commands that a person is to paste into a shell. */
#include "command/shell_text.h"

#include <string.h>

void
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
