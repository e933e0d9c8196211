/* SPDX-License-Identifier: ISC */
/* Writes escaped lines. */
#include "ctl/tell.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "daemon/printable.h"

#define TEXT_MAX 6144

void
tell(FILE *to, const char *prefix, const char *fmt, ...)
{
	char raw[TEXT_MAX], shown[4 * TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	(void)fprintf(
	    to, "%s%s\n", prefix, printable(shown, sizeof(shown), raw));
}

bool
tell_finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	tell_error("standard output: %s", strerror(errno));
	return false;
}
