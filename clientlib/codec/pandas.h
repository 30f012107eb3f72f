/* codec/pandas.h: the scalars of pandas, and how their classes are named (json-values.md §4). Pure
 * but for the zone database (zone.h). */
#ifndef MF_CODEC_PANDAS_H
#define MF_CODEC_PANDAS_H

#include "../base/buf.h"
#include "zone.h"

enum { PANDAS_TEXT = 128 };
#define PANDAS_NAT INT64_MIN

/* Does a reference name this class, wherever in pandas it was at home (pandas.core.series.Series,
 * pandas.Series)? */
bool pandas_ref(const struct mf_value *ref, const char *name);
/* Is v an object of this class, or made by a function of this name? */
bool pandas_is(const struct mf_value *v, const char *name);
/* Attribute of an object: of its state, which may be a dict or a tuple that holds one; NULL: not
 * there. */
const struct mf_value *pandas_attr(const struct mf_value *v, const char *key);
/* pandas.NA, which streams name like a function; pandas.NaT. */
bool pandas_is_na(const struct mf_value *v);
bool pandas_is_nat(const struct mf_value *v);

/* Units of a second that "s", "ms", "us" and "ns" are; 0 for other units. */
int64_t pandas_unit(const char *unit, size_t n);
/* isoformat() of a Timestamp with `sep` in the middle, in the zone (NULL: none). Of a zone that
 * nobody knows: the same instant in UTC. The length; NUL-terminated. */
size_t pandas_stamp(char out[PANDAS_TEXT], int64_t value, int64_t per_second,
	const struct zone *zone, char sep);
/* str() of a Timedelta: 1 days 02:03:04.000005 */
size_t pandas_delta(char out[PANDAS_TEXT], int64_t value, int64_t per_second);

/* The frequency of periods. */
struct pandas_freq {
	char base;  /* Y Q M W B D h m s, i u n for milli-, micro- and nanoseconds */
	int anchor; /* W: the last day of the week, 0 = Monday; Y and Q: the month of the end of the
		       year */
};
/* From an offset object (…offsets.MonthEnd), or its name ("M", "period[2M]"). */
bool pandas_freq(struct pandas_freq *out, const struct mf_value *v);
/* Append it as the type of a column has it: period[M]. */
void pandas_freq_type(struct buf *out, const struct mf_value *v);
/* str() of a Period. */
size_t pandas_period(char out[PANDAS_TEXT], const struct pandas_freq *freq, int64_t ordinal);

/* Append what JSON has for a Timestamp, Timedelta, Period or Interval object; false: it is none,
 * nothing appended. */
bool pandas_text(struct buf *out, const struct mf_value *v);
/* Append str() of an end of an interval: numbers, and texts of times. */
void pandas_end(struct buf *out, const struct mf_value *v);
/* Value and unit of a Timestamp or a Timedelta. */
bool pandas_count(const struct mf_value *v, int64_t *value, int64_t *per_second);

#endif
