#include "htmltext.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../base/text.h"

/* The entities that people type; the rest stays as it is. */
static const struct {
	const char *name;
	int32_t cp;
} entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''},
	{"nbsp", ' '}, {"copy", 0xa9}, {"reg", 0xae}, {"deg", 0xb0}, {"plusmn", 0xb1},
	{"micro", 0xb5}, {"middot", 0xb7}, {"times", 0xd7}, {"divide", 0xf7}, {"ndash", 0x2013},
	{"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c},
	{"rdquo", 0x201d}, {"bull", 0x2022}, {"hellip", 0x2026}, {"euro", 0x20ac},
	{"trade", 0x2122}, {"larr", 0x2190}, {"rarr", 0x2192}, {"le", 0x2264}, {"ge", 0x2265},
	{"ne", 0x2260}, {"laquo", 0xab}, {"raquo", 0xbb}};

/* Elements that stand on lines of their own. */
static const char *const blocks[] = {"address", "article", "aside", "blockquote", "br", "dd", "div",
	"dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
	"li", "main", "nav", "ol", "p", "pre", "section", "table", "title", "tr", "ul"};
/* Elements whose content is not text. */
static const char *const silent[] = {"script", "style", "template", "svg", "noscript"};

static int32_t number(const char *p, size_t n)
{
	int base = n && (*p == 'x' || *p == 'X') ? 16 : 10;
	int32_t v = 0;
	size_t i = base == 16;
	if (i == n)
		return -1;
	for (; i < n; i++) {
		int d = isdigit((unsigned char)p[i]) ? p[i] - '0'
			: base == 16 && isxdigit((unsigned char)p[i])
				? tolower((unsigned char)p[i]) - 'a' + 10
				: -1;
		if (d < 0 || v > 0x10ffff)
			return -1;
		v = v * base + d;
	}
	return v && v <= 0x10ffff && !(v >= 0xd800 && v <= 0xdfff) ? v : -1;
}

size_t html_entity(struct buf *out, const char *p, size_t n)
{
	enum { LONGEST = 12 };
	const char *end = memchr(p, ';', n < LONGEST ? n : LONGEST);
	if (!end || end < p + 2)
		return 0;
	size_t len = (size_t)(end - p) - 1;
	int32_t cp = -1;
	if (p[1] == '#')
		cp = number(p + 2, len - 1);
	for (size_t i = 0; cp < 0 && i < ARRAY_SIZE(entities); i++)
		if (strlen(entities[i].name) == len && memcmp(entities[i].name, p + 1, len) == 0)
			cp = entities[i].cp;
	if (cp < 0)
		return 0;
	utf8_add(out, cp);
	return len + 2;
}

static bool among(const char *const *list, size_t count, const char *p, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == n && strncasecmp(list[i], p, n) == 0)
			return true;
	return false;
}

/* The > that ends the tag at p, past quoted values; NULL: none. */
static const char *tag_end(const char *p, const char *end)
{
	char quote = 0;
	for (; p < end; p++) {
		if (quote ? *p == quote : *p == '"' || *p == '\'')
			quote = quote ? 0 : *p;
		else if (!quote && *p == '>')
			return p;
	}
	return NULL;
}

/* Where the content of a silent element ends: at its </name. */
static const char *silence_end(const char *p, const char *end, const char *name, size_t n)
{
	while ((p = memmem(p, (size_t)(end - p), "</", 2))) {
		if ((size_t)(end - p) >= n + 2 && strncasecmp(p + 2, name, n) == 0)
			return p;
		p += 2;
	}
	return end;
}

static void new_line(struct buf *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	if (out->n > from && out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
}

void html_text(struct buf *out, const char *p, size_t n)
{
	const char *end = p + n;
	const size_t from = out->n;
	bool pre = false;     /* inside <pre> */
	bool literal = false; /* behind a tag that never ends: all is text */
	while (p < end && !out->failed) {
		size_t left = (size_t)(end - p);
		if (*p == '&') {
			size_t len = html_entity(out, p, left);
			if (!len)
				buf_addc(out, '&');
			p += len ? len : 1;
			continue;
		}
		if (literal || *p != '<' || left < 2 ||
			!(isalpha((unsigned char)p[1]) || p[1] == '/' || p[1] == '!' ||
				p[1] == '?')) {
			bool blank = isspace((unsigned char)*p);
			bool after = out->n == from || out->p[out->n - 1] == ' ' ||
				     out->p[out->n - 1] == '\n';
			if (!blank || pre)
				buf_addc(out, *p);
			else if (!after)
				buf_addc(out, ' ');
			p++;
			continue;
		}
		if (left >= 4 && memcmp(p, "<!--", 4) == 0) {
			const char *stop = memmem(p + 4, left - 4, "-->", 3);
			p = stop ? stop + 3 : end;
			continue;
		}
		const char *stop = tag_end(p + 1, end);
		if (!stop) {
			literal = true;
			continue;
		}
		bool closes = p[1] == '/';
		const char *name = p + 1 + closes;
		size_t len = 0;
		while (name + len < stop && isalnum((unsigned char)name[len]))
			len++;
		p = stop + 1;
		if (len == 3 && strncasecmp(name, "pre", 3) == 0)
			pre = !closes;
		if (!closes && among(silent, ARRAY_SIZE(silent), name, len) && stop[-1] != '/')
			p = silence_end(p, end, name, len);
		else if (among(blocks, ARRAY_SIZE(blocks), name, len))
			new_line(out, from);
		else if (len == 2 && closes &&
			 (strncasecmp(name, "td", 2) == 0 || strncasecmp(name, "th", 2) == 0))
			buf_addc(out, ' ');
		if (len == 2 && !closes && strncasecmp(name, "li", 2) == 0)
			buf_adds(out, "- ");
	}
	while (out->n > from && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == ' '))
		out->p[--out->n] = '\0';
}
