#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bigint.h"
#include "pickle_machine.h"

/* The opcodes that make numbers, texts and bytes. Texts of the stream are lent, not copied, where
 * they stand as they are. */

/* ---- numbers ---- */

int op_int(struct machine *m, const struct op_arg *arg)
{
	return machine_push(m, machine_int(m, arg->i));
}

/* Little-endian two's complement; what fits is an MF_INT, whatever its length in the stream. */
static struct mf_value *integer(struct machine *m, const char *p, size_t n)
{
	n = bigint_trim(p, n);
	if (n > sizeof(int64_t))
		return machine_text(m, MF_BIGINT, p, n);
	uint64_t u = n && (p[n - 1] & 0x80) ? UINT64_MAX : 0;
	for (size_t i = n; i-- > 0;)
		u = u << 8 | (unsigned char)p[i];
	return machine_int(m, (int64_t)u);
}

int op_long(struct machine *m, const struct op_arg *arg)
{
	return machine_push(m, integer(m, arg->p, arg->n));
}

/* INT has 00 and 01 for booleans, LONG an L at its end. */
int op_int_text(struct machine *m, const struct op_arg *arg)
{
	const char *p = arg->p;
	size_t n = arg->n;
	bool negative = false;

	if (!arg->param && n == 2 && p[0] == '0' && (p[1] == '0' || p[1] == '1')) {
		struct op_arg value = {.param = p[1] == '1'};
		return op_boolean(m, &value);
	}
	if (arg->param && n && p[n - 1] == arg->param)
		n--;
	if (n && (p[0] == '-' || p[0] == '+')) {
		negative = p[0] == '-';
		p++, n--;
	}
	if (!n || strspn(p, "0123456789") != n)
		return machine_bad(m, "not an integer");
	if (n < 19) {
		int64_t i = 0;
		for (size_t k = 0; k < n; k++)
			i = i * 10 + (p[k] - '0');
		return machine_push(m, machine_int(m, negative ? -i : i));
	}
	/* Converting takes quadratic time: a unit of work is about what the machine does in 5 ns.
	 */
	uint64_t limbs = n / 18 + 1;
	if (n > BIGINT_MAX_DIGITS)
		return machine_fail(
			m, MF_ELIMIT, "an integer of more than %d digits", BIGINT_MAX_DIGITS);
	if (machine_work(m, limbs * limbs / 10) < 0)
		return m->rc;
	char *bytes = machine_alloc(m, bigint_parse_size(n));
	if (!bytes)
		return m->rc;
	return machine_push(m, integer(m, bytes, bigint_parse(bytes, p, n, negative)));
}

int op_float(struct machine *m, const struct op_arg *arg)
{
	struct mf_value *v = machine_new(m, MF_FLOAT);
	uint64_t bits = 0;
	/* BINFLOAT is the one big-endian argument */
	for (unsigned i = 0; i < 8; i++)
		bits |= (arg->u >> 8 * i & 0xff) << 8 * (7 - i);
	if (v)
		memcpy(&v->u.f, &bits, sizeof(bits));
	return machine_push(m, v);
}

/* strtod takes more than Python does (hexadecimal, nan(…)) and a comma where the locale has one. */
static bool parse_float(const char *p, size_t n, double *f)
{
	static const char *const words[] = {
		"nan", "inf", "infinity", "+nan", "+inf", "+infinity", "-nan", "-inf", "-infinity"};
	char *end;
	bool plain = n > 0;

	for (size_t i = 0; i < n && plain; i++)
		plain = memchr("0123456789+-.eE", p[i], 15) != NULL;
	for (size_t i = 0; !plain && i < ARRAY_SIZE(words); i++)
		plain = n == strlen(words[i]) && strncasecmp(p, words[i], n) == 0;
	locale_t c = plain ? newlocale(LC_ALL_MASK, "C", (locale_t)0) : (locale_t)0;
	if (!c)
		return false;
	*f = strtod_l(p, &end, c); /* stops at the end of the line at the latest */
	freelocale(c);
	return end == p + n;
}

int op_float_text(struct machine *m, const struct op_arg *arg)
{
	double f;
	if (!parse_float(arg->p, arg->n, &f))
		return machine_bad(m, "not a number");
	struct mf_value *v = machine_new(m, MF_FLOAT);
	if (v)
		v->u.f = f;
	return machine_push(m, v);
}

/* ---- texts ---- */

