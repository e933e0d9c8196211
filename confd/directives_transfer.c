/* SPDX-License-Identifier: ISC */
/* Directives of TFTP about clients that need another treatment, and rates. */
#include "confd/directive.h"

#include <string.h>

#include "confd/value.h"
#include "daemon/tftp.h"

#define RATE_MIN 10000ULL /* bytes a second */
#define RATE_MAX 1000000000000ULL

/* Clears the bits of an address beyond its prefix; true when any was set. */
static bool
net_clear(uint8_t addr[16], size_t bits)
{
	bool any = false;
	size_t i;

	for (i = 0; i < 16; i++) {
		uint8_t host = 0xff;

		if (bits >= (i + 1) * 8)
			host = 0;
		else if (bits > i * 8)
			host = (uint8_t)(0xff >> (bits - i * 8));
		if ((addr[i] & host) != 0)
			any = true;
		addr[i] &= (uint8_t)~host;
	}
	return any;
}

/* An address of either family, with its full prefix. */
static bool
client_addr(const char *s, struct record_tftp_client *t)
{
	uint32_t addr;

	if (value_ip4(s, &addr)) {
		t->family = 4;
		t->prefix = 32;
		t->addr[0] = (uint8_t)(addr >> 24);
		t->addr[1] = (uint8_t)(addr >> 16);
		t->addr[2] = (uint8_t)(addr >> 8);
		t->addr[3] = (uint8_t)addr;
		return true;
	}
	if (value_ip6(s, t->addr) && !value_ip6_mapped(t->addr)) {
		t->family = 6;
		t->prefix = 128;
		return true;
	}
	return false;
}

/* "/BITS", the slash cut off. */
static bool
client_prefix(struct config *c, const char *bits, struct record_tftp_client *t)
{
	uint64_t prefix;

	if (!value_number(bits, t->prefix, &prefix)) {
		config_error(c,
		    "\"/%s\" is not the length of a network's prefix; write "
		    "/0 to /%u",
		    config_show(c, bits), t->prefix);
		return false;
	}
	t->prefix = (uint8_t)prefix;
	if (net_clear(t->addr, prefix))
		config_note(c,
		    "the address has bits beyond /%u; they are taken as 0",
		    t->prefix);
	return true;
}

/* Whom it is about. */
static bool
client_who(
    struct config *c, const struct piece *p, struct record_tftp_client *t)
{
	char word[LEXER_LINE_MAX + 1], *slash;
	enum value_mac_result r;
	uint8_t addr[16];

	memcpy(word, p->text, p->len + 1);
	if ((slash = strchr(word, '/')) != NULL)
		*slash++ = '\0';
	if (client_addr(word, t))
		return slash == NULL || client_prefix(c, slash, t);
	r = value_mac(p->text, &t->mac);
	if (r == VALUE_MAC_OK || r == VALUE_MAC_DASHED) {
		if (t->mac.len < 6)
			config_warn(c,
			    "%s has %u octets; an Ethernet address has 6; "
			    "write * for each that may be any",
			    config_show(c, p->text), t->mac.len);
		return true;
	}
	if (value_ip6(word, addr))
		config_error(c,
		    "\"%s\" is an IPv4 address in the form of IPv6; write it "
		    "like 192.168.1.1",
		    config_show(c, p->text));
	else if (r == VALUE_MAC_LONG)
		config_error(c,
		    "hardware address \"%s\" has more than %d octets",
		    config_show(c, p->text), RECORD_HW_MAX);
	else
		config_error(c,
		    "\"%s\" is no client; write an address, a network like "
		    "192.168.1.0/24, or a hardware address",
		    config_show(c, p->text));
	return false;
}

/* NUMBER from min to max, or "no". */
static bool
client_limit(struct config *c, const char *name, const struct piece *p,
    uint64_t min, uint64_t max, uint16_t *out, bool *no)
{
	uint64_t v;

	*no = piece_is(p, "no");
	if (*no)
		return true;
	if (value_number(p->text, max, &v) && v >= min) {
		*out = (uint16_t)v;
		return true;
	}
	config_error(c, "%s=%s is neither a number from %u to %u nor \"no\"",
	    name, config_show(c, p->text), (unsigned int)min,
	    (unsigned int)max);
	return false;
}

