#include "logline.h"

#include <string.h>

/* Read at least `least` and at most `most` digits; -1 if they are not there. */
static int digits(const char **p, const char *end, int least, int most)
{
	int v = 0, n = 0;
	for (; n < most && *p < end && **p >= '0' && **p <= '9'; n++)
		v = v * 10 + (*(*p)++ - '0');
	return n >= least ? v : -1;
}

static bool expect(const char **p, const char *end, char c)
{
	if (*p >= end || **p != c)
		return false;
	(*p)++;
	return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, whose cycle of 400 years has 146097
 * days; the year is counted from March, so that a leap day comes last. */
static int64_t days_since_1970(int year, int month, int day)
{
	int y = month > 2 ? year : year - 1, cycle = y / 400, of_cycle = y % 400;
	int of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int days = of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year;
	return (int64_t)cycle * 146097 + days - 719468;
}

static int days_of_month(int year, int month)
{
	static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return month == 2 && leap ? 29 : days[month - 1];
}

/* What strptime makes of %Y-%m-%dT%H:%M:%S.%f, all of it. */
static bool parse_stamp(const char *p, size_t n, int64_t *us)
{
	const char *end = p + n;
	int year = digits(&p, end, 4, 4);
	if (year < 1 || !expect(&p, end, '-'))
		return false;
	int month = digits(&p, end, 1, 2);
	if (month < 1 || month > 12 || !expect(&p, end, '-'))
		return false;
	/* a blank may stand in for the first digit of a day */
	int day = digits(&p, end, 1, expect(&p, end, ' ') ? 1 : 2);
	if (day < 1 || day > days_of_month(year, month))
		return false;
	if (!expect(&p, end, 'T') && !expect(&p, end, 't'))
		return false;
	int hour = digits(&p, end, 1, 2);
	if (hour < 0 || hour > 23 || !expect(&p, end, ':'))
		return false;
	int minute = digits(&p, end, 1, 2);
	if (minute < 0 || minute > 59 || !expect(&p, end, ':'))
		return false;
	int second = digits(&p, end, 1, 2);
	if (second < 0 || second > 59 || !expect(&p, end, '.'))
		return false;
	if (p == end || end - p > 6)
		return false;
	int micro = 0, scale = 100000;
	for (; p < end; p++, scale /= 10) {
		if (*p < '0' || *p > '9')
			return false;
		micro += (*p - '0') * scale;
	}
	int64_t seconds =
		days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	*us = seconds * 1000000 + micro;
	return true;
}

/* The first c of [p, end) that has at least one byte before it. */
static const char *after_one(const char *p, const char *end, char c)
{
	return end - p > 1 ? memchr(p + 1, c, (size_t)(end - p - 1)) : NULL;
}

bool logline_parse(struct logline *out, const char *line, size_t n)
{
	static const char prefix[] = "[MFLOG|0|";
	const size_t prefix_n = sizeof(prefix) - 1;
	const char *p = line, *end = line + n, *at;

	out->persist = n > 2 && p[0] == '[' && p[1] == '!';
	if (out->persist)
		p += 2;
	if ((size_t)(end - p) <= prefix_n || memcmp(p, prefix, prefix_n) != 0)
		return false;
	p += prefix_n;

	/* the shortest of each part is the only one that can be right: a time holds no Z, and what
	 * follows a longer source or id also follows the shortest */
	at = after_one(p, end, 'Z');
	if (!at || end - at < 2 || at[1] != '|')
		return false;
	out->stamp = p;
	out->stamp_n = (size_t)(at - p);
	if (!parse_stamp(p, out->stamp_n, &out->us))
		return false;
	p = at + 2;

	at = after_one(p, end, '|');
	if (!at)
		return false;
	out->source = p;
	out->source_n = (size_t)(at - p);
	p = at + 1;

	at = after_one(p, end, ']');
	if (!at)
		return false;
	out->id = p;
	out->id_n = (size_t)(at - p);
	out->text = at + 1;
	out->text_n = (size_t)(end - out->text);
	return true;
}
