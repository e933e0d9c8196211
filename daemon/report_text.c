/* SPDX-License-Identifier: ISC */
/* Formats parts of log lines. */
#include "daemon/report_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

const char *
report_suppressed(uint64_t n, char dst[REPORT_SUPPRESSED_MAX])
{
	dst[0] = '\0';
	if (n > 0)
		(void)snprintf(dst, REPORT_SUPPRESSED_MAX,
		    " (%" PRIu64 " similar messages suppressed)", n);
	return dst;
}

const char *
report_known(const uint8_t *hw, uint8_t hwlen, const char *host,
    char dst[REPORT_KNOWN_MAX])
{
	char name[HOST_TEXT_MAX * 4];
	size_t n = 0;
	uint8_t i;

	dst[0] = '\0';
	if (hwlen == 0)
		return dst;
	for (i = 0; i < hwlen; i++)
		n += (size_t)snprintf(dst + n, REPORT_KNOWN_MAX - n, "%s%02x",
		    i == 0 ? " (" : ":", hw[i]);
	(void)log_escape(name, sizeof(name), host, strlen(host));
	(void)snprintf(dst + n, REPORT_KNOWN_MAX - n, "%s%s)",
	    name[0] == '\0' ? "" : ", ", name);
	return dst;
}
