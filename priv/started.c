/* SPDX-License-Identifier: ISC */
/* Keeps, and compares, what only a start can apply. */
#include "priv/started.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/hash.h"
#include "daemon/log.h"
#include "priv/role_spec.h"

/* Lines of the text: a word, a blank and the value. */
enum started_line {
	STARTED_FILE, /* of the configuration; the others follow */
	STARTED_OPTIONS, /* a hash of the directives of the command line */
	STARTED_STORE, /* "": no DHCP yet */
	STARTED_LAYERS,
	STARTED_PID_FILE,
	STARTED_MAX
};

/* What follows them: numbers, a line end and what the last reload said. */
#define RELOAD "reload "
#define RELOAD_BYTES (STARTED_SAID_MAX + 64)

static int kept = -1;
static off_t kept_len; /* without what follows */

static const char *const words[STARTED_MAX] = {
	[STARTED_FILE] = "conf-file",
	[STARTED_OPTIONS] = "options",
	[STARTED_STORE] = "dhcp-leasefile",
	[STARTED_LAYERS] = "sandbox-disable",
	[STARTED_PID_FILE] = "pid-file",
};

static uint32_t
started_hash(const struct options *o)
{
	uint32_t hash = 0;
	size_t i;

	for (i = 0; i < o->ndirectives; i++)
		hash = hash * 31 + hash_bytes(1, o->directives[i],
				       strlen(o->directives[i]));
	return hash;
}

const char *
started_text(
    const struct conf *c, const struct options *o, char dst[STARTED_TEXT_MAX])
{
	(void)snprintf(dst, STARTED_TEXT_MAX,
	    "%s %s\n%s %" PRIu32 "\n%s %s\n%s %u\n%s %s\n", words[STARTED_FILE],
	    o->conf_file, words[STARTED_OPTIONS], started_hash(o),
	    words[STARTED_STORE],
	    role_needed(ROLE_LEASED, c) ? c->store.path : "",
	    words[STARTED_LAYERS], c->daemon.layers_disabled,
	    words[STARTED_PID_FILE], c->daemon.pid_file);
	return dst;
}

void
started_keep(const struct conf *c, const struct options *o)
{
	char text[STARTED_TEXT_MAX];
	size_t len = strlen(started_text(c, o, text));

	/* It stays open; --test of another process reads it. */
	kept = memfd_create(STARTED_NAME, MFD_CLOEXEC);
	kept_len = (off_t)len;
	if (kept != -1 && write(kept, text, len) == (ssize_t)len)
		return;
	log_warn(
	    "--test will not know what needs a restart, and --reload not how it ends: cannot write a memory file");
	if (kept != -1)
		(void)close(kept);
	kept = -1;
}

void
started_reload(uint32_t begun, uint32_t ended, bool failed, const char *said)
{
	/* All of it is written, so that nothing of a longer one stays. */
	char text[RELOAD_BYTES] = "";

	if (kept == -1)
		return;
	(void)snprintf(text, sizeof(text),
	    RELOAD "%" PRIu32 " %" PRIu32 " %d\n%.*s", begun, ended, failed,
	    STARTED_SAID_MAX - 1, said);
	if (lseek(kept, kept_len, SEEK_SET) == -1 ||
	    write(kept, text, sizeof(text)) != (ssize_t)sizeof(text))
		log_warn("--reload will not know how it ends");
}

/* The value of the next line, which ends with a NUL then; NULL: it is none. */
static char *
started_next(char **text, enum started_line line)
{
	size_t len = strlen(words[line]);
	char *value = *text, *end = strchr(*text, '\n');

	if (end == NULL || strncmp(value, words[line], len) != 0 ||
	    value[len] != ' ')
		return NULL;
	*end = '\0';
	*text = end + 1;
	return value + len + 1;
}

/* Reads what follows; it may be missing. */
static void
started_split_reload(char *text, struct started *s)
{
	unsigned int failed;
	int len = 0;

	s->reloads =
	    sscanf(text, RELOAD "%" SCNu32 " %" SCNu32 " %u%n",
		&s->reloads_begun, &s->reloads_ended, &failed, &len) == 3 &&
	    text[len] == '\n';
	s->reload_failed = s->reloads && failed != 0;
	s->reload_said = s->reloads ? text + len + 1 : "";
}

bool
started_parse(struct started *s)
{
	char *value[STARTED_MAX], *text = s->text;
	int line;

	for (line = 0; line < STARTED_MAX; line++)
		if ((value[line] = started_next(&text, line)) == NULL)
			return false;
	s->conf_file = value[STARTED_FILE];
	s->options = (uint32_t)strtoul(value[STARTED_OPTIONS], NULL, 10);
	s->store = value[STARTED_STORE];
	s->layers_disabled = (uint8_t)strtoul(value[STARTED_LAYERS], NULL, 10);
	s->pid_file = value[STARTED_PID_FILE];
	started_split_reload(text, s);
	return true;
}

static const char *
or_none(const char *path)
{
	return path[0] == '\0' ? "none" : path;
}

void
started_note(
    const struct conf *c, const struct options *o, const struct started *s)
{
	if (s->options != started_hash(o)) {
		log_notice(
		    "pxeguard runs (process %d) with other directives on its command line; a reload uses those",
		    s->pid);
		return;
	}
	if (s->store[0] != '\0' && role_needed(ROLE_LEASED, c) &&
	    strcmp(s->store, c->store.path) != 0)
		log_at(LOG_NOTICE, conf_log_place(c, c->store_line),
		    "dhcp-leasefile: the pxeguard that runs (process %d) has its leases in %s, and a reload cannot change that to %s; it would fail; restart pxeguard",
		    s->pid, s->store, c->store.path);
	if (s->layers_disabled != c->daemon.layers_disabled)
		log_notice(
		    "sandbox-disable: the pxeguard that runs (process %d) has other layers, and a reload cannot change them; restart pxeguard",
		    s->pid);
	if (strcmp(s->pid_file, c->daemon.pid_file) != 0)
		log_at(LOG_NOTICE, conf_log_place(c, c->pid_file_at),
		    "pid-file: the pxeguard that runs (process %d) has %s, and a reload cannot change that to %s; restart pxeguard",
		    s->pid, or_none(s->pid_file), or_none(c->daemon.pid_file));
}