/* "no", the only value of options that can only be denied. */
static bool
client_no(struct config *c, const char *name, const struct piece *p, bool *no)
{
	*no = piece_is(p, "no");
	if (!*no)
		config_error(c, "%s=%s; it can only be denied: %s=no", name,
		    config_show(c, p->text), name);
	return *no;
}

static bool
rollover(struct config *c, const struct piece *p, uint8_t *out)
{
	if (!piece_is(p, "0") && !piece_is(p, "1")) {
		config_error(c,
		    "\"%s\" cannot follow block 65535; write 0 or 1",
		    config_show(c, p->text));
		return false;
	}
	*out = (uint8_t)(p->text[0] - '0');
	return true;
}

/* One "NAME=VALUE"; seen has a bit for each that stood before. */
static bool
client_setting(struct config *c, struct piece *p, struct record_tftp_client *t,
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

	for (i = 0; i < COUNT && !piece_prefix(p, names[i].name); i++)
		continue;
	if (i == COUNT) {
		config_error(c,
		    "\"%s\" is no setting; those are blksize=, windowsize=, "
		    "tsize=no, timeout=no and rollover=",
		    config_show(c, p->text));
		return false;
	}
	if ((*seen & 1U << i) != 0) {
		config_error(c, "%s is there a second time; keep one of them",
		    names[i].name);
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
directive_tftp_client(struct config *c, const struct piece *value)
{
	struct record rec = { .kind = RECORD_TFTP_CLIENT };
	struct record_tftp_client *t = &rec.u.tftp_client;
	unsigned int seen = 0;
	struct args a;
	struct piece p;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	t->rollover = RECORD_TFTP_ROLLOVER_UNSET;
	args_init(&a, value);
	if (!args_next(&a, &p) || !client_who(c, &p, t))
		return;
	while (args_next(&a, &p))
		if (!client_setting(c, &p, t, &seen))
			return;
	if (seen == 0)
		config_error(c,
		    "nothing is said about the client; add blksize=, "
		    "windowsize=, tsize=no, timeout=no or rollover=");
	else
		(void)config_add(c, &rec);
}

/* Bytes a second: a number with, perhaps, a unit. */
static bool
rate_value(struct config *c, const struct piece *p, uint64_t *out)
{
	static const char units[] = "kKmMgG";
	char word[LEXER_LINE_MAX + 1];
	uint64_t v, unit = 1;
	size_t n = p->len, i;
	const char *u;

	memcpy(word, p->text, n + 1);
	if (n > 0 && (u = strchr(units, word[n - 1])) != NULL) {
		word[n - 1] = '\0';
		for (i = 0; i <= (size_t)(u - units) / 2; i++)
			unit *= 1000;
	}
	if (!value_number(word, RATE_MAX / unit, &v)) {
		config_error(c,
		    "\"%s\" is not a rate; write bytes a second like 500k, 2M "
		    "or 1G, at most 1000G, or 0 for no limit",
		    config_show(c, p->text));
		return false;
	}
	v *= unit;
	if (v != 0 && v < RATE_MIN) {
		config_error(c,
		    "\"%s\" is too small; write at least 10k bytes a second, "
		    "or 0 for no limit",
		    config_show(c, p->text));
		return false;
	}
	*out = v;
	return true;
}

void
directive_tftp_max_rate(struct config *c, const struct piece *value)
{
	uint64_t client, all = 0;
	struct piece p[3];
	struct args a;
	size_t n;

	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	args_init(&a, value);
	for (n = 0; n < 3 && args_next(&a, &p[n]); n++)
		continue;
	if (n == 0 || n == 3) {
		config_error(c, "write one rate or two: RATE[,RATE_ALL]");
		return;
	}
	if (!rate_value(c, &p[0], &client) ||
	    (n == 2 && !rate_value(c, &p[1], &all)))
		return;
	if (all != 0 && client > all)
		config_note(c, "no client can have more than all together: "
			       "the second rate is the lower one");
	c->tftp.rate_client = client;
	c->tftp.rate_all = all;
}

void
directive_tftp_rollover(struct config *c, const struct piece *value)
{
	config_mark_first(c, CONFIG_MARK_TFTP_SETTING);
	(void)rollover(c, value, &c->tftp.rollover);
}
