#include "longdouble.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BIAS = 16383, TOP = 0x7fff };

/* Bytes of the number from the lowest, whatever their order. */
static void in_order(unsigned char *out, const char *p, size_t n, bool big)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (unsigned char)p[big ? n - 1 - i : i];
}

static uint64_t load(const unsigned char *p)
{
	uint64_t u = 0;
	for (size_t i = 8; i-- > 0;)
		u = u << 8 | p[i];
	return u;
}

static void finish(struct longdouble *out, int exponent, int bits)
{
	struct shortest *f = &out->f;
	bool power = bits > 64 ? f->hi == (uint64_t)1 << (bits - 65) && !f->lo
			       : f->lo == (uint64_t)1 << (bits - 1);

	out->class = f->hi || f->lo ? LONGDOUBLE_NUMBER : LONGDOUBLE_ZERO;
	f->lower_close = power && exponent > 1;
}

static void load_quad(struct longdouble *out, const unsigned char *s)
{
	uint64_t hi = load(s + 8), lo = load(s), fraction = hi & 0xffffffffffff;
	int exponent = (int)(hi >> 48 & TOP);

	out->negative = hi >> 63;
	if (exponent == TOP) {
		out->class = fraction || lo ? LONGDOUBLE_NAN : LONGDOUBLE_INF;
		return;
	}
	out->f.lo = lo;
	out->f.hi = fraction | (exponent ? (uint64_t)1 << 48 : 0);
	out->f.exponent = (exponent ? exponent : 1) - BIAS - 112;
	finish(out, exponent, 113);
}

/* The highest bit of the mantissa is written, and set in all but zero and the smallest numbers. */
static bool load_x87(struct longdouble *out, const unsigned char *s)
{
	uint64_t mantissa = load(s);
	int exponent = (s[8] | s[9] << 8) & TOP;

	out->negative = s[9] >> 7;
	if (!(mantissa >> 63) != !exponent) {
		out->class = LONGDOUBLE_NAN;
		return false;
	}
	if (exponent == TOP) {
		out->class = mantissa << 1 ? LONGDOUBLE_NAN : LONGDOUBLE_INF;
		return true;
	}
	out->f.lo = mantissa;
	out->f.exponent = (exponent ? exponent : 1) - BIAS - 63;
	finish(out, exponent, 64);
	return true;
}

bool longdouble_load(struct longdouble *out, const char *p, size_t n, bool big, bool quad)
{
	unsigned char s[16] = {0};

	memset(out, 0, sizeof(*out));
	out->class = LONGDOUBLE_NAN;
	if (n != 12 && n != 16)
		return false;
	in_order(s, p, n, big);
	if (!quad || n != 16)
		return load_x87(out, s);
	load_quad(out, s);
	return true;
}

void longdouble_from(struct longdouble *out, double d, size_t size)
{
	int bits = size == 2 ? 11 : size == 4 ? 24 : 53;
	int least = size == 2 ? -24 : size == 4 ? -149 : -1074, exponent;

	memset(out, 0, sizeof(*out));
	out->negative = signbit(d) != 0;
	out->class = isnan(d) ? LONGDOUBLE_NAN : isinf(d) ? LONGDOUBLE_INF : LONGDOUBLE_ZERO;
	if (!isfinite(d) || d == 0)
		return;
	d = frexp(fabs(d), &exponent);
	exponent -= bits;
	if (exponent < least) {
		d = ldexp(d, exponent - least);
		exponent = least;
	}
	out->f.lo = (uint64_t)ldexp(d, bits);
	out->f.exponent = exponent;
	finish(out, exponent > least ? 2 : 0, bits);
}

int longdouble_guess(const char *p, bool big)
{
	/* What quadruples mean that are not far beyond doubles. */
	enum { LEAST = BIAS - 1100, MOST = BIAS + 1100 };
	struct longdouble v = {.negative = false};
	unsigned char s[16];

	in_order(s, p, sizeof(s), big);
	int exponent = (s[14] | s[15] << 8) & TOP;
	bool plausible = (exponent >= LEAST && exponent <= MOST) || exponent == TOP;
	if (!(s[10] | s[11] | s[12] | s[13] | s[14] | s[15]))
		return load(s) || s[8] || s[9] ? -1 : 0;
	if (!load_x87(&v, s))
		return plausible ? 1 : 0;
	if (v.class == LONGDOUBLE_ZERO)
		return plausible ? 1 : 0;
	return plausible ? 0 : -1;
}

