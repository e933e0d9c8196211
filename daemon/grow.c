/* SPDX-License-Identifier: ISC */
/* Arrays that grow with their content. */
#include "daemon/grow.h"

#include <stdlib.h>
#include <string.h>

#define GROW_STEP (16U << 20) /* bytes */
#define GROW_FIRST 64 /* elements */

int
grow_array(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap == 0 ? GROW_FIRST : *cap;
	void *old, *grown;

	if (need <= *cap)
		return 0;
	while (n < need)
		n += n < GROW_STEP / size ? n : GROW_STEP / size;
	memcpy(&old, array, sizeof(old));
	if ((grown = reallocarray(old, n, size)) == NULL)
		return -1;
	memcpy(array, &grown, sizeof(grown));
	*cap = n;
	return 0;
}
