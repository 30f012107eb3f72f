#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "frame.h"
#include "ndarray.h"
#include "select.h"

/* One step of a path. */
struct step {
	const char *key; /* NULL: an index */
	size_t n;
	int64_t index;
	const char *end; /* behind it */
};

static int malformed(const char *path, const char *at, struct mf_error *err)
{
	err_set(err, MF_EUSAGE, "“%.100s” is not a path: “%.20s” does not go on it", path, at);
	err_hint(err, "keys, attributes and indexes: .a.b[0][\"any key\"]");
	return MF_EUSAGE;
}

/* Reads ["text"] with \" and \\ into memory of the arena. */
static bool quoted(struct arena *a, const char *p, struct step *s)
{
	char quote = *p++, *to = arena_alloc(a, strlen(p) + 1);
	s->key = to;
	for (; to && *p && *p != quote; p++) {
		if (*p == '\\' && p[1])
			p++;
		*to++ = *p;
	}
	if (!to || *p != quote || p[1] != ']')
		return false;
	s->n = (size_t)(to - s->key);
	s->end = p + 2;
	return true;
}

static bool parse(struct arena *a, const char *p, bool first, struct step *s)
{
	*s = (struct step){0};
	if (*p == '[') {
		if (p[1] == '"' || p[1] == '\'')
			return quoted(a, p + 1, s);
		char *end;
		s->index = strtoll(p + 1, &end, 10);
		s->end = end + 1;
		return end > p + 1 && *end == ']';
	}
	if (*p == '.')
		p++;
	else if (!first)
		return false;
	s->key = p;
	s->n = strcspn(p, ".[");
	s->end = p + s->n;
	return s->n > 0;
}

static bool same(const struct mf_value *key, const struct step *s)
{
	if (!s->key)
		return mf_value_kind(key) == MF_INT && mf_value_int(key) == s->index;
	return mf_value_kind(key) == MF_STRING && key->u.s.n == s->n &&
	       memcmp(key->u.s.p, s->key, s->n) == 0;
}

static struct mf_value *from_dict(const struct mf_value *d, const struct step *s)
{
	for (size_t i = 0; mf_value_kind(d) == MF_DICT && i + 1 < d->u.list.n; i += 2)
		if (same(d->u.list.v[i], s))
			return d->u.list.v[i + 1];
	return NULL;
}

static struct mf_value *from_list(const struct mf_value *v, const struct step *s)
{
	size_t n = mf_value_count(v);
	int64_t i = s->index < 0 ? s->index + (int64_t)n : s->index;
	enum mf_kind kind = mf_value_kind(v);
	return !s->key && (kind == MF_LIST || kind == MF_TUPLE) && i >= 0 && (size_t)i < n
		       ? v->u.list.v[i]
		       : NULL;
}

/* An attribute of the state (that of classes with __slots__ is a pair of dicts), a key of a dict's
 * subclass, an item of a list's, an argument of a tuple's. */
static struct mf_value *from_object(const struct mf_value *v, const struct step *s)
{
	const struct mf_object_parts *o = v->u.obj;
	struct mf_value *found = from_dict(o->state, s);
	if (!found && mf_value_kind(o->state) == MF_TUPLE)
		for (size_t i = 0; !found && i < o->state->u.list.n; i++)
			found = from_dict(o->state->u.list.v[i], s);
	if (!found)
		found = from_dict(o->dict, s);
	/* Counter({…}), OrderedDict([…]): the items came as an argument */
	if (!found && mf_value_count(o->args) == 1)
		found = from_dict(o->args->u.list.v[0], s);
	if (!found)
		found = from_list(o->items, s);
	if (!found)
		found = from_list(o->args, s);
	return found;
}

static int from_frame(
	struct arena *a, const struct frame *f, const struct step *s, struct mf_value **out)
{
	for (size_t c = 0; f->kind == FRAME_DATA && c < f->ncols; c++) {
		const struct mf_value *name = column_cell(f->names, a, c);
		if (!name)
			return MF_ENOMEM;
		if (!same(name, s))
			continue;
		struct mf_value *list = value_new(a, MF_LIST);
		for (size_t i = 0; list && i < f->nrows; i++)
			if (!value_push(a, list, column_cell(f->columns[c], a, i)))
				return MF_ENOMEM;
		*out = list;
		return list ? MF_OK : MF_ENOMEM;
	}
	return MF_ENOTFOUND;
}

static int step_into(
	struct arena *a, const struct mf_value *v, const struct step *s, struct mf_value **out)
{
	struct frame frame;
	*out = NULL;
	switch (mf_value_kind(v)) {
	case MF_DICT: *out = from_dict(v, s); break;
	case MF_LIST:
	case MF_TUPLE: *out = from_list(v, s); break;
	case MF_OBJECT:
		if (ndarray_is(v)) {
			struct slice_axis axis = {.start = s->index, .has_start = true, .step = 1};
			return s->key ? MF_ENOTFOUND : value_slice(a, v, &axis, 1, out, NULL);
		}
		if (frame_view(&frame, a, v))
			return from_frame(a, &frame, s, out);
		*out = from_object(v, s);
		break;
	default: break;
	}
	return *out ? MF_OK : MF_ENOTFOUND;
}

int value_pick(struct arena *a, const struct mf_value *v, const char *path, struct mf_value **out,
	struct mf_error *err)
{
	const char *p = path;
	*out = (struct mf_value *)(uintptr_t)v;
	if (strcmp(p, ".") == 0)
		return MF_OK;
	while (*p) {
		struct step s;
		if (!parse(a, p, p == path, &s))
			return malformed(path, p, err);
		int rc = step_into(a, *out, &s, out);
		if (rc == MF_ENOMEM)
			return err_nomem(err);
		if (rc < 0) {
			err_set(err, MF_ENOTFOUND, "nothing at “%.*s” of the value",
				(int)(s.end - path < 200 ? s.end - path : 200), path);
			return MF_ENOTFOUND;
		}
		p = s.end;
	}
	return MF_OK;
}
