/* What a service says of the newest flow, its newest runs, and where their data is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/fmt.h"
#include "doctor.h"

enum { RUNS_ASKED = 20, QUARTER_MS = 15 * 60000, BEAT_MS = 60000 };
#define TIME_MAX INT64_C(9000000000000000) /* ms; differences of such times fit, too */

/* ---- rows ---- */

/* A time in units of so many milliseconds; MF_NO_TIME. */
static int64_t time_of(const struct row_fact *f, int64_t unit)
{
	int64_t v = fact_int(f, MF_NO_TIME);
	return v < 0 || v > TIME_MAX / unit ? MF_NO_TIME : v * unit;
}

/* The id of the newest row of a list, in the arena of the doctor; NULL: it is empty. */
static void newest(struct mf_doctor *d, const struct reply *rows, const char *key, const char **id)
{
	struct arena a;
	int64_t best = MF_NO_TIME;
	arena_init(&a, 0);
	*id = NULL;
	for (size_t i = 0; i < rows->v.n && !d->failed; i++) {
		size_t n;
		const char *text = reply_text(rows, i, &n);
		struct row_fact f[] = {{.key = key}, {.key = "ts_epoch"}};
		int rc = row_facts(text, n, f, ARRAY_SIZE(f), &a);
		int64_t ts = time_of(&f[1], 1);
		bool named = rc == MF_OK && f[0].text && id_valid(f[0].text, f[0].n);
		if (named && (!*id || ts > best)) {
			best = ts;
			*id = arena_strndup(&d->arena, f[0].text, f[0].n);
		}
		if (rc == MF_ENOMEM || (named && !*id))
			d->failed = MF_ENOMEM;
	}
	arena_release(&a);
}

/* ---- requests ---- */

/* "/flows/F/runs/r…" and what follows. */
static const char *path_of(struct mf_doctor *d, const char *pathspec, const char *rest)
{
	struct buf b = BUF_INIT(64 << 10);
	service_path(&b, pathspec);
	buf_adds(&b, rest);
	const char *path = b.failed ? NULL : arena_strndup(&d->arena, b.p, b.n);
	buf_release(&b);
	if (!path)
		d->failed = MF_ENOMEM;
	return path;
}

/* Ask for a list; a failure is a finding. */
static int list(struct mf_doctor *d, const char *path, const char *what, struct asked *a,
	struct reply *rows)
{
	if (!path)
		return MF_ENOMEM;
	int rc = doctor_ask(d, path, 0, a);
	if (rc == MF_OK)
		rc = doctor_rows(a, rows, &a->err);
	if (rc < 0)
		doctor_error(d, rc == MF_ELIMIT ? MF_NOTE : MF_PROBLEM, doctor_topic(&a->err), what,
			&a->err);
	return rc;
}

/* ---- heartbeats: a service in another time zone stores them shifted (service-api.md §1.8) ---- */

static void heartbeats(struct mf_doctor *d, const struct asked *reply, const struct reply *rows)
{
	int64_t early = INT64_MAX, late = MF_NO_TIME,
		now = reply->r.date != MF_NO_TIME ? reply->r.date : clock_now_ms();
	struct arena a;
	arena_init(&a, 0);
	for (size_t i = 0; i < rows->v.n && !d->failed; i++) {
		size_t n;
		const char *text = reply_text(rows, i, &n);
		struct row_fact f[] = {{.key = "ts_epoch"}, {.key = "last_heartbeat_ts"}};
		int rc = row_facts(text, n, f, ARRAY_SIZE(f), &a);
		if (rc == MF_ENOMEM)
			d->failed = MF_ENOMEM;
		int64_t ts = time_of(&f[0], 1), beat = time_of(&f[1], 1000);
		if (rc < 0 || ts == MF_NO_TIME || beat == MF_NO_TIME)
			continue;
		if (beat - ts < early)
			early = beat - ts;
		if (beat - now > late)
			late = beat - now;
	}
	arena_release(&a);
	int64_t off = early < -BEAT_MS ? early : late > BEAT_MS ? late : 0;
	/* the shortest run ended soon after it began: the next quarter of an hour is the shift */
	int64_t quarters = (off + (off < 0 ? -QUARTER_MS / 2 : QUARTER_MS / 2)) / QUARTER_MS;
	if (off && quarters)
		doctor_say(d, MF_WARNING, "clock",
			"run it with TZ=UTC: until then runs at work look failed",
			"heartbeats of runs are about %g h %s: the service runs in another time "
			"zone than UTC",
			fabs((double)quarters / 4), off < 0 ? "too early" : "too late");
	else if (off)
		doctor_say(d, MF_WARNING, "clock", "is its clock set back and forth?",
			"heartbeats of runs are %s by more than a minute",
			off < 0 ? "too early" : "too late");
}

/* ---- namespace ---- */

static bool holds(const struct mf_value *tags, const char *tag)
{
	for (size_t i = 0; i < mf_value_count(tags); i++) {
		size_t n;
		const char *text = mf_value_text(mf_value_item(tags, i), &n);
		if (text && n == strlen(tag) && memcmp(text, tag, n) == 0)
			return true;
	}
	return false;
}

