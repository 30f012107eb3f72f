/* view_value.c: any artifact as a tree to unfold. */
#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/err.h"
#include "../clientlib/base/text.h"
#include "data.h"
#include "list.h"
#include "tree.h"
#include "view_value_node.h"
#include "view_value_text.h"

#define COPY_LIMIT (1u << 20)

/* What a job brings; the value lives in the object. */
struct fetch {
	struct mf_client *client;
	char *path;
	struct mf_object *object;
	const struct mf_value *value;
	int rc;
	struct mf_error err;
};

struct state {
	struct tree tree;
	struct node *root;
	struct fetch *got;
	bool whole; /* a scalar or a long string: the root itself is the one row */
};

/* ---- the job ---- */

static void free_fetch(void *arg)
{
	struct fetch *f = arg;

	if (!f)
		return;
	mf_object_free(f->object);
	free(f->path);
	free(f);
}

static void run_fetch(struct job *j, void *arg)
{
	struct fetch *f = arg;

	(void)j;
	f->rc = mf_get(&f->object, f->client, f->path, NULL, &f->err);
	if (f->rc < 0)
		return;
	mf_object_get(f->object, "type");
	mf_object_get(f->object, "size");
	mf_object_get(f->object, "sha");
	f->rc = mf_artifact_value(f->object, &f->value, &f->err);
}

/* ---- nodes: their addresses ---- */

static struct node *of(const struct state *s, uint64_t node)
{
	return node ? (struct node *)(uintptr_t)node : s->root;
}

static size_t count(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	if (!s->root)
		return 0;
	if (!node && s->whole)
		return 1;
	return node_count(of(s, node));
}

static uint64_t child(void *ctx, uint64_t node, size_t i)
{
	struct state *s = ctx;
	struct node *n = !node && s->whole ? s->root : node_child(of(s, node), i);

	return (uint64_t)(uintptr_t)(n ? n : s->root); /* without memory: some node */
}

static bool folds(void *ctx, uint64_t node)
{
	const struct state *s = ctx;

	return !(s->whole && of(s, node) == s->root) && node_count(of(s, node)) > 0;
}

static void draw_row(void *ctx, uint64_t node, struct canvas *c, unsigned flags)
{
	node_draw(of(ctx, node), c, flags);
}

/* ---- the view ---- */

static void load(struct view *v)
{
	struct state *s = v->state;
	struct mf_client *client = data_client(v->app);

	if (!client || s->got || view_loading(v))
		return;
	struct fetch *f = calloc(1, sizeof(*f));
	if (f)
		*f = (struct fetch){.client = client, .path = strdup(v->arg), .err = MF_ERROR_INIT};
	if (!f || !f->path) {
		free_fetch(f);
		app_say(v->app, LEVEL_ERROR, "out of memory");
		return;
	}
	view_submit(v, 0, run_fetch, f, free_fetch, NULL);
}

static void deliver(struct view *v, struct job_result *r)
{
	struct state *s = v->state;
	struct fetch *f = r->spec.arg;

	v->loaded_at = app_now(v->app);
	if (f->rc < 0) {
		s->tree.empty = f->err.hint[0] ? "This value cannot be read; the reason is above."
					       : "This value cannot be read.";
		view_set_banner(v, LEVEL_ERROR, "%s%s%s", f->err.message,
			f->err.hint[0] ? "; " : "", f->err.hint);
	}
	r->spec.arg = NULL;
	free_fetch(s->got);
	s->got = f;
	if (f->rc < 0)
		return;
	s->root = node_new(NULL, f->value, LABEL_NONE);
	s->whole = s->root && !node_count(s->root);
	s->tree.empty = "Empty.";
	tree_changed(&s->tree, 0);
	if (count(s, 0) < 10)
		tree_unfold(&s->tree, 1);
}

static int open_view(struct view *v, struct mf_error *err)
{
	struct state *s = v->state;

	if (mf_pathspec_entity(v->arg) != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, v->arg, "only an artifact has a value");
	tree_init(&s->tree, &(struct tree_source){count, child, folds, draw_row, s});
	s->tree.empty = "Reading …";
	view_set_path(v, v->arg);
	return MF_OK;
}

static struct node *selected(const struct state *s)
{
	uint64_t id = s->root ? tree_selected(&s->tree) : 0;

	return id ? of(s, id) : NULL;
}

static void copy_value(struct view *v)
{
	const struct node *n = selected(v->state);
	struct buf b = BUF_INIT(COPY_LIMIT);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;

	if (!n)
		return;
	int rc = mf_value_print_json(n->value, &sink, 0, &err);
	if (b.failed)
		app_say(v->app, LEVEL_WARNING, "too large to copy; mfctl cat prints it");
	else if (rc < 0 && rc != MF_EPARTIAL)
		app_say_error(v->app, &err);
	else
		app_copy(v->app, b.p);
	buf_release(&b);
}

