/* SPDX-License-Identifier: ISC */
/* User, capabilities, resource limits, no new privileges. */
#include "sandbox/user.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cap-ng.h>

/*
 * Changes to the role's user.  The permitted capabilities survive for one
 * more step, since emptying the bounding set takes one.
 */
int
sandbox_user(uid_t uid, gid_t gid, struct layer_error *e)
{
	uid_t r, eff, saved;
	gid_t gr, geff, gsaved;

	if (uid == 0 || gid == 0) {
		errno = 0;
		return layer_fail(e, "a role must not run as root");
	}
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
	    setgroups(0, NULL) == -1 || setresgid(gid, gid, gid) == -1 ||
	    setresuid(uid, uid, uid) == -1)
		return layer_fail(e, "change the user");
	if (getresuid(&r, &eff, &saved) == -1 || r != uid || eff != uid ||
	    saved != uid || getresgid(&gr, &geff, &gsaved) == -1 || gr != gid ||
	    geff != gid || gsaved != gid || getgroups(0, NULL) != 0) {
		errno = 0;
		return layer_fail(e, "the user did not change");
	}
	return 0;
}

int
sandbox_capabilities(struct layer_error *e)
{
	/*
	 * After the change of user the effective set is empty; one bit of it
	 * is needed to empty the bounding set.
	 */
	if (capng_get_caps_process() == -1)
		return layer_fail(e, "read the capabilities");
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_SETPCAP) == -1 ||
	    capng_apply(CAPNG_SELECT_CAPS) == -1)
		return layer_fail(e, "raise CAP_SETPCAP");
	capng_clear(CAPNG_SELECT_ALL);
	if (capng_apply(CAPNG_SELECT_ALL) < 0)
		return layer_fail(e, "empty the capability sets");
	if (capng_get_caps_process() == -1 ||
	    capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE ||
	    capng_have_capabilities(CAPNG_SELECT_BOUNDS) != CAPNG_NONE) {
		errno = 0;
		return layer_fail(e, "capabilities are left");
	}
	return 0;
}

static int
limit_set(__rlimit_resource_t what, rlim_t value, struct layer_error *e)
{
	struct rlimit rl = { .rlim_cur = value, .rlim_max = value };

	if (setrlimit(what, &rl) == -1)
		return layer_fail(e, "setrlimit");
	return 0;
}

/*
 * imaged and hashd copy files into memory, which the kernel counts as files;
 * they can open none for writing.
 */
bool
sandbox_no_file(const struct boot *b)
{
	return b->root == SANDBOX_ROOT_EMPTY && b->role != ROLE_HASHD;
}

int
sandbox_rlimits(const struct boot *b, struct layer_error *e)
{
	if (limit_set(RLIMIT_NOFILE, b->max_fds, e) == -1 ||
	    limit_set(RLIMIT_CORE, 0, e) == -1 ||
	    limit_set(RLIMIT_NPROC, 0, e) == -1 ||
	    limit_set(RLIMIT_MEMLOCK, 0, e) == -1 ||
	    limit_set(RLIMIT_MSGQUEUE, 0, e) == -1)
		return -1;
#ifndef PXEGUARD_SANITIZE /* its reports may go to a file */
	if (sandbox_no_file(b) && limit_set(RLIMIT_FSIZE, 0, e))
		return -1;
#endif
	return 0;
}

/*
 * Also: not to be traced or dumped by others of the same user, and to die
 * with the parent.  The latter is reset by a change of user, so it stands
 * here.
 */
int
sandbox_no_new_privs(struct layer_error *e)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return layer_fail(e, "PR_SET_DUMPABLE");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1)
		return layer_fail(e, "PR_SET_PDEATHSIG");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return layer_fail(e, "PR_SET_NO_NEW_PRIVS");
	return 0;
}
