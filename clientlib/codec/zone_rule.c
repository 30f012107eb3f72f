#include "zone.h"

/* The rule of POSIX for the years after those that a file lists. */

enum { DAY = 86400 };

struct cursor {
	const char *p, *end;
};

static bool at(const struct cursor *c, char ch)
{
	return c->p < c->end && *c->p == ch;
}

static bool take(struct cursor *c, char ch)
{
	if (!at(c, ch))
		return false;
	c->p++;
	return true;
}

static bool number(struct cursor *c, int max, int *out)
{
	const char *from = c->p;
	int value = 0;

	while (c->p < c->end && *c->p >= '0' && *c->p <= '9' && c->p - from < 4)
		value = value * 10 + (*c->p++ - '0');
	*out = value;
	return c->p > from && value <= max;
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

/* A name: letters, or anything between < and >. */
static bool name(struct cursor *c)
{
	const char *from = c->p;

	if (take(c, '<')) {
		while (c->p < c->end && *c->p != '>')
			c->p++;
		return take(c, '>');
	}
	while (c->p < c->end && is_letter(*c->p))
		c->p++;
	return c->p - from >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool clock(struct cursor *c, int *out)
{
	int sign = take(c, '-') ? -1 : 1, h = 0, m = 0, s = 0;

	if (sign > 0)
		take(c, '+');
	if (!number(c, 167, &h) ||
		(take(c, ':') && (!number(c, 59, &m) || (take(c, ':') && !number(c, 59, &s)))))
		return false;
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

struct change {
	char form; /* J: day without leap days, 0: day with them, M: week day of a month */
	int month, week, day;
	int seconds; /* into the local day */
};

static bool change(struct cursor *c, struct change *out)
{
	*out = (struct change){.form = '0', .seconds = 2 * 3600};
	if (take(c, 'J')) {
		out->form = 'J';
		if (!number(c, 365, &out->day) || !out->day)
			return false;
	} else if (take(c, 'M')) {
		out->form = 'M';
		if (!number(c, 12, &out->month) || !out->month || !take(c, '.') ||
			!number(c, 5, &out->week) || !out->week || !take(c, '.') ||
			!number(c, 6, &out->day))
			return false;
	} else if (!number(c, 365, &out->day)) {
		return false;
	}
	return !take(c, '/') || clock(c, &out->seconds);
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01 to the first of January. */
static int64_t year_start(int64_t year)
{
	int64_t y = year - 1;
	int64_t leaps = (y >= 0 ? y / 4 - y / 100 + y / 400
				: (y - 3) / 4 - (y - 99) / 100 + (y - 399) / 400);
	return 365 * (year - 1970) + leaps - 477;
}

static int64_t year_of(int64_t day)
{
	int64_t year = 1970 + day / 366;
	while (year_start(year) > day)
		year--;
	while (year_start(year + 1) <= day)
		year++;
	return year;
}

/* The local time of a change in a year, in seconds since 1970. */
static int64_t moment(const struct change *c, int64_t year)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	int64_t day = year_start(year);
	bool leap = is_leap(year);

	if (c->form == 'J') {
		day += c->day - 1 + (leap && c->day > 59);
	} else if (c->form == '0') {
		day += c->day;
	} else {
		int64_t first = day + before[c->month - 1] + (leap && c->month > 2);
		int length = before[c->month] - before[c->month - 1] + (leap && c->month == 2);
		/* 1970-01-01 was a Thursday, 4 */
		int weekday = (int)(((first + 4) % 7 + 7) % 7),
		    offset = (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
		day = first + (offset >= length ? offset - 7 : offset);
	}
	return day * DAY + c->seconds;
}

bool zone_rule(const char *p, size_t n, int64_t utc, struct zone_type *out)
{
	struct cursor c = {p, p + n};
	int std, dst;
	struct change on, off;

	if (!name(&c) || !clock(&c, &std))
		return false;
	*out = (struct zone_type){-std, false};
	if (c.p == c.end)
		return true;
	dst = std - 3600;
	if (!name(&c) || (!at(&c, ',') && !clock(&c, &dst)) || !take(&c, ',') || !change(&c, &on) ||
		!take(&c, ',') || !change(&c, &off) || c.p != c.end)
		return false;
	/* The cycle repeats in 400 years: far away, any year of it will do. */
	const int64_t cycle = (int64_t)146097 * DAY;
	utc %= cycle;
	int64_t local = utc - std, year = year_of((local - (local % DAY + DAY) % DAY) / DAY);
	int64_t start = moment(&on, year) + std, end = moment(&off, year) + dst;
	bool is_dst = start <= end ? utc >= start && utc < end : utc >= start || utc < end;
	if (is_dst)
		*out = (struct zone_type){-dst, true};
	return true;
}
