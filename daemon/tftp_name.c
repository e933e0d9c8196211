/* SPDX-License-Identifier: ISC */
/* Maps the name in a request to a name below tftp-root. */
#include "daemon/tftp_name.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool
is_separator(char c)
{
	return c == '/' || c == '\\';
}

/* The next component of a path; false at its end. */
static bool
component_next(struct tftp_text *path, struct tftp_text *c)
{
	while (path->len > 0 && is_separator(path->p[0])) {
		path->p++;
		path->len--;
	}
	c->p = path->p;
	c->len = 0;
	while (path->len > 0 && !is_separator(path->p[0])) {
		path->p++;
		path->len--;
		c->len++;
	}
	return c->len > 0;
}

static bool
component_is_dot(const struct tftp_text *c)
{
	return c->len == 1 && c->p[0] == '.';
}

/*
 * Removes the root's components from the start of an absolute name.  A name
 * that does not begin with all of them is kept: it is relative to the root.
 */
static void
root_strip(struct tftp_text *path, const char *root, bool lower)
{
	struct tftp_text rest = *path, r = { root, strlen(root) }, rc, pc;

	if (rest.len == 0 || !is_separator(rest.p[0]))
		return;
	while (component_next(&r, &rc)) {
		if (component_is_dot(&rc))
			continue;
		do {
			if (!component_next(&rest, &pc))
				return;
		} while (component_is_dot(&pc));
		if (rc.len != pc.len ||
		    (lower ? strncasecmp(rc.p, pc.p, rc.len)
			   : memcmp(rc.p, pc.p, rc.len)) != 0)
			return;
	}
	*path = rest;
}

static bool
has_control(const struct tftp_text *t)
{
	size_t i;

	for (i = 0; i < t->len; i++)
		if ((uint8_t)t->p[i] < 0x20 || t->p[i] == 0x7f)
			return true;
	return false;
}

/* Removes trailing 0xff bytes, and rejects names that cannot be served. */
static enum tftp_name_reason
name_check(struct tftp_text *t)
{
	struct tftp_text path, c;

	/* Firmware that ignores the length of option 67 appends an 0xff. */
	while (t->len > 0 && (uint8_t)t->p[t->len - 1] == 0xff)
		t->len--;
	if (t->len == 0)
		return TFTP_NAME_EMPTY;
	if (has_control(t))
		return TFTP_NAME_CONTROL;
	path = *t;
	while (component_next(&path, &c))
		if (c.len == 2 && memcmp(c.p, "..", 2) == 0)
			return TFTP_NAME_PARENT;
	if (is_separator(t->p[t->len - 1]))
		return TFTP_NAME_DIRECTORY;
	return TFTP_NAME_OK;
}

/* As tolower(), independent of the locale. */
static void
lower_all(char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] >= 'A' && s[i] <= 'Z')
			s[i] = (char)(s[i] - 'A' + 'a');
}

enum tftp_name_reason
tftp_name_map(const struct tftp_text *asked, const char *root, bool lower,
    char dst[FILE_NAME_MAX], size_t *len)
{
	struct tftp_text path = *asked, c;
	enum tftp_name_reason why;
	size_t n = 0;

	*len = 0;
	if ((why = name_check(&path)) != TFTP_NAME_OK)
		return why;
	root_strip(&path, root, lower);
	while (component_next(&path, &c)) {
		if (component_is_dot(&c))
			continue;
		if (c.len + (n > 0) > FILE_NAME_MAX - n)
			return TFTP_NAME_LONG;
		if (n > 0)
			dst[n++] = '/';
		memcpy(dst + n, c.p, c.len);
		n += c.len;
	}
	if (n == 0)
		return TFTP_NAME_DIRECTORY;
	if (lower)
		lower_all(dst, n);
	*len = n;
	return TFTP_NAME_OK;
}
