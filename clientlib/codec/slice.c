#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../base/limits.h"
#include "../base/text.h"
#include "../base/util.h"
#include "frame.h"
#include "ndarray.h"
#include "select.h"

/* ---- text ---- */

static bool number(const char **p, int64_t *out, bool *has)
{
	char *end;
	while (**p == ' ')
		++*p;
	errno = 0;
	long long n = strtoll(*p, &end, 10);
	*has = end != *p;
	*out = n;
	*p = end;
	while (**p == ' ')
		++*p;
	return !errno;
}

static bool parse_axis(struct slice_axis *axis, const char **p)
{
	bool has_step = false;
	*axis = (struct slice_axis){.step = 1};
	if (!number(p, &axis->start, &axis->has_start))
		return false;
	if (**p != ':')
		return axis->has_start;
	axis->range = true;
	++*p;
	if (!number(p, &axis->stop, &axis->has_stop))
		return false;
	if (**p == ':') {
		++*p;
		if (!number(p, &axis->step, &has_step))
			return false;
		if (!has_step)
			axis->step = 1;
	}
	return axis->step != 0 && axis->step != INT64_MIN;
}

int slice_parse(
	struct slice_axis axes[SLICE_MAX_AXES], size_t *n, const char *text, struct mf_error *err)
{
	const char *p = text;
	for (*n = 0; *n < SLICE_MAX_AXES; p++) {
		if (!parse_axis(&axes[(*n)++], &p))
			break;
		if (!*p)
			return MF_OK;
		if (*p != ',')
			break;
	}
	err_set(err, MF_EUSAGE, "“%.100s” is not a slice", text);
	err_hint(err, "a range or an index for each axis: 0:10,3 or ::2 or -1");
	return MF_EUSAGE;
}

/* As Python's slice.indices(). */
bool slice_of(const struct slice_axis *axis, size_t n, size_t *first, int64_t *step, size_t *count)
{
	int64_t len = (int64_t)n, from = axis->start, to = axis->stop;
	if (!axis->range) {
		if (from < -len || from >= len)
			return false;
		*first = (size_t)(from < 0 ? from + len : from);
		*step = 1;
		*count = 1;
		return true;
	}
	bool up = axis->step > 0;
	int64_t low = up ? 0 : -1, high = up ? len : len - 1;
	from = !axis->has_start ? (up ? low : high)
	       : from < 0       ? (from < -len ? low : from + len)
				: from;
	to = !axis->has_stop ? (up ? high : low) : to < 0 ? (to < -len ? low : to + len) : to;
	from = from < low ? low : from > high ? high : from;
	to = to < low ? low : to > high ? high : to;
	*step = axis->step;
	*first = from < 0 ? 0 : (size_t)from;
	uint64_t span = up ? (to > from ? (uint64_t)(to - from) : 0)
			   : (from > to ? (uint64_t)(from - to) : 0);
	uint64_t by = up ? (uint64_t)axis->step : (uint64_t)-axis->step;
	*count = (size_t)((span + by - 1) / by);
	return true;
}

int slice_out_of_range(const struct slice_axis *axis, size_t n, struct mf_error *err)
{
	return err_set(err, MF_ENOTFOUND, "index %lld is out of range: there are %zu",
		(long long)axis->start, n);
}

/* ---- frames, lists, text ---- */

static int slice_frame(struct arena *a, const struct frame *f, const struct slice_axis *axes,
	size_t n, struct mf_value **out, struct mf_error *err)
{
	static const struct slice_axis all = {.range = true, .step = 1};
	size_t row, col, rows, cols;
	int64_t row_step, col_step;
	if (n > 2 || (n == 2 && f->kind != FRAME_DATA))
		return err_set(err, MF_EUNSUPPORTED, "%zu axes are asked for, it has %d", n,
			f->kind == FRAME_DATA ? 2 : 1);
	if (!slice_of(&axes[0], f->nrows, &row, &row_step, &rows))
		return slice_out_of_range(&axes[0], f->nrows, err);
	if (!slice_of(n > 1 ? &axes[1] : &all, f->ncols, &col, &col_step, &cols))
		return slice_out_of_range(&axes[1], f->ncols, err);
	struct mf_value *list = value_new(a, MF_LIST);
	for (size_t i = 0; list && i < rows; i++) {
		size_t r = (size_t)((int64_t)row + (int64_t)i * row_step);
		struct mf_value *item = f->kind == FRAME_DATA ? value_new(a, MF_DICT)
							      : column_cell(f->columns[0], a, r);
		for (size_t k = 0; item && f->kind == FRAME_DATA && k < cols; k++) {
			size_t c = (size_t)((int64_t)col + (int64_t)k * col_step);
			if (!value_put(a, item, column_cell(f->names, a, c),
				    column_cell(f->columns[c], a, r)))
				return err_nomem(err);
		}
		if (!item || !value_push(a, list, item))
			return err_nomem(err);
	}
	if (!list)
		return err_nomem(err);
	*out = axes[0].range ? list : list->u.list.v[0];
	return MF_OK;
}

