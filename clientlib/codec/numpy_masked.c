#include <string.h>

#include "dtype.h"
#include "render.h"

/* numpy.ma.MaskedArray: an object like any other (json-values.md §6), but for its fill value. Where
 * none was chosen the stream has None; numpy puts in the default of the array's kind when it loads
 * it. */

/* numpy.dtype("f8") as a pickle has it. */
static struct mf_value *type_of(struct arena *a, const char *code)
{
	bool plain = code[0] == 'b' || code[0] == 'S';
	struct mf_value *no = value_bool(a, false), *yes = value_bool(a, true),
			*null = value_new(a, MF_NULL);
	struct mf_value *size =
		code[0] == 'S' || code[0] == 'U' ? value_int(a, 3) : value_int(a, -1);
	struct mf_value *item = code[0] == 'U' ? value_int(a, 12) : size;
	struct mf_value *args = value_tuple(a, (struct mf_value *[]){value_str(a, code), no, yes}, 3);
	struct mf_value *state = value_tuple(a,
		(struct mf_value *[]){value_int(a, 3), value_str(a, plain ? "|" : "<"), null, null,
			null, item,
			code[0] == 'U'   ? value_int(a, 4)
			: code[0] == 'S' ? value_int(a, 1)
					 : size,
			value_int(a, 0)},
		8);

	return value_object(a, "numpy.dtype", args, state);
}

/* numpy's default_fill_value as an array of no dimensions; NULL: not one of the kinds with a single
 * answer. */
static struct mf_value *fill_value(struct arena *a, struct mf_value *typecode)
{
	static const struct {
		char kind;
		const char *code, *bytes; /* little-endian */
		size_t n;
	} fills[] = {
		{'b', "b1", "\1", 1},
		{'i', "i8", "\x3f\x42\x0f\0\0\0\0\0", 8},                             /* 999999 */
		{'f', "f8", "\x40\x8c\xb5\x78\x1d\xaf\x15\x44", 8},                   /* 1e20 */
		{'c', "c16", "\x40\x8c\xb5\x78\x1d\xaf\x15\x44\0\0\0\0\0\0\0\0", 16}, /* 1e20+0j */
		{'U', "U3", "N\0\0\0/\0\0\0A\0\0\0", 12},
		{'S', "S3", "N/A", 3},
		{'M', NULL, "\0\0\0\0\0\0\0\x80", 8}, /* NaT in the array's own unit */
		{'m', NULL, "\0\0\0\0\0\0\0\x80", 8},
	};
	const struct dtype *type = dtype_read(a, typecode);

	for (size_t i = 0; type && i < ARRAY_SIZE(fills); i++) {
		if (fills[i].kind != type->kind || (!fills[i].code && type->order == '>'))
			continue;
		struct mf_value *empty = value_new(a, MF_TUPLE), *zero = value_int(a, 0);
		struct mf_value *state = value_tuple(a,
			(struct mf_value *[]){value_int(a, 1), empty,
				fills[i].code ? type_of(a, fills[i].code) : typecode,
				value_bool(a, false),
				value_text(a, MF_BYTES, fills[i].bytes, fills[i].n)},
			5);
		struct mf_value *args = value_tuple(a,
			(struct mf_value *[]){
				value_ref(a, "numpy.ndarray"),
				value_tuple(a, &zero, 1), value_text(a, MF_BYTES, "b", 1)},
			3);
		return value_object(a, "numpy._core.multiarray._reconstruct", args, state);
	}
	return NULL;
}

bool known_masked(struct printer *p, const char *name, const struct mf_value *v)
{
	enum {
		STATE = 7,
		TYPECODE = 2,
		FILL = 6
	}; /* version, shape, typecode, isfortran, data, mask, fill */
	const struct mf_value *state = v->u.obj->state;
	struct arena a;

	(void)name;
	if (mf_value_kind(state) != MF_TUPLE || mf_value_count(state) != STATE ||
		mf_value_kind(mf_value_item(state, FILL)) != MF_NULL)
		return false;
	arena_init(&a, 0);
	struct mf_value *parts[STATE], filled = *v;
	struct mf_object_parts object_parts = *v->u.obj;
	memcpy(parts, state->u.list.v, sizeof(parts));
	parts[FILL] = fill_value(&a, parts[TYPECODE]);
	object_parts.state = parts[FILL] ? value_tuple(&a, parts, STATE) : NULL;
	filled.u.obj = &object_parts;
	bool known = object_parts.state != NULL;
	if (known)
		render_object(p, &filled);
	else if (a.full)
		render_nomem(p);
	bool printed = known || a.full;
	arena_release(&a);
	return printed;
}
