/* SPDX-License-Identifier: ISC */
/* pxe-service, pxe-prompt, pxe-style, dhcp-pxe-vendor. */
#include "confd/directives_pxe.h"

#include <string.h>
#include <strings.h>

#include "confd/argument.h"
#include "confd/diag.h"
#include "confd/tags.h"
#include "confd/value.h"
#include "daemon/record_name.h"

#define LAYER_MAX sizeof(".32767") /* what is added to a name without a dot */

/* The client system architectures that have a name (RFC 4578 2.1). */
static const char *const arch_names[] = {
	[0] = "x86PC",
	[1] = "PC98",
	[2] = "IA64_EFI",
	[3] = "Alpha",
	[4] = "Arc_x86",
	[5] = "Intel_Lean_Client",
	[6] = "IA32_EFI",
	[7] = "x86-64_EFI",
	[8] = "Xscale_EFI",
	[9] = "BC_EFI",
	[10] = "ARM32_EFI",
	[11] = "ARM64_EFI",
};

#define ARCHS (sizeof(arch_names) / sizeof(arch_names[0]))

const char *
pxe_arch_name(uint16_t arch)
{
	return arch < ARCHS ? arch_names[arch] : NULL;
}

/* Reads the tags to test; the argument after them goes to *p. */
static bool
pxe_tags(
    struct config *c, struct tokens *a, struct record_tags *t, struct token *p)
{
	while (tags_next(c, a, p)) {
		if (!tags_cut_prefix(p))
			return true;
		if (!tags_add_test(c, p->text, t))
			return false;
	}
	diag_error(c, "nothing follows the tags; complete the line");
	return false;
}

static bool
service_arch(struct config *c, struct record_service *s, const struct token *p)
{
	uint64_t n;

	for (n = 0; n < ARCHS; n++)
		if (strcasecmp(p->text, arch_names[n]) == 0) {
			s->arch = (uint16_t)n;
			return true;
		}
	if (value_number(p->text, UINT16_MAX, &n)) {
		s->arch = (uint16_t)n;
		return true;
	}
	diag_error(c,
	    "\"%s\" is no client architecture; write x86PC, IA32_EFI, x86-64_EFI, ARM64_EFI, BC_EFI or the decimal number in option 93",
	    diag_show(c, p->text));
	return false;
}

/* The type of a service is the number of services with a file before it. */
static bool
service_own_type(struct config *c, struct record_service *s)
{
	if (c->nservices > UINT16_MAX - RECORD_SERVICE_OWN) {
		diag_error(c, "more than %d pxe-service lines with a file",
		    UINT16_MAX - RECORD_SERVICE_OWN + 1);
		return false;
	}
	s->type = (uint16_t)(RECORD_SERVICE_OWN + c->nservices++);
	return true;
}

/* The third argument: a file, or the type of a boot server. */
static bool
service_what(struct config *c, struct record_service *s, const struct token *p)
{
	size_t max = sizeof(s->file);
	uint64_t type;

	if (p->len == 0)
		return true;
	if (p->text[strspn(p->text, "0123456789")] != '\0') {
		if (strchr(p->text, '.') == NULL)
			max -= LAYER_MAX - 1;
		return argument_file(c, p, s->file, max) &&
		       service_own_type(c, s);
	}
	if (!value_number(p->text, RECORD_SERVICE_OWN - 1, &type)) {
		diag_error(c,
		    "boot server type %s is out of range; write 0 to %d, or a file",
		    diag_show(c, p->text), RECORD_SERVICE_OWN - 1);
		return false;
	}
	s->type = (uint16_t)type;
	return true;
}

static bool
service_server(
    struct config *c, struct record_service *s, const struct token *p)
{
	if (p->len == 0)
		return true;
	if (!value_ip4(p->text, &s->addr)) {
		diag_error(c,
		    "\"%s\" is not the address of a server; names are not looked up by this version, write the address",
		    diag_show(c, p->text));
		return false;
	}
	if (s->type == 0)
		diag_warn(c,
		    "the server has no effect: the entry boots from the disk");
	return true;
}

