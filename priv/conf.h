/* SPDX-License-Identifier: ISC */
/*
 * One configuration as the parent holds it: the encoded records, which are
 * passed to roles unchanged, the few fields that the parent itself needs, and
 * the interfaces and sockets that result from them.
 */
#ifndef PRIV_CONF_H
#define PRIV_CONF_H

#include <stddef.h>
#include <sys/types.h>

#include "daemon/iface.h"
#include "daemon/log.h"
#include "daemon/msg.h"
#include "daemon/record.h"
#include "daemon/tls_file.h"
#include "priv/addrs.h"

#define CONF_FILES_MAX 16385 /* as CONFIG_FILES_MAX of confd/config.h */

struct service;

/* One of the records of a configuration, in place. */
struct conf_record {
	uint8_t kind;
	uint16_t len;
	uint8_t *data; /* kind and fields */
};

/* The fields of a dhcp-range that the parent itself needs. */
struct conf_pool {
	uint8_t mode; /* enum record_range_mode */
	uint32_t start;
	uint32_t end;
	uint32_t mask; /* 0: that of the interface */
};

/* A line of the configuration, for messages. */
struct conf_place {
	uint32_t file; /* of conf.files */
	uint32_t line; /* 0: unknown */
};

/* A line that names interfaces to serve, or not to. */
struct conf_interface {
	struct record_interface rule;
	struct conf_place at;
};

/* Tells a folder from another one that has taken its path. */
struct folder_id {
	uint64_t dev;
	uint64_t ino;
};

/* What stat(2) says of a folder. */
struct folder_look {
	struct folder_id id;
	uint32_t uid;
	uint32_t gid;
	uint32_t mode;
};

/* A socket bound for a role; shared with the configuration before it. */
struct conf_listener {
	const struct service *service;
	uint16_t port;
	uint32_t ifindex;
	char ifname[IFNAMSIZ];
	int fd;
	bool shared; /* another configuration closes it */
};

/* A public key for imaged, open for reading. */
struct conf_key {
	char *path; /* owned */
	int fd;
};

struct conf {
	uint32_t generation;
	bool copied; /* same records as before; only interfaces differ */
	bool test; /* for --test: roles only check it */
	/* Whether a process that has a port is to be replaced; NULL: none. */
	bool (*replaces)(pid_t, uint16_t port);
	/* All records, each preceded by its length in 16 bits. */
	uint8_t *records;
	size_t records_len, records_cap; /* bytes */
	size_t places_len; /* of these: of FILE and PLACE records */
	size_t nrecords; /* without FILE and PLACE */

	struct record_dhcp dhcp;
	struct record_tftp tftp;
	struct record_http http;
	bool has_tftp; /* there is a TFTP record, at tftp_at of `records` */
	size_t tftp_at;
	struct record_verify verify;
	struct conf_key *keys; /* see verify_keys.h */
	size_t nkeys, keys_cap;
	struct record_store store;
	size_t store_at; /* the STORE record in `records` */
	/* A lease file of dnsmasq for leased to import; -1: none. */
	int import_fd;
	char import_path[RECORD_PATH_MAX];
	/* The files of https-cert and https-key, by enum tls_file; -1: none. */
	int tls_fd[TLS_FILE_MAX];
	bool no_store_folder; /* for --test: the start would make it */
	struct record_daemon daemon;
	char **files; /* by number; owned */
	size_t nfiles, files_cap;
	uint8_t last; /* kind of the record added last, to place it */
	struct conf_place pid_file_at, store_line, tftp_root_at;
	struct conf_interface *interfaces;
	size_t ninterfaces, interfaces_cap;
	struct conf_pool *ranges;
	size_t nranges, ranges_cap;
	struct addrs reserved; /* addresses of dhcp-host */
	struct record_tftp_root *tftp_roots; /* in their order */
	struct conf_place tftp_roots_at[RECORD_TFTP_ROOTS_MAX];
	size_t ntftp_roots;
	/* By number; 0 for a root that is not served. */
	struct folder_id root_ids[RECORD_TFTP_ROOTS_MAX + 1];

	struct iface *ifaces; /* first the served ones, then all others */
	size_t nifaces; /* served ones */
	size_t nfound; /* all */
	struct conf_listener *listeners;
	size_t nlisteners;
};

struct conf *conf_new(uint32_t generation);

/* Changes the lease file in the STORE record; -1 without memory. */
int conf_set_store(struct conf *, const char *path);

/*
 * Copies the records and shares keys and certificates; not interfaces and
 * sockets.  NULL: out of memory or descriptors.
 */
struct conf *conf_copy(const struct conf *, uint32_t generation);

/* Closes the sockets that are not shared, and frees the configuration. */
void conf_free(struct conf *);

/*
 * Checks and appends a record.  Returns -1 if it is malformed, a second TFTP
 * record, beyond the limits, or if memory is exhausted.
 */
int conf_add(struct conf *, const void *data, size_t len);

/* Whether boot files are served, by TFTP or HTTP. */
bool conf_serves_files(const struct conf *);
bool conf_serves_https(const struct conf *);

/* The limit that prevents more records; NULL if none does. */
const char *conf_full(const struct conf *);

/*
 * Reads the record at *at, which is 0 for the first, and advances *at; false
 * after the last.
 */
bool conf_next_record(const struct conf *, size_t *at, struct conf_record *);

/* Decodes a record that conf_next_record() has read; -1 if it is malformed. */
int conf_record_decode(const struct conf_record *, struct record *);

/*
 * The line that a role has refused: of its record with this number, from 1 on,
 * or, with 0, of the one setting that the role has; its line is 0 if it is
 * unknown.
 */
struct log_place
conf_refused_at(const struct conf *, enum role, uint32_t record);

/* The line of the record that ends at `at`; its line is 0 if it is unknown. */
struct conf_place conf_place_after(const struct conf *, size_t at);

/* The same, for a message; file NULL: unknown. */
struct log_place conf_log_place(const struct conf *, struct conf_place);

/*
 * The path of a tftp-root by its number: 0 is that for all interfaces, 1 to
 * ntftp_roots are those for one interface.  Empty if there is none.
 */
const char *conf_tftp_root(const struct conf *, size_t number);
struct log_place conf_tftp_root_at(const struct conf *, size_t number);

/* Clears a tftp-root that does not exist; roles still get its record. */
void conf_drop_tftp_root(struct conf *, size_t number);

/*
 * Lowers the number of transfers, also in the record that roles get.  Returns
 * -1 if there is no such record.
 */
int conf_set_tftp_max(struct conf *, uint32_t max);

/* Whether the records for a role differ, in order or in content. */
bool conf_differs(const struct conf *, const struct conf *, enum role);

#endif
