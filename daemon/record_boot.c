/* SPDX-License-Identifier: ISC */
/* Boot files of dhcp-boot and pxe-service. */
#include "daemon/record_boot.h"

#include <stdio.h>
#include <string.h>

void
record_service_file(
    const char *name, uint16_t layer, char file[RECORD_FILE_MAX])
{
	if (strchr(name, '.') != NULL)
		(void)snprintf(file, RECORD_FILE_MAX, "%s", name);
	else
		(void)snprintf(file, RECORD_FILE_MAX, "%s.%u", name, layer);
}

bool
record_boot_file(
    const struct record *rec, char file[RECORD_FILE_MAX], uint32_t *addr)
{
	if (rec->kind == RECORD_BOOT) {
		memcpy(file, rec->u.boot.file, RECORD_FILE_MAX);
		*addr = rec->u.boot.addr;
	} else if (rec->kind == RECORD_SERVICE &&
		   rec->u.service.file[0] != '\0') {
		record_service_file(rec->u.service.file, 0, file);
		*addr = rec->u.service.addr;
	} else {
		return false;
	}
	return file[0] != '\0';
}
