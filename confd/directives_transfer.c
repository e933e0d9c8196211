/* SPDX-License-Identifier: ISC */
/* Directives of TFTP about single clients, rates and rollover. */
#include "confd/directives_transfer.h"

#include <string.h>

#include "confd/diag.h"
#include "confd/value.h"
#include "daemon/tftp.h"

#define RATE_MIN 10000ULL /* bytes a second */
#define RATE_MAX 1000000000000ULL

/* An address of either family, with its full prefix. */
static bool
client_addr(const char *s, struct record_tftp_client *t)
{
	if (addr_parse(&t->net, s) == -1 || addr_is_mapped(&t->net))
		return false;
	t->prefix = (uint8_t)(addr_family_len(t->net.family) * 8);
	return true;
}

/* "/BITS", the slash cut off. */
static bool
client_prefix(struct config *c, const char *bits, struct record_tftp_client *t)
{
	uint64_t prefix;

	if (!value_number(bits, t->prefix, &prefix)) {
		diag_error(c, "\"/%s\" is not a prefix length; write /0 to /%u",
		    diag_show(c, bits), t->prefix);
		return false;
	}
	t->prefix = (uint8_t)prefix;
	if (addr_clear_host(&t->net, prefix))
		diag_note(c, "address has bits beyond /%u; they are ignored",
		    t->prefix);
	return true;
}

/* The client: an address, a network or a hardware address. */
static bool
client_who(
    struct config *c, const struct token *p, struct record_tftp_client *t)
{
	char word[LEXER_LINE_MAX + 1], *slash;
	enum value_mac_result r;
	struct addr mapped;

	memcpy(word, p->text, p->len + 1);
	if ((slash = strchr(word, '/')) != NULL)
		*slash++ = '\0';
	if (client_addr(word, t))
		return slash == NULL || client_prefix(c, slash, t);
	r = value_mac(p->text, &t->mac);
	if (r == VALUE_MAC_OK || r == VALUE_MAC_DASHED) {
		if (t->mac.len < 6)
			diag_warn(c,
			    "%s has %u octets; an Ethernet address has 6; write * for each that may be any",
			    diag_show(c, p->text), t->mac.len);
		return true;
	}
	if (addr_parse(&mapped, word) == 0)
		diag_error(c,
		    "\"%s\" is an IPv4 address in the form of IPv6; write it like 192.168.1.1",
		    diag_show(c, p->text));
	else if (r == VALUE_MAC_LONG)
		diag_error(c,
		    "hardware address \"%s\" has more than %d octets; shorten it",
		    diag_show(c, p->text), RECORD_HW_MAX);
	else
		diag_error(c,
		    "\"%s\" is not a client; write an address, a network like 192.168.1.0/24, or a hardware address",
		    diag_show(c, p->text));
	return false;
}

/* NUMBER from min to max, or "no". */
static bool
client_limit(struct config *c, const char *name, const struct token *p,
    uint64_t min, uint64_t max, uint16_t *out, bool *no)
{
	uint64_t v;

	*no = token_is(p, "no");
	if (*no)
		return true;
	if (value_number(p->text, max, &v) && v >= min) {
		*out = (uint16_t)v;
		return true;
	}
	diag_error(c, "%s=%s is neither a number from %u to %u nor \"no\"",
	    name, diag_show(c, p->text), (unsigned int)min, (unsigned int)max);
	return false;
}

/* "no", the only value of options that can only be denied. */
static bool
client_no(struct config *c, const char *name, const struct token *p, bool *no)
{
	*no = token_is(p, "no");
	if (!*no)
		diag_error(c,
		    "%s=%s is not valid; the option can only be denied, with %s=no",
		    name, diag_show(c, p->text), name);
	return *no;
}

static bool
rollover(struct config *c, const struct token *p, uint8_t *out)
{
	if (!token_is(p, "0") && !token_is(p, "1")) {
		diag_error(c, "\"%s\" cannot follow block 65535; write 0 or 1",
		    diag_show(c, p->text));
		return false;
	}
	*out = (uint8_t)(p->text[0] - '0');
	return true;
}

