/* SPDX-License-Identifier: ISC */
/* Fields of the messages by which the parent has leased print leases. */
#ifndef DAEMON_LEASE_SHOW_H
#define DAEMON_LEASE_SHOW_H

#define LEASE_SHOW_TEXT_MAX 16384 /* bytes in one SHOW_TEXT */
#define LEASE_SHOW_WHY_MAX 512 /* bytes of the reason in SHOWN */

/* Both files are open for reading.  The log may be missing, or both. */
enum lease_show_file {
	LEASE_SHOW_DB,
	LEASE_SHOW_WAL, /* the write-ahead log of the database */
	LEASE_SHOW_FILE_MAX
};

enum lease_show_format {
	LEASE_SHOW_TEXT, /* columns, for people */
	LEASE_SHOW_JSON,
	LEASE_SHOW_CSV,
	LEASE_SHOW_DNSMASQ, /* as dnsmasq's lease file; bound leases only */
	LEASE_SHOW_FORMAT_MAX
};

/* The outcome of SHOW_GO.  The text is complete unless FAILED. */
enum lease_show_outcome {
	LEASE_SHOWN,
	LEASE_SHOWN_PARTLY, /* damaged or invalid parts were left out: see why
			     */
	LEASE_SHOWN_NEW, /* there is no database yet, or it is empty */
	LEASE_SHOWN_IMPORT, /* the file is a text file, to be imported */
	LEASE_SHOWN_FAILED, /* not readable: see why */
	LEASE_SHOWN_MAX
};

#endif
