/* cells.c: values of objects, and how they look in a cell (declared in data.h). */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "data.h"

/* ---- values ---- */

const struct mf_value *data_peek(const struct mf_object *o, const char *field)
{
	int f = o ? mf_field_find(mf_object_entity(o), field) : -1;
	const struct mf_value *v = f < 0 ? NULL : mf_object_peek(o, f);

	return v && mf_value_kind(v) != MF_NULL && !mf_value_error(v) ? v : NULL;
}

int64_t data_int(const struct mf_object *o, const char *field, int64_t otherwise)
{
	const struct mf_value *v = data_peek(o, field);

	return v && mf_value_kind(v) == MF_INT ? mf_value_int(v) : otherwise;
}

const char *data_text(const struct mf_object *o, const char *field)
{
	size_t n;
	const char *s = mf_value_text(data_peek(o, field), &n);

	return s ? s : "";
}

enum ui_status data_status_named(const char *name)
{
	for (int i = 0; i < UI_STATUS_COUNT; i++)
		if (str_eq(status_name((enum ui_status)i), name))
			return (enum ui_status)i;
	return UI_UNKNOWN;
}

enum ui_status data_status(const struct mf_object *o)
{
	return data_status_named(data_text(o, "status"));
}

int64_t data_duration(const struct mf_object *o, int64_t now)
{
	int64_t d = data_int(o, "duration_ms", -1);

	if (d >= 0 && data_status(o) == UI_RUNNING) {
		/* As it was when it was asked for; it has gone on since. */
		int64_t from = data_int(o, "started_at", mf_object_created(o));
		if (from != MF_NO_TIME && now - from > d)
			return now - from;
	}
	return d;
}

int64_t data_tasks(const struct mf_object *o, const char *status)
{
	const struct mf_value *v = data_peek(o, "task_counts");
	int64_t sum = 0;

	if (status)
		return mf_value_int(mf_value_get(v, status));
	for (size_t i = 0; i < mf_value_count(v); i++)
		sum += mf_value_int(mf_value_item(v, i));
	return sum;
}

/* ---- cells ---- */

static bool utc(struct app *a)
{
	const struct data *d = data_of(a);

	return d && d->utc;
}

static unsigned nothing(struct buf *out)
{
	buf_adds(out, "–");
	return ST_FAINT;
}

unsigned cell_status(struct buf *out, enum ui_status status)
{
	buf_addf(out, "%s %s", status_glyph(status), status_name(status));
	return status_style(status);
}

unsigned cell_ago(struct buf *out, struct app *a, int64_t ms)
{
	if (ms == MF_NO_TIME)
		return nothing(out);
	fmt_ago(out, ms, app_present(a), utc(a));
	return ST_DIM;
}

unsigned cell_clock(struct buf *out, struct app *a, int64_t ms)
{
	if (ms == MF_NO_TIME)
		return nothing(out);
	fmt_clock(out, ms, utc(a));
	return ST_TIME;
}

unsigned cell_duration(struct buf *out, int64_t ms)
{
	if (ms < 0)
		return nothing(out);
	fmt_duration(out, ms);
	return ST_TEXT;
}

unsigned cell_size(struct buf *out, int64_t bytes)
{
	if (bytes < 0)
		return nothing(out);
	fmt_size(out, bytes);
	return ST_TEXT;
}

unsigned cell_count(struct buf *out, int64_t n)
{
	fmt_count(out, n);
	return ST_TEXT;
}

unsigned cell_text(struct buf *out, const struct mf_value *v)
{
	size_t n;
	const char *s = mf_value_text(v, &n);

	if (s)
		buf_add(out, s, n);
	return ST_TEXT;
}

unsigned cell_tags(struct buf *out, const struct mf_value *list)
{
	for (size_t i = 0; i < mf_value_count(list); i++) {
		size_t n;
		const char *s = mf_value_text(mf_value_item(list, i), &n);
		buf_adds(out, i ? " " : "");
		buf_add(out, s ? s : "?", s ? n : 1);
	}
	return ST_TAG;
}

static unsigned cell_json(struct buf *out, const struct mf_value *v)
{
	struct mf_sink sink = {buf_sink_write, out};
	size_t n;
	const char *s = mf_value_text(v, &n);

	if (s)
		buf_add(out, s, n);
	else
		mf_value_print_text(v, &sink, 200, NULL);
	return ST_TEXT;
}

unsigned cell_field(struct buf *out, struct app *a, const struct mf_object *o, const char *field)
{
	enum mf_entity entity = mf_object_entity(o);
	int f = mf_field_find(entity, field);
	size_t count, n;
	const struct mf_value *v = f < 0 ? NULL : mf_object_peek(o, f);

	if (!v)
		return ST_TEXT; /* not known yet: blank */
	if (mf_value_error(v)) {
		buf_addf(out, "(%s)", mf_code_name(mf_value_error(v)->code));
		return ST_WARNING;
	}
	if (mf_value_kind(v) == MF_NULL)
		return nothing(out);
	switch (mf_fields(entity, &count)[f].type) {
	case MF_T_TIME: return cell_ago(out, a, mf_value_int(v));
	case MF_T_DURATION: return cell_duration(out, mf_value_int(v));
	case MF_T_SIZE: return cell_size(out, mf_value_int(v));
	case MF_T_STATUS: return cell_status(out, data_status_named(mf_value_text(v, &n)));
	case MF_T_LIST: return cell_tags(out, v);
	case MF_T_INT: return cell_count(out, mf_value_int(v));
	case MF_T_BOOL: buf_adds(out, mf_value_bool(v) ? "yes" : "no"); return ST_TEXT;
	case MF_T_STRING:
	case MF_T_JSON: break;
	}
	return cell_json(out, v);
}
