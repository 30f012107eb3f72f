/* codec/pytime.h: Python's datetime family, as their pickles carry it (json-values.md §7). Offsets of named zones that the
 * stream does not hold come from the system's zone database (zone.h). */
#ifndef MF_CODEC_PYTIME_H
#define MF_CODEC_PYTIME_H

#include <stddef.h>
#include <stdint.h>

#include "value.h"

enum { PYTIME_SIZE = 64 };

struct pytime_delta {
	int64_t days;
	int32_t seconds, microseconds; /* not negative */
};

/* isoformat() of a datetime.datetime, date or time: the length, NUL-terminated; 0 if the object
 * does not have the shape of one or is in a zone whose offset nobody knows. */
size_t pytime_datetime(char out[PYTIME_SIZE], const struct mf_value *v);
size_t pytime_date(char out[PYTIME_SIZE], const struct mf_value *v);
size_t pytime_time(char out[PYTIME_SIZE], const struct mf_value *v);
/* A datetime.timedelta, normalised. */
bool pytime_timedelta(const struct mf_value *v, struct pytime_delta *out);
/* The distance from UTC, in microseconds, of a tzinfo object that has only one: datetime.timezone,
 * UTC and the localised zones of pytz, dateutil's tzutc. */
bool pytime_offset(const struct mf_value *tz, int64_t *us);
/* The name datetime.timezone makes up for an offset: "UTC", "UTC+05:30". NUL-terminated. */
size_t pytime_zone_name(char out[PYTIME_SIZE], int64_t us);

#endif