/* Text and bytes of a node in a popup; false: it has none. */
static bool popup(struct view *v, const struct node *n, bool hex)
{
	size_t len = 0;
	const char *p = n ? mf_value_text(n->value, &len) : NULL;
	enum mf_kind kind = n ? mf_value_kind(n->value) : MF_NULL;

	if (!p) {
		struct buf b = BUF_INIT(COPY_LIMIT);
		struct mf_sink sink = {buf_sink_write, &b};
		if (n && !node_count(n)) {
			(void)mf_value_print_text(n->value, &sink, 0, NULL);
			text_popup(v->app, v->arg, b.p, b.n, TEXT_PLAIN);
		}
		buf_release(&b);
		return n && !node_count(n);
	}
	text_popup(v->app, v->arg, p, len,
		hex || kind == MF_BYTES || kind == MF_BYTEARRAY ? TEXT_HEX : TEXT_PLAIN);
	return true;
}

static bool happened(struct view *v, enum tree_event e)
{
	if (e == TREE_OPEN)
		popup(v, selected(v->state), false);
	return e != TREE_NOTHING;
}

static int produce(void *ctx, const struct mf_sink *to)
{
	return value_page(((const struct state *)ctx)->got->value, to);
}

static bool action(struct view *v, enum action a, const struct key *k)
{
	struct state *s = v->state;

	(void)k;
	switch (a) {
	case ACT_copy: copy_value(v); return true;
	case ACT_page:
		if (s->root)
			app_page(v->app, strrchr(v->arg, '/') + 1, produce, s);
		return true;
	case ACT_hex:
		if (!popup(v, selected(s), true))
			app_say(v->app, LEVEL_INFO, "only text and bytes are shown as bytes");
		return true;
	case ACT_refresh:
		if (s->got && s->got->rc < 0) {
			free_fetch(s->got);
			s->got = NULL;
			view_set_banner(v, LEVEL_NONE, NULL);
		}
		return false;
	default: return s->root && happened(v, tree_action(&s->tree, a));
	}
}

static bool mouse(struct view *v, const struct key *k)
{
	struct state *s = v->state;

	return s->root && happened(v, tree_mouse(&s->tree, k));
}

/* "numpy.ndarray  float64 (400, 8)  25.2 KB  sha d45d61d6" */
static void draw_head(const struct state *s, struct canvas *c)
{
	struct buf b = BUF_INIT(4096);
	const struct mf_object *o = s->got->object;
	int x = 2;

	x += canvas_text(c, x, 0, ST_TYPE | CA_BOLD, data_text(o, "type")) + 2;
	if (s->root && node_array(s->root->value, &b))
		x += canvas_text(c, x, 0, ST_STRONG, b.p) + 2;
	else if (s->root && node_count(s->root)) {
		list_number(&b, node_count(s->root));
		buf_adds(&b, node_count(s->root) == 1 ? " item" : " items");
		x += canvas_text(c, x, 0, ST_STRONG, b.p) + 2;
	}
	buf_clear(&b);
	cell_size(&b, data_int(o, "size", -1));
	x += canvas_text(c, x, 0, ST_TEXT, b.p) + 2;
	canvas_textf(c, x, 0, ST_DIM, "sha %.10s", data_text(o, "sha"));
	buf_release(&b);
}

/* An object as Python would show it: its parts below say less. */
static void draw_summary(const struct state *s, struct canvas *c)
{
	struct buf b = BUF_INIT(4096), array = BUF_INIT(256);
	struct mf_sink sink = {buf_sink_write, &b};

	if (s->root && mf_value_kind(s->root->value) == MF_OBJECT &&
		!node_array(s->root->value, &array)) {
		(void)mf_value_print_text(
			s->root->value, &sink, (size_t)(c->w > 4 ? c->w - 4 : 1), NULL);
		canvas_fit(c, 2, 0, c->w - 3, ALIGN_LEFT, ST_STRONG, b.p);
	}
	buf_release(&b);
	buf_release(&array);
}

static void draw(struct view *v, struct canvas *c)
{
	struct state *s = v->state;
	const bool object = s->root && mf_value_kind(s->root->value) == MF_OBJECT;
	int head = !s->got || !s->got->object ? 0 : object ? 3 : 2;

	if (head) {
		struct canvas line = canvas_sub(c, 0, 0, c->w, 1);
		draw_head(s, &line);
		line = canvas_sub(c, 0, 1, c->w, 1);
		draw_summary(s, &line);
	}
	struct canvas body = canvas_sub(c, 0, head, c->w, c->h - head);
	tree_draw(&s->tree, &body, true);
}

static void status(const struct view *v, struct buf *out)
{
	const struct node *n = selected(v->state);

	if (n)
		node_path(n, out);
}

static void twin(const struct view *v, struct buf *out)
{
	buf_addf(out, "mfctl cat %s", v->arg);
}

static void close_view(struct view *v)
{
	struct state *s = v->state;

	tree_release(&s->tree);
	node_free(s->root);
	free_fetch(s->got);
}

static const enum action actions[] = {
	ACT_open, ACT_expand, ACT_collapse, ACT_hex, ACT_copy, ACT_copy_twin, ACT_page, ACT_NONE};

const struct view_class view_value_class = {
	.state_size = sizeof(struct state),
	.ctx = CTX_TREE | CTX_VALUE | CTX_PAGE,
	.actions = actions,
	.open = open_view,
	.load = load,
	.deliver = deliver,
	.action = action,
	.mouse = mouse,
	.draw = draw,
	.status = status,
	.twin = twin,
	.close = close_view,
};
