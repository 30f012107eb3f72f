/* covers: markdown_inline.c */
#include "../../support/test.h"
#include "styled_text.h"

#include <locale.h>
#include <stdlib.h>

#include "../../../clientlib/codec/markdown.h"

static void check(const char *source, size_t width, bool marked, const char *want)
{
	struct mf_page *page;
	struct block b;
	struct buf text = BUF_INIT(1 << 20);
	setlocale(LC_CTYPE, "C.UTF-8");
	CHECK_FATAL(page_new(&page, false, NULL) == MF_OK);
	block_init(&b, page, width);
	markdown_draw(&b, source, strlen(source));
	lines_text(&text, b.v, b.n, marked);
	CHECK_STR(text.p, want);
	buf_release(&text);
	mf_page_free(page);
}

void test_markdown__inline(void)
{
	static const struct {
		const char *source, *want;
	} t[] = {
		{"plain", "plain\n"},
		{"**bold** and *it* and _it_ and __bold__",
			"{B}bold and {I}it and {I}it and {B}bold\n"},
		{"***both*** ~~gone~~", "{B}both {D}gone\n"},
		{"`code *x*` ``a ` b``", "{C}code{C} {C}*x*{C} {C}a{C} {C}`{C} {C}b\n"},
		{"snake_case_name 2*3*4 a * b * c", "snake_case_name 2{I}3{}4 a * b * c\n"},
		{"**open *open `open [open ![open", "**open *open `open [open ![open\n"},
		{"\\*not\\* \\q &amp; &lt;b&gt; <b>", "*not* \\q & <b> <b>\n"},
		{"[text](http://x.y) [http://a](http://a)",
			"{L}text {D}({D}http://x.y{D}) {L}http://a\n"},
		{"<https://example.org> <i>", "{L}https://example.org <i>\n"},
		{"![alt](data:image/png;base64,AAAA) ![alt](x.png)",
			"{D}[image] {L}alt {D}[image] {L}alt {D}({D}x.png{D})\n"},
		{"**bold *nested* text**", "{B}bold{B} {B}nested{B} {B}text\n"},
		{"é **日本** ☃", "é {B}日本 ☃\n"},
		{"esc \033[31m", "esc \\x1b[31m\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		/* spans of one word each: marks inside a word stand as {} in what is wanted */
		struct buf want = BUF_INIT(1 << 12);
		for (const char *p = t[i].want; *p; p++)
			if (str_starts(p, "{}"))
				p++;
			else
				buf_addc(&want, *p);
		check(t[i].source, 80, true, want.p);
		buf_release(&want);
	}
}

void test_markdown__blocks(void)
{
	static const struct {
		const char *source, *want;
	} t[] = {
		{"", ""},
		{"\n\n", ""},
		{"# One\n## Two\n#no\n####### seven", "One\n\nTwo\n\n#no ####### seven\n"},
		{"Under\n=====\ntext\n---\nmore", "Under\n\ntext\n\nmore\n"},
		{"a\nb  \nc\n\nd", "a b\nc\n\nd\n"},
		{"- one\n- two\n  more\n- three", "• one\n• two more\n• three\n"},
		{"1. a\n2. b\n10. c", "1. a\n2. b\n10. c\n"},
		{"- a\n  - b\n    - c\n- d", "• a\n  • b\n    • c\n• d\n"},
		{"- [ ] open\n- [x] done", "☐ open\n☑ done\n"},
		{"> quoted\n> text\n\nafter", "│ quoted text\n\nafter\n"},
		{"> > deep", "│ │ deep\n"},
		{"```python\ndef f():\n    return 1\n\n```\nx",
			"  def f():\n      return 1\n  \n\nx\n"},
		{"~~~\nopen", "  open\n"},
		{"    code\n\n    more\n", "  code\n  \n  more\n"},
		{"a\n\n---\nb", "a\n\n────────────────────\n\nb\n"},
		{"| a | bb |\n|---|---:|\n| x | 1 |\n| long | 2 |",
			"a     bb\n────  ──\nx      1\nlong   2\n"},
		{"a | b\n--|--\n1 | 2 \\| 3", "a  b\n─  ─────\n1  2 | 3\n"},
		{"some text with | a bar", "some text with | a\nbar\n"},
		{"one two three four five six", "one two three four\nfive six\n"},
		{"- one two three four five six", "• one two three four\n  five six\n"},
		{"-", "•\n"},
		{"- ", "•\n"},
		{">", ""},
		{"***", "────────────────────\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		check(t[i].source, 20, false, t[i].want);
}

/* Nesting and markup without end: it ends. */
void test_markdown__hostile(void)
{
	static const char *const parts[] = {"> ", "- ", "*a ", "**a ", "`", "[", "![", "[a](", "&",
		"<http://", "|", "#", "\n- ", "\n> ", "\n  - ", "1. ", "\\", "~~~\n", "|-|\n", "\t",
		"_a_", "*"};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct buf text = BUF_INIT(1 << 22);
		struct mf_page *page;
		struct block b;
		while (text.n < 30000)
			buf_adds(&text, parts[i]);
		CHECK_FATAL(page_new(&page, false, NULL) == MF_OK);
		block_init(&b, page, 40);
		markdown_draw(&b, text.p, text.n);
		CHECK_INT(page_finish(page, &b, NULL), 0);
		mf_page_free(page);
		buf_release(&text);
	}
}

static int under_faults(void *arg)
{
	static const char text[] = "# T\n\n- a **b**\n- c\n\n> q\n\n| a | b |\n|---|---|\n| 1 | 2 "
				   "|\n\n```\nx\n```\n&amp; [l](u)";
	struct mf_page *page;
	struct block b;
	(void)arg;
	int rc = page_new(&page, false, NULL);
	if (rc < 0)
		return rc;
	block_init(&b, page, 30);
	markdown_draw(&b, text, sizeof(text) - 1);
	rc = page_finish(page, &b, NULL);
	mf_page_free(page);
	return rc;
}

void test_markdown__allocation_failure(void)
{
	test_every_alloc(under_faults, NULL);
}
