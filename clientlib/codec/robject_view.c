#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/util.h"
#include "pyfloat.h"
#include "robject.h"

const char *robject_type(enum r_type type)
{
	static const char *const names[] = {[R_NULL] = "NULL",
		[R_SYMBOL] = "symbol",
		[R_PAIRLIST] = "pairlist",
		[R_CLOSURE] = "closure",
		[R_ENVIRONMENT] = "environment",
		[R_PROMISE] = "promise",
		[R_LANGUAGE] = "language",
		[R_SPECIAL] = "special",
		[R_BUILTIN] = "builtin",
		[R_CHAR] = "char",
		[R_LOGICAL] = "logical",
		[R_INTEGER] = "integer",
		[R_DOUBLE] = "double",
		[R_COMPLEX] = "complex",
		[R_CHARACTER] = "character",
		[R_DOTS] = "...",
		[R_ANY] = "any",
		[R_LIST] = "list",
		[R_EXPRESSION] = "expression",
		[R_BYTECODE] = "bytecode",
		[R_POINTER] = "externalptr",
		[R_WEAKREF] = "weakref",
		[R_RAW] = "raw",
		[R_S4] = "S4"};
	return (size_t)type < ARRAY_SIZE(names) && names[type] ? names[type] : "unknown";
}

bool robject_is_vector(const struct robject *o)
{
	return o->form != R_CLOSED;
}

/* ---- elements ---- */

static uint64_t bits(const struct robject *o, size_t at, size_t size)
{
	const unsigned char *s = (const unsigned char *)o->u.data + at;
	uint64_t u = 0;
	for (size_t i = 0; i < size; i++)
		u = u << 8 | s[o->little ? size - 1 - i : i];
	return u;
}

static double number(const struct robject *o, size_t at)
{
	uint64_t u = bits(o, at, 8);
	double d;
	memcpy(&d, &u, sizeof(d));
	return d;
}

/* NA is the NaN whose lower word is 1954. */
static bool missing(const struct robject *o, size_t at)
{
	return isnan(number(o, at)) && (bits(o, at, 8) & 0xffffffffu) == 1954;
}

bool robject_is_na(const struct robject *o, size_t i)
{
	if (o->form == R_TEXTS)
		return !o->u.texts[i].p;
	if (o->form == R_SPELLED)
		return robject_is_na(o->u.of, i);
	if (o->form != R_ELEMENTS)
		return false;
	switch (o->type) {
	case R_LOGICAL:
	case R_INTEGER: return bits(o, 4 * i, 4) == 0x80000000u;
	case R_DOUBLE: return missing(o, 8 * i);
	case R_COMPLEX: return missing(o, 16 * i) || missing(o, 16 * i + 8);
	default: return false;
	}
}

int32_t robject_int(const struct robject *o, size_t i)
{
	if (o->form == R_SEQUENCE)
		return (int32_t)robject_double(o, i);
	if (o->form != R_ELEMENTS)
		return 0;
	if (o->type == R_RAW)
		return (int32_t)bits(o, i, 1);
	return o->type == R_DOUBLE || o->type == R_COMPLEX ? 0
							   : (int32_t)(uint32_t)bits(o, 4 * i, 4);
}

double robject_double(const struct robject *o, size_t i)
{
	if (o->form == R_SEQUENCE)
		return o->u.seq.first + (double)i * o->u.seq.step;
	return o->form == R_ELEMENTS && o->type == R_DOUBLE ? number(o, 8 * i) : robject_int(o, i);
}

void robject_complex(const struct robject *o, size_t i, double *re, double *im)
{
	bool there = o->form == R_ELEMENTS && o->type == R_COMPLEX;
	*re = there ? number(o, 16 * i) : 0;
	*im = there ? number(o, 16 * i + 8) : 0;
}