static enum doctor_mine among(struct mf_doctor *d, const struct reply *rows, const char *tag)
{
	for (size_t i = 0; i < rows->v.n; i++) {
		size_t n;
		const char *text = reply_text(rows, i, &n);
		struct mf_error err = MF_ERROR_INIT;
		struct mf_value *row;
		struct arena a;
		arena_init(&a, 0);
		bool mine = record_parse(&row, &a, text, n, "", &err) == MF_OK &&
			    (holds(mf_value_get(row, "tags"), tag) ||
				    holds(mf_value_get(row, "system_tags"), tag));
		arena_release(&a);
		if (err.code == MF_ENOMEM)
			d->failed = MF_ENOMEM;
		if (mine || d->failed)
			return MINE_SOME;
	}
	return MINE_NONE;
}

static enum doctor_mine mine(struct mf_doctor *d, const struct reply *rows, bool whole)
{
	const char *user = mf_config_user(d->config);
	enum doctor_mine found = MINE_UNKNOWN;
	char limit[16];
	if (!user)
		return found;
	const char *tag = arena_printf(&d->arena, "user:%s", user);
	if (!tag) {
		d->failed = MF_ENOMEM;
		return found;
	}
	found = among(d, rows, tag);
	if (found == MINE_SOME || whole)
		return found;
	struct asked a = ASKED_INIT;
	struct reply some;
	struct buf query = BUF_INIT(8192);
	buf_adds(&query, "/runs?_limit=1&_tags=");
	http_escape(&query, tag, strlen(tag));
	reply_init(&some);
	found = MINE_UNKNOWN;
	const char *path = path_of(d, d->flow, query.p);
	/* without X-Limit the filter was ignored */
	if (path && doctor_ask(d, path, 0, &a) == MF_OK &&
		http_header(&a.r, "X-Limit", limit, sizeof(limit)) &&
		doctor_rows(&a, &some, &a.err) == MF_OK)
		found = some.v.n ? MINE_SOME : MINE_NONE;
	if (query.failed || a.err.code == MF_ENOMEM)
		d->failed = MF_ENOMEM;
	reply_release(&some);
	buf_release(&query);
	doctor_asked_release(&a);
	return found;
}

/* ---- runs and their data ---- */

static const char *text_of(struct mf_doctor *d, const struct row_fact *f)
{
	const char *copy = f->text ? arena_strndup(&d->arena, f->text, f->n) : NULL;
	if (f->text && !copy)
		d->failed = MF_ENOMEM;
	return copy;
}

/* An artifact that every run has from its beginning: those of _parameters are few, and one request.
 */
static void data(struct mf_doctor *d)
{
	struct asked a = ASKED_INIT;
	struct reply rows;
	struct arena scratch;
	const char *pathspec = arena_printf(&d->arena, "%s/%s/_parameters", d->flow, d->run);
	struct row_fact f[] = {
		{.key = "name"}, {.key = "ds_type"}, {.key = "location"}, {.key = "sha"}};
	arena_init(&scratch, 0);
	reply_init(&rows);
	if (!pathspec) {
		d->failed = MF_ENOMEM;
	} else if (list(d, path_of(d, pathspec, "/artifacts"),
			   "the artifacts of the newest run cannot be had: ", &a, &rows) == MF_OK) {
		size_t n = 0;
		const char *text = rows.v.n ? reply_text(&rows, 0, &n) : NULL;
		int rc = text ? row_facts(text, n, f, ARRAY_SIZE(f), &scratch) : MF_ENOTFOUND;
		if (rc == MF_OK) {
			struct doctor_blob b = {text_of(d, &f[0]), text_of(d, &f[1]),
				text_of(d, &f[2]), text_of(d, &f[3])};
			doctor_blob(d, &b);
		} else if (rc == MF_ENOMEM) {
			d->failed = MF_ENOMEM;
		} else {
			doctor_say(d, MF_NOTE, "datastore", NULL,
				"the newest run, %s/%s, has stored nothing yet", d->flow, d->run);
		}
	}
	reply_release(&rows);
	arena_release(&scratch);
	doctor_asked_release(&a);
}

/* The runs of the newest flow. */
static void runs(struct mf_doctor *d)
{
	struct asked a = ASKED_INIT;
	struct reply rows;
	char limit[16], rest[64];
	enum doctor_mine own = MINE_UNKNOWN;
	reply_init(&rows);
	snprintf(rest, sizeof(rest), "/runs?_limit=%d", RUNS_ASKED);
	if (list(d, path_of(d, d->flow, rest), "the runs of the newest flow cannot be had: ", &a,
		    &rows) == MF_OK) {
		newest(d, &rows, "run_number", &d->run);
		heartbeats(d, &a, &rows);
		own = mine(d, &rows, !http_header(&a.r, "X-Limit", limit, sizeof(limit)));
	}
	reply_release(&rows);
	doctor_asked_release(&a);
	doctor_user(d, own);
}

void doctor_service_runs(struct mf_doctor *d)
{
	struct asked a = ASKED_INIT;
	struct reply rows;
	reply_init(&rows);
	if (!d->database_down &&
		list(d, "/flows?_limit=1", "flows cannot be listed: ", &a, &rows) == MF_OK) {
		newest(d, &rows, "flow_id", &d->flow);
		if (!d->flow)
			doctor_say(d, MF_WARNING, "history", "is it the right service?",
				"the service has no flow yet");
	}
	reply_release(&rows);
	doctor_asked_release(&a);
	if (d->flow)
		runs(d);
	else
		doctor_user(d, MINE_UNKNOWN);
	doctor_datastore(d);
	if (d->run)
		data(d);
}
