#include "render.h"

#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "bigint.h"
#include "pandas.h"
#include "robject.h"

/* ---- what is left out ---- */

static void truncated(struct printer *p, const char *why, int64_t limit)
{
	render_open(p, '{');
	render_member(p, "$truncated");
	render_open(p, '{');
	render_member(p, "why");
	render_str(p, why);
	render_member(p, "limit");
	render_int(p, limit);
	render_close(p, '}');
	render_close(p, '}');
}

void render_truncated(struct printer *p, const char *why, size_t limit)
{
	if (!p->why) {
		p->why = why;
		p->why_limit = limit;
	}
	truncated(p, why, (int64_t)limit);
}

/* What was left out first. Only for a document that is whole otherwise: an error matters more. */
static int partial(const struct printer *p)
{
	if (strcmp(p->why, "depth") == 0)
		return err_set(p->err, MF_EPARTIAL,
			"values nested deeper than %zu levels are left out", p->why_limit);
	if (strcmp(p->why, "nodes") == 0)
		return err_set(p->err, MF_EPARTIAL, "what follows the first %zu values is left out",
			p->why_limit);
	return err_set(
		p->err, MF_EPARTIAL, "what takes more than %zu bytes is left out", p->why_limit);
}

/* ---- cycles ---- */

/* The JSON pointer of a value that began when so many brackets were open. */
static void render_path(struct printer *p, size_t places)
{
	struct buf *b = &p->scratch;

	buf_clear(b);
	for (size_t i = 0; i < places; i++) {
		const struct render_place *place = &p->places.v[i];
		buf_addc(b, '/');
		if (!place->key)
			buf_addf(b, "%zu", place->index);
		for (size_t k = 0; place->key && k < place->n; k++) {
			if (place->key[k] == '~')
				buf_adds(b, "~0");
			else if (place->key[k] == '/')
				buf_adds(b, "~1");
			else
				buf_addc(b, place->key[k]);
		}
	}
	if (!places)
		buf_addc(b, '/');
	if (b->failed) {
		render_fail(p, b->failed, "out of memory");
		return;
	}
	render_open(p, '{');
	render_member(p, "$cycle");
	render_string(p, b->p, b->n);
	render_close(p, '}');
}

/* ---- values ---- */

/* Decimal digits of long integers take more than linear time, and a stream can name one integer
 * many times. */
static void render_bigint(struct printer *p, const struct mf_value *v)
{
	size_t n = v->u.s.n, *sum = &p->long_integers;
	size_t limit = n > BIGINT_MAX_BYTES ? BIGINT_MAX_BYTES : BIGINT_SUM_BYTES;

	if (n > BIGINT_MAX_BYTES || (n > BIGINT_LONG_BYTES && n > limit - *sum)) {
		render_truncated(p, "bytes", limit);
		return;
	}
	*sum += n > BIGINT_LONG_BYTES ? n : 0;
	buf_clear(&p->scratch);
	int rc = bigint_format(&p->scratch, v->u.s.p, n);
	if (rc < 0)
		render_fail(p, rc, "out of memory");
	else
		render_number(p, p->scratch.p, p->scratch.n);
}

void render_items(struct printer *p, const struct mf_value *list)
{
	size_t n = list ? list->u.list.n : 0;
	render_open(p, '[');
	for (size_t i = 0; i < n && !render_done(p); i++) {
		render_next(p);
		render_value(p, list->u.list.v[i]);
	}
	render_close(p, ']');
}

void render_pairs(struct printer *p, const struct mf_value *dict)
{
	size_t n = dict ? dict->u.list.n : 0;
	render_open(p, '[');
	for (size_t i = 0; i + 1 < n && !render_done(p); i += 2) {
		render_next(p);
		render_open(p, '[');
		render_next(p);
		render_value(p, dict->u.list.v[i]);
		render_next(p);
		render_value(p, dict->u.list.v[i + 1]);
		render_close(p, ']');
	}
	render_close(p, ']');
}

void render_mapping(struct printer *p, const struct mf_value *dict)
{
	size_t n = dict ? dict->u.list.n : 0;
	bool plain = true;

	for (size_t i = 0; i + 1 < n && plain; i += 2) {
		const struct mf_value *k = dict->u.list.v[i];
		plain = k->kind == MF_STRING && !(k->u.s.n && k->u.s.p[0] == '$');
	}
	render_open(p, '{');
	if (!plain) {
		render_member(p, "$dict");
		render_pairs(p, dict);
	}
	for (size_t i = 0; plain && i + 1 < n && !render_done(p); i += 2) {
		const struct mf_value *k = dict->u.list.v[i];
		render_key(p, k->u.s.p, k->u.s.n);
		render_value(p, dict->u.list.v[i + 1]);
	}
	render_close(p, '}');
}

/* {"<name>": value}, or {"$object": "<name>", "state": …} for the values that Python keeps as
 * objects */
static void wrapped(struct printer *p, const char *name, const struct mf_value *v)
{
	render_open(p, '{');
	render_member(p, name);
	render_value(p, v);
	render_close(p, '}');
}

