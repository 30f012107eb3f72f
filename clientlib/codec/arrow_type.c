#include <string.h>

#include "arrow.h"
#include "pandas.h"

/* Types of Arrow: most are named by one word, others are made by functions with arguments. */

#define NUMBER(letter, bytes) .kind = ARROW_NUMBER, .number = (letter), .width = (bytes)
#define TEXT(what, bytes) .kind = (what), .width = (bytes)
#define TIMED(what, bytes, units) .kind = (what), .width = (bytes), .per_second = (units)

/* The alias in the stream, and the name of the type. */
static const struct {
	const char *alias;
	struct arrow_type type;
} simple[] = {
	{"null", {.kind = ARROW_NULL, .name = "null"}},
	{"bool", {.kind = ARROW_BOOL, .name = "bool"}},
	{"boolean", {.kind = ARROW_BOOL, .name = "bool"}},
	{"i1", {NUMBER('i', 1), .name = "int8"}},
	{"int8", {NUMBER('i', 1), .name = "int8"}},
	{"int16", {NUMBER('i', 2), .name = "int16"}},
	{"int32", {NUMBER('i', 4), .name = "int32"}},
	{"int64", {NUMBER('i', 8), .name = "int64"}},
	{"uint8", {NUMBER('u', 1), .name = "uint8"}},
	{"uint16", {NUMBER('u', 2), .name = "uint16"}},
	{"uint32", {NUMBER('u', 4), .name = "uint32"}},
	{"uint64", {NUMBER('u', 8), .name = "uint64"}},
	{"halffloat", {NUMBER('f', 2), .name = "halffloat"}},
	{"float16", {NUMBER('f', 2), .name = "halffloat"}},
	{"float", {NUMBER('f', 4), .name = "float"}},
	{"float32", {NUMBER('f', 4), .name = "float"}},
	{"double", {NUMBER('f', 8), .name = "double"}},
	{"float64", {NUMBER('f', 8), .name = "double"}},
	{"string", {TEXT(ARROW_TEXT, 4), .name = "string"}},
	{"utf8", {TEXT(ARROW_TEXT, 4), .name = "string"}},
	{"large_string", {TEXT(ARROW_TEXT, 8), .name = "large_string"}},
	{"large_utf8", {TEXT(ARROW_TEXT, 8), .name = "large_string"}},
	{"string_view", {TEXT(ARROW_TEXT_VIEW, 16), .name = "string_view"}},
	{"binary", {TEXT(ARROW_BINARY, 4), .name = "binary"}},
	{"large_binary", {TEXT(ARROW_BINARY, 8), .name = "large_binary"}},
	{"binary_view", {TEXT(ARROW_BINARY_VIEW, 16), .name = "binary_view"}},
	{"date32", {TIMED(ARROW_DATE, 4, 0), .name = "date32[day]"}},
	{"date32[day]", {TIMED(ARROW_DATE, 4, 0), .name = "date32[day]"}},
	{"date64", {TIMED(ARROW_DATE, 8, 1000), .name = "date64[ms]"}},
	{"date64[ms]", {TIMED(ARROW_DATE, 8, 1000), .name = "date64[ms]"}},
	{"time32[s]", {TIMED(ARROW_TIME, 4, 1), .name = "time32[s]"}},
	{"time32[ms]", {TIMED(ARROW_TIME, 4, 1000), .name = "time32[ms]"}},
	{"time64[us]", {TIMED(ARROW_TIME, 8, 1000000), .name = "time64[us]"}},
	{"time64[ns]", {TIMED(ARROW_TIME, 8, 1000000000), .name = "time64[ns]"}},
	{"timestamp[s]", {TIMED(ARROW_TIMESTAMP, 8, 1)}},
	{"timestamp[ms]", {TIMED(ARROW_TIMESTAMP, 8, 1000)}},
	{"timestamp[us]", {TIMED(ARROW_TIMESTAMP, 8, 1000000)}},
	{"timestamp[ns]", {TIMED(ARROW_TIMESTAMP, 8, 1000000000)}},
	{"duration[s]", {TIMED(ARROW_DURATION, 8, 1), .name = "duration[s]"}},
	{"duration[ms]", {TIMED(ARROW_DURATION, 8, 1000), .name = "duration[ms]"}},
	{"duration[us]", {TIMED(ARROW_DURATION, 8, 1000000), .name = "duration[us]"}},
	{"duration[ns]", {TIMED(ARROW_DURATION, 8, 1000000000), .name = "duration[ns]"}},
};

