#include <string.h>

#include "pandas.h"

/* Frequencies of periods: the offset classes of pandas and their names, before 2.2 and since. */

static const struct {
	char base;
	const char *class, *name, *old;
} bases[] = {
	{'Y', "YearEnd", "Y", "A"},
	{'Q', "QuarterEnd", "Q", "Q"},
	{'M', "MonthEnd", "M", "M"},
	{'W', "Week", "W", "W"},
	{'B', "BusinessDay", "B", "B"},
	{'D', "Day", "D", "D"},
	{'h', "Hour", "h", "H"},
	{'m', "Minute", "min", "T"},
	{'s', "Second", "s", "S"},
	{'i', "Milli", "ms", "L"},
	{'u', "Micro", "us", "U"},
	{'n', "Nano", "ns", "N"},
};

static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC",
		  days[] = "MONTUEWEDTHUFRISATSUN";

static int place(const char *names, const char *p)
{
	for (int i = 0; names[3 * i]; i++)
		if (memcmp(names + 3 * i, p, 3) == 0)
			return i;
	return -1;
}

static bool equal(const char *name, const char *p, size_t n)
{
	return strlen(name) == n && memcmp(name, p, n) == 0;
}

/* "M", "2M", "W-SUN", "Q-NOV", "15min", "period[h]" */
static bool by_name(struct pandas_freq *out, const char *p, size_t n)
{
	size_t len = 0;

	if (n > 8 && memcmp(p, "period[", 7) == 0 && p[n - 1] == ']') {
		p += 7;
		n -= 8;
	}
	while (n && *p >= '0' && *p <= '9') {
		p++;
		n--;
	}
	while (len < n && p[len] != '-')
		len++;
	*out = (struct pandas_freq){0};
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (equal(bases[i].name, p, len) || equal(bases[i].old, p, len))
			out->base = bases[i].base;
	/* Names of the ends as offsets have them. */
	if (equal("ME", p, len) || equal("QE", p, len) || equal("YE", p, len))
		out->base = *p;
	if (out->base == 'Y' || out->base == 'Q')
		out->anchor = 11;
	if (out->base == 'W')
		out->anchor = 6;
	if (len < n && (n - len != 4 || !strchr("YQW", out->base)))
		return false;
	if (len < n)
		out->anchor = place(out->base == 'W' ? days : months, p + len + 1);
	return out->base && out->anchor >= 0;
}

static const struct mf_value *part(const struct mf_value *v, size_t i, const char *key)
{
	const struct mf_value *x = mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
	return x ? x : pandas_attr(v, key);
}

bool pandas_freq(struct pandas_freq *out, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);

	if (mf_value_kind(v) == MF_STRING)
		return by_name(out, p, n);
	if (pandas_is(v, "PeriodDtype")) {
		v = part(v, 0, "freq");
		return !pandas_is(v, "PeriodDtype") && pandas_freq(out, v);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		if (!pandas_is(v, bases[i].class))
			continue;
		*out = (struct pandas_freq){.base = bases[i].base};
		const struct mf_value *anchor = NULL;
		if (out->base == 'W')
			anchor = part(v, 2, "weekday");
		else if (out->base == 'Y')
			anchor = part(v, 2, "month");
		else if (out->base == 'Q')
			anchor = part(v, 2, "startingMonth");
		else
			return true;
		int64_t value = mf_value_int(anchor) - (out->base != 'W');
		out->anchor = (int)value;
		return mf_value_kind(anchor) == MF_INT && value >= 0 &&
		       value < (out->base == 'W' ? 7 : 12);
	}
	return false;
}

void pandas_freq_type(struct buf *out, const struct mf_value *v)
{
	struct pandas_freq freq;
	size_t n;

	if (pandas_is(v, "PeriodDtype"))
		v = part(v, 0, "freq");
	const char *p = mf_value_text(v, &n);
	if (mf_value_kind(v) == MF_STRING) {
		bool whole = n > 7 && memcmp(p, "period[", 7) == 0;
		buf_adds(out, whole ? "" : "period[");
		buf_add(out, p, n);
		buf_adds(out, whole ? "" : "]");
		return;
	}
	if (!pandas_freq(&freq, v))
		return;
	int64_t multiple = mf_value_int(part(v, 0, "n"));
	buf_adds(out, "period[");
	if (multiple > 1)
		buf_addf(out, "%lld", (long long)multiple);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (bases[i].base == freq.base)
			buf_adds(out, bases[i].old);
	if (strchr("YQW", freq.base)) {
		buf_addc(out, '-');
		buf_add(out, (freq.base == 'W' ? days : months) + 3 * freq.anchor, 3);
	}
	buf_addc(out, ']');
}
