#include "cardpage.h"

#include <string.h>

#include "../base/util.h"

static bool is_uuid(const char *p)
{
	for (size_t i = 0; i < 36; i++) {
		bool hex = (p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f') ||
			   (p[i] >= 'A' && p[i] <= 'F');
		if (i == 8 || i == 13 || i == 18 || i == 23 ? p[i] != '-' : !hex)
			return false;
	}
	return true;
}

/* Text from p up to the quote that ends it, all of it characters that need no escape. */
static struct card_slice quoted(const char *p, const char *end)
{
	const char *quote = memchr(p, '"', (size_t)(end - p));
	if (!quote || memchr(p, '\\', (size_t)(quote - p)) || memchr(p, '\n', (size_t)(quote - p)))
		return (struct card_slice){0};
	return (struct card_slice){p, (size_t)(quote - p)};
}

struct card_slice card_page_data(const char *p, size_t n)
{
	static const char before[] = "window.__MF_DATA__[\"", after[] = "\"] = \"";
	const size_t nb = sizeof(before) - 1, na = sizeof(after) - 1;
	const char *end = p + n;
	while ((p = memmem(p, (size_t)(end - p), before, nb))) {
		p += nb;
		if ((size_t)(end - p) > 36 + na && is_uuid(p) && memcmp(p + 36, after, na) == 0) {
			struct card_slice s = quoted(p + 36 + na, end);
			if (s.p)
				return s;
		}
	}
	return (struct card_slice){0};
}

struct card_slice card_page_token(const char *p, size_t n)
{
	static const char before[] = "METAFLOW_RELOAD_TOKEN = \"";
	const size_t nb = sizeof(before) - 1, longest = 256;
	const char *end = p + n;
	while ((p = memmem(p, (size_t)(end - p), before, nb))) {
		p += nb;
		struct card_slice s = quoted(p, end);
		if (s.p && s.n <= longest)
			return s;
	}
	return (struct card_slice){0};
}
