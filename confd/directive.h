/* SPDX-License-Identifier: ISC */
/* The table of directives, and their handlers. */
#ifndef CONFD_DIRECTIVE_H
#define CONFD_DIRECTIVE_H

#include "confd/builder.h"

enum directive_arg { DIRECTIVE_NO_ARG, DIRECTIVE_ARG, DIRECTIVE_MAY_ARG };

enum directive_kind {
	DIRECTIVE_DONE, /* carried out by its handler */
	DIRECTIVE_INCLUDE, /* conf-file, conf-dir */
	DIRECTIVE_IGNORED, /* needless here; its note says why */
	DIRECTIVE_DNS, /* about DNS, which is not served */
	DIRECTIVE_MISSING, /* its note says what to do instead */
};

/* value is empty where the directive has none. */
typedef void directive_fn(struct config *, const struct piece *value);

struct directive {
	const char *name;
	uint8_t arg; /* enum directive_arg */
	uint8_t kind; /* enum directive_kind */
	bool single; /* twice in the files is an error */
	directive_fn *handler; /* of DIRECTIVE_DONE */
	const char *takes; /* what follows the '=', or the note */
	const char *since; /* the first version that knows it */
};

/* NULL for a name that is none. */
const struct directive *directive_find(const char *name);
size_t directive_count(void);
const struct directive *directive_at(size_t i);
size_t directive_index(const struct directive *);

/* In suggest.c: the closest name, NULL when none is close. */
const char *directive_suggest(const char *name);

/* directives_net.c: interfaces and the daemon itself. */
directive_fn directive_interface;
directive_fn directive_except_interface;
directive_fn directive_no_dhcp_interface;
directive_fn directive_listen_address;
directive_fn directive_bind_interfaces;
directive_fn directive_bind_dynamic;
directive_fn directive_port;
directive_fn directive_pid_file;
directive_fn directive_without_wall;

/* directives_dhcp.c: what holds for all of DHCP. */
directive_fn directive_authoritative;
directive_fn directive_no_override;
directive_fn directive_sequential;
directive_fn directive_no_ping;
directive_fn directive_log_dhcp;
directive_fn directive_quiet_dhcp;
directive_fn directive_domain;
directive_fn directive_lease_max;
directive_fn directive_leasefile;

/* directives_range.c, directives_host.c, directives_option.c */
directive_fn directive_range;
directive_fn directive_host;
directive_fn directive_option;
directive_fn directive_option_force;
directive_fn directive_match;

/* directives_tags.c: tags, and what is chosen by them. */
directive_fn directive_vendorclass;
directive_fn directive_userclass;
directive_fn directive_mac;
directive_fn directive_tag_if;
directive_fn directive_ignore;
directive_fn directive_boot;

/* directives_tftp.c */
directive_fn directive_enable_tftp;
directive_fn directive_tftp_root;
directive_fn directive_tftp_unique_root;
directive_fn directive_tftp_secure;
directive_fn directive_tftp_lowercase;
directive_fn directive_tftp_cache;
directive_fn directive_tftp_max;
directive_fn directive_tftp_mtu;
directive_fn directive_tftp_no_blocksize;
directive_fn directive_tftp_port_range;
directive_fn directive_tftp_single_port;
directive_fn directive_tftp_no_fail;
directive_fn directive_quiet_tftp;

/* directives_transfer.c: how files are sent, and to whom otherwise. */
directive_fn directive_tftp_client;
directive_fn directive_tftp_max_rate;
directive_fn directive_tftp_rollover;

/* In directives_net.c: a name of an interface, perhaps with a '*' at its end.
 */
bool config_interface_name(
    struct config *, const struct piece *, struct record_interface *);

/*
 * Shared by handlers, in tags.c.  A tag without its prefix; an empty or
 * over-long one is reported and false.
 */
bool
config_tag_copy(struct config *, const char *name, char dst[RECORD_TAG_MAX]);

/* Adds a tag to test, "!name" or "#name" for its absence. */
bool config_tag_test(struct config *, const char *name, struct record_tags *);

/* Adds a tag to set. */
bool config_tag_set(struct config *, const char *name, struct record_tags *);

/* "tag:" or its old form "net:". */
bool config_tag_prefix(struct piece *);

/*
 * A tag to test in a place where its prefix may be left out.  Cuts the prefix
 * off; warns of one that does not exist.
 */
bool config_tag_word(struct config *, struct piece *);

/*
 * The first argument of a directive that sets one tag: "set:name", or the
 * name alone.
 */
bool
config_tag_target(struct config *, struct args *, char dst[RECORD_TAG_MAX]);

/* Copies text that must fit; reports and returns false when it does not. */
bool config_text_copy(struct config *, const struct piece *, char *dst,
    size_t dstsz, const char *what);

/* A number up to max; reports and returns false for anything else. */
bool config_number(
    struct config *, const struct piece *, uint64_t max, uint64_t *out);

/* An absolute path; reports and returns false for another one. */
bool
config_path(struct config *, const struct piece *, char dst[RECORD_PATH_MAX]);

#endif
