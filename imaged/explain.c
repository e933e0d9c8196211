/* SPDX-License-Identifier: ISC */
/* Walks the path of a file that was denied, to name who denies it. */
#include "imaged/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "imaged/find.h"

#define SHOWN_MAX 160

/* A component on the way, and what is known of it. */
struct step {
	char name[FIND_PATH_MAX + 1]; /* the path up to here; ".": the root */
	struct stat st;
};

static bool
look(int root, const char *name, int flags, struct stat *st)
{
	int fd, r, saved;

	if ((fd = image_look(root, name, flags)) == -1)
		return false;
	r = fstat(fd, st);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return r == 0;
}

/*
 * Goes down the path as far as it can be seen.  Returns true when that is the
 * whole; *s is the last component that was seen.
 */
static bool
walk(int root, const char *name, struct step *s)
{
	size_t end = 0, n = strlen(name);
	struct stat st;

	(void)snprintf(s->name, sizeof(s->name), ".");
	if (!look(root, ".", 0, &s->st))
		return false;
	while (end < n) {
		char part[FIND_PATH_MAX + 1];

		while (end < n && name[end] == '/')
			end++;
		while (end < n && name[end] != '/')
			end++;
		memcpy(part, name, end);
		part[end] = '\0';
		if (!look(root, part, 0, &st))
			return false;
		memcpy(s->name, part, end + 1);
		s->st = st;
	}
	return true;
}

/* The path up to the component after the last that was seen. */
static void
next_part(const char *name, const struct step *s, char *part)
{
	size_t end = strcmp(s->name, ".") == 0 ? 0 : strlen(s->name);

	while (name[end] == '/')
		end++;
	end += strcspn(name + end, "/");
	memcpy(part, name, end);
	part[end] = '\0';
}

static bool
is_link(int root, const char *part)
{
	struct stat st;

	return look(root, part, O_NOFOLLOW, &st) && S_ISLNK(st.st_mode);
}

/* What the mode lacks for this user: "o+r" and the like, or NULL. */
static const char *
mode_lacks(const struct stat *st, bool file, const struct image_rule *rule)
{
	mode_t m = st->st_mode;

	/* Who owns it, or its group, may lack a right that all others have. */
	if (st->st_uid == rule->uid) {
		if ((m & (file ? S_IRUSR : S_IXUSR)) == 0)
			return file ? "u+r" : "u+x";
	} else if (st->st_gid == rule->gid) {
		if ((m & (file ? S_IRGRP : S_IXGRP)) == 0)
			return file ? "g+r" : "g+x";
	} else if (!file && (m & S_IXOTH) == 0) {
		return "o+x";
	}
	if (file && !rule->secure && (m & S_IROTH) == 0)
		return "o+r";
	return NULL;
}

static void
say_denied(const struct step *s, bool file, const char *lacks,
    const struct image_rule *rule, char *dst)
{
	unsigned int mode = s->st.st_mode & 07777;
	char shown[SHOWN_MAX];

	(void)log_escape(shown, sizeof(shown), s->name, strlen(s->name));
	if (file && rule->secure && s->st.st_uid != rule->uid)
		(void)snprintf(dst, EXPLAIN_MAX,
		    "the file \"%s\" (mode %04o, owner %u:%u) does not belong "
		    "to user " IMAGE_USER
		    ", as tftp-secure asks; chown " IMAGE_USER " it",
		    shown, mode, s->st.st_uid, s->st.st_gid);
	else if (lacks == NULL)
		(void)snprintf(dst, EXPLAIN_MAX,
		    "the system denies it although the mode %04o of \"%s\" "
		    "would allow it; look for an access control list, and for "
		    "a line of SELinux or AppArmor in the system's log",
		    mode, shown);
	else
		(void)snprintf(dst, EXPLAIN_MAX,
		    "the %s \"%s\" (mode %04o, owner %u:%u) may not be %s by "
		    "%s; chmod %s it",
		    file ? "file" : "folder", shown, mode, s->st.st_uid,
		    s->st.st_gid, file ? "read" : "searched",
		    lacks[0] == 'u'   ? "its owner"
		    : lacks[0] == 'g' ? "its group"
				      : "others",
		    lacks);
}

static void
explain_denied(
    int root, const char *name, const struct image_rule *rule, char *dst)
{
	char part[FIND_PATH_MAX + 1], shown[SHOWN_MAX];
	const char *lacks;
	struct step s = { .name = "" };
	bool whole, file;

	whole = walk(root, name, &s);
	file = whole && !S_ISDIR(s.st.st_mode);
	lacks = mode_lacks(&s.st, file, rule);
	if (!whole && lacks == NULL) {
		next_part(name, &s, part);
		if (is_link(root, part)) {
			(void)snprintf(dst, EXPLAIN_MAX,
			    "the symbolic link \"%s\" leads through a folder "
			    "that others may not search; chmod o+x each "
			    "folder on its way",
			    log_escape(
				shown, sizeof(shown), part, strlen(part)));
			return;
		}
	}
	say_denied(&s, file, lacks, rule, dst);
}

bool
image_explain_missing(int root, const char *name, char *dst)
{
	char part[FIND_PATH_MAX + 1], shown[SHOWN_MAX];
	struct step s = { .name = "" };

	if (walk(root, name, &s))
		return false;
	next_part(name, &s, part);
	if (!is_link(root, part))
		return false;
	(void)snprintf(dst, EXPLAIN_MAX,
	    "\"%s\" is a symbolic link that leads nowhere inside tftp-root, "
	    "which is also where absolute links begin; make it a relative "
	    "link to what is inside tftp-root",
	    log_escape(shown, sizeof(shown), part, strlen(part)));
	return true;
}

void
image_explain(int root, const char *name, const struct image_rule *rule,
    int err, char *dst)
{
	switch (err) {
	case EACCES:
	case EPERM:
		explain_denied(root, name, rule, dst);
		break;
	case ELOOP:
		(void)snprintf(dst, EXPLAIN_MAX,
		    "its symbolic links lead in a circle, or are more than "
		    "40; mend them");
		break;
	case EMFILE:
	case ENFILE:
		(void)snprintf(dst, EXPLAIN_MAX,
		    "too many files are open; lower tftp-max if this stays");
		break;
	default:
		(void)snprintf(dst, EXPLAIN_MAX,
		    "%s; see that the file system of tftp-root works",
		    strerror(err));
	}
}
