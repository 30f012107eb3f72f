#include "values.h"

#include "../../../clientlib/base/text.h"

void test_text_value__one_line(void)
{
	CHECK_STR(TEXT_OF("(lVa\naI1\naNa.", 40), "['a', 1, None]");
	CHECK_STR(TEXT_OF("(lVa\naI1\naNa.", 14), "['a', 1, None]");
	CHECK_STR(TEXT_OF("(lVa\naI1\naNa.", 13), "['a', 1, Non…");
	CHECK_STR(TEXT_OF("(lVa\naI1\naNa.", 1), "…");
	CHECK_STR(TEXT_OF("Vtwo\\u000alines\n.", 40), "'two\\nlines'");
	CHECK_STR(TEXT_OF("V\\u65e5\\u672c\\u8a9e\n.", 6), "'日本…");
}

/* However wide and long, a line never takes more columns than there are. */
void test_text_value__never_wider(void)
{
	static const char stream[] = "(lV\\u65e5\\u672c\\u8a9e e\\u0301 "
				     "\\u001b[0m\na(dVkey\nF1.5\nsacm\nC\n)R(dVname\nVx\nsba.";
	struct arena a;
	setlocale(LC_CTYPE, "C.UTF-8");
	arena_init(&a, 0);
	struct mf_value *v = values_read(&a, stream, sizeof(stream) - 1);
	size_t last = 0;
	for (size_t width = 1; width < 80; width++) {
		struct buf out = BUF_INIT(4096);
		struct mf_sink sink = {buf_sink_write, &out};
		CHECK_INT(mf_value_print_text(v, &sink, width, NULL), 0);
		size_t columns = text_width(out.p, out.n);
		CHECK(columns <= width && columns + 1 >= (width < last ? width : last));
		if (columns > last)
			last = columns;
		CHECK(!memchr(out.p, '\n', out.n) && !memchr(out.p, '\x1b', out.n));
		buf_release(&out);
	}
	arena_release(&a);
}

void test_text_value__long_values_are_cut_early(void)
{
	struct buf b = BUF_INIT(1 << 24);
	buf_adds(&b, "V");
	for (int i = 0; i < 200000; i++)
		buf_adds(&b, "long ");
	buf_adds(&b, "\n.");
	CHECK_STR(values_print(b.p, b.n, VALUES_TEXT, 12), "'long long …");
	/* marks without width: nothing wide enough to be cut, and cut all the same */
	buf_clear(&b);
	buf_adds(&b, "Vx");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "\\u0301");
	buf_adds(&b, "\n.");
	const char *text = values_print(b.p, b.n, VALUES_TEXT, 12);
	CHECK(strlen(text) < 2000 && strcmp(text + strlen(text) - 3, "…") == 0);
	buf_release(&b);
}

void test_text_value__pages(void)
{
	/* a string is what it says */
	CHECK_STR(
		TEXT_OF("Vtwo\\u000a\\u0009lines\\u001b[0m 'x'\n.", 0), "two\n\tlines\\x1b[0m 'x'");
	CHECK_STR(TEXT_OF("V\n.", 0), "");
	CHECK_STR(TEXT_OF("cdecimal\nDecimal\n(V1.50\ntR.", 0), "1.50");
	CHECK_STR(TEXT_OF("(lI1\naI2\na.", 0), "[1, 2]");
	/* what does not fit is opened up, one entry a line */
	struct buf b = BUF_INIT(1 << 16), want = BUF_INIT(1 << 16);
	buf_adds(&b, "(dVname\n(lI1\naasVitems\n(l");
	buf_clear(&b);
	buf_adds(&b, "(dVname\n(lI1\nasVitems\n(l");
	buf_adds(&want, "{\n    'name': [1],\n    'items': [\n");
	for (int i = 0; i < 6; i++) {
		buf_addf(&b, "V%020d\na", i);
		buf_addf(&want, "        '%020d',\n", i);
	}
	buf_adds(&b, "s.");
	buf_adds(&want, "    ],\n}");
	CHECK_STR(values_print(b.p, b.n, VALUES_TEXT, 0), want.p);
	buf_release(&b);
	buf_release(&want);
}

void test_text_value__objects_on_pages(void)
{
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "cm\nBox\n(I1\ntR(dVtext\nV");
	for (int i = 0; i < 110; i++)
		buf_adds(&b, "x");
	buf_adds(&b, "\nsVn\nI2\nsb.");
	const char *text = values_print(b.p, b.n, VALUES_TEXT, 0);
	CHECK(strncmp(text, "Box(\n    1,\n    text='xxx", 24) == 0);
	CHECK_STR(strchr(text + 20, '\n'), "\n    n=2,\n)");
	buf_release(&b);
}

void test_text_value__deep(void)
{
	enum { DEEP = 3000 };
	char *stream = malloc(2 * DEEP);
	memset(stream, ']', DEEP);
	memset(stream + DEEP, 'a', DEEP - 1);
	stream[2 * DEEP - 1] = '.';
	CHECK_STR(values_print(stream, 2 * DEEP, VALUES_TEXT, 5), "[[[[…");
	struct arena a;
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	struct mf_error err = MF_ERROR_INIT;
	arena_init(&a, 0);
	CHECK_INT(mf_value_print_text(values_read(&a, stream, 2 * DEEP), &sink, 0, &err),
		MF_EPARTIAL);
	CHECK_STR(err.message, "what is nested too deep is left out");
	CHECK(strstr(out.p, "…") != NULL);
	arena_release(&a);
	buf_release(&out);
	free(stream);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return MF_EIO;
}

void test_text_value__sink_that_refuses(void)
{
	struct mf_value one = {.kind = MF_INT, .u.i = 1};
	struct mf_sink sink = {refuse, NULL};
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(mf_value_print_text(&one, &sink, 10, &err), MF_EIO);
	CHECK_INT(err.code, MF_EIO);
	CHECK_INT(mf_value_print_text(&one, &sink, 0, NULL), MF_EIO);
}

struct printing {
	const struct mf_value *v;
	size_t width;
};

static int print_once(void *arg)
{
	const struct printing *t = arg;
	struct buf out = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &out};
	int rc = mf_value_print_text(t->v, &sink, t->width, NULL);
	buf_release(&out);
	return rc;
}

void test_text_value__out_of_memory(void)
{
	static const char stream[] =
		"](K\1cm\nC\n)R(dVname\nVa long value to make the page break\nsbcuuid\nUUID\n)\x81"
		"}Vint\nL1234567890123456789012345L\nsb(K\1K\2\x91L99999999999999999999L\nVa "
		"text\ne.";
	struct arena a;
	setlocale(LC_CTYPE, "C.UTF-8");
	arena_init(&a, 0);
	struct printing t = {values_read(&a, stream, sizeof(stream) - 1), 0};
	test_every_alloc(print_once, &t);
	t.width = 300;
	test_every_alloc(print_once, &t);
	arena_release(&a);
}
