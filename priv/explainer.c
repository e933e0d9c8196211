/* SPDX-License-Identifier: ISC */
/* Asks dhcpd what it would answer, and prints that. */
#include "priv/explainer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/explain.h"
#include "daemon/log.h"
#include "priv/boot_files.h"
#include "priv/boot_look.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/prepare.h"
#include "priv/reload_run.h"
#include "priv/spawn.h"
#include "sandbox/parent.h"

#define TEXT_MAX (64U << 20)
#define TEXT_FIRST 65536
#define FILES_MAX (BOOT_FILES_MAX * BOOT_FILES_ROOTS)

/* Of each boot file in each root what the search found. */
struct found {
	uint8_t root;
	uint8_t state; /* enum explain_file */
	char name[RECORD_FILE_MAX];
};

static struct {
	bool asked;
	bool done;
	char *text;
	size_t len, cap;
	struct found *files;
	size_t nfiles, files_cap;
} explainer;

static void
explainer_found(void *arg, size_t root, int error, const char *name)
{
	const struct conf *c = arg;
	struct found *f, *grown;
	size_t cap = explainer.files_cap;

	/* Each client may have a folder of its own. */
	if ((c->tftp.unique != RECORD_TFTP_UNIQUE_NONE && error == ENOENT) ||
	    explainer.nfiles == FILES_MAX || strlen(name) >= sizeof(f->name))
		return;
	if (explainer.nfiles == cap) {
		cap = cap == 0 ? 64 : cap * 2;
		grown = reallocarray(explainer.files, cap, sizeof(*grown));
		if (grown == NULL)
			return;
		explainer.files = grown;
		explainer.files_cap = cap;
	}
	f = &explainer.files[explainer.nfiles++];
	f->root = (uint8_t)root;
	f->state = EXPLAIN_FILE_ERROR;
	if (error == 0)
		f->state = EXPLAIN_FILE_READABLE;
	else if (error == ENOENT || error == ENOTDIR)
		f->state = EXPLAIN_FILE_MISSING;
	else if (error == EACCES)
		f->state = EXPLAIN_FILE_DENIED;
	else if (error == EISDIR || error == ENODEV)
		f->state = EXPLAIN_FILE_KIND;
	else if (error == EINVAL)
		f->state = EXPLAIN_FILE_NAME;
	(void)snprintf(f->name, sizeof(f->name), "%s", name);
}

int
explainer_prepare(struct conf *c, struct reload_input *in)
{
	const struct spawn_user *imaged = spawn_user(ROLE_IMAGED);

	if (!c->dhcp.enabled) {
		log_err(
		    "there is nothing to explain: the configuration has no dhcp-range");
		return -1;
	}
	boot_look_list(
	    c, imaged->uid, imaged->gid, BOOT_LOOK_MS, explainer_found, c);
	sandbox_parent(c->daemon.layers_disabled);
	in->kind = RELOAD_PARSED;
	prepare_roles(in, c, NULL);
	in->needed &= ROLE_BIT(ROLE_DHCPD);
	in->changed &= ROLE_BIT(ROLE_DHCPD);
	return 0;
}

static int
explainer_send_files(struct child *dhcpd)
{
	uint8_t body[4 + RECORD_FILE_MAX];
	struct writer w;
	size_t i;

	for (i = 0; i < explainer.nfiles; i++) {
		const struct found *f = &explainer.files[i];

		writer_init(&w, body, sizeof(body));
		writer_u8(&w, f->root);
		writer_u8(&w, f->state);
		writer_str(&w, f->name);
		if (child_send(dhcpd, MSG_EXPLAIN_FILE, &w, -1) == -1)
			return -1;
	}
	return 0;
}

static int
explainer_send_words(struct child *dhcpd)
{
	const struct options *o = parent.options;
	uint8_t body[1 + EXPLAIN_WORDS_MAX * (2 + EXPLAIN_WORD_MAX)];
	struct writer w;
	size_t i;

	writer_init(&w, body, sizeof(body));
	writer_u8(&w, (uint8_t)o->nwords);
	for (i = 0; i < o->nwords; i++)
		writer_str(&w, o->words[i]);
	return child_send(dhcpd, MSG_EXPLAIN, &w, -1);
}

void
explainer_ask(void)
{
	struct child *dhcpd = child_find(parent.reload.role[ROLE_DHCPD].proc);

	explainer.asked = true;
	if (dhcpd != NULL && explainer_send_files(dhcpd) == 0 &&
	    explainer_send_words(dhcpd) == 0)
		return;
	log_err("dhcpd could not be asked");
	explainer.done = true;
	reload_run_quit(1);
}

void
explainer_ended(const struct child *c)
{
	if (!parent.options->explain || c->role != ROLE_DHCPD ||
	    !explainer.asked || explainer.done)
		return;
	log_err("dhcpd ended without an answer");
	explainer.done = true;
	reload_run_quit(1);
}

int
explainer_on_text(void *arg, const uint8_t *text, size_t len)
{
	const struct child *c = arg;
	size_t cap = explainer.cap == 0 ? TEXT_FIRST : explainer.cap;
	char *grown;

	if (!explainer.asked || explainer.done || c->role != ROLE_DHCPD ||
	    len > TEXT_MAX - explainer.len ||
	    !output_is_plain(text, len, false))
		return -1;
	while (cap < explainer.len + len)
		cap *= 2;
	if (cap > explainer.cap) {
		if ((grown = realloc(explainer.text, cap)) == NULL)
			return -1;
		explainer.text = grown;
		explainer.cap = cap;
	}
	memcpy(explainer.text + explainer.len, text, len);
	explainer.len += len;
	return 0;
}

int
explainer_on_done(void *arg, const char *why)
{
	const struct child *c = arg;
	int status = 1;

	if (!explainer.asked || explainer.done || c->role != ROLE_DHCPD)
		return -1;
	explainer.done = true;
	if (why[0] != '\0')
		log_err("%s", why);
	else
		status = output_write(explainer.text, explainer.len);
	reload_run_quit(status);
	return 0;
}
