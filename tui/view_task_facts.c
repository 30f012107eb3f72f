#include "view_task_facts.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/fmt.h"
#include "data.h"
#include "trigger.h"

enum { LINE_BYTES = 64 << 10, TASKS_MOST = 2000, TRACE_LINES = 400 };

struct facts *facts_new(struct mf_client *client, const char *path, bool again, bool utc)
{
	struct facts *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	*f = (struct facts){.client = client,
		.cancel = mf_cancel_new(),
		.path = strdup(path),
		.again = again,
		.utc = utc,
		.duration = -1,
		.err = MF_ERROR_INIT};
	if (!f->cancel || !f->path) {
		facts_free(f);
		return NULL;
	}
	return f;
}

void facts_free(void *arg)
{
	struct facts *f = arg;

	if (!f)
		return;
	for (size_t i = 0; i < f->facts.n; i++) {
		free(f->facts.v[i].name);
		free(f->facts.v[i].text);
		free(f->facts.v[i].link);
		free(f->facts.v[i].url);
	}
	vec_release(&f->facts);
	mf_cancel_free(f->cancel);
	free(f->traceback);
	free(f->path);
	free(f);
}

void facts_cancel(void *arg)
{
	mf_cancel_set(((struct facts *)arg)->cancel);
}

/* ---- one line ---- */

/* What is out of memory is missing, and said. */
static void add(struct facts *f, enum section section, const char *name, const char *text, unsigned attr,
	const char *link)
{
	struct fact a = {section, strdup(name), strdup(text), attr, link ? strdup(link) : NULL, NULL};

	if (a.name && a.text && (a.link || !link) && vec_push(&f->facts, a))
		return;
	free(a.name);
	free(a.text);
	free(a.link);
	f->rc = err_nomem(&f->err);
}

/* A value as one line: text as it is. */
static void value_line(const struct mf_value *v, struct buf *out)
{
	struct mf_sink sink = {buf_sink_write, out};
	size_t n;
	const char *p = mf_value_kind(v) == MF_STRING ? mf_value_text(v, &n) : NULL;

	if (p)
		buf_add(out, p, n);
	else
		(void)mf_value_print_text(v, &sink, 2000, NULL);
}

static void add_value(struct facts *f, enum section section, const char *name, const struct mf_value *v,
	unsigned attr, bool link)
{
	struct buf b = BUF_INIT(LINE_BYTES);

	if (mf_value_kind(v) == MF_FAILURE) {
		buf_addf(&b, "cannot be read: %s", mf_value_error(v)->message);
		attr = ST_ERROR;
		link = false;
	} else if (mf_value_kind(v) != MF_NULL) {
		value_line(v, &b);
	}
	if (b.n)
		add(f, section, name, b.p, attr, link ? b.p : NULL);
	buf_release(&b);
}

/* Append a text; texts of a pickle end where their length says. */
static void add_text(struct buf *out, const struct mf_value *v, const char *otherwise)
{
	size_t n;
	const char *p = mf_value_text(v, &n);

	buf_add(out, p ? p : otherwise, p ? n : strlen(otherwise));
}

static int64_t int_of(struct mf_object *o, const char *field)
{
	const struct mf_value *v = mf_object_get(o, field);

	return mf_value_kind(v) == MF_INT ? mf_value_int(v) : MF_NO_TIME;
}

static enum ui_status status_of(struct mf_object *o)
{
	struct buf b = BUF_INIT(64);

	add_text(&b, mf_object_get(o, "status"), "unknown");
	enum ui_status status = data_status_named(b.p);
	buf_release(&b);
	return status;
}

static void add_time(struct facts *f, const char *name, int64_t ms)
{
	struct buf b = BUF_INIT(128);

	if (ms == MF_NO_TIME)
		return;
	fmt_datetime(&b, ms, f->utc);
	buf_adds(&b, "  ");
	fmt_ago(&b, ms, mf_client_now(f->client), f->utc);
	add(f, SECTION_STATUS, name, b.p, ST_TIME, NULL);
	buf_release(&b);
}

