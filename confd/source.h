/* SPDX-License-Identifier: ISC */
/*
 * The files and directories of a configuration that were found so far.  Pure:
 * the caller reads them.
 */
#ifndef CONFD_SOURCE_H
#define CONFD_SOURCE_H

#include "confd/config.h"
#include "confd/keys.h"

enum source_state {
	SOURCE_WANTED,
	SOURCE_TEXT, /* a file, with its text */
	SOURCE_NAMES, /* a directory, with its names */
	SOURCE_ERROR, /* it could not be read */
};

/* What the lines of a file are. */
enum source_lines {
	SOURCE_DIRECTIVES,
	SOURCE_HOSTS, /* values of dhcp-host */
	SOURCE_OPTIONS, /* values of dhcp-option */
	SOURCE_ETHERS, /* ethers(5) */
};

struct source {
	uint8_t lines; /* enum source_lines */
	uint8_t state; /* enum source_state */
	bool directory;
	bool optional;
	bool root; /* named by the caller, not by an include */
	bool parsed;
	int error; /* errno, for SOURCE_ERROR */
	size_t same_as; /* index of the first source with the same file */
	dev_t dev;
	ino_t ino;
	char *path; /* of a directory: the whole value of its conf-dir */
	char *dir; /* of a directory: its path */
	char *text;
	size_t len;
	char **names; /* those that are wanted, sorted */
	size_t nnames;
};

struct sources {
	struct source list[CONFIG_FILES_MAX];
	size_t n;
	struct keys paths; /* kind and path, to the index in list */
	struct keys files; /* device and number, to the first with these */
	size_t bytes;
	size_t next; /* the first that may be wanted */
	struct config_want want;
};

enum source_result {
	SOURCE_OK,
	SOURCE_KNOWN, /* it was added before */
	SOURCE_MANY, /* over CONFIG_FILES_MAX */
	SOURCE_LARGE, /* over CONFIG_TEXT_MAX */
	SOURCE_PATH, /* longer than RECORD_PATH_MAX, or empty */
	SOURCE_MEMORY,
};

const char *source_result_text(enum source_result);
void sources_free(struct sources *);

/* Adds a file to be read. */
enum source_result
sources_add_file(struct sources *, const char *path, bool optional);

/* Adds the directory that a conf-dir with this value names. */
enum source_result sources_add_dir(struct sources *, const char *value);

/* NULL if it was not added. */
struct source *sources_find(struct sources *, const char *path, bool directory);

/* A file that turned out to be a directory; its names are wanted next. */
enum source_result source_to_dir(struct source *);

/* The name of a file in messages. */
const char *source_shown(const char *path);

/* The next source to be read, or NULL. */
struct source *sources_wanted(struct sources *);

enum source_result
source_text(struct sources *, struct source *, const struct config_text *);

/* Keeps the names that the directory's endings select, sorted. */
enum source_result
source_names(struct source *, const char *const *names, size_t n);

/* The path of a directory's entry. */
bool source_join(char dst[RECORD_PATH_MAX], const char *dir, const char *name);

#endif
