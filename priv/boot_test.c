/* SPDX-License-Identifier: ISC */
/* Looks for the boot files of dhcp-boot in the roots of TFTP. */
#include "priv/boot_test.h"

#include <errno.h>
#include <string.h>

#include "daemon/log.h"
#include "daemon/tftp_name.h"
#include "priv/roots_look.h"

#define LOGGED_MAX 10 /* more files are only counted */

/* Why a file would not be served, and from where; root NULL: it would be. */
struct fault {
	const char *root;
	int error; /* as of struct roots_look */
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

/* Whether clients ask this server for the file, by TFTP. */
static bool
is_asked_here(const struct conf *c, const struct record_boot *b)
{
	return b->file[0] != '\0' && strstr(b->file, "://") == NULL &&
	       is_own_addr(c, b->addr);
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

/* Looks for a file in all roots; a fault other than its absence counts. */
static struct fault
file_fault(
    const struct conf *c, const char *file, const struct image_rule *rule)
{
	static char names[ROOTS_LOOK_MAX][FILE_NAME_MAX + 1];
	struct roots_look look[ROOTS_LOOK_MAX];
	struct fault fault = { NULL, 0 };
	size_t n;

	for (n = 0; n <= c->ntftp_roots; n++) {
		const char *root = conf_tftp_root(c, n);

		if (!name_below(c, root, file, names[n]))
			return (struct fault){ root, EINVAL };
		look[n] = (struct roots_look){
			.path = root, .file = names[n], .rule = rule
		};
	}
	roots_look(look, c->ntftp_roots + 1, ROOTS_LOOK_START_MS);
	for (n = 0; n <= c->ntftp_roots; n++) {
		if (look[n].path[0] == '\0')
			continue;
		if (look[n].error == 0)
			return (struct fault){ NULL, 0 };
		if (fault.root == NULL || fault.error == ENOENT)
			fault = (struct fault){ look[n].path, look[n].error };
	}
	return fault;
}

static void
fault_log(const struct conf *c, const char *file, const struct fault *f)
{
	char shown[4 * RECORD_FILE_MAX]; /* "\x00" for each byte */

	(void)log_escape(shown, sizeof(shown), file, strlen(file));
	if (f->error == EACCES)
		log_warnx("dhcp-boot %s: the file in %s may not be served; %s",
		    shown, f->root,
		    c->tftp.secure
			? "tftp-secure requires that it belongs to user pxeguard-imaged"
			: "all users must be able to read it, and to search the folders above it (chmod o+r, o+x)");
	else if (f->error == EINVAL)
		log_warnx(
		    "dhcp-boot %s: TFTP does not serve files of such a name; correct it",
		    shown);
	else if (f->error == ENOENT && c->ntftp_roots > 0)
		log_warnx(
		    "dhcp-boot %s: no tftp-root has this file; clients that are offered it will not boot",
		    shown);
	else
		log_warnx(
		    "dhcp-boot %s: %s in %s; clients that are offered it will not boot",
		    shown,
		    f->error == ENOENT	 ? "no such file"
		    : f->error == ENODEV ? "not a regular file"
					 : roots_look_text(f->error),
		    f->root);
}

/* The next file that clients ask this server for; false after the last. */
static bool
next_file(const struct conf *c, size_t *at, char file[RECORD_FILE_MAX])
{
	struct conf_record r;
	struct record rec;
	struct reader in;

	while (conf_next_record(c, at, &r)) {
		if (r.kind != RECORD_BOOT)
			continue;
		reader_init(&in, r.data, r.len);
		if (record_decode(&in, &rec) == -1 ||
		    !is_asked_here(c, &rec.u.boot))
			continue;
		memcpy(file, rec.u.boot.file, RECORD_FILE_MAX);
		return true;
	}
	return false;
}

/* Whether a record that ends before this place names the same file. */
static bool
named_before(const struct conf *c, size_t end, const char *file)
{
	char other[RECORD_FILE_MAX];
	size_t at = 0;

	while (next_file(c, &at, other) && at < end)
		if (strcmp(file, other) == 0)
			return true;
	return false;
}

uint32_t
boot_test(const struct conf *c, uid_t uid, gid_t gid)
{
	const struct image_rule rule = { c->tftp.secure, uid, gid };
	char file[RECORD_FILE_MAX];
	uint32_t warnings = 0;
	size_t at = 0;

	/* Each client may have a folder of its own. */
	if (!c->dhcp.enabled || !c->tftp.enabled ||
	    c->tftp.unique != RECORD_TFTP_UNIQUE_NONE)
		return 0;
	while (next_file(c, &at, file)) {
		struct fault f;

		if (named_before(c, at, file))
			continue;
		f = file_fault(c, file, &rule);
		if (f.root != NULL && warnings++ < LOGGED_MAX)
			fault_log(c, file, &f);
	}
	if (warnings > LOGGED_MAX)
		log_warnx(
		    "%u similar messages suppressed", warnings - LOGGED_MAX);
	return warnings;
}
