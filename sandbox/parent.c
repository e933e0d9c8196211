/* SPDX-License-Identifier: ISC */
/* What the parent may do, and what it needs to start roles. */
#include "sandbox/parent.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cap-ng.h>

#include "daemon/log.h"
#include "daemon/record.h"
#include "sandbox/layers.h"
#include "sandbox/seccomp.h"

/* Either leaves the parent without its filter. */
#define PARENT_SECCOMP (RECORD_LAYER_SECCOMP | RECORD_LAYER_PARENT_SECCOMP)

/* What the parent uses itself. */
static const unsigned int parent_caps[] = {
	CAP_NET_BIND_SERVICE, /* ports 67 and 69 */
	CAP_NET_ADMIN, /* neighbour entries */
	CAP_KILL, /* roles run as other users */
	CAP_DAC_READ_SEARCH, /* configuration below a home directory */
};

/*
 * What a new role needs, beyond those, to enter its sandbox: exec by uid 0
 * gives it the bounding set.
 */
static const unsigned int setup_caps[] = {
	CAP_SYS_ADMIN, /* namespaces and mounts */
	CAP_SETUID, CAP_SETGID, CAP_SETPCAP, /* empty its own bounding set */
};

/* Whether a capability is needed with these layers disabled. */
static bool
capability_needed(unsigned int cap, uint8_t layers_disabled)
{
	/* The parent's filter needs it, too. */
	return cap != CAP_SYS_ADMIN ||
	       (layers_disabled & RECORD_LAYER_NAMESPACES) == 0 ||
	       (layers_disabled & PARENT_SECCOMP) == 0;
}

/* Appends the names of those that are missing. */
static void
capabilities_missing(const unsigned int *caps, size_t n,
    uint8_t layers_disabled, char *dst, size_t size)
{
	size_t i, len;

	for (i = 0; i < n; i++) {
		if (!capability_needed(caps[i], layers_disabled) ||
		    (capng_have_capability(CAPNG_PERMITTED, caps[i]) &&
			capng_have_capability(CAPNG_BOUNDING_SET, caps[i])))
			continue;
		len = strlen(dst);
		(void)snprintf(dst + len, size - len, "%s%s",
		    len == 0 ? "" : ", ", capng_capability_to_name(caps[i]));
	}
}

enum sandbox_able
sandbox_check(uint8_t layers_disabled)
{
	static const unsigned int chroot_caps[] = { CAP_SYS_CHROOT };
	char missing[256] = "";
	size_t parents;

	if (capng_get_caps_process() == -1)
		return SANDBOX_ABLE; /* the layers report what they lack */
	capabilities_missing(parent_caps,
	    sizeof(parent_caps) / sizeof(parent_caps[0]), layers_disabled,
	    missing, sizeof(missing));
	parents = strlen(missing);
	capabilities_missing(setup_caps,
	    sizeof(setup_caps) / sizeof(setup_caps[0]), layers_disabled,
	    missing, sizeof(missing));
	if (layers_disabled & RECORD_LAYER_NAMESPACES)
		capabilities_missing(
		    chroot_caps, 1, layers_disabled, missing, sizeof(missing));
	if (missing[0] == '\0')
		return SANDBOX_ABLE;
	log_err(
	    "capabilities missing: %s; grant them (in a container: --cap-add); sys_admin is only for the namespaces of roles and the filter of the parent (--sandbox-disable=namespaces,parent-seccomp)",
	    missing);
	return missing[parents] == '\0' ? SANDBOX_PARENT_LACKS
					: SANDBOX_ROLES_LACK;
}

uint64_t
sandbox_parent_caps(uint8_t layers_disabled, uint64_t *bounding)
{
	uint64_t own = 0, setup = 0;
	size_t i;

	for (i = 0; i < sizeof(parent_caps) / sizeof(parent_caps[0]); i++)
		own |= UINT64_C(1) << parent_caps[i];
	for (i = 0; i < sizeof(setup_caps) / sizeof(setup_caps[0]); i++)
		if (capability_needed(setup_caps[i], layers_disabled))
			setup |= UINT64_C(1) << setup_caps[i];
	if (layers_disabled & RECORD_LAYER_NAMESPACES)
		setup |= UINT64_C(1) << CAP_SYS_CHROOT;
	*bounding = own | setup;
	return own;
}

static int
parent_capabilities(uint8_t layers_disabled, struct layer_error *e)
{
	uint64_t bounding,
	    own = sandbox_parent_caps(layers_disabled, &bounding);
	unsigned int i;

	capng_clear(CAPNG_SELECT_ALL);
	for (i = 0; i < 64; i++) {
		if ((own >> i & 1) != 0)
			capng_update(
			    CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, i);
		if ((bounding >> i & 1) != 0)
			capng_update(CAPNG_ADD, CAPNG_BOUNDING_SET, i);
	}
	if (capng_apply(CAPNG_SELECT_ALL) < 0)
		return layer_fail(e, "reduce the capabilities");
	return 0;
}

int
sandbox_keep_reading(void)
{
	static const unsigned int caps[] = { CAP_SYS_PTRACE,
		CAP_DAC_READ_SEARCH };
	bool have[2];
	size_t i;

	if (capng_get_caps_process() == -1)
		return -1;
	for (i = 0; i < 2; i++)
		have[i] = capng_have_capability(CAPNG_PERMITTED, caps[i]) == 1;
	capng_clear(CAPNG_SELECT_CAPS);
	for (i = 0; i < 2; i++)
		if (have[i])
			(void)capng_update(CAPNG_ADD,
			    CAPNG_EFFECTIVE | CAPNG_PERMITTED, caps[i]);
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -1 : 0;
}

void
sandbox_parent(uint8_t layers_disabled)
{
	struct layer_error e;

	if (layers_disabled & RECORD_LAYER_SECCOMP)
		log_warnx("sandbox: seccomp disabled by sandbox-disable");
	else if (layers_disabled & RECORD_LAYER_PARENT_SECCOMP)
		log_warnx(
		    "sandbox: parent-seccomp disabled by sandbox-disable");
	else if (sandbox_seccomp_parent(&e) == -1)
		layer_unavailable("seccomp", &e,
		    "allow CAP_SYS_ADMIN and enable CONFIG_SECCOMP_FILTER, or disable the layer with --sandbox-disable=parent-seccomp");
	else
		log_info("sandbox: seccomp");
	if (parent_capabilities(layers_disabled, &e) == -1)
		layer_unavailable("capabilities", &e, "start pxeguard as root");
	log_info(
	    "sandbox: capabilities: net_bind_service, net_admin, kill, dac_read_search");
}
