/* SPDX-License-Identifier: ISC */
/* Log lines about architectures and boot files. */
#include "dhcpd/report_boot.h"

#include <stdio.h>
#include <string.h>

#include "daemon/log.h"

#define ARCH_TEXT 32
#define FILE_TEXT (4 * RECORD_FILE_MAX + 1) /* "\\x00" for each byte */

/* "UEFI x64", or "architecture 99" */
static const char *
arch_text(uint32_t arch, char dst[ARCH_TEXT])
{
	const char *name = arch_name(arch);

	if (name != NULL)
		return name;
	(void)snprintf(dst, ARCH_TEXT, "architecture %u", arch);
	return dst;
}

const char *
report_boot_text(const struct note *n, char dst[REPORT_BOOT_TEXT])
{
	char file[FILE_TEXT], arch[ARCH_TEXT];

	dst[0] = '\0';
	if (n->arch == ARCH_NONE)
		return dst;
	if ((n->file == NULL || n->file[0] == '\0') && n->via != REPLY_VIA_NONE)
		(void)snprintf(dst, REPORT_BOOT_TEXT, ", %s, %s",
		    arch_text(n->arch, arch),
		    n->via == REPLY_VIA_MENU ? "boot menu"
					     : "boot file from port 4011");
	else if (n->file == NULL || n->file[0] == '\0')
		(void)snprintf(dst, REPORT_BOOT_TEXT,
		    ", %s, no boot file: no dhcp-boot or pxe-service line has one for architecture %u",
		    arch_text(n->arch, arch), n->arch);
	else
		(void)snprintf(dst, REPORT_BOOT_TEXT, ", %s, boot file \"%s\"",
		    arch_text(n->arch, arch),
		    log_escape(file, sizeof(file), n->file, strlen(n->file)));
	return dst;
}

void
report_misfit(const struct note *n)
{
	char file[FILE_TEXT], arch[ARCH_TEXT], mac[CLIENT_TEXT];

	log_warnx(
	    "boot file \"%s\" is for %s, but %s is %s and will not boot from it; add dhcp-match=set:TAG,option:client-arch,%u and dhcp-boot=tag:TAG,FILE",
	    log_escape(file, sizeof(file), n->file, strlen(n->file)),
	    arch_file_misfit(n->arch, n->file), client_text(&n->client, mac),
	    arch_text(n->arch, arch), n->arch);
}
