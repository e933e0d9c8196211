/* SPDX-License-Identifier: ISC */
/* "Did you mean": the directive that an unknown name may be meant as. */
#ifndef CONFD_SUGGEST_H
#define CONFD_SUGGEST_H

/* The closest name; NULL when no name is close. */
const char *suggest_directive(const char *name);

#endif
