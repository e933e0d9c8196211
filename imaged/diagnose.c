/* SPDX-License-Identifier: ISC */
/* Finds the component of a path that is the cause of an error. */
#include "imaged/diagnose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"
#include "imaged/lookup.h"

#define SHOWN_MAX 160

/* How far a path can be seen. */
struct walk {
	char seen[LOOKUP_PATH_MAX + 1]; /* up to the last component seen */
	char next[LOOKUP_PATH_MAX + 1]; /* and with the component after it */
	struct stat st; /* of the last component seen */
};

/* Goes down the path; returns true if all of it can be seen. */
static bool
walk_path(int root, const char *name, struct walk *w)
{
	size_t end = 0, n = strlen(name);
	struct stat st;

	/* Its descriptor tells the mode of the root even if the path cannot. */
	memset(w, 0, sizeof(*w));
	if (fstat(root, &w->st) == -1)
		return false;
	while (end < n) {
		end += strspn(name + end, "/");
		end += strcspn(name + end, "/");
		memcpy(w->next, name, end);
		w->next[end] = '\0';
		if (image_stat(root, w->next, 0, &st) == -1)
			return false;
		memcpy(w->seen, w->next, end + 1);
		w->st = st;
	}
	return true;
}

static bool
is_link(int root, const char *part)
{
	struct stat st;

	return image_stat(root, part, O_NOFOLLOW, &st) == 0 &&
	       S_ISLNK(st.st_mode);
}

/* The missing mode bit, as for chmod: "o+r" and the like; NULL if none is. */
static const char *
mode_lacks(const struct stat *st, bool file, const struct image_rule *rule)
{
	mode_t m = st->st_mode;

	/* The owner or the group may lack a right that others have. */
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

/* 'the folder "a/b"', or "tftp-root" for the root itself; returns dst. */
static const char *
name_seen(const struct walk *w, bool file, char *dst, size_t size)
{
	char shown[SHOWN_MAX];

	if (w->seen[strspn(w->seen, "/.")] == '\0' && !file)
		(void)snprintf(dst, size, "tftp-root");
	else
		(void)snprintf(dst, size, "the %s \"%s\"",
		    file ? "file" : "folder",
		    log_escape(shown, sizeof(shown), w->seen, strlen(w->seen)));
	return dst;
}

static void
say_denied(const struct walk *w, bool file, const char *lacks,
    const struct image_rule *rule, char *dst)
{
	unsigned int mode = w->st.st_mode & 07777;
	char shown[SHOWN_MAX + 16];

	(void)name_seen(w, file, shown, sizeof(shown));
	if (file && rule->secure && w->st.st_uid != rule->uid)
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "%s (mode %04o, owner %u:%u) does not belong to user " IMAGE_USER
		    ", which tftp-secure requires; chown " IMAGE_USER " it",
		    shown, mode, w->st.st_uid, w->st.st_gid);
	else if (lacks == NULL)
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "access is denied although mode %04o of %s allows it; check access control lists, and the system log for denials of SELinux or AppArmor",
		    mode, shown);
	else
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "%s (mode %04o, owner %u:%u) may not be %s by %s; chmod %s it",
		    shown, mode, w->st.st_uid, w->st.st_gid,
		    file ? "read" : "searched",
		    lacks[0] == 'u'   ? "its owner"
		    : lacks[0] == 'g' ? "its group"
				      : "others",
		    lacks);
}

static void
diagnose_denied(
    int root, const char *name, const struct image_rule *rule, char *dst)
{
	char shown[SHOWN_MAX];
	const char *lacks;
	struct walk w;
	bool whole, file;

	whole = walk_path(root, name, &w);
	file = whole && !S_ISDIR(w.st.st_mode);
	lacks = mode_lacks(&w.st, file, rule);
	if (!whole && lacks == NULL && is_link(root, w.next))
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "the symbolic link \"%s\" leads through a folder that others may not search; chmod o+x each folder on its path",
		    log_escape(shown, sizeof(shown), w.next, strlen(w.next)));
	else
		say_denied(&w, file, lacks, rule, dst);
}

bool
image_diagnose_missing(int root, const char *name, char *dst)
{
	char shown[SHOWN_MAX];
	struct walk w;

	if (walk_path(root, name, &w) || !is_link(root, w.next))
		return false;
	(void)snprintf(dst, DIAGNOSE_MAX,
	    "\"%s\" is a symbolic link whose target does not exist inside tftp-root; absolute links start at tftp-root; make it a relative link to a file inside tftp-root",
	    log_escape(shown, sizeof(shown), w.next, strlen(w.next)));
	return true;
}

void
image_diagnose(int root, const char *name, const struct image_rule *rule,
    int err, char *dst)
{
	switch (err) {
	case EACCES:
	case EPERM:
		diagnose_denied(root, name, rule, dst);
		break;
	case ELOOP:
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "its path has a loop of symbolic links, or more than 40 of them; correct the links");
		break;
	case EMFILE:
	case ENFILE:
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "too many files are open; lower tftp-max if this persists");
		break;
	default:
		(void)snprintf(dst, DIAGNOSE_MAX,
		    "%s; check the file system of tftp-root", strerror(err));
	}
}
