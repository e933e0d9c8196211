/* SPDX-License-Identifier: ISC */
/* Why lines do not apply to the request of the last answer. */
#include "dhcpd/explain_passed.h"

#include <stdio.h>
#include <string.h>

#include "daemon/endpoint.h"
#include "daemon/log.h"
#include "dhcpd/host.h"
#include "dhcpd/subnet.h"
#include "dhcpd/suboption.h"

#define REASON_MAX 512
#define NO_ROOM "no room for it in the message"

enum column { LINE, WHAT, REASON, COLUMNS };

/* The work: a table of lines that are passed over, and a list of JSON. */
struct passed {
	const struct explain *x;
	const struct dhcp_conf *c;
	const struct request *rq;
	struct table t;
	struct json *j;
};

static void
passed_add(struct passed *p, enum record_kind kind, size_t index,
    const char *what, const char *reason)
{
	struct trace_line line = { (uint8_t)kind, (uint32_t)index };
	char place[EXPLAIN_LINE_TEXT], shown[2 * REASON_MAX];
	char why[2 * REASON_MAX];

	(void)log_escape(shown, sizeof(shown), what, strlen(what));
	(void)log_escape(why, sizeof(why), reason, strlen(reason));
	table_row(&p->t);
	table_cell(&p->t, LINE, "%s", explain_place(p->c, &line, place));
	table_cell(&p->t, WHAT, "%s%s%s", explain_directive(p->c, &line),
	    what[0] != '\0' ? " " : "", shown);
	table_cell(&p->t, REASON, "%s", why);
	json_object(p->j, NULL);
	json_line(p->j, "place", p->c, &line);
	json_plain(p->j, "what", shown);
	json_plain(p->j, "reason", why);
	json_object_end(p->j);
}

/*
 * Whether the tests of a line hold; if not, the first that fails: "tag:efi64
 * is not set".
 */
static bool
passed_tags(const struct passed *p, const struct tagtests *tests,
    const struct tagset *set, char dst[REASON_MAX])
{
	uint8_t i;

	for (i = 0; i < tests->n; i++) {
		const struct tagtests one = { 1, &tests->test[i] };
		const struct tagtest *t = &tests->test[i];

		if (tags_hold(&p->c->tags, &one, set))
			continue;
		(void)snprintf(dst, REASON_MAX, "tag:%s%s is %s",
		    p->c->tags.name[t->id], t->wild ? "*" : "",
		    t->negate ? "set" : "not set");
		return false;
	}
	return true;
}

/* Whether this is the line that decided. */
static bool
is_line(const struct trace_line *l, enum record_kind kind, size_t index)
{
	return l->kind == kind && l->index == index;
}

static void
overruled(
    const struct passed *p, const struct trace_line *by, char dst[REASON_MAX])
{
	char line[EXPLAIN_LINE_TEXT];

	(void)explain_line(p->c, by, line);
	(void)snprintf(dst, REASON_MAX, "%.*s has precedence", REASON_MAX - 24,
	    line[0] != '\0' ? line : "another line");
}

static void
passed_ranges(struct passed *p)
{
	char reason[REASON_MAX], what[64];
	size_t i, j;

	for (i = 0; i < p->c->ranges.n; i++) {
		const struct conf_range *g = &p->c->ranges.v[i];
		bool in = false;

		for (j = 0; j < p->rq->nnets; j++)
			in |= p->rq->nets[j].range == g;
		if (!in)
			(void)snprintf(reason, sizeof(reason),
			    "not on the client's network");
		else if (passed_tags(p, &g->tags, &p->rq->tags, reason))
			continue;
		passed_add(p, RECORD_RANGE, i, explain_range(g, what), reason);
	}
}

/* Whether the reply had no room for an option. */
static bool
is_omitted(const struct passed *p, uint8_t code)
{
	const struct reply *rp = &p->x->e->reply;
	uint8_t i;

	for (i = 0; i < REPLY_OMITTED_MAX && i < rp->nomitted; i++)
		if (rp->omitted[i] == code)
			return true;
	return false;
}

