/* SPDX-License-Identifier: ISC */
/* The boot files that clients will ask this server for. */
#include "priv/boot_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/dhcp_option.h"
#include "daemon/hash.h"
#include "daemon/log.h"
#include "daemon/record_boot.h"
#include "daemon/tftp_name.h"

#define LOGGED_MAX 10 /* more files are only counted */
#define UNSEARCHABLE (-1) /* of a root; it was reported */

/* Why a file would not be served, and from where; root NULL: it would be. */
struct fault {
	const char *root;
	int error; /* errno; ENODEV: not a regular file */
};

static bool
is_own_addr(const struct conf *c, uint32_t addr)
{
	size_t i;

	for (i = 0; i < c->nfound; i++)
		if (iface_has4(&c->ifaces[i], addr))
			return true;
	return addr == 0;
}

/* The name below a root; false if tftpd refuses it. */
static bool
name_below(const struct conf *c, const char *root, const char *file,
    char dst[FILE_NAME_MAX + 1])
{
	struct tftp_text asked = { file, strlen(file) };
	size_t len;

	if (tftp_name_map(&asked, root, c->tftp.lowercase, dst, &len) !=
	    TFTP_NAME_OK)
		return false;
	dst[len] = '\0';
	return true;
}

/* Whether the mode of a folder that was seen lets the user search it. */
static bool
may_search(const struct stat *st, const struct image_rule *rule)
{
	/* The kernel knows access control lists, too. */
	if (geteuid() == rule->uid)
		return true;
	if (st->st_uid == rule->uid)
		return (st->st_mode & S_IXUSR) != 0;
	if (st->st_gid == rule->gid)
		return (st->st_mode & S_IXGRP) != 0;
	return (st->st_mode & S_IXOTH) != 0;
}

/* This process may have the right to search folders that imaged may not. */
static int
folders_fault(int root, const char *name, const struct image_rule *rule)
{
	char part[FILE_NAME_MAX + 1];
	const char *slash = name;
	struct stat st;

	while ((slash = strchr(slash + strspn(slash, "/"), '/')) != NULL) {
		memcpy(part, name, (size_t)(slash - name));
		part[slash - name] = '\0';
		if (image_stat(root, part, 0, &st) == -1)
			return errno;
		if (S_ISDIR(st.st_mode) && !may_search(&st, rule))
			return EACCES;
	}
	return 0;
}

/* 0 if imaged would serve the file, or an errno. */
static int
file_fault(int root, const char *name, const struct image_rule *rule)
{
	struct stat st = { 0 };
	int error = folders_fault(root, name, rule);

	if (error != 0)
		return error;
	if (image_stat(root, name, 0, &st) == -1)
		return errno;
	switch (image_judge(&st, rule, &error)) {
	case FILE_OK:
		return 0;
	case FILE_KIND:
		return S_ISDIR(st.st_mode) ? EISDIR : ENODEV;
	default:
		return error;
	}
}

/* Whether imaged can look up names in a root. */
static bool
root_searchable(int root, const struct image_rule *rule)
{
	struct stat st;

	return root != -1 && image_stat(root, ".", O_DIRECTORY, &st) == 0 &&
	       may_search(&st, rule);
}

/*
 * 0 if imaged would serve the file from a root, an errno, or UNSEARCHABLE.
 * name: what it is called below the root.
 */
static int
root_fault(const struct conf *c, const int roots[], size_t n, const char *file,
    const struct image_rule *rule, char name[FILE_NAME_MAX + 1])
{
	if (!name_below(c, conf_tftp_root(c, n), file, name))
		return EINVAL;
	if (!root_searchable(roots[n], rule))
		return UNSEARCHABLE;
	return file_fault(roots[n], name, rule);
}

