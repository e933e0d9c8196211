/* SPDX-License-Identifier: ISC */
/* Checks of TFTP, HTTP and signed boot files that compare several lines. */
#include "confd/check_files.h"

#include <string.h>

#include "confd/builder.h"
#include "confd/diag.h"
#include "daemon/tftp.h"

static bool
covers(const struct record_interface *i, const char *name)
{
	return i->prefix ? strncmp(i->name, name, strlen(i->name)) == 0
			 : strcmp(i->name, name) == 0;
}

/*
 * Compares the interfaces of a directive that enables a service with the roots
 * of single interfaces.
 */
struct listed {
	bool any; /* the directive names interfaces */
	bool rootless; /* one that has no root of its own */
	bool used[RECORD_TFTP_ROOTS_MAX]; /* the roots that are used */
};

/* A service of files. */
struct service {
	bool enabled;
	uint8_t use; /* of its interfaces */
	enum config_mark mark;
	const char *directive;
};

static void
listed_read(const struct config *c, uint8_t use, struct listed *l)
{
	struct record rec;
	size_t i, j;

	memset(l, 0, sizeof(*l));
	for (i = 0; config_next(c, RECORD_INTERFACE, &i, &rec); i++) {
		const struct record_interface *in = &rec.u.interface;

		if (in->use != use)
			continue;
		l->any = true;
		if (in->prefix || config_root_find(c, in->name) == c->nroots)
			l->rootless = true;
		for (j = 0; j < c->nroots; j++)
			if (covers(in, c->roots[j].name))
				l->used[j] = true;
	}
}

/* Whether every interface of a service has a root. */
static void
check_service_roots(
    struct config *c, const struct service *s, const struct listed *l)
{
	if (c->mark[CONFIG_MARK_ROOT].file != NULL)
		return;
	if (c->mark[CONFIG_MARK_ROOTS].file == NULL)
		diag_at(c, LOG_ERR, &c->mark[s->mark],
		    "%s needs a tftp-root; add tftp-root=PATH (dnsmasq would serve the whole file system)",
		    s->directive);
	else if (c->nroots > 0 && (!l->any || l->rootless))
		diag_at(c, LOG_ERR, &c->mark[s->mark],
		    "some served interfaces have no tftp-root; add tftp-root=PATH for them, or list the others with %s=NAME,...",
		    s->directive);
}

static void
check_roots(struct config *c)
{
	const struct service services[] = {
		{ c->tftp.enabled, RECORD_IF_TFTP, CONFIG_MARK_TFTP,
		    "enable-tftp" },
		{ c->http.enabled, RECORD_IF_HTTP, CONFIG_MARK_HTTP,
		    "enable-http" },
	};
	bool used[RECORD_TFTP_ROOTS_MAX] = { false };
	struct listed l;
	size_t i, k;

	for (k = 0; k < sizeof(services) / sizeof(services[0]); k++) {
		if (!services[k].enabled)
			continue;
		listed_read(c, services[k].use, &l);
		for (i = 0; i < c->nroots; i++)
			used[i] = used[i] || !l.any || l.used[i];
		check_service_roots(c, &services[k], &l);
	}
	for (i = 0; i < c->nroots; i++)
		if (!used[i])
			diag_at(c, LOG_WARNING, &c->roots_at[i],
			    "%s does not list %s; this root is not used",
			    c->tftp.enabled ? "enable-tftp" : "enable-http",
			    diag_show(c, c->roots[i].name));
}

/* The ports of transfers; each transfer has one of its own. */
static void
check_range(struct config *c)
{
	const struct place *at = &c->mark[CONFIG_MARK_PORTS];
	uint32_t ports = (uint32_t)c->tftp.port_high - c->tftp.port_low + 1;

	if (c->tftp.port_low <= TFTP_PORT && c->tftp.port_high >= TFTP_PORT) {
		if (--ports == 0) {
			diag_at(c, LOG_ERR, at,
			    "no port is left for transfers: port %d takes the requests; add ports, or write tftp-single-port",
			    TFTP_PORT);
			return;
		}
		diag_at(c, LOG_WARNING, at,
		    "port %d is in the range, but it takes the requests; transfers use the other ports",
		    TFTP_PORT);
	}
	if (ports < c->tftp.max) {
		diag_at(c, LOG_INFO, at,
		    "tftp-max lowered from %u to %u, the number of these ports",
		    c->tftp.max, ports);
		c->tftp.max = ports;
	}
}

static void
check_ports(struct config *c)
{
	if (c->tftp.port_low == 0)
		return;
	if (c->tftp.single_port)
		diag_at(c, LOG_WARNING, &c->mark[CONFIG_MARK_PORTS],
		    "the range has no effect: with tftp-single-port everything is sent from port %d; remove one of them",
		    TFTP_PORT);
	else
		check_range(c);
}

