/* SPDX-License-Identifier: ISC */
/* Texts for files that are not served. */
#include "imaged/verify_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

#define SHOWN_MAX 200

/* '"a/SHA256SUMS" (key 0123456789ABCDEF)' */
static const char *
cover_text(const struct verdict *d, char dst[SHOWN_MAX + 64])
{
	char shown[SHOWN_MAX], id[SIGN_ID_TEXT];

	(void)log_escape(shown, sizeof(shown), d->path, strlen(d->path));
	if (d->has_key)
		(void)snprintf(dst, SHOWN_MAX + 64, "\"%s\" (key %s)", shown,
		    sign_id_text(id, d->key));
	else
		(void)snprintf(dst, SHOWN_MAX + 64, "\"%s\"", shown);
	return dst;
}

/* What to do about a signature that is not accepted. */
static const char *
sign_advice(enum sign_reason why)
{
	switch (why) {
	case SIGN_KEY_UNKNOWN:
		return "add that key with verify-key if it is yours, or sign with one that is listed";
	case SIGN_KEY_FORMAT:
		return "its trusted comment was removed; sign again";
	case SIGN_NAME:
		return "put the signature beside the file that it was made for";
	default:
		return "restore the files, or sign them again with pxeguard-sign";
	}
}

static const char *
unreadable_text(const struct verdict *d)
{
	if (d->status == FILE_KIND)
		return "not a regular file";
	if (d->status == FILE_DENIED)
		return "may not be read by user " IMAGE_USER;
	return d->err == 0 ? "cannot be read" : strerror(d->err);
}

/* For the reasons VERIFY_SERIAL_... */
static void
verify_serial_text(const struct verdict *d, const char *cover, char *dst)
{
	char shown[SHOWN_MAX];

	switch (d->why) {
	case VERIFY_SERIAL_LOWER:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s has serial %" PRIu64 ", but serial %" PRIu64
		    " was accepted before, so this is an older tree; restore the newer one, or sign this one with pxeguard-sign --serial=%" PRIu64,
		    cover, d->serial, d->accepted, d->accepted + 1);
		break;
	case VERIFY_SERIAL_NONE:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s has no serial, but serial %" PRIu64
		    " was accepted before; restore the newer tree, or sign this one with pxeguard-sign --serial=%" PRIu64,
		    cover, d->accepted, d->accepted + 1);
		break;
	case VERIFY_SERIAL_DOWN:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s: its serial cannot be compared or stored, as leased does not answer; see the messages of leased",
		    cover);
		break;
	case VERIFY_SERIAL_REFUSED:
		(void)log_escape(
		    shown, sizeof(shown), d->stored, strlen(d->stored));
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s: serial %" PRIu64
		    " cannot be stored in the lease database: %s; see the messages of leased",
		    cover, d->serial, shown);
		break;
	default: /* VERIFY_SERIAL_FULL */
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s: too many folders have manifests with serials; remove those that are not used from the table of serials, see pxeguard(8)",
		    cover);
		break;
	}
}

/* For files that could not be checked. */
static void
verify_failed_text(const struct verdict *d, char *dst)
{
	switch (d->why) {
	case VERIFY_FAILED:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "it could not be checked: %s; check its file system",
		    strerror(d->err));
		break;
	case VERIFY_HASHD:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "it could not be checked, as hashd ended or is down; see the messages about hashd");
		break;
	case VERIFY_MEMORY:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "no memory to check it; lower verify-cache if this persists");
		break;
	default: /* VERIFY_BUSY */
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "too many checks are due, or it changes all the time; try again later");
		break;
	}
}

char *
verify_text(const struct verdict *d, char *dst)
{
	char cover[SHOWN_MAX + 64], line[32] = "";

	(void)cover_text(d, cover);
	if (d->line != 0)
		(void)snprintf(line, sizeof(line), "line %u: ", d->line);
	switch (d->why) {
	case VERIFY_UNSIGNED:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "no signature covers it; sign the tree with pxeguard-sign, or name the file with verify-exempt");
		break;
	case VERIFY_UNLISTED:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s does not list it; sign the tree again with pxeguard-sign, or name the file with verify-exempt",
		    cover);
		break;
	case VERIFY_DIFFERS:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s lists another checksum, so the file was changed or exchanged; restore it, or sign the tree again with pxeguard-sign",
		    cover);
		break;
	case VERIFY_SIGNATURE:
		(void)snprintf(dst, VERIFY_TEXT_MAX, "%s: %s; %s", cover,
		    sign_reason_text(d->sign), sign_advice(d->sign));
		break;
	case VERIFY_MANIFEST:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s: %s%s; correct the manifest, and sign it again with pxeguard-sign",
		    cover, line, sign_reason_text(d->sign));
		break;
	case VERIFY_UNREADABLE:
		(void)snprintf(dst, VERIFY_TEXT_MAX, "%s: %s; %s", cover,
		    unreadable_text(d),
		    d->status == FILE_ERROR
			? "check its file system"
			: "make it a file that others may read");
		break;
	case VERIFY_PURE_LARGE:
		(void)snprintf(dst, VERIFY_TEXT_MAX,
		    "%s: a signature over the content needs all of it in memory; raise verify-cache, or sign with pxeguard-sign or minisign without -l",
		    cover);
		break;
	case VERIFY_SERIAL_LOWER:
	case VERIFY_SERIAL_NONE:
	case VERIFY_SERIAL_DOWN:
	case VERIFY_SERIAL_REFUSED:
	case VERIFY_SERIAL_FULL:
		verify_serial_text(d, cover, dst);
		break;
	case VERIFY_FAILED:
	case VERIFY_HASHD:
	case VERIFY_MEMORY:
	case VERIFY_BUSY:
		verify_failed_text(d, dst);
		break;
	default:
		(void)snprintf(dst, VERIFY_TEXT_MAX, "valid");
	}
	return dst;
}

enum file_status
verify_status(enum verify_why why)
{
	if (why < VERIFY_FAILED)
		return FILE_UNSIGNED;
	return why == VERIFY_FAILED ? FILE_ERROR : FILE_BUSY;
}
