#include <stdlib.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "ndarray.h"

/* Arrays for those who look at them element by element, and what there is to say of them all. */

enum { LENT = 64 };

struct mf_array {
	struct arena arena;
	struct ndarray view;
	struct mf_array_info info;
	/* Elements that were lent: one arena is filled, the other one keeps those before. */
	struct arena lent[2];
	unsigned turn, count;
};

int mf_array_open(struct mf_array **out, const struct mf_value *v, struct mf_error *err)
{
	struct mf_array *a = calloc(1, sizeof(*a));
	struct buf name = BUF_INIT(1 << 20);

	*out = NULL;
	if (!a)
		return err_nomem(err);
	bool is = ndarray_view(&a->view, &a->arena, v, true);
	if (!is && !a->arena.full) {
		mf_array_free(a);
		return err_set(err, MF_EUNSUPPORTED, "the value is no array");
	}
	if (is)
		dtype_name(&name, a->view.type);
	const char *dtype =
		is && !name.failed ? arena_strndup(&a->arena, name.p ? name.p : "", name.n) : NULL;
	buf_release(&name);
	if (!dtype) {
		mf_array_free(a);
		return err_nomem(err);
	}
	bool number = ndarray_is_numbers(&a->view);
	a->info = (struct mf_array_info){.dtype = dtype,
		.ndim = a->view.ndim,
		.shape = a->view.shape,
		.count = a->view.count,
		.bytes = a->view.objects ? 0 : (uint64_t)a->view.count * a->view.stored->size,
		.is_number = number,
		.is_float = number && a->view.stored->kind == 'f',
		.in_memory = a->view.objects || a->view.data || !a->view.count};
	*out = a;
	return MF_OK;
}

void mf_array_free(struct mf_array *a)
{
	if (!a)
		return;
	arena_release(&a->arena);
	arena_release(&a->lent[0]);
	arena_release(&a->lent[1]);
	free(a);
}

const struct mf_array_info *mf_array_info(const struct mf_array *a)
{
	return &a->info;
}

const struct mf_value *mf_array_item(struct mf_array *a, size_t i)
{
	if (a->count++ == LENT) {
		a->turn ^= 1;
		a->count = 1;
		arena_release(&a->lent[a->turn]);
	}
	return ndarray_item(&a->view, &a->lent[a->turn], i);
}

bool mf_array_double(const struct mf_array *a, size_t i, double *out)
{
	const struct ndarray *v = &a->view;

	if (!a->info.is_number || !v->data || i >= v->count)
		return false;
	return dtype_double(v->stored, v->data + ndarray_at(v, i) * v->stored->size, out);
}

int mf_array_stats(const struct mf_array *a, struct mf_array_stats *out, bool (*stop)(void *self),
	void *self, struct mf_error *err)
{
	return ndarray_stats(&a->view, out, stop, self, err);
}
