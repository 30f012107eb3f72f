#include <math.h>
#include <string.h>

#include "../base/util.h"
#include "robject_reader.h"

/* Texts and vectors: what holds elements. */

/* Encodings of a text, among the "levels" of its flags. */
enum { LEVEL_BYTES = 1 << 1, LEVEL_LATIN1 = 1 << 2, LEVEL_UTF8 = 1 << 3 };

/* ---- texts ---- */

static bool from_latin1(struct reader *r, struct r_text *t)
{
	size_t high = 0;
	for (size_t i = 0; i < t->n; i++)
		high += (unsigned char)t->p[i] >> 7;
	if (!high)
		return true;
	char *copy = robject_alloc(r, t->n + high, 1), *out = copy;
	for (size_t i = 0; copy && i < t->n; i++) {
		unsigned char c = (unsigned char)t->p[i];
		if (c >= 0x80) {
			*out++ = (char)(0xc0 | c >> 6);
			c = 0x80 | (c & 0x3f);
		}
		*out++ = (char)c;
	}
	if (copy)
		*t = (struct r_text){copy, t->n + high};
	return copy != NULL;
}

/* A CHARSXP behind its flags. */
bool robject_in_text(struct reader *r, uint32_t flags, struct r_text *out)
{
	int32_t n;
	uint32_t levels = flags >> 12;
	*out = (struct r_text){NULL, 0};
	if ((flags & 0xff) != R_CHAR)
		return robject_bad(r), false;
	if (!robject_in_int(r, &n))
		return false;
	if (n < -1 || (n > 0 && (size_t)n > robject_left(r)))
		return robject_bad(r), false;
	if (n >= 0) {
		*out = (struct r_text){r->at, (size_t)n};
		r->at += n;
		bool marked = levels & (LEVEL_UTF8 | LEVEL_BYTES);
		if ((levels & LEVEL_LATIN1 || (r->latin1 && !marked)) && !from_latin1(r, out))
			return false;
	}
	return !(flags & R_HAS_ATTRIBUTES) || robject_item(r);
}

bool robject_in_texts(struct reader *r, size_t n, const struct r_text **out)
{
	struct r_text *texts = robject_alloc(r, n, sizeof(*texts));
	int32_t flags;
	*out = texts;
	for (size_t i = 0; texts && i < n; i++)
		if (!robject_in_int(r, &flags) || !robject_in_text(r, (uint32_t)flags, &texts[i]))
			return false;
	return texts != NULL;
}

struct robject *robject_text_object(struct reader *r, enum r_type type, const struct r_text *t)
{
	struct robject *o = robject_new(r, type);
	struct r_text *copy = o ? robject_alloc(r, 1, sizeof(*copy)) : NULL;
	if (!copy)
		return NULL;
	*copy = *t;
	o->form = R_TEXTS;
	o->u.texts = copy;
	return o;
}

/* The length of a vector whose elements take that many bytes: of a long one -1 and two words. */
static bool in_length(struct reader *r, size_t size, size_t *out)
{
	int32_t n, high, low;
	if (!robject_in_int(r, &n))
		return false;
	uint64_t length = (uint32_t)n;
	if (n == -1) {
		if (!robject_in_int(r, &high) || !robject_in_int(r, &low))
			return false;
		length = (uint64_t)(uint32_t)high << 32 | (uint32_t)low;
	} else if (n < 0) {
		length = UINT64_MAX;
	}
	if (length > robject_left(r) / size) {
		robject_bad(r);
		return false;
	}
	*out = (size_t)length;
	return true;
}

/* ---- vectors ---- */

static struct robject *in_elements(struct reader *r, enum r_type type)
{
	size_t size = type == R_RAW ? 1 : type == R_DOUBLE ? 8 : type == R_COMPLEX ? 16 : 4;
	struct robject *o = robject_new(r, type);
	if (!o || !in_length(r, size, &o->n))
		return NULL;
	o->form = R_ELEMENTS;
	o->little = r->little;
	o->u.data = r->at;
	r->at += o->n * size;
	return o;
}

