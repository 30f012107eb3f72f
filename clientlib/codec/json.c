#include "json.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../base/text.h"

_Static_assert(sizeof(((struct json *)0)->stack) * 8 >= MF_LIMIT_JSON_DEPTH, "a bit for each level");

void json_init(struct json *j, const char *p, size_t n, struct mf_error *err)
{
	*j = (struct json){.start = p, .p = p, .end = p + n, .err = err};
}

static enum json_token bad(struct json *j, const char *at, const char *what)
{
	size_t line = 1, col = 1;
	for (const char *q = j->start; q < at; q++) {
		col++;
		if (*q == '\n') {
			line++;
			col = 1;
		}
	}
	if (j->err && j->err->code == MF_OK)
		j->err->offset = at - j->start;
	err_set(j->err, MF_ECORRUPT, "line %zu, column %zu: %s", line, col, what);
	j->done = true;
	j->p = j->end;
	return JSON_BAD;
}

/* The bracket at p. */
static enum json_token push(struct json *j, const char *p)
{
	bool object = *p == '{';
	if (j->depth >= MF_LIMIT_JSON_DEPTH)
		return bad(j, p, "nested too deeply");
	unsigned char bit = (unsigned char)(1u << (j->depth % 8));
	if (object)
		j->stack[j->depth / 8] |= bit;
	else
		j->stack[j->depth / 8] &= (unsigned char)~bit;
	j->depth++;
	j->after_value = false;
	j->want_key = j->in_object = object;
	j->p = p + 1;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_token pop(struct json *j, const char *p)
{
	bool object = *p == '}';
	if (!j->depth || j->in_object != object)
		return bad(j, p, "unmatched closing bracket");
	int outer = --j->depth - 1;
	j->in_object = outer >= 0 && (j->stack[outer / 8] >> (outer % 8) & 1);
	j->after_value = true;
	j->want_key = false;
	j->p = p + 1;
	if (!j->depth)
		j->done = true;
	return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static int hex4(const char *p)
{
	int v = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;
		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* How many of the 8 bytes at p come before the first that ends a string or needs a look: a quote, a backslash, a control
 * character, anything beyond ASCII. */
static unsigned plain8(const char *p)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t x;
	memcpy(&x, p, sizeof(x));
	x = le64toh(x);
	uint64_t quote = x ^ (ones * '"'), slash = x ^ (ones * '\\');
	/* a subtraction borrows from the next byte only where it has marked its own: the lowest mark is right */
	uint64_t marks = ((x - ones * 0x20) | (quote - ones) | (slash - ones) | x) & high;
	return marks ? (unsigned)__builtin_ctzll(marks) / 8 : 8;
}

/* From the first byte that plain8 would not pass; the string starts at j->text. */
static enum json_token special(struct json *j, const char *p, enum json_token kind)
{
	for (;;) {
		if (p >= j->end)
			return bad(j, p, "string without an end");
		unsigned char c = (unsigned char)*p;
		if (c == '"')
			break;
		if (c < 0x20)
			return bad(j, p, "control character in a string");
		if (c == '\\') {
			j->escaped = true;
			if (j->end - p < 2 || !strchr("\"\\/bfnrtu", p[1]) || !p[1])
				return bad(j, p, "bad escape in a string");
			if (p[1] == 'u' && (j->end - p < 6 || hex4(p + 2) < 0))
				return bad(j, p, "bad \\u escape in a string");
			p += p[1] == 'u' ? 6 : 2;
		} else if (c < 0x80) {
			p++;
		} else {
			int32_t cp;
			size_t n = utf8_next(p, (size_t)(j->end - p), &cp);
			if (cp < 0)
				return bad(j, p, "invalid UTF-8 in a string");
			p += n;
		}
		for (unsigned n = 8; n == 8 && j->end - p >= 8; p += n)
			n = plain8(p);
	}
	j->text_n = (size_t)(p - j->text);
	j->p = p + 1;
	return kind;
}

/* The string that starts at p, behind its quote: seldom more than plain text. */
static inline enum json_token string(struct json *j, const char *p, enum json_token kind)
{
	j->text = p;
	j->escaped = false;
	for (unsigned n = 8; n == 8 && j->end - p >= 8; p += n)
		n = plain8(p);
	if (p >= j->end || *p != '"')
		return special(j, p, kind);
	j->text_n = (size_t)(p - j->text);
	j->p = p + 1;
	return kind;
}

static const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

static enum json_token number(struct json *j, const char *p)
{
	const char *end = j->end;
	j->text = p;
	if (*p == '-')
		p++;
	if (end - p >= 8 && memcmp(p, "Infinity", 8) == 0) {
		p += 8;
	} else {
		const char *first = p;
		p = digits(p, end);
		if (p == first)
			return bad(j, j->text, "not a JSON value");
		if (*first == '0' && p - first > 1)
			return bad(j, first, "number with a leading zero");
		if (p < end && *p == '.') {
			first = ++p;
			p = digits(p, end);
			if (p == first)
				return bad(j, p, "number ends after its point");
		}
		if (p < end && (*p == 'e' || *p == 'E')) {
			p++;
			if (p < end && (*p == '+' || *p == '-'))
				p++;
			first = p;
			p = digits(p, end);
			if (p == first)
				return bad(j, p, "number ends in its exponent");
		}
	}
	j->text_n = (size_t)(p - j->text);
	j->p = p;
	return JSON_NUMBER;
}

static enum json_token literal(struct json *j, const char *p, const char *word, enum json_token t)
{
	size_t n = strlen(word);
	if ((size_t)(j->end - p) < n || memcmp(p, word, n) != 0)
		return bad(j, p, "not a JSON value");
	j->text = p;
	j->text_n = n;
	j->p = p + n;
	return t;
}

static inline const char *blank(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ' && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

static enum json_token value(struct json *j, const char *p)
{
	enum json_token t;
	switch (*p) {
	case '{':
	case '[': return push(j, p);
	case '"': t = string(j, p + 1, JSON_STRING); break;
	case 't': t = literal(j, p, "true", JSON_TRUE); break;
	case 'f': t = literal(j, p, "false", JSON_FALSE); break;
	case 'n': t = literal(j, p, "null", JSON_NULL); break;
	case 'N': t = literal(j, p, "NaN", JSON_NUMBER); break;
	case 'I': t = literal(j, p, "Infinity", JSON_NUMBER); break;
	default: t = number(j, p);
	}
	if (t != JSON_BAD) {
		j->after_value = true;
		if (!j->depth)
			j->done = true;
	}
	return t;
}

enum json_token json_next(struct json *j)
{
	const char *end = j->end, *p = blank(j->p, end);
	if (j->done) {
		if (j->err && j->err->code != MF_OK)
			return JSON_BAD;
		return p < end ? bad(j, p, "text after the end of the document") : JSON_END;
	}
	if (p >= end)
		return bad(j, p, j->start == end ? "empty document" : "document cut short");
	if (j->after_value) {
		if (*p == '}' || *p == ']')
			return pop(j, p);
		if (*p != ',')
			return bad(j, p, "expected a comma or a closing bracket");
		j->after_value = false;
		j->want_key = j->in_object;
		p = blank(p + 1, end);
		if (p >= end)
			return bad(j, p, "document cut short");
	} else if ((*p == ']' || *p == '}') && j->depth && (j->want_key || !j->in_object)) {
		return pop(j, p); /* the empty container */
	}
	if (!j->want_key)
		return value(j, p);
	if (*p != '"')
		return bad(j, p, "expected a string as key");
	if (string(j, p + 1, JSON_KEY) == JSON_BAD)
		return JSON_BAD;
	p = blank(j->p, end);
	if (p >= end || *p != ':')
		return bad(j, p, "expected a colon after the key");
	j->p = p + 1;
	j->want_key = false;
	return JSON_KEY;
}

int json_skip(struct json *j, enum json_token t)
{
	int depth = 0;
	for (;; t = json_next(j)) {
		if (t == JSON_BAD)
			return MF_ECORRUPT;
		if (t == JSON_ARRAY || t == JSON_OBJECT)
			depth++;
		else if (t == JSON_ARRAY_END || t == JSON_OBJECT_END)
			depth--;
		if (depth <= 0 && t != JSON_KEY)
			return MF_OK;
	}
}

bool json_int(const struct json *j, int64_t *out)
{
	if (j->text_n && j->text_n < 18 && *j->text != '-') { /* the usual case without a copy */
		int64_t v = 0;
		for (size_t i = 0; i < j->text_n; i++) {
			if (j->text[i] < '0' || j->text[i] > '9')
				return false;
			v = v * 10 + (j->text[i] - '0');
		}
		*out = v;
		return true;
	}
	char tmp[24];
	if (j->text_n >= sizeof(tmp))
		return false;
	memcpy(tmp, j->text, j->text_n);
	tmp[j->text_n] = '\0';
	char *end;
	errno = 0;
	long long v = strtoll(tmp, &end, 10);
	if (errno || *end || end == tmp)
		return false;
	*out = v;
	return true;
}

static size_t put_utf8(char *d, int32_t cp)
{
	if (cp < 0x80) {
		d[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		d[0] = (char)(0xc0 | cp >> 6);
		d[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		d[0] = (char)(0xe0 | cp >> 12);
		d[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		d[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	d[0] = (char)(0xf0 | cp >> 18);
	d[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	d[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	d[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

const char *json_text(struct json *j, struct arena *a, size_t *n)
{
	*n = j->text_n;
	if (!j->escaped)
		return j->text;
	char *out = arena_alloc(a, j->text_n), *d = out;
	if (!out)
		return NULL;
	for (const char *p = j->text, *end = p + j->text_n; p < end;) {
		if (*p != '\\') {
			*d++ = *p++;
			continue;
		}
		static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
		if (p[1] != 'u') {
			*d++ = to[strchr(from, p[1]) - from];
			p += 2;
			continue;
		}
		int32_t cp = hex4(p + 2);
		p += 6;
		if (cp >= 0xd800 && cp < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
			int32_t low = hex4(p + 2);
			if (low >= 0xdc00 && low < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
				p += 6;
			}
		}
		d += put_utf8(d, cp);
	}
	*n = (size_t)(d - out);
	return out;
}

/* ---- the whole document as values ------------------------------------------------------------------ */

/* Decimal text of an integer too large for int64 → little-endian two's complement bytes. */
static struct mf_value *big_value(struct json *j, struct arena *a)
{
	const char *p = j->text, *end = p + j->text_n;
	bool negative = *p == '-';
	p += negative;
	size_t n = (size_t)(end - p) / 2 + 2, used = 0;
	if (end - p > 100000)
		return NULL;
	unsigned char *b = arena_calloc(a, n, 1);
	if (!b)
		return NULL;
	for (; p < end; p++) {
		unsigned carry = (unsigned)(*p - '0');
		for (size_t i = 0; i < used || carry; i++) {
			unsigned v = b[i] * 10u + carry;
			b[i] = (unsigned char)v;
			carry = v >> 8;
			if (i >= used)
				used = i + 1;
		}
	}
	used++; /* room for the sign */
	if (negative) {
		unsigned carry = 1;
		for (size_t i = 0; i < used; i++) {
			unsigned v = (unsigned char)~b[i] + carry;
			b[i] = (unsigned char)v;
			carry = v >> 8;
		}
	}
	return value_text(a, MF_BIGINT, (const char *)b, used);
}

static struct mf_value *number_value(struct json *j, struct arena *a)
{
	int64_t i;
	if (json_int(j, &i))
		return value_int(a, i);
	bool integer = true;
	for (size_t k = 0; k < j->text_n; k++)
		if (!strchr("-0123456789", j->text[k]))
			integer = false;
	if (integer)
		return big_value(j, a);
	char *copy = arena_strndup(a, j->text, j->text_n);
	return copy ? value_float(a, strtod(copy, NULL)) : NULL;
}

static struct mf_value *scalar(struct json *j, struct arena *a, enum json_token t)
{
	switch (t) {
	case JSON_NULL: return value_new(a, MF_NULL);
	case JSON_TRUE: return value_bool(a, true);
	case JSON_FALSE: return value_bool(a, false);
	case JSON_NUMBER: return number_value(j, a);
	case JSON_ARRAY: return value_new(a, MF_LIST);
	case JSON_OBJECT: return value_new(a, MF_DICT);
	default: {
		size_t n;
		const char *p = json_text(j, a, &n);
		return p ? value_text(a, MF_STRING, p, n) : NULL;
	}
	}
}

/* Later equal keys win, as in Python; look back only in small objects or on a linear pass at the end would be wrong for
 * position, so equal keys are searched while there are few and by a linear scan otherwise (records have a dozen). */
static bool put(struct arena *a, struct mf_value *dict, struct mf_value *key, struct mf_value *v)
{
	for (size_t i = 0; i < dict->u.list.n && i < 512; i += 2) {
		struct mf_value *k = dict->u.list.v[i];
		if (k->u.s.n == key->u.s.n && memcmp(k->u.s.p, key->u.s.p, k->u.s.n) == 0) {
			dict->u.list.v[i + 1] = v;
			return true;
		}
	}
	return value_put(a, dict, key, v);
}

int json_parse(struct mf_value **out, struct arena *a, const char *p, size_t n, struct mf_error *err)
{
	struct json j;
	struct mf_error local = MF_ERROR_INIT;
	struct mf_value *open[MF_LIMIT_JSON_DEPTH + 1], *keys[MF_LIMIT_JSON_DEPTH + 1];
	int depth = 0;
	struct mf_value *root = NULL;
	json_init(&j, p, n, err && err->code == MF_OK ? err : &local);
	for (;;) {
		enum json_token t = json_next(&j);
		if (t == JSON_BAD)
			return MF_ECORRUPT;
		if (t == JSON_END)
			break;
		if (t == JSON_ARRAY_END || t == JSON_OBJECT_END) {
			depth--;
			continue;
		}
		struct mf_value *v = scalar(&j, a, t);
		if (!v)
			return err_nomem(err);
		if (t == JSON_KEY) {
			keys[depth] = v;
			continue;
		}
		if (!depth)
			root = v;
		else if (open[depth - 1]->kind == MF_DICT ? !put(a, open[depth - 1], keys[depth], v)
							  : !value_push(a, open[depth - 1], v))
			return err_nomem(err);
		if (t == JSON_ARRAY || t == JSON_OBJECT)
			open[depth++] = v;
	}
	*out = root;
	return MF_OK;
}
