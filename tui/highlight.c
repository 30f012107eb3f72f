/* highlight.c: the words of Python, JSON and the like. */
#include "highlight.h"

#include <ctype.h>
#include <string.h>

#include "../clientlib/base/util.h"

/* State between lines of Python: inside a string with three quotes of this kind. */
enum { IN_CODE, IN_SINGLE, IN_DOUBLE };

struct line {
	const char *p;
	size_t n, i;
	struct pager_line *out; /* NULL: colours are not wanted */
	size_t at;
};

static void paint(const struct line *l, size_t from, size_t to, unsigned attr)
{
	if (l->out)
		pager_span(l->out, l->at + from, l->at + to, attr);
}

static bool starts(const struct line *l, const char *s)
{
	size_t n = strlen(s);

	return l->n - l->i >= n && memcmp(l->p + l->i, s, n) == 0;
}

static bool letter(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t word_end(const struct line *l)
{
	size_t i = l->i;

	while (i < l->n && (letter(l->p[i]) || digit(l->p[i])))
		i++;
	return i;
}

static bool is_one_of(const char *p, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && memcmp(*words, p, n) == 0)
			return true;
	return false;
}

/* A string up to its quote, or to the end of the line. */
static void string(struct line *l, char quote)
{
	size_t from = l->i++;

	while (l->i < l->n && l->p[l->i] != quote)
		l->i += l->p[l->i] == '\\' && l->i + 1 < l->n ? 2 : 1;
	l->i = l->i < l->n ? l->i + 1 : l->n;
	paint(l, from, l->i, ST_STRING);
}

static void number(struct line *l)
{
	size_t from = l->i;

	while (l->i < l->n) {
		char c = l->p[l->i];
		bool sign = (c == '+' || c == '-') && l->i > from &&
			    (l->p[l->i - 1] | 0x20) == 'e' &&
			    !(l->i > from + 1 && (l->p[from + 1] | 0x20) == 'x');
		if (!isalnum((unsigned char)c) && c != '.' && c != '_' && !sign && l->i > from)
			break;
		l->i++;
	}
	paint(l, from, l->i, ST_NUMBER);
}

static bool at_number(const struct line *l)
{
	char c = l->p[l->i];

	return digit(c) || (c == '.' && l->i + 1 < l->n && digit(l->p[l->i + 1]));
}

/* ---- Python ---- */

/* On inside a string with three quotes; IN_CODE when it ends on this line. */
static unsigned long_string(struct line *l, unsigned state, size_t from)
{
	const char *end = state == IN_SINGLE ? "'''" : "\"\"\"";

	while (l->i < l->n && !starts(l, end))
		l->i += l->p[l->i] == '\\' && l->i + 1 < l->n ? 2 : 1;
	bool ends = l->i < l->n;
	l->i = ends ? l->i + 3 : l->n;
	paint(l, from, l->i, ST_STRING);
	return ends ? IN_CODE : state;
}

static unsigned python_string(struct line *l, size_t from)
{
	if (starts(l, "'''") || starts(l, "\"\"\"")) {
		unsigned state = l->p[l->i] == '\'' ? IN_SINGLE : IN_DOUBLE;
		l->i += 3;
		return long_string(l, state, from);
	}
	paint(l, from, l->i, ST_STRING);
	string(l, l->p[l->i]);
	return IN_CODE;
}

