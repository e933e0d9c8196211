/* SPDX-License-Identifier: ISC */
/* Formats and logs lines about requests for boot files. */
#include "daemon/report_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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
report_known(const struct host_id *host, char dst[REPORT_KNOWN_MAX])
{
	char name[HOST_TEXT_MAX * 4];
	size_t n = 0;
	uint8_t i;

	dst[0] = '\0';
	if (host->hwlen == 0)
		return dst;
	for (i = 0; i < host->hwlen; i++)
		n += (size_t)snprintf(dst + n, REPORT_KNOWN_MAX - n, "%s%02x",
		    i == 0 ? " (" : ":", host->hw[i]);
	(void)log_escape(name, sizeof(name), host->name, strlen(host->name));
	(void)snprintf(dst + n, REPORT_KNOWN_MAX - n, "%s%s)",
	    name[0] == '\0' ? "" : ", ", name);
	return dst;
}

const char *
report_request_text(
    const struct report_request *r, char dst[REPORT_REQUEST_MAX])
{
	char name[REPORT_NAME_MAX], client[ENDPOINT_TEXT],
	    host[REPORT_KNOWN_MAX];

	(void)snprintf(dst, REPORT_REQUEST_MAX, "\"%s\"%s for %s%s",
	    log_escape(name, sizeof(name), r->name, r->namelen),
	    r->own ? " from its own folder" : "",
	    endpoint_text(r->client, client), report_known(r->host, host));
	return dst;
}

void
report_not_found(const struct report_request *r, const char *root,
    struct log_limit *limit, uint64_t now_ms)
{
	char subj[REPORT_REQUEST_MAX], more[REPORT_SUPPRESSED_MAX],
	    path[REPORT_NAME_MAX];
	uint64_t n;

	if (log_limit_ok(limit, now_ms, &n))
		log_warnx(
		    "not found %s: the configuration offers this file, but it is not in %s, so the machine does not boot; put it there or correct dhcp-boot or pxe-service%s",
		    report_request_text(r, subj),
		    log_escape(path, sizeof(path), root, strlen(root)),
		    report_suppressed(n, more));
}

void
report_invalid(const struct endpoint *client, const char *name, size_t namelen,
    const char *why, struct log_limit *limit, uint64_t now_ms)
{
	char text[REPORT_NAME_MAX], from[ENDPOINT_TEXT],
	    more[REPORT_SUPPRESSED_MAX];
	uint64_t n;

	if (log_limit_ok(limit, now_ms, &n))
		log_info("rejected \"%s\" for %s: %.*s%s",
		    log_escape(text, sizeof(text), name, namelen),
		    endpoint_text(client, from), (int)strcspn(why, "\n"), why,
		    report_suppressed(n, more));
}

void
report_count(int priority, const char *group, const char *name, uint64_t count)
{
	char line[128];

	if (count == 0)
		return;
	(void)snprintf(
	    line, sizeof(line), "count %s%s: %" PRIu64, group, name, count);
	log_line(priority, line);
}