void
directive_service(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_SERVICE };
	struct record_service *s = &rec.u.service;
	struct tokens a;
	struct token p;
	uint64_t number;

	c->dhcp.pxe = true;
	tokens_init(&a, value);
	if (!pxe_tags(c, &a, &s->tags, &p) || !service_arch(c, s, &p))
		return;
	if (!tokens_next(&a, &p)) {
		diag_error(c,
		    "the menu text is missing; write pxe-service=ARCHITECTURE,TEXT[,FILE|TYPE[,ADDRESS]]");
		return;
	}
	if (p.len == 0)
		diag_warn(c,
		    "the menu text is empty: a menu with this entry shows a blank line; write a text");
	else if (p.len <= 5 && value_number(p.text, UINT16_MAX, &number))
		diag_warn(c,
		    "\"%s\" is read as the menu text; for several architectures write a pxe-service for each",
		    diag_show(c, p.text));
	if (!argument_text(c, &p, s->text, sizeof(s->text), "the menu text"))
		return;
	if (tokens_next(&a, &p) && !service_what(c, s, &p))
		return;
	if (tokens_next(&a, &p) && !service_server(c, s, &p))
		return;
	if (tokens_rest(&a, &p) && p.len > 0) {
		diag_error(c,
		    "unexpected \"%s\"; write pxe-service=ARCHITECTURE,TEXT[,FILE|TYPE[,ADDRESS]]",
		    diag_show(c, p.text));
		return;
	}
	(void)config_add(c, &rec);
}

/* The time until the first entry is chosen. */
static bool
prompt_seconds(struct config *c, struct record_prompt *p, const struct token *t)
{
	uint64_t n;

	if (value_number(t->text, RECORD_PROMPT_WAIT, &n)) {
		if (n == RECORD_PROMPT_WAIT)
			diag_note(c,
			    "%s is no time, but stands for waiting until a key is pressed (PXE 2.1); to say so, leave it out",
			    t->text);
		p->seconds = (uint8_t)n;
		return true;
	}
	diag_error(c,
	    "\"%s\" is not a time of 0 to %d seconds; leave it out to wait for a key",
	    diag_show(c, t->text), RECORD_PROMPT_WAIT - 1);
	return false;
}

void
directive_prompt(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_PROMPT };
	struct record_prompt *pr = &rec.u.prompt;
	struct tokens a;
	struct token p;

	c->dhcp.pxe = true;
	pr->seconds = RECORD_PROMPT_WAIT;
	tokens_init(&a, value);
	if (!pxe_tags(c, &a, &pr->tags, &p) ||
	    !argument_text(c, &p, pr->text, sizeof(pr->text), "the prompt"))
		return;
	if (tokens_next(&a, &p) && !prompt_seconds(c, pr, &p))
		return;
	if (tokens_rest(&a, &p) && p.len > 0)
		diag_error(c, "unexpected \"%s\"; write TEXT[,SECONDS]",
		    diag_show(c, p.text));
	else
		(void)config_add(c, &rec);
}

void
directive_pxe_style(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_PXE_STYLE };
	struct record_pxe_style *s = &rec.u.pxe_style;
	struct tokens a;
	struct token p, more;

	tokens_init(&a, value);
	if (!pxe_tags(c, &a, &s->tags, &p))
		return;
	while (s->how < RECORD_PXE_HOW_MAX &&
	       strcmp(p.text, record_pxe_how_name(s->how)) != 0)
		s->how++;
	if (s->how == RECORD_PXE_HOW_MAX || tokens_next(&a, &more))
		diag_error(c,
		    "\"%s\" is no style; write [tag:TAG,...]bypass, binl or menu",
		    diag_show(c, p.text));
	else
		(void)config_add(c, &rec);
}

/* Each class is a record; together they replace the default. */
void
directive_pxe_vendor(struct config *c, const struct token *value)
{
	struct record rec = { .kind = RECORD_PXE_VENDOR };
	struct record_pxe_vendor *v = &rec.u.pxe_vendor;
	struct tokens a;
	struct token p;

	tokens_init(&a, value);
	while (tokens_next(&a, &p)) {
		if (p.len == 0) {
			diag_error(c,
			    "empty argument; write the beginning of option 60, as in PXEClient");
			return;
		}
		if (!argument_text(
			c, &p, v->class, sizeof(v->class), "the class"))
			return;
		(void)config_add(c, &rec);
	}
}
