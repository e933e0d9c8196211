/* SPDX-License-Identifier: ISC */
/* The table of roles. */
#include "priv/role_spec.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "daemon/file.h"
#include "daemon/hash_job.h"
#include "daemon/http.h"
#include "daemon/tftp.h"

#define SMALL_FDS 64 /* of a role that has few files */
#define ROLE_FDS 256 /* of any other, independent of the configuration */
#define HASHD_FDS (2 * HASH_JOBS_MAX) /* each job's file, and copy or table */
#define LISTENER_FDS 2 /* for the running and for a new configuration */
#define LISTENERS_STEP 256 /* so that interfaces may appear at any time */
#define TRANSFERS_MIN 256 /* so that tftp-max may grow while tftpd runs */
/* For verify-images: copies, and passes of hashd. */
#define IMAGE_CHECK_FDS (1024 + 2 * 256)
#define IMAGE_FDS 2 /* of imaged, for each transfer: open, and queued */

/* ------------------------------------- descriptors by the configuration */

static uint64_t
transfers_max(const struct conf *c)
{
	uint32_t n = c->tftp.max > TRANSFERS_MIN ? c->tftp.max : TRANSFERS_MIN;

	return (uint64_t)n + tftp_half_open(n);
}

static uint64_t
fds_dhcpd(const struct conf *c)
{
	uint64_t steps = c->nlisteners / LISTENERS_STEP + 1;

	return steps * LISTENERS_STEP * LISTENER_FDS;
}

static uint64_t
fds_tftpd(const struct conf *c)
{
	return transfers_max(c) * TFTP_TRANSFER_FDS;
}

static uint64_t
connections_max(const struct conf *c)
{
	uint32_t n = c->http.max > HTTP_MAX_MIN ? c->http.max : HTTP_MAX_MIN;

	if (!c->http.enabled)
		return 0;
	return (uint64_t)n + http_spare(n);
}

static uint64_t
fds_httpd(const struct conf *c)
{
	return connections_max(c) * HTTP_CONNECTION_FDS;
}

static uint64_t
fds_imaged(const struct conf *c)
{
	uint64_t check =
	    c->verify.mode == RECORD_VERIFY_OFF ? 0 : IMAGE_CHECK_FDS;

	return check + (transfers_max(c) + connections_max(c)) * IMAGE_FDS;
}

/* --------------------------------------------------------------- folders */

/* All tftp-roots, by number; number 0, for all interfaces, may be absent. */
static void
roots_imaged(struct boot *boot, const struct conf *c)
{
	size_t n;

	for (n = 0; n <= c->ntftp_roots; n++)
		(void)snprintf(boot->roots[n], sizeof(boot->roots[n]), "%s",
		    conf_tftp_root(c, n));
	boot->nroots = (uint8_t)(1 + c->ntftp_roots);
}

/* The folder of the lease file. */
static void
roots_leased(struct boot *boot, const struct conf *c)
{
	char dir[RECORD_PATH_MAX];

	memcpy(dir, c->store.path, sizeof(dir));
	boot->nroots = 1;
	(void)snprintf(
	    boot->roots[0], sizeof(boot->roots[0]), "%s", dirname(dir));
}

/* ---------------------------------------------------------------- needed */

static bool
needed_dhcp(const struct conf *c)
{
	return c->dhcp.enabled;
}

static bool
needed_tftp(const struct conf *c)
{
	return c->tftp.enabled;
}

static bool
needed_verify(const struct conf *c)
{
	return conf_serves_files(c) && c->verify.mode != RECORD_VERIFY_OFF;
}

static bool
needed_http(const struct conf *c)
{
	return c->http.enabled;
}

/* It keeps leases, and the serials of signed manifests. */
static bool
needed_store(const struct conf *c)
{
	return needed_dhcp(c) || needed_verify(c);
}

