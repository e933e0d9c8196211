/* SPDX-License-Identifier: ISC */
/* Lines, quotes, comments and commas. */
#include <string.h>

#include "confd/lexer.h"
#include "tests/unit/unit.h"

static struct line l;

static enum lexer_result
lex(const char *text)
{
	struct lexer lx;

	lexer_init(&lx, text, strlen(text));
	return lexer_next(&lx, &l);
}

static void
expect(const char *text, const char *name, const char *value)
{
	ck_assert_int_eq(lex(text), LEXER_DIRECTIVE);
	ck_assert_str_eq(l.name, name);
	ck_assert_int_eq(l.has_value, value != NULL);
	if (value != NULL)
		ck_assert_str_eq(l.value.text, value);
}

START_TEST(names_and_values)
{
	expect("log-dhcp", "log-dhcp", NULL);
	expect("  log-dhcp  \r\n", "log-dhcp", NULL);
	expect("port=0\nx", "port", "0");
	expect("port = 0 ", "port", "0");
	expect("port=", "port", "");
	expect("a=b=c", "a", "b=c");
	expect("\n\n  \n# x\nport=0", "port", "0");
	ck_assert_uint_eq(l.number, 5);
	ck_assert_int_eq(lex(""), LEXER_END);
	ck_assert_int_eq(lex("\n  # nothing\n"), LEXER_END);
}
END_TEST

START_TEST(comments)
{
	expect("dhcp-boot=a#b", "dhcp-boot", "a#b");
	expect("dhcp-boot=a #b", "dhcp-boot", "a");
	expect("dhcp-boot=\"a #b\" # c", "dhcp-boot", "a #b");
	expect("port=0\t#x", "port", "0");
}
END_TEST

START_TEST(quotes)
{
	struct lexer lx;

	expect("a=\"b,c\"", "a", "b,c");
	expect("a=x\"y\"z", "a", "xyz");
	expect("a=\"\\\"\\\\\\t\\n\\e\\b\\r\\q\"", "a", "\"\\\t\n\033\b\r\\q");
	expect("a=\\t", "a", "\\t");
	expect("a=\" b \"", "a", " b ");
	expect("a=\"\"", "a", "");
	ck_assert_int_eq(lex("a=\"b"), LEXER_QUOTE);
	ck_assert_int_eq(lex("a=\"b\\\""), LEXER_QUOTE);
	/* A quote behind the text is not of it. */
	lexer_init(&lx, "a=\"b\"", 4);
	ck_assert_int_eq(lexer_next(&lx, &l), LEXER_QUOTE);
}
END_TEST

START_TEST(bad_lines)
{
	static char text[2 * LEXER_LINE_MAX];
	struct lexer lx;

	memset(text, 'x', sizeof(text));
	text[LEXER_LINE_MAX] = '\0';
	ck_assert_int_eq(lex(text), LEXER_DIRECTIVE);
	text[LEXER_LINE_MAX] = 'x';
	text[LEXER_LINE_MAX + 1] = '\0';
	ck_assert_int_eq(lex(text), LEXER_LONG);
	/* dnsmasq splits a line after 1024 bytes. */
	memset(text, 'x', 5000);
	(void)strcpy(text + 5000, "=y");
	ck_assert_int_eq(lex(text), LEXER_DIRECTIVE);
	ck_assert_uint_eq(strlen(l.name), 5000);
	ck_assert_str_eq(l.value.text, "y");
	/* The rest of a long line is not read as another. */
	memset(text, 'x', LEXER_LINE_MAX + 500);
	memcpy(text + LEXER_LINE_MAX + 500, "\nport=0", 8);
	lexer_init(&lx, text, LEXER_LINE_MAX + 507);
	ck_assert_int_eq(lexer_next(&lx, &l), LEXER_LONG);
	ck_assert_int_eq(lexer_next(&lx, &l), LEXER_DIRECTIVE);
	ck_assert_str_eq(l.name, "port");
	ck_assert_uint_eq(l.number, 2);
	/* A comment may be as long as it likes. */
	memset(text, '#', 2000);
	text[2000] = '\0';
	ck_assert_int_eq(lex(text), LEXER_END);
	lexer_init(&lx, "a=\0b", 4);
	ck_assert_int_eq(lexer_next(&lx, &l), LEXER_NUL);
}
END_TEST

