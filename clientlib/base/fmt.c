#include "fmt.h"

#include <errno.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static bool broken_down(int64_t ms, bool utc, struct tm *tm, int *frac)
{
	int64_t s = ms / 1000, f = ms % 1000;
	if (f < 0) {
		f += 1000;
		s--;
	}
	*frac = (int)f;
	time_t t = (time_t)s;
	return utc ? gmtime_r(&t, tm) : localtime_r(&t, tm);
}

void fmt_rfc3339(struct buf *b, int64_t ms)
{
	struct tm tm;
	int frac;
	if (ms >= 0 && ms < 253402300800000 && broken_down(ms, true, &tm, &frac)) { /* years of four digits: by hand */
		char text[] = "0000-00-00T00:00:00.000Z";
		const int parts[] = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, frac};
		static const int last[] = {3, 6, 9, 12, 15, 18, 22};
		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			for (int v = parts[i], at = last[i]; v; v /= 10)
				text[at--] = (char)('0' + v % 10);
		buf_add(b, text, sizeof(text) - 1);
		return;
	}
	if (broken_down(ms, true, &tm, &frac))
		buf_addf(b, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900LL, tm.tm_mon + 1, tm.tm_mday,
			tm.tm_hour, tm.tm_min, tm.tm_sec, frac);
	else
		buf_addf(b, "%lld", (long long)ms);
}

void fmt_datetime(struct buf *b, int64_t ms, bool utc)
{
	struct tm tm;
	int frac;
	if (broken_down(ms, utc, &tm, &frac))
		buf_addf(b, "%04lld-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900LL, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
			tm.tm_min, tm.tm_sec);
	else
		buf_addf(b, "%lld", (long long)ms);
}

void fmt_clock(struct buf *b, int64_t ms, bool utc)
{
	struct tm tm;
	int frac;
	if (broken_down(ms, utc, &tm, &frac))
		buf_addf(b, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void fmt_duration(struct buf *b, int64_t ms)
{
	if (ms < 0) {
		buf_addc(b, '-');
		ms = ms == INT64_MIN ? INT64_MAX : -ms;
	}
	long long t = ms;
	if (t < SECOND)
		buf_addf(b, "%lldms", t);
	else if (t < MINUTE)
		buf_addf(b, "%lld.%llds", t / SECOND, t % SECOND / 100);
	else if (t < HOUR)
		buf_addf(b, "%lldm%02llds", t / MINUTE, t % MINUTE / SECOND);
	else if (t < DAY)
		buf_addf(b, "%lldh%02lldm", t / HOUR, t % HOUR / MINUTE);
	else
		buf_addf(b, "%lldd%02lldh", t / DAY, t % DAY / HOUR);
}

void fmt_ago(struct buf *b, int64_t ms, int64_t now, bool utc)
{
	if (ms == MF_NO_TIME || now == MF_NO_TIME)
		return;
	int64_t age = now - ms;
	const char *pre = age < 0 ? "in " : "", *post = age < 0 ? "" : " ago";
	long long a = age < 0 ? -age : age;
	struct tm then, today;
	int frac;
	if (a < SECOND) {
		buf_adds(b, "just now");
	} else if (a < MINUTE) {
		buf_addf(b, "%s%lld s%s", pre, a / SECOND, post);
	} else if (a < HOUR) {
		buf_addf(b, "%s%lld min%s", pre, a / MINUTE, post);
	} else if (a < DAY) {
		buf_addf(b, "%s%lld h%s", pre, a / HOUR, post);
	} else if (a < 14LL * DAY || age < 0) {
		if (age > 0 && a < 2LL * DAY)
			buf_adds(b, "yesterday");
		else
			buf_addf(b, "%s%lld days%s", pre, a / DAY, post);
	} else if (broken_down(ms, utc, &then, &frac) && broken_down(now, utc, &today, &frac)) {
		buf_addf(b, "%04d-%02d-%02d", then.tm_year + 1900, then.tm_mon + 1, then.tm_mday);
	}
}

void fmt_size(struct buf *b, int64_t bytes)
{
	static const char *const unit[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)bytes;
	size_t u = 0;
	while (v >= 1024 && u + 1 < ARRAY_SIZE(unit)) {
		v /= 1024;
		u++;
	}
	buf_addf(b, u && v < 100 ? "%.1f %s" : "%.0f %s", v, unit[u]);
}

void fmt_count(struct buf *b, int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_addc(b, ',');
		buf_addc(b, digits[i]);
	}
}

bool parse_duration(const char *s, int64_t *ms)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = {{"ms", 1}, {"s", SECOND}, {"", SECOND}, {"m", MINUTE}, {"min", MINUTE}, {"h", HOUR}, {"d", DAY},
		{"w", 7.0 * DAY}};
	double total = 0;
	if (!isdigit((unsigned char)*s) && *s != '.')
		return false;
	while (*s) {
		char *end, unit[4] = "";
		double v = strtod(s, &end);
		if (end == s || !isfinite(v) || v < 0 || (s[0] == '0' && (s[1] | 32) == 'x'))
			return false;
		size_t n = 0;
		while (isalpha((unsigned char)end[n]) && n < sizeof(unit) - 1)
			n++;
		memcpy(unit, end, n);
		s = end + n;
		bool known = false;
		for (size_t i = 0; i < ARRAY_SIZE(units); i++)
			if (str_eq(units[i].unit, unit)) {
				total += v * units[i].ms;
				known = true;
			}
		if (!known || total > 9e15)
			return false;
	}
	*ms = (int64_t)total;
	return true;
}

