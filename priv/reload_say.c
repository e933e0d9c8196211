/* SPDX-License-Identifier: ISC */
/* The log lines of the reload state machine. */
#include "priv/reload_say.h"

#include "daemon/log.h"

#define S(ms) ((ms) / 1000)

const char *
reload_say_reason(enum reload_say say)
{
	_Static_assert(RELOAD_SILENCE_MS == 10000 && RELOAD_PARSE_MS == 60000 &&
			   RELOAD_START_MS == 120000 &&
			   RELOAD_ANSWER_MS == 30000,
	    "the texts name these times");

	switch (say) {
	case RELOAD_SAY_SILENT:
		return "it hangs: no answer for 10 s";
	case RELOAD_SAY_PARSE_LATE:
		return "it took longer than 60 s to read the configuration";
	case RELOAD_SAY_START_LATE:
		return "it was not ready 120 s after its start";
	case RELOAD_SAY_ANSWER_LATE:
		return "it did not answer to a configuration within 30 s";
	case RELOAD_SAY_STOP_LATE:
		return "it did not stop when asked";
	case RELOAD_SAY_REJECTS:
		return "it refuses its configuration";
	case RELOAD_SAY_NOT_USED:
		return "its configuration was not taken into use";
	default:
		return NULL;
	}
}

static void
say_end(enum reload_say say, const struct child *c)
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

/* Why a change is not made, or not by all. */
static void
say_change(const struct reload_action *a)
{
	const char *role = role_name(a->role);

	switch (a->say) {
	case RELOAD_SAY_REFUSED:
		log_warnx(
		    "%s refuses the configuration; asking a new process", role);
		break;
	case RELOAD_SAY_VETO:
		log_err("%s cannot serve the configuration", role);
		break;
	case RELOAD_SAY_WITHOUT:
		log_err(
		    "%s is not ready; changing the configuration without it",
		    role);
		break;
	case RELOAD_SAY_KEPT:
		log_err("the configuration was not changed; the daemon goes on "
			"with the one it has");
		break;
	case RELOAD_SAY_DELAYED:
		log_warnx("reload delayed for %d s: waiting for %s",
		    S(RELOAD_DELAY_MS),
		    a->role == ROLE_PRIV ? "roles that start" : role);
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
		say_end(a->say, c);
		break;
	case RELOAD_SAY_BACK:
		log_info(
		    "%s is back as process %d", role, c == NULL ? 0 : c->pid);
		break;
	case RELOAD_SAY_RESTART:
		log_err("%s could not be started; next attempt in %u ms", role,
		    a->n);
		break;
	case RELOAD_SAY_PAUSE:
		log_err("%s died %u times within %d s and stays down for %d s; "
			"the other roles go on; mend the cause, then reload "
			"(SIGHUP)",
		    role, a->n, S(RELOAD_WINDOW_MS), S(RELOAD_PAUSE_MS));
		break;
	case RELOAD_SAY_STALLED:
		log_warnx("the parent process did not run for %u s; deadlines "
			  "of roles extended",
		    S(a->n));
		break;
	case RELOAD_SAY_UNKILLABLE:
		log_err("%s (process %d) does not end %d s after SIGKILL; "
			"starting another one",
		    role, c == NULL ? 0 : c->pid, S(RELOAD_KILL_MS));
		break;
	case RELOAD_SAY_LOST_MAX:
		log_err("%s: no other process is started: %u do not end after "
			"SIGKILL; look for a disk or file server that hangs",
		    role, a->n);
		break;
	default:
		say_change(a);
		break;
	}
}
