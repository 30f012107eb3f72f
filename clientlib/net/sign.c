#include "sign.h"

#include <stdlib.h>

#include "http.h"
#include "sign_parts.h"

void sign_sort(const struct sign_pair **v, size_t n,
	int (*order)(const struct sign_pair *a, const struct sign_pair *b))
{
	for (size_t i = 1; i < n; i++) {
		const struct sign_pair *p = v[i];
		size_t at = i;
		for (; at && order(v[at - 1], p) > 0; at--)
			v[at] = v[at - 1];
		v[at] = p;
	}
}

bool sign_has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return true;
	return false;
}

void sign_path(struct buf *b, const char *path)
{
	for (;;) {
		size_t n = strcspn(path, "/");
		http_escape(b, path, n);
		path += n;
		if (!*path)
			return;
		buf_addc(b, *path++);
	}
}

/* What http_escape leaves as it is; its '%' comes before all of these but '-' and '.'. */
static bool is_plain(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' ||
	       c == '.' || c == '_' || c == '~';
}

/* Bytewise order of two texts as they are when encoded. */
static int order_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	unsigned char ca = (unsigned char)*a, cb = (unsigned char)*b;
	int first = !ca || is_plain(ca) ? ca : '%', second = !cb || is_plain(cb) ? cb : '%';
	/* both encoded: upper-case hex digits sort as the bytes do */
	return first != second ? first - second : ca - cb;
}

static const char *value_of(const struct sign_pair *p)
{
	return p->value ? p->value : "";
}

static int order_query(const struct sign_pair *a, const struct sign_pair *b)
{
	int names = order_text(a->name, b->name);
	return names ? names : order_text(value_of(a), value_of(b));
}

void sign_query_text(struct buf *b, const struct sign_pair *query, size_t n)
{
	if (!n || b->failed)
		return;
	const struct sign_pair **v = calloc(n, sizeof(*v));
	if (!v) {
		b->failed = MF_ENOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = &query[i];
	sign_sort(v, n, order_query);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(b, '&');
		http_escape(b, v[i]->name, strlen(v[i]->name));
		buf_addc(b, '=');
		http_escape(b, value_of(v[i]), strlen(value_of(v[i])));
	}
	free(v);
}

void sign_query(struct buf *b, const struct sign_pair *query, size_t n)
{
	if (n)
		buf_addc(b, '?');
	sign_query_text(b, query, n);
}
