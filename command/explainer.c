/* SPDX-License-Identifier: ISC */
/* Asks dhcpd what it would answer, and prints that. */
#include "command/explainer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "command/one_shot.h"
#include "daemon/capture.h"
#include "daemon/explain.h"
#include "daemon/grow.h"
#include "daemon/log.h"
#include "daemon/open_error.h"
#include "priv/boot_files.h"
#include "priv/boot_look.h"
#include "priv/conf_opener.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/prepare.h"
#include "priv/reload_run.h"
#include "priv/spawn.h"
#include "sandbox/parent.h"

#define TEXT_MAX (64U << 20)
#define CAPTURE_MS 60000
#define ANSWER_S 60 /* a dhcpd that answers PINGs is not killed before */

/* A request of the capture file, as EXPLAIN_PACKET has it. */
struct captured {
	uint16_t len;
	uint8_t body[14 + 2 + CAPTURE_PACKET_MAX];
};

/* What the search found for a boot file in one root. */
struct found {
	uint8_t root;
	uint8_t state; /* enum explain_file */
	uint8_t kind; /* enum arch_kind, by its header */
	char name[RECORD_FILE_MAX];
};

static struct {
	bool asked;
	bool done;
	bool failed; /* the capture file could not be read to its end */
	char *text;
	size_t len, cap;
	struct found *files;
	size_t nfiles, files_cap;
	struct captured *packets;
	size_t npackets;
	uint32_t counts[4]; /* of EXPLAIN_END */
} explainer;

/* -------------------------------------------------------------- the capture */

static int
capture_begin(struct one_shot *shot)
{
	int *fd = shot->arg, file = *fd;

	*fd = -1;
	return chan_send(shot->child->chan, MSG_CAPTURE_FILE, 0, NULL, file);
}

static int
capture_on_packet(void *arg, const uint8_t *body, size_t len)
{
	struct captured *p;

	(void)arg;
	if (explainer.npackets == CAPTURE_PACKETS_MAX || len > sizeof(p->body))
		return -1;
	p = &explainer.packets[explainer.npackets++];
	p->len = (uint16_t)len;
	memcpy(p->body, body, len);
	return 0;
}

static int
capture_on_end(void *arg, const uint32_t counts[4], const char *why)
{
	char shown[4 * CAPTURE_WHY_MAX + 1];

	memcpy(explainer.counts, counts, sizeof(explainer.counts));
	/* What was read before the fault is explained. */
	if (why[0] != '\0')
		log_err("%s: %s", parent.options->capture,
		    log_escape(shown, sizeof(shown), why, strlen(why)));
	explainer.failed = why[0] != '\0';
	one_shot_end(one_shot_of(arg), NULL);
	return 0;
}

