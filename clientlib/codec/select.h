/* codec/select.h: parts of values: --path and --slice. */
#ifndef MF_CODEC_SELECT_H
#define MF_CODEC_SELECT_H

#include "ndarray.h"

/* One axis of a slice as Python has it. */
struct slice_axis {
	bool range; /* start:stop:step; otherwise the index `start` */
	bool has_start, has_stop;
	int64_t start, stop, step;
};

enum { SLICE_MAX_AXES = 64 };

/* "0:10,3,::2": MF_EUSAGE if it is malformed. */
int slice_parse(
	struct slice_axis axes[SLICE_MAX_AXES], size_t *n, const char *text, struct mf_error *err);
/* The positions first, first + step, … that an axis takes of n items; false: an index out of range.
 * An index takes one. */
bool slice_of(const struct slice_axis *axis, size_t n, size_t *first, int64_t *step, size_t *count);
/* The part that the axes take of an array, a frame (rows as dicts), a list, text or bytes; made in
 * the arena, sharing what it can with v. MF_ENOTFOUND: out of range; MF_EUNSUPPORTED: no such axes.
 */
int value_slice(struct arena *a, const struct mf_value *v, const struct slice_axis *axes, size_t n,
	struct mf_value **out, struct mf_error *err);
/* The same of an array; for value_slice. */
int slice_array(struct arena *a, const struct ndarray *v, const struct slice_axis *axes, size_t n,
	struct mf_value **out, struct mf_error *err);
int slice_out_of_range(const struct slice_axis *axis, size_t n, struct mf_error *err);
/* The part that a path names: .key, ["key"], [index]. The errors of mf_value_select. */
int value_pick(struct arena *a, const struct mf_value *v, const char *path, struct mf_value **out,
	struct mf_error *err);

#endif