/* ---- sections ---- */

static void add_status(struct facts *f, struct mf_object *o)
{
	struct buf b = BUF_INIT(LINE_BYTES);
	const struct mf_value *reason = mf_object_get(o, "status_reason");
	unsigned attr;

	f->status = status_of(o);
	f->live = f->status == UI_RUNNING || f->status == UI_PENDING;
	f->duration = int_of(o, "duration_ms");
	attr = cell_status(&b, f->status);
	add(f, SECTION_STATUS, "status", b.p, attr, NULL);
	add_value(f, SECTION_STATUS, "because", mf_value_get(reason, "text"), ST_TEXT, false);
	add_value(f, SECTION_STATUS, "evidence", mf_value_get(reason, "evidence"), ST_DIM, false);
	add_time(f, "created", mf_object_created(o));
	add_time(f, "started", int_of(o, "started_at"));
	add_time(f, "ended", int_of(o, "ended_at"));
	buf_clear(&b);
	if (f->duration != MF_NO_TIME) {
		fmt_duration(&b, f->duration);
		add(f, SECTION_STATUS, "duration", b.p, ST_STRONG, NULL);
	} else {
		f->duration = -1;
	}
	add_value(f, SECTION_STATUS, "runtime", mf_object_get(o, "runtime_name"), ST_TEXT, false);
	add_value(f, SECTION_STATUS, "cloned from", mf_object_get(o, "origin_pathspec"), ST_LINK, true);
	buf_clear(&b);
	int64_t out = int_of(o, "stdout_size"), err = int_of(o, "stderr_size");
	if (out > 0 || err > 0) {
		buf_adds(&b, "stdout ");
		fmt_size(&b, out > 0 ? out : 0);
		buf_adds(&b, " · stderr ");
		fmt_size(&b, err > 0 ? err : 0);
		add(f, SECTION_STATUS, "output", b.p, ST_TEXT, NULL);
	}
	buf_release(&b);
}

/* "ValueError: bad learning rate" */
static void exception_line(const struct mf_value *e, struct buf *out)
{
	size_t n, before = out->n;
	const char *message = mf_value_text(mf_value_get(e, "message"), &n);

	struct buf type = BUF_INIT(LINE_BYTES);
	add_text(&type, mf_value_get(e, "type"), "");
	buf_adds(out, str_starts(type.p, "builtins.") ? type.p + 9 : type.p);
	buf_release(&type);
	if (message && n) {
		const char *end = memchr(message, '\n', n);
		buf_adds(out, out->n > before ? ": " : "");
		buf_add(out, message, end ? (size_t)(end - message) : n);
	}
}

static void add_attempt(struct facts *f, struct mf_object *o, int number, bool current)
{
	struct buf b = BUF_INIT(LINE_BYTES), name = BUF_INIT(64), part = BUF_INIT(64);
	enum ui_status status = status_of(o);
	int64_t started = int_of(o, "started_at"), duration = int_of(o, "duration_ms");

	buf_addf(&name, "attempt %d", number);
	buf_addf(&b, "%s %-9s  ", status_glyph(status), status_name(status));
	if (started != MF_NO_TIME)
		fmt_clock(&b, started, f->utc);
	else
		buf_adds(&b, "        ");
	if (duration != MF_NO_TIME)
		fmt_duration(&part, duration);
	buf_addf(&b, "  %8s  ", part.p);
	const struct mf_value *e = mf_object_get(o, "exception");
	if (status != UI_COMPLETED && mf_value_kind(e) == MF_DICT)
		exception_line(e, &b);
	else if (current)
		add_text(&b, mf_value_get(mf_object_get(o, "status_reason"), "text"), "");
	unsigned other = status == UI_FAILED ? ST_ERROR : ST_DIM;
	add(f, SECTION_ATTEMPTS, name.p, b.p, current ? status_style(status) : other, NULL);
	buf_release(&b);
	buf_release(&name);
	buf_release(&part);
}