/* Looks for a file in all roots; a fault other than its absence counts. */
static struct fault
roots_fault(const struct conf *c, const int roots[], const char *file,
    const struct image_rule *rule)
{
	struct fault fault = { NULL, 0 };
	char name[FILE_NAME_MAX + 1];
	bool left_out = false;
	size_t n;
	int error;

	for (n = 0; n <= c->ntftp_roots; n++) {
		const char *root = conf_tftp_root(c, n);

		if (root[0] == '\0')
			continue;
		error = root_fault(c, roots, n, file, rule, name);
		if (error == 0)
			return (struct fault){ NULL, 0 };
		if (error == EINVAL)
			return (struct fault){ root, EINVAL };
		if (error == UNSEARCHABLE)
			left_out = true;
		else if (fault.root == NULL || fault.error == ENOENT)
			fault = (struct fault){ root, error };
	}
	/* It may be in the root that was left out. */
	return left_out ? (struct fault){ NULL, 0 } : fault;
}

/* A line that offers a file. */
struct offer {
	const char *directive; /* "dhcp-boot" or "pxe-service" */
	char file[RECORD_FILE_MAX];
	struct conf_place at;
};

static void
fault_log(const struct conf *c, const struct offer *o, const struct fault *f)
{
	const struct log_place at = conf_log_place(c, o->at);
	const char *line = o->directive, *file = o->file;
	char shown[4 * RECORD_FILE_MAX]; /* "\x00" for each byte */

	(void)log_escape(shown, sizeof(shown), file, strlen(file));
	if (f->error == EACCES)
		log_at(LOG_WARNING, at,
		    "%s %s: the file in %s may not be served; %s", line, shown,
		    f->root,
		    c->tftp.secure
			? "tftp-secure requires that it belongs to user pxeguard-imaged"
			: "all users must be able to read it, and to search the folders above it (chmod o+r, o+x)");
	else if (f->error == EINVAL)
		log_at(LOG_WARNING, at,
		    "%s %s: TFTP does not serve files of such a name; correct it",
		    line, shown);
	else if (f->error == ENOENT && c->ntftp_roots > 0)
		log_at(LOG_WARNING, at,
		    "%s %s: no tftp-root has this file; clients that are offered it will not boot",
		    line, shown);
	else
		log_at(LOG_WARNING, at,
		    "%s %s: %s in %s; clients that are offered it will not boot",
		    line, shown,
		    f->error == ENOENT	 ? "no such file"
		    : f->error == ENODEV ? "not a regular file"
					 : strerror(f->error),
		    f->root);
}

bool
boot_files_offers(
    const struct conf *c, const struct record *rec, char file[RECORD_FILE_MAX])
{
	uint32_t addr;

	return record_boot_file(rec, file, &addr) &&
	       strstr(file, "://") == NULL && is_own_addr(c, addr);
}

int
boot_files_get(const struct conf *c, const int roots[], size_t n,
    const char *file, const struct image_rule *rule)
{
	char name[FILE_NAME_MAX + 1];
	struct image im;

	if (conf_tftp_root(c, n)[0] == '\0' ||
	    root_fault(c, roots, n, file, rule, name) != 0 ||
	    image_open(roots[n], name, rule, &im) != FILE_OK)
		return -1;
	return im.fd;
}

/*
 * The next file that clients ask this server for, and what offers it; false
 * after the last.
 */
static bool
next_file(const struct conf *c, size_t *at, struct offer *o)
{
	struct conf_record r;
	struct record rec;

	while (conf_next_record(c, at, &r)) {
		if (r.kind != RECORD_BOOT && r.kind != RECORD_SERVICE)
			continue;
		if (conf_record_decode(&r, &rec) == 0 &&
		    boot_files_offers(c, &rec, o->file)) {
			o->directive = rec.kind == RECORD_BOOT ? "dhcp-boot"
							       : "pxe-service";
			o->at = conf_place_after(c, *at);
			return true;
		}
	}
	return false;
}

/* The names that were looked for. */
static struct {
	uint32_t hash[BOOT_FILES_MAX];
	char name[BOOT_FILES_MAX][RECORD_FILE_MAX];
	size_t n;
	bool full; /* there was no room for a name */
} seen;

