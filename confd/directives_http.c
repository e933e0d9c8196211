/* SPDX-License-Identifier: ISC */
/* Directives of HTTP. */
#include "confd/directives_http.h"

#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"

void
directive_http_port(struct config *c, const struct token *value)
{
	(void)argument_port(c, value, &c->http.port);
}

void
directive_https_port(struct config *c, const struct token *value)
{
	config_mark(c, CONFIG_MARK_HTTPS_PORT);
	(void)argument_port(c, value, &c->http.https_port);
}

void
directive_https_cert(struct config *c, const struct token *value)
{
	config_mark(c, CONFIG_MARK_HTTPS_CERT);
	(void)argument_path(c, value, c->http.cert);
}

void
directive_https_key(struct config *c, const struct token *value)
{
	config_mark(c, CONFIG_MARK_HTTPS_KEY);
	(void)argument_path(c, value, c->http.key);
}

void
directive_http_max(struct config *c, const struct token *value)
{
	uint64_t max;

	if (!argument_number(c, value, UINT16_MAX, &max))
		return;
	if (max == 0)
		diag_error(c,
		    "http-max=0 allows no connection; write at least 1, or remove the line for the default of %d",
		    CONFIG_HTTP_MAX);
	else
		c->http.max = (uint32_t)max;
}

void
directive_boot_prefer(struct config *c, const struct token *value)
{
	if (strcasecmp(value->text, "http") == 0)
		c->http.prefer = true;
	else if (strcasecmp(value->text, "tftp") != 0)
		diag_error(c, "\"%s\" is neither tftp nor http",
		    diag_show(c, value->text));
}
