#include "../../support/test.h"

#include "../../../tui/highlight.h"

/* A line with a letter for each byte: the styles of the spans as dumps show them. */
static const char *styles(enum language lang, unsigned *state, const char *text)
{
	static char out[256];
	struct pager_line l = {0};

	buf_init(&l.text, 1024);
	buf_adds(&l.text, text);
	*state = highlight_line(lang, *state, text, strlen(text), &l, 0);
	memset(out, ' ', strlen(text));
	out[strlen(text)] = '\0';
	for (size_t i = 0; i < l.spans.n; i++)
		for (size_t k = l.spans.v[i].from; k < l.spans.v[i].to; k++)
			out[k] = style_letter((enum style)(l.spans.v[i].attr & CA_STYLE));
	vec_release(&l.spans);
	buf_release(&l.text);
	return out;
}

void test_highlight__python(void)
{
	unsigned state = 0;

	CHECK_STR(styles(LANG_PYTHON, &state, "def f(self, n=0x1f):  # why"),
		"www T yyyy    nnnn    ooooo");
	CHECK_STR(styles(LANG_PYTHON, &state, "    return b'a\\'b' + f\"x\" # \"y"),
		"    wwwwww sssssss   ssss oooo");
	CHECK_STR(styles(LANG_PYTHON, &state, "@step"), "kkkkk");
	CHECK_STR(styles(LANG_PYTHON, &state, "x = a @ b - 1e-5"), "            nnnn");
	CHECK_STR(styles(LANG_PYTHON, &state, "s = \"\"\"one"), "    ssssss");
	CHECK(state != 0);
	CHECK_STR(styles(LANG_PYTHON, &state, "def two # '''"), "sssssssssssss");
	CHECK_STR(styles(LANG_PYTHON, &state, "three\"\"\" if"), "ssssssss ww");
	CHECK_INT(state, 0);
	CHECK_STR(styles(LANG_PYTHON, &state, "'unfinished"), "sssssssssss");
	CHECK_STR(styles(LANG_PYTHON, &state, "'\\"), "ss");
	CHECK_INT(state, 0);
}

void test_highlight__json(void)
{
	unsigned state = 0;

	CHECK_STR(styles(LANG_JSON, &state, "{\"a\": [-1.5e3, \"b:\", null]}"),
		" kkk   nnnnnn  ssss  wwww  ");
	CHECK_STR(styles(LANG_JSON, &state, "\"open"), "sssss");
}

void test_highlight__others(void)
{
	unsigned state = 0;

	CHECK_STR(styles(LANG_SETTINGS, &state, "key: \"v\" # note"), "kkk  sss oooooo");
	CHECK_STR(styles(LANG_SETTINGS, &state, "[section]"), "TTTTTTTTT");
	CHECK_STR(styles(LANG_SETTINGS, &state, "a = 12"), "k   nn");
	CHECK_STR(styles(LANG_DIFF, &state, "+new"), "DDDD");
	CHECK_STR(styles(LANG_DIFF, &state, "-old"), "YYYY");
	CHECK_STR(styles(LANG_DIFF, &state, "@@ -1 +1 @@"), "yyyyyyyyyyy");
	CHECK_STR(styles(LANG_DIFF, &state, "--- a/x"), "TTTTTTT");
	CHECK_STR(styles(LANG_MARKDOWN, &state, "see `x` now"), "    sss    ");
	CHECK_STR(styles(LANG_PLAIN, &state, "def x"), "     ");
}

void test_highlight__which(void)
{
	static const struct {
		const char *name, *text;
		enum language lang;
	} t[] = {
		{"a/b.py", "", LANG_PYTHON},
		{"x.yaml", "", LANG_SETTINGS},
		{"README.md", "", LANG_MARKDOWN},
		{"Makefile", "{\"a\": 1}", LANG_PLAIN},
		{NULL, " {\"a\": 1}\n", LANG_JSON},
		{NULL, "{not json", LANG_PLAIN},
		{NULL, "[1, 2]", LANG_JSON},
		{NULL, "import os\nimport sys\nif x:\n  y\n", LANG_PYTHON},
		{NULL, "from here to eternity", LANG_PLAIN},
		{NULL, "--- a\n+++ b\n@@\n", LANG_DIFF},
		{NULL, "", LANG_PLAIN},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(language_of(t[i].name, t[i].text, strlen(t[i].text)), t[i].lang);
}
