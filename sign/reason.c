/* SPDX-License-Identifier: ISC */
/* The texts of the reasons. */
#include "sign/reason.h"

#include <stddef.h>

static const char *const texts[SIGN_REASON_MAX] = {
	[SIGN_OK] = "valid",
	[SIGN_LONG] = "too long for a key or a signature",
	[SIGN_CONTROL] = "contains control characters",
	[SIGN_COMMENT] = "does not begin with \"untrusted comment: \"",
	[SIGN_BASE64] = "invalid base64, or of the wrong length",
	[SIGN_ALGORITHM] = "not an Ed25519 key or signature",
	[SIGN_LINES] = "wrong number of lines",
	[SIGN_TRUSTED] = "no \"trusted comment: \" in its third line",
	[SIGN_FILE_FIELD] = "more than one file: in the trusted comment",
	[SIGN_SERIAL_FIELD] = "invalid serial: in the trusted comment",
	[SIGN_KEY_UNKNOWN] = "made by an unknown key",
	[SIGN_KEY_FORMAT] =
	    "no trusted comment, and the key is not one of signify",
	[SIGN_BAD_COMMENT] = "the trusted comment was changed",
	[SIGN_BAD_CONTENT] = "the signature does not match the content",
	[SIGN_NAME] = "made for a file of another name",
	[SIGN_SECRET_KIND] = "not a secret key of minisign",
	[SIGN_SECRET_COST] = "asks for too much memory or time",
	[SIGN_SECRET_MEMORY] = "not enough memory for its password",
	[SIGN_SECRET_PASSWORD] = "wrong password",
	[SIGN_SECRET_DAMAGED] = "damaged",
	[SIGN_MANIFEST_LARGE] = "too large for a manifest",
	[SIGN_MANIFEST_LINES] = "too many lines",
	[SIGN_MANIFEST_LINE] = "line too long",
	[SIGN_MANIFEST_CONTROL] = "NUL or carriage return in a line",
	[SIGN_MANIFEST_SYNTAX] = "not a line of sha256sum",
	[SIGN_MANIFEST_HEX] = "invalid checksum",
	[SIGN_MANIFEST_ESCAPE] = "invalid escape sequence in a name",
	[SIGN_MANIFEST_NAME] = "a name that is empty or of a folder",
	[SIGN_MANIFEST_ABSOLUTE] = "a name that begins with a slash",
	[SIGN_MANIFEST_PARENT] = "a name that contains \"..\"",
	[SIGN_MANIFEST_DUPLICATE] = "a name that an earlier line has",
	[SIGN_MANIFEST_MEMORY] = "not enough memory for the manifest",
};

const char *
sign_reason_text(enum sign_reason why)
{
	if ((unsigned int)why >= SIGN_REASON_MAX || texts[why] == NULL)
		return "unknown reason";
	return texts[why];
}
