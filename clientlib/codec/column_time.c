#include "column.h"

#include <math.h>
#include <string.h>

/* Datetimes with and without a zone, durations, and periods: counts of a unit. */

struct time_column {
	struct column base;
	struct vector v;
	int64_t per_second;
	bool delta, zoned;
	struct zone zone;
	/* periods */
	struct pandas_freq freq;
	const struct mf_value *dtype;
};

static const struct time_column *of(const struct column *c)
{
	return (const struct time_column *)c;
}

static struct mf_value *time_cell(const struct column *c, struct arena *a, size_t i)
{
	const struct time_column *t = of(c);
	int64_t value = vector_int(&t->v, i);
	char text[PANDAS_TEXT];
	size_t n;

	if (value == PANDAS_NAT)
		return cell_null(a);
	if (t->delta)
		n = pandas_delta(text, value, t->per_second);
	else
		n = pandas_stamp(text, value, t->per_second, t->zoned ? &t->zone : NULL, 'T');
	return cell_string(a, text, n);
}

static struct mf_value *period_cell(const struct column *c, struct arena *a, size_t i)
{
	int64_t value = vector_int(&of(c)->v, i);
	char text[PANDAS_TEXT];

	if (value == PANDAS_NAT)
		return cell_null(a);
	size_t n = pandas_period(text, &of(c)->freq, value);
	return cell_string(a, text, n);
}

static bool time_missing(const struct column *c, size_t i)
{
	return vector_int(&of(c)->v, i) == PANDAS_NAT;
}

static bool time_number(const struct column *c, size_t i, double *out)
{
	int64_t value = vector_int(&of(c)->v, i);

	*out = value == PANDAS_NAT ? NAN : (double)value;
	return true;
}

static void time_dtype(const struct column *c, struct buf *out)
{
	const struct time_column *t = of(c);

	if (!t->zoned) {
		dtype_name(out, t->v.array->type);
		return;
	}
	const char *unit = t->per_second == 1         ? "s"
			   : t->per_second == 1000    ? "ms"
			   : t->per_second == 1000000 ? "us"
						      : "ns";
	buf_addf(out, "datetime64[%s, ", unit);
	zone_text(out, &t->zone);
	buf_addc(out, ']');
}

static void period_dtype(const struct column *c, struct buf *out)
{
	pandas_freq_type(out, of(c)->dtype);
}

static const struct column_ops time_ops = {time_cell, time_missing, time_number, time_dtype, NULL};
static const struct column_ops period_ops = {
	period_cell, time_missing, time_number, period_dtype, NULL};

const struct column *column_time(
	struct reader *r, const struct vector *v, const struct mf_value *tz)
{
	const struct dtype *type = v->array->type;
	int64_t per_second =
		strchr("Mm", type->kind) ? pandas_unit(type->unit, strlen(type->unit)) : 0;
	struct zone zone = {0};
	bool zoned = mf_value_kind(tz) != MF_NULL;

	if (!per_second || type->per_step != 1 || !vector_is_int(v) ||
		(zoned && (type->kind != 'M' || !zone_read(&zone, tz))))
		return NULL;
	struct time_column *c = reader_make(r, sizeof(*c), &time_ops, v->n);
	if (!c)
		return NULL;
	c->base.times = c->base.none = true;
	c->v = *v;
	c->per_second = per_second;
	c->delta = type->kind == 'm';
	c->zoned = zoned;
	c->zone = zone;
	return &c->base;
}

const struct column *column_period(
	struct reader *r, const struct mf_value *dtype, const struct vector *v)
{
	struct pandas_freq freq;

	if (v->array->type->kind != 'i' || !vector_is_int(v) || !pandas_freq(&freq, dtype))
		return NULL;
	struct time_column *c = reader_make(r, sizeof(*c), &period_ops, v->n);
	if (!c)
		return NULL;
	c->base.times = c->base.none = true;
	c->v = *v;
	c->freq = freq;
	c->dtype = dtype;
	return &c->base;
}
