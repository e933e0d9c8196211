/* SPDX-License-Identifier: ISC */
/* Checks of signed boot files that compare several lines. */
#include "confd/check_verify.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"

void
check_verify(struct config *c)
{
	const struct place *mode = &c->mark[CONFIG_MARK_VERIFY];
	const struct place *setting = &c->mark[CONFIG_MARK_VERIFY_SETTING];

	if (c->verify.mode == RECORD_VERIFY_OFF) {
		if (setting->file != NULL && c->errors == 0)
			diag_at(c, LOG_WARNING, setting,
			    "signatures are not checked; this line and others have no effect; write verify-images=warn or verify-images=require");
		return;
	}
	if (!c->tftp.enabled && !c->http.enabled && c->errors == 0)
		diag_at(c, LOG_WARNING, mode,
		    "no boot files are served, so none is checked; add enable-tftp or enable-http");
	/* A rejected verify-key has its own error. */
	if (c->mark[CONFIG_MARK_VERIFY_KEY].file == NULL)
		diag_at(c, LOG_ERR, mode,
		    "no key is given to check signatures with; add verify-key=FILE with a public key of minisign, signify or pxeguard-sign");
}
