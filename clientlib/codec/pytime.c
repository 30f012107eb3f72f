#include "pytime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zone.h"

enum { US = 1000000, DAY = 86400 };

static const struct mf_value *arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

static size_t n_args(const struct mf_value *v)
{
	return mf_value_count(mf_value_part(v, MF_PART_ARGS));
}

static bool is_instance(const struct mf_value *v, const char *cls)
{
	const struct mf_value *c = mf_value_part(v, MF_PART_CLASS);
	return c && c->kind == MF_REF && value_is(c, cls);
}

/* The packed bytes of a date or time. Python 2 wrote them as str, which is text here if it is ASCII
 * or if someone wrote it again as text. */
static bool packed(const struct mf_value *v, unsigned char *out, size_t n)
{
	size_t len, at = 0;
	const char *p = mf_value_text(v, &len);

	if (!p || v->kind == MF_REF)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];
		if (v->kind == MF_STRING && c >= 0x80) {
			if (c < 0xc2 || c > 0xc3 || i + 1 == len)
				return false;
			c = (unsigned char)(c << 6 | ((unsigned char)p[++i] & 0x3f));
		}
		if (at == n)
			return false;
		out[at++] = c;
	}
	return at == n;
}

static size_t add_offset(char *out, size_t room, int64_t us)
{
	int64_t rest = llabs(us), seconds = rest / US;
	size_t n = (size_t)snprintf(out, room, "%c%02d:%02d", us < 0 ? '-' : '+',
		(int)(seconds / 3600), (int)(seconds / 60 % 60));
	if (seconds % 60 || rest % US)
		n += (size_t)snprintf(out + n, room - n, ":%02d", (int)(seconds % 60));
	if (rest % US)
		n += (size_t)snprintf(out + n, room - n, ".%06d", (int)(rest % US));
	return n;
}

static size_t add_clock(char *out, size_t room, const unsigned char *p)
{
	unsigned us = (unsigned)p[3] << 16 | (unsigned)p[4] << 8 | p[5];
	if (p[0] > 23 || p[1] > 59 || p[2] > 59 || us >= US)
		return 0;
	size_t n = (size_t)snprintf(out, room, "%02u:%02u:%02u", p[0], p[1], p[2]);
	if (us)
		n += (size_t)snprintf(out + n, room - n, ".%06u", us);
	return n;
}

static size_t add_day(char *out, size_t room, const unsigned char *p)
{
	unsigned year = (unsigned)p[0] << 8 | p[1];
	if (!year || year > 9999 || !p[2] || p[2] > 12 || !p[3] || p[3] > 31)
		return 0;
	return (size_t)snprintf(out, room, "%04u-%02u-%02u", year, p[2], p[3]);
}

/* Days since 1970 of a day of the calendar. */
static int64_t day_number(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2), era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* The offset of a zone that has several, at the time of the packed bytes. */
static bool named_offset(const struct mf_value *tz, const unsigned char *p, bool fold, int64_t *us)
{
	struct zone zone;
	int64_t days = day_number((int64_t)p[0] << 8 | p[1], p[2], p[3]);

	return zone_read(&zone, tz) && zone_offset_local(&zone, days * DAY + p[4] * 3600 + p[5] * 60 + p[6], fold, us);
}

/* The offset of the tzinfo that may be argument 1. p: of a datetime, packed; NULL: a time of an unknown day, which has no
 * offset in a zone that has several. */
static size_t add_zone(char *out, size_t n, const struct mf_value *v, const unsigned char *p, bool fold)
{
	const struct mf_value *tz = arg(v, 1);
	struct zone zone;
	int64_t us;

	if (n_args(v) < 2 || mf_value_kind(tz) == MF_NULL)
		return n;
	if (!p && !pytime_offset(tz, &us) && zone_read(&zone, tz) && zone.kind == ZONE_NAMED)
		return n;
	if (!pytime_offset(tz, &us) && (!p || !named_offset(tz, p, fold, &us)))
		return 0;
	return n + add_offset(out + n, PYTIME_SIZE - n, us);
}

size_t pytime_datetime(char out[PYTIME_SIZE], const struct mf_value *v)
{
	unsigned char p[10];

	if (!packed(arg(v, 0), p, sizeof(p)))
		return 0;
	bool fold = p[2] & 0x80;
	p[2] &= 0x7f;
	size_t day = add_day(out, PYTIME_SIZE, p);
	if (!day)
		return 0;
	out[day++] = 'T';
	size_t clock = add_clock(out + day, PYTIME_SIZE - day, p + 4);
	return clock ? add_zone(out, day + clock, v, p, fold) : 0;
}

size_t pytime_date(char out[PYTIME_SIZE], const struct mf_value *v)
{
	unsigned char p[4];
	return packed(arg(v, 0), p, sizeof(p)) ? add_day(out, PYTIME_SIZE, p) : 0;
}

size_t pytime_time(char out[PYTIME_SIZE], const struct mf_value *v)
{
	unsigned char p[6];

	if (!packed(arg(v, 0), p, sizeof(p)))
		return 0;
	p[0] &= 0x7f;
	size_t n = add_clock(out, PYTIME_SIZE, p);
	return n ? add_zone(out, n, v, NULL, false) : 0;
}

bool pytime_timedelta(const struct mf_value *v, struct pytime_delta *out)
{
	int64_t part[3] = {0}; /* days, seconds, microseconds */
	size_t n = n_args(v);

	if (!is_instance(v, "datetime.timedelta") || n > 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (mf_value_kind(arg(v, i)) != MF_INT)
			return false;
		part[i] = mf_value_int(arg(v, i));
		if (part[i] > INT64_MAX / 4 || part[i] < INT64_MIN / 4)
			return false;
	}
	for (size_t i = 2; i > 0; i--) {
		int64_t unit = i == 2 ? US : DAY, carry = part[i] / unit;
		part[i] %= unit;
		if (part[i] < 0) {
			part[i] += unit;
			carry--;
		}
		part[i - 1] += carry;
	}
	*out = (struct pytime_delta){part[0], (int32_t)part[1], (int32_t)part[2]};
	return true;
}

bool pytime_offset(const struct mf_value *tz, int64_t *us)
{
	struct pytime_delta d;

	*us = 0;
	if (is_instance(tz, "pytz._UTC") || is_instance(tz, "pytz.UTC") ||
		is_instance(tz, "dateutil.tz.tz.tzutc") || is_instance(tz, "dateutil.tz.tzutc"))
		return true;
	if (is_instance(tz,
		    "pytz._p")) { /* name, offset and daylight saving in seconds, abbreviation */
		*us = mf_value_int(arg(tz, 1)) % DAY * US;
		return mf_value_kind(arg(tz, 1)) == MF_INT;
	}
	if (!is_instance(tz, "datetime.timezone") || !pytime_timedelta(arg(tz, 0), &d) ||
		d.days < -1 || d.days > 0)
		return false;
	*us = (d.days * DAY + d.seconds) * US + d.microseconds;
	return true;
}

size_t pytime_zone_name(char out[PYTIME_SIZE], int64_t us)
{
	memcpy(out, "UTC", 4);
	return us ? 3 + add_offset(out + 3, PYTIME_SIZE - 3, us) : 3;
}
