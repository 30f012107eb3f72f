/* codec/zone.h: the time zones of Python's tzinfo objects, as pickles carry them: fixed offsets,
 * and the names of zones of pytz, zoneinfo and dateutil, which the system's zone database knows
 * (TZDIR, else /usr/share/zoneinfo). Any thread; the process's own time zone has no part in it. */
#ifndef MF_CODEC_ZONE_H
#define MF_CODEC_ZONE_H

#include "../base/buf.h"
#include "value.h"

struct zone {
	enum zone_kind {
		ZONE_FIXED, /* us */
		ZONE_NAMED, /* name */
		ZONE_OTHER  /* a tzinfo that says nothing we could know */
	} kind;
	/* pytz and older dateutil know the years 1901 to 2037, and nothing changes outside of them.
	 */
	enum zone_library { ZONE_MODERN, ZONE_PYTZ, ZONE_DATEUTIL } library;
	int64_t us;
	const char *name; /* in the database; lent from the value, not NUL-terminated */
	size_t n;
	const struct mf_value *tz;
};

/* False for what is no tzinfo object that we know of. */
bool zone_read(struct zone *out, const struct mf_value *tz);
/* A zone of the database by its name, or a fixed offset "+01:30". */
void zone_named(struct zone *out, const char *name, size_t n);
/* Distance from UTC in microseconds at a time in seconds since 1970 UTC; false: not known (no such
 * file). */
bool zone_offset(const struct zone *z, int64_t utc, int64_t *us);
/* The same for a local time, given as seconds since 1970 as if it were UTC; fold tells which of
 * two. */
bool zone_offset_local(const struct zone *z, int64_t local, bool fold, int64_t *us);
/* Append str() of the tzinfo object, as types have it: UTC, Europe/Helsinki, pytz.FixedOffset(90).
 */
void zone_text(struct buf *out, const struct zone *z);

/* ---- zone_file.c ---- */

struct zone_type {
	int32_t seconds; /* east of UTC */
	bool dst;
};
/* What a file of the database says about a time; `narrow`: of its years 1901 to 2037 alone. False:
 * no such file, or not one of the format. */
bool zone_file_type(const char *name, size_t n, int64_t utc, bool narrow, struct zone_type *out);
/* What it says about the time before the first change; of several the first standard time, or the
 * first of all. */
bool zone_file_first(const char *name, size_t n, bool standard, struct zone_type *out);

/* The rule behind the last change, as POSIX writes it in TZ: EET-2EEST,M3.5.0/3,M10.5.0/4. False:
 * not of that form. */
bool zone_rule(const char *p, size_t n, int64_t utc, struct zone_type *out);

#endif
