/* SPDX-License-Identifier: ISC */
/* Walks the path of a file that was denied, to name who denies it. */
#include "imaged/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/log.h"
#include "imaged/open.h"

#define SHOWN_MAX 160

/* A component on the way, and what is known of it. */
struct step {
	char name[FILE_NAME_MAX + 1]; /* the path up to here; ".": the root */
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
		char part[FILE_NAME_MAX + 1];

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

/* The next component is a link, and its way leads through a closed folder. */
static bool
next_is_link(int root, const char *name, const struct step *s)
{
	size_t end = strcmp(s->name, ".") == 0 ? 0 : strlen(s->name);
	char part[FILE_NAME_MAX + 1];
	struct stat st;

	while (name[end] == '/')
		end++;
	end += strcspn(name + end, "/");
	memcpy(part, name, end);
	part[end] = '\0';
	return look(root, part, O_NOFOLLOW, &st) && S_ISLNK(st.st_mode);
}

static void
explain_denied(int root, const char *name, char *dst)
{
	char shown[SHOWN_MAX];
	bool whole, open_to_all;
	struct step s;
	mode_t need;

	memset(&s, 0, sizeof(s));
	whole = walk(root, name, &s);
	need = whole && !S_ISDIR(s.st.st_mode) ? S_IROTH : S_IXOTH;
	open_to_all = (s.st.st_mode & need) != 0;
	(void)log_escape(shown, sizeof(shown), s.name, strlen(s.name));
	if (!whole && open_to_all && next_is_link(root, name, &s)) {
		(void)snprintf(dst, EXPLAIN_MAX,
		    "a symbolic link in \"%s\" leads through a folder that "
		    "others may not search; chmod o+x each folder on its way",
		    shown);
	} else if (open_to_all) {
		(void)snprintf(dst, EXPLAIN_MAX,
		    "the system denies it although the mode %04o of \"%s\" "
		    "would allow it; look for an access control list, and for "
		    "a line of SELinux or AppArmor in the system's log",
		    (unsigned int)(s.st.st_mode & 07777), shown);
	} else {
		(void)snprintf(dst, EXPLAIN_MAX,
		    "%s \"%s\" (mode %04o, owner %u:%u) may not be %s by "
		    "others; chmod o+%c it",
		    need == S_IROTH ? "the file" : "the folder", shown,
		    (unsigned int)(s.st.st_mode & 07777),
		    (unsigned int)s.st.st_uid, (unsigned int)s.st.st_gid,
		    need == S_IROTH ? "read" : "searched",
		    need == S_IROTH ? 'r' : 'x');
	}
}

void
image_explain(int root, const void *bytes, size_t n, int err, char *dst)
{
	char name[FILE_NAME_MAX + 1];

	n = n > FILE_NAME_MAX ? FILE_NAME_MAX : n;
	memcpy(name, bytes, n);
	name[n] = '\0';
	switch (err) {
	case EACCES:
	case EPERM:
		explain_denied(root, name, dst);
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
