#include "../../support/test.h"

#include <stdlib.h>

#include "../../../tui/doc.h"

static const char *line_of(struct doc *d, size_t i, bool gutter)
{
	static char out[512];
	struct pager_line l = {0};

	buf_init(&l.text, 4096);
	buf_init(&l.gutter, 256);
	doc_line(d, i, &l);
	snprintf(out, sizeof(out), "%s%s%s", gutter ? l.gutter.p : "", gutter ? "|" : "", l.text.p);
	buf_release(&l.text);
	buf_release(&l.gutter);
	vec_release(&l.spans);
	return out;
}

void test_doc__lines(void)
{
	struct doc d = {.numbers = true};

	CHECK(doc_text(&d, "one\r\n\nthree", 11, LANG_PLAIN));
	CHECK_INT(doc_count(&d), 3);
	CHECK_STR(line_of(&d, 0, true), "   1|one");
	CHECK_STR(line_of(&d, 1, false), "");
	CHECK_STR(line_of(&d, 2, false), "three");
	CHECK_INT(doc_gutter(&d), 6);
	d.cut = true;
	CHECK_INT(doc_count(&d), 4);
	CHECK_STR(line_of(&d, 3, false), "… and more");
	doc_release(&d);
	CHECK(doc_text(&d, "", 0, LANG_PLAIN));
	CHECK_INT(doc_count(&d), 0);
	doc_release(&d);
}

void test_doc__hex(void)
{
	struct doc d = {0};

	CHECK(doc_hex(&d, "0123456789abcdef\0\xff", 18));
	CHECK_INT(doc_count(&d), 2);
	CHECK_STR(line_of(&d, 0, true),
		"00000000|30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
	CHECK_STR(line_of(&d, 1, false), "00 ff                                             ..");
	CHECK_INT(doc_gutter(&d), 10);
	doc_release(&d);
}

void test_doc__long_lines_and_states(void)
{
	struct doc d = {0};
	size_t n = 300 << 10;
	char *p = malloc(n);

	CHECK_FATAL(p != NULL);
	memset(p, 'x', n);
	CHECK(doc_text(&d, p, n, LANG_PLAIN));
	struct pager_line l = {0};
	buf_init(&l.text, 1 << 20);
	doc_line(&d, 0, &l);
	CHECK(strstr(l.text.p, "the line goes on") != NULL && l.text.n < n);
	buf_release(&l.text);
	vec_release(&l.spans);
	doc_release(&d);
	free(p);
	CHECK(doc_text(&d, "'''a\nb'''\nc", 11, LANG_PYTHON));
	CHECK(d.states.n == 3 && !d.states.v[0] && d.states.v[1] && !d.states.v[2]);
	doc_release(&d);
}

static int make(void *ctx)
{
	struct doc d = {0};
	bool ok = doc_text(&d, ctx, strlen(ctx), LANG_PYTHON);

	doc_release(&d);
	return ok ? 0 : MF_ENOMEM;
}

void test_doc__no_memory(void)
{
	char text[] = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";

	test_every_alloc(make, text);
}
