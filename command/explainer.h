/* SPDX-License-Identifier: ISC */
/*
 * pxeguard --explain: a start with dhcpd alone, which gets no sockets, is asked
 * a question, and ends.  What it answers is printed on standard output.
 */
#ifndef COMMAND_EXPLAINER_H
#define COMMAND_EXPLAINER_H

#include "priv/command.h"

extern const struct command explainer_command;

#endif