static struct robject *in_items(struct reader *r, enum r_type type)
{
	struct robject *o = robject_new(r, type);
	if (!o || !in_length(r, 4, &o->n))
		return NULL;
	o->u.items = robject_alloc(r, o->n, sizeof(struct robject *));
	if (!o->u.items)
		return NULL;
	o->form = R_ITEMS;
	for (size_t i = 0; i < o->n; i++)
		if (!(o->u.items[i] = robject_item(r)))
			return NULL;
	return o;
}

static struct robject *in_strings(struct reader *r)
{
	struct robject *o = robject_new(r, R_CHARACTER);
	if (!o || !in_length(r, 8, &o->n) || !robject_in_texts(r, o->n, &o->u.texts))
		return NULL;
	o->form = R_TEXTS;
	return o;
}

struct robject *robject_vector(struct reader *r, enum r_type type)
{
	if (type == R_CHARACTER)
		return in_strings(r);
	return type == R_LIST || type == R_EXPRESSION ? in_items(r, type) : in_elements(r, type);
}

/* ---- vectors of another making (version 3): a class, its state, attributes ---- */

static bool sequence(struct robject *o, const struct robject *state)
{
	if (state->type != R_DOUBLE || state->form != R_ELEMENTS || state->n != 3)
		return false;
	double n = robject_double(state, 0), first = robject_double(state, 1),
	       step = robject_double(state, 2);
	double last = first + (n - 1) * step;
	if (!(n >= 0 && n <= 4503599627370496.0) || !isfinite(last) || !isfinite(first))
		return false;
	if (o->type == R_INTEGER && n > 0 && (fabs(first) > INT32_MAX || fabs(last) > INT32_MAX))
		return false;
	o->form = R_SEQUENCE;
	o->n = (size_t)n;
	o->u.seq.first = first;
	o->u.seq.step = step;
	return true;
}

struct robject *robject_altrep(struct reader *r)
{
	const struct robject *info = robject_item(r), *state = info ? robject_item(r) : NULL,
			     *attributes = state ? robject_item(r) : NULL;
	if (!attributes)
		return NULL;
	bool whole = info->type == R_PAIRLIST && info->n >= 3 &&
		     info->u.items[0]->type == R_SYMBOL && info->u.items[2]->type == R_INTEGER &&
		     info->u.items[2]->form == R_ELEMENTS && info->u.items[2]->n == 1;
	int32_t type = whole ? robject_int(info->u.items[2], 0) : 0;
	if (!whole || type < R_LOGICAL || type > R_RAW)
		return robject_bad(r), NULL;
	struct robject *o = robject_new(r, (enum r_type)type);
	const struct robject *inner = state->form == R_ITEMS && state->n ? state->u.items[0] : NULL;
	struct r_text name = info->u.items[0]->u.texts[0];
	if (!o)
		return NULL;
	if (name.n == 14 && memcmp(name.p, "compact_intseq", 14) == 0 && type == R_INTEGER) {
		whole = sequence(o, state);
	} else if (name.n == 15 && memcmp(name.p, "compact_realseq", 15) == 0 && type == R_DOUBLE) {
		whole = sequence(o, state);
	} else if (name.n == 15 && memcmp(name.p, "deferred_string", 15) == 0 &&
		   type == R_CHARACTER) {
		whole = inner && (inner->type == R_INTEGER || inner->type == R_DOUBLE) &&
			inner->form != R_CLOSED;
		o->form = R_SPELLED;
		o->n = whole ? inner->n : 0;
		o->u.of = inner;
	} else if (name.n > 5 && memcmp(name.p, "wrap_", 5) == 0) {
		whole = inner && (int32_t)inner->type == type;
		if (whole)
			*o = *inner;
	}
	return whole && robject_set_attributes(r, o, attributes) ? o : (robject_bad(r), NULL);
}