/* Reads the capture file; -1 after logging why that is not possible. */
static int
capture_run(const struct conf *c)
{
	const char *path = parent.options->capture;
	struct one_shot shot = { .role = ROLE_CAPD,
		.messages = { .captured = capture_on_packet,
		    .capture_end = capture_on_end },
		.begin = capture_begin,
		.limit_ms = CAPTURE_MS };
	int error = ENOMEM, fd;

	explainer.packets =
	    calloc(CAPTURE_PACKETS_MAX, sizeof(*explainer.packets));
	if (explainer.packets == NULL ||
	    (fd = conf_opener_open(
		 path, false, CONF_OPENER_START_MS, &error)) == -1) {
		conf_opener_end();
		log_err("%s: %s", path, open_error_text(error));
		return -1;
	}
	conf_opener_end();
	shot.arg = &fd;
	if (one_shot_run(&shot, c) == -1) {
		log_err("%s cannot be read: the process that reads it %s", path,
		    shot.why);
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	if (explainer.failed && explainer.npackets == 0)
		return -1;
	return 0;
}

/* ------------------------------------------------------------ the question */

static void
explainer_found(
    void *arg, size_t root, int error, enum arch_kind kind, const char *name)
{
	const struct conf *c = arg;
	struct found *f;

	/* Each client may have a folder of its own. */
	if ((c->tftp.unique != RECORD_TFTP_UNIQUE_NONE && error == ENOENT) ||
	    explainer.nfiles == EXPLAIN_FILES_MAX ||
	    strlen(name) >= sizeof(f->name) ||
	    grow_array(&explainer.files, &explainer.files_cap,
		explainer.nfiles + 1, sizeof(*f)) == -1)
		return;
	f = &explainer.files[explainer.nfiles++];
	f->root = (uint8_t)root;
	f->kind = (uint8_t)kind;
	f->state = EXPLAIN_FILE_ERROR;
	if (error == 0)
		f->state = c->verify.mode == RECORD_VERIFY_REQUIRE
			       ? EXPLAIN_FILE_UNVERIFIED
			       : EXPLAIN_FILE_READABLE;
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

static void
explainer_prepare(struct conf *c, struct reload_input *in)
{
	const struct spawn_user *imaged = spawn_user(ROLE_IMAGED);

	if (!c->dhcp.enabled) {
		log_err(
		    "there is nothing to explain: the configuration has no dhcp-range");
		return;
	}
	if (parent.options->capture != NULL && capture_run(c) == -1)
		return;
	boot_look_list(
	    c, imaged->uid, imaged->gid, BOOT_LOOK_MS, explainer_found, c);
	sandbox_parent(c->daemon.layers_disabled);
	in->kind = RELOAD_PARSED;
	prepare_roles(in, c, NULL);
	in->needed &= ROLE_BIT(ROLE_DHCPD);
	in->changed &= ROLE_BIT(ROLE_DHCPD);
}

static int
explainer_send_files(struct child *dhcpd)
{
	uint8_t body[5 + RECORD_FILE_MAX];
	struct writer w;
	size_t i;

	for (i = 0; i < explainer.nfiles; i++) {
		const struct found *f = &explainer.files[i];

		writer_init(&w, body, sizeof(body));
		writer_u8(&w, f->root);
		writer_u8(&w, f->state);
		writer_u8(&w, f->kind);
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
	uint8_t body[3 + EXPLAIN_WORDS_MAX * (2 + EXPLAIN_WORD_MAX)];
	struct writer w;
	size_t i;

	writer_init(&w, body, sizeof(body));
	writer_bool(&w, o->capture != NULL);
	writer_bool(&w, o->json);
	writer_u8(&w, (uint8_t)o->nwords);
	for (i = 0; i < o->nwords; i++)
		writer_str(&w, o->words[i]);
	return child_send(dhcpd, MSG_EXPLAIN, &w, -1);
}

static int
explainer_send_packets(struct child *dhcpd)
{
	uint8_t body[sizeof(explainer.packets[0].body)];
	struct writer w;
	size_t i;

	if (parent.options->capture == NULL)
		return 0;
	for (i = 0; i < explainer.npackets; i++) {
		writer_init(&w, body, sizeof(body));
		writer_bytes(
		    &w, explainer.packets[i].body, explainer.packets[i].len);
		if (child_send(dhcpd, MSG_EXPLAIN_PACKET, &w, -1) == -1)
			return -1;
	}
	writer_init(&w, body, sizeof(body));
	for (i = 0; i < 4; i++)
		writer_u32(&w, explainer.counts[i]);
	return child_send(dhcpd, MSG_EXPLAIN_END, &w, -1);
}

static void
explainer_late(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (explainer.done)
		return;
	log_err("dhcpd has not answered within %d s", ANSWER_S);
	explainer.done = true;
	reload_run_quit(1);
}

static void
explainer_ask(void)
{
	struct child *dhcpd = child_find(parent.reload.role[ROLE_DHCPD].proc);
	const struct timeval limit = { .tv_sec = ANSWER_S };

	explainer.asked = true;
	if (dhcpd != NULL &&
	    event_base_once(parent.base, -1, EV_TIMEOUT, explainer_late, NULL,
		&limit) == 0 &&
	    explainer_send_files(dhcpd) == 0 &&
	    explainer_send_words(dhcpd) == 0 &&
	    explainer_send_packets(dhcpd) == 0)
		return;
	log_err("dhcpd could not be asked");
	explainer.done = true;
	reload_run_quit(1);
}

static void
explainer_ended(const struct child *c)
{
	if (c->role != ROLE_DHCPD || !explainer.asked || explainer.done)
		return;
	log_err("dhcpd ended without an answer");
	explainer.done = true;
	reload_run_quit(1);
}

static int
explainer_on_text(void *arg, const uint8_t *text, size_t len)
{
	const struct child *c = arg;

	if (!explainer.asked || explainer.done || c->role != ROLE_DHCPD ||
	    len > TEXT_MAX - explainer.len ||
	    !output_is_plain(text, len, false) ||
	    grow_array(
		&explainer.text, &explainer.cap, explainer.len + len, 1) == -1)
		return -1;
	memcpy(explainer.text + explainer.len, text, len);
	explainer.len += len;
	return 0;
}

static int
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
	if (explainer.failed)
		status = 1;
	reload_run_quit(status);
	return 0;
}

const struct command explainer_command = {
	.quiet = true,
	.prepare = explainer_prepare,
	.started = explainer_ask,
	.ended = explainer_ended,
	.explain_text = explainer_on_text,
	.explained = explainer_on_done,
};