/* Settings of a service that is not enabled. */
static void
check_settings(struct config *c)
{
	const struct place *tftp = &c->mark[CONFIG_MARK_TFTP_SETTING];
	const struct place *http = &c->mark[CONFIG_MARK_HTTP_SETTING];

	if (!c->tftp.enabled && !c->http.enabled && tftp->file == NULL)
		tftp = &c->mark[CONFIG_MARK_FILES_SETTING];
	if (!c->tftp.enabled && tftp->file != NULL)
		diag_at(c, LOG_WARNING, tftp,
		    "TFTP is not served without enable-tftp; this line and others have no effect");
	if (!c->http.enabled && http->file != NULL)
		diag_at(c, LOG_WARNING, http,
		    "HTTP is not served without enable-http; this line and others have no effect");
}

/* A certificate and its key belong together. */
static void
check_https(struct config *c)
{
	const struct place *cert = &c->mark[CONFIG_MARK_HTTPS_CERT];
	const struct place *key = &c->mark[CONFIG_MARK_HTTPS_KEY];
	const struct place *port = &c->mark[CONFIG_MARK_HTTPS_PORT];

	if (cert->file != NULL && key->file == NULL)
		diag_at(c, LOG_ERR, cert,
		    "https-cert without https-key; add https-key=FILE, the private key of this certificate");
	else if (cert->file == NULL && key->file != NULL)
		diag_at(c, LOG_ERR, key,
		    "https-key without https-cert; add https-cert=FILE, the certificate of this key");
	else if (cert->file == NULL && port->file != NULL)
		diag_at(c, LOG_WARNING, port,
		    "HTTPS is not served without https-cert and https-key; this line has no effect");
	else if (cert->file != NULL && c->http.port == c->http.https_port)
		diag_at(c, LOG_ERR, cert,
		    "http-port and https-port are both %u; change one of them",
		    c->http.port);
}

/* Neither enable-tftp nor enable-http. */
static void
check_disabled(struct config *c)
{
	const struct place *root = &c->mark[CONFIG_MARK_ROOT];

	if (root->file == NULL)
		root = &c->mark[CONFIG_MARK_ROOTS];
	if (c->tftp.root[0] != '\0' || c->nroots > 0)
		diag_at(c, LOG_INFO, root,
		    "tftp-root without enable-tftp: TFTP is not served; add enable-tftp");
	check_settings(c);
	/* An error may be the reason. */
	if (c->mark[CONFIG_MARK_RANGE].file == NULL && c->errors == 0)
		diag_at(c, LOG_WARNING, NULL,
		    "nothing to serve; add a dhcp-range, or tftp-root with enable-tftp or enable-http");
}

/* tftpd knows hardware addresses from the leases of this server alone. */
static bool
leases_given(const struct config *c)
{
	/* A rejected dhcp-range has its own error. */
	bool rejected = c->mark[CONFIG_MARK_RANGE].file != NULL;
	struct record rec;
	size_t i;

	for (i = 0; config_next(c, RECORD_RANGE, &i, &rec); i++) {
		if (rec.u.range.mode != RECORD_RANGE_PROXY)
			return true;
		rejected = false;
	}
	return rejected;
}

/* Settings by hardware address. */
static void
check_macs(struct config *c)
{
	struct record rec;
	size_t i;

	if (leases_given(c))
		return;
	if (c->tftp.unique == RECORD_TFTP_UNIQUE_MAC)
		diag_at(c, LOG_WARNING, &c->mark[CONFIG_MARK_UNIQUE],
		    "tftp-unique-root=mac has no effect: hardware addresses are known from leases alone, and no dhcp-range gives any; write tftp-unique-root=ip");
	for (i = 0; config_next(c, RECORD_TFTP_CLIENT, &i, &rec); i++)
		if (rec.u.tftp_client.net.family == 0)
			diag_at(c, LOG_WARNING, &c->entries[i].place,
			    "this line has no effect: hardware addresses are known from leases alone, and no dhcp-range gives any; name the client by its address");
}

/* Signatures of boot files. */
static void
check_verify(struct config *c)
{
	const struct place *mode = &c->mark[CONFIG_MARK_VERIFY];
	const struct place *setting = &c->mark[CONFIG_MARK_VERIFY_SETTING];

	if (c->verify.mode == RECORD_VERIFY_OFF) {
		if (setting->file != NULL && c->errors == 0)
			diag_at(c, LOG_WARNING, setting,
			    "signatures are not checked; this line and others have no effect; write verify-images=warn or verify-images=require");
		return;
	}
	if (!c->tftp.enabled && !c->http.enabled && c->errors == 0)
		diag_at(c, LOG_WARNING, mode,
		    "no boot files are served, so none is checked; add enable-tftp or enable-http");
	/* A rejected verify-key has its own error. */
	if (c->mark[CONFIG_MARK_VERIFY_KEY].file == NULL)
		diag_at(c, LOG_ERR, mode,
		    "no key is given to check signatures with; add verify-key=FILE with a public key of minisign, signify or pxeguard-sign");
}

static void
check_services(struct config *c)
{
	if (!c->tftp.enabled && !c->http.enabled) {
		if (!c->incomplete)
			check_disabled(c);
		return;
	}
	if (!c->incomplete)
		check_settings(c);
	if (!c->incomplete)
		check_https(c);
	check_roots(c);
	if (c->tftp.enabled)
		check_ports(c);
	check_macs(c);
}

void
check_files(struct config *c)
{
	check_services(c);
	check_verify(c);
}
