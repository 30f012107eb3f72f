#include "dtype_machine.h"

#include <stdio.h>
#include <string.h>

#include "../base/util.h"
#include "pytime.h"

/* datetime64: a number of units since 1970, in the proleptic Gregorian calendar, as numpy's str
 * writes it. */

enum unit { YEAR, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND, FRACTION };

static const struct {
	const char *name;
	enum unit unit;
	int64_t per_day; /* units in a day; 0: more than a number can have, or less than one */
	int digits;      /* of the fraction of a second */
} units[] = {
	{"Y", YEAR, 0, 0},
	{"M", MONTH, 0, 0},
	{"W", WEEK, 0, 0},
	{"D", DAY, 1, 0},
	{"h", HOUR, 24, 0},
	{"m", MINUTE, 1440, 0},
	{"s", SECOND, 86400, 0},
	{"ms", FRACTION, 86400000, 3},
	{"us", FRACTION, 86400000000, 6},
	{"ns", FRACTION, 86400000000000, 9},
	{"ps", FRACTION, 86400000000000000, 12},
	{"fs", FRACTION, 0, 15},
	{"as", FRACTION, 0, 18},
};

static int find_unit(const char *unit, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].name) == n && memcmp(units[i].name, unit, n) == 0)
			return (int)i;
	return -1;
}

