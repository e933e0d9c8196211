/* SPDX-License-Identifier: ISC */
/* Parses what says how dnsmasq is started. */
#include "command/dnsmasq_text.h"

#include <string.h>

#define SERVICE ".service"

static bool
word_is_printable(const char *word)
{
	for (; *word != '\0'; word++)
		if (*word < ' ' || *word > '~')
			return false;
	return true;
}

int
dnsmasq_words(char *text, size_t len, char *words[], size_t max)
{
	size_t at, n = 0;

	if (len == 0 || text[len - 1] != '\0')
		return -1;
	for (at = 0; at < len; at += strlen(text + at) + 1) {
		if (n == max || !word_is_printable(text + at))
			return -1;
		words[n++] = text + at;
	}
	return (int)n;
}

int
dnsmasq_words_split(char *text, char *words[], size_t max)
{
	char *word, *rest = text;
	size_t n = 0;

	while ((word = strsep(&rest, " \t")) != NULL) {
		if (*word == '\0')
			continue;
		if (n == max || !word_is_printable(word))
			return -1;
		words[n++] = word;
	}
	return (int)n;
}

/* systemd.unit(5): the characters of names of units. */
static bool
unit_is_valid(const char *name, size_t n)
{
	static const char others[] = ":-_.\\@";
	size_t i;

	for (i = 0; i < n; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= 'A' && name[i] <= 'Z') &&
		    !(name[i] >= '0' && name[i] <= '9') &&
		    memchr(others, name[i], sizeof(others) - 1) == NULL)
			return false;
	return n > sizeof(SERVICE) - 1 && name[0] != '-' &&
	       memcmp(name + n - (sizeof(SERVICE) - 1), SERVICE,
		   sizeof(SERVICE) - 1) == 0;
}

/* The innermost service of a path such as "/system.slice/dnsmasq.service". */
static bool
path_unit(const char *path, size_t len, char *dst, size_t size)
{
	size_t end, start;

	for (end = len; end > 0; end = start - 1) {
		for (start = end; start > 0 && path[start - 1] != '/'; start--)
			continue;
		if (end - start < size &&
		    unit_is_valid(path + start, end - start)) {
			memcpy(dst, path + start, end - start);
			dst[end - start] = '\0';
			return true;
		}
		if (start == 0)
			break;
	}
	return false;
}

bool
dnsmasq_unit(const char *cgroup, char *dst, size_t size)
{
	const char *line, *path;
	size_t n;

	/* "0::PATH", or "1:name=systemd:PATH" of the older hierarchies */
	for (line = cgroup; *line != '\0'; line += line[0] == '\n' ? 1 : 0) {
		n = strcspn(line, "\n");
		path = memchr(line, ':', n);
		if (path != NULL &&
		    (strncmp(path, "::", 2) == 0 ||
			strncmp(path, ":name=systemd:", 14) == 0)) {
			path = strchr(path + 1, ':') + 1;
			if (path_unit(
				path, n - (size_t)(path - line), dst, size))
				return true;
		}
		line += n;
	}
	return false;
}

/* Copies the value that begins at p, to the end of its line. */
static enum dnsmasq_default
value_copy(const char *p, char *dst, size_t size)
{
	const char quote = *p == '"' || *p == '\'' ? *p : '\0';
	size_t n;

	if (quote != '\0') {
		p++;
		n = strcspn(p, quote == '"' ? "\"\n" : "'\n");
		if (p[n] != quote)
			return DNSMASQ_DEFAULT_SHELL;
	} else {
		n = strcspn(p, " \t\n");
	}
	if (n >= size || p[n + (quote != '\0' ? strspn(p + n + 1, " \t") + 1
					      : strspn(p + n, " \t"))] != '\n')
		return DNSMASQ_DEFAULT_SHELL;
	memcpy(dst, p, n);
	dst[n] = '\0';
	if (quote == '\'' || strpbrk(dst, "$`\\\"'") == NULL)
		return DNSMASQ_DEFAULT_VALUE;
	return DNSMASQ_DEFAULT_SHELL;
}

enum dnsmasq_default
dnsmasq_default(const char *text, const char *name, char *dst, size_t size)
{
	enum dnsmasq_default found = DNSMASQ_DEFAULT_NONE;
	size_t n = strlen(name);
	const char *line, *p;

	for (line = text; line != NULL && strchr(line, '\n') != NULL;
	     line = strchr(line, '\n') + 1) {
		p = line + strspn(line, " \t");
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			found = value_copy(p + n + 1, dst, size);
	}
	return found;
}