/* n digits; advances *s */
static bool number(const char **s, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool expect(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

bool parse_time(const char *s, int64_t now, int64_t *ms)
{
	struct tm tm = {.tm_isdst = -1};
	int64_t age;
	if (str_eq(s, "now")) {
		*ms = now;
		return true;
	}
	if (strlen(s) < 8 || s[4] != '-') {
		if (!isalpha((unsigned char)s[*s ? strlen(s) - 1 : 0]) || !parse_duration(s, &age))
			return false;
		*ms = now - age;
		return true;
	}
	int year, month, frac = 0;
	if (!number(&s, 4, &year) || !expect(&s, '-') || !number(&s, 2, &month) || !expect(&s, '-')
		|| !number(&s, 2, &tm.tm_mday))
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	if (month < 1 || month > 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
		return false;
	if (*s == 'T' || *s == 't' || *s == ' ') {
		s++;
		if (!number(&s, 2, &tm.tm_hour) || !expect(&s, ':') || !number(&s, 2, &tm.tm_min))
			return false;
		if (*s == ':') {
			s++;
			if (!number(&s, 2, &tm.tm_sec))
				return false;
		}
		if (*s == '.') {
			int scale = 100;
			for (s++; isdigit((unsigned char)*s); s++, scale /= 10)
				frac += (*s - '0') * scale;
		}
		if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
			return false;
	}
	int64_t t;
	int day = tm.tm_mday;
	if (*s == 'Z' || *s == 'z') {
		s++;
		t = timegm(&tm);
	} else if (*s == '+' || *s == '-') {
		int sign = *s++ == '-' ? -1 : 1, hours, minutes = 0;
		if (!number(&s, 2, &hours))
			return false;
		if (*s == ':')
			s++;
		if (*s && !number(&s, 2, &minutes))
			return false;
		t = timegm(&tm) - sign * (hours * 3600 + minutes * 60);
	} else {
		t = mktime(&tm);
	}
	if (*s || tm.tm_mday != day)
		return false; /* 31 February and the like were moved into the next month */
	*ms = t * 1000 + frac;
	return true;
}

int64_t clock_now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void clock_sleep_ms(int64_t ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

bool parse_size(const char *s, double *bytes)
{
	static const char units[] = "BKMGTP";
	char *end, unit[4] = "";
	if (!isdigit((unsigned char)*s) && *s != '.')
		return false;
	*bytes = strtod(s, &end);
	while (*end == ' ')
		end++;
	if (end == s || strlen(end) > 3 || !(*bytes < 1e30))
		return false;
	for (size_t i = 0; end[i]; i++)
		unit[i] = (char)toupper((unsigned char)end[i]);
	const char *at = unit[0] ? strchr(units, unit[0]) : units;
	if (!at || (unit[0] == 'B' && unit[1]) || (unit[0] && unit[1] && !str_eq(unit + 1, "B") && !str_eq(unit + 1, "IB")))
		return false;
	for (; at > units; at--)
		*bytes *= 1024;
	return true;
}
