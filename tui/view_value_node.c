#include "view_value_node.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/text.h"
#include "data.h"
#include "list.h"

#define LINE_BYTES 4096

struct node *node_new(struct node *parent, const struct mf_value *value, enum label label)
{
	struct node *n = calloc(1, sizeof(*n));

	if (n) {
		n->parent = parent;
		n->value = value;
		n->label = label;
	}
	return n;
}

void node_free(struct node *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->kids.n; i++)
		node_free(n->kids.v[i]);
	vec_release(&n->kids);
	free(n);
}

/* ---- children ---- */

static bool is_object(const struct mf_value *v)
{
	return mf_value_kind(v) == MF_OBJECT;
}

static const struct mf_value *attributes(const struct mf_value *v)
{
	const struct mf_value *state = mf_value_part(v, MF_PART_STATE);

	return mf_value_kind(state) == MF_DICT ? state : NULL;
}

static const struct {
	enum mf_part part;
	const char *name;
} parts[] = {{MF_PART_ARGS, "args"}, {MF_PART_KWARGS, "kwargs"}, {MF_PART_ITEMS, "items"},
	{MF_PART_DICT, "dict"}, {MF_PART_STATE, "state"}};

/* The parts of an object but its attributes, which are shown as they are. */
static const struct mf_value *part(const struct mf_value *v, size_t i, const char **name)
{
	for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
		const struct mf_value *p = mf_value_part(v, parts[k].part);
		if (!p || (parts[k].part == MF_PART_STATE && attributes(v)) ||
			(parts[k].part != MF_PART_STATE && !mf_value_count(p)))
			continue;
		if (i-- == 0) {
			*name = parts[k].name;
			return p;
		}
	}
	return NULL;
}

size_t node_count(const struct node *n)
{
	const char *name;
	size_t count = 0;

	if (!is_object(n->value))
		return mf_value_count(n->value);
	while (part(n->value, count, &name))
		count++;
	return mf_value_count(attributes(n->value)) + count;
}

static struct node *make_child(struct node *n, size_t i)
{
	const struct mf_value *attr = attributes(n->value);
	size_t attrs = is_object(n->value) ? mf_value_count(attr) : 0;
	struct node *c;

	if (is_object(n->value) && i >= attrs) {
		const char *name = "";
		const struct mf_value *v = part(n->value, i - attrs, &name);
		c = node_new(n, v, LABEL_PART);
		if (c)
			c->name = name;
		return c;
	}
	const struct mf_value *of = is_object(n->value) ? attr : n->value;
	c = node_new(n, mf_value_item(of, i), LABEL_INDEX);
	if (!c)
		return NULL;
	c->index = i;
	if (mf_value_kind(of) == MF_DICT) {
		c->key = mf_value_key(of, i);
		c->label = is_object(n->value) && mf_value_kind(c->key) == MF_STRING ? LABEL_ATTR : LABEL_KEY;
	} else if (mf_value_kind(of) == MF_SET || mf_value_kind(of) == MF_FROZENSET ||
		   mf_value_kind(of) == MF_WRAPPED || mf_value_kind(of) == MF_PERSID) {
		c->label = LABEL_NONE;
	}
	return c;
}

struct node *node_child(struct node *n, size_t i)
{
	while (n->kids.n <= i)
		if (!vec_push(&n->kids, NULL))
			return NULL;
	if (!n->kids.v[i])
		n->kids.v[i] = make_child(n, i);
	return n->kids.v[i];
}

/* ---- words ---- */

static const char *const kind_names[] = {[MF_NULL] = "NoneType", [MF_BOOL] = "bool", [MF_INT] = "int",
	[MF_BIGINT] = "int", [MF_FLOAT] = "float", [MF_STRING] = "str", [MF_BYTES] = "bytes",
	[MF_LIST] = "list", [MF_TUPLE] = "tuple", [MF_SET] = "set", [MF_FROZENSET] = "frozenset",
	[MF_DICT] = "dict", [MF_REF] = "reference", [MF_OBJECT] = "object", [MF_PERSID] = "persistent id",
	[MF_EXT] = "extension", [MF_ELLIPSIS] = "ellipsis", [MF_NOTIMPLEMENTED] = "NotImplementedType",
	[MF_BYTEARRAY] = "bytearray", [MF_FAILURE] = "unreadable", [MF_WRAPPED] = "encoded",
	[MF_TRUNCATED] = "left out"};

