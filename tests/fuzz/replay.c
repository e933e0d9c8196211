/* SPDX-License-Identifier: ISC */
/* Runs a fuzz target once on each of the files named as arguments. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
main(int argc, char **argv)
{
	uint8_t *data;
	FILE *f;
	size_t n;
	int i;

	for (i = 1; i < argc; i++) {
		if ((f = fopen(argv[i], "rb")) == NULL ||
		    (data = malloc(INPUT_MAX)) == NULL) {
			perror(argv[i]);
			return 1;
		}
		n = fread(data, 1, INPUT_MAX, f);
		(void)fclose(f);
		/* Exactly as long as the input, so that ASan sees its end. */
		if (n > 0)
			data = realloc(data, n);
		(void)LLVMFuzzerTestOneInput(data, n);
		free(data);
	}
	(void)printf("%d inputs\n", argc - 1);
	return 0;
}
