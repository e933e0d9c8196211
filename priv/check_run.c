/* SPDX-License-Identifier: ISC */
/* --test and --print-config: a start that ends before it serves. */
#include "priv/check_run.h"

#include <stdbool.h>

#include "daemon/log.h"
#include "priv/bind.h"
#include "priv/boot_look.h"
#include "priv/conf_text.h"
#include "priv/limits.h"
#include "priv/log_sink.h"
#include "priv/parent.h"
#include "priv/pid_file.h"
#include "priv/prepare.h"
#include "priv/roots_check.h"
#include "priv/spawn.h"
#include "priv/started.h"
#include "sandbox/parent.h"

static struct {
	bool correct; /* the configuration */
	bool fails; /* on this host */
	bool unable; /* the parent lacks capabilities */
} check;

void
check_run_fail(void)
{
	check.fails = true;
}

void
check_run_unable(void)
{
	check.unable = true;
	check_run_fail();
}

void
check_run_prepare(struct conf *c, struct reload_input *in)
{
	const struct spawn_user *imaged = spawn_user(ROLE_IMAGED);
	uint16_t lacking;

	check.correct = true;
	c->test = true;
	lacking = roots_check_test(c);
	if (lacking != 0)
		check_run_fail();
	if (bind_test(c) == -1)
		check_run_fail();
	if (pid_file_test(c->daemon.pid_file) == -1 || limits_fit(c, 0) == -1)
		check_run_fail();
	if ((lacking & ROLE_BIT(ROLE_IMAGED)) == 0)
		boot_look_wait(c, imaged->uid, imaged->gid, BOOT_LOOK_MS);
	started_compare(c, parent.options);
	/* It would end the test if it cannot keep a capability. */
	if (!check.unable)
		sandbox_parent(c->daemon.layers_disabled);
	in->kind = RELOAD_PARSED;
	prepare_roles(in, c, NULL);
	in->needed &= (uint16_t)~lacking;
}

int
check_run_end(int status)
{
	uint64_t warnings = log_sink_warnings();

	if (!check.correct)
		return status;
	if (status != 0)
		check_run_fail();
	log_notice("the configuration is correct (%llu warning%s)%s",
	    (unsigned long long)warnings, warnings == 1 ? "" : "s",
	    check.fails ? "; on this host the daemon would not start" : "");
	if (check.fails && !parent.options->print)
		return 1;
	if (conf_text_write() == 0)
		return 0;
	log_warn("standard output: cannot write the configuration");
	return 1;
}
