#include "zone.h"

#include "pytime.h"

enum { US = 1000000, DAY = 86400 };

static const struct mf_value *arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

static const struct mf_value *state(const struct mf_value *v, const char *key)
{
	return mf_value_get(mf_value_part(v, MF_PART_STATE), key);
}

/* dateutil keeps the path of the file: what follows the last "zoneinfo/" is the zone. */
static bool path_name(struct zone *out, const struct mf_value *path)
{
	static const char dir[] = "zoneinfo/";
	const size_t len = sizeof(dir) - 1;
	size_t n, from = 0;
	const char *p = mf_value_text(path, &n);

	if (mf_value_kind(path) != MF_STRING)
		return false;
	for (size_t i = 0; i + len <= n; i++)
		if (memcmp(p + i, dir, len) == 0)
			from = i + len;
	out->kind = ZONE_NAMED;
	out->name = p + from;
	out->n = n - from;
	return true;
}

static bool delta_us(const struct mf_value *v, int64_t *us)
{
	struct pytime_delta d;

	if (!pytime_timedelta(v, &d) || d.days < -1 || d.days > 1)
		return false;
	*us = (d.days * DAY + d.seconds) * US + d.microseconds;
	return true;
}

static bool read_tzfile(struct zone *out, const struct mf_value *tz, const struct mf_value *cls)
{
	const struct mf_value *path = NULL;

	if (value_is(cls, "dateutil.tz._tzfile._unpickle")) { /* new ones read the whole file */
		path = arg(tz, 2);
	} else if (value_is(cls, "dateutil.tz.tz.tzfile") || value_is(cls, "dateutil.tz.tzfile")) {
		out->library = ZONE_DATEUTIL;
		path = mf_value_kind(arg(tz, 1)) == MF_STRING ? arg(tz, 1) : state(tz, "_filename");
	}
	return path && path_name(out, path);
}

/* tzlocal of a place without daylight saving time is a fixed offset. */
static bool read_tzlocal(struct zone *out, const struct mf_value *tz)
{
	const struct mf_value *dst = state(tz, "_hasdst");

	if (mf_value_kind(dst) == MF_BOOL && !dst->u.b &&
		delta_us(state(tz, "_std_offset"), &out->us))
		out->kind = ZONE_FIXED;
	return true;
}

bool zone_read(struct zone *out, const struct mf_value *tz)
{
	const struct mf_value *cls = mf_value_part(tz, MF_PART_CLASS), *name = arg(tz, 0);

	*out = (struct zone){.kind = ZONE_OTHER, .tz = tz};
	if (!cls || cls->kind != MF_REF)
		return false;
	if (value_is(cls, "pytz._p") && mf_value_kind(name) == MF_STRING) {
		out->kind = ZONE_NAMED;
		out->library = ZONE_PYTZ;
	} else if ((value_is(cls, "zoneinfo.ZoneInfo._unpickle") ||
			   value_is(cls, "zoneinfo.ZoneInfo") ||
			   value_is(cls, "zoneinfo._zoneinfo.ZoneInfo._unpickle") ||
			   value_is(cls, "backports.zoneinfo.ZoneInfo._unpickle")) &&
		   mf_value_kind(name) == MF_STRING) {
		out->kind = ZONE_NAMED;
	} else if (value_is(cls, "pytz.FixedOffset") && mf_value_kind(name) == MF_INT) {
		out->kind = ZONE_FIXED;
		out->us = name->u.i % 1440 * 60 * US;
	} else if (value_is(cls, "dateutil.tz.tz.tzoffset") ||
		   value_is(cls, "dateutil.tz.tzoffset")) {
		if (delta_us(arg(tz, 1) ? arg(tz, 1) : state(tz, "_offset"), &out->us))
			out->kind = ZONE_FIXED;
	} else if (value_is(cls, "dateutil.tz.tz.tzlocal") ||
		   value_is(cls, "dateutil.tz.tzlocal")) {
		return read_tzlocal(out, tz);
	} else if (read_tzfile(out, tz, cls)) {
		return true;
	} else {
		if (!pytime_offset(tz, &out->us))
			return false;
		out->kind = ZONE_FIXED;
	}
	if (out->kind == ZONE_NAMED)
		out->name = mf_value_text(name, &out->n);
	return true;
}

/* "+hh:mm", as Arrow names fixed offsets. */
static bool fixed_name(const char *p, size_t n, int64_t *us)
{
	if (n != 6 || (p[0] != '+' && p[0] != '-') || p[3] != ':')
		return false;
	for (size_t i = 1; i < n; i++)
		if (i != 3 && (p[i] < '0' || p[i] > '9'))
			return false;
	int64_t minutes = ((p[1] - '0') * 10 + p[2] - '0') * 60 + (p[4] - '0') * 10 + p[5] - '0';
	*us = (p[0] == '-' ? -minutes : minutes) * 60 * US;
	return minutes < 1440;
}

