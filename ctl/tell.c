/* SPDX-License-Identifier: ISC */
/* Writes escaped lines. */
#include "ctl/tell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/printable.h"

#define TEXT_MAX 6144

__attribute__((format(printf, 3, 0))) static void
tell(FILE *to, const char *prefix, const char *fmt, va_list ap)
{
	char raw[TEXT_MAX], shown[4 * TEXT_MAX];

	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	(void)fprintf(
	    to, "%s%s\n", prefix, printable(shown, sizeof(shown), raw));
}

void
tell_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(stderr, TELL_NAME ": ", fmt, ap);
	va_end(ap);
}

void
tell_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(stderr, TELL_NAME ": warning: ", fmt, ap);
	va_end(ap);
}

void
tell_line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(stdout, "", fmt, ap);
	va_end(ap);
}

bool
tell_finish(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	tell_error("standard output: %s", strerror(errno));
	return false;
}
