/* SPDX-License-Identifier: ISC */
/* Limits of descriptors. */
#include "priv/limits.h"

#include <sys/resource.h>

#include "daemon/file.h"
#include "daemon/log.h"
#include "daemon/tftp.h"

#define ROLE_FDS 256 /* that depend on nothing */
#define LISTENER_FDS 2 /* in force, and in a configuration that comes */
#define TRANSFERS_MIN 256 /* so that tftp-max may grow while tftpd runs */
#define IMAGE_FDS 2 /* of imaged, for each transfer: open, and on its way */

static uint64_t
limit_hard(void)
{
	struct rlimit rl;

	return getrlimit(RLIMIT_NOFILE, &rl) == -1 ? ROLE_FDS
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
		log_warn("cannot raise the limit of descriptors to %llu; there "
			 "may be too few for tftp-max",
		    (unsigned long long)rl.rlim_max);
}

uint32_t
limits_role(enum role r, const struct conf *c)
{
	uint32_t transfers =
	    c->tftp.max > TRANSFERS_MIN ? c->tftp.max : TRANSFERS_MIN;
	uint64_t n = r == ROLE_TFTPD ? TFTP_OTHER_FDS : ROLE_FDS;
	uint64_t hard = limit_hard();

	if (r == ROLE_IMAGED)
		n += FILE_COPIES_MAX;
	if (r == ROLE_DHCPD)
		n += (uint64_t)c->nlisteners * LISTENER_FDS;
	transfers += tftp_half_open(transfers);
	if (r == ROLE_TFTPD)
		n += (uint64_t)transfers * TFTP_TRANSFER_FDS;
	if (r == ROLE_IMAGED)
		n += (uint64_t)transfers * IMAGE_FDS;
	return (uint32_t)(n < hard ? n : hard);
}

uint32_t
limits_transfers(uint32_t max, uint64_t fds)
{
	uint64_t fit = tftp_fds_fit(fds), half_open = fit / 4;

	/* Where there are few, a quarter is for those not answered yet. */
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
		log_warnx("tftp-max %u needs more descriptors than the %llu "
			  "that a process may have here: there will be %u "
			  "transfers at once; raise the limit (LimitNOFILE, "
			  "ulimit -Hn) or lower tftp-max",
		    max, (unsigned long long)hard, fit);
	max = fit;
	if (running_fds != 0)
		fit = limits_transfers(max, running_fds);
	if (fit < max)
		log_warnx("tftp-max %u: tftpd was started for fewer and goes "
			  "on with %u transfers at once; stop and start "
			  "pxeguard for more",
		    c->tftp.max, fit);
	return fit == c->tftp.max ? 0 : conf_set_tftp_max(c, fit);
}
