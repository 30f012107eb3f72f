#include "decode.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "../base/text.h"

/* Python's names that iconv does not know by the same name. */
static const struct {
	const char *python, *iconv;
} aliases[] = {
	{"latin-1", "ISO-8859-1"},
	{"latin", "ISO-8859-1"},
	{"l1", "ISO-8859-1"},
	{"8859", "ISO-8859-1"},
	{"iso8859-1", "ISO-8859-1"},
	{"ascii", "US-ASCII"},
	{"646", "US-ASCII"},
	{"u16", "UTF-16"},
	{"u32", "UTF-32"},
	{"utf-16-le", "UTF-16LE"},
	{"utf-16-be", "UTF-16BE"},
	{"utf-32-le", "UTF-32LE"},
	{"utf-32-be", "UTF-32BE"},
	{"shift-jis", "SHIFT_JIS"},
	{"sjis", "SHIFT_JIS"},
	{"mac-roman", "MACINTOSH"},
};

static bool is_utf8(const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += utf8_next(p + i, n - i, &cp);
		if (cp < 0)
			return false;
	}
	return true;
}

static bool convert(struct buf *out, const char *p, size_t n, const char *name)
{
	iconv_t cd = iconv_open("UTF-8", name);
	char *in = (char *)(uintptr_t)p, part[4096];
	bool ok = cd != (iconv_t)-1;
	for (bool end = false; ok && !end;) {
		char *to = part;
		size_t room = sizeof(part);
		end = !n; /* what is left inside comes last */
		size_t rc = iconv(cd, end ? NULL : &in, &n, &to, &room);
		ok = (rc != (size_t)-1 || errno == E2BIG) && !out->failed;
		buf_add(out, part, (size_t)(to - part));
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return ok && !out->failed;
}

/* "\r\n" and "\r" become "\n". */
static void newlines(struct buf *b, size_t from)
{
	size_t to = from;
	for (size_t i = from; i < b->n; i++) {
		bool cr = b->p[i] == '\r';
		b->p[to++] = cr ? '\n' : b->p[i];
		i += cr && i + 1 < b->n && b->p[i + 1] == '\n';
	}
	b->n = to;
	if (b->cap)
		b->p[to] = '\0';
}

bool decode_text(struct buf *out, const char *p, size_t n, const char *encoding)
{
	static const char bom[] = "\xef\xbb\xbf";
	char name[64] = "utf-8";
	size_t from = out->n, len = encoding ? strlen(encoding) : 0;
	if (len >= sizeof(name))
		return false;
	for (size_t i = 0; i < len; i++)
		name[i] = encoding[i] == '_' || encoding[i] == ' ' ? '-' : (char)tolower((unsigned char)encoding[i]);
	if (len)
		name[len] = '\0';
	bool marked = str_eq(name, "utf-8-sig");
	if (marked || str_eq(name, "utf-8") || str_eq(name, "utf8") || str_eq(name, "u8") || str_eq(name, "utf")) {
		size_t skip = marked && n >= 3 && memcmp(p, bom, 3) == 0 ? 3 : 0;
		if (!is_utf8(p, n))
			return false;
		buf_add(out, p + skip, n - skip);
	} else {
		const char *known = name;
		for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
			if (str_eq(name, aliases[i].python))
				known = aliases[i].iconv;
		if (!convert(out, p, n, known))
			return false;
	}
	if (out->failed)
		return false;
	newlines(out, from);
	return true;
}