bool dtype_is_unit(const char *unit, size_t n)
{
	return find_unit(unit, n) >= 0 || (n == 7 && memcmp(unit, "generic", 7) == 0);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Numbers beyond the calendar wrap around, as they do in numpy. */
static int64_t wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t wrap_mul(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* What is left of count after n whole parts. */
static int64_t left(int64_t count, int64_t n, int64_t part)
{
	return (int64_t)((uint64_t)count - (uint64_t)n * (uint64_t)part);
}

struct date {
	int64_t year;
	int month, day;
};

/* Days since 1970 → the date: eras of 400 years that begin in March. */
static struct date civil(int64_t days)
{
	int64_t era = floor_div(days, 146097), rest = left(days, era, 146097) + 719468 % 146097;

	era += 719468 / 146097;
	if (rest >= 146097) {
		rest -= 146097;
		era++;
	}
	int64_t yoe = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
	int64_t doy = rest - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	struct date d = {.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.month = (int)(mp < 10 ? mp + 3 : mp - 9)};
	d.year = yoe + era * 400 + (d.month <= 2);
	return d;
}

/* The time of the day: `rest` units of 1 / per_second seconds. */
static size_t clock_text(
	char *out, size_t room, enum unit unit, int64_t rest, int64_t per_second, int digits)
{
	int64_t seconds = rest / per_second, fraction = rest % per_second;
	int h = (int)(seconds / 3600), m = (int)(seconds / 60 % 60), s = (int)(seconds % 60);

	switch (unit) {
	case HOUR: return (size_t)snprintf(out, room, "T%02d", h);
	case MINUTE: return (size_t)snprintf(out, room, "T%02d:%02d", h, m);
	case SECOND: return (size_t)snprintf(out, room, "T%02d:%02d:%02d", h, m, s);
	default:
		return (size_t)snprintf(
			out, room, "T%02d:%02d:%02d.%0*lld", h, m, s, digits, (long long)fraction);
	}
}

static int64_t power_of_ten(int n)
{
	int64_t p = 1;
	while (n-- > 0)
		p *= 10;
	return p;
}

size_t dtype_time_text(char out[DTYPE_TIME_SIZE], const struct dtype *type, int64_t count)
{
	int at = find_unit(type->unit, strlen(type->unit));
	int64_t days, rest = 0, per_second = 1;
	size_t n;

	if (count == INT64_MIN)
		return (size_t)snprintf(out, DTYPE_TIME_SIZE, "NaT");
	if (at < 0)
		return 0;
	enum unit unit = units[at].unit;
	count = wrap_mul(count, type->per_step);
	switch (unit) {
	case YEAR:
		return (size_t)snprintf(
			out, DTYPE_TIME_SIZE, "%04lld", (long long)wrap_add(count, 1970));
	case MONTH:
		return (size_t)snprintf(out, DTYPE_TIME_SIZE, "%04lld-%02d",
			(long long)(floor_div(count, 12) + 1970),
			(int)left(count, floor_div(count, 12), 12) + 1);
	case WEEK: days = wrap_mul(count, 7); break;
	case HOUR:
	case MINUTE:
		days = floor_div(count, units[at].per_day);
		rest = left(count, days, units[at].per_day) * (86400 / units[at].per_day);
		break;
	default:
		per_second = power_of_ten(units[at].digits);
		if (units[at].per_day) {
			days = floor_div(count, units[at].per_day);
			rest = left(count, days, units[at].per_day);
		} else { /* less than a day around 1970 */
			days = count < 0 ? -1 : 0;
			rest = count;
		}
		break;
	}
	struct date d = civil(days);
	n = (size_t)snprintf(
		out, DTYPE_TIME_SIZE, "%04lld-%02d-%02d", (long long)d.year, d.month, d.day);
	if (unit == WEEK || unit == DAY)
		return n;
	if (!units[at].per_day && rest < 0) {
		/* A day is more than the number can have: seconds first. */
		int64_t seconds = floor_div(rest, per_second),
			fraction = left(rest, seconds, per_second);
		n += clock_text(out + n, DTYPE_TIME_SIZE - n, SECOND, seconds + 86400, 1, 0);
		return n + (size_t)snprintf(out + n, DTYPE_TIME_SIZE - n, ".%0*lld",
				   units[at].digits, (long long)fraction);
	}
	return n +
	       clock_text(out + n, DTYPE_TIME_SIZE - n, unit, rest, per_second, units[at].digits);
}

/* ---- elements that are objects ---- */

/* "2020-01-02T03:04:05.678901" of a datetime or date in another unit: numpy has made it from that
 * unit, so what is cut off is zero, and what is missing is too. */
static struct mf_value *in_unit(
	struct arena *a, const struct dtype *type, const char *iso, size_t n)
{
	static const char full[] = "0000-00-00T00:00:00.000000";
	static const unsigned char lengths[] = {4, 7, 10, 10, 13, 16, 19};
	char text[sizeof(full)];
	int at = find_unit(type->unit, strlen(type->unit));

	if (at < 0 || n >= sizeof(full))
		return NULL;
	memcpy(text, full, sizeof(full));
	memcpy(text, iso, n);
	size_t length = (size_t)at < sizeof(lengths) ? lengths[at] : 20u + (size_t)units[at].digits;
	if (length >= sizeof(full))
		return NULL;
	text[length] = '\0';
	return value_str(a, text);
}

static struct mf_value *delta_count(
	struct arena *a, const struct dtype *type, const struct pytime_delta *d)
{
	int at = find_unit(type->unit, strlen(type->unit));
	int64_t us, days = d->days, per_day, count;

	if (at < 0 || type->per_step < 1)
		return NULL;
	if (units[at].unit == WEEK || units[at].unit == DAY)
		return value_int(a, days / (units[at].unit == WEEK ? 7 : 1) / type->per_step);
	per_day = units[at].per_day;
	if (!per_day || per_day > 86400000000 ||
		__builtin_mul_overflow(days, (int64_t)86400000000, &us) ||
		__builtin_add_overflow(us, d->seconds * (int64_t)1000000 + d->microseconds, &us))
		return NULL;
	count = us / (86400000000 / per_day);
	return value_int(a, count / type->per_step);
}

struct mf_value *dtype_time_value(struct arena *a, const struct dtype *type, struct mf_value *v)
{
	struct pytime_delta d;
	char text[DTYPE_TIME_SIZE];
	struct mf_value *made = NULL;
	size_t n;

	if (v->kind == MF_NULL)
		return type->kind == 'M' ? value_str(a, "NaT") : value_int(a, INT64_MIN);
	if (v->kind == MF_INT && type->kind == 'M')
		return dtype_time_text(text, type, v->u.i) ? value_str(a, text) : v;
	if (v->kind != MF_OBJECT)
		return v;
	if (type->kind == 'm')
		made = pytime_timedelta(v, &d) ? delta_count(a, type, &d) : NULL;
	else if ((n = pytime_datetime(text, v)) || (n = pytime_date(text, v)))
		made = in_unit(a, type, text, n);
	return made ? made : a->full ? NULL : v;
}
