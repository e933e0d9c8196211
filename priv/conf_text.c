/* SPDX-License-Identifier: ISC */
/* The lines of --print-config, from confd to standard output. */
#include "priv/conf_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/printable.h"
#include "daemon/record.h"

#define TEXT_FIRST 65536 /* bytes; a buffer doubles */
#define TEXT_MAX (2U * RECORD_TOTAL_MAX)

static char *text;
static size_t len, cap;

int
conf_text_add(const char *line)
{
	size_t need = len + strlen(line) * 4 + 2, grown_cap = cap;
	char *grown;

	if (need > TEXT_MAX)
		return -1;
	while (grown_cap < need)
		grown_cap = grown_cap == 0 ? TEXT_FIRST : 2 * grown_cap;
	if (grown_cap > cap) {
		if ((grown = realloc(text, grown_cap)) == NULL)
			return -1;
		text = grown;
		cap = grown_cap;
	}
	len += strlen(printable(text + len, cap - len, line));
	text[len++] = '\n';
	return 0;
}

int
conf_text_write(void)
{
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = write(STDOUT_FILENO, text + done, len - done);
		if (n == -1 && errno != EINTR)
			return -1;
		done += n > 0 ? (size_t)n : 0;
	}
	return 0;
}
