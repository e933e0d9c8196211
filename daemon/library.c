/* SPDX-License-Identifier: ISC */
/* Prints the versions of libraries. */
#include "daemon/library.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
library_asked(int argc, char *const argv[])
{
	return argc == 2 && strcmp(argv[1], LIBRARY_ARGUMENT) == 0;
}

const char *
library_line(const struct library *l, char dst[LIBRARY_LINE_MAX])
{
	const char *compiled = l->compiled[0] == '\0' ? "unknown" : l->compiled;

	if (l->running == NULL)
		(void)snprintf(dst, LIBRARY_LINE_MAX, "%s (compiled with %s)\n",
		    l->name, compiled);
	else
		(void)snprintf(dst, LIBRARY_LINE_MAX,
		    "%s %s (compiled with %s)\n", l->name, l->running,
		    compiled);
	return dst;
}

int
library_print(const struct library *list, size_t n)
{
	char line[LIBRARY_LINE_MAX];
	size_t i, len;

	for (i = 0; i < n; i++) {
		len = strlen(library_line(&list[i], line));
		if (write(STDOUT_FILENO, line, len) != (ssize_t)len)
			return 1;
	}
	return 0;
}