static unsigned python_word(struct line *l, bool *names)
{
	static const char *const keywords[] = {"and", "as", "assert", "async", "await", "break",
		"class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
		"from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
		"pass", "raise", "return", "try", "while", "with", "yield", NULL};
	static const char *const values[] = {"None", "True", "False", "self", "cls", NULL};
	size_t from = l->i, end = word_end(l), n = end - from;
	bool prefix = n <= 2 && end < l->n && (l->p[end] == '"' || l->p[end] == '\'');

	for (size_t i = from; i < end && prefix; i++)
		prefix = strchr("rRbBfFuU", l->p[i]) != NULL;
	l->i = end;
	if (prefix)
		return python_string(l, from);
	if (*names)
		paint(l, from, end, ST_TITLE);
	else if (is_one_of(l->p + from, n, keywords))
		paint(l, from, end, ST_KEYWORD);
	else if (is_one_of(l->p + from, n, values))
		paint(l, from, end, ST_TYPE);
	*names = (n == 3 && memcmp(l->p + from, "def", 3) == 0) ||
		 (n == 5 && memcmp(l->p + from, "class", 5) == 0);
	return IN_CODE;
}

static unsigned python(struct line *l, unsigned state)
{
	bool names = false, start = true;

	if (state != IN_CODE)
		state = long_string(l, state, 0);
	while (l->i < l->n && state == IN_CODE) {
		char c = l->p[l->i];
		if (c == '#') {
			paint(l, l->i, l->n, ST_COMMENT);
			l->i = l->n;
		} else if (c == '"' || c == '\'') {
			state = python_string(l, l->i);
		} else if (letter(c)) {
			state = python_word(l, &names);
		} else if (at_number(l)) {
			number(l);
		} else if (c == '@' && start) {
			size_t from = l->i++;
			l->i = word_end(l);
			paint(l, from, l->i, ST_KEY);
		} else {
			l->i++;
		}
		start = start && c == ' ';
	}
	return state;
}

/* ---- JSON ---- */

static void json(struct line *l)
{
	while (l->i < l->n) {
		char c = l->p[l->i];
		if (c == '"') {
			size_t from = l->i, k;
			string(l, c);
			for (k = l->i; k < l->n && l->p[k] == ' ';)
				k++;
			if (k < l->n && l->p[k] == ':')
				paint(l, from, l->i, ST_KEY);
		} else if (letter(c)) {
			size_t end = word_end(l);
			paint(l, l->i, end, ST_KEYWORD);
			l->i = end;
		} else if (at_number(l) || c == '-') {
			number(l);
		} else {
			l->i++;
		}
	}
}

/* ---- settings, diffs, prose ---- */

static void settings(struct line *l)
{
	size_t i = 0;
	bool comment_may = true;

	while (i < l->n && (l->p[i] == ' ' || l->p[i] == '\t' || l->p[i] == '-'))
		i++;
	if (i < l->n && l->p[i] == '[') {
		paint(l, i, l->n, ST_TITLE);
		return;
	}
	size_t from = i;
	while (i < l->n && (letter(l->p[i]) || digit(l->p[i]) || l->p[i] == '-' || l->p[i] == '.'))
		i++;
	size_t end = i;
	while (i < l->n && l->p[i] == ' ')
		i++;
	if (end > from && i < l->n && (l->p[i] == ':' || l->p[i] == '='))
		paint(l, from, end, ST_KEY);
	else
		i = from;
	for (l->i = i; l->i < l->n;) {
		char c = l->p[l->i];
		if ((c == '#' || (c == ';' && l->i == from)) && (comment_may || l->i == from)) {
			paint(l, l->i, l->n, ST_COMMENT);
			return;
		}
		comment_may = c == ' ' || c == '\t';
		if (c == '"' || c == '\'')
			string(l, c);
		else if (letter(c))
			l->i = word_end(l);
		else if (at_number(l))
			number(l);
		else
			l->i++;
	}
}

static void diff(const struct line *l)
{
	char c = l->n ? l->p[0] : ' ';

	if (starts(l, "+++") || starts(l, "---") || starts(l, "diff "))
		paint(l, 0, l->n, ST_TITLE);
	else if (c == '@')
		paint(l, 0, l->n, ST_TYPE);
	else if (c == '+' || c == '-')
		paint(l, 0, l->n, c == '+' ? ST_DIFF_ADD : ST_DIFF_DEL);
	else if (c == '\\')
		paint(l, 0, l->n, ST_DIM);
}