/* Whether the line names the boot file, and the reply has that. */
static bool
is_boot(const struct passed *p, enum record_kind kind, size_t index)
{
	const struct packet *reply = &p->x->reply;

	return is_line(&p->x->trace.boot, kind, index) &&
	       (!is_omitted(p, OPT_FILE) || packet_has(reply, OPT_FILE) ||
		   reply->file[0] != '\0');
}

static void
passed_boots(struct passed *p)
{
	const struct trace_line *by = &p->x->trace.boot;
	char reason[REASON_MAX];
	size_t i;

	for (i = 0; i < p->c->boots.n; i++) {
		const struct conf_boot *b = &p->c->boots.v[i];

		if (is_boot(p, RECORD_BOOT, i))
			continue;
		if (is_line(by, RECORD_BOOT, i))
			(void)snprintf(reason, sizeof(reason), "%s", NO_ROOM);
		else if (passed_tags(p, &b->tags, &p->rq->all, reason))
			overruled(p, by, reason);
		passed_add(p, RECORD_BOOT, i, b->file, reason);
	}
}

static void
passed_services(struct passed *p)
{
	uint32_t arch = arch_of(p->rq->p);
	const char *name = arch_name(arch == ARCH_NONE ? 0 : arch);
	char reason[REASON_MAX];
	size_t i;

	for (i = 0; i < p->c->services.n; i++) {
		const struct conf_service *s = &p->c->services.v[i];

		if (p->rq->pxe_class == NULL)
			(void)snprintf(reason, sizeof(reason),
			    "the client sends no option 60 of a PXE client");
		else if (s->arch != (arch == ARCH_NONE ? 0 : arch))
			(void)snprintf(reason, sizeof(reason),
			    "for architecture %u, and the client is %s",
			    s->arch, name != NULL ? name : "another one");
		else if (passed_tags(p, &s->tags, &p->rq->all, reason))
			continue;
		passed_add(p, RECORD_SERVICE, i, s->text, reason);
	}
}

/* Why an option of a line whose tags are set was not sent by that line. */
static void
option_reason(const struct passed *p, const struct conf_option *o,
    char reason[REASON_MAX])
{
	const struct trace_line *by = &p->x->trace.option[o->code];

	if (by->kind != 0) {
		overruled(p, by, reason);
		return;
	}
	if (is_omitted(p, o->code))
		(void)snprintf(reason, REASON_MAX, "%s", NO_ROOM);
	else if (o->pxe && p->rq->pxe_class == NULL)
		(void)snprintf(
		    reason, REASON_MAX, "for PXE clients, and this is none");
	else if (o->len == 0)
		(void)snprintf(reason, REASON_MAX,
		    "without a value, which suppresses the option");
	else if (packet_has(&p->x->reply, o->code))
		(void)snprintf(
		    reason, REASON_MAX, "the server sets this option itself");
	else if (!o->pxe && subnet_is_proxied(p->rq))
		(void)snprintf(reason, REASON_MAX,
		    "a proxy range sends dhcp-option-pxe lines only");
	else if (!classify_wants(p->rq, o->code) && !o->force)
		(void)snprintf(reason, REASON_MAX,
		    "the client does not ask for it in option 55; dhcp-option-force sends it all the same");
	else
		(void)snprintf(
		    reason, REASON_MAX, "not for a reply of this kind");
}

static void
passed_options(struct passed *p)
{
	char reason[REASON_MAX], label[DHCP_OPTION_LABEL];
	size_t i;

	for (i = 0; i < p->c->options.n; i++) {
		const struct conf_option *o = &p->c->options.v[i];

		if (is_line(&p->x->trace.option[o->code], RECORD_OPTION, i) ||
		    is_boot(p, RECORD_OPTION, i))
			continue;
		if (passed_tags(p, &o->tags, &p->rq->all, reason))
			option_reason(p, o, reason);
		/* Behind "dhcp-option", so without "option". */
		(void)dhcp_option_label(o->code, label);
		passed_add(
		    p, RECORD_OPTION, i, label + strlen("option "), reason);
	}
}