/* One "NAME=VALUE"; seen has a bit for each name that was read before. */
static bool
client_setting(struct config *c, struct token *p, struct record_tftp_client *t,
    unsigned int *seen)
{
	enum { BLKSIZE, WINDOWSIZE, TSIZE, TIMEOUT, ROLLOVER, COUNT };
	static const struct {
		const char *name;
		uint8_t deny;
	} names[COUNT] = {
		[BLKSIZE] = { "blksize=", RECORD_TFTP_NO_BLKSIZE },
		[WINDOWSIZE] = { "windowsize=", RECORD_TFTP_NO_WINDOWSIZE },
		[TSIZE] = { "tsize=", RECORD_TFTP_NO_TSIZE },
		[TIMEOUT] = { "timeout=", RECORD_TFTP_NO_TIMEOUT },
		[ROLLOVER] = { "rollover=", 0 },
	};
	bool no = false, ok;
	size_t i;

	for (i = 0; i < COUNT && !token_prefix(p, names[i].name); i++)
		continue;
	if (i == COUNT) {
		diag_error(c,
		    "unknown setting \"%s\"; write blksize=, windowsize=, tsize=no, timeout=no or rollover=",
		    diag_show(c, p->text));
		return false;
	}
	if ((*seen & 1U << i) != 0) {
		diag_error(c, "duplicate %s; keep one of them", names[i].name);
		return false;
	}
	*seen |= 1U << i;
	if (i == BLKSIZE)
		ok = client_limit(c, "blksize", p, TFTP_BLKSIZE_MIN,
		    TFTP_BLKSIZE_MAX, &t->blksize, &no);
	else if (i == WINDOWSIZE)
		ok = client_limit(
		    c, "windowsize", p, 1, UINT16_MAX, &t->windowsize, &no);
	else if (i == ROLLOVER)
		ok = rollover(c, p, &t->rollover);
	else
		ok = client_no(c, i == TSIZE ? "tsize" : "timeout", p, &no);
	if (no)
		t->deny |= names[i].deny;
	return ok;
}

void
directive_tftp_client(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_TFTP_CLIENT };
	struct record_tftp_client *t = &rec.u.tftp_client;
	unsigned int seen = 0;
	struct tokens a;
	struct token p;

	t->rollover = RECORD_TFTP_ROLLOVER_UNSET;
	tokens_init(&a, value);
	if (!tokens_next(&a, &p) || !client_who(c, &p, t))
		return;
	while (tokens_next(&a, &p))
		if (!client_setting(c, &p, t, &seen))
			return;
	if (seen == 0)
		diag_error(c,
		    "no setting for the client; add blksize=, windowsize=, tsize=no, timeout=no or rollover=");
	else
		(void)config_add(c, &rec);
}

static bool
rate_value(struct config *c, const struct token *p, uint64_t *out)
{
	if (!value_scaled(p->text, 1000, RATE_MAX, out)) {
		diag_error(c,
		    "\"%s\" is not a rate; write bytes a second like 500k, 2M or 1G, at most 1000G, or 0 for no limit",
		    diag_show(c, p->text));
		return false;
	}
	if (*out != 0 && *out < RATE_MIN) {
		diag_error(c,
		    "\"%s\" is too small; write at least 10k bytes a second, or 0 for no limit",
		    diag_show(c, p->text));
		return false;
	}
	return true;
}

/* RATE[,RATE_ALL] */
static bool
rates_value(struct config *c, const struct token *value, uint64_t *client,
    uint64_t *all)
{
	struct token p[3];
	struct tokens a;
	size_t n;

	*all = 0;
	tokens_init(&a, value);
	for (n = 0; n < 3 && tokens_next(&a, &p[n]); n++)
		continue;
	if (n == 0 || n == 3) {
		diag_error(c, "too many rates; write RATE[,RATE_ALL]");
		return false;
	}
	if (!rate_value(c, &p[0], client) ||
	    (n == 2 && !rate_value(c, &p[1], all)))
		return false;
	if (*all != 0 && *client > *all)
		diag_note(c,
		    "rate of one client is above the rate of all; the lower one holds");
	return true;
}

void
directive_tftp_max_rate(struct config *c, const struct token *value)
{
	uint64_t client, all;

	if (!rates_value(c, value, &client, &all))
		return;
	c->tftp.rate_client = client;
	c->tftp.rate_all = all;
	c->tftp.own_rate = true;
}

void
directive_boot_max_rate(struct config *c, const struct token *value)
{
	uint64_t client, all;

	if (!rates_value(c, value, &client, &all))
		return;
	c->http.rate_client = client;
	c->http.rate_all = all;
	/* tftp-max-rate wins, wherever it stands. */
	if (c->tftp.own_rate)
		return;
	c->tftp.rate_client = client;
	c->tftp.rate_all = all;
}

void
directive_tftp_rollover(struct config *c, const struct token *value)
{
	(void)rollover(c, value, &c->tftp.rollover);
}
