/* SPDX-License-Identifier: ISC */
/* The log messages of the reload state machine. */
#include "priv/reload_say.h"

#include "daemon/log.h"

#define SECONDS(ms) ((ms) / 1000)

const char *
reload_say_reason(enum reload_say say)
{
	/* The strings contain these values. */
	_Static_assert(RELOAD_SILENCE_MS == 10000, "see RELOAD_SAY_SILENT");
	_Static_assert(RELOAD_BUSY_MS == 120000, "see RELOAD_SAY_BUSY");
	_Static_assert(RELOAD_PARSE_MS == 60000, "see RELOAD_SAY_PARSE_LATE");
	_Static_assert(RELOAD_START_MS == 120000, "see RELOAD_SAY_START_LATE");
	_Static_assert(RELOAD_ANSWER_MS == 30000, "see RELOAD_SAY_ANSWER_LATE");
	_Static_assert(RELOAD_STOP_MS == 2000, "see RELOAD_SAY_STOP_LATE");

	static const char *const reasons[RELOAD_SAY_MAX] = {
		[RELOAD_SAY_SILENT] = "no answer for 10 s",
		[RELOAD_SAY_BUSY] = "busy; no answer to a PING for 120 s",
		[RELOAD_SAY_PARSE_LATE] = "configuration not read within 60 s",
		[RELOAD_SAY_START_LATE] = "not ready 120 s after its start",
		[RELOAD_SAY_ANSWER_LATE] =
		    "no answer to a configuration within 30 s",
		[RELOAD_SAY_STOP_LATE] = "did not exit 2 s after STOP",
		[RELOAD_SAY_KILL_REJECTED] = "rejected its configuration",
		[RELOAD_SAY_BROKEN] = "protocol violation",
		[RELOAD_SAY_NOT_USED] =
		    "its configuration was discarded or replaced",
	};

	return reasons[say];
}

static void
log_exit(enum reload_say say, const struct child *c)
{
	char how[400];

	if (c == NULL)
		return;
	child_exit_reason(c, how, sizeof(how));
	if (say == RELOAD_SAY_EXITED)
		log_warnx(
		    "%s (process %d) %s", role_name(c->role), c->pid, how);
	else
		log_debug(
		    "%s (process %d) %s", role_name(c->role), c->pid, how);
}

/* Logs why a reload failed, was delayed, or excludes a role. */
static void
log_change(const struct reload_action *a)
{
	const char *role = role_name(a->role);

	switch (a->say) {
	case RELOAD_SAY_REJECTED:
		log_warnx(
		    "%s rejected the new configuration; starting another process to check it",
		    role);
		break;
	case RELOAD_SAY_VETO:
		log_err(
		    "%s cannot serve the configuration; see the messages above",
		    role);
		break;
	case RELOAD_SAY_EXCLUDED:
		log_err(
		    "%s is not ready; committing the configuration without it",
		    role);
		break;
	case RELOAD_SAY_KEPT:
		log_err("reload failed; keeping the running configuration");
		break;
	case RELOAD_SAY_IFACES_KEPT:
		log_err(
		    "change of interfaces failed; keeping the running configuration; retrying in %u s",
		    SECONDS(a->n));
		break;
	case RELOAD_SAY_DELAYED:
		log_warnx("reload delayed for %d s: waiting for %s",
		    SECONDS(RELOAD_DELAY_MS), role);
		break;
	default:
		break;
	}
}

void
reload_say_log(const struct reload_action *a, const struct child *c)
{
	const char *role = role_name(a->role);

	switch (a->say) {
	case RELOAD_SAY_EXITED:
	case RELOAD_SAY_STOPPED:
		log_exit(a->say, c);
		break;
	case RELOAD_SAY_BACK:
		log_info(
		    "%s restarted as process %d", role, c == NULL ? 0 : c->pid);
		break;
	case RELOAD_SAY_RESTART:
		log_err(
		    "%s could not be started; retrying in %u ms", role, a->n);
		break;
	case RELOAD_SAY_PAUSE:
		log_err(
		    "%s failed %u times within %d s; retrying in %d s; fix the cause, then reload (SIGHUP)",
		    role, a->n, SECONDS(RELOAD_WINDOW_MS),
		    SECONDS(RELOAD_PAUSE_MS));
		break;
	case RELOAD_SAY_STALLED:
		log_warnx(
		    "the parent process did not run for %u s; deadlines of roles extended",
		    SECONDS(a->n));
		break;
	case RELOAD_SAY_UNKILLABLE:
		log_err(
		    "%s (process %d) is still running %d s after SIGKILL; no longer waiting for it",
		    role, c == NULL ? 0 : c->pid, SECONDS(RELOAD_KILL_MS));
		break;
	case RELOAD_SAY_TOO_MANY_UNKILLABLE:
		log_err(
		    "%s: %u processes survived SIGKILL; not starting another; check for a hung disk or file server",
		    role, a->n);
		break;
	case RELOAD_SAY_NO_PLACE:
		log_err(
		    "%s: not starting a process: all %u places for processes are in use",
		    role, a->n);
		break;
	default:
		log_change(a);
		break;
	}
}
