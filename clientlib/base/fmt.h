/* base/fmt.h: times, durations and sizes as text, and back. Times are milliseconds since 1970 UTC. Pure but for the time
 * zone, which comes from TZ (localtime_r). */
#ifndef MF_BASE_FMT_H
#define MF_BASE_FMT_H

#include <stdint.h>

#include "buf.h"

/* 2026-11-21T01:33:34.282Z */
void fmt_rfc3339(struct buf *b, int64_t ms);
/* 2026-11-21 01:33:34, local or UTC */
void fmt_datetime(struct buf *b, int64_t ms, bool utc);
/* 01:33:34 */
void fmt_clock(struct buf *b, int64_t ms, bool utc);
/* 340ms, 2.1s, 12m04s, 3h05m, 2d04h */
void fmt_duration(struct buf *b, int64_t ms);
/* "just now", "5 s ago", "3 min ago", "2 h ago", "yesterday", "5 days ago", then the date; times ahead: "in 5 s" */
void fmt_ago(struct buf *b, int64_t ms, int64_t now, bool utc);
/* 512 B, 1.2 KB, 3.4 MB (powers of 1024) */
void fmt_size(struct buf *b, int64_t bytes);
/* 1,204 */
void fmt_count(struct buf *b, int64_t n);

/* A point in time: RFC 3339 (blank for T, fraction and zone optional; without a zone local time), a date, a unix age
 * ("90s", "2h", "3d", "1w": that long before now), "now". False if it is none of these. */
bool parse_time(const char *s, int64_t now, int64_t *ms);
/* "1.5h", "200ms", "90" (seconds): milliseconds. */
bool parse_duration(const char *s, int64_t *ms);
/* "1048576", "64K", "1.5 GiB": K, M, G, T, P are powers of 1024. */
bool parse_size(const char *s, double *bytes);

/* The system's clock. */
int64_t clock_now_ms(void);
/* Sleep so long, whatever signals come. */
void clock_sleep_ms(int64_t ms);

#endif