/* Whether this is the first time that the name is seen; keeps it. */
static bool
is_new(const char *file)
{
	uint32_t hash = hash_bytes(0, file, strlen(file));
	size_t i;

	for (i = 0; i < seen.n; i++)
		if (seen.hash[i] == hash && strcmp(seen.name[i], file) == 0)
			return false;
	seen.full = seen.n == BOOT_FILES_MAX;
	if (seen.full)
		return false;
	seen.hash[seen.n] = hash;
	memcpy(seen.name[seen.n++], file, RECORD_FILE_MAX);
	return true;
}

void
boot_files_check(
    const struct conf *c, const int roots[], const struct image_rule *rule)
{
	uint32_t warnings = 0;
	struct offer o;
	struct fault f;
	size_t at = 0;

	seen.n = 0;
	seen.full = false;
	while (!seen.full && next_file(c, &at, &o)) {
		if (!is_new(o.file))
			continue;
		f = roots_fault(c, roots, o.file, rule);
		if (f.root != NULL && warnings++ < LOGGED_MAX)
			fault_log(c, &o, &f);
	}
	if (warnings > LOGGED_MAX)
		log_warnx(
		    "%u similar messages suppressed", warnings - LOGGED_MAX);
	if (seen.full)
		log_warnx("only the first %d boot files were looked for",
		    BOOT_FILES_MAX);
}

/* The file that option 67 of a line names; false: none. */
static bool
option_file(const struct record *rec, char file[RECORD_FILE_MAX])
{
	const struct record_option *o = &rec->u.option;

	if (rec->kind != RECORD_OPTION || o->code != OPT_FILE || o->len == 0 ||
	    o->len >= RECORD_FILE_MAX)
		return false;
	memset(file, 0, RECORD_FILE_MAX);
	memcpy(file, o->data, o->len);
	return true;
}

enum arch_kind
boot_files_kind(int fd)
{
	static uint8_t bytes[ARCH_BYTES];
	ssize_t n = pread(fd, bytes, sizeof(bytes), 0);

	return n > 0 ? arch_kind_of_bytes(bytes, (size_t)n) : ARCH_KIND_UNKNOWN;
}

/* Tells of a file in one root. */
static void
list_one(const struct conf *c, const int roots[], size_t root, const char *file,
    const struct image_rule *rule, boot_files_found *found, void *arg)
{
	enum arch_kind kind = ARCH_KIND_UNKNOWN;
	char name[FILE_NAME_MAX + 1];
	int error = root_fault(c, roots, root, file, rule, name), fd;

	if (error == UNSEARCHABLE)
		error = roots[root] == -1 ? ENOENT : EACCES;
	if (error == 0 &&
	    (fd = boot_files_get(c, roots, root, file, rule)) != -1) {
		kind = boot_files_kind(fd);
		(void)close(fd);
	}
	found(arg, root, error, kind, file);
}

void
boot_files_list(const struct conf *c, const int roots[],
    const struct image_rule *rule, boot_files_found *found, void *arg)
{
	char file[RECORD_FILE_MAX];
	struct conf_record r;
	struct record rec;
	size_t at = 0, root;
	uint32_t addr;

	seen.n = 0;
	seen.full = false;
	while (!seen.full && conf_next_record(c, &at, &r)) {
		if (conf_record_decode(&r, &rec) == -1 ||
		    !(option_file(&rec, file) ||
			record_boot_file(&rec, file, &addr)) ||
		    strstr(file, "://") != NULL || !is_new(file))
			continue;
		for (root = 0; root <= c->ntftp_roots; root++)
			if (conf_tftp_root(c, root)[0] != '\0')
				list_one(
				    c, roots, root, file, rule, found, arg);
	}
}

void
boot_files_open(const struct conf *c, int roots[BOOT_FILES_ROOTS])
{
	size_t n;

	for (n = 0; n < BOOT_FILES_ROOTS; n++)
		roots[n] = -1;
	for (n = 0; n <= c->ntftp_roots; n++)
		if (conf_tftp_root(c, n)[0] != '\0')
			roots[n] = open(conf_tftp_root(c, n),
			    O_PATH | O_DIRECTORY | O_CLOEXEC);
}
