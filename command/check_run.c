/* SPDX-License-Identifier: ISC */
/* --test and --print-config: a start that ends before it serves. */
#include "command/check_run.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/conf_text.h"
#include "command/findings.h"
#include "command/migrate.h"
#include "command/started_find.h"
#include "daemon/log.h"
#include "daemon/plural.h"
#include "daemon/printable.h"
#include "priv/bind.h"
#include "priv/boot_look.h"
#include "priv/conf_opener.h"
#include "priv/limits.h"
#include "priv/log_sink.h"
#include "priv/output.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/prepare.h"
#include "priv/reload_run.h"
#include "priv/roots_check.h"
#include "priv/spawn.h"
#include "priv/tls_files.h"
#include "priv/verify_keys.h"
#include "sandbox/parent.h"

static struct findings findings;

static struct {
	bool correct; /* the configuration */
	bool fails; /* on this host */
	bool unable; /* the parent lacks capabilities */
	bool ended;
	uint32_t errors; /* of the configuration */
} check;

static void
check_run_fail(void)
{
	check.fails = true;
}

static void
check_run_keep(int priority, const char *file, uint32_t line, uint32_t kind,
    const char *text)
{
	findings_add(&findings, priority, file, line, kind, text);
}

void
check_run_init(void)
{
	log_sink_divert(check_run_keep);
}

void
check_run_unable(void)
{
	check.unable = true;
	check_run_fail();
}

static void
check_run_prepare(struct conf *c, struct reload_input *in)
{
	enum options_mode mode = parent.options->mode;
	const struct spawn_user *imaged = spawn_user(ROLE_IMAGED);
	uint16_t lacking;

	check.correct = true;
	c->test = true;
	if (mode == OPTIONS_MIGRATE) {
		c->replaces = migrate_replaces;
		migrate_lease_file(c);
	}
	lacking = roots_check_test(c) | prepare_programs(c);
	if (conf_serves_files(c) &&
	    verify_keys_open(c, CONF_OPENER_START_MS) == -1)
		lacking |= ROLE_BIT(ROLE_IMAGED);
	if (conf_serves_files(c))
		verify_keys_advise(c);
	if (lacking != 0)
		check_run_fail();
	if (tls_files_open(c, CONF_OPENER_START_MS) == -1) {
		lacking |= ROLE_BIT(ROLE_HTTPD) | ROLE_BIT(ROLE_KEYD);
		check_run_fail();
	}
	/* --print-config may be used while another server still runs. */
	if (mode != OPTIONS_PRINT_CONFIG && bind_test(c) == -1)
		check_run_fail();
	/* The printed commands replace the pid file of dnsmasq. */
	if ((mode != OPTIONS_MIGRATE &&
		pid_file_test(c->daemon.pid_file,
		    conf_log_place(c, c->pid_file_at)) == -1) ||
	    limits_fit(c, 0) == -1)
		check_run_fail();
	if (mode == OPTIONS_MIGRATE && migrate_prepare(c) == -1)
		check_run_fail();
	if ((lacking & ROLE_BIT(ROLE_IMAGED)) == 0)
		boot_look_wait(c, imaged->uid, imaged->gid, BOOT_LOOK_MS);
	started_compare(c, parent.options);
	/* sandbox_parent() ends the process if a capability cannot be kept. */
	if (!check.unable)
		sandbox_parent(c->daemon.layers_disabled);
	in->kind = RELOAD_PARSED;
	prepare_roles(in, c, NULL);
	in->needed &= (uint16_t)~lacking;
}

static void
check_run_errors(uint32_t errors)
{
	check.errors = errors;
}

/*
 * The findings: as JSON, or as text if v is NULL; for the caller to free.  They
 * are made in memory, as stdio on a descriptor would make system calls that the
 * filter forbids.
 */
static char *
findings_make(
    struct findings *f, const char *whole, const struct findings_verdict *v)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		fatal("open_memstream");
	if (v == NULL)
		findings_print(out, f, whole);
	else
		findings_print_json(out, f, whole, v);
	if (fclose(out) != 0)
		fatal("open_memstream");
	return text;
}

/* Returns the exit status. */
static int
print_json(
    struct findings *f, const char *whole, const struct findings_verdict *v)
{
	char *text = findings_make(f, whole, v);
	int status = output_write(text, strlen(text));

	free(text);
	return status;
}

static void
print_text(struct findings *f, const char *whole)
{
	char *text = findings_make(f, whole, NULL);

	(void)log_sink_text(text);
	free(text);
}

static void
print_verdict(const struct findings_verdict *v, uint32_t warnings, bool refused)
{
	char line[160];

	if (check.errors > 0)
		(void)snprintf(line, sizeof(line),
		    "the configuration has %u error%s\n", check.errors,
		    plural(check.errors));
	else if (v->correct)
		(void)snprintf(line, sizeof(line),
		    "the configuration is correct (%u warning%s)%s%s\n",
		    warnings, plural(warnings),
		    refused ? "; --test=strict accepts none" : "",
		    v->starts ? ""
			      : "; on this host the daemon would not start");
	else
		return;
	(void)log_sink_text(line);
}

static int
check_run_end(int status)
{
	struct findings *f = &findings;
	const struct options *o = parent.options;
	struct findings_verdict v = { .correct = check.correct };
	char file[RECORD_PATH_MAX];
	bool refused;

	if (check.ended)
		return status;
	check.ended = true;
	/* What is logged from now on is about the output. */
	log_sink_divert(NULL);
	if (status != 0)
		check_run_fail();
	v.starts = check.correct && !check.fails;
	refused = o->strict && f->count[FINDING_WARNING] > 0;
	(void)printable(file, sizeof(file), options_conf_name(o));
	if (!o->json) {
		print_text(f, file);
		print_verdict(&v, f->count[FINDING_WARNING], refused);
	} else if (print_json(f, file, &v) != 0) {
		refused = true;
	}
	findings_free(f);
	if (o->mode == OPTIONS_MIGRATE && v.correct &&
	    migrate_print(v.starts) != 0)
		return 1;
	if (!v.correct || refused ||
	    (!v.starts && o->mode != OPTIONS_PRINT_CONFIG))
		return 1;
	return conf_text_write();
}

static int
check_run_line(const char *line)
{
	return parent.options->mode == OPTIONS_PRINT_CONFIG
		   ? conf_text_add(line)
		   : -1;
}

static void
check_run_started(void)
{
	reload_run_quit(0);
}

const struct command check_run_command = {
	.prepare = check_run_prepare,
	.errors = check_run_errors,
	.line = check_run_line,
	.rejected = check_run_fail,
	.started = check_run_started,
	.end = check_run_end,
};