static const struct mf_value *arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

static bool is_call(const struct mf_value *v, const char *function)
{
	return value_is(mf_value_part(v, MF_PART_CLASS), function);
}

static bool by_alias(struct arrow_type *out, const struct mf_value *alias)
{
	for (size_t i = 0; i < ARRAY_SIZE(simple); i++)
		if (value_is(alias, simple[i].alias)) {
			*out = simple[i].type;
			return true;
		}
	return false;
}

static bool timestamp(
	struct arrow_type *out, const struct mf_value *unit, const struct mf_value *tz)
{
	size_t n;
	const char *p = mf_value_text(unit, &n);

	if (mf_value_kind(unit) != MF_STRING)
		return false;
	*out = (struct arrow_type){TIMED(ARROW_TIMESTAMP, 8, pandas_unit(p, n))};
	if (mf_value_kind(tz) == MF_STRING) {
		out->zoned = true;
		p = mf_value_text(tz, &n);
		zone_named(&out->zone, p, n);
		/* its name is kept for the text of the type */
		out->zone.name = p;
		out->zone.n = n;
	}
	return out->per_second != 0;
}

static bool decimal(struct arrow_type *out, const struct mf_value *v, unsigned width)
{
	const struct mf_value *precision = arg(v, 0), *scale = arg(v, 1);

	if (mf_value_kind(precision) != MF_INT || mf_value_kind(scale) != MF_INT ||
		scale->u.i < -100 || scale->u.i > 100 || precision->u.i < 1 || precision->u.i > 76)
		return false;
	*out = (struct arrow_type){.kind = ARROW_DECIMAL,
		.width = width,
		.precision = (int)precision->u.i,
		.scale = (int)scale->u.i};
	return true;
}

static const struct arrow_type *keep(struct arena *a, const struct arrow_type *type)
{
	struct arrow_type *copy = arena_alloc(a, sizeof(*copy));
	if (copy)
		*copy = *type;
	return copy;
}

static const struct arrow_type *read_plain(struct arena *a, const struct mf_value *v)
{
	struct arrow_type type;
	bool known = false;

	if (is_call(v, "pyarrow.lib.type_for_alias"))
		known = by_alias(&type, arg(v, 0));
	else if (is_call(v, "pyarrow.lib.timestamp"))
		known = timestamp(&type, arg(v, 0), arg(v, 1));
	else if (is_call(v, "pyarrow.lib.decimal128"))
		known = decimal(&type, v, 16);
	else if (is_call(v, "pyarrow.lib.decimal256"))
		known = decimal(&type, v, 32);
	return known ? keep(a, &type) : NULL;
}

const struct arrow_type *arrow_type_read(struct arena *a, const struct mf_value *v)
{
	struct arrow_type type = {.kind = ARROW_DICTIONARY};

	if (!is_call(v, "pyarrow.lib.dictionary"))
		return read_plain(a, v);
	type.index = read_plain(a, arg(v, 0));
	type.values = read_plain(a, arg(v, 1));
	if (!type.index || !type.values || type.index->kind != ARROW_NUMBER ||
		type.index->number == 'f')
		return NULL;
	type.ordered = mf_value_bool(arg(v, 2));
	type.width = type.index->width;
	return keep(a, &type);
}

void arrow_type_text(struct buf *out, const struct arrow_type *type)
{
	if (type->name) {
		buf_adds(out, type->name);
	} else if (type->kind == ARROW_TIMESTAMP) {
		buf_addf(out, "timestamp[%s",
			type->per_second == 1         ? "s"
			: type->per_second == 1000    ? "ms"
			: type->per_second == 1000000 ? "us"
						      : "ns");
		if (type->zoned) {
			buf_adds(out, ", tz=");
			buf_add(out, type->zone.name, type->zone.n);
		}
		buf_addc(out, ']');
	} else if (type->kind == ARROW_DECIMAL) {
		buf_addf(out, "decimal%u(%d, %d)", type->width * 8, type->precision, type->scale);
	} else {
		buf_adds(out, "dictionary<values=");
		arrow_type_text(out, type->values);
		buf_adds(out, ", indices=");
		arrow_type_text(out, type->index);
		buf_addf(out, ", ordered=%d>", type->ordered);
	}
}
