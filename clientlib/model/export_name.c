/* Names of files from names in data. What a path, a shell, a terminal or a file system could
 * misread is written as %XX of its bytes: the slash, control characters, bytes that are no UTF-8,
 * marks that turn the direction of text, % itself, \ : * ? " < > |, a leading dot or dash, a
 * trailing dot or blank, and the first character of a device's name (CON, NUL, COM1 …). Longer than
 * EXPORT_NAME bytes: cut, with %~ and a hash of the whole name. No other name gives the same file
 * name, also where capitals do not count. */
#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "../base/text.h"
#include "export.h"

enum { HASHED = 16 };

static bool is_device(const char *name, size_t n)
{
	static const char *const names[] = {"con", "prn", "aux", "nul", "com", "lpt"};
	const char *dot = memchr(name, '.', n);
	size_t stem = dot ? (size_t)(dot - name) : n;
	while (stem && name[stem - 1] == ' ')
		stem--;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		bool numbered = i >= 4;
		if (stem == 3 + (size_t)numbered && strncasecmp(name, names[i], 3) == 0 &&
			(!numbered || isdigit((unsigned char)name[3])))
			return true;
	}
	return false;
}

static bool is_unsafe(int32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		(cp < 0x80 && strchr("/%\\:*?\"<>|", (int)cp)))
		return true;
	return cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

static void encode(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%%%02X", (unsigned char)p[i]);
}

/* The longest part of an encoded name that ends neither inside %XX nor inside a character. */
static size_t cut(const char *p, size_t most)
{
	size_t n = 0;
	while (p[n]) {
		int32_t cp;
		size_t step = p[n] == '%' ? 3 : utf8_next(p + n, strlen(p + n), &cp);
		if (n + step > most)
			break;
		n += step;
	}
	return n;
}

void export_name(struct buf *out, const char *name, size_t n, unsigned flags)
{
	size_t start = out->n;
	bool device = is_device(name, n),
	     dots = n <= 2 && name[0] == '.' && (n == 1 || name[1] == '.');
	for (size_t i = 0, step; i < n; i += step) {
		int32_t cp;
		step = utf8_next(name + i, n - i, &cp);
		bool first = i == 0, last = i + step == n;
		bool odd = is_unsafe(cp) || (last && (cp == '.' || cp == ' ')) ||
			   (first && (device || flags & NAME_FIRST || cp == '-')) ||
			   (first && cp == '.' && (dots || !(flags & NAME_DOT))) ||
			   (flags & NAME_SPELL && cp >= 'A' && cp <= 'Z');
		if (odd)
			encode(out, name + i, step);
		else
			buf_add(out, name + i, step);
	}
	if (!n)
		buf_adds(out, "%~");
	if (out->failed || out->n - start <= EXPORT_NAME)
		return;
	struct digest d;
	char hex[DIGEST_HEX];
	digest_init(&d, false);
	digest_update(&d, name, n);
	digest_hex(&d, hex);
	out->n = start + cut(out->p + start, EXPORT_NAME - 2 - HASHED);
	out->p[out->n] = '\0';
	buf_addf(out, "%%~%.*s", HASHED, hex);
}

bool export_has_capitals(const char *name)
{
	for (; *name; name++)
		if (*name >= 'A' && *name <= 'Z')
			return true;
	return false;
}

static int by_letters(const void *a, const void *b)
{
	return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

void export_sort_names(const char **all, size_t n)
{
	if (n)
		qsort(all, n, sizeof(*all), by_letters);
}

unsigned export_spelling(const char *name, const char *const *all, size_t n)
{
	size_t lo = 0, hi = n;
	if (!export_has_capitals(name))
		return 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcasecmp(all[mid], name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && strcasecmp(all[lo], name) == 0; lo++)
		if (!str_eq(all[lo], name))
			return NAME_SPELL;
	return 0;
}