/* The class that a callable makes: numpy's _reconstruct and copyreg's are given it. */
static const struct mf_value *class_of(const struct mf_value *v)
{
	const struct mf_value *class = mf_value_part(v, MF_PART_CLASS);
	size_t n;
	const char *p = mf_value_text(class, &n);

	if (p && ((n > 12 && memcmp(p + n - 12, "_reconstruct", 12) == 0) ||
			 (n > 14 && memcmp(p + n - 14, "_reconstructor", 14) == 0))) {
		const struct mf_value *first = mf_value_item(mf_value_part(v, MF_PART_ARGS), 0);
		if (mf_value_kind(first) == MF_REF)
			return first;
	}
	return class;
}

void node_type(const struct mf_value *v, struct buf *out)
{
	enum mf_kind kind = mf_value_kind(v);
	size_t n = 0;
	const char *p = kind == MF_OBJECT ? mf_value_text(class_of(v), &n) : NULL;

	if (p)
		text_escape(out, p, n, 0);
	else
		buf_adds(out, (size_t)kind < ARRAY_SIZE(kind_names) ? kind_names[kind] : "?");
}

bool node_array(const struct mf_value *v, struct buf *out)
{
	static const struct {
		const char *code, *name;
	} types[] = {{"f8", "float64"}, {"f4", "float32"}, {"f2", "float16"}, {"i8", "int64"},
		{"i4", "int32"}, {"i2", "int16"}, {"i1", "int8"}, {"u8", "uint64"}, {"u4", "uint32"},
		{"u2", "uint16"}, {"u1", "uint8"}, {"b1", "bool"}, {"c16", "complex128"}};
	size_t n;
	const char *p = is_object(v) ? mf_value_text(class_of(v), &n) : NULL;

	if (!p || n != 13 || memcmp(p, "numpy.ndarray", 13) != 0)
		return false;
	const struct mf_value *state = mf_value_part(v, MF_PART_STATE);
	const struct mf_value *shape = mf_value_item(state, 1);
	const struct mf_value *dtype = mf_value_part(mf_value_item(state, 2), MF_PART_ARGS);
	p = mf_value_text(mf_value_item(dtype, 0), &n);
	if (!p || mf_value_kind(shape) != MF_TUPLE)
		return false;
	const char *name = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strlen(types[i].code) == n && memcmp(types[i].code, p, n) == 0)
			name = types[i].name;
	if (name)
		buf_adds(out, name);
	else
		text_escape(out, p, n, 0);
	buf_adds(out, " (");
	for (size_t i = 0; i < mf_value_count(shape); i++)
		buf_addf(out, "%s%lld", i ? ", " : "", (long long)mf_value_int(mf_value_item(shape, i)));
	buf_addc(out, ')');
	return true;
}

unsigned node_style(const struct mf_value *v)
{
	switch (mf_value_kind(v)) {
	case MF_NULL:
	case MF_ELLIPSIS:
	case MF_NOTIMPLEMENTED: return ST_NULL;
	case MF_BOOL: return ST_KEYWORD;
	case MF_INT:
	case MF_BIGINT:
	case MF_FLOAT: return ST_NUMBER;
	case MF_STRING: return ST_STRING;
	case MF_BYTES:
	case MF_BYTEARRAY: return ST_SPARK;
	case MF_REF: return ST_TYPE;
	case MF_FAILURE:
	case MF_TRUNCATED: return ST_ERROR;
	default: return ST_TEXT;
	}
}

/* ---- a row ---- */

static void one_line(const struct mf_value *v, struct buf *out)
{
	struct mf_sink sink = {buf_sink_write, out};

	/* What a limit leaves out is not on the row either. */
	(void)mf_value_print_text(v, &sink, 400, NULL);
	for (size_t i = 0; i < out->n; i++)
		if (out->p[i] == '\n')
			out->p[i] = ' ';
}