/* Lines of dhcp-hostsfile and the like are values without a name. */
START_TEST(values_alone)
{
	struct lexer lx;
	static const char text[] = "  a=b, \"c d\" # e\n# f\n\tg\n";

	lexer_init(&lx, text, strlen(text));
	ck_assert_int_eq(lexer_next_value(&lx, &l), LEXER_DIRECTIVE);
	ck_assert_str_eq(l.name, "");
	ck_assert(l.has_value);
	ck_assert_str_eq(l.value.text, "a=b, c d");
	ck_assert_uint_eq(l.value.len, 8);
	ck_assert_uint_eq(l.value.quoted[5], 1);
	ck_assert_uint_eq(l.value.quoted[3], 0);
	ck_assert_int_eq(lexer_next_value(&lx, &l), LEXER_DIRECTIVE);
	ck_assert_str_eq(l.value.text, "g");
	ck_assert_uint_eq(l.number, 3);
	ck_assert_int_eq(lexer_next_value(&lx, &l), LEXER_END);
}
END_TEST

START_TEST(pieces)
{
	struct tokens a;
	struct token p;

	ck_assert_int_eq(lex("a= one ,\"t,wo\", ,four,"), LEXER_DIRECTIVE);
	tokens_init(&a, &l.value);
	ck_assert(tokens_next(&a, &p));
	ck_assert_str_eq(p.text, "one");
	ck_assert(!token_is_quoted(&p));
	ck_assert(tokens_next(&a, &p));
	ck_assert_str_eq(p.text, "t,wo");
	ck_assert(token_is_quoted(&p));
	ck_assert(tokens_next(&a, &p));
	ck_assert_uint_eq(p.len, 0);
	ck_assert(tokens_next(&a, &p));
	ck_assert_str_eq(p.text, "four");
	ck_assert(tokens_next(&a, &p));
	ck_assert_str_eq(p.text, "");
	ck_assert(!tokens_next(&a, &p));
	ck_assert_int_eq(lex("a=b,c , d"), LEXER_DIRECTIVE);
	tokens_init(&a, &l.value);
	ck_assert(tokens_next(&a, &p));
	ck_assert(tokens_rest(&a, &p));
	ck_assert_str_eq(p.text, "c , d");
	ck_assert(!tokens_rest(&a, &p));
	ck_assert_int_eq(lex("a"), LEXER_DIRECTIVE);
	tokens_init(&a, &l.value);
	ck_assert(!tokens_next(&a, &p));
}
END_TEST

START_TEST(prefixes)
{
	struct token p;

	ck_assert_int_eq(lex("a=tag:x"), LEXER_DIRECTIVE);
	p = l.value;
	ck_assert(!token_prefix(&p, "set:"));
	ck_assert(token_prefix(&p, "tag:"));
	ck_assert_str_eq(p.text, "x");
	ck_assert_int_eq(lex("a=\"tag:\"x"), LEXER_DIRECTIVE);
	p = l.value;
	ck_assert(!token_prefix(&p, "tag:"));
	ck_assert_int_eq(lex("a=ta"), LEXER_DIRECTIVE);
	p = l.value;
	ck_assert(!token_prefix(&p, "tag:"));
}
END_TEST

START_TEST(command_line)
{
	struct tokens a;
	struct token p;

	ck_assert_int_eq(
	    lexer_arg("dhcp-boot=a \"b\" #c", &l), LEXER_DIRECTIVE);
	ck_assert_str_eq(l.name, "dhcp-boot");
	ck_assert_str_eq(l.value.text, "a \"b\" #c");
	/* Nothing but a blank follows the last comma. */
	ck_assert_int_eq(lexer_arg("a=b, ", &l), LEXER_DIRECTIVE);
	tokens_init(&a, &l.value);
	ck_assert(tokens_next(&a, &p));
	ck_assert(tokens_next(&a, &p));
	ck_assert_str_eq(p.text, "");
	ck_assert_int_eq(lexer_arg("log-dhcp", &l), LEXER_DIRECTIVE);
	ck_assert(!l.has_value);
}
END_TEST

Suite *suite_conf_lexer(void);

Suite *
suite_conf_lexer(void)
{
	Suite *s = suite_create("conf_lexer");
	TCase *t = tcase_create("lexer");

	tcase_add_test(t, names_and_values);
	tcase_add_test(t, comments);
	tcase_add_test(t, quotes);
	tcase_add_test(t, bad_lines);
	tcase_add_test(t, values_alone);
	tcase_add_test(t, pieces);
	tcase_add_test(t, prefixes);
	tcase_add_test(t, command_line);
	suite_add_tcase(s, t);
	return s;
}

UNIT_MAIN(suite_conf_lexer)
