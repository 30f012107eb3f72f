#include "text.h"

#include <stdio.h>
#include <wchar.h>

size_t utf8_next(const char *p, size_t n, int32_t *cp)
{
	const unsigned char *s = (const unsigned char *)p;
	unsigned char c = s[0];
	size_t len;
	int32_t v, least;

	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	*cp = -1;
	if (c >= 0xc2 && c <= 0xdf) {
		len = 2, v = c & 0x1f, least = 0x80;
	} else if (c >= 0xe0 && c <= 0xef) {
		len = 3, v = c & 0x0f, least = 0x800;
	} else if (c >= 0xf0 && c <= 0xf4) {
		len = 4, v = c & 0x07, least = 0x10000;
	} else {
		return 1;
	}
	if (n < len)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 1;
	*cp = v;
	return len;
}

void utf8_add(struct buf *b, int32_t cp)
{
	char s[4];
	size_t n;

	if (cp < 0x80) {
		s[0] = (char)cp;
		n = 1;
	} else if (cp < 0x800) {
		s[0] = (char)(0xc0 | cp >> 6);
		n = 2;
	} else if (cp < 0x10000) {
		s[0] = (char)(0xe0 | cp >> 12);
		n = 3;
	} else {
		s[0] = (char)(0xf0 | cp >> 18);
		n = 4;
	}
	for (size_t i = 1; i < n; i++)
		s[i] = (char)(0x80 | (cp >> 6 * (n - 1 - i) & 0x3f));
	buf_add(b, s, n);
}

/* Characters that change or hide what is around them, or that show nothing at all: Unicode's
 * Default_Ignorable and the bidirectional controls, less the variation selectors, which only choose
 * a glyph. Sorted. */
static const struct {
	int32_t first, last;
} hidden[] = {
	{0x00ad, 0x00ad},   /* soft hyphen */
	{0x034f, 0x034f},   /* combining grapheme joiner */
	{0x061c, 0x061c},   /* Arabic letter mark */
	{0x115f, 0x1160},   /* Hangul fillers */
	{0x17b4, 0x17b5},   /* Khmer inherent vowels */
	{0x180b, 0x180f},   /* Mongolian selectors and separator */
	{0x200b, 0x200f},   /* zero width space … right-to-left mark */
	{0x2028, 0x202e},   /* separators, embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner … isolates */
	{0x3164, 0x3164},   /* Hangul filler */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xffa0, 0xffa0},   /* halfwidth Hangul filler */
	{0xfff0, 0xfffb},   /* interlinear annotations */
	{0x1bca0, 0x1bca3}, /* shorthand format controls */
	{0x1d173, 0x1d17a}, /* musical format controls */
	{0xe0000, 0xe0fff}, /* tags */
};

static bool is_hidden(int32_t cp)
{
	size_t lo = 0, hi = ARRAY_SIZE(hidden);

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (cp > hidden[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ARRAY_SIZE(hidden) && cp >= hidden[lo].first;
}

int cp_width(int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	if (cp < 0xa0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff) || is_hidden(cp))
		return -1;
	int w = wcwidth((wchar_t)cp);
	return w > 2 ? 2 : w;
}

/* The printable form of what cp_width refuses. Bytes and C0 are \x.., code points \u…, so that the
 * byte \x85 and the character U+0085 stay apart. Returns its length, which is also its width. */
static size_t escape_one(char out[12], int32_t cp, unsigned char byte)
{
	if (cp == '\n' || cp == '\t' || cp == '\r')
		return (size_t)snprintf(out, 12, "\\%c", cp == '\n' ? 'n' : cp == '\t' ? 't' : 'r');
	if (cp < 0x80)
		return (size_t)snprintf(out, 12, "\\x%02x", cp < 0 ? byte : (unsigned)cp);
	if (cp < 0x10000)
		return (size_t)snprintf(out, 12, "\\u%04x", (unsigned)cp);
	return (size_t)snprintf(out, 12, "\\U%08x", (unsigned)cp);
}

size_t text_width(const char *p, size_t n)
{
	size_t cols = 0;

	for (size_t i = 0; i < n;) {
		char esc[12];
		int32_t cp;
		unsigned char byte = (unsigned char)p[i];
		if (byte >= 0x20 && byte < 0x7f) {
			cols++;
			i++;
			continue;
		}
		i += utf8_next(p + i, n - i, &cp);
		int w = cp_width(cp);
		cols += w < 0 ? escape_one(esc, cp, byte) : (size_t)w;
	}
	return cols;
}

void text_escape(struct buf *b, const char *p, size_t n, unsigned flags)
{
	size_t from = 0, i = 0;

	while (i < n) {
		int32_t cp;
		unsigned char byte = (unsigned char)p[i];
		if (byte >= 0x20 && byte < 0x7f) {
			i++;
			continue;
		}
		size_t len = utf8_next(p + i, n - i, &cp);
		bool keep = cp >= 0x80   ? !(flags & TEXT_ASCII) && cp_width(cp) >= 0
			    : cp == '\n' ? (flags & TEXT_KEEP_NL) != 0
					 : cp == '\t' && (flags & TEXT_KEEP_TAB);
		if (!keep) {
			char esc[12];
			buf_add(b, p + from, i - from);
			buf_add(b, esc, escape_one(esc, cp, byte));
			from = i + len;
		}
		i += len;
	}
	buf_add(b, p + from, n - from);
}

void text_fit(struct buf *b, const char *p, size_t n, size_t width, bool pad, bool ascii)
{
	size_t dots = ascii ? 2 : 1;
	if (dots > width)
		dots = width;
	size_t cols = 0, i = 0;
	size_t keep = 0, keep_cols = 0; /* what stays if the text turns out to be too long */
	bool cut = false;

	while (i < n) {
		int32_t cp;
		size_t len = utf8_next(p + i, n - i, &cp);
		int w = cp_width(cp);
		if (w < 0) /* not escaped by the caller: every byte of it is shown as ? */
			w = (int)len;
		if (cols + (size_t)w > width) {
			cut = true;
			break;
		}
		cols += (size_t)w;
		i += len;
		if (cols + dots <= width) {
			keep = i;
			keep_cols = cols;
		}
	}
	size_t end = cut ? keep : i;
	for (size_t from = 0; from < end;) {
		int32_t cp;
		size_t len = utf8_next(p + from, end - from, &cp);
		if (cp_width(cp) < 0)
			for (size_t k = 0; k < len; k++)
				buf_addc(b, '?');
		else
			buf_add(b, p + from, len);
		from += len;
	}
	if (cut) {
		cols = keep_cols + dots;
		if (ascii)
			buf_add(b, "..", dots);
		else if (dots)
			buf_adds(b, "…");
	}
	if (pad)
		for (; cols < width; cols++)
			buf_addc(b, ' ');
}
