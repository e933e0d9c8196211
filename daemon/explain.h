/* SPDX-License-Identifier: ISC */
/* Fields of the messages by which the parent has dhcpd explain its answers. */
#ifndef DAEMON_EXPLAIN_H
#define DAEMON_EXPLAIN_H

#define EXPLAIN_WORDS_MAX 32 /* that describe a client */
#define EXPLAIN_WORD_MAX 300 /* bytes of one */
#define EXPLAIN_TEXT_MAX 16384 /* bytes in one EXPLAIN_TEXT */
#define EXPLAIN_WHY_MAX 512 /* bytes of the reason in EXPLAINED */
#define EXPLAIN_NAME_MAX 255 /* bytes of a boot file's name */
#define EXPLAIN_COLUMNS 100 /* of the text */
#define EXPLAIN_FILES_MAX 16384 /* names in tftp-roots that are known */

/* Whether imaged would serve a boot file from a tftp-root. */
enum explain_file {
	EXPLAIN_FILE_READABLE,
	EXPLAIN_FILE_UNVERIFIED, /* readable, if its signature is valid */
	EXPLAIN_FILE_MISSING,
	EXPLAIN_FILE_DENIED, /* by its mode or owner, or that of a folder */
	EXPLAIN_FILE_KIND, /* not a regular file */
	EXPLAIN_FILE_NAME, /* TFTP serves no file of such a name */
	EXPLAIN_FILE_ERROR,
	EXPLAIN_FILE_MAX
};

#endif
