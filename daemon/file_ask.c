/* SPDX-License-Identifier: ISC */
/* Encodes and decodes FILE_ASK. */
#include "daemon/file_ask.h"

void
file_ask_encode(const struct file_ask *ask, struct writer *w)
{
	writer_u8(w, ask->root);
	writer_blob(w, ask->own, ask->ownlen);
	writer_blob(w, ask->name, ask->namelen);
	writer_blob(w, ask->sibling, ask->siblinglen);
}

int
file_ask_decode(struct reader *r, struct file_ask *ask)
{
	ask->root = reader_u8(r);
	ask->ownlen = reader_blob(r, ask->own, sizeof(ask->own));
	ask->namelen = reader_blob(r, ask->name, sizeof(ask->name));
	ask->siblinglen = reader_blob(r, ask->sibling, sizeof(ask->sibling));
	return reader_done(r) ? 0 : -1;
}