void zone_named(struct zone *out, const char *name, size_t n)
{
	*out = (struct zone){.kind = ZONE_NAMED, .name = name, .n = n};
	if (fixed_name(name, n, &out->us) || (n == 3 && memcmp(name, "UTC", 3) == 0))
		out->kind = ZONE_FIXED;
}

bool zone_offset(const struct zone *z, int64_t utc, int64_t *us)
{
	bool narrow = z->library != ZONE_MODERN;
	struct zone_type type;

	if (z->kind == ZONE_FIXED) {
		*us = z->us;
		return true;
	}
	if (z->kind != ZONE_NAMED)
		return false;
	if (narrow && utc < INT32_MIN
			? !zone_file_first(z->name, z->n, z->library == ZONE_DATEUTIL, &type)
			: !zone_file_type(z->name, z->n, utc, narrow, &type))
		return false;
	int64_t seconds = type.seconds;
	if (z->library == ZONE_PYTZ) { /* whole minutes */
		int64_t minutes = (seconds + 30) / 60 - ((seconds + 30) % 60 < 0);
		seconds = minutes * 60;
	}
	*us = seconds * US;
	return true;
}

bool zone_offset_local(const struct zone *z, int64_t local, bool fold, int64_t *us)
{
	int64_t before, after, again;

	if (local < INT64_MIN / 2 || local > INT64_MAX / 2 ||
		!zone_offset(z, local - DAY, &before) || !zone_offset(z, local + DAY, &after))
		return false;
	*us = before;
	if (before == after)
		return true;
	bool is_before = zone_offset(z, local - before / US, &again) && again == before;
	bool is_after = zone_offset(z, local - after / US, &again) && again == after;
	/* Twice there, or not at all: the first of the two unless fold is set. */
	if (is_before == is_after ? fold : is_after)
		*us = after;
	return true;
}

/* repr() of the text or None that dateutil was given. */
static void add_repr(struct buf *out, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);

	if (mf_value_kind(v) != MF_STRING) {
		buf_adds(out, "None");
		return;
	}
	buf_addc(out, '\'');
	buf_add(out, p, n);
	buf_addc(out, '\'');
}

void zone_text(struct buf *out, const struct zone *z)
{
	const struct mf_value *cls = mf_value_part(z->tz, MF_PART_CLASS);
	char text[PYTIME_SIZE];
	size_t n;

	bool tzfile = z->library == ZONE_DATEUTIL || value_is(cls, "dateutil.tz._tzfile._unpickle");
	if (tzfile && z->kind == ZONE_NAMED) {
		const struct mf_value *path =
			mf_value_kind(arg(z->tz, 2)) == MF_STRING ? arg(z->tz, 2) : arg(z->tz, 1);
		buf_adds(out, "tzfile(");
		add_repr(out, mf_value_kind(path) == MF_STRING ? path : state(z->tz, "_filename"));
		buf_addc(out, ')');
	} else if (z->kind == ZONE_NAMED) {
		buf_add(out, z->name, z->n);
	} else if (value_is(cls, "pytz.FixedOffset")) {
		buf_addf(out, "pytz.FixedOffset(%lld)", (long long)mf_value_int(arg(z->tz, 0)));
	} else if (value_is(cls, "dateutil.tz.tz.tzoffset") ||
		   value_is(cls, "dateutil.tz.tzoffset")) {
		buf_adds(out, "tzoffset(");
		add_repr(out, arg(z->tz, 1) ? arg(z->tz, 0) : state(z->tz, "_name"));
		buf_addf(out, ", %lld)", (long long)(z->us / US));
	} else if (value_is(cls, "dateutil.tz.tz.tzutc") || value_is(cls, "dateutil.tz.tzutc")) {
		buf_adds(out, "tzutc()");
	} else if (value_is(cls, "dateutil.tz.tz.tzlocal") ||
		   value_is(cls, "dateutil.tz.tzlocal")) {
		buf_adds(out, "tzlocal()");
	} else if (value_is(cls, "datetime.timezone") &&
		   mf_value_kind(arg(z->tz, 1)) == MF_STRING) {
		const char *p = mf_value_text(arg(z->tz, 1), &n);
		buf_add(out, p, n);
	} else {
		n = pytime_zone_name(text, z->us);
		buf_add(out, text, n);
	}
}
