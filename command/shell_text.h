/* SPDX-License-Identifier: ISC */
/* Words of commands that a person is to paste into a shell.  Pure. */
#ifndef COMMAND_SHELL_TEXT_H
#define COMMAND_SHELL_TEXT_H

#include <stdio.h>

/*
 * Writes a word of printable ASCII so that a shell reads it as it is: between
 * single quotes, if it has characters that a shell interprets.
 */
void shell_word(FILE *, const char *word);

#endif
