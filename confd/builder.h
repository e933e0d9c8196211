/* SPDX-License-Identifier: ISC */
/*
 * The configuration while it is built: directive handlers add records to it,
 * and checks read it.  Records are kept encoded, with the line that they come
 * from.
 */
#ifndef CONFD_BUILDER_H
#define CONFD_BUILDER_H

#include "confd/config.h"
#include "confd/lexer.h"
#include "confd/source.h"

#define CONFIG_SHOW_MAX 96 /* bytes of a quoted word in a message */
#define CONFIG_SHOWS 4 /* diag_show() results that are valid at once */
#define CONFIG_DNS_MAX 512 /* bytes of the list of ignored DNS directives */

/* The file and line of a directive. */
struct place {
	const char *file;
	uint32_t line;
};

struct config_entry {
	struct place place;
	uint8_t kind; /* enum record_kind */
	bool plain_set; /* range: its tag was written without "set:" */
	bool lenient; /* of a file of hosts or options; see struct config */
	bool dropped; /* removed at the end of the check that sets it */
	bool told; /* warned of, so that other checks would say less */
	uint32_t at; /* of the encoded record in bodies */
	uint32_t len;
};

/* Directives without a record, which checks need. */
enum config_mark {
	CONFIG_MARK_NONE,
	CONFIG_MARK_BIND_INTERFACES,
	CONFIG_MARK_BIND_DYNAMIC,
	CONFIG_MARK_RANGE, /* also if it was rejected */
	CONFIG_MARK_TFTP,
	CONFIG_MARK_ROOT, /* for all interfaces; also if it was rejected */
	CONFIG_MARK_ROOTS, /* the first for one interface; also if rejected */
	CONFIG_MARK_PORTS, /* tftp-port-range */
	CONFIG_MARK_UNIQUE, /* tftp-unique-root */
	CONFIG_MARK_HTTP,
	CONFIG_MARK_HTTPS_PORT,
	CONFIG_MARK_HTTPS_CERT,
	CONFIG_MARK_HTTPS_KEY,
	CONFIG_MARK_HTTP_SETTING, /* the first that changes HTTP */
	CONFIG_MARK_FILES_SETTING, /* the first about files of both services */
	CONFIG_MARK_TFTP_SETTING, /* the first that changes transfers */
	CONFIG_MARK_PID_FILE,
	CONFIG_MARK_STORE, /* dhcp-leasefile */
	CONFIG_MARK_VERIFY, /* verify-images */
	CONFIG_MARK_VERIFY_KEY, /* the first; also if it was rejected */
	CONFIG_MARK_VERIFY_SETTING, /* the first other one about signatures */
	CONFIG_MARK_MAX
};

struct config {
	config_diag_fn *diag;
	void *diag_arg;
	void (*progress)(void); /* may be NULL */
	uint32_t errors;
	uint32_t warnings;
	uint32_t told[2]; /* reported errors, and other reported messages */
	uint32_t suppressed[2]; /* suppressed ones */
	uint32_t diag_kind; /* of the message that is reported */
	bool lenient; /* an error only ignores its line, and is a warning */
	bool stopped; /* a limit was exceeded; nothing more is read */
	/* Because of errors that were reported, these say nothing. */
	bool incomplete; /* files are missing: what no line does */
	bool sets_lost; /* lines that set tags: which tags nothing sets */
	bool unsupported_warn; /* unsupported=warn is among the lines */
	struct place here; /* the directive that is carried out */
	char show[CONFIG_SHOWS][CONFIG_SHOW_MAX];
	unsigned int shows;

	char **args;
	size_t nargs, args_cap;
	struct sources sources;

	struct config_entry *entries;
	size_t nentries, entries_cap;
	uint8_t *bodies; /* encoded records */
	size_t bodies_len, bodies_cap;
	uint8_t single[RECORD_MAX]; /* for config_encoded() */

	struct record_daemon daemon;
	struct record_store store;
	struct record_dhcp dhcp;
	struct record_tftp tftp;
	struct record_verify verify;
	uint32_t nverify_keys, nverify_exempt; /* lines */
	struct record_http http;
	struct record_tftp_root roots[RECORD_TFTP_ROOTS_MAX];
	struct place roots_at[RECORD_TFTP_ROOTS_MAX];
	size_t nroots;
	uint32_t nservices; /* pxe-service lines with a file */
	struct place mark[CONFIG_MARK_MAX]; /* file NULL: not given */
	uint8_t *seen; /* per directive: enum seen, for those that are single */
	char *dns_names; /* DNS directives met, for the one notice */
	size_t dns_len;
	uint32_t v6_lines; /* about IPv6, for the one notice */
	struct place v6_first;
};

/* Appends a record with its place; returns NULL if it does not fit. */
struct config_entry *config_add(struct config *, const struct record *);
void config_entry_record(
    const struct config *, const struct config_entry *, struct record *);

/*
 * Decodes the first entry of a kind at or after entry *i, and sets *i to its
 * index.  False if there is none.
 *
 *	for (i = 0; config_next(c, RECORD_RANGE, &i, &rec); i++)
 */
bool config_next(
    const struct config *, enum record_kind, size_t *i, struct record *);

/* The line of a record; file is NULL if it comes from several lines. */
struct place config_place(const struct config *, size_t i);

/* The index of an interface's own tftp-root, or nroots if it has none. */
size_t config_root_find(const struct config *, const char *name);

void config_mark(struct config *, enum config_mark);
void config_mark_first(struct config *, enum config_mark);

/* Counts the line as one about DHCP for IPv6, which is ignored. */
void config_skip_v6(struct config *);

/* Calls the function of config_on_progress(). */
void config_progress(const struct config *);

#endif