static void named(struct printer *p, const char *class, const struct mf_value *bytes)
{
	render_open(p, '{');
	render_member(p, "$object");
	render_str(p, class);
	render_member(p, "state");
	if (bytes)
		render_bytes(p, bytes);
	else
		render_null(p);
	render_close(p, '}');
}

static void failure(struct printer *p, const struct mf_error *e)
{
	render_open(p, '{');
	render_member(p, "$error");
	render_open(p, '{');
	render_member(p, "code");
	render_str(p, mf_code_name(e ? e->code : MF_EFAILED));
	render_member(p, "message");
	render_str(p, e ? e->message : "");
	render_close(p, '}');
	render_close(p, '}');
}

static void render_leaf(struct printer *p, const struct mf_value *v)
{
	switch (v->kind) {
	case MF_BOOL: render_literal(p, v->u.b ? "true" : "false", v->u.b ? 4 : 5); break;
	case MF_INT: render_int(p, v->u.i); break;
	case MF_BIGINT: render_bigint(p, v); break;
	case MF_FLOAT: render_float(p, v->u.f); break;
	case MF_STRING: render_string(p, v->u.s.p, v->u.s.n); break;
	case MF_BYTES: render_bytes(p, v); break;
	case MF_BLOB:
		if (v->u.blob->kind == MF_BYTES)
			render_bytes(p, v);
		else
			named(p, "builtins.bytearray", v);
		break;
	case MF_BYTEARRAY:
		if (!robject_json(p, v))
			named(p, "builtins.bytearray", v);
		break;
	case MF_ELLIPSIS: named(p, "builtins.Ellipsis", NULL); break;
	case MF_NOTIMPLEMENTED: named(p, "builtins.NotImplemented", NULL); break;
	case MF_FAILURE: failure(p, v->u.err); break;
	case MF_REF:
	case MF_EXT:
		if (pandas_is_na(v)) {
			named(p, "pandas.NA", NULL);
			break;
		}
		render_open(p, '{');
		render_member(p, v->kind == MF_REF ? "$ref" : "$ext");
		if (v->kind == MF_REF)
			render_string(p, v->u.s.p, v->u.s.n);
		else
			render_int(p, v->u.i);
		render_close(p, '}');
		break;
	case MF_TRUNCATED:
		render_truncated(p, v->u.cut.why, v->u.cut.limit > 0 ? (size_t)v->u.cut.limit : 0);
		break;
	default: render_null(p); break;
	}
}

static void render_nested(struct printer *p, const struct mf_value *v)
{
	const struct ancestor *same = ancestors_find(&p->ancestors, v);
	if (same) {
		render_path(p, same->mark);
		return;
	}
	if (p->ancestors.list.n >= p->max_depth) {
		render_truncated(p, "depth", p->max_depth);
		return;
	}
	if (!ancestors_enter(&p->ancestors, v, p->places.n, p->max_depth)) {
		render_nomem(p);
		return;
	}
	switch (v->kind) {
	case MF_SET:
	case MF_FROZENSET: render_set(p, v); break;
	case MF_DICT: render_mapping(p, v); break;
	case MF_OBJECT: render_object(p, v); break;
	case MF_PERSID: wrapped(p, "$persid", v->u.list.n ? v->u.list.v[0] : NULL); break;
	case MF_WRAPPED: wrapped(p, v->u.wrap.name, v->u.wrap.item); break;
	default: render_items(p, v); break;
	}
	ancestors_leave(&p->ancestors);
}

bool render_node(struct printer *p)
{
	if (p->rc)
		return false;
	if (p->nodes >= p->max_nodes) {
		p->full = true;
		render_truncated(p, "nodes", p->max_nodes);
		return false;
	}
	p->nodes++;
	return true;
}

void render_value(struct printer *p, const struct mf_value *v)
{
	if (!render_node(p))
		return;
	switch (mf_value_kind(v)) {
	case MF_NULL: render_null(p); break;
	case MF_LIST:
	case MF_TUPLE:
	case MF_SET:
	case MF_FROZENSET:
	case MF_DICT:
	case MF_OBJECT:
	case MF_PERSID:
	case MF_WRAPPED: render_nested(p, v); break;
	default: render_leaf(p, v); break;
	}
}

int render_json(const struct mf_value *v, const struct mf_sink *sink, unsigned flags,
	const struct render_limits *limits, struct mf_error *err)
{
	struct printer p;

	/* Not as a whole: the output buffer needs no zeros. */
	memset(&p, 0, offsetof(struct printer, out));
	p.sink = sink;
	p.err = err;
	p.flags = flags;
	p.max_nodes = limits && limits->nodes ? limits->nodes : MF_LIMIT_PRINT_NODES;
	p.max_depth = limits && limits->depth ? limits->depth : MF_LIMIT_PRINT_DEPTH;
	buf_init(&p.scratch, MF_LIMIT_TEXT);
	render_value(&p, v);
	render_flush(&p);
	vec_release(&p.places);
	ancestors_release(&p.ancestors);
	buf_release(&p.scratch);
	return p.rc ? p.rc : p.why ? partial(&p) : MF_OK;
}

int mf_value_print_json(
	const struct mf_value *v, const struct mf_sink *sink, unsigned flags, struct mf_error *err)
{
	return render_json(v, sink, flags, NULL, err);
}
