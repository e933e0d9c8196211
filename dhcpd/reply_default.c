/* SPDX-License-Identifier: ISC */
/* Default values: addresses, domain and names. */
#include "dhcpd/reply_default.h"

#include <string.h>
#include <strings.h>

/*
 * The name of the client.  An OFFER must not contradict the DISCOVER: some
 * clients reject it then.  A client that sends option 81 is prepared for
 * another name.  A name that is made here comes with the lease.
 */
static const char *
build_name(const struct reply_work *b)
{
	const struct client_name *sent = &b->rq->name;
	const char *name = b->rq->lease_name;

	if (b->a->type == PACKET_ACK)
		return name;
	if (sent->fqdn)
		return name == b->rq->made_name ? "" : name;
	/* The name of a dhcp-host line. */
	if (b->rq->host == NULL || name != b->rq->host->name)
		return "";
	if (b->a->type == PACKET_OFFER && sent->label[0] != '\0' &&
	    (sent->dotted || strcasecmp(sent->label, name) != 0))
		return "";
	return name;
}

static void
default_addr(struct reply *rp, uint8_t code, uint32_t addr)
{
	if (addr != 0)
		(void)reply_put_u32(rp, code, addr);
}

/* With a NUL at its end for clients that send their name so. */
static void
default_text(const struct reply_work *b, uint8_t code, const char *text)
{
	if (text[0] != '\0')
		(void)reply_put(b->rp, code, text,
		    strlen(text) + (b->rq->name.nul ? 1 : 0));
}

static void
default_fqdn(struct reply_work *b)
{
	const char *name = build_name(b);
	uint8_t data[2 * RECORD_NAME_MAX];
	size_t n;

	if (!b->rq->name.fqdn || name[0] == '\0')
		return;
	n = client_name_fqdn(
	    &b->rq->name, name, b->c->dhcp.domain, data, sizeof(data));
	if (n > 0)
		(void)reply_put(b->rp, OPT_FQDN, data, n);
}

void
reply_default_put(struct reply_work *b, uint8_t code)
{
	const struct conf_net *net = b->a->net;

	switch (code) {
	case OPT_MASK:
		default_addr(b->rp, code, net != NULL ? net->mask : 0);
		break;
	case OPT_BROADCAST:
		default_addr(b->rp, code, net != NULL ? net->broadcast : 0);
		break;
	case OPT_ROUTER:
		default_addr(b->rp, code, b->a->router);
		break;
	case OPT_DNS:
		if (b->c->dhcp.dns)
			default_addr(b->rp, code, net != NULL ? net->local : 0);
		break;
	case OPT_DOMAIN:
		default_text(b, code, b->c->dhcp.domain);
		break;
	case OPT_HOSTNAME:
		default_text(b, code, build_name(b));
		break;
	case OPT_FQDN:
		default_fqdn(b);
		break;
	default:
		break;
	}
}
