/* SPDX-License-Identifier: ISC */
/*
 * What the log says of interfaces: for a configuration all, for interfaces that
 * change under one what differs.  Others may cause such changes as often as
 * they like.
 */
#ifndef PRIV_TELL_H
#define PRIV_TELL_H

#include "priv/conf.h"

/*
 * Warns of directives that lead to no interface, and of interfaces that are not
 * served although they were meant.  before: a configuration of which that is
 * told, or NULL.
 */
void tell_missing(const struct conf *, const struct conf *before);

/* What is served where; before as above. */
void tell_services(const struct conf *, const struct conf *before);

#endif
