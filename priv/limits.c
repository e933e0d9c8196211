/* SPDX-License-Identifier: ISC */
/* Descriptor limits. */
#include "priv/limits.h"

#include <sys/resource.h>

#include "daemon/log.h"
#include "daemon/tftp.h"
#include "priv/role_spec.h"

#define FDS_UNKNOWN 256 /* if getrlimit() fails */

static uint64_t
limit_hard(void)
{
	struct rlimit rl;

	return getrlimit(RLIMIT_NOFILE, &rl) == -1 ? FDS_UNKNOWN
						   : (uint64_t)rl.rlim_max;
}

void
limits_raise(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &rl) == -1)
		log_warn("cannot raise the descriptor limit to %llu",
		    (unsigned long long)rl.rlim_max);
}

uint32_t
limits_role(enum role r, const struct conf *c)
{
	uint64_t n = role_fds_needed(r, c), hard = limit_hard();

	return (uint32_t)(n < hard ? n : hard);
}

uint32_t
limits_transfers(uint32_t max, uint64_t fds)
{
	uint64_t fit = tftp_fds_fit(fds), half_open = fit / 4;

	/* If there are few, a quarter is for half-open transfers. */
	if (half_open > tftp_half_open(max))
		half_open = tftp_half_open(max);
	fit -= half_open;
	if (fit == 0)
		fit = 1;
	return max < fit ? max : (uint32_t)fit;
}

int
limits_fit(struct conf *c, uint32_t running_fds)
{
	uint64_t hard = limit_hard();
	uint32_t max = c->tftp.max, fit;

	if (!c->tftp.enabled)
		return 0;
	fit = limits_transfers(max, hard);
	if (fit < max)
		log_warnx(
		    "tftp-max %u: the descriptor limit of %llu allows only %u transfers; raise the limit (LimitNOFILE, ulimit -Hn) or lower tftp-max",
		    max, (unsigned long long)hard, fit);
	max = fit;
	if (running_fds != 0)
		fit = limits_transfers(max, running_fds);
	if (fit < max)
		log_warnx(
		    "tftp-max %u: the descriptor limit of the running tftpd allows only %u transfers; restart pxeguard",
		    c->tftp.max, fit);
	return fit == c->tftp.max ? 0 : conf_set_tftp_max(c, fit);
}
