#include "pandas.h"

#include <string.h>

#include "pyfloat.h"

/* Names of pandas, and its scalar objects. */

bool pandas_ref(const struct mf_value *ref, const char *name)
{
	size_t n, len = strlen(name);
	const char *p = mf_value_text(ref, &n);

	return mf_value_kind(ref) == MF_REF && n > len + 6 && memcmp(p, "pandas.", 7) == 0 &&
	       p[n - len - 1] == '.' && memcmp(p + n - len, name, len) == 0;
}

bool pandas_is(const struct mf_value *v, const char *name)
{
	return pandas_ref(mf_value_part(v, MF_PART_CLASS), name);
}

const struct mf_value *pandas_attr(const struct mf_value *v, const char *key)
{
	const struct mf_value *state = mf_value_part(v, MF_PART_STATE);

	if (mf_value_kind(state) == MF_DICT)
		return mf_value_get(state, key);
	for (size_t i = 0; i < mf_value_count(state) && i < 4; i++) {
		const struct mf_value *found = mf_value_get(mf_value_item(state, i), key);
		if (found)
			return found;
	}
	return NULL;
}

bool pandas_is_na(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_REF &&
	       (value_is(v, "pandas._libs.missing.NA") || value_is(v, "pandas.NA"));
}

bool pandas_is_nat(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_OBJECT &&
	       (pandas_is(v, "_nat_unpickle") || pandas_is(v, "__nat_unpickle"));
}

static const struct mf_value *arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

static size_t n_args(const struct mf_value *v)
{
	return mf_value_count(mf_value_part(v, MF_PART_ARGS));
}

static bool is_stamp(const struct mf_value *v)
{
	return pandas_is(v, "_unpickle_timestamp") || pandas_is(v, "Timestamp");
}

/* The number that newer versions add for the unit: numpy's (s = 7 … ns = 10). */
static int64_t resolution(const struct mf_value *v)
{
	static const int64_t per_second[] = {1, 1000, 1000000, 1000000000};
	int64_t i = mf_value_int(v);

	if (!v)
		return 1000000000;
	return mf_value_kind(v) == MF_INT && i >= 7 && i <= 10 ? per_second[i - 7] : 0;
}

bool pandas_count(const struct mf_value *v, int64_t *value, int64_t *per_second)
{
	bool stamp = is_stamp(v);

	if ((!stamp && !pandas_is(v, "_timedelta_unpickle") && !pandas_is(v, "Timedelta")) ||
		mf_value_kind(arg(v, 0)) != MF_INT || n_args(v) > (stamp ? 4 : 2))
		return false;
	*value = mf_value_int(arg(v, 0));
	*per_second = resolution(arg(v, stamp ? 3 : 1));
	return *per_second != 0;
}

static size_t stamp_text(char out[PANDAS_TEXT], const struct mf_value *v, char sep)
{
	const struct mf_value *tz = arg(v, 2);
	int64_t value, per_second;
	struct zone zone;

	if (!pandas_count(v, &value, &per_second) || !is_stamp(v))
		return 0;
	bool zoned = mf_value_kind(tz) != MF_NULL;
	if (zoned && !zone_read(&zone, tz))
		return 0;
	return pandas_stamp(out, value, per_second, zoned ? &zone : NULL, sep);
}

void pandas_end(struct buf *out, const struct mf_value *v)
{
	char text[PANDAS_TEXT];
	size_t n;
	const char *p = mf_value_text(v, &n);

	switch (mf_value_kind(v)) {
	case MF_INT: buf_addf(out, "%lld", (long long)v->u.i); break;
	case MF_FLOAT: buf_add(out, text, pyfloat_repr(text, v->u.f)); break;
	case MF_STRING: buf_add(out, p, n); break;
	case MF_OBJECT:
		n = stamp_text(text, v, ' ');
		if (n)
			buf_add(out, text, n);
		else if (!pandas_is(v, "Interval"))
			pandas_text(out, v);
		break;
	default: break;
	}
}

static bool add_interval(struct buf *out, const struct mf_value *v)
{
	const struct mf_value *closed = arg(v, 2);
	bool left = value_is(closed, "left") || value_is(closed, "both");
	bool right = value_is(closed, "right") || value_is(closed, "both");
	size_t start = out->n;

	if (n_args(v) != 3 || mf_value_kind(closed) != MF_STRING)
		return false;
	buf_addc(out, left ? '[' : '(');
	for (size_t i = 0; i < 2; i++) {
		size_t before = out->n;
		pandas_end(out, arg(v, i));
		if (out->n == before && !out->failed) {
			out->n = start;
			return false;
		}
		if (i == 0)
			buf_adds(out, ", ");
	}
	buf_addc(out, right ? ']' : ')');
	return true;
}

bool pandas_text(struct buf *out, const struct mf_value *v)
{
	char text[PANDAS_TEXT];
	int64_t value, per_second;
	struct pandas_freq freq;
	size_t n = 0;

	if (mf_value_kind(v) != MF_OBJECT)
		return false;
	if (is_stamp(v)) {
		n = stamp_text(text, v, 'T');
	} else if (pandas_count(v, &value, &per_second)) {
		n = pandas_delta(text, value, per_second);
	} else if (pandas_is(v, "Interval")) {
		return add_interval(out, v);
	} else if (pandas_is(v, "Period") && n_args(v) == 3 && mf_value_kind(arg(v, 2)) == MF_INT &&
		   pandas_freq(&freq, arg(v, 1))) {
		n = pandas_period(text, &freq, mf_value_int(arg(v, 2)));
	}
	buf_add(out, text, n);
	return n > 0;
}
