#include <string.h>

#include "column.h"

/* BlockManagers: columns of one type are the rows of a block, and each block says which columns
 * those are. Two ways to write that: (blocks, axes) as arguments since pandas 1.3 for DataFrames;
 * a state whose last part is a dict with a version before that, and for Series. */

enum { MAX_COLUMNS = 1 << 20 };

static bool is_list(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_LIST || mf_value_kind(v) == MF_TUPLE;
}

struct parts {
	const struct mf_value *axes, *blocks;
};

static bool manager_parts(struct parts *out, const struct mf_value *manager)
{
	const struct mf_value *args = mf_value_part(manager, MF_PART_ARGS);
	const struct mf_value *state = mf_value_part(manager, MF_PART_STATE);

	if (!pandas_is(manager, "BlockManager") && !pandas_is(manager, "SingleBlockManager"))
		return false;
	if (is_list(state) && mf_value_count(state) >= 4) {
		const struct mf_value *named = mf_value_get(mf_value_item(state, 3), "0.14.1");
		*out = (struct parts){mf_value_get(named, "axes"), mf_value_get(named, "blocks")};
	} else {
		*out = (struct parts){mf_value_item(args, 1), mf_value_item(args, 0)};
	}
	return is_list(out->blocks) && is_list(out->axes);
}

const struct mf_value *frame_axis(const struct mf_value *manager, size_t i)
{
	struct parts parts;
	return manager_parts(&parts, manager) ? mf_value_item(parts.axes, i) : NULL;
}

/* The values of a block, and where they belong: a dict, or _unpickle_block(values, placement,
 * ndim). */
static const struct mf_value *block_values(
	const struct mf_value *block, const struct mf_value **placement)
{
	const struct mf_value *args = mf_value_part(block, MF_PART_ARGS);

	if (mf_value_kind(block) == MF_DICT) {
		*placement = mf_value_get(block, "mgr_locs");
		return mf_value_get(block, "values");
	}
	if (!pandas_is(block, "_unpickle_block") && !pandas_is(block, "new_block"))
		return NULL;
	*placement = mf_value_item(args, 1);
	return mf_value_item(args, 0);
}

/* Where the rows of a block belong: a slice, or an array. */
struct placement {
	int64_t start, step;
	struct vector places;
	bool listed;
};

static bool read_placement(
	struct placement *out, struct reader *r, const struct mf_value *v, size_t rows)
{
	const struct mf_value *args = mf_value_part(v, MF_PART_ARGS),
			      *cls = mf_value_part(v, MF_PART_CLASS);
	int64_t part[3];

	*out = (struct placement){0};
	if (pandas_is(v, "BlockPlacement"))
		return r->depth++ < 2 && read_placement(out, r, mf_value_item(args, 0), rows);
	if (!value_is(cls, "builtins.slice")) {
		out->listed = true;
		return vector_read(&out->places, r, v, 0) && vector_is_int(&out->places) &&
		       out->places.n == rows;
	}
	for (size_t i = 0; i < 3; i++) {
		const struct mf_value *x = mf_value_item(args, i);
		bool none = mf_value_kind(x) == MF_NULL;
		part[i] = none ? (i == 2 ? 1 : i == 1 ? -1 : 0) : mf_value_int(x);
		if ((!none && mf_value_kind(x) != MF_INT) || part[i] < -MAX_COLUMNS * 2 ||
			part[i] > MAX_COLUMNS * 2)
			return false;
	}
	out->start = part[0];
	out->step = part[2];
	/* What the slice ends with follows from the rows. */
	return part[2] != 0;
}

static bool place_block(
	const struct column **columns, size_t n, struct reader *r, const struct mf_value *block)
{
	const struct mf_value *where, *values = block_values(block, &where);
	struct placement placement;
	size_t rows = values ? column_rows(r, values) : 0;

	if (!values || rows > n)
		return false;
	bool ok = read_placement(&placement, r, where, rows);
	r->depth = 0;
	for (size_t i = 0; ok && i < rows; i++) {
		int64_t at = placement.listed ? vector_int(&placement.places, i)
					      : placement.start + placement.step * (int64_t)i;
		if (at < 0 || (uint64_t)at >= n || columns[at])
			return false;
		columns[at] = column_read(r, values, i);
		if (!columns[at])
			return false;
	}
	return ok;
}

bool frame_blocks(struct frame *out, struct reader *r, const struct mf_value *manager)
{
	struct parts parts;

	if (!manager_parts(&parts, manager) || mf_value_count(parts.axes) != 2)
		return false;
	out->kind = FRAME_DATA;
	r->frame = false;
	out->names = column_read(r, mf_value_item(parts.axes, 0), 0);
	out->index = out->names ? column_read(r, mf_value_item(parts.axes, 1), 0) : NULL;
	r->frame = true;
	if (!out->index || out->names->n > MAX_COLUMNS)
		return false;
	out->ncols = out->names->n;
	out->nrows = out->index->n;
	const struct column **columns =
		arena_calloc(r->a, out->ncols, sizeof(const struct column *));
	if (!columns)
		return false;
	for (size_t i = 0; i < mf_value_count(parts.blocks); i++)
		if (!place_block(columns, out->ncols, r, mf_value_item(parts.blocks, i)))
			return false;
	for (size_t i = 0; i < out->ncols; i++)
		if (!columns[i] || columns[i]->n != out->nrows)
			return false;
	out->columns = columns;
	return true;
}

const struct column *frame_single(
	struct reader *r, const struct mf_value *manager, const struct column **index)
{
	const struct mf_value *values, *placement;
	struct parts parts;

	if (!manager_parts(&parts, manager) || mf_value_count(parts.axes) != 1 ||
		mf_value_count(parts.blocks) != 1)
		return NULL;
	*index = column_read(r, mf_value_item(parts.axes, 0), 0);
	values = block_values(mf_value_item(parts.blocks, 0), &placement);
	return *index && values ? column_read(r, values, 0) : NULL;
}