static const struct role_spec specs[ROLE_MAX] = {
	[ROLE_CONFD] = {
		.root = SANDBOX_ROOT_EMPTY,
		.fds = SMALL_FDS,
	},
	[ROLE_DHCPD] = {
		.root = SANDBOX_ROOT_EMPTY,
		.replace_on_change = true,
		.fds = ROLE_FDS,
		.more_fds = fds_dhcpd,
		.needed = needed_dhcp,
		.peers = ROLE_BIT(ROLE_LEASED) | ROLE_BIT(ROLE_TFTPD) |
			 ROLE_BIT(ROLE_HTTPD),
		.kill_on_report = ROLE_BIT(ROLE_LEASED),
	},
	[ROLE_LEASED] = {
		.root = SANDBOX_ROOT_WRITE,
		.roots = roots_leased,
		.fds = ROLE_FDS,
		.needed = needed_store,
		.exclusive = true, /* it has its database to itself */
		.peers = ROLE_BIT(ROLE_DHCPD) | ROLE_BIT(ROLE_IMAGED),
		.kill_on_report = ROLE_BIT(ROLE_DHCPD),
	},
	[ROLE_TFTPD] = {
		.root = SANDBOX_ROOT_EMPTY,
		.fds = TFTP_OTHER_FDS,
		.more_fds = fds_tftpd,
		.needed = needed_tftp,
		.peers = ROLE_BIT(ROLE_IMAGED) | ROLE_BIT(ROLE_DHCPD),
		.kill_on_report = ROLE_BIT(ROLE_IMAGED),
	},
	[ROLE_IMAGED] = {
		.root = SANDBOX_ROOT_READ,
		.roots = roots_imaged,
		.replace_on_change = true,
		.fds = ROLE_FDS + FILE_COPIES_MAX,
		.more_fds = fds_imaged,
		.needed = conf_serves_files,
		.peers = ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_HTTPD) |
			 ROLE_BIT(ROLE_HASHD) | ROLE_BIT(ROLE_LEASED),
		.kill_on_report = ROLE_BIT(ROLE_TFTPD) | ROLE_BIT(ROLE_HTTPD) | ROLE_BIT(ROLE_HASHD),
	},
	[ROLE_HTTPD] = {
		.package = "pxeguard-http",
		.package_for = "enable-http",
		.root = SANDBOX_ROOT_EMPTY,
		.fds = HTTP_OTHER_FDS,
		.more_fds = fds_httpd,
		.needed = needed_http,
		.peers = ROLE_BIT(ROLE_IMAGED) | ROLE_BIT(ROLE_DHCPD) |
			 ROLE_BIT(ROLE_KEYD),
		.kill_on_report = ROLE_BIT(ROLE_IMAGED) | ROLE_BIT(ROLE_KEYD),
	},
	[ROLE_KEYD] = {
		.package = "pxeguard-http",
		.package_for = "https-cert",
		.root = SANDBOX_ROOT_EMPTY,
		.fds = SMALL_FDS,
		.needed = conf_serves_https,
		.peers = ROLE_BIT(ROLE_HTTPD),
		.kill_on_report = ROLE_BIT(ROLE_HTTPD),
	},
	[ROLE_CAPD] = {
		.root = SANDBOX_ROOT_EMPTY,
		.fds = SMALL_FDS,
	},
	[ROLE_HASHD] = {
		.root = SANDBOX_ROOT_EMPTY,
		.fds = ROLE_FDS + HASHD_FDS,
		.needed = needed_verify,
		.peers = ROLE_BIT(ROLE_IMAGED),
		.kill_on_report = ROLE_BIT(ROLE_IMAGED),
	},
};

const struct role_spec *
role_spec(enum role r)
{
	return &specs[r];
}

uint64_t
role_fds_needed(enum role r, const struct conf *c)
{
	const struct role_spec *s = &specs[r];

	return s->fds + (s->more_fds == NULL ? 0 : s->more_fds(c));
}

bool
role_needed(enum role r, const struct conf *c)
{
	return specs[r].needed != NULL && specs[r].needed(c);
}