static void
passed_suboptions(struct passed *p)
{
	char reason[REASON_MAX], what[64];
	size_t i;

	for (i = 0; i < p->c->suboptions.n; i++) {
		const struct conf_suboption *s = &p->c->suboptions.v[i];
		uint8_t outer = suboption_outer(s);

		if (packet_has(&p->x->reply, outer) &&
		    suboption_applies(p->c, p->rq, s))
			continue;
		(void)snprintf(
		    what, sizeof(what), "%u, part %u", outer, s->code);
		if (!passed_tags(p, &s->tags, &p->rq->all, reason))
			;
		else if (!suboption_applies(p->c, p->rq, s))
			(void)snprintf(reason, sizeof(reason),
			    "option 60 of the client does not match");
		else if (is_omitted(p, outer))
			(void)snprintf(reason, sizeof(reason), "%s", NO_ROOM);
		else
			(void)snprintf(reason, sizeof(reason),
			    "the client does not ask for option %u", outer);
		passed_add(p, RECORD_SUBOPTION, i, what, reason);
	}
}

/* Lines for this client by its address, where another one was taken. */
static void
passed_hosts(struct passed *p)
{
	char reason[REASON_MAX], ip[16];
	const struct client *k = &p->rq->client;
	size_t i;

	for (i = 0; i < p->c->hosts.n; i++) {
		const struct conf_host *h = &p->c->hosts.v[i];

		if (h == p->rq->host ||
		    !host_has_mac(h, k->hwtype, k->hw, k->hwlen))
			continue;
		if (!passed_tags(p, &h->tags, &p->rq->tags, reason))
			;
		else if (p->rq->host == NULL)
			(void)snprintf(reason, sizeof(reason),
			    "its address is not on the client's network");
		else
			overruled(p,
			    &(struct trace_line){ RECORD_HOST,
				(uint32_t)(p->rq->host - p->c->hosts.v) },
			    reason);
		passed_add(p, RECORD_HOST, i,
		    h->addr != 0 ? ip4_text(h->addr, ip) : h->name, reason);
	}
}

static void
passed_matches(struct passed *p)
{
	size_t i;

	for (i = 0; i < p->c->matches.n; i++) {
		uint32_t set = p->c->matches.v[i].set;
		char what[RECORD_TAG_MAX + 8];

		if (tagset_has(&p->rq->all, set))
			continue;
		(void)snprintf(
		    what, sizeof(what), "set:%s", p->c->tags.name[set]);
		passed_add(
		    p, RECORD_MATCH, i, what, "the client does not match");
	}
}

static void
passed_tagifs(struct passed *p)
{
	char reason[REASON_MAX], what[RECORD_TAG_MAX + 8];
	size_t i;

	for (i = 0; i < p->c->tagifs.n; i++) {
		const struct conf_tagif *t = &p->c->tagifs.v[i];

		if (passed_tags(p, &t->tags, &p->rq->all, reason))
			continue;
		(void)snprintf(what, sizeof(what), "set:%s",
		    t->nset > 0 ? p->c->tags.name[t->set[0]] : "");
		passed_add(p, RECORD_TAGIF, i, what, reason);
	}
}

void
explain_passed(const struct explain *x, struct text *out, struct json *j)
{
	struct passed p = { .x = x,
		.c = x->e->conf,
		.rq = &x->e->rq,
		.t = { .columns = COLUMNS, .indent = 2, .whole = 1U << LINE },
		.j = j };

	passed_matches(&p);
	passed_tagifs(&p);
	passed_ranges(&p);
	passed_hosts(&p);
	if (x->sent) {
		passed_boots(&p);
		passed_services(&p);
		passed_options(&p);
		passed_suboptions(&p);
	}
	if (p.t.rows > 0)
		text_line(out, "PASSED OVER");
	table_print(&p.t, out);
}
