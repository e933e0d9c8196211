/* SPDX-License-Identifier: ISC */
/* Encodes FILE_ASK. */
#include "daemon/file_ask.h"

void
file_ask_encode(
    const struct file_ask *ask, const char *name, size_t len, struct writer *w)
{
	writer_u8(w, ask->root);
	writer_blob(w, ask->own, ask->ownlen);
	writer_blob(w, name, len);
	writer_blob(w, ask->sibling, ask->siblinglen);
}
