#include "../../support/test.h"
#include "styled_text.h"

#include <locale.h>
#include <stdlib.h>

static void check(const struct block *b, bool marked, const char *want)
{
	struct buf text = BUF_INIT(1 << 20);
	lines_text(&text, b->v, b->n, marked);
	CHECK_STR(text.p, want);
	buf_release(&text);
}

static struct mf_page *start(struct block *b, size_t width, bool ascii)
{
	struct mf_page *page;
	setlocale(LC_CTYPE, "C.UTF-8");
	CHECK_FATAL(page_new(&page, ascii, NULL) == MF_OK);
	block_init(b, page, width);
	return page;
}

void test_styled__lines(void)
{
	struct block b;
	struct mf_page *page = start(&b, 20, false);
	block_adds(&b, MF_STYLE_BOLD, "one\ntwo\r\n\n");
	block_text(&b, MF_STYLE_PLAIN, "tab\there \033[1m \xff", 15);
	block_gap(&b);
	block_gap(&b);
	block_addf(&b, MF_STYLE_DIM, "%d of %s", 3, "x");
	block_end(&b);
	block_end(&b);
	check(&b, true, "{B}one\n{B}two\n\ntab    here \\x1b[1m \\xff\n\n{D}3 of x\n");
	CHECK_INT(block_columns(&b), 24);
	CHECK_INT(page_finish(page, &b, NULL), 0);
	const struct mf_line *lines;
	CHECK_INT(mf_page_lines(page, &lines), 6);
	CHECK(!mf_page_cut(page));
	mf_page_free(page);
	mf_page_free(NULL);
}

void test_styled__wrapped(void)
{
	static const struct {
		const char *text;
		size_t width, hang;
		const char *want;
	} t[] = {
		{"short", 10, 0, "short\n"},
		{"one two three", 8, 0, "one two\nthree\n"},
		{"one two three", 8, 2, "one two\n  three\n"},
		{"abcdefghijklm", 5, 0, "abcde\nfghij\nklm\n"},
		{"日本語のテキスト", 6, 0, "日本語\nのテキ\nスト\n"},
		{"e\xcc\x81 e\xcc\x81 e\xcc\x81", 4, 0, "e\xcc\x81 e\xcc\x81\ne\xcc\x81\n"},
		{"a  b   c", 20, 0, "a  b   c\n"},
		{"    indented words here", 12, 0, "    indented\n    words\n    here\n"},
		{"x\ny\n\nz", 9, 0, "x\ny\n\nz\n"},
		{"", 9, 0, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct block b;
		struct mf_page *page = start(&b, t[i].width, false);
		block_wrap(&b, MF_STYLE_PLAIN, t[i].text, strlen(t[i].text), t[i].hang);
		block_end(&b);
		check(&b, false, t[i].want);
		mf_page_free(page);
	}
}

void test_styled__flow(void)
{
	struct block b;
	struct flow f;
	struct mf_page *page = start(&b, 12, false);
	flow_init(&f, &b, 2, NULL);
	flow_adds(&f, MF_STYLE_PLAIN, "some  words");
	flow_adds(&f, MF_STYLE_BOLD, "joined and");
	flow_break(&f);
	flow_adds(&f, MF_STYLE_CODE, "averyveryverylongword");
	flow_end(&f);
	check(&b, true,
		"some\n  words{B}joine\n  {B}d{B} {B}and\n  {C}averyveryv\n  {C}erylongwor\n  "
		"{C}d\n");
	mf_page_free(page);
}

void test_styled__beside(void)
{
	struct block b, in[2];
	struct mf_page *page = start(&b, 40, false);
	block_init(&in[0], page, 5);
	block_init(&in[1], page, 6);
	block_adds(&in[0], MF_STYLE_PLAIN, "a\nbb\n");
	block_adds(&in[1], MF_STYLE_BOLD, "1\n22\n333\n");
	block_beside(&b, in, (size_t[]){5, 6}, (bool[]){false, true}, 2, 2);
	block_append(&b, &in[0], 3);
	check(&b, false, "a           1\nbb         22\n          333\n   a\n   bb\n");
	block_fill(&b, MF_STYLE_BORDER, "─", "-", 3);
	block_pixels(&b, 0xff0000, 0x00ff00);
	CHECK_INT(b.columns, 4);
	mf_page_free(page);
	page = start(&b, 10, true);
	block_fill(&b, MF_STYLE_BORDER, "─", "-", 3);
	block_adds(&b, MF_STYLE_PLAIN, "é");
	block_end(&b);
	check(&b, false, "---\\u00e9\n");
	mf_page_free(page);
}

/* However much comes in, a page ends. */
void test_styled__limits(void)
{
	struct block b;
	struct mf_page *page = start(&b, 20, false);
	size_t n = 4 << 20;
	char *text = malloc(n);
	CHECK_FATAL(text != NULL);
	memset(text, 'x', n);
	block_wrap(&b, MF_STYLE_PLAIN, text, n, 0);
	block_end(&b);
	CHECK(b.n < 4000 && !page->rc); /* one line is not laid out for ever */
	memset(text, '\n', n);
	block_text(&b, MF_STYLE_PLAIN, text, n);
	CHECK(mf_page_cut(page) && b.n <= page->max_lines + 1);
	CHECK_INT(page_finish(page, &b, NULL), 0);
	free(text);
	mf_page_free(page);
}

static int under_faults(void *arg)
{
	struct mf_page *page;
	struct block b, in;
	struct flow f;
	(void)arg;
	int rc = page_new(&page, false, NULL);
	if (rc < 0)
		return rc;
	block_init(&b, page, 10);
	block_init(&in, page, 10);
	flow_init(&f, &b, 1, NULL);
	flow_adds(&f, MF_STYLE_PLAIN, "some words that flow into several lines, and more");
	flow_end(&f);
	block_wrap(&in, MF_STYLE_PLAIN, "text that is wrapped", 20, 0);
	block_end(&in);
	block_append(&b, &in, 2);
	block_beside(&b, &in, (size_t[]){10}, NULL, 1, 2);
	for (int i = 0; i < 100; i++)
		block_addf(&b, MF_STYLE_DIM, "line %d\n", i);
	rc = page_finish(page, &b, NULL);
	mf_page_free(page);
	return rc;
}

void test_styled__allocation_failure(void)
{
	test_every_alloc(under_faults, NULL);
}
