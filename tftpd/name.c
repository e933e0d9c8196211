/* SPDX-License-Identifier: ISC */
/* Mapping the name in a request to a name below tftp-root. */
#include "tftpd/name.h"

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
 * Steps over the root's components at the start of an absolute name.
 * Where the name does not begin with all of them, it stays as it is and
 * counts from the root.
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

/* Checks what concerns the whole name. */
static enum tftp_name_reason
name_check(struct tftp_text *t)
{
	struct tftp_text path, c;

	/*
	 * Firmware that takes the boot file name from option 67 without
	 * looking at its length asks for it with the end option behind it.
	 */
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

/* As tolower(), without the locale. */
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

enum tftp_code
tftp_name_code(enum tftp_name_reason why)
{
	switch (why) {
	case TFTP_NAME_EMPTY:
	case TFTP_NAME_LONG:
	case TFTP_NAME_CONTROL:
		return TFTP_ENOTFOUND;
	case TFTP_NAME_PARENT:
	case TFTP_NAME_DIRECTORY:
		return TFTP_EACCESS;
	case TFTP_NAME_OK:
	case TFTP_NAME_REASON_MAX:
		break;
	}
	return TFTP_EUNDEF;
}

const char *
tftp_name_text(enum tftp_name_reason why)
{
	static const char *const text[TFTP_NAME_REASON_MAX] = {
		[TFTP_NAME_OK] = "fine",
		[TFTP_NAME_EMPTY] = "empty file name",
		[TFTP_NAME_LONG] = "file name too long",
		[TFTP_NAME_PARENT] = "\"..\" in file name",
		[TFTP_NAME_CONTROL] = "control character in file name",
		[TFTP_NAME_DIRECTORY] = "not a regular file",
	};

	return (unsigned int)why < TFTP_NAME_REASON_MAX ? text[why] : "?";
}

enum tftp_code
tftp_file_code(enum file_status status)
{
	switch (status) {
	case FILE_MISSING:
	case FILE_NAME:
		return TFTP_ENOTFOUND;
	case FILE_DENIED:
	case FILE_KIND:
		return TFTP_EACCESS;
	case FILE_OK:
	case FILE_ERROR:
	case FILE_STATUS_MAX:
		break;
	}
	return TFTP_EUNDEF;
}

const char *
tftp_file_text(enum file_status status)
{
	static const char *const text[FILE_STATUS_MAX] = {
		[FILE_OK] = "fine",
		[FILE_MISSING] = "file not found",
		[FILE_DENIED] = "access denied",
		[FILE_KIND] = "not a regular file",
		[FILE_NAME] = "not a file name",
		[FILE_ERROR] = "server cannot read the file",
	};

	return (unsigned int)status < FILE_STATUS_MAX ? text[status] : "?";
}
