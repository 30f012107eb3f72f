#include <stdio.h>
#include <string.h>

#include "pandas.h"
#include "pytime.h"

/* Points in time and distances, as pandas writes them. */

enum { DAY = 86400, US = 1000000, NS = 1000000000 };

int64_t pandas_unit(const char *unit, size_t n)
{
	if (n == 1)
		return *unit == 's' ? 1 : 0;
	if (n != 2 || unit[1] != 's')
		return 0;
	return *unit == 'm' ? 1000 : *unit == 'u' ? US : *unit == 'n' ? NS : 0;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a % b + (a % b < 0 ? b : 0);
}

/* Whole seconds, rounded down, and the nanoseconds that are left. */
static int64_t split(int64_t value, int64_t per_second, int64_t *nanos)
{
	*nanos = floor_mod(value, per_second) * (NS / per_second);
	return floor_div(value, per_second);
}

/* The day of the calendar, days since 1970: eras of 400 years that begin on the first of March. */
static void civil(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

static size_t add_day(char *out, size_t room, int64_t days)
{
	int64_t year;
	int month, day;

	civil(days, &year, &month, &day);
	return (size_t)snprintf(out, room, "%04lld-%02d-%02d", (long long)year, month, day);
}

static size_t add_fraction(char *out, size_t room, int64_t nanos)
{
	if (nanos % 1000)
		return (size_t)snprintf(out, room, ".%09d", (int)nanos);
	return nanos ? (size_t)snprintf(out, room, ".%06d", (int)(nanos / 1000)) : 0;
}

size_t pandas_stamp(
	char out[PANDAS_TEXT], int64_t value, int64_t per_second, const struct zone *zone, char sep)
{
	int64_t nanos, us = 0, seconds = split(value, per_second, &nanos);
	char offset[PYTIME_SIZE];

	/* Far beyond any year an offset says nothing, and would overflow. */
	if (zone && (seconds > INT64_MAX / 2 || seconds < INT64_MIN / 2 ||
			    !zone_offset(zone, seconds, &us)))
		us = 0;
	nanos += us % US * 1000;
	seconds += us / US + (nanos >= NS) - (nanos < 0);
	nanos += nanos < 0 ? NS : nanos >= NS ? -NS : 0;
	int64_t clock = floor_mod(seconds, DAY), days = floor_div(seconds, DAY);
	size_t n = add_day(out, PANDAS_TEXT, days);
	n += (size_t)snprintf(out + n, PANDAS_TEXT - n, "%c%02d:%02d:%02d", sep,
		(int)(clock / 3600), (int)(clock / 60 % 60), (int)(clock % 60));
	n += add_fraction(out + n, PANDAS_TEXT - n, nanos);
	if (!zone)
		return n;
	size_t len = pytime_zone_name(offset, us); /* UTC+02:00, or UTC alone */
	n += (size_t)snprintf(out + n, PANDAS_TEXT - n, "%s", len > 3 ? offset + 3 : "+00:00");
	return n;
}

size_t pandas_delta(char out[PANDAS_TEXT], int64_t value, int64_t per_second)
{
	int64_t nanos, seconds = split(value, per_second, &nanos);
	int64_t clock = floor_mod(seconds, DAY), days = floor_div(seconds, DAY);
	size_t n = (size_t)snprintf(out, PANDAS_TEXT, "%lld days %s%02d:%02d:%02d", (long long)days,
		days < 0 ? "+" : "", (int)(clock / 3600), (int)(clock / 60 % 60),
		(int)(clock % 60));

	return n + add_fraction(out + n, PANDAS_TEXT - n, nanos);
}

/* ---- periods ---- */

static size_t add_clock(char *out, const char base, int64_t ordinal)
{
	static const struct {
		char base;
		int64_t per_day, nanos; /* of one */
		int digits;
	} units[] = {{'h', 24, 3600ll * NS, 0}, {'m', 1440, 60ll * NS, 0}, {'s', DAY, NS, 0},
		{'i', DAY * 1000ll, US, 3}, {'u', DAY * 1000000ll, 1000, 6},
		{'n', DAY * 1000000000ll, 1, 9}};
	size_t k = 0;

	while (k + 1 < ARRAY_SIZE(units) && units[k].base != base)
		k++;
	int64_t days = floor_div(ordinal, units[k].per_day);
	int64_t nanos = floor_mod(ordinal, units[k].per_day) * units[k].nanos, clock = nanos / NS;
	size_t n = add_day(out, PANDAS_TEXT, days);
	n += (size_t)snprintf(out + n, PANDAS_TEXT - n, " %02d:%02d", (int)(clock / 3600),
		(int)(clock / 60 % 60));
	if (k >= 2)
		n += (size_t)snprintf(out + n, PANDAS_TEXT - n, ":%02d", (int)(clock % 60));
	nanos %= NS;
	for (int i = units[k].digits; i < 9; i++)
		nanos /= 10;
	if (units[k].digits)
		n += (size_t)snprintf(
			out + n, PANDAS_TEXT - n, ".%0*lld", units[k].digits, (long long)nanos);
	return n;
}

size_t pandas_period(char out[PANDAS_TEXT], const struct pandas_freq *freq, int64_t ordinal)
{
	int64_t year = floor_div(ordinal, 4), o = ordinal;

	if (ordinal == PANDAS_NAT)
		return (size_t)snprintf(out, PANDAS_TEXT, "NaT");
	/* Further than any calendar: only the number is left. */
	if (strchr("YQMWBD", freq->base) && (o > INT64_MAX / 1024 || o < INT64_MIN / 1024))
		return (size_t)snprintf(out, PANDAS_TEXT, "%lld", (long long)o);
	switch (freq->base) {
	case 'Y': return (size_t)snprintf(out, PANDAS_TEXT, "%lld", (long long)o + 1970);
	case 'Q':
		return (size_t)snprintf(out, PANDAS_TEXT, "%lldQ%d", (long long)year + 1970,
			(int)(o - year * 4) + 1);
	case 'M':
		year = floor_div(o, 12);
		return (size_t)snprintf(out, PANDAS_TEXT, "%04lld-%02d", (long long)year + 1970,
			(int)(o - year * 12) + 1);
	case 'W': {
		/* Week 0 of those that end on a Sunday ended on 1969-12-28. */
		int64_t end = o * 7 + (freq->anchor + 1) % 7 - 4;
		size_t n = add_day(out, PANDAS_TEXT, end - 6);
		out[n++] = '/';
		return n + add_day(out + n, PANDAS_TEXT - n, end);
	}
	case 'B':
		return add_day(out, PANDAS_TEXT,
			floor_div(o + 3, 5) * 7 + (o + 3 - floor_div(o + 3, 5) * 5) - 3);
	case 'D': return add_day(out, PANDAS_TEXT, o);
	default: return add_clock(out, freq->base, o);
	}
}
