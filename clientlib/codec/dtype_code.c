#include "dtype_machine.h"

#include <string.h>

#include "../base/util.h"

/* The names of numpy's types: of scalars, and the codes of the array protocol. */

struct type_name {
	const char *name; /* after "numpy.", and in lower case before "DType" in numpy.dtypes */
	char kind;
	unsigned char size;
};

static const struct type_name names[] = {
	{"bool", 'b', 1},
	{"bool_", 'b', 1},
	{"bool8", 'b', 1},
	{"int8", 'i', 1},
	{"int16", 'i', 2},
	{"int32", 'i', 4},
	{"int64", 'i', 8},
	{"uint8", 'u', 1},
	{"uint16", 'u', 2},
	{"uint32", 'u', 4},
	{"uint64", 'u', 8},
	{"byte", 'i', 1},
	{"ubyte", 'u', 1},
	{"short", 'i', 2},
	{"ushort", 'u', 2},
	{"intc", 'i', 4},
	{"uintc", 'u', 4},
	{"int_", 'i', 8},
	{"uint", 'u', 8},
	{"intp", 'i', 8},
	{"uintp", 'u', 8},
	{"long", 'i', 8},
	{"ulong", 'u', 8},
	{"longlong", 'i', 8},
	{"ulonglong", 'u', 8},
	{"float16", 'f', 2},
	{"float32", 'f', 4},
	{"float64", 'f', 8},
	{"half", 'f', 2},
	{"single", 'f', 4},
	{"double", 'f', 8},
	{"float_", 'f', 8},
	{"longdouble", 'f', 16},
	{"longfloat", 'f', 16},
	{"float128", 'f', 16},
	{"float96", 'f', 12},
	{"complex64", 'c', 8},
	{"complex128", 'c', 16},
	{"csingle", 'c', 8},
	{"cdouble", 'c', 16},
	{"complex_", 'c', 16},
	{"cfloat", 'c', 16},
	{"clongdouble", 'c', 32},
	{"clongfloat", 'c', 32},
	{"complex256", 'c', 32},
	{"complex192", 'c', 24},
	{"str_", 'U', 0},
	{"str", 'U', 0},
	{"unicode_", 'U', 0},
	{"bytes_", 'S', 0},
	{"bytes", 'S', 0},
	{"string_", 'S', 0},
	{"void", 'V', 0},
	{"record", 'V', 0},
	{"object_", 'O', 8},
	{"object", 'O', 8},
	{"datetime64", 'M', 8},
	{"timedelta64", 'm', 8},
};

void dtype_set_kind(struct dtype *t, char kind, size_t size)
{
	t->kind = kind;
	t->size = size;
	t->order = size == 1 || strchr("bSVOT", kind) ? '|' : '<';
	t->objects = kind == 'O' || kind == 'T';
	if (kind == 'M' || kind == 'm') {
		memcpy(t->unit, "generic", sizeof("generic"));
		t->per_step = 1;
	}
}

/* "float64", or "Float64DType" of numpy.dtypes. */
static bool named(struct dtype *t, const char *p, size_t n)
{
	char lower[24];

	if (n >= sizeof(lower))
		return false;
	for (size_t i = 0; i < n; i++)
		lower[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
	lower[n] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(names[i].name, lower) == 0) {
			dtype_set_kind(t, names[i].kind, names[i].size);
			return true;
		}
	return false;
}

bool dtype_global(struct dtype *t, const char *p, size_t n)
{
	static const char scalars[] = "numpy.", classes[] = "numpy.dtypes.", end[] = "DType";
	size_t ns = sizeof(scalars) - 1, nc = sizeof(classes) - 1, ne = sizeof(end) - 1;

	if (n > nc + ne && memcmp(p, classes, nc) == 0 && memcmp(p + n - ne, end, ne) == 0) {
		if (n == nc + 11 && memcmp(p + nc, "StringDType", 11) == 0) {
			dtype_set_kind(t, 'T', 16);
			return true;
		}
		return named(t, p + nc, n - nc - ne);
	}
	return n > ns && memcmp(p, scalars, ns) == 0 && named(t, p + ns, n - ns);
}

/* "[25ns]" */
static bool unit_text(struct dtype *t, const char *p, size_t n)
{
	int64_t step = 0;
	size_t i = 1;

	if (n < 3 || p[0] != '[' || p[n - 1] != ']')
		return false;
	for (; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		if (step > INT32_MAX || (step = step * 10 + (p[i] - '0')) > INT32_MAX)
			return false;
	if (!dtype_is_unit(p + i, n - 1 - i) || (i > 1 && !step))
		return false;
	memset(t->unit, 0, sizeof(t->unit));
	memcpy(t->unit, p + i, n - 1 - i);
	t->per_step = i > 1 ? step : 1;
	return true;
}

bool dtype_code(struct dtype *t, const char *p, size_t n)
{
	char order = n && strchr("<>=|", p[0]) ? p[0] : 0;
	size_t size = 0, i;

	if (!n || memchr(p, '\0', n))
		return false;
	if (named(t, p, n))
		return true;
	p += order != 0;
	n -= order != 0;
	if (n == 1 && *p == '?') {
		dtype_set_kind(t, 'b', 1);
		return true;
	}
	for (i = 1; i < n && p[i] >= '0' && p[i] <= '9'; i++)
		if (!size_mul(size, 10, &size) || !size_add(size, (size_t)(p[i] - '0'), &size))
			return false;
	if (!n)
		return false;
	char kind = p[0] == 'a' ? 'S' : p[0];
	bool sized = i > 1, ok;
	switch (kind) {
	case 'b': ok = size == 1; break;
	case 'i':
	case 'u': ok = size == 1 || size == 2 || size == 4 || size == 8; break;
	case 'f': ok = size == 2 || size == 4 || size == 8 || size == 12 || size == 16; break;
	case 'c': ok = size == 8 || size == 16 || size == 24 || size == 32; break;
	case 'U': ok = size_mul(size, 4, &size); break;
	case 'S':
	case 'V': ok = true; break;
	case 'O': ok = !sized || size == 4 || size == 8; break;
	case 'M':
	case 'm': ok = !sized || size == 8; break;
	default: ok = false; break;
	}
	if (!ok)
		return false;
	dtype_set_kind(t, kind, kind == 'O' || kind == 'M' || kind == 'm' ? 8 : size);
	if (order == '>' && t->order == '<')
		t->order = '>';
	if (i == n)
		return true;
	return (kind == 'M' || kind == 'm') && unit_text(t, p + i, n - i);
}
