/* SPDX-License-Identifier: ISC */
/* The services, boot file and style that the configuration has for a client. */
#include "dhcpd/pxe_client.h"

#include <string.h>

#include "dhcpd/arch.h"
#include "dhcpd/choose.h"

/* Clients that tell no architecture are taken for BIOS. */
static uint32_t
pxe_arch(const struct packet *p)
{
	uint32_t arch = arch_of(p);

	return arch == ARCH_NONE ? 0 : arch;
}

bool
pxe_is_loader(const struct packet *p)
{
	size_t len;
	const uint8_t *class = packet_option(p, OPT_USER_CLASS, &len);

	if (packet_has(p, OPT_IPXE))
		return true;
	return class != NULL && (memmem(class, len, "iPXE", 4) != NULL ||
				    memmem(class, len, "gPXE", 4) != NULL);
}

bool
pxe_serves(const struct pxe *x, const struct conf_service *s)
{
	return s->arch == x->arch &&
	       tags_hold(&x->c->tags, &s->tags, &x->rq->all);
}

struct pxe
pxe_of(const struct dhcp_conf *c, const struct request *rq, uint32_t local,
    size_t room)
{
	struct pxe x = { .c = c,
		.rq = rq,
		.local = local,
		.room = room,
		.arch = pxe_arch(rq->p),
		.boot = choose_boot(c, rq) };
	size_t i;

	for (i = 0; i < c->services.n; i++) {
		if (!pxe_serves(&x, &c->services.v[i]))
			continue;
		if (x.n++ == 0)
			x.first = &c->services.v[i];
	}
	x.loader = x.boot != NULL && x.boot->tags.n > 0 && pxe_is_loader(rq->p);
	return x;
}

/* Processors whose firmware is UEFI and loads by TFTP. */
static bool
arch_is_efi(uint32_t arch)
{
	return arch == 2 || (arch >= 6 && arch <= 11) || arch == 25 ||
	       arch == 27 || arch == 29 || (arch >= 33 && arch <= 37) ||
	       arch == 39;
}

/*
 * x86 UEFI asks port 4011 without being told.  U-Boot, UEFI of ARM, and clients
 * without option 93 read file and server from the OFFER.
 */
static enum record_pxe_how
how_default(const struct pxe *x, bool proxy)
{
	enum record_pxe_how menu =
	    x->n > 0 ? RECORD_PXE_MENU : RECORD_PXE_BYPASS;

	if (x->loader || (proxy && !packet_has(x->rq->p, OPT_ARCH)))
		return RECORD_PXE_BYPASS;
	if (x->arch <= 5 && x->arch != 2)
		return menu;
	if (!arch_is_efi(x->arch))
		return RECORD_PXE_BYPASS;
	if (x->arch == 10 || x->arch == 11)
		return x->n > 1 ? menu : RECORD_PXE_BYPASS;
	return proxy || (x->n == 1 && x->first->file[0] != '\0')
		   ? RECORD_PXE_BINL
		   : menu;
}

enum record_pxe_how
pxe_how(const struct pxe *x, bool proxy, bool *chosen)
{
	const struct dhcp_conf *c = x->c;
	const struct conf_pxe_style *s = NULL;
	size_t i;

	for (i = 0; i < c->pxe_styles.n; i++)
		if (choose_over(c, x->rq, &c->pxe_styles.v[i].tags,
			s != NULL ? &s->tags : NULL))
			s = &c->pxe_styles.v[i];
	if (s != NULL)
		trace_style(x->rq->trace, (size_t)(s - c->pxe_styles.v));
	*chosen = s != NULL;
	if (s == NULL)
		return how_default(x, proxy);
	if (s->how == RECORD_PXE_MENU && x->n == 0)
		return RECORD_PXE_BYPASS;
	return (enum record_pxe_how)s->how;
}

bool
pxe_nothing(const struct pxe *x)
{
	return x->n == 0 && (x->boot == NULL || x->boot->file[0] == '\0');
}
