/* SPDX-License-Identifier: ISC */
/* What the configuration has for a PXE client: services and style.  Pure. */
#ifndef DHCPD_PXE_CLIENT_H
#define DHCPD_PXE_CLIENT_H

#include "dhcpd/classify.h"

/* What the configuration has for a client. */
struct pxe {
	const struct dhcp_conf *c;
	const struct request *rq;
	uint32_t local;
	size_t room; /* for option 43 */
	uint32_t arch;
	size_t n; /* services */
	const struct conf_service *first;
	const struct conf_boot *boot; /* NULL: no dhcp-boot line */
	/*
	 * A loader that has a dhcp-boot line of its own gets that, never the
	 * service by which it was loaded.
	 */
	bool loader;
};

/*
 * local: this server's address for the client; room: the bytes that option 43
 * may take of the message, with its codes and lengths.
 */
struct pxe pxe_of(const struct dhcp_conf *, const struct request *,
    uint32_t local, size_t room);

/* Whether it is iPXE or gPXE, whatever loaded that. */
bool pxe_is_loader(const struct packet *);

/* Whether a service is for the client. */
bool pxe_serves(const struct pxe *, const struct conf_service *);

/*
 * The style for a client that the configuration or, where it says nothing, its
 * architecture asks for.  proxy: another server gives the address.  *chosen:
 * by pxe-style.
 */
enum record_pxe_how pxe_how(const struct pxe *, bool proxy, bool *chosen);

/* Whether there is neither a service nor a boot file for the client. */
bool pxe_nothing(const struct pxe *);

#endif