static void add_attempts(struct job *j, struct facts *f, struct mf_object *o)
{
	const struct mf_value *list = mf_object_get(o, "attempts");
	int current = (int)mf_value_int(mf_object_get(o, "current_attempt"));

	for (size_t i = 0; i < mf_value_count(list) && !job_cancelled(j); i++) {
		struct mf_get_options go = {.attempt = (int)mf_value_int(mf_value_item(list, i))};
		struct mf_object *other = NULL;
		if (go.attempt == current)
			add_attempt(f, o, current, true);
		else if (mf_get(&other, f->client, f->path, &go, NULL) == 0)
			add_attempt(f, other, go.attempt, false);
		mf_object_free(other);
	}
}

static void add_exception(struct facts *f, struct mf_object *o)
{
	const struct mf_value *e = mf_object_get(o, "exception");
	struct buf b = BUF_INIT(LINE_BYTES);
	size_t n = 0, lines = 0;

	if (mf_value_kind(e) == MF_FAILURE) {
		add_value(f, SECTION_EXCEPTION, "", e, ST_ERROR, false);
		return;
	}
	if (mf_value_kind(e) != MF_DICT)
		return;
	exception_line(e, &b);
	add(f, SECTION_EXCEPTION, "", b.p, ST_FAILED, NULL);
	const char *trace = mf_value_text(mf_value_get(e, "stacktrace"), &n);
	if (trace)
		f->traceback = strndup(trace, n);
	for (size_t at = 0; trace && at < n && lines < TRACE_LINES; lines++) {
		const char *end = memchr(trace + at, '\n', n - at);
		size_t to = end ? (size_t)(end - trace) : n;
		buf_clear(&b);
		buf_add(&b, trace + at, to - at);
		if (b.n)
			add(f, SECTION_EXCEPTION, "", b.p, ST_TEXT, NULL);
		at = to + 1;
	}
	buf_release(&b);
}

static void add_foreach(struct facts *f, struct mf_object *o)
{
	const struct mf_value *path = mf_object_get(o, "foreach_path");
	struct buf b = BUF_INIT(LINE_BYTES), name = BUF_INIT(LINE_BYTES);

	for (size_t i = 0; i < mf_value_count(path); i++) {
		const struct mf_value *at = mf_value_item(path, i);
		buf_clear(&b);
		buf_clear(&name);
		value_line(mf_value_get(at, "value"), &b);
		const struct mf_value *index = mf_value_get(at, "index"), *of = mf_value_get(at, "num_splits");
		if (mf_value_kind(index) == MF_INT)
			buf_addf(&b, "   %lld", (long long)mf_value_int(index));
		if (mf_value_kind(index) == MF_INT && mf_value_kind(of) == MF_INT)
			buf_addf(&b, " of 0–%lld", (long long)mf_value_int(of) - 1);
		buf_adds(&b, "   in ");
		add_text(&b, mf_value_get(at, "step"), "?");
		add_text(&name, mf_value_get(at, "variable"), "index");
		add(f, SECTION_FOREACH, name.p, b.p, ST_STRONG, NULL);
	}
	buf_release(&b);
	buf_release(&name);
}

/* What triggered the run, which its start task carries: an event, or a run to go to. */
static void add_trigger(struct facts *f, struct mf_object *o)
{
	const struct mf_value *events;
	struct mf_object *run = NULL;
	struct buf b = BUF_INIT(LINE_BYTES), id = BUF_INIT(LINE_BYTES);
	char *path = mf_value_get(mf_object_get(o, "metadata_dict"), "execution-triggers")
			     ? data_parent(f->path, 2)
			     : NULL;

	if (path && mf_get(&run, f->client, path, NULL, NULL) == 0) {
		events = mf_value_get(mf_object_get(run, "trigger"), "events");
		for (size_t i = 0; i < mf_value_count(events); i++) {
			const struct mf_value *e = mf_value_item(events, i);
			buf_clear(&b);
			buf_clear(&id);
			trigger_text(e, mf_client_now(f->client), f->utc, &b, &id);
			add(f, SECTION_TRIGGER, id.n ? "run" : "event", b.p, id.n ? ST_LINK : ST_TEXT,
				id.n ? id.p : NULL);
		}
	}
	mf_object_free(run);
	free(path);
	buf_release(&b);
	buf_release(&id);
}