static int draw_label(const struct node *n, struct canvas *c, unsigned flags)
{
	struct buf b = BUF_INIT(LINE_BYTES);
	unsigned attr = ST_NAME;
	int w = 0;

	switch (n->label) {
	case LABEL_NONE: break;
	case LABEL_INDEX:
		list_number(&b, n->index);
		attr = ST_DIM;
		break;
	case LABEL_PART:
		buf_adds(&b, n->name);
		attr = ST_COMMENT;
		break;
	case LABEL_ATTR:
	case LABEL_KEY:
		if (mf_value_kind(n->key) == MF_STRING) {
			size_t len;
			const char *p = mf_value_text(n->key, &len);
			if (n->label == LABEL_ATTR)
				buf_addc(&b, '.');
			text_escape(&b, p, len, 0);
			attr = n->label == LABEL_ATTR ? ST_TYPE : ST_KEY;
		} else {
			one_line(n->key, &b);
			attr = node_style(n->key);
		}
		break;
	}
	if (b.n) {
		int wish = canvas_width(c, b.p), most = c->w * 2 / 5;
		w = wish > most ? most : wish;
		canvas_fit(c, 0, 0, w, ALIGN_LEFT, attr | flags, b.p);
		/* Short names line up. */
		w = w < 10 && n->label != LABEL_INDEX ? 12 : n->label == LABEL_INDEX && w < 4 ? 6 : w + 2;
	}
	buf_release(&b);
	return w;
}

/* "dict 3 items", "str 1,204", "ndarray float64 (400, 8)" */
static void size_text(const struct mf_value *v, struct buf *out)
{
	enum mf_kind kind = mf_value_kind(v);
	size_t n = mf_value_count(v), len = 0;

	switch (kind) {
	case MF_STRING:
		mf_value_text(v, &len);
		buf_adds(out, "str");
		if (len > 60) {
			buf_addc(out, ' ');
			cell_size(out, (int64_t)len);
		}
		break;
	case MF_BYTES:
	case MF_BYTEARRAY:
		mf_value_text(v, &len);
		buf_adds(out, kind == MF_BYTES ? "bytes " : "bytearray ");
		cell_size(out, (int64_t)len);
		break;
	case MF_OBJECT:
		node_type(v, out);
		break;
	case MF_LIST:
	case MF_TUPLE:
	case MF_SET:
	case MF_FROZENSET:
	case MF_DICT:
		node_type(v, out);
		buf_addc(out, ' ');
		list_number(out, n);
		break;
	default: node_type(v, out);
	}
}

void node_draw(const struct node *n, struct canvas *c, unsigned flags)
{
	struct buf text = BUF_INIT(LINE_BYTES), type = BUF_INIT(LINE_BYTES);
	int x = draw_label(n, c, flags);

	size_text(n->value, &type);
	if (node_array(n->value, &text)) {
		/* its shape says more than its parts */
	} else {
		one_line(n->value, &text);
	}
	bool folds = node_count(n) > 0;
	int tw = canvas_width(c, type.p), room = c->w - x;
	if (tw > 34)
		tw = 34;
	if (tw > room / 2)
		tw = room / 2;
	if (room > 12) {
		canvas_fit(c, c->w - tw, 0, tw, ALIGN_CUT_START, ST_FAINT | flags, type.p);
		room -= tw + 2;
	}
	canvas_fit(c, x, 0, room, ALIGN_LEFT, (folds ? ST_DIM : node_style(n->value)) | flags, text.p);
	buf_release(&text);
	buf_release(&type);
}

void node_path(const struct node *n, struct buf *out)
{
	struct mf_sink sink = {buf_sink_write, out};

	if (!n->parent)
		return;
	node_path(n->parent, out);
	switch (n->label) {
	case LABEL_NONE: break;
	case LABEL_INDEX: buf_addf(out, "[%zu]", n->index); break;
	case LABEL_KEY:
		buf_addc(out, '[');
		(void)mf_value_print_json(n->key, &sink, 0, NULL);
		buf_addc(out, ']');
		break;
	case LABEL_ATTR: {
		size_t len;
		const char *p = mf_value_text(n->key, &len);
		buf_addc(out, '.');
		text_escape(out, p, len, 0);
		break;
	}
	case LABEL_PART: buf_addf(out, ".%s", n->name); break;
	}
}
