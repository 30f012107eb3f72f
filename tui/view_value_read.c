/* view_value_read.c: the value of an artifact is read here, and what it can be shown as is found.
 */
#include <stdlib.h>

#include "../clientlib/base/util.h"
#include "view_value_mode.h"

void held_unref(struct held *h)
{
	if (!h || --h->refs)
		return;
	mf_table_free(h->table);
	mf_array_free(h->array);
	mf_object_free(h->object);
	free(h->path);
	free(h);
}

/* A structured array is a table of its fields; all others are grids. */
static bool structured(const struct mf_array *a, const struct mf_table *t)
{
	const struct mf_array_info *info = mf_array_info(a);

	return info->ndim < 2 && info->in_memory && mf_table_columns(t) &&
	       !str_eq(mf_table_column(t, 0)->name, "0");
}

static void find_shapes(struct held *h)
{
	enum mf_kind kind = mf_value_kind(h->value);

	if (kind == MF_STRING || kind == MF_BYTES || kind == MF_BYTEARRAY) {
		h->text = mf_value_text(h->value, &h->text_n);
		if (kind != MF_STRING &&
			mf_image_size(&h->image_w, &h->image_h, h->text, h->text_n, NULL) < 0)
			h->image_w = 0;
		return;
	}
	if (mf_array_open(&h->array, h->value, NULL) < 0)
		h->array = NULL;
	if (h->array && !mf_array_info(h->array)->in_memory)
		return;
	if (mf_table_open(&h->table, h->value, NULL) < 0)
		h->table = NULL;
	if (h->table &&
		((h->array && !structured(h->array, h->table)) || !mf_table_columns(h->table))) {
		mf_table_free(h->table);
		h->table = NULL;
	}
}

void held_read(struct job *j, void *arg)
{
	struct held *h = arg;
	struct mf_array *a = NULL;

	(void)j;
	h->rc = mf_get(&h->object, h->client, h->path, NULL, &h->err);
	if (h->rc < 0)
		return;
	mf_object_get(h->object, "type");
	mf_object_get(h->object, "size");
	mf_object_get(h->object, "sha");
	/* Of a large array what is on the screen is read; everything else is read at once, and
	 * checked. */
	h->rc = mf_artifact_head(h->object, &h->value, &h->err);
	if (h->rc >= 0 && mf_array_open(&a, h->value, NULL) >= 0 && !mf_array_info(a)->in_memory) {
		mf_array_free(a);
	} else {
		mf_array_free(a);
		if (h->rc >= 0)
			h->rc = mf_artifact_value(h->object, &h->value, &h->err);
	}
	if (h->rc >= 0)
		find_shapes(h);
}
