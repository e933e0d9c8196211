/* SPDX-License-Identifier: ISC */
/* Collects files and arguments, and turns them into records. */
#include "confd/config.h"

#include <stdlib.h>
#include <string.h>

#include "confd/builder.h"
#include "confd/check.h"
#include "confd/diag.h"
#include "confd/directive.h"
#include "confd/include.h"
#include "daemon/grow.h"
#include "daemon/http.h"
#include "daemon/log.h"

struct config *
config_new(config_diag_fn *diag, void *arg)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->seen = calloc(directive_count(), 1);
	c->dns_names = calloc(1, CONFIG_DNS_MAX);
	if (c->seen == NULL || c->dns_names == NULL) {
		config_free(c);
		return NULL;
	}
	c->diag = diag;
	c->diag_arg = arg;
	c->dhcp.dns = true;
	c->dhcp.lease_max = CONFIG_LEASE_MAX;
	c->tftp.max = CONFIG_TFTP_MAX;
	c->tftp.cache = CONFIG_TFTP_CACHE;
	c->verify.cache = CONFIG_VERIFY_CACHE;
	c->http.port = HTTP_PORT;
	c->http.https_port = HTTPS_PORT;
	c->http.max = CONFIG_HTTP_MAX;
	memcpy(c->store.path, RECORD_STORE_PATH, sizeof(RECORD_STORE_PATH));
	return c;
}

void
config_free(struct config *c)
{
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->nargs; i++)
		free(c->args[i]);
	free(c->args);
	sources_free(&c->sources);
	free(c->entries);
	free(c->bodies);
	free(c->seen);
	free(c->dns_names);
	free(c);
}

void
config_on_progress(struct config *c, void (*progress)(void))
{
	c->progress = progress;
}

uint32_t
config_errors(const struct config *c)
{
	return c->errors;
}

uint32_t
config_warnings(const struct config *c)
{
	return c->warnings;
}

void
config_add_arg(struct config *c, const char *directive)
{
	c->here = (struct place){ CONFIG_COMMAND_LINE, 0 };
	if (grow_array(
		&c->args, &c->args_cap, c->nargs + 1, sizeof(*c->args)) == -1 ||
	    (c->args[c->nargs] = strdup(directive)) == NULL) {
		diag_error(c, "out of memory");
		return;
	}
	c->nargs++;
	include_collect_arg(c, c->args[c->nargs - 1]);
}

void
config_add_failed(struct config *c, const char *path, int error)
{
	c->here = (struct place){ path, 0 };
	diag_error(c, "cannot be read: %s", strerror(error));
}

void
config_add_file(struct config *c, const char *path, const struct config_text *t)
{
	enum source_result r;
	struct source *s;

	c->here = (struct place){ CONFIG_COMMAND_LINE, 0 };
	r = sources_add_file(&c->sources, path, false);
	if (r != SOURCE_OK && r != SOURCE_KNOWN) {
		diag_error(
		    c, "%s: %s", diag_show(c, path), source_result_text(r));
		return;
	}
	s = sources_find(&c->sources, path, false);
	s->root = true;
	if (s->state != SOURCE_WANTED)
		return;
	include_collect_text(c, s, t);
}

bool
config_finish(struct config *c)
{
	include_walk(c);
	if (c->dns_len > 0)
		diag_at(c, LOG_INFO, NULL, "DNS is not served; ignored: %s",
		    c->dns_names);
	if (c->v6_lines > 0)
		diag_at(c, LOG_WARNING, &c->v6_first,
		    "DHCP for IPv6 is not served yet; lines about it that are ignored: %u, the first here",
		    c->v6_lines);
	if (!c->stopped)
		check_config(c);
	diag_suppressed(c);
	return c->errors == 0;
}
