/* SPDX-License-Identifier: ISC */
/* The lines of --print-config, from confd to standard output. */
#include "command/conf_text.h"

#include <string.h>

#include "daemon/grow.h"
#include "daemon/printable.h"
#include "daemon/record.h"
#include "priv/output.h"

#define TEXT_MAX (2U * RECORD_TOTAL_MAX)

static char *text;
static size_t len, cap;

int
conf_text_add(const char *line)
{
	size_t need = len + strlen(line) * 4 + 2; /* "\x00" for each byte */

	if (need > TEXT_MAX || grow_array(&text, &cap, need, 1) == -1)
		return -1;
	len += strlen(printable(text + len, cap - len, line));
	text[len++] = '\n';
	return 0;
}

int
conf_text_write(void)
{
	return output_write(text, len);
}