static void add_place(struct facts *f, enum section section, const struct mf_place *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct mf_place_fact *a = &p->facts[i];
		const char *text = a->value;
		size_t before = f->facts.n;
		unsigned attr = a->task || a->url ? ST_LINK : ST_TEXT;
		if (str_starts(a->name, "spot-"))
			attr = ST_WARNING;
		if (a->task) { /* of the same run */
			const char *step = strchr(text, '/');
			step = step ? strchr(step + 1, '/') : NULL;
			text = step ? step + 1 : text;
		}
		add(f, section, a->label, text, attr, a->task);
		if (!a->url || f->facts.n == before)
			continue;
		f->facts.v[before].url = strdup(a->url);
		if (!f->facts.v[before].url)
			f->rc = err_nomem(&f->err);
	}
}

static void add_places(struct facts *f, struct mf_object *o)
{
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_place *places;
	size_t n;

	int rc = mf_task_places(o, &places, &n, &err);
	for (size_t i = 0; i < n && i < MF_PLACES; i++) {
		f->places[i] = places[i].title;
		add_place(f, (enum section)(SECTION_PLACE + i), &places[i]);
	}
	if (rc < 0 && n < MF_PLACES) {
		f->places[n] = "Where it ran";
		add(f, (enum section)(SECTION_PLACE + n), "", err.message, ST_ERROR, NULL);
	}
}

static void add_tasks(struct facts *f, struct mf_object *o, enum section section, const char *field)
{
	const struct mf_value *list = mf_object_get(o, field);
	struct buf path = BUF_INIT(LINE_BYTES);

	for (size_t i = 0; i < mf_value_count(list) && i < TASKS_MOST; i++) {
		buf_clear(&path);
		add_text(&path, mf_value_item(list, i), "");
		/* The run is the same: its step and task say enough. */
		const char *step = strchr(path.p, '/');
		step = step ? strchr(step + 1, '/') : NULL;
		add(f, section, "", step ? step + 1 : path.p, ST_LINK, path.p);
	}
	buf_release(&path);
}

static void add_dict(struct facts *f, enum section section, const struct mf_value *v)
{
	if (mf_value_kind(v) == MF_FAILURE) {
		add_value(f, section, "", v, ST_ERROR, false);
		return;
	}
	if (mf_value_kind(v) != MF_DICT)
		return;
	struct buf name = BUF_INIT(LINE_BYTES);
	for (size_t i = 0; i < mf_value_count(v); i++) {
		buf_clear(&name);
		add_text(&name, mf_value_key(v, i), "?");
		add_value(f, section, name.p, mf_value_item(v, i), ST_TEXT, false);
	}
	buf_release(&name);
}

void facts_run(struct job *j, void *arg)
{
	struct facts *f = arg;
	struct mf_object *o = NULL;

	if (f->again)
		mf_client_forget(f->client);
	f->rc = mf_get(&o, f->client, f->path, NULL, &f->err);
	if (f->rc < 0)
		return;
	if (mf_object_error(o))
		add(f, SECTION_STATUS, "record", mf_object_error(o)->message, ST_ERROR, NULL);
	add_status(f, o);
	add_attempts(j, f, o);
	add_exception(f, o);
	add_foreach(f, o);
	add_trigger(f, o);
	add_tasks(f, o, SECTION_PARENTS, "parent_tasks");
	add_tasks(f, o, SECTION_CHILDREN, "child_tasks");
	add_places(f, o);
	add_dict(f, SECTION_CODE, mf_object_get(o, "code"));
	add_dict(f, SECTION_ENVIRONMENT, mf_object_get(o, "environment_info"));
	add_dict(f, SECTION_METADATA, mf_object_get(o, "metadata_dict"));
	mf_object_free(o);
}