static void markdown(struct line *l)
{
	if (l->n && l->p[0] == '#') {
		paint(l, 0, l->n, ST_TITLE);
		return;
	}
	for (; l->i < l->n; l->i++)
		if (l->p[l->i] == '`') {
			const char *end = memchr(l->p + l->i + 1, '`', l->n - l->i - 1);
			size_t to = end ? (size_t)(end - l->p) + 1 : l->i + 1;
			paint(l, l->i, to, end ? ST_STRING : ST_TEXT);
			l->i = to - 1;
		}
}

unsigned highlight_line(enum language lang, unsigned state, const char *p, size_t n,
	struct pager_line *out, size_t at)
{
	struct line l = {p, n, 0, out, at};

	if (lang == LANG_PYTHON)
		return python(&l, state);
	if (!out)
		return 0;
	switch (lang) {
	case LANG_JSON: json(&l); break;
	case LANG_SETTINGS: settings(&l); break;
	case LANG_DIFF: diff(&l); break;
	case LANG_MARKDOWN: markdown(&l); break;
	default: break;
	}
	return 0;
}

/* ---- which one ---- */

static enum language by_name(const char *name)
{
	static const struct {
		const char *end;
		enum language lang;
	} ends[] = {{".py", LANG_PYTHON}, {".pyi", LANG_PYTHON}, {".ipynb", LANG_JSON},
		{".json", LANG_JSON}, {".yaml", LANG_SETTINGS}, {".yml", LANG_SETTINGS},
		{".toml", LANG_SETTINGS}, {".cfg", LANG_SETTINGS}, {".ini", LANG_SETTINGS},
		{".sh", LANG_SETTINGS}, {".env", LANG_SETTINGS}, {"INFO", LANG_JSON},
		{".diff", LANG_DIFF}, {".patch", LANG_DIFF}, {".md", LANG_MARKDOWN}};
	size_t n = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t m = strlen(ends[i].end);
		if (n >= m && strcmp(name + n - m, ends[i].end) == 0)
			return ends[i].lang;
	}
	return LANG_PLAIN;
}

/* Text that begins like an object or a list of JSON, and ends so. */
static bool looks_like_json(const char *p, size_t n)
{
	while (n && isspace((unsigned char)*p))
		p++, n--;
	while (n && isspace((unsigned char)p[n - 1]))
		n--;
	if (n < 2 || !((p[0] == '{' && p[n - 1] == '}') || (p[0] == '[' && p[n - 1] == ']')))
		return false;
	size_t i = 1;
	while (i < n && isspace((unsigned char)p[i]))
		i++;
	return strchr("\"{[]}-0123456789tfn", p[i]) != NULL;
}

static bool looks_like_python(const char *p, size_t n)
{
	static const char *const first[] = {
		"import ", "from ", "def ", "class ", "@", "#!", "if __name__"};
	size_t lines = 0, hits = 0;

	for (size_t at = 0; at < n && lines < 200; lines++) {
		const char *end = memchr(p + at, '\n', n - at);
		for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
			size_t m = strlen(first[i]);
			hits += n - at >= m && memcmp(p + at, first[i], m) == 0;
		}
		at = end ? (size_t)(end - p) + 1 : n;
	}
	return hits >= 2 && memmem(p, n < 1 << 16 ? n : 1 << 16, ":\n", 2);
}

enum language language_of(const char *name, const char *p, size_t n)
{
	enum language lang = name ? by_name(name) : LANG_PLAIN;

	if (lang != LANG_PLAIN || name)
		return lang;
	if (looks_like_json(p, n))
		return LANG_JSON;
	if (n > 4 && memcmp(p, "--- ", 4) == 0 && memmem(p, n < 4096 ? n : 4096, "\n+++ ", 5))
		return LANG_DIFF;
	return looks_like_python(p, n) ? LANG_PYTHON : LANG_PLAIN;
}