/* ---- text ---- */

static size_t special(char out[LONGDOUBLE_TEXT], const struct longdouble *v, bool sign)
{
	if (v->class == LONGDOUBLE_NAN)
		return (size_t)snprintf(out, LONGDOUBLE_TEXT, "%snan", sign ? "+" : "");
	return (size_t)snprintf(out, LONGDOUBLE_TEXT, "%sinf", v->negative ? "-" : sign ? "+" : "");
}

/* The digits of a number, "0" for zero; NUL-terminated. */
static size_t digits_of(char out[SHORTEST_DIGITS + 1], int *point, const struct longdouble *v)
{
	size_t n = 1;

	*point = 1;
	if (v->class == LONGDOUBLE_ZERO)
		out[0] = '0';
	else
		n = shortest_digits(out, point, &v->f);
	out[n] = '\0';
	return n;
}

static size_t scientific(
	char out[LONGDOUBLE_TEXT], const char *sign, const char *digits, int point, bool dot)
{
	return (size_t)snprintf(out, LONGDOUBLE_TEXT, "%s%c%s%se%c%02d", sign, digits[0],
		dot || digits[1] ? "." : "", digits + 1, point < 1 ? '-' : '+',
		point < 1 ? 1 - point : point - 1);
}

size_t longdouble_scientific(char out[LONGDOUBLE_TEXT], const struct longdouble *v)
{
	char digits[SHORTEST_DIGITS + 1];
	int point;

	if (v->class == LONGDOUBLE_INF || v->class == LONGDOUBLE_NAN)
		return special(out, v, false);
	digits_of(digits, &point, v);
	return scientific(out, v->negative ? "-" : "", digits, point, true);
}

/* The first n digits, rounded half up; what is left. */
static size_t round_digits(char *digits, size_t have, size_t n, int *point)
{
	if (have <= n)
		return have;
	bool up = digits[n] >= '5';
	for (size_t i = n; up && i-- > 0;) {
		up = digits[i] == '9';
		digits[i] = up ? '0' : (char)(digits[i] + 1);
	}
	if (up) {
		digits[0] = '1';
		++*point;
		n = 1;
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	return n;
}

size_t longdouble_short(char out[LONGDOUBLE_TEXT], const struct longdouble *v, bool plus)
{
	return longdouble_rounded(out, v, plus, SHORTEST_DIGITS);
}

size_t longdouble_rounded(
	char out[LONGDOUBLE_TEXT], const struct longdouble *v, bool plus, size_t most)
{
	char digits[SHORTEST_DIGITS + 1];
	const char *sign = v->negative ? "-" : plus ? "+" : "";
	int point;

	if (v->class == LONGDOUBLE_INF || v->class == LONGDOUBLE_NAN)
		return special(out, v, plus);
	size_t n = digits_of(digits, &point, v);
	n = round_digits(digits, n, most, &point);
	if (point > 16 || point < -3)
		return scientific(out, sign, digits, point, false);
	if (point <= 0)
		return (size_t)snprintf(
			out, LONGDOUBLE_TEXT, "%s0.%.*s%s", sign, -point, "0000", digits);
	if ((size_t)point >= n)
		return (size_t)snprintf(out, LONGDOUBLE_TEXT, "%s%s%.*s", sign, digits,
			(int)((size_t)point - n), "0000000000000000");
	return (size_t)snprintf(
		out, LONGDOUBLE_TEXT, "%s%.*s.%s", sign, point, digits, digits + point);
}

size_t longdouble_complex(
	char out[2 * LONGDOUBLE_TEXT + 4], const struct longdouble *re, const struct longdouble *im)
{
	char a[LONGDOUBLE_TEXT], b[LONGDOUBLE_TEXT];
	bool only_im = re->class == LONGDOUBLE_ZERO && !re->negative;

	longdouble_short(b, im, !only_im);
	if (only_im)
		return (size_t)snprintf(out, 2 * LONGDOUBLE_TEXT + 4, "%sj", b);
	longdouble_short(a, re, false);
	return (size_t)snprintf(out, 2 * LONGDOUBLE_TEXT + 4, "(%s%sj)", a, b);
}
