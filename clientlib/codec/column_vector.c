#include "column.h"

#include <string.h>

bool vector_read(struct vector *out, struct reader *r, const struct mf_value *v, size_t row)
{
	const struct ndarray *array = reader_array(r, v);

	if (!array || !array->ndim || array->ndim > 2)
		return false;
	*out = (struct vector){.array = array, .stride = 1, .n = array->shape[array->ndim - 1]};
	if (array->ndim == 1)
		return row == 0;
	out->first = row * out->n; /* less than count, which is known to fit */
	return row < array->shape[0];
}

size_t column_rows(struct reader *r, const struct mf_value *v)
{
	const struct ndarray *array;
	const struct mf_value *part = mf_value_part(v, MF_PART_STATE);

	if (v && ndarray_is(v)) {
		array = reader_array(r, v);
		return array && array->ndim == 2 ? array->shape[0] : 1;
	}
	/* Datetimes and durations are two-dimensional too. */
	for (size_t i = 0; i < mf_value_count(part) && i < 2; i++) {
		const struct mf_value *x =
			mf_value_kind(part) == MF_DICT ? NULL : mf_value_item(part, i);
		if (x && ndarray_is(x)) {
			array = reader_array(r, x);
			return array && array->ndim == 2 ? array->shape[0] : 1;
		}
	}
	static const char *const names[] = {"_ndarray", "_data"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct mf_value *x = pandas_attr(v, names[i]);
		if (x && ndarray_is(x)) {
			array = reader_array(r, x);
			return array && array->ndim == 2 ? array->shape[0] : 1;
		}
	}
	return 1;
}

const char *vector_bytes(const struct vector *v, size_t i)
{
	const struct ndarray *array = v->array;

	if (!array->data)
		return NULL;
	return array->data + ndarray_at(array, v->first + i * v->stride) * array->stored->size;
}

bool vector_is_int(const struct vector *v)
{
	const struct dtype *type = v->array->stored;
	return strchr("biuMm", type->kind) && v->array->data &&
	       (type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8);
}

int64_t vector_int(const struct vector *v, size_t i)
{
	const struct dtype *type = v->array->stored;
	const unsigned char *p = (const unsigned char *)vector_bytes(v, i);
	bool big = type->order == '>';
	uint64_t value = 0;

	for (size_t k = 0; k < type->size && k < 8; k++)
		value |= (uint64_t)p[big ? type->size - 1 - k : k] << 8 * k;
	/* the sign */
	if (type->kind != 'u' && type->kind != 'b' && type->size < 8 &&
		value >> (8 * type->size - 1))
		value |= ~(uint64_t)0 << 8 * type->size;
	return (int64_t)value;
}
