/* SPDX-License-Identifier: ISC */
/* The host names of clients: options 12 and 81. */
#include "dhcpd/client_name.h"

#include <string.h>

#include "daemon/buf.h"

#define FQDN_HEADER 3 /* flags, and two obsolete octets */
#define FQDN_RCODE 255 /* what a server puts there (RFC 4702 2.2) */

static bool
label_char(uint8_t ch, bool first)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       (ch >= '0' && ch <= '9') || (!first && (ch == '-' || ch == '_'));
}

/* Takes the first label of a text. */
static void
label_from_text(struct client_name *n, const uint8_t *text, size_t len)
{
	char *label = n->label;
	size_t i;

	for (i = 0; i < len && text[i] != '.' && text[i] != '\0'; i++)
		if (i == CLIENT_NAME_LABEL - 1 || !label_char(text[i], i == 0))
			return;
	memcpy(label, text, i);
	label[i] = '\0';
	n->dotted = i < len && text[i] == '.';
}

void
client_name_read(struct client_name *n, const struct packet *p)
{
	size_t len;
	const uint8_t *opt = packet_option(p, OPT_FQDN, &len);

	n->label[0] = '\0';
	n->flags = 0;
	n->nul = n->dotted = false;
	n->fqdn = opt != NULL && len >= FQDN_HEADER;
	if (n->fqdn) {
		n->flags = opt[0];
		opt += FQDN_HEADER;
		len -= FQDN_HEADER;
		if ((n->flags & FQDN_E) != 0 && len > 0) {
			size_t label = *opt++;

			len = label < len ? label : 0;
		}
	} else {
		opt = packet_option(p, OPT_HOSTNAME, &len);
	}
	if (opt == NULL)
		return;
	label_from_text(n, opt, len);
	n->nul = (n->flags & FQDN_E) == 0 && len > 0 && opt[len - 1] == '\0';
}

/* Writes the labels of a name, each after its length. */
static void
labels_write(struct writer *w, const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		writer_u8(w, (uint8_t)n);
		writer_bytes(w, name, n);
		name += n + (name[n] == '.' ? 1 : 0);
	}
}

size_t
client_name_fqdn(const struct client_name *n, const char *label,
    const char *domain, uint8_t *dst, size_t size)
{
	uint8_t flags = (uint8_t)(FQDN_N | (n->flags & FQDN_E));
	struct writer w;

	if ((n->flags & FQDN_S) != 0)
		flags |= FQDN_O;
	writer_init(&w, dst, size);
	writer_u8(&w, flags);
	writer_u8(&w, FQDN_RCODE);
	writer_u8(&w, FQDN_RCODE);
	if ((flags & FQDN_E) != 0) {
		labels_write(&w, label);
		labels_write(&w, domain);
		/* A name without a domain is partial: it has no root label. */
		if (domain[0] != '\0')
			writer_u8(&w, 0);
	} else {
		writer_bytes(&w, label, strlen(label));
		if (domain[0] != '\0')
			writer_u8(&w, '.');
		writer_bytes(&w, domain, strlen(domain));
		if (n->nul)
			writer_u8(&w, '\0');
	}
	return writer_ok(&w) ? w.len : 0;
}
