#include <string.h>

#include "render.h"

/* Objects (json-values.md §5, §6). */

static size_t count(const struct mf_value *v)
{
	return v ? v->u.list.n : 0;
}

void render_begin(struct printer *p, const char *name, size_t n)
{
	render_open(p, '{');
	render_member(p, "$object");
	render_string(p, name, n);
	render_member(p, "state");
}

/* args may be of any kind when the value does not come from a pickle. */
static void print_list(struct printer *p, const struct mf_value *v)
{
	if (v->kind == MF_LIST || v->kind == MF_TUPLE)
		render_items(p, v);
	else
		render_value(p, v);
}

static void print_dict(struct printer *p, const struct mf_value *v, bool pairs)
{
	if (v->kind != MF_DICT)
		render_value(p, v);
	else if (pairs)
		render_pairs(p, v);
	else
		render_mapping(p, v);
}

/* What the stream carried, by what it carried it as. */
static void print_parts(
	struct printer *p, const struct mf_object_parts *o, const struct mf_value *callable)
{
	bool args = count(o->args), kwargs = count(o->kwargs);

	if (!callable && !args && !kwargs && !o->items && !o->dict) {
		if (o->state)
			render_value(p, o->state);
		else
			render_null(p);
		return;
	}
	render_open(p, '{');
	if (callable) {
		render_member(p, "callable");
		render_value(p, callable);
	}
	if (args) {
		render_member(p, "args");
		print_list(p, o->args);
	}
	if (kwargs) {
		render_member(p, "kwargs");
		print_dict(p, o->kwargs, false);
	}
	if (o->items) {
		render_member(p, "items");
		print_list(p, o->items);
	}
	if (o->dict) {
		render_member(p, "dict");
		print_dict(p, o->dict, true);
	}
	if (o->state) {
		render_member(p, "state");
		render_value(p, o->state);
	}
	render_close(p, '}');
}

/* A class whose state is known better; false if the parts are not those of that class. */
static bool print_known(struct printer *p, const struct mf_value *v)
{
	const struct known_class *known = known_class(v);

	if (!known)
		return false;
	if (known->text) {
		buf_clear(&p->scratch);
		if (!known->text(&p->scratch, v))
			return false;
		if (p->scratch.failed) {
			render_fail(p, p->scratch.failed, "out of memory");
			return true;
		}
		render_begin(p, known->name, strlen(known->name));
		render_string(p, p->scratch.p, p->scratch.n);
		render_close(p, '}');
		return true;
	}
	return known->json(p, known->name, v);
}

void render_object(struct printer *p, const struct mf_value *v)
{
	const struct mf_object_parts *o = v->u.obj;

	if (print_known(p, v))
		return;
	if (!o->cls || o->cls->kind != MF_REF) {
		render_open(p, '{');
		render_member(p, "$object");
		render_null(p);
		render_member(p, "state");
		print_parts(p, o, o->cls);
		render_close(p, '}');
		return;
	}
	size_t n;
	const char *made = known_via(v, &n);
	if (made)
		render_begin(p, made, n);
	else
		render_begin(p, o->cls->u.s.p, o->cls->u.s.n);
	print_parts(p, o, NULL);
	if (made) {
		render_member(p, "via");
		render_string(p, o->cls->u.s.p, o->cls->u.s.n);
	}
	render_close(p, '}');
}
