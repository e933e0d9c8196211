/* SPDX-License-Identifier: ISC */
/* Collects roots, offered boot files and interfaces. */
#include "daemon/file_conf.h"

#include <stdio.h>
#include <string.h>

#include "daemon/http.h"
#include "daemon/record_boot.h"
#include "daemon/role.h"

static int
add_root(struct file_conf *f, const struct record_tftp_root *r, char *why)
{
	if (f->nroots == RECORD_TFTP_ROOTS_MAX) {
		(void)snprintf(why, ROLE_WHY_MAX,
		    "tftp-root is set for more than %d interfaces; use one tftp-root for several interfaces",
		    RECORD_TFTP_ROOTS_MAX);
		return -1;
	}
	memcpy(f->root[1 + f->nroots++], r->path, sizeof(r->path));
	return 0;
}

static int
add_boot(struct file_conf *f, const struct record *rec,
    const struct file_service *service, char *why)
{
	char file[RECORD_FILE_MAX];
	uint32_t addr;

	if (!record_boot_file(rec, file, &addr) ||
	    offers_add(&f->offers, service->scheme, file) == 0)
		return 0;
	(void)snprintf(
	    why, ROLE_WHY_MAX, "not enough memory for the boot files");
	return -1;
}

int
file_conf_record(struct file_conf *f, const struct record *rec,
    const struct file_service *service, char *why)
{
	switch (rec->kind) {
	case RECORD_TFTP:
		f->lowercase = rec->u.tftp.lowercase;
		f->unique = rec->u.tftp.unique;
		memcpy(f->root[0], rec->u.tftp.root, sizeof(f->root[0]));
		return 0;
	case RECORD_TFTP_ROOT:
		return add_root(f, &rec->u.tftp_root, why);
	case RECORD_BOOT:
	case RECORD_SERVICE:
		return add_boot(f, rec, service, why);
	default:
		return 0;
	}
}

_Static_assert(HTTP_SOCKETS_MAX == TFTP_SOCKETS_MAX, "one limit for both");

void
file_conf_too_many(
    const struct file_service *service, const char *what, char *why)
{
	(void)snprintf(why, ROLE_WHY_MAX,
	    "%s is enabled on more than %d %s; list the interfaces that need it: interface=NAME,... or %s=NAME,...",
	    service->name, TFTP_SOCKETS_MAX, what, service->directive);
}

int
file_conf_iface(struct file_conf *f, const struct iface *ifc,
    const struct file_service *service, char *why)
{
	if (f->nifaces == TFTP_SOCKETS_MAX) {
		file_conf_too_many(service, "interfaces", why);
		return -1;
	}
	if (ifc->root >= FILE_CONF_ROOTS_MAX) {
		(void)snprintf(
		    why, ROLE_WHY_MAX, "%s has no tftp-root", ifc->name);
		return -1;
	}
	f->iface[f->nifaces++] = (struct file_iface){
		.index = ifc->index, .mtu = ifc->mtu, .root = ifc->root
	};
	return 0;
}

const struct file_iface *
file_conf_find(const struct file_conf *f, uint32_t ifindex, char *why)
{
	uint32_t i;

	for (i = 0; i < f->nifaces; i++)
		if (f->iface[i].index == ifindex)
			return &f->iface[i];
	(void)snprintf(why, ROLE_WHY_MAX, "no record of interface %u", ifindex);
	return NULL;
}

int
file_conf_finish(struct file_conf *f, char *why)
{
	if (offers_map(&f->offers, f->root, 1 + f->nroots, f->lowercase) == 0)
		return 0;
	(void)snprintf(
	    why, ROLE_WHY_MAX, "not enough memory for the dhcp-boot lines");
	return -1;
}

void
file_conf_free(struct file_conf *f)
{
	offers_free(&f->offers);
}
