/* Any text is a query or an error with a place in it; what parses can be asked of any object. The
 * first byte chooses the kind of object, its fields are in memory. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../clientlib/codec/json.h"
#include "../../clientlib/model/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct mf_object objects[MF_N_ENTITIES];

/* Every field has a value of its type; the last one fails. */
static void make_objects(void)
{
	static const char deep[] = "{\"a\": {\"b.c\": [1, {\"d\": \"2026-11-21T11:00:00Z\"}]},"
				   "\"e\": \"\", \"n\": null, \"\": 1.5}";
	static const char *const texts[] = {"\"a text\"", "12", "true", "1795255200000", "90500",
		"2048", "\"failed\"", "[\"one\", \"two:x\", 3, null]", deep};
	static const char *const ids[] = {"MyFlow", "1795226256521805", "train", "7", "model"};
	static const struct mf_error why = MF_ERROR_INIT;
	for (int e = 0; e < MF_N_ENTITIES; e++) {
		struct mf_object *o = &objects[e];
		size_t n;
		const struct mf_field *f = mf_fields((enum mf_entity)e, &n);
		arena_init(&o->arena, 0);
		o->entity = (enum mf_entity)e;
		for (int i = 0; i <= e; i++)
			o->id[i] = ids[i];
		o->fields = arena_calloc(&o->arena, n, sizeof(*o->fields));
		for (size_t i = 0; i < n; i++) {
			const char *text = texts[f[i].type];
			struct mf_value *v;
			if (json_parse(&v, &o->arena, text, strlen(text), NULL) < 0)
				abort();
			if (i + 1 == n) {
				v->kind = MF_FAILURE;
				v->u.err = &why;
			}
			o->fields[i] = v;
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool made;
	if (!made)
		make_objects();
	made = true;
	if (!size)
		return 0;
	enum mf_entity entity = (enum mf_entity)(data[0] % MF_N_ENTITIES);
	char *text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	struct mf_query *q;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_query_parse(&q, entity, text, 1795262400000, &err);
	if (rc == MF_OK) {
		mf_query_match(q, &objects[entity]);
		mf_query_free(q);
	} else if (q || err.code != rc ||
		   (rc == MF_EUSAGE && (err.offset < 0 || (size_t)err.offset > strlen(text)))) {
		abort();
	}
	free(text);
	return 0;
}