static int slice_list(struct arena *a, const struct mf_value *v, const struct slice_axis *axes,
	size_t n, struct mf_value **out, struct mf_error *err)
{
	size_t first, count;
	int64_t step;
	if (!slice_of(&axes[0], v->u.list.n, &first, &step, &count))
		return slice_out_of_range(&axes[0], v->u.list.n, err);
	struct mf_value *list = value_new(a, v->kind);
	if (!list)
		return err_nomem(err);
	for (size_t i = 0; i < count; i++) {
		struct mf_value *item = v->u.list.v[(size_t)((int64_t)first + (int64_t)i * step)];
		int rc = n > 1 ? value_slice(a, item, axes + 1, n - 1, &item, err) : MF_OK;
		if (rc < 0)
			return rc;
		if (!axes[0].range) {
			*out = item;
			return MF_OK;
		}
		if (!value_push(a, list, item))
			return err_nomem(err);
	}
	*out = list;
	return MF_OK;
}

/* Characters of text, bytes of bytes. */
static int slice_text(struct arena *a, const struct mf_value *v, const struct slice_axis *axis,
	struct mf_value **out, struct mf_error *err)
{
	size_t first, count, units = 0, size = v->u.s.n;
	int64_t step;
	bool text = v->kind == MF_STRING;
	const char *p = v->u.s.p;
	size_t *at = NULL;
	if (text && !(at = malloc((size + 1) * sizeof(*at))))
		return err_nomem(err);
	for (size_t i = 0; text && i < size; units++) {
		int32_t c;
		at[units] = i;
		i += utf8_next(p + i, size - i, &c);
	}
	if (text)
		at[units] = size;
	else
		units = size;
	int rc = MF_OK;
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	if (!slice_of(axis, units, &first, &step, &count))
		rc = slice_out_of_range(axis, units, err);
	for (size_t i = 0; rc == MF_OK && i < count; i++) {
		size_t k = (size_t)((int64_t)first + (int64_t)i * step);
		buf_add(&b, p + (text ? at[k] : k), text ? at[k + 1] - at[k] : 1);
	}
	if (rc == MF_OK) {
		char *copy = b.failed ? NULL : arena_strndup(a, b.p ? b.p : "", b.n);
		*out = copy ? value_text(a, v->kind, copy, b.n) : NULL;
		rc = *out ? MF_OK : err_nomem(err);
	}
	buf_release(&b);
	free(at);
	return rc;
}

int value_slice(struct arena *a, const struct mf_value *v, const struct slice_axis *axes, size_t n,
	struct mf_value **out, struct mf_error *err)
{
	struct ndarray array;
	struct frame frame;
	if (ndarray_view(&array, a, v, true))
		return slice_array(a, &array, axes, n, out, err);
	if (frame_view(&frame, a, v))
		return slice_frame(a, &frame, axes, n, out, err);
	if (a->full)
		return err_nomem(err);
	switch (mf_value_kind(v)) {
	case MF_LIST:
	case MF_TUPLE: return slice_list(a, v, axes, n, out, err);
	case MF_STRING:
	case MF_BYTES:
	case MF_BYTEARRAY:
		if (n == 1)
			return slice_text(a, v, axes, out, err);
		break;
	default: break;
	}
	return err_set(err, MF_EUNSUPPORTED,
		"the value has no axes: arrays, tables, lists and text can be sliced");
}