/* The significant digits of a finite number that is not 0, at most `most`, and its exponent. */
static size_t significant(char digits[PYFLOAT_SIZE], double d, size_t most, int *exponent)
{
	char text[PYFLOAT_SIZE];
	size_t n = pyfloat_repr(text, fabs(d)), k = 0;
	int point = -1, power = 0;
	for (size_t i = 0; i < n && text[i] != 'e'; i++) {
		if (text[i] == '.')
			point = (int)k;
		else if (k || text[i] != '0')
			digits[k++] = text[i];
		else if (point >= 0)
			power--; /* a zero behind the point */
	}
	const char *e = memchr(text, 'e', n);
	int written = 0;
	for (const char *p = e ? e + 2 : text + n; p < text + n; p++)
		written = 10 * written + (*p - '0');
	power += e && e[1] == '-' ? -written : written;
	*exponent = (point < 0 ? (int)k : point) + power - 1;
	if (k > most) {
		bool up = digits[most] >= '5';
		for (k = most; up && k > 0; k--) {
			up = digits[k - 1] == '9';
			if (!up) {
				digits[k - 1]++;
				break;
			}
		}
		if (!k) { /* 9.99… */
			digits[k++] = '1';
			++*exponent;
		}
	}
	while (k > 1 && digits[k - 1] == '0')
		k--;
	return k;
}

size_t robject_number(char out[R_NUMBER_SIZE], double d, size_t most)
{
	char digits[PYFLOAT_SIZE];
	int e;
	if (isnan(d) || isinf(d) || d == 0)
		return (size_t)snprintf(out, R_NUMBER_SIZE, "%s",
			isnan(d) ? "NaN"
			: d == 0 ? "0"
			: d < 0  ? "-Inf"
				 : "Inf");
	int n = (int)significant(digits, d, most, &e), rest = n - e - 1 > 0 ? n - e - 1 : 0;
	int fixed = (e < 0 ? 1 : e + 1) + rest + (rest > 0),
	    scientific = n + (n > 1) + (abs(e) >= 100 ? 5 : 4);
	char *p = out;
	if (d < 0)
		*p++ = '-';
	if (fixed > scientific) {
		*p++ = digits[0];
		p += n > 1 ? snprintf(p, 24, ".%.*s", n - 1, digits + 1) : 0;
		p += snprintf(p, 8, "e%c%02d", e < 0 ? '-' : '+', abs(e));
		return (size_t)(p - out);
	}
	/* digit i stands for 10^(e - i) */
	for (int i = e < 0 ? e : 0; i < n || i <= e; i++) {
		if (i == e + 1)
			*p++ = '.';
		*p++ = i < 0 || i >= n ? '0' : digits[i];
	}
	*p = '\0';
	return (size_t)(p - out);
}

struct r_text robject_text(const struct robject *o, size_t i, char scratch[R_NUMBER_SIZE])
{
	if (o->form == R_TEXTS)
		return o->u.texts[i];
	if (o->form != R_SPELLED || robject_is_na(o, i))
		return (struct r_text){NULL, 0};
	const struct robject *of = o->u.of;
	size_t n = of->type == R_INTEGER
			   ? (size_t)snprintf(scratch, R_NUMBER_SIZE, "%d", robject_int(of, i))
			   : robject_number(scratch, robject_double(of, i), 15);
	return (struct r_text){scratch, n};
}

/* ---- attributes ---- */

static bool is_text(struct r_text t, const char *s)
{
	return t.p && t.n == strlen(s) && memcmp(t.p, s, t.n) == 0;
}

const struct robject *robject_attribute(const struct robject *o, const char *name)
{
	for (size_t i = 0; i < o->n_attributes; i++)
		if (is_text(o->attributes[i].name, name))
			return o->attributes[i].value;
	return NULL;
}

bool robject_inherits(const struct robject *o, const char *name)
{
	const struct robject *classes = robject_attribute(o, "class");
	for (size_t i = 0; classes && classes->form == R_TEXTS && i < classes->n; i++)
		if (is_text(classes->u.texts[i], name))
			return true;
	return false;
}

struct r_text robject_name(const struct robject *o, size_t i, char scratch[R_NUMBER_SIZE])
{
	struct r_text none = {NULL, 0};
	if (o->tags)
		return i < o->n ? o->tags[i] : none;
	const struct robject *names = robject_attribute(o, "names");
	if (!names || names->type != R_CHARACTER || !robject_is_vector(names) || i >= names->n)
		return none;
	struct r_text t = robject_text(names, i, scratch);
	return t.n ? t : none;
}

bool robject_frame(const struct robject *o, size_t *rows)
{
	if (o->type != R_LIST || o->form != R_ITEMS || !robject_inherits(o, "data.frame"))
		return false;
	*rows = o->n ? o->u.items[0]->n : 0;
	for (size_t i = 0; i < o->n; i++) {
		const struct robject *column = o->u.items[i];
		if (column->n != *rows || !robject_is_vector(column) ||
			robject_attribute(column, "dim"))
			return false;
	}
	return true;
}
