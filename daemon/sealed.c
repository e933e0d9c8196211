/* SPDX-License-Identifier: ISC */
/* Looks at the seals of a file. */
#include "daemon/sealed.h"

#include <fcntl.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

bool
sealed_is(int fd, struct stat *st)
{
	int have = fcntl(fd, F_GET_SEALS);

	return have != -1 && (have & SEALS) == SEALS && fstat(fd, st) == 0;
}
