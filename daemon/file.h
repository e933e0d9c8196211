/* SPDX-License-Identifier: ISC */
/* Fields of the messages by which tftpd and httpd ask imaged for boot files. */
#ifndef DAEMON_FILE_H
#define DAEMON_FILE_H

#define FILE_NAME_MAX 1024 /* bytes of a name, without a NUL */
#define FILE_FOLDER_MAX 64 /* bytes of a client's own folder */
#define FILE_COPIES_MAX 256 /* copies that imaged keeps in memory */

/* How a file was found: bits of FILE_GIVE. */
enum file_way {
	FILE_WAY_OWN = 1 << 0, /* below the client's own folder */
	FILE_WAY_SIBLING = 1 << 1, /* by its other name, see sibling.h */
};

/* The outcome of FILE_ASK; only FILE_OK comes with a descriptor. */
enum file_status {
	FILE_OK,
	FILE_MISSING, /* no such file */
	FILE_DENIED, /* others may not read it, or it leads outside */
	FILE_KIND, /* a directory, device, FIFO or socket */
	FILE_NAME, /* not a valid name: NUL, too long, "..", empty */
	FILE_ERROR, /* the file system failed; see imaged's log */
	FILE_UNSIGNED, /* no listed key has signed it; see imaged's log */
	FILE_BUSY, /* it could not be checked now */
	FILE_STATUS_MAX
};

#endif
