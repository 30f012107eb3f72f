#include <math.h>
#include <string.h>

#include "pytime.h"
#include "render.h"

/* The classes of knownclasses.def, and how those print whose state is more than a text. */

static const struct {
	size_t n;
	struct known_class class;
} classes[] = {
#define KNOWN_TEXT(path, name, function) {sizeof(path) - 1, {path, name, known_##function, NULL}},
#define KNOWN_JSON(path, name, function) {sizeof(path) - 1, {path, name, NULL, known_##function}},
#define KNOWN_VIA(callable, name)
#include "knownclasses.def"
#undef KNOWN_TEXT
#undef KNOWN_JSON
#undef KNOWN_VIA
};

static const struct {
	size_t n;
	const char *callable, *name;
} vias[] = {
#define KNOWN_TEXT(path, name, function)
#define KNOWN_JSON(path, name, function)
#define KNOWN_VIA(callable, name) {sizeof(callable) - 1, callable, name},
#include "knownclasses.def"
#undef KNOWN_TEXT
#undef KNOWN_JSON
#undef KNOWN_VIA
};

const struct known_class *known_class(const struct mf_value *v)
{
	const struct mf_value *cls = mf_value_part(v, MF_PART_CLASS);

	if (!cls || cls->kind != MF_REF)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (cls->u.s.n == classes[i].n &&
			memcmp(cls->u.s.p, classes[i].class.path, classes[i].n) == 0)
			return &classes[i].class;
	return NULL;
}

const char *known_via(const struct mf_value *v, size_t *n)
{
	const struct mf_value *cls = mf_value_part(v, MF_PART_CLASS), *first = known_arg(v, 0);

	for (size_t i = 0; cls && cls->kind == MF_REF && i < ARRAY_SIZE(vias); i++) {
		if (cls->u.s.n != vias[i].n || memcmp(cls->u.s.p, vias[i].callable, vias[i].n) != 0)
			continue;
		if (vias[i].name) {
			*n = strlen(vias[i].name);
			return vias[i].name;
		}
		if (!first || first->kind != MF_REF || value_is(first, "numpy.ndarray"))
			return NULL;
		*n = first->u.s.n;
		return first->u.s.p;
	}
	return NULL;
}

const struct mf_value *known_arg(const struct mf_value *v, size_t i)
{
	return mf_value_item(mf_value_part(v, MF_PART_ARGS), i);
}

size_t known_args(const struct mf_value *v)
{
	return mf_value_count(mf_value_part(v, MF_PART_ARGS));
}

static void begin(struct printer *p, const char *name)
{
	render_begin(p, name, strlen(name));
}

static bool is_integer(const struct mf_value *v)
{
	return v->kind == MF_INT || v->kind == MF_BIGINT || v->kind == MF_BOOL;
}

/* ---- builtins ---- */

static bool print_args(struct printer *p, const char *name, const struct mf_value *v)
{
	begin(p, name);
	render_items(p, v->u.obj->args);
	render_close(p, '}');
	return true;
}

bool known_complex(struct printer *p, const char *name, const struct mf_value *v)
{
	if (known_args(v) != 2 || known_arg(v, 0)->kind != MF_FLOAT ||
		known_arg(v, 1)->kind != MF_FLOAT)
		return false;
	return print_args(p, name, v);
}

bool known_range(struct printer *p, const char *name, const struct mf_value *v)
{
	if (known_args(v) != 3 || !is_integer(known_arg(v, 0)) || !is_integer(known_arg(v, 1)) ||
		!is_integer(known_arg(v, 2)))
		return false;
	return print_args(p, name, v);
}

bool known_slice(struct printer *p, const char *name, const struct mf_value *v)
{
	return known_args(v) == 3 && print_args(p, name, v);
}

/* ---- datetime ---- */

bool known_timedelta(struct printer *p, const char *name, const struct mf_value *v)
{
	struct pytime_delta d;

	if (!pytime_timedelta(v, &d))
		return false;
	begin(p, name);
	render_open(p, '{');
	render_member(p, "days");
	render_int(p, d.days);
	render_member(p, "seconds");
	render_int(p, d.seconds);
	render_member(p, "microseconds");
	render_int(p, d.microseconds);
	render_close(p, '}');
	render_close(p, '}');
	return true;
}

