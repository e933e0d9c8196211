/* SPDX-License-Identifier: ISC */
/* Why a key, a signature or a manifest is not accepted. */
#ifndef SIGN_REASON_H
#define SIGN_REASON_H

enum sign_reason {
	SIGN_OK,
	/* The text of a key or a signature. */
	SIGN_LONG, /* more than SIGN_TEXT_MAX bytes, or too long a line */
	SIGN_CONTROL, /* a NUL, or a carriage return within a line */
	SIGN_COMMENT, /* the first line is no "untrusted comment: " */
	SIGN_BASE64, /* a line is not valid base64, or has the wrong length */
	SIGN_ALGORITHM, /* another algorithm than Ed25519 */
	SIGN_LINES, /* too few lines, or further ones */
	SIGN_TRUSTED, /* the third line is no "trusted comment: " */
	SIGN_FILE_FIELD, /* more than one file: in the trusted comment */
	SIGN_SERIAL_FIELD, /* serial: without a number, or more than one */
	/* Checks of a signature. */
	SIGN_KEY_UNKNOWN, /* no key has the signature's id */
	SIGN_KEY_FORMAT, /* a signify signature, but a minisign key */
	SIGN_BAD_COMMENT, /* the signature of the trusted comment is wrong */
	SIGN_BAD_CONTENT, /* the signature of the content is wrong */
	SIGN_NAME, /* made for a file of another name */
	/* Secret keys. */
	SIGN_SECRET_KIND, /* no secret key of minisign */
	SIGN_SECRET_COST, /* asks for more memory or time than minisign does */
	SIGN_SECRET_MEMORY, /* no memory to derive the key */
	SIGN_SECRET_PASSWORD, /* wrong password, or a damaged file */
	SIGN_SECRET_DAMAGED, /* its parts do not belong together */
	/* Manifests. */
	SIGN_MANIFEST_LARGE, /* more than MANIFEST_BYTES_MAX */
	SIGN_MANIFEST_LINES, /* more than MANIFEST_LINES_MAX */
	SIGN_MANIFEST_LINE, /* a line of more than MANIFEST_LINE_MAX bytes */
	SIGN_MANIFEST_CONTROL, /* a NUL or a carriage return */
	SIGN_MANIFEST_SYNTAX, /* not a line of sha256sum */
	SIGN_MANIFEST_HEX, /* the checksum is not 64 hexadecimal digits */
	SIGN_MANIFEST_ESCAPE, /* an escape sequence other than \\ \n \r */
	SIGN_MANIFEST_NAME, /* empty, or the name of a folder */
	SIGN_MANIFEST_ABSOLUTE, /* the name begins with a slash */
	SIGN_MANIFEST_PARENT, /* the name has a component ".." */
	SIGN_MANIFEST_DUPLICATE, /* two lines have the same name */
	SIGN_MANIFEST_MEMORY, /* no memory for the index */
	SIGN_REASON_MAX
};

/* A text that follows "FILE: ", such as "no key has this key id". */
const char *sign_reason_text(enum sign_reason);

#endif
