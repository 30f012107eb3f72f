#include "view_logs_text.h"

#include <ctype.h>
#include <string.h>

/* Length of a well-formed sequence ESC [ … m or ESC [ … K at p, 0 if it is none. */
static size_t colour_sequence(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[0] != 0x1b || p[1] != '[')
		return 0;
	while (i < n && (isdigit((unsigned char)p[i]) || p[i] == ';' || p[i] == ':'))
		i++;
	return i < n && (p[i] == 'm' || p[i] == 'K') ? i + 1 : 0;
}

void logtext_clean(struct buf *out, const char *p, size_t n)
{
	while (n && p[n - 1] == '\r')
		n--;
	for (size_t i = n; i > 0; i--)
		if (p[i - 1] == '\r') {
			p += i;
			n -= i;
			break;
		}
	while (n) {
		const char *esc = memchr(p, 0x1b, n);
		size_t plain = esc ? (size_t)(esc - p) : n;
		buf_add(out, p, plain);
		p += plain;
		n -= plain;
		size_t skip = colour_sequence(p, n);
		if (!skip && n) {
			buf_addc(out, *p);
			skip = 1;
		}
		p += skip;
		n -= skip;
	}
}

static bool has(const char *p, size_t n, const char *word)
{
	return memmem(p, n, word, strlen(word)) != NULL;
}

bool logtext_is_error(const char *p, size_t n)
{
	return has(p, n, "Error") || has(p, n, "Exception") || has(p, n, "Traceback (") ||
	       has(p, n, "ERROR") || has(p, n, "CRITICAL") || has(p, n, "FATAL");
}

/* `File "train.py", line 88, in fit`, as tracebacks have it. */
static bool mark_frame(struct pager_line *l, const char *s, size_t n)
{
	size_t at = 0;

	while (at < n && (s[at] == ' ' || (at == 0 && s[at] == '>')))
		at++; /* @catch quotes what it caught with > */
	if (n - at < 7 || memcmp(s + at, "File \"", 6) != 0)
		return false;
	const char *quote = memchr(s + at + 6, '"', n - at - 6);
	if (!quote)
		return false;
	size_t end = (size_t)(quote - s) + 1;
	pager_span(l, 0, n, ST_DIM);
	pager_span(l, at + 5, end, ST_STRING);
	const char *line = memmem(s + end, n - end, "line ", 5);
	if (line) {
		size_t from = (size_t)(line - s) + 5, to = from;
		while (to < n && isdigit((unsigned char)s[to]))
			to++;
		pager_span(l, from, to, ST_NUMBER);
		if (to + 5 < n && memcmp(s + to, ", in ", 5) == 0)
			pager_span(l, to + 5, n, ST_STRONG);
	}
	return true;
}

static bool ends_in(const char *s, size_t n, const char *word)
{
	size_t len = strlen(word);

	return n >= len && memcmp(s + n - len, word, len) == 0;
}

/* `package.SomeError: what was wrong` at the start of a line. */
static bool mark_exception(struct pager_line *l, const char *s, size_t n)
{
	size_t quoted = n > 2 && s[0] == '>' ? 1 + strspn(s + 1, " ") : 0, len = quoted;

	while (len < n && (isalnum((unsigned char)s[len]) || s[len] == '_' || s[len] == '.'))
		len++;
	if (len <= quoted || isdigit((unsigned char)s[quoted]) || (len < n && s[len] != ':'))
		return false;
	if (!ends_in(s, len, "Error") && !ends_in(s, len, "Exception") &&
		!ends_in(s, len, "Interrupt") && !ends_in(s, len, "Exit"))
		return false;
	pager_span(l, quoted, len, ST_FAILED);
	pager_span(l, len, n, ST_STRONG);
	return true;
}

void logtext_highlight(struct pager_line *l)
{
	static const struct {
		const char *word;
		unsigned attr;
	} levels[] = {{"WARNING", ST_WARNING}, {"ERROR", ST_ERROR}, {"CRITICAL", ST_ERROR},
		{"FATAL", ST_ERROR}, {"DEBUG", ST_DIM}};
	const char *s = l->text.p;
	size_t n = l->text.n;

	if (mark_frame(l, s, n) || mark_exception(l, s, n))
		return;
	const char *traceback = memmem(s, n < 20 ? n : 20, "Traceback (", 11);
	if (traceback) {
		pager_span(l, (size_t)(traceback - s), n, ST_ERROR);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		/* Levels stand near the beginning, behind a date and a name at most. */
		size_t len = strlen(levels[i].word), room = n < 80 ? n : 80;
		const char *at = memmem(s, room, levels[i].word, len);
		if (at && (at == s || !isalpha((unsigned char)at[-1])) &&
			!isalpha((unsigned char)at[len])) {
			pager_span(l, (size_t)(at - s), (size_t)(at - s) + len, levels[i].attr);
			return;
		}
	}
}