bool known_timezone(struct printer *p, const char *name, const struct mf_value *v)
{
	const struct mf_value *label = known_arg(v, 1);
	char text[PYTIME_SIZE];
	int64_t us;

	if (!pytime_offset(v, &us) || (label && label->kind != MF_STRING))
		return false;
	size_t n = pytime_zone_name(text, us);
	begin(p, name);
	render_open(p, '{');
	render_member(p, "offset_seconds");
	render_float(p, (double)us / 1e6);
	render_member(p, "name");
	render_string(p, label ? label->u.s.p : text, label ? label->u.s.n : n);
	render_close(p, '}');
	render_close(p, '}');
	return true;
}

/* ---- collections ---- */

/* Python 2 gives an OrderedDict one argument, a list of pairs, and no dict items. */
static bool is_pairs(const struct mf_value *list)
{
	for (size_t i = 0; i < mf_value_count(list); i++) {
		const struct mf_value *pair = mf_value_item(list, i);
		if ((mf_value_kind(pair) != MF_LIST && mf_value_kind(pair) != MF_TUPLE) ||
			mf_value_count(pair) != 2 ||
			mf_value_kind(mf_value_item(pair, 0)) != MF_STRING)
			return false;
		size_t n;
		const char *key = mf_value_text(mf_value_item(pair, 0), &n);
		if (n && key[0] == '$')
			return false;
	}
	return mf_value_kind(list) == MF_LIST;
}

static void print_pairs(struct printer *p, const struct mf_value *list)
{
	render_open(p, '{');
	for (size_t i = 0; i < mf_value_count(list) && !render_done(p); i++) {
		const struct mf_value *pair = mf_value_item(list, i);
		size_t n;
		const char *key = mf_value_text(mf_value_item(pair, 0), &n);
		render_key(p, key, n);
		render_value(p, mf_value_item(pair, 1));
	}
	render_close(p, '}');
}

bool known_ordered_dict(struct printer *p, const char *name, const struct mf_value *v)
{
	bool pairs = known_args(v) == 1;

	if (v->u.obj->items || known_args(v) > 1 ||
		(pairs && (v->u.obj->dict || !is_pairs(known_arg(v, 0)))))
		return false;
	begin(p, name);
	if (pairs)
		print_pairs(p, known_arg(v, 0));
	else
		render_mapping(p, v->u.obj->dict);
	render_close(p, '}');
	return true;
}

bool known_counter(struct printer *p, const char *name, const struct mf_value *v)
{
	const struct mf_value *counts = known_arg(v, 0);

	if (v->u.obj->items || v->u.obj->dict || known_args(v) > 1 ||
		(counts && counts->kind != MF_DICT))
		return false;
	begin(p, name);
	render_mapping(p, counts);
	render_close(p, '}');
	return true;
}

bool known_defaultdict(struct printer *p, const char *name, const struct mf_value *v)
{
	if (v->u.obj->items || known_args(v) > 1)
		return false;
	begin(p, name);
	render_open(p, '{');
	render_member(p, "default_factory");
	render_value(p, known_arg(v, 0));
	render_member(p, "items");
	render_mapping(p, v->u.obj->dict);
	render_close(p, '}');
	render_close(p, '}');
	return true;
}

/* deque(items, maxlen), and items appended later. */
bool known_deque(struct printer *p, const char *name, const struct mf_value *v)
{
	const struct mf_value *initial = known_arg(v, 0), *maxlen = known_arg(v, 1);
	const struct mf_value *items = v->u.obj->items;

	if (v->u.obj->dict || known_args(v) > 2 ||
		(initial && initial->kind != MF_LIST && initial->kind != MF_TUPLE) ||
		(maxlen && maxlen->kind != MF_INT && maxlen->kind != MF_NULL) ||
		(mf_value_count(initial) && mf_value_count(items)))
		return false;
	begin(p, name);
	render_open(p, '{');
	render_member(p, "maxlen");
	render_value(p, maxlen);
	render_member(p, "items");
	render_items(p, mf_value_count(initial) ? initial : items);
	render_close(p, '}');
	render_close(p, '}');
	return true;
}

bool known_namespace(struct printer *p, const char *name, const struct mf_value *v)
{
	const struct mf_value *state = v->u.obj->state;

	if (known_args(v) || v->u.obj->items || v->u.obj->dict || (state && state->kind != MF_DICT))
		return false;
	begin(p, name);
	render_mapping(p, state);
	render_close(p, '}');
	return true;
}

bool known_namedtuple(struct printer *p, const char *name, const struct mf_value *v)
{
	return known_args(v) && print_args(p, name, v);
}
