/* SPDX-License-Identifier: ISC */
/* pxeguard-sign: makes keys, signs boot trees, and verifies them. */
#include <sodium.h>
#include <stdio.h>

#include "ctl/args.h"
#include "ctl/keygen.h"
#include "ctl/sign.h"
#include "ctl/tell.h"
#include "ctl/verify.h"

int
main(int argc, char **argv)
{
	enum tell_status status;
	struct args a;

	if (sodium_init() == -1) {
		tell_error("libsodium does not start");
		return TELL_FAILED;
	}
	switch (args_parse(&a, argc, argv)) {
	case ARGS_KEYGEN:
		status = keygen_run(&a);
		break;
	case ARGS_SIGN:
		status = sign_run(&a);
		break;
	case ARGS_VERIFY:
		status = verify_run(&a);
		break;
	case ARGS_HELP:
		(void)fputs(args_usage, stdout);
		status = TELL_OK;
		break;
	case ARGS_VERSION:
		tell_line(TELL_NAME " " PXEGUARD_VERSION);
		status = TELL_OK;
		break;
	default:
		status = TELL_FAILED;
	}
	/* A verdict that could not be printed is an error. */
	return tell_finish() ? (int)status : TELL_FAILED;
}