static bool is_ascii(const char *p, size_t n)
{
	size_t i = 0;
	for (; i + 8 <= n; i += 8) {
		uint64_t word;
		memcpy(&word, p + i, sizeof(word));
		if (word & 0x8080808080808080u)
			return false;
	}
	for (; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return false;
	return true;
}

/* UTF-8 with lone surrogates let through, which is what pickle writes. */
static bool is_wtf8(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;
	for (size_t i = 0; i < n;) {
		unsigned char c = p[i];
		size_t more = c < 0x80   ? 0
			      : c < 0xc2 ? 4
			      : c < 0xe0 ? 1
			      : c < 0xf0 ? 2
			      : c < 0xf5 ? 3
					 : 4;
		if (more == 4 || n - i <= more)
			return false;
		for (size_t k = 1; k <= more; k++)
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
		if ((c == 0xe0 && p[i + 1] < 0xa0) || (c == 0xf0 && p[i + 1] < 0x90) ||
			(c == 0xf4 && p[i + 1] > 0x8f))
			return false;
		i += more + 1;
	}
	return true;
}

bool machine_is_text(const char *p, size_t n)
{
	return is_ascii(p, n) || is_wtf8(p, n);
}

int op_unicode(struct machine *m, const struct op_arg *arg)
{
	if (!machine_is_text(arg->p, arg->n))
		return machine_bad(m, "the text is not UTF-8");
	return machine_push(m, machine_text(m, MF_STRING, arg->p, arg->n));
}

static char *add_utf8(char *out, uint32_t cp)
{
	if (cp < 0x80) {
		*out++ = (char)cp;
		return out;
	}
	if (cp < 0x800) {
		*out++ = (char)(0xc0 | cp >> 6);
	} else {
		if (cp < 0x10000) {
			*out++ = (char)(0xe0 | cp >> 12);
		} else {
			*out++ = (char)(0xf0 | cp >> 18);
			*out++ = (char)(0x80 | (cp >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (cp >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (cp & 0x3f));
	return out;
}

/* Exactly `digits` hexadecimal digits; false if there are not so many. */
static bool hex(const char *p, const char *end, size_t digits, uint32_t *out)
{
	*out = 0;
	if ((size_t)(end - p) < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = p[i];
		unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
			     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
						    : 16;
		if (d > 15)
			return false;
		*out = *out << 4 | d;
	}
	return true;
}

/* raw-unicode-escape: Latin-1 with \uXXXX and \UXXXXXXXX, nothing else. */
int op_unicode_text(struct machine *m, const struct op_arg *arg)
{
	const char *p = arg->p, *end = p + arg->n;

	if (is_ascii(p, arg->n) && !memchr(p, '\\', arg->n))
		return machine_push(m, machine_text(m, MF_STRING, p, arg->n));
	char *text = machine_alloc(m, 2 * arg->n), *out = text;
	if (!text)
		return m->rc;
	while (p < end) {
		uint32_t cp = (unsigned char)*p++;
		if (cp != '\\' || p == end) {
			out = add_utf8(out, cp);
			continue;
		}
		char escape = *p++;
		if (escape != 'u' && escape != 'U') {
			*out++ = '\\';
			out = add_utf8(out, (unsigned char)escape);
			continue;
		}
		size_t digits = escape == 'u' ? 4 : 8;
		if (!hex(p, end, digits, &cp) || cp > 0x10ffff)
			return machine_bad(m, "a broken \\%c escape", escape);
		p += digits;
		out = add_utf8(out, cp);
	}
	return machine_push(m, machine_text(m, MF_STRING, text, (size_t)(out - text)));
}

/* Python 2's str is text if it is ASCII; what else it may be the stream does not tell. */
static int push_str(struct machine *m, const char *p, size_t n)
{
	return machine_push(m, machine_text(m, is_ascii(p, n) ? MF_STRING : MF_BYTES, p, n));
}

int op_string(struct machine *m, const struct op_arg *arg)
{
	return push_str(m, arg->p, arg->n);
}

/* One escape of a Python string literal, the backslash already read. False if it is broken. */
static bool unescape(const char **p, const char *end, char **out)
{
	static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
	uint32_t cp;
	char c = *(*p)++;
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		*(*out)++ = to[at - from];
	} else if (c == 'x') {
		if (!hex(*p, end, 2, &cp))
			return false;
		*p += 2;
		*(*out)++ = (char)cp;
	} else if (c >= '0' && c <= '7') {
		unsigned octal = (unsigned)(c - '0');
		for (int i = 0; i < 2 && *p < end && **p >= '0' && **p <= '7'; i++)
			octal = octal * 8 + (unsigned)(*(*p)++ - '0');
		*(*out)++ = (char)octal;
	} else {
		*(*out)++ = '\\';
		*(*out)++ = c;
	}
	return true;
}

/* The repr of a Python 2 str. */
int op_string_text(struct machine *m, const struct op_arg *arg)
{
	const char *p = arg->p, *end = p + arg->n;

	while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	if (end - p < 2 || (p[0] != '\'' && p[0] != '"') || end[-1] != p[0])
		return machine_bad(m, "the string is not quoted");
	p++;
	end--;
	if (!memchr(p, '\\', (size_t)(end - p)))
		return push_str(m, p, (size_t)(end - p));
	char *text = machine_alloc(m, (size_t)(end - p)), *out = text;
	if (!text)
		return m->rc;
	while (p < end) {
		if (*p != '\\')
			*out++ = *p++;
		else if (++p == end || !unescape(&p, end, &out))
			return machine_bad(m, "a broken escape");
	}
	return push_str(m, text, (size_t)(out - text));
}

int op_bytes(struct machine *m, const struct op_arg *arg)
{
	return machine_push(m, machine_text(m, (enum mf_kind)arg->param, arg->p, arg->n));
}
